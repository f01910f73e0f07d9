"""Reminders come at exact times, and after a pause one comes instead of many."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import MOMENT, NOW, remind
from wa_notify.core.reminder import first, following

EVERY = timedelta(minutes=15)
spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30))


def test_the_first_reminder_comes_after_the_time_of_the_rule() -> None:
    assert first(remind(after=timedelta(minutes=10)), NOW) == NOW + timedelta(minutes=10)


def test_a_rule_without_reminders_has_no_first_one() -> None:
    assert first(None, NOW) is None
    assert first(remind(times=0), NOW) is None


def test_the_next_one_comes_one_period_after_the_last_was_due_however_late_that_one_was() -> None:
    for late in (timedelta(0), timedelta(seconds=1), EVERY - MOMENT):
        assert following(remind(), NOW, sent=1, now=NOW + late) == NOW + EVERY


@pytest.mark.parametrize(("sent", "more"), [(1, True), (2, True), (3, False), (4, False)])
def test_they_end_when_the_rule_has_had_its_times(sent: int, *, more: bool) -> None:
    assert (following(remind(times=3), NOW, sent=sent, now=NOW) is not None) is more


@pytest.mark.parametrize(
    ("pause", "periods"),
    [(EVERY - MOMENT, 1), (EVERY, 2), (EVERY + MOMENT, 2), (10 * EVERY, 11), (10 * EVERY + MOMENT, 11)],
)
def test_after_a_pause_the_next_one_keeps_the_rhythm(pause: timedelta, periods: int) -> None:
    assert following(remind(), NOW, sent=1, now=NOW + pause) == NOW + periods * EVERY


@given(spans)
def test_after_any_pause_only_one_reminder_is_due(pause: timedelta) -> None:
    now = NOW + pause
    again = following(remind(), NOW, sent=1, now=now)
    assert again is not None
    assert now < again <= now + EVERY
    assert (again - NOW) % EVERY == timedelta(0)


def test_a_clock_that_went_backwards_makes_no_reminder_come_early() -> None:
    assert following(remind(), NOW, sent=1, now=NOW - timedelta(hours=1)) == NOW + EVERY


def test_a_whole_series_without_pauses_comes_on_the_minute() -> None:
    policy = remind(after=timedelta(minutes=10), every=EVERY, times=3)
    due, heard = first(policy, NOW), []
    while due is not None:
        heard.append(due - NOW)
        due = following(policy, due, sent=len(heard), now=due + timedelta(seconds=2))
    assert heard == [timedelta(minutes=10), timedelta(minutes=25), timedelta(minutes=40)]
