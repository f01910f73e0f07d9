# shellcheck shell=bash
# Makes the environments that the other scripts run in. It is sourced, not run.
#
#   .venv         the library, on the machine's own Python
#   .venv-ha      the Home Assistant integration, on Python 3.14
#   .venv-hass    a Home Assistant to run, as a person has it, on Python 3.14
#   .venv-judges  other people's clients of the Cloud API, which judge the sandbox
#   .cache        logs, reports, and a private Python 3.14 where the machine has none
#
# Each environment carries a stamp of what it was made from, so that a second run costs a few milliseconds.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root" || exit
log=$root/.cache/setup.log
left_out=

# Another environment that happens to be active must not leak into ours. And what is compiled is kept: tests start
# hundreds of programs, each of which would compile everything anew.
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV PYTHONDONTWRITEBYTECODE
# The machine's certificates count, as they do for pip: a company's mirror is often signed by its own authority.
export UV_SYSTEM_CERTS=true

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "Cannot go on: $*"
  exit 1
}

# quietly DOING COMMAND...: a command's output is worth reading only when it fails.
quietly() {
  local doing=$1
  shift
  mkdir -p "${log%/*}"
  "$@" >"$log" 2>&1 </dev/null || fail "$doing failed, because $(cause) (the whole output is in $log)."
}

cause() {
  if grep -qiE 'no space left|not enough free space' "$log"; then
    printf 'the disk is full'
  elif grep -qiE 'dns error|resolv|name or service not known|network is unreachable|connection refused|timed out|NewConnectionError|ConnectTimeout' "$log"; then
    printf 'the server of the packages cannot be reached; check the network'
  else
    printf 'it said "%s"' "$(grep -v '^[[:space:]]*$' "$log" | tail -n 1)"
  fi
}

need_disk() { # need_disk MEGABYTES
  local free
  free=$(df -Pm "$root" | awk 'NR == 2 { print $4 }')
  ((free >= $1)) || fail "setting up needs $1 MB of free disk in $root, and only $free MB are left."
}

# Two runs in one checkout must not install into one environment at the same time. What is run in turn may run
# other things in turn: they share it.
in_turn() (
  if [[ -z ${WA_NOTIFY_HAS_TURN:-} ]] && command -v flock >/dev/null; then
    mkdir -p .cache
    exec {turn}>.cache/setup.lock
    if ! flock --nonblock "$turn"; then
      say "Waiting for another run that is setting up."
      flock "$turn"
    fi
    export WA_NOTIFY_HAS_TURN=1
  fi
  "$@"
)

fingerprint() { # fingerprint FILE...: the folder is part of it, because scripts in an environment know their place
  { printf '%s\n' "$root" && cat -- "$@"; } | sha256sum | cut -d ' ' -f 1
}

# is_current VENV FINGERPRINT PART...: was the environment made from these files, with at least these parts?
is_current() {
  local stamp=$1/wa-notify.stamp wanted=$2 made_from parts part
  [[ -x $1/bin/python && -f $stamp ]] || return 1
  read -r made_from parts <"$stamp"
  [[ $made_from == "$wanted" ]] || return 1
  shift 2
  for part in "$@"; do
    [[ " $parts " == *" $part "* ]] || return 1
  done
}

find_python() { # the first Python that the library runs on
  local name found=
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      command -v "$name"
      return
    fi
    [[ $found ]] || found=$("$name" --version 2>/dev/null || true)
  done
  fail "wa_notify needs Python 3.11 or newer, and ${found:-no Python at all} is what this machine has."
}

is_usable() { # a moved or copied environment still points to where it came from
  "$1/bin/python" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1 &&
    grep -qF "$root/$1" "$1/bin/activate"
}

# uv installs many times faster than pip, but only pip knows the machine's settings: ask it once.
follow_pip() { # follow_pip PYTHON
  local index
  index=${PIP_INDEX_URL:-$("$1" -m pip config get global.index-url 2>/dev/null || true)}
  if [[ $index && -z ${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-} ]]; then
    export UV_DEFAULT_INDEX=$index
  fi
}

make_library_venv() {
  local python
  python=$(find_python)
  "$python" -m pip --version >/dev/null 2>&1 ||
    fail "$python has no pip; install it first (on Debian: apt-get install python3-pip)."
  if ! is_usable .venv; then
    say "Making .venv with $("$python" --version)."
    rm -rf .venv
    # Without pip inside, this works where Debian's python3-venv is missing, and is quicker.
    quietly "Making .venv" "$python" -m venv --without-pip .venv
  fi
  if [[ ! -x .venv/bin/uv ]]; then
    quietly "Installing uv" "$python" -m pip --python .venv/bin/python install --retries 2 'uv>=0.9.28'
  fi
  follow_pip "$python"
}

