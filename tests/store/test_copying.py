"""A store moves house: everything comes along, whichever way, and what did not arrive whole is noticed."""
# ruff: noqa: S608  # tables have no names from outside

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column

from tests.postgres import cluster
from tests.store.contract import NOW, a_ticket, an_alert, an_item, do, see, stored
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.errors import StoreError
from wa_notify.core.recipient import Recipient
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.ports import Store, Transaction
from wa_notify.store import copying
from wa_notify.store.copying import copy_store
from wa_notify.store.migrate import migrate
from wa_notify.store.opening import open_store
from wa_notify.store.tables import metadata

New = Callable[[Path], str]


def a_file(folder: Path) -> str:
    return f"sqlite:///{folder / 'moved.db'}"


def at_a_server(_: Path) -> str:
    return cluster().empty()


WAYS = {"file": a_file, "server": at_a_server}


@pytest.fixture(params=["file to server", "server to file", "server to server"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """A store with a life behind it, and where it shall go."""
    source, target = (WAYS[word] for word in request.param.split(" to "))
    folder = tmp_path / "old"
    folder.mkdir()
    old = source(folder)
    migrate(old)
    with closing(open_store(old)) as store:
        do(store, a_life)
        fill(store)
    return old, target(tmp_path)


def a_life(tx: Transaction) -> None:
    for who in ("alice", "bob"):
        tx.save_recipient(Recipient(id=who, name=f"{who.title()} 😀", phone=f"+4477009001{len(who)}"))
    for act in (ConsentAct.GRANTED, ConsentAct.REVOKED, ConsentAct.GRANTED):
        tx.record_consent(ConsentRecord(recipient_id="alice", act=act, source="t", actor="Anna", at=NOW))
    ticket = tx.save_ticket(a_ticket())
    tx.save_alert(ticket, an_alert())
    tx.note(Entry(ticket_id=ticket.id, at=NOW, kind=EntryKind.OPENED, text="it is full"))
    for number in range(50):
        tx.enqueue(an_item(str(number), ticket_id=ticket.id))


def fill(store: Store) -> None:
    """A row in every table that has none yet, so that none can be forgotten."""
    connection = store._writer._scribe._connection  # type: ignore[attr-defined]

    def work(_: Transaction) -> None:
        for table in metadata.sorted_tables:
            if not connection._driver.execute(f'SELECT count(*) FROM "{table.name}"', {}).fetchall()[0][0]:
                values = {column.name: a_value(column) for column in table.columns}
                names = ", ".join(f'"{name}"' for name in values)
                words = ", ".join(f"'{value}'" for value in values.values())
                connection._driver.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({words})', {})

    do(store, work)


def a_value(column: Column[Any]) -> Any:
    if column.foreign_keys:
        return {"recipient_id": "alice", "account": "1"}.get(column.name, 1)
    return 1


def everything(url: str) -> dict[str, Any]:
    """All that the tables hold, without the numbers that may have gaps in them."""
    with closing(open_store(url)) as store:
        driver = store._writer._scribe._connection._driver  # type: ignore[attr-defined]

        def work(_: Transaction) -> dict[str, Any]:
            return {
                name: sorted(map(tuple, driver.execute(f'SELECT * FROM "{name}"', {}).fetchall()), key=repr)
                for name in metadata.tables
            }

        return do(store, work)


def test_everything_comes_along(way: tuple[str, str]) -> None:
    source, target = way
    heard: list[tuple[int, int]] = []
    copied = copy_store(source, target, lambda done, total: heard.append((done, total)))
    assert everything(target) == everything(source)
    assert all(everything(target).values()), "the test fills every table"
    assert copied.ledger is None
    assert heard[-1] == (copied.rows, copied.rows)


def test_numbers_go_on_where_they_were(way: tuple[str, str]) -> None:
    source, target = way
    with closing(open_store(source)) as store:
        last = max(item.id for item in stored(store, an_item("gone")))
        driver = store._writer._scribe._connection._driver  # type: ignore[attr-defined]
        do(store, lambda _: driver.execute(f"DELETE FROM outbox WHERE id = {last}", {}))
    copy_store(source, target, lambda *_: None)
    with closing(open_store(target)) as store:
        (item,) = stored(store, an_item("next"))
        assert item.id == last + 1
        assert see(store, lambda views: views.ledger_head()) is not None


def test_a_target_with_anything_in_it_is_left_alone(way: tuple[str, str]) -> None:
    source, target = way
    migrate(target)
    with closing(open_store(target)) as store:
        stored(store, an_item("mine"))
    before = everything(target)
    with pytest.raises(StoreError, match="is not empty: there is something in outbox"):
        copy_store(source, target, lambda *_: None)
    assert everything(target) == before


def test_nothing_is_copied_while_a_service_works(
    way: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wa_notify.store.postgres_locks.TAKE_OVER", 0.2)
    source, target = way
    with closing(open_store(source)), pytest.raises(StoreError, match="Another service works on"):
        copy_store(source, target, lambda *_: None)


def test_a_store_is_not_copied_into_itself(way: tuple[str, str]) -> None:
    with pytest.raises(StoreError, match="into itself"):
        copy_store(way[0], way[0], lambda *_: None)


def test_a_table_that_arrives_changed_is_noticed_and_nothing_is_kept(
    way: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = way
    batches = copying._batches

    def damaging(connection: Any, table: Any) -> Any:
        for rows in batches(connection, table):
            if table.name == "timeline":
                rows[0]["text"] = f"{rows[0]['text']}!"  # once when it is read, once more when it is compared
            yield rows

    monkeypatch.setattr(copying, "_batches", damaging)
    with pytest.raises(StoreError, match="The table timeline did not arrive"):
        copy_store(source, target, lambda *_: None)
    monkeypatch.undo()
    assert not any(everything(target).values())
    copy_store(source, target, lambda *_: None)


def test_a_row_that_is_lost_on_the_way_is_noticed(
    way: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = way
    batches, calls = copying._batches, []

    def losing(connection: Any, table: Any) -> Any:
        calls.append(table.name)
        for rows in batches(connection, table):
            yield rows[:-1] if calls.count("outbox") == 2 and table.name == "outbox" else rows

    monkeypatch.setattr(copying, "_batches", losing)
    with pytest.raises(StoreError, match="The table outbox did not arrive"):
        copy_store(source, target, lambda *_: None)


def test_a_ledger_that_was_broken_before_is_told(tmp_path: Path) -> None:
    source = a_file(tmp_path)
    migrate(source)
    with closing(open_store(source)) as store:
        do(store, a_life)
    with closing(sqlite3.connect(tmp_path / "moved.db", isolation_level=None)) as driver:
        driver.execute("DROP TRIGGER consents_refuse_update")
        driver.execute("UPDATE consents SET source = 'x' WHERE number = 2")
    copied = copy_store(source, cluster().empty(), lambda *_: None)
    assert copied.ledger is not None
    assert copied.ledger.number == 2
