"""What a JSON field may look like, and the one function that holds such a table against a body.

Lengths count Unicode code points (Meta does not say what it counts). A field that is not in a table is
refused as unknown, because that is how the platform treats misspelt fields. `null` counts as left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .refusals import Refusal, Refused

NAMES = {str: "a text", dict: "an object", list: "a list", bool: "true or false", int: "a whole number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: the JSON types it may have, its limits, and the shape of the object or items inside.

    least, most: how many characters or items. bounds: between which numbers, which may be written as text.
    any_case: a text of `among` may be written in capitals, too.
    like, meaning: the pattern of a text, and what it means in words.
    """

    kinds: tuple[type, ...] = (str,)
    required: bool = False
    least: int = 0
    most: int | None = None
    bounds: tuple[float, float] | None = None
    among: frozenset[str] | None = None
    any_case: bool = False
    like: str = ""
    meaning: str = ""
    inside: Mapping[str, "Field"] | None = None
    too_long: Refusal = Refusal.VALUE_INVALID


Shape = Mapping[str, Field]


def text(
    most: int | None = None, *, required: bool = False, too_long: Refusal = Refusal.VALUE_INVALID
) -> Field:
    """Return a text of at most so many characters."""
    return Field(required=required, most=most, too_long=too_long)


def pattern(like: str, meaning: str, *, required: bool = False) -> Field:
    """Return a text of that pattern, `meaning` in words."""
    return Field(like=like, meaning=meaning, required=required)


def choice(*values: str, required: bool = True, any_case: bool = False) -> Field:
    """Return a text that is one of these."""
    return Field(required=required, among=frozenset(values), any_case=any_case)


def flag() -> Field:
    """Return true or false."""
    return Field(kinds=(bool,))


def number(least: float, most: float, *, required: bool = False, kinds: tuple[type, ...] = (int,)) -> Field:
    """Return a number between two others."""
    return Field(kinds=kinds, bounds=(least, most), required=required)


def obj(inside: Shape | None, *, required: bool = False) -> Field:
    """Return an object of that shape, of any without one."""
    return Field(kinds=(dict,), inside=inside, required=required)


def items(inside: Shape | None, most: int | None = None, *, required: bool = False, least: int = 1) -> Field:
    """Return a list of objects of that shape."""
    return Field(kinds=(list,), inside=inside, most=most, required=required, least=least)


def check_object(value: Mapping[str, Any], shape: Shape, where: str = "") -> None:
    """Hold an object against a shape. Raises Refused naming the first field that does not fit."""
    for name in value:
        if name not in shape:
            raise Refused(Refusal.FIELD_UNKNOWN, f"Unexpected field {_path(where, name)}.")
    for name, field in shape.items():
        path = _path(where, name)
        if value.get(name) in (None, "") and field.required:
            raise Refused(Refusal.REQUIRED_MISSING, f"The field {path} is required.")
        if value.get(name) is not None:
            _check_value(value[name], field, path)


def require_product(body: Mapping[str, Any]) -> None:
    """Raise Refused unless `messaging_product` is `whatsapp`."""
    if body.get("messaging_product") != "whatsapp":
        raise Refused(Refusal.PRODUCT_MISSING)


def _check_value(value: Any, field: Field, path: str) -> None:
    if not isinstance(value, field.kinds) or (isinstance(value, bool) and bool not in field.kinds):
        wanted = " or ".join(NAMES.get(kind, "a number") for kind in field.kinds)
        raise Refused(Refusal.VALUE_INVALID, f"The field {path} must be {wanted}.")
    if isinstance(value, str):
        _check_text(value, field, path)
    if field.bounds is not None:
        _check_bounds(value, field.bounds, path)
    if isinstance(value, str | list):
        _check_length(len(value), field, path)
    if field.inside is not None:
        _check_inside(value, field.inside, path)


def _check_text(value: str, field: Field, path: str) -> None:
    if field.among is not None and (value.lower() if field.any_case else value) not in field.among:
        raise Refused(
            Refusal.VALUE_INVALID, f"The field {path} must be one of {', '.join(sorted(field.among))}."
        )
    if field.like and not re.fullmatch(field.like, value):
        raise Refused(Refusal.VALUE_INVALID, f"The field {path} must be {field.meaning}.")


def _check_bounds(value: Any, bounds: tuple[float, float], path: str) -> None:
    least, most = bounds
    try:
        fits = least <= float(value) <= most
    except (ValueError, OverflowError):
        fits = False
    if not fits:
        raise Refused(
            Refusal.VALUE_INVALID, f"The field {path} must be a number from {least} to {most}, not {value!r}."
        )


def _check_length(length: int, field: Field, path: str) -> None:
    if field.most is not None and length > field.most:
        raise Refused(field.too_long, f"The field {path} is longer than {field.most}: {length}.")
    if length < field.least and length == 0:
        raise Refused(Refusal.REQUIRED_MISSING, f"The list {path} must not be empty.")
    if length < field.least:
        raise Refused(Refusal.VALUE_INVALID, f"The field {path} needs at least {field.least}, not {length}.")


def _check_inside(value: Any, inside: Shape, path: str) -> None:
    if isinstance(value, dict):
        check_object(value, inside, path)
        return
    for place, item in enumerate(value):
        if not isinstance(item, dict):
            raise Refused(Refusal.VALUE_INVALID, f"The item {path}[{place}] must be an object.")
        check_object(item, inside, f"{path}[{place}]")


def _path(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
