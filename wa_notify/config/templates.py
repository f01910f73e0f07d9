"""The section ``templates``: shapes as they are to be approved, held against the platform's rules for them.

Facts from Meta's template reference: lengths (header 60, body 1,024, footer 60, button 25, link 2,000); a
header has at most one variable, a footer none; a body neither begins nor ends with one, nor has two side by
side; numbers run from 1 without gaps; at most ten buttons, two links, one call; quick replies stand together;
a link has its variable at its end.
"""

import re
from collections.abc import Mapping
from typing import Any

import voluptuous as vol

from wa_notify.config.faults import Fault, Faults, kind_of
from wa_notify.config.shape import Check, Flaw, fitted, listing, section, table
from wa_notify.config.words import language, one_of, template_name, text
from wa_notify.core.template import (
    BODY_LIMIT,
    HEADER_LIMIT,
    ButtonShape,
    TemplateShape,
    TemplateStatus,
    variables,
)

TEMPLATES = "templates"
CATEGORIES = ("utility", "marketing", "authentication")
FOOTER_LIMIT = 60
BUTTON_LIMIT = 25
LINK_LIMIT = 2000
MOST_BUTTONS = {"QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1}
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


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


def header(value: Any) -> str:
    """The header: short, with one variable at most."""
    word: str = with_variables(HEADER_LIMIT)(value)
    if len(VARIABLE.findall(word)) > 1:
        raise Flaw("A header has one variable at most.", "Move the other to the body.")
    return word


def body(value: Any) -> str:
    """The body: fixed words around the variables."""
    word: str = with_variables(BODY_LIMIT)(value)
    if re.match(r"\s*\{\{", word) or re.search(r"\}\}\s*$", word):
        raise Flaw("A body neither begins nor ends with a variable.", "Put fixed words around it.")
    if re.search(r"\}\}\s*\{\{", word):
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


_LABEL = limited(BUTTON_LIMIT)
_PHONE = limited(20)
_REPLY = section("A quick reply", {vol.Required("quick_reply"): _LABEL})
_LINK = section("A link button", {vol.Required("url"): link, vol.Required("text"): _LABEL})
_CALL = section("A call button", {vol.Required("phone"): _PHONE, vol.Required("text"): _LABEL})


def button(value: Any) -> ButtonShape:
    """One button, told by its first word: ``quick_reply``, ``url`` or ``phone``."""
    if not isinstance(value, Mapping):
        raise Flaw(f"A button is a mapping, not {kind_of(value)}.", "Write {quick_reply: Acknowledge}.")
    if "quick_reply" in value:
        return ButtonShape(kind="QUICK_REPLY", text=_REPLY(value)["quick_reply"])
    if "url" in value:
        parts = _LINK(value)
        return ButtonShape(kind="URL", text=parts["text"], target=parts["url"])
    if "phone" in value:
        parts = _CALL(value)
        return ButtonShape(kind="PHONE_NUMBER", text=parts["text"], target=parts["phone"])
    raise Flaw("A button is a `quick_reply`, a `url` or a `phone`.", "Write {quick_reply: Acknowledge}.")


def button_row(buttons: list[ButtonShape]) -> tuple[ButtonShape, ...]:
    """All buttons together."""
    kinds = [one.kind for one in buttons]
    for kind, most in MOST_BUTTONS.items():
        if kinds.count(kind) > most:
            name = kind.replace("_", " ").lower()
            raise Flaw(f"There are {kinds.count(kind)} buttons of the kind {name}.", f"{most} are possible.")
    quick = [index for index, kind in enumerate(kinds) if kind == "QUICK_REPLY"]
    if quick and quick[-1] - quick[0] >= len(quick):
        raise Flaw("The quick replies do not stand together.", "Put the other buttons before or after them.")
    labels = [one.text for one in buttons]
    if len(set(labels)) < len(labels):
        raise Flaw("Two buttons have the same text.", "Give each its own.")
    return tuple(buttons)


TRANSLATION: Check = section(
    "The language of a template",
    {
        vol.Optional("header"): header,
        vol.Required("body"): body,
        vol.Optional("footer"): footer,
        vol.Optional("buttons"): vol.All(listing("`buttons`", button, most=10), button_row),
    },
)
TEMPLATE: Check = section(
    "A template",
    {
        vol.Required("category"): one_of(*CATEGORIES),
        vol.Required("languages"): table("`languages`", language, TRANSLATION, least=1),
    },
)


def templates(raw: Any, faults: Faults) -> tuple[TemplateShape, ...]:
    """Read all declared templates; one shape for each language. They count as approved."""
    found: list[TemplateShape] = []
    if raw is not None and not isinstance(raw, Mapping):
        what = f"The section `templates` is a mapping, not {kind_of(raw)}."
        faults.add(Fault(spot=(TEMPLATES,), what=what, fix="Write it as `name: ...`."))
        return ()
    for name, values in (raw or {}).items():
        _named(name, faults)
        fit = fitted(TEMPLATE, values, (TEMPLATES, name), faults)
        for code, translation in (fit or {"languages": {}})["languages"].items():
            found.append(_shape(name, code, fit["category"], translation))
    return tuple(found)


def _named(name: str, faults: Faults) -> None:
    try:
        template_name(name)
    except Flaw as flaw:
        faults.add(Fault(spot=(TEMPLATES, name), what=flaw.msg, fix=flaw.fix, on_key=True))


def _shape(name: str, code: str, category: str, translation: dict[str, Any]) -> TemplateShape:
    return TemplateShape(
        name=name,
        language=code,
        status=TemplateStatus.APPROVED,
        category=category.upper(),
        header_format="TEXT" if "header" in translation else "",
        **translation,
    )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"{{{{{name}}}}}" for name in names)
