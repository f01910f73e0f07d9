"""What people are answered: free-form text to somebody who has just written, and never too much of it."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from wa_notify.core.answers import DECLINED_EVERY, WITHIN, AnswerKind, answer_key, kind_of, next_answer
from wa_notify.core.inbound import CLOCKS_DIFFER, InboundMessage
from wa_notify.core.logged import Logged
from wa_notify.core.message import Button, Row
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Priority, Rulebook
from wa_notify.core.ticket import Ticket
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)

ANSWER_LASTS = timedelta(minutes=15)
ENOUGH = "I heard you. No more answers for a few minutes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of a person, with all that is needed to act on it."""

    tx: Transaction
    book: Rulebook
    recipient: Recipient
    message: InboundMessage
    now: datetime

    @property
    def name(self) -> str:
        """What the others call the person."""
        return self.recipient.spoken

    @property
    def written_by(self) -> datetime:
        """Callbacks may come hours late, and nobody answers what was not yet sent. Clocks differ a little."""
        return self.message.at + CLOCKS_DIFFER


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to answer. With ``rows`` it is a list to pick from; ``remark`` is then what had been said."""

    text: str
    ticket: Ticket | None = None
    buttons: tuple[Button, ...] = ()
    rows: tuple[Row, ...] = ()
    remark: str = ""


def answer(turn: Turn, said: Answer) -> None:
    """Answer, unless this person got enough answers just now; then say that, once."""
    earlier = turn.tx.chat_since(turn.recipient.id, Occasion.CONFIRMATION, turn.now - WITHIN)
    match next_answer(earlier):
        case AnswerKind.ANSWER:
            confirm(turn, said)
        case AnswerKind.ENOUGH:
            confirm(turn, Answer(text=ENOUGH, ticket=said.ticket), AnswerKind.ENOUGH)
        case _:
            why, event = Reason.TOO_MANY_ANSWERS, Logged.ANSWER_KEPT_BACK.of(recipient=turn.recipient.id)
            _LOGGER.info("An answer is kept back. %s", SENTENCES[why], extra=event)


def confirm(turn: Turn, said: Answer, kind: AnswerKind = AnswerKind.ANSWER) -> None:
    """Answer however much was answered before. The person's own message has just opened the window."""
    ticket, now = said.ticket, turn.now
    intent = Intent(
        free_form=said.text,
        buttons=said.buttons,
        rows=said.rows,
        remark=said.remark,
        answers=True,
        quotes=turn.message.wamid,
    )
    turn.tx.enqueue(
        Item(
            key=answer_key(kind, turn.message.wamid),
            ticket_id=ticket.id if ticket else None,
            episode=ticket.episode if ticket else 0,
            recipient_id=turn.recipient.id,
            occasion=Occasion.CONFIRMATION,
            intent=intent,
            priority=Priority.CRITICAL,
            due_at=now,
            expires_at=now + ANSWER_LASTS,
            created_at=now,
        )
    )


def decline(turn: Turn, text: str, why: Reason) -> None:
    """Tell somebody who may not command what they can do, once a day, and note that they tried."""
    if not turn.message.opens_window:
        return
    since = turn.now - DECLINED_EVERY
    earlier = turn.tx.chat_since(turn.recipient.id, Occasion.CONFIRMATION, since)
    if any(kind_of(item) == AnswerKind.DECLINED for item in earlier):
        return
    confirm(turn, Answer(text=text), AnswerKind.DECLINED)
    quoted = turn.tx.item_by_wamid(turn.message.context_wamid)
    if quoted is None or quoted.ticket_id is None:
        event = Logged.COMMAND_REFUSED.of(reason=why)
        _LOGGER.info("Somebody who may not command wrote. %s", SENTENCES[why], extra=event)
        return
    turn.tx.note(
        Entry(
            ticket_id=quoted.ticket_id,
            at=turn.now,
            kind=EntryKind.REPLIED,
            actor=turn.recipient.id,
            text=f"{turn.name} wrote. {SENTENCES[why]}",
            reason=why,
        )
    )
