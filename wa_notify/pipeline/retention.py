"""What is old is forgotten, once a day and a little at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from wa_notify.core.limits import DAY
from wa_notify.core.media import UPLOADED_LASTS
from wa_notify.core.retention import Retention
from wa_notify.ports import Transaction


def sweep(tx: Transaction, keep: Retention, now: datetime, limit: int) -> bool:
    """Forget a batch of what is older than it is kept; whether there may be more.

    Of each kind at most ``limit`` are looked at, so that nothing else waits long. The ledger stays.
    """
    chores: tuple[tuple[Callable[[datetime, int], int], timedelta | None], ...] = (
        (tx.forget_events, keep.inbox),
        (tx.forget_words, keep.messages),
        (tx.forget_tickets, keep.tickets),
        (tx.forget_loose_items, keep.tickets),
        (tx.forget_charges, keep.tickets),
        (tx.forget_invites, keep.guests),
        (tx.forget_guests, keep.guests),
        (tx.forget_uploads, UPLOADED_LASTS),
    )
    forgotten = [forget(now - age, limit) for forget, age in chores if age is not None]
    forgotten.append(tx.forget_pace(now - DAY, limit))
    return any(count >= limit for count in forgotten)
