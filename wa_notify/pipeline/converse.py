"""What a person's message sets in motion: held text follows, a ticket is taken, an opt-out is obeyed.

It belongs to the third door (`receive`), which has already kept the message and opened the window. `meaning`
finds the ticket, `handling` does what is asked for, `answering` says what came of it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from wa_notify.core.answers import answered_by
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose, objection
from wa_notify.core.copies import newest
from wa_notify.core.duty import Duty
from wa_notify.core.inbound import InboundMessage, Media, Text
from wa_notify.core.outbox import Occasion
from wa_notify.core.progress import deferred
from wa_notify.core.reason import Reason
from wa_notify.core.received import words_of
from wa_notify.core.recipient import Recipient
from wa_notify.core.reply import (
    AboutTicket,
    Acknowledge,
    AskDetails,
    AskHelp,
    AskSilence,
    AskStatus,
    Assign,
    Comment,
    Escalate,
    Release,
    Remark,
    Resolve,
    Start,
    Stop,
    Wish,
    understand,
)
from wa_notify.core.rule import Rulebook
from wa_notify.core.ticket import UNRESOLVED, Ticket, TicketState
from wa_notify.core.timeline import LONGEST_COMMENT, Entry, EntryKind
from wa_notify.core.wallclock import spoken_time
from wa_notify.pipeline import handling
from wa_notify.pipeline.answering import Answer, Turn, answer, confirm, decline
from wa_notify.pipeline.handling import Deed
from wa_notify.pipeline.invites import confirm as says_yes
from wa_notify.pipeline.invites import declined as says_no
from wa_notify.pipeline.meaning import Unclear, meant, told_of
from wa_notify.pipeline.planning import Plan, render
from wa_notify.pipeline.shifts import sign_of_life, spoken
from wa_notify.pipeline.telling import acting, name_of
from wa_notify.ports import Transaction

# WhatsApp does not keep the order of messages sent together, so held text follows a moment behind the answer.
BEHIND_THE_ANSWER = timedelta(seconds=1)

STOPPED = "You will get no more alerts here. Reply START to get them again."
JOINED = "You will get alerts from us from now on. Reply STOP at any time to end them."
STARTED = "You will get alerts from us again. Reply STOP to end them."
NO_DETAILS = "There are no further details."
NOTHING_OPEN = "No ticket that you were told of is open."
SAY_AGAIN = "Please say it again, with the number: comment {number} and your words."
HELP = (
    "You can say, with a ticket's number or without: ack, resolve, escalate, silence 2h, assign bob, "
    "assign me, release, comment and your words, details. Also: status, STOP, START. "
    "A thumbs-up on an alert takes its ticket."
)
GUEST = (
    "This number sends alerts to people on its list. You are not on the list, and nothing was changed. "
    "Its operators can add you."
)
OPTED_OUT = "You opted out, so nothing was changed. Reply START to get alerts again and to use them."
NEVER_OPTED_IN = "You never agreed to get alerts, so nothing was changed. Reply START to get them."


def converse(
    tx: Transaction, book: Rulebook, recipient: Recipient, message: InboundMessage, now: datetime
) -> None:
    """Understand the message and do what it asks for. STOP comes before anything else."""
    turn = Turn(tx=tx, book=book, recipient=recipient, message=message, now=now)
    match understand(message.content, book.words):
        case Stop():
            _stop(turn)
        case Start():
            _start(turn)
            _settle(turn)
        case _ if says_yes(tx, recipient, message, now):
            greet(tx, book, recipient, message, now)
        case _ if says_no(tx, recipient, message, now):
            _stop(turn)
        case wish:
            settled = _settle(turn)
            why = _may_not_command(turn)
            if why is Reason.NUMBER_CHANGED:
                return  # they are asked to say START where they are now (`addresses`)
            if why:
                decline(turn, _declining(why), why)
            elif settled and isinstance(wish, Remark):
                answer(turn, Answer(text="\n".join(spoken(book, duty) for duty in settled)))
            else:
                _obey(turn, wish)


def greet(
    tx: Transaction, book: Rulebook, recipient: Recipient, message: InboundMessage, now: datetime
) -> None:
    """Somebody who was invited has said yes. A later STOP may have overtaken it."""
    turn = Turn(tx=tx, book=book, recipient=recipient, message=message, now=now)
    if _objection(turn) is None:
        answer(turn, Answer(text=JOINED))
    _let_go(turn)


def _settle(turn: Turn) -> tuple[Duty, ...]:
    """The shifts that are settled because the person wrote. Whom no alert may reach does not have a shift."""
    if not turn.message.opens_window or _objection(turn) is not None:
        return ()
    return sign_of_life(turn.tx, turn.recipient)


def _may_not_command(turn: Turn) -> Reason | None:
    """Only people of ours who agreed to be written to may command."""
    if turn.recipient.guest:
        return Reason.NOT_A_RECIPIENT
    return _objection(turn)


def _declining(why: Reason) -> str:
    if why is Reason.NOT_A_RECIPIENT:
        return GUEST
    return OPTED_OUT if why is Reason.OPTED_OUT else NEVER_OPTED_IN


def _obey(turn: Turn, command: Wish) -> None:
    """Held text follows whatever was said, since saying anything has opened the window."""
    match command:
        case AskDetails() if _let_go(turn):
            pass  # here it comes
        case AskStatus():
            answer(turn, Answer(text=_status(turn)))
        case AskHelp():
            answer(turn, Answer(text=HELP))
        case Remark():
            _remark(turn)
        case _:
            _about_ticket(turn, command)
    _let_go(turn)


def _let_go(turn: Turn) -> int:
    """Text that waited for the window may leave now; how many of it is still worth reading."""
    if not turn.message.opens_window:
        return 0
    held = turn.tx.held_items(turn.recipient.id)
    for item in held:
        wished = replace(item, intent=replace(item.intent, asked_for=True))
        turn.tx.save_item(deferred(wished, turn.now + BEHIND_THE_ANSWER, Reason.REPLIED))
    for item in turn.tx.wants_window(turn.recipient.id):
        turn.tx.save_item(replace(item, due_at=min(item.due_at, turn.now + BEHIND_THE_ANSWER)))
    return sum(item.expires_at is None or turn.now < item.expires_at for item in held)


def _about_ticket(turn: Turn, command: AboutTicket) -> None:
    ticket = meant(turn, command)
    if isinstance(ticket, Unclear):
        if ticket.answer:
            answer(turn, ticket.answer)
        return
    deed = _do(turn, command, ticket)
    answer(turn, Answer(text=deed.text, ticket=deed.ticket, buttons=deed.buttons))


def _do(turn: Turn, command: AboutTicket, ticket: Ticket) -> Deed:
    tx, book, now = turn.tx, turn.book, turn.now
    actor = acting(turn.recipient, turn.message.wamid)
    match command:
        case Acknowledge():
            return handling.take(tx, book, ticket, actor, now)
        case Resolve():
            return handling.close_by_hand(tx, book, ticket, actor, now)
        case Escalate():
            return handling.ask_next(tx, book, ticket, actor, now)
        case AskSilence(span=span):
            return handling.hush(tx, book, ticket, actor, span, now)
        case Assign(to=to):
            return handling.give(tx, book, ticket, actor, to, now)
        case Release():
            return handling.give_back(tx, book, ticket, actor, now)
        case Comment(text=text):
            said, wamid = (text, turn.message.wamid) if text else _said_before(turn)
            if not said:
                return Deed(text=SAY_AGAIN.format(number=ticket.id), ticket=ticket)
            author = replace(actor, mark=wamid, wamid=wamid)
            return handling.comment(tx, book, ticket, author, said, now)
        case AskDetails():
            return Deed(text=_details(turn, ticket), ticket=ticket)
        case _:
            assert_never(command)


def _said_before(turn: Turn) -> tuple[str, str]:
    """The words for which a ticket was picked from a list just now, as they stand, and their message."""
    asked = turn.tx.item_by_wamid(turn.message.context_wamid)
    if asked is None:
        return "", ""
    wamid = answered_by(asked)
    change = newest(turn.tx.changes_to(wamid))
    if change is None:
        return asked.intent.remark, wamid
    edited = understand(Text(body=change.text or ""))
    return (edited.text if isinstance(edited, Comment) else change.text or "")[:LONGEST_COMMENT], wamid


def _details(turn: Turn, ticket: Ticket) -> str:
    """The long text once more, as it is now."""
    rule = turn.book.rule(ticket.rule)
    if rule is None or rule.details is None or ticket.state not in UNRESOLVED:
        return NO_DETAILS
    long = Plan(occasion=Occasion.DETAILS, due_at=turn.now)
    return render(turn.tx, rule, ticket, long, turn.now).free_form or NO_DETAILS


def _status(turn: Turn) -> str:
    """The open tickets the person was told of, the newest first, and who has them."""
    lines = [f"#{ticket.id} {ticket.spoken}, {_whose(turn, ticket)}" for ticket in told_of(turn, *UNRESOLVED)]
    return "\n".join(lines) or NOTHING_OPEN


def _whose(turn: Turn, ticket: Ticket) -> str:
    if ticket.state is TicketState.OPEN:
        return f"open since {spoken_time(ticket.opened_at, turn.book.time_zone)}"
    yours = ticket.acknowledged_by == turn.recipient.id
    return f"with {'you' if yours else name_of(turn.tx, ticket.acknowledged_by)}"


def _remark(turn: Turn) -> None:
    """Plain words about an open ticket are a comment on it; anything else shows that somebody is there."""
    content, tickets = turn.message.content, told_of(turn, *UNRESOLVED)
    said = content.body.strip() if isinstance(content, Text) else ""
    words = (words_of(content) if isinstance(content, Media) else said)[:LONGEST_COMMENT]
    if words and tickets:
        _about_ticket(turn, Comment(text=words))
    elif tickets and turn.message.opens_window:
        turn.tx.note(
            Entry(
                ticket_id=tickets[0].id,
                at=turn.now,
                kind=EntryKind.REPLIED,
                actor=turn.recipient.id,
                text=f"{turn.name} wrote. The 24-hour window is open.",
                reason=Reason.REPLIED,
            )
        )


def _stop(turn: Turn) -> None:
    """Every STOP is recorded, since a START that comes late must find the last of them; one is answered."""
    stopped_before = _objection(turn) is Reason.OPTED_OUT
    _consent(turn, ConsentAct.REVOKED)
    if not stopped_before:
        confirm(turn, Answer(text=STOPPED))


def _start(turn: Turn) -> None:
    """A guest's START is kept too: perhaps they are somebody of ours who has a new number."""
    guest, objected = turn.recipient.guest, _objection(turn)
    if guest:
        decline(turn, GUEST, Reason.NOT_A_RECIPIENT)
    if objected:
        _consent(turn, ConsentAct.GRANTED)
        if not guest and _objection(turn) is None:  # a later STOP may have overtaken it
            answer(turn, Answer(text=STARTED))
    _let_go(turn)


def _objection(turn: Turn) -> Reason | None:
    return objection(turn.tx.consents(turn.recipient.id), Purpose.UTILITY)


def _consent(turn: Turn, act: ConsentAct) -> None:
    turn.tx.record_consent(
        ConsentRecord(
            recipient_id=turn.recipient.id,
            act=act,
            source="reply",
            evidence=f"message {turn.message.wamid}",
            actor=turn.recipient.id,
            at=turn.message.at,
        )
    )
