"""Shifts where the stories do not go: a schedule that we cannot handle, a shift that never ends."""

import logging
import sqlite3
from datetime import timedelta

import pytest

from tests.core.builders import NOW, template_text
from wa_notify.core.duty import Duty, DutyState
from wa_notify.core.errors import StoreError
from wa_notify.core.rule import CheckIn, Facts, Rulebook
from wa_notify.core.schedule import Rotation, Schedule
from wa_notify.pipeline.shifts import AFTER_OUR_FAULT, spoken, take_up, watch
from wa_notify.store.sqlite import SqliteStore

STARTS = (NOW - timedelta(days=1)).replace(tzinfo=None)
WAIT = timedelta(minutes=30)


def poisoned(_: Facts) -> str:
    """A text that breaks the promise never to fail."""
    raise RuntimeError("poison")


def schedule(name: str, person: str) -> Schedule:
    rotation = Rotation(people=(person,), starts=STARTS, every=timedelta(weeks=1))
    return Schedule(name=name, time_zone="UTC", rotations=(rotation,))


def test_a_schedule_that_we_cannot_handle_is_put_off_and_the_others_are_asked(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    book = Rulebook(
        schedules={"bad": schedule("bad", "alice"), "good": schedule("good", "bob")},
        check_ins={
            "bad": CheckIn(template=template_text(body=(("", poisoned),)), wait=WAIT),
            "good": CheckIn(template=template_text(body=()), wait=WAIT),
        },
    )
    store.transact(lambda tx: take_up(tx, book, NOW)).result()
    with caplog.at_level(logging.ERROR):
        store.transact(lambda tx: watch(tx, book, NOW)).result()
    assert "schedule bad could not be checked" in caplog.text
    bad, good = (store.transact(lambda tx: [tx.duty("bad"), tx.duty("good")])).result()
    assert bad is not None
    assert bad.next_at == NOW + AFTER_OUR_FAULT
    assert good is not None
    assert (good.state, good.person) == (DutyState.ASKED, "bob")
    asked = store.read(lambda views: views.items(limit=9)).result()
    assert [item.recipient_id for item in asked] == ["bob"]


def test_a_database_that_fails_gives_no_schedule_up(store: SqliteStore) -> None:
    book = Rulebook(
        schedules={"good": schedule("good", "bob")},
        check_ins={"good": CheckIn(template=template_text(body=()), wait=WAIT)},
    )
    store.transact(lambda tx: take_up(tx, book, NOW)).result()
    sqlite3.connect(store._path).executescript(
        "CREATE TRIGGER full_duties BEFORE UPDATE ON duties BEGIN SELECT RAISE(ROLLBACK, 'full'); END;"
    ).connection.close()
    with pytest.raises(StoreError, match="full"):
        store.transact(lambda tx: watch(tx, book, NOW)).result()


def test_a_shift_without_an_end_or_without_its_schedule_is_told_plainly() -> None:
    endless = Duty(schedule="night", person="alice", state=DutyState.HERE, starts_at=NOW)
    assert spoken(Rulebook(), endless) == "Good, you are on call for night."
    known = Rulebook(schedules={"night": schedule("night", "alice")})
    assert spoken(known, endless) == "Good, you are on call for night."
