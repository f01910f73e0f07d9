"""Erasing a person: what is easily overlooked."""

import sqlite3
from base64 import b64encode
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.builders import NOW, item, recipient
from tests.core.test_charge import charge
from tests.pipeline.test_erasure import DORA, LATER, N, dump, erased, house, message
from wa_notify.core.condition import Scope, Sign
from wa_notify.core.enclosed import MediaKind
from wa_notify.core.inbound import Arrival, Deleted, InboundMessage, Sender
from wa_notify.core.media import Uploaded
from wa_notify.core.pace import Pair
from wa_notify.core.pricing import EntryPoint
from wa_notify.core.received import Received
from wa_notify.core.recipient import Seed
from wa_notify.core.rule import Rulebook
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.pipeline.conditions import heed
from wa_notify.pipeline.erasure import erase
from wa_notify.pipeline.people import seed
from wa_notify.pipeline.receive import receive
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

__all__ = ["house"]

TELLING_TABLES = (
    *("reach", "pairs", "receipts_off", "entry_points", "received_files", "media", "charges", "conditions"),
)
HER_ID = "wamid." + b64encode(b"\x1d\x04\x18\x0c447700900555\x15\x02\x00\x12\x18\x143A1F").decode()


def _told(path: Path, table: str, word: str) -> bool:
    with closing(sqlite3.connect(path)) as driver:
        rows = driver.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
    return any(word in str(cell) for row in rows for cell in row)


def told(store: SqliteStore, ticket_id: int = 1) -> str:
    return str(store.read(lambda views: views.timeline(ticket_id)).result())


def test_the_ids_of_messages_hold_the_number_and_go_too(house: tuple[SqliteStore, Path]) -> None:
    store, path = house
    deletion = InboundMessage(
        wamid="wamid.DORA6",
        sender=Sender(wa_id="447700900555"),
        at=NOW,
        content=Deleted(original_wamid=HER_ID),
        raw={"from": "447700900555"},
    )
    events = [
        message("I take it", wamid=HER_ID),
        Arrival(key="wamid.DORA6", number_id=N, event=deletion),
    ]
    store.transact(lambda tx: receive(tx, Rulebook(), events, LATER, 0.5)).result()
    to_alice = item(id=0, key=f"1.1/taken/{HER_ID}/alice", ticket_id=1, recipient_id="alice")
    store.transact(lambda tx: tx.enqueue(to_alice)).result()
    assert HER_ID[12:24] in dump(path)
    erased(store)
    assert HER_ID[12:24] not in dump(path)


def test_a_number_that_was_given_up_goes_too(house: tuple[SqliteStore, Path]) -> None:
    store, path = house
    moved = replace(DORA, former=("+447700900321",))
    store.transact(lambda tx: tx.save_recipient(moved)).result()
    old = message("old words", wa_id="447700900321", wamid="wamid.OLD")
    store.transact(lambda tx: tx.first_time(old, NOW)).result()
    erased(store)
    assert "7700900321" not in dump(path)


@pytest.mark.parametrize("spelling", ["DÖRTHE MAIER", "dörthe maier", "Dörthe Maier"])
def test_a_name_goes_however_it_is_capitalised(house: tuple[SqliteStore, Path], spelling: str) -> None:
    store, _ = house
    said = Entry(ticket_id=1, at=NOW, kind=EntryKind.COMMENTED, actor="alice", text=f"{spelling} knows")
    store.transact(lambda tx: tx.note(said)).result()
    done = erased(store)
    assert f"{done.stand_in} knows" in told(store)


def test_a_number_that_is_somebody_elses_now_is_left_to_them(house: tuple[SqliteStore, Path]) -> None:
    store, path = house
    moved = replace(DORA, former=("+447700900321",))
    next_owner = recipient(id="fay", name="Fay", phone="+447700900321")
    store.transact(lambda tx: tx.save_recipient(moved)).result()
    store.transact(lambda tx: tx.save_recipient(next_owner)).result()
    hers = message("Fay writes", wa_id="447700900321", wamid="wamid.FAY")
    store.transact(lambda tx: tx.first_time(hers, NOW)).result()
    erased(store)
    assert "Fay writes" in dump(path)


def test_who_had_very_many_addresses_is_erased_as_well(house: tuple[SqliteStore, Path]) -> None:
    store, path = house
    many = tuple(f"+4477008{number:05}" for number in range(60))
    store.transact(lambda tx: tx.save_recipient(replace(DORA, former=many))).result()
    rang = Entry(ticket_id=1, at=NOW, kind=EntryKind.STATUS, actor="alice", text=", ".join(many))
    store.transact(lambda tx: tx.note(rang)).result()
    erased(store)
    assert [one for one in many if one in dump(path)] == []


