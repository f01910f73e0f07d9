"""What is to be said by hand, as somebody gives it, and as the outbox takes it."""

from typing import Annotated

import msgspec
from msgspec import field

from wa_notify.core.bounds import FILENAME_LIMIT, URL_LIMIT
from wa_notify.core.cleaner import clean
from wa_notify.core.enclosed import (
    Contact,
    Contacts,
    Enclosed,
    LinkButton,
    LocationWish,
    MediaKind,
    MediaLink,
    Place,
    ReactionTo,
    name_in,
)
from wa_notify.core.errors import MessageMisfit
from wa_notify.core.forms import free_form_of
from wa_notify.core.outbox import Intent
from wa_notify.core.template import TemplateWish
from wa_notify.web.operations.operation import LARGEST_NUMBER, Given
from wa_notify.web.refusals import Unfitting
from wa_notify.web.request import storable

LONGEST_TEXT = 20_480  # characters; it leaves in up to five messages
MOST_BLANKS = 40

Filling = Annotated[str, msgspec.Meta(max_length=1024)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Link = Annotated[str, msgspec.Meta(max_length=URL_LIMIT)]
WebLink = Annotated[
    str, msgspec.Meta(min_length=8, max_length=URL_LIMIT, pattern="^[hH][tT][tT][pP][sS]?://")
]


class TemplateGiven(Given, frozen=True, kw_only=True):
    """A template with what fills it: ``parameters`` by the name of the blank, such as ``1`` or ``host``."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
    header: Filling | None = None
    parameters: Annotated[dict[Short, Filling], msgspec.Meta(max_length=MOST_BLANKS)] = field(
        default_factory=dict
    )
    url: Annotated[str, msgspec.Meta(max_length=URL_LIMIT, description="How its link ends.")] | None = None
    code: Annotated[str, msgspec.Meta(max_length=15, description="What a button copies.")] | None = None


class FileGiven(Given, frozen=True, kw_only=True):
    """A file by its link. Files of the service's own machine are out of reach here."""

    kind: MediaKind
    link: WebLink
    filename: Annotated[str, msgspec.Meta(max_length=FILENAME_LIMIT)] = ""
    voice: bool = False


class PlaceGiven(Given, frozen=True, kw_only=True):
    """A place on the map, in degrees."""

    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    name: Short = ""
    address: Short = ""


class ContactGiven(Given, frozen=True, kw_only=True):
    """A card of the address book."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    phone: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class LinkButtonGiven(Given, frozen=True, kw_only=True):
    """A button below the text that opens a page."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    url: WebLink


class Words(Given, frozen=True, kw_only=True):
    """Who is written to, by name or by number with its plus, and what is said.

    With ``text`` and ``template`` the text leaves while the person's window is open, else the template. With
    a template a file or a place fills its header. ``answers`` is the id of the message (wamid) that is
    answered, or reacted to; an empty ``reaction`` takes one back. ``ticket`` is the one on whose timeline it
    is told.
    """

    to: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)] = ""
    template: TemplateGiven | None = None
    file: FileGiven | None = None
    place: PlaceGiven | None = None
    contacts: Annotated[list[ContactGiven], msgspec.Meta(max_length=5)] = field(default_factory=list)
    link_button: LinkButtonGiven | None = None
    ask_location: bool = False
    preview: bool = False
    answers: Short = ""
    reaction: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    ticket: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_NUMBER)] | None = None


def intent_of(words: Words) -> Intent:
    """What is to be said. Raises `Unfitting` for what cannot be a message."""
    try:
        beside, file = _beside(words), _file(words.file)
        text = storable(words.text).strip()
        wish = _wish(words.template, file, beside) if words.template else None
        reacts = words.reaction is not None
        said = Intent(
            template=wish,
            free_form=text or None,
            media=file if text or not wish else None,
            enclosed=beside if text or not (wish and isinstance(beside, Place)) else None,
            preview=words.preview,
            quotes="" if reacts else storable(words.answers),
        )
        if said.has_free_form:
            free_form_of(said)
    except MessageMisfit as misfit:
        raise Unfitting(str(misfit), where="text") from None
    if wish is None and not said.has_free_form:
        raise Unfitting("There is nothing to say.", where="text", fix="Write a text, or choose a template.")
    return said


def _wish(given: TemplateGiven, file: MediaLink | None, beside: Enclosed | None) -> TemplateWish:
    """Numbered blanks are filled in the order of their numbers, others by their names."""
    filled = {storable(name): storable(text) for name, text in given.parameters.items()}
    in_order = all(name.isdecimal() for name in filled)
    names = sorted(filled, key=lambda name: (len(name), name)) if in_order else list(filled)
    return TemplateWish(
        name=storable(given.name),
        header=None if given.header is None else storable(given.header),
        body=tuple(("" if in_order else name, filled[name]) for name in names),
        url_suffix=None if given.url is None else storable(given.url),
        file=file,
        place=beside if isinstance(beside, Place) else None,
        code=None if given.code is None else clean(storable(given.code), 15),
    )


def _file(given: FileGiven | None) -> MediaLink | None:
    if given is None:
        return None
    link = storable(given.link)
    name = storable(given.filename) or (name_in(link) if given.kind is MediaKind.DOCUMENT else "")
    return MediaLink(kind=given.kind, link=link, filename=name, voice=given.voice)


def _beside(words: Words) -> Enclosed | None:
    """What goes beside or instead of the text: one thing at most."""
    found: list[Enclosed] = []
    if place := words.place:
        found.append(
            Place(
                latitude=place.latitude,
                longitude=place.longitude,
                name=storable(place.name),
                address=storable(place.address),
            )
        )
    if words.contacts:
        cards = (Contact(name=storable(one.name), phone=storable(one.phone)) for one in words.contacts)
        found.append(Contacts(cards=tuple(cards)))
    if button := words.link_button:
        found.append(LinkButton(title=storable(button.title), url=storable(button.url)))
    if words.reaction is not None:
        found.append(ReactionTo(wamid=storable(words.answers), emoji=storable(words.reaction)))
    if words.ask_location:
        found.append(LocationWish())
    if len(found) > 1:
        fix = "Send them one after the other."
        raise Unfitting(
            "One message takes one of place, contacts, link_button, ask_location and reaction.",
            where="text",
            fix=fix,
        )
    return found[0] if found else None
