"""Messages of people: every kind of Meta's webhook reference as a value, the rest as `UnknownContent`.

A tap on a template's quick reply comes as ``button``, one on free-form buttons as ``interactive``; both are a
`Tap`. The context of a tap has been missing in practice, so whom it concerns must stand in its payload.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from wa_notify.core.enclosed import MediaKind
from wa_notify.core.inbound import (
    AddressChange,
    AddressChanged,
    ChatOpened,
    ContactCards,
    Content,
    Deleted,
    Edited,
    FlowAnswer,
    InboundMessage,
    Location,
    Media,
    Order,
    Raw,
    Reaction,
    Tap,
    Text,
    UnknownContent,
    Unsupported,
)
from wa_notify.whatsapp import codes
from wa_notify.whatsapp.reading import OddItem, instant, piece, pieces, required, sender, text

UNSUPPORTED_CODE = 131051

# Types of system messages, of 2026 and of the years before (Meta's webhook reference).
ADDRESS_CHANGES: Mapping[str, AddressChange] = {
    "user_changed_number": AddressChange.NUMBER,
    "customer_changed_number": AddressChange.NUMBER,
    "user_changed_user_id": AddressChange.BSUID,
    "customer_identity_changed": AddressChange.IDENTITY,
}


def read_message(raw: Raw, contacts: Mapping[str, Raw], received_at: datetime) -> InboundMessage:
    """Read one item of ``messages``. Raises `OddItem` when it is not shaped as documented."""
    context = piece(raw, "context")
    return InboundMessage(
        wamid=required(raw, "id"),
        sender=sender(
            contacts,
            wa_id=text(raw, "from"),
            bsuid=text(raw, "from_user_id"),
            parent_bsuid=text(raw, "from_parent_user_id"),
        ),
        at=instant(raw.get("timestamp"), received_at),
        content=_content(raw),
        context_wamid=text(context, "id"),
        forwarded=bool(context.get("forwarded") or context.get("frequently_forwarded")),
        group_id=text(raw, "group_id"),
        raw=raw,
    )


def _content(raw: Raw) -> Content:
    kind = text(raw, "type")
    read = _READERS.get(kind)
    if read is not None:
        return read(raw)
    found = _code(raw)
    return Unsupported(kind=kind) if found == UNSUPPORTED_CODE else UnknownContent(kind=kind)


def _text(raw: Raw) -> Text:
    return Text(body=text(piece(raw, "text"), "body"))


def _quick_reply(raw: Raw) -> Tap:
    button = piece(raw, "button")
    title = text(button, "text")
    return Tap(payload=text(button, "payload") or title, title=title)


def _interactive(raw: Raw) -> Content:
    interactive = piece(raw, "interactive")
    kind = text(interactive, "type")
    answer = piece(interactive, kind)
    if kind in ("button_reply", "list_reply"):
        return Tap(payload=text(answer, "id"), title=text(answer, "title"))
    return FlowAnswer(kind=kind, answer=answer)


def _media(raw: Raw) -> Media:
    kind = MediaKind(text(raw, "type"))
    media = piece(raw, kind)
    return Media(
        kind=kind,
        media_id=text(media, "id"),
        mime_type=text(media, "mime_type"),
        caption=text(media, "caption"),
        filename=text(media, "filename"),
        url=text(media, "url"),
    )


def _location(raw: Raw) -> Location:
    place = piece(raw, "location")
    return Location(
        latitude=_degrees(place, "latitude"),
        longitude=_degrees(place, "longitude"),
        name=text(place, "name"),
        address=text(place, "address"),
    )


def _degrees(place: Raw, key: str) -> float:
    value = place.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise OddItem(f"Read {key}: it is no number.")
    try:
        degrees = float(value)
    except (ValueError, OverflowError):
        raise OddItem(f"Read {key}: it is no number.") from None
    if not -180 <= degrees <= 180:  # also false for what is no number at all
        raise OddItem(f"Read {key}: it is no angle.")
    return degrees


def _cards(raw: Raw) -> ContactCards:
    return ContactCards(cards=tuple(pieces(raw, "contacts")))


def _reaction(raw: Raw) -> Reaction:
    reaction = piece(raw, "reaction")
    return Reaction(emoji=text(reaction, "emoji"), to_wamid=text(reaction, "message_id"))


def _order(raw: Raw) -> Order:
    order = piece(raw, "order")
    return Order(catalog_id=text(order, "catalog_id"), text=text(order, "text"))


def _system(raw: Raw) -> AddressChanged:
    system = piece(raw, "system")
    return AddressChanged(
        change=ADDRESS_CHANGES.get(text(system, "type"), AddressChange.OTHER),
        new_wa_id=text(system, "wa_id") or text(system, "new_wa_id"),
        new_bsuid=text(system, "user_id"),
        previous_bsuid=text(system, "previous_user_id"),
        text=text(system, "body"),
    )


def _unsupported(raw: Raw) -> Unsupported:
    kind = text(piece(raw, "unsupported"), "type")
    found = _code(raw)
    return Unsupported(kind=kind, code=UNSUPPORTED_CODE if found is None else found)


def _code(raw: Raw) -> int | None:
    judged = [codes.read_failure(error) for error in pieces(raw, "errors")]
    return next((failure.code for failure in judged if failure), None)


def _edited(raw: Raw) -> Edited:
    edit = piece(raw, "edit")
    message = piece(edit, "message")
    content = piece(message, text(message, "type"))
    return Edited(
        original_wamid=required(edit, "original_message_id"),
        body=text(content, "body") or text(content, "caption"),
    )


def _deleted(raw: Raw) -> Deleted:
    return Deleted(original_wamid=required(piece(raw, "revoke"), "original_message_id"))


def _chat_opened(_raw: Raw) -> ChatOpened:
    return ChatOpened()


_READERS: Mapping[str, Callable[[Raw], Content]] = {
    "text": _text,
    "button": _quick_reply,
    "interactive": _interactive,
    **{kind.value: _media for kind in MediaKind},
    "location": _location,
    "contacts": _cards,
    "reaction": _reaction,
    "order": _order,
    "system": _system,
    "unsupported": _unsupported,
    "request_welcome": _chat_opened,
    "edit": _edited,
    "revoke": _deleted,
}
