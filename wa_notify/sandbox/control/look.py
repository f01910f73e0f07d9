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
    """Show everything: clock, accounts, phones with their newest messages, policy, limits, faults.

    With `after`, the `version` of an earlier answer, messages that look as they did then are left out.
    """
    return state_view(asked.world, _number(asked.query.get("after", "0")))


async def traffic(asked: Asked) -> dict[str, Any]:
    """Show what went over the wire: requests to the Graph with their answers, callbacks with theirs.

    With `after`, the `version` of an earlier answer, only what is new or has changed since.
    """
    record = asked.world.traffic
    news = record.since(_number(asked.query.get("after", "0")))
    return {"version": record.version, "exchanges": [exchange.as_json() for exchange in news]}


async def log(asked: Asked) -> dict[str, Any]:
    """Show what happened, after the entry with number `after` if given."""
    entries = asked.world.journal.since(_number(asked.query.get("after", "0")))
    return {"entries": [entry.as_json() for entry in entries]}


async def refusals(_asked: Asked) -> dict[str, Any]:
    """Show the table of refusals."""
    return {"refusals": refusals_view()}


async def events(asked: Asked) -> Response:
    """Stream log entries as server-sent events, from now on or after the last one that was seen.

    An event `traffic` with the version of the record of traffic says that there is news in it.
    """
    given = asked.headers.get("last-event-id") or asked.query.get("after")
    after = asked.world.journal.written if given is None else _number(given)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(asked.world, after), media_type="text/event-stream", headers=headers)


async def _stream(world: World, after: int) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    seen = world.traffic.version
    async for entries in world.journal.follow(after, idle_seconds=IDLE_SECONDS):
        for entry in entries:
            yield f"id: {entry.number}\nevent: entry\ndata: {json.dumps(entry.as_json())}\n\n"
        if world.traffic.version != seen:
            seen = world.traffic.version
            yield f"event: traffic\ndata: {seen}\n\n"
        elif not entries:
            yield ": idle\n\n"


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 16 else 0


AFTER = {"after": "The number of the newest entry that is known already."}
VERSION = {"after": "The `version` of an earlier answer."}
OPERATIONS = (
    Operation(verb="GET", path="/state", act=state, asks=VERSION),
    Operation(verb="GET", path="/traffic", act=traffic, asks=VERSION),
    Operation(verb="GET", path="/log", act=log, asks=AFTER),
    Operation(verb="GET", path="/events", act=events, asks=AFTER, answers="text/event-stream"),
    Operation(verb="GET", path="/refusals", act=refusals),
)
