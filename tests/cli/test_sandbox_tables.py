"""What the sandbox knows of the platform, at the terminal."""

import pytest

from tests.cli.desk import Desk
from wa_notify.sandbox import Refusal
from wa_notify.sandbox.coverage import AREAS, Standing

NARROW = 80


def test_a_code_is_shown_in_full(desk: Desk) -> None:
    shown = desk.types("sandbox", "refusals", "131047", environ={"COLUMNS": str(NARROW)})
    assert shown.code == 0
    assert shown.out.splitlines() == [
        "131047  Re-engagement message",
        "  when      The person has not written within the last 24 hours.",
        "  comes     in a failed callback instead of sent, or in the answer to the",
        "            request",
        "  again     does not help",
        "  known     firm: Meta's error-code reference, as of 2026-09",
        "  here      POST a text to somebody who has not written for 24 hours.",
        '  fault     POST /_sandbox/faults {"kind": "failed", "code": 131047}',
        '  in Python sandbox.fail_next(Fault(kind="failed", refusal=Refusal.WINDOW_CLOSED))',
        f"  shown by  tests/sandbox/{Refusal.WINDOW_CLOSED.value.proof}",
        "",
        "131047  Re-engagement message",
        "  when      The platform took the open window for closed, as it rarely does.",
        "  comes     in a failed callback instead of sent",
        "  again     does not help",
        "  known     fair: Meta's error-code reference, as of 2026-09",
        "  here      Set `hiccups` of a chat (/_sandbox/phones/NUMBER/chat), and POST a",
        "            text in an open window.",
        '  in Python sandbox.fail_next(Fault(kind="failed", refusal=Refusal.WINDOW_HICCUP))',
        f"  shown by  tests/sandbox/{Refusal.WINDOW_HICCUP.value.proof}",
    ]


def test_the_whole_table_has_a_line_for_each_row_in_a_pipe(desk: Desk) -> None:
    lines = desk.types("sandbox", "refusals").out.splitlines()
    assert lines[0].split() == ["code", "when", "comes", "sure", "to", "meet", "it", "here"]
    assert lines.index("") == 1 + len(Refusal)
    paused = next(line for line in lines if line.startswith("132016 "))
    assert paused.endswith(" Review a template with the status DISABLED, and POST it.")
    assert next(line for line in lines if line.startswith("131005 ")).endswith("only by a fault")


def test_the_whole_table_fits_a_narrow_screen(desk: Desk) -> None:
    shown = desk.types("sandbox", "refusals", environ={"COLUMNS": str(NARROW)})
    table = shown.out.partition("\n\n")[0].splitlines()
    assert max(map(len, table)) <= NARROW


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["2388024"], ["TEMPLATE_EXISTS", "MANAGEMENT_FIRST"]),
        (["#190/463"], ["TOKEN_EXPIRED"]),
        (["147003"], ["USERNAME_FIRST"]),
        (["window"], ["WINDOW_CLOSED"]),
        (["Paused", "held"], ["HELD_BY_PACING"]),
        (["outages"], [
            "API_UNKNOWN", "API_SERVICE", "SOMETHING_WRONG", "UNAVAILABLE", "MAINTENANCE",
            "SERVER_UNAVAILABLE", "MIGRATING",
        ]),
    ],
)  # fmt: skip
def test_rows_are_found_by_code_topic_and_words(desk: Desk, words: list[str], names: list[str]) -> None:
    found = desk.types("sandbox", "refusals", *words, "--json").json["refusals"]
    names_found = [row["name"] for row in found]
    assert set(names) <= set(names_found) if words == ["window"] else names == names_found


