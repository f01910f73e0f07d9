"""Heartbeats: when silence is an alert, and what a restart of ours does to that."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW
from wa_notify.core.alert import AlertStatus
from wa_notify.core.heartbeat import (
    Heartbeat,
    awaited,
    beaten,
    failed,
    failure,
    recovery,
    resumed,
    silence,
)

HOUR, GRACE = timedelta(hours=1), timedelta(minutes=10)
BACKUP = Heartbeat(source="backup", every=HOUR, grace=GRACE, labels={"alertname": "Backup"})
SPANS = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=3))


def test_silence_is_an_alert_one_interval_and_one_grace_after_the_last_beat() -> None:
    assert beaten(BACKUP, NOW).due_at == NOW + HOUR + GRACE
    assert awaited(BACKUP, NOW).due_at == NOW + HOUR + GRACE


def test_an_alert_of_silence_says_when_the_last_beat_came_and_when_the_next_was_expected() -> None:
    alert = silence(BACKUP, beaten(BACKUP, NOW), "Europe/London")
    assert alert.starts_at == NOW + HOUR
    assert alert.annotations["summary"] == "No heartbeat from backup"
    assert alert.annotations["description"] == (
        "The last beat came at 21 Nov 09:30 GMT. The next was expected at 21 Nov 10:30 GMT."
    )


def test_who_never_reported_at_all_is_told_so_in_the_words_of_the_configuration() -> None:
    alert = silence(replace(BACKUP, summary="Backup is late"), awaited(BACKUP, NOW), "UTC")
    assert alert.annotations["summary"] == "Backup is late"
    assert alert.annotations["description"].startswith("Nothing has ever come. The next")


def test_a_failure_is_told_in_the_words_of_its_source() -> None:
    alert = failure(BACKUP, "disk full\nat /var", NOW)
    assert alert.annotations == {"summary": "backup failed: disk full", "description": "disk full\nat /var"}
    assert failure(BACKUP, "", NOW).annotations["summary"] == "backup failed"
    assert failed(BACKUP, NOW).missing


def test_silence_failure_and_recovery_speak_of_the_same_trouble() -> None:
    alerts = [
        silence(BACKUP, awaited(BACKUP, NOW), "UTC"),
        failure(BACKUP, "x", NOW),
        recovery("backup", {}, NOW),
    ]
    assert len({(alert.source, alert.fingerprint) for alert in alerts}) == 1
    assert [alert.status for alert in alerts][-1] is AlertStatus.RESOLVED
    assert alerts[-1].labels == {"alertname": "backup"}


def test_a_restart_in_time_changes_nothing() -> None:
    pulse = beaten(BACKUP, NOW)
    assert resumed(pulse, BACKUP, NOW + HOUR) == pulse


def test_what_fell_due_while_we_were_down_has_one_grace_from_the_start_and_the_alert_says_why() -> None:
    start = NOW + timedelta(hours=5)
    pulse = resumed(beaten(BACKUP, NOW), BACKUP, start)
    assert pulse.due_at == start + GRACE
    alert = silence(BACKUP, pulse, "UTC")
    assert alert.starts_at == NOW + HOUR
    assert "not at work when the next was due" in alert.annotations["description"]


def test_another_restart_within_the_grace_does_not_prolong_it() -> None:
    start = NOW + timedelta(hours=5)
    once = resumed(beaten(BACKUP, NOW), BACKUP, start)
    assert resumed(once, BACKUP, start + timedelta(minutes=4)) == once


def test_other_times_in_the_configuration_hold_from_the_next_start() -> None:
    pulse = beaten(BACKUP, NOW)
    daily = replace(BACKUP, every=timedelta(days=1))
    assert resumed(pulse, daily, NOW).due_at == NOW + timedelta(days=1) + GRACE
    often = replace(BACKUP, every=timedelta(minutes=5))
    assert resumed(awaited(BACKUP, NOW), often, NOW).due_at == NOW + timedelta(minutes=15)


@given(last=SPANS | st.none(), down=SPANS, every=SPANS, grace=SPANS)
def test_after_a_start_nothing_fires_at_once_and_nothing_is_forgotten(
    last: timedelta | None, down: timedelta, every: timedelta, grace: timedelta
) -> None:
    heartbeat = replace(BACKUP, every=every, grace=grace)
    before = awaited(BACKUP, NOW) if last is None else beaten(BACKUP, NOW + last)
    start: datetime = NOW + (last or timedelta(0)) + down
    pulse = resumed(before, heartbeat, start)
    assert start < pulse.due_at <= start + every + grace
    assert resumed(pulse, heartbeat, start) == pulse
