"""What happened, as event entities and triggers tell it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from wa_notify.core.inbound import InboundMessage, Location, Media, Reaction, Tap, Text
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry, EntryKind


class HappeningKind(StrEnum):
    """The types of events."""

    BUTTON = "button"
    LOCATION = "location"
    MEDIA = "media"
    MESSAGE = "message"
    OPTED_IN = "opted_in"
    OPTED_OUT = "opted_out"
    REACTION = "reaction"
    TICKET_ACKNOWLEDGED = "ticket_acknowledged"
    TICKET_ESCALATED = "ticket_escalated"
    TICKET_EXPIRED = "ticket_expired"
    TICKET_OPENED = "ticket_opened"
    TICKET_RELEASED = "ticket_released"
    TICKET_REMINDED = "ticket_reminded"
    TICKET_RESOLVED = "ticket_resolved"
    TICKET_SILENCED = "ticket_silenced"


OF_RECIPIENTS = [
    HappeningKind.BUTTON,
    HappeningKind.LOCATION,
    HappeningKind.MEDIA,
    HappeningKind.MESSAGE,
    HappeningKind.OPTED_IN,
    HappeningKind.OPTED_OUT,
    HappeningKind.REACTION,
]
OF_TICKETS = [kind for kind in HappeningKind if kind.startswith("ticket_")]

_TICKET_KINDS = {
    EntryKind.ACKNOWLEDGED: HappeningKind.TICKET_ACKNOWLEDGED,
    EntryKind.ASSIGNED: HappeningKind.TICKET_ACKNOWLEDGED,
    EntryKind.ESCALATED: HappeningKind.TICKET_ESCALATED,
    EntryKind.EXPIRED: HappeningKind.TICKET_EXPIRED,
    EntryKind.OPENED: HappeningKind.TICKET_OPENED,
    EntryKind.RELEASED: HappeningKind.TICKET_RELEASED,
    EntryKind.REMINDED: HappeningKind.TICKET_REMINDED,
    EntryKind.REOPENED: HappeningKind.TICKET_OPENED,
    EntryKind.RESOLVED: HappeningKind.TICKET_RESOLVED,
    EntryKind.SILENCED: HappeningKind.TICKET_SILENCED,
}
# The words and the files of people are theirs: they are shown, and not recorded.
PRIVATE = frozenset({"caption", "latitude", "longitude", "text"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """Something that happened to a person, or to a ticket."""

    kind: HappeningKind
    recipient_id: str | None = None
    ticket: Ticket | None = None
    data: dict[str, Any] = field(default_factory=dict)


def of_message(recipient_id: str, message: InboundMessage) -> Happening | None:
    """Tell of what somebody wrote or tapped; edits and notices are not told."""
    data: dict[str, Any]
    match message.content:
        case Text(body=body):
            kind, data = HappeningKind.MESSAGE, {"text": body}
        case Tap(payload=payload, title=title):
            kind, data = HappeningKind.BUTTON, {"title": title, "payload": payload}
        case Reaction(emoji=emoji):
            kind, data = HappeningKind.REACTION, {"emoji": emoji}
        case Media(kind=media, caption=caption, mime_type=mime_type):
            kind = HappeningKind.MEDIA
            data = {"media": media.value, "mime_type": mime_type, "caption": caption}
        case Location(latitude=latitude, longitude=longitude):
            kind = HappeningKind.LOCATION
            data = {"latitude": latitude, "longitude": longitude}
        case _:
            return None
    return Happening(
        kind=kind,
        recipient_id=recipient_id,
        data={"recipient": recipient_id, **data, "message_id": message.wamid},
    )


def of_entry(entry: Entry, ticket: Ticket) -> Iterator[Happening]:
    """Tell of a line of a ticket's timeline, if it is a turn in the ticket's life."""
    kind = _TICKET_KINDS.get(entry.kind)
    if kind is None:
        return
    if (
        kind is HappeningKind.TICKET_RESOLVED
        and ticket.state is not TicketState.RESOLVED
    ):
        return  # one alert of a group is over, the others fire on
    yield Happening(
        kind=kind,
        ticket=ticket,
        data={
            "ticket": ticket.id,
            "episode": ticket.episode,
            "rule": ticket.rule,
            "severity": ticket.severity,
            "title": ticket.title,
            "by": entry.actor,
        },
    )
