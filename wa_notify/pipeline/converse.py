"""What a person's message sets in motion: held text follows, a ticket is taken, an opt-out is obeyed.

It belongs to the third door (`receive`), which has already kept the message and opened the window.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose, objection
from wa_notify.core.inbound import InboundMessage
from wa_notify.core.outbox import MAY_HAVE_ARRIVED, Intent, Item, Occasion, deferred
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Recipient
from wa_notify.core.reply import Acknowledge, AskDetails, Remark, Start, Stop, TicketRef, understand
from wa_notify.core.rule import Priority, Rulebook
from wa_notify.core.ticket import UNRESOLVED, Ticket, TicketState, acknowledge
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.core.timers import answered
from wa_notify.pipeline.planning import ENDS_WITH_THE_ANSWER, cancel
from wa_notify.ports import Transaction

CLOCKS_DIFFER = timedelta(seconds=5)
ANSWER_LASTS = timedelta(minutes=15)
# WhatsApp does not keep the order of messages sent together, so held text follows a moment behind the answer.
BEHIND_THE_ANSWER = timedelta(seconds=1)

STOPPED = "You will get no more alerts from us. Reply START to get them again."
STARTED = "You will get alerts from us again. Reply STOP to end them."
TAKEN = "Ticket #{number} is yours: {title}. Reminders stop."
TAKEN_BY_OTHER = "Ticket #{number} is already with {owner}: {title}."
OVER = "Ticket #{number} is over already: {title}."
NO_TICKET = "There is no open ticket of yours. Nothing was changed."
NO_DETAILS = "There are no further details."


def converse(
    tx: Transaction, book: Rulebook, recipient: Recipient, message: InboundMessage, now: datetime
) -> None:
    """Understand the message and do what it asks for. STOP comes before anything else."""
    match understand(message.content, book.words):
        case Stop():
            _stop(tx, recipient, message, now)
        case Start():
            _start(tx, recipient, message, now)
            _release(tx, recipient, message, now)
        case Acknowledge(ref=ref):
            _acknowledge(tx, book, recipient, message, ref, now)
            _release(tx, recipient, message, now)
        case AskDetails():
            if not _release(tx, recipient, message, now):
                _answer(tx, recipient, message, NO_DETAILS, now)
        case Remark():
            _release(tx, recipient, message, now)
            _remark(tx, recipient, message, now)
        case command:
            assert_never(command)


def _release(tx: Transaction, recipient: Recipient, message: InboundMessage, now: datetime) -> int:
    """Text that waited for the window may leave now; how many of it is still worth reading."""
    if not message.opens_window:
        return 0
    held = tx.held_items(recipient.id)
    for item in held:
        tx.save_item(deferred(item, now + BEHIND_THE_ANSWER, Reason.REPLIED))
    return sum(item.expires_at is None or now < item.expires_at for item in held)


def _acknowledge(
    tx: Transaction,
    book: Rulebook,
    recipient: Recipient,
    message: InboundMessage,
    ref: TicketRef | None,
    now: datetime,
) -> None:
    ticket = _meant(tx, recipient, message, ref)
    if ticket is None:
        return _answer(tx, recipient, message, NO_TICKET, now)
    if ref and ref.full not in ("", ticket.ref):
        return _answer(tx, recipient, message, _about(OVER, ticket), now)
    if ticket.state is not TicketState.OPEN:
        over = ticket.state not in UNRESOLVED
        return _answer(tx, recipient, message, _about(OVER if over else TAKEN_BY_OTHER, ticket), now)
    after = acknowledge(ticket, recipient.id, now)
    taken = tx.save_ticket(answered(after, book.rule(ticket.rule), now))
    text = f"{recipient.name or recipient.id} takes the ticket. Reminders stop."
    tx.note(Entry(ticket_id=taken.id, at=now, kind=EntryKind.ACKNOWLEDGED, actor=recipient.id, text=text))
    cancel(tx, taken, ENDS_WITH_THE_ANSWER, Reason.TICKET_ACKNOWLEDGED, now)
    return _answer(tx, recipient, message, _about(TAKEN, taken), now, taken)


def _meant(
    tx: Transaction, recipient: Recipient, message: InboundMessage, ref: TicketRef | None
) -> Ticket | None:
    """The ticket of the button, of the number, of the quoted message, or the newest open one they know of.

    Nobody can take a ticket they were never told of.
    """
    if ref:
        ticket = tx.ticket(ref.number)
    elif quoted := tx.item_by_wamid(message.context_wamid) if message.context_wamid else None:
        ticket = tx.ticket(quoted.ticket_id) if quoted.ticket_id is not None else None
        if ticket and ticket.episode != quoted.episode:
            return replace(ticket, state=TicketState.RESOLVED)  # what they mean is over, whatever came since
    else:
        return tx.newest_ticket_told(recipient.id, (TicketState.OPEN,), by=_written_by(message))
    return ticket if ticket and _was_told(tx, recipient, ticket, _written_by(message)) else None


def _was_told(tx: Transaction, recipient: Recipient, ticket: Ticket, by: datetime) -> bool:
    return any(
        item.recipient_id == recipient.id and item.claimed_at is not None and item.claimed_at <= by
        for item in tx.items_of(ticket, states=MAY_HAVE_ARRIVED)
    )


def _written_by(message: InboundMessage) -> datetime:
    """Callbacks may come hours late, and nobody answers what was not yet sent. Clocks differ a little."""
    return message.at + CLOCKS_DIFFER


def _stop(tx: Transaction, recipient: Recipient, message: InboundMessage, now: datetime) -> None:
    """Every STOP is recorded, since a START that comes late must find the last of them; one is answered."""
    stopped_before = _objects(tx, recipient)
    _consent(tx, recipient, message, ConsentAct.REVOKED)
    if not stopped_before:
        _answer(tx, recipient, message, STOPPED, now)


def _start(tx: Transaction, recipient: Recipient, message: InboundMessage, now: datetime) -> None:
    if objection(tx.consents(recipient.id), Purpose.UTILITY) is None:
        return
    _consent(tx, recipient, message, ConsentAct.GRANTED)
    if not _objects(tx, recipient):  # a later STOP may have overtaken it
        _answer(tx, recipient, message, STARTED, now)


def _objects(tx: Transaction, recipient: Recipient) -> bool:
    return objection(tx.consents(recipient.id), Purpose.UTILITY) is Reason.OPTED_OUT


def _consent(tx: Transaction, recipient: Recipient, message: InboundMessage, act: ConsentAct) -> None:
    tx.record_consent(
        ConsentRecord(
            recipient_id=recipient.id,
            act=act,
            source="reply",
            evidence=f"message {message.wamid}",
            actor=recipient.id,
            at=message.at,
        )
    )


def _remark(tx: Transaction, recipient: Recipient, message: InboundMessage, now: datetime) -> None:
    ticket = tx.newest_ticket_told(recipient.id, UNRESOLVED, by=_written_by(message))
    if ticket and message.opens_window:
        text = f"{recipient.name or recipient.id} wrote. The 24-hour window is open."
        tx.note(
            Entry(
                ticket_id=ticket.id,
                at=now,
                kind=EntryKind.REPLIED,
                actor=recipient.id,
                text=text,
                reason=Reason.REPLIED,
            )
        )


def _answer(
    tx: Transaction,
    recipient: Recipient,
    message: InboundMessage,
    text: str,
    now: datetime,
    ticket: Ticket | None = None,
) -> None:
    """An answer is free-form: the person's own message has just opened the window."""
    tx.enqueue(
        Item(
            key=f"answer/{message.wamid}",
            ticket_id=ticket.id if ticket else None,
            episode=ticket.episode if ticket else 0,
            recipient_id=recipient.id,
            occasion=Occasion.CONFIRMATION,
            intent=Intent(free_form=text, answers=True),
            priority=Priority.CRITICAL,
            due_at=now,
            expires_at=now + ANSWER_LASTS,
            created_at=now,
        )
    )


def _about(text: str, ticket: Ticket) -> str:
    return text.format(number=ticket.id, title=ticket.title, owner=ticket.acknowledged_by)
