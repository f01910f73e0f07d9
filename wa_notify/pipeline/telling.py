"""Who else hears what somebody did with a ticket or said about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wa_notify.core.answers import MOST_COMMENTS, WITHIN
from wa_notify.core.outbox import ASKS_SOMEBODY, MAY_HAVE_ARRIVED, Intent, Item, Occasion
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Priority, Rulebook
from wa_notify.core.ticket import Ticket
from wa_notify.pipeline.planning import Plan, plan_details, render
from wa_notify.pipeline.twins import plan_twins
from wa_notify.ports import Transaction

COMMENT_ON = " on #{number}: "
COMMENT_LASTS = timedelta(hours=24)  # where the rule that would say so is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something with a ticket. ``mark`` names what they said or typed, so that twice is once.

    ``wamid`` is the message that holds their own words, if they came by WhatsApp.
    """

    id: str
    name: str
    mark: str
    wamid: str = ""


def name_of(tx: Transaction, recipient_id: str) -> str:
    """What people call somebody."""
    recipient = tx.recipient(recipient_id)
    return recipient.spoken if recipient else recipient_id


def acting(recipient: Recipient, mark: str) -> Actor:
    """A person of ours as somebody who acts."""
    return Actor(id=recipient.id, name=recipient.spoken, mark=mark)


def tell_others(
    tx: Transaction,
    book: Rulebook,
    ticket: Ticket,
    actor: Actor,
    text: str,
    now: datetime,
    *,
    occasion: Occasion = Occasion.COMMENT,
    only_now: bool = True,
    apart_from: str = "",
) -> Sequence[str]:
    """Everybody else who was told of the ticket, or has it, reads this once their window is open; who.

    ``only_now``: it is not worth waiting for that. Nobody gets more than so many comments in a short time.
    """
    rule = book.rule(ticket.rule)
    told = []
    for recipient_id in concerned(tx, ticket):
        if recipient_id in (actor.id, apart_from):
            continue
        if occasion is Occasion.COMMENT and _has_enough(tx, recipient_id, now):
            continue
        item = Item(
            key=_key(ticket, occasion, actor, recipient_id),
            ticket_id=ticket.id,
            episode=ticket.episode,
            recipient_id=recipient_id,
            occasion=occasion,
            intent=Intent(free_form=text, only_now=only_now),
            priority=rule.priority if rule else Priority.NORMAL,
            due_at=now,
            expires_at=now + (rule.lasts(ticket.severity) if rule else COMMENT_LASTS),
            created_at=now,
        )
        tx.enqueue(item)
        told.append(recipient_id)
    return told


def concerned(tx: Transaction, ticket: Ticket) -> Sequence[str]:
    """Who may have been told of the ticket by any way, the first one first, and whoever has it."""
    items = tx.items_of(ticket, states=MAY_HAVE_ARRIVED, occasions=ASKS_SOMEBODY)
    known = dict.fromkeys(item.recipient_id for item in items)
    owner = ticket.acknowledged_by
    return [*known, *([owner] if owner and owner not in known and tx.recipient(owner) else [])]


def _has_enough(tx: Transaction, recipient_id: str, now: datetime) -> bool:
    return len(tx.chat_since(recipient_id, Occasion.COMMENT, now - WITHIN)) >= MOST_COMMENTS


def _key(ticket: Ticket, occasion: Occasion, actor: Actor, recipient_id: str) -> str:
    return f"{ticket.id}.{ticket.episode}/{occasion}/{recipient_id}/{actor.mark}"


def hand_over(
    tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, recipient_id: str, now: datetime
) -> None:
    """Whoever is given a ticket hears of it, with or without a window, and gets the long text."""
    rule = book.rule(ticket.rule)
    if rule is None:
        return
    handed = Plan(occasion=Occasion.ASSIGNED, due_at=now)
    intent = replace(
        render(tx, rule, ticket, handed, now),
        free_form=f"{actor.name} gave you ticket #{ticket.id}: {ticket.spoken}",
    )
    item = Item(
        key=_key(ticket, Occasion.ASSIGNED, actor, recipient_id),
        ticket_id=ticket.id,
        episode=ticket.episode,
        recipient_id=recipient_id,
        occasion=Occasion.ASSIGNED,
        intent=intent,
        priority=rule.priority,
        due_at=now,
        planned_at=now,
        expires_at=now + rule.lasts(ticket.severity),
        created_at=now,
    )
    if stored := tx.enqueue(item):
        plan_twins(tx, rule, ticket, stored)
    plan_details(tx, rule, ticket, (recipient_id,), handed, now)
