"""What people do with a message of the outbox: have it tried again, or drop it. Asking twice does it once."""

from dataclasses import dataclass, replace
from datetime import datetime

from wa_notify.core.outbox import ARRIVED, WAITING, Intent, Item, ItemState
from wa_notify.core.progress import stopped
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import Rulebook
from wa_notify.core.situation import Drop, Hold, Wait
from wa_notify.core.timeline import EntryKind
from wa_notify.pipeline.limits import pass_on
from wa_notify.pipeline.outcome import tell, wake_twins
from wa_notify.pipeline.situate import foreseen
from wa_notify.ports import Transaction

TRIED_AGAIN = (ItemState.FAILED, ItemState.REFUSED, ItemState.UNCERTAIN)
PERHAPS_A_REPEAT = "An earlier try may have arrived, so it may be a repeat."
UNKNOWN = "There is no message {number} in the outbox."
SENDING = "{item} is being sent right now."
HAS_LEFT = "{item} has left: it is {state}."
ARRIVED_ALREADY = "{item} has arrived: it is {state}."
GONE_BY = "{item} is {state} already.{why}"
WORDLESS = "{item} cannot be tried again: its words are no longer kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxDeed:
    """What came of it, in a sentence. ``done``: it is as was asked. ``item`` is nothing when unknown."""

    done: bool
    text: str
    item: Item | None = None
    before: Item | None = None  # when something changed, as it was


def retry(
    tx: Transaction, book: Rulebook, number_id: str, item_id: int, by: str, now: datetime
) -> OutboxDeed:
    """What failed, was refused or is uncertain is decided anew, now. Nothing else is touched.

    It is looked at first what would be decided: what would not leave stays as it is, and the answer says why.
    """
    item = tx.item(item_id)
    if item is None:
        return OutboxDeed(done=False, text=UNKNOWN.format(number=item_id))
    if item.state not in TRIED_AGAIN:
        return _standing(item, now)
    again = _anew(item, now)
    if again == item:
        return _about_to_leave(item)
    if item.intent == Intent():
        return OutboxDeed(done=False, text=WORDLESS.format(item=item.spoken), item=item)
    decision = foreseen(tx, book, number_id, again, now)
    if isinstance(decision, Drop):
        text = f"{item.spoken} is not tried again. {SENTENCES[decision.reason]}"
        return OutboxDeed(done=False, text=text, item=item)
    tx.save_item(again)
    repeat = f" {PERHAPS_A_REPEAT}" if again.state is ItemState.UNCERTAIN else ""
    text = f"{item.spoken} is tried again, as {by} asked.{repeat}"
    tell(tx, again, EntryKind.DEFERRED, text, now, actor=by)
    if isinstance(decision, Wait | Hold):
        text += f" {SENTENCES[decision.reason]}"
    return OutboxDeed(done=True, text=text, item=again, before=item)


def _anew(item: Item, now: datetime) -> Item:
    """As if it were new, and its own again; but what may have arrived stays uncertain, and says so.

    The tries go on being counted, so that a late callback of an earlier one is not taken for one of this.
    """
    lost = item.state is ItemState.UNCERTAIN or item.unconfirmed > 0
    return replace(
        item,
        state=ItemState.UNCERTAIN if lost else ItemState.PENDING,
        due_at=min(item.due_at, now) if item.state is ItemState.UNCERTAIN else now,
        unconfirmed=min(item.unconfirmed, 1),
        reason=Reason.ANSWER_LOST if lost else None,
        failure_code=None,
        digest_id=None,
        lease_until=None,
    )


def _about_to_leave(item: Item) -> OutboxDeed:
    return OutboxDeed(done=True, text=f"{item.spoken} is about to be tried again.", item=item)


def _standing(item: Item, now: datetime) -> OutboxDeed:
    """Why there is nothing to try again."""
    if item.state is ItemState.PENDING and item.due_at <= now:
        return _about_to_leave(item)
    why = f" {SENTENCES[item.reason]}" if item.reason else ""
    if item.state in WAITING:
        text = f"{item.spoken} has not been tried to the end: it waits.{why}"
    elif item.state is ItemState.CANCELLED:
        text = GONE_BY.format(item=item.spoken, state=item.state, why=why)
    else:
        text = _left(item)
    return OutboxDeed(done=False, text=text, item=item)


def _left(item: Item) -> str:
    if item.state is ItemState.SENDING:
        return SENDING.format(item=item.spoken)
    words = ARRIVED_ALREADY if item.state in ARRIVED else HAS_LEFT
    return words.format(item=item.spoken, state=item.state)


def drop(tx: Transaction, item_id: int, by: str, now: datetime) -> OutboxDeed:
    """What waits is cancelled, and with it what stands ready for it on other channels.

    Nobody is told instead. What an uncertain one may have cost stays counted.
    """
    item = tx.item(item_id)
    if item is None:
        return OutboxDeed(done=False, text=UNKNOWN.format(number=item_id))
    if item.state is ItemState.CANCELLED:
        why = f" {SENTENCES[item.reason]}" if item.reason else ""
        return OutboxDeed(
            done=True, text=GONE_BY.format(item=item.spoken, state=item.state, why=why), item=item
        )
    if item.state in (ItemState.REFUSED, ItemState.FAILED):
        return OutboxDeed(
            done=False, text=GONE_BY.format(item=item.spoken, state=item.state, why=""), item=item
        )
    if item.state not in WAITING:
        return OutboxDeed(done=False, text=_left(item), item=item)
    dropped = stopped(item, ItemState.CANCELLED, Reason.DROPPED)
    tx.save_item(dropped)
    pass_on(tx, item, dropped, now)
    wake_twins(tx, dropped, now)
    text = f"{item.spoken} is cancelled. {by} dropped it."
    tell(tx, dropped, EntryKind.CANCELLED, text, now, actor=by)
    return OutboxDeed(done=True, text=text, item=dropped, before=item)
