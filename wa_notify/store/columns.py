"""How each kind of column is stored, and the words in which tables are written down.

What SQL has no type for is text or a number (see `rows`).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    false,
    literal_column,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from wa_notify.core.rule import Priority
from wa_notify.store import rows

E = TypeVar("E", bound=StrEnum)
S = TypeVar("S")

# Both databases order texts by their code points: lists are read on behind the last one that was shown.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
WHOLE = BigInteger().with_variant(Integer(), "sqlite")  # STRICT and AUTOINCREMENT know INTEGER only


class Stored(TypeDecorator[S], Generic[S]):
    """A kind of value that SQL has no type for; ``into`` and ``out_of`` convert it, and never meet NULL."""

    impl = Text
    cache_ok = True

    def __init__(
        self, kept_as: TypeEngine[Any], into: Callable[[S], Any], out_of: Callable[[Any], S]
    ) -> None:
        super().__init__()
        self.kept_as = kept_as
        self.into = into
        self.out_of = out_of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Say what the column is to the database."""
        return dialect.type_descriptor(self.kept_as)

    def process_bind_param(self, value: S | None, _dialect: Dialect) -> Any:
        """Into the column."""
        return None if value is None else self.into(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> S | None:
        """Out of the column."""
        return None if value is None else self.out_of(value)


def word_of(vocabulary: type[E]) -> Stored[E]:
    """One word of a vocabulary, stored as it is logged and translated."""
    return Stored(TEXT, attrgetter("value"), {word.value: word for word in vocabulary}.__getitem__)


INSTANT = Stored(WHOLE, rows.micros, rows.instant)  # a point in time, to the microsecond
FLAG: Stored[bool] = Stored(Integer(), int, bool)
RANK = Stored(Integer(), int, Priority)  # a priority, as the number that sorts it
MAPPING = Stored(TEXT, rows.json_text, rows.mapping_of)
WORDS = Stored(TEXT, rows.json_text, rows.words_of)


def one_of(column: ColumnElement[Any], words: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Compare with words written into the statement, since only then a partial index can be recognised."""
    written: list[ColumnElement[str]] = [literal_column(f"'{word.value}'") for word in words]
    return column.in_(written) if written else false()


metadata = MetaData()


def number() -> Column[int]:
    """The number of a row, never used twice."""
    return Column("id", WHOLE, primary_key=True)


def text(name: str, **options: Any) -> Column[str]:
    """A text that is always there, perhaps empty."""
    return Column(name, TEXT, nullable=False, **options)


def whole(name: str) -> Column[int]:
    """A whole number that is always there."""
    return Column(name, WHOLE, nullable=False)


def at(name: str) -> Column[datetime]:
    """An instant that is always there."""
    return Column(name, INSTANT, nullable=False)


def perhaps_at(name: str) -> Column[datetime]:
    """An instant, or nothing."""
    return Column(name, INSTANT)


def numbered(name: str, *parts: Any) -> Table:
    """A table whose rows are numbered."""
    return Table(name, metadata, number(), *parts, sqlite_autoincrement=True, sqlite_strict=True)


def keyed(name: str, *parts: Any) -> Table:
    """A table whose rows have a key of their own."""
    return Table(name, metadata, *parts, sqlite_strict=True)


def partial(name: str, *columns: Column[Any], where: ColumnElement[bool]) -> Index:
    """An index over some of the rows only."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)
