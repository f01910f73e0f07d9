"""Rows that have a number, as values: each is made once, and saving one writes only what is new about it.

A message is read, decided, read again and changed several times within a second. What a row holds is
remembered as the value it was made into (see `memory`), so that reading it again costs nothing. And a change
of three columns touches the indexes of three columns, not of thirty: keeping those up is most of what an
UPDATE costs.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Insert, Select, Table, Text, Update
from sqlalchemy.types import TypeEngine

from wa_notify.core.outbox import Intent, Item
from wa_notify.core.ticket import Ticket
from wa_notify.store.clauses import changing, matching, reading
from wa_notify.store.columns import INSTANT, Stored
from wa_notify.store.connection import Connection
from wa_notify.store.memory import Shelf, make_room
from wa_notify.store.rows import ITEM, TICKET, Record, intent_of, intent_text
from wa_notify.store.tables import outbox, tickets

N = TypeVar("N", Ticket, Item)


class Numbered(Generic[N]):
    """One kind of such rows.

    ``fixed`` are the columns that stay as they were when the row was added. ``derived`` are columns beside
    those of the value, which it has as properties.
    """

    def __init__(
        self, record: Record[N], table: Table, *, fixed: Sequence[str] = ("id",), derived: Sequence[str] = ()
    ) -> None:
        self.by_number: Select[Any] = reading(record, table).where(*matching(table, "id"))
        self._record: Record[N] = record
        self._table = table
        self._fixed = tuple(fixed)
        self._changeable = (*(name for name in record.names if name not in fixed), *derived)
        self._given = (*(name for name in record.names if name != "id"), *derived)
        self._tables = frozenset([table.name])
        self._place = record.names.index("id")
        kinds = ((name, _as_read(table.c[name].type)) for name in record.names)
        self._as_read = tuple((name, as_read) for name, as_read in kinds if as_read)
        self._changing = cache(self._statement)

    def get(self, connection: Connection, number: int) -> N | None:
        """The row of that number."""
        shelf = self._shelf(connection)
        known: N | None = shelf.get(number)
        return known or next(iter(self.read(connection, self.by_number, id=number)), None)

    def read(self, connection: Connection, question: Select[Any], **values: Any) -> list[N]:
        """What a question answers that asks for all columns of such rows, in the order of the record."""
        shelf = self._shelf(connection)
        convert, rows = connection.answer(question, values)
        found: list[N] = []
        for row in rows:
            value = shelf.get(row[self._place])
            if value is None:
                value = self._record.value(convert(row) if convert else row)
                self._remember(shelf, value)
            found.append(value)
        return found

    def add(self, connection: Connection, statement: Insert, value: N) -> N | None:
        """Add a row by a statement that answers with its number; the value with that, or nothing without."""
        stored, shelf = self._as_stored(value), self._shelf(connection)
        values = {name: getattr(stored, name) for name in self._given}
        _, rows = connection.answer(statement, values, but=shelf)
        if not rows:
            return None
        added = replace(stored, id=rows[0][0])
        self._remember(shelf, added)
        return added

    def save(self, connection: Connection, value: N) -> bool:
        """Change the row into this; whether there is such a row."""
        before, value = self.get(connection, value.id), self._as_stored(value)
        if before is None:
            return False
        new = tuple(name for name in self._changeable if getattr(before, name) != getattr(value, name))
        shelf = self._shelf(connection)
        if new:
            changes = {name: getattr(value, name) for name in new}
            connection.answer(self._changing(new), {"id": value.id, **changes}, but=shelf)
        if any(getattr(before, name) != getattr(value, name) for name in self._fixed):
            shelf.pop(value.id, None)  # it is not what is stored, but most of it
        else:
            self._remember(shelf, value)
        return True

    def _as_stored(self, value: N) -> N:
        """What would be read back, which may be less than the value knows: plain texts, instants in UTC."""
        changed = {}
        for name, as_read in self._as_read:
            given = getattr(value, name)
            if (read := as_read(given)) is not given:
                changed[name] = read
        return replace(value, **changed) if changed else value

    def _shelf(self, connection: Connection) -> Shelf:
        return connection.shelf(self._tables, self)

    def _remember(self, shelf: Shelf, value: N) -> None:
        make_room(shelf)
        shelf[value.id] = value

    def _statement(self, names: tuple[str, ...]) -> Update:
        return changing(self._table, *names, by=["id"])


def _as_read(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """What makes of a value in such a column what would be read from it; nothing when that is the same."""
    if kind is INSTANT:
        return _in_utc
    if isinstance(kind, Stored):
        return _intent if kind.into is intent_text else None
    return _plain if isinstance(kind, Text) else None


def _in_utc(at: datetime | None) -> datetime | None:
    """There no hour comes twice. One without a zone is the database's to refuse."""
    return at if at is None or at.tzinfo in (UTC, None) else at.astimezone(UTC)


def _intent(intent: Intent) -> Intent:
    return intent_of(intent_text(intent))


def _plain(text: str) -> str:
    """A text may know more of itself than what it says (see `wa_notify.core.incomplete`)."""
    return text if type(text) is str else str(text)


TICKETS = Numbered(TICKET, tickets, derived=["next_at"])
# What an item is never changes; only what is to be said and what became of it.
ITEMS = Numbered(
    ITEM,
    outbox,
    fixed=[
        *("id", "key", "ticket_id", "episode", "recipient_id", "channel", "target", "instead_of", "occasion"),
        "created_at",
    ],
)
