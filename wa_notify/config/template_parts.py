"""The parts of a template: header, body, footer and buttons, held against the platform's rules for them.

Facts from Meta's template reference: lengths (header 60, body 1,024, footer 60, button 25, link 2,000); a
header has at most one variable, a footer none; a body neither begins nor ends with one, nor has two side by
side; numbers run from 1 without gaps; at most ten buttons, two links, one call, one code to copy; quick
replies stand together; a link has its variable at its end.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import voluptuous as vol

from wa_notify.config.faults import kind_of
from wa_notify.config.shape import Check, Flaw, section
from wa_notify.config.words import text
from wa_notify.core.enclosed import IN_HEADER
from wa_notify.core.lint import edges_vary, variables_touch
from wa_notify.core.template import (
    BODY_LIMIT,
    BUTTON_LIMIT,
    FOOTER_LIMIT,
    HEADER_LIMIT,
    LINK_LIMIT,
    VARIABLE,
    ButtonShape,
    variables,
)

MOST_BUTTONS = {"QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1}
CODE_LIMIT = 20
COPY_LABEL = "Copy code"  # the phone shows its own words
FILES = tuple(kind.value for kind in IN_HEADER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header as declared: TEXT with its text, LOCATION, or a kind of file with an example of it."""

    format: str
    text: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button as declared, with an example of its link when that varies."""

    shape: ButtonShape
    example: str = ""


def limited(limit: int) -> Check:
    """A text of at most so many characters."""

    def check(value: Any) -> str:
        word = text(value)
        if len(word) > limit:
            raise Flaw(f"This text has {len(word)} characters.", f"The platform takes {limit}.")
        return word

    return check


def with_variables(limit: int) -> Check:
    """A text with well-formed variables, either all numbered from 1 or all named."""

    def check(value: Any) -> str:
        word: str = limited(limit)(value)
        names = variables(word)
        rest = VARIABLE.sub("", word)
        if "{{" in rest or "}}" in rest:
            raise Flaw("A variable is malformed.", "Write it as {{1}} or {{lower_case_name}}.")
        numbers = sorted(int(name) for name in names if name.isdecimal())
        if numbers and len(numbers) < len(names):
            raise Flaw("Numbered and named variables do not mix.", "Use one kind.")
        if numbers != list(range(1, len(numbers) + 1)):
            raise Flaw(f"The variables are {_listed(names)}.", "Number them from 1 without gaps.")
        for name in names:
            if not re.fullmatch(r"[0-9]+|[a-z][a-z0-9_]*", name):
                raise Flaw(f"A variable cannot be called `{name}`.", "Use a-z, 0-9 and `_`.")
        return word

    return check


def header(value: Any) -> Header:
    """The header: a short text, the word ``location``, or a file told by its kind."""
    if isinstance(value, Mapping):
        return _file(value)
    if value == "location":
        return Header(format="LOCATION")
    word: str = with_variables(HEADER_LIMIT)(value)
    if len(VARIABLE.findall(word)) > 1:
        raise Flaw("A header has one variable at most.", "Move the other to the body.")
    return Header(format="TEXT", text=word)


def _file(value: Mapping[str, Any]) -> Header:
    parts = _FILE(value)
    if len(parts) != 1:
        raise Flaw("A header has one file.", f"Name one of {', '.join(FILES)}, or write the text itself.")
    ((kind, example),) = parts.items()
    return Header(format=kind.upper(), example=example or "")


def body(value: Any) -> str:
    """The body: fixed words around the variables."""
    word: str = with_variables(BODY_LIMIT)(value)
    if edges_vary(word):
        raise Flaw("A body neither begins nor ends with a variable.", "Put fixed words around it.")
    if variables_touch(word):
        raise Flaw("Two variables stand side by side.", "Put fixed words between them.")
    return word


def footer(value: Any) -> str:
    """The footer: fixed words only."""
    word: str = limited(FOOTER_LIMIT)(value)
    if "{{" in word:
        raise Flaw("A footer has no variables.", "Write fixed words.")
    return word


def link(value: Any) -> str:
    """The link of a button, with a variable at its end or none."""
    word: str = limited(LINK_LIMIT)(value)
    if not re.fullmatch(r"https?://[^\s{}/][^\s{}]*(\{\{1\}\})?", word):
        raise Flaw("A link is https://..., with {{1}} at its very end or nowhere.", "Mend the link.")
    return word


_FILE = section("A header with a file", {vol.Optional(kind): vol.Any(None, text) for kind in FILES})
_LABEL = limited(BUTTON_LIMIT)
_PHONE = limited(20)
_REPLY = section("A quick reply", {vol.Required("quick_reply"): _LABEL})
_LINK = section(
    "A link button", {vol.Required("url"): link, vol.Required("text"): _LABEL, vol.Optional("example"): text}
)
_CALL = section("A call button", {vol.Required("phone"): _PHONE, vol.Required("text"): _LABEL})
_CODE = section(
    "A code to copy",
    {vol.Required("copy_code"): limited(CODE_LIMIT), vol.Optional("text", default=COPY_LABEL): _LABEL},
)
_BUTTON_FIX = "Write {quick_reply: Acknowledge}."


def button(value: Any) -> Button:
    """One button, told by its first word: ``quick_reply``, ``url``, ``phone`` or ``copy_code``."""
    if not isinstance(value, Mapping):
        raise Flaw(f"A button is a mapping, not {kind_of(value)}.", _BUTTON_FIX)
    if "quick_reply" in value:
        return Button(shape=ButtonShape(kind="QUICK_REPLY", text=_REPLY(value)["quick_reply"]))
    if "url" in value:
        parts = _LINK(value)
        shape = ButtonShape(kind="URL", text=parts["text"], target=parts["url"])
        return Button(shape=shape, example=parts.get("example", ""))
    if "phone" in value:
        parts = _CALL(value)
        return Button(shape=ButtonShape(kind="PHONE_NUMBER", text=parts["text"], target=parts["phone"]))
    if "copy_code" in value:
        parts = _CODE(value)
        return Button(shape=ButtonShape(kind="COPY_CODE", text=parts["text"], target=parts["copy_code"]))
    raise Flaw("A button is a `quick_reply`, a `url`, a `phone` or a `copy_code`.", _BUTTON_FIX)


def button_row(buttons: list[Button]) -> tuple[Button, ...]:
    """All buttons together."""
    kinds = [one.shape.kind for one in buttons]
    for kind, most in MOST_BUTTONS.items():
        if kinds.count(kind) > most:
            name = kind.replace("_", " ").lower()
            raise Flaw(f"There are {kinds.count(kind)} buttons of the kind {name}.", f"{most} are possible.")
    quick = [index for index, kind in enumerate(kinds) if kind == "QUICK_REPLY"]
    if quick and quick[-1] - quick[0] >= len(quick):
        raise Flaw("The quick replies do not stand together.", "Put the other buttons before or after them.")
    labels = [one.shape.text for one in buttons]
    if len(set(labels)) < len(labels):
        raise Flaw("Two buttons have the same text.", "Give each its own.")
    return tuple(buttons)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"{{{{{name}}}}}" for name in names)