def test_what_somebody_was_called_before_goes_too(house: tuple[SqliteStore, Path]) -> None:
    store, path = house
    renamed = [Seed(recipient=replace(DORA, id="lotte", name="D. Schulz", bsuid=""))]
    store.transact(lambda tx: seed(tx, renamed, NOW)).result()
    text = "The first message to dora is delivered. Dörthe Maier knows, and D. Schulz."
    store.transact(lambda tx: tx.note(Entry(ticket_id=1, at=NOW, kind=EntryKind.STATUS, text=text))).result()
    done = store.transact(lambda tx: erase(tx, "lotte", source="cli", actor="admin", now=LATER)).result()
    there = dump(path)
    assert [one for one in ("dora", "Maier", "Schulz", "lotte") if one in there] == []
    assert f"The first message to {done.stand_in} is delivered." in there


def blocked(tx: Transaction, who: str) -> None:
    heed(tx, Sign(scope=Scope.PERSON, subject=who, cause="identity", what="Blocked"), NOW)


def test_what_stood_in_the_way_of_a_person_goes_with_them(house: tuple[SqliteStore, Path]) -> None:
    store, path = house
    store.transact(lambda tx: blocked(tx, DORA.id)).result()
    erased(store)
    assert store.read(lambda views: views.conditions()).result() == []
    assert f"'{DORA.id}'" not in dump(path)


def test_a_new_name_renames_a_person_and_no_country(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    country = Sign(scope=Scope.COUNTRY, subject="GB", cause="130497", what="Blocked there")

    def renamed(tx: Transaction) -> None:
        tx.save_recipient(recipient(id="GB", phone="+447700900777"))
        heed(tx, country, NOW)
        blocked(tx, "GB")
        tx.rename_recipient("GB", "gabi")

    store.transact(renamed).result()
    found = store.read(lambda views: views.conditions()).result()
    assert {(one.scope, one.subject) for one in found} == {(Scope.COUNTRY, "GB"), (Scope.PERSON, "gabi")}


def test_what_stood_in_the_way_of_a_number_is_not_in_the_way_of_the_next(
    house: tuple[SqliteStore, Path],
) -> None:
    store, path = house

    def moved(tx: Transaction) -> None:
        blocked(tx, DORA.id)
        tx.save_receipts_off(DORA.id, NOW)
        tx.save_entry_point(N, DORA.id, EntryPoint(referred_at=NOW))
        tx.save_recipient(replace(DORA, phone="+447700900777"))

    store.transact(moved).result()
    assert store.read(lambda views: views.conditions()).result() == []
    with closing(sqlite3.connect(path)) as driver:
        for table in ("receipts_off", "entry_points"):
            assert driver.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table  # noqa: S608


def test_a_guest_who_turns_out_to_be_somebody_leaves_no_trouble_behind(
    house: tuple[SqliteStore, Path],
) -> None:
    store, _ = house

    def absorbed(tx: Transaction) -> None:
        tx.save_recipient(recipient(id="guest-1", name="", phone="+447700900777", guest=True))
        blocked(tx, "guest-1")
        blocked(tx, DORA.id)
        tx.absorb("guest-1", DORA.id)

    store.transact(absorbed).result()
    assert [one.subject for one in store.read(lambda views: views.conditions()).result()] == [DORA.id]


def test_nothing_of_the_account_names_an_erased_person(house: tuple[SqliteStore, Path]) -> None:
    """The tables of money, limits, files and troubles, each with a row about her or that speaks of her."""
    store, path = house
    now = NOW

    def furnish_more(tx: Transaction) -> None:
        tx.count_reached("account", DORA.id, now)
        tx.save_pair(N, DORA.id, Pair(paused_until=now))
        tx.save_receipts_off(DORA.id, now)
        tx.save_entry_point(N, DORA.id, EntryPoint(referred_at=now))
        tx.save_received(
            Received(
                wamid="wamid.DORA9", recipient_id=DORA.id, kind=MediaKind.IMAGE, media_id="1",
                filename="Dörthe Maier.jpg", due_at=now, received_at=now,
            )
        )  # fmt: skip
        tx.save_uploaded(
            Uploaded(
                number_id=N, sha256="f" * 64, kind=MediaKind.IMAGE, mime_type="image/png", size=1,
                filename="Dörthe Maier.png", media_id="2", link="https://cam.example/dora/a.png",
                uploaded_at=now,
            )
        )  # fmt: skip
        tx.save_charge(charge(item_id=1, recipient_id=DORA.id))
        heed(tx, Sign(scope=Scope.ACCOUNT, cause="x", what="Since Dörthe Maier", advice="Ask dora"), now)

    store.transact(furnish_more).result()
    for table in TELLING_TABLES:
        assert _told(path, table, DORA.id) or _told(path, table, "Maier"), table
    erased(store)
    store.transact(lambda tx: tx.forget_received("wamid.DORA9")).result()  # as whoever deletes the bytes does
    for table in TELLING_TABLES:
        assert not _told(path, table, DORA.id), table
        assert not _told(path, table, "Maier"), table
