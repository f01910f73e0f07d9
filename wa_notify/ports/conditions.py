"""What the doors need to know of what stands in the way of messages.

A part of `wa_notify.ports.transaction` and of `wa_notify.ports.views`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from wa_notify.core.condition import Condition, Scope
from wa_notify.core.outbox import Item


class Obstacles(Protocol):
    """Conditions (see `wa_notify.core.condition`), and what waits because of them."""

    def open_conditions(self) -> Sequence[Condition]:
        """What stands in the way now, in the order in which it first did."""

    def condition(self, scope: Scope, subject: str, cause: str) -> Condition | None:
        """The condition of that name, open or not."""

    def conditions_needing(self, now: datetime) -> Sequence[Condition]:
        """Those with which something is to be done by now: tell, probe, end."""

    def save_condition(self, condition: Condition) -> None:
        """Add (id 0) or change a condition."""

    def let_go(self, now: datetime) -> None:
        """What waits for the platform is looked at again now."""

    def held_by_platform(self, template: str, language: str) -> Sequence[Item]:
        """What the platform took and holds back while it judges this template."""


class ObstacleViews(Protocol):
    """What people look at."""

    def conditions(self) -> Sequence[Condition]:
        """All troubles that were ever noticed, in the order in which they first were."""
