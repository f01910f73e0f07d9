"""Whatever the writer remembers is held against the database each time it is used.

What is remembered must be what is stored, whoever changed what in between: too much to think of for tests of
their own. So every story is one.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Select

from wa_notify.store.connection import Connection, Row, Statement
from wa_notify.store.numbered import Numbered


def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Watch all stores until the test is over, then complain of each answer that was not true any more."""
    outdated: list[str] = []
    known, read, get = Connection.known, Numbered.read, Numbered.get

    def known_and_true(
        self: Connection, make: Callable[[Row], Any], statement: Statement, **values: Any
    ) -> Sequence[Any]:
        found = known(self, make, statement, **values)
        stored = [make(row) for row in self.rows(statement, **values)]
        if list(found) != stored:
            outdated.append(f"{statement}\nwith {values}\nremembered: {found}\nstored: {stored}")
        return found

    def read_and_true(
        self: Numbered[Any], connection: Connection, question: Select[Any], **values: Any
    ) -> list[Any]:
        found = read(self, connection, question, **dict(values))
        stored = [self._record.value(row) for row in connection.rows(question, **values)]
        if found != stored:
            outdated.append(f"{question}\nwith {values}\nremembered: {found}\nstored: {stored}")
        return found

    def get_and_true(self: Numbered[Any], connection: Connection, number: int) -> Any:
        found = get(self, connection, number)
        row = connection.row(self.by_number, id=number)
        stored = None if row is None else self._record.value(row)
        if found != stored:
            outdated.append(f"remembered: {found}\nstored: {stored}")
        return found

    monkeypatch.setattr(Connection, "known", known_and_true)
    monkeypatch.setattr(Numbered, "read", read_and_true)
    monkeypatch.setattr(Numbered, "get", get_and_true)
    yield
    assert not outdated, "\n\n".join(outdated)
