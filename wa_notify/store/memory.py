"""What the writer has read and what nobody has changed since.

Much of what is asked for each message changes seldom: who a person is, what they agreed to, the templates.
The one who writes knows when it does, because it is they who change it. So an answer is kept until a
statement changes one of the tables it came from. Whatever else may have changed the database ends all of it:
a transaction that was taken back, and another process that wrote.
"""

from collections.abc import Hashable
from typing import Any, TypeAlias

from sqlalchemy import Table
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement

Shelf: TypeAlias = dict[Hashable, Any]

MOST = 5_000  # answers from the same tables; of messages with long texts some ten megabytes


class Memory:
    """Answers, shelved by the tables that they came from. It belongs to one thread."""

    def __init__(self) -> None:
        self._shelves: dict[Hashable, Shelf] = {}
        self._concerned: dict[str, list[Shelf]] = {}

    def shelf(self, tables: frozenset[str], whose: Hashable = None) -> Shelf:
        """The answers that came from these tables, for ``whose`` use alone; always the same object."""
        shelf = self._shelves.get((tables, whose))
        if shelf is None:
            shelf = self._shelves[tables, whose] = {}
            for table in tables:
                self._concerned.setdefault(table, []).append(shelf)
        return shelf

    def forget(self, tables: frozenset[str], but: Shelf | None = None) -> None:
        """These tables were changed; whoever did it keeps a shelf in step by themselves."""
        for table in tables:
            for shelf in self._concerned.get(table, ()):
                if shelf is not but:
                    shelf.clear()

    def forget_all(self) -> None:
        """Nobody knows what was changed."""
        for shelf in self._shelves.values():
            shelf.clear()


def make_room(shelf: Shelf) -> None:
    """Before something is put there: a full shelf is emptied, which is simple and seldom."""
    if len(shelf) >= MOST:
        shelf.clear()


def tables_in(statement: ClauseElement) -> frozenset[str]:
    """The tables that a statement speaks of, wherever in it."""
    return frozenset(part.name for part in visitors.iterate(statement) if isinstance(part, Table))


def tables_changed_with(table: Table) -> frozenset[str]:
    """The table and those in which the database itself makes a change follow."""
    following = (
        other.name
        for other in table.metadata.tables.values()
        for key in other.foreign_keys
        if key.column.table is table and (key.onupdate or key.ondelete)
    )
    return frozenset([table.name, *following])
