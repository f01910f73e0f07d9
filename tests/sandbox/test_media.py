"""The platform's place for files: who may do what with them, and for how long."""

from base64 import b64encode
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import ANNA, Bench

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
FORM = {"messaging_product": "whatsapp", "type": "image/png"}


def path_of(bench: Bench) -> str:
    return f"/v26.0/{bench.account.phone_number_id}/media"


async def upload(bench: Bench, content: bytes = PNG, mime: str = "image/png", **form: str) -> httpx.Response:
    files = {"file": ("a.png", content, mime)}
    return await bench.graph.post(path_of(bench), data={**FORM, "type": mime, **form}, files=files)


async def uploaded(bench: Bench) -> str:
    response = await upload(bench)
    assert response.status_code == 200, response.text
    media_id: str = response.json()["id"]
    return media_id


async def looked_up(bench: Bench, media_id: str) -> dict[str, Any]:
    response = await bench.graph.get(f"/v26.0/{media_id}")
    assert response.status_code == 200, response.text
    node: dict[str, Any] = response.json()
    return node


async def test_what_is_uploaded_can_be_looked_up_and_loaded_with_the_token(bench: Bench) -> None:
    node = await looked_up(bench, await uploaded(bench))
    assert (node["mime_type"], node["file_size"]) == ("image/png", len(PNG))
    assert len(node["sha256"]) == 64
    loaded = await bench.graph.get(node["url"])
    assert (loaded.status_code, loaded.content) == (200, PNG)
    bare = await bench.graph.get(node["url"], headers={"Authorization": ""})
    assert bare.status_code == 401


async def test_an_address_lives_five_minutes_and_cannot_be_made_up(bench: Bench) -> None:
    node = await looked_up(bench, await uploaded(bench))
    assert (await bench.graph.get(node["url"].replace("hash=", "hash=0"))).status_code == 404
    bench.clock.forward(minutes=6)
    assert (await bench.graph.get(node["url"])).status_code == 404
    again = await looked_up(bench, node["id"])
    assert (await bench.graph.get(again["url"])).status_code == 200


async def test_an_upload_lives_thirty_days_and_a_file_of_a_person_seven(bench: Bench) -> None:
    ours = await uploaded(bench)
    anna = bench.sandbox.phone(ANNA)
    bench.sandbox.send_file(anna, "image", PNG, "image/png")
    theirs = bench.sandbox.media.find(str(int(ours) + 1)).id
    bench.clock.forward(days=8)
    await looked_up(bench, ours)
    gone = await bench.graph.get(f"/v26.0/{theirs}")
    assert gone.status_code == 400
    assert (gone.json()["error"]["code"], gone.json()["error"]["error_subcode"]) == (100, 33)
    bench.clock.forward(days=23)
    assert (await bench.graph.get(f"/v26.0/{ours}")).json()["error"]["code"] == 100


async def test_a_deleted_file_is_gone(bench: Bench) -> None:
    media_id = await uploaded(bench)
    assert (await bench.graph.delete(f"/v26.0/{media_id}")).json() == {"success": True}
    assert (await bench.graph.delete(f"/v26.0/{media_id}")).json()["error"]["code"] == 100


async def test_a_file_of_another_number_is_none(bench: Bench) -> None:
    media_id = await uploaded(bench)
    answer = await bench.graph.get(f"/v26.0/{media_id}", params={"phone_number_id": "1"})
    assert answer.json()["error"]["error_subcode"] == 33


@pytest.mark.parametrize(
    ("content", "mime", "form", "code"),
    [
        (b"GIF89a", "image/gif", {}, 100),
        (bytes(5 * 1024 * 1024 + 1), "image/png", {}, 100),
        (b"", "image/png", {}, 131008),
        (PNG, "image/png", {"messaging_product": "other"}, 100),
    ],
)
async def test_what_is_no_upload_is_refused(
    bench: Bench, content: bytes, mime: str, form: dict[str, str], code: int
) -> None:
    response = await upload(bench, content, mime, **form)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == code
    assert len(bench.sandbox.media) == 0


async def test_an_upload_without_a_file_is_refused(bench: Bench) -> None:
    plain = await bench.graph.post(path_of(bench), json=FORM)
    assert plain.json()["error"]["code"] == 131008
    empty = await bench.graph.post(path_of(bench), data=FORM, files={"other": ("a", PNG, "image/png")})
    assert empty.json()["error"]["code"] == 131008


async def test_a_message_shows_an_uploaded_file_and_no_unknown_one(bench: Bench) -> None:
    media_id = await uploaded(bench)
    anna = bench.sandbox.phone(ANNA)
    anna.reply("hello")
    sent = {"messaging_product": "whatsapp", "to": ANNA, "type": "image", "image": {"id": media_id}}
    assert (await bench.post(sent)).status_code == 200
    assert anna.messages[-1].media_id == media_id
    header = {"type": "image", "image": {"id": "123"}}
    button = {"type": "reply", "reply": {"id": "a", "title": "b"}}
    framed = {"type": "button", "header": header, "body": {"text": "x"}, "action": {"buttons": [button]}}
    refused = await bench.post({**sent, "type": "interactive", "image": None, "interactive": framed})
    assert refused.json()["error"]["code"] in (100, 131009)


async def test_a_person_sends_a_file_by_the_controls(bench: Bench) -> None:
    body = {"kind": "document", "mime_type": "text/plain", "content": b64encode(b"log").decode()}
    named = {**body, "filename": "log.txt", "caption": "look"}
    controls = "http://sandbox/_sandbox/phones/%2B447700900123/file"
    answer = await bench.graph.post(controls, json=named)
    assert answer.status_code == 200, answer.text
    assert answer.json()["message"]["header"] == "[log.txt]"
    await bench.sandbox.run_due()
    document = bench.service.inbound[-1]["document"]
    assert (document["filename"], document["caption"]) == ("log.txt", "look")
    assert bench.sandbox.media.find(document["id"]).content == b"log"
    for wrong in ({}, {**body, "content": "%"}, {**body, "kind": "hologram"}):
        assert (await bench.graph.post(controls, json=wrong)).status_code == 400
