"""The sandbox in the hand of a test: in process on a clock of its own, or behind a port in a thread.

    async def test_an_alert_is_acknowledged(whatsapp_sandbox):
        whatsapp_sandbox.callbacks_to(my_app)                       # any ASGI application
        await send_alert(client=whatsapp_sandbox.client)            # the code under test
        await whatsapp_sandbox.forward(seconds=2)
        anna = whatsapp_sandbox.phone("+447700900123")
        assert anna.messages[-1].status == "read"
        anna.tap("Acknowledge")
        await whatsapp_sandbox.forward(hours=25)                    # the window has closed

The pytest fixtures `whatsapp_sandbox` and `whatsapp_sandbox_server` hand these out.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, TypeVar

import httpx
import uvicorn
from starlette.types import ASGIApp

from .account import Account
from .phones import Phone
from .policy import CallbackPolicy
from .simulator import Sandbox

START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
CALLBACK_URL = "http://app.test/webhook"
AT_ONCE = timedelta()
PATIENCE_SECONDS = 10.0  # real seconds
T = TypeVar("T")


class VirtualClock:
    """A clock that moves only when told to. All instants are timezone-aware."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the instant it stands at."""
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a client has to know of the account."""

    base_url: str
    version: str
    phone_number_id: str
    waba_id: str
    app_id: str
    access_token: str
    app_secret: str
    verify_token: str


def settings_of(account: Account, base_url: str) -> Settings:
    """Return what a client has to know to speak with that account's first number."""
    return Settings(
        base_url=base_url,
        version=account.webhook_version,
        phone_number_id=account.phone_number_id,
        waba_id=account.waba_id,
        app_id=account.app_id,
        access_token=account.access_token,
        app_secret=account.app_secret,
        verify_token=account.verify_token,
    )


class LocalSandbox:
    """A sandbox in this process, without any socket, in virtual time: nothing happens but in `forward`.

    sandbox: everything there is. clock: its time. client: an HTTP client that reaches it, with the token set.
    """

    def __init__(self, *, seed: int = 0, start: datetime = START, account: Account | None = None) -> None:
        self.clock = VirtualClock(start)
        self._target: ASGIApp | None = None
        self.sandbox = Sandbox(
            clock=self.clock,
            seed=seed,
            account=account,
            callback_client=httpx.AsyncClient(transport=httpx.ASGITransport(self._take)),
        )
        self.settings = settings_of(self.sandbox.account, "http://graph.test")
        self.client = httpx.AsyncClient(
            transport=self.transport,
            base_url=self.settings.base_url,
            headers={"Authorization": f"Bearer {self.settings.access_token}"},
        )

    @property
    def transport(self) -> httpx.ASGITransport:
        """A transport for a client of your own: every host leads to the sandbox."""
        return httpx.ASGITransport(self.sandbox.app)

    def phone(self, number: str) -> Phone:
        """Return the person with that number, creating them on first use."""
        return self.sandbox.phone(number)

    def callbacks_to(self, app: ASGIApp, url: str = CALLBACK_URL) -> None:
        """Send signed callbacks to an ASGI application, as if it were at that address."""
        self._target = app
        self.sandbox.subscribe(url)

    async def settle(self) -> None:
        """Let everything happen that is due now, and what follows from it at once."""
        happened = 1
        while happened:
            happened = await self.sandbox.run_due()

    async def forward(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Move time, stopping wherever something is due on the way."""
        target = self.clock.now + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        await self.settle()
        while (due := self.sandbox.next_due()) is not None and due <= target:
            self.clock.now = max(due, self.clock.now)
            await self.settle()
        self.clock.now = target

    async def _take(self, scope: Any, receive: Any, send: Any) -> None:
        if self._target is None:
            raise RuntimeError("Nobody takes callbacks: say who does with callbacks_to(app).")
        await self._target(scope, receive, send)


class SandboxServer:
    """A sandbox on a port, in a thread of its own, for clients of any kind. A context manager.

    Time runs with the machine's, and `forward` shifts it. Statuses come at once unless the policy is changed.
    The sandbox lives in its thread: reach it through `do`.
    """

    def __init__(
        self, *, port: int = 0, host: str = "127.0.0.1", seed: int = 0, account: Account | None = None
    ) -> None:
        self._address = (host, port)
        self._sandbox = Sandbox(seed=seed, account=account)
        self._sandbox.policy = CallbackPolicy(sent_after=AT_ONCE, delivered_after=AT_ONCE, read_after=AT_ONCE)
        self._server = uvicorn.Server(
            uvicorn.Config(self._sandbox.app, log_level="error", ws="none", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._live, name="whatsapp-sandbox", daemon=True)

    def __enter__(self) -> "SandboxServer":
        """Start it; return once it answers. Raises OSError when the port is taken."""
        self._listener = socket.create_server(self._address)
        self._loop = asyncio.new_event_loop()
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        asyncio.run_coroutine_threadsafe(self._sandbox.aclose(), self._loop).result(PATIENCE_SECONDS)
        self._server.should_exit = True
        self._thread.join(PATIENCE_SECONDS)
        self._listener.close()

    @property
    def settings(self) -> Settings:
        """What a client has to know."""
        host, port = self._listener.getsockname()[:2]
        return settings_of(self._sandbox.account, f"http://{host}:{port}")

    @property
    def url(self) -> str:
        """Where it listens; in a browser, the phones."""
        return self.settings.base_url

    def do(self, act: Callable[[Sandbox], T]) -> T:
        """Run `act` with the sandbox in its own thread; return what it returns, raise what it raises."""

        async def acting() -> T:
            return act(self._sandbox)

        return asyncio.run_coroutine_threadsafe(acting(), self._loop).result(PATIENCE_SECONDS)

    def wait_for(self, question: Callable[[Sandbox], T], seconds: float = PATIENCE_SECONDS) -> T:
        """Ask again and again until the answer is true, and return it. Raises TimeoutError."""
        ends = time.monotonic() + seconds
        while not (answer := self.do(question)):
            if time.monotonic() > ends:
                raise TimeoutError(f"The sandbox did not come to that within {seconds:g} seconds.")
            time.sleep(0.01)
        return answer

    def forward(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Shift the sandbox's time; what became due happens at once."""
        by = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self.do(lambda sandbox: sandbox.forward(by))

    def _live(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        living = asyncio.create_task(self._sandbox.run_forever())
        try:
            await self._server.serve([self._listener])
        finally:
            living.cancel()
            await asyncio.wait([living])
