"""schedule: who is on call now and who comes next, on the clock of the schedule."""

from datetime import datetime, timedelta

import pytest

from tests.cli.desk import Desk
from wa_notify.cli.optin import whoami
from wa_notify.clock import system_clock
from wa_notify.core.schedule import next_change, on_call

SCHEDULES = """
schedules:
  primary:
    time_zone: Europe/London
    rotations:
      - {people: [alice, bob], every: 1w, starts: "2026-01-05 09:00"}
  office:
    time_zone: America/Sao_Paulo
    rotations:
      - {people: carol, hours: {days: mon-fri, from: "09:00", to: "17:00"}}
receivers:"""


@pytest.fixture
def planned(desk: Desk) -> Desk:
    desk.write_config(("\nreceivers:", SCHEDULES))
    return desk


def test_the_shifts_of_some_days_are_shown_on_the_clock_of_the_schedule(planned: Desk) -> None:
    answer = planned.types("schedule", "show", "primary", "--from", "2026-03-23", "--days", "10")
    assert answer.code == 0
    head, now, gap, *rows = answer.out.splitlines()
    assert head == "primary  Europe/London"
    assert now.startswith("On call now: ")
    assert gap == ""
    assert rows == [
        "person  from                      until                     length",
        "alice   Mon 2026-03-23 00:00 GMT  Mon 2026-03-23 09:00 GMT  9 h",
        "bob     Mon 2026-03-23 09:00 GMT  Mon 2026-03-30 09:00 BST  6 d 23 h",
        "alice   Mon 2026-03-30 09:00 BST  Mon 2026-04-06 09:00 BST  7 d",
    ]


def test_who_is_on_call_now_is_said_first_and_until_when(planned: Desk) -> None:
    schedule, now = planned.config.rulebook.schedules["primary"], system_clock()
    change = next_change(schedule, now)
    assert change
    lines = planned.types("schedule", "show", "primary").out.splitlines()
    assert lines[1].startswith(f"On call now: {on_call(schedule, now)} until Mon {change:%Y-%m-%d} 09:00 ")
    assert lines[4].split()[:2] == [on_call(schedule, now), "now"]


def test_times_without_anybody_are_shown_as_such(planned: Desk) -> None:
    answer = planned.types("schedule", "show", "office", "--from", "2026-03-26", "--days", "5")
    rows = [line.split("  ")[0] for line in answer.out.splitlines()[4:]]
    assert rows == ["carol", "nobody", "carol", "nobody", "carol"]
    assert "nobody  Fri 2026-03-27 17:00 -03  Mon 2026-03-30 09:00 -03  2 d 16 h" in answer.out


def test_all_schedules_are_shown_within_eighty_columns(planned: Desk) -> None:
    answer = planned.types("schedule", "show", "--from", "2026-03-26", environ={"COLUMNS": "80"})
    assert [line for line in answer.out.splitlines() if "/" in line] == [
        "primary  Europe/London",
        "office  America/Sao_Paulo",
    ]
    assert max(map(len, answer.out.splitlines())) <= 80


def test_the_answer_for_programs_is_complete(planned: Desk) -> None:
    now = system_clock()
    (told,) = planned.types("schedule", "show", "primary", "--json").json["schedules"]
    schedule = planned.config.rulebook.schedules["primary"]
    change = next_change(schedule, now)
    assert change
    shifts = told.pop("shifts")
    assert told == {
        "name": "primary",
        "time_zone": "Europe/London",
        "on_call": on_call(schedule, now),
        "until": change.isoformat(),
    }
    assert [set(shift) for shift in shifts] == [{"person", "starts_at", "ends_at"}] * len(shifts)
    assert abs(datetime.fromisoformat(shifts[0]["starts_at"]) - now) < timedelta(minutes=1)
    assert shifts[0]["ends_at"] == change.isoformat()
    assert datetime.fromisoformat(shifts[-1]["ends_at"]) >= now + timedelta(days=14)


