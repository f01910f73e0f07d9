"""Words by which rows are found, kept in a table beside them, and how questions are narrowed by them.

A beginning that few words have is looked up among the words; one that very many have is tried on each row of
the list in its order, which finds enough of them soon. So no search costs more than a walk over the list.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Insert,
    Select,
    Table,
    Text,
    bindparam,
    delete,
    func,
    or_,
    select,
)

from wa_notify.store.clauses import LIMIT, ONE, adding, matching
from wa_notify.store.connection import Connection

LAST = "\U0010ffff"  # comes after every letter
MANY = 5000  # words; when more fit, a list is walked


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """How a search narrows a question: how many beginnings each word has, and whether few fit the first."""

    shape: tuple[int, ...] = ()
    few: bool = False


class WordIndex:
    """The words of one kind of row. ``words`` has a column for the row's key, and one for the word."""

    def __init__(self, words: Table, owner: Column[Any]) -> None:
        self.words = words
        self.owner = owner
        self.add: Insert = adding(words)
        self.remove = delete(words).where(*matching(words, owner.name, "word"))
        self.words_of = select(words.c.word).where(*matching(words, owner.name))

    def file(self, connection: Connection, owner: Any, words: Collection[str], *, new: bool = False) -> None:
        """The row is found by these words from now on, and by no others. A ``new`` row had none before."""
        key = self.owner.name
        known = set() if new else {word for (word,) in connection.rows(self.words_of, **{key: owner})}
        gone, added = known.difference(words), set(words) - known
        connection.run_each(self.remove, ({key: owner, "word": word} for word in sorted(gone)))
        connection.run_each(self.add, ({key: owner, "word": word} for word in sorted(added)))

    def narrowing(
        self, connection: Connection, asked: Iterable[Sequence[str]]
    ) -> tuple[Narrowing, dict[str, str]]:
        """How to look for these words, each given by its beginnings, and the values that go with it."""
        counted = []
        for beginnings in asked:
            values = dict(_between("", beginnings))
            found = connection.cell(_how_many(self, len(beginnings)), limit=MANY + 1, **values)
            counted.append((found, beginnings))
        counted.sort(key=lambda one: one[0])  # what few have leads, and the others stand so that
        counted[1:] = sorted(counted[1:], key=lambda one: len(one[1]))  # a handful of statements does
        values = {
            name: value
            for place, (_, beginnings) in enumerate(counted)
            for name, value in _between(str(place), beginnings)
        }
        shape = tuple(len(beginnings) for _, beginnings in counted)
        return Narrowing(shape=shape, few=bool(counted) and counted[0][0] <= MANY), values

    def clauses(self, key: ColumnElement[Any], narrowing: Narrowing) -> list[ColumnElement[bool]]:
        """The conditions that the row of this key has words that begin so."""
        found: list[ColumnElement[bool]] = []
        for place, beginnings in enumerate(narrowing.shape):
            fits = _fits(self, str(place), beginnings)
            if place == 0 and narrowing.few:
                found.append(key.in_(select(self.owner).where(fits)))
            else:
                has = select(ONE).select_from(self.words).where(self.owner == key, fits)
                found.append(has.correlate_except(self.words).exists())
        return found


def _between(prefix: str, beginnings: Sequence[str]) -> Iterable[tuple[str, str]]:
    for number, beginning in enumerate(beginnings):
        yield f"from{prefix}_{number}", beginning
        yield f"to{prefix}_{number}", f"{beginning}{LAST}"


def _fits(index: WordIndex, prefix: str, beginnings: int) -> ColumnElement[bool]:
    word = index.words.c.word
    return or_(
        *(
            (word >= _text(f"from{prefix}_{number}")) & (word < _text(f"to{prefix}_{number}"))
            for number in range(beginnings)
        )
    )


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=Text)


@cache
def _how_many(index: WordIndex, beginnings: int) -> Select[Any]:
    some = select(index.owner).where(_fits(index, "", beginnings)).limit(LIMIT).subquery()
    return select(func.count()).select_from(some)
