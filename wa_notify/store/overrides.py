"""The verbs about overrides of schedules (see `wa_notify.core.schedule`)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam

from wa_notify.core.schedule import ManualOverride
from wa_notify.ports.pages import MOST, Slice
from wa_notify.store.clauses import LIMIT, adding, changing, matching, reading
from wa_notify.store.columns import INSTANT, WHOLE
from wa_notify.store.connection import Connection
from wa_notify.store.page_tables import overrides
from wa_notify.store.rows import Record

OVERRIDE = Record(ManualOverride)
ADD = adding(overrides).returning(overrides.c.id)
BY_ID = reading(OVERRIDE, overrides).where(*matching(overrides, "id"))
END = changing(overrides, "ends_at", by=["id"])
# Few are not over yet, however many there ever were.
NOT_OVER = (
    reading(OVERRIDE, overrides)
    .where(overrides.c.ends_at > bindparam("at", type_=INSTANT))
    .order_by(overrides.c.ends_at, overrides.c.id)
)
NEWEST = reading(OVERRIDE, overrides).order_by(overrides.c.id.desc()).limit(LIMIT)
NEWEST_BEHIND = NEWEST.where(overrides.c.id < bindparam("behind", type_=WHOLE))


class OverrideSights:
    """A part of `wa_notify.store.views.SqlViews`, and of what works on it."""

    _connection: Connection

    def overrides(self, at: datetime) -> Sequence[ManualOverride]:
        """Those of all schedules that are not over by then, the soonest end first."""
        return [OVERRIDE.value(row) for row in self._connection.rows(NOT_OVER, at=at)]

    def overrides_page(self, *, after: int | None = None, limit: int) -> Slice[ManualOverride, int]:
        """All that are kept, the past ones too, those that were made last first."""
        most = min(limit, MOST)
        behind = {} if after is None else {"behind": after}
        rows = self._connection.rows(NEWEST_BEHIND if behind else NEWEST, limit=most + 1, **behind)
        found = tuple(map(OVERRIDE.value, rows[:most]))
        return Slice(found=found, mark=found[-1].id if found else after, more=len(rows) > most)


class Overrides(OverrideSights):
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    def add_override(self, made: ManualOverride) -> ManualOverride:
        """Keep a new one; the answer carries its number."""
        values = OVERRIDE.values(made)
        del values["id"]
        return replace(made, id=self._connection.cell(ADD, **values))

    def override(self, override_id: int) -> ManualOverride | None:
        """The one of that number."""
        row = self._connection.row(BY_ID, id=override_id)
        return None if row is None else OVERRIDE.value(row)

    def end_override(self, made: ManualOverride, at: datetime) -> ManualOverride:
        """It ends then, or never begins; as it stands now."""
        ended = replace(made, ends_at=max(at, made.starts_at))
        self._connection.run(END, id=ended.id, ends_at=ended.ends_at)
        return ended
