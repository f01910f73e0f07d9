"""The clock on the wall: what never comes is the leap, what comes twice is the first time."""

from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import MOMENT
from tests.core.zones import ZONES, daily_spans, local_times, zone
from wa_notify.core.wallclock import (
    DailySpan,
    edges,
    end_within,
    fill_the_week,
    instant,
    local,
    moment_of,
    occurrences,
    roughly,
    spoken_span,
    spoken_time,
)

WORK = DailySpan(from_time=time(9), to_time=time(17), days=frozenset(range(5)))
NIGHT = DailySpan(from_time=time(22), to_time=time(7))


def in_utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("name", "shown", "at"),
    [
        ("Europe/London", datetime(2026, 3, 29, 0, 59), in_utc(2026, 3, 29, 0, 59)),
        ("Europe/London", datetime(2026, 3, 29, 1, 30), in_utc(2026, 3, 29, 1, 0)),  # never comes
        ("Europe/London", datetime(2026, 3, 29, 2, 0), in_utc(2026, 3, 29, 1, 0)),
        ("Europe/London", datetime(2026, 10, 25, 1, 30), in_utc(2026, 10, 25, 0, 30)),  # comes twice
        ("Europe/London", datetime(2026, 10, 25, 2, 0), in_utc(2026, 10, 25, 2, 0)),
        ("America/New_York", datetime(2026, 3, 8, 2, 30), in_utc(2026, 3, 8, 7, 0)),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), in_utc(2026, 10, 3, 15, 30)),
        ("America/Sao_Paulo", datetime(2018, 11, 4, 0, 0), in_utc(2018, 11, 4, 3, 0)),
        ("Pacific/Apia", datetime(2011, 12, 30, 12, 0), in_utc(2011, 12, 30, 10, 0)),  # a day that never was
        ("Asia/Kolkata", datetime(2026, 6, 1, 9, 0), in_utc(2026, 6, 1, 3, 30)),
    ],
)
def test_a_local_time_is_one_instant(name: str, shown: datetime, at: datetime) -> None:
    assert instant(shown, zone(name)) == at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-07-01T09:30", in_utc(2026, 7, 1, 8, 30)),
        ("2026-07-01T09:30Z", in_utc(2026, 7, 1, 9, 30)),
        ("2026-07-01T09:30-03:00", in_utc(2026, 7, 1, 12, 30)),
        ("2026-03-29T01:30", in_utc(2026, 3, 29, 1, 0)),
    ],
)
def test_what_somebody_wrote_is_a_time_of_this_clock_unless_it_says_otherwise(
    text: str, at: datetime
) -> None:
    assert moment_of(text, zone("Europe/London")) == at


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30T09:30", "0001-01-01T00:00+14:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|out of range"):
        moment_of(text, zone("Europe/London"))


@given(st.data(), st.sampled_from(ZONES))
def test_the_clock_shows_the_time_or_has_just_leapt_over_it(data: Any, name: str) -> None:
    shown = data.draw(local_times(name))
    at = instant(shown, zone(name))
    assert local(at - MOMENT, zone(name)) < shown <= local(at, zone(name))


@given(st.data(), st.sampled_from(ZONES))
def test_a_later_local_time_is_never_an_earlier_instant(data: Any, name: str) -> None:
    one, other = sorted((data.draw(local_times(name)), data.draw(local_times(name))))
    assert instant(one, zone(name)) <= instant(other, zone(name))


def test_a_span_past_midnight_belongs_to_the_day_it_begins() -> None:
    friday = DailySpan(from_time=time(22), to_time=time(7), days=frozenset({4}))
    ((begins, ends),) = islice(occurrences(friday, zone("UTC"), datetime(2026, 1, 5).date()), 1)
    assert (begins, ends) == (in_utc(2026, 1, 9, 22), in_utc(2026, 1, 10, 7))


def test_a_span_that_ends_when_it_begins_is_a_whole_day() -> None:
    whole = DailySpan(from_time=time(0), to_time=time(0), days=frozenset({5}))
    assert end_within([whole], zone("UTC"), in_utc(2026, 1, 10, 23, 59)) == in_utc(2026, 1, 11)
    assert end_within([whole], zone("UTC"), in_utc(2026, 1, 11)) is None


def test_a_span_that_the_clock_leaps_over_does_not_come() -> None:
    lost = DailySpan(from_time=time(1, 10), to_time=time(1, 40))
    times = islice(occurrences(lost, zone("Europe/London"), datetime(2026, 3, 28).date()), 2)
    assert [begins.day for begins, _ in times] == [28, 30]


@pytest.mark.parametrize("days", [frozenset[int](), frozenset({7})])
def test_a_span_without_a_day_of_the_week_is_refused(days: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="days from 0 to 6"):
        DailySpan(from_time=time(9), to_time=time(17), days=days)


@given(st.data(), st.sampled_from(ZONES), daily_spans)
def test_edges_are_where_a_span_begins_and_ends(data: Any, name: str, span: DailySpan) -> None:
    after = instant(data.draw(local_times(name)), zone(name))
    found = list(islice(edges(span, zone(name), after), 6))
    assert after < found[0]
    assert found == sorted(found)
    before = after
    for edge in found:
        if edge > before:
            holds = end_within([span], zone(name), before) is not None
            middle = before + (edge - before) / 2
            assert (end_within([span], zone(name), middle) is not None) is holds
        before = edge


@pytest.mark.parametrize(
    ("spans", "full"),
    [
        ([], False),
        ([NIGHT], False),
        ([NIGHT, DailySpan(from_time=time(7), to_time=time(22))], True),
        ([NIGHT, DailySpan(from_time=time(7, 1), to_time=time(22))], False),
        ([DailySpan(from_time=time(0), to_time=time(0))], True),
        ([DailySpan(from_time=time(12), to_time=time(12))], True),  # Sunday's part fills Monday morning
        ([DailySpan(from_time=time(0), to_time=time(0), days=frozenset(range(6)))], False),
        ([DailySpan(from_time=time(0), to_time=time(0), days=frozenset(range(1, 7)))], False),
    ],
)
def test_spans_fill_the_week_or_leave_some_of_it_free(spans: list[DailySpan], *, full: bool) -> None:
    assert fill_the_week(spans) is full


@given(st.lists(daily_spans, max_size=6))
def test_a_full_week_is_one_without_a_free_minute(spans: list[DailySpan]) -> None:
    monday, covered = in_utc(2026, 1, 5), in_utc(2026, 1, 5)
    while covered < monday + timedelta(weeks=1):
        end = end_within(spans, zone("UTC"), covered)
        if end is None:
            break
        covered = end
    assert fill_the_week(spans) is (covered >= monday + timedelta(weeks=1))


def test_a_time_is_told_on_the_clock_of_its_zone_and_says_which_that_is() -> None:
    at = in_utc(2026, 1, 5, 7, 3)
    assert spoken_time(at, "Asia/Kolkata") == "5 Jan 12:33 IST"
    assert spoken_time(at, "America/Sao_Paulo") == "5 Jan 04:03 UTC-03"


def test_a_span_is_told_in_its_two_largest_units_and_roughly_without_seconds() -> None:
    length = timedelta(hours=1, minutes=5, seconds=59)
    assert spoken_span(length) == "1 h 5 min"
    assert spoken_span(timedelta(seconds=90)) == "1 min 30 s"
    assert spoken_span(roughly(timedelta(seconds=90))) == "1 min"
    assert spoken_span(roughly(timedelta(seconds=42))) == "42 s"
