"""What is inside a message: its file, and everything in it that is private."""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from wa_notify.core.enclosed import MediaLink, Place
from wa_notify.core.message import (
    ContactsMessage,
    LinkMessage,
    ListMessage,
    LocationMessage,
    LocationRequest,
    MediaMessage,
    Message,
    Parameter,
    ReactionMessage,
    TemplateMessage,
    TextMessage,
)

FREE_FORM = "free-form {}"  # and what it is


def spoken_form(message: Message) -> str:
    """How the timeline calls it: ``template ops_alert (en)``, ``free-form text``, ``free-form image``."""
    match message:
        case TemplateMessage(name=name, language=language):
            return f"template {name} ({language})"
        case MediaMessage(media=media):
            return FREE_FORM.format(media.kind.value)
        case LocationMessage():
            return FREE_FORM.format("location")
        case ContactsMessage():
            return FREE_FORM.format("contacts")
        case ReactionMessage():
            return "reaction"
        case _:
            return FREE_FORM.format("text")


def spoken_header(header: Parameter | MediaLink | Place) -> str:
    """What is filled into the header of a template."""
    match header:
        case Parameter(text=text):
            return text
        case MediaLink():
            return f"{header.kind} {header.link or header.media_id}"
        case Place():
            return header.words
        case _:
            assert_never(header)


def file_of(message: Message) -> MediaLink | None:
    """The file that a message carries, wherever it stands in it."""
    match message:
        case MediaMessage(media=media):
            return media
        case TextMessage(header=header) | LinkMessage(header=header):
            return header
        case TemplateMessage(header=MediaLink() as header):
            return header
        case _:
            return None


def with_file(message: Message, file: MediaLink) -> Message:
    """The same message with its file taken from elsewhere; one without a file stays as it is."""
    match message:
        case MediaMessage():
            return replace(message, media=file)
        case TextMessage(header=MediaLink()) | LinkMessage(header=MediaLink()):
            return replace(message, header=file)
        case TemplateMessage(header=MediaLink()):
            return replace(message, header=file)
        case _:
            return message


def words_in(message: Message) -> Iterable[str]:
    """Everything in it that is private: texts, names, links."""
    if file := file_of(message):
        yield from (file.link, file.filename)
    match message:
        case TextMessage(body=body, footer=footer):
            yield from (body, footer)
        case ListMessage(body=body, heading=heading, footer=footer, rows=rows):
            yield from (body, heading, footer)
            for row in rows:
                yield from (row.title, row.description, row.section)
        case MediaMessage(caption=caption):
            yield caption
        case TemplateMessage(header=header, body=parameters, buttons=buttons):
            yield from (parameter.text for parameter in parameters)
            yield from (button.text for button in buttons)
            if isinstance(header, Parameter):
                yield header.text
            if isinstance(header, Place):
                yield from (header.name, header.address)
        case LocationMessage(place=place):
            yield from (place.name, place.address)
        case ContactsMessage(contacts=contacts):
            for card in contacts.cards:
                yield from (card.name, card.phone, card.wa_id, card.company, card.email)
        case ReactionMessage():
            pass
        case LinkMessage(body=body, button=link, footer=footer):
            yield from (body, link.title, link.url, footer)
        case LocationRequest(body=body):
            yield body
        case _:
            assert_never(message)
