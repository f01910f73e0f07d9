"""Several services on one PostgreSQL database, against one on a file: how it grows, and what a message costs.

    python -m benchmarks.services --quick

Each service is a process; those of a contestant share a database, and each takes in its part of the alerts.
All contestants run in turns. They, the server and the platform share the cores of this machine, so that on
two cores little can grow: what it costs the services and the server is told beside the rate. The server is
one of its own, from Debian's packages, and every commit waits for the disk of TMPDIR, as SQLite's do.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks.cores import beside
from benchmarks.goals import Bound, Goal
from benchmarks.house import DATABASE, Shape, settled
from benchmarks.options import command_line, end_with
from benchmarks.rounds import Contest, Round, Trouble, summary, table, write_json
from benchmarks.sending import PEOPLE
from benchmarks.sharing import Contestant, Worker, busy, costs, written
from tests.postgres import Cluster, programs
from wa_notify.core.outbox import ItemState
from wa_notify.ports import Views
from wa_notify.store.opening import open_store

SIZES = (1, 2, 3)  # services on one database at the server
LOST_AFTER = 120.0
LOOK_EVERY = 0.01  # seconds
WARM = 40  # messages


@contextmanager
def contestants(folder: Path, server: Cluster, stub_url: str) -> Iterator[list[Contestant]]:
    """One on a file, then as many as there are sizes at the server; all of them at work."""
    with ExitStack() as leaving:
        found = []
        for size in (0, *SIZES):
            address = server.empty() if size else f"sqlite:///{folder / DATABASE}"
            settled(address, Shape(people=PEOPLE))
            workers = [Worker(address, stub_url, number) for number in range(size or 1)]
            for worker in workers:
                leaving.callback(worker.close)
                worker.answer()
            services = "1 service" if size < 2 else f"{size} services"
            name = f"{services} on PostgreSQL" if size else f"{services} on SQLite"
            found.append(Contestant(name=name, address=address, workers=workers))
        yield found


def play(one: Contestant, messages: int, server: Cluster, stub_url: str) -> None:
    """One round: alerts come in at all services, until the platform has taken every message."""
    before, writes, work = one.cost(), written(server), busy(server)
    wanted = accepted(stub_url) + messages
    began = time.perf_counter()
    for place, worker in enumerate(one.workers):
        worker.say(f"take {part(messages, place, len(one.workers))}")
    while (taken := accepted(stub_url)) < wanted:
        if time.perf_counter() - began > LOST_AFTER:
            raise Trouble(f"{one.name}: {wanted - taken} of {messages} messages did not arrive.")
        time.sleep(LOOK_EVERY)
    seconds = time.perf_counter() - began
    for worker in one.workers:
        worker.answer()
    one.sent += messages
    wait_until_durable(one)
    after = one.cost()
    cpu = after["process"] - before["process"]
    one.rounds.append(Round(count=messages, seconds=seconds, cpu_seconds=cpu))
    one.writers.append(after["writer"] - before["writer"])
    one.server.append(busy(server) - work)
    one.journal.append(written(server) - writes)


def accepted(stub_url: str) -> int:
    """How many messages the platform has taken."""
    return int(httpx.get(f"{stub_url}/_stub").json()["accepted"])


def wait_until_durable(one: Contestant) -> None:
    """Raises `Trouble` when the database knows of fewer accepted messages than were sent, or of more."""
    give_up_at = time.monotonic() + LOST_AFTER
    with closing(open_store(one.address, exclusive=False)) as store:
        while (known := store.read(_accepted).result()) != one.sent:
            if known > one.sent or time.monotonic() > give_up_at:
                raise Trouble(f"{one.name}: {one.sent} messages were sent, {known} are stored as accepted.")
            time.sleep(LOOK_EVERY)


def _accepted(views: Views) -> int:
    return views.counts().items[ItemState.ACCEPTED]


def part(messages: int, place: int, of: int) -> int:
    """Its share of the messages, so that all shares make them up."""
    return messages // of + (place < messages % of)


def run(arguments: argparse.Namespace, stub_url: str) -> tuple[list[Contestant], dict[str, Any]]:
    """All rounds, in turns; then what a message costs the service that is alone at the server."""
    # The server runs as somebody else, who may enter the folder of all temporary files, but not every other
    with (
        tempfile.TemporaryDirectory(prefix="wa-notify-services-", dir=arguments.folder) as folder,
        closing(Cluster(programs(), Path(tempfile.gettempdir()))) as server,
    ):
        return played(arguments, stub_url, server, Path(folder))


def played(
    arguments: argparse.Namespace, stub_url: str, server: Cluster, folder: Path
) -> tuple[list[Contestant], dict[str, Any]]:
    """The same, at that server."""
    with contestants(folder, server, stub_url) as found:
        for one in found:
            play(one, WARM, server, stub_url)
            for figures in (one.rounds, one.writers, one.server, one.journal):
                figures.clear()
        for _ in range(arguments.rounds):
            for one in found:
                play(one, arguments.messages, server, stub_url)
        return found, costs(found[1], server, arguments.messages)


def show(found: Sequence[Contestant]) -> None:
    """The table."""
    head = ("", "msg/s", "on SQLite's", "services' CPU ms", "writers'", "server's", "WAL bytes", "rounds")
    rows = []
    for one in found:
        told = summary(one.rounds)
        count = median(each.count for each in one.rounds)
        at_server = one is not found[0]
        rows.append(
            (
                one.name,
                f"{told['rate']:.0f}",
                f"{ratio(one, found[0]):.2f}",
                f"{told['cpu_ms']:.2f}",
                f"{1000 * median(one.writers) / count:.2f}",
                f"{1000 * median(one.server) / count:.2f}" if at_server else "",
                f"{median(one.journal) / count:.0f}" if at_server else "",
                str(told["rounds"]),
            )
        )
    print(table(head, rows))


def ratio(one: Contestant, floor: Contestant) -> float:
    """Its rate in those of the floor."""
    return Contest(name=one.name, floor=floor.rounds, ours=one.rounds).rate_ratio


def goals(found: Sequence[Contestant]) -> list[Goal]:
    """That two services are worth having beside one on a file."""
    return [
        Goal(
            key="services.two",
            says="Two services on PostgreSQL, in the rate of one on SQLite",
            measured=ratio(found[2], found[0]),
            bound=Bound.AT_LEAST,
            limit=1.0,
            unit="x",
            relative=True,
        )
    ]


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command_line(
        "services",
        "Several services on PostgreSQL, one on SQLite.",
        quick="three rounds of 300 messages",
        rounds="rounds for each (5; quick: 3)",
        folder="where the file goes: the disk that is measured",
    )
    parser.add_argument("--messages", type=int, help="messages in a round (1000; quick: 300)")
    arguments = parser.parse_args(words)
    arguments.rounds = arguments.rounds or (3 if arguments.quick else 5)
    arguments.messages = arguments.messages or (300 if arguments.quick else 1000)
    return arguments


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    print("Services that share a database. Nothing is pinned to a core.\n", flush=True)
    with beside("benchmarks.stub") as port:
        found, spent = run(arguments, f"http://127.0.0.1:{port}")
    show(found)
    figures = {
        "contestants": [{"name": one.name, "ours": summary(one.rounds)} for one in found],
        "costs": spent,
    }
    settings = {"rounds": arguments.rounds, "messages": arguments.messages, "people": PEOPLE}
    write_json(arguments.json, settings, figures, goals(found))
    return 0


if __name__ == "__main__":
    end_with(main)
