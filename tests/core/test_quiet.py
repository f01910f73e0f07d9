"""Quiet hours end at the first instant that is not quiet, whatever the clock does in the night."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.core.zones import ZONES, daily_spans, instants, zone
from wa_notify.core.quiet import QuietHours, until
from wa_notify.core.wallclock import DailySpan, end_within, fill_the_week

MON_TO_THU, WEEKEND = frozenset(range(4)), frozenset({5, 6})


def quiet(*spans: DailySpan, time_zone: str = "Europe/London") -> QuietHours:
    return QuietHours(spans=spans, time_zone=time_zone)


def span(begins: int, ends: int, days: frozenset[int] = frozenset(range(7))) -> DailySpan:
    return DailySpan(from_time=time(begins), to_time=time(ends), days=days)


def in_utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (in_utc(1, 5, 21, 59), None),
        (in_utc(1, 5, 22), in_utc(1, 6, 7)),
        (in_utc(1, 6, 6, 59), in_utc(1, 6, 7)),
        (in_utc(1, 6, 7), None),
        (in_utc(3, 28, 23), in_utc(3, 29, 6)),  # the night in which the clock is put forward
        (in_utc(10, 24, 23), in_utc(10, 25, 7)),  # and the one in which it is put back
        (in_utc(7, 1, 21), in_utc(7, 2, 6)),
    ],
)
def test_a_night_ends_in_the_morning_on_the_persons_own_clock(now: datetime, ends: datetime | None) -> None:
    assert until(quiet(span(22, 7)), now) == ends


def test_spans_that_touch_or_overlap_end_together() -> None:
    hours = quiet(span(22, 7), span(0, 0, WEEKEND), time_zone="UTC")
    assert until(hours, in_utc(1, 9, 23)) == in_utc(1, 12, 7)  # from Friday night to Monday morning


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    hours = quiet(span(22, 7, MON_TO_THU), time_zone="UTC")
    assert until(hours, in_utc(1, 9, 3)) == in_utc(1, 9, 7)  # Friday morning, the night of Thursday
    assert until(hours, in_utc(1, 9, 23)) is None  # Friday night
    assert until(hours, in_utc(1, 12, 3)) is None  # Monday morning


def test_without_spans_it_is_never_quiet() -> None:
    assert until(quiet(), in_utc(1, 5, 3)) is None


def test_quiet_hours_that_never_end_are_refused() -> None:
    with pytest.raises(ValueError, match="never end"):
        quiet(span(7, 22), span(22, 7))


@given(st.data(), st.sampled_from(ZONES), st.lists(daily_spans, min_size=1, max_size=4))
def test_quiet_is_every_instant_until_it_ends_and_not_that_one(
    data: Any, name: str, spans: list[DailySpan]
) -> None:
    assume(not fill_the_week(spans))
    now = data.draw(instants(name))
    hours = quiet(*spans, time_zone=name)
    ends = until(hours, now)
    assert (ends is None) is (end_within(spans, zone(name), now) is None)
    if ends is None:
        return
    assert ends > now
    assert until(hours, ends) is None
    for _ in range(5):
        between = data.draw(st.datetimes(now.replace(tzinfo=None), ends.replace(tzinfo=None))).replace(
            tzinfo=UTC
        )
        if between < ends:
            assert until(hours, between) == ends


@given(st.data(), st.sampled_from(ZONES))
def test_a_night_ends_at_seven_on_that_clock(data: Any, name: str) -> None:
    now = data.draw(instants(name))
    ends = until(quiet(span(22, 7), time_zone=name), now)
    shown = now.astimezone(zone(name)).time()
    if time(7) <= shown < time(22):
        assert ends is None
    else:
        assert ends is not None
        assert ends.astimezone(zone(name)).time() == time(7)
