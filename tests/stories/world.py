"""The stage of the stories: a real service on a real database, simulated phones, and one clock for all.

A story reads as a dialogue::

    await world.alert("DiskFull")
    world.alice.expects("Disk almost full", form="template")
    await world.alice.taps("Acknowledge")
    world.alice.expects("is yours", form="text")
    await world.forward("24h")
    world.alice.stays_silent()
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx

from tests.databases import migrated
from tests.stories.beneath import store_in
from wa_notify.cli.virtual import NoScheduler, VirtualClock, forward, settle
from wa_notify.config import load
from wa_notify.core.outbox import Item
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry
from wa_notify.engine import Engine
from wa_notify.fetch import GuardedFetcher
from wa_notify.ports import AlertSource, Views
from wa_notify.sandbox import Phone, Sandbox, ShownMessage
from wa_notify.service import House, furnish
from wa_notify.store.opening import open_store

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOUSE = Path(__file__).parent / "house.yaml"
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


async def nobody_knows(host: str, port: int) -> Sequence[str]:
    """The stories are told without a name server."""
    raise OSError(f"{host}:{port}")


def span(text: str) -> timedelta:
    """``1h30m`` as a timedelta."""
    return timedelta(**{UNITS[unit]: int(number) for number, unit in re.findall(r"(\d+)([smhd])", text)})


# The section of a configuration that leads to the sandbox
SANDBOX = """whatsapp:
  base_url: http://sandbox
  phone_number_id: "400000000000101"
  waba_id: "300000000000202"
  access_token: sandbox-token
  app_secret: sandbox-app-secret
  verify_token: sandbox-verify
"""


class Person:
    """Somebody with a phone. What the business sent and nobody has looked at yet waits to be expected."""

    def __init__(self, world: "World", name: str, phone: Phone) -> None:
        self.name = name
        self.phone = phone
        self._world = world
        self._seen = 0

    @property
    def received(self) -> list[ShownMessage]:
        """Everything that reached the phone's screen."""
        return [m for m in self.phone.messages if m.direction == "out" and m.on_screen]

    def expects(self, *parts: str, form: str = "") -> ShownMessage:
        """The next message on the screen holds these texts; its form is template, text or interactive."""
        unseen = self.received[self._seen :]
        assert unseen, f"{self.name} expects {parts}, but nothing new has come\n{self._world.story()}"
        message = unseen[0]
        self._seen += 1
        for part in parts:
            assert part in message.text, f"{self.name} expects {part!r}, but reads:\n{message.text}"
        if form:
            assert message.kind == form, f"{self.name} expects {form}, but got {message.kind}: {message.text}"
        return message

    def stays_silent(self) -> None:
        """Nothing new has come."""
        unseen = [message.text for message in self.received[self._seen :]]
        assert not unseen, f"{self.name} should hear nothing, but got {unseen}\n{self._world.story()}"

    async def replies(self, text: str, *, to: str | None = None) -> str:
        """Write to the business."""
        wamid = self.phone.reply(text, to=to)
        await self._world.settle()
        return wamid

    async def taps(self, title: str, *, on: str | None = None) -> str:
        """Tap a button of the newest message that has it."""
        wamid = self.phone.tap(title, on=on)
        await self._world.settle()
        return wamid


