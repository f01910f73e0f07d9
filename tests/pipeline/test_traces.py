"""Erasing a person: what is easily overlooked."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.builders import NOW, item, recipient
from tests.pipeline.test_erasure import DORA, LATER, N, dump, erased, house, message
from wa_notify.core.condition import Scope, Sign
from wa_notify.core.inbound import Arrival, Deleted, InboundMessage, Sender
from wa_notify.core.recipient import Seed
from wa_notify.core.rule import Rulebook
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.pipeline.conditions import heed
from wa_notify.pipeline.erasure import erase
from wa_notify.pipeline.people import seed
from wa_notify.pipeline.receive import receive
from wa_notify.store.sqlite import SqliteStore

__all__ = ["house"]

HER_ID = "wamid." + b64encode(b"\x1d\x04\x18\x0c447700900555\x15\x02\x00\x12\x18\x143A1F").decode()


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


def test_what_stood_in_the_way_of_a_person_names_them_no_more(house: tuple[SqliteStore, Path]) -> None:
    store, path = house
    sign = Sign(scope=Scope.PERSON, subject=DORA.id, cause="131026", what="Undeliverable (131026)")
    store.transact(lambda tx: heed(tx, sign, NOW)).result()
    done = erased(store)
    (condition,) = store.read(lambda views: views.conditions()).result()
    assert condition.subject == done.stand_in
    assert f"'{DORA.id}'" not in dump(path)
