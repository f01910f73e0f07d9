"""Which ticket a person means: that of the button, the number, the message they quote, or the only one.

Nobody can do anything to a ticket they were never told of, unless its rule speaks to them. Where several
tickets fit nothing is done: the person picks one from a list, and the pick says it all again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from wa_notify.core.inbound import Reaction
from wa_notify.core.message import MOST_ROWS
from wa_notify.core.outbox import MAY_HAVE_ARRIVED, Item
from wa_notify.core.reply import AboutTicket, Acknowledge, Comment, Release, TicketRef, payload_of
from wa_notify.core.ticket import UNRESOLVED, Ticket, TicketState
from wa_notify.pipeline.answering import Answer, Turn
from wa_notify.pipeline.planning import people, receiver_of, row_of

NO_TICKET = "There is no open ticket of yours. Nothing was changed."
NOT_YOURS = "Ticket #{number} is none of yours. Say status for your open tickets."
NEWEST = " These are the newest {count}; for another one say its number."
TAKE_WHICH = "Which one do you take?"
MEAN_WHICH = "Which ticket do you mean?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """No ticket can be told from what was said; this is what to answer, if anything."""

    answer: Answer | None = None


Meant: TypeAlias = Ticket | Unclear


def meant(turn: Turn, command: AboutTicket) -> Meant:
    """The ticket a command is about. One of an earlier episode counts as resolved, whatever came since."""
    if command.ref is not None:
        return _named(turn, command.ref)
    if isinstance(turn.message.content, Reaction):
        reacted = turn.tx.item_by_wamid(turn.message.content.to_wamid)
        ticket = _of_message(turn, reacted)
        return ticket if ticket is not None and knows(turn, ticket) else Unclear()
    quoted = turn.tx.item_by_wamid(turn.message.context_wamid)
    if ticket := _of_message(turn, quoted):
        return ticket if knows(turn, ticket) else Unclear(answer=Answer(text=NO_TICKET))
    return _the_only_one(turn, command)


def _named(turn: Turn, ref: TicketRef) -> Meant:
    ticket = turn.tx.ticket(ref.number)
    if ticket is None or not knows(turn, ticket):
        return Unclear(answer=Answer(text=NOT_YOURS.format(number=ref.number)))
    return ticket if ref.full in ("", ticket.ref) else _over(ticket)


def _of_message(turn: Turn, item: Item | None) -> Ticket | None:
    ticket = turn.tx.ticket(item.ticket_id) if item and item.ticket_id is not None else None
    return _over(ticket) if ticket and item and ticket.episode != item.episode else ticket


def _over(ticket: Ticket) -> Ticket:
    return replace(ticket, state=TicketState.RESOLVED)


def knows(turn: Turn, ticket: Ticket) -> bool:
    """Whether the person was told of this episode, or is among those whom the rule speaks to."""
    rule = turn.book.rule(ticket.rule)
    names = receiver_of(turn.book, rule).to if rule else ()
    if turn.recipient.id in people(turn.tx, turn.book, names, turn.now):
        return True
    return any(
        item.recipient_id == turn.recipient.id
        and item.claimed_at is not None
        and item.claimed_at <= turn.written_by
        for item in turn.tx.items_of(ticket, states=MAY_HAVE_ARRIVED)
    )


def told_of(turn: Turn, *states: TicketState) -> Sequence[Ticket]:
    """The tickets in these states the person was told of when they wrote, the newest first."""
    return turn.tx.tickets_told(turn.recipient.id, states, by=turn.written_by, limit=MOST_ROWS + 1)


def _the_only_one(turn: Turn, command: AboutTicket) -> Meant:
    candidates = _candidates(turn, command)
    if len(candidates) > 1:
        return Unclear(answer=_which(command, candidates))
    return candidates[0] if candidates else Unclear(answer=Answer(text=NO_TICKET))


def _candidates(turn: Turn, command: AboutTicket) -> Sequence[Ticket]:
    """The tickets for which a command makes sense; what others have only when there is nothing else."""
    match command:
        case Acknowledge():
            taken = told_of(turn, TicketState.ACKNOWLEDGED)
            return told_of(turn, TicketState.OPEN) or (taken if len(taken) == 1 else ())
        case Release():
            taken = told_of(turn, TicketState.ACKNOWLEDGED)
            return [ticket for ticket in taken if ticket.acknowledged_by == turn.recipient.id] or taken
        case _:
            return told_of(turn, *UNRESOLVED)


def _which(command: AboutTicket, candidates: Sequence[Ticket]) -> Answer:
    text = TAKE_WHICH if isinstance(command, Acknowledge) else MEAN_WHICH
    shown = candidates[:MOST_ROWS]
    if len(candidates) > len(shown):
        text += NEWEST.format(count=len(shown))
    rows = tuple(row_of(ticket, payload_of(command, ticket.ref)) for ticket in shown)
    remark = command.text if isinstance(command, Comment) else ""  # too long for the payload of a row
    return Answer(text=text, rows=rows, remark=remark)
