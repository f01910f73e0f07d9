"""The sandbox's values as YAML shows them, and back; things with an id of their own are named by it.

It works by the fields of dataclasses and their types, so that a field added to one of them is saved too.
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from wa_notify.sandbox.account import Account, BusinessNumber, Line
from wa_notify.sandbox.media import Medium
from wa_notify.sandbox.messages import Message
from wa_notify.sandbox.phones import Phone
from wa_notify.sandbox.templates import Template
from wa_notify.sandbox.world import World

T = TypeVar("T")


class Unsayable(ValueError):
    """A value has no form in a scenario."""


def plain(value: Any) -> Any:
    """Return a value as JSON could hold it. Raises Unsayable."""
    match value:
        case StrEnum():
            return value.value
        case Enum():
            return value.name
        case str():
            return sound(value)
        case None | bool() | int() | float():
            return value
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case bytes():
            return value.decode("latin-1")
        case Account():
            return value.waba_id
        case BusinessNumber():
            return value.phone_number_id
        case Line():
            return value.id
        case Message():
            return value.wamid
        case Phone():
            return value.wa_id
        case Medium():
            return None  # files stay behind
        case Mapping() if any(isinstance(key, tuple) for key in value):
            return [[list(key), plain(item)] for key, item in value.items()]
        case Mapping():
            return {sound(str(key)): plain(item) for key, item in value.items()}
        case list() | tuple() | deque():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted(plain(item) for item in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return record(value)
        case _:
            raise Unsayable(f"A scenario cannot hold a {type(value).__name__}.")


def sound(text: str) -> str:
    """Return a text without halves of characters, which JSON can hold and YAML cannot."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def record(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that are not as they are by themselves. Raises Unsayable."""
    return {
        one.name: plain(getattr(value, one.name))
        for one in fields(value)
        if one.init and not _is_default(one, getattr(value, one.name))
    }


def _is_default(one: Field[Any], value: Any) -> bool:
    if one.default is not MISSING:
        return bool(value == one.default)
    return one.default_factory is not MISSING and not is_dataclass(value) and value == one.default_factory()


class Restorer:
    """Makes values out of what `plain` returned, in a world whose things they name."""

    def __init__(self, world: World) -> None:
        self._world = world

    def record(self, kind: type[Any], given: Mapping[str, Any]) -> Any:
        """Return a dataclass out of its fields. Raises ValueError naming what does not fit."""
        hints = get_type_hints(kind)
        known = {one.name for one in fields(kind) if one.init}
        unknown = sorted(given.keys() - known)
        if unknown:
            raise ValueError(
                f"{kind.__name__} has no {', '.join(unknown)}; it has {', '.join(sorted(known))}."
            )
        try:
            return kind(**{name: self.value(hints[name], item) for name, item in given.items()})
        except TypeError as error:
            raise ValueError(f"{kind.__name__} is not complete: {error}.") from error

    def fields(self, thing: Any, given: Mapping[str, Any]) -> None:
        """Set fields of a dataclass that is there. Raises ValueError naming what does not fit."""
        hints = get_type_hints(type(thing))
        for name, item in given.items():
            if name not in hints:
                raise ValueError(f"There is no {name} here; there are {', '.join(hints)}.")
            try:
                setattr(thing, name, self.value(hints[name], item))
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error

    def value(self, hint: Any, given: Any) -> Any:
        """Return a value of a type. Raises ValueError."""
        if hint is Any or hint is object:
            return given
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in (Union, UnionType):
            return self._one_of(arguments, given)
        if origin is Literal:
            return _require(given in arguments, given, given)
        if origin is None:
            return self._single(hint, given)
        return self._collection(origin, arguments, given)

    def _one_of(self, hints: tuple[Any, ...], given: Any) -> Any:
        if given is None and NoneType in hints:
            return None
        for hint in hints:
            if hint is not NoneType:
                try:
                    return self.value(hint, given)
                except ValueError:
                    continue
        raise ValueError(f"{given!r} does not fit.")

    def _collection(self, origin: Any, hints: tuple[Any, ...], given: Any) -> Any:
        if issubclass(origin, Mapping):
            counts = issubclass(origin, Counter)
            kind = int if counts else hints[1]
            read = {self.value(hints[0], key): self.value(kind, item) for key, item in _pairs(given)}
            return Counter(read) if counts else read
        _require(isinstance(given, list), given, given)
        items = [self.value(hints[0], item) for item in given]
        return items if origin is list else tuple(items) if origin is tuple else origin(items)

    def _single(self, kind: Any, given: Any) -> Any:
        if kind in FINDERS and not (kind is Template and isinstance(given, dict)):
            return FINDERS[kind](self._world, given)
        if is_dataclass(kind) and isinstance(kind, type):
            _require(isinstance(given, dict), given, given)
            return self.record(kind, given)
        if issubclass(kind, Enum):
            return kind(given) if issubclass(kind, StrEnum) else kind[str(given)]
        if kind is datetime:
            return datetime.fromisoformat(_text(given))
        if kind is timedelta:
            number = isinstance(given, int | float) and not isinstance(given, bool)
            return timedelta(seconds=_require(number, given, given))
        if kind is bytes:
            return _text(given).encode("latin-1")
        if kind is float:
            return float(_require(isinstance(given, int | float), given, given))
        if kind is int:
            return _require(isinstance(given, int) and not isinstance(given, bool), given, given)
        if kind in (dict, list):
            return _require(isinstance(given, kind), given, given)
        return _text(given) if kind is str else _require(isinstance(given, kind), given, given)


def _account(world: World, given: Any) -> Account:
    found = next((one for one in world.portfolio.accounts if one.waba_id == given), None)
    return _there(found, "account", given)


def _line(world: World, given: Any) -> Line:
    return _there(world.portfolio.line(str(given)), "number with the id", given)


def _number(world: World, given: Any) -> BusinessNumber:
    return _line(world, given).number


def _message(world: World, given: Any) -> Message:
    return _there(world.people.messages.get(str(given)), "message", given)


def _phone(world: World, given: Any) -> Phone:
    return _there(world.people.phones.get(str(given)), "person", given)


def _template(world: World, given: Any) -> Template:
    """A template of some account, by name/language, which also tells a message of what it was made."""
    name, _, language = _text(given).rpartition("/")
    accounts = world.portfolio.accounts
    found = (one.templates[name, language] for one in accounts if (name, language) in one.templates)
    return _there(next(found, None), "template", given)


FINDERS: Mapping[Any, Any] = {
    Account: _account, Line: _line, BusinessNumber: _number, Message: _message, Phone: _phone,
    Template: _template,
}  # fmt: skip


def _there(found: T | None, what: str, given: Any) -> T:
    if found is None:
        raise ValueError(f"There is no {what} {given}.")
    return found


def _pairs(given: Any) -> list[tuple[Any, Any]]:
    """The keys and values of a mapping; one whose keys are no texts was written as a list of both."""
    if isinstance(given, list) and all(isinstance(one, list) and len(one) == 2 for one in given):
        return [(key, item) for key, item in given]
    return list(_require(isinstance(given, dict), given, given).items())


def _require(fits: object, value: Any, given: Any) -> Any:
    if not fits:
        raise ValueError(f"{given!r} does not fit.")
    return value


def _text(given: Any) -> str:
    """A text, or a number that was meant as one."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise ValueError(f"{given!r} is no text.")  # noqa: TRY004 - one kind of error for whatever does not fit
    return str(given)
