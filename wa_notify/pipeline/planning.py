"""How an occasion becomes outbox items: one for each person of the receiver, rendered now, decided later."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wa_notify.core.message import Button
from wa_notify.core.outbox import WAITING, Intent, Item, ItemState, Occasion, idempotency_key, stopped
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.reply import payload_for
from wa_notify.core.rule import Facts, Rule, Rulebook, TemplateText, Text
from wa_notify.core.ticket import Ticket, facts
from wa_notify.core.timeline import SYSTEM, EntryKind
from wa_notify.pipeline.outcome import tell
from wa_notify.ports import Transaction

ACKNOWLEDGE = "Acknowledge"
DETAILS = "Details"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One thing to say about a ticket. ``count`` tells repeated occasions apart."""

    occasion: Occasion
    template: TemplateText | None = None
    free_form: Text | None = None
    due_at: datetime
    ttl: timedelta | None = None  # else what the rule says for the severity of the ticket
    count: int = 0


def plan(
    tx: Transaction, rule: Rule, ticket: Ticket, people: Iterable[str], plan: Plan, now: datetime
) -> None:
    """Put one item for each of these people into the outbox; what is planned already stays as it is."""
    intent = render(tx, rule, ticket, plan, now)
    for recipient_id in people:
        item = Item(
            key=idempotency_key(ticket.id, ticket.episode, plan.occasion, recipient_id, plan.count),
            ticket_id=ticket.id,
            episode=ticket.episode,
            recipient_id=recipient_id,
            occasion=plan.occasion,
            intent=intent,
            priority=rule.priority,
            due_at=plan.due_at,
            planned_at=plan.due_at,
            expires_at=plan.due_at + (plan.ttl or rule.lasts(ticket.severity)),
            created_at=now,
        )
        tx.enqueue(item)


def render(tx: Transaction, rule: Rule, ticket: Ticket, plan: Plan, now: datetime) -> Intent:
    """Put the ticket's alerts into the rule's words."""
    reminder = plan.count if plan.occasion is Occasion.REMINDER else 0
    spoken = facts(ticket, tx.alerts(ticket), now, reminder=reminder)
    return Intent(
        template=None if plan.template is None else plan.template.render(spoken),
        free_form=_said(plan.free_form, spoken),
        buttons=_buttons(rule, ticket, plan.occasion),
        ticket_ref=ticket.ref,
    )


def _said(text: Text | None, spoken: Facts) -> str | None:
    return None if text is None else text(spoken).strip() or None


def _buttons(rule: Rule, ticket: Ticket, occasion: Occasion) -> tuple[Button, ...]:
    """What a person can tap under free-form text about a ticket that is still open."""
    if occasion in (Occasion.DETAILS, Occasion.RESOLVED):
        return ()
    titles = [ACKNOWLEDGE, *([DETAILS] if rule.details and occasion is Occasion.REMINDER else [])]
    return tuple(Button(payload=payload_for(title, ticket.ref), title=title) for title in titles)


def opening(rule: Rule, due_at: datetime) -> Plan:
    """The first message of an episode."""
    return Plan(
        occasion=Occasion.OPENED,
        template=rule.template,
        free_form=rule.free_form,
        due_at=due_at,
    )


def details(rule: Rule, due_at: datetime) -> Plan:
    """The long text; it has no template, so it is held while the window is closed."""
    return Plan(occasion=Occasion.DETAILS, free_form=rule.details, due_at=due_at)


def receivers_of(book: Rulebook, rule: Rule) -> tuple[str, ...]:
    """The people a rule speaks to."""
    receiver = book.receivers.get(rule.receiver)
    return receiver.to if receiver else ()


def cancel(
    tx: Transaction, ticket: Ticket, occasions: Iterable[Occasion], reason: Reason, now: datetime
) -> None:
    """What has not left and is no longer wanted never leaves; the timeline says so."""
    for item in tx.items_of(ticket, states=WAITING, occasions=occasions):
        cancelled = stopped(item, ItemState.CANCELLED, reason)
        tx.save_item(cancelled)
        text = f"{item.spoken} is cancelled. {SENTENCES[reason]}"
        tell(tx, cancelled, EntryKind.CANCELLED, text, now, actor=SYSTEM)


def say_again(tx: Transaction, rule: Rule, ticket: Ticket, now: datetime) -> set[str]:
    """Messages that wait speak of the alerts as they are now; the people whose news is still on its way."""
    waiting = tx.items_of(
        ticket,
        states=(ItemState.PENDING, ItemState.HELD),
        occasions=(Occasion.OPENED, Occasion.UPDATED, Occasion.DETAILS),
    )
    said: dict[bool, Intent] = {}  # the long text and the others are rendered once, however many wait
    for item in waiting:
        long = item.occasion is Occasion.DETAILS
        if long not in said:
            said[long] = render(tx, rule, ticket, (details if long else opening)(rule, now), now)
        expires_at = max(item.expires_at or now, now + rule.lasts(ticket.severity))
        tx.save_item(replace(item, intent=said[long], expires_at=expires_at))
    return {item.recipient_id for item in waiting if item.occasion is not Occasion.DETAILS}
