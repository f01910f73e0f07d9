"""What the doors need to know of the canary (see `wa_notify.core.canary`).

A part of `wa_notify.ports.transaction` and of `wa_notify.ports.views`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from wa_notify.core.canary import Flight, Flown


class CanaryViews(Protocol):
    """What people look at."""

    def flown(self, since: datetime) -> Sequence[Flown]:
        """The canaries of the slots from then on, the newest first."""


class CanaryKeeping(CanaryViews, Protocol):
    """When the next one leaves, and what became of the others."""

    def flight(self) -> Flight | None:
        """When something is to be done about the canary; nothing while there is none."""

    def save_flight(self, flight: Flight | None) -> None:
        """Keep it; nothing: there is no canary any more."""

    def forget_flown(self, before: datetime) -> None:
        """The canaries of earlier slots are forgotten, as far as they ended."""
