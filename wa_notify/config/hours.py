"""Days, times of day and zones as people write them, and the quiet hours made of them."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import voluptuous as vol

from wa_notify.config.faults import shown
from wa_notify.config.shape import Check, Flaw, by_kind, listing, section
from wa_notify.config.words import text
from wa_notify.core.quiet import QuietHours
from wa_notify.core.wallclock import DailySpan, fill_the_week

QUIET_HOURS = "quiet_hours"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_FIX = "Write them as mon-fri or [sat, sun], with mon, tue, wed, thu, fri, sat and sun."
TIME = re.compile(r"(\d{1,2}):(\d{2})")
TIME_FIX = 'Write hours and minutes in quotes, from "00:00" to "24:00".'
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2})?")
MOMENT_FIX = 'Write it as "2026-01-05 09:00", on the clock of the schedule and without a zone.'
YEARS = range(2000, 2101)
ZONE_FIX = "Names are those of the tz database, such as Europe/London."


def zone(value: Any) -> str:
    """A time zone that this machine knows."""
    word = text(value)
    try:
        ZoneInfo(word)
    except (LookupError, ValueError, OSError):
        close = difflib.get_close_matches(word, available_timezones(), n=1)
        fix = f"Did you mean `{close[0]}`? {ZONE_FIX}" if close else ZONE_FIX
        raise Flaw(f"{shown(value)} is no time zone.", fix) from None
    return word


def moment(value: Any) -> datetime:
    """A day, with a time of day or at midnight, as a clock on the wall shows it."""
    word = _unmistaken(value, MOMENT_FIX)
    try:
        found = datetime.fromisoformat(word) if MOMENT.fullmatch(word) else None
    except ValueError:  # the 30th of February, or 25 o'clock
        found = None
    if found is None or found.year not in YEARS:
        raise Flaw(f"{shown(value)} is no day with a time.", MOMENT_FIX)
    return found


def time_of_day(value: Any) -> time:
    """A time of day; the end of the day is its midnight."""
    word = _unmistaken(value, TIME_FIX)
    found = TIME.fullmatch(word)
    if word == "24:00":
        return time()
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise Flaw(f"{shown(value)} is no time of day.", TIME_FIX)
    return time(int(found[1]), int(found[2]))


def _unmistaken(value: Any, fix: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise Flaw("YAML reads this as a number.", fix)
    return text(value)


def _days(written: str) -> frozenset[int]:
    found: set[int] = set()
    for part in written.split(","):
        first, _, last = part.strip().partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise Flaw(f"{shown(part.strip())} is no day of the week.", DAYS_FIX)
        begins, ends = DAYS.index(first), DAYS.index(last or first)
        found.update((begins + step) % 7 for step in range((ends - begins) % 7 + 1))
    return frozenset(found)


_written_days = by_kind(text=lambda one: [_days(one)], list=listing("`days`", by_kind(text=_days), least=1))


def days(value: Any) -> frozenset[int]:
    """Days of the week, where Monday is 0: ``mon-fri``, ``[sat, sun]``, also over the end of the week."""
    found: list[frozenset[int]] = _written_days(value)
    return frozenset().union(*found)


def _span(values: Mapping[str, Any]) -> DailySpan:
    begins, ends = values["from"], values["to"]
    if begins == ends and begins != time():
        fix = 'For whole days write from "00:00" to "24:00".'
        raise Flaw("This ends when it begins.", fix, ["to"])
    return DailySpan(from_time=begins, to_time=ends, days=values["days"])


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenQuiet:
    """Quiet hours as written; without a zone of their own they follow the default."""

    spans: tuple[DailySpan, ...] = ()
    time_zone: str = ""

    def resolved(self, time_zone: str) -> QuietHours | None:
        """With this zone where none is written; nothing when it is never quiet."""
        return QuietHours(spans=self.spans, time_zone=self.time_zone or time_zone) if self.spans else None


def _never(value: str) -> WrittenQuiet:
    if value != "none":
        fix = 'Write {from: "22:00", to: "07:00"}, a list of such, or none.'
        raise Flaw(f"{shown(value)} says not when it is quiet.", fix)
    return WrittenQuiet()


def _quiet_span(values: dict[str, Any]) -> WrittenQuiet:
    return WrittenQuiet(time_zone=values.pop("time_zone", ""), spans=(_span(values),))


def _together(parts: list[WrittenQuiet]) -> WrittenQuiet:
    """Several spans as one."""
    spans = tuple(span for part in parts for span in part.spans)
    if len({part.time_zone for part in parts}) > 1:
        raise Flaw("These spans are in different time zones.", "Give all of them the same `time_zone`.")
    if fill_the_week(spans):
        fix = "Leave some time free. Who wants no alerts at all opts out."
        raise Flaw("It would always be quiet, and nothing would ever be sent.", fix)
    return WrittenQuiet(spans=spans, time_zone=parts[0].time_zone)


_SPAN_KEYS = {
    vol.Required("from"): time_of_day,
    vol.Required("to"): time_of_day,
    vol.Optional("days", default="mon-sun"): days,
}
SPAN: Check = vol.All(section("A span of the day", _SPAN_KEYS), _span)
SPANS: Check = by_kind(mapping=lambda one: [SPAN(one)], list=listing("`hours`", SPAN, least=1))
_QUIET_KEYS = {**_SPAN_KEYS, vol.Optional("time_zone"): zone}
_QUIET_SPAN: Check = vol.All(section("A span of quiet hours", _QUIET_KEYS), _quiet_span)
QUIET: Check = by_kind(
    text=_never,
    mapping=lambda one: _together([_QUIET_SPAN(one)]),
    list=vol.All(listing("`quiet_hours`", _QUIET_SPAN, least=1), _together),
)
