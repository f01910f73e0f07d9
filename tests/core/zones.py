"""Zones whose clocks do strange things, and instants around those moments."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from wa_notify.core.wallclock import DailySpan

ZONES = (
    "UTC",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",  # until 2019 the clock leapt at midnight, over the first hour of a day
    "America/St_Johns",  # until 2011 at one minute past midnight
    "Australia/Lord_Howe",  # by half an hour
    "Antarctica/Troll",  # by two hours
    "Asia/Kolkata",  # never, and is half an hour off
    "Africa/Casablanca",  # several times a year, about Ramadan
    "Pacific/Apia",  # leapt over the whole of 2011-12-30
    "Pacific/Kiritimati",
)
FIRST, LAST = datetime(2005, 1, 1), datetime(2040, 1, 1)
LEAPS = {  # a local time shortly before the clock moves
    "Europe/London": (datetime(2026, 3, 29, 0, 30), datetime(2026, 10, 25, 0, 30)),
    "America/New_York": (datetime(2026, 3, 8, 1, 30), datetime(2026, 11, 1, 0, 30)),
    "America/Sao_Paulo": (datetime(2018, 11, 3, 23, 30), datetime(2018, 2, 17, 22, 30)),
    "Australia/Lord_Howe": (datetime(2026, 10, 4, 1, 30), datetime(2026, 4, 5, 1, 0)),
    "Antarctica/Troll": (datetime(2026, 3, 29, 0, 30), datetime(2026, 10, 25, 0, 30)),
    "Pacific/Apia": (datetime(2011, 12, 29, 23, 30), datetime(2012, 4, 1, 2, 30)),
}


def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@st.composite
def local_times(draw: Callable[..., Any], name: str) -> datetime:
    """Any time, or one close to a moment at which the clock moves; on the minute."""
    near = LEAPS.get(name)
    if near and draw(st.booleans()):
        offset = draw(st.integers(min_value=-2 * 24 * 60, max_value=2 * 24 * 60))
        moment: datetime = draw(st.sampled_from(near)) + timedelta(minutes=offset)
        return moment
    anywhen: datetime = draw(st.datetimes(min_value=FIRST, max_value=LAST))
    return anywhen.replace(second=0, microsecond=0)


def instants(name: str) -> st.SearchStrategy[datetime]:
    return local_times(name).map(lambda shown: shown.replace(tzinfo=zone(name)).astimezone(UTC))


times_of_day = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
daily_spans = st.builds(
    DailySpan,
    from_time=times_of_day,
    to_time=times_of_day,
    days=st.frozensets(st.integers(0, 6), min_size=1),
)
