"""The filters that texts may use: some of Jinja's own that cannot grow without bound, and ours."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from jinja2.filters import FILTERS as JINJAS

from wa_notify.core.template import cut

LONGEST = 16 * 1024  # characters of any text, and of any step on the way to it
MOST_ROUNDS = 500  # items that a loop or a join looks at
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def clock(value: Any) -> str:
    """A time as people read it: ``21 Nov 09:30 UTC``."""
    if not isinstance(value, datetime):
        return _plain(value)
    time = value.astimezone(UTC)
    return f"{time.day} {MONTHS[time.month - 1]} {time:%H:%M} UTC"


def duration(value: Any) -> str:
    """A span of time in its two largest units: ``1 h 5 min``."""
    if not isinstance(value, timedelta):
        return _plain(value)
    rest = max(int(value.total_seconds()), 0)
    parts: list[tuple[int, str]] = []
    for unit, seconds in UNITS:
        count, rest = divmod(rest, seconds)
        if count or parts:
            parts.append((count, unit))
    return " ".join(f"{count} {unit}" for count, unit in parts[:2] if count) or "0 s"


def shorten(value: Any, length: int = 100) -> str:
    """The text, cut to at most so many characters, with an ellipsis."""
    return cut(_plain(value), max(int(length), 1))


def join(values: Iterable[Any], separator: str = "") -> str:
    """The items of a list in one text."""
    return _bounded(str(separator).join(_plain(value) for value in first_rounds(values)))


def replace(value: Any, old: str, new: str) -> str:
    """The text with one thing put for another."""
    text, old, new = _plain(value), str(old), str(new)
    if len(text) + text.count(old) * len(new) > LONGEST:
        raise ValueError("replace makes this text too long")
    return text.replace(old, new)


def rounded(value: Any, digits: int = 0) -> float:
    """The number, rounded."""
    return round(float(value), min(max(int(digits), 0), 12))


def first_rounds(values: Iterable[Any]) -> list[Any]:
    """As much of a list as a loop may look at."""
    return list(islice(values, MOST_ROUNDS))


def spoken(value: Any) -> Any:
    """What stands in a text for a value that nobody gave a form."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return clock(value)
    return duration(value) if isinstance(value, timedelta) else value


def _plain(value: Any) -> str:
    return _bounded(str(spoken(value)))


def _bounded(text: str) -> str:
    return text[:LONGEST]


_OF_JINJA = (
    *("abs", "capitalize", "count", "d", "default", "dictsort", "filesizeformat", "first", "float", "int"),
    *("items", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse"),
    *("select", "selectattr", "sort", "string", "sum", "title", "trim", "truncate", "unique", "upper"),
    "urlencode",
)
FILTERS: dict[str, Callable[..., Any]] = {
    **{name: JINJAS[name] for name in _OF_JINJA},
    "clock": clock,
    "duration": duration,
    "shorten": shorten,
    "join": join,
    "replace": replace,
    "round": rounded,
}