# library_environment EXTRA...: .venv with the library and these of its extras
library_environment() {
  local wanted
  wanted=$(fingerprint pyproject.toml scripts/setup.sh)
  is_current .venv "$wanted" "$@" || in_turn install_library "$wanted" "$@"
}

install_library() { # install_library FINGERPRINT EXTRA...
  local wanted=$1 extras
  shift
  ! is_current .venv "$wanted" "$@" || return 0 # the run before us did it
  need_disk 700
  make_library_venv
  extras=$(IFS=, && printf '%s' "$*")
  say "Installing the library with its extras: ${extras//,/, }."
  quietly "Installing the library" .venv/bin/uv pip install --python .venv/bin/python --editable ".[$extras]"
  printf '%s %s\n' "$wanted" "$*" >.venv/wa-notify.stamp
}

# component_environment: .venv-ha with the library and a real Home Assistant
component_environment() {
  home_assistant .venv-ha component "Home Assistant"
}

# hass_environment: .venv-hass with a Home Assistant that can be started, and the library
hass_environment() {
  home_assistant .venv-hass hass "a Home Assistant to run"
}

home_assistant() { # home_assistant VENV LIST WHAT: LIST names the file of requirements
  local requirements=scripts/requirements-$2.txt wanted
  wanted=$(fingerprint pyproject.toml scripts/setup.sh scripts/python314 "$requirements")
  is_current "$1" "$wanted" || in_turn install_home_assistant "$1" "$wanted" "$requirements" "$3"
}

install_home_assistant() { # install_home_assistant VENV FINGERPRINT REQUIREMENTS WHAT
  local venv=$1 wanted=$2 requirements=$3 what=$4 python
  ! is_current "$venv" "$wanted" || return 0
  need_disk 1500
  python=$(scripts/python314)
  make_library_venv # uv lives there
  if ! is_usable "$venv"; then
    say "Making $venv with $("$python" --version)."
    quietly "Making $venv" .venv/bin/uv venv --clear --python "$python" "$venv"
  fi
  say "Installing $what."
  quietly "Installing $what" .venv/bin/uv pip install --python "$venv/bin/python" \
    --requirements "$requirements" --editable .
  printf '%s\n' "$wanted" >"$venv/wa-notify.stamp"
}

# judges_environment: .venv-judges with clients that know nothing of us, and nothing of ours
judges_environment() {
  local wanted
  wanted=$(fingerprint scripts/setup.sh tests/judges/requirements.txt)
  is_current .venv-judges "$wanted" || in_turn install_judges "$wanted"
}

install_judges() { # install_judges FINGERPRINT
  local wanted=$1
  ! is_current .venv-judges "$wanted" || return 0
  need_disk 200
  make_library_venv # uv lives there
  if ! is_usable .venv-judges; then
    say "Making .venv-judges."
    quietly "Making .venv-judges" .venv/bin/uv venv --clear --python "$(find_python)" .venv-judges
  fi
  say "Installing the clients that judge the sandbox."
  quietly "Installing the clients that judge the sandbox" .venv/bin/uv pip install \
    --python .venv-judges/bin/python --requirements tests/judges/requirements.txt
  printf '%s\n' "$wanted" >.venv-judges/wa-notify.stamp
}

# Runs a command that installs Debian packages, without letting them start the daemons that they bring.
without_daemons() (
  guard=/usr/sbin/policy-rc.d
  if [[ ! -e $guard ]]; then
    trap 'rm -f "$guard"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$guard"
    chmod +x "$guard"
  fi
  "$@"
)

install_debian_packages() { # install_debian_packages PACKAGE...
  # A broken list of another source is no obstacle, as long as the packages themselves can be installed.
  apt-get update || true
  DEBIAN_FRONTEND=noninteractive without_daemons apt-get install --yes --no-install-recommends "$@"
  local daemon
  for daemon in prometheus prometheus-alertmanager postgresql; do
    if [[ -d /run/systemd/system && " $* " == *" $daemon "* ]]; then
      systemctl disable --quiet "$daemon.service"
    fi
  done
}

# debian_packages: the programs that a few tests drive for real. Without root what is missing stays missing, and
# left_out says so.
debian_packages() {
  local -a missing=()
  if ! command -v prometheus-alertmanager >/dev/null || ! command -v amtool >/dev/null; then
    missing+=(prometheus-alertmanager)
  fi
  command -v promtool >/dev/null || missing+=(prometheus)
  command -v chromium >/dev/null || missing+=(chromium)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
  ((${#missing[@]})) || return 0
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    left_out="The tests that need ${missing[*]} are SKIPPED. To run them too: apt-get install ${missing[*]}"
    say "$left_out"
    return 0
  fi
  need_disk 1000
  say "Installing ${missing[*]} with apt."
  in_turn quietly "Installing ${missing[*]}" install_debian_packages "${missing[@]}"
}
