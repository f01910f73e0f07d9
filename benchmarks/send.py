"""Alerts out: a durable alert until the platform accepted its message, and that too is durable.

Every alert comes in by itself through the engine's door, finds its rule among all of them, opens a
ticket and leaves as a template: on SQLite with ``synchronous=FULL``, over the service's transport. The floor
is a bare loop over that transport: the same payloads by the same client with as many requests in flight, and
nothing durable.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path

import httpx

from benchmarks.cores import MEASURED, beside, take_core
from benchmarks.house import House, Shape, account, alerts, open_house
from benchmarks.rounds import Contest, Round, Trouble, percentile, summary, table, write_json
from wa_notify.clock import system_clock
from wa_notify.core.alert import Alert
from wa_notify.core.message import Outgoing
from wa_notify.core.outbox import ItemState
from wa_notify.service import answering, listen
from wa_notify.web.admin.live import Live
from wa_notify.web.app import create_app
from wa_notify.whatsapp.payload import request_body
from wa_notify.whatsapp.transport import service_client

PEOPLE = 320  # more than requests in flight: a person has one message on the way at a time
EACH = 5  # messages to a person in a round: all rounds together stay below the pace of one person
FEEDERS = 64  # alerts that come in at the same time
LOST_AFTER = 60.0  # seconds without an end


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


FULL = (
    Course(in_flight=1, latency=0, messages=500),
    Course(in_flight=32, latency=0, messages=2000),
    Course(in_flight=300, latency=0, messages=2000),
    Course(in_flight=1, latency=0.3, messages=8),
    Course(in_flight=32, latency=0.3, messages=320),
    Course(in_flight=300, latency=0.3, messages=3000),
    Course(in_flight=32, latency=0, messages=2000, per_alert=20),
)
QUICK = (
    Course(in_flight=1, latency=0, messages=200),
    Course(in_flight=32, latency=0, messages=800),
    Course(in_flight=300, latency=0.3, messages=1500),
)


class Stub:
    """The platform in the other process."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.url = url
        self._http = http

    async def tell(self, **wishes: float) -> tuple[int, list[float]]:
        """Set its latency, or make it forget; what it has accepted, and when each message arrived."""
        answer = (await self._http.get(f"{self.url}/_stub", params=wishes)).json()
        return int(answer["accepted"]), [float(at) for at in answer["arrived_at"]]


async def durable_round(house: House, coming: Iterator[Alert], course: Course, stub: Stub) -> Round:
    """Alerts come, messages leave; it ends when the store knows that every one was accepted."""
    before = await accepted_by(house), (await stub.tell())[0]
    wanted = course.messages // course.per_alert
    queue = iter(list(islice(coming, wanted)))
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(feed(house, queue) for _ in range(min(FEEDERS, wanted))))
    sent = wanted * course.per_alert
    async with asyncio.timeout(LOST_AFTER):
        while house.whatsapp.accepted - before[0] < sent or await accepted_by(house) - before[0] < sent:
            await asyncio.sleep(0.002)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    arrived = (await stub.tell())[0] - before[1]
    if arrived != sent:
        raise Trouble(f"{sent} messages were to leave, {arrived} arrived. {await findings(house)}")
    return Round(count=sent, seconds=seconds, cpu_seconds=cpu_seconds)


async def findings(house: House) -> str:
    """What might explain a wrong number of messages."""
    items = await house.engine.look(lambda views: views.items(limit=100_000))
    again = [f"{item.key} ({item.attempts} times, {item.reason})" for item in items if item.attempts > 1]
    return f"Tried again: {again or 'none'}. Answers: {house.whatsapp.trouble or 'all well'}."


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
    timeout = httpx.Timeout(10)

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


async def first_words(count: int, stub_url: str, folder: Path) -> Round:
    """On an idle service: from the 202 in the sender's hand until the message arrives at the platform.

    Below zero the message was faster than the answer.
    """
    shape = Shape(people=PEOPLE)
    waits = []
    async with (
        service_client() as http,
        open_house(folder, base_url=stub_url, http=http, shape=shape) as house,
    ):
        app = create_app(
            engine=house.engine,
            account=house.account,
            clock=system_clock,
            standing=house.standing,
            http=http,
            live=Live(),
        )
        stub, coming = Stub(stub_url, http), alerts(shape)
        await stub.tell(latency=0)
        listener = listen("127.0.0.1", 0)
        async with answering(app, listener):
            began, cpu = time.perf_counter(), time.process_time()
            for alert in islice(coming, count):
                wait = await first_word(listener.getsockname()[1], alert, stub)
                waits.append(wait)
            seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
        listener.close()
    return Round(count=count, seconds=seconds, cpu_seconds=cpu_seconds, waits=tuple(waits))


