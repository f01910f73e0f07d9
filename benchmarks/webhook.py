"""Statuses in: a signed notification until it is applied and durable, which is when 200 is answered.

The real app on its real server has one core, the caller another. The floor is a handler of the same server
that verifies the signature and does nothing else. Every message gets sent, delivered and read.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.caller import TIMES_AS_MANY, burst, call, notification, request, status_of, steady
from benchmarks.cores import REST, beside, take_core
from benchmarks.goals import Bound, Goal
from benchmarks.house import DATABASE
from benchmarks.options import command_line, end_with
from benchmarks.receiver import NAMES
from benchmarks.rounds import Contest, Round, Trouble, summary, table, write_json
from benchmarks.sending import LOOPS

WORDS = ("sent", "delivered", "read")
BATCH = 100  # statuses in one notification
ROOM = 0.7  # of what the service can do
CALM = 0.3  # of it, before and after a burst
STEPS = 5  # times a round the messages are reported on: singly, in batches, and three times on time


@dataclass(slots=True, kw_only=True)
class Stage:
    """The running service, and the messages nobody has reported on yet."""

    port: int
    database: Path
    fresh: Iterator[dict[str, str]]
    reported: int = 0
    paced: list[Round] = field(default_factory=list)  # at the pace that was asked for
    eased: list[Round] = field(default_factory=list)  # at one that leaves this machine room
    bursts: list[Round] = field(default_factory=list)

    def cpu(self) -> float:
        """Seconds of the processor that the service has used."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", "/cpu")
            return float(connection.getresponse().read())

    def check(self, messages: int) -> None:
        """Every status must be in the database, and every message read."""
        self.reported += messages
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            (kept,) = database.execute("SELECT count(*) FROM inbox").fetchone()
            (read,) = database.execute("SELECT count(*) FROM outbox WHERE state = 'read'").fetchone()
        if (kept, read) != (self.reported * len(WORDS), self.reported):
            raise Trouble(f"{self.reported} messages were reported, {kept} statuses kept, {read} are read.")


def bodies(messages: Sequence[dict[str, str]], batch: int) -> list[bytes]:
    """The notifications about these messages: first all are sent, then delivered, then read."""
    now = int(time.time())
    statuses = [status_of(message, word, now) for word in WORDS for message in messages]
    return [notification(statuses[first : first + batch]) for first in range(0, len(statuses), batch)]


async def round_of(
    stage: Stage, path: str, messages: int, *, batch: int = 1, times: Sequence[float] = ()
) -> Round:
    """Report on so many messages; the floor only looks at the signatures."""
    applied = path == "/webhook"
    about = list(islice(stage.fresh, messages)) if applied else [STRANGER] * messages
    requests = [request(path, body) for body in bodies(about, batch)]
    cpu = stage.cpu()
    seconds, waits = await call(stage.port, requests, times)
    cpu_seconds = stage.cpu() - cpu
    if applied:
        stage.check(messages)
    return Round(count=messages * len(WORDS), seconds=seconds, cpu_seconds=cpu_seconds, waits=tuple(waits))


STRANGER = {
    "wamid": "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAERgS000000000000AA==",
    "wa_id": "447700000000",
    "callback_data": "1.1.00000000",
}


async def contests(stage: Stage, arguments: argparse.Namespace) -> list[Contest]:
    """Floor, single statuses and batches in turns; at the end a steady pace that leaves room."""
    single, batch = Contest(name="one status each"), Contest(name=f"{BATCH} statuses each")
    messages = arguments.messages
    await round_of(stage, "/verify-only", arguments.warm)
    await round_of(stage, "/webhook", arguments.warm)
    for _ in range(arguments.rounds):
        floor = await round_of(stage, "/verify-only", messages)
        single.floor.append(floor)
        single.ours.append(await round_of(stage, "/webhook", messages))
        batch.floor.append(floor)
        batch.ours.append(await round_of(stage, "/webhook", messages, batch=BATCH))
    await on_time(stage, arguments, summary(single.ours)["rate"])
    return [single, batch]


async def on_time(stage: Stage, arguments: argparse.Namespace, rate: float) -> None:
    """Calls that come whether or not the ones before were answered; ``rate`` is what the service can do."""
    calls = arguments.messages * len(WORDS)
    for _ in range(arguments.rounds):
        times = steady(calls, arguments.pace)
        stage.paced.append(await round_of(stage, "/webhook", arguments.messages, times=times))
        times = steady(calls, min(arguments.pace, ROOM * rate))
        stage.eased.append(await round_of(stage, "/webhook", arguments.messages, times=times))
        times = burst(calls, CALM * rate)
        stage.bursts.append(await round_of(stage, "/webhook", arguments.messages, times=times))


