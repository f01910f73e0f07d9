"""A platform on the loopback interface that answers byte by byte as the test says, and clients for it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from wa_notify.core.secret import Secret
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.client import CloudApi
from wa_notify.whatsapp.transport import service_client

TOKEN = "EAAG-0123456789-token"


@dataclass(frozen=True)
class Asked:
    """A request as it came in; ``connection`` counts the connections from 0."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def params(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer: TypeAlias = Callable[[Asked, asyncio.StreamWriter], Awaitable[bool]]


def answers(status: int, document: Any = None, *, body: bytes | None = None, **headers: str) -> Answer:
    """An ordinary answer; the connection stays open."""
    content = json.dumps(document).encode() if body is None else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return writes("\r\n".join(lines).encode() + b"\r\n\r\n" + content, then_open=True)


def writes(octets: bytes, *, then_open: bool = False) -> Answer:
    """Exactly these bytes, and then the connection is closed unless it is to stay open."""

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.write(octets)
        await writer.drain()
        return then_open

    return answer


def resets() -> Answer:
    """The connection is torn down without a word."""

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.transport.abort()
        return False

    return answer


def sleeps(octets: bytes = b"") -> Answer:
    """Nothing more comes, for a long time, after these bytes."""

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.write(octets)
        await asyncio.sleep(30)
        return False

    return answer


def drips(octet: bytes = b" ") -> Answer:
    """An answer that never ends, a byte at a time."""

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(octet)
            await writer.drain()
            await asyncio.sleep(0.02)

    return answer


@dataclass
class Platform:
    """Answers with ``script`` in turn, and with its last answer from then on."""

    script: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    connections: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def will(self, *script: Answer) -> None:
        self.script = list(script)

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._converse(reader, writer, self.connections))
        self.connections += 1
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int
    ) -> None:
        try:
            while asked := await _read(reader, connection):
                self.asked.append(asked)
                answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                if not await answer(asked, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader, connection: int) -> Asked | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *rest = head.decode().strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in rest)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method=method, target=target, headers=headers, body=body, connection=connection)


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    platform = Platform()
    server = await asyncio.start_server(platform.connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    platform.url = f"http://127.0.0.1:{port}"
    yield platform
    server.close()
    for task in list(platform.tasks):
        task.cancel()
    await asyncio.gather(*platform.tasks, return_exceptions=True)


@pytest.fixture(params=["httpx", "service"])
async def http(request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """A client on httpx's own transport, as Home Assistant hands in, and the service's."""
    client = httpx.AsyncClient(trust_env=False) if request.param == "httpx" else service_client()
    async with client:
        yield client


Connect: TypeAlias = Callable[..., CloudApi]


def account_at(base_url: str, access_token: str = TOKEN) -> Account:
    return Account(
        number_id="400000000000101",
        waba_id="300000000000202",
        base_url=base_url,
        access_token=Secret(access_token),
        app_secret=Secret("sandbox-app-secret"),
        verify_token=Secret("sandbox-verify"),
    )


@pytest.fixture
def connect(platform: Platform, http: httpx.AsyncClient) -> Connect:
    def made(url: str = "", **timeouts: float) -> CloudApi:
        return CloudApi(http=http, account=account_at(url or platform.url), **timeouts)

    return made


@pytest.fixture
def api(connect: Connect) -> CloudApi:
    return connect()
