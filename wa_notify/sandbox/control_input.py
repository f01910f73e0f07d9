"""Reading what the control API is told. Every complaint is a sentence that names the field and what fits."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

Reader = Callable[[Any], Any]
LONGEST = timedelta(days=3650)


class BadInput(ValueError):
    """The request makes no sense; the text says why."""


def read(body: Mapping[str, Any], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return the given fields, each through its reader. Raises BadInput for unknown or ill-formed ones."""
    unknown = [name for name in body if name not in readers]
    if unknown:
        raise BadInput(f"Unknown field {unknown[0]!r}; known are {', '.join(readers)}.")
    values = {}
    for name, given in body.items():
        try:
            values[name] = readers[name](given)
        except ValueError as error:
            raise BadInput(f"{name}: {error}") from error
    return values


def read_all(body: Mapping[str, Any], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return the fields like `read`. Raises BadInput also when one of them is missing."""
    values = read(body, readers)
    missing = [name for name in readers if name not in values]
    if missing:
        raise BadInput(f"Give {' and '.join(missing)}.")
    return values


def exactly_one(values: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return which one of the fields is given. Raises BadInput unless it is exactly one."""
    given = [name for name in names if name in values]
    if len(given) != 1:
        raise BadInput(f"Give exactly one of {', '.join(names)}.")
    return given[0]


def flag(given: Any) -> bool:
    """Read true or false."""
    if not isinstance(given, bool):
        raise BadInput("must be true or false")
    return given


def text(given: Any) -> str:
    """Read a text that is not empty."""
    if not isinstance(given, str) or not given or len(given) > 65536:
        raise BadInput("must be a text, not empty")
    return given


def any_text(given: Any) -> str:
    """Read a text that may be empty."""
    return given if given == "" else text(given)


def address(given: Any) -> str:
    """Read an http or https address."""
    if not text(given).startswith(("http://", "https://")):
        raise BadInput("must begin with http:// or https://")
    return str(given)


def mapping(given: Any) -> Mapping[str, Any]:
    """Read an object."""
    if not isinstance(given, dict):
        raise BadInput("must be an object")
    return given


def whole(least: int, most: int) -> Reader:
    """Return a reader of whole numbers within bounds."""

    def reader(given: Any) -> int:
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
            raise BadInput(f"must be a whole number from {least} to {most}")
        return given

    return reader


def seconds(given: Any) -> timedelta:
    """Read a length of time, in seconds, of at most ten years."""
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if not number or not math.isfinite(given) or not 0 <= given <= LONGEST.total_seconds():
        raise BadInput("must be seconds, from 0 to ten years")
    return timedelta(seconds=given)


def instant(given: Any) -> datetime:
    """Read an ISO 8601 instant with its offset from UTC."""
    try:
        at = datetime.fromisoformat(text(given))
    except ValueError as error:
        raise BadInput("must be an instant such as 2026-11-21T09:30:00+00:00") from error
    if at.tzinfo is None:
        raise BadInput("must say its offset from UTC, such as +00:00")
    return at


def among(values: Iterable[str]) -> Reader:
    """Return a reader of one of these texts."""
    known = sorted(values)

    def reader(given: Any) -> str:
        if not isinstance(given, str) or given not in known:
            raise BadInput(f"must be one of {', '.join(known)}")
        return given

    return reader


def some_of(values: Iterable[str]) -> Reader:
    """Return a reader of a list of some of these texts, as a set."""
    one = among(values)

    def reader(given: Any) -> frozenset[str]:
        if not isinstance(given, list):
            raise BadInput("must be a list")
        return frozenset(one(item) for item in given)

    return reader
