"""Late words: when something is late, and what is said then."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.core.builders import MOMENT, NOW, item, ticket
from wa_notify.core.lateness import correction, delay, delayed, outdated_since
from wa_notify.core.outbox import Occasion
from wa_notify.core.ticket import Ticket, TicketState

MINUTE = timedelta(minutes=1)
SENT = item(claimed_at=NOW)
TAKEN = ticket(state=TicketState.ACKNOWLEDGED, acknowledged_at=NOW + 10 * MINUTE, acknowledged_by="bob")
OVER = ticket(state=TicketState.RESOLVED, resolved_at=NOW + 10 * MINUTE)
LATER = NOW + 11 * MINUTE


def test_what_leaves_more_than_ten_minutes_after_its_time_is_late() -> None:
    planned = item(planned_at=NOW)
    assert delay(planned, NOW + 10 * MINUTE) == timedelta(0)
    assert delay(planned, NOW + 10 * MINUTE + MOMENT) == 10 * MINUTE + MOMENT
    assert delay(item(planned_at=None), NOW + timedelta(days=1)) == timedelta(0)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (25 * MINUTE + timedelta(seconds=59), "Delayed 25 min: Disk"),
        (timedelta(hours=2), "Delayed 2 h: Disk"),
        (timedelta(days=1, hours=2, minutes=5), "Delayed 1 d 2 h: Disk"),
    ],
)
def test_the_title_says_how_late_it_is(by: timedelta, said: str) -> None:
    assert delayed("Disk", by) == said


def test_a_message_that_arrives_late_is_outdated_when_its_ticket_moved_on_meanwhile() -> None:
    assert outdated_since(SENT, TAKEN, LATER) == TAKEN.acknowledged_at
    assert outdated_since(SENT, OVER, LATER) == OVER.resolved_at
    assert outdated_since(SENT, replace(OVER, state=TicketState.EXPIRED), LATER) == OVER.resolved_at


@pytest.mark.parametrize(
    ("about", "arrived_at"),
    [
        (ticket(), LATER),
        (TAKEN, NOW + 10 * MINUTE),
        (replace(TAKEN, acknowledged_at=NOW), LATER),
        (replace(TAKEN, acknowledged_by="alice"), LATER),
        (replace(OVER, resolved_by="alice"), LATER),
        (replace(TAKEN, episode=2), LATER),
    ],
    ids=["still true", "in time", "taken before", "took it herself", "resolved it herself", "other episode"],
)
def test_otherwise_there_is_nothing_to_correct(about: Ticket, arrived_at: datetime) -> None:
    assert outdated_since(SENT, about, arrived_at) is None


def test_an_all_clear_and_what_never_left_need_no_correction() -> None:
    assert outdated_since(replace(SENT, occasion=Occasion.RESOLVED), TAKEN, LATER) is None
    assert outdated_since(replace(SENT, claimed_at=None), TAKEN, LATER) is None


@pytest.mark.parametrize(
    ("about", "owner", "became"),
    [
        (TAKEN, "Bob", "was taken by Bob at 21 Nov 10:40 CET"),
        (OVER, "", "was resolved at 21 Nov 10:40 CET"),
        (OVER, "Bob", "was resolved by Bob at 21 Nov 10:40 CET"),
        (
            replace(OVER, state=TicketState.EXPIRED),
            "",
            "was given up, as nothing was heard of it any more, at 21 Nov 10:40 CET",
        ),
    ],
)
def test_the_correction_says_what_became_of_the_ticket_and_when(
    about: Ticket, owner: str, became: str
) -> None:
    said = correction(SENT, about, NOW + 10 * MINUTE, owner, "Europe/Paris")
    assert said == (
        f"That message from 21 Nov 10:30 CET reached you late. Ticket #12 {became}: Disk 96 % full on db-7"
    )
