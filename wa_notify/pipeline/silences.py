"""Silences: what is muted says nothing until their end, planned or early; what fires on is told then."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wa_notify.core.outbox import TELLS_OF_TROUBLE
from wa_notify.core.progress import deferred
from wa_notify.core.reason import Reason
from wa_notify.core.reminder import first
from wa_notify.core.rule import Receiver, Rule, Rulebook
from wa_notify.core.silence import Silence, labels_of, matchers_for, mutes
from wa_notify.core.silence import silenced_until as first_heard
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.core.wallclock import spoken_time
from wa_notify.pipeline.outcome import wake_twins
from wa_notify.pipeline.planning import cancel
from wa_notify.ports import Transaction

LOOK_AGAIN = timedelta(minutes=5)  # how soon a silenced ticket notices that the silence ended early


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks for a silence, why, and how long it shall be."""

    author: str
    span: timedelta
    comment: str = ""


def silenced_until(tx: Transaction, ticket: Ticket, now: datetime) -> datetime | None:
    """Until when everything of the ticket that fires is muted, or nothing: then it may speak."""
    silences = tx.silences(now)
    return first_heard(silences, tx.alerts(ticket), now) if silences else None


def silence_ticket(
    tx: Transaction, book: Rulebook, ticket: Ticket, request: Request, now: datetime
) -> Silence:
    """Mute the alerts of a ticket. Messages about them die; if it is open and fires on, it is told again."""
    rule = book.rule(ticket.rule)
    silence = tx.add_silence(
        Silence(
            matchers=matchers_for(tx.alerts(ticket), rule.group_by if rule else ()),
            starts_at=now,
            ends_at=now + request.span,
            author=request.author,
            comment=request.comment,
            ticket_id=ticket.id,
        )
    )
    _note(tx, ticket, silence, _until(book, silence.ends_at), now)
    if ticket.state is TicketState.OPEN:
        ticket = tx.save_ticket(replace(ticket, repeat_at=silence.ends_at))
    cancel(tx, ticket, TELLS_OF_TROUBLE, Reason.TICKET_SILENCED, now)
    return silence


def end_silence(tx: Transaction, silence_id: int, actor: str, now: datetime) -> Silence | None:
    """End a silence before its time. What waited for it is looked at anew, now; nothing when it is over."""
    silence = tx.silence(silence_id)
    if silence is None or silence.ends_at <= now:
        return None
    tx.end_silence(silence.id, now)
    for item in tx.silenced_items():
        tx.save_item(replace(deferred(item, now, Reason.SILENCED), planned_at=now))
        wake_twins(tx, item, now)
    ticket = tx.ticket(silence.ticket_id) if silence.ticket_id is not None else None
    if ticket:
        _note(tx, ticket, replace(silence, author=actor), "The silence ends.", now)
        if ticket.state is TicketState.OPEN and ticket.repeat_at == silence.ends_at:
            tx.save_ticket(replace(ticket, repeat_at=now))
    return replace(silence, ends_at=now)


def note_silence(tx: Transaction, book: Rulebook, ticket: Ticket, now: datetime) -> None:
    """A ticket that opens while it is muted says by whom, and until when."""
    silences = tx.silences(now)
    until = silenced_until(tx, ticket, now) if silences else None
    if until:
        muting = (mutes(silences, labels_of(alert), now) for alert in tx.alerts(ticket))
        silence = next(one for one in muting if one and one.ends_at == until)
        _note(tx, ticket, silence, _until(book, until), now)


def waited_out(ticket: Ticket, rule: Rule, receiver: Receiver, until: datetime, now: datetime) -> Ticket:
    """The timers of a silenced ticket that are due; near the end they are counted from the end."""
    near = until - now <= LOOK_AGAIN
    steps = receiver.escalate[ticket.escalations :]

    def instead(at: datetime | None, from_the_end: datetime | None) -> datetime | None:
        if at is None or at > now:
            return at
        return from_the_end if near else now + LOOK_AGAIN

    return replace(
        ticket,
        asked_at=until if near else ticket.asked_at,
        remind_at=instead(ticket.remind_at, first(rule.remind, until)),
        escalate_at=instead(ticket.escalate_at, until + steps[0].after if steps else None),
        repeat_at=instead(ticket.repeat_at, until),
    )


def _until(book: Rulebook, at: datetime) -> str:
    return f"Silenced until {spoken_time(at, book.time_zone)}."


def _note(tx: Transaction, ticket: Ticket, silence: Silence, text: str, now: datetime) -> None:
    comment = f" {silence.comment}" if silence.comment else ""
    tx.note(
        Entry(
            ticket_id=ticket.id,
            at=now,
            kind=EntryKind.SILENCED,
            actor=silence.author,
            text=text + comment,
            reason=Reason.SILENCED,
        )
    )
