"""Heartbeats where the stories do not go."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.core.builders import NOW, rule
from wa_notify.core.errors import StoreError
from wa_notify.core.heartbeat import Heartbeat, silence
from wa_notify.core.rule import Receiver, Rulebook
from wa_notify.core.ticket import TicketState
from wa_notify.pipeline import heartbeat as door
from wa_notify.pipeline.ingest import Outcome
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

HOUR = timedelta(hours=1)
LATE = NOW + HOUR * 2
BACKUP = Heartbeat(source="backup", every=HOUR, grace=timedelta(minutes=10), labels={"alertname": "Backup"})
REPORT = replace(BACKUP, source="report")
BOOK = Rulebook(
    rules=(rule(),),
    receivers={"oncall": Receiver(to=("alice",))},
    heartbeats={"backup": BACKUP, "report": REPORT},
)


def do(store: SqliteStore, work: Callable[[Transaction], Any]) -> Any:
    return store.transact(work).result()


def door_fail(at: datetime, tx: Transaction) -> Any:
    return door.fail(tx, BOOK, BACKUP, "x", at)


def test_every_heartbeat_of_the_configuration_is_awaited_from_the_start(store: SqliteStore) -> None:
    do(store, lambda tx: door.enrol(tx, BOOK, NOW))
    assert [pulse.source for pulse in do(store, lambda tx: tx.pulses())] == ["backup", "report"]
    assert store.read(lambda views: views.next_due()).result() == NOW + timedelta(minutes=70)
    assert do(store, lambda tx: door.notice_silence(tx, BOOK, NOW + HOUR)) == 0
    assert do(store, lambda tx: door.notice_silence(tx, BOOK, LATE)) == 2
    assert do(store, lambda tx: door.notice_silence(tx, BOOK, LATE)) == 0


def test_a_beat_that_nobody_missed_is_no_alert(store: SqliteStore) -> None:
    assert do(store, lambda tx: door.beat(tx, BOOK, BACKUP, NOW)) == ()
    assert do(store, lambda tx: door.beat(tx, BOOK, BACKUP, NOW)) == ()


def test_every_reported_failure_is_news_until_all_is_well(store: SqliteStore) -> None:
    minutes = [NOW + timedelta(minutes=count) for count in range(3)]
    told = [do(store, partial(door_fail, minutes[index])) for index in range(2)]
    told.append(do(store, lambda tx: door.beat(tx, BOOK, BACKUP, minutes[2])))
    assert [one.outcome for (one,) in told] == [Outcome.OPENED, Outcome.JOINED, Outcome.RESOLVED]
    assert do(store, lambda tx: door.notice_silence(tx, BOOK, NOW + HOUR)) == 0


def test_who_failed_and_is_silent_ever_after_fires_no_second_alert(store: SqliteStore) -> None:
    do(store, lambda tx: door.fail(tx, BOOK, BACKUP, "x", NOW))
    assert do(store, lambda tx: door.notice_silence(tx, BOOK, LATE)) == 0
    assert store.read(lambda views: views.next_due()).result() == NOW  # the message, not the heartbeat


def test_the_alert_of_a_heartbeat_that_was_taken_out_ends_with_it(store: SqliteStore) -> None:
    do(store, lambda tx: door.enrol(tx, BOOK, NOW))
    do(store, lambda tx: door.fail(tx, BOOK, BACKUP, "x", NOW))
    without = replace(BOOK, heartbeats={})
    do(store, lambda tx: door.enrol(tx, without, LATE))
    assert do(store, lambda tx: tx.pulses()) == []
    assert do(store, lambda tx: tx.ticket(1)).state is TicketState.RESOLVED


def test_a_heartbeat_that_the_book_does_not_know_is_not_waited_for(store: SqliteStore) -> None:
    do(store, lambda tx: door.enrol(tx, BOOK, NOW))
    assert do(store, lambda tx: door.notice_silence(tx, replace(BOOK, heartbeats={}), LATE)) == 2
    assert do(store, lambda tx: tx.pulses()) == []


def test_a_fault_of_ours_with_one_source_does_not_silence_the_others(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:

    def broken(heartbeat: Heartbeat, pulse: Any, time_zone: str) -> Any:
        if heartbeat is BACKUP:
            raise RuntimeError("a fault of ours")
        return silence(heartbeat, pulse, time_zone)

    do(store, lambda tx: door.enrol(tx, BOOK, NOW))
    monkeypatch.setattr(door, "silence", broken)
    with caplog.at_level(logging.ERROR):
        assert do(store, lambda tx: door.notice_silence(tx, BOOK, LATE)) == 2
    backup, report = do(store, lambda tx: tx.pulses())
    assert (backup.missing, backup.due_at) == (False, LATE + door.AFTER_OUR_FAULT)
    assert report.missing
    assert "backup" in caplog.text


def test_a_fault_of_the_database_is_not_taken_for_a_fault_of_the_source(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> Any:
        raise StoreError("The disk is full.")

    do(store, lambda tx: door.enrol(tx, BOOK, NOW))
    monkeypatch.setattr(door, "silence", full)
    with pytest.raises(StoreError):
        do(store, lambda tx: door.notice_silence(tx, BOOK, LATE))
    assert not any(pulse.missing for pulse in do(store, lambda tx: tx.pulses()))