def test_an_unknown_schedule_is_an_error_that_helps(planned: Desk) -> None:
    answer = planned.types("schedule", "show", "primry")
    assert answer.code == 2
    assert answer.err.splitlines()[0] == "✗ There is no schedule primry."
    assert "Did you mean `primary`?" in answer.err


@pytest.mark.parametrize("wrong", [["--from", "tomorrow"], ["--days", "0"], ["--days", "1000"]])
def test_days_that_make_no_sense_are_refused(planned: Desk, wrong: list[str]) -> None:
    assert planned.types("schedule", "show", *wrong).code == 2


def test_without_schedules_it_says_where_to_add_them(desk: Desk) -> None:
    answer = desk.types("schedule", "show")
    assert answer.code == 0
    assert answer.out.startswith("! There is no schedule. Add `schedules` to ")
    assert desk.types("schedule", "show", "--json").json == {"schedules": []}


AGREED = ("optin", "grant", "carol", "--source", "paper", "--evidence", "The form of May")


def test_somebody_is_put_on_call_for_a_while_and_taken_off_again(planned: Desk) -> None:
    assert planned.types(*AGREED).code == 0
    times = ("--from", "2027-03-28 00:30", "--to", "2027-03-28 09:00", "--reason", "Clocks change")
    answer = planned.types("schedule", "override", "primary", "carol", *times)
    assert answer.code == 0
    assert answer.out.splitlines()[0] == (
        "✓ Override 1: carol is on call for primary "
        "from Sun 2027-03-28 00:30 GMT until Sun 2027-03-28 09:00 BST."
    )
    shown = planned.types("schedule", "show", "primary", "--from", "2027-03-28", "--days", "1")
    row = "carol   Sun 2027-03-28 00:30 GMT  Sun 2027-03-28 09:00 BST  7 h 30 min"
    assert row in shown.out.splitlines()
    (told,) = planned.types("schedule", "overrides", "--json").json["overrides"]
    assert (told["person"], told["author"], told["reason"]) == ("carol", whoami(), "Clocks change")
    assert "Clocks change" in planned.types("schedule", "overrides").out
    ended = planned.types("schedule", "end-override", "1")
    assert (ended.code, ended.out) == (0, "✓ Override 1 has ended. primary is as it was planned.\n")
    assert "carol" not in planned.types("schedule", "show", "primary", "--from", "2027-03-28").out
    assert planned.types("schedule", "end-override", "9", "--json").code == 1
    past = planned.types("schedule", "overrides", "--past", "--json").json["overrides"]
    assert [one["id"] for one in past] == [1]


def test_an_override_by_which_nobody_would_be_on_call_is_refused(planned: Desk) -> None:
    assert planned.types("schedule", "overrides").out.startswith("! Nothing yet")
    late = planned.types("schedule", "override", "primary", "carol", "--to", "2020-01-01")
    assert (late.code, "has to end later" in late.err) == (1, True)
    assert planned.types("schedule", "overrides").out == "✓ Nobody is on call by hand.\n"
    unknown = planned.types("schedule", "override", "primry", "carol", "--to", "2030-01-01")
    assert (unknown.code, "There is no schedule primry." in unknown.err) == (2, True)
    stranger = planned.types("schedule", "override", "primary", "carol", "--to", "2030-01-01")
    assert (stranger.code, "This person never opted in" in stranger.err) == (1, True)
    assert planned.types(*AGREED).code == 0
    made = planned.types("schedule", "override", "primary", "carol", "--to", "2090-01-01", "--json")
    assert made.json["override"]["schedule"] == "primary"
    assert planned.types("schedule", "show", "primary").out.splitlines()[1].startswith("On call now: carol")
    assert planned.types("schedule", "end-override", "1", "--json").json["override"]["id"] == 1
    again = planned.types("schedule", "end-override", "1")
    assert (again.code, again.err) == (1, "! There is no override 1, or it is over.\n")
