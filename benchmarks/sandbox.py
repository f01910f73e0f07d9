"""The sandbox itself: what a message costs in it, and whether it stays at one size.

    python -m benchmarks.sandbox              medians of rounds, then a million messages
    python -m benchmarks.sandbox --quick

A message is a template that is accepted, sent, delivered and read in virtual time, with three signed
callbacks. The floor is an application that reads the same requests and answers them from a constant. Whoever
measures a client against the sandbox has to know them: below, it is the sandbox that is measured.
The second part lets very many messages through its books, past HTTP and callbacks, and looks at the size of
the process.
"""

import argparse
import asyncio
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request as HTTPRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks.goals import Bound, Goal
from benchmarks.rounds import Contest, Round, Trouble, summary, table, write_json
from wa_notify.sandbox import Limits, Sandbox
from wa_notify.sandbox.sending import Request, accept

START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PATH = "http://graph.test/v26.0/400000000000101/messages"
PEOPLE = 1000
STEP = timedelta(seconds=3)  # after each message: long enough for all its statuses
PAGE_KB = 4
ANSWER = {"messaging_product": "whatsapp", "contacts": [], "messages": [{"id": "wamid.x"}]}


@dataclass(slots=True)
class Clock:
    """Moves only when told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


class Bench:
    """A sandbox whose callbacks are counted, and a client of it."""

    def __init__(self, keep: int) -> None:
        self.clock, self.callbacks = Clock(), 0
        posts = httpx.AsyncClient(transport=httpx.ASGITransport(self._take))
        self.sandbox = Sandbox(clock=self.clock, callback_client=posts, keep_messages=keep)
        self.sandbox.subscribe("http://app.test/webhook")
        self.sandbox.limits = Limits(per_second=10_000, pair_burst=10_000)
        self.sandbox.portfolio.messaging_limit = "TIER_UNLIMITED"
        self.client = client_of(self.sandbox.app, self.sandbox.account.access_token)
        self.sent = 0

    async def _take(self, scope: Any, receive: Any, send: Any) -> None:
        self.callbacks += 1
        await Response()(scope, receive, send)

    async def book(self, messages: int) -> None:
        """Let so many go their way without HTTP or callbacks: nothing but the bookkeeping."""
        world = self.sandbox._world
        for _ in range(messages):
            request = Request(body=json.loads(body(self.sent)), version=26)
            await accept(world, self.sandbox.portfolio.home, request)
            self.sent += 1
            self.clock.now += STEP
            await self.sandbox.run_due()

    async def play(self, messages: int) -> None:
        """Send so many, each to its end."""
        for _ in range(messages):
            answer = await self.client.post(PATH, content=body(self.sent))
            if answer.status_code != httpx.codes.OK:
                raise Trouble(answer.text)
            self.sent += 1
            self.clock.now += STEP
            await self.sandbox.run_due()
        if self.callbacks != 3 * self.sent:
            raise Trouble(f"{self.sent} messages were sent, but {self.callbacks} callbacks came.")


def client_of(app: Any, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), headers=headers)


def body(place: int) -> bytes:
    part = {"type": "body", "parameters": [{"type": "text", "text": f"Disk {place}"}]}
    template = {"name": "ops_nudge", "language": {"code": "en"}, "components": [part]}
    to = f"+4477009{place % PEOPLE:05}"
    whole = {"messaging_product": "whatsapp", "to": to, "type": "template", "template": template}
    return json.dumps(whole).encode()


async def answer(request: HTTPRequest) -> Response:
    await request.json()
    return JSONResponse(ANSWER)


async def floor_round(client: httpx.AsyncClient, messages: int) -> Round:
    seconds, cpu = time.perf_counter(), time.process_time()
    for place in range(messages):
        await client.post(PATH, content=body(place))
    return Round(count=messages, seconds=time.perf_counter() - seconds, cpu_seconds=time.process_time() - cpu)


async def our_round(bench: Bench, messages: int) -> Round:
    seconds, cpu = time.perf_counter(), time.process_time()
    await bench.play(messages)
    return Round(count=messages, seconds=time.perf_counter() - seconds, cpu_seconds=time.process_time() - cpu)


async def contest(messages: int, rounds: int) -> Contest:
    bench, found = Bench(keep=10_000), Contest(name="a message to its end")
    bare = client_of(Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])]), "none")
    await floor_round(bare, messages // 10 + 1)
    await our_round(bench, messages // 10 + 1)
    for _ in range(rounds):
        found.floor.append(await floor_round(bare, messages))
        found.ours.append(await our_round(bench, messages))
    return found


async def growth(messages: int, keep: int) -> list[dict[str, float]]:
    """The size of this process after each tenth of the messages."""
    bench, sizes = Bench(keep=keep), []
    bench.sandbox.account.callback_url = None
    for _ in range(10):
        begun = time.perf_counter()
        await bench.book(messages // 10)
        rate = messages / 10 / (time.perf_counter() - begun)
        sizes.append({"messages": bench.sent, "mib": resident_mib(), "rate": rate})
    return sizes


def resident_mib() -> float:
    """What this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * PAGE_KB / 1024


def show(found: Contest, sizes: list[dict[str, float]], keep: int) -> None:
    ours, floor = summary(found.ours), summary(found.floor)
    print(
        table(
            ("", "messages/s", "CPU ms each", "rounds"),
            [
                (name, f"{one['rate']:.0f}", f"{one['cpu_ms']:.3f}", str(one["rounds"]))
                for name, one in (("floor: read and answer", floor), ("sandbox", ours))
            ],
        )
    )
    print(f"\nA message costs {found.cpu_ratio:.1f} times the floor, its three callbacks included.\n")
    rows = [(f"{one['messages']:.0f}", f"{one['mib']:.0f}", f"{one['rate']:.0f}") for one in sizes]
    print(table(("messages so far", "MiB", "messages/s"), rows))
    print(f"\n{keep} messages were kept.")


def size_goal(sizes: list[dict[str, float]]) -> Goal:
    """Whether it stays at one size once its books are full."""
    return Goal(
        key="sandbox.size",
        says="Memory of the sandbox after all messages, in that after half of them",
        measured=sizes[-1]["mib"] / sizes[len(sizes) // 2 - 1]["mib"],
        bound=Bound.AT_MOST,
        limit=1.1,
        unit="x",
        relative=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--messages", type=int, default=5000, help="in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--growth", type=int, default=1_000_000, help="messages for the second part")
    parser.add_argument("--keep", type=int, default=20_000, help="messages that the sandbox remembers")
    parser.add_argument("--quick", action="store_true", help="a fiftieth of everything")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--folder", type=Path, help="not needed; as the other benchmarks have it")
    asked = parser.parse_args()
    part = 50 if asked.quick else 1
    found = asyncio.run(contest(asked.messages // part, asked.rounds))
    sizes = asyncio.run(growth(asked.growth // part, asked.keep))
    show(found, sizes, asked.keep)
    settings = {"messages": asked.messages // part, "keep": asked.keep, "growth": asked.growth // part}
    write_json(asked.json, settings, {"contests": [found.figures()], "growth": sizes}, [size_goal(sizes)])


if __name__ == "__main__":
    main()
