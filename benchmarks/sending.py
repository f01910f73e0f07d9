"""One contest of sending: alerts come in by the engine's door, and a bare loop sends the same beside it."""

import asyncio
import json
import time
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvloop

from benchmarks.house import House, Shape, account, alerts, open_house
from benchmarks.rounds import Contest, Round, Trouble
from wa_notify.core.alert import Alert
from wa_notify.core.message import Outgoing
from wa_notify.core.outbox import ItemState
from wa_notify.whatsapp.payload import request_body
from wa_notify.whatsapp.transport import service_client

T = TypeVar("T")
LOOPS = ("uvloop", "asyncio")  # the first is the service's own
PEOPLE = 500  # more than requests in flight: a person has one message on the way at a time
EACH = 5  # messages to a person in a round: all rounds together stay below the pace of one person
FEEDERS = 64  # alerts that come in at the same time
LOST_AFTER = 60.0  # seconds without an end
SHOWN = 3  # of what went wrong


def run_on(loop: str, work: Coroutine[Any, Any, T]) -> T:
    """Do the work on that event loop; ``uvloop`` is what `wa-notify serve` runs on where it is installed."""
    factory = uvloop.new_event_loop if loop == "uvloop" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(work)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The conditions of one contest."""

    in_flight: int
    latency: float
    messages: int
    per_alert: int = 1

    @property
    def name(self) -> str:
        """The first column."""
        to = "" if self.per_alert == 1 else f", an alert to {self.per_alert} people"
        return f"{self.in_flight} in flight, {1000 * self.latency:.0f} ms{to}"


class Stub:
    """The platform in the other process."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.url = url
        self._http = http

    async def tell(self, **wishes: float | str) -> tuple[int, list[float]]:
        """Set its latency, or make it forget; what it has accepted, and when each message arrived."""
        answer = (await self._http.get(f"{self.url}/_stub", params=wishes)).json()
        return int(answer["accepted"]), [float(at) for at in answer["arrived_at"]]


async def durable_round(house: House, coming: Iterator[Alert], course: Course, stub: Stub) -> Round:
    """Alerts come, messages leave; it ends when the store knows that every one was accepted."""
    arrived_before, _ = await stub.tell()
    known_before = await accepted_by(house)
    wanted = course.messages // course.per_alert
    sent = wanted * course.per_alert
    queue = iter(list(islice(coming, wanted)))
    done = house.tally.after(sent)
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(feed(house, queue) for _ in range(min(FEEDERS, wanted))))
    try:
        async with asyncio.timeout(LOST_AFTER):
            await done
    except TimeoutError:
        raise Trouble(f"{sent} messages were to leave. {await findings(house)}") from None
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    known = await accepted_by(house) - known_before
    arrived = (await stub.tell())[0] - arrived_before
    if (arrived, known) != (sent, sent):
        raise Trouble(
            f"{sent} messages were to leave, {arrived} arrived, {known} are stored. {await findings(house)}"
        )
    return Round(count=sent, seconds=seconds, cpu_seconds=cpu_seconds)


async def findings(house: House) -> str:
    """What might explain a wrong number of messages."""
    items = await house.engine.look(lambda views: views.items(limit=100_000))
    again = [f"{item.key} ({item.attempts} times, {item.reason})" for item in items if item.attempts > 1]
    trouble = house.whatsapp.trouble
    return f"Tried again: {again[:SHOWN] or 'none'}. Bad answers: {len(trouble)}, such as {trouble[:SHOWN]}."


async def feed(house: House, queue: Iterator[Alert]) -> None:
    """Bring alerts in one after the other."""
    for alert in queue:
        await house.engine.ingest([alert])


async def accepted_by(house: House) -> int:
    """How many messages the store knows to be accepted."""
    counts = await house.engine.look(lambda views: views.counts())
    return counts.items[ItemState.ACCEPTED]


async def bare_round(
    http: httpx.AsyncClient, url: str, payloads: Sequence[Outgoing], course: Course, count: int
) -> Round:
    """The same requests by the same client, and nothing else."""
    bodies = [json.dumps(request_body(outgoing)).encode() for outgoing in payloads]
    queue = islice(cycle(bodies), count)
    headers = {
        "Authorization": "Bearer benchmark-token",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    timeout = httpx.Timeout(10)  # the same for all, as the client of the house has it

    async def lane() -> int:
        done = 0
        for body in queue:
            response = await http.request("POST", url, content=body, headers=headers, timeout=timeout)
            done += response.status_code == 200
        return done

    began, cpu = time.perf_counter(), time.process_time()
    done = sum(await asyncio.gather(*(lane() for _ in range(min(course.in_flight, count)))))
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    if done != count:
        raise Trouble(f"The bare loop sent {count} messages, {done} were accepted.")
    return Round(count=count, seconds=seconds, cpu_seconds=cpu_seconds)


async def contest(course: Course, rounds: int, stub_url: str, folder: Path, gather: float) -> Contest:
    """Floor and house in turns, after a round to warm up."""
    found = Contest(name=course.name)
    shape = Shape(people=max(PEOPLE, course.per_alert, course.messages // EACH), per_alert=course.per_alert)
    ours = account(stub_url)
    url = f"{stub_url}/{ours.version}/{ours.number_id}/messages"
    async with (
        service_client() as http,
        open_house(
            folder, base_url=stub_url, http=http, shape=shape, in_flight=course.in_flight, gather=gather
        ) as house,
    ):
        stub, coming = Stub(stub_url, http), alerts(shape)
        await stub.tell(latency=0)
        warm = replace(course, latency=0, messages=course.per_alert * 8)
        await durable_round(house, coming, warm, stub)
        await stub.tell(latency=course.latency)
        for _ in range(rounds):
            found.floor.append(await bare_round(http, url, house.whatsapp.left, course, course.messages))
            found.ours.append(await durable_round(house, coming, course, stub))
    return found