class World:
    """Service, sandbox, phones and clock."""

    def __init__(self, folder: Path, config_text: str = "", start: datetime = START) -> None:
        self.clock = VirtualClock(start)
        self.folder = folder
        self.config_path = folder / "wa-notify.yaml"
        text = config_text or HOUSE.read_text()
        self.config_path.write_text(f"store: {store_in(folder)}\n{text}")
        self.into_service = httpx.AsyncClient(transport=Doorway(self), base_url="http://service")
        self.sandbox = Sandbox(clock=self.clock, callback_client=self.into_service)
        self.sandbox.subscribe("http://service/webhook")
        self.into_sandbox = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.sandbox.app))
        self.alice = Person(self, "Alice", self.sandbox.phone("+447700900123"))
        self.bob = Person(self, "Bob", self.sandbox.phone("+447700900456"))
        self.carol = Person(self, "Carol", self.sandbox.phone("+447700900789"))
        self.source: AlertSource | None = None  # who plays the source of alerts, if the story needs one
        self.fetcher = GuardedFetcher(allow=[ip_network("127.0.0.0/8")], resolver=nobody_knows)
        self._house: House | None = None

    def plays(self, scenario: str) -> None:
        """Let the platform begin anew with a scenario of its library."""
        self.sandbox.load(scenario)
        for person in (self.alice, self.bob, self.carol):
            person.phone = self.sandbox.phone(person.phone.number)

    @property
    def house(self) -> House:
        """The running service."""
        assert self._house is not None, "the service is down"
        return self._house

    async def start(self) -> None:
        """Start the service as on a fresh boot: known messages are checked, templates read."""
        config = load(self.config_path, environ={})
        migrated(config.store)
        store = open_store(config.store, shared=True)
        self._house = furnish(
            config,
            store=store,
            http=self.into_sandbox,
            clock=self.clock,
            scheduler=NoScheduler(),
            chance=lambda: 0.5,
            source=self.source,
            fetcher=self.fetcher,
        )
        await self.house.engine.start()
        await self.house.engine.sync_templates()
        await self.house.engine.read_limits()

    async def stop(self) -> None:
        """Stop the service the gentle way."""
        await self.house.engine.stop(patience=0.2)
        self.house.store.close()
        self._house = None

    @property
    def running(self) -> bool:
        """Whether the service is up."""
        return self._house is not None

    async def restart(self) -> None:
        """Stop and start: everything that matters must be in the database."""
        await self.stop()
        await self.start()
        await self.settle()

    async def close(self) -> None:
        """Leave the stage."""
        if self._house:
            await self.stop()
        await self.sandbox.aclose()
        await self.into_service.aclose()
        await self.into_sandbox.aclose()

    # what the sources say

    async def alert(
        self,
        name: str,
        *,
        status: str = "firing",
        summary: str = "Disk almost full",
        settle: bool = True,
        **labels: str,
    ) -> httpx.Response:
        """Post one alert of our own shape."""
        body = {
            "source": "test",
            "status": status,
            "labels": {"alertname": name, "severity": "critical", "instance": "db-7", **labels},
            "annotations": {"summary": summary, "description": "96 % of /var, growing 2 % an hour"},
        }
        response = await self.post("/alerts", body)
        assert response.status_code == 202, response.text
        if settle:
            await self.settle()
        return response

    async def resolve(self, name: str, **labels: str) -> httpx.Response:
        """Post that it is over."""
        return await self.alert(name, status="resolved", settle=True, **labels)

    async def post(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Post JSON, or raw bytes."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.into_service.post(path, content=content, headers=dict(headers or {}))

    # time

    async def settle(self) -> None:
        """Let everything happen that is due now, on both sides, until nothing is."""
        await settle(self._engine, self.sandbox)

    async def forward(self, text: str) -> None:
        """Move the clock, stopping wherever something is due on the way."""
        await forward(self.clock, self._engine, self.sandbox, span(text))

    @property
    def _engine(self) -> Engine | None:
        return self._house.engine if self._house else None

    # looking at what is durable

    async def ticket(self, number: int = 1) -> Ticket:
        """The ticket of that number."""
        ticket = await self.house.engine.look(lambda views: views.ticket(number))
        assert ticket is not None, f"there is no ticket {number}"
        return ticket

    async def tickets(self) -> list[Ticket]:
        """All tickets."""
        return list(await self.house.engine.look(lambda views: views.tickets(list(TicketState), 1000)))

    async def items(self, ticket: int | None = None) -> list[Item]:
        """Outbox items in the order in which they were planned."""
        found = await self.house.engine.look(lambda views: views.items(ticket_id=ticket, limit=1000))
        return list(reversed(found))

    async def timeline(self, number: int = 1) -> list[Entry]:
        """The story of a ticket."""
        return list(await self.house.engine.look(lambda views: views.timeline(number)))

    async def reasons(self, number: int = 1) -> set[Reason]:
        """The reasons that stand on a ticket's timeline."""
        return {entry.reason for entry in await self.timeline(number) if entry.reason}

    def story(self) -> str:
        """All timelines as text, for the messages of failing stories."""
        if not self._house:
            return "(the service is down)"
        tickets = self.house.store.read(lambda views: views.tickets(list(TicketState), 100)).result()
        lines = []
        for ticket in tickets:
            lines.append(f"#{ticket.id} {ticket.title} {ticket.state}")
            entries = self.house.store.read(partial(_timeline_of, ticket.id)).result()
            lines += [f"  {entry.at:%d %H:%M:%S} {entry.actor}: {entry.text}" for entry in entries]
        return "\n".join(lines)


def _timeline_of(number: int, views: Views) -> list[Entry]:
    return list(views.timeline(number))


class Doorway(httpx.AsyncBaseTransport):
    """The way into the service that is running just now; while it is down nobody answers."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand the request to the app."""
        if not self._world.running:
            raise httpx.ConnectError("the service is down", request=request)
        return await httpx.ASGITransport(app=self._world.house.app).handle_async_request(request)
