"""What administrators hear of the alerting itself: each trouble once, and once that it is over.

Part of the fourth door: time passes. They are told by WhatsApp unless it is WhatsApp as a whole that fails,
else by the other channels of the section ``admins`` or, without any, by their own. What nobody could be told
still stands in the log and in ``/readyz``.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from wa_notify.core.alert import instant
from wa_notify.core.condition import (
    SPOKEN_RECOVERY,
    Condition,
    Effect,
    Recovery,
    Scope,
    is_over,
    still_there,
    superseded,
    told,
)
from wa_notify.core.errors import StoreError
from wa_notify.core.logged import Logged
from wa_notify.core.outbox import Channel, Item, Occasion
from wa_notify.core.progress import held_too_long
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import Priority, Rulebook
from wa_notify.core.situation import Send
from wa_notify.core.timeline import SYSTEM, EntryKind
from wa_notify.core.wallclock import spoken_time
from wa_notify.pipeline.admins import admins, intent_of, notice_to, plan_notice, targets_of, ways_beside
from wa_notify.pipeline.conditions import HELD, end
from wa_notify.pipeline.outcome import tell, wake_twins
from wa_notify.pipeline.situate import foreseen
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)

NOBODY_TOLD = "No administrator could be told of it: give `admins` a `fallback` address."
SPOKEN_EFFECT: dict[Effect, str] = {
    Effect.BLOCKS: "Nothing that it concerns leaves by WhatsApp; other channels are used at once.",
    Effect.SLOWS: "Only critical messages leave by WhatsApp; the others wait, or go another way.",
    Effect.NO_TEMPLATES: "No template leaves: only people who wrote within 24 hours hear by WhatsApp.",
    Effect.NO_FREE_FORM: "Answers cannot leave; templates do.",
    Effect.DOUBTS: "Messages are tried, and go by other channels at once.",
    Effect.WARNS: "",
}


def attend(tx: Transaction, book: Rulebook, number_id: str, now: datetime) -> bool:
    """Tell, and end, what is due; whether the platform is to be asked about its health now."""
    probe = False
    for condition in tx.conditions_needing(now):
        try:
            with tx.apart():
                probe |= _attend(tx, book, number_id, condition, now)
        except StoreError:
            raise
        except Exception:  # one that we cannot handle must not stop the messages
            _LOGGER.exception(
                "The trouble with %s could not be told or ended",
                condition.name,
                extra=Logged.TROUBLE_FAILED.of(trouble=condition.id),
            )
            tx.save_condition(superseded(condition, now))
    return probe


def _attend(tx: Transaction, book: Rulebook, number_id: str, condition: Condition, now: datetime) -> bool:
    """What is due of one of them; whether it is to be asked about."""
    if condition.cause == HELD:
        _look_after_held(tx, book, condition, now)
    elif is_over(condition, now):
        end(tx, [condition], now)
    elif not condition.is_open or (condition.tells and condition.told_at is None):
        heard = _tell(tx, book, number_id, condition, now)
        tx.save_condition(told(condition, now, heard=heard))
    else:  # mark, then act: the answer can only end it
        tx.save_condition(still_there(condition, now))
        return True
    return False


def _tell(tx: Transaction, book: Rulebook, number_id: str, condition: Condition, now: datetime) -> bool:
    """Say it once, by a way that works; whether there was any."""
    text = spoken(condition, book.time_zone)
    known = {"trouble": condition.id, "scope": condition.scope, "cause": condition.cause}
    if condition.is_open:
        _LOGGER.error("%s", text, extra=Logged.TROUBLE_BEGAN.of(**known))
    else:
        _LOGGER.info("%s", text, extra=Logged.TROUBLE_OVER.of(**known))
    key = f"{condition.id}/{instant(condition.cleared_at or condition.since)}"
    heard = _plan(tx, book, number_id, condition, text, key, now)
    if not heard:
        _LOGGER.error("%s", NOBODY_TOLD, extra=Logged.TROUBLE_UNHEARD.of(**known))
    return heard


def spoken(condition: Condition, time_zone: str) -> str:
    """A condition, or its end, in a few sentences for an administrator."""
    of_ours = condition.scope is Scope.SERVICE
    if not condition.is_open:
        well = "The alerting is well again" if of_ours else f"WhatsApp works again for {condition.name}"
        return f"{well}. Over: {condition.what}, since {spoken_time(condition.since, time_zone)}."
    parts = (
        "The alerting itself has trouble." if of_ours else f"WhatsApp has trouble with {condition.name}.",
        f"{condition.what}.",
        condition.advice,
        SPOKEN_EFFECT[condition.effect],
        _spoken_end(condition, time_zone),
    )
    return " ".join(part for part in parts if part)


def _spoken_end(condition: Condition, time_zone: str) -> str:
    if condition.effect is Effect.WARNS:
        return ""
    if condition.until:
        word = "It is expected to end" if condition.recovery is Recovery.STATE else "It ends"
        return f"{word} at {spoken_time(condition.until, time_zone)}."
    return f"It ends {SPOKEN_RECOVERY[condition.recovery]}."


def _plan(
    tx: Transaction,
    book: Rulebook,
    number_id: str,
    condition: Condition,
    text: str,
    key: str,
    now: datetime,
) -> bool:
    """A notice for each administrator by the way that works now; whether there is any."""
    if book.notice is None:
        return False
    intent, heard = intent_of(book.notice, text), False
    for place, person in enumerate(admins(tx, book, book.notice, now)):
        notice = notice_to(person, intent, f"{key}/{person}", now)
        shared = book.notice.targets  # told once, for whomever they stand in: the key is the same
        theirs = shared or targets_of(book, book.notice.receiver, person)
        elsewhere = condition.whatsapp_wide or (condition.told_elsewhere and theirs)
        if not elsewhere and isinstance(foreseen(tx, book, number_id, notice, now), Send):
            plan_notice(tx, notice, ways_beside(book, book.notice, person, first=place == 0))
            heard = True
            continue
        for item in _elsewhere(notice, theirs, key if shared else f"{key}/{person}"):
            tx.enqueue(item)
            heard = True
    return heard


def _elsewhere(notice: Item, targets: Sequence[str], key: str) -> list[Item]:
    return [
        replace(notice, key=f"{Occasion.NOTICE}/{key}/{target}", channel=Channel.OTHER, target=target)
        for target in targets
    ]


def _look_after_held(tx: Transaction, book: Rulebook, condition: Condition, now: datetime) -> None:
    """What is critical and held for too long leaves by a spare template too, or by another channel."""
    name, _, language = condition.subject.rpartition("/")
    waiting: list[datetime] = []
    for item in tx.held_by_platform(name, language):
        until = (item.claimed_at or now) + book.held_for
        if item.priority is not Priority.CRITICAL:
            continue
        if until > now:
            waiting.append(until)
        else:
            _go_on_without(tx, item, now)
    later = min(waiting, default=None)
    tx.save_condition(replace(condition, until=later) if later else superseded(condition, now))


def _go_on_without(tx: Transaction, item: Item, now: datetime) -> None:
    if item.intent.template and item.intent.template.spares:
        after = held_too_long(item, now)
        tx.save_item(after)
        text = f"{item.spoken} is not through. {SENTENCES[Reason.HELD_TOO_LONG]}"
        tell(tx, after, EntryKind.DEFERRED, text, now, actor=SYSTEM)
    else:
        wake_twins(tx, item, now)
