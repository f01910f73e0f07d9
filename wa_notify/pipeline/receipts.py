"""Read receipts, both ways: what people wrote is marked as read, and who sends none themselves is learned.

Source: Meta's webhook reference. ``read`` comes only if the person allows receipts, and it may come at any
time; so whoever answers message after message without a ``read`` of any has switched them off, until one
comes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from wa_notify.core.answers import AnswerKind, answer_key
from wa_notify.core.delivery import RECEIPTS_LEARNED_AFTER, sends_no_receipts
from wa_notify.core.inbound import Arrival, InboundMessage
from wa_notify.core.outbox import Item, ItemState, Occasion
from wa_notify.core.recipient import Recipient
from wa_notify.core.reply import Reading, Remark, understand
from wa_notify.core.rule import Rulebook
from wa_notify.pipeline.senders import known
from wa_notify.ports import Transaction

JUST_NOW = timedelta(seconds=1)


def readings(
    tx: Transaction, book: Rulebook, arrivals: Iterable[Arrival], now: datetime
) -> tuple[Reading, ...]:
    """The messages of our people that were just understood, to be shown as read."""
    if not book.courtesy.mark_read:
        return ()
    return tuple(
        Reading(wamid=message.wamid, typing=book.courtesy.typing and _is_answered(tx, person, message, now))
        for message in (arrival.event for arrival in arrivals)
        if isinstance(message, InboundMessage) and not message.group_id
        if (person := known(tx, message.sender)) and not person.guest
        if _is_understood(tx, book, person, message, now)
    )


def _is_understood(
    tx: Transaction, book: Rulebook, person: Recipient, message: InboundMessage, now: datetime
) -> bool:
    """A command is, and so are plain words that became a comment, which is always answered."""
    return not isinstance(understand(message.content, book.words), Remark) or _is_answered(
        tx, person, message, now
    )


def _is_answered(tx: Transaction, person: Recipient, message: InboundMessage, now: datetime) -> bool:
    key = answer_key(AnswerKind.ANSWER, message.wamid)
    planned = tx.chat_since(person.id, Occasion.CONFIRMATION, now - JUST_NOW)
    return any(item.key == key for item in planned)


def learn_receipts(tx: Transaction, recipient: Recipient, message: InboundMessage, now: datetime) -> None:
    """The person wrote. If none of the last messages that reached them was read, they send no receipts."""
    if recipient.guest or tx.receipts_off_since(recipient.id):
        return
    arrived = tx.arrived_by(recipient.id, message.at, RECEIPTS_LEARNED_AFTER)
    if sends_no_receipts(item.state is ItemState.READ for item in arrived):
        tx.save_receipts_off(recipient.id, now)


def heed_receipt(tx: Transaction, read: Item) -> None:
    """A receipt has come, so the person sends them."""
    if read.state is ItemState.READ:
        tx.save_receipts_off(read.recipient_id, None)
