"""Late words: what leaves or arrives much later than it should says so, with what is true now."""

from datetime import datetime, timedelta

from wa_notify.core.outbox import TELLS_OF_TROUBLE, Item
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.wallclock import roughly, spoken_span, spoken_time

LATE = timedelta(minutes=10)  # from here on a message says that it is late


def delay(item: Item, now: datetime) -> timedelta:
    """How much later than it should it leaves, by no intention of ours; nothing up to ten minutes."""
    late_by = now - item.planned_at if item.planned_at else timedelta(0)
    return late_by if late_by > LATE else timedelta(0)


def delayed(title: str, by: timedelta) -> str:
    """The title of a ticket in a message that leaves late."""
    return f"Delayed {spoken_span(roughly(by))}: {title}"


def was_on_its_way_for_long(item: Item, arrived_at: datetime) -> bool:
    """Whether it took more than ten minutes."""
    return item.claimed_at is not None and arrived_at - item.claimed_at > LATE


def outdated_since(item: Item, ticket: Ticket, arrived_at: datetime) -> datetime | None:
    """When the ticket moved on while its message was on the way for long, to somebody who may not know.

    Nothing when the message came in time, is still true, or the person moved the ticket themselves.
    """
    left_at = item.claimed_at
    if item.occasion not in TELLS_OF_TROUBLE or ticket.episode != item.episode or left_at is None:
        return None
    moved_at = ticket.acknowledged_at if ticket.state is TicketState.ACKNOWLEDGED else ticket.resolved_at
    theirs = item.recipient_id in (ticket.acknowledged_by, ticket.resolved_by)
    if moved_at is None or moved_at <= left_at or theirs or arrived_at - left_at <= LATE:
        return None
    return moved_at


def correction(item: Item, ticket: Ticket, moved_at: datetime, owner: str, time_zone: str) -> str:
    """What to say then; ``owner`` is the name of whoever took it or resolved it."""
    left_at = item.claimed_at or item.created_at
    match ticket.state:
        case TicketState.ACKNOWLEDGED:
            became = f"was taken by {owner}"
        case TicketState.EXPIRED:
            became = "was given up, as nothing was heard of it any more,"
        case _:
            became = f"was resolved{f' by {owner}' if owner else ''}"
    return (
        f"That message from {spoken_time(left_at, time_zone)} reached you late. "
        f"Ticket #{ticket.id} {became} at {spoken_time(moved_at, time_zone)}: {ticket.spoken}"
    )
