"""tickets ack, resolve, ... and silence: what is typed obeys the same rules as what is said in the chat."""

import pytest

from tests.cli.desk import Desk, alert, no_secret_in
from wa_notify.cli.optin import whoami


@pytest.fixture
def busy(desk: Desk) -> Desk:
    desk.has_had(alert(), alert("TeamNews"))
    return desk


def ticket(desk: Desk, number: int = 1) -> dict[str, object]:
    found: dict[str, object] = desk.types("tickets", "show", str(number), "--json").json["ticket"]
    return found


def kinds(desk: Desk, number: int = 1) -> list[str]:
    told = desk.types("tickets", "show", str(number), "--json").json["timeline"]
    return [entry["kind"] for entry in told]


def test_a_ticket_is_taken_under_the_systems_name_or_for_somebody(busy: Desk) -> None:
    answer = busy.types("tickets", "ack", "1")
    assert (answer.code, answer.out) == (0, f"✓ #1: {whoami()} takes the ticket. Reminders stop.\n")
    assert ticket(busy)["acknowledged_by"] == whoami()
    assert busy.types("tickets", "ack", "2", "--as", "bob").out.startswith("✓ #2: Bob takes the ticket")
    assert ticket(busy, 2)["acknowledged_by"] == "bob"


def test_what_could_not_be_done_says_why_and_ends_with_1(busy: Desk) -> None:
    assert busy.types("tickets", "ack", "1", "--as", "alice").code == 0
    answer = busy.types("tickets", "ack", "1", "--as", "bob")
    assert (answer.code, "✗ Ticket #1 is already with Alice" in answer.out) == (1, True)
    told = busy.types("tickets", "escalate", "1", "--json")
    assert told.code == 1
    assert told.json == {
        "done": False,
        "text": "Nobody is left to ask about ticket #1: Disk almost full.",
        "ticket": 1,
        "state": "acknowledged",
    }


def test_a_ticket_that_does_not_exist_ends_with_1(busy: Desk) -> None:
    answer = busy.types("tickets", "resolve", "99")
    assert (answer.code, answer.err) == (1, "! There is no ticket #99.\n")


def test_somebody_who_is_not_known_is_named_with_a_suggestion(busy: Desk) -> None:
    answer = busy.types("tickets", "ack", "1", "--as", "alicia")
    assert answer.code == 2
    assert "Nobody is known as 'alicia'" in answer.err
    assert "Did you mean alice?" in answer.err


def test_a_ticket_is_given_back_assigned_commented_silenced_and_closed(busy: Desk) -> None:
    for command, said in (
        (("assign", "1", "Bob"), "gives the ticket to Bob"),
        (("release", "1", "--as", "bob"), "Bob gives the ticket back"),
        (("comment", "1", "It is the backup", "--as", "alice"), "Alice comments"),
        (("silence", "1", "--for", "30m"), "silences the ticket until"),
        (("resolve", "1", "--as", "alice"), "Alice closes the ticket"),
    ):
        answer = busy.types("tickets", *command)
        assert (answer.code, said in answer.out) == (0, True), answer
    assert ticket(busy)["state"] == "resolved"
    assert [kind for kind in kinds(busy) if kind not in ("sent", "held", "refused", "cancelled")] == [
        "opened",
        "assigned",
        "released",
        "commented",
        "silenced",
        "resolved",
    ]
    assert busy.types("tickets", "comment", "1", "late").code == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_an_empty_or_endless_comment_is_wrong_usage(busy: Desk, text: str) -> None:
    answer = busy.types("tickets", "comment", "1", text)
    assert answer.code == 2
    assert "1 to 1000 characters" in answer.err


@pytest.mark.parametrize("span", ["soon", "2", "0h", "8d", "2h please", ""])
def test_a_span_that_is_none_or_too_long_is_wrong_usage(busy: Desk, span: str) -> None:
    for command in (("tickets", "silence", "1"), ("silence", "add", "severity=critical")):
        answer = busy.types(*command, "--for", span)
        assert answer.code == 2
        assert "--for" in answer.err


def test_a_silence_is_added_listed_and_ended(desk: Desk) -> None:
    added = desk.types(
        "silence", "add", "severity=critical", "alertname=~Disk.*", "--for", "2h", "--comment", "Planned work"
    )
    assert added.code == 0
    assert added.out.startswith("✓ Silence 1 holds until ")
    desk.has_had(alert())
    listed = desk.types("silence", "list")
    titles, row = listed.out.splitlines()
    assert titles.split() == ["silence", "alerts", "ends", "author", "ticket", "comment"]
    assert "severity=critical alertname=~Disk.*" in row
    assert "Planned work" in row
    assert "silenced, ends in 1 h 59 min" in desk.types("tickets", "list").out
    assert "silenced, ends in" in desk.types("tickets", "show", "1").out
    assert (
        ticket(desk)["silenced_until"]
        == desk.types("silence", "list", "--json").json["silences"][0]["ends_at"]
    )
    assert "Planned work" in desk.types("tickets", "show", "1").out
    ended = desk.types("silence", "end", "1")
    assert (ended.code, "Silence 1 has ended" in ended.out) == (0, True)
    assert desk.types("silence", "list").out == "✓ Nothing is silenced.\n"
    assert ticket(desk)["silenced_until"] is None
    again = desk.types("silence", "end", "1")
    assert (again.code, again.err) == (1, "! There is no silence 1, or it is over.\n")


def test_a_silence_for_programs_has_its_matchers(desk: Desk) -> None:
    silence = desk.types("silence", "add", "team!~web.*", "--json").json["silence"]
    assert silence["matchers"] == [{"label": "team", "comparison": "!~", "value": "web.*"}]
    assert (silence["author"], silence["comment"], silence["ticket"]) == (whoami(), None, None)
    ended = desk.types("silence", "end", "1", "--json").json["silence"]
    assert ended["ends_at"] < silence["ends_at"]


@pytest.mark.parametrize("condition", ["severity", "=x", "a=~(", "!"])
def test_what_is_no_condition_is_wrong_usage(desk: Desk, condition: str) -> None:
    answer = desk.types("silence", "add", condition)
    assert answer.code == 2
    assert "CONDITION" in answer.err


def test_before_the_first_start_nothing_is_silenced(desk: Desk) -> None:
    assert "Nothing yet" in desk.types("silence", "list").out
    assert desk.types("silence", "list", "--json").json == {"silences": []}
    assert not desk.database.exists()


def test_numbers_never_appear(busy: Desk) -> None:
    busy.types("tickets", "ack", "1", "--as", "+447700900123")
    busy.types("tickets", "assign", "1", "+447700900456")
    busy.types("tickets", "release", "1", "--as", "+447700900123", "--json")
    no_secret_in(busy.printed)
