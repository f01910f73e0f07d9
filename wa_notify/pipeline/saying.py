"""Something is said by hand to somebody: decided as if it left now, before it is put into the outbox.

What would be refused is not put there at all, so that whoever says it hears at once that nobody will.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wa_notify.core.budget import Money
from wa_notify.core.decision import decide
from wa_notify.core.outbox import Intent, Item
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Rulebook
from wa_notify.core.situation import Decision, Drop
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.pipeline.ingest import say
from wa_notify.pipeline.people import find
from wa_notify.pipeline.situate import situate
from wa_notify.pipeline.telling import Actor, name_of
from wa_notify.ports import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What came of it. There is no item when it would be refused, or when its key was used before.

    ``decision`` is as it would be now, and is made anew when it leaves; nothing when the key is known.
    ``money`` is what it would cost.
    """

    recipient: Recipient
    item: Item | None
    decision: Decision | None
    known: bool = False  # the key was used before, so nothing was added
    money: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What is to be said to whom. The key names it: the same key again adds nothing."""

    who: str  # a name, or a phone number in E.164
    intent: Intent
    key: str
    ttl: timedelta


def foresee(tx: Transaction, book: Rulebook, number_id: str, saying: Saying, now: datetime) -> Put:
    """What would come of it. Only for a transaction that is taken back.

    Raises `UnknownRecipient`.
    """
    recipient = find(tx, saying.who)
    item = say(tx, recipient.id, saying.intent, saying.key, now, saying.ttl)
    if item is None:
        return Put(recipient=recipient, item=None, decision=None, known=True)
    situation = situate(tx, book, number_id, item, now)
    return Put(recipient=recipient, item=None, decision=decide(situation), money=situation.money)


def put(tx: Transaction, foreseen: Put, saying: Saying, now: datetime) -> Put:
    """Put it into the outbox, unless it would be refused or is there already."""
    if foreseen.known or isinstance(foreseen.decision, Drop):
        return foreseen
    item = say(tx, foreseen.recipient.id, saying.intent, saying.key, now, saying.ttl)
    return replace(foreseen, item=item, known=item is None)


def note_said(tx: Transaction, ticket_id: int | None, item: Item, actor: Actor, now: datetime) -> None:
    """Somebody wrote to a person because of a ticket: its timeline tells that, and not what."""
    if ticket_id is not None:
        tx.note(
            Entry(
                ticket_id=ticket_id,
                at=now,
                kind=EntryKind.COMMENTED,
                actor=actor.id,
                text=f"{actor.name} writes to {name_of(tx, item.recipient_id)} by hand.",
                item_id=item.id,
            )
        )
