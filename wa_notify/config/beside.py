"""What goes with the words of a rule: files, places, cards, a link button, a code to copy."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import voluptuous as vol

from wa_notify.config.shape import Check, Flaw, by_kind, listing, section
from wa_notify.config.text import FACTS, CompiledText, Role, jinja
from wa_notify.config.words import flag, one_of, text
from wa_notify.core.bounds import BUTTON_LIMIT, FOOTER_LIMIT, MOST_CONTACTS
from wa_notify.core.enclosed import IN_HEADER, Contact, Contacts, MediaKind
from wa_notify.core.errors import MessageMisfit
from wa_notify.core.rule import Attachment, Beside, Follower, FromAlert, LinkText, PlaceText

ABOVE = tuple(kind.value for kind in IN_HEADER)  # files that may stand above a text
ALONE = ("audio", "sticker")  # files that take no text
LOCATION, CONTACTS = "location", "contacts"


def text_of(values: Mapping[str, Any], key: str, of: str) -> CompiledText | None:
    """The text of this key, if there is one; it says whose it is when it fails."""
    return replace(values[key], label=f"{key} {of}") if key in values else None


def short(what: str, most: int) -> Check:
    """A text that WhatsApp takes there."""

    def check(value: Any) -> str:
        word = text(value)
        if len(word) > most:
            raise Flaw(f"{what} has {len(word)} characters.", f"At most {most} are possible.")
        return word

    return check


def file(known: Collection[str] = FACTS) -> Check:
    """A file by its link, perhaps with a name."""
    part = jinja(Role.PART, known)
    whole = section("A file", {vol.Required("link"): part, vol.Optional("filename"): part})
    return by_kind(text=lambda value: {"link": part(value)}, mapping=whole)


def place(known: Collection[str] = FACTS) -> Check:
    """A place on the map."""
    part = jinja(Role.PART, known)

    def degrees(value: Any) -> Any:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return part(str(value) if number else value)

    return section(
        "A place",
        {
            vol.Required("latitude"): degrees,
            vol.Required("longitude"): degrees,
            vol.Optional("name"): part,
            vol.Optional("address"): part,
        },
    )


def header(known: Collection[str] = FACTS) -> Check:
    """What fills the header of a template: a text, or one file, or a place."""
    kinds = {vol.Optional(kind): file(known) for kind in ABOVE}
    shown = section("A header", {**kinds, vol.Optional(LOCATION): place(known)})

    def check(value: Any) -> Any:
        fit = shown(value)
        if len(fit) != 1:
            raise Flaw("A header shows one thing.", f"Give it one of {', '.join((*ABOVE, LOCATION))}.")
        return fit

    return by_kind(text=jinja(Role.HEADER, known), mapping=check)


CARD = section(
    "A contact",
    {
        vol.Required("name"): text,
        vol.Required("phone"): text,
        vol.Optional("wa_id"): text,
        vol.Optional("company"): text,
        vol.Optional("email"): text,
    },
)


def cards(value: Any) -> Contacts:
    """Cards of the address book; they are the same for every alert."""
    found = listing("`contacts`", CARD, least=1, most=MOST_CONTACTS)(value)
    try:
        return Contacts(cards=tuple(Contact(**one) for one in found))
    except MessageMisfit as misfit:
        raise Flaw(str(misfit)) from None


def title(value: Any) -> Any:
    """The title of a button. What is too long once it is filled in is cut."""
    if isinstance(value, str) and "{" not in value:
        short("The title of a button", BUTTON_LIMIT)(value)
    return jinja(Role.PART)(value)


LINK = section("A link button", {vol.Required("text"): title, vol.Required("url"): jinja(Role.PART)})
FOLLOWING: dict[Any, Any] = {
    **{vol.Optional(kind): file() for kind in ALONE},
    vol.Optional(LOCATION): place(),
    vol.Optional(CONTACTS): cards,
}
_free_form = section(
    "The section `free_form`",
    {
        vol.Required("text"): jinja(Role.WHOLE),
        **{vol.Optional(kind): file() for kind in ABOVE},
        **FOLLOWING,
        vol.Optional("link"): LINK,
        vol.Optional("buttons", default=True): flag,
        vol.Optional("footer"): short("A footer", FOOTER_LIMIT),
        vol.Optional("preview", default=False): flag,
    },
)


def _one_above(value: Any) -> Any:
    fit = _free_form(value)
    given = [kind for kind in ABOVE if kind in fit]
    if len(given) > 1:
        fix = "Keep one of them, and put the others into `details`."
        raise Flaw(f"A message shows one file, not {' and '.join(given)}.", fix)
    return fit


FREE_FORM = by_kind(text=jinja(Role.WHOLE), mapping=_one_above)
DETAILS = by_kind(
    text=lambda value: {"text": jinja(Role.WHOLE)(value)},
    mapping=section(
        "The section `details`",
        {
            vol.Optional("text"): jinja(Role.WHOLE),
            **{vol.Optional(kind): file() for kind in ABOVE},
            **FOLLOWING,
            vol.Optional("attachments"): one_of(*(word.value for word in FromAlert)),
        },
    ),
)


def in_header(use: Mapping[str, Any], of: str) -> dict[str, Any]:
    """The part of a `TemplateText` that is about its header and the code to copy."""
    parts: dict[str, Any] = {"code": text_of(use, "copy_code", of)}
    shown = use.get("header")
    if not isinstance(shown, Mapping):
        return {**parts, "header": text_of(use, "header", of)}
    if LOCATION in shown:
        return {**parts, "place": place_text(shown[LOCATION], of)}
    return {**parts, "file": next(files(shown, of))}


def parted(fit: dict[str, Any], of: str) -> tuple[dict[str, Any], Beside, tuple[Follower, ...]]:
    """A rule with its free-form text as mere text; what goes with it; and what follows it."""
    said = fit.get("free_form")
    if not isinstance(said, Mapping):
        return fit, Beside(), ()
    link = said.get("link")
    beside = Beside(
        file=next(files({kind: said[kind] for kind in ABOVE if kind in said}, of), None),
        link=LinkText(title=link["text"], url=link["url"]) if link else None,
        buttons=said["buttons"],
        footer=said.get("footer", ""),
        preview=said["preview"],
    )
    rest = {key: value for key, value in said.items() if key not in ABOVE}
    return {**fit, "free_form": said["text"]}, beside, tuple(followers(rest, of))


def followers(values: Mapping[str, Any], of: str) -> Iterator[Follower]:
    """Files, a place and cards, each a message of its own."""
    yield from files(values, of)
    if LOCATION in values:
        yield place_text(values[LOCATION], of)
    if CONTACTS in values:
        yield values[CONTACTS]


def files(values: Mapping[str, Any], of: str) -> Iterator[Attachment]:
    """The files among these values, in a fixed order."""
    for kind in (*ABOVE, *ALONE):
        if kind in values:
            link = replace(values[kind]["link"], label=f"{kind} {of}")
            name = text_of(values[kind], "filename", of)
            yield Attachment(kind=MediaKind(kind), link=link, filename=name)


def place_text(values: Mapping[str, Any], of: str) -> PlaceText:
    """A place whose parts come from the alert."""
    return PlaceText(
        latitude=replace(values["latitude"], label=f"latitude {of}"),
        longitude=replace(values["longitude"], label=f"longitude {of}"),
        name=text_of(values, "name", of),
        address=text_of(values, "address", of),
    )
