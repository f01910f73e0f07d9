"""One of the services that are measured together, in a process of its own, on a database that they share.

    python -m benchmarks.worker ADDRESS STUB_URL NUMBER PEOPLE

It obeys one line at a time and answers each with a line of JSON: ``take 500`` lets so many alerts come in by
the engine's door, ``hear 500`` as many statuses of messages that were accepted, and ``cost`` tells how many
seconds of the processor the process has used, and how many of them its writer had.
"""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import uvloop

from benchmarks.house import House, Shape, alerts, open_house
from benchmarks.sending import FEEDERS, feed
from wa_notify.clock import system_clock
from wa_notify.core.alert import Alert
from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.inbound import Arrival, Sender, StatusUpdate
from wa_notify.core.outbox import Item, ItemState
from wa_notify.service import IN_FLIGHT
from wa_notify.whatsapp.transport import service_client

APART = 1_000_000_000  # between the machines of which two workers have alerts
WRITER = "store-writer"


async def take(house: House, coming: Iterator[Alert], count: int) -> None:
    """Let so many alerts come in."""
    queue = iter(list(islice(coming, count)))
    await asyncio.gather(*(feed(house, queue) for _ in range(min(FEEDERS, count))))


async def hear(house: House, count: int) -> dict[str, float]:
    """Hear that the last messages were delivered, each by a callback of its own, and what that cost."""
    items = await house.engine.look(lambda views: views.items(limit=count))
    accepted = [_delivered(house, item) for item in items if item.state is ItemState.ACCEPTED]
    queue = iter(accepted)

    async def caller() -> None:
        for arrival in queue:
            await house.engine.receive([arrival])

    before = cost()
    await asyncio.gather(*(caller() for _ in range(FEEDERS)))
    return {"heard": len(accepted)} | {name: after - before[name] for name, after in cost().items()}


def _delivered(house: House, item: Item) -> Arrival:
    status = StatusUpdate(
        wamid=item.wamid,
        status=DeliveryStatus.DELIVERED,
        word="delivered",
        at=system_clock(),
        recipient=Sender(),
        callback_data=item.callback_data,
    )
    return Arrival(key=f"{item.wamid}/delivered", number_id=house.account.number_id, event=status)


def cost() -> dict[str, float]:
    """Seconds of the processor that the process has used, and how many of them its writer had."""
    (writer,) = (thread for thread in threading.enumerate() if thread.name == WRITER)
    assert writer.ident
    its_clock = time.pthread_getcpuclockid(writer.ident)
    return {"process": time.process_time(), "writer": time.clock_gettime(its_clock)}


async def obey(house: House, coming: Iterator[Alert], words: list[str]) -> dict[str, float]:
    """Do what a line says."""
    match words:
        case ["take", count]:
            await take(house, coming, int(count))
            return {"taken": int(count)}
        case ["hear", count]:
            return await hear(house, int(count))
        case _:
            return cost()


async def serve(address: str, stub_url: str, number: int, people: int) -> None:
    """Obey until nobody says anything more."""
    shape = Shape(people=people)
    async with (
        service_client() as http,
        open_house(
            Path(), base_url=stub_url, http=http, shape=shape, in_flight=IN_FLIGHT, address=address
        ) as house,
    ):
        coming = alerts(shape, first=number * APART)
        print(json.dumps({"ready": number}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await obey(house, coming, line.split())), flush=True)


def main(words: list[str]) -> int:
    address, stub_url, number, people = words
    uvloop.run(serve(address, stub_url, int(number), int(people)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
