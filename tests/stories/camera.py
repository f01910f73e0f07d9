"""A camera behind a private address: a real server on the loopback interface that gives one picture."""

import asyncio
from types import TracebackType

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200) + b"\xff\xd9"


class Camera:
    """Gives ``picture`` to whoever asks, and counts how often somebody did."""

    def __init__(self, picture: bytes = JPEG, kind: str = "image/jpeg") -> None:
        self.picture = picture
        self.kind = kind
        self.asked = 0
        self.works = True
        self._server: asyncio.Server | None = None

    @property
    def link(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/front-door"

    async def __aenter__(self) -> "Camera":
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        status = "200 OK" if self.works else "503 Busy"
        head = f"HTTP/1.1 {status}\r\nContent-Type: {self.kind}\r\nContent-Length: {len(self.picture)}\r\n"
        writer.write(head.encode() + b"Connection: close\r\n\r\n" + self.picture)
        await writer.drain()
        writer.close()
