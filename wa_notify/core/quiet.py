"""Quiet hours: when a person is not to be woken."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from wa_notify.core.wallclock import DailySpan, end_within, fill_the_week


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When it is quiet, on the clock of a zone such as ``Europe/London``.

    Raises `ValueError` when it would never end.
    """

    spans: tuple[DailySpan, ...]
    time_zone: str

    def __post_init__(self) -> None:
        if fill_the_week(self.spans):
            raise ValueError("Quiet hours that never end would keep everything back for ever.")


def until(quiet: QuietHours, now: datetime) -> datetime | None:
    """The first instant that is not quiet any more, in UTC; nothing when it is not quiet now.

    Spans that touch or overlap end together. Raises `ZoneInfoNotFoundError` for a zone this machine lacks.
    """
    zone = ZoneInfo(quiet.time_zone)
    end, later = None, end_within(quiet.spans, zone, now)
    while later is not None:
        end, later = later, end_within(quiet.spans, zone, later)
    return end
