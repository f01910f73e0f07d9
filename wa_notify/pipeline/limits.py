"""Limits, obeyed before the platform says no: what is left, what a message takes, what refusals teach.

It belongs to the second door (`deliver`): here the facts are gathered and what leaves is counted, in the
transaction that marks it; `wa_notify.core.restraint` judges them. Whatever makes room lets those go on who
wait for it.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from wa_notify.core.inbound import AccountNews
from wa_notify.core.limits import DAY, Allowance, Allowed, Leeway, Reach, ReachScope, limit_of
from wa_notify.core.logged import Logged
from wa_notify.core.message import Failure, Form
from wa_notify.core.outbox import Channel, Item, ItemState
from wa_notify.core.pace import (
    PAIR_RATE_CODE,
    PER_SECOND,
    PER_SECOND_FAST,
    THROTTLED,
    WHOLE,
    Slowdown,
    slowed,
    slowed_pace,
)
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority, Rulebook
from wa_notify.core.window import Window
from wa_notify.ports import Transaction, Views

_LOGGER = logging.getLogger(__name__)

LEVELS = {"STANDARD": PER_SECOND, "HIGH": PER_SECOND_FAST}  # `throughput.level` of a number
FASTER = "THROUGHPUT_UPGRADE"
WEBHOOK = "webhook"
ACCOUNT = "account"
SHOWN = 3  # of the places that become free next
LOOKED_AT = 1000  # messages that are looked at again when there is room


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """How the limits stand, for people to look at.

    ``places`` tells when the next people stop being counted, the soonest first; ``waiting`` counts messages
    without a place. ``paused`` are the people to whom nothing leaves after a refusal, and until when.
    """

    reach: Reach
    reach_told: Allowance | None
    places: tuple[datetime, ...]
    waiting: int
    pace: int
    pace_told: Allowance | None
    slowdowns: tuple[Slowdown, ...]
    paused: tuple[tuple[str, datetime], ...]


def headroom(views: Views, book: Rulebook, number_id: str, now: datetime) -> Headroom:
    """Gather it."""
    scope = book.limits.counted_in(number_id)
    slow = tuple(one for one in views.slowdowns() if one.share_at(now) < WHOLE)
    return Headroom(
        reach=reach_of(views, book, views.people_reached(scope, now - DAY)),
        reach_told=views.allowance(Allowed.REACH),
        places=tuple(at + DAY for at in views.oldest_reached(scope, now - DAY, SHOWN)),
        waiting=views.waiting_for_place(),
        pace=pace_of(views, book, now),
        pace_told=views.allowance(Allowed.PACE),
        slowdowns=slow,
        paused=tuple(
            (recipient_id, pair.paused_until)
            for recipient_id, pair in views.pairs_paused(number_id, now)
            if pair.paused_until
        ),
    )


def leeway(
    tx: Transaction, book: Rulebook, number_id: str, item: Item, window: Window, now: datetime
) -> Leeway:
    """Until when the limits would keep the item back."""
    if item.channel is not Channel.WHATSAPP:
        return Leeway()
    critical = item.priority is Priority.CRITICAL
    return Leeway(
        paused_until=max(
            (one.paused_until for one in tx.slowdowns() if one.paused_until > now), default=None
        ),
        pair_free_at=tx.pair(number_id, item.recipient_id).free_at(now, critical=critical),
        place_free_at=None if window.is_open(now) else _place_free_at(tx, book, number_id, item, now),
    )


def _place_free_at(
    tx: Transaction, book: Rulebook, number_id: str, item: Item, now: datetime
) -> datetime | None:
    """When the person may be reached; nothing when they may be now. Who was reached already is free."""
    scope = book.limits.counted_in(number_id)
    reach = reach_of(tx, book, tx.people_reached(scope, now - DAY))
    lacking = reach.lacking(critical=item.priority is Priority.CRITICAL)
    if not lacking or tx.reached_at(scope, item.recipient_id) is not None:
        return None
    left_at = tx.place_left_at(scope, min(lacking, reach.used))
    return (left_at or now) + DAY


def reach_of(facts: Transaction | Views, book: Rulebook, used: int) -> Reach:
    """How far the limit is used, with what is kept for critical messages."""
    limit = book.limits.limit(facts.allowance(Allowed.REACH))
    return Reach(used=used, limit=limit, reserve=0 if limit is None else book.limits.reserve.of(limit))


def spend(tx: Transaction, number_id: str, item: Item, window: Window, now: datetime) -> None:
    """The item leaves for WhatsApp: count it before it does, towards the person and the number of people."""
    pair = tx.pair(number_id, item.recipient_id)
    tx.save_pair(number_id, item.recipient_id, pair.taken(now))
    if item.form is Form.TEMPLATE and not window.is_open(now):
        for scope in _scopes(number_id):
            tx.people_reached(scope, now - DAY)  # forgets whom the platform forgets
            tx.count_reached(scope, item.recipient_id, now)


def _scopes(number_id: str) -> tuple[str, ...]:
    """All under which people are counted, since another one may be configured within the 24 hours."""
    return number_id, ReachScope.PORTFOLIO.value


def give_back(tx: Transaction, number_id: str, item: Item, now: datetime) -> None:
    """The item certainly did not leave, so the person was not reached. The next one who waits looks again."""
    left_at = item.claimed_at or now
    taken_back = [tx.take_back_reached(scope, item.recipient_id, left_at) for scope in _scopes(number_id)]
    if any(taken_back):
        look_for_room(tx, now, limit=1)


def pass_on(tx: Transaction, due: Item, item: Item, now: datetime) -> None:
    """Who waited for a place and does not take it leaves it to the next."""
    takes = item.state is ItemState.SENDING and item.form is Form.TEMPLATE
    if due.reason is Reason.REACH_USED_UP and item.reason is not due.reason and not takes:
        look_for_room(tx, now, limit=1)


def never_left(tx: Transaction, number_id: str, item: Item, now: datetime) -> None:
    """Nothing of it reached the platform, so that it does not count towards the pace to the person either."""
    tx.save_pair(number_id, item.recipient_id, tx.pair(number_id, item.recipient_id).given_back())
    give_back(tx, number_id, item, now)


def slow_down(tx: Transaction, number_id: str, item: Item, failure: Failure, now: datetime) -> None:
    """The platform said that it was too fast: for this person, or for all that shares the limit."""
    if failure.code == PAIR_RATE_CODE:
        pair = tx.pair(number_id, item.recipient_id)
        tx.save_pair(number_id, item.recipient_id, pair.refused(now))
    scope = THROTTLED.get(failure.code)
    if scope is not None:
        before = next((one for one in tx.slowdowns() if one.scope is scope), None)
        tx.save_slowdown(slowed(before, scope, now, failure.regain))


def pace_of(facts: Transaction | Views, book: Rulebook, now: datetime) -> int:
    """How many messages a second may leave now: as configured, else as the account says, less when slowed."""
    known = facts.allowance(Allowed.PACE)
    whole = book.limits.per_second or (known.amount if known else PER_SECOND)
    return slowed_pace(whole, facts.slowdowns(), now)


def not_before(
    views: Views, book: Rulebook, number_id: str, due: datetime | None, now: datetime
) -> datetime | None:
    """What is due, but not before a token is back: looking sooner would find nothing that may leave."""
    free_at = views.bucket(number_id).free_at(pace_of(views, book, now), now)
    return due if due is None or free_at is None else max(due, free_at)


def learn_limits(tx: Transaction, number: Mapping[str, Any], now: datetime) -> None:
    """What the account says about our number; what it does not say, or in unknown words, stays as it was."""
    tier = number.get("whatsapp_business_manager_messaging_limit")
    throughput = number.get("throughput")
    level = throughput.get("level") if isinstance(throughput, Mapping) else None
    if isinstance(tier, str | int) and not isinstance(tier, bool):
        _learn_reach(tx, str(tier), ACCOUNT, now)
    if isinstance(level, str) and level in LEVELS:
        _learn(tx, Allowance(what=Allowed.PACE, amount=LEVELS[level], said=level, source=ACCOUNT, at=now))


def heed_news(tx: Transaction, news: AccountNews, now: datetime) -> None:
    """News of the account that tell another limit."""
    if news.limit:
        _learn_reach(tx, news.limit, WEBHOOK, now)
    if news.event == FASTER:
        _learn(
            tx,
            Allowance(what=Allowed.PACE, amount=PER_SECOND_FAST, said=FASTER, source=WEBHOOK, at=now),
        )


def _learn_reach(tx: Transaction, said: str, source: str, now: datetime) -> None:
    amount = limit_of(said)
    if amount is None:
        _wonder(said)
        return
    _learn(tx, Allowance(what=Allowed.REACH, amount=amount, said=said, source=source, at=now))


@lru_cache(maxsize=100)
def _wonder(said: str) -> None:
    """Say it once for each word."""
    _LOGGER.warning(
        "WhatsApp tells a messaging limit that is not known here: %s. The last one holds.",
        said,
        extra=Logged.LIMIT_UNKNOWN.of(said=said),
    )


def _learn(tx: Transaction, allowance: Allowance) -> None:
    before = tx.allowance(allowance.what)
    tx.save_allowance(allowance)
    if before is None or before.amount != allowance.amount:
        look_for_room(tx, allowance.at)


def allow_more(tx: Transaction, now: datetime) -> None:
    """The configuration may allow more people, or more money, than before."""
    look_for_room(tx, now)
    tx.let_spend(now)


def look_for_room(tx: Transaction, now: datetime, *, limit: int = LOOKED_AT) -> None:
    """There may be room for more people: who waits for it is decided anew at once."""
    for item in tx.items_without_place(limit):
        tx.save_item(replace(item, due_at=min(item.due_at, now)))
