"""What the pipeline needs of the store to obey limits: who was reached, who got how much, who is paused.

A part of `wa_notify.ports.transaction` and of `wa_notify.ports.views`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from wa_notify.core.limits import Allowance, Allowed
from wa_notify.core.outbox import Item
from wa_notify.core.pace import Bucket, Pair, Slowdown


class Restraining(Protocol):
    """Limits, inside of a transaction."""

    def allowance(self, what: Allowed) -> Allowance | None:
        """What the platform said last about it."""

    def save_allowance(self, allowance: Allowance) -> None:
        """The platform said something else."""

    def people_reached(self, scope: str, since: datetime) -> int:
        """How many people were reached after ``since``; what is older is forgotten.

        It costs the same however many they are.
        """

    def reached_at(self, scope: str, recipient_id: str) -> datetime | None:
        """When this person was reached last, as far as it is not forgotten."""

    def count_reached(self, scope: str, recipient_id: str, at: datetime) -> None:
        """A message leaves for this person outside their window."""

    def take_back_reached(self, scope: str, recipient_id: str, at: datetime) -> bool:
        """The message of that instant did not leave; whether it was the last one that was counted."""

    def place_left_at(self, scope: str, places: int) -> datetime | None:
        """When the person was reached whose place has to become free, so that ``places`` are."""

    def items_without_place(self, limit: int) -> Sequence[Item]:
        """What waits until one more person may be reached, critical first."""

    def pair(self, number_id: str, recipient_id: str) -> Pair:
        """How much our number sent to the person."""

    def save_pair(self, number_id: str, recipient_id: str, pair: Pair) -> None:
        """Keep it."""

    def bucket(self, number_id: str) -> Bucket:
        """What lately left from the number, whoever sent it."""

    def save_bucket(self, number_id: str, bucket: Bucket) -> None:
        """Keep it."""

    def slowdowns(self) -> Sequence[Slowdown]:
        """What was told to slow down, ever; long ago or now."""

    def save_slowdown(self, slowdown: Slowdown) -> None:
        """Keep it; each scope has one."""

    def forget_pace(self, before: datetime, limit: int) -> int:
        """What people were reached by before, and what was paid back; how much of the latter went."""


class LimitViews(Protocol):
    """Limits, to look at."""

    def allowance(self, what: Allowed) -> Allowance | None:
        """What the platform said last about it."""

    def people_reached(self, scope: str, since: datetime) -> int:
        """How many people were reached after ``since``."""

    def oldest_reached(self, scope: str, since: datetime, limit: int) -> Sequence[datetime]:
        """When the people were reached whose places become free next."""

    def waiting_for_place(self) -> int:
        """How many messages wait until one more person may be reached."""

    def pairs_paused(self, number_id: str, now: datetime) -> Sequence[tuple[str, Pair]]:
        """To whom nothing leaves for now, because the platform refused."""

    def slowdowns(self) -> Sequence[Slowdown]:
        """What was told to slow down, ever; long ago or now."""

    def bucket(self, number_id: str) -> Bucket:
        """What lately left from the number, whoever sent it."""
