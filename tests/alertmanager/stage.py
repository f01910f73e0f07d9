"""The stage: a real Alertmanager, our real service and the sandbox, each behind a socket on loopback.

Both examples of the repository are played as they are; only addresses, the key and some waits are replaced.
"""

import asyncio
import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.databases import migrated
from wa_notify.alertmanager import SETTLED_AFTER, Alertmanager
from wa_notify.clock import system_chance, system_clock
from wa_notify.config import Config, load
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry
from wa_notify.sandbox import CallbackPolicy, Phone, Sandbox, ShownMessage
from wa_notify.scheduler import Wakeups
from wa_notify.service import House, answering, at_work, furnish, listen
from wa_notify.store.sqlite import open_store
from wa_notify.whatsapp.transport import service_client

T = TypeVar("T")

EXAMPLES = Path(__file__).parents[2] / "examples"
ALERTMANAGER = shutil.which("prometheus-alertmanager")
AMTOOL = shutil.which("amtool")
KEY = "key-of-the-test"
PATIENCE = 15.0  # seconds; what is waited for takes one or two
SOON = CallbackPolicy(
    sent_after=timedelta(seconds=0.05),
    delivered_after=timedelta(seconds=0.1),
    read_after=timedelta(seconds=0.2),
)


class Stage:
    """Alertmanager, service, sandbox and two phones; `open_stage` makes one."""

    def __init__(self, folder: Path, sandbox: Sandbox, sandbox_url: str) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.alice, self.bob = sandbox.phone("+447700900123"), sandbox.phone("+447700900456")
        self.service_port = free_port()
        self.alertmanager_port = free_port()
        self.config = folder / "wa-notify.yaml"
        self.config.write_text(self._config(sandbox_url))
        self.settled_after = SETTLED_AFTER
        self._house: House | None = None
        self._service = contextlib.AsyncExitStack()
        self._alertmanager: subprocess.Popen[bytes] | None = None

    def _config(self, sandbox_url: str) -> str:
        text = (EXAMPLES / "wa-notify.yaml").read_text()
        text = replaced(text, "http://127.0.0.1:8712", sandbox_url)
        text = replaced(text, "sqlite:///wa-notify.db", f"sqlite:///{self.folder / 'wa-notify.db'}")
        text = replaced(text, "127.0.0.1:8711", f"127.0.0.1:{self.service_port}")
        text = replaced(text, "group_wait: 10s", "group_wait: 1s")
        return f"{text}\ningest: {{keys: {{alertmanager: {KEY}}}}}\n"

    # the service

    @property
    def house(self) -> House:
        """The running service."""
        assert self._house is not None, "the service is down"
        return self._house

    async def start_service(self) -> None:
        """Start it as `wa-notify serve` would."""
        async with contextlib.AsyncExitStack() as opened:
            listener = opened.enter_context(listen("127.0.0.1", self.service_port))
            http = await opened.enter_async_context(service_client())
            wakeups = Wakeups()
            config = load(self.config, environ={})
            migrated(config.store)
            store = open_store(config.store)
            opened.callback(store.close)
            house = furnish(
                config,
                store=store,
                http=http,
                clock=system_clock,
                scheduler=wakeups,
                chance=system_chance,
                source=self._quick_source(config, http),
            )
            await opened.enter_async_context(at_work(house.engine, wakeups))
            await opened.enter_async_context(answering(house.app, listener))
            self._house, self._service = house, opened.pop_all()

    def _quick_source(self, config: Config, http: httpx.AsyncClient) -> Alertmanager | None:
        """One that is believed sooner after its start, if the story asked for that."""
        if config.alertmanager is None or self.settled_after == SETTLED_AFTER:
            return None
        return Alertmanager(http=http, url=config.alertmanager.url, settled_after=self.settled_after)

    async def stop_service(self) -> None:
        """Stop it the gentle way."""
        self._house = None
        await self._service.aclose()

    async def timeline(self, number: int = 1) -> list[Entry]:
        """The story of a ticket."""
        return list(await self.house.engine.look(lambda views: views.timeline(number)))

    async def told(self, *parts: str) -> Entry:
        """Wait until the ticket's story has a line with these texts."""

        async def find() -> list[Entry]:
            return [entry for entry in await self.timeline() if all(part in entry.text for part in parts)]

        return (await self.until(f"the timeline says {parts}", find))[0]

    async def tickets(self) -> list[Ticket]:
        """All tickets, the newest first."""
        return list(await self.house.engine.look(lambda views: views.tickets(list(TicketState), 100)))

    async def taken_in(self, outcome: str) -> float:
        """How many alerts of Alertmanager came to this."""
        url = f"http://127.0.0.1:{self.service_port}/metrics"
        return await metric(url, "wa_notify_alerts_total", path="alertmanager", outcome=outcome)

    async def ready(self) -> httpx.Response:
        """What ``/readyz`` says."""
        async with httpx.AsyncClient() as http:
            return await http.get(f"http://127.0.0.1:{self.service_port}/readyz")

    # Alertmanager

    async def start_alertmanager(self, *, key: str = KEY, guard: Path | None = None, **waits: str) -> None:
        """Start it with the example; ``waits`` replaces some of the route's, such as group_interval.

        ``guard`` is a file that says who may use it (``--web.config.file``).
        """
        assert ALERTMANAGER, "look for the program first"
        config = self.folder / "alertmanager.yml"
        config.write_text(alertmanager_config(self.service_port, key, waits))
        with (self.folder / "alertmanager.log").open("wb") as log:
            self._alertmanager = subprocess.Popen(
                [
                    ALERTMANAGER,
                    f"--config.file={config}",
                    f"--storage.path={self.folder / 'alertmanager'}",
                    f"--web.listen-address=127.0.0.1:{self.alertmanager_port}",
                    "--cluster.listen-address=",
                    *([f"--web.config.file={guard}"] if guard else []),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        await self.until("Alertmanager is ready", self._is_ready)

    async def _is_ready(self) -> bool:
        assert self._alertmanager, "nothing was started"
        assert self._alertmanager.poll() is None, f"Alertmanager ended at once\n{self.story()}"
        with contextlib.suppress(httpx.TransportError):
            async with httpx.AsyncClient() as http:
                return (await http.get(f"{self.alertmanager_url}/-/ready")).status_code in (200, 401)
        return False

    async def stop_alertmanager(self) -> None:
        """Stop it the gentle way: what it keeps on disk is kept."""
        assert self._alertmanager, "nothing was started"
        self._alertmanager.terminate()
        await asyncio.to_thread(self._alertmanager.wait)

    @property
    def alertmanager_url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.alertmanager_port}"

    async def amtool(self, *arguments: str) -> str:
        """What amtool prints."""
        assert AMTOOL, "look for the program first"
        command = [AMTOOL, *arguments, f"--alertmanager.url={self.alertmanager_url}"]
        done = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)} failed: {done.stdout}{done.stderr}\n{self.story()}"
        return done.stdout

    async def alert(
        self, name: str, *, end: datetime | None = None, summary: str = "", **labels: str
    ) -> None:
        """Put an alert in with amtool; with an end in the past it is over."""
        labels = {"alertname": name, "severity": "critical", **labels}
        arguments = [f"{label}={value}" for label, value in labels.items()]
        arguments += [f"--annotation=summary={summary}"] if summary else []
        arguments += [f"--end={end.isoformat()}"] if end else []
        await self.amtool("alert", "add", *arguments)

    async def resolve(self, name: str, **labels: str) -> None:
        """Put the end of an alert in."""
        await self.alert(name, end=datetime.now(UTC), **labels)

    async def failed_posts(self) -> float:
        """How often Alertmanager tried in vain to tell us."""
        return await metric(
            f"{self.alertmanager_url}/metrics",
            "alertmanager_notification_requests_failed_total",
            integration="webhook",
        )

    # phones

    async def expects(self, phone: Phone, *parts: str) -> ShownMessage:
        """Wait until a message with these texts is on the phone's screen."""

        async def find() -> list[ShownMessage]:
            return [message for message in shown(phone) if all(part in message.text for part in parts)]

        return (await self.until(f"{phone.number} shows {parts}", find))[0]

    # waiting

    async def until(self, what: str, look: Callable[[], Awaitable[T]]) -> T:
        """Look again and again until there is something."""
        deadline = time.monotonic() + PATIENCE
        while True:
            if found := await look():
                return found
            assert time.monotonic() < deadline, f"{PATIENCE:.0f} s passed before {what}\n{self.story()}"
            await asyncio.sleep(0.05)

    def story(self) -> str:
        """What happened so far, for the messages of failing tests."""
        said = [f"{m.status} {m.text!r}" for phone in (self.alice, self.bob) for m in phone.messages]
        log = self.folder / "alertmanager.log"
        lines = log.read_text(errors="replace").splitlines()[-20:] if log.exists() else ["(never started)"]
        return "\n".join(["phones:", *said, "", "Alertmanager:", *lines])

    async def close(self) -> None:
        """Take everything down, whatever has come up."""
        if self._alertmanager:
            self._alertmanager.kill()
            await asyncio.to_thread(self._alertmanager.wait)
        await self.stop_service()


