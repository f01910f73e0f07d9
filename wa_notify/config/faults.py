"""Faults: what is wrong, collected until the whole configuration was looked at."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wa_notify.config.places import Place, Places, Spot
from wa_notify.config.secret import Hidden
from wa_notify.core.cleaner import cut
from wa_notify.core.errors import Complaint

SHOWN_LENGTH = 60
SHOWN_NAMES = 15
LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong. ``place`` is only set where the spot alone would not lead there."""

    spot: Spot
    what: str
    fix: str = ""
    on_key: bool = False
    place: Place | None = None

    def complaint(self, places: Places) -> tuple[Place, Complaint]:
        """The fault as people read it, and its place to sort by."""
        place = self.place or (places.of_key(self.spot) if self.on_key else places.of_value(self.spot))
        return place, Complaint(where=str(place), what=cut(self.what, LONGEST), fix=cut(self.fix, LONGEST))


@dataclass(slots=True)
class Faults:
    """All faults found so far."""

    found: list[Fault] = field(default_factory=list)
    broken: set[Spot] = field(default_factory=set)  # values that could not even be read
    touched: set[Spot] = field(default_factory=set)  # every spot with a fault at it or inside it

    def add(self, fault: Fault) -> None:
        """Note a fault, unless the value there could not be read, which was said already."""
        if fault.spot not in self.broken:
            self._note(fault)

    def add_broken(self, fault: Fault) -> None:
        """Note that the value there could not be read; what is said of it later follows from that."""
        self._note(fault)
        self.broken.add(fault.spot)

    def touch(self, spot: Spot) -> bool:
        """Whether anything at this spot or inside it is wrong."""
        return spot in self.touched

    def _note(self, fault: Fault) -> None:
        self.found.append(fault)
        self.touched.update(fault.spot[:length] for length in range(len(fault.spot) + 1))

    def complaints(self, places: Places, wanted: Callable[[Fault], bool]) -> tuple[Complaint, ...]:
        """The wanted faults as people read them, in the order of the file, none twice."""
        told = {fault.complaint(places): None for fault in self.found if wanted(fault)}
        return tuple(complaint for _, complaint in sorted(told, key=lambda pair: pair[0]))


def shown(value: Any) -> str:
    """A value as a complaint may quote it: short, and nothing of a secret."""
    if isinstance(value, Hidden):
        return "(a secret)"
    text = repr(str(value)) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"


def kind_of(value: Any) -> str:
    """What a value is, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a mapping" if isinstance(value, Mapping) else "a list"


def suggestion(name: object, known: Iterable[str], kind: str = "") -> str:
    """The remedy for an unknown name: the one that was meant, and those there are."""
    names = sorted(known)
    close = [] if isinstance(name, Hidden) else difflib.get_close_matches(str(name), names, n=1)
    meant = f"Did you mean `{close[0]}`? " if close else ""
    if not names:
        return f"{meant}There is no {kind or 'name'} yet."
    rest = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    return f"{meant}Known: {', '.join(names[:SHOWN_NAMES])}{rest}."
