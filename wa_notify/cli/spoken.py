"""Numbers and times as people say them: "2 rules", "in 12 min", "3 h 12 min ago"."""

from collections.abc import Sized
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from wa_notify.core.wallclock import roughly, spoken_span, zone_name


def span(length: timedelta) -> str:
    """How long: ``45 s``, ``12 min``, ``3 h 12 min``, ``2 d 4 h``."""
    return spoken_span(roughly(length))


def relative(at: datetime, now: datetime) -> str:
    """When, seen from now: ``in 12 min``, ``12 min ago``, ``just now``."""
    if abs(at - now) < timedelta(seconds=2):
        return "just now"
    return f"in {span(at - now)}" if at > now else f"{span(now - at)} ago"


def clock(at: datetime, time_zone: str) -> str:
    """The time of day in this zone."""
    return f"{at.astimezone(ZoneInfo(time_zone)):%H:%M:%S}"


def day(at: datetime, time_zone: str) -> str:
    """The day in this zone, and which zone it is."""
    shown = at.astimezone(ZoneInfo(time_zone))
    return f"{shown:%A %d %B %Y} {zone_name(shown)}"


def minute(at: datetime, time_zone: str) -> str:
    """Year, day and time in this zone, and which zone it is."""
    shown = at.astimezone(ZoneInfo(time_zone))
    return f"{shown:%Y-%m-%d %H:%M} {zone_name(shown)}"


def count(things: Sized, name: str) -> str:
    """``1 rule``, ``2 rules``."""
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"
