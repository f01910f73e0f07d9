"""The benchmarks run and lose no message. How fast anything was is no matter of tests."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def run(module: str, *arguments: str, report: Path) -> tuple[str, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments, "--folder", str(report.parent), "--json", str(report)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{module} failed:\n{done.stdout}\n{done.stderr}"
    figures: dict[str, Any] = json.loads(report.read_text())
    return done.stdout, figures


def test_sending_is_held_against_a_bare_loop_and_every_message_is_counted(tmp_path: Path) -> None:
    printed, figures = run(
        "benchmarks.send", "--messages", "24", "--rounds", "1", "--words", "2", report=tmp_path / "send.json"
    )
    (contest,) = figures["contests"]
    assert contest["ours"]["count"] == contest["floor"]["count"] == 24
    assert contest["cpu_ratio"] > 0
    assert "CPU ratio" in printed
    assert re.search(r"8 in flight, 0 ms .* \d+\.\d\d +1 +24$", printed, re.MULTILINE), printed


def test_receiving_is_held_against_verifying_only_and_every_status_is_counted(tmp_path: Path) -> None:
    printed, figures = run(
        "benchmarks.webhook", "--messages", "40", "--rounds", "1", report=tmp_path / "webhook.json"
    )
    assert [contest["ours"]["count"] for contest in figures["contests"]] == [120, 120]
    assert all(contest["rate_ratio"] > 0 for contest in figures["contests"])
    assert re.search(r"one status each .* \d+\.\d\d +120$", printed, re.MULTILINE), printed
    assert "Every one of 480 statuses is in the database." in printed


def test_the_sandbox_is_held_against_a_bare_application_and_its_size_is_told(tmp_path: Path) -> None:
    arguments = ("--messages", "20", "--rounds", "1", "--growth", "400", "--keep", "50")
    printed, figures = run("benchmarks.sandbox", *arguments, report=tmp_path / "sandbox.json")
    (contest,) = figures["contests"]
    assert contest["ours"]["count"] == contest["floor"]["count"] == 20
    assert [size["messages"] for size in figures["growth"]] == list(range(40, 401, 40))
    assert "50 messages were kept." in printed
