"""The canary where the stories do not go: our faults, a full disk, a section that is gone; and ailments."""

import logging
import sqlite3
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from tests.core.builders import NOW, saying, template_text
from tests.pipeline.test_shifts import poisoned
from wa_notify.core.ailment import Ailment
from wa_notify.core.canary import Flight, key_of, slot_of
from wa_notify.core.condition import STEADY_SEEN, Condition, Scope, Sign
from wa_notify.core.errors import StoreError
from wa_notify.core.outbox import Channel, Intent, Item, ItemState, Occasion
from wa_notify.core.rule import Canary, Notice, Receiver, Rulebook
from wa_notify.core.secret import Secret
from wa_notify.pipeline.ailments import heed_ailments
from wa_notify.pipeline.canary import perch, sing, song
from wa_notify.pipeline.conditions import heed
from wa_notify.pipeline.notices import attend, spoken
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

N = "400000000000101"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SLOT = slot_of(HOUR, NOW) + HOUR
BOOK = Rulebook(canary=Canary(to="alice", every=HOUR, template=template_text(body=())))


def flight(store: SqliteStore) -> Flight | None:
    return store.transact(lambda tx: tx.flight()).result()


def items(store: SqliteStore) -> list[Item]:
    return list(store.read(lambda views: views.items(limit=99)).result())


