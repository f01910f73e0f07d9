"""The timers of a ticket: when it speaks again, who is asked next, how long an answer lasts.

Due times live on the ticket (see `Ticket.next_at`). Whatever was missed is made good once, not as often as it
was missed.
"""

from dataclasses import replace
from datetime import datetime

from wa_notify.core.reminder import first
from wa_notify.core.rule import Receiver, Rule
from wa_notify.core.ticket import Ticket


def asked(ticket: Ticket, rule: Rule, receiver: Receiver, at: datetime) -> Ticket:
    """People are asked from ``at`` on: reminders, escalation and repeats are counted from there."""
    return replace(
        ticket,
        asked_at=at,
        remind_at=first(rule.remind, at),
        escalate_at=at + receiver.escalate[0].after if receiver.escalate else None,
        repeat_at=at + rule.repeat_interval if rule.repeat_interval else None,
    )


def asked_anew(ticket: Ticket, rule: Rule, receiver: Receiver, at: datetime) -> Ticket:
    """What is still to come of reminders, escalation and repeats is counted from ``at``."""
    steps = receiver.escalate[ticket.escalations :]
    return replace(
        ticket,
        asked_at=at,
        remind_at=ticket.remind_at and first(rule.remind, at),
        escalate_at=at + steps[0].after if ticket.escalate_at and steps else None,
        repeat_at=at + rule.repeat_interval if ticket.repeat_at and rule.repeat_interval else None,
    )


def heard_of(ticket: Ticket, rule: Rule, now: datetime) -> Ticket:
    """The source spoke of it, so it lives on."""
    return replace(ticket, expires_at=now + rule.expire if rule.expire else None)


def escalated(ticket: Ticket, receiver: Receiver) -> Ticket:
    """One more step is taken; the next follows when its time, counted from the asking, has come."""
    done = ticket.escalations + 1
    more = ticket.asked_at is not None and done < len(receiver.escalate)
    upcoming = ticket.asked_at + receiver.escalate[done].after if ticket.asked_at and more else None
    return replace(ticket, escalations=done, escalate_at=upcoming)


def repeated(ticket: Ticket, rule: Rule, now: datetime) -> Ticket:
    """It was told once more that it still fires; the next time is counted from now."""
    again_at = now + rule.repeat_interval if rule.repeat_interval else None
    return replace(ticket, repeats=ticket.repeats + 1, repeat_at=again_at)


def answered(ticket: Ticket, rule: Rule | None, now: datetime) -> Ticket:
    """An answer lasts as long as the rule says for this severity."""
    span = rule.answer_span(ticket.severity) if rule else None
    return replace(ticket, release_at=now + span if span else None)
