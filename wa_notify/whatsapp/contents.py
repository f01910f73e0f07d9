"""Free-form messages of every kind as the platform's JSON. Source: Meta's message reference."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias, assert_never

from wa_notify.core.enclosed import Contact, LinkButton, MediaLink, Place
from wa_notify.core.message import (
    Button,
    ContactsMessage,
    LinkMessage,
    ListMessage,
    LocationMessage,
    LocationRequest,
    MediaMessage,
    ReactionMessage,
    Row,
    TextMessage,
)

Json: TypeAlias = dict[str, Any]
FreeFormMessage: TypeAlias = (
    TextMessage
    | ListMessage
    | MediaMessage
    | LocationMessage
    | ContactsMessage
    | ReactionMessage
    | LinkMessage
    | LocationRequest
)


def content_of(message: FreeFormMessage) -> Json:
    """The type of a message, and what stands under the name of the type."""
    match message:
        case TextMessage(body=body, buttons=(), preview=preview):
            return {"type": "text", "text": {"preview_url": preview, "body": body}}
        case TextMessage(body=body, buttons=buttons, header=header, footer=footer):
            frame = _frame(header, footer)
            return _interactive("button", body, {"buttons": [_reply(button) for button in buttons]}, **frame)
        case ListMessage():
            return _list(message)
        case MediaMessage(media=media, caption=caption):
            captioned = {"caption": caption} if caption else {}
            return {"type": media.kind.value, media.kind.value: {**file_json(media), **captioned}}
        case LocationMessage(place=place):
            return {"type": "location", "location": place_json(place)}
        case ContactsMessage(contacts=contacts):
            return {"type": "contacts", "contacts": [_card(card) for card in contacts.cards]}
        case ReactionMessage(reaction=reaction):
            return {
                "type": "reaction",
                "reaction": {"message_id": reaction.wamid, "emoji": reaction.emoji},
            }
        case LinkMessage(body=body, button=button, header=header, footer=footer):
            return _interactive("cta_url", body, _opening(button), **_frame(header, footer))
        case LocationRequest(body=body):
            return _interactive("location_request_message", body, {"name": "send_location"})
        case _:
            assert_never(message)


def file_json(media: MediaLink) -> Json:
    """A file by its id or its link, and what is to be told of it."""
    found = {"id": media.media_id} if media.media_id else {"link": media.link}
    named = {"filename": media.filename} if media.filename else {}
    return {**found, **named, **({"voice": True} if media.voice else {})}


def place_json(place: Place) -> Json:
    """A place; its degrees as text, as the reference shows them."""
    told = {"name": place.name, "address": place.address}
    return {
        "latitude": str(place.latitude),
        "longitude": str(place.longitude),
        **{name: value for name, value in told.items() if value},
    }


def _interactive(kind: str, body: str, action: Json, **frame: Any) -> Json:
    content = {"type": kind, "body": {"text": body}, "action": action, **frame}
    return {"type": "interactive", "interactive": content}


def _frame(header: MediaLink | None, footer: str) -> Json:
    """What stands above and below the text."""
    above = {"header": {"type": header.kind.value, header.kind.value: file_json(header)}} if header else {}
    return {**above, **({"footer": {"text": footer}} if footer else {})}


def _reply(button: Button) -> Json:
    return {"type": "reply", "reply": {"id": button.payload, "title": button.title}}


def _opening(button: LinkButton) -> Json:
    return {"name": "cta_url", "parameters": {"display_text": button.title, "url": button.url}}


def _list(message: ListMessage) -> Json:
    sections = [_section(title, rows) for title, rows in groupby(message.rows, attrgetter("section"))]
    heading = {"header": {"type": "text", "text": message.heading}} if message.heading else {}
    action = {"button": message.opener, "sections": sections}
    return _interactive("list", message.body, action, **heading, **_frame(None, message.footer))


def _section(title: str, rows: Iterable[Row]) -> Json:
    return {**({"title": title} if title else {}), "rows": [_row(row) for row in rows]}


def _row(row: Row) -> Json:
    described = {"description": row.description} if row.description else {}
    return {"id": row.payload, "title": row.title, **described}


def _card(card: Contact) -> Json:
    """The platform wants the whole name and at least one part of it."""
    first, _, last = card.name.strip().partition(" ")
    known = {"wa_id": card.wa_id} if card.wa_id else {}
    name = {"formatted_name": card.name, "first_name": first, **({"last_name": last} if last else {})}
    return {
        "name": name,
        "phones": [{"phone": card.phone, "type": "WORK", **known}],
        **({"emails": [{"email": card.email, "type": "WORK"}]} if card.email else {}),
        **({"org": {"company": card.company}} if card.company else {}),
    }
