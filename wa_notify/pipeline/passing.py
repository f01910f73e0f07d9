"""Time passes: everything with a due time that is no message is looked at, in this order.

Part of the fourth door. Due times live in the database, so whoever wakes us, and however late, nothing is
lost.
"""

from datetime import datetime

from wa_notify.core.rule import Rulebook
from wa_notify.pipeline.canary import perch, sing
from wa_notify.pipeline.heartbeat import enrol, notice_silence
from wa_notify.pipeline.limits import allow_more
from wa_notify.pipeline.notices import attend
from wa_notify.pipeline.quality import watch_quality
from wa_notify.pipeline.remind import remind
from wa_notify.pipeline.shifts import take_up, watch
from wa_notify.ports import Transaction

REMINDERS_AT_ONCE = 500  # tickets a single transaction speaks for


def obey(tx: Transaction, book: Rulebook, now: datetime) -> None:
    """From now on these rules hold: shifts, heartbeats, limits and the canary are as they say."""
    take_up(tx, book, now)
    enrol(tx, book, now)
    allow_more(tx, now)
    perch(tx, book, now)


def pass_time(tx: Transaction, book: Rulebook, number_id: str, now: datetime) -> bool:
    """Do what is due now; whether the platform is to be asked about its health."""
    notice_silence(tx, book, now)
    watch_quality(tx, book, now)
    remind(tx, book, now, REMINDERS_AT_ONCE)
    watch(tx, book, now)
    sing(tx, book, now)
    return attend(tx, book, number_id, now)
