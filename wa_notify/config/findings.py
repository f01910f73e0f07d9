"""What holding a configuration against templates finds, and who reads which languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wa_notify.config.uses import Use
from wa_notify.core.errors import Complaint
from wa_notify.core.languages import ENGLISH


class Severity(StrEnum):
    """How bad it is."""

    FAULT = "fault"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What does not fit, ``key`` of which use it is about, and the remedy."""

    use: Use
    key: str
    what: str
    fix: str
    severity: Severity = Severity.FAULT

    @property
    def complaint(self) -> Complaint:
        """The finding as people read it."""
        return Complaint(where=self.use.where.get(self.key, ""), what=self.what, fix=self.fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Who reads which languages: their own, and those of the house for everybody."""

    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    house: tuple[str, ...] = (ENGLISH,)

    def wishes(self, person: str) -> tuple[str, ...]:
        """What they would like to read."""
        return self.own.get(person) or self.house

    def chain(self, person: str) -> tuple[str, ...]:
        """What is tried for them, one after the other."""
        return (*self.own.get(person, ()), *self.house)
