"""Whether it stays at one size: a week in virtual time, and the memory of the process at the end of each day.

    python -m benchmarks.soak              120 alerts a day
    python -m benchmarks.soak --quick
    python -m benchmarks.soak --trace      slower: which lines hold more on the last day than on the second

Alerts come, half of them are answered, the others reminded of; every message is read; each night what is old
is forgotten. By the second day everything has happened once, and because the first two days are busier, what
has a limit has reached it: memories of statements and answers, and SQLite's. What still grows grows for ever.
The resident size says what the machine notices. The objects are those that the interpreter tracks: they rise
and fall by little, so that a leak shows in them long before it can be seen from outside.
"""

import argparse
import asyncio
import gc
import os
import tempfile
import tracemalloc
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from json import loads
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.cores import MEASURED, beside, take_core
from benchmarks.goals import Bound, Goal
from benchmarks.household import MIB, resident
from benchmarks.options import command_line, end_with
from benchmarks.rounds import Trouble, table, write_json
from benchmarks.week import Tally, Week, check, open_week

SETTLED = 2  # the day after which nothing may grow
BUSIER = 3  # times as many alerts until then
MOST_GROWTH = 1.1
MOST_LINES = 25
FRAMES = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """How it stands at the end of a day."""

    day: int
    resident_mib: float
    objects: int
    accepted: int
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Soak:
    """What was seen of a week."""

    evenings: Sequence[Evening]
    tally: Tally
    grown: Sequence[str] = ()

    @property
    def memory(self) -> float:
        """The resident size of the last evening, in those of the second."""
        return self.evenings[-1].resident_mib / self.evenings[SETTLED - 1].resident_mib

    @property
    def objects(self) -> float:
        """The objects of the last evening, in those of the second."""
        return self.evenings[-1].objects / self.evenings[SETTLED - 1].objects


async def soak(folder: Path, stub: int, *, days: int, alerts: int, trace: bool) -> Soak:
    """Live through so many days. Raises `Trouble` when anything was lost."""
    evenings: list[Evening] = []
    before, grown = None, list[str]()
    if trace:
        tracemalloc.start(FRAMES)
    async with open_week(folder, f"http://127.0.0.1:{stub}") as week:
        for day in range(1, days + 1):
            begun, cpu = perf_counter(), process_time()
            await week.day(alerts * (BUSIER if day <= SETTLED else 1))
            evenings.append(evening(day, week, perf_counter() - begun, process_time() - cpu))
            print(said(evenings[-1]), flush=True)
            if trace and day == min(SETTLED, days - 1):
                before = tracemalloc.take_snapshot()
        if before:
            grown = lines_grown(before)
        await week.calm_down()
        if faults := await check(week, taken_by(stub)):
            raise Trouble("; ".join(faults))
        return Soak(evenings=evenings, tally=week.tally, grown=grown)


def evening(day: int, week: Week, seconds: float, cpu_seconds: float) -> Evening:
    """Look at ourselves."""
    gc.collect()
    return Evening(
        day=day,
        resident_mib=resident(os.getpid()) / MIB,
        objects=len(gc.get_objects()),
        accepted=week.tally.accepted,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
    )


def said(one: Evening) -> str:
    """A line while it goes on."""
    return (
        f"day {one.day}: {one.resident_mib:6.1f} MiB, {one.objects:,} objects, "
        f"{one.accepted:,} messages so far, {one.seconds:.0f} s"
    )


def lines_grown(before: tracemalloc.Snapshot) -> list[str]:
    """The lines that hold more than they did."""
    after = tracemalloc.take_snapshot()
    return [str(one) for one in after.compare_to(before, "lineno")[:MOST_LINES]]


def taken_by(stub: int) -> int:
    """How many requests the platform has taken."""
    connection = HTTPConnection("127.0.0.1", stub, timeout=10)
    connection.request("GET", "/_stub")
    taken: int = loads(connection.getresponse().read())["accepted"]
    connection.close()
    return taken


def goals(found: Soak) -> list[Goal]:
    """The promises, with what was measured."""
    measured = (
        ("soak.memory", "Resident memory after a simulated week against that after two days", found.memory),
        ("soak.objects", "Objects after a simulated week against those after two days", found.objects),
    )
    return [
        Goal(
            key=key,
            says=says,
            measured=ratio,
            bound=Bound.AT_MOST,
            limit=MOST_GROWTH,
            unit="x",
            relative=True,
        )
        for key, says, ratio in measured
    ]


def show(found: Soak) -> None:
    """The table."""
    rows = [
        (
            f"day {one.day}",
            f"{one.resident_mib:.1f}",
            f"{one.objects:,}",
            f"{one.accepted:,}",
            f"{one.cpu_seconds:.1f}",
        )
        for one in found.evenings
    ]
    print("\n" + table(("", "MiB", "objects", "messages so far", "CPU s"), rows))
    tally = found.tally
    print(
        f"\n{tally.alerts} alerts, {tally.answers} answers, {tally.accepted} messages and "
        f"{tally.statuses} statuses: nothing was lost."
    )
    for line in found.grown:
        print(line)


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command_line(
        "soak",
        "A week, and its memory.",
        quick="fewer alerts a day",
        rounds="how many days (7)",
        folder="where the database goes",
    )
    parser.add_argument("--alerts", type=int, help="alerts a day (120; quick: 30)")
    parser.add_argument(
        "--trace", action="store_true", help="tell which lines hold more than on the second day"
    )
    arguments = parser.parse_args(words)
    arguments.rounds = arguments.rounds or 7
    arguments.alerts = arguments.alerts or (30 if arguments.quick else 120)
    return arguments


def figures(found: Soak) -> dict[str, Any]:
    """Everything, for the file."""
    return {"evenings": [asdict(one) for one in found.evenings], "tally": asdict(found.tally)}


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    print(f"{arguments.rounds} days in virtual time, {arguments.alerts} alerts a day.\n", flush=True)
    take_core(MEASURED)
    with (
        tempfile.TemporaryDirectory(prefix="wa-notify-soak-", dir=arguments.folder) as name,
        beside("benchmarks.stub") as stub,
    ):
        life = soak(
            Path(name),
            int(stub),
            days=arguments.rounds,
            alerts=arguments.alerts,
            trace=arguments.trace,
        )
        found = asyncio.run(life)
    show(found)
    settings = {"days": arguments.rounds, "alerts": arguments.alerts}
    write_json(arguments.json, settings, figures(found), goals(found))
    return 0


if __name__ == "__main__":
    end_with(main)
