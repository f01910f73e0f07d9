"""Whether it became slower is told from two files, and only ratios count."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.goals import Bound, Goal
from benchmarks.kept import MARGIN, Change, compare, goals_of, main


def ratio(key: str, measured: float, bound: Bound = Bound.AT_MOST, *, relative: bool = True) -> Goal:
    return Goal(
        key=key, says="It is quick", measured=measured, bound=bound, limit=2, unit="x", relative=relative
    )


def written(path: Path, *goals: Goal) -> str:
    path.write_text(json.dumps({"goals": [goal.figures() for goal in goals]}))
    return str(path)


def compared(tmp_path: Path, kept: Goal, now: Goal) -> int:
    return main([written(tmp_path / "run.json", now), "--kept", written(tmp_path / "kept.json", kept)])


@pytest.mark.parametrize(
    ("bound", "kept", "now", "code"),
    [
        (Bound.AT_MOST, 1.0, 1.4, 0),
        (Bound.AT_MOST, 1.0, 1.6, 1),
        (Bound.AT_MOST, 1.6, 0.1, 0),
        (Bound.AT_LEAST, 6.0, 4.1, 0),
        (Bound.AT_LEAST, 6.0, 3.9, 1),
        (Bound.AT_LEAST, 6.0, 60.0, 0),
    ],
)
def test_only_what_is_worse_by_more_than_the_margin_fails(
    tmp_path: Path, bound: Bound, kept: float, now: float, code: int
) -> None:
    assert compared(tmp_path, ratio("send.cpu", kept, bound), ratio("send.cpu", now, bound)) == code


def test_what_is_worse_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compared(tmp_path, ratio("send.cpu", 1), ratio("send.cpu", 2)) == 1
    told = capsys.readouterr().out
    assert "✗ 2.00 times as bad" in told
    assert f"✗ Worse by more than {MARGIN} times: send.cpu." in told


def test_figures_of_one_machine_are_not_compared(tmp_path: Path) -> None:
    slow, fast = ratio("help", 900, relative=False), ratio("help", 1, relative=False)
    assert compared(tmp_path, fast, slow) == 0


def test_a_goal_that_only_one_run_has_is_told_and_fails_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(tmp_path, ratio("old", 1), ratio("new", 1)) == 0
    told = capsys.readouterr().out
    assert "new" in told
    assert "! Not measured this time: old." in told


def test_what_cannot_be_divided_is_worse_when_it_should_be() -> None:
    def factor(bound: Bound, kept: float, now: float) -> float | None:
        (change,) = compare([ratio("a", kept, bound)], [ratio("a", now, bound)])
        return change.factor

    assert factor(Bound.AT_MOST, 0, 0) == 0
    assert factor(Bound.AT_MOST, 0, 1) == float("inf")
    assert factor(Bound.AT_LEAST, 6, 0) == float("inf")
    assert factor(Bound.AT_LEAST, 0, 6) == 0


def test_goals_are_read_as_they_were_written(tmp_path: Path) -> None:
    goals = [ratio("a", 1.5), ratio("b", 7, Bound.AT_LEAST, relative=False)]
    run: dict[str, Any] = json.loads(Path(written(tmp_path / "run.json", *goals)).read_text())
    assert goals_of(run) == goals
    assert [goal["met"] for goal in run["goals"]] == [True, True]


def test_without_one_of_two_figures_nothing_is_worse() -> None:
    change = Change(key="a", unit="x", bound=Bound.AT_MOST, kept=None, now=5)
    assert change.factor is None
    assert not change.is_worse
