"""Items of other channels that stand beside an item for WhatsApp, in case that WhatsApp cannot deliver it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from wa_notify.core.fallback import FALLS_BACK, Detour, says_the_same, twin_of
from wa_notify.core.outbox import ASKS_SOMEBODY, CARRIERS, MAY_HAVE_ARRIVED, Channel, Intent, Item, Occasion
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import OtherWay, Rule, Rulebook
from wa_notify.core.ticket import Ticket
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.core.wallclock import spoken_time
from wa_notify.pipeline.conditions import is_doubtful
from wa_notify.ports import Transaction

LATE_LASTS = timedelta(hours=1)  # how long it is worth telling that WhatsApp delivered after all
DELIVERED_LATE = "WhatsApp delivered it after all, at {at}."


def plan_twins(tx: Transaction, rule: Rule, ticket: Ticket, first: Item) -> None:
    """Put the same into the outbox for the other channels of the person, due a while later.

    The all-clear goes only where trouble was told.
    """
    way = rule.other_way(first.recipient_id) if first.occasion in FALLS_BACK else None
    if way is None:
        return
    for target in way.targets:
        if first.occasion is Occasion.RESOLVED and not _sent(tx, ticket, target, ASKS_SOMEBODY):
            continue
        expires_at = first.expires_at + way.after if first.expires_at else None
        tx.enqueue(replace(twin_of(first, target, way.after), expires_at=expires_at))


def detour_of(tx: Transaction, book: Rulebook, twin: Item, ticket: Ticket | None) -> Detour | None:
    """What its decision has to know; nothing for an item of WhatsApp.

    The configuration's word counts as it is now: an address may be gone, a patience longer.
    """
    if twin.channel is not Channel.OTHER:
        return None
    way = _way(book, ticket, twin)
    sent = _sent(tx, ticket, twin.target, (twin.occasion,)) if ticket else ()
    doubtful = is_doubtful(tx, twin.recipient_id)
    return Detour(
        url=book.channels.get(twin.target),
        first=_as_its_digest(tx, None if twin.instead_of is None else tx.item(twin.instead_of)),
        after=timedelta(0) if doubtful else (way or OtherWay(targets=())).after,
        doubtful=doubtful,
        told=any(says_the_same(twin, other) for other in sent if other.id != twin.id),
    )


def _as_its_digest(tx: Transaction, first: Item | None) -> Item | None:
    """What a digest carries gets as far as the digest, which may be tried for long."""
    if first is None or first.digest_id is None or first.reason not in (Reason.IN_DIGEST, Reason.MERGED):
        return first
    told_by = tx.item(first.digest_id)
    if told_by is None or told_by.occasion not in CARRIERS:
        return first  # a newer message about the same ticket, which has twins of its own
    return replace(
        first,
        state=told_by.state,
        reason=told_by.reason,
        due_at=told_by.due_at,
        planned_at=told_by.planned_at,
        attempts=told_by.attempts,
        claimed_at=told_by.claimed_at,
    )


def delivered_late(tx: Transaction, book: Rulebook, first: Item, at: datetime, now: datetime) -> None:
    """WhatsApp delivered at ``at`` what may have gone another way; the ticket says so.

    The other channel hears it too where the configuration wants that.
    """
    went = [twin for twin in tx.twins(first) if twin.state in MAY_HAVE_ARRIVED]
    if not went or first.ticket_id is None:
        return
    text = f"{first.spoken}: {SENTENCES[Reason.DELIVERED_LATE]}"
    tx.note(
        Entry(
            ticket_id=first.ticket_id,
            at=now,
            kind=EntryKind.STATUS,
            text=text,
            reason=Reason.DELIVERED_LATE,
            item_id=first.id,
        )
    )
    way = _way(book, tx.ticket(first.ticket_id), first)
    for twin in went if way and way.tell_late else ():
        tx.enqueue(_word_of_it(twin, spoken_time(at, book.time_zone), now))


def _word_of_it(twin: Item, at: str, now: datetime) -> Item:
    return Item(
        key=f"{twin.key}/late",
        ticket_id=twin.ticket_id,
        episode=twin.episode,
        recipient_id=twin.recipient_id,
        channel=Channel.OTHER,
        target=twin.target,
        occasion=Occasion.LATE,
        intent=Intent(free_form=DELIVERED_LATE.format(at=at)),
        priority=twin.priority,
        due_at=now,
        expires_at=now + LATE_LASTS,
        created_at=now,
    )


def _sent(tx: Transaction, ticket: Ticket, target: str, occasions: Collection[Occasion]) -> Sequence[Item]:
    """What the target may have heard of the ticket's present episode."""
    return tx.items_of(ticket, states=MAY_HAVE_ARRIVED, occasions=occasions, target=target)


def _way(book: Rulebook, ticket: Ticket | None, item: Item) -> OtherWay | None:
    rule = book.rule(ticket.rule) if ticket else None
    return rule.other_way(item.recipient_id) if rule else None
