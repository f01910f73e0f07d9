"""tickets and outbox: what is open, and the story of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.cli.desk import Desk, alert, no_secret_in


@pytest.fixture
def busy(desk: Desk) -> Desk:
    desk.has_had(alert(), alert("TeamNews"))
    return desk


def test_open_tickets_are_listed_newest_first(busy: Desk) -> None:
    lines = busy.types("tickets", "list").out.splitlines()
    assert lines[0].split() == ["ticket", "state", "title", "rule", "opened", "then"]
    assert [line.split()[0] for line in lines[1:]] == ["#2", "#1"]
    assert "reminder 1 in 9 min" in lines[2] or "reminder 1 in 10 min" in lines[2]


def test_the_list_for_programs_has_times_in_utc(busy: Desk) -> None:
    newest, disk = busy.types("tickets", "list", "--json").json["tickets"]
    assert (disk["id"], disk["state"], disk["rule"], disk["title"]) == (1, "open", "disk", "Disk almost full")
    assert disk["opened_at"].endswith("+00:00")
    assert disk["remind_at"] > disk["opened_at"]
    assert disk["resolved_at"] is None
    assert newest["remind_at"] is None


def test_resolved_tickets_are_shown_when_asked_for(busy: Desk) -> None:
    busy.has_had(alert(status="resolved"))
    assert [one["id"] for one in busy.types("tickets", "list", "--json").json["tickets"]] == [2]
    assert len(busy.types("tickets", "list", "--all", "--json").json["tickets"]) == 2
    resolved = busy.types("tickets", "list", "--state", "resolved")
    assert "resolved just now" in resolved.out or "s ago" in resolved.out
    assert busy.types("tickets", "list", "--state", "acknowledged").out == "✓ No ticket is acknowledged.\n"


def test_when_nothing_is_open_it_says_where_the_rest_is(busy: Desk) -> None:
    busy.has_had(alert(status="resolved"), alert("TeamNews", status="resolved"))
    answer = busy.types("tickets", "list")
    assert (
        answer.out == "✓ No ticket is open. `wa-notify tickets list --all` shows those that are resolved.\n"
    )


def test_a_ticket_tells_its_story_on_one_line_down_the_page(busy: Desk) -> None:
    answer = busy.types("tickets", "show", "1")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0] == "#1 Disk almost full"
    assert lines[1].startswith("open, rule disk, opened ")
    assert "alice: first message sending, long text held" in lines
    entries = [line for line in lines if line.startswith("● ")]
    assert len(entries) == 3
    assert "Rule disk tells oncall." in entries[0]
    assert "leaves as template ops_alert (en)" in entries[1]
    assert any(line.startswith("│ ") and "window_closed, item 1" in line for line in lines)
    assert "waiting_for_reply" in answer.out


def test_the_story_is_wrapped_beside_its_line_on_a_narrow_screen(busy: Desk) -> None:
    shown = busy.types("tickets", "show", "1", environ={"COLUMNS": "60"}).out
    assert all(len(line) <= 60 for line in shown.splitlines()[3:])
    body = [line for line in shown.splitlines() if line.startswith("│ ")]
    assert len(body) > 4


def test_the_story_for_programs_has_its_items(busy: Desk) -> None:
    told = busy.types("tickets", "show", "1", "--json").json
    assert set(told) == {"ticket", "timeline", "items"}
    assert [entry["kind"] for entry in told["timeline"]] == ["opened", "sent", "held"]
    assert {item["state"] for item in told["items"]} == {"sending", "held"}


def test_a_ticket_that_does_not_exist_ends_with_1(busy: Desk) -> None:
    answer = busy.types("tickets", "show", "99")
    assert answer.code == 1
    assert answer.err == "! There is no ticket #99.\n"


def test_the_outbox_shows_what_became_of_each_message(busy: Desk) -> None:
    lines = busy.types("outbox", "list").out.splitlines()
    assert lines[0].split() == ["item", "state", "to", "occasion", "ticket", "form", "when", "reason"]
    assert any("refused" in line and "carol" in line and "no_consent" in line for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_the_outbox_is_narrowed_by_state_and_ticket(busy: Desk) -> None:
    held = busy.types("outbox", "list", "--state", "held", "--json").json["items"]
    assert [(item["occasion"], item["recipient"]) for item in held] == [("details", "alice")]
    assert held[0]["intent"]["free_form"].startswith("Everything we know")
    of_two = busy.types("outbox", "list", "--ticket", "2", "--json").json["items"]
    assert {item["recipient"] for item in of_two} == {"alice", "bob", "carol"}
    assert busy.types("outbox", "list", "--state", "failed").out == "✓ No message fits.\n"


def test_an_empty_database_says_so(desk: Desk) -> None:
    assert desk.types("migrate").code == 0
    assert "No ticket is open" in desk.types("tickets", "list").out
    assert "No alert has made a ticket yet" in desk.types("tickets", "list", "--all").out
    assert "The outbox is empty" in desk.types("outbox", "list").out
    assert "There is nobody" in desk.types("optin", "list").out


def test_migrate_makes_the_database_once(desk: Desk) -> None:
    first = desk.types("migrate", "--json").json
    assert first["created"] is True
    assert first["database"] == str(desk.database)
    again = desk.types("migrate")
    assert again.code == 0
    assert f"has schema {first['schema']}" in again.out


def test_an_empty_file_is_told_to_be_migrated(desk: Desk) -> None:
    desk.database.touch()
    answer = desk.types("tickets", "list")
    assert answer.code == 2
    assert "wa-notify migrate" in answer.err


def test_the_database_of_another_program_is_left_alone(desk: Desk) -> None:
    desk.database.write_bytes(b"This is a diary, not a database. " * 50)
    for command in (("tickets", "list"), ("migrate",), ("send", "alice", "--text", "hi")):
        answer = desk.types(*command)
        assert answer.code == 2
        what, where, fix = answer.err.splitlines()
        assert "is no SQLite database" in what
        assert f"database {desk.database}" in where
        assert fix
    assert desk.database.read_bytes().startswith(b"This is a diary")


def test_numbers_never_appear(busy: Desk) -> None:
    for command in (("tickets", "list"), ("tickets", "show", "1"), ("outbox", "list")):
        busy.types(*command)
        busy.types(*command, "--json")
    no_secret_in(busy.printed)


def test_times_are_told_on_the_clock_of_the_configuration(busy: Desk) -> None:
    busy.write_config(("recipients:\n", "defaults: {time_zone: Asia/Kolkata}\nrecipients:\n"))
    opened_at = datetime.fromisoformat(
        busy.types("tickets", "show", "1", "--json").json["ticket"]["opened_at"]
    )
    there = opened_at.astimezone(ZoneInfo("Asia/Kolkata"))
    shown = busy.types("tickets", "show", "1").out
    assert f"{there:%Y-%m-%d %H:%M} IST" in shown
    assert f"\n{there:%A %d %B %Y} IST\n" in shown
    assert f"{there:%H:%M:%S}  " in shown
