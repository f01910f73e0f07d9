"""What every store keeps about heartbeats."""

from dataclasses import replace

from tests.store.contract import NOW, SECOND, do, each, see
from wa_notify.core.heartbeat import Pulse
from wa_notify.ports import Store

BACKUP = Pulse(source="backup", last_beat_at=NOW - SECOND, due_at=NOW)


def test_the_newest_word_on_a_heartbeat_is_kept(store: Store) -> None:
    changed = replace(BACKUP, last_beat_at=None, due_at=NOW + SECOND, missing=True)
    each(store, lambda tx, pulse: tx.save_pulse(pulse), [BACKUP, changed])
    assert do(store, lambda tx: tx.pulse("backup")) == changed
    assert do(store, lambda tx: tx.pulse("report")) is None
    assert do(store, lambda tx: tx.pulses()) == [changed]


def test_what_is_overdue_and_not_an_alert_yet_is_due_the_longest_overdue_first(store: Store) -> None:
    late = replace(BACKUP, source="late", due_at=NOW - SECOND)
    missing = replace(late, source="missing", missing=True)
    future = replace(late, source="future", due_at=NOW + SECOND)
    each(store, lambda tx, pulse: tx.save_pulse(pulse), [BACKUP, late, missing, future])
    assert do(store, lambda tx: tx.pulses_due(NOW)) == [late, BACKUP]


def test_the_next_silence_is_something_to_wake_up_for(store: Store) -> None:
    assert see(store, lambda views: views.next_due()) is None
    each(store, lambda tx, pulse: tx.save_pulse(pulse), [BACKUP, replace(BACKUP, source="b", missing=True)])
    assert see(store, lambda views: views.next_due()) == NOW


def test_what_nobody_expects_is_forgotten(store: Store) -> None:
    do(store, lambda tx: tx.save_pulse(BACKUP))
    do(store, lambda tx: tx.forget_pulse("backup"))
    assert do(store, lambda tx: tx.pulses()) == []
