"""Somebody is on call, exactly one, and hand-overs keep their hour whatever the clock does."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import MOMENT
from tests.core.zones import LEAPS, ZONES, daily_spans, instants, local_times, zone
from wa_notify.core.schedule import (
    ManualOverride,
    Override,
    Rotation,
    Schedule,
    Shift,
    following,
    next_change,
    on_call,
    overridden,
    shifts,
)
from wa_notify.core.wallclock import DailySpan, instant, local

LONDON = "Europe/London"
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MONDAY = datetime(2026, 1, 5, 9)
WEEKLY = Rotation(people=("alice", "bob"), starts=MONDAY, every=WEEK)
OFFICE = DailySpan(from_time=time(9), to_time=time(17), days=frozenset(range(5)))
CAROL = Rotation(people=("carol",), starts=datetime(2001, 1, 1), every=WEEK, restricted=(OFFICE,))


def schedule(*rotations: Rotation, zone: str = LONDON, overrides: tuple[Override, ...] = ()) -> Schedule:
    return Schedule(name="primary", time_zone=zone, rotations=rotations, overrides=overrides)


def in_utc(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def override(person: str, starts_at: datetime, ends_at: datetime) -> Override:
    return Override(person=person, starts_at=starts_at, ends_at=ends_at)


def people_and_days(found: tuple[Shift, ...]) -> list[tuple[str, str, str]]:
    return [(shift.person, f"{shift.starts_at:%d %H:%M}", f"{shift.ends_at:%d %H:%M}") for shift in found]


def test_people_take_turns() -> None:
    assert on_call(schedule(WEEKLY), in_utc(1, 5, 9)) == "alice"
    assert on_call(schedule(WEEKLY), in_utc(1, 12, 9) - MOMENT) == "alice"
    assert on_call(schedule(WEEKLY), in_utc(1, 12, 9)) == "bob"
    assert on_call(schedule(WEEKLY), in_utc(1, 19, 9)) == "alice"


def test_before_the_first_hand_over_nobody_is_on_call() -> None:
    assert on_call(schedule(WEEKLY), in_utc(1, 5, 9) - MOMENT) is None
    assert next_change(schedule(WEEKLY), in_utc(1, 1)) == in_utc(1, 5, 9)
    assert shifts(schedule(WEEKLY), in_utc(1, 1), in_utc(1, 5, 9)) == ()


def test_hand_overs_keep_their_hour_in_summer_and_in_winter() -> None:
    found = shifts(schedule(WEEKLY), in_utc(3, 23, 9), in_utc(4, 6, 8))
    assert people_and_days(found) == [("bob", "23 09:00", "30 08:00"), ("alice", "30 08:00", "06 08:00")]


@pytest.mark.parametrize(
    ("hour", "night", "at"),
    [
        (1, datetime(2026, 3, 29), in_utc(3, 29, 1)),  # 01:30 never comes
        (1, datetime(2026, 10, 25), in_utc(10, 25, 0, 30)),  # 01:30 comes twice
    ],
)
def test_a_hand_over_in_the_night_of_the_change_comes_once(hour: int, night: datetime, at: datetime) -> None:
    daily = Rotation(people=("alice", "bob"), starts=night.replace(hour=hour, minute=30) - DAY, every=DAY)
    changes = [shift.starts_at for shift in shifts(schedule(daily), at - DAY / 2, at + DAY / 2)][1:]
    assert changes == [at]
    assert (on_call(schedule(daily), at - MOMENT), on_call(schedule(daily), at)) == ("alice", "bob")
    assert on_call(schedule(daily), at + timedelta(minutes=45)) == "bob"  # also when the hour comes again


def test_an_hour_that_the_clock_leaps_over_is_lost_and_the_others_keep_theirs() -> None:
    people = tuple(f"p{hour}" for hour in range(24))
    hourly = schedule(Rotation(people=people, starts=datetime(2026, 1, 1), every=timedelta(hours=1)))
    spring = [shift.person for shift in shifts(hourly, in_utc(3, 29), in_utc(3, 29, 3))]
    autumn = shifts(hourly, in_utc(10, 24, 23), in_utc(10, 25, 3))
    assert spring == ["p0", "p2", "p3"]
    assert [(shift.person, (shift.ends_at - shift.starts_at) / timedelta(hours=1)) for shift in autumn] == [
        ("p0", 1),
        ("p1", 2),
        ("p2", 1),
    ]


def test_a_later_rotation_wins_where_it_holds() -> None:
    found = shifts(schedule(WEEKLY, CAROL), in_utc(1, 8, 12), in_utc(1, 12, 12))
    assert people_and_days(found) == [
        ("carol", "08 12:00", "08 17:00"),
        ("alice", "08 17:00", "09 09:00"),
        ("carol", "09 09:00", "09 17:00"),
        ("alice", "09 17:00", "12 09:00"),
        ("carol", "12 09:00", "12 12:00"),
    ]


def test_where_no_rotation_holds_nobody_is_on_call() -> None:
    assert on_call(schedule(CAROL), in_utc(1, 10, 12)) is None
    assert people_and_days(shifts(schedule(CAROL), in_utc(1, 9, 16), in_utc(1, 12, 10))) == [
        ("carol", "09 16:00", "09 17:00"),
        ("carol", "12 09:00", "12 10:00"),
    ]


def test_a_hand_over_to_oneself_is_a_new_shift() -> None:
    alone = schedule(Rotation(people=("alice",), starts=MONDAY, every=WEEK))
    assert next_change(alone, in_utc(1, 5, 9)) == in_utc(1, 12, 9)
    assert len(shifts(alone, in_utc(1, 5, 9), in_utc(1, 26, 9))) == 3


def test_whole_days_of_one_turn_are_one_shift() -> None:
    days = DailySpan(from_time=time(0), to_time=time(0), days=frozenset({5, 6}))
    weekend = Rotation(people=("carol",), starts=datetime(2026, 1, 5), every=WEEK, restricted=(days,))
    assert people_and_days(shifts(schedule(weekend), in_utc(1, 9), in_utc(1, 16))) == [
        ("carol", "10 00:00", "12 00:00")
    ]


def test_an_override_wins_in_its_span_and_the_later_one_against_others() -> None:
    holiday = override("bob", in_utc(1, 7), in_utc(1, 9))
    day_off = override("dave", in_utc(1, 8), in_utc(1, 10))
    found = shifts(schedule(WEEKLY, overrides=(holiday, day_off)), in_utc(1, 6), in_utc(1, 11))
    assert people_and_days(found) == [
        ("alice", "06 00:00", "07 00:00"),
        ("bob", "07 00:00", "08 00:00"),
        ("dave", "08 00:00", "10 00:00"),
        ("alice", "10 00:00", "11 00:00"),
    ]


def test_without_rotations_only_overrides_put_anybody_on_call() -> None:
    only = schedule(overrides=(override("bob", in_utc(1, 7), in_utc(1, 9)),))
    assert next_change(only, in_utc(1, 1)) == in_utc(1, 7)
    assert next_change(only, in_utc(1, 7)) == in_utc(1, 9)
    assert next_change(only, in_utc(1, 9)) is None
    assert following(only, in_utc(1, 8)) is None


def test_the_next_of_the_rotation_takes_over_from_who_does_not_answer() -> None:
    three = schedule(Rotation(people=("alice", "bob", "carol"), starts=MONDAY, every=WEEK))
    assert following(three, in_utc(1, 13)) == "carol"  # bob is on call
    assert following(three, in_utc(1, 13), {"carol"}) == "alice"
    assert following(three, in_utc(1, 13), {"carol", "alice"}) is None
    assert following(three, in_utc(1, 1)) is None


def test_who_has_two_turns_a_round_does_not_follow_themselves() -> None:
    twice = schedule(Rotation(people=("alice", "alice", "bob"), starts=MONDAY, every=WEEK))
    assert following(twice, in_utc(1, 6)) == "bob"
    assert following(schedule(Rotation(people=("alice",), starts=MONDAY, every=WEEK)), in_utc(1, 6)) is None


def test_under_an_override_the_rotation_below_counts_and_who_is_excused_comes_last() -> None:
    three = Rotation(people=("alice", "bob", "carol"), starts=MONDAY, every=WEEK)
    instead = schedule(three, overrides=(override("dave", in_utc(1, 6), in_utc(1, 8)),))
    assert following(instead, in_utc(1, 7)) == "bob"
    assert following(instead, in_utc(1, 7), {"bob", "carol"}) == "alice"
    swapped = schedule(three, overrides=(override("bob", in_utc(1, 6), in_utc(1, 8)),))
    assert following(swapped, in_utc(1, 7)) == "carol"


@pytest.mark.parametrize(("people", "every"), [((), DAY), (("alice",), timedelta(0))])
def test_a_rotation_without_people_or_length_is_refused(people: tuple[str, ...], every: timedelta) -> None:
    with pytest.raises(ValueError, match="needs people"):
        Rotation(people=people, starts=MONDAY, every=every)


names = st.sampled_from(["alice", "bob", "carol", "dave"])
lengths = st.one_of(
    st.sampled_from([4, 6, 8, 12, 36]).map(lambda hours: timedelta(hours=hours)),
    st.integers(1, 10).map(lambda days: timedelta(days=days)),
    st.integers(1, 6).map(lambda weeks: timedelta(weeks=weeks)),
)


@st.composite
def schedules(draw: Any, name: str) -> tuple[Schedule, datetime]:
    """A schedule whose first rotation holds at any time, and an instant in the life of it."""
    at = draw(instants(name))
    early = local(at, zone(name)) - draw(st.timedeltas(timedelta(0), timedelta(days=400)))
    starts = early.replace(second=0, microsecond=0) - 2 * DAY
    people = draw(st.lists(names, min_size=1, max_size=4))
    rotations = [Rotation(people=tuple(people), starts=starts, every=draw(lengths))]
    for _ in range(draw(st.integers(0, 2))):
        restricted = draw(st.lists(daily_spans, max_size=2))
        first = draw(local_times(name))
        rotations.append(
            Rotation(people=(draw(names),), starts=first, every=draw(lengths), restricted=tuple(restricted))
        )
    begin = at + draw(st.timedeltas(timedelta(days=-5), timedelta(days=5)))
    instead = [override(draw(names), begin, begin + draw(st.timedeltas(MOMENT, timedelta(days=9))))]
    overrides = tuple(instead) if draw(st.booleans()) else ()
    return schedule(*rotations, zone=name, overrides=overrides), at


@given(st.data(), st.sampled_from(ZONES))
def test_shifts_follow_each_other_without_gap_or_overlap(data: Any, name: str) -> None:
    plan, start = data.draw(schedules(name))
    end = start + data.draw(st.timedeltas(MOMENT, timedelta(days=20)))
    found = shifts(plan, start, end)
    assert (found[0].starts_at, found[-1].ends_at) == (start, end)
    assert all(shift.starts_at < shift.ends_at for shift in found)
    assert all(one.ends_at == other.starts_at for one, other in pairwise(found))


@given(st.data(), st.sampled_from(ZONES))
def test_at_any_instant_exactly_the_person_of_the_shift_is_on_call(data: Any, name: str) -> None:
    plan, start = data.draw(schedules(name))
    at = start + data.draw(st.timedeltas(timedelta(0), timedelta(days=20)))
    holding = [one for one in shifts(plan, start, start + 21 * DAY) if one.starts_at <= at < one.ends_at]
    assert [one.person for one in holding] == [on_call(plan, at)]


@given(st.data(), st.sampled_from(ZONES))
def test_the_next_change_is_later_and_nothing_changes_before(data: Any, name: str) -> None:
    plan, after = data.draw(schedules(name))
    at = next_change(plan, after)
    assert at is not None
    assert at > after
    (shift,) = shifts(plan, after, at)
    assert shifts(plan, after, at + MOMENT)[0] == shift  # it really ends there
    assert len(shifts(plan, after, at + MOMENT)) == 2
    between = after + data.draw(st.floats(0, 1, exclude_max=True)) * (at - after)
    assert on_call(plan, min(between, at - MOMENT)) == shift.person


@given(st.data(), st.sampled_from(ZONES), lengths)
def test_hand_overs_keep_their_hour_and_nobody_is_skipped_or_repeated(
    data: Any, name: str, every: timedelta
) -> None:
    people = ("alice", "bob", "carol", "dave", "erin")
    starts = data.draw(local_times(name))
    plan = schedule(Rotation(people=people, starts=starts, every=every), zone=name)
    hand_overs = [instant(starts + number * every, zone(name)) for number in range(13)]
    turns = [
        Shift(person=people[number % len(people)], starts_at=begins, ends_at=ends)
        for number, (begins, ends) in enumerate(pairwise(hand_overs))
    ]
    kept = tuple(turn for turn in turns if turn.starts_at < turn.ends_at)
    assert shifts(plan, hand_overs[0], hand_overs[-1]) == kept
    assert len(kept) == 12 or name == "Pacific/Apia"  # where the turns of a whole day never were


@given(st.data(), st.sampled_from(sorted(LEAPS)))
def test_an_override_changes_nothing_outside_its_span(data: Any, name: str) -> None:
    plan, start = data.draw(schedules(name))
    bare = Schedule(name=plan.name, time_zone=name, rotations=plan.rotations)
    begins = start + data.draw(st.timedeltas(timedelta(0), timedelta(days=5)))
    ends = begins + data.draw(st.timedeltas(MOMENT, timedelta(days=5)))
    covered = schedule(*plan.rotations, zone=name, overrides=(override("zoe", begins, ends),))
    at = start + data.draw(st.timedeltas(timedelta(0), timedelta(days=12)))
    assert on_call(covered, at) == ("zoe" if begins <= at < ends else on_call(bare, at))


def by_hand(number: int, person: str, start: str, end: str, schedule: str = "primary") -> ManualOverride:
    return ManualOverride(
        id=number,
        schedule=schedule,
        person=person,
        starts_at=datetime.fromisoformat(start),
        ends_at=datetime.fromisoformat(end),
        author="ops",
        made_at=datetime.fromisoformat(start),
    )


def test_overrides_by_hand_stand_above_the_schedules_own_and_the_newest_wins() -> None:
    own = Override(
        person="carol",
        starts_at=datetime(2027, 3, 27, tzinfo=UTC),
        ends_at=datetime(2027, 3, 30, tzinfo=UTC),
    )
    weekly = Rotation(people=("alice",), starts=datetime(2027, 1, 1), every=timedelta(weeks=1))
    schedule = Schedule(name="primary", time_zone="Europe/London", rotations=(weekly,), overrides=(own,))
    made = [
        by_hand(2, "dave", "2027-03-28T01:00+01:00", "2027-03-28T05:00+01:00"),
        by_hand(1, "bob", "2027-03-27T22:00+00:00", "2027-03-28T09:00+01:00"),
        by_hand(3, "eve", "2027-03-27T22:00+00:00", "2027-03-28T09:00+01:00", "other"),
    ]
    changed = overridden(schedule, made)
    start, end = datetime(2027, 3, 27, 21, tzinfo=UTC), datetime(2027, 3, 28, 9, tzinfo=UTC)
    assert [
        (shift.person, shift.starts_at.astimezone(UTC).hour) for shift in shifts(changed, start, end)
    ] == [
        ("carol", 21),
        ("bob", 22),
        ("dave", 0),
        ("bob", 4),
        ("carol", 8),
    ]
    assert overridden(schedule, []) == schedule