def show(found: Sequence[Contest], stage: Stage) -> dict[str, Any]:
    """The table; gives what stands below it."""
    head = ("", "verify/s", "ours/s", "ratio", "verify CPU ms", "ours CPU ms", "CPU ratio", "counted")
    rows = []
    for one in found:
        floor, ours = summary(one.floor), summary(one.ours)
        row = (
            one.name,
            f"{floor['rate']:.0f}",
            f"{ours['rate']:.0f}",
            f"{one.rate_ratio:.2f}",
            f"{floor['cpu_ms']:.3f}",
            f"{ours['cpu_ms']:.3f}",
            f"{one.cpu_ratio:.2f}",
            str(ours["count"]),
        )
        rows.append(row)
    print(table(head, rows))
    for name, rounds in (("steady", stage.paced), ("steady, with room", stage.eased)):
        kept = summary(rounds)
        print(
            f"\n{name}, {kept['rate']:.0f} notifications a second: "
            f"p50 {kept['p50_ms']:.1f} ms, p99 {kept['p99_ms']:.1f} ms",
            end="",
        )
    longest = max(wait for one in stage.bursts for wait in one.waits)
    print(f"\na burst of {TIMES_AS_MANY} times as many: the longest wait was {1000 * longest:.0f} ms")
    print(f"Every one of {stage.reported * len(WORDS)} statuses is in the database.")
    return {
        "paced": summary(stage.paced),
        "eased": summary(stage.eased),
        "burst": {**summary(stage.bursts), "longest_ms": 1000 * longest},
        "batch_gain": gain_of(*found),
    }


def gain_of(single: Contest, batch: Contest) -> float:
    """How many times as many statuses a second in batches; the median of the rounds."""
    pairs = zip(batch.ours, single.ours, strict=True)
    return statistics.median(many.rate / one.rate for many, one in pairs)


def goals(found: Sequence[Contest], stage: Stage, pace: float) -> list[Goal]:
    """What the run says about the promises. That nothing was lost `Stage.check` has seen to."""
    single, batch = found
    return [
        Goal(
            key="webhook.rate",
            says="Statuses applied and durable, one a notification, one core",
            measured=summary(single.ours)["rate"],
            bound=Bound.AT_LEAST,
            limit=4000,
            unit="/s",
        ),
        Goal(
            key="webhook.share",
            says="The same, in those of a handler that only verifies",
            measured=single.rate_ratio,
            bound=Bound.AT_LEAST,
            limit=0.8,
            unit="x",
            relative=True,
        ),
        Goal(
            key="webhook.p99",
            says=f"Answers at a steady {pace:.0f} notifications a second, p99",
            measured=summary(stage.paced)["p99_ms"],
            bound=Bound.AT_MOST,
            limit=100,
            unit="ms",
        ),
        Goal(
            key="webhook.batch",
            says=f"Statuses in batches of {BATCH}, in single ones",
            measured=gain_of(single, batch),
            bound=Bound.AT_LEAST,
            limit=15,
            unit="x",
            relative=True,
        ),
        Goal(
            key="webhook.burst",
            says=f"Lost of a burst of {TIMES_AS_MANY} times as many",
            measured=0,
            bound=Bound.AT_MOST,
            limit=0,
            unit="lost",
        ),
    ]


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command_line(
        "webhook",
        "Signed statuses until durable, against verifying only.",
        quick="small rounds, three of them",
        rounds="rounds (5; quick: 3)",
        folder="where the database goes: the disk that is measured",
    )
    parser.add_argument(
        "--messages", type=int, help="messages a round, three statuses each (2000; quick: 500)"
    )
    parser.add_argument(
        "--pace", type=float, default=3300, help="notifications a second at a steady pace (3300)"
    )
    parser.add_argument("--loop", choices=LOOPS, default=LOOPS[0], help="the service's event loop (uvloop)")
    arguments = parser.parse_args(words)
    arguments.rounds = arguments.rounds or (3 if arguments.quick else 5)
    arguments.messages = arguments.messages or (500 if arguments.quick else 2000)
    arguments.warm = min(100, arguments.messages)
    return arguments


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    take_core(REST)
    print(
        f"Statuses in. The service has a core for itself ({arguments.loop}); SQLite synchronous=FULL.\n",
        flush=True,
    )
    needed = arguments.warm + STEPS * arguments.rounds * arguments.messages
    with (
        tempfile.TemporaryDirectory(prefix="wa-notify-webhook-", dir=arguments.folder) as name,
        beside("benchmarks.stub") as stub,
        beside("benchmarks.receiver", name, f"http://127.0.0.1:{stub}", str(needed), arguments.loop) as port,
    ):
        folder = Path(name)
        fresh = iter(json.loads((folder / NAMES).read_text()))
        stage = Stage(port=int(port), database=folder / DATABASE, fresh=fresh)
        found = asyncio.run(contests(stage, arguments))
    more = show(found, stage)
    settings = {name: getattr(arguments, name) for name in ("rounds", "messages", "pace", "loop")}
    write_json(
        arguments.json,
        settings,
        {"contests": [one.figures() for one in found], **more},
        goals(found, stage, arguments.pace),
    )
    return 0


if __name__ == "__main__":
    end_with(main)
