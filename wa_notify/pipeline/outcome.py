"""What a refusal or failure does to an item, whether it came in the answer or later by webhook."""

from dataclasses import replace
from datetime import datetime

from wa_notify.core.fallback import cannot_deliver, leaves_too_late, waits_for_room
from wa_notify.core.message import Failure, Form, Remedy
from wa_notify.core.news import Step
from wa_notify.core.outbox import CARRIERS, Channel, Item, ItemState
from wa_notify.core.progress import failed
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.retry import FEW_TRIES
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.pipeline.conditions import heed_failure, is_doubtful
from wa_notify.pipeline.limits import slow_down
from wa_notify.pipeline.unsendable import after_unsendable
from wa_notify.ports import Transaction

WHATSAPP = "WhatsApp"


def fail(tx: Transaction, number_id: str, item: Item, failure: Failure, now: datetime, chance: float) -> None:
    """Decide what follows, remember a window that the platform declared closed, and tell the timeline."""
    heed_failure(tx, item, failure, now)
    if failure.remedy is Remedy.TEMPLATE and item.form is Form.FREE_FORM and item.claimed_at:
        window = tx.window(number_id, item.recipient_id)
        tx.save_window(number_id, item.recipient_id, window.refused(item.claimed_at))
    slow_down(tx, number_id, item, failure, now)
    after = after_unsendable(tx, number_id, item, failure, now) or failed(item, failure, now, chance)
    if after is item:  # it arrived meanwhile, whatever this refusal says
        return
    tx.save_item(after)
    hasten(tx, after, now)
    if failure.code in FEW_TRIES and item.attempts >= FEW_TRIES[failure.code]:
        wake_twins(tx, after, now)
    ended = after.state is ItemState.FAILED
    if ended and item.form is Form.TEMPLATE:
        _not_asked(tx, number_id, item)
    then = SENTENCES[after.reason] if after.reason else ""
    kind, text = EntryKind.FAILED if ended else EntryKind.DEFERRED, f"{item.spoken} did not get through."
    note(tx, after, kind, f"{text} {failure}. {then}", now, actor=WHATSAPP)
    tx.announce(Step(item=after, at=now, failure=failure))


def hasten(tx: Transaction, first: Item, now: datetime) -> None:
    """What stands ready on other channels need not wait and see: WhatsApp cannot deliver it for now.

    Nor need it where WhatsApp tries, but could not reach the person lately.
    """
    if first.channel is not Channel.WHATSAPP:
        return
    doubtful = first.state is ItemState.SENDING and is_doubtful(tx, first.recipient_id)
    if not (doubtful or cannot_deliver(first) or waits_for_room(first)):
        return
    for item in (first, *(tx.carried_by(first) if first.occasion in CARRIERS else ())):
        wake_twins(tx, item, now, of=first)


def wake_twins(tx: Transaction, first: Item, now: datetime, *, of: Item | None = None) -> None:
    """What stands ready on other channels looks now at what became of the first item.

    While ``of``, the item that tells of the first one, waits for room, only those look that come sooner.
    """
    for twin in tx.twins(first):
        unseen = twin.state is ItemState.PENDING and twin.reason is Reason.SENT_ELSEWHERE_FIRST
        in_time = of is not None and waits_for_room(of) and not leaves_too_late(of, twin.due_at)
        if unseen and now < twin.due_at and not in_time:
            tx.save_item(replace(twin, due_at=now))


def _not_asked(tx: Transaction, number_id: str, item: Item) -> None:
    """If it was this message that asked the person for a reply, they were not asked after all."""
    window = tx.window(number_id, item.recipient_id)
    if window.asked_at is not None and window.asked_at == item.claimed_at:
        tx.save_window(number_id, item.recipient_id, window.asking(None))


def tell(tx: Transaction, item: Item, kind: EntryKind, text: str, now: datetime, *, actor: str) -> None:
    """Note a step of an item on its ticket's timeline, and let those who listen know of it."""
    note(tx, item, kind, text, now, actor=actor)
    tx.announce(Step(item=item, at=now))


def note(tx: Transaction, item: Item, kind: EntryKind, text: str, now: datetime, *, actor: str) -> None:
    """Note what happened to an item on its ticket's timeline; of a bundle on the timeline of each."""
    carried = tx.carried_by(item) if item.occasion in CARRIERS else ()
    for ticket_id in dict.fromkeys(one.ticket_id for one in (item, *carried)):
        if ticket_id is None:
            continue
        entry = Entry(
            ticket_id=ticket_id,
            at=now,
            kind=kind,
            actor=actor,
            text=text,
            reason=None if kind is EntryKind.STATUS else item.reason,
            item_id=item.id,
        )
        tx.note(entry)
