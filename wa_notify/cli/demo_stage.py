"""The demo's stage: the service and the sandbox, each behind a real socket, and three people with phones."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from starlette.types import Receive, Scope, Send

from wa_notify.cli.narration import Narrator
from wa_notify.cli.virtual import NoScheduler, VirtualClock, forward
from wa_notify.config import Config, load
from wa_notify.core.message import Accepted, ChannelMessage, Elsewhere, SendResult
from wa_notify.core.news import News
from wa_notify.core.outbox import Item
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry
from wa_notify.core.window import Window
from wa_notify.ports import Clock, Scheduler
from wa_notify.sandbox import Phone, Sandbox, ShownMessage
from wa_notify.service import House, answering, furnish, listen
from wa_notify.store.migrate import migrate
from wa_notify.store.opening import open_store
from wa_notify.whatsapp.transport import service_client

CONFIG = Path(__file__).with_name("demo.yaml")
HOST = "127.0.0.1"
PEOPLE = {"alice": "+447700900123", "bob": "+447700900456", "carol": "+447700900789"}
DETAILS = "/var on {instance} is growing 2 % an hour. Runbook: https://ops.example.net/rb/41"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the two servers listen."""

    service: str
    sandbox: str


class Mailbox:
    """Stands in for the other channels: what would leave by mail is kept to be shown, and leaves nowhere."""

    def __init__(self) -> None:
        self.letters: list[ChannelMessage] = []

    async def send(self, elsewhere: Elsewhere) -> SendResult:
        """Take a letter."""
        self.letters.append(elsewhere.message)
        return Accepted(wamid="")


