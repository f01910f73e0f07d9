"""Shifts: who is on call now, and whether they are there. Part of the fourth door: time passes.

A schedule that checks in has one row that says who has the shift; it is looked at when the shift changes and
when an answer is overdue.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from wa_notify.core.alert import instant
from wa_notify.core.duty import Duty, DutyState, answered, begin, move_on
from wa_notify.core.errors import StoreError
from wa_notify.core.logged import Logged
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import CheckIn, Priority, Rulebook
from wa_notify.core.schedule import Schedule, on_call
from wa_notify.core.wallclock import local
from wa_notify.pipeline.admins import tell_admins
from wa_notify.pipeline.overrides import scheduled
from wa_notify.ports import Transaction

_LOGGER = logging.getLogger(__name__)

AFTER_OUR_FAULT = timedelta(minutes=5)


def take_up(tx: Transaction, book: Rulebook, now: datetime) -> None:
    """A process begins: schedules that check in from now on, or say something else now, are looked at."""
    for name in book.check_ins:
        duty, schedule = tx.duty(name), scheduled(tx, book, name, now)
        if duty is None:
            tx.save_duty(Duty(schedule=name, state=DutyState.NOBODY, starts_at=now, next_at=now))
        elif schedule and not duty.holds(on_call(schedule, now) or "", now):
            tx.save_duty(replace(duty, next_at=now))


def watch(tx: Transaction, book: Rulebook, now: datetime) -> None:
    """Look at every shift that begins or whose answer is overdue."""
    for duty in tx.due_duties(now):
        try:
            with tx.apart():
                _look(tx, book, duty, now)
        except StoreError:
            raise
        except Exception:  # one schedule that we cannot handle must not silence the others
            event = Logged.SHIFT_FAILED.of(schedule=duty.schedule)
            _LOGGER.exception("The shift of schedule %s could not be checked", duty.schedule, extra=event)
            tx.save_duty(replace(duty, next_at=now + AFTER_OUR_FAULT))


def _look(tx: Transaction, book: Rulebook, duty: Duty, now: datetime) -> None:
    schedule, check_in = scheduled(tx, book, duty.schedule, now), book.check_ins.get(duty.schedule)
    if schedule is None or check_in is None:
        tx.remove_duty(duty.schedule)  # the configuration asks for it no more
    elif duty.state is DutyState.ASKED and duty.holds(on_call(schedule, now) or "", now):
        _move_on(tx, book, schedule, check_in, duty, now)
    else:
        _ask(tx, schedule, check_in, begin(schedule, check_in.wait, now), now)


def _ask(tx: Transaction, schedule: Schedule, check_in: CheckIn, duty: Duty, now: datetime) -> None:
    tx.save_duty(duty)
    if not duty.person:
        return
    facts = {
        "schedule": schedule.name,
        "person": duty.person,
        "until": duty.ends_at or now,
        "title": schedule.name,
    }
    intent = Intent(
        template=check_in.template.render(facts),
        free_form=check_in.free_form(facts) if check_in.free_form else None,
    )
    tx.enqueue(
        Item(
            key=f"{Occasion.CHECK_IN}/{schedule.name}/{instant(now)}/{duty.person}",
            recipient_id=duty.person,
            occasion=Occasion.CHECK_IN,
            intent=intent,
            priority=Priority.CRITICAL,
            due_at=now,
            expires_at=now + check_in.wait,
            created_at=now,
        )
    )


def _move_on(
    tx: Transaction,
    book: Rulebook,
    schedule: Schedule,
    check_in: CheckIn,
    duty: Duty,
    now: datetime,
) -> None:
    """Nobody answered: the next one is asked, and whoever watches over the schedule hears of it."""
    silent, after = duty.person, move_on(duty, schedule, check_in.wait, now)
    if after.state is DutyState.ASKED:
        _ask(tx, schedule, check_in, after, now)
        text = f"{silent} did not answer the check-in of {schedule.name}. {after.person} has the shift now."
    else:
        tx.save_duty(after)
        text = f"Nobody answered the check-in of {schedule.name}. The shift stays with {after.person}."
    _LOGGER.warning("%s", text, extra=Logged.SHIFT_UNANSWERED.of(schedule=schedule.name, recipient=silent))
    tell_admins(tx, book, text, f"{schedule.name}/{instant(now)}", now)


def sign_of_life(tx: Transaction, recipient: Recipient) -> tuple[Duty, ...]:
    """A person wrote: the shifts they were asked about are settled; which."""
    asked = [duty for duty in tx.duties_of(recipient.id) if duty.state is DutyState.ASKED]
    for duty in asked:
        tx.save_duty(answered(duty))
    return tuple(asked)


def spoken(book: Rulebook, duty: Duty) -> str:
    """What a person hears whose shift is settled."""
    schedule, until = book.schedules.get(duty.schedule), ""
    if schedule and duty.ends_at:
        end = local(duty.ends_at, ZoneInfo(schedule.time_zone))
        until = f" until {end:%a %d %b %H:%M} ({schedule.time_zone})"
    return f"Good, you are on call for {duty.schedule}{until}."
