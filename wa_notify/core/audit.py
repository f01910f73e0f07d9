"""The audit trail: who changed what at the desk, and how it was before and after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wa_notify.core.access import Via


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change. ``action`` is the name of the operation, ``subject`` what it was about: ``ticket 12``.

    ``before`` and ``after`` hold only what differs. Nothing in them is secret, and numbers are masked.
    """

    id: int = 0
    at: datetime
    actor: str
    via: Via
    action: str
    subject: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of both is not the same, each in its own words."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return (
        {name: before[name] for name in names if name in before},
        {name: after[name] for name in names if name in after},
    )
