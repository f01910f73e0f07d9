"""Answers of the HTTP faces: JSON as Meta writes it, and two ways of not answering."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from .callbacks import encode

BODY_MOST = 4 * 1024 * 1024
NESTED_MOST = 100  # what is deeper cannot be written back by every part that handles it


class PlatformJSON(JSONResponse):
    """JSON with everything beyond ASCII escaped; any text a client sent can be given back, broken or not."""

    def render(self, content: Any) -> bytes:
        """Return the bytes."""
        return encode(content)


class NoAnswer:
    """Keeps the caller waiting until it hangs up, or for so many real seconds, then says 504."""

    def __init__(self, hold_seconds: float) -> None:
        self._hold_seconds = hold_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do not answer."""
        if _is_in_process(scope):
            raise httpx.ReadTimeout("The sandbox was told not to answer this request.")
        try:
            async with asyncio.timeout(self._hold_seconds):
                while (await receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            await Response("Gateway Timeout", status_code=504, media_type="text/plain")(scope, receive, send)


class CutOff:
    """Begins an answer and cuts the connection before its body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's shape
        """Cut the connection: a server closes it when an application returns before its answer is whole."""
        if _is_in_process(scope):
            raise httpx.RemoteProtocolError("The sandbox was told to cut this connection.")
        length = [(b"content-type", b"application/json"), (b"content-length", b"512")]
        await send({"type": "http.response.start", "status": 200, "headers": length})


def _is_in_process(scope: Scope) -> bool:
    """Whether the request came through httpx's ASGI transport: unlike servers it names no `spec_version`."""
    return "spec_version" not in scope["asgi"]


async def json_object(request: Request) -> Mapping[str, Any]:
    """Return the request's body. Raises ValueError when it is not a JSON object, or beyond 4 MB."""
    chunks: list[bytes] = []
    async for chunk in request.stream():
        chunks.append(chunk)
        if sum(map(len, chunks)) > BODY_MOST:
            raise ValueError(f"The body is larger than {BODY_MOST} bytes.")
    value = parsed(b"".join(chunks))
    if not isinstance(value, dict):
        raise ValueError("The body must be a JSON object.")  # noqa: TRY004 - one kind of error for a bad body
    return value


def parsed(text: str | bytes) -> Any:
    """Return what a JSON text says. Raises ValueError when it is none, or nested too deeply."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("The body is nested too deeply.") from error
    if _is_deep(value):
        raise ValueError("The body is nested too deeply.")
    return value


def _is_deep(value: Any) -> bool:
    """Whether there are more than `NESTED_MOST` objects and lists within each other."""
    layer = [value]
    for _ in range(NESTED_MOST + 1):
        layer = [item for one in layer for item in _items(one)]
        if not layer:
            return False
    return True


def _items(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")
