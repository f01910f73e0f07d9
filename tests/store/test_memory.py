"""What the writer remembers is forgotten as soon as it may not be true any more.

That it is true is held against the database in all stories (see `tests.remembered`); here are the reasons for
which it could cease to be.
"""

import re
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.store.contract import NOW, SECOND, a_ticket, an_item, do, stored
from wa_notify.core.incomplete import Incomplete
from wa_notify.core.outbox import Intent, ItemState
from wa_notify.core.recipient import Recipient
from wa_notify.ports import Store, Transaction
from wa_notify.store import memory
from wa_notify.store.connection import Connection
from wa_notify.store.sqlite import SqliteStore, open_store

ALICE = Recipient(id="alice", name="Alice", phone="+447700900123")
RENAMED = replace(ALICE, name="Alison")


@pytest.fixture(autouse=True)
def memory_is_true() -> None:
    """Not watched here, because watching asks the database."""


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first words of every statement that changes something, with its columns."""
    heard: list[str] = []
    answer = Connection.answer

    def listening(self: Connection, *arguments: object, **more: object) -> object:
        heard.append(self.prepared(arguments[0]).text.partition(" WHERE ")[0])  # type: ignore[arg-type]
        return answer(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Connection, "answer", listening)
    return heard


def updates(said: list[str]) -> list[str]:
    return [text for text in said if text.startswith("UPDATE outbox")]


def test_what_another_process_wrote_is_seen(sqlite: SqliteStore, database: Path) -> None:
    do(sqlite, lambda tx: tx.save_recipient(ALICE))
    assert do(sqlite, lambda tx: tx.recipient("alice")) == ALICE
    with closing(open_store(str(database), exclusive=False)) as tool:
        do(tool, lambda tx: tx.save_recipient(RENAMED))
    assert do(sqlite, lambda tx: tx.recipient("alice")) == RENAMED


def test_what_is_taken_back_within_a_work_was_never_true(store: Store) -> None:
    do(store, lambda tx: tx.save_recipient(ALICE))

    def work(tx: Transaction) -> Recipient | None:
        with suppress(ZeroDivisionError), tx.apart():
            tx.save_recipient(RENAMED)
            assert tx.recipient("alice") == RENAMED
            raise ZeroDivisionError
        return tx.recipient("alice")

    assert do(store, work) == ALICE


def test_what_a_failed_work_read_of_itself_is_forgotten(store: Store) -> None:
    (item,) = stored(store, an_item("a"))
    gone = replace(item, state=ItemState.CANCELLED)

    def work(tx: Transaction) -> None:
        tx.save_item(gone)
        assert tx.item(item.id) == gone
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        do(store, work)
    assert do(store, lambda tx: tx.item(item.id)) == item


def test_a_rehearsal_leaves_nothing_in_the_memory(store: Store) -> None:
    do(store, lambda tx: tx.save_recipient(ALICE))

    def work(tx: Transaction) -> Recipient | None:
        tx.save_recipient(RENAMED)
        return tx.recipient("alice")

    assert store.rehearse(work).result(timeout=30) == RENAMED
    assert do(store, lambda tx: tx.recipient("alice")) == ALICE


def test_only_what_is_new_about_an_item_is_written(store: Store, said: list[str]) -> None:
    (item,) = stored(store, an_item("a"))
    later = replace(item, due_at=item.due_at + SECOND)
    do(store, lambda tx: tx.save_item(later))
    (text,) = updates(said)
    assert re.findall(r"(\w+)=", text) == ["due_at"]
    do(store, lambda tx: tx.save_item(later))
    assert len(updates(said)) == 1, "what is stored already was written once more"


def test_an_item_that_was_added_or_changed_is_not_read_again(store: Store, said: list[str]) -> None:
    (item,) = stored(store, an_item("a"), an_item("b"))[:1]
    do(store, lambda tx: tx.save_item(replace(item, due_at=NOW + SECOND)))
    assert not [text for text in said if text.startswith("SELECT")]


def test_the_hour_that_comes_twice_is_told_apart(store: Store) -> None:
    """The wall clock shows the same, and so Python calls both equal as long as they are in that zone."""
    zone = ZoneInfo("Europe/London")
    first = datetime(2026, 10, 25, 1, 30, tzinfo=zone)
    (item,) = stored(store, an_item("a", due_at=first))
    do(store, lambda tx: tx.save_item(replace(item, due_at=first.replace(fold=1))))
    found = do(store, lambda tx: tx.item(item.id))
    assert found
    assert found.due_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_text_is_remembered_as_the_plain_text_that_is_stored(store: Store) -> None:
    text = Incomplete("Disk full, owner unknown", ["owner"])
    (item,) = stored(store, an_item("a", intent=Intent(free_form=text, lacks=("owner",))))
    ticket = do(store, lambda tx: tx.save_ticket(a_ticket(title=text)))
    assert type(item.intent.free_form) is str
    assert type(ticket.title) is str


def test_what_can_never_change_stays_as_it_is_stored(store: Store) -> None:
    (item,) = stored(store, an_item("a"))
    do(store, lambda tx: tx.save_item(replace(item, recipient_id="mallory", attempts=1)))
    assert do(store, lambda tx: tx.item(item.id)) == replace(item, attempts=1)


def test_a_full_memory_makes_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST", 3)
    tickets = do(store, lambda tx: [tx.save_ticket(a_ticket(group=f"g{number}")) for number in range(10)])
    assert do(store, lambda tx: [tx.ticket(ticket.id) for ticket in tickets]) == tickets
