"""The filters that texts may use: some of Jinja's own that cannot grow without bound, and ours."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from jinja2.filters import FILTERS as JINJAS

from wa_notify.config.markdown import whatsapp
from wa_notify.core.cleaner import cut
from wa_notify.core.markup import BOLD, Formatted, block, code, literal, styled
from wa_notify.core.wallclock import TIME_ZONE, spoken_span, spoken_time

LONGEST = 16 * 1024  # characters of any text, and of any step on the way to it
MOST_ROUNDS = 500  # items that a loop or a join looks at


def clock(value: Any, *, zone: str = TIME_ZONE) -> str:
    """A time as people of this zone read it: ``21 Nov 09:30 GMT``."""
    if not isinstance(value, datetime):
        return _plain(value)
    return spoken_time(value, zone)


def duration(value: Any) -> str:
    """A span of time in its two largest units: ``1 h 5 min``."""
    if not isinstance(value, timedelta):
        return _plain(value)
    return spoken_span(value)


def shorten(value: Any, length: int = 100, *, zone: str = TIME_ZONE) -> str:
    """The text, cut to at most so many characters, with an ellipsis; what is formatted stays so."""
    short = cut(_plain(value, zone), max(int(length), 1))
    return Formatted(short) if isinstance(value, Formatted) else short


def join(values: Iterable[Any], separator: str = "", *, zone: str = TIME_ZONE) -> str:
    """The items of a list in one text."""
    return _bounded(str(separator).join(_plain(value, zone) for value in first_rounds(values)))


def join_literal(values: Iterable[Any], separator: str = "", *, zone: str = TIME_ZONE) -> str:
    """The items of a list in one text that WhatsApp formats: marks count in the separator only."""
    items = (
        one if isinstance(one, Formatted) else literal(_plain(one, zone)) for one in first_rounds(values)
    )
    return Formatted(_bounded(str(separator).join(items)))


def formatted(form: Callable[[str], str], value: Any, *, zone: str = TIME_ZONE) -> str:
    """The text in a form of WhatsApp's."""
    return form(value if isinstance(value, Formatted) else _plain(value, zone))


def replace(value: Any, old: str, new: str, *, zone: str = TIME_ZONE) -> str:
    """The text with one thing put for another."""
    text, old, new = _plain(value, zone), str(old), str(new)
    if len(text) + text.count(old) * len(new) > LONGEST:
        raise ValueError("replace makes this text too long")
    return text.replace(old, new)


def rounded(value: Any, digits: int = 0) -> float:
    """The number, rounded."""
    return round(float(value), min(max(int(digits), 0), 12))


def first_rounds(values: Iterable[Any]) -> list[Any]:
    """As much of a list as a loop may look at."""
    return list(islice(values, MOST_ROUNDS))


def spoken(value: Any, *, zone: str = TIME_ZONE) -> Any:
    """What stands in a text for a value that nobody gave a form."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return clock(value, zone=zone)
    return duration(value) if isinstance(value, timedelta) else value


def filters_in(zone: str) -> dict[str, Callable[..., Any]]:
    """All filters, those that tell times with the clock of this zone."""
    ours = {one.__name__: partial(one, zone=zone) for one in (clock, shorten, join, replace)}
    return FILTERS | ours | {name: partial(formatted, form, zone=zone) for name, form in FORMS.items()}


def marking_filters(zone: str) -> dict[str, Callable[..., Any]]:
    """The filters that do something else in texts that WhatsApp formats."""
    return {"join": partial(join_literal, zone=zone)}


def _plain(value: Any, zone: str = TIME_ZONE) -> str:
    return _bounded(str(spoken(value, zone=zone)))


def _bounded(text: str) -> str:
    return text[:LONGEST]


_OF_JINJA = (
    *("abs", "capitalize", "count", "d", "default", "dictsort", "filesizeformat", "first", "float", "int"),
    *("items", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse"),
    *("select", "selectattr", "sort", "string", "sum", "title", "trim", "truncate", "unique", "upper"),
    "urlencode",
)
FORMS: dict[str, Callable[[str], str]] = {
    "whatsapp": whatsapp,
    "literal": literal,
    "bold": partial(styled, mark=BOLD),
    "code": code,
    "mono": block,
}
FILTERS: dict[str, Callable[..., Any]] = {
    **{name: JINJAS[name] for name in _OF_JINJA},
    "clock": clock,
    "duration": duration,
    "shorten": shorten,
    "join": join,
    "replace": replace,
    "round": rounded,
    **FORMS,
}
