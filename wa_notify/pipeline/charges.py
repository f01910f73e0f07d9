"""What messages cost: prices that a decision depends on, the charge of what leaves, and what statuses say.

It belongs to the second door (`deliver`) and the third (`receive`). A charge is written in the transaction in
which its message is marked as sending, so it survives whatever the message survives.
"""

from dataclasses import replace
from datetime import datetime

from wa_notify.core.budget import Budget, Level, Money
from wa_notify.core.charge import Charge, ChargeState, heard, word_of
from wa_notify.core.delivery import ON_THE_PHONE
from wa_notify.core.inbound import InboundMessage, StatusUpdate
from wa_notify.core.message import Message, TemplateMessage
from wa_notify.core.outbox import Channel, Item
from wa_notify.core.pricing import (
    CONVERSATION_LASTS,
    SERVICE,
    EntryPoint,
    Merging,
    Model,
    Preference,
    Price,
    Prices,
    Sending,
    price_of,
)
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Rulebook
from wa_notify.core.situation import Situation
from wa_notify.core.template import TemplateShape
from wa_notify.core.ticket import Ticket
from wa_notify.core.wallclock import spoken_time
from wa_notify.core.window import Window
from wa_notify.pipeline.admins import tell_admins
from wa_notify.ports import Transaction


def money_of(
    tx: Transaction,
    book: Rulebook,
    number_id: str,
    item: Item,
    recipient: Recipient | None,
    ticket: Ticket | None,
    window: Window,
    shapes: tuple[TemplateShape, ...],
    now: datetime,
) -> Money | None:
    """What the item would cost in each form it may have, and what the budget says to that."""
    if recipient is None or item.channel is not Channel.WHATSAPP:
        return None
    categories = {shape.category.lower() for shape in shapes}
    if item.intent.has_free_form:
        categories.add(SERVICE)
    prices = {
        category: price_of(
            book.prices, _sending(tx, book.prices, number_id, recipient, category, window, now)
        )
        for category in categories
    }
    service, budget = prices.get(SERVICE), book.budget
    return Money(
        prices=prices,
        prefer=_preference(book, ticket),
        spent_until=_spent_until(tx, book.prices, budget, now) if budget else None,
        critical_counts=budget.critical_counts if budget else False,
        merges=_merges(book.prices.merge, service),
    )


def _merges(merging: Merging, service: Price | None) -> bool:
    if merging is Merging.AUTO:
        return service is not None and service.costs
    return merging is Merging.ALWAYS


def _preference(book: Rulebook, ticket: Ticket | None) -> Preference:
    rule = book.rule(ticket.rule) if ticket else None
    return rule.prefer if rule and rule.prefer else book.prefer


def _spent_until(tx: Transaction, prices: Prices, budget: Budget, now: datetime) -> datetime | None:
    spent = tx.spent(prices.month(now), budget.currency)
    return prices.month_ends(now) if budget.level(spent) is Level.SPENT else None


def _sending(
    tx: Transaction,
    prices: Prices,
    number_id: str,
    recipient: Recipient,
    category: str,
    window: Window,
    now: datetime,
) -> Sending:
    day, month, market = (
        prices.day(now),
        prices.month(now),
        prices.market_of(recipient.phone, recipient.bsuid),
    )
    terms = prices.terms_on(day)
    has_free_tier = category == SERVICE and terms.free_service is not None
    entry = tx.entry_point(number_id, recipient.id)
    conversations: frozenset[str] = frozenset()
    if terms.model is Model.CONVERSATION:
        begun = tx.conversations_since(number_id, recipient.id, now - CONVERSATION_LASTS)
        conversations = frozenset(begun)
    return Sending(
        category=category,
        market=market,
        day=day,
        window_open=window.is_open(now),
        volume=0 if category == SERVICE else tx.volume(month, market, category),
        service_used=tx.service_used(month, number_id) if has_free_tier else 0,
        conversations=conversations,
        entry_point=entry is not None and entry.is_open(now),
    )


def charge(
    tx: Transaction, book: Rulebook, number_id: str, item: Item, situation: Situation, message: Message
) -> None:
    """The item leaves as this message: note what it is thought to cost, and heed the budget."""
    money, recipient, now = situation.money, situation.recipient, situation.now
    price = money.price(message.category) if money else None
    if price is None or recipient is None:
        return
    prices = book.prices
    month = prices.month(now)
    tx.save_charge(
        Charge(
            item_id=item.id,
            at=now,
            month=month,
            number_id=number_id,
            recipient_id=item.recipient_id,
            rule=situation.ticket.rule if situation.ticket else "",
            template=message.name if isinstance(message, TemplateMessage) else "",
            market=price.market,
            category=price.category,
            model=price.model,
            currency=price.currency,
            volume=tx.volume(month, price.market, price.category),
            predicted=price.amount,
            free=price.free,
        )
    )
    entry = tx.entry_point(number_id, recipient.id)
    if entry and situation.window.is_open(now) and entry.answered(now) is not entry:
        tx.save_entry_point(number_id, recipient.id, entry.answered(now))
    if book.budget and price.costs:
        heed_budget(tx, book, book.budget, now)


def heed_budget(tx: Transaction, book: Rulebook, budget: Budget, now: datetime) -> None:
    """Tell administrators once a month that the budget runs low, and once that it is spent."""
    month = book.prices.month(now)
    spent = tx.spent(month, budget.currency)
    level = budget.level(spent)
    if level is Level.FINE:
        return
    text = budget.told(spent, month, spoken_time(book.prices.month_ends(now), book.time_zone))
    tell_admins(tx, book, text, f"budget/{month}/{level}", now)


def note_price(tx: Transaction, book: Rulebook, item: Item, update: StatusUpdate, *, latest: bool) -> None:
    """A status came: what it says of the price. ``latest``: it speaks of the newest try of the item.

    What arrived is charged, whichever try it was; all else counts for the newest only.
    """
    known = tx.charge(item.id)
    if known is None or update.status is None:
        return
    if not latest and update.status not in ON_THE_PHONE:
        return
    word = word_of(update)
    billed_before = bool(word and word.conversation and tx.conversation_billed(word.conversation, item.id))
    after = heard(known, update.status, word, book.prices, billed_before=billed_before)
    if after != known:
        tx.save_charge(after)


def take_back(tx: Transaction, item: Item) -> None:
    """The message was refused in the answer already, so it costs nothing; another try is another charge."""
    known = tx.charge(item.id)
    if known and known.state is ChargeState.PREDICTED:
        tx.save_charge(replace(known, state=ChargeState.TAKEN_BACK))


def note_referral(tx: Transaction, number_id: str, recipient_id: str, message: InboundMessage) -> None:
    """The person came from an advertisement: an answer within a day makes the next 72 hours free."""
    if message.raw.get("referral"):
        tx.save_entry_point(number_id, recipient_id, EntryPoint(referred_at=message.at))
