"""Rows that are known by name or number: whoever writes may ask for them, and whoever only reads."""

from collections.abc import Sequence
from typing import Protocol

from wa_notify.core.alert import Alert
from wa_notify.core.outbox import Item
from wa_notify.core.recipient import Recipient
from wa_notify.core.ticket import Ticket


class Lookups(Protocol):
    """A part of `wa_notify.ports.Transaction` and of `wa_notify.ports.Views`."""

    def recipient(self, recipient_id: str) -> Recipient | None:
        """The person of that name."""

    def ticket(self, ticket_id: int) -> Ticket | None:
        """The ticket of that number."""

    def alerts(self, ticket: Ticket) -> Sequence[Alert]:
        """All alerts of the present episode, in the order in which they joined."""

    def item(self, item_id: int) -> Item | None:
        """The item of that number."""
