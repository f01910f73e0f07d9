"""What keeps an item back although it may leave: quiet hours, storms, and alerts that explain it.

It belongs to the second door (`deliver`): here the facts are gathered, `wa_notify.core.decision` judges them.
"""

from dataclasses import replace
from datetime import datetime

from wa_notify.core.alert import AlertStatus
from wa_notify.core.inhibit import may_be_muted, muted
from wa_notify.core.outbox import NEWS, TELLS_OF_TROUBLE, Channel, Item, Occasion
from wa_notify.core.quiet import until
from wa_notify.core.rule import Priority, Rulebook
from wa_notify.core.storm import room_at
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timers import asked_anew
from wa_notify.pipeline.outcome import wake_twins
from wa_notify.pipeline.planning import receiver_of
from wa_notify.ports import Transaction

COUNTED = (*NEWS, Occasion.DIGEST)  # what makes a storm
MUTED = (*TELLS_OF_TROUBLE, Occasion.DETAILS)  # what speaks of trouble, and not of what people did about it


def quiet_until(book: Rulebook, item: Item, ticket: Ticket | None, now: datetime) -> datetime | None:
    """The end of the quiet hours in which this person is now, unless the rule need not heed them."""
    quiet = book.quiet_hours.get(item.recipient_id)
    rule = book.rule(ticket.rule) if quiet and ticket else None
    if quiet is None or (rule and rule.quiet_hours_ignored):
        return None
    return until(quiet, now)


def room_for(tx: Transaction, book: Rulebook, item: Item, now: datetime) -> datetime | None:
    """When the person may be told of one more thing; nothing when they may be now."""
    storm = book.storm
    if storm is None or item.occasion not in NEWS or item.channel is not Channel.WHATSAPP:
        return None
    critical = item.priority is Priority.CRITICAL
    left_at = tx.left_lately(item, COUNTED, now - storm.within, storm.limit(critical=critical))
    return room_at(storm, left_at, now, critical=critical)


def is_inhibited(tx: Transaction, book: Rulebook, item: Item, ticket: Ticket | None) -> bool:
    """Whether the item speaks of trouble that is explained by other alerts, to somebody who did not ask."""
    unasked = item.occasion in MUTED and not item.follows_reply
    return ticket is not None and unasked and is_explained(tx, book, ticket)


def is_explained(tx: Transaction, book: Rulebook, ticket: Ticket) -> bool:
    """Whether everything that fires in the ticket is explained by other alerts.

    Only alerts that some rule answers are known here, as long as their tickets are not resolved.
    """
    if not book.inhibits:
        return False
    firing = [alert.labels for alert in tx.alerts(ticket) if alert.status is AlertStatus.FIRING]
    return may_be_muted(book.inhibits, firing) and muted(book.inhibits, firing, tx.labels_firing())


def look_again(tx: Transaction, book: Rulebook, now: datetime) -> None:
    """Something is over: whatever waited for the end of an alert is decided anew at once.

    People are asked only now, so what follows when nobody answers is counted from now as well.
    """
    waiting = tx.inhibited_items() if book.inhibits else ()
    for item in waiting:
        due_at = min(item.due_at, now)
        tx.save_item(replace(item, due_at=due_at, planned_at=due_at))
        wake_twins(tx, item, now)
    for ticket_id in dict.fromkeys(item.ticket_id for item in waiting):
        ticket = None if ticket_id is None else tx.ticket(ticket_id)
        rule = book.rule(ticket.rule) if ticket else None
        if ticket and rule and ticket.state is TicketState.OPEN and not is_explained(tx, book, ticket):
            tx.save_ticket(asked_anew(ticket, rule, receiver_of(book, rule), now))
