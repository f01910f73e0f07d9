"""One command runs every benchmark, whatever becomes of the others, and tells honestly what it found."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks import run
from benchmarks.goals import Bound, Goal
from benchmarks.run import ALL, ROOT, Benchmark, keep, main, parsed, play_all, sum_up

CONDITIONS = {
    "at": "2026-11-22T21:40:36+00:00",
    "cpu": "Some CPU",
    "cores": 2,
    "load": 0.25,
    "python": "3.11.7",
    "sqlite": "3.46.0",
}


TINY = ("--messages", "5", "--rounds", "1", "--growth", "20", "--keep", "10")


def goal(key: str, measured: float) -> Goal:
    return Goal(
        key=key,
        says=f"{key} is quick",
        measured=measured,
        bound=Bound.AT_MOST,
        limit=2,
        unit="x",
        relative=True,
    )


def made_up(*goals: Goal, **failed: str) -> dict[str, Any]:
    return {
        "conditions": CONDITIONS,
        "settings": {"quick": False},
        "goals": [one.figures() for one in goals],
        "failed": failed,
        "benchmarks": {},
    }


def test_every_benchmark_there_is_belongs_to_the_whole_run() -> None:
    modules = {path.stem for path in (ROOT / "benchmarks").glob("*.py") if "write_json(" in path.read_text()}
    assert {one.name for one in ALL} == modules - {"rounds"}


def test_one_that_fails_does_not_stop_the_others(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chosen = [
        Benchmark(name="none_such"),
        Benchmark(name="send", venv=".venv-none-such"),
        Benchmark(name="sandbox", words=TINY),
    ]
    found = play_all(chosen, tmp_path, quick=False)
    assert list(found["benchmarks"]) == ["sandbox"]
    assert found["goals"] == found["benchmarks"]["sandbox"]["goals"] != []
    assert found["conditions"]["cores"] >= 1
    assert found["failed"]["none_such"].startswith("it ended with 1")
    assert found["failed"]["send"].startswith("it cannot be started")
    assert "=== sandbox (3 of 3)" in capfd.readouterr().out


def test_a_run_in_which_one_failed_ends_with_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sum_up(made_up(goal("a", 1)), tmp_path / "none.json")
    assert not sum_up(made_up(goal("a", 1), send="it ended with 1"), tmp_path / "none.json")
    assert "✗ send FAILED: it ended with 1." in capsys.readouterr().out


def test_a_goal_that_is_not_met_is_told_and_fails_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sum_up(made_up(goal("a", 1), goal("b", 3)), tmp_path / "none.json")
    told = capsys.readouterr().out
    assert re.search(r"^a +a is quick +1 x +at most 2 x +✓ met$", told, re.MULTILINE), told
    assert re.search(r"^b +b is quick +3 x +at most 2 x +✗ NOT MET$", told, re.MULTILINE), told
    assert "✗ 1 of 2 goals are met. NOT MET: b." in told


def test_a_run_is_held_against_the_one_that_is_kept(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    assert keep(made_up(goal("a", 1)), kept)
    assert sum_up(made_up(goal("a", 1.4)), kept)
    assert not sum_up(made_up(goal("a", 1.6)), kept)


def test_a_run_in_which_one_failed_is_not_kept(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    assert not keep(made_up(goal("a", 1), send="it ended with 1"), kept)
    assert not kept.exists()


@pytest.mark.parametrize("words", [["--keep", "--quick"], ["--keep", "send"], ["none_such"]])
def test_a_part_or_a_quick_run_is_never_kept(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parsed(words)
    assert left.value.code == 2


def test_the_table_for_the_readme_comes_from_the_run_that_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(made_up(goal("a", 1), goal("b", 3)), tmp_path / "kept.json")
    capsys.readouterr()
    assert main(["--markdown", "--kept", str(tmp_path / "kept.json")]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Measured on 22 November 2026: Some CPU, 2 cores, Python 3.11.7, SQLite 3.46.0;")
    assert "| a is quick (ratio) | at most 2 x | 1 x | ✓ met |" in told
    assert "| b is quick (ratio) | at most 2 x | 3 x | ✗ NOT MET |" in told


def test_one_that_never_ends_is_stopped_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LONGEST", 0.01)
    why = run.play(Benchmark(name="home"), tmp_path, tmp_path / "home.json", quick=True)
    assert why == "it did not end within 0 s"


def test_only_the_goals_of_a_run_are_kept(tmp_path: Path) -> None:
    keep({**made_up(goal("a", 1)), "benchmarks": {"send": {"much": 1}}}, tmp_path / "kept.json")
    assert set(json.loads((tmp_path / "kept.json").read_text())) == {"conditions", "settings", "goals"}
