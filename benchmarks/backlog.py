"""When very much waits: critical alerts overtake it, a start does not stumble over it, reminders keep still.

Four questions, each with a floor beside it. How soon does the request of a critical alert reach the platform
past a heap of low messages? How soon does a service that starts with such a heap send? What do reminders cost
that are not due? And how fast are very many decided on that are due at one moment?
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.cores import MEASURED, beside, take_core
from benchmarks.goals import Bound, Goal
from benchmarks.options import command_line, end_with
from benchmarks.overtaking import LATENCY, Overtaking, overtake
from benchmarks.reminding import Idleness, due, idle, waiting
from benchmarks.rounds import Contest, Round, percentile, summary, table, write_json
from benchmarks.starting import prepared, start

SLOW, FAST = 80, 1_000_000  # messages a second: the platform's usual pace, and as fast as it goes
FLOOR = 500  # messages of a heap that is none; more than one process sends before it is ended
FEW = 10  # times fewer reminders, for the floor


@dataclass(slots=True, kw_only=True)
class Starts:
    """Services that started with so many messages waiting."""

    waiting: int
    rounds: list[Round] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The median."""
        return median(one.seconds for one in self.rounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that was measured."""

    overtaking: Sequence[Overtaking]
    starts: Sequence[Starts]  # the floor, and the heap
    idleness: Sequence[Idleness]  # without reminders, and with them
    due: Contest


async def measured(arguments: argparse.Namespace, url: str, folder: Path) -> Found:
    """All four questions, one after the other."""
    overtaking = [
        Overtaking(name="nothing waits", waiting=0, per_second=SLOW),
        Overtaking(name="at 80 a second", waiting=arguments.waiting, per_second=SLOW),
        Overtaking(name="as fast as it goes", waiting=arguments.waiting, per_second=FAST),
    ]
    for number, one in enumerate(overtaking):
        await overtake(one, arguments.alerts, url, folder / f"overtaking-{number}")
        print(f"  critical alerts, {one.name}: done", file=sys.stderr)
    return Found(
        overtaking=overtaking,
        starts=await started(arguments, url, folder),
        idleness=await waited(arguments, url, folder),
        due=await reminded(arguments, url, folder),
    )


async def started(arguments: argparse.Namespace, url: str, folder: Path) -> list[Starts]:
    """Starts with a small heap and a large one in turns."""
    starts = [Starts(waiting=FLOOR), Starts(waiting=arguments.waiting)]
    configs = [await prepared(folder / f"start-{one.waiting}", url, one.waiting) for one in starts]
    start(configs[0], url)  # the first one may have to compile everything
    for _ in range(arguments.rounds):
        for one, config in zip(starts, configs, strict=True):
            one.rounds.append(start(config, url))
    print("  starts: done", file=sys.stderr)
    return starts


async def waited(arguments: argparse.Namespace, url: str, folder: Path) -> list[Idleness]:
    """Houses that wait, without reminders and with them in turns."""
    reminders = await waiting(folder / "pending", url, arguments.waiting)
    without, pending = Idleness(), Idleness(pending=reminders)
    for _ in range(arguments.rounds):
        for one in (without, pending):
            one.rounds.append(await idle(one.pending, arguments.idle, url, folder / "idle"))
    print("  reminders that wait: done", file=sys.stderr)
    return [without, pending]


async def reminded(arguments: argparse.Namespace, url: str, folder: Path) -> Contest:
    """A tenth of the reminders and all of them in turns."""
    small = await waiting(folder / "few", url, max(arguments.reminders // FEW, 1))
    large = await waiting(folder / "many", url, arguments.reminders)
    found = Contest(name=f"{large.count} reminders")
    for _ in range(arguments.rounds):
        found.floor.append(await due(small, url, folder / "due"))
        found.ours.append(await due(large, url, folder / "due"))
    print("  reminders that are due: done", file=sys.stderr)
    return found


def show(found: Found) -> None:
    """The tables."""
    rows = [
        (f"{one.waiting} low ones wait, {one.name}", *_spread(one.waits), str(one.left), str(len(one.waits)))
        for one in found.overtaking
    ]
    print(table(("a critical alert", "p50 ms", "longest ms", "low ones left", "counted"), rows) + "\n")
    starts = [
        (
            f"{one.waiting} messages wait",
            f"{one.seconds:.2f}",
            f"{max(done.seconds for done in one.rounds):.2f}",
            f"{median(done.cpu_seconds for done in one.rounds):.2f}",
        )
        for one in found.starts
    ]
    print(table(("a start until a message is there", "median s", "longest s", "CPU s"), starts) + "\n")
    still = [
        (f"{waiting_in(one)} reminders wait", f"{summary(one.rounds)['cpu_ms']:.2f}")
        for one in found.idleness
    ]
    print(table(("an idle house", "CPU ms in a second"), still) + "\n")
    due_rows = []
    for rounds in (found.due.floor, found.due.ours):
        one = summary(rounds)
        seconds = median(done.seconds for done in rounds)
        due_rows.append((f"{rounds[0].count} at once", f"{seconds:.2f}", f"{one['cpu_ms']:.3f}"))
    print(table(("reminders that are due", "seconds", "CPU ms each"), due_rows))


def _spread(waits: Sequence[float]) -> tuple[str, str]:
    return f"{1000 * percentile(waits, 50):.0f}", f"{1000 * max(waits):.0f}"


def waiting_in(one: Idleness) -> int:
    """How many reminders wait there."""
    return one.pending.count if one.pending else 0


def start_ratio(found: Found) -> float:
    """What a start with the heap takes, in what it takes with a small one."""
    small, heap = found.starts
    pairs = zip(heap.rounds, small.rounds, strict=True)
    return median(one.cpu_seconds / other.cpu_seconds for one, other in pairs)


def still_ratio(found: Found) -> float:
    """What an idle house takes with reminders, in what it takes without."""
    without, pending = found.idleness
    pairs = zip(pending.rounds, without.rounds, strict=True)
    return median(one.cpu_seconds / other.cpu_seconds for one, other in pairs)


def goals(found: Found) -> list[Goal]:
    """What the run says about the promises."""
    heap, reminders = found.starts[-1], found.due.ours
    longest = max(wait for one in found.overtaking if one.waiting for wait in one.waits)
    due_in = median(one.seconds for one in reminders)
    what = (
        ("backlog.critical", f"A critical alert past {heap.waiting} low ones, the longest", longest, 1.0),
        ("backlog.start", f"A start with {heap.waiting} open messages", heap.seconds, 5.0),
        ("reminders.due", f"{reminders[0].count} reminders due at once: decided", due_in, 2.0),
    )
    in_seconds = [
        Goal(key=key, says=says, measured=seconds, bound=Bound.AT_MOST, limit=limit, unit="s")
        for key, says, seconds, limit in what
    ]
    ratios = (
        (
            "backlog.start.cpu",
            f"CPU of a start with {heap.waiting} open messages, in that with {found.starts[0].waiting}",
            start_ratio(found),
        ),
        (
            "reminders.idle",
            f"CPU of an idle house with {waiting_in(found.idleness[-1])} reminders, in that without",
            still_ratio(found),
        ),
        (
            "reminders.flat",
            f"CPU of each of {reminders[0].count} reminders due at once, in those of a tenth as many",
            found.due.cpu_ratio,
        ),
    )
    return in_seconds + [
        Goal(key=key, says=says, measured=ratio, bound=Bound.AT_MOST, limit=1.2, unit="x", relative=True)
        for key, says, ratio in ratios
    ]


def figures(found: Found) -> dict[str, Any]:
    """Everything, for the file."""
    return {
        "critical": [
            {
                "name": one.name,
                "waiting": one.waiting,
                "count": len(one.waits),
                "left": one.left,
                "p50_ms": 1000 * percentile(one.waits, 50),
                "longest_ms": 1000 * max(one.waits),
            }
            for one in found.overtaking
        ],
        "starts": [
            {"waiting": one.waiting, "seconds": one.seconds, **summary(one.rounds)} for one in found.starts
        ],
        "idle": [{"waiting": waiting_in(one), **summary(one.rounds)} for one in found.idleness],
        "contests": [found.due.figures()],
    }


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command_line(
        "backlog",
        "What very much that waits does to the rest.",
        quick="a fifth of the heap, three rounds",
        rounds="rounds (5; quick: 3)",
        folder="where the databases go: the disk that is measured",
    )
    parser.add_argument("--waiting", type=int, help="messages or reminders that wait (100000; quick: 20000)")
    parser.add_argument("--reminders", type=int, help="reminders due at once (10000; quick: 2000)")
    parser.add_argument("--alerts", type=int, help="critical alerts at each pace (20; quick: 8)")
    parser.add_argument("--idle", type=float, help="seconds of idleness in a round (6; quick: 3)")
    arguments = parser.parse_args(words)
    usual = (3, 20_000, 2000, 8, 3) if arguments.quick else (5, 100_000, 10_000, 20, 6)
    for name, number in zip(("rounds", "waiting", "reminders", "alerts", "idle"), usual, strict=True):
        setattr(arguments, name, getattr(arguments, name) or number)
    return arguments


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    print(
        f"Very much waits. The house is {take_core(MEASURED)}; the platform takes {1000 * LATENCY:.0f} ms "
        f"for what is critical; SQLite synchronous=FULL.\n",
        flush=True,
    )
    with (
        tempfile.TemporaryDirectory(prefix="wa-notify-backlog-", dir=arguments.folder) as name,
        beside("benchmarks.stub") as port,
    ):
        found = asyncio.run(measured(arguments, f"http://127.0.0.1:{port}", Path(name)))
    show(found)
    named = ("rounds", "waiting", "reminders", "alerts", "idle")
    settings = {name: getattr(arguments, name) for name in named}
    write_json(arguments.json, settings, figures(found), goals(found))
    return 0


if __name__ == "__main__":
    end_with(main)
