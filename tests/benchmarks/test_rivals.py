"""The house is held against other people's programs, and all of them send everything they are told."""

from pathlib import Path

import pytest

from benchmarks.rivals import JUDGES, contestants
from tests.benchmarks.running import goals_of, run


def test_everybody_sends_what_was_asked_and_is_held_against_ours(tmp_path: Path) -> None:
    printed, figures = run("benchmarks.rivals", "--rounds", "1", "--part", "0.02", report=tmp_path / "r.json")
    counts = {one["key"]: one["count"] for one in figures["contestants"]}
    pywa = counts.pop("pywa", None)
    assert counts == {"ours": 40, "ours_tls": 40, "apprise": 1, "apprise_unthrottled": 20, "apprise_tls": 1}
    assert pywa == (8 if JUDGES.exists() else None)
    assert ("LEFT OUT: pywa" in printed) == (pywa is None)
    expected = {"rivals.apprise", "rivals.apprise_tls"} | ({"rivals.pywa"} if pywa else set())
    assert set(goals_of(figures)) == expected


def test_pywa_is_left_out_loudly_where_its_environment_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.rivals.JUDGES", tmp_path / "nobody")
    monkeypatch.setattr("benchmarks.rivals.ROOT", tmp_path)
    keys = [one.key for one in contestants(1, tmp_path)]
    assert "pywa" not in keys
    assert "LEFT OUT: pywa" in capsys.readouterr().out
