"""The life of a ticket, as the table at the head of its module tells it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from tests.core.builders import MOMENT, NOW, alert, ticket
from wa_notify.core.alert import AlertStatus
from wa_notify.core.ticket import (
    TRANSITIONS,
    Ticket,
    TicketEvent,
    TicketState,
    acknowledge,
    expire,
    facts,
    release,
    reopen,
    resolve,
    title_of,
)

OPEN, ACKNOWLEDGED, RESOLVED, EXPIRED = TicketState
LIFE = {
    (OPEN, TicketEvent.ACKNOWLEDGE): ACKNOWLEDGED,
    (OPEN, TicketEvent.RESOLVE): RESOLVED,
    (OPEN, TicketEvent.EXPIRE): EXPIRED,
    (ACKNOWLEDGED, TicketEvent.ACKNOWLEDGE): ACKNOWLEDGED,
    (ACKNOWLEDGED, TicketEvent.RELEASE): OPEN,
    (ACKNOWLEDGED, TicketEvent.RESOLVE): RESOLVED,
    (ACKNOWLEDGED, TicketEvent.EXPIRE): EXPIRED,
    (RESOLVED, TicketEvent.REOPEN): OPEN,
    (EXPIRED, TicketEvent.REOPEN): OPEN,
}
STEPS: dict[TicketEvent, Callable[[Ticket], Ticket]] = {
    TicketEvent.ACKNOWLEDGE: lambda before: acknowledge(before, "alice", NOW),
    TicketEvent.RELEASE: release,
    TicketEvent.RESOLVE: lambda before: resolve(before, NOW),
    TicketEvent.EXPIRE: lambda before: expire(before, NOW),
    TicketEvent.REOPEN: lambda before: reopen(before, "Disk full again", NOW),
}
LATER = NOW + timedelta(hours=1)


def test_the_table_is_what_its_picture_shows() -> None:
    assert TRANSITIONS == LIFE


@pytest.mark.parametrize("state", TicketState)
@pytest.mark.parametrize("event", TicketEvent)
def test_a_ticket_goes_only_where_the_table_leads(state: TicketState, event: TicketEvent) -> None:
    before = ticket(state=state)
    assert ((state, event) in TRANSITIONS) is ((state, event) in LIFE)
    if (state, event) in TRANSITIONS:
        assert STEPS[event](before).state is LIFE[state, event]
    else:
        with pytest.raises(KeyError):
            STEPS[event](before)


TIMERS = ("remind_at", "escalate_at", "release_at", "repeat_at", "expires_at")


def test_the_first_of_its_timers_says_when_a_ticket_is_due() -> None:
    assert ticket().next_at is None
    for number, timer in enumerate(TIMERS):
        assert ticket(**{timer: LATER}).next_at == LATER
        others = dict.fromkeys(TIMERS, LATER)
        assert ticket(**(others | {timer: NOW + timedelta(minutes=number)})).next_at < LATER  # type: ignore[operator]


@pytest.mark.parametrize("end", [lambda t: resolve(t, NOW), lambda t: expire(t, NOW)])
def test_what_is_over_has_no_timer(end: Callable[[Ticket], Ticket]) -> None:
    assert end(ticket(**dict.fromkeys(TIMERS, LATER))).next_at is None


def test_an_answer_ends_all_timers_but_the_expiry() -> None:
    taken = acknowledge(ticket(**dict.fromkeys(TIMERS, LATER)), "alice", NOW)
    assert [timer for timer in TIMERS if getattr(taken, timer)] == ["expires_at"]


def test_a_ticket_that_is_given_back_waits_for_an_answer_anew() -> None:
    before = ticket(reminders_sent=3, escalations=2, release_at=LATER)
    after = release(acknowledge(before, "alice", NOW))
    assert (after.acknowledged_by, after.acknowledged_at, after.release_at) == ("", None, None)
    assert (after.reminders_sent, after.escalations, after.rounds) == (0, 0, 1)


def test_a_person_who_resolves_it_is_remembered() -> None:
    assert resolve(ticket(), NOW, "alice").resolved_by == "alice"


def test_who_acknowledges_takes_it_and_ends_the_reminders() -> None:
    after = acknowledge(ticket(remind_at=LATER), "alice", LATER)
    assert (after.acknowledged_by, after.acknowledged_at, after.remind_at) == ("alice", LATER, None)


def test_resolving_ends_the_reminders_and_remembers_who_took_it() -> None:
    after = resolve(acknowledge(ticket(remind_at=LATER), "alice", NOW), LATER)
    assert (after.resolved_at, after.remind_at, after.acknowledged_by) == (LATER, None, "alice")
    assert resolve(ticket(remind_at=LATER), NOW).remind_at is None


def test_reopening_begins_an_episode_in_which_nothing_of_the_last_is_left() -> None:
    before = ticket(
        state=RESOLVED,
        episode=2,
        acknowledged_at=NOW,
        acknowledged_by="alice",
        resolved_at=NOW,
        reminders_sent=2,
        remind_at=NOW,
        told_at=NOW,
        updates=4,
    )
    assert reopen(before, "Disk full again", LATER) == ticket(
        title="Disk full again", episode=3, opened_at=LATER
    )


def test_a_reference_names_number_and_episode_and_bears_a_mark() -> None:
    number, episode, mark = ticket(id=12, episode=3).ref.split(".")
    assert (number, episode, len(mark)) == ("12", "3", 6)


def test_a_reference_tells_other_tickets_and_episodes_and_databases_apart() -> None:
    others = [
        ticket(),
        ticket(id=13),
        ticket(episode=2),
        ticket(rule="cpu"),
        ticket(group="other"),
        ticket(opened_at=NOW + MOMENT),
    ]
    assert len({other.ref for other in others}) == len(others)


def test_a_reference_lasts_while_the_episode_lasts() -> None:
    before = ticket(remind_at=LATER)
    taken = acknowledge(replace(before, reminders_sent=1, title="Worse"), "alice", LATER)
    assert before.ref == taken.ref == resolve(taken, LATER).ref
    assert reopen(resolve(taken, LATER), "Back", LATER).ref != before.ref


def test_a_reference_is_the_same_in_whatever_time_zone_the_instant_is_told() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=2)))
    assert ticket(opened_at=elsewhere) == ticket()
    assert ticket(opened_at=elsewhere).ref == ticket().ref


def test_the_title_is_the_summary_else_the_name() -> None:
    assert title_of(alert()) == "Disk 96 % full on db-7"
    assert title_of(alert(annotations={})) == title_of(alert(annotations={"summary": ""})) == "DiskFull"


def test_the_title_is_one_line() -> None:
    title = title_of(alert(annotations={"summary": "Disk full\r\n\ton db-7"}))
    assert title.splitlines() == [title]


def test_the_facts_tell_what_all_alerts_share_and_each_of_them() -> None:
    one = alert(
        status=AlertStatus.RESOLVED,
        labels={"alertname": "DiskFull", "instance": "db-7", "disk": "sda"},
        annotations={"summary": "sda", "runbook": "rb/41"},
        starts_at=NOW - timedelta(minutes=5),
    )
    other = alert(
        labels={"alertname": "DiskSlow", "instance": "db-7", "disk": "sdb"},
        annotations={"summary": "sdb", "runbook": "rb/41"},
        starts_at=NOW - timedelta(minutes=1),
        url="https://example.net/2",
    )
    told = facts(ticket(), [one, other], NOW + timedelta(minutes=3), reminder=2)
    assert told == {
        "status": "open",
        "source": "prometheus",
        "name": "DiskSlow",
        "title": "Disk 96 % full on db-7",
        "change": "new",
        "labels": {"instance": "db-7"},
        "annotations": {"runbook": "rb/41"},
        "alerts": [
            {
                "name": "DiskFull",
                "status": "resolved",
                "labels": one.labels,
                "annotations": one.annotations,
                "starts_at": one.starts_at,
                "url": "",
            },
            {
                "name": "DiskSlow",
                "status": "firing",
                "labels": other.labels,
                "annotations": other.annotations,
                "starts_at": other.starts_at,
                "url": "https://example.net/2",
            },
        ],
        "firing": 1,
        "starts_at": NOW - timedelta(minutes=5),
        "url": "https://example.net/2",
        "duration": timedelta(minutes=3),
        "reminder": 2,
        "ticket": {"number": 12, "rule": "disk", "group": "prometheus/instance=db-7", "episode": 1},
    }


def test_a_text_that_changes_its_facts_changes_no_alert() -> None:
    original = alert()
    told = facts(ticket(), [original], NOW)
    told["alerts"][0]["labels"]["alertname"] = "Nothing"
    told["labels"].clear()
    assert original == alert()
