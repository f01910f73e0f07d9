"""WhatsApp as the caller: signed notifications as fast as the answers come, or at times fixed before."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, cast

from benchmarks.house import APP_SECRET
from benchmarks.rounds import Trouble

LINES = 64  # connections, when a call follows an answer
LINES_ON_TIME = 512  # when calls come whether or not the ones before were answered
LOST_AFTER = 120.0  # seconds without an end
CONNECTING = 0.5  # seconds before the first request that has a time: all connections stand by then
TIMES_AS_MANY = 10
SHARES = 1 + TIMES_AS_MANY + 3  # a second before the burst, the burst, and three seconds after it


def notification(statuses: Sequence[Mapping[str, Any]]) -> bytes:
    """The body of a callback with these statuses, as the platform writes it."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "441632960111", "phone_number_id": "400000000000101"},
        "contacts": [{"profile": {"name": "Alice"}, "wa_id": status["recipient_id"]} for status in statuses],
        "statuses": list(statuses),
    }
    entry = {"id": "300000000000202", "changes": [{"value": value, "field": "messages"}]}
    whole = {"object": "whatsapp_business_account", "entry": [entry]}
    return json.dumps(whole, separators=(",", ":")).encode()


def status_of(message: Mapping[str, str], word: str, at: int) -> dict[str, Any]:
    """How far one message got."""
    return {
        "id": message["wamid"],
        "status": word,
        "timestamp": str(at),
        "recipient_id": message["wa_id"],
        "biz_opaque_callback_data": message["callback_data"],
        "pricing": {"billable": True, "pricing_model": "PMP", "category": "utility", "type": "regular"},
    }


def request(path: str, body: bytes) -> bytes:
    """The whole request, signed."""
    signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"user-agent: facebookexternalua\r\nx-hub-signature-256: sha256={signature}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Caller:
    """Sends every request once: when its time has come, or without ``times`` as fast as the answers come.

    ``times`` are seconds after the beginning, one for each request. A wait then counts from the moment the
    request was due, not from when there was a free connection.
    """

    def __init__(self, requests: Sequence[bytes], times: Sequence[float]) -> None:
        self._requests = requests
        self._times = times
        self._next = 0
        self.waits: list[float] = []
        self.refused = 0
        self.done = asyncio.get_running_loop().create_future()
        self.began = time.monotonic() + (CONNECTING if times else 0)

    def take(self) -> tuple[bytes, float] | None:
        """The next request, and when it is due by the monotonic clock; nothing when all are taken."""
        if self._next >= len(self._requests):
            return None
        number = self._next
        self._next += 1
        return self._requests[number], self.began + self._times[number] if self._times else time.monotonic()

    def answered(self, due: float, *, well: bool) -> None:
        """Note an answer."""
        self.waits.append(time.monotonic() - due)
        self.refused += not well
        if len(self.waits) == len(self._requests) and not self.done.done():
            self.done.set_result(None)

    def broken(self) -> None:
        """A connection was lost, which spoils the round."""
        if not self.done.done():
            self.done.set_exception(Trouble("The service closed a connection in the middle."))


class Line(asyncio.Protocol):
    """One connection with one request at a time."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._buffer = b""
        self._due = 0.0
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._go_on()

    def connection_lost(self, _error: Exception | None) -> None:
        self._caller.broken()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._buffer.endswith(b"\r\n\r\n"):  # the answers have no body
            return
        well = self._buffer.startswith(b"HTTP/1.1 200")
        self._buffer = b""
        self._caller.answered(self._due, well=well)
        self._go_on()

    def _go_on(self) -> None:
        taken = self._caller.take()
        if taken is None:
            return
        content, self._due = taken
        if self._due > time.monotonic():
            self._loop.call_at(self._due, self._transport.write, content)
        else:
            self._transport.write(content)


async def call(
    port: int, requests: Sequence[bytes], times: Sequence[float] = ()
) -> tuple[float, list[float]]:
    """Send all; how many seconds it took, and the wait for each answer. Raises `Trouble` at any refusal."""
    loop = asyncio.get_running_loop()
    caller = Caller(requests, times)
    most = LINES_ON_TIME if times else LINES
    lines = [
        (await loop.create_connection(lambda: Line(caller), "127.0.0.1", port))[0]
        for _ in range(min(most, len(requests)))
    ]
    try:
        async with asyncio.timeout(LOST_AFTER):
            await caller.done
        seconds = time.monotonic() - caller.began
    finally:
        for line in lines:
            line.abort()
    if caller.refused:
        raise Trouble(f"{caller.refused} of {len(requests)} requests were refused.")
    return seconds, caller.waits


def steady(count: int, pace: float) -> list[float]:
    """So many requests, ``pace`` of them each second."""
    return [number / pace for number in range(count)]


def burst(count: int, pace: float) -> list[float]:
    """A steady pace, for a while `TIMES_AS_MANY`, then the pace again while the heap is worked off."""
    before, heap = count // SHARES, TIMES_AS_MANY * count // SHARES
    slow, fast = 1 / pace, 1 / pace / TIMES_AS_MANY
    gaps = [slow] * before + [fast] * heap + [slow] * (count - before - heap)
    return list(accumulate(gaps))
