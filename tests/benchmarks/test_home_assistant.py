import json
import subprocess
from pathlib import Path

from tests.benchmarks.running import ROOT, goals_of
from tests.needed import missing

PYTHON = ROOT / ".venv-ha" / "bin" / "python"


def test_a_start_of_home_assistant_is_counted_and_everything_is_there_in_the_end(tmp_path: Path) -> None:
    if not PYTHON.exists():
        missing("no .venv-ha (scripts/test --component makes it)")
    report = tmp_path / "home_assistant.json"
    words = ("--rounds", "1", "--people", "2", "--folder", str(tmp_path), "--json", str(report))
    done = subprocess.run(
        [str(PYTHON), "-m", "benchmarks.home_assistant", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(report.read_text())
    (start,) = figures["starts"]
    assert start["entities"] > 20
    assert start["callbacks"] > 10
    assert 0 < start["longest_ms"] <= start["on_loop_ms"]
    assert list(goals_of(figures)) == ["ha.setup"]
