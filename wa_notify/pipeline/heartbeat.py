"""Heartbeats: a beat comes, or fails to. What follows from either goes through the first door."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from wa_notify.core.errors import StoreError
from wa_notify.core.heartbeat import (
    Heartbeat,
    Pulse,
    awaited,
    beaten,
    failed,
    failure,
    recovery,
    resumed,
    silence,
)
from wa_notify.core.logged import Logged
from wa_notify.core.rule import Rulebook
from wa_notify.pipeline.ingest import Admission, ingest
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)

AFTER_OUR_FAULT = timedelta(minutes=5)  # when an alert that we failed to raise is tried again


def enrol(tx: Transaction, book: Rulebook, now: datetime) -> None:
    """The service starts: every heartbeat of the configuration is awaited, and no other."""
    known = {pulse.source: pulse for pulse in tx.pulses()}
    for source, heartbeat in book.heartbeats.items():
        pulse = known.pop(source, None)
        tx.save_pulse(resumed(pulse, heartbeat, now) if pulse else awaited(heartbeat, now))
    for pulse in known.values():
        _forget(tx, book, pulse, now)


def beat(tx: Transaction, book: Rulebook, heartbeat: Heartbeat, now: datetime) -> tuple[Admission, ...]:
    """It reports that all is well. If its alert fires, that is over."""
    pulse = tx.pulse(heartbeat.source)
    tx.save_pulse(beaten(heartbeat, now))
    if pulse is None or not pulse.missing:
        return ()
    return ingest(tx, book, [recovery(heartbeat.source, heartbeat.labels, now)], now)


def fail(
    tx: Transaction, book: Rulebook, heartbeat: Heartbeat, message: str, now: datetime
) -> tuple[Admission, ...]:
    """It reports a failure, which is an alert at once and until it reports that all is well."""
    tx.save_pulse(failed(heartbeat, now))
    return ingest(tx, book, [failure(heartbeat, message, now)], now)


def notice_silence(tx: Transaction, book: Rulebook, now: datetime) -> int:
    """Time passes: who has been silent for too long becomes an alert; how many did."""
    due = tx.pulses_due(now)
    for pulse in due:
        try:
            with tx.apart():
                _miss(tx, book, pulse, now)
        except StoreError:
            raise
        except Exception:  # one source that we cannot handle must not silence all others
            event = Logged.HEARTBEAT_FAILED.of(source=pulse.source)
            _LOGGER.exception(
                "The silence of the heartbeat %s could not be made an alert", pulse.source, extra=event
            )
            tx.save_pulse(replace(pulse, due_at=now + AFTER_OUR_FAULT))
    return len(due)


def _miss(tx: Transaction, book: Rulebook, pulse: Pulse, now: datetime) -> None:
    heartbeat = book.heartbeats.get(pulse.source)
    if heartbeat is None:
        _forget(tx, book, pulse, now)
        return
    tx.save_pulse(replace(pulse, missing=True))
    (told, *_) = ingest(tx, book, [silence(heartbeat, pulse, book.time_zone)], now)
    event = Logged.HEARTBEAT_MISSING.of(source=pulse.source, ticket=told.ticket_id)
    _LOGGER.warning("The heartbeat %s is missing (%s)", pulse.source, told.outcome, extra=event)


def _forget(tx: Transaction, book: Rulebook, pulse: Pulse, now: datetime) -> None:
    """Nobody could end its alert any more, so it ends here."""
    tx.forget_pulse(pulse.source)
    if pulse.missing:
        ingest(tx, book, [recovery(pulse.source, {}, now)], now)
