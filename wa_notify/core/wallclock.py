"""The clock on the wall: local times of a zone as instants, and parts of the day on some days of the week.

Where the clock is put forward some local times never come; they are taken for the first instant after the
gap. Where it is put back some come twice; they are taken for the first time. So a later local time is never
an earlier instant. Spans are half open: at the instant at which one ends it holds no more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, dropwhile, takewhile
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
EVERY_DAY = frozenset(range(7))
UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
TIME_ZONE = "UTC"  # where nobody names another
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class DailySpan:
    """A part of the day on some days of the week, where Monday is 0.

    One that does not end later than it begins goes on past midnight; it belongs to the day on which it
    begins. Raises `ValueError` without any day.
    """

    from_time: time
    to_time: time
    days: frozenset[int] = EVERY_DAY

    def __post_init__(self) -> None:
        if not self.days or not self.days <= EVERY_DAY:
            raise ValueError(f"A span of the day holds on days from 0 to 6, not on {sorted(self.days)}.")

    @property
    def past_midnight(self) -> bool:
        """Whether it ends on the day after."""
        return self.to_time <= self.from_time


def spoken_time(at: datetime, time_zone: str) -> str:
    """A time as people of this zone read it: ``21 Nov 09:30 GMT``."""
    shown = at.astimezone(ZoneInfo(time_zone))
    return f"{shown.day} {MONTHS[shown.month - 1]} {shown:%H:%M} {zone_name(shown)}"


def spoken_span(length: timedelta) -> str:
    """A span of time as people say it, in its two largest units: ``45 s``, ``1 h 5 min``, ``7 d``."""
    rest = max(int(length.total_seconds()), 0)
    parts: list[tuple[int, str]] = []
    for unit, seconds in UNITS:
        count, rest = divmod(rest, seconds)
        if count or parts:
            parts.append((count, unit))
    return " ".join(f"{count} {unit}" for count, unit in parts[:2] if count) or "0 s"


def roughly(length: timedelta) -> timedelta:
    """Without the seconds, where there are minutes."""
    minute = timedelta(minutes=1)
    return length - length % minute if length >= minute else length


def zone_name(shown: datetime) -> str:
    """How people call the zone of a time: ``GMT``, ``UTC-03``."""
    name = shown.tzname() or ""
    return name if name[:1].isalpha() else f"UTC{name}"  # some zones have numbers only, such as -03


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows at this instant, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def instant(shown: datetime, zone: ZoneInfo) -> datetime:
    """When the clock on the wall first shows this time or, if it leaps over it, when it leaps; in UTC."""
    at = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return at if local(at, zone) == shown else _leap(shown, zone)


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """The instant that somebody wrote in ISO 8601, by this clock where it names no other; in UTC.

    Raises `ValueError`.
    """
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else instant(at, zone)
    except OverflowError as error:  # in UTC it would lie beyond all years
        raise ValueError(str(error)) from error


def _leap(shown: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clock leaps over a time that it never shows.

    Reckoned with the offset behind the gap such a time lies before the leap, reckoned with the other one
    behind it.
    """
    before = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    behind = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while behind - before > timedelta.resolution:
        middle = before + (behind - before) // 2
        if local(middle, zone) > shown:
            behind = middle
        else:
            before = middle
    return behind


def occurrences(span: DailySpan, zone: ZoneInfo, first: date) -> Iterator[tuple[datetime, datetime]]:
    """Beginning and end each time the span comes, from this local day on, without end.

    One that the clock leaps over as a whole does not come.
    """
    day = first
    while True:
        if day.weekday() in span.days:
            begins = instant(datetime.combine(day, span.from_time), zone)
            last = day + DAY if span.past_midnight else day
            ends = instant(datetime.combine(last, span.to_time), zone)
            if begins < ends:
                yield begins, ends
        day += DAY


def edges(span: DailySpan, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """The instants later than ``after`` at which the span begins or ends, in order, without end."""
    times = chain.from_iterable(occurrences(span, zone, _day_before(after, zone)))
    return dropwhile(lambda at: at <= after, times)


def end_within(spans: Iterable[DailySpan], zone: ZoneInfo, at: datetime) -> datetime | None:
    """When the longest of the spans that hold at this instant ends, or nothing when none does."""
    day = _day_before(at, zone)
    return max(
        (
            ends
            for span in spans
            for begins, ends in takewhile(lambda times: times[0] <= at, occurrences(span, zone, day))
            if at < ends
        ),
        default=None,
    )


def fill_the_week(spans: Iterable[DailySpan]) -> bool:
    """Whether the spans together leave no time free in any ordinary week."""
    parts: list[tuple[timedelta, timedelta]] = []
    for span in spans:
        length = _since_midnight(span.to_time) - _since_midnight(span.from_time)
        for day in span.days:
            begins = day * DAY + _since_midnight(span.from_time)
            ends = begins + length + (DAY if span.past_midnight else timedelta(0))
            parts += [(begins, ends), (begins - WEEK, ends - WEEK)]  # what Sunday night leaves for Monday
    reached = timedelta(0)
    for begins, ends in sorted(parts):
        if begins <= reached:
            reached = max(reached, ends)
    return reached >= WEEK


def _day_before(at: datetime, zone: ZoneInfo) -> date:
    """The local day on which a span that holds now may have begun."""
    return local(at, zone).date() - DAY


def _since_midnight(moment: time) -> timedelta:
    return datetime.combine(date.min, moment) - datetime.combine(date.min, time.min)
