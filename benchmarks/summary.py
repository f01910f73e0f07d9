"""What a run of all benchmarks says in the end: each goal, met or not, in the terminal and for the README."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from benchmarks.goals import Goal
from wa_notify.cli import terminal

RELATIVE = "to a floor of the same run"


def show_goals(goals: Sequence[Goal]) -> None:
    """Print them all, honestly."""
    rows = [
        (goal.key, goal.says, figure(goal.measured, goal.unit), _limit(goal), _verdict(goal))
        for goal in goals
    ]
    terminal.table(
        ("key", "goal", "measured", "limit", "result"), rows, right=("measured", "limit"), flexible=("goal",)
    )
    missed = [goal.key for goal in goals if not goal.met]
    terminal.write()
    if missed:
        terminal.no(
            f"{len(goals) - len(missed)} of {len(goals)} goals are met. NOT MET: {', '.join(missed)}."
        )
    else:
        terminal.done(f"All {len(goals)} goals are met.")


def show_conditions(conditions: Mapping[str, Any]) -> None:
    """Print on what machine all of it was measured."""
    terminal.quiet(spoken(conditions), indent=0)


def spoken(conditions: Mapping[str, Any]) -> str:
    """On what machine, in one sentence."""
    return (
        f"{conditions['cpu']}, {conditions['cores']} cores, Python {conditions['python']}, "
        f"SQLite {conditions['sqlite']}; load {conditions['load']:.1f} before the run."
    )


def markdown(run: Mapping[str, Any], goals: Sequence[Goal]) -> str:
    """The table for the README, with when and on what it was measured."""
    conditions = run["conditions"]
    day = datetime.fromisoformat(conditions["at"])
    lines = [
        f"Measured on {day.day} {day:%B %Y}: {spoken(conditions)} Figures marked as ratios are ratios",
        f"{RELATIVE} and hold elsewhere too; the others hold on that machine.",
        "",
        "| goal | at least or at most | measured | |",
        "|---|---|---|---|",
    ]
    lines += [_line(goal) for goal in goals]
    return "\n".join(lines)


def _line(goal: Goal) -> str:
    kind = " (ratio)" if goal.relative else ""
    return f"| {goal.says}{kind} | {_limit(goal)} | {figure(goal.measured, goal.unit)} | {_verdict(goal)} |"


def figure(value: float, unit: str) -> str:
    """A figure with its unit: whole when it is large, else three digits."""
    written = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{written} {unit}".strip()


def _limit(goal: Goal) -> str:
    return f"{goal.bound.value} {figure(goal.limit, goal.unit)}"


def _verdict(goal: Goal) -> str:
    return f"{terminal.DONE} met" if goal.met else f"{terminal.NO} NOT MET"
