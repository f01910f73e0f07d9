"""The platform as fast as a Python process can play it: it accepts every message, after a given time.

It runs in a process of its own and prints its port. What it did is asked of it at ``/_stub``.

    python -m benchmarks.stub [CERTIFICATE]

With a file of a key and a certificate it speaks TLS.
"""

import asyncio
import json
import re
import ssl
import sys
import time
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from benchmarks.cores import REST, take_core

LENGTH = re.compile(rb"content-length:[ ]*(\d+)", re.IGNORECASE)
TO = re.compile(rb'"to":[ ]*"\+?(\d+)"')
TEMPLATE = {
    "id": "1",
    "name": "ops_alert",
    "language": "en",
    "status": "APPROVED",
    "category": "UTILITY",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Alert: {{1}}"},
        {
            "type": "BODY",
            "text": "A {{1}} alert was raised for a system you are on call for: {{2}}. "
            "It started at {{3}} and is still open.",
        },
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Acknowledge"},
                {"type": "QUICK_REPLY", "text": "Details"},
                {"type": "URL", "text": "Open alert", "url": "https://ops.example.net/{{1}}"},
            ],
        },
    ],
}


class Platform:
    """What all connections share."""

    def __init__(self) -> None:
        self.latency = 0.0
        self.accepted = 0
        self.watched = b""  # whose messages are told; those of everybody when it is empty
        self.arrived_at: list[float] = []  # by the machine's monotonic clock, which all its processes share

    def answer(self, head: bytes, body: bytes) -> tuple[bytes, float]:
        """The answer, and in how many seconds it is due."""
        method, target, _ = head.split(b" ", 2)
        if target.startswith(b"/_stub"):
            return as_http(json.dumps(self._control(target.decode())).encode()), 0.0
        if method == b"GET":
            return as_http(json.dumps({"data": [TEMPLATE]}).encode()), 0.0
        self.accepted += 1
        found = TO.search(body)
        to = found[1] if found else b""
        if not self.watched or to == self.watched:
            self.arrived_at.append(time.monotonic())
        said = (
            b'{"messaging_product":"whatsapp","contacts":[{"input":"+%b","wa_id":"%b"}],'
            b'"messages":[{"id":"wamid.STUB%012d","message_status":"accepted"}]}' % (to, to, self.accepted)
        )
        return as_http(said), self.latency

    def _control(self, target: str) -> dict[str, Any]:
        wishes = parse_qs(urlsplit(target).query, keep_blank_values=True)
        if "latency" in wishes:
            self.latency = float(wishes["latency"][0])
        if "watch" in wishes:
            self.watched = wishes["watch"][0].encode()
        if "forget" in wishes:
            self.arrived_at.clear()
        shown = self.arrived_at if "arrivals" in wishes else []
        return {"accepted": self.accepted, "arrived_at": shown}


def as_http(body: bytes) -> bytes:
    """An answer with this body."""
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (
        len(body),
        body,
    )


class Line(asyncio.Protocol):
    """One connection; a client sends its next request after the answer to the last."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._buffer = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class is no subclass

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end]
        found = LENGTH.search(head)
        whole = end + 4 + (int(found[1]) if found else 0)
        if len(self._buffer) < whole:
            return
        body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
        answer, wait = self._platform.answer(head, body)
        if wait:
            self._loop.call_later(wait, self._give, answer)
        else:
            self._give(answer)

    def _give(self, answer: bytes) -> None:
        if not self._transport.is_closing():  # the client may not have waited
            self._transport.write(answer)


async def serve(certificate: str | None) -> None:
    """Answer until killed."""
    platform = Platform()
    loop = asyncio.get_running_loop()
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    server = await loop.create_server(lambda: Line(platform), "127.0.0.1", 0, backlog=2000, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main(words: list[str]) -> int:
    take_core(REST)
    certificate = words[0] if words else None
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve(certificate))
    else:
        uvloop.run(serve(certificate))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
