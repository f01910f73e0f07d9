"""Whoever looks after the alerting, and how they are told: by another channel where WhatsApp fails."""

from dataclasses import replace
from datetime import datetime, timedelta

from wa_notify.core.fallback import twin_key
from wa_notify.core.outbox import Channel, Intent, Item, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Notice, OtherWay, Priority, Rulebook
from wa_notify.pipeline.planning import people
from wa_notify.ports import Transaction

NOTICE_LASTS = timedelta(hours=12)
PATIENCE = OtherWay(targets=()).after  # until what WhatsApp has not delivered goes another way


def tell_admins(tx: Transaction, book: Rulebook, text: str, key: str, now: datetime) -> None:
    """Tell whoever looks after the alerting that something needs them; once for each key."""
    receiver = book.receivers.get(book.notice.receiver) if book.notice else None
    if book.notice is None or receiver is None:
        return
    for person in people(tx, book, receiver.to, now):
        first = tx.enqueue(notice_to(person, intent_of(book.notice, text), f"{key}/{person}", now))
        if first is None:
            continue
        for target in book.notice.targets or targets_of(book, book.notice.receiver, person):
            twin = replace(
                first,
                id=0,
                key=twin_key(first, target),
                channel=Channel.OTHER,
                target=target,
                instead_of=first.id,
                due_at=now + PATIENCE,
                reason=Reason.SENT_ELSEWHERE_FIRST,
            )
            tx.enqueue(twin)


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
