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
from wa_notify.core.ticket import Ticket
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
    """Whether everything that fires in the ticket is explained by other alerts.

    Only alerts that some rule answers are known here, as long as their tickets are not resolved.
    """
    if not book.inhibits or ticket is None or item.occasion not in MUTED:
        return False
    firing = [alert.labels for alert in tx.alerts(ticket) if alert.status is AlertStatus.FIRING]
    return may_be_muted(book.inhibits, firing) and muted(book.inhibits, firing, tx.labels_firing())


def look_again(tx: Transaction, now: datetime) -> None:
    """Something is over: whatever waited for the end of an alert is decided anew at once."""
    for item in tx.inhibited_items():
        tx.save_item(replace(item, due_at=min(item.due_at, now)))
