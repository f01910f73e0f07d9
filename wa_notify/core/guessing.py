"""How guessing a password is slowed: each failure in a row makes the next try wait longer."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FREE_TRIES = 5  # people mistype
FREE_FROM_ANYWHERE = 50  # against one account, so that nobody locks its owner out from one address
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)  # without a failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """Failures in a row against one account, or from one address."""

    subject: str
    failures: int = 0
    failed_at: datetime | None = None


def free_at(guesses: Guesses, free: int = FREE_TRIES) -> datetime | None:
    """When the next try is let through; nothing while it may be at once. ``free`` tries cost nothing."""
    beyond = guesses.failures - free
    if guesses.failed_at is None or beyond < 0:
        return None
    doublings = min(beyond, 20)
    return guesses.failed_at + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def is_held_off(guesses: Guesses, now: datetime, free: int = FREE_TRIES) -> bool:
    """Whether nothing is even looked at yet. A clock that once was ahead keeps nobody out for long."""
    at = free_at(guesses, free)
    return at is not None and now < at <= now + LONGEST_WAIT


def failed(guesses: Guesses, now: datetime) -> Guesses:
    """One more failure; those of long ago are forgotten."""
    old = guesses.failed_at is not None and now - guesses.failed_at >= FORGOTTEN_AFTER
    return replace(guesses, failures=1 if old else guesses.failures + 1, failed_at=now)
