"""When a refused message is tried again.

Source for the pair limit: Meta's rate limit guide advises to wait 4^X seconds, X counting from 0.
The rest is our choice: doubling from a few seconds, shaken by a fifth so that many do not knock at once.
"""

from datetime import datetime, timedelta

from wa_notify.core.message import Failure, Remedy

PAIR_RATE_CODE = 131056
MOST_TRIES = {Remedy.RETRY: 12, Remedy.SLOW: 40, Remedy.ADMIN: 200}
LONGEST_WAIT = timedelta(hours=1)
SHAKE = 0.2


def next_try(failure: Failure, tries: int, now: datetime, chance: float) -> datetime | None:
    """When to try again after ``tries`` tries, or nothing when trying again makes no sense.

    ``chance`` lies between 0 and 1 and spreads the waits.
    """
    if tries >= MOST_TRIES.get(failure.remedy, 0):
        return None
    return now + _wait(failure, tries) * (1 + SHAKE * (chance - 0.5))


def after_no_connection(tries: int, now: datetime, chance: float) -> datetime:
    """When to try again a message that certainly did not leave; there is no last time for that."""
    return now + _doubling(timedelta(seconds=2), tries) * (1 + SHAKE * (chance - 0.5))


def _wait(failure: Failure, tries: int) -> timedelta:
    if failure.code == PAIR_RATE_CODE:
        return min(timedelta(seconds=1 << 2 * min(max(tries - 1, 0), 6)), LONGEST_WAIT)
    first = {Remedy.SLOW: 5, Remedy.ADMIN: 60}.get(failure.remedy, 2)
    return _doubling(timedelta(seconds=first), tries)


def _doubling(first: timedelta, tries: int) -> timedelta:
    return min(first * (1 << min(max(tries - 1, 0), 20)), LONGEST_WAIT)
