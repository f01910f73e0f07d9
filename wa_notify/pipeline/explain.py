"""Who would get what, in which form and why: the doors walked through in a transaction that is taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wa_notify.core.alert import Alert
from wa_notify.core.budget import Money
from wa_notify.core.decision import decide
from wa_notify.core.outbox import CLAIMABLE, Item
from wa_notify.core.quality import Judgement
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Rulebook
from wa_notify.core.situation import Decision, Send
from wa_notify.pipeline.charges import charge
from wa_notify.pipeline.deliver import stamped
from wa_notify.pipeline.ingest import Admission, ingest
from wa_notify.pipeline.limits import spend
from wa_notify.pipeline.outcome import hasten
from wa_notify.pipeline.quality import spared
from wa_notify.pipeline.situate import situate
from wa_notify.ports import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What would become of one item at the moment it would leave."""

    item: Item
    recipient: Recipient | None
    decision: Decision
    money: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What some alerts would do."""

    admissions: tuple[Admission, ...]
    prospects: tuple[Prospect, ...]
    spared: tuple[tuple[str, Judgement], ...] = ()  # rules whose reminders come at half the pace, and why


def explain(
    tx: Transaction, book: Rulebook, number_id: str, alerts: Iterable[Alert], now: datetime
) -> Explanation:
    """Ingest, then decide everything that would be planned. Only for a transaction that is taken back."""
    admissions = ingest(tx, book, alerts, now)
    prospects: list[Prospect] = []
    for ticket_id in dict.fromkeys(a.ticket_id for a in admissions if a.ticket_id is not None):
        ticket = tx.ticket(ticket_id)
        items = tx.items_of(ticket, states=CLAIMABLE) if ticket else ()
        prospects += [_decided(tx, book, number_id, tx.item(item.id) or item, now) for item in items]
    answering = (book.rule(name) for name in dict.fromkeys(one.rule for one in admissions))
    minded = tuple((rule.name, why) for rule in answering if rule and (why := spared(tx, rule)))
    return Explanation(admissions=admissions, prospects=tuple(prospects), spared=minded)


def _decided(tx: Transaction, book: Rulebook, number_id: str, item: Item, now: datetime) -> Prospect:
    """What is decided is kept too, since other channels look at what became of the first item."""
    at = max(now, item.due_at)
    situation = situate(tx, book, number_id, item, at)
    decision = decide(situation)
    after = stamped(item, decision, at)
    tx.save_item(after)
    hasten(tx, after, at)
    if isinstance(decision, Send):
        charge(tx, book, number_id, after, situation, decision.message)
        spend(tx, number_id, after, situation.window, at)
    return Prospect(item=item, recipient=situation.recipient, decision=decision, money=situation.money)
