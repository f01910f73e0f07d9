"""Runs a benchmark as a person does, at its smallest."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def run(module: str, *arguments: str, report: Path) -> tuple[str, dict[str, Any]]:
    """What it printed, and what it wrote into the report."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments, "--folder", str(report.parent), "--json", str(report)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{module} failed:\n{done.stdout}\n{done.stderr}"
    figures: dict[str, Any] = json.loads(report.read_text())
    return done.stdout, figures


def goals_of(figures: dict[str, Any]) -> dict[str, float]:
    """What was measured of each goal, by its key."""
    return {goal["key"]: goal["measured"] for goal in figures["goals"]}
