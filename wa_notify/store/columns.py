"""How each kind of column is stored: what SQL has no type for is text or a number (see `rows`)."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, Column, ColumnElement, Dialect, Integer, Text, false, literal_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from wa_notify.core.rule import Priority
from wa_notify.store import rows

E = TypeVar("E", bound=StrEnum)
S = TypeVar("S")

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
    return Stored(Text(), attrgetter("value"), {word.value: word for word in vocabulary}.__getitem__)


INSTANT = Stored(WHOLE, rows.micros, rows.instant)  # a point in time, to the microsecond
FLAG: Stored[bool] = Stored(Integer(), int, bool)
RANK = Stored(Integer(), int, Priority)  # a priority, as the number that sorts it
MAPPING = Stored(Text(), rows.json_text, rows.mapping_of)
WORDS = Stored(Text(), rows.json_text, rows.words_of)


def one_of(column: Column[Any], words: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Compare with words written into the statement, since only then a partial index can be recognised."""
    written: list[ColumnElement[str]] = [literal_column(f"'{word.value}'") for word in words]
    return column.in_(written) if written else false()
