"""Whether it became slower: the ratios of a run beside those of the run that is kept in `kept.json`.

    python -m benchmarks.kept RUN.json     a table; ends with 1 when something is worse

Only ratios to a floor of the same run are compared: a figure of one machine says nothing on another. They
differ from run to run all the same, so that only what is worse by more than `MARGIN` counts.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.goals import Bound, Goal
from wa_notify.cli import terminal

KEPT = Path(__file__).with_name("kept.json")
MARGIN = 1.5  # times as bad


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A ratio then and now; one of them is missing where only one run has it."""

    key: str
    unit: str
    bound: Bound
    kept: float | None
    now: float | None

    @property
    def factor(self) -> float | None:
        """How many times as bad it is; below 1 it is better."""
        if self.kept is None or self.now is None:
            return None
        worse, better = (self.now, self.kept) if self.bound is Bound.AT_MOST else (self.kept, self.now)
        return worse / better if better > 0 else float(worse > 0) and float("inf")

    @property
    def is_worse(self) -> bool:
        """Whether it is worse by more than chance explains."""
        return self.factor is not None and self.factor > MARGIN


def goals_of(run: Mapping[str, Any]) -> list[Goal]:
    """The goals in a file of figures."""
    return [
        Goal(
            **{
                name: value
                for name, value in {**goal, "bound": Bound(goal["bound"])}.items()
                if name != "met"
            }
        )
        for goal in run.get("goals", ())
    ]


def compare(kept: Iterable[Goal], now: Iterable[Goal]) -> list[Change]:
    """What became of each ratio, in the order of the run; what only the kept run has comes last."""
    before = {goal.key: goal for goal in kept if goal.relative}
    after = {goal.key: goal for goal in now if goal.relative}
    return [
        Change(
            key=key,
            unit=goal.unit,
            bound=goal.bound,
            kept=before[key].measured if key in before else None,
            now=after[key].measured if key in after else None,
        )
        for key, goal in (after | {key: goal for key, goal in before.items() if key not in after}).items()
    ]


def show(changes: Sequence[Change]) -> bool:
    """Print them; whether nothing is worse."""
    rows = [
        (change.key, _figure(change.kept, change.unit), _figure(change.now, change.unit), _change(change))
        for change in changes
    ]
    terminal.table(("goal", "kept", "now", "change"), rows, right=("kept", "now"))
    worse = [change.key for change in changes if change.is_worse]
    lost = [change.key for change in changes if change.now is None]
    terminal.write()
    if lost:
        terminal.note(f"Not measured this time: {', '.join(lost)}.")
    if worse:
        terminal.no(f"Worse by more than {MARGIN} times: {', '.join(worse)}.")
    else:
        terminal.done(f"Nothing is worse by more than {MARGIN} times.")
    return not worse


def _figure(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.3g} {unit}".strip()


def _change(change: Change) -> str:
    if change.kept is None:
        return "new"
    if change.factor is None:
        return "not measured"
    if change.is_worse:
        return f"{terminal.NO} {change.factor:.2f} times as bad"
    if change.factor > 1:
        return f"{change.factor:.2f} times as bad, within the margin"
    return f"{terminal.DONE} no worse"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kept", description="Is anything slower?")
    parser.add_argument(
        "run", type=Path, metavar="RUN.json", help="a file of `benchmarks.run` or of one benchmark"
    )
    parser.add_argument("--kept", type=Path, metavar="FILE", default=KEPT, help="what to compare it with")
    arguments = parser.parse_args(words)
    kept, now = (goals_of(json.loads(path.read_text())) for path in (arguments.kept, arguments.run))
    return 0 if show(compare(kept, now)) else 1


if __name__ == "__main__":
    sys.exit(main())
