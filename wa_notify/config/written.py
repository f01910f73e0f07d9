"""The configuration as it is written, as far as others may read it: no secret, and no number in clear.

Only the sections in `SHOWN` are told, by an allowance and not by a ban: a line belongs to the last key at the
left edge, and whatever does not begin with one of these words is left out. So a file that is broken, or
written in a way that we do not know, tells too little rather than too much. Within the sections values behind
words for secrets are blanked, addresses shortened to their host, and whatever looks like a key is hidden.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wa_notify.config.sources import SECRETS
from wa_notify.core.recipient import masked

SHOWN = ("rules", "receivers", "recipients", "templates", "starter", "schedules", "defaults", "inhibit")
PUBLIC_LINKS = ("templates", "starter")  # whatever stands there is shown to everybody who gets a message
LARGEST = 512 * 1024  # bytes of one file
HIDDEN = "•••"
SHORTEST_SECRET = 4  # characters; a shorter one would blank half of the text

TOP = re.compile(r"([A-Za-z_][\w-]*)\s*:(?:\s|$)")
GOES_ON = re.compile(
    r"\s|#|-(?:\s|$)|$"
)  # behind a key at the left edge: indented, a remark, an item, nothing
INCLUDE = re.compile(r"!include\s+[\"']?([^\s\"'#,}\]]+)")
ENV_VAR = re.compile(r"(!env_var\s+[^\s,}\]#]+)[^\S\n]+[^,}\]#\n]+")
PRIVATE = re.compile(
    r"(?i)(^|[\s{,\"'-])([\w.-]*(?:token|secret|passw|api_?key|apikey|authoriz|credential|verify|bearer)"
    r"[\w.-]*[\"']?\s*[:=]\s*)(?!\s*!secret\b)(?!\s*$)([^\n]+)"
)
ADDRESS = re.compile(r"\b([A-Za-z][\w+.-]*)://([^\s\"'<>\]}]*)")
HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d+)?(?=$|[/?#])")
REMARK = re.compile(r"(?i)(^|\s)#(?=.*(?:token|secret|passw|key|credential|bearer|login)).*")
UUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEY_LIKE = re.compile(r"[A-Za-z0-9+/=_-]{24,}")
NUMBER = re.compile(r"\+\d[\d ().\-/]{5,}\d")
LOCAL_NUMBER = re.compile(r"(?<![\w:.])(?!\d{4}-\d\d-\d\d)\+?\d[\d ().\-/]{5,}\d(?![\w:])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a file, counted from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """What may be shown of one file. ``name`` is told from the folder of the configuration."""

    path: Path
    name: str
    lines: tuple[Line, ...]


def written(path: Path, loaded: Collection[Path], secrets: Iterable[str]) -> tuple[WrittenFile, ...]:
    """The file and what its shown sections include, as they lie on the disk now.

    Of included files only those in ``loaded`` are told. ``secrets`` are texts that stand nowhere, whatever
    else allows it.
    """
    root = path.resolve().parent
    known = {one.resolve() for one in loaded} | {path.resolve()}
    hidden = sorted({one for one in secrets if len(one) >= SHORTEST_SECRET}, key=len, reverse=True)
    found: dict[Path, WrittenFile] = {}
    waiting: list[tuple[Path, str]] = [(path.resolve(), "")]
    while waiting:
        here, section = waiting.pop(0)
        if here in found or here not in known or not _may_be_read(here, root):
            continue
        shown = tuple(_lines(here.read_text(encoding="utf-8", errors="replace"), section))
        waiting += [
            ((here.parent / name).resolve(), of)
            for number, of, line in shown
            for name in INCLUDE.findall(line.partition(" #")[0])
        ]
        lines = tuple(Line(number=number, text=_discreet(line, of, hidden)) for number, of, line in shown)
        found[here] = WrittenFile(path=here, name=str(here.relative_to(root)), lines=lines)
    return tuple(found.values())


def discreet(text: str, secrets: Iterable[str] = ()) -> str:
    """A sentence about the configuration, without what it may have quoted of it."""
    return _discreet(text, "recipients", [one for one in secrets if len(one) >= SHORTEST_SECRET])


def _may_be_read(path: Path, root: Path) -> bool:
    try:
        inside = path.is_relative_to(root) and path.name != SECRETS
        return inside and path.is_file() and path.stat().st_size <= LARGEST
    except OSError:
        return False


def _lines(text: str, section: str) -> Iterator[tuple[int, str, str]]:
    """The lines that may be shown, each with its number and section; a file of one section is all of it."""
    here = section
    for number, line in enumerate(text.splitlines(), start=1):
        if not section:
            if top := TOP.match(line):
                here = top[1] if top[1] in SHOWN else ""
            elif not GOES_ON.match(line):
                here = ""
        if here:
            yield number, here, line


def _discreet(line: str, section: str, hidden: Iterable[str]) -> str:
    for secret in hidden:
        line = line.replace(secret, HIDDEN)
    line = REMARK.sub(rf"\1# {HIDDEN}", line)
    line = ENV_VAR.sub(rf"\1 {HIDDEN}", line)
    line = PRIVATE.sub(rf"\1\2{HIDDEN}", line)
    if section not in PUBLIC_LINKS:
        line = ADDRESS.sub(_host_only, line)
    line = (LOCAL_NUMBER if section == "recipients" else NUMBER).sub(_masked, line)
    return KEY_LIKE.sub(_unless_a_word, line)


def _host_only(found: re.Match[str]) -> str:
    """Where it leads, without who logs in and what is behind it; other channels tell their kind only."""
    host = HOST.match(found[2]) if found[1].lower() in ("http", "https") else None
    return f"{found[1]}://{host[0]}/…" if host else f"{found[1]}://{HIDDEN}"


def _masked(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return masked(f"+{digits}") if found[0].startswith("+") else f"{HIDDEN}{digits[-3:]}"


def _unless_a_word(found: re.Match[str]) -> str:
    """Names are small letters with lines between them; keys mix capitals and digits, or know no words."""
    text = found[0]
    kinds = sum(any(map(test, text)) for test in (str.isupper, str.islower, str.isdigit))
    unbroken = kinds == 2 and any(map(str.isdigit, text)) and not set(text) & set("_-/=+")
    return HIDDEN if kinds == 3 or unbroken or UUID.search(text) else text
