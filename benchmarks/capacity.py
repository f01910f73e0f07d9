"""How many services, connections and servers many numbers need, and what gives out first: a plan, simulated.

    python -m benchmarks.capacity                 100 numbers of 1,000 messages a second each
    python -m benchmarks.capacity --quick
    python -m benchmarks.capacity --costs FILE    by what `python -m benchmarks.services --json FILE` measured
    python -m benchmarks.capacity --write-docs    and the tables of docs/capacity.md with it

Nothing is measured here. The costs are those of `benchmarks/costs.json`, taken on one machine;
`benchmarks.partition` lets them wait for one another in virtual time, and `benchmarks.region` multiplies what
one number sustains.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from benchmarks.costs import Costs, costs_from
from benchmarks.options import command_line, end_with
from benchmarks.partition import Load, Seen, simulated
from benchmarks.region import Findings, Limits, Quantiles, assumptions, tables
from benchmarks.rounds import Trouble, table, write_json

ROOT = Path(__file__).parents[1]
COSTS = ROOT / "benchmarks" / "costs.json"
DOCS = ROOT / "docs" / "capacity.md"
BEGIN, END = "<!-- capacity -->", "<!-- /capacity -->"
SERVICES = (1, 2, 3, 4, 8)
PRECISE = 0.01  # of a rate, or of a cost: nearer is not searched
GROWTH = 0.02  # of the rate: a backlog that grows by less is one that settles
ROOM = 1.02  # of the rate that no wait at all would allow: the search begins there
FULL_CALLBACK = 100  # statuses
BURST = 100  # alerts
LOADS = (  # parts of the rate that is sustained, and alerts in a request
    (0.5, 1),
    (0.8, 1),
    (0.95, 1),
    (0.8, BURST),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a number is tried: the costs, the limits of a service, and virtual ``seconds`` for each load."""

    costs: Costs
    limits: Limits
    seconds: float
    seed: int

    def load(self, services: int, rate: float, **more: Any) -> Load:
        """A load of even arrivals on so many services."""
        asked = {"even": True, "seconds": self.seconds, "seed": self.seed, **more}
        limits = self.limits
        return Load(
            services=services,
            rate=rate,
            in_flight=limits.in_flight,
            latency=limits.latency_ms / 1000,
            **asked,
        )


def greatest(holds: Callable[[float], bool], most: float) -> float:
    """The greatest value up to ``most`` of which it holds, by bisection; 0 if of none.

    It has to hold of all that is smaller.
    """
    if holds(most):
        return most
    least, nearest = 0.0, PRECISE * most
    while most - least > nearest:
        middle = (least + most) / 2
        least, most = (middle, most) if holds(middle) else (least, middle)
    return least


def sustained(trial: Trial, services: int, *, statuses_at_once: int = 1) -> int:
    """The greatest rate of a number at which what waits does not grow; whole messages a second."""

    def holds(rate: float) -> bool:
        load = trial.load(services, rate, statuses_at_once=statuses_at_once)
        return simulated(trial.costs, load).growth <= GROWTH

    costs, limits = trial.costs, trial.limits
    cheapest = replace(costs, status_verify_cpu_ms=costs.status_verify_cpu_ms / statuses_at_once)
    bounds = [services * limits.in_flight / limits.latency_ms * 1000]
    bounds += [services * 1000 / cheapest.core_ms] if cheapest.core_ms else []
    bounds += [1000 / costs.pen_ms] if costs.pen_ms else []
    return int(greatest(holds, ROOM * min(bounds)))


def times(trial: Trial, services: int, most: int) -> list[Quantiles]:
    """How long it takes until a message is accepted, at parts of the rate that is sustained."""
    found = []
    for part, alerts in LOADS:
        load = trial.load(services, part * most, alerts_at_once=alerts, even=False)
        found.append(Quantiles(part=part, alerts_at_once=alerts, seen=simulated(trial.costs, load)))
    return found


def cheap_enough(trial: Trial, services: int) -> float:
    """The pen's milliseconds for a message at which a number sustains the target; 0 if never."""

    def seen(pen_ms: float) -> Seen:
        costs = with_pen(trial.costs, pen_ms)
        return simulated(costs, trial.load(services, trial.limits.target))

    most = min(trial.costs.pen_ms, ROOM * 1000 / trial.limits.target)
    return greatest(lambda pen_ms: seen(pen_ms).growth <= GROWTH, most)


