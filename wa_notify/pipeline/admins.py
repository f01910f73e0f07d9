"""Whoever looks after the alerting, and how they are told: by another channel where WhatsApp fails."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from wa_notify.core.fallback import twin_of
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.rule import Notice, OtherWay, Priority, Rulebook
from wa_notify.pipeline.planning import people
from wa_notify.ports import Transaction

NOTICE_LASTS = timedelta(hours=12)
PATIENCE = OtherWay(targets=()).after  # until what WhatsApp has not delivered goes another way


def tell_admins(tx: Transaction, book: Rulebook, text: str, key: str, now: datetime) -> None:
    """Tell whoever looks after the alerting that something needs them; once for each key."""
    if book.notice is None:
        return
    intent = intent_of(book.notice, text)
    for place, person in enumerate(admins(tx, book, book.notice, now)):
        notice = notice_to(person, intent, f"{key}/{person}", now)
        plan_notice(tx, notice, ways_beside(book, book.notice, person, first=place == 0))


def admins(tx: Transaction, book: Rulebook, notice: Notice, now: datetime) -> tuple[str, ...]:
    """Whoever looks after the alerting now; nobody when the configuration has that receiver no more."""
    receiver = book.receivers.get(notice.receiver)
    return people(tx, book, receiver.to, now) if receiver else ()


def plan_notice(tx: Transaction, notice: Item, targets: Iterable[str]) -> None:
    """A notice by WhatsApp, and beside it one for each target, in case that WhatsApp does not deliver it."""
    first = tx.enqueue(notice)
    if first is None:  # it was told before
        return
    for target in targets:
        tx.enqueue(twin_of(first, target, PATIENCE))


def ways_beside(book: Rulebook, notice: Notice, person: str, *, first: bool) -> tuple[str, ...]:
    """The addresses that stand in for WhatsApp; those of all administrators for the first of them only."""
    if notice.targets:
        return notice.targets if first else ()
    return targets_of(book, notice.receiver, person)


def targets_of(book: Rulebook, receiver: str, person: str) -> tuple[str, ...]:
    """The addresses of other channels by which a person is told, else those of the receiver."""
    for name in (f"recipient:{person}", f"receiver:{receiver}"):
        found = tuple(target for target in book.channels if target.partition("#")[0] == name)
        if found:
            return found
    return ()


def intent_of(notice: Notice, text: str) -> Intent:
    """A notice in the words of its template, or as it stands."""
    template = notice.template
    wish = template.render({"text": text, "title": text}) if template else None
    return Intent(template=wish, free_form=text)


def notice_to(person: str, intent: Intent, key: str, now: datetime) -> Item:
    """A notice for one person. It heeds no quiet hours: nobody else would act."""
    return Item(
        key=f"{Occasion.NOTICE}/{key}",
        recipient_id=person,
        occasion=Occasion.NOTICE,
        intent=intent,
        priority=Priority.CRITICAL,
        due_at=now,
        expires_at=now + NOTICE_LASTS,
        created_at=now,
    )