class Stage:
    """Service, sandbox, phones and clock. `open_stage` makes one."""

    def __init__(
        self, *, store: str, addresses: Addresses, clock: Clock, narrator: Narrator, http: httpx.AsyncClient
    ) -> None:
        self.addresses = addresses
        self.clock = clock
        self.narrator = narrator
        self.sandbox = Sandbox(clock=clock, callback_client=http)
        self.sandbox.subscribe(f"{addresses.service}/webhook")
        self.mailbox = Mailbox()
        self.alice, self.bob, self.carol = (self._person(name) for name in PEOPLE)
        self._http = http
        self._store = store
        self._house: House | None = None
        self._loop = asyncio.get_running_loop()

    def _person(self, name: str) -> Phone:
        phone = self.sandbox.phone(PEOPLE[name])
        phone.name = name.title()
        return phone

    @property
    def house(self) -> House:
        """The running service."""
        if self._house is None:
            raise RuntimeError("The service is down.")
        return self._house

    @property
    def config(self) -> Config:
        """The demo's configuration."""
        environ = {
            "SANDBOX_URL": self.addresses.sandbox,
            "STORE": self._store,
            "LISTEN": self.addresses.service.removeprefix("http://"),
        }
        return load(CONFIG, environ=environ)

    def furnish(self, scheduler: Scheduler, chance: Callable[[], float]) -> House:
        """Build the service; what it does is narrated."""
        migrate(self.config.store)
        house = furnish(
            self.config,
            store=open_store(self.config.store),
            http=self._http,
            clock=self.clock,
            scheduler=scheduler,
            chance=chance,
            fallback=self.mailbox,
        )
        house.store.listen(self._overhear)
        self._house = house
        return house

    def _overhear(self, news: Sequence[News]) -> None:
        """Called in the store's thread; the narrator speaks in the loop's."""
        for entry in (one for one in news if isinstance(one, Entry)):
            self._loop.call_soon_threadsafe(self.narrator.heard, entry)

    async def stop_service(self) -> None:
        """Stop the service the gentle way."""
        await self.house.engine.stop(patience=5)
        self.house.store.close()
        self._house = None

    async def service(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The service's address stays the same over restarts."""
        await self.house.app(scope, receive, send)

    # in virtual time

    async def start_quietly(self) -> None:
        """Start the service without a scheduler: time moves by hand."""
        house = self.furnish(NoScheduler(), lambda: 0.5)
        await house.engine.start()
        await house.engine.sync_templates()
        await house.engine.read_limits()

    async def restart(self) -> None:
        """Stop and start."""
        await self.stop_service()
        await self.start_quietly()

    async def forward(self, *, hours: int = 0, minutes: int = 0, seconds: int = 0) -> None:
        """Move the virtual clock."""
        if not isinstance(self.clock, VirtualClock):
            raise TypeError("Only a virtual clock can be moved.")
        span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        await forward(self.clock, self.house.engine, self.sandbox, span)
        await asyncio.sleep(0)  # let the narrator catch up

    # what the sources say, and what there is to see

    async def alertmanager(
        self, name: str, summary: str, instance: str, *, status: str = "firing", **labels: str
    ) -> httpx.Response:
        """Post what Alertmanager would."""
        alert = {
            "status": status,
            "labels": {"alertname": name, "severity": "critical", "instance": instance, **labels},
            "annotations": {"summary": summary, "description": DETAILS.format(instance=instance)},
            "startsAt": self.clock().isoformat(),
            "generatorURL": "http://prometheus.example.net/graph",
        }
        body = {"version": "4", "status": status, "alerts": [alert]}
        return await self._http.post(f"{self.addresses.service}/alerts/alertmanager", json=body)

    def received(self, phone: Phone) -> list[ShownMessage]:
        """What the business sent and the person can see."""
        return [m for m in phone.messages if m.direction == "out" and m.on_screen]

    def shown(self, phone: Phone) -> ShownMessage:
        """The newest message on a phone, told to the reader."""
        messages = self.received(phone)
        if not messages:
            raise LookupError(f"{phone.name}'s phone shows nothing.")
        message = messages[-1]
        buttons = " ".join(f"[{title}]" for title in message.buttons)
        lines = [*message.text.splitlines(), *([buttons] if buttons else [])]
        self.narrator.phone(self.clock(), phone.name, lines)
        return message

    def letter(self, name: str) -> ChannelMessage:
        """The newest letter, told to the reader."""
        if not self.mailbox.letters:
            raise LookupError("The mailbox is empty.")
        letter = self.mailbox.letters[-1]
        self.narrator.mail(self.clock(), name, [letter.title, *letter.body.splitlines()])
        return letter

    async def ticket(self, number: int) -> Ticket:
        """The ticket of that number."""
        found = await self.house.engine.look(lambda views: views.ticket(number))
        if found is None:
            raise LookupError(f"There is no ticket #{number}.")
        return found

    async def tickets(self) -> list[Ticket]:
        """All tickets, the newest first."""
        return list(await self.house.engine.look(lambda views: views.tickets(list(TicketState), 100)))

    async def items(self) -> list[Item]:
        """The outbox, oldest first."""
        found = await self.house.engine.look(lambda views: views.items(limit=1000))
        return list(reversed(found))

    async def timeline(self, number: int) -> list[Entry]:
        """A ticket's story."""
        return list(await self.house.engine.look(lambda views: views.timeline(number)))

    async def window(self, name: str) -> Window:
        """A person's window."""
        number_id = self.house.account.number_id
        people = await self.house.engine.look(lambda views: views.people(number_id))
        return next(person.window for person in people if person.recipient.id == name)


@asynccontextmanager
async def open_stage(
    *,
    folder: Path,
    clock: Clock,
    narrator: Narrator,
    service_port: int = 0,
    sandbox_port: int = 0,
    store: str = "",
) -> AsyncIterator[Stage]:
    """Both servers listening on loopback; port 0 takes any free one. The store is a file there, or ``store``.

    Raises `PortTaken`.
    """
    with listen(HOST, service_port) as service_socket, listen(HOST, sandbox_port) as sandbox_socket:
        addresses = Addresses(
            service=f"http://{HOST}:{service_socket.getsockname()[1]}",
            sandbox=f"http://{HOST}:{sandbox_socket.getsockname()[1]}",
        )
        async with service_client() as http:
            where = store or f"sqlite:///{folder / 'demo.db'}"
            stage = Stage(store=where, addresses=addresses, clock=clock, narrator=narrator, http=http)
            async with answering(stage.service, service_socket), answering(stage.sandbox.app, sandbox_socket):
                try:
                    yield stage
                finally:
                    await stage.sandbox.aclose()  # ends the live pages, which would hold the server open
