"""The third door: WhatsApp calls.

Callbacks come doubled, late and in any order. Each raw event is kept under its key and counts once.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.errors import StoreError
from wa_notify.core.inbound import (
    AccountNews,
    Arrival,
    InboundMessage,
    Preference,
    Sender,
    StatusUpdate,
    TemplateNews,
    Unknown,
)
from wa_notify.core.outbox import FAILABLE, Item, reported
from wa_notify.core.recipient import Alias, AliasKind, Recipient, variants
from wa_notify.core.rule import Rulebook
from wa_notify.core.timeline import EntryKind
from wa_notify.pipeline.converse import converse
from wa_notify.pipeline.deliver import learn
from wa_notify.pipeline.outcome import WHATSAPP, fail, tell
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)


def receive(
    tx: Transaction, book: Rulebook, arrivals: Iterable[Arrival], now: datetime, chance: float
) -> int:
    """Take in what WhatsApp tells us; how much of it was new."""
    fresh = 0
    for arrival in arrivals:
        if tx.first_time(arrival, now):
            _apply_safely(tx, book, arrival, now, chance)
            fresh += 1
    return fresh


def _apply_safely(tx: Transaction, book: Rulebook, arrival: Arrival, now: datetime, chance: float) -> None:
    """One event that we cannot handle must not cost the others of its notification; it stays in the inbox."""
    try:
        with tx.apart():
            _apply(tx, book, arrival, now, chance)
    except StoreError:
        raise
    except Exception:
        _LOGGER.exception("An event of the kind %s could not be applied", type(arrival.event).__name__)


def _apply(tx: Transaction, book: Rulebook, arrival: Arrival, now: datetime, chance: float) -> None:
    match arrival.event:
        case StatusUpdate() as update:
            _status(tx, arrival.number_id, update, now, chance)
        case InboundMessage() as message:
            _message(tx, book, arrival.number_id, message, now)
        case Preference() as preference:
            _preference(tx, preference)
        case TemplateNews() as news:
            tx.update_template(news.name, news.language, status=news.status, category=news.category)
        case AccountNews() | Unknown():
            pass  # kept raw in the inbox; nothing in the flow depends on it
        case event:
            assert_never(event)


def _status(tx: Transaction, number_id: str, update: StatusUpdate, now: datetime, chance: float) -> None:
    item = _item_of(tx, update)
    if item is None or update.status is None:
        return
    if update.status is DeliveryStatus.FAILED:
        if update.failure and item.state in FAILABLE and _speaks_of_latest_try(item, update):
            fail(tx, number_id, item, update.failure, now, chance)
        return
    after = reported(item, update.status, update.wamid, update.at)
    if after is item:
        return
    tx.save_item(after)
    if update.status is not DeliveryStatus.SENT:  # which proves nothing, so the timeline leaves it out
        tell(tx, after, EntryKind.STATUS, f"{item.spoken} is {after.state}.", now, actor=WHATSAPP)


def _item_of(tx: Transaction, update: StatusUpdate) -> Item | None:
    """By our own mark, which may come before the answer to our request; else by WhatsApp's id."""
    number, _, rest = update.callback_data.partition(".")
    if number.isdecimal() and len(number) <= 18:
        item = tx.item(int(number))
        if item and item.callback_data.rpartition(".")[2] == rest.rpartition(".")[2]:
            return item
    return tx.item_by_wamid(update.wamid)


def _speaks_of_latest_try(item: Item, update: StatusUpdate) -> bool:
    """A failure of an earlier try must not end a later one."""
    if update.callback_data:
        return update.callback_data == item.callback_data
    return update.wamid == item.wamid


def _message(tx: Transaction, book: Rulebook, number_id: str, message: InboundMessage, now: datetime) -> None:
    recipient = _who(tx, message.sender)
    if recipient is None or message.group_id:
        return  # a stranger, or a chat of many: kept in the inbox, and nobody is obliged to answer
    learn(tx, recipient.id, message.sender.wa_id, message.sender.bsuid)
    if message.opens_window:
        window = tx.window(number_id, recipient.id)
        tx.save_window(number_id, recipient.id, window.written(min(message.at, now)))
    converse(tx, book, recipient, message, now)


def _who(tx: Transaction, sender: Sender) -> Recipient | None:
    """The number counts before the BSUID, since administrators know people by it."""
    aliases: list[Alias] = []
    for digits in variants(sender.wa_id) if sender.wa_id else ():
        aliases += [
            Alias(kind=AliasKind.WA_ID, value=digits),
            Alias(kind=AliasKind.PHONE, value=f"+{digits}"),
        ]
    if sender.bsuid:
        aliases.append(Alias(kind=AliasKind.BSUID, value=sender.bsuid))
    return tx.recipient_by_alias(aliases)


def _preference(tx: Transaction, preference: Preference) -> None:
    """The person's own WhatsApp settings speak of marketing only."""
    recipient = _who(tx, preference.sender)
    act = {"stop": ConsentAct.REVOKED, "resume": ConsentAct.GRANTED}.get(preference.value)
    if recipient is None or act is None:
        return
    tx.record_consent(
        ConsentRecord(
            recipient_id=recipient.id,
            purpose=Purpose.MARKETING,
            act=act,
            source="whatsapp_settings",
            evidence="user_preferences webhook",
            actor=recipient.id,
            at=preference.at,
        )
    )
