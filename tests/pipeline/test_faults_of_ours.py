"""What we cannot handle costs itself only: one poisoned item, event or ticket never holds up the others."""

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from tests.core.builders import NOW, alert, consent, recipient, remind, rule, shape, template_text
from tests.databases import migrated
from tests.pipeline.test_receive import ALICE, BOOK, NUMBER, arrive, status, wrote
from wa_notify.core.errors import StoreError
from wa_notify.core.inbound import Text
from wa_notify.core.message import Accepted
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Facts, Receiver, Rulebook
from wa_notify.core.template import TemplateShape
from wa_notify.pipeline.deliver import claim, record
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.remind import AFTER_OUR_FAULT
from wa_notify.pipeline.remind import remind as remind_due
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore, open_store

DUE = NOW + timedelta(minutes=10)


class Poison(TemplateShape):
    """A template that cannot even be looked at."""

    @property
    def sendable(self) -> bool:
        """Fail."""
        raise RuntimeError("poison")


def poisoned(_: Facts) -> str:
    """A text that breaks the promise never to fail."""
    raise RuntimeError("poison")


def test_an_item_that_cannot_be_decided_fails_alone_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = str(tmp_path / "new.db")
    migrated(path)
    store = open_store(path)
    good, bad = shape(), shape(name="bad")
    poison = Poison(name=bad.name, language=bad.language, status="", category="", body="")
    book = Rulebook(
        rules=(
            rule(name="bad", receiver="first", template=template_text(name="bad"), goes_on=True),
            rule(name="good", receiver="second"),
        ),
        receivers={"first": Receiver(to=("alice",)), "second": Receiver(to=("bob",))},
        templates=(good, poison),
    )

    def work(tx: Transaction) -> int:
        for who, phone in (("alice", "+447700900123"), ("bob", "+447700900456")):
            tx.save_recipient(recipient(id=who, phone=phone))
            tx.record_consent(consent(recipient_id=who))
        ingest(tx, book, [alert()], NOW)
        return len(claim(tx, book, NUMBER, NOW, 10).leaving)

    assert store.transact(work).result() == 1
    second, first = store.read(lambda views: views.items(limit=2)).result()
    entries = store.read(lambda views: views.timeline(1)).result()
    store.close()
    assert (first.state, first.reason, second.state) == (
        ItemState.FAILED,
        Reason.OUR_FAULT,
        ItemState.SENDING,
    )
    assert "The log says how" in entries[-1].text
    assert "poison" in caplog.text


def test_an_event_that_cannot_be_applied_costs_no_other_and_stays_in_the_inbox(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    poison = status("read", callback_data=cast("str", None))
    assert arrive(store, poison, wrote(Text(body="STOP"))) == 2
    assert arrive(store, poison, wrote(Text(body="STOP"))) == 0
    assert len(store.transact(lambda tx: tx.consents("alice")).result()) == 2
    assert "StatusUpdate" in caplog.text
    assert ALICE.wa_id not in caplog.text


def test_a_reminder_that_cannot_be_planned_is_tried_again_and_silences_no_other(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    policy = remind(after=timedelta(minutes=10))
    bad = replace(policy, template=template_text(body=(("", poisoned),)))
    book = replace(BOOK, rules=(rule(name="bad", remind=bad, goes_on=True), rule(name="good", remind=policy)))
    store.transact(lambda tx: ingest(tx, book, [alert()], NOW)).result()
    for wamid in ("first", "second"):  # to one person, and so one after the other
        (sent,) = store.transact(lambda tx: claim(tx, book, NUMBER, NOW, 10)).result().leaving
        taken = partial(record, number_id=NUMBER, claim=sent, result=Accepted(wamid=wamid), now=NOW, chance=0)
        store.transact(taken).result()
    with caplog.at_level(logging.ERROR):
        assert store.transact(lambda tx: remind_due(tx, book, DUE, 10)).result() == 2
    first = store.read(lambda views: views.ticket(1)).result()
    second = store.read(lambda views: views.ticket(2)).result()
    assert first is not None
    assert second is not None
    assert (first.reminders_sent, first.remind_at) == (0, DUE + AFTER_OUR_FAULT)
    assert second.reminders_sent == 1
    items = store.read(lambda views: views.items(limit=10)).result()
    assert [item.ticket_id for item in items if item.occasion is Occasion.REMINDER] == [2]
    assert "ticket 1" in caplog.text


def test_a_fault_of_the_database_is_no_fault_of_the_item(store: SqliteStore) -> None:
    """It would be wrong to give an item up because the disk is full: everything is taken back."""
    store.transact(lambda tx: ingest(tx, BOOK, [alert()], NOW)).result()

    def work(tx: Transaction) -> None:
        with tx.apart():
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(StoreError, match="full"):
        store.transact(work).result()


@pytest.mark.parametrize("door", ["claim", "receive", "remind"])
def test_every_door_hands_a_fault_of_the_database_on(store: SqliteStore, door: str) -> None:
    book = replace(BOOK, rules=(rule(remind=remind()),))
    store.transact(lambda tx: ingest(tx, book, [alert()], NOW)).result()
    sqlite3.connect(store._path).executescript(
        "CREATE TRIGGER full_outbox BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ROLLBACK, 'full'); END;"
        "CREATE TRIGGER full_tickets BEFORE UPDATE ON tickets BEGIN SELECT RAISE(ROLLBACK, 'full'); END;"
        "CREATE TRIGGER full_consents BEFORE INSERT ON consents BEGIN SELECT RAISE(ROLLBACK, 'full'); END;"
    ).connection.close()
    doors: dict[str, Callable[[], object]] = {
        "claim": lambda: store.transact(lambda tx: claim(tx, book, NUMBER, NOW, 10)).result(),
        "remind": lambda: store.transact(lambda tx: remind_due(tx, book, DUE, 10)).result(),
        "receive": lambda: arrive(store, wrote(Text(body="STOP"))),
    }
    with pytest.raises(StoreError, match="full"):
        doors[door]()
    (item,) = store.read(lambda views: views.items(limit=9)).result()
    assert item.state is ItemState.PENDING