def with_pen(costs: Costs, pen_ms: float) -> Costs:
    """The same, but everything that is done with the pen in hand costs a part of it, except the commit."""
    part = pen_ms / costs.pen_ms if costs.pen_ms else 0.0
    return replace(
        costs,
        pen_cpu_ms=part * costs.pen_cpu_ms,
        pen_wait_ms=part * costs.pen_wait_ms,
        status_pen_cpu_ms=part * costs.status_pen_cpu_ms,
        status_pen_wait_ms=part * costs.status_pen_wait_ms,
    )


def find(trial: Trial) -> Findings:
    """Simulate everything that the plan needs. Raises `Trouble` when a number sustains nothing."""
    single = {services: sustained(trial, services) for services in SERVICES}
    full = {services: sustained(trial, services, statuses_at_once=FULL_CALLBACK) for services in SERVICES}
    found = Findings(single=single, full=full, full_callback=FULL_CALLBACK)
    if not found.most:
        raise Trouble("At these costs a number does not sustain a single message a second.")
    return replace(
        found,
        times=times(trial, found.services, found.most),
        cheap_pen_ms=cheap_enough(trial, SERVICES[-1]),
        many_services=SERVICES[-1],
    )


def markdown(trial: Trial, found: Findings) -> str:
    """What stands between the marks of docs/capacity.md."""
    lines = [*(f"- {one}" for one in assumptions(trial.costs, trial.limits)), ""]
    for one in tables(trial.costs, trial.limits, found):
        rule = "|".join(["---", *["---:"] * (len(one.head) - 1)])
        rows = [f"| {' | '.join(row)} |" for row in one.rows]
        lines += [f"**{one.title}**", "", f"| {' | '.join(one.head)} |", f"|{rule}|", *rows, ""]
    return "\n".join(lines).rstrip()


def write_docs(text: str, path: Path) -> None:
    """Put the text between the marks. Raises `Trouble` if they are not there."""
    before, begin, rest = path.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise Trouble(f"{path} has no {BEGIN} ... {END}")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
    print(f"Written to {path}")


def show(trial: Trial, found: Findings) -> None:
    """The tables."""
    print("Assumed:")
    for one in assumptions(trial.costs, trial.limits):
        print(f"- {one}")
    for each in tables(trial.costs, trial.limits, found):
        print(f"\n{each.title}\n\n{table(each.head, each.rows)}")


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command_line(
        "capacity",
        "What many numbers need, and what gives out first.",
        quick="less virtual time: figures are less exact",
        folder="taken as by the other benchmarks; nothing is put there",
    )
    parser.add_argument("--costs", type=Path, metavar="FILE", default=COSTS, help="what each step costs")
    parser.add_argument("--seed", type=int, default=1, help="of all chance (1)")
    parser.add_argument("--seconds", type=float, help="virtual time of each load (12; quick: 6)")
    for field in fields(Limits):
        name, kind = field.name.replace("_", "-"), type(field.default)
        said = f"{field.metadata['help']} ({field.default})"
        parser.add_argument(f"--{name}", type=kind, default=field.default, help=said)
    parser.add_argument("--markdown", action="store_true", help="print what docs/capacity.md holds")
    parser.add_argument("--write-docs", action="store_true", help="write it there")
    arguments = parser.parse_args(words)
    arguments.seconds = arguments.seconds or (6.0 if arguments.quick else 12.0)
    return arguments


def trial_of(arguments: argparse.Namespace) -> Trial:
    """What the command line asks for. Raises `Trouble` when there are no costs."""
    limits = Limits(**{field.name: getattr(arguments, field.name) for field in fields(Limits)})
    return Trial(
        costs=costs_from(arguments.costs), limits=limits, seconds=arguments.seconds, seed=arguments.seed
    )


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    trial = trial_of(arguments)
    found = find(trial)
    if arguments.markdown:
        print(markdown(trial, found))
    else:
        show(trial, found)
    if arguments.write_docs:
        write_docs(markdown(trial, found), DOCS)
    settings = {"seconds": trial.seconds, "seed": trial.seed, **asdict(trial.limits)}
    write_json(arguments.json, settings, {"costs": asdict(trial.costs), **asdict(found)})
    return 0


if __name__ == "__main__":
    end_with(main)
