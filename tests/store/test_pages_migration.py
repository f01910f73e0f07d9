"""What the pages need is there for what was stored before, exactly as if it had been stored since."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import NullPool, create_engine

from tests.core.builders import spent
from tests.store.contract import NOW, SECOND, a_ticket, an_item
from wa_notify.core.charge import ChargeState
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.outbox import ItemState
from wa_notify.core.recipient import Recipient
from wa_notify.ports import Transaction
from wa_notify.store.migrate import config_for, migrate
from wa_notify.store.sqlite import open_store

FOLLOWS = ("directory", "person_words", "ticket_words", "charge_quarters")


def a_history(tx: Transaction) -> None:
    people = (
        Recipient(id="anna", name="Änna Berg-Ström", phone="+4915100001"),
        Recipient(id="bob.o", phone="+447700900123"),
        Recipient(id="guest-1", name="Zoë", guest=True),
        Recipient(id="dan"),
        Recipient(id="eve"),
    )
    for person in people:
        tx.save_recipient(person)
    for number, (who, act, purpose) in enumerate(
        (
            ("anna", ConsentAct.GRANTED, Purpose.UTILITY),
            ("anna", ConsentAct.REVOKED, Purpose.MARKETING),
            ("bob.o", ConsentAct.GRANTED, Purpose.UTILITY),
            ("bob.o", ConsentAct.REVOKED, Purpose.UTILITY),
            ("dan", ConsentAct.LAPSED, Purpose.UTILITY),
            ("dan", ConsentAct.GRANTED, Purpose.UTILITY),
            ("eve", ConsentAct.GRANTED, Purpose.UTILITY),
            ("eve", ConsentAct.LAPSED, Purpose.UTILITY),
        )
    ):
        at = NOW + number * SECOND
        tx.record_consent(
            ConsentRecord(recipient_id=who, purpose=purpose, act=act, source="web", actor="ops", at=at)
        )
    tx.save_ticket(a_ticket(title="Disk on DB-7 is full"))
    charges: tuple[dict[str, Any], ...] = (
        {},
        {"predicted": None},
        {"state": ChargeState.TAKEN_BACK},
        {"state": ChargeState.CONFIRMED, "told_by": "delivered", "actual": Decimal("0.125")},
        {"told_by": "sent", "actual": None},
    )
    for number, changes in enumerate(charges, start=1):
        at = NOW + number // 3 * timedelta(minutes=15)
        tx.save_charge(spent(**({"item_id": number, "at": at} | changes)))
    for state in (ItemState.DELIVERED, ItemState.READ, ItemState.FAILED):
        item = an_item(state, state=state, status_at=NOW + SECOND)
        tx.enqueue(item)


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    queries = {table: f"SELECT * FROM {table}" for table in FOLLOWS}  # noqa: S608  # names of ours
    with closing(sqlite3.connect(path)) as driver:
        return {table: sorted(driver.execute(query).fetchall()) for table, query in queries.items()}


def test_what_was_there_before_is_found_and_summed_up_as_what_came_since(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    migrate(str(path))
    with closing(open_store(str(path))) as store:
        store.transact(a_history).result()
    expected = rows(path)
    assert all(expected.values())
    _to_the_schema_before(path)
    migrate(str(path))
    assert rows(path) == expected
    with closing(sqlite3.connect(path)) as driver:
        delivered = driver.execute("SELECT state, delivered_at = status_at FROM outbox ORDER BY id")
        assert delivered.fetchall() == [("delivered", 1), ("read", 1), ("failed", None)]


def _to_the_schema_before(path: Path) -> None:
    """A file of the third schema with the same rows."""
    old = path.with_name("old.db")
    engine = create_engine(f"sqlite:///{old}", poolclass=NullPool)
    with engine.begin() as connection:
        command.upgrade(config_for(connection), "0003")
    with closing(sqlite3.connect(old)) as driver:
        driver.execute("ATTACH ? AS new", (str(path),))
        driver.execute("PRAGMA foreign_keys = OFF")
        tables = driver.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ).fetchall()
        for (table,) in tables:
            if table != "alembic_version":
                known = driver.execute("SELECT name FROM pragma_table_info(?, 'main')", (table,))
                names = ", ".join(f'"{name}"' for (name,) in known)
                copy = f"INSERT INTO main.{table} ({names}) SELECT {names} FROM new.{table}"  # noqa: S608
                driver.execute(copy)
        driver.commit()
    old.replace(path)
    for beside in ("-wal", "-shm"):
        path.with_name(f"{path.name}{beside}").unlink(missing_ok=True)
