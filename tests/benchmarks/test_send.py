"""Sending is measured, and no message is lost. How fast anything was is no matter of tests."""

import re
from pathlib import Path

from tests.benchmarks.running import goals_of, run


def test_sending_is_held_against_a_bare_loop_and_every_message_is_counted(tmp_path: Path) -> None:
    printed, figures = run(
        "benchmarks.send", "--messages", "24", "--rounds", "1", "--words", "2", report=tmp_path / "send.json"
    )
    (contest,) = figures["contests"]
    assert contest["ours"]["count"] == contest["floor"]["count"] == 24
    assert contest["cpu_ratio"] > 0
    assert "CPU ratio" in printed
    assert re.search(r"32 in flight, 0 ms .* \d+\.\d\d +1 +24$", printed, re.MULTILINE), printed
    assert set(goals_of(figures)) == {"send.rate", "send.cpu", "idle.p50"}
