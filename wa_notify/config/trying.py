"""Rules that somebody tries: read as they would be, beside what is written already, and never obeyed.

What is given is read from a folder of its own, so that nothing of ours can be included by it. Sections that
it does not have are those of the configuration, so that a single rule can be tried; what is wrong with those
is not told. Only sections that tell of rules and people are looked at: others may name files of this machine.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wa_notify.config.account import DEFAULTS
from wa_notify.config.document import Document, read
from wa_notify.config.faults import Fault, Faults, suggestion
from wa_notify.config.loading import is_about_a_rule
from wa_notify.config.people import RECIPIENTS, names_in, recipients
from wa_notify.config.rulebook import rulebook
from wa_notify.config.settings import Defaults
from wa_notify.config.shape import fitted
from wa_notify.config.written import SHOWN
from wa_notify.core.errors import Complaint

NAME = "pasted.yaml"
TRIED = (*SHOWN, "replies", "limits")
EXAMPLE = "Write it as `rules: [{name: ..., receiver: ..., template: ...}]`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What is wrong, what is worth knowing, the rules that would work, and whether anything would."""

    complaints: tuple[Complaint, ...]
    notes: tuple[Complaint, ...]
    rules: tuple[str, ...]
    usable: bool


def tried(text: str, beside: Path | None) -> Tried:
    """Read what somebody gives; ``beside`` is the configuration that stands in for what it lacks."""
    given = _read(text)
    faults, notes, places = given.faults, Faults(), given.marks
    written: dict[str, Any] = {}
    if isinstance(given.value, Mapping):
        written = {name: value for name, value in given.value.items() if name in TRIED}
        _tell_of_others(given.value, faults, notes, beside)
    elif not faults.found:
        faults.add(Fault(spot=(), what="There is no mapping of sections here.", fix=EXAMPLE))
    values = {**_standing(beside), **written}
    defaults = fitted(DEFAULTS, values.get("defaults"), ("defaults",), faults) or Defaults()
    seeds = recipients(values.get(RECIPIENTS), defaults.country, faults)
    compiled = rulebook(values, names_in(values.get(RECIPIENTS)), defaults, seeds, faults)

    def is_theirs(fault: Fault) -> bool:
        return not fault.spot or fault.spot[0] in (given.value if isinstance(given.value, Mapping) else ())

    for note in compiled.notes.found:
        notes.add(note)
    found = [fault for fault in faults.found if is_theirs(fault)]
    return Tried(
        complaints=faults.complaints(places, is_theirs),
        notes=notes.complaints(places, is_theirs),
        rules=tuple(rule.name for rule in compiled.book.rules) if "rules" in written else (),
        usable=all(is_about_a_rule(fault) for fault in found),
    )


def _read(text: str) -> Document:
    with tempfile.TemporaryDirectory(prefix="wa-notify-") as folder:
        path = Path(folder) / NAME
        path.write_text(text, encoding="utf-8")
        return read(path, {})


def _standing(beside: Path | None) -> Mapping[str, Any]:
    """The sections of the configuration as they lie on the disk."""
    value = read(beside, {}).value if beside else {}
    return {name: one for name, one in value.items() if name in TRIED} if isinstance(value, Mapping) else {}


def _tell_of_others(given: Mapping[str, Any], faults: Faults, notes: Faults, beside: Path | None) -> None:
    """Sections that are not looked at here, and words that are none."""
    known = read(beside, {}).value if beside else {}
    for name in given:
        if name in TRIED:
            continue
        if isinstance(known, Mapping) and name in known:
            what = f"The section `{name}` is not looked at here."
            notes.add(Fault(spot=(name,), what=what, on_key=True))
        else:
            what = f"`{name}` is no section that is looked at here."
            faults.add(Fault(spot=(name,), what=what, fix=suggestion(name, TRIED), on_key=True))
