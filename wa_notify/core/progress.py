"""How an item moves on: each step of its life, as drawn in `wa_notify.core.outbox`, makes a new item."""

from dataclasses import replace
from datetime import datetime, timedelta

from wa_notify.core.condition import Scope
from wa_notify.core.delivery import ON_THE_PHONE, DeliveryStatus, merge
from wa_notify.core.message import Accepted, Failure, Form, NoAnswer, Remedy
from wa_notify.core.outbox import ARRIVED, FAILABLE, ON_ITS_WAY, Item, ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.retry import after_no_connection, next_try

GRACE = timedelta(seconds=30)  # how long a lost answer may still be explained by a status, at first


def claimed(item: Item, now: datetime) -> Item:
    """Mark, then act: the attempt is counted before the network is touched."""
    return replace(
        item,
        state=ItemState.SENDING,
        attempts=item.attempts + 1,
        lease_until=now + item.lease,
        claimed_at=now,
        status_at=None,
        failure_code=None,
    )


def stopped(item: Item, state: ItemState, reason: Reason) -> Item:
    """It will not leave now: refused, cancelled or held, and why."""
    return replace(item, state=state, reason=reason, lease_until=None)


def deferred(item: Item, until: datetime, reason: Reason) -> Item:
    """It leaves later."""
    return replace(item, state=ItemState.PENDING, due_at=until, reason=reason, lease_until=None)


def kept_back(item: Item, now: datetime, until: datetime, reason: Reason) -> Item:
    """It waits because we mean it to, which makes nothing late: the time it is worth moves along."""
    expires_at = None if item.expires_at is None else item.expires_at + (until - now)
    return replace(deferred(item, until, reason), planned_at=until, expires_at=expires_at)


def folded(item: Item, digest_id: int, now: datetime, reason: Reason = Reason.IN_DIGEST) -> Item:
    """It is told in a digest, or with a newer message about the same ticket, and never leaves by itself."""
    return replace(stopped(item, ItemState.CANCELLED, reason), digest_id=digest_id, claimed_at=now)


def accepted(item: Item, answer: Accepted, now: datetime) -> Item:
    """WhatsApp took it; a status may have been faster than its answer and is not taken back."""
    known = reached_by(item)
    if known is None and item.state not in ON_ITS_WAY:  # it failed, and was planned anew, before the answer
        return replace(item, wamid=answer.wamid)
    if known is not None and merge(known, DeliveryStatus.ACCEPTED) is known:
        return replace(item, wamid=answer.wamid, lease_until=None)
    return replace(
        item,
        state=ItemState.ACCEPTED,
        wamid=answer.wamid,
        reason=Reason.HELD_BY_PLATFORM if answer.held else _without_trouble(item),
        unconfirmed=0,
        lease_until=None,
        status_at=now,
    )


def handed_over(item: Item, now: datetime) -> Item:
    """Another channel took it, which is all that is ever heard of it."""
    return replace(item, state=ItemState.SENT, unconfirmed=0, lease_until=None, status_at=now)


def not_taken(item: Item, failure: Failure, now: datetime, chance: float) -> Item:
    """Another channel did not take it: tried again, ever more slowly, until it has expired."""
    again_at = next_try(failure, item.attempts, now, chance)
    if again_at is None:
        return stopped(item, ItemState.FAILED, Reason.CHANNEL_FAILED)
    return deferred(item, again_at, Reason.CHANNEL_FAILED)


def not_reached(item: Item, now: datetime, chance: float) -> Item:
    """The source gave no answer. Whatever became of the try is looked for by the next one."""
    return deferred(item, after_no_connection(item.attempts, now, chance), Reason.SOURCE_FAILED)


def not_granted(item: Item, failure: Failure, now: datetime, chance: float) -> Item:
    """The source refused: tried again, ever more slowly, unless our request itself is wrong."""
    again_at = next_try(failure, item.attempts, now, chance)
    if again_at is None:
        return stopped(item, ItemState.FAILED, Reason.SOURCE_FAILED)
    return deferred(item, again_at, Reason.SOURCE_FAILED)


def unanswered(item: Item, outcome: NoAnswer, now: datetime, chance: float) -> Item:
    """No answer came. If the request may have arrived, wait for a status before trying again."""
    if item.state is not ItemState.SENDING:  # a status has told us meanwhile
        return item
    if not outcome.left:
        return deferred(item, after_no_connection(item.attempts, now, chance), Reason.RETRY_LATER)
    return lost(item, now)


