"""Statements are written with SQLAlchemy, compiled once, and run on the driver's own connection.

SQLAlchemy's execution costs a tenth of a millisecond each time, a hundred times what SQLite needs for a point
lookup. Its compiler gives the same statement to every database; the column types of `tables` still convert
values on their way in and out.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeAlias, TypeVar

from sqlalchemy import CompoundSelect, Delete, Dialect, Insert, Select, Table, Update
from sqlalchemy.types import TypeEngine

from wa_notify.store.columns import Stored
from wa_notify.store.memory import Memory, Shelf, make_room, tables_changed_with, tables_in

V = TypeVar("V")
Statement: TypeAlias = "Select[Any] | CompoundSelect[Any] | Insert | Update | Delete"
Convert: TypeAlias = Callable[[Any], Any]
Row: TypeAlias = Sequence[Any]

BEGINNING = ""  # of a transaction, among the names of savepoints


class Cursor(Protocol):
    """What a driver answers."""

    def fetchall(self) -> list[Any]:
        """All rows; this also completes a statement with RETURNING."""


class Driver(Protocol):
    """The part of a driver's connection that we use; parameters are named."""

    def execute(self, text: str, values: Mapping[str, Any] = ..., /) -> Cursor:
        """Run one statement."""

    def executemany(self, text: str, values: Iterable[Mapping[str, Any]], /) -> object:
        """Run one statement for each of these; nothing comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A statement in the database's own words, with what converts its values.

    ``converts`` does so with a row of the answer, if there is anything to convert. ``changes`` are the tables
    that are changed with it, ``reads`` those whose rows it answers with.
    """

    text: str
    fixed: Mapping[str, Any]
    into: tuple[tuple[str, Convert], ...]
    converts: Callable[[Row], Row] | None
    changes: frozenset[str]
    reads: frozenset[str]

    def converted(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values as the database takes them; changes what is given."""
        for name, convert in self.into:
            value = values[name]
            if value is not None:
                values[name] = convert(value)
        if self.fixed:
            values.update(self.fixed)
        return values


@cache  # statements are few, and made when the programme starts
def prepare(statement: Statement, dialect: Dialect) -> Prepared:
    """Put the statement into the database's words."""
    compiled = statement.compile(dialect=dialect)
    into = ((name, _into(bind.type, dialect)) for name, bind in compiled.binds.items())
    kinds = enumerate(_out_of(column.type, dialect) for column in statement.exported_columns)
    out_of = tuple((index, convert) for index, convert in kinds if convert)
    changed = statement.table if isinstance(statement, Insert | Update | Delete) else None
    return Prepared(
        text=str(compiled),
        fixed={name: value for name, value in compiled.params.items() if value is not None},
        into=tuple((name, convert) for name, convert in into if convert and compiled.params[name] is None),
        converts=_converting(out_of) if out_of else None,
        changes=tables_changed_with(changed) if isinstance(changed, Table) else frozenset(),
        reads=tables_in(statement),
    )


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Our own types give their bare function: what SQLAlchemy wraps around it costs more than it does."""
    return kind.into if isinstance(kind, Stored) else kind.dialect_impl(dialect).bind_processor(dialect)


def _out_of(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, Stored):
        return kind.out_of
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class Connection:
    """One driver connection. It belongs to one thread.

    ``faults`` are the errors that the driver raises. One that ``writes`` remembers what it reads (see
    `Memory`); whoever uses it says so with `forget` when others may have written too.
    """

    def __init__(
        self,
        driver: Driver,
        dialect: Dialect,
        faults: tuple[type[Exception], ...] = (),
        *,
        writes: bool = False,
    ) -> None:
        self.faults = faults
        self._memory = Memory() if writes else None
        self._driver = driver
        self._dialect = dialect
        self._changes = 0  # statements that changed something
        self._marks: dict[str, int] = {}  # how many there had been at each savepoint

    def begin(self, words: str) -> None:
        """Begin a transaction, in the database's words."""
        self._driver.execute(words)
        self._marks = {BEGINNING: self._changes}

    @property
    def has_changes(self) -> bool:
        """Whether this transaction has changed anything, even if that was taken back."""
        return self._changes != self._marks[BEGINNING]

    def savepoint(self, name: str) -> None:
        """From here on everything can be taken back."""
        self._driver.execute(f"SAVEPOINT {name}")
        self._marks[name] = self._changes

    def back_to(self, name: str) -> None:
        """Take back what was changed since the savepoint, which stays."""
        self._forget_since(name)
        self._driver.execute(f"ROLLBACK TO {name}")

    def release(self, name: str) -> None:
        """The savepoint is not needed any more."""
        self._driver.execute(f"RELEASE {name}")

    def rolled_back(self) -> None:
        """All of the transaction was taken back."""
        self._forget_since(BEGINNING)

    def forget(self) -> None:
        """The database may have changed by other hands."""
        if self._memory:
            self._memory.forget_all()

    def rows(self, statement: Statement, **values: Any) -> list[Row]:
        """Run it; all rows that came back, converted."""
        convert, answer = self.answer(statement, values)
        return answer if convert is None else [convert(row) for row in answer]

    def answer(
        self, statement: Statement, values: dict[str, Any], but: Shelf | None = None
    ) -> tuple[Callable[[Row], Row] | None, list[Row]]:
        """Run it; all rows as the database has them, and what converts one, if anything needs that.

        ``but`` is a shelf that the caller keeps in step with what it changes here.
        """
        prepared = self.prepared(statement)
        answer = self._driver.execute(prepared.text, prepared.converted(values)).fetchall()
        if prepared.changes:
            self._changed(prepared, but)
        return prepared.converts, answer

    def row(self, statement: Statement, **values: Any) -> Row | None:
        """Run it; the first row, or nothing."""
        return next(iter(self.rows(statement, **values)), None)

    def cell(self, statement: Statement, **values: Any) -> Any:
        """Run it; the first column of the first row, or nothing."""
        row = self.row(statement, **values)
        return None if row is None else row[0]

    def run(self, statement: Statement, **values: Any) -> None:
        """Run it; nothing comes back."""
        self.rows(statement, **values)

    def run_each(self, statement: Statement, each: Iterable[dict[str, Any]]) -> None:
        """Run it for each of these; nothing comes back."""
        prepared = self.prepared(statement)
        self._driver.executemany(prepared.text, [prepared.converted(values) for values in each])
        self._changed(prepared)

    def known(self, make: Callable[[Row], V], statement: Statement, **values: Any) -> Sequence[V]:
        """What is made of the rows of a question; asked again only when something may have changed."""
        shelf = self.shelf(self.prepared(statement).reads)
        key: Hashable = (statement, *values.items())
        found: Sequence[V] | None = shelf.get(key)
        if found is None:
            found = [make(row) for row in self.rows(statement, **values)]
            make_room(shelf)
            shelf[key] = found
        return found

    def known_one(self, make: Callable[[Row], V], statement: Statement, **values: Any) -> V | None:
        """The first of what is `known`, or nothing."""
        return next(iter(self.known(make, statement, **values)), None)

    def shelf(self, tables: frozenset[str], whose: Hashable = None) -> Shelf:
        """What is remembered of these tables (see `Memory`); by a connection that only reads, nothing."""
        return {} if self._memory is None else self._memory.shelf(tables, whose)

    def prepared(self, statement: Statement) -> Prepared:
        """The statement in the database's words."""
        return prepare(statement, self._dialect)

    def _forget_since(self, name: str) -> None:
        """What was read after a change that is taken back was never true."""
        if self._changes != self._marks.get(name):
            self.forget()

    def _changed(self, prepared: Prepared, but: Shelf | None = None) -> None:
        self._changes += 1
        if self._memory:
            self._memory.forget(prepared.changes, but)


def _converting(out_of: tuple[tuple[int, Convert], ...]) -> Callable[[Row], Row]:
    """What turns a row as the database has it into the values of its columns."""

    def converted(row: Row) -> Row:
        cells = list(row)
        for index, convert in out_of:
            if cells[index] is not None:
                cells[index] = convert(cells[index])
        return cells

    return converted
