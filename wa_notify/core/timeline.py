"""The timeline of a ticket: its story as people read it, one sentence an entry."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wa_notify.core.reason import Reason

SYSTEM = "wa_notify"


class EntryKind(StrEnum):
    """What sort of thing happened."""

    OPENED = "opened"
    JOINED = "joined"
    REOPENED = "reopened"
    SENT = "sent"
    HELD = "held"
    DEFERRED = "deferred"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    STATUS = "status"
    FAILED = "failed"
    REPLIED = "replied"
    COMMENTED = "commented"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    RELEASED = "released"
    REMINDED = "reminded"
    REPEATED = "repeated"
    ESCALATED = "escalated"
    SILENCED = "silenced"
    MOVED = "moved"
    RESOLVED = "resolved"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened. ``actor`` is a recipient's id, a source, WhatsApp, or ourselves.

    An entry whose text is a person's own carries the ``wamid`` of their message: when they edit or delete it,
    the entry follows.
    """

    ticket_id: int
    at: datetime
    kind: EntryKind
    actor: str = SYSTEM
    text: str
    reason: Reason | None = None
    item_id: int | None = None
    wamid: str = ""
