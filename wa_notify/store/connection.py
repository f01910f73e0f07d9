"""Statements are written with SQLAlchemy, compiled once, and run on the driver's own connection.

SQLAlchemy's execution costs a tenth of a millisecond each time, a hundred times what SQLite needs for a point
lookup. Its compiler gives the same statement to every database; the column types of `tables` still convert
values on their way in and out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from sqlalchemy import CompoundSelect, Delete, Dialect, Insert, Select, Update
from sqlalchemy.types import TypeEngine

from wa_notify.store.columns import Stored

Statement: TypeAlias = "Select[Any] | CompoundSelect[Any] | Insert | Update | Delete"
Convert: TypeAlias = Callable[[Any], Any]
Row: TypeAlias = Sequence[Any]


class Cursor(Protocol):
    """What a driver answers."""

    def fetchall(self) -> list[Any]:
        """All rows; this also completes a statement with RETURNING."""


class Driver(Protocol):
    """The part of a driver's connection that we use; parameters are named."""

    def execute(self, text: str, values: Mapping[str, Any] = ..., /) -> Cursor:
        """Run one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A statement in the database's own words, with what converts its values."""

    text: str
    fixed: Mapping[str, Any]
    into: tuple[tuple[str, Convert], ...]
    out_of: tuple[tuple[int, Convert], ...]


def prepare(statement: Statement, dialect: Dialect) -> Prepared:
    """Put the statement into the database's words."""
    compiled = statement.compile(dialect=dialect)
    into = ((name, _into(bind.type, dialect)) for name, bind in compiled.binds.items())
    out_of = enumerate(_out_of(column.type, dialect) for column in statement.exported_columns)
    return Prepared(
        text=str(compiled),
        fixed={name: value for name, value in compiled.params.items() if value is not None},
        into=tuple((name, convert) for name, convert in into if convert and compiled.params[name] is None),
        out_of=tuple((index, convert) for index, convert in out_of if convert),
    )


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Our own types give their bare function: what SQLAlchemy wraps around it costs more than it does."""
    return kind.into if isinstance(kind, Stored) else kind.dialect_impl(dialect).bind_processor(dialect)


def _out_of(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, Stored):
        return kind.out_of
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class Connection:
    """One driver connection and the statements it has learned. It belongs to one thread.

    ``faults`` are the errors that the driver raises.
    """

    def __init__(self, driver: Driver, dialect: Dialect, faults: tuple[type[Exception], ...] = ()) -> None:
        self.faults = faults
        self._driver = driver
        self._dialect = dialect
        self._known: dict[Statement, Prepared] = {}

    def say(self, text: str) -> None:
        """Run words that have no values and no answer."""
        self._driver.execute(text)

    def rows(self, statement: Statement, **values: Any) -> list[Row]:
        """Run it; all rows that came back, converted."""
        prepared = self._known.get(statement)
        if prepared is None:
            prepared = self._known[statement] = prepare(statement, self._dialect)
        for name, convert in prepared.into:
            if values[name] is not None:
                values[name] = convert(values[name])
        values.update(prepared.fixed)
        answer = self._driver.execute(prepared.text, values).fetchall()
        return [_converted(row, prepared.out_of) for row in answer]

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


def _converted(row: Row, out_of: tuple[tuple[int, Convert], ...]) -> Row:
    cells = list(row)
    for index, convert in out_of:
        if cells[index] is not None:
            cells[index] = convert(cells[index])
    return cells
