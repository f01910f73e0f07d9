"""All benchmarks, one after the other: `scripts/bench`.

    python -m benchmarks.run               everything, about 20 minutes
    python -m benchmarks.run --quick       small rounds, about 5 minutes
    python -m benchmarks.run send webhook  only these
    python -m benchmarks.run --keep        and let later runs be compared with this one
    python -m benchmarks.run --markdown    the table for the README, from the run that is kept

Ends with 1 when a benchmark failed, or when a ratio is worse than in the run that is kept (see
`benchmarks.kept`). A goal that is not met is told, and changes nothing.
"""

import argparse
import json
import os
import platform
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.goals import Goal
from benchmarks.kept import KEPT, compare, goals_of, show
from benchmarks.summary import markdown, show_conditions, show_goals
from wa_notify.cli import terminal

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache" / "bench"
RUN = FOLDER / "run.json"
LONGEST = 900.0  # seconds for one of them
GRACE = 20.0  # seconds in which it may end what it started


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A module of this package. ``venv`` is the environment it needs; ``words`` go with a whole run."""

    name: str
    venv: str = ".venv"
    words: tuple[str, ...] = ()

    def command(self, folder: Path, report: Path, *, quick: bool) -> list[str]:
        """How it is started. Its files go into the folder, its figures into the report."""
        python = sys.executable if self.venv == ".venv" else str(ROOT / self.venv / "bin" / "python")
        words = ("--quick",) if quick else self.words
        module = f"benchmarks.{self.name}"
        return [python, "-m", module, *words, "--folder", str(folder), "--json", str(report)]


ALL = (
    Benchmark(name="send"),
    Benchmark(name="webhook"),
    Benchmark(name="rivals"),
    Benchmark(name="growth"),
    Benchmark(name="rules"),
    Benchmark(name="backlog"),
    Benchmark(name="services"),
    Benchmark(name="capacity"),
    Benchmark(name="home"),
    Benchmark(name="home_assistant", venv=".venv-ha"),
    Benchmark(name="soak"),
    Benchmark(name="sandbox", words=("--growth", "200000")),
)


def conditions() -> dict[str, Any]:
    """When and on what machine; taken before anything is measured."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": cpu_model(),
        "cores": os.cpu_count() or 1,
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
    }


def cpu_model() -> str:
    """What the processor calls itself."""
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        told = ""
    named = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def play(one: Benchmark, folder: Path, report: Path, *, quick: bool) -> str:
    """Run it; what went wrong, empty if nothing did. Its table goes straight to the screen."""
    report.unlink(missing_ok=True)
    try:
        process = subprocess.Popen(one.command(folder, report, quick=quick), cwd=ROOT)
    except OSError as error:
        return f"it cannot be started: {error}"
    try:
        code = process.wait(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)  # so that it ends what it started
        try:
            process.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
        return f"it did not end within {LONGEST:.0f} s"
    if code:
        return f"it ended with {code}; what it said stands above"
    return "" if report.exists() else "it wrote no figures"


def play_all(chosen: Sequence[Benchmark], folder: Path, *, quick: bool) -> dict[str, Any]:
    """Run them in turn, whatever becomes of each; everything they found, and which failed and why."""
    found: dict[str, Any] = {"conditions": conditions(), "settings": {"quick": quick}}
    figures, failed = {}, {}
    for place, one in enumerate(chosen, start=1):
        terminal.write(f"\n=== {one.name} ({place} of {len(chosen)})\n")
        sys.stdout.flush()
        began, report = time.monotonic(), folder / f"{one.name}.json"
        if why := play(one, folder, report, quick=quick):
            failed[one.name] = why
            terminal.no(f"{one.name} FAILED: {why}.")
        else:
            figures[one.name] = json.loads(report.read_text())
        terminal.quiet(f"{one.name} took {time.monotonic() - began:.0f} s", indent=0)
    goals = [goal.figures() for run in figures.values() for goal in goals_of(run)]
    return {**found, "goals": goals, "failed": failed, "benchmarks": figures}


def sum_up(run: dict[str, Any], kept_file: Path) -> bool:
    """Print the goals and what changed since the run that is kept; whether all is well."""
    goals = goals_of(run)
    terminal.write("\n=== goals\n")
    show_goals(goals)
    show_conditions(run["conditions"])
    terminal.write("\n=== since the run that is kept\n")
    well = _compared(run, goals, kept_file)
    for name, why in run["failed"].items():
        terminal.no(f"{name} FAILED: {why}.")
    return well and not run["failed"]


def _compared(run: dict[str, Any], goals: Sequence[Goal], kept_file: Path) -> bool:
    if not kept_file.exists():
        terminal.note("No run is kept yet; --keep keeps one.")
        return True
    kept = json.loads(kept_file.read_text())
    terminal.quiet(f"Kept: {kept['conditions']['at'][:10]}, {kept['conditions']['cpu']}", indent=0)
    if run["settings"] != kept["settings"]:
        terminal.note(
            "This run is a quick one: its small rounds vary more than those of the run that is kept."
        )
    return show(compare(goals_of(kept), goals))


def keep(run: dict[str, Any], kept_file: Path) -> bool:
    """Let later runs be compared with this one: its goals are kept, if nothing of it failed."""
    if run["failed"]:
        terminal.no("This run is not kept, because not all of it succeeded.")
        return False
    whole = {name: run[name] for name in ("conditions", "settings", "goals")}
    kept_file.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n")
    terminal.done(f"Kept in {kept_file}.")
    return True


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    names = [one.name for one in ALL]
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="How fast it is, and whether it still is."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these of {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="small rounds")
    parser.add_argument("--keep", action="store_true", help="let later runs be compared with this one")
    parser.add_argument(
        "--markdown", action="store_true", help="print the README's table from the run that is kept"
    )
    parser.add_argument("--kept", type=Path, metavar="FILE", default=KEPT, help="the run that is kept")
    arguments = parser.parse_args(words)
    if unknown := set(arguments.names).difference(names):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if arguments.keep and (arguments.quick or arguments.names):
        parser.error("only a whole run is kept, neither a quick one nor a part")
    return arguments


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    if arguments.markdown:
        kept = json.loads(arguments.kept.read_text())
        print(markdown(kept, goals_of(kept)))
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    chosen = [one for one in ALL if not arguments.names or one.name in arguments.names]
    run = play_all(chosen, FOLDER, quick=arguments.quick)
    RUN.write_text(json.dumps(run, indent=2, ensure_ascii=False) + "\n")
    well = sum_up(run, arguments.kept)
    terminal.quiet(f"All figures are in {RUN}", indent=0)
    if arguments.keep:
        well = keep(run, arguments.kept) and well
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
