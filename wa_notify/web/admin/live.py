"""The page stays true: what changed is told to every open browser, as server-sent events.

Only topics are told, never what changed; the page then asks for itself anew, with the rights of its reader.
"""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from wa_notify.core.consent import ConsentRecord
from wa_notify.core.news import Heard, News
from wa_notify.core.timeline import Entry

TICKETS, PEOPLE, OUTBOX = "tickets", "people", "outbox"
RULES, TEMPLATES = "rules", "templates"  # the configuration, or the account, was read anew
GATHER = 0.3  # seconds in which what happens together is told together
BEAT = 15.0  # seconds after which a line of nothing keeps proxies from hanging up
MOST_OPEN = 200  # browsers; the next one is told to come again later
MOST_EACH = 20  # of one person, who may not take all


class Live:
    """Everybody who has a page open. Call `hear` from any thread; the rest belongs to the event loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open: set[asyncio.Event] = set()
        self._topics: dict[asyncio.Event, set[str]] = {}
        self._each = Counter[str]()
        self._counting = threading.Lock()
        self.told = 0  # how often there were news; a page that knows another figure is behind

    def hear(self, news: Sequence[News]) -> None:
        """Something is durable now."""
        self._pass_on({topic for one in news for topic in topics_of(one)})

    def hear_others(self) -> None:
        """Another service wrote, nobody knows what."""
        self._pass_on({TICKETS, PEOPLE, OUTBOX})

    def stir(self, *topics: str) -> None:
        """Something of these topics has changed that is no news. Call it in the event loop."""
        self._count()
        self._tell({*topics})

    def _pass_on(self, topics: set[str]) -> None:
        self._count()
        loop = self._loop
        if loop and self._open:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._tell, topics)

    def _count(self) -> None:
        with self._counting:
            self.told += 1

    def _tell(self, topics: set[str]) -> None:
        for event in self._open:
            self._topics[event] |= topics
            event.set()

    async def answer(self, request: Request, name: str, may: Callable[[], Awaitable[bool]]) -> Response:
        """The stream for one browser of somebody.

        It ends when the browser goes away, or when they ``may`` not listen any more.
        """
        if len(self._open) >= MOST_OPEN or self._each[name] >= MOST_EACH:
            return Response(status_code=503, headers={"Retry-After": "10"})
        self._loop = asyncio.get_running_loop()
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        stream = self._stream(request, name, may)
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def _stream(
        self, request: Request, name: str, may: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[str]:
        event = asyncio.Event()
        self._open.add(event)
        self._topics[event] = set()
        self._each[name] += 1
        try:
            yield f"retry: 2000\nevent: told\ndata: {self.told}\n\n"
            while not await request.is_disconnected() and await may():
                try:
                    async with asyncio.timeout(BEAT):
                        await event.wait()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                await asyncio.sleep(GATHER)
                topics, self._topics[event] = self._topics[event], set()
                event.clear()
                yield f"event: changed\ndata: {json.dumps(sorted(topics))}\n\n"
        finally:
            self._open.discard(event)
            self._topics.pop(event, None)
            self._each -= Counter((name,))  # which leaves out whoever has none


def topics_of(news: News) -> tuple[str, ...]:
    """Which parts of pages are about it."""
    match news:
        case Entry():
            return (TICKETS, OUTBOX)
        case ConsentRecord():
            return (PEOPLE,)
        case Heard():
            return (PEOPLE, TICKETS)
        case _:
            return (OUTBOX,)
