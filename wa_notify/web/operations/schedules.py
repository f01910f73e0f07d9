"""Who is on call, the shifts to come, and changes of them by hand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec

from wa_notify.core.access import Right
from wa_notify.core.schedule import (
    ManualOverride,
    Schedule,
    Shift,
    next_change,
    on_call,
    overridden,
    shifts,
)
from wa_notify.core.wallclock import moment_of
from wa_notify.pipeline.overrides import OverrideRefused, Wanted, end_override, override
from wa_notify.ports import Transaction, Views
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.operations.paging import PageAsked, next_of, number_of
from wa_notify.web.refusals import NotNow, NotThere, Unfitting
from wa_notify.web.request import storable

MOST_DAYS = 92
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Time = Annotated[
    str,
    msgspec.Meta(
        max_length=40,
        description="2026-12-24T18:00 on the clock of the schedule, or with an offset: 2026-12-24T18:00Z.",
    ),
]


class SchedulesAsked(Given, frozen=True, kw_only=True):
    """How many days to look ahead."""

    days: Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS)] = 14


class ShiftShape(Shape, frozen=True, kw_only=True):
    """A time in which one person is on call; nobody when ``person`` is empty."""

    person: str
    starts_at: datetime
    ends_at: datetime
    by_hand: bool


class ScheduleShape(Shape, frozen=True, kw_only=True):
    """A schedule with what was changed by hand. ``on_call`` is empty while nobody is, until then."""

    name: str
    time_zone: str
    on_call: str
    until: datetime | None
    shifts: list[ShiftShape]
    receivers: list[str]


class ScheduleList(Shape, frozen=True, kw_only=True):
    """All schedules of the configuration."""

    items: list[ScheduleShape]


class OverrideShape(Shape, frozen=True, kw_only=True):
    """Somebody is on call by hand, for a while."""

    number: int
    schedule: str
    person: str
    starts_at: datetime
    ends_at: datetime
    author: str
    reason: str
    made_at: datetime
    over: bool


class OverridePage(Shape, frozen=True, kw_only=True):
    """Those that were made last first, the past ones too."""

    items: list[OverrideShape]
    next: str


class NewOverride(Given, frozen=True, kw_only=True):
    """Who shall be on call; from now on unless ``starts`` says otherwise."""

    person: Name
    ends: Time
    starts: Time = ""
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class OverrideDone(Shape, frozen=True, kw_only=True):
    """What came of it, in a sentence."""

    text: str
    override: OverrideShape


@operation("GET", "/schedules", right=Right.SEE)
async def list_schedules(asked: Asked[Nothing, SchedulesAsked]) -> ScheduleList:
    """List the schedules: who is on call now, and the shifts to come."""
    book, now = asked.book, asked.now
    ends = now + timedelta(days=asked.query.days)

    def told(views: Views) -> list[ScheduleShape]:
        made = views.overrides(now)
        return [_shape(asked, overridden(one, made), ends) for one in book.schedules.values()]

    return ScheduleList(items=await asked.look(told))


@operation("GET", "/overrides", right=Right.SEE)
async def list_overrides(asked: Asked[Nothing, PageAsked]) -> OverridePage:
    """List what was changed by hand, those that were made last first."""
    after = number_of(asked.query.after)
    found = await asked.look(lambda views: views.overrides_page(after=after, limit=asked.query.limit))
    return OverridePage(
        items=[_override(one, asked.now) for one in found.found],
        next=next_of(found.mark, more=found.more),
    )


@operation("POST", "/schedules/{name}/overrides", right=Right.SCHEDULES, status=201)
async def add_override(asked: Asked[NewOverride, Nothing]) -> OverrideDone:
    """Put somebody on call for a while. Of several the newest wins; a check-in asks them when it begins."""
    schedule = asked.book.schedules.get(asked.path["name"])
    if schedule is None:
        raise NotThere(
            "There is no such schedule.", where="name", fix="`GET /schedules` tells which there are."
        )
    given, zone = asked.body, ZoneInfo(schedule.time_zone)
    wanted = Wanted(
        schedule=schedule.name,
        person=given.person,
        starts_at=_instant(given.starts, "starts", zone) if given.starts else asked.now,
        ends_at=_instant(given.ends, "ends", zone),
        by=asked.caller.name,
        reason=storable(given.reason.strip()),
    )

    def work(tx: Transaction) -> ManualOverride:
        try:
            return override(tx, asked.book, wanted, asked.now)
        except OverrideRefused as refused:
            raise NotNow(str(refused), where="person") from None

    made = await asked.change(f"schedule {schedule.name}", work, lambda tx: _facts(tx, schedule, asked.now))
    return OverrideDone(
        text=f"{made.person} is on call for {made.schedule}.", override=_override(made, asked.now)
    )


@operation("POST", "/overrides/{number:int}/end", right=Right.SCHEDULES)
async def stop_override(asked: Asked[Nothing, Nothing]) -> OverrideDone:
    """End a change by hand now: the schedule holds again."""
    number, now = asked.path["number"], asked.now

    def work(tx: Transaction) -> ManualOverride:
        if tx.override(number) is None:
            raise NotThere(f"There is no override {number}.", where="number")
        ended = end_override(tx, asked.book, number, now)
        if ended is None:
            raise NotNow(f"Override {number} is over already.", where="number")
        return ended

    ended = await asked.change(f"override {number}", work)
    return OverrideDone(text=f"{ended.schedule} is as it was planned again.", override=_override(ended, now))


def _instant(text: str, field: str, zone: ZoneInfo) -> datetime:
    """What somebody wrote, on this clock unless it says otherwise. Raises `Unfitting`."""
    try:
        return moment_of(text.strip(), zone)
    except ValueError:
        what = f"{text!r} is no time."
        raise Unfitting(what, where=field, fix="Write it as 2026-12-24T18:00.") from None


def _shape(asked: Asked[Any, Any], schedule: Schedule, ends: datetime) -> ScheduleShape:
    now = asked.now
    holders = [
        name
        for name, one in asked.book.receivers.items()
        if schedule.name in (*one.to, *(who for step in one.escalate for who in step.to))
    ]
    return ScheduleShape(
        name=schedule.name,
        time_zone=schedule.time_zone,
        on_call=on_call(schedule, now) or "",
        until=next_change(schedule, now),
        shifts=_with_gaps(schedule, shifts(schedule, now, ends)),
        receivers=sorted(holders),
    )


def _with_gaps(schedule: Schedule, coming: tuple[Shift, ...]) -> list[ShiftShape]:
    """The shifts, and in between where nobody is on call."""
    told: list[ShiftShape] = []
    for shift in coming:
        if told and told[-1].ends_at < shift.starts_at:
            told.append(_shift("", told[-1].ends_at, shift.starts_at, by_hand=False))
        by_hand = any(
            one.person == shift.person and one.starts_at <= shift.starts_at < one.ends_at
            for one in schedule.overrides
        )
        told.append(_shift(shift.person, shift.starts_at, shift.ends_at, by_hand=by_hand))
    return told


def _shift(person: str, starts_at: datetime, ends_at: datetime, *, by_hand: bool) -> ShiftShape:
    return ShiftShape(person=person, starts_at=starts_at, ends_at=ends_at, by_hand=by_hand)


def _override(made: ManualOverride, now: datetime) -> OverrideShape:
    return OverrideShape(
        number=made.id,
        schedule=made.schedule,
        person=made.person,
        starts_at=made.starts_at,
        ends_at=made.ends_at,
        author=made.author,
        reason=made.reason,
        made_at=made.made_at,
        over=made.ends_at <= now,
    )


def _facts(tx: Transaction, schedule: Schedule, now: datetime) -> Mapping[str, Any]:
    """What the audit trail keeps: who was on call, and by which changes."""
    made = [one for one in tx.overrides(now) if one.schedule == schedule.name]
    return {
        "on_call": on_call(overridden(schedule, made), now),
        "overrides": [f"{one.id}: {one.person} until {one.ends_at:%Y-%m-%d %H:%M} UTC" for one in made],
    }


OPERATIONS = (list_schedules, list_overrides, add_override, stop_override)
