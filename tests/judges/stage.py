"""The real sandbox on a port, and other people's clients as programs of their own that talk to it.

A client's program lies in `clients/` and runs in the environment `.venv-judges`, which has nothing of ours.
It is told one JSON object, and tells JSON on its standard output: what it was answered, or heard.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from tests.needed import missing
from tests.sandbox.conftest import ANNA, MovableClock
from wa_notify.sandbox import Account, Limits, Phone, Sandbox, ShownMessage

BOB = "+447700900456"
PORTFOLIO = "200000000000404"
PYTHON = Path(__file__).parents[2] / ".venv-judges/bin/python"
CLIENTS = Path(__file__).parent / "clients"
PATIENCE = 60.0  # real seconds for a program; it takes a few
Report = dict[str, Any]


@dataclass(frozen=True)
class Stage:
    """A sandbox that can be reached under `url`, on a clock that stands still until a test moves it."""

    sandbox: Sandbox
    clock: MovableClock
    url: str

    @property
    def anna(self) -> Phone:
        return self.sandbox.phone(ANNA)

    @property
    def bob(self) -> Phone:
        return self.sandbox.phone(BOB)

    @property
    def is_typing(self) -> bool:
        """Whether Anna was told that the business is typing."""
        return self.anna.chat().typing_until is not None

    def shown(self, wamid: str) -> ShownMessage:
        """The message with that id, on whoever's phone it is."""
        (found,) = [m for phone in self.sandbox.phones for m in phone.messages if m.wamid == wamid]
        return found

    async def pass_time(self, **by: float) -> None:
        self.clock.forward(**by)
        await self.sandbox.run_due()

    def told(self, **more: Any) -> str:
        """What a client needs to know of the account, as one JSON text."""
        account = self.sandbox.account
        names = ("phone_number_id", "waba_id", "app_id", "access_token", "app_secret", "verify_token")
        known = {name: getattr(account, name) for name in names}
        return json.dumps({**known, "business_id": PORTFOLIO, "url": self.url, "to": ANNA, **more})


@dataclass
class Listener:
    """A client's webhook server as a program, and what it has heard so far."""

    url: str
    heard: list[Report] = field(default_factory=list)

    async def until(self, done: Callable[[list[Report]], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not done(self.heard):
                await asyncio.sleep(0.01)


def require_environment() -> None:
    """The clients are installed."""
    if not PYTHON.exists():
        missing("the third-party clients are not installed; scripts/test makes .venv-judges")


@asynccontextmanager
async def served(account: Account | None = None) -> AsyncIterator[Stage]:
    clock = MovableClock()
    sandbox = Sandbox(clock=clock, account=account)
    sandbox.limits = Limits(pair_burst=1000)  # time stands still: no token would come back
    config = uvicorn.Config(sandbox.app, port=0, log_level="error", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:
            await asyncio.sleep(0.01)
    try:
        yield Stage(sandbox, clock, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    finally:
        await sandbox.aclose()
        server.should_exit = True
        await task


async def play(stage: Stage, program: str, **more: Any) -> Report:
    """Run a client's program to its end; return what it told."""
    process = await _started(program, stage.told(**more))
    try:
        async with asyncio.timeout(PATIENCE):
            out, complaints = await process.communicate()
    finally:
        await _ended(process)
    assert process.returncode == 0, f"{program} failed:\n{complaints.decode()}"
    report: Report = json.loads(out)
    return report


@asynccontextmanager
async def listening(stage: Stage, program: str, **more: Any) -> AsyncIterator[Listener]:
    """Run a client's server while the block lasts. Its first line tells where it listens."""
    process = await _started(program, stage.told(**more))
    assert process.stdout is not None
    assert process.stderr is not None
    complaints = asyncio.create_task(process.stderr.read())
    try:
        async with asyncio.timeout(PATIENCE):
            first = await process.stdout.readline()
        assert first, f"{program} failed:\n{(await complaints).decode()}"
        listener = Listener(json.loads(first)["listening"])
        hearing = asyncio.create_task(_hear(process.stdout, listener.heard))
        yield listener
    finally:
        await _ended(process)
        print((await complaints).decode())  # pytest shows it beside a failure
    await hearing


async def _hear(stream: asyncio.StreamReader, heard: list[Report]) -> None:
    while line := await stream.readline():
        heard.append(json.loads(line))


async def _started(program: str, told: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    # An empty environment: neither a path of ours nor a proxy of the machine leaks into the client's Python.
    return await asyncio.create_subprocess_exec(
        PYTHON, CLIENTS / program, told, stdout=pipe, stderr=pipe, limit=2**22, env={}
    )


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