@contextlib.asynccontextmanager
async def open_stage(folder: Path) -> AsyncIterator[Stage]:
    """The sandbox plays WhatsApp; service and Alertmanager are started when the story wants them."""
    with listen("127.0.0.1", 0) as listener:
        sandbox = Sandbox()
        sandbox.policy = SOON
        stage = Stage(folder, sandbox, f"http://127.0.0.1:{listener.getsockname()[1]}")
        sandbox.subscribe(f"http://127.0.0.1:{stage.service_port}/webhook")
        async with answering(sandbox.app, listener):
            working = asyncio.create_task(sandbox.run_forever())
            try:
                yield stage
            finally:
                await stage.close()
                working.cancel()
                await asyncio.wait([working])
                await sandbox.aclose()


def shown(phone: Phone) -> list[ShownMessage]:
    """What the business sent and is on the screen."""
    return [message for message in phone.messages if message.direction == "out" and message.on_screen]


def alertmanager_config(port: int, key: str, waits: Mapping[str, str]) -> str:
    """The example with another address, another key and other waits."""
    text = (EXAMPLES / "alertmanager.yml").read_text()
    text = replaced(text, "http://127.0.0.1:8711/", f"http://127.0.0.1:{port}/")
    text = replaced(text, "put-a-long-random-key-here", key)
    for name, wait in waits.items():
        line = next(line for line in text.splitlines() if line.strip().startswith(f"{name}:"))
        text = replaced(text, line, f"  {name}: {wait}")
    return text


def replaced(text: str, old: str, new: str) -> str:
    """Replace what must be there, so that an example that was changed cannot be missed."""
    assert old in text, f"the example does not say {old!r} any more; adapt this test to it"
    return text.replace(old, new)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


async def metric(url: str, name: str, **labels: str) -> float:
    """The sum of a metric's samples with these labels; 0 when there are none."""
    async with httpx.AsyncClient() as http:
        page = (await http.get(url)).raise_for_status().text
    return sum(
        sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )
