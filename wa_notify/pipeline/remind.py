"""The fourth door: time passes, and a ticket is still unanswered."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from wa_notify.core.errors import StoreError
from wa_notify.core.outbox import CLAIMABLE, Channel, Occasion
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.reminder import following
from wa_notify.core.rule import Remind, Rule, Rulebook
from wa_notify.core.ticket import Ticket
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.pipeline.planning import Plan, plan, receivers_of
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)

AFTER_OUR_FAULT = timedelta(minutes=5)  # when a reminder that we failed to plan is tried again


def remind(tx: Transaction, book: Rulebook, now: datetime, limit: int) -> int:
    """Plan the reminders that are due; how many tickets spoke. They are decided like any other item."""
    due = tx.due_tickets(now, limit)
    for ticket in due:
        try:
            with tx.apart():
                _remind(tx, book, ticket, now)
        except StoreError:
            raise
        except Exception:  # one ticket that we cannot handle must not silence all others
            _LOGGER.exception("The reminder of ticket %d could not be planned", ticket.id)
            tx.save_ticket(replace(ticket, remind_at=now + AFTER_OUR_FAULT))
    return len(due)


def _remind(tx: Transaction, book: Rulebook, ticket: Ticket, now: datetime) -> None:
    rule = book.rule(ticket.rule)
    if rule is None or rule.remind is None:
        _give_up(tx, ticket, now)
    else:
        _speak(tx, book, rule, rule.remind, ticket, now)


def _speak(
    tx: Transaction, book: Rulebook, rule: Rule, policy: Remind, ticket: Ticket, now: datetime
) -> None:
    due_at = ticket.remind_at or now
    # Whoever still waits for the first message needs no reminder of it.
    waiting = {
        item.recipient_id
        for item in tx.items_of(ticket, states=CLAIMABLE, occasions=(Occasion.OPENED,))
        if item.channel is Channel.WHATSAPP
    }
    people = [person for person in receivers_of(book, rule) if person not in waiting]
    if not people:  # then it does not count either
        tx.save_ticket(replace(ticket, remind_at=following(policy, due_at, ticket.reminders_sent, now)))
        return
    count = ticket.reminders_sent + 1
    ticket = tx.save_ticket(
        replace(ticket, reminders_sent=count, remind_at=following(policy, due_at, count, now))
    )
    text = f"Reminder {count} of {policy.times}. {SENTENCES[Reason.NO_ANSWER]}"
    tx.note(Entry(ticket_id=ticket.id, at=now, kind=EntryKind.REMINDED, text=text, reason=Reason.NO_ANSWER))
    reminder = Plan(
        occasion=Occasion.REMINDER,
        template=policy.template,
        free_form=policy.free_form,
        due_at=now,
        ttl=policy.every,  # after that the next reminder says the same, only fresher
        count=count,
    )
    plan(tx, rule, ticket, people, reminder, now)


def _give_up(tx: Transaction, ticket: Ticket, now: datetime) -> None:
    tx.save_ticket(replace(ticket, remind_at=None))
    text = f"Reminders end. {SENTENCES[Reason.RULE_REMOVED]}"
    tx.note(
        Entry(ticket_id=ticket.id, at=now, kind=EntryKind.CANCELLED, text=text, reason=Reason.RULE_REMOVED)
    )
