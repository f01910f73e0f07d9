"""Files for the examples of headers are uploaded in one piece or in several."""

from typing import Any

from wa_notify.sandbox import Refusal

from .conftest import Bench
from .test_management import BODY, create, new, refused


async def session_of(bench: Bench, *, length: int = 6) -> str:
    query = f"?file_name=a.png&file_length={length}&file_type=image/png"
    opened = await bench.graph.post(f"/v26.0/{bench.account.app_id}/uploads{query}")
    session: str = opened.json()["id"]
    return session


async def put(bench: Bench, session: str, content: bytes, offset: int) -> Any:
    headers = {"file_offset": str(offset), "Authorization": f"OAuth {bench.account.access_token}"}
    return await bench.graph.post(f"/v26.0/{session}", content=content, headers=headers)


async def test_an_interrupted_upload_goes_on_from_where_it_stopped(bench: Bench) -> None:
    session = await session_of(bench)
    refused(await put(bench, session, b"PN", 0), Refusal.UPLOAD_WRONG)
    shown = (await bench.graph.get(f"/v26.0/{session}")).json()
    assert (shown["id"], shown["file_offset"]) == (session.partition("?")[0], 2)
    refused(await put(bench, session, b"PNG", 0), Refusal.UPLOAD_WRONG)
    refused(await put(bench, session, b"toolong", 2), Refusal.UPLOAD_WRONG)
    handle = (await put(bench, session, b"Gabc", 2)).json()["h"]
    picture = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [handle]}}
    assert (await create(bench, new(picture, BODY))).status_code == 200
    refused(await bench.graph.get(f"/v26.0/{session}"), Refusal.UPLOAD_WRONG)


async def test_a_session_is_over_after_a_day(bench: Bench) -> None:
    session = await session_of(bench)
    bench.clock.forward(hours=23, minutes=59)
    assert (await bench.graph.get(f"/v26.0/{session}")).json()["file_offset"] == 0
    bench.clock.forward(minutes=1)
    refused(await put(bench, session, b"PNGabc", 0), Refusal.UPLOAD_WRONG)


async def test_a_session_belongs_to_the_app_that_opened_it(bench: Bench) -> None:
    session = await session_of(bench)
    bench.account.app_id = "200000000000999"
    refused(await put(bench, session, b"PNGabc", 0), Refusal.UPLOAD_WRONG)
