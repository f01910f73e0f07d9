"""Finding rules is measured, and every alert finds the rule that reading all of them would find."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.rounds import Trouble
from benchmarks.rules import alerts, round_of, rulebook
from tests.benchmarks.running import goals_of, run


def test_few_rules_and_many_are_asked_in_turns_and_every_decision_is_counted(tmp_path: Path) -> None:
    printed, figures = run(
        "benchmarks.rules", "--decisions", "60", "--rounds", "2", report=tmp_path / "r.json"
    )
    (contest,) = figures["contests"]
    assert contest["floor"]["count"] == contest["ours"]["count"] == 120
    assert "With 1000 rules a decision costs" in printed
    assert set(goals_of(figures)) == {"rules.p50", "rules.p99", "rules.growth"}


def test_an_alert_that_no_rule_answers_spoils_the_round() -> None:
    book = rulebook(10)
    without_last = replace(book, rules=book.rules[:-1])
    coming = [alert for alert, _ in zip(alerts(10), range(200), strict=False)]
    with pytest.raises(Trouble):
        round_of(without_last, coming)
