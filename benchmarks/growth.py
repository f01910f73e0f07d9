"""Growth: what a message costs with ever more people, and with ever more messages that went before.

Houses of all sizes stand side by side and send the same number of messages in turns, each to the same number
of people, who lie spread among all of them. What is told of each is the processor time of a message, and what
of it the store's thread took, which runs the statements.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks.caller import notification, status_of
from benchmarks.copies import multiply
from benchmarks.cores import MEASURED, beside, take_core
from benchmarks.goals import Bound, Goal
from benchmarks.house import House, Shape, alerts, open_house
from benchmarks.options import command_line, end_with
from benchmarks.rounds import Round, Trouble, summary, table, write_json
from benchmarks.sending import Course, Stub, durable_round
from wa_notify.clock import system_clock
from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.core.outbox import Item
from wa_notify.whatsapp.transport import service_client
from wa_notify.whatsapp.webhook import parse

ASKED = 500  # people whom the messages are for, whatever the number of all
BEFORE = 500  # messages that really went before, of which all others are copies
WARM = 64  # messages nobody looks at
AT_ONCE = 32
RECIPIENTS = (1000, 10_000, 100_000)
OUTBOX = (0, 10_000, 100_000)
FURTHER = 1_000_000


@dataclass(slots=True, kw_only=True)
class Grown:
    """A house of one size."""

    size: int
    house: House
    coming: Iterator[Alert]
    rounds: list[Round] = field(default_factory=list)
    statements_ms: list[float] = field(default_factory=list)  # of the store's thread, for each message

    async def play(self, messages: int, stub: Stub) -> None:
        """One more round."""
        course = Course(in_flight=AT_ONCE, latency=0, messages=messages)
        before = self._of_the_store()
        self.rounds.append(await durable_round(self.house, self.coming, course, stub))
        self.statements_ms.append(1000 * (self._of_the_store() - before) / messages)

    def _of_the_store(self) -> float:
        """Seconds of the processor that the store's thread has used."""
        return self.house.store.rehearse(lambda _: time.thread_time()).result()


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What grows."""

    key: str
    name: str
    houses: Sequence[Grown]

    def ratio(self, one: Grown) -> float:
        """What a message costs there, in what it costs in the smallest; the median of the rounds' ratios."""
        pairs = zip(one.rounds, self.houses[0].rounds, strict=True)
        return median(large.cpu_ms / small.cpu_ms for large, small in pairs)


async def finish(house: House, fired: Sequence[Alert]) -> None:
    """Everything that was sent is read, and every alert is over."""
    items: Sequence[Item] = await house.engine.look(lambda views: views.items(limit=10 * BEFORE))
    now = int(time.time())
    for word in ("sent", "delivered", "read"):
        body = notification([status_of(_names(item), word, now) for item in items])
        await house.engine.receive(parse(body, received_at=system_clock()))
    over = [replace(alert, status=AlertStatus.RESOLVED, ends_at=system_clock()) for alert in fired]
    await house.engine.ingest(over)


def _names(item: Item) -> dict[str, str]:
    number = int(item.recipient_id.removeprefix("p"))
    return {"wamid": item.wamid, "wa_id": f"4477{number:08d}", "callback_data": item.callback_data}


async def grown(
    stack: AsyncExitStack, folder: Path, url: str, *, people: int, outbox: int, size: int
) -> Grown:
    """A house with so many people, and so many messages that are done with."""
    folder.mkdir()
    shape, http = Shape(people=people, asked=ASKED), await stack.enter_async_context(service_client())
    coming = alerts(shape)
    if outbox:
        await fill(folder, url, http, shape, coming, outbox)
    opened = open_house(folder, base_url=url, http=http, shape=shape, in_flight=AT_ONCE)
    house = await stack.enter_async_context(opened)
    warm = Course(in_flight=AT_ONCE, latency=0, messages=WARM)
    await durable_round(house, coming, warm, Stub(url, http))
    print(f"  {people} people, {outbox} messages before: ready", file=sys.stderr)
    return Grown(size=size, house=house, coming=coming)


async def fill(
    folder: Path, url: str, http: httpx.AsyncClient, shape: Shape, coming: Iterator[Alert], outbox: int
) -> None:
    """So many messages were sent and read before, and their alerts are over."""
    before, course = list(islice(coming, BEFORE)), Course(in_flight=AT_ONCE, latency=0, messages=BEFORE)
    async with open_house(folder, base_url=url, http=http, shape=shape, in_flight=AT_ONCE) as house:
        await durable_round(house, iter(before), course, Stub(url, http))
        await finish(house, before)
    present = multiply(house.database, outbox)
    if present < outbox:
        raise Trouble(f"The outbox was to hold {outbox} messages, it holds {present}.")


