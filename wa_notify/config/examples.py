"""Examples: what a template may look like once filled; only who submits it needs them.

They stand beside the texts of a language, beside a button, or above all languages, where one fits them all.
The platform wants one for every variable and for every file of a header.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import voluptuous as vol

from wa_notify.config.faults import kind_of
from wa_notify.config.places import Spot
from wa_notify.config.shape import Check, Flaw, by_kind, listing, section, table
from wa_notify.config.template_parts import Button, Header
from wa_notify.config.words import text
from wa_notify.core.template import VARIABLE, variables

BODY, HEADER, URL = "body", "header", "url"
WHOLE_LINK = "://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One example: what it stands for, and where it stands. ``key`` is a variable, or its place in a list."""

    part: str
    key: str | int
    text: str
    spot: Spot


def _in_order(values: list[str]) -> tuple[Example, ...]:
    return tuple(
        Example(part=BODY, key=place, text=value, spot=(place,)) for place, value in enumerate(values)
    )


def _of_parts(parts: Mapping[str, Any]) -> tuple[Example, ...]:
    found: list[Example] = []
    if header := parts.get(HEADER):
        found.append(Example(part=HEADER, key=0, text=header, spot=(HEADER,)))
    for part in (BODY, URL):
        match parts.get(part):
            case list() as several:
                pairs: Sequence[tuple[str | int, str, Spot]] = [
                    (place, value, (part, place)) for place, value in enumerate(several)
                ]
            case dict() as named:
                pairs = [(name, value, (part, name)) for name, value in named.items()]
            case str() as one:
                pairs = [(0, one, (part,))]
            case _:
                pairs = []
        found += [Example(part=part, key=key, text=value, spot=spot) for key, value, spot in pairs]
    return tuple(found)


_SEVERAL = listing("Examples", text, most=100)
_PARTS: Check = section(
    "The section of examples",
    {
        vol.Optional(HEADER): text,
        vol.Optional(BODY): by_kind(list=_SEVERAL, mapping=table("`body`", text, text)),
        vol.Optional(URL): by_kind(text=text, list=_SEVERAL),
    },
)


def examples(value: Any) -> tuple[Example, ...]:
    """Examples for the body in order, or for each part by its name."""
    if isinstance(value, list):
        return _in_order(_SEVERAL(value))
    if isinstance(value, Mapping):
        return _of_parts(_PARTS(value))
    raise Flaw(f"Examples are a list or a mapping, not {kind_of(value)}.", 'Write them as ["db-7", "96 %"].')


def header_example(header: Header | None, given: Sequence[Example]) -> str:
    """The example of the header: of its file as declared there, or for its variable."""
    if header is None or header.example:
        return header.example if header else ""
    return next((one.text for one in given if one.part == HEADER and fits(one, header, "", ())), "")


def body_examples(body: str, given: Sequence[Example]) -> tuple[tuple[str, str], ...]:
    """The variables of the body that have an example, each with it; what comes later wins."""
    names = _ordered(body)
    found = {name: one.text for one in given if one.part == BODY for name in [_named(one.key, names)] if name}
    return tuple((name, found[name]) for name in names if name in found)


def url_examples(buttons: Sequence[Button], given: Sequence[Example]) -> Iterator[tuple[int, str]]:
    """The links that vary and have an example, which may be the whole link or its end alone.

    Raises `Flaw` for a link that is not the button's.
    """
    varying = _varying(buttons)
    listed = {one.key: one.text for one in given if one.part == URL}
    for place, index in enumerate(varying):
        if example := buttons[index].example or listed.get(place, ""):
            path = ["buttons", index, "example"] if buttons[index].example else ["examples", URL]
            yield index, _whole(buttons[index].shape.target, example, path)


def check_own_example(buttons: Sequence[Button]) -> None:
    """An example beside a button belongs to a link that varies. Raises `Flaw`."""
    for index, button in enumerate(buttons):
        if button.example and not button.shape.takes_suffix:
            what, fix = "This link has no variable.", "Remove the example, or end the link with {{1}}."
            raise Flaw(what, fix, ["buttons", index, "example"])


def fits(example: Example, header: Header | None, body: str, buttons: Sequence[Button]) -> bool:
    """Whether there is a variable, or a file, that this is an example of."""
    match example.part:
        case "header":
            return header is not None and (header.format not in ("TEXT", "LOCATION") or _varies(header.text))
        case "body":
            return bool(_named(example.key, _ordered(body)))
        case _:
            return isinstance(example.key, int) and example.key < len(_varying(buttons))


def _ordered(body: str) -> tuple[str, ...]:
    """The variables as a list of examples goes: by number, or in order of appearance."""
    return tuple(sorted(variables(body), key=lambda name: int(name) if name.isdecimal() else 0))


def _named(key: str | int, names: Sequence[str]) -> str:
    if isinstance(key, int):
        return names[key] if key < len(names) else ""
    return key if key in names else ""


def _varying(buttons: Sequence[Button]) -> list[int]:
    return [index for index, button in enumerate(buttons) if button.shape.takes_suffix]


def _varies(words: str) -> bool:
    return VARIABLE.search(words) is not None


def _whole(target: str, example: str, path: list[Any]) -> str:
    fixed = VARIABLE.sub("", target)
    if example.startswith(fixed):
        return example
    if WHOLE_LINK in example:
        what, fix = f"The example does not begin as the link does: {fixed}.", "Give the end of the link."
        raise Flaw(what, fix, path)
    return fixed + example
