"""What metrics show of the present (see `wa_notify.ports.gauges`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select

from wa_notify.core.condition import TOKEN, Effect, Scope
from wa_notify.core.directory import open_since
from wa_notify.core.rule import Priority
from wa_notify.core.ticket import UNRESOLVED, TicketState
from wa_notify.ports.gauges import OPEN_ITEMS, Gauges
from wa_notify.store.account_tables import IS_OPEN, conditions
from wa_notify.store.clauses import matching
from wa_notify.store.columns import one_of
from wa_notify.store.connection import Connection
from wa_notify.store.dialects import DatabaseSize
from wa_notify.store.pages_people import WINDOW_IS_OPEN, agreements
from wa_notify.store.tables import IS_CLAIMABLE, outbox, tickets, windows

# One state at a time, so that the index counts what is open and passes by the history.
TICKETS_IN = select(func.count()).select_from(tickets).where(*matching(tickets, "state"))
ITEMS_IN: Any = select(func.count(), func.min(outbox.c.created_at)).where(*matching(outbox, "state"))
NEXT_DUE = select(func.min(outbox.c.due_at)).where(IS_CLAIMABLE, *matching(outbox, "priority"))
TROUBLES = (
    select(conditions.c.scope, conditions.c.effect, func.count())
    .where(IS_OPEN)
    .group_by(conditions.c.scope, conditions.c.effect)
)
TOKEN_REFUSED = (
    select(func.count())
    .select_from(conditions)
    .where(
        IS_OPEN,
        one_of(conditions.c.scope, (Scope.APP,)),
        conditions.c.cause == literal_column(f"'{TOKEN}'"),
    )
)
WINDOWS_OPEN = select(func.count()).select_from(windows).where(*WINDOW_IS_OPEN)
SIZE = select(DatabaseSize())


class GaugeQuestions:
    """A part of `wa_notify.store.views.SqlViews`."""

    _connection: Connection

    def gauges(self, number_id: str, now: datetime) -> Gauges:
        """How much is open; windows are those towards this number."""
        items = {state: self._connection.rows(ITEMS_IN, state=state)[0] for state in OPEN_ITEMS}
        due = {priority: self._connection.cell(NEXT_DUE, priority=priority) for priority in Priority}
        return Gauges(
            tickets={state: self._tickets(state) for state in UNRESOLVED},
            items={state: count for state, (count, _) in items.items()},
            oldest={state: at for state, (_, at) in items.items() if at is not None},
            due={priority: at for priority, at in due.items() if at is not None},
            people=agreements(self._connection),
            troubles=self._troubles(),
            token_refused=self._connection.cell(TOKEN_REFUSED) > 0,
            windows_open=self._connection.cell(WINDOWS_OPEN, number_id=number_id, open_since=open_since(now)),
            size=self._connection.cell(SIZE),
        )

    def _tickets(self, state: TicketState) -> int:
        count: int = self._connection.cell(TICKETS_IN, state=state)
        return count

    def _troubles(self) -> dict[tuple[Scope, Effect], int]:
        return {(scope, effect): count for scope, effect, count in self._connection.rows(TROUBLES)}
