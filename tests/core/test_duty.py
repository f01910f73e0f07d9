"""Who has a shift, and whether they are there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from wa_notify.core.duty import Duty, DutyState, answered, begin, move_on, replanned
from wa_notify.core.schedule import Override, Rotation, Schedule

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
WAIT = timedelta(minutes=30)
TEAM = Schedule(
    name="primary",
    time_zone="UTC",
    rotations=(
        Rotation(people=("alice", "bob"), starts=MONDAY.replace(tzinfo=None), every=timedelta(weeks=1)),
    ),
)


def test_a_shift_begins_by_asking_whom_the_schedule_names() -> None:
    duty = begin(TEAM, WAIT, MONDAY)
    assert (duty.planned, duty.person, duty.asked) == ("alice", "alice", ("alice",))
    assert (duty.state, duty.next_at) == (DutyState.ASKED, MONDAY + WAIT)
    assert duty.ends_at == MONDAY + timedelta(weeks=1)


def test_before_the_first_shift_nobody_is_asked_and_the_next_look_is_at_its_start() -> None:
    duty = begin(TEAM, WAIT, MONDAY - HOUR)
    assert (duty.state, duty.person, duty.next_at) == (DutyState.NOBODY, "", MONDAY)


def test_a_sign_of_life_settles_the_shift_until_it_ends() -> None:
    duty = answered(begin(TEAM, WAIT, MONDAY))
    assert (duty.state, duty.person, duty.next_at) == (DutyState.HERE, "alice", MONDAY + timedelta(weeks=1))


def test_who_stays_silent_loses_the_shift_to_the_next_one() -> None:
    duty = move_on(begin(TEAM, WAIT, MONDAY), TEAM, WAIT, MONDAY + WAIT)
    assert (duty.planned, duty.person, duty.asked) == ("alice", "bob", ("alice", "bob"))
    assert (duty.state, duty.next_at) == (DutyState.ASKED, MONDAY + 2 * WAIT)


def test_when_everybody_stays_silent_the_shift_stays_with_whom_the_schedule_names() -> None:
    duty = move_on(begin(TEAM, WAIT, MONDAY), TEAM, WAIT, MONDAY + WAIT)
    duty = move_on(duty, TEAM, WAIT, MONDAY + 2 * WAIT)
    assert (duty.person, duty.state) == ("alice", DutyState.UNANSWERED)
    assert duty.next_at == MONDAY + timedelta(weeks=1)


def test_the_answer_is_not_waited_for_beyond_the_shift() -> None:
    override = Override(person="carol", starts_at=MONDAY, ends_at=MONDAY + WAIT / 2)
    short = Schedule(name="primary", time_zone="UTC", rotations=TEAM.rotations, overrides=(override,))
    assert begin(short, WAIT, MONDAY).next_at == MONDAY + WAIT / 2


def test_a_duty_holds_for_its_time_and_for_whom_the_schedule_still_names() -> None:
    duty = begin(TEAM, WAIT, MONDAY)
    assert duty.holds("alice", MONDAY)
    assert not duty.holds("alice", MONDAY - HOUR)
    assert not duty.holds("alice", MONDAY + timedelta(weeks=1))
    assert not duty.holds("carol", MONDAY)
    forever = Duty(schedule="x", planned="eve", state=DutyState.HERE, starts_at=MONDAY)
    assert forever.holds("eve", MONDAY + timedelta(weeks=500))


def with_override(person: str, starts_at: datetime, ends_at: datetime) -> Schedule:
    override = Override(person=person, starts_at=starts_at, ends_at=ends_at)
    return replace(TEAM, overrides=(override,))


def test_a_shift_that_will_be_another_s_ends_sooner_and_the_same_person_keeps_it_until_then() -> None:
    night = with_override("carol", MONDAY + HOUR, MONDAY + 2 * HOUR)
    here = replanned(answered(begin(TEAM, WAIT, MONDAY)), night, MONDAY)
    assert (here.person, here.state) == ("alice", DutyState.HERE)
    assert here.ends_at == here.next_at == MONDAY + HOUR
    assert replanned(here, TEAM, MONDAY).ends_at == MONDAY + timedelta(weeks=1)


def test_who_is_being_asked_is_still_waited_for_but_not_beyond_the_new_end() -> None:
    asked = begin(TEAM, WAIT, MONDAY)
    later = replanned(asked, with_override("carol", MONDAY + HOUR, MONDAY + 2 * HOUR), MONDAY)
    assert (later.next_at, later.ends_at) == (MONDAY + WAIT, MONDAY + HOUR)
    sooner = replanned(asked, with_override("carol", MONDAY + WAIT / 2, MONDAY + HOUR), MONDAY)
    assert sooner.next_at == sooner.ends_at == MONDAY + WAIT / 2


def test_a_shift_that_is_another_s_now_is_looked_at_at_once() -> None:
    duty = answered(begin(TEAM, WAIT, MONDAY))
    now = with_override("carol", MONDAY, MONDAY + HOUR)
    assert replanned(duty, now, MONDAY + WAIT).next_at == MONDAY + WAIT
