"""The fourth door: time passes, and a timer of a ticket is due.

An answer times out, a ticket is given up, the next people are asked, people are reminded, what still fires is
told once more. Everything said is decided like any other item.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from wa_notify.core.errors import StoreError
from wa_notify.core.logged import Logged
from wa_notify.core.outbox import CLAIMABLE, Channel, Occasion
from wa_notify.core.quality import eased
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.reminder import following
from wa_notify.core.rule import Rule, Rulebook
from wa_notify.core.ticket import Ticket, expire, release
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.core.timers import asked, asked_anew, repeated
from wa_notify.core.wallclock import spoken_span
from wa_notify.core.wording import Change
from wa_notify.pipeline.calm import is_explained, look_again
from wa_notify.pipeline.escalate import escalate
from wa_notify.pipeline.planning import ENDS_WITH_THE_ALERT, Plan, cancel, people_asked, plan, receiver_of
from wa_notify.pipeline.quality import spared
from wa_notify.pipeline.silences import silenced_until, waited_out
from wa_notify.pipeline.source import unsilence_at_source
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)

FIRST_WORDS = (Occasion.OPENED, Occasion.ESCALATED)
AFTER_OUR_FAULT = timedelta(minutes=5)  # when timers that we failed to act on are tried again


def remind(tx: Transaction, book: Rulebook, now: datetime, limit: int) -> int:
    """Act on the timers that are due; how many tickets had one."""
    due = tx.due_tickets(now, limit)
    for ticket in due:
        try:
            with tx.apart():
                _act(tx, book, ticket, now)
        except StoreError:
            raise
        except Exception:  # one ticket that we cannot handle must not silence all others
            event = Logged.TICKET_TIMERS_FAILED.of(ticket=ticket.id)
            _LOGGER.exception("The timers of ticket %d could not be acted on", ticket.id, extra=event)
            tx.save_ticket(_put_off(ticket, now))
    return len(due)


def _act(tx: Transaction, book: Rulebook, ticket: Ticket, now: datetime) -> None:
    rule = book.rule(ticket.rule)
    if rule is None:
        _give_up(tx, ticket, now)
    elif _is_due(ticket.expires_at, now):
        _expire(tx, book, ticket, now)
    elif _is_due(ticket.release_at, now):
        _release(tx, book, rule, ticket, now)
    else:
        _ask_again(tx, book, rule, ticket, now)


def _ask_again(tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket, now: datetime) -> None:
    """The next people are asked first, so that a reminder of the same moment does not reach them as well."""
    if until := silenced_until(tx, ticket, now):
        tx.save_ticket(waited_out(ticket, rule, receiver_of(book, rule), until, now))
        return
    if is_explained(tx, book, ticket):  # nobody is bothered with it, so nobody is late with an answer
        tx.save_ticket(asked_anew(ticket, rule, receiver_of(book, rule), now))
        return
    if _is_due(ticket.escalate_at, now):
        ticket = _escalate(tx, book, rule, ticket, now)
    if _is_due(ticket.remind_at, now):
        ticket = _remind(tx, book, rule, ticket, now)
    if _is_due(ticket.repeat_at, now):
        _repeat(tx, book, rule, ticket, now)


def _is_due(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now


def _escalate(tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket, now: datetime) -> Ticket:
    if escalate(tx, book, rule, ticket, now) is not None:
        return tx.ticket(ticket.id) or ticket
    return tx.save_ticket(replace(ticket, escalate_at=None))  # the receiver has fewer steps than it had


def _remind(tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket, now: datetime) -> Ticket:
    policy, due_at, judgement = rule.remind, ticket.remind_at or now, spared(tx, rule)
    if policy is None:
        _note(tx, ticket, EntryKind.CANCELLED, "Reminders end.", now, Reason.RULE_REMOVED)
        return tx.save_ticket(replace(ticket, remind_at=None))
    policy = eased(policy) if judgement else policy
    people = _people_told(tx, book, rule, ticket, now)
    count = ticket.reminders_sent + bool(people)  # a reminder to nobody does not count
    ticket = tx.save_ticket(
        replace(ticket, reminders_sent=count, remind_at=following(policy, due_at, count, now))
    )
    if people:
        what = f"Reminder {count} of {policy.times}."
        _note(tx, ticket, EntryKind.REMINDED, what, now, Reason.NO_ANSWER)
        reminder = Plan(
            occasion=Occasion.REMINDER,
            change=Change.UNANSWERED,
            due_at=now,
            ttl=policy.every,  # after that the next reminder says the same, only fresher
            count=count,
        )
        plan(tx, rule, ticket, people, reminder, now)
        if judgement and ticket.remind_at:
            what = f"The next reminder comes in {spoken_span(ticket.remind_at - now)}."
            _note(tx, ticket, EntryKind.DEFERRED, f"{what} {judgement}", now, Reason.PEOPLE_MIND)
    return ticket


def _repeat(tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket, now: datetime) -> None:
    """It still fires, and the rule wants that to be told from time to time."""
    ticket = tx.save_ticket(repeated(ticket, rule, now))
    _note(tx, ticket, EntryKind.REPEATED, "It is told once more.", now, Reason.STILL_FIRING)
    again = Plan(occasion=Occasion.REPEATED, change=Change.STILL, due_at=now, count=ticket.repeats)
    plan(tx, rule, ticket, _people_told(tx, book, rule, ticket, now), again, now)


def _people_told(tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket, now: datetime) -> Sequence[str]:
    """Whom the rule speaks to: whoever still waits for the first message needs nothing like it beside it."""
    waiting = {
        item.recipient_id
        for item in tx.items_of(ticket, states=CLAIMABLE, occasions=FIRST_WORDS)
        if item.channel is Channel.WHATSAPP
    }
    return [person for person in people_asked(tx, book, rule, ticket, now) if person not in waiting]


def _release(tx: Transaction, book: Rulebook, rule: Rule, ticket: Ticket, now: datetime) -> None:
    """Whoever took it has had their time: everybody is asked anew, whoever took it included."""
    owner = ticket.acknowledged_by
    ticket = tx.save_ticket(asked(release(ticket), rule, receiver_of(book, rule), now))
    theirs = (owner,) if tx.recipient(owner) else ()  # at the keyboard it may have been anybody
    what = f"Everybody is asked anew{f', {owner} included' if theirs else ''}."
    _note(tx, ticket, EntryKind.RELEASED, what, now, Reason.ANSWER_TIMED_OUT)
    unsilence_at_source(tx, book, ticket, now)
    people = dict.fromkeys((*theirs, *people_asked(tx, book, rule, ticket, now)))
    again = Plan(occasion=Occasion.REPEATED, change=Change.STILL, due_at=now)
    plan(tx, rule, ticket, people, again, now)


def _expire(tx: Transaction, book: Rulebook, ticket: Ticket, now: datetime) -> None:
    ticket = tx.save_ticket(expire(ticket, now))
    _note(tx, ticket, EntryKind.EXPIRED, "The ticket is given up.", now, Reason.TICKET_EXPIRED)
    cancel(tx, ticket, ENDS_WITH_THE_ALERT, Reason.TICKET_EXPIRED, now)
    unsilence_at_source(tx, book, ticket, now)
    look_again(tx, book, now)


def _give_up(tx: Transaction, ticket: Ticket, now: datetime) -> None:
    """Nobody is asked any more; who has answered, and the alert itself, still count."""
    tx.save_ticket(
        replace(ticket, remind_at=None, escalate_at=None, repeat_at=None, release_at=None, expires_at=None)
    )
    _note(tx, ticket, EntryKind.CANCELLED, "Reminders end.", now, Reason.RULE_REMOVED)


def _put_off(ticket: Ticket, now: datetime) -> Ticket:
    """Whatever is due comes again a little later; what is not stays."""

    def later(at: datetime | None) -> datetime | None:
        return now + AFTER_OUR_FAULT if _is_due(at, now) else at

    return replace(
        ticket,
        remind_at=later(ticket.remind_at),
        escalate_at=later(ticket.escalate_at),
        release_at=later(ticket.release_at),
        repeat_at=later(ticket.repeat_at),
        expires_at=later(ticket.expires_at),
    )


def _note(tx: Transaction, ticket: Ticket, kind: EntryKind, what: str, now: datetime, reason: Reason) -> None:
    text = f"{what} {SENTENCES[reason]}"
    tx.note(Entry(ticket_id=ticket.id, at=now, kind=kind, text=text, reason=reason))
