"""How an occasion becomes outbox items: one for each person of the receiver, rendered now, decided later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.core.cleaner import cut
from wa_notify.core.enclosed import Contacts, Enclosed, MediaLink
from wa_notify.core.incomplete import lacking
from wa_notify.core.message import ROW_DESCRIPTION_LIMIT, ROW_TITLE_LIMIT, Button, Row
from wa_notify.core.outbox import (
    TELLS_OF_TROUBLE,
    WAITING,
    Channel,
    Intent,
    Item,
    ItemState,
    Occasion,
    idempotency_key,
)
from wa_notify.core.progress import stopped
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.reply import payload_for
from wa_notify.core.rule import (
    Attachment,
    Beside,
    Facts,
    FromAlert,
    PlaceText,
    Receiver,
    Rule,
    Rulebook,
    TemplateText,
    Text,
)
from wa_notify.core.schedule import on_call
from wa_notify.core.ticket import Ticket, facts
from wa_notify.core.timeline import SYSTEM, EntryKind
from wa_notify.core.wording import Change, headline
from wa_notify.pipeline.outcome import tell
from wa_notify.pipeline.overrides import scheduled
from wa_notify.pipeline.twins import plan_twins
from wa_notify.ports import Transaction

ACKNOWLEDGE = "Acknowledge"
DETAILS = "Details"
SILENCE = "Silence 1h"


ENDS_WITH_THE_ANSWER = (Occasion.OPENED, Occasion.REPEATED, Occasion.REMINDER, Occasion.ESCALATED)
ENDS_WITH_THE_ALERT = (*TELLS_OF_TROUBLE, Occasion.DETAILS, Occasion.COMMENT, Occasion.ASSIGNED)


MOST_BROUGHT = 10  # files of one alert that are passed on
NOTHING = Intent()  # a file for which the alert brings no link


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One thing to say about a ticket. ``count`` tells repeated occasions apart, and counts reminders."""

    occasion: Occasion
    due_at: datetime
    ttl: timedelta | None = None  # else what the rule says for the severity of the ticket
    count: int = 0
    change: Change = Change.NEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The texts a rule has for an occasion. ``own`` tells that they are not those of the first message."""

    template: TemplateText | None = None
    free_form: Text | None = None
    own: bool = False


def words_for(rule: Rule, occasion: Occasion) -> Words:
    """What the rule says on this occasion; where it has no words of its own, those of the first message."""
    match occasion:
        case Occasion.DETAILS:
            return Words(free_form=rule.details, own=True)
        case Occasion.RESOLVED:
            return Words(template=rule.resolved, free_form=rule.resolved_free_form, own=True)
        case Occasion.REMINDER if rule.remind:
            own = rule.remind.template is not rule.template
            return Words(template=rule.remind.template, free_form=rule.remind.free_form, own=own)
        case Occasion.UPDATED | Occasion.REPEATED if rule.updated:
            return Words(template=rule.updated, free_form=rule.updated_free_form, own=True)
        case _:
            return Words(template=rule.template, free_form=rule.free_form)


def plan(
    tx: Transaction, rule: Rule, ticket: Ticket, people: Iterable[str], plan: Plan, now: datetime
) -> None:
    """Put one item for each of these people into the outbox; what is planned already stays as it is."""
    intent = render(tx, rule, ticket, plan, now)
    if intent == NOTHING:
        return
    for recipient_id in people:
        item = Item(
            key=idempotency_key(
                ticket.id, ticket.episode, plan.occasion, recipient_id, plan.count, ticket.rounds
            ),
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
        if stored := tx.enqueue(item):
            plan_twins(tx, rule, ticket, stored)


def tell_people(
    tx: Transaction, rule: Rule, ticket: Ticket, people: Iterable[str], telling: Plan, now: datetime
) -> None:
    """Tell people for the first time: the message, and the long text if the rule has one.

    The long text has no template, so it is held while the window is closed.
    """
    everybody = tuple(people)
    plan(tx, rule, ticket, everybody, telling, now)
    plan_details(tx, rule, ticket, everybody, telling, now)


def plan_details(
    tx: Transaction, rule: Rule, ticket: Ticket, people: Iterable[str], telling: Plan, now: datetime
) -> None:
    """The long text and the files that go with it, each a message of its own."""
    everybody, long = tuple(people), replace(telling, occasion=Occasion.DETAILS, count=0)
    if rule.details:
        plan(tx, rule, ticket, everybody, long, now)
    alerts = tx.alerts(ticket) if rule.from_alert is not FromAlert.NONE else ()
    for number in range(1, len(rule.attachments) + len(_brought(rule, alerts)) + 1):
        plan(tx, rule, ticket, everybody, replace(long, count=number), now)


def render(tx: Transaction, rule: Rule, ticket: Ticket, plan: Plan, now: datetime) -> Intent:
    """Put the ticket's alerts into the rule's words; those of the first message say what changed."""
    words = words_for(rule, plan.occasion)
    alerts = tx.alerts(ticket)
    firing = sum(alert.status is AlertStatus.FIRING for alert in alerts)
    spoken = facts(
        ticket,
        alerts,
        now,
        reminder=plan.count if plan.occasion is Occasion.REMINDER else 0,
        change=plan.change,
        title="" if words.own else headline(ticket.title, plan.change, firing),
    )
    if plan.occasion is Occasion.DETAILS and plan.count:
        return _follower(rule, plan.count - 1, alerts, ticket, spoken)
    wish = None if words.template is None else words.template.render(spoken)
    free_form = _said(words.free_form, spoken)
    said = Intent(
        template=wish,
        free_form=free_form,
        buttons=_buttons(rule, ticket, plan.occasion),
        ticket_ref=ticket.ref,
        change=plan.change,
        lacks=lacking(*(wish.texts if wish else ()), free_form),
        complete_only=rule.refuses_missing,
    )
    return said if words.own or said.free_form is None else _with_beside(said, rule.beside, spoken)


def _with_beside(intent: Intent, beside: Beside, spoken: Facts) -> Intent:
    """What the rule lets go with its free-form text."""
    return replace(
        intent,
        buttons=intent.buttons if beside.buttons else (),
        media=beside.file.render(spoken) if beside.file else None,
        enclosed=beside.link.render(spoken) if beside.link else None,
        footer=beside.footer,
        preview=beside.preview,
    )


def _brought(rule: Rule, alerts: Sequence[Alert]) -> tuple[MediaLink, ...]:
    """The files that the source sent along and the rule passes on, each once."""
    found = tuple(dict.fromkeys(file for alert in alerts for file in alert.attachments))
    return found[: {FromAlert.ALL: MOST_BROUGHT, FromAlert.FIRST: 1, FromAlert.NONE: 0}[rule.from_alert]]


def _follower(rule: Rule, place: int, alerts: Sequence[Alert], ticket: Ticket, spoken: Facts) -> Intent:
    """One of the files, places or cards that follow; nothing when the alert brings none."""
    brought = _brought(rule, alerts)
    if place >= len(rule.attachments):
        at = place - len(rule.attachments)
        return Intent(free_form=ticket.spoken, media=brought[at]) if at < len(brought) else NOTHING
    match rule.attachments[place]:
        case Contacts() as contacts:
            return Intent(enclosed=contacts)
        case PlaceText() as text:
            there = text.render(spoken)
            return Intent(enclosed=there) if there else NOTHING
        case Attachment() as attachment:
            media = attachment.render(spoken)
            return Intent(free_form=ticket.spoken, media=media) if media else NOTHING
        case follower:
            assert_never(follower)


def _said(text: Text | None, spoken: Facts) -> str | None:
    said = "" if text is None else text(spoken)
    return said if said.strip() else None


def _buttons(rule: Rule, ticket: Ticket, occasion: Occasion) -> tuple[Button, ...]:
    """What a person can tap under free-form text about a ticket that is still open."""
    if occasion in (Occasion.DETAILS, Occasion.RESOLVED):
        return ()
    titles = [ACKNOWLEDGE, *([DETAILS] if _has_more(rule) and occasion is Occasion.REMINDER else []), SILENCE]
    return tuple(Button(payload=payload_for(title, ticket.ref), title=title) for title in titles)


def row_of(ticket: Ticket, payload: str) -> Row:
    """A ticket in a list to pick from."""
    title = cut(f"#{ticket.id} {ticket.title}", ROW_TITLE_LIMIT)
    return Row(payload=payload, title=title, description=cut(ticket.title, ROW_DESCRIPTION_LIMIT))


def _has_more(rule: Rule) -> bool:
    return rule.details is not None or bool(rule.attachments) or rule.from_alert is not FromAlert.NONE


def receiver_of(book: Rulebook, rule: Rule) -> Receiver:
    """The receiver a rule speaks to; one without anybody when the configuration has it no more."""
    return book.receivers.get(rule.receiver, Receiver(to=()))


def people_asked(
    tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket, now: datetime
) -> tuple[str, ...]:
    """Whom a rule speaks to about this ticket: its receiver, and whoever it escalated to so far."""
    receiver = receiver_of(book, rule)
    steps = receiver.escalate[: ticket.escalations]
    return people(tx, book, (*receiver.to, *(name for step in steps for name in step.to)), now)


def people(tx: Transaction, book: Rulebook, names: Iterable[str], now: datetime) -> tuple[str, ...]:
    """The persons behind these names, each once: a schedule stands for whoever has its shift now."""
    persons = (_on_duty(tx, book, name, now) if name in book.schedules else name for name in names)
    return tuple(dict.fromkeys(person for person in persons if person))


def _on_duty(tx: Transaction, book: Rulebook, name: str, now: datetime) -> str | None:
    """Whoever the schedule names, unless they stayed silent and somebody took over (see `core.duty`)."""
    schedule, duty = scheduled(tx, book, name, now), tx.duty(name)
    planned = on_call(schedule, now) if schedule else None
    return duty.person if duty and duty.holds(planned or "", now) else planned


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
    found = tx.items_of(
        ticket,
        states=(ItemState.PENDING, ItemState.HELD),
        occasions=(Occasion.OPENED, Occasion.UPDATED, Occasion.ESCALATED, Occasion.DETAILS),
    )
    waiting = [item for item in found if item.intent.part == 1 and item.intent.ahead is None]
    said: dict[
        tuple[Occasion, Change, MediaLink | None, Enclosed | None], Intent
    ] = {}  # each once, however many wait
    for item in waiting:
        intent = item.intent
        way = item.occasion, intent.change, intent.media, intent.enclosed
        if way not in said:
            again = Plan(occasion=item.occasion, change=item.intent.change, due_at=now)
            follows = intent.media is not None or intent.enclosed is not None
            file = item.occasion is Occasion.DETAILS and follows  # which says the same whatever happens
            said[way] = item.intent if file else render(tx, rule, ticket, again, now)
        expires_at = max(item.expires_at or now, now + rule.lasts(ticket.severity))
        tx.save_item(replace(item, intent=said[way], expires_at=expires_at))
    return {item.recipient_id for item in waiting if _brings_news(item)}


def _brings_news(item: Item) -> bool:
    """Whether the person will certainly hear it: what stands ready on another channel may never leave."""
    return item.occasion is not Occasion.DETAILS and item.channel is Channel.WHATSAPP
