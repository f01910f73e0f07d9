"""The lists of tickets, messages and what became of them, a piece at a time (see `wa_notify.ports.pages`).

The index gives the newest of one state, so those of several states are put together by their keys, and only
what is shown is read.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import cache
from heapq import nlargest
from itertools import cycle, islice
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    bindparam,
    literal_column,
    select,
    tuple_,
    type_coerce,
)

from wa_notify.core.condition import Condition
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.search import asked
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry
from wa_notify.ports.pages import MOST, Mark, RecentAlert, Slice
from wa_notify.store.account_tables import IS_OPEN, conditions
from wa_notify.store.clauses import LIMIT, matching
from wa_notify.store.columns import INSTANT, WHOLE
from wa_notify.store.conditions import READING
from wa_notify.store.connection import Connection, Row
from wa_notify.store.directory import TICKETS_BY_WORD
from wa_notify.store.numbered import ITEMS, TICKETS
from wa_notify.store.rows import ALERT, CONDITION, ENTRY, ITEM, TICKET
from wa_notify.store.searching import Narrowing
from wa_notify.store.tables import outbox, ticket_alerts, tickets, timeline

T = TypeVar("T")
Key: TypeAlias = tuple[datetime, int]

AT: Any = bindparam("at", type_=INSTANT)
BEHIND: Any = bindparam("behind", type_=WHOLE)
STATES = tuple(f"state_{place}" for place in range(len(ItemState)))
SINCE = outbox.c.created_at >= bindparam("since", type_=INSTANT)

CONDITIONS = READING.order_by(conditions.c.id.desc()).limit(LIMIT)
CONDITIONS_BEHIND = CONDITIONS.where(conditions.c.id < BEHIND)
OPEN_CONDITIONS, OPEN_CONDITIONS_BEHIND = (one.where(IS_OPEN) for one in (CONDITIONS, CONDITIONS_BEHIND))
ALERTS = (
    select(
        ticket_alerts.c.id,
        ticket_alerts.c.ticket_id,
        ticket_alerts.c.episode,
        *(ticket_alerts.c[name] for name in ALERT.names),
    )
    .order_by(ticket_alerts.c.id.desc())
    .limit(LIMIT)
)
ALERTS_BEHIND = ALERTS.where(ticket_alerts.c.id < BEHIND)
ENTRIES = (
    select(timeline.c.id, *(timeline.c[name] for name in ENTRY.names))
    .where(*matching(timeline, "ticket_id"))
    .order_by(timeline.c.at, timeline.c.id)
    .limit(LIMIT)
)
ENTRIES_BEHIND = ENTRIES.where(tuple_(timeline.c.at, timeline.c.id) > tuple_(AT, BEHIND))


def _keys(table: Table, at: str, *, behind: bool) -> Select[Any]:
    """Time and number of rows, the newest first."""
    order = (table.c[at], table.c.id)
    found = select(*order).order_by(*(column.desc() for column in order)).limit(LIMIT)
    return found.where(tuple_(*order) < tuple_(AT, BEHIND)) if behind else found


@cache
def ticket_keys(by: tuple[str, ...], narrowing: Narrowing, *, behind: bool) -> Select[Any]:
    """Those of tickets; ``by`` are the columns that are compared."""
    found = _keys(tickets, "opened_at", behind=behind).where(*matching(tickets, *by))
    return found.where(*TICKETS_BY_WORD.clauses(tickets.c.id, narrowing))


@cache
def item_keys(by: tuple[str, ...], *, in_states: bool, since: bool, behind: bool) -> Select[Any]:
    """Those of items. Beside a person or ticket the state is no way to find them, but a thing to look at."""
    found = _keys(outbox, "created_at", behind=behind).where(*matching(outbox, *by))
    if in_states:
        beside: ColumnElement[str] = type_coerce(outbox.c.state, Text) + literal_column("''", Text)
        found = found.where(beside.in_([bindparam(name, type_=Text) for name in STATES]))
    return found.where(SINCE) if since else found


class MessagePages:
    """A part of `wa_notify.store.views.SqlViews`."""

    _connection: Connection

    def tickets_page(
        self,
        states: Collection[TicketState] | None = None,
        *,
        search: str = "",
        rules: Collection[str] | None = None,
        severity: str | None = None,
        after: Mark | None = None,
        limit: int,
    ) -> Slice[Ticket, Mark]:
        """Tickets, those that opened last first. They are found by number, title and group."""
        narrowing, words = TICKETS_BY_WORD.narrowing(self._connection, asked(search))
        by: list[dict[str, Any]] = [
            {"state": state} for state in (TicketState if states is None else set(states))
        ]
        if rules is not None:
            by = [{**one, "rule": rule} for one in by for rule in set(rules)]
        if severity is not None:
            by = [{**one, "severity": severity} for one in by]

        def keys(most: int) -> Iterable[Key]:
            for one in by:
                statement = ticket_keys(tuple(one), narrowing, behind=after is not None)
                rows = self._connection.rows(statement, limit=most, **one, **words, **_from(after))
                yield from map(_key, rows)

        return self._piece(keys, TICKETS.by_number, TICKET.value, after, limit)

    def items_page(
        self,
        states: Collection[ItemState] | None = None,
        *,
        recipient_id: str | None = None,
        ticket_id: int | None = None,
        since: datetime | None = None,
        after: Mark | None = None,
        limit: int,
    ) -> Slice[Item, Mark]:
        """Items of the outbox, those that were planned last first; with ``since`` none planned before."""
        given = {"recipient_id": recipient_id, "ticket_id": ticket_id}
        of: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        wanted = tuple(ItemState if states is None else dict.fromkeys(states))
        by: list[dict[str, Any]] = [of] if of and wanted else [{"state": state} for state in wanted]
        in_states = bool(of and wanted) and states is not None
        values: dict[str, Any] = _from(after) | ({} if since is None else {"since": since})
        if in_states:
            values |= dict(zip(STATES, islice(cycle(wanted), len(STATES)), strict=True))

        def keys(most: int) -> Iterable[Key]:
            for one in by:
                statement = item_keys(
                    tuple(one), in_states=in_states, since=since is not None, behind=after is not None
                )
                yield from map(_key, self._connection.rows(statement, limit=most, **one, **values))

        return self._piece(keys, ITEMS.by_number, ITEM.value, after, limit)

    def _piece(
        self,
        keys: Callable[[int], Iterable[Key]],
        by_id: Select[Any],
        value: Callable[[Row], T],
        after: Mark | None,
        limit: int,
    ) -> Slice[T, Mark]:
        """The newest of the keys, read."""
        most = min(limit, MOST)
        newest = nlargest(most + 1, keys(most + 1))
        found = tuple(value(self._connection.rows(by_id, id=key[1])[0]) for key in newest[:most])
        mark = Mark(at=newest[:most][-1][0], id=newest[:most][-1][1]) if found else after
        return Slice(found=found, mark=mark, more=len(newest) > most)

    def timeline_page(self, ticket_id: int, *, after: Mark | None = None, limit: int) -> Slice[Entry, Mark]:
        """A ticket's story, oldest first."""
        most = min(limit, MOST)
        statement = ENTRIES if after is None else ENTRIES_BEHIND
        rows = self._connection.rows(statement, ticket_id=ticket_id, limit=most + 1, **_from(after))
        found = tuple(ENTRY.value(row[1:]) for row in rows[:most])
        mark = Mark(at=found[-1].at, id=rows[:most][-1][0]) if found else after
        return Slice(found=found, mark=mark, more=len(rows) > most)

    def conditions_page(
        self, *, only_open: bool = False, after: int | None = None, limit: int
    ) -> Slice[Condition, int]:
        """Troubles, those that were noticed last first."""
        most = min(limit, MOST)
        if after is None:
            statement = OPEN_CONDITIONS if only_open else CONDITIONS
        else:
            statement = OPEN_CONDITIONS_BEHIND if only_open else CONDITIONS_BEHIND
        rows = self._connection.rows(statement, limit=most + 1, **_below(after))
        found = tuple(map(CONDITION.value, rows[:most]))
        return Slice(found=found, mark=found[-1].id if found else after, more=len(rows) > most)

    def recent_alerts(self, *, after: int | None = None, limit: int) -> Slice[RecentAlert, int]:
        """Alerts of all tickets, those that joined last first."""
        most = min(limit, MOST)
        rows = self._connection.rows(
            ALERTS if after is None else ALERTS_BEHIND, limit=most + 1, **_below(after)
        )
        found = tuple(
            RecentAlert(id=number, ticket_id=ticket_id, episode=episode, alert=ALERT.value(row))
            for number, ticket_id, episode, *row in rows[:most]
        )
        return Slice(found=found, mark=found[-1].id if found else after, more=len(rows) > most)


def _key(row: Row) -> Key:
    at, number = row
    return at, number


def _from(after: Mark | None) -> dict[str, Any]:
    return {} if after is None else {"at": after.at, "behind": after.id}


def _below(after: int | None) -> dict[str, Any]:
    return {} if after is None else {"behind": after}
