"""On-call schedules: who answers alerts at which time.

A schedule has rotations, one above the other: where a later one holds it wins, and an override wins against
all. Hand-overs are local times: they keep their hour on the clock on the wall, in summer and in winter. A
turn that the clock leaps over as a whole (one hour of an hourly rotation in spring) is lost, and everybody
else keeps their hours. Shifts are half open: at the instant at which one ends the next has begun.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge
from itertools import takewhile
from zoneinfo import ZoneInfo

from wa_notify.core.wallclock import DailySpan, edges, end_within, instant, local


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """People who take turns in this order, again and again.

    ``starts`` is the first hand-over as the clock on the wall shows it, without a zone; before it the
    rotation holds nobody. A turn lasts ``every`` on that clock. With ``restricted`` it holds only within
    these spans.
    Raises `ValueError` without people or without length.
    """

    people: tuple[str, ...]  # recipient ids; who stands there twice has two turns a round
    starts: datetime
    every: timedelta
    restricted: tuple[DailySpan, ...] = ()

    def __post_init__(self) -> None:
        if not self.people or self.every <= timedelta(0):
            raise ValueError("A rotation needs people, and turns with a length.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One person instead of everybody else, between two instants."""

    person: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Who is on call, on the clock of a zone such as ``Europe/London``. Later rotations and overrides win."""

    name: str
    time_zone: str
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualOverride:
    """An override that somebody made by hand, beside those of the configuration. ``id`` is 0 until stored.

    One that was ended before its time ends then, and one that was ended before it began never held.
    """

    id: int = 0
    schedule: str
    person: str
    starts_at: datetime
    ends_at: datetime
    author: str
    reason: str = ""
    made_at: datetime


def overridden(schedule: Schedule, made: Iterable[ManualOverride]) -> Schedule:
    """The schedule with these overrides above its own. Of several the newest wins."""
    newest_last = sorted((one for one in made if one.schedule == schedule.name), key=lambda one: one.id)
    by_hand = (
        Override(person=one.person, starts_at=one.starts_at, ends_at=one.ends_at) for one in newest_last
    )
    return replace(schedule, overrides=(*schedule.overrides, *by_hand))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A time in which one person is on call, within one turn of theirs."""

    person: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """A claim to be on call. Two instants with the same turn belong to the same shift."""

    person: str
    layer: int  # the rotation; for an override, as many as there are rotations and more
    number: int


def members(schedule: Schedule) -> tuple[str, ...]:
    """Everybody who is on call at some time, each once."""
    rotating = (person for rotation in schedule.rotations for person in rotation.people)
    return tuple(dict.fromkeys((*rotating, *(override.person for override in schedule.overrides))))


def on_call(schedule: Schedule, at: datetime) -> str | None:
    """The recipient id of whoever is on call at this instant, or nothing when nobody is.

    Raises `ZoneInfoNotFoundError` for a zone this machine lacks.
    """
    turn = _top(schedule, _zone(schedule), at)
    return turn.person if turn else None


def following(schedule: Schedule, at: datetime, apart_from: Set[str] = frozenset()) -> str | None:
    """Who takes the shift when the person on call does not answer: the next one of the same rotation.

    ``apart_from`` are those who were asked already; the person on call never comes again. Under an override
    it is the rotation below that counts, and whoever is excused comes last. Nothing when nobody is left.
    """
    turns = list(_turns(schedule, _zone(schedule), at))
    rotating = next((turn for turn in turns if turn.layer < len(schedule.rotations)), None)
    if rotating is None:
        return None
    people, asked = schedule.rotations[rotating.layer].people, {turns[0].person, *apart_from}
    order = (people[(rotating.number + step) % len(people)] for step in range(1, len(people) + 1))
    return next((person for person in order if person not in asked), None)


def next_change(schedule: Schedule, after: datetime) -> datetime | None:
    """The first instant later than ``after`` at which another shift begins or nobody is on call any more.

    Nothing when it stays as it is for ever. In UTC, or as an override has it.
    """
    moments = _moments(schedule, _zone(schedule), after)
    return next((at for at, _ in _changes(schedule, after, moments)), None)


def shifts(schedule: Schedule, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """All shifts between two instants in order, the first and the last of them cut there.

    Where somebody is on call at any time they follow each other without a gap. A hand-over to oneself
    begins a new shift.
    """
    zone, found = _zone(schedule), list[Shift]()
    since, turn = start, _top(schedule, zone, start)
    within = takewhile(lambda at: at < end, _moments(schedule, zone, start))
    for at, next_turn in [*_changes(schedule, start, within), (end, None)]:
        if turn and since < at:
            found.append(Shift(person=turn.person, starts_at=since, ends_at=at))
        since, turn = at, next_turn
    return tuple(found)


def _zone(schedule: Schedule) -> ZoneInfo:
    return ZoneInfo(schedule.time_zone)


def _top(schedule: Schedule, zone: ZoneInfo, at: datetime) -> _Turn | None:
    return next(_turns(schedule, zone, at), None)


def _turns(schedule: Schedule, zone: ZoneInfo, at: datetime) -> Iterator[_Turn]:
    """All turns that hold at this instant, the one that wins first."""
    above = len(schedule.rotations)
    for index, override in reversed([*enumerate(schedule.overrides, start=above)]):
        if override.starts_at <= at < override.ends_at:
            yield _Turn(person=override.person, layer=index, number=0)
    for layer, rotation in reversed([*enumerate(schedule.rotations)]):
        number = _number(rotation, zone, at)
        if number >= 0 and (not rotation.restricted or end_within(rotation.restricted, zone, at)):
            person = rotation.people[number % len(rotation.people)]
            yield _Turn(person=person, layer=layer, number=number)


def _number(rotation: Rotation, zone: ZoneInfo, at: datetime) -> int:
    """Which turn it is at this instant, counted from 0; negative before the first."""
    number = (local(at, zone) - rotation.starts) // rotation.every
    while _hand_over(rotation, zone, number + 1) <= at:  # the clock was put back since
        number += 1
    return number


def _hand_over(rotation: Rotation, zone: ZoneInfo, number: int) -> datetime:
    """When this turn begins."""
    return instant(rotation.starts + number * rotation.every, zone)


def _changes(
    schedule: Schedule, after: datetime, moments: Iterable[datetime]
) -> Iterator[tuple[datetime, _Turn | None]]:
    """Those of the moments at which another turn comes to the top, and which."""
    zone = _zone(schedule)
    before = _top(schedule, zone, after)
    for at in moments:
        turn = _top(schedule, zone, at)
        if turn != before:
            yield at, turn
        before = turn


def _moments(schedule: Schedule, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """All instants later than ``after`` at which anything could change, in order."""
    fixed = sorted(at for override in schedule.overrides for at in (override.starts_at, override.ends_at))
    turning = [_hand_overs(rotation, zone, after) for rotation in schedule.rotations]
    spans = [span for rotation in schedule.rotations for span in rotation.restricted]
    return merge((at for at in fixed if at > after), *turning, *(edges(span, zone, after) for span in spans))


def _hand_overs(rotation: Rotation, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    number = max(_number(rotation, zone, after), -1)
    while True:
        number += 1
        yield _hand_over(rotation, zone, number)
