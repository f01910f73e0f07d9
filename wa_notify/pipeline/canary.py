"""The canary sings: part of the fourth door, time passes (see `wa_notify.core.canary`).

A slot that nobody was awake for is left out: what is sent late shows nothing of WhatsApp, and many at once
would only be a nuisance.
"""

import logging
from datetime import datetime

from wa_notify.core.alert import instant
from wa_notify.core.canary import Flight, Song, alarm, key_of, slot_after, slot_of, song_of
from wa_notify.core.condition import Scope, superseded
from wa_notify.core.errors import StoreError
from wa_notify.core.logged import Logged
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.rule import Canary, Priority, Rulebook
from wa_notify.pipeline.conditions import heed
from wa_notify.ports import Transaction, Views

_LOGGER = logging.getLogger(__name__)


def perch(tx: Transaction, book: Rulebook, now: datetime) -> None:
    """A process begins, or obeys other rules from now on: the next slot is that of its canary.

    Callbacks for the last one may not have found us and come later, so it is judged together with the next.
    """
    if book.canary is None:
        _retire(tx, now)
    else:
        tx.save_flight(Flight(next_at=slot_after(book.canary.every, now)))


def sing(tx: Transaction, book: Rulebook, now: datetime) -> None:
    """Judge the last one when its time is over, and send the next when its slot has come."""
    flight = tx.flight()
    if flight is None or now < flight.due_at:
        return
    canary = book.canary
    if canary is None:
        _retire(tx, now)
        return
    try:
        with tx.apart():
            tx.save_flight(_sing(tx, canary, flight, now))
    except StoreError:
        raise
    except Exception:  # the alerts must not wait for it
        _LOGGER.exception("The canary could not be sent or judged", extra=Logged.CANARY_FAILED.of())
        tx.save_flight(Flight(next_at=slot_after(canary.every, now)))


def song(views: Views, book: Rulebook, now: datetime) -> Song | None:
    """How the canary does; nothing while there is none."""
    canary = book.canary
    return song_of(canary, views.flown(now - canary.over), now) if canary else None


def _sing(tx: Transaction, canary: Canary, flight: Flight, now: datetime) -> Flight:
    """What follows this flight."""
    judge_at = flight.judge_at
    if judge_at is not None and judge_at <= now:
        _judge(tx, canary, now)
        judge_at = None
    if now < flight.next_at:
        return Flight(next_at=flight.next_at, judge_at=judge_at)
    slot = slot_of(canary.every, now)
    if now - slot < canary.within:
        tx.enqueue(_intended(canary, slot, now))
        judge_at = slot + canary.within
    return Flight(next_at=slot_after(canary.every, now), judge_at=judge_at)


def _intended(canary: Canary, slot: datetime, now: datetime) -> Item:
    facts = {"at": slot, "title": f"Canary {instant(slot)}"}
    return Item(
        key=key_of(slot),
        recipient_id=canary.to,
        occasion=Occasion.CANARY,
        intent=Intent(
            template=canary.template.render(facts),
            free_form=canary.free_form(facts) if canary.free_form else None,
        ),
        priority=Priority.LOW,
        due_at=now,
        planned_at=slot,
        expires_at=slot + canary.within,
        created_at=now,
    )


def _judge(tx: Transaction, canary: Canary, now: datetime) -> None:
    """Raise or end the alarm, and forget what is older than the objective looks back."""
    since = now - canary.over
    flown = tx.flown(since)
    sign = alarm(canary, flown, song_of(canary, flown, now), now)
    explained = any(one.whatsapp_wide for one in tx.open_conditions())  # and told already
    if sign and (sign.over or not explained):
        heed(tx, sign, now)
    tx.forget_flown(since)


def _retire(tx: Transaction, now: datetime) -> None:
    """There is no canary any more, so nothing is alarming about it."""
    tx.save_flight(None)
    for condition in tx.open_conditions():
        if condition.scope is Scope.CANARY:
            tx.save_condition(superseded(condition, now))
