"""The record of what went over the wire, and what of it and of the phones' files the controls give out."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from wa_notify.sandbox import Fault, Sandbox
from wa_notify.sandbox.journal import BLANK
from wa_notify.sandbox.traffic import KEPT_BYTES, KEPT_EXCHANGES, Direction, Traffic, body_of

from .conftest import ANNA, START, Bench, template_body, text_body, wamid_of


async def exchanges(bench: Bench, after: int = 0) -> list[dict[str, Any]]:
    answer = await bench.graph.get("/_sandbox/traffic", params={"after": after})
    kept: list[dict[str, Any]] = answer.json()["exchanges"]
    return kept


async def test_a_request_is_kept_with_its_answer(bench: Bench) -> None:
    body = template_body()
    answer = await bench.post(body)
    [kept] = await exchanges(bench)
    assert kept["kind"] == "request"
    assert kept["method"] == "POST"
    assert kept["url"] == f"http://graph.test/v26.0/{bench.account.numbers[0].phone_number_id}/messages"
    assert json.loads(kept["body"]["text"]) == body
    assert kept["status"] == 200
    assert kept["answer"]["text"] == answer.text
    assert kept["at"] == kept["ended_at"] == START.isoformat()


async def test_a_callback_is_kept_with_signature_answer_attempt_and_next_try(bench: Bench) -> None:
    bench.service.answers = [500]
    bench.sandbox.phone(ANNA).reply("hello / ünïcode")
    await bench.pass_time()
    [failed] = await exchanges(bench)
    assert failed["kind"] == "callback"
    assert failed["status"] == 500
    assert failed["attempt"] == 1
    assert failed["next_try_at"] == (START + timedelta(seconds=5)).isoformat()
    assert failed["about"][0].startswith("inbound wamid.")
    await bench.pass_time(seconds=5)
    [_, again] = await exchanges(bench)
    assert (again["attempt"], again["status"], again["next_try_at"]) == (2, 200, None)
    sent = bench.service.callbacks[1]
    assert again["body"]["text"].encode() == sent.body
    assert again["headers"]["X-Hub-Signature-256"] == sent.headers["x-hub-signature-256"]


async def test_an_address_that_is_not_there_is_said_to_be_so(bench: Bench) -> None:
    bench.sandbox.subscribe("http://127.0.0.1:9/nobody")
    alone = Sandbox(clock=bench.clock)
    alone.subscribe("http://127.0.0.1:9/nobody")
    alone.phone(ANNA).reply("hello")
    await alone.run_due()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(alone.app), base_url="http://graph.test"
    ) as client:
        [kept] = (await client.get("/_sandbox/traffic")).json()["exchanges"]
    assert kept["failure"] == "ConnectError"
    assert kept["status"] is None
    await alone.aclose()


async def test_secrets_are_blanked_wherever_they_stand(bench: Bench) -> None:
    await bench.graph.get("/v26.0/me", params={"access_token": "sandbox-token", "fields": "id"})
    await bench.graph.post("/v26.0/1/x", json={"pin": "123456", "inner": [{"access_token": "sandbox-token"}]})
    await bench.graph.post("/v26.0/1/x", data={"client_secret": "sandbox-app-secret", "a": "b"})
    await bench.graph.post(
        "/v26.0/1/x", content=b'{"pin": "123456", broken', headers={"content-type": "application/json"}
    )
    written = json.dumps(await exchanges(bench))
    for secret in ("sandbox-token", "123456", "sandbox-app-secret"):
        assert secret not in written
    assert written.count("[redacted]") + written.count("%5Bredacted%5D") == 4 + 4  # 4 tokens in headers
    assert "fields=id" in written


async def test_bytes_without_secrets_stay_as_they_were(bench: Bench) -> None:
    body = b'{"to":"+447700900123",  "text": {"body": "pin: 1, the \\"pin\\": 2 \\/"}}'
    kept = body_of(body, "application/json")
    assert kept.content == body
    assert kept.as_json() == {
        "type": "application/json",
        "size": len(body),
        "blanked": False,
        "text": body.decode(),
    }
    assert body_of(b'{"pin": "1"}', "application/json").as_json()["blanked"]


async def test_a_request_that_is_refused_unread_is_kept_with_its_body(bench: Bench) -> None:
    refused = await bench.graph.post(
        "/v26.0/1/messages", json=text_body("not read"), headers={"Authorization": "Bearer wrong"}
    )
    assert refused.status_code == 401
    [kept] = await exchanges(bench)
    assert "not read" in kept["body"]["text"]
    assert kept["headers"]["authorization"] == f"Bearer {BLANK}"


async def test_of_files_only_type_and_size_are_kept(bench: Bench) -> None:
    path = f"/v26.0/{bench.account.numbers[0].phone_number_id}/media"
    files = {"file": ("a.png", b"\x89PNG" * 1000, "image/png")}
    uploaded = await bench.graph.post(path, data={"messaging_product": "whatsapp"}, files=files)
    found = await bench.graph.get(f"/v26.0/{uploaded.json()['id']}")
    assert (await bench.graph.get(found.json()["url"])).content == b"\x89PNG" * 1000
    upload, _, load = await exchanges(bench)
    assert upload["body"]["type"] == "multipart/form-data"
    assert upload["body"]["size"] > 4000
    assert load["answer"] == {"type": "image/png", "size": 4000, "blanked": False}
    assert "text" not in upload["body"]


async def test_bytes_that_are_no_text_are_kept_as_base64(bench: Bench) -> None:
    await bench.graph.post("/v26.0/1/x", content=b"\xff\x00", headers={"content-type": "application/json"})
    [kept] = await exchanges(bench)
    assert kept["body"]["base64"] == "/wA="


async def test_silence_and_cuts_are_kept_as_such(bench: Bench) -> None:
    for kind in ("timeout", "disconnect"):
        bench.sandbox.fail_next(Fault(kind=kind))
        with pytest.raises(httpx.TransportError):
            await bench.text("hello")
    silent, cut = await exchanges(bench)
    assert (silent["failure"], silent["status"]) == ("ReadTimeout", None)
    assert (cut["failure"], cut["status"]) == ("RemoteProtocolError", None)
    assert "hello" in silent["body"]["text"]


async def test_only_news_is_given_and_an_answer_is_news() -> None:
    traffic = Traffic()
    first = traffic.begin(Direction.REQUEST, START, "GET", "http://graph.test/")
    second = traffic.begin(Direction.REQUEST, START, "GET", "http://graph.test/")
    seen = traffic.version
    traffic.change(first, status=200, ended_at=START)
    assert [(item.number, item.status) for item in traffic.since(seen)] == [(first, 200)]
    assert [item.number for item in traffic.since(0)] == [first, second]


async def test_the_record_is_bounded_by_number_and_by_bytes() -> None:
    traffic = Traffic()
    for _ in range(KEPT_EXCHANGES + 7):
        traffic.begin(Direction.REQUEST, START, "GET", "http://graph.test/")
    assert len(traffic) == KEPT_EXCHANGES
    large = body_of(b'"' + b"x" * (KEPT_BYTES // 4) + b'"', "application/json")
    numbers = [
        traffic.begin(Direction.REQUEST, START, "POST", "http://graph.test/", body=large) for _ in range(10)
    ]
    assert len(traffic) == 3
    traffic.change(numbers[-1], status=200)
    assert len(traffic) == 3, "a change is not counted twice"
    traffic.change(1, status=200)  # long forgotten
    assert len(traffic) == 3


async def test_a_live_page_hears_of_answers_though_nothing_is_written(bench: Bench) -> None:
    seen: list[str] = []

    async def listen() -> None:
        scope: dict[str, Any] = {
            "type": "http", "method": "GET", "path": "/_sandbox/events", "raw_path": b"/_sandbox/events",
            "query_string": b"", "headers": [], "root_path": "", "scheme": "http", "server": ("x", 80),
            "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "client": None,
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(60)
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            seen.append(message.get("body", b"").decode())

        await bench.sandbox.app(scope, receive, send)

    task = asyncio.create_task(listen())
    await asyncio.sleep(0.01)
    await bench.text("hello")
    await asyncio.sleep(0.01)
    await bench.sandbox.aclose()
    await asyncio.wait_for(task, 5)
    told = "".join(seen)
    assert "event: traffic\ndata: 2" in told


async def test_the_state_leaves_out_messages_that_look_as_before(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).reply("hello")
    wamid = wamid_of(await bench.text("hello"))
    whole = (await bench.graph.get("/_sandbox/state")).json()
    assert len(whole["phones"][0]["messages"]) == 2

    async def news() -> list[tuple[str, str]]:
        state = (await bench.graph.get("/_sandbox/state", params={"after": whole["version"]})).json()
        return [(message["wamid"], message["status"]) for message in state["phones"][0]["messages"]]

    assert await news() == []
    await bench.pass_time(seconds=0.2)
    assert await news() == [(wamid, "sent")]
    assert await news() == [(wamid, "sent")], "asking alone changes nothing"
    inbound = bench.sandbox.phone(ANNA).messages[0].wamid
    bench.sandbox.phone(ANNA).edit(inbound, "hullo")
    assert [one for one, _ in await news()] == [inbound, wamid]
    before = (await bench.graph.get("/_sandbox/state")).json()["version"]
    bench.sandbox.phone(ANNA).change_number("+447700900999")
    moved = (await bench.graph.get("/_sandbox/state", params={"after": before})).json()["phones"][0]
    assert moved["number"] == "+447700900999"
    assert len(moved["messages"]) == 2, "another phone shows them now"


async def test_a_file_of_a_message_is_loaded_without_a_token_and_never_run(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    for kind, mime_type, shown in (
        ("image", "image/png", "image/png"),
        ("audio", "audio/ogg; codecs=opus", "audio/ogg"),
        ("document", "image/svg+xml", "application/octet-stream"),
        ("document", "text/html", "application/octet-stream"),
        ("document", "application/pdf", "application/octet-stream"),
    ):
        wamid = bench.sandbox.send_file(anna, kind, b"<script>", mime_type, filename="a")
        loaded = await bench.graph.get(f"/_sandbox/messages/{wamid}/file", headers={"Authorization": ""})
        assert loaded.content == b"<script>"
        assert loaded.headers["content-type"] == shown
        assert loaded.headers["x-content-type-options"] == "nosniff"
        assert loaded.headers["cross-origin-resource-policy"] == "same-origin"
        assert "sandbox" in loaded.headers["content-security-policy"]
        assert ("content-disposition" in loaded.headers) == (shown == "application/octet-stream")
    text = anna.reply("no file")
    assert (await bench.graph.get(f"/_sandbox/messages/{text}/file")).status_code == 404
    assert (await bench.graph.get("/_sandbox/messages/wamid.none/file")).status_code == 404


async def test_a_list_row_is_tapped_by_its_id_too(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    anna.reply("hello")
    rows = [{"id": "one", "title": "Same"}], [{"id": "two", "title": "Same"}]
    sections = [{"title": f"Part {number}", "rows": part} for number, part in enumerate(rows)]
    action = {"button": "Choose", "sections": sections}
    interactive = {"type": "list", "body": {"text": "Which?"}, "action": action}
    body = {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": interactive}
    wamid_of(await bench.post(body))
    await bench.pass_time(seconds=2)
    anna.tap("two")
    await bench.pass_time()
    assert bench.service.inbound[-1]["interactive"]["list_reply"] == {"id": "two", "title": "Same"}
    [_, sent, _] = (await bench.graph.get("/_sandbox/state")).json()["phones"][0]["messages"]
    assert sent["list_button"] == "Choose"
    assert [button["section"] for button in sent["buttons"]] == ["Part 0", "Part 1"]