def lost(item: Item, now: datetime) -> Item:
    """Nobody knows whether it was sent: a grace period begins, longer each time."""
    return replace(
        item,
        state=ItemState.UNCERTAIN,
        due_at=now + GRACE * (1 << 2 * item.unconfirmed),
        unconfirmed=item.unconfirmed + 1,
        reason=Reason.ANSWER_LOST,
        lease_until=None,
    )


def failed(item: Item, failure: Failure, now: datetime, chance: float) -> Item:
    """WhatsApp refused or failed it: try again, give it another form, or end. What arrived cannot fail."""
    if item.state not in FAILABLE:
        return item
    item = replace(item, failure_code=failure.code, status_at=now)
    if failure.remedy is Remedy.TEMPLATE and item.form is Form.FREE_FORM:
        return deferred(item, now, Reason.WINDOW_CLOSED_BY_PLATFORM)
    if item.form is Form.TEMPLATE and (other_way := _another_template_may_do(item, failure)):
        return deferred(item, now, other_way)
    reason = AFTER_FAILURE[failure.remedy]
    again_at = next_try(failure, item.attempts, now, chance)
    return stopped(item, ItemState.FAILED, reason) if again_at is None else deferred(item, again_at, reason)


def _another_template_may_do(item: Item, failure: Failure) -> Reason | None:
    """Why it is decided anew at once: in other words, or by a spare template, or to wait for this one."""
    if failure.code in REFUSED_TEXTS and item.reason is not Reason.SAID_SHORTER:
        return Reason.SAID_SHORTER
    of_template = failure.remedy is Remedy.SPARE and failure.consequence.scope is Scope.TEMPLATE
    return Reason.TEMPLATE_UNUSABLE if of_template else None


def held_too_long(item: Item, now: datetime) -> Item:
    """The platform has held it for longer than it may wait: it leaves by another way too."""
    return deferred(item, now, Reason.HELD_TOO_LONG)


REFUSED_TEXTS = (132005, 132018)  # the filled text is too long, or holds what it may not: worth one more try
AFTER_FAILURE: dict[Remedy, Reason] = {
    Remedy.RETRY: Reason.RETRY_LATER,
    Remedy.SLOW: Reason.SLOWED_DOWN,
    Remedy.ADMIN: Reason.ACCOUNT_BLOCKED,
    Remedy.CHANNEL: Reason.UNREACHABLE_ON_WHATSAPP,
    Remedy.TEMPLATE: Reason.WINDOW_CLOSED,
    Remedy.SPARE: Reason.TEMPLATE_UNUSABLE,
    Remedy.FIX: Reason.REQUEST_WRONG,
}
TROUBLES = frozenset(AFTER_FAILURE.values()) - {Reason.WINDOW_CLOSED} | {
    Reason.ANSWER_LOST,
    Reason.WINDOW_CLOSED_BY_PLATFORM,
    Reason.SOURCE_FAILED,
}


def reported(item: Item, status: DeliveryStatus, wamid: str, at: datetime) -> Item:
    """The platform reported how far it got (anything but failed); never backwards.

    ``sent`` proves no arrival, so one that comes late cannot end a try that is planned anew. When it was
    delivered is the earliest that was told, so that a late word of it still counts behind ``read``.
    """
    known = reached_by(item)
    if status in ON_THE_PHONE and (item.delivered_at is None or at < item.delivered_at):
        item = replace(item, delivered_at=at)
    reached = merge(known, status)
    planned_anew = item.state in (ItemState.PENDING, ItemState.HELD)
    if reached is known or (planned_anew and status is DeliveryStatus.SENT):
        return item
    return replace(
        item,
        state=ItemState(reached),
        wamid=wamid,
        status_at=at,
        lease_until=None,
        reason=_without_trouble(item),
    )


def journey(before: Item, after: Item) -> timedelta | None:
    """How long the message was on its way, once it has just arrived: from leaving to the platform's word.

    That clock counts in whole seconds and is not ours, so the shortest journey takes no time.
    """
    arrives = after.state in ARRIVED and before.state not in ARRIVED
    if not arrives or after.claimed_at is None or after.delivered_at is None:
        return None
    return max(after.delivered_at - after.claimed_at, timedelta(0))


def _without_trouble(item: Item) -> Reason | None:
    """The item's reason, unless it speaks of a trouble that is over now."""
    return None if item.reason in TROUBLES else item.reason


def reached_by(item: Item) -> DeliveryStatus | None:
    """How far the platform says the item got, or nothing while it has said nothing."""
    return _REACHED.get(item.state)


_REACHED = {ItemState(status.value): status for status in DeliveryStatus}
