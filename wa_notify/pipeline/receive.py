"""The third door: WhatsApp calls.

Callbacks come doubled, late and in any order. Each raw event is kept under its key and counts once.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.copies import change_in
from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.errors import StoreError
from wa_notify.core.inbound import (
    AccountNews,
    AddressChanged,
    Arrival,
    InboundMessage,
    Preference,
    StatusUpdate,
    TemplateNews,
    Text,
    Unknown,
)
from wa_notify.core.logged import Logged
from wa_notify.core.news import Heard, Step
from wa_notify.core.outbox import FAILABLE, Item, ItemState
from wa_notify.core.progress import journey, reported
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Rulebook
from wa_notify.core.timeline import EntryKind
from wa_notify.pipeline.addresses import ask_anew, change_address
from wa_notify.pipeline.charges import note_price, note_referral
from wa_notify.pipeline.conditions import arrived_at, heard_from, heed, heed_failure
from wa_notify.pipeline.converse import converse, greet
from wa_notify.pipeline.copies import as_it_stands, follow
from wa_notify.pipeline.deliver import learn
from wa_notify.pipeline.invites import accept
from wa_notify.pipeline.late import heed_late_arrival
from wa_notify.pipeline.limits import heed_news
from wa_notify.pipeline.outcome import WHATSAPP, fail, note
from wa_notify.pipeline.parts import bring_on
from wa_notify.pipeline.receipts import heed_receipt, learn_receipts
from wa_notify.pipeline.received import ask_for_file
from wa_notify.pipeline.senders import bsuids, known, numbers, welcome
from wa_notify.pipeline.template_news import follow_template
from wa_notify.pipeline.twins import delivered_late
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
        kind = type(arrival.event).__name__
        event = Logged.CALLBACK_FAILED.of(kind=kind)
        _LOGGER.exception("An event of the kind %s could not be applied", kind, extra=event)


def _apply(tx: Transaction, book: Rulebook, arrival: Arrival, now: datetime, chance: float) -> None:
    if change := change_in(arrival):
        follow(tx, change.wamid)
    match arrival.event:
        case StatusUpdate() as update:
            _status(tx, book, arrival.number_id, update, now, chance)
        case InboundMessage(content=AddressChanged() as changed) as message:
            change_address(tx, message, changed, now)
        case InboundMessage() as message:
            _message(tx, book, arrival.number_id, message, now)
        case Preference() as preference:
            _preference(tx, preference)
        case TemplateNews() as news:
            follow_template(tx, news)
            for sign in news.signs:
                heed(tx, sign, now)
        case AccountNews() as news:
            heed_news(tx, news, now)
            for sign in news.signs:
                heed(tx, sign, now)
        case Unknown():
            pass  # kept raw in the inbox; nothing in the flow depends on it
        case event:
            assert_never(event)


def _status(
    tx: Transaction, book: Rulebook, number_id: str, update: StatusUpdate, now: datetime, chance: float
) -> None:
    item = _item_of(tx, update)
    if item is None and update.failure:  # a message of nobody we know may still tell of the account
        heed_failure(tx, None, update.failure, now)
    if item is None or update.status is None:
        return
    note_price(tx, book, item, update, latest=_speaks_of_latest_try(item, update))
    if update.status is DeliveryStatus.FAILED:
        if update.failure and item.state in FAILABLE and _speaks_of_latest_try(item, update):
            fail(tx, number_id, item, update.failure, now, chance)
        return
    after = reported(item, update.status, update.wamid, update.at)
    if after is item:
        return
    tx.save_item(after)
    if after.state is item.state:  # only when it was delivered is known better now
        return
    tx.announce(Step(item=after, at=now, took=journey(item, after)))
    bring_on(tx, after, now)
    heed_receipt(tx, after)
    heed_late_arrival(tx, book, item, after, now)
    if update.status is not DeliveryStatus.SENT:  # which proves nothing, so the timeline leaves it out
        arrived_at(tx, item.recipient_id, now)
        _learn_bsuid(tx, item, update)
        note(tx, after, EntryKind.STATUS, f"{item.spoken} is {after.state}.", now, actor=WHATSAPP)
        if book.channels and item.state is not ItemState.DELIVERED:  # else it has been said
            delivered_late(tx, book, after, update.at, now)


def _item_of(tx: Transaction, update: StatusUpdate) -> Item | None:
    """By our own mark, which may come before the answer to our request; else by WhatsApp's id."""
    number, _, rest = update.callback_data.partition(".")
    if number.isdecimal() and len(number) <= 18:
        item = tx.item(int(number))
        if item and item.callback_data.rpartition(".")[2] == rest.rpartition(".")[2]:
            return item
    return tx.item_by_wamid(update.wamid)


def _learn_bsuid(tx: Transaction, item: Item, update: StatusUpdate) -> None:
    """A status may name number and BSUID together; it counts while the number is still the person's."""
    wa_id, bsuid = update.recipient.wa_id, update.recipient.bsuid
    bearer = tx.recipient_by_alias(bsuids(bsuid))
    if not (wa_id and bsuid) or (bearer and not bearer.guest):
        return
    owner = tx.recipient_by_alias(numbers(wa_id))
    if owner and owner.id == item.recipient_id:
        learn(tx, owner.id, wa_id, bsuid)


def _speaks_of_latest_try(item: Item, update: StatusUpdate) -> bool:
    """A failure of an earlier try must not end a later one."""
    if update.callback_data:
        return update.callback_data == item.callback_data
    return update.wamid == item.wamid


def _message(tx: Transaction, book: Rulebook, number_id: str, message: InboundMessage, now: datetime) -> None:
    """Kept in the inbox is every message; a chat of many obliges nobody to answer."""
    change = follow(tx, message.wamid)
    if message.group_id:
        return
    heard = as_it_stands(message, change, book.words)
    joined = _joined(tx, heard, now) if heard else None
    recipient = joined or known(tx, message.sender)
    if recipient is None and message.opens_window:
        recipient = welcome(tx, message.sender)
    if recipient is None:
        return
    learn(tx, recipient.id, message.sender.wa_id, message.sender.bsuid)
    if heard:
        tx.announce(Heard(recipient_id=recipient.id, guest=recipient.guest, message=heard))
    if message.opens_window:
        heard_from(tx, recipient.id, now)
        window = tx.window(number_id, recipient.id)
        tx.save_window(number_id, recipient.id, window.written(min(message.at, now)))
        learn_receipts(tx, recipient, message, now)
        note_referral(tx, number_id, recipient.id, message)
    if joined:
        greet(tx, book, joined, message, now)
    elif heard:
        ask_for_file(tx, book, recipient, heard, now)
        converse(tx, book, recipient, heard, now)
    ask_anew(tx, number_id, recipient, now)


def _joined(tx: Transaction, message: InboundMessage, now: datetime) -> Recipient | None:
    """The code of an invitation says who wrote, whoever we took them for."""
    if not isinstance(message.content, Text):
        return None
    aliases = (*numbers(message.sender.wa_id), *bsuids(message.sender.bsuid))
    return accept(tx, message.content.body, aliases, message, now)


def _preference(tx: Transaction, preference: Preference) -> None:
    """The person's own WhatsApp settings speak of marketing only."""
    recipient = known(tx, preference.sender)
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