def test_a_canary_that_we_cannot_word_holds_nobody_up_and_the_next_slot_is_tried(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    bad = Rulebook(canary=Canary(to="alice", every=HOUR, template=template_text(body=(("", poisoned),))))
    store.transact(lambda tx: perch(tx, bad, NOW)).result()
    with caplog.at_level(logging.ERROR):
        store.transact(lambda tx: sing(tx, bad, SLOT)).result()
    assert "canary could not be sent" in caplog.text
    assert flight(store) == Flight(next_at=SLOT + HOUR)
    assert items(store) == []


def test_a_database_that_fails_is_no_fault_of_the_canary(store: SqliteStore) -> None:
    store.transact(lambda tx: perch(tx, BOOK, NOW)).result()
    sqlite3.connect(store._path).executescript(
        "CREATE TRIGGER full_outbox BEFORE INSERT ON outbox BEGIN SELECT RAISE(ROLLBACK, 'full'); END;"
    ).connection.close()
    with pytest.raises(StoreError, match="full"):
        store.transact(lambda tx: sing(tx, BOOK, SLOT)).result()


def test_nothing_happens_before_a_slot_and_one_look_more_sends_none_twice(store: SqliteStore) -> None:
    store.transact(lambda tx: sing(tx, BOOK, SLOT)).result()  # nobody perches yet
    store.transact(lambda tx: perch(tx, BOOK, NOW)).result()
    store.transact(lambda tx: sing(tx, BOOK, SLOT - MINUTE)).result()
    assert items(store) == []
    store.transact(lambda tx: sing(tx, BOOK, SLOT)).result()
    store.transact(lambda tx: tx.save_flight(Flight(next_at=SLOT))).result()  # as if it had been forgotten
    store.transact(lambda tx: sing(tx, BOOK, SLOT + timedelta(seconds=1))).result()
    (only,) = items(store)
    assert (only.key, only.occasion, only.due_at) == (key_of(SLOT), Occasion.CANARY, SLOT)
    assert flight(store) == Flight(next_at=SLOT + HOUR, judge_at=SLOT + MINUTE)


def test_its_time_may_be_as_long_as_its_rhythm(store: SqliteStore) -> None:
    steady = Rulebook(canary=Canary(to="alice", every=HOUR, within=HOUR, misses=1, template=template_text()))
    store.transact(lambda tx: perch(tx, steady, NOW)).result()
    for slot in (SLOT, SLOT + HOUR):
        store.transact(partial(sing, book=steady, now=slot)).result()
    (alarm,) = store.read(lambda views: views.conditions()).result()
    assert alarm.since == SLOT + HOUR
    assert len(items(store)) == 2


def test_a_flight_without_a_canary_ends(store: SqliteStore) -> None:
    store.transact(lambda tx: perch(tx, BOOK, NOW)).result()
    begin(store)
    store.transact(lambda tx: sing(tx, Rulebook(), SLOT)).result()
    assert flight(store) is None
    assert [one.is_open for one in ours(store)] == [True]
    assert store.read(lambda views: song(views, Rulebook(), NOW)).result() is None


def planned(one: Item, tx: Transaction) -> None:
    tx.enqueue(one)


def test_what_waits_still_is_not_forgotten_with_the_old(store: SqliteStore) -> None:
    states = (ItemState.DELIVERED, ItemState.PENDING, ItemState.FAILED, ItemState.CANCELLED)
    for count, state in enumerate(states):
        slot = SLOT - count * HOUR
        one = Item(
            key=key_of(slot),
            recipient_id="alice",
            occasion=Occasion.CANARY,
            intent=Intent(free_form="x"),
            state=state,
            due_at=slot,
            created_at=slot,
        )
        store.transact(partial(planned, one)).result()
    store.transact(lambda tx: tx.forget_flown(SLOT)).result()
    assert {item.state for item in items(store)} == {ItemState.PENDING, ItemState.DELIVERED}


# what ails the service


def ours(store: SqliteStore) -> list[Condition]:
    found = store.read(lambda views: views.conditions()).result()
    return [one for one in found if one.scope is Scope.SERVICE]


def test_an_ailment_is_kept_once_and_ends_when_it_is_not_found_any_more(store: SqliteStore) -> None:
    behind = {Ailment.OUTBOX: "The outbox is 3 min behind."}
    assert store.transact(lambda tx: heed_ailments(tx, behind, NOW)).result()
    worse = {Ailment.OUTBOX: "The outbox is 4 min behind."}
    assert not store.transact(lambda tx: heed_ailments(tx, worse, NOW + MINUTE)).result()
    (one,) = ours(store)
    assert (one.what, one.since) == ("The outbox is 3 min behind", NOW)
    other = {Ailment.LEDGER: "The consent ledger is broken."}
    assert store.transact(lambda tx: heed_ailments(tx, other, NOW + MINUTE)).result()
    assert [(found.cause, found.is_open) for found in ours(store)] == [("outbox", False), ("ledger", True)]


def test_while_a_template_has_a_trouble_of_its_own_that_rules_lack_it_is_no_news(store: SqliteStore) -> None:
    lacking = {Ailment.TEMPLATES: "Rule disk needs the template ops_alert."}
    paused = Sign(scope=Scope.TEMPLATE, subject="ops_alert/en", cause="paused")
    store.transact(lambda tx: heed(tx, paused, NOW)).result()
    assert not store.transact(lambda tx: heed_ailments(tx, lacking, NOW)).result()
    store.transact(lambda tx: heed(tx, replace(paused, over=True), NOW)).result()
    assert store.transact(lambda tx: heed_ailments(tx, lacking, NOW)).result()
    assert not store.transact(lambda tx: heed_ailments(tx, {}, NOW, tuple(Ailment))).result()


def told(store: SqliteStore, book: Rulebook, at: timedelta) -> list[tuple[Channel, str]]:
    """What was planned by then and not before, by which way."""
    before = len(items(store))
    store.transact(lambda tx: attend(tx, book, N, NOW + at)).result()
    new = items(store)[: len(items(store)) - before]
    return [(item.channel, item.target or item.recipient_id) for item in reversed(new)]


def begin(store: SqliteStore) -> None:
    store.transact(lambda tx: heed_ailments(tx, {Ailment.OUTBOX: "Behind."}, NOW)).result()


def test_it_is_told_by_another_channel_first_and_its_end_once_it_lasts(store: SqliteStore) -> None:
    book = Rulebook(
        receivers={"desk": Receiver(to=("alice",))},
        notice=Notice(receiver="desk", targets=("admins:all",), template=template_text(body=())),
        channels={"admins:all": Secret("json://one.example.net")},
    )
    begin(store)
    assert told(store, book, timedelta(0)) == [(Channel.OTHER, "admins:all")]
    assert told(store, book, MINUTE) == []
    store.transact(lambda tx: heed_ailments(tx, {}, NOW + MINUTE)).result()
    assert told(store, book, MINUTE) == []
    assert told(store, book, MINUTE + STEADY_SEEN) == [(Channel.OTHER, "admins:all")]
    assert told(store, book, HOUR) == []


def test_who_has_no_other_channel_hears_it_by_whatsapp(store: SqliteStore) -> None:
    book = Rulebook(
        receivers={"desk": Receiver(to=("alice",))},
        notice=Notice(receiver="desk", template=template_text(body=(("", saying("Look")),))),
    )
    begin(store)
    assert told(store, book, timedelta(0)) == [(Channel.WHATSAPP, "alice")]


def test_what_ails_us_is_no_trouble_with_whatsapp(store: SqliteStore) -> None:
    begin(store)
    (one,) = ours(store)
    assert spoken(one, "UTC") == (
        "The alerting itself has trouble. Behind. Look at `wa-notify outbox` and at the load of the machine."
    )
    store.transact(lambda tx: heed_ailments(tx, {}, NOW + MINUTE)).result()
    (over,) = ours(store)
    assert spoken(over, "UTC") == "The alerting is well again. Over: Behind, since 21 Nov 09:30 UTC."
