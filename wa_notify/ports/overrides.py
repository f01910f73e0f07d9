"""Who is on call by hand, for a while: what the pipeline needs of the store, and what people look at.

A part of `wa_notify.ports.transaction` and of `wa_notify.ports.views`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from wa_notify.core.schedule import ManualOverride
from wa_notify.ports.pages import Slice


class OverrideKeeping(Protocol):
    """Overrides, the past ones too until they are forgotten."""

    def add_override(self, made: ManualOverride) -> ManualOverride:
        """Keep a new one; the answer carries its number."""

    def override(self, override_id: int) -> ManualOverride | None:
        """The one of that number."""

    def end_override(self, made: ManualOverride, at: datetime) -> ManualOverride:
        """It ends then, or never begins; as it stands now."""

    def overrides(self, at: datetime) -> Sequence[ManualOverride]:
        """Those of all schedules that are not over by then, the soonest end first."""


class OverrideViews(Protocol):
    """What people look at."""

    def overrides(self, at: datetime) -> Sequence[ManualOverride]:
        """Those of all schedules that are not over by then, the soonest end first."""

    def overrides_page(self, *, after: int | None = None, limit: int) -> Slice[ManualOverride, int]:
        """All that are kept, the past ones too, those that were made last first."""
