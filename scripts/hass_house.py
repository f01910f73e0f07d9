"""A real Home Assistant in a folder of its own, on loopback: started, stopped and killed like a person's."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self, TypeVar

from scripts.hass_api import HassApi, Refused

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
HASS = ROOT / ".venv-hass/bin/hass"
REPORTS = ROOT / ".cache/reports/hass"
HOST = "127.0.0.1"
ALWAYS_SAID = "has not been tested by Home Assistant"  # of any custom integration
STARTS_WITHIN = 120.0  # seconds; on two busy cores
STOPS_WITHIN = 60.0
CONFIGURATION = """\
homeassistant:
  name: Maple Street
  latitude: 51.5
  longitude: -0.1
  elevation: 10
  unit_system: metric
  currency: GBP
  country: GB
  language: en
  time_zone: Europe/London
  internal_url: {url}
  external_url: https://maple-street.example.net
frontend:
config:
api:
history:
logbook:
recorder:
  commit_interval: 1
logger:
  default: warning
  logs:
    custom_components.wa_notify: debug
    wa_notify: debug
"""
# What a person is asked after their name is answered, and nothing is added that looks for the internet.
ONBOARDING = {"done": ["core_config", "analytics", "integration"]}
# Written as confirmed: an address from the YAML is taken back after five minutes unless a person confirms it.
HTTP: dict[str, object] = {
    "server_host": [HOST],
    "cors_allowed_origins": [],
    "login_attempts_threshold": -1,
    "ip_ban_enabled": False,
    "ssl_profile": "intermediate_v6",
    "use_x_frame_options": True,
    "created_at": "2026-11-01T00:00:00+00:00",
    "error": None,
    "error_message": None,
}


class NotStarted(Exception):
    """Home Assistant did not come up."""


class House:
    """A configuration folder, the process that runs in it, and its first user. A context manager.

    log_file: everything that the process wrote, over all its starts.
    """

    def __init__(self, folder: Path, *, files: Mapping[str, str], log_file: Path, port: int = 0) -> None:
        self.folder = folder
        self.log_file = log_file
        self.port = port or free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.api = HassApi(self.url)
        self._process: subprocess.Popen[bytes] | None = None
        self._write(files)

    def _write(self, files: Mapping[str, str]) -> None:
        components = self.folder / "custom_components"
        components.mkdir(parents=True)
        (components / "wa_notify").symlink_to(ROOT / "custom_components/wa_notify")
        self._remember("onboarding", 4, ONBOARDING)
        http = {**HTTP, "server_port": self.port}
        self._remember("http", 3, {"stable": http, "pending": None, "yaml_migration_done": True})
        base = CONFIGURATION.format(url=self.url)
        for name, text in files.items():
            (self.folder / name).write_text(base + text if name == "configuration.yaml" else text)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        self.log_file.write_bytes(b"")

    def _remember(self, key: str, version: int, data: Mapping[str, object]) -> None:
        folder = self.folder / ".storage"
        folder.mkdir(exist_ok=True)
        store = {"version": version, "minor_version": 1, "key": key, "data": data}
        (folder / key).write_text(json.dumps(store))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.api.__exit__()

    def start(self) -> None:
        """Start it in this folder, as often as wanted; return once it runs. Raises `NotStarted`."""
        # On a shared machine a proxy of the environment must not stand between two programs on loopback.
        environment = {**os.environ, "NO_PROXY": HOST, "no_proxy": HOST}
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [*leash(), HASS, "--config", self.folder, "--skip-pip", "--log-no-color"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env=environment, start_new_session=True,
            )  # fmt: skip
        self._until("answer", self.api.answers)
        if self.api.tokens:
            self.api.refresh()
            self._until("run", self._runs)

    def move_in(self, *, name: str, username: str, password: str) -> None:
        """Make the first user, once in the life of the folder; return once everything runs."""
        self.api.onboard(name=name, username=username, password=password)
        self._until("run", self._runs)

    def stop(self) -> None:
        """Stop it the gentle way."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Stop it as a power cut does."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(STOPS_WITHIN)
        finally:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return self.log_file.read_text(errors="replace")

    def complaints(self) -> list[str]:
        """The warnings and errors of the log that concern the integration, tracebacks and all."""
        log = self.log.replace(str(ROOT), "")  # which may be called wa_notify itself
        records = re.split(r"^(?=\d{4}-\d\d-\d\d )", log, flags=re.MULTILINE)
        loud = (record for record in records if re.match(r"\S+ \S+ (WARNING|ERROR|CRITICAL|FATAL) ", record))
        return [record for record in loud if "wa_notify" in record and ALWAYS_SAID not in record]

    def _runs(self) -> bool:
        try:
            return bool(self.api.call("GET", "/api/config")["state"] == "RUNNING")
        except Refused:
            return False

    def _until(self, what: str, question: Callable[[], bool]) -> None:
        ends = time.monotonic() + STARTS_WITHIN
        while not question():
            if self._process is None or self._process.poll() is not None:
                raise NotStarted(f"Home Assistant ended before it could {what}:\n{self.log[-3000:]}")
            if time.monotonic() > ends:
                raise NotStarted(f"It did not {what} within {STARTS_WITHIN:g} s:\n{self.log[-3000:]}")
            time.sleep(0.1)


def leash() -> list[str]:
    """What ends the process together with ours, even when ours is killed; only Linux has it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def until(question: Callable[[], T], seconds: float = 15.0) -> T:
    """Ask again and again until the answer is true, and return it. Raises TimeoutError."""
    ends = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > ends:
            raise TimeoutError(f"It did not come to that within {seconds:g} seconds.")
        time.sleep(0.1)
    return answer


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])
