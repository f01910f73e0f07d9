"""Looking: the state, the log, what happens as it happens, and the table of refusals."""

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import Response, StreamingResponse

from wa_notify.sandbox.view import refusals_view, state_view
from wa_notify.sandbox.world import World

from .operation import Asked, Operation

IDLE_SECONDS = 15.0


async def state(asked: Asked) -> dict[str, Any]:
    """Show everything: clock, accounts, phones with their newest messages, policy, limits, faults."""
    return state_view(asked.world)


async def log(asked: Asked) -> dict[str, Any]:
    """Show what happened, after the entry with number `after` if given."""
    entries = asked.world.journal.since(_number(asked.query.get("after", "0")))
    return {"entries": [entry.as_json() for entry in entries]}


async def refusals(_asked: Asked) -> dict[str, Any]:
    """Show the table of refusals."""
    return {"refusals": refusals_view()}


async def events(asked: Asked) -> Response:
    """Stream log entries as server-sent events, from now on or after the last one that was seen."""
    given = asked.headers.get("last-event-id") or asked.query.get("after")
    after = asked.world.journal.written if given is None else _number(given)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(asked.world, after), media_type="text/event-stream", headers=headers)


async def _stream(world: World, after: int) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    async for entries in world.journal.follow(after, idle_seconds=IDLE_SECONDS):
        for entry in entries:
            yield f"id: {entry.number}\nevent: entry\ndata: {json.dumps(entry.as_json())}\n\n"
        if not entries:
            yield ": idle\n\n"


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 16 else 0


AFTER = {"after": "The number of the newest entry that is known already."}
OPERATIONS = (
    Operation(verb="GET", path="/state", act=state),
    Operation(verb="GET", path="/log", act=log, asks=AFTER),
    Operation(verb="GET", path="/events", act=events, asks=AFTER, streams=True),
    Operation(verb="GET", path="/refusals", act=refusals),
)
