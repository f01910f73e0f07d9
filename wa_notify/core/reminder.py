"""Reminders: when an unanswered ticket speaks again.

A missed wake-up costs nothing: after a pause one reminder goes out, not all that were missed.
"""

from datetime import datetime

from wa_notify.core.rule import Remind


def first(policy: Remind | None, told_at: datetime) -> datetime | None:
    """When the first reminder is due, or nothing when the rule has none."""
    return told_at + policy.after if policy and policy.times > 0 else None


def following(policy: Remind, due_at: datetime, sent: int, now: datetime) -> datetime | None:
    """When the next one is due after ``sent`` have gone out, the last of them planned for ``due_at``."""
    if sent >= policy.times:
        return None
    missed = max((now - due_at) // policy.every, 0)
    return due_at + policy.every * (missed + 1)