async def along(arguments: argparse.Namespace, key: str, name: str, url: str, folder: Path) -> Axis:
    """Houses of all sizes, in turns."""
    recipients = key == "recipients"
    sizes = arguments.recipients if recipients else arguments.outbox
    async with AsyncExitStack() as stack, httpx.AsyncClient() as http:
        houses = [
            await grown(
                stack,
                folder / f"{key}-{size}",
                url,
                people=size if recipients else arguments.recipients[0],
                outbox=0 if recipients else size,
                size=size,
            )
            for size in sizes
        ]
        for _ in range(arguments.rounds):
            for one in houses:
                await one.play(arguments.messages, Stub(url, http))
    return Axis(key=key, name=name, houses=houses)


async def axes(arguments: argparse.Namespace, url: str, folder: Path) -> list[Axis]:
    """People first, then messages."""
    return [
        await along(arguments, "recipients", "people", url, folder),
        await along(arguments, "outbox", "messages before", url, folder),
    ]


def show(found: Sequence[Axis]) -> None:
    """The tables."""
    for axis in found:
        rows = []
        for one in axis.houses:
            done = summary(one.rounds)
            row = (
                f"{one.size} {axis.name}",
                f"{done['rate']:.0f}",
                f"{done['cpu_ms']:.2f}",
                f"{median(one.statements_ms):.2f}",
                f"{axis.ratio(one):.2f}",
                str(done["count"]),
            )
            rows.append(row)
        print(table(("", "msg/s", "CPU ms", "of it the store", "ratio", "counted"), rows) + "\n")


def goals(found: Sequence[Axis]) -> list[Goal]:
    """What the run says about the promises."""
    return [
        Goal(
            key=f"growth.{axis.key}",
            says=f"CPU for each message with {axis.houses[-1].size} {axis.name}, "
            f"in that with {axis.houses[0].size}",
            measured=axis.ratio(axis.houses[-1]),
            bound=Bound.AT_MOST,
            limit=1.2,
            unit="x",
            relative=True,
        )
        for axis in found
    ]


def figures(found: Sequence[Axis]) -> dict[str, Any]:
    """Everything, for the file."""
    return {
        axis.key: [
            {
                "size": one.size,
                **summary(one.rounds),
                "statements_ms": median(one.statements_ms),
                "ratio": axis.ratio(one),
            }
            for one in axis.houses
        ]
        for axis in found
    }


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = command_line(
        "growth",
        "The cost of a message in houses of all sizes.",
        quick="without the largest, three rounds",
        rounds="rounds (5; quick: 3)",
        folder="where the databases go: the disk that is measured",
    )
    parser.add_argument("--full", action="store_true", help=f"up to {FURTHER} people and messages")
    parser.add_argument("--messages", type=int, help="messages a round (1000; quick: 500)")
    parser.add_argument("--recipients", type=int, nargs="+", help=f"sizes of the first table {RECIPIENTS}")
    parser.add_argument("--outbox", type=int, nargs="+", help=f"sizes of the second table {OUTBOX}")
    arguments = parser.parse_args(words)
    further = (FURTHER,) if arguments.full else ()
    arguments.rounds = arguments.rounds or (3 if arguments.quick else 5)
    arguments.messages = arguments.messages or (500 if arguments.quick else 1000)
    most = 2 if arguments.quick else 3
    arguments.recipients = arguments.recipients or (*RECIPIENTS[:most], *further)
    arguments.outbox = arguments.outbox or (*OUTBOX[:most], *further)
    return arguments


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    print(f"Growth. This process is {take_core(MEASURED)}; SQLite synchronous=FULL.\n", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="wa-notify-growth-", dir=arguments.folder) as name,
        beside("benchmarks.stub") as port,
    ):
        found = asyncio.run(axes(arguments, f"http://127.0.0.1:{port}", Path(name)))
    show(found)
    settings = {name: getattr(arguments, name) for name in ("rounds", "messages", "recipients", "outbox")}
    write_json(arguments.json, settings, figures(found), goals(found))
    return 0


if __name__ == "__main__":
    end_with(main)
