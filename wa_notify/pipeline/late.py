"""Late words: what leaves late says so, and who got an old message late hears what is true now."""

from dataclasses import replace
from datetime import datetime, timedelta

from wa_notify.core.delivery import ON_THE_PHONE
from wa_notify.core.lateness import correction, delay, delayed, outdated_since, was_on_its_way_for_long
from wa_notify.core.outbox import (
    MAY_HAVE_ARRIVED,
    NEWS,
    WAITING,
    Channel,
    Intent,
    Item,
    Occasion,
)
from wa_notify.core.progress import reached_by
from wa_notify.core.rule import Rulebook
from wa_notify.core.ticket import Ticket
from wa_notify.pipeline.planning import Plan, render
from wa_notify.pipeline.telling import name_of
from wa_notify.ports import Transaction

CORRECTION_LASTS = timedelta(minutes=15)


def said_now(tx: Transaction, book: Rulebook, item: Item, now: datetime) -> Item:
    """The item in the words of now, and saying so, if it leaves late by no intention of ours."""
    late_by = delay(item, now)
    if not late_by or item.occasion not in NEWS or item.channel is not Channel.WHATSAPP:
        return item
    ticket = tx.ticket(item.ticket_id) if item.ticket_id is not None else None
    rule = book.rule(ticket.rule) if ticket else None
    in_parts = item.intent.ahead is not None  # and the others stand already
    if ticket is None or rule is None or ticket.episode != item.episode or in_parts:
        return item
    titled = replace(ticket, title=delayed(ticket.title, late_by))
    reminder = ticket.reminders_sent if item.occasion is Occasion.REMINDER else 0
    words = Plan(occasion=item.occasion, change=item.intent.change, due_at=now, count=reminder)
    intent = render(tx, rule, titled, words, now)
    return replace(item, intent=intent) if intent.template or intent.free_form else item


def heed_late_arrival(tx: Transaction, book: Rulebook, before: Item, after: Item, now: datetime) -> None:
    """A message has just reached the phone. If it is an old one and no longer true, say what is."""
    arrived_before = reached_by(before) in ON_THE_PHONE
    arrived_now = reached_by(after) in ON_THE_PHONE
    if (
        arrived_before
        or not arrived_now
        or after.intent.part > 1
        or after.ticket_id is None
        or after.status_at is None
    ):
        return
    ticket = tx.ticket(after.ticket_id) if was_on_its_way_for_long(after, after.status_at) else None
    moved_at = outdated_since(after, ticket, after.status_at) if ticket else None
    if ticket is None or moved_at is None or _will_hear(tx, ticket, after.recipient_id, moved_at):
        return
    by = ticket.acknowledged_by if ticket.resolved_at is None else ticket.resolved_by
    text = correction(after, ticket, moved_at, name_of(tx, by), book.time_zone)
    tx.enqueue(
        Item(
            key=f"late/{after.id}",
            ticket_id=ticket.id,
            episode=ticket.episode,
            recipient_id=after.recipient_id,
            occasion=Occasion.LATE,
            intent=Intent(free_form=text, only_now=True),
            priority=after.priority,
            due_at=now,
            expires_at=now + CORRECTION_LASTS,
            created_at=now,
        )
    )


def _will_hear(tx: Transaction, ticket: Ticket, recipient_id: str, moved_at: datetime) -> bool:
    """Whether the all-clear, or word of who took it, is on its way to this person or has reached them."""
    states = (*MAY_HAVE_ARRIVED, *WAITING)
    told = tx.items_of(ticket, states=states, occasions=(Occasion.RESOLVED, Occasion.COMMENT))
    return any(item.recipient_id == recipient_id and item.created_at >= moved_at for item in told)
