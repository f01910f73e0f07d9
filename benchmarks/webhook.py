"""Statuses in: a signed notification until it is applied and durable, which is when 200 is answered.

The real app on its real server has one core, the caller another. The floor is a handler of the same server
that verifies the signature and does nothing else. Every message gets sent, delivered and read.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.caller import call, notification, request, status_of
from benchmarks.cores import REST, beside, take_core
from benchmarks.receiver import NAMES
from benchmarks.rounds import Contest, Round, Trouble, summary, table, write_json

WORDS = ("sent", "delivered", "read")
BATCH = 100  # statuses in one notification


@dataclass(slots=True, kw_only=True)
class Stage:
    """The running service, and the messages nobody has reported on yet."""

    port: int
    database: Path
    fresh: Iterator[dict[str, str]]
    reported: int = 0
    paced: list[Round] = field(default_factory=list)

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


async def round_of(stage: Stage, path: str, messages: int, *, batch: int = 1, pace: float = 0) -> Round:
    """Report on so many messages; the floor only looks at the signatures."""
    applied = path == "/webhook"
    about = list(islice(stage.fresh, messages)) if applied else [STRANGER] * messages
    requests = [request(path, body) for body in bodies(about, batch)]
    cpu = stage.cpu()
    seconds, waits = await call(stage.port, requests, pace)
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
    pace = min(arguments.pace, 0.7 * summary(single.ours)["rate"])
    for _ in range(arguments.rounds):
        stage.paced.append(await round_of(stage, "/webhook", messages, pace=pace))
    return [single, batch]


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
    single, batch = (summary(one.ours) for one in found)
    paced = summary(stage.paced)
    gain = batch["rate"] / single["rate"]
    print(f"\nBatches carry {gain:.1f} times as many statuses a second as singles.")
    print(
        f"Answers at {paced['rate']:.0f} notifications a second: "
        f"p50 {paced['p50_ms']:.1f} ms, p99 {paced['p99_ms']:.1f} ms"
    )
    print(f"Every one of {stage.reported * len(WORDS)} statuses is in the database.")
    return {"paced": paced, "batch_gain": gain}


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.webhook",
        description="Signed statuses until durable, against verifying only.",
    )
    parser.add_argument("--quick", action="store_true", help="small rounds, three of them")
    parser.add_argument("--rounds", type=int, help="rounds (5; quick: 3)")
    parser.add_argument(
        "--messages", type=int, help="messages a round, three statuses each (2000; quick: 500)"
    )
    parser.add_argument(
        "--pace", type=float, default=3300, help="most notifications a second at a steady pace"
    )
    parser.add_argument(
        "--loop", choices=("asyncio", "uvloop"), default="asyncio", help="the service's event loop"
    )
    parser.add_argument("--folder", type=Path, help="where the database goes: the disk that is measured")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
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
    needed = arguments.warm + 3 * arguments.rounds * arguments.messages
    with (
        tempfile.TemporaryDirectory(prefix="wa-notify-webhook-", dir=arguments.folder) as name,
        beside("benchmarks.stub") as stub,
        beside("benchmarks.receiver", name, f"http://127.0.0.1:{stub}", str(needed), arguments.loop) as port,
    ):
        folder = Path(name)
        fresh = iter(json.loads((folder / NAMES).read_text()))
        stage = Stage(port=int(port), database=folder / "wa-notify.db", fresh=fresh)
        found = asyncio.run(contests(stage, arguments))
    more = show(found, stage)
    settings = {name: getattr(arguments, name) for name in ("rounds", "messages", "pace", "loop")}
    write_json(arguments.json, settings, {"contests": [one.figures() for one in found], **more})
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"The figures are worth nothing: {trouble}")
