"""When a refused message is tried again: until it is accepted or has expired, ever more slowly.

Source for the pair limit: Meta's rate limit guide advises to wait 4^X seconds, X counting from 0.
The rest is our choice: doubling from a few seconds, stretched by up to a fifth so that many do not knock at
once. How long a message is worth trying is said by its own expiry, so nothing counts tries.
"""

from datetime import datetime, timedelta

from wa_notify.core.message import Failure, Remedy
from wa_notify.core.pace import PAIR_RATE_CODE

FIRST_WAIT = {  # other remedies mean that the same again would fail again
    Remedy.RETRY: timedelta(seconds=2),
    Remedy.SLOW: timedelta(seconds=5),
    Remedy.ADMIN: timedelta(minutes=1),
}
# Codes without a cause that the reference advises to try a few times only: then others are told at once.
FEW_TRIES = {1: 3, 131000: 3}
LONGEST_WAIT = timedelta(minutes=10)
LONGEST_WAIT_FOR_A_LINE = timedelta(minutes=1)  # the message never left, so trying often harms nobody
STRETCH = 0.2


def next_try(failure: Failure, tries: int, now: datetime, chance: float) -> datetime | None:
    """When to try again after ``tries`` tries, or nothing when trying again makes no sense.

    ``chance`` lies between 0 and 1 and spreads the waits.
    """
    first = FIRST_WAIT.get(failure.remedy)
    if first is None:
        return None
    pair = failure.code == PAIR_RATE_CODE
    wait = _growing(timedelta(seconds=1), 4, tries) if pair else _growing(first, 2, tries)
    return now + wait * (1 + STRETCH * chance)


def after_no_connection(tries: int, now: datetime, chance: float) -> datetime:
    """When to try again a message that certainly did not leave; there is no last time for that."""
    wait = min(_growing(timedelta(seconds=2), 2, tries), LONGEST_WAIT_FOR_A_LINE)
    return now + wait * (1 + STRETCH * chance)


def _growing(first: timedelta, factor: int, tries: int) -> timedelta:
    steps = min(max(tries - 1, 0), 20)
    growth: int = factor**steps
    return min(first * growth, LONGEST_WAIT)
