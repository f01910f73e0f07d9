"""What waits for one person becomes one message where that costs less: a bundle.

It carries its parts like a digest does: they share its fate, and if it cannot leave as it is, it is taken
apart and each part leaves by itself. All of that happens in transactions, so nothing is lost or told twice.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from wa_notify.core.decision import why_unwanted
from wa_notify.core.lateness import delay
from wa_notify.core.merge import joined, may_merge
from wa_notify.core.outbox import Intent, Item, ItemState, Occasion
from wa_notify.core.progress import folded, stopped
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.situation import Decision, Drop, Send
from wa_notify.core.timeline import SYSTEM, EntryKind
from wa_notify.pipeline.outcome import tell
from wa_notify.ports import Transaction

MOST_PARTS = 20
IN_ONE_GO = timedelta(seconds=2)  # long text is due a moment after the answer that it follows
# With these the bundle ends for good, and its parts with it.
ENDS = frozenset({Reason.EXPIRED, Reason.UNCONFIRMED, Reason.TICKET_RESOLVED})


def bundle(tx: Transaction, due: Item, now: datetime, leaves: Callable[[Item], bool]) -> Item | None:
    """What leaves instead of this item, because others for the same person leave now too.

    ``leaves`` tells of an item whether it would leave now as plain text. Nothing when it leaves by itself.
    """
    if not _fits_in(due, now):
        return None
    parts = [due]
    for other in tx.due_beside(due, now + IN_ONE_GO, MOST_PARTS):
        if not _fits_in(other, now) or joined([*parts, other]) is None or not leaves(other):
            break  # whatever comes after it would overtake it
        parts.append(other)
    intent = joined(parts)
    if len(parts) == 1 or intent is None:
        return None
    whole = _bundle_of(parts, intent, now)
    if not leaves(whole) or (kept := tx.enqueue(whole)) is None:
        return None
    for part in parts:
        after = folded(part, kept.id, now, Reason.MERGED)
        tx.save_item(after)
        text = (
            f"{part.spoken} does not leave by itself. {SENTENCES[Reason.MERGED]} That is message {kept.id}."
        )
        tell(tx, after, EntryKind.CANCELLED, text, now, actor=SYSTEM)
    return kept


def _fits_in(item: Item, now: datetime) -> bool:
    """What leaves late says so in words of its own."""
    return may_merge(item) and not delay(item, now)


def _bundle_of(parts: list[Item], intent: Intent, now: datetime) -> Item:
    first = parts[0]
    one_ticket = all((part.ticket_id, part.episode) == (first.ticket_id, first.episode) for part in parts)
    expiries = [part.expires_at for part in parts if part.expires_at]
    return Item(
        key=f"bundle/{first.id}/{first.attempts}/{first.recipient_id}",
        ticket_id=first.ticket_id if one_ticket else None,
        episode=first.episode if one_ticket else 0,
        recipient_id=first.recipient_id,
        occasion=Occasion.BUNDLE,
        intent=intent,
        priority=min(part.priority for part in parts),
        due_at=now,
        planned_at=now,
        expires_at=max(expiries, default=None),
        created_at=now,
        reason=Reason.REPLIED,  # the window is open, and no part has to wait for the end of a night
    )


def recomposed(tx: Transaction, whole: Item, now: datetime) -> Item:
    """The bundle without what nobody wants any more; empty when that is all of it."""
    wanted = []
    for part in tx.carried_by(whole):
        ticket = tx.ticket(part.ticket_id) if part.ticket_id is not None else None
        reason = why_unwanted(part, ticket)
        if reason is None:
            wanted.append(part)
            continue
        after = stopped(part, ItemState.CANCELLED, reason)
        tx.save_item(after)
        text = f"{part.spoken} is left out of the joint message. {SENTENCES[reason]}"
        tell(tx, after, EntryKind.CANCELLED, text, now, actor=SYSTEM)
    return replace(whole, intent=(joined(wanted) if wanted else None) or Intent())


def taken_apart(tx: Transaction, whole: Item, decision: Decision, now: datetime) -> Decision:
    """A bundle that cannot leave as it is sets its parts free; each is decided by itself."""
    if isinstance(decision, Send) or decision.reason in ENDS:
        return decision
    for part in tx.carried_by(whole):
        free = replace(
            part, state=ItemState.PENDING, due_at=now, reason=None, digest_id=None, claimed_at=None
        )
        tx.save_item(free)
        text = f"{part.spoken} leaves by itself after all. {SENTENCES[decision.reason]}"
        tell(tx, free, EntryKind.DEFERRED, text, now, actor=SYSTEM)
    return Drop(state=ItemState.CANCELLED, reason=decision.reason)