async def first_word(port: int, alert: Alert, stub: Stub) -> float:
    """Post one alert and wait until the platform has its message."""
    await asyncio.sleep(0.03)
    await stub.tell(forget=1)
    answered_at = await asyncio.to_thread(post, port, alert)
    async with asyncio.timeout(LOST_AFTER):
        while True:
            _, arrivals = await stub.tell(arrivals=1)
            if arrivals:
                return arrivals[0] - answered_at
            await asyncio.sleep(0.005)


def post(port: int, alert: Alert) -> float:
    """Post an alert; when the 202 was here, by the machine's monotonic clock."""
    body = {"source": "benchmark", "labels": dict(alert.labels), "annotations": dict(alert.annotations)}
    with closing(HTTPConnection("127.0.0.1", port, timeout=LOST_AFTER)) as connection:
        connection.request("POST", "/alerts", json.dumps(body))
        answer = connection.getresponse()
        answered_at = time.monotonic()
        if answer.status != 202:
            raise Trouble(f"The service answered {answer.status}: {answer.read().decode()}")
        answer.read()
    return answered_at


def show(contests: Sequence[Contest], idle: Round) -> None:
    """The table."""
    head = ("", "bare/s", "ours/s", "ratio", "bare CPU ms", "ours CPU ms", "CPU ratio", "rounds", "counted")
    rows = []
    for one in contests:
        floor, ours = summary(one.floor), summary(one.ours)
        row = (
            one.name,
            f"{floor['rate']:.0f}",
            f"{ours['rate']:.0f}",
            f"{one.rate_ratio:.2f}",
            f"{floor['cpu_ms']:.2f}",
            f"{ours['cpu_ms']:.2f}",
            f"{one.cpu_ratio:.2f}",
            str(ours["rounds"]),
            str(ours["count"]),
        )
        rows.append(row)
    print(table(head, rows))
    half, most = percentile(idle.waits, 50), percentile(idle.waits, 95)
    print("\nIdle service, 202 until the request is at the platform: ", end="")
    print(f"p50 {1000 * half:.1f} ms, p95 {1000 * most:.1f} ms")


async def run(arguments: argparse.Namespace, stub_url: str) -> tuple[list[Contest], Round]:
    """All contests, one after the other."""
    contests = []
    for course in courses(arguments):
        with tempfile.TemporaryDirectory(prefix="wa-notify-send-", dir=arguments.folder) as folder:
            contests.append(
                await contest(course, arguments.rounds, stub_url, Path(folder), arguments.gather / 1000)
            )
            print(f"  {course.name}: CPU ratio {contests[-1].cpu_ratio:.2f}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="wa-notify-send-", dir=arguments.folder) as folder:
        idle = await first_words(arguments.words, stub_url, Path(folder))
    return contests, idle


def courses(arguments: argparse.Namespace) -> Sequence[Course]:
    """The conditions that were asked for."""
    if arguments.messages:
        return (Course(in_flight=8, latency=0, messages=arguments.messages),)
    return QUICK if arguments.quick else FULL


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.send", description="Durable alert until accepted, against a bare loop."
    )
    parser.add_argument("--quick", action="store_true", help="three conditions, three rounds")
    parser.add_argument("--rounds", type=int, help="rounds for each condition (5; quick: 3)")
    parser.add_argument("--messages", type=int, help="one condition only, with so many messages a round")
    parser.add_argument("--words", type=int, default=40, help="alerts on the idle service (40)")
    parser.add_argument("--gather", type=float, default=0.0, help="milliseconds the store waits for more (0)")
    parser.add_argument("--folder", type=Path, help="where the databases go: the disk that is measured")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    arguments = parser.parse_args(words)
    arguments.rounds = arguments.rounds or (3 if arguments.quick else 5)
    return arguments


def main(words: Sequence[str] | None = None) -> int:
    arguments = parsed(words)
    print(f"Alerts out. This process is {take_core(MEASURED)}; SQLite synchronous=FULL.\n", flush=True)
    with beside("benchmarks.stub") as port:
        contests, idle = asyncio.run(run(arguments, f"http://127.0.0.1:{port}"))
    show(contests, idle)
    settings = {"rounds": arguments.rounds, "gather_ms": arguments.gather, "people": PEOPLE}
    figures = {
        "contests": [one.figures() for one in contests],
        "idle": summary([idle]),
        "courses": [asdict(course) for course in courses(arguments)],
    }
    write_json(arguments.json, settings, figures)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"The figures are worth nothing: {trouble}")
