"""Rounds, medians, tables: what all benchmarks make of their figures."""

import json
import platform
import sqlite3
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.goals import Goal


class Trouble(Exception):
    """The figures would be worth nothing, such as when messages are missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one contestant did in one round."""

    count: int
    seconds: float
    cpu_seconds: float
    waits: tuple[float, ...] = ()  # seconds, one for each request

    @property
    def rate(self) -> float:
        """How many in a second."""
        return self.count / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of the processor for each."""
        return 1000 * self.cpu_seconds / self.count


@dataclass(slots=True, kw_only=True)
class Contest:
    """Two contestants under the same conditions, round by round in turns."""

    name: str
    floor: list[Round] = field(default_factory=list)
    ours: list[Round] = field(default_factory=list)

    @property
    def cpu_ratio(self) -> float:
        """Our processor time for each message, in floors; the median of the rounds' ratios."""
        return statistics.median(
            ours.cpu_ms / floor.cpu_ms for ours, floor in zip(self.ours, self.floor, strict=True)
        )

    @property
    def rate_ratio(self) -> float:
        """Our rate, in floors; the median of the rounds' ratios."""
        return statistics.median(
            ours.rate / floor.rate for ours, floor in zip(self.ours, self.floor, strict=True)
        )

    def figures(self) -> dict[str, Any]:
        """Everything, for the file."""
        return {
            "name": self.name,
            "floor": summary(self.floor),
            "ours": summary(self.ours),
            "cpu_ratio": self.cpu_ratio,
            "rate_ratio": self.rate_ratio,
        }


def summary(rounds: Sequence[Round]) -> dict[str, Any]:
    """Medians of some rounds, and how far the rounds lie apart."""
    rates = [one.rate for one in rounds]
    waits = [wait for one in rounds for wait in one.waits]
    return {
        "rounds": len(rounds),
        "count": sum(one.count for one in rounds),
        "rate": statistics.median(rates),
        "rate_spread": (max(rates) - min(rates)) / statistics.median(rates),
        "cpu_ms": statistics.median(one.cpu_ms for one in rounds),
        "least_cpu_ms": min(one.cpu_ms for one in rounds),  # what a noisy machine disturbs least
        **({"p50_ms": 1000 * percentile(waits, 50), "p99_ms": 1000 * percentile(waits, 99)} if waits else {}),
    }


def percentile(values: Iterable[float], percent: int) -> float:
    """The value below which that many percent of the values lie."""
    ranked = sorted(values)
    return ranked[min(len(ranked) * percent // 100, len(ranked) - 1)]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns that stand under each other; the first to the left, numbers to the right."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def told(goals: Iterable[Goal]) -> str:
    """The goals, each with what was measured, met or not."""
    head = ("goal", "measured", "", "limit", "")
    rows = [
        (
            goal.says,
            f"{goal.measured:.4g} {goal.unit}",
            goal.bound.value,
            f"{goal.limit:g} {goal.unit}",
            "met" if goal.met else "NOT MET",
        )
        for goal in goals
    ]
    return table(head, rows)


def write_json(
    path: Path | None, settings: Mapping[str, Any], figures: Mapping[str, Any], goals: Sequence[Goal] = ()
) -> None:
    """Say how the goals stand, and keep the run, with where and when it was."""
    if goals:
        print("\n" + told(goals))
    if path is None:
        return
    conditions = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "machine": platform.machine(),
    }
    kept = {
        "conditions": conditions,
        "settings": settings,
        **figures,
        "goals": [goal.figures() for goal in goals],
    }
    path.write_text(json.dumps(kept, indent=2) + "\n")
    print(f"\nWritten to {path}")
