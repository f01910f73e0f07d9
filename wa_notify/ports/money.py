"""What the pipeline needs of the store to know what messages cost, and what people look at of it.

A part of `wa_notify.ports.transaction` and of `wa_notify.ports.views`.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from wa_notify.core.charge import Charge, CostLine, Grouping, Total
from wa_notify.core.pricing import EntryPoint


class Purse(Protocol):
    """Charges, their sums in a month, conversations and free entry points."""

    def charge(self, item_id: int) -> Charge | None:
        """What the item of that number costs; nothing when it never left."""

    def save_charge(self, charge: Charge) -> None:
        """Add or change the charge of an item; the sums of its month follow."""

    def let_spend(self, now: datetime) -> None:
        """What waits because the budget is spent is looked at again now."""

    def spent(self, month: str, currency: str) -> Decimal:
        """What a month has cost so far, predicted or confirmed."""

    def service_used(self, month: str, number_id: str) -> int:
        """How many free-form messages of this number are charged in the month, or free because few are."""

    def volume(self, month: str, market: str, category: str) -> int:
        """How many messages are charged in the month, over all numbers."""

    def conversations_since(self, number_id: str, recipient_id: str, since: datetime) -> Sequence[str]:
        """The categories of the conversations that began with this person after that instant."""

    def conversation_billed(self, conversation: str, apart_from: int) -> bool:
        """Whether another item than that bears the fee of this conversation."""

    def entry_point(self, number_id: str, recipient_id: str) -> EntryPoint | None:
        """How the person last came from an advertisement, if they ever did."""

    def save_entry_point(self, number_id: str, recipient_id: str, entry: EntryPoint) -> None:
        """Keep that they came, or that they were answered."""

    def forget_charges(self, before: datetime, limit: int) -> int:
        """The oldest charges, at most ``limit`` at a time; the sums stay. Tells how many went."""


class Books(Protocol):
    """What people look at of money."""

    def totals(self, month: str) -> Sequence[Total]:
        """The sums of a month."""

    def cost_lines(self, by: Grouping, month: str | None) -> Sequence[CostLine]:
        """What was spent, told apart by this; of one month or of all that is kept."""
