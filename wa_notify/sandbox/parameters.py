"""The parameters that fill the variables of a template, with the code of each thing that may be wrong."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from .refusals import Refusal, Refused
from .templates import Template

BAD_TEXT = re.compile(r"[\r\n\t]| {5,}")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
CURRENCY_CODE = re.compile(r"[A-Z]{3}")
# The code for bad characters in a parameter changed with this version; API clients report both.
VERSION_OF_PARAMETER_TEXT = 23

Parameters = Sequence[Mapping[str, Any]]


def values_of(
    where: str, variables: Sequence[str], given: Parameters, template: Template, version: int
) -> dict[str, str]:
    """Return the text of each variable. Raises Refused."""
    if len(given) != len(variables):
        raise Refused(
            Refusal.PARAMETER_COUNT, f"{where}: {len(given)} parameters for {len(variables)} variables"
        )
    texts = [text_of(where, parameter) for parameter in given]
    for text in texts:
        check_text(where, text, version)
    names = [parameter.get("parameter_name") for parameter in given]
    if not template.named:
        if any(names):
            raise Refused(Refusal.PARAMETER_FORMAT, f"{where}: this template's variables have no names")
        return dict(zip(sorted(variables, key=int), texts, strict=True))
    if not all(names):
        raise Refused(Refusal.PARAMETER_UNNAMED, f"{where}: Parameter name is missing or empty")
    if set(names) != set(variables):
        raise Refused(Refusal.PARAMETER_FORMAT, f"{where}: the variables are named {', '.join(variables)}")
    return dict(zip(map(str, names), texts, strict=True))


def text_of(where: str, parameter: Mapping[str, Any]) -> str:
    """Return the text that a parameter shows. Raises Refused when it is none, or empty."""
    match parameter["type"]:
        case "text":
            text = parameter.get("text")
        case "currency" | "date_time" as kind:
            text = (parameter.get(kind) or {}).get("fallback_value")
            _check_currency(where, parameter.get("currency"))
        case other:
            raise Refused(Refusal.PARAMETER_FORMAT, f"{where}: expected text, received {other}")
    if not isinstance(text, str) or not text.strip():
        raise Refused(Refusal.PARAMETER_EMPTY, f"{where}: the text of a parameter is empty")
    return text


def check_text(where: str, text: str, version: int) -> None:
    """Raise Refused for characters that no parameter may have."""
    if BAD_TEXT.search(text):
        _refuse_text(where, version)
    if CONTROL.search(text):
        raise Refused(Refusal.TEMPLATE_CHARACTERS, f"{where}: a parameter contains a control character")


def _refuse_text(where: str, version: int) -> NoReturn:
    new = version >= VERSION_OF_PARAMETER_TEXT
    refusal = Refusal.PARAMETER_TEXT if new else Refusal.PARAMETER_TEXT_OLD
    raise Refused(refusal, f"{where}: no newline, tab or more than 4 consecutive spaces in a parameter")


def _check_currency(where: str, currency: Mapping[str, Any] | None) -> None:
    if currency is not None and not CURRENCY_CODE.fullmatch(currency["code"]):
        raise Refused(
            Refusal.PARAMETER_VALUE,
            f"{where}: currency.code must be three capitals, not {currency['code']!r}",
        )
