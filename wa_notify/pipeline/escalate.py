"""Escalation: nobody has answered, so the next people of the receiver are asked too."""

from datetime import datetime

from wa_notify.core.outbox import Occasion
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import Rule, Rulebook
from wa_notify.core.ticket import Ticket
from wa_notify.core.timeline import SYSTEM, Entry, EntryKind
from wa_notify.core.timers import escalated
from wa_notify.core.wording import Change
from wa_notify.pipeline.planning import Plan, people, receiver_of, tell_people
from wa_notify.ports import Transaction


def escalate(
    tx: Transaction,
    book: Rulebook,
    rule: Rule,
    ticket: Ticket,
    now: datetime,
    reason: Reason = Reason.NO_ANSWER,
    actor: str = SYSTEM,
) -> tuple[str, ...] | None:
    """Take the next step of escalation; who is asked by it, or nothing when no step is left.

    A step may ask nobody, while its schedule names nobody.
    """
    receiver = receiver_of(book, rule)
    if ticket.escalations >= len(receiver.escalate):
        return None
    after = tx.save_ticket(escalated(ticket, receiver))
    step = receiver.escalate[ticket.escalations]
    asked = people(tx, book, step.to, now)
    whom = ", ".join(asked) or "nobody, since nobody is on call"
    text = f"Step {after.escalations} of {len(receiver.escalate)} asks {whom}. {SENTENCES[reason]}"
    tx.note(
        Entry(ticket_id=after.id, at=now, kind=EntryKind.ESCALATED, actor=actor, text=text, reason=reason)
    )
    question = Plan(
        occasion=Occasion.ESCALATED,
        change=Change.UNANSWERED,
        due_at=now,
        count=after.escalations,
    )
    tell_people(tx, rule, after, asked, question, now)
    return asked
