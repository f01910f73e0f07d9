"""Reading what the control API is told. Every complaint is a sentence that names the field and what fits."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LONGEST = timedelta(days=3650)
TEXT_MOST = 65536


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the value of one field. `schema` says in JSON Schema what fits."""

    read: Callable[[Any], Any]
    schema: Mapping[str, Any]

    def __call__(self, given: Any) -> Any:
        """Return the value. Raises BadInput."""
        return self.read(given)


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


def require(values: Mapping[str, Any], needs: Iterable[str]) -> None:
    """Raise BadInput when one of these fields is missing."""
    missing = [name for name in needs if name not in values]
    if missing:
        raise BadInput(f"Give {' and '.join(missing)}.")


def exactly_one(values: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return which one of the fields is given. Raises BadInput unless it is exactly one."""
    given = [name for name in names if name in values]
    if len(given) != 1:
        raise BadInput(f"Give exactly one of {', '.join(names)}.")
    return given[0]


def _flag(given: Any) -> bool:
    if not isinstance(given, bool):
        raise BadInput("must be true or false")
    return given


def _text(given: Any) -> str:
    if not isinstance(given, str) or not given or len(given) > TEXT_MOST:
        raise BadInput("must be a text, not empty")
    return given


def _any_text(given: Any) -> str:
    return given if given == "" else _text(given)


def _address(given: Any) -> str:
    if not _text(given).startswith(("http://", "https://")):
        raise BadInput("must begin with http:// or https://")
    return str(given)


def _mapping(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise BadInput("must be an object")
    return given


def _seconds(given: Any) -> timedelta:
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if not number or not 0 <= given <= LONGEST.total_seconds():
        raise BadInput("must be seconds, from 0 to ten years")
    return timedelta(seconds=given)


def _share(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= 1:
        raise BadInput("must be a number above 0, and at most 1")
    return float(given)


def _instant(given: Any) -> datetime:
    try:
        at = datetime.fromisoformat(_text(given))
    except ValueError as error:
        raise BadInput("must be an instant such as 2026-11-21T09:30:00+00:00") from error
    if at.tzinfo is None:
        raise BadInput("must say its offset from UTC, such as +00:00")
    return at


flag = Reader(_flag, {"type": "boolean"})
text = Reader(_text, {"type": "string", "minLength": 1, "maxLength": TEXT_MOST})
any_text = Reader(_any_text, {"type": "string", "maxLength": TEXT_MOST})
address = Reader(_address, {"type": "string", "format": "uri", "pattern": "^https?://"})
mapping = Reader(_mapping, {"type": "object"})
seconds = Reader(_seconds, {"type": "number", "minimum": 0, "maximum": LONGEST.total_seconds()})
share = Reader(_share, {"type": "number", "exclusiveMinimum": 0, "maximum": 1})
instant = Reader(_instant, {"type": "string", "format": "date-time"})


def whole(least: int, most: int) -> Reader:
    """Return a reader of whole numbers within bounds."""

    def read_whole(given: Any) -> int:
        if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
            raise BadInput(f"must be a whole number from {least} to {most}")
        return given

    return Reader(read_whole, {"type": "integer", "minimum": least, "maximum": most})


def among(values: Iterable[str]) -> Reader:
    """Return a reader of one of these texts."""
    known = sorted(values)

    def read_one(given: Any) -> str:
        if not isinstance(given, str) or given not in known:
            raise BadInput(f"must be one of {', '.join(known)}")
        return given

    return Reader(read_one, {"type": "string", "enum": known})


def some_of(values: Iterable[str]) -> Reader:
    """Return a reader of a list of some of these texts, as a set."""
    one = among(values)

    def read_some(given: Any) -> frozenset[str]:
        if not isinstance(given, list):
            raise BadInput("must be a list")
        return frozenset(one(item) for item in given)

    return Reader(read_some, {"type": "array", "items": dict(one.schema)})


def codes(known: Iterable[int]) -> Reader:
    """Return a reader of a list of some of these error codes, as a set."""
    options = sorted(known)

    def read_codes(given: Any) -> frozenset[int]:
        if not isinstance(given, list) or any(type(code) is not int or code not in options for code in given):
            raise BadInput(f"must be a list of some of {', '.join(map(str, options))}")
        return frozenset(given)

    return Reader(read_codes, {"type": "array", "items": {"type": "integer", "enum": options}})


def record(readers: Mapping[str, Reader]) -> Reader:
    """Return a reader of an object with some of these fields."""

    def read_record(given: Any) -> dict[str, Any]:
        return read(_mapping(given), readers)

    return Reader(read_record, schema_of(readers))


def schema_of(readers: Mapping[str, Reader], needs: Iterable[str] = ()) -> dict[str, Any]:
    """Return the JSON Schema of an object with these fields, of which `needs` must be there."""
    required = {"required": list(needs)} if needs else {}
    properties = {name: dict(reader.schema) for name, reader in readers.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False, **required}
