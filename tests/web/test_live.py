"""What an open page is told, and what it missed before it listened."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import cast

from starlette.requests import Request
from starlette.responses import StreamingResponse

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.web.admin.live import RULES, Live


async def listening() -> bool:
    return True


def a_request() -> Request:
    async def stays() -> dict[str, str]:
        return {"type": "http.request"}

    return Request({"type": "http", "headers": []}, stays)


def told_on(page: str) -> int:
    found = re.search(r'<meta name="told" content="(\d+)">', page)
    assert found, page[:2000]
    return int(found[1])


async def test_a_page_knows_how_much_had_happened_when_it_was_drawn(world: World) -> None:
    desk = await Desk.of(world)
    before = told_on(await desk.page("/tickets"))
    assert told_on(await desk.page("/tickets")) == before
    await world.alert("DailyNote")
    assert told_on(await desk.page("/tickets")) > before


async def test_the_stream_begins_with_that_figure_so_that_nothing_in_between_is_missed() -> None:
    live = Live()
    live.stir(RULES)  # while nobody listens
    answer = cast("StreamingResponse", await live.answer(a_request(), "alice", listening))
    stream = cast("AsyncIterator[str]", answer.body_iterator)
    assert "event: told\ndata: 1\n\n" in await anext(stream)
    live.stir(RULES)
    assert await anext(stream) == 'event: changed\ndata: ["rules"]\n\n'


async def test_what_another_service_wrote_may_be_about_anything_but_the_configuration() -> None:
    live = Live()
    answer = cast("StreamingResponse", await live.answer(a_request(), "alice", listening))
    stream = cast("AsyncIterator[str]", answer.body_iterator)
    await anext(stream)
    await asyncio.to_thread(live.hear_others)
    assert await anext(stream) == 'event: changed\ndata: ["outbox", "people", "tickets"]\n\n'
