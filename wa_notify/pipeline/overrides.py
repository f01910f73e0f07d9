"""Overrides made by hand: somebody is on call for a while instead of whoever the schedule has.

Everything that asks a schedule asks it through `scheduled`.
"""

from dataclasses import dataclass
from datetime import datetime

from wa_notify.core.consent import Purpose, objection
from wa_notify.core.duty import replanned
from wa_notify.core.errors import WaNotifyError
from wa_notify.core.reason import SENTENCES
from wa_notify.core.rule import Rulebook
from wa_notify.core.schedule import ManualOverride, Schedule, overridden
from wa_notify.pipeline.people import find
from wa_notify.ports import Transaction


class OverrideRefused(WaNotifyError):
    """Nobody would be on call by such an override."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Who shall be on call, from when until when, and who says so. ``person`` may be an id or a number."""

    schedule: str
    person: str
    starts_at: datetime
    ends_at: datetime
    by: str
    reason: str = ""


def scheduled(tx: Transaction, book: Rulebook, name: str, now: datetime) -> Schedule | None:
    """The schedule of that name with what was changed by hand; nothing when there is none."""
    schedule = book.schedules.get(name)
    return overridden(schedule, tx.overrides(now)) if schedule else None


def override(tx: Transaction, book: Rulebook, wanted: Wanted, now: datetime) -> ManualOverride:
    """Somebody is on call for a while, from now at the soonest; a check-in asks them when it begins.

    Raises `UnknownRecipient`, and `OverrideRefused` when nobody would be on call by it.
    """
    person = find(tx, wanted.person)
    why_not = _why_not(tx, book, wanted, person.id, now)
    if person.guest or why_not:
        raise OverrideRefused(why_not or f"{person.id} is no recipient of the configuration.")
    made = tx.add_override(
        ManualOverride(
            schedule=wanted.schedule,
            person=person.id,
            starts_at=max(wanted.starts_at, now),
            ends_at=wanted.ends_at,
            author=wanted.by,
            reason=wanted.reason,
            made_at=now,
        )
    )
    _replan(tx, book, made.schedule, now)
    return made


def _why_not(tx: Transaction, book: Rulebook, wanted: Wanted, person: str, now: datetime) -> str:
    if wanted.schedule not in book.schedules:
        known = ", ".join(book.schedules) or "none"
        return f"There is no schedule {wanted.schedule}. There is: {known}."
    if wanted.ends_at <= max(wanted.starts_at, now):
        return "An override has to end later than it begins, and later than now."
    refusal = objection(tx.consents(person), Purpose.UTILITY)
    return f"{person} cannot be on call. {SENTENCES[refusal]}" if refusal else ""


def end_override(tx: Transaction, book: Rulebook, override_id: int, now: datetime) -> ManualOverride | None:
    """End an override before its time; the schedule holds again. Nothing when it is over already."""
    made = tx.override(override_id)
    if made is None or made.ends_at <= now:
        return None
    ended = tx.end_override(made, now)
    _replan(tx, book, made.schedule, now)
    return ended


def _replan(tx: Transaction, book: Rulebook, name: str, now: datetime) -> None:
    """The shift may be another's now, or end at another time."""
    schedule, duty = scheduled(tx, book, name, now), tx.duty(name)
    if schedule and duty:
        tx.save_duty(replanned(duty, schedule, now))
