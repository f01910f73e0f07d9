"""Duty: whether whoever is on call is really there.

At the start of a shift the person is asked for a sign of life (a *check-in*). Any message of theirs answers;
it also opens their 24-hour window. Who stays silent loses the shift to the next one of the rotation. When
nobody answers it stays with the person of the schedule: better alert somebody silent than nobody.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from wa_notify.core.schedule import Schedule, following, next_change, on_call


class DutyState(StrEnum):
    """What is known of the person on duty."""

    ASKED = "asked"
    HERE = "here"
    UNANSWERED = "unanswered"  # by them and everybody who could have taken over
    NOBODY = "nobody"  # the schedule names nobody for this time


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One shift of a schedule. ``planned`` is the person of the schedule, ``person`` whoever has it now."""

    schedule: str
    planned: str = ""
    person: str = ""
    state: DutyState
    starts_at: datetime
    ends_at: datetime | None = None  # nothing when it never changes
    asked: tuple[str, ...] = ()
    asked_at: datetime | None = None
    next_at: datetime | None = None  # when it is to be looked at again

    def holds(self, planned: str, now: datetime) -> bool:
        """Whether it speaks of the shift that the schedule has now; an override may have come since."""
        lasts = self.ends_at is None or now < self.ends_at
        return self.starts_at <= now and lasts and self.planned == planned


def begin(schedule: Schedule, wait: timedelta, now: datetime) -> Duty:
    """A shift begins: its person is asked."""
    person = on_call(schedule, now)
    ends_at = next_change(schedule, now)
    if person is None:
        return Duty(
            schedule=schedule.name,
            state=DutyState.NOBODY,
            starts_at=now,
            ends_at=ends_at,
            next_at=ends_at,
        )
    return Duty(
        schedule=schedule.name,
        planned=person,
        person=person,
        state=DutyState.ASKED,
        starts_at=now,
        ends_at=ends_at,
        asked=(person,),
        asked_at=now,
        next_at=_earlier(now + wait, ends_at),
    )


def answered(duty: Duty) -> Duty:
    """They are there; the next look is when the shift ends."""
    return replace(duty, state=DutyState.HERE, next_at=duty.ends_at)


def move_on(duty: Duty, schedule: Schedule, wait: timedelta, now: datetime) -> Duty:
    """Nobody answered in time: the next one of the rotation is asked, or nobody is left."""
    person = following(schedule, now, frozenset(duty.asked))
    if person is None:
        return replace(
            duty, state=DutyState.UNANSWERED, person=duty.planned, asked_at=None, next_at=duty.ends_at
        )
    return replace(
        duty,
        person=person,
        asked=(*duty.asked, person),
        asked_at=now,
        next_at=_earlier(now + wait, duty.ends_at),
    )


def replanned(duty: Duty, schedule: Schedule, now: datetime) -> Duty:
    """The schedule was changed: the same person has it until another time, or it is looked at."""
    if not duty.holds(on_call(schedule, now) or "", now):
        return replace(duty, next_at=now)
    ends_at = next_change(schedule, now)
    if duty.state is DutyState.ASKED and duty.next_at is not None:
        return replace(duty, ends_at=ends_at, next_at=_earlier(duty.next_at, ends_at))
    return replace(duty, ends_at=ends_at, next_at=ends_at)


def _earlier(one: datetime, other: datetime | None) -> datetime:
    return one if other is None else min(one, other)
