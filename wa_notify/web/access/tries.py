"""How often something secret may be tried.

A try is counted before it is looked at, and forgotten once it was right. So many at once are no way around.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import ceil

from wa_notify.core.guessing import FORGOTTEN_AFTER, failed, free_at, is_held_off
from wa_notify.ports import Transaction
from wa_notify.web.refusals import TooOften


def count(tx: Transaction, subjects: Mapping[str, int], now: datetime) -> None:
    """Count a try against each subject, of which so many cost nothing.

    Raises `TooOften` while one of them is held off; then nothing is counted.
    """
    held = [
        free_at(guesses, free)
        for guesses, free in ((tx.guesses(subject), free) for subject, free in subjects.items())
        if is_held_off(guesses, now, free)
    ]
    waits = [(at - now).total_seconds() for at in held if at]
    if waits:
        seconds = max(1, ceil(max(waits)))
        raise TooOften("Too many failures in a row.", seconds, where="log-in", fix=f"Wait {seconds} seconds.")
    for subject in subjects:
        tx.save_guesses(failed(tx.guesses(subject), now))
    tx.forget_old_guesses(now - FORGOTTEN_AFTER)


def forget(tx: Transaction, subjects: Iterable[str]) -> None:
    """It was right."""
    for subject in subjects:
        tx.forget_guesses(subject)
