"""Silences at the source of the alerts: asked for when somebody takes a ticket, ended when nobody has it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.core.message import Accepted, NoAnswer, Rejected, SendResult
from wa_notify.core.outbox import WAITING, Channel, Intent, Item, ItemState, Occasion
from wa_notify.core.progress import accepted, not_granted, not_reached, stopped
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import Rulebook
from wa_notify.core.source import (
    MOST_SILENCES,
    Errand,
    Request,
    Silencing,
    end_key,
    is_there,
    is_wanted,
    silence_key,
)
from wa_notify.core.ticket import Ticket
from wa_notify.core.timeline import SYSTEM, EntryKind
from wa_notify.pipeline.outcome import tell
from wa_notify.ports import Transaction

MAY_BE_THERE = tuple(state for state in ItemState if state is not ItemState.CANCELLED)
END_LASTS = timedelta(days=1)  # where the configuration no longer says how long silences live
TRIED_AGAIN = "It is tried again."


def silence_at_source(tx: Transaction, book: Rulebook, ticket: Ticket, now: datetime) -> None:
    """Somebody took the ticket: ask the source for a silence of each of its alerts that fires now.

    What joins the group later is silenced by nobody, since nobody had seen it.
    """
    known = [alert for alert in tx.alerts(ticket) if alert.source in book.silences_last]
    firing = [alert for alert in known if alert.status is AlertStatus.FIRING]
    for alert in firing[:MOST_SILENCES]:
        tx.enqueue(
            Item(
                key=silence_key(ticket, alert.fingerprint),
                ticket_id=ticket.id,
                episode=ticket.episode,
                recipient_id=alert.source,
                channel=Channel.SOURCE,
                target=alert.fingerprint,
                occasion=Occasion.SILENCED,
                intent=Intent(),
                due_at=now,
                created_at=now,
            )
        )


def unsilence_at_source(tx: Transaction, book: Rulebook, ticket: Ticket, now: datetime) -> None:
    """The ticket or one of its alerts moved on: silences that nobody wants any more are to end.

    Call it whenever a ticket is given back, expires, or an alert of it is over. Twice makes one end.
    """
    for item in tx.items_of(ticket, states=MAY_BE_THERE, occasions=(Occasion.SILENCED,)):
        if not is_wanted(item, ticket, errand(tx, book, item, ticket)):
            end(tx, book, item, now)


def end(tx: Transaction, book: Rulebook, silence: Item, now: datetime) -> None:
    """Ask the source to end a silence; one that never left is cancelled."""
    if silence.wamid and silence.state in WAITING:  # it was to last longer, which is of no use any more
        tx.save_item(replace(silence, state=ItemState.ACCEPTED))
    elif silence.state in WAITING:
        cancelled = stopped(silence, ItemState.CANCELLED, Reason.NO_LONGER_ACKNOWLEDGED)
        tx.save_item(cancelled)
        text = f"{silence.spoken} is cancelled. {SENTENCES[Reason.NO_LONGER_ACKNOWLEDGED]}"
        tell(tx, cancelled, EntryKind.CANCELLED, text, now, actor=SYSTEM)
    if not is_there(silence):
        return
    tx.enqueue(
        Item(
            key=end_key(silence),
            ticket_id=silence.ticket_id,
            episode=silence.episode,
            recipient_id=silence.recipient_id,
            channel=Channel.SOURCE,
            target=silence.target,
            instead_of=silence.id,
            occasion=Occasion.UNSILENCED,
            intent=Intent(),
            due_at=now,
            expires_at=silence.expires_at or now + book.silences_last.get(silence.recipient_id, END_LASTS),
            created_at=now,
        )
    )


def errand_of(tx: Transaction, book: Rulebook, item: Item, ticket: Ticket | None) -> Errand | None:
    """What its decision has to know; nothing for an item that does not go to a source."""
    if item.channel is not Channel.SOURCE:
        return None
    return errand(tx, book, item, ticket)


def errand(tx: Transaction, book: Rulebook, item: Item, ticket: Ticket | None) -> Errand:
    """The same for an item that certainly does."""
    same_episode = ticket is not None and ticket.episode == item.episode
    return Errand(
        lasts=book.silences_last.get(item.recipient_id),
        alert=alert_of(tx.alerts(ticket), item) if ticket and same_episode else None,
        silence=None if item.instead_of is None else tx.item(item.instead_of),
    )


def alert_of(alerts: Sequence[Alert], item: Item) -> Alert | None:
    """The alert that an item for the source is about."""
    return next((alert for alert in alerts if alert.fingerprint == item.target), None)


def record_answer(
    tx: Transaction, item: Item, request: Request, result: SendResult, now: datetime, chance: float
) -> None:
    """Keep what the source answered. A trouble is told once, however often it is asked again."""
    match result:
        case Accepted():
            _granted(tx, item, request, result, now)
            return
        case Rejected(failure=failure):
            after = not_granted(item, failure, now, chance)
            why = f"{failure}."
        case NoAnswer(why=why):
            after = not_reached(item, now, chance)
        case _:
            assert_never(result)
    tx.save_item(after)
    ended = after.state is ItemState.FAILED
    if ended or item.reason is not Reason.SOURCE_FAILED:
        kind = EntryKind.FAILED if ended else EntryKind.DEFERRED
        text = f"{item.spoken} did not get through. {why}{'' if ended else f' {TRIED_AGAIN}'}"
        tell(tx, after, kind, text, now, actor=SYSTEM)


def _granted(tx: Transaction, item: Item, request: Request, answer: Accepted, now: datetime) -> None:
    after = accepted(item, answer, now)
    name = item.recipient_id.capitalize()
    if isinstance(request, Silencing):
        tx.save_item(replace(after, expires_at=request.ends_at))
        if not request.known:  # else it only lasts longer
            text = f"{name} has silenced {request.title}."
            tell(tx, after, EntryKind.SILENCED, text, now, actor=name)
        return
    tx.save_item(after)
    text = f"{name} has ended its silence of {request.title}."
    if not answer.wamid:
        text = f"{name} has no silence of {request.title}."
    elif not request.known and (found := tx.item(item.instead_of or 0)):  # only now its id is known
        tx.save_item(replace(found, state=ItemState.ACCEPTED, wamid=answer.wamid))
    tell(tx, after, EntryKind.STATUS, text, now, actor=name)
