"""A critical alert comes while a heap of low messages waits: how soon its request is at the platform."""

import asyncio
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from benchmarks.heap import CRITICAL_NUMBER, SHAPE, critical_alert, heap_up, rulebook
from benchmarks.house import House, open_house
from benchmarks.rounds import Trouble
from benchmarks.sending import Stub
from wa_notify.whatsapp.transport import service_client

APART = 0.4  # seconds from one critical alert to the next
LATENCY = 0.3  # seconds the platform takes
LOST_AFTER = 60.0


@dataclass(slots=True, kw_only=True)
class Overtaking:
    """One heap at one pace."""

    name: str
    waiting: int
    per_second: int
    waits: list[float] = field(default_factory=list)  # seconds from the alert until the request is there
    left: int = 0  # low messages that left meanwhile


async def overtake(one: Overtaking, alerts: int, url: str, folder: Path) -> None:
    """Let critical alerts come in one after the other while the heap is worked off."""
    async with service_client() as http, httpx.AsyncClient() as talk:
        stub = Stub(url, talk)
        await heap_up(folder, url, http, one.waiting)
        await stub.tell(latency=LATENCY, watch=CRITICAL_NUMBER)
        opened = open_house(folder, base_url=url, http=http, shape=SHAPE, book=rulebook(one.per_second))
        async with opened as house:
            await asyncio.sleep(APART)
            before, _ = await stub.tell()
            for number, _ in zip(count(), range(alerts), strict=False):
                one.waits.append(await _one(house, number, stub))
                await asyncio.sleep(APART)
            after, _ = await stub.tell()
        one.left = after - before - alerts
        await stub.tell(latency=0, watch="")
    if one.waiting and one.left <= 0:
        raise Trouble("No low message left beside the critical ones, so nothing was overtaken.")


async def _one(house: House, number: int, stub: Stub) -> float:
    await stub.tell(forget=1)
    began = time.monotonic()
    await house.engine.ingest([critical_alert(number)])
    async with asyncio.timeout(LOST_AFTER):
        while True:
            _, arrived = await stub.tell(arrivals=1)
            if arrived:
                return arrived[0] - began
            await asyncio.sleep(0.02)
