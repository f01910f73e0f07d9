"""Scenarios at the terminal: listed, shown, begun with, and kept."""

import json
from pathlib import Path

import httpx
import pytest

from tests.cli.desk import Desk
from wa_notify.sandbox.scenarios import catalogue

NARROW = 80


def test_the_library_is_listed_with_what_each_scenario_shows(desk: Desk) -> None:
    shown = desk.types("sandbox", "scenarios", environ={"COLUMNS": str(NARROW)})
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert max(map(len, lines)) <= NARROW
    assert [line.split()[0] for line in lines[1:] if not line.startswith(" ")] == list(catalogue.names())
    found = desk.types("sandbox", "scenarios", "--json").json["scenarios"]
    assert [one["name"] for one in found] == list(catalogue.names())
    assert all("client should" in one["about"] or one["name"] == "first-steps" for one in found)


def test_one_of_them_is_shown_as_the_text_it_is_made_of(desk: Desk) -> None:
    shown = desk.types("sandbox", "scenarios", "lost-answer")
    assert shown.out == catalogue.text_of("lost-answer")
    whole = desk.types("sandbox", "scenarios", "lost-answer", "--json").json
    assert (whole["name"], whole["yaml"]) == ("lost-answer", catalogue.text_of("lost-answer"))
    unknown = desk.types("sandbox", "scenarios", "lost-anser")
    assert (unknown.code, "did you mean `lost-answer`?" in unknown.err) == (2, True)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nmae: x\nscript: [{}]\n", "2 faults."),
        ("nmae: x\n", "mine.yaml:1:1: There is no `nmae` here; did you mean `name`?"),
        (None, "The library has no scenario"),
    ],
)
def test_a_scenario_that_makes_no_sense_starts_nothing(
    desk: Desk, tmp_path: Path, text: str | None, complaint: str
) -> None:
    path = tmp_path / "mine.yaml"
    if text is not None:
        path.write_text(text)
    shown = desk.runs("sandbox", "--port", str(desk.sandbox_port), "--scenario", str(path))
    assert shown.code == 2
    assert complaint in shown.err
    nowhere = desk.runs("sandbox", "--port", str(desk.sandbox_port), "--save", "nowhere/mine.yaml")
    assert (nowhere.code, "There is no folder nowhere." in nowhere.err) == (2, True)


def test_a_world_is_begun_with_a_scenario_played_kept_and_taken_up_again(desk: Desk, tmp_path: Path) -> None:
    kept, port = tmp_path / "kept.yaml", str(desk.sandbox_port)
    program = desk.starts(
        "sandbox",
        "--port",
        port,
        "--callback",
        "",
        "--scenario",
        "first-steps",
        "--save",
        str(kept),
        "--json",
    )
    first = json.loads(program.first_line())
    assert first["scenario"] == "first-steps"
    httpx.post(f"{first['page']}_sandbox/clock", json={"advance_seconds": 60}, timeout=5)
    desk.phone("+447700900456", text="I am here too")
    wait = f"{first['page']}_sandbox/phones/+447700900456"
    said: list[str] = []
    while "Good morning. Is everything quiet?" not in said:  # by the script, at its time
        said = [message["text"] for message in httpx.get(wait, timeout=5).json()["messages"]]
    assert program.stop() == 0
    again = desk.starts("sandbox", "--port", port, "--callback", "", "--scenario", str(kept))
    assert "http" in again.first_line()
    assert sorted(one["text"] for one in httpx.get(wait, timeout=5).json()["messages"]) == sorted(said)
