"""What the pipeline remembers of people's read receipts. A part of `wa_notify.ports.transaction`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from wa_notify.core.outbox import Item


class Receipts(Protocol):
    """Who sends no read receipts."""

    def receipts_off_since(self, recipient_id: str) -> datetime | None:
        """When it was learned that the person sends no receipts; nothing while they may."""

    def save_receipts_off(self, recipient_id: str, since: datetime | None) -> None:
        """Keep that the person sends none, or with nothing that they do."""

    def arrived_by(self, recipient_id: str, by: datetime, limit: int) -> Sequence[Item]:
        """The messages on WhatsApp that had reached the person by then, the newest first."""
