"""What a look at the source of the alerts tells, while silences of ours are there.

A silenced alert is not told to us when it resolves: Alertmanager mutes that word too. So while there is a
silence, and once more after its end, somebody has to look. Source: Alertmanager's pipeline of notifications,
in which the stage of silences asks no alert for its status; seen with version 0.25.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from wa_notify.core.alert import AlertStatus
from wa_notify.core.errors import StoreError
from wa_notify.core.logged import Logged
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.progress import deferred, stopped
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import Rulebook
from wa_notify.core.source import Errand, Sight, is_over, is_wanted, wants_longer
from wa_notify.core.ticket import UNRESOLVED, title_of
from wa_notify.core.timeline import EntryKind
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.outcome import tell
from wa_notify.pipeline.source import end, errand
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)


def heed(
    tx: Transaction, book: Rulebook, watched: Iterable[Item], sight: Sight, looked_at: datetime, now: datetime
) -> None:
    """Act on what was seen at ``looked_at``. ``watched`` are the silences as they were before that."""
    for before in watched if sight.settled else ():
        silence = tx.item(before.id)
        if silence is None or (silence.state, silence.attempts) != (before.state, before.attempts):
            continue  # it moved on meanwhile, so what was seen may be older
        try:
            with tx.apart():
                _heed(tx, book, silence, sight, looked_at, now)
        except StoreError:
            raise
        except Exception:  # one silence that we cannot handle must not end the watch over the others
            event = Logged.SILENCE_FAILED.of(item=silence.id)
            _LOGGER.exception("Silence %d could not be looked after", silence.id, extra=event)


def _heed(
    tx: Transaction, book: Rulebook, silence: Item, sight: Sight, looked_at: datetime, now: datetime
) -> None:
    if _ends_with_its_alert(tx, book, silence, sight, now):
        return  # the next look is the one after its end
    ticket = tx.ticket(silence.ticket_id or 0)
    facts = errand(tx, book, silence, ticket)
    if ends := tx.twins(silence):
        if all(_has_ended(one, silence, looked_at) for one in ends):
            tx.save_item(stopped(silence, ItemState.CANCELLED, Reason.NO_LONGER_ACKNOWLEDGED))
    elif ticket is None or not is_wanted(silence, ticket, facts):
        end(tx, book, silence, now)
    elif silence.state in (ItemState.ACCEPTED, ItemState.FAILED):
        _keep(tx, silence, facts, sight, now)


def _ends_with_its_alert(tx: Transaction, book: Rulebook, silence: Item, sight: Sight, now: datetime) -> bool:
    """Whether the alert is active no more, which nobody told us: then it is taken in as any other word."""
    ticket = tx.ticket(silence.ticket_id or 0)
    alert = errand(tx, book, silence, ticket).alert
    if ticket is None or ticket.state not in UNRESOLVED or alert is None:
        return False
    if alert.status is not AlertStatus.FIRING or silence.target in sight.firing:
        return False
    ingest(tx, book, [alert.ended(now)], now)
    return True


def _has_ended(end: Item, silence: Item, looked_at: datetime) -> bool:
    """Whether the silence had ended when we looked: what resolved until then was seen."""
    granted = end.state is ItemState.ACCEPTED and end.status_at is not None and end.status_at <= looked_at
    return granted or is_over(silence, looked_at)


def _keep(tx: Transaction, silence: Item, facts: Errand, sight: Sight, now: datetime) -> None:
    """It lasts while somebody has the ticket, unless somebody ended it there, whose word counts."""
    over, failed = is_over(silence, now), silence.state is ItemState.FAILED
    gone = silence.wamid not in sight.silences
    if gone if not over else failed:
        given_up = stopped(silence, ItemState.CANCELLED, Reason.SILENCE_GONE)
        tx.save_item(given_up)
        title = f": {title_of(facts.alert)}" if facts.alert else ""
        text = f"{silence.spoken} is over{title}. {SENTENCES[Reason.SILENCE_GONE]}"
        tell(tx, given_up, EntryKind.CANCELLED, text, now, actor=silence.recipient_id.capitalize())
    elif not failed and facts.lasts and wants_longer(silence, facts.lasts, now):
        tx.save_item(deferred(silence, now, Reason.ACKNOWLEDGED))
