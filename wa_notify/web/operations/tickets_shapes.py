"""Tickets as they are shown: what is known of one, its story, its alerts and what was said because of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from wa_notify.core.alert import Alert
from wa_notify.core.bounds import SCHEMES
from wa_notify.core.outbox import SPOKEN, Item
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import Rulebook
from wa_notify.core.silence import silenced_until
from wa_notify.core.template import TemplateShape
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.ports import Views
from wa_notify.web.operations.bubbles import Bubble, of_item
from wa_notify.web.operations.operation import Shape

# What was not done instead, by the reason for what was.
NOT_TAKEN: Mapping[Reason, str] = {
    Reason.WINDOW_OPEN: "a template, as free-form text may leave while the window is open.",
    Reason.WINDOW_CLOSED: "free-form text, as WhatsApp takes it only for 24 hours after the person wrote.",
    Reason.WINDOW_CLOSED_BY_PLATFORM: "free-form text, as WhatsApp says that the window is closed.",
    Reason.NO_FREE_FORM: "free-form text, as the rule has none.",
    Reason.TEMPLATE_PREFERRED: "free-form text, as the configuration prefers the template.",
    Reason.TEMPLATE_CHEAPER: "free-form text, as it costs more.",
}


class NextStep(Shape, frozen=True, kw_only=True):
    """What comes by itself, unless somebody does something: ``remind``, ``escalate``, ``release``, ..."""

    kind: str
    text: str
    at: datetime


class TicketShape(Shape, frozen=True, kw_only=True):
    """A ticket. ``owner`` is who has it; ``silenced_until`` is told while all that fires of it is muted."""

    number: int
    title: str
    severity: str
    state: TicketState
    rule: str
    group: str
    episode: int
    opened_at: datetime
    owner: str
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    resolved_by: str
    reminders_sent: int
    escalations: int
    silenced_until: datetime | None
    next: list[NextStep]


class AlertShape(Shape, frozen=True, kw_only=True):
    """One alert of the present episode. ``url`` is empty unless it is one of the web."""

    name: str
    source: str
    status: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime | None
    url: str
    files: list[str]


class MessageShape(Shape, frozen=True, kw_only=True):
    """A message: to whom, why, how far it got, and as its person sees it.

    WhatsApp's id of it is left out: it holds the person's number for whoever can decode it.
    """

    number: int
    recipient: str
    occasion: str
    channel: str
    state: str
    form: str
    template: str
    language: str
    reason: Reason | None
    sentence: str
    episode: int
    attempts: int
    created_at: datetime
    due_at: datetime
    left_at: datetime | None
    status_at: datetime | None
    delivered_at: datetime | None
    failure_code: int | None
    bubble: Bubble | None


class EntryShape(Shape, frozen=True, kw_only=True):
    """One thing that happened. ``not_taken`` is the path that was not taken, ``message`` what it is about."""

    at: datetime
    kind: EntryKind
    actor: str
    text: str
    reason: Reason | None
    sentence: str
    not_taken: str
    message: MessageShape | None


def ticket_shape(ticket: Ticket, book: Rulebook, until: datetime | None = None) -> TicketShape:
    """A ticket as it is shown; ``until`` is the end of the silence that keeps it from speaking."""
    return TicketShape(
        number=ticket.id,
        title=ticket.title,
        severity=ticket.severity,
        state=ticket.state,
        rule=ticket.rule,
        group=ticket.group,
        episode=ticket.episode,
        opened_at=ticket.opened_at,
        owner=ticket.acknowledged_by,
        acknowledged_at=ticket.acknowledged_at,
        resolved_at=ticket.resolved_at,
        resolved_by=ticket.resolved_by,
        reminders_sent=ticket.reminders_sent,
        escalations=ticket.escalations,
        silenced_until=until,
        next=sorted(_steps(ticket, book), key=lambda step: step.at),
    )


def _steps(ticket: Ticket, book: Rulebook) -> Iterable[NextStep]:
    rule = book.rule(ticket.rule)
    receiver = book.receivers.get(rule.receiver) if rule else None
    steps = receiver.escalate[ticket.escalations : ticket.escalations + 1] if receiver else ()
    whom = ", ".join(name for step in steps for name in step.to)
    timers = (
        ("remind", f"Reminder {ticket.reminders_sent + 1}", ticket.remind_at),
        ("escalate", f"Asked next: {whom}" if whom else "The next people are asked", ticket.escalate_at),
        ("release", "Asked anew, if it still fires", ticket.release_at),
        ("repeat", "Told again, if it still fires", ticket.repeat_at),
        ("expire", "Given up, if nothing is heard", ticket.expires_at),
    )
    return [NextStep(kind=kind, text=text, at=at) for kind, text, at in timers if at]


def muted_until(views: Views, ticket: Ticket, now: datetime) -> datetime | None:
    """Until when everything of the ticket that fires is muted."""
    silences = views.silences(now)
    return silenced_until(silences, views.alerts(ticket), now) if silences else None


def entry_shape(entry: Entry, messages: Mapping[int, MessageShape]) -> EntryShape:
    """A line of the story; ``messages`` are those that are known, by their numbers."""
    decided = entry.kind is EntryKind.SENT and entry.reason is not None
    return EntryShape(
        at=entry.at,
        kind=entry.kind,
        actor=entry.actor,
        text=entry.text,
        reason=entry.reason,
        sentence=SENTENCES[entry.reason] if entry.reason else "",
        not_taken=NOT_TAKEN.get(entry.reason, "") if decided and entry.reason else "",
        message=messages.get(entry.item_id) if entry.item_id is not None else None,
    )


def alert_shape(alert: Alert) -> AlertShape:
    """An alert with its links; only those of the web."""
    return AlertShape(
        name=alert.name,
        source=alert.source,
        status=alert.status.value,
        labels=alert.labels,
        annotations=alert.annotations,
        starts_at=alert.starts_at,
        ends_at=alert.ends_at,
        url=_of_the_web(alert.url),
        files=[file.link for file in alert.attachments if _of_the_web(file.link)],
    )


def _of_the_web(link: str) -> str:
    return link if link.lower().startswith(SCHEMES) else ""


def message_shape(
    item: Item, shapes: Sequence[TemplateShape], languages: tuple[str, ...] = ()
) -> MessageShape:
    """A message with its words. ``languages`` are those in which it would leave if it has not yet."""
    return MessageShape(
        number=item.id,
        recipient=item.recipient_id,
        occasion=SPOKEN[item.occasion],
        channel=item.channel.value,
        state=item.state.value,
        form=item.form.value if item.form else "",
        template=item.template,
        language=item.language,
        reason=item.reason,
        sentence=SENTENCES[item.reason] if item.reason else "",
        episode=item.episode,
        attempts=item.attempts,
        created_at=item.created_at,
        due_at=item.due_at,
        left_at=item.claimed_at,
        status_at=item.status_at,
        delivered_at=item.delivered_at,
        failure_code=item.failure_code,
        bubble=of_item(item, shapes, languages),
    )


def ticket_facts(ticket: Ticket) -> dict[str, Any]:
    """What the audit trail keeps of a ticket."""
    return {
        "state": ticket.state.value,
        "owner": ticket.acknowledged_by,
        "escalations": ticket.escalations,
        "episode": ticket.episode,
    }