def test_json_tells_all_of_a_row(desk: Desk) -> None:
    rows = desk.types("sandbox", "refusals", "--json").json["refusals"]
    assert len(rows) == len(Refusal)
    row = next(row for row in rows if row["name"] == "PAIR_RATE")
    assert row == {
        "name": "PAIR_RATE",
        "topic": "pace",
        "code": 131056,
        "http": 429,
        "title": "(Business Account, Consumer Account) pair rate limit hit",
        "when": "Too many messages to this person in a short time; wait before trying again.",
        "source": "Meta's error-code reference",
        "sure": "firm",
        "timing": "answer",
        "also": ["instead_of_sent"],
        "kind": "OAuthException",
        "subcode": None,
        "upto": None,
        "today": None,
        "seen_as": [],
        "http_sure": "fair",
        "retry": "soon",
        "as_of": "2026-09",
        "arises": "POST 46 messages to one person at once.",
        "proof": "test_refusals.py::test_one_person_gets_45_at_once_and_then_one_every_six_seconds",
        "plain": False,
        "throttle": True,
        "managed": False,
        "fault": {"kind": "error", "code": 131056},
    }


def test_a_row_that_answers_nothing_has_no_http_status_and_one_that_shares_its_code_no_fault(
    desk: Desk,
) -> None:
    (late,) = desk.types("sandbox", "refusals", "131050", "--json").json["refusals"]
    assert (late["http"], late["http_sure"], late["fault"]["kind"]) == (None, None, "failed")
    (expired,) = desk.types("sandbox", "refusals", "463", "--json").json["refusals"]
    assert expired["fault"] is None
    assert (
        "sandbox.fail_next(Fault(refusal=Refusal.TOKEN_EXPIRED))"
        in desk.types("sandbox", "refusals", "463").out
    )


def test_nothing_found_is_a_no(desk: Desk) -> None:
    shown = desk.types("sandbox", "refusals", "999999")
    assert (shown.code, shown.out[0]) == (1, "✗")
    assert desk.types("sandbox", "refusals", "999999", "--json").json == {"refusals": []}


def test_what_is_imitated_is_told_area_by_area(desk: Desk) -> None:
    shown = desk.types("sandbox", "imitates", environ={"COLUMNS": str(NARROW)})
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert max(map(len, lines)) <= NARROW
    for area in AREAS:
        assert area.title in lines
    assert "✗ no     groups                  recipient_type group    A message to a group is" in lines
    assert lines[-2].startswith("Together ")
    assert lines[-1].endswith("imitates --gaps")
    assert "TOKEN_INVALID" not in shown.out, "the codes only when they are asked for"
    codes = desk.types("sandbox", "imitates", "errors").out
    assert "Together" not in codes
    assert "190 TOKEN_INVALID " in codes


def test_in_a_pipe_each_line_names_its_test(desk: Desk) -> None:
    shown = desk.types("sandbox", "imitates", "money").out.splitlines()
    window = next(line for line in shown if line.startswith("✓ yes  window "))
    assert window.endswith(" test_messages.py::test_the_window_is_open_for_24_hours_to_the_second")


def test_only_the_gaps_are_told_when_asked_for(desk: Desk) -> None:
    areas = desk.types("sandbox", "imitates", "--gaps", "--json").json["areas"]
    assert [area["name"] for area in areas] == [area.name for area in AREAS]
    standings = {fact["standing"] for area in areas for fact in area["facts"]}
    assert standings == {"on_demand", "not_imitated"}
    assert sum(len(area["facts"]) for area in areas) == sum(
        fact.standing is not Standing.IMITATED for area in AREAS for fact in area.facts
    )


def test_an_area_that_is_none_is_refused_with_those_there_are(desk: Desk) -> None:
    shown = desk.types("sandbox", "imitates", "kitchen")
    assert shown.code == 2
    assert "messages, files" in shown.err


@pytest.mark.parametrize("command", ["refusals", "imitates"])
def test_the_commands_beside_the_sandbox_have_help_and_start_nothing(desk: Desk, command: str) -> None:
    assert command in desk.types("sandbox", "--help").out
    helped = desk.types("sandbox", command, "--help")
    assert helped.code == 0
    assert "JSON: " in helped.out
