"""Receiving is measured, and no status is lost. How fast anything was is no matter of tests."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.caller import burst, steady
from tests.benchmarks.running import goals_of, run


def test_receiving_is_held_against_verifying_only_and_every_status_is_counted(tmp_path: Path) -> None:
    printed, figures = run(
        "benchmarks.webhook", "--messages", "40", "--rounds", "1", report=tmp_path / "webhook.json"
    )
    assert [contest["ours"]["count"] for contest in figures["contests"]] == [120, 120]
    assert all(contest["rate_ratio"] > 0 for contest in figures["contests"])
    assert [figures[kind]["count"] for kind in ("paced", "eased", "burst")] == [120, 120, 120]
    assert re.search(r"one status each .* \d+\.\d\d +120$", printed, re.MULTILINE), printed
    assert "Every one of 720 statuses is in the database." in printed
    assert set(goals_of(figures)) == {
        "webhook.rate",
        "webhook.share",
        "webhook.p99",
        "webhook.batch",
        "webhook.burst",
    }


def test_calls_of_a_steady_pace_are_equally_far_apart() -> None:
    assert steady(4, 10) == pytest.approx([0, 0.1, 0.2, 0.3])


def test_a_burst_brings_ten_times_as_many_between_calm_times() -> None:
    times = burst(140, 10)
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert gaps[:9] == pytest.approx([0.1] * 9)
    assert gaps[9:109] == pytest.approx([0.01] * 100)
    assert gaps[109:] == pytest.approx([0.1] * 30)
