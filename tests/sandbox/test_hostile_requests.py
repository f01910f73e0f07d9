"""Whatever is sent to the sandbox, it answers, and goes on showing what was sent."""

from typing import Any

import httpx
import pytest

from wa_notify.sandbox.traffic import without_secrets

from .conftest import ANNA, Bench, text_body

LOCATION = """{"messaging_product": "whatsapp", "to": "+447700900123", "type": "location",
"location": {"latitude": %s, "longitude": 1}}"""
HUGE = "1" + "0" * 400
DIGITS = "9" * 5000


async def sent(bench: Bench, path: str, body: str | bytes, **more: Any) -> httpx.Response:
    return await bench.graph.post(path, content=body, **more)


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


def odd(levels: int) -> str:
    return f'{{"message": {{"type": "odd", "odd": {deep(levels)}}}}}'


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/_sandbox/clock", '{"advance_seconds": %s}'),
        ("/_sandbox/faults", '{"hold_seconds": %s}'),
        ("/_sandbox/faults", '{"share": %s}'),
        ("/v26.0/400000000000101/messages", LOCATION),
    ],
)
async def test_a_number_beyond_all_measure_is_refused(bench: Bench, path: str, body: str) -> None:
    assert (await sent(bench, path, body % HUGE)).status_code == 400


async def test_an_upload_of_a_length_beyond_all_measure_is_refused(bench: Bench) -> None:
    path = f"/v26.0/{bench.account.app_id}/uploads?file_length={DIGITS}&file_type=image/png"
    assert (await sent(bench, path, b"")).status_code == 400


async def test_a_length_of_a_request_beyond_all_measure_is_no_read_receipt(bench: Bench) -> None:
    path = f"/v26.0/{bench.account.phone_number_id}/messages"
    answer = await sent(bench, path, b"{}", headers={"Content-Length": DIGITS})
    assert answer.status_code == 400


@pytest.mark.parametrize("levels", [101, 480, 950, 990, 5000])
async def test_what_is_nested_too_deeply_is_refused_and_can_still_be_looked_at(
    bench: Bench, levels: int
) -> None:
    messages = f"/v26.0/{bench.account.phone_number_id}/messages"
    answer = await sent(bench, messages, f'{{"pin": "1", "type": {deep(levels)}}}')
    assert answer.status_code == 400
    assert (await sent(bench, messages, deep(levels))).status_code == 400
    fields = f"/v26.0/{bench.account.app_id}/subscriptions"
    token = {"access_token": bench.account.app_token, "object": "whatsapp_business_account"}
    given = {**token, "callback_url": "http://service.test/webhook", "verify_token": "x"}
    answer = await bench.graph.post(fields, data={**given, "fields": deep(levels)})
    assert answer.status_code == 400
    reply = f"/_sandbox/phones/{ANNA}/reply"
    answer = await sent(bench, reply, odd(levels))
    assert answer.status_code == 400
    assert "nested too deeply" in answer.json()["error"]
    for look in ("state", "log", "traffic"):
        assert (await bench.graph.get(f"/_sandbox/{look}")).status_code == 200


async def test_moderate_nesting_passes(bench: Bench) -> None:
    reply = f"/_sandbox/phones/{ANNA}/reply"
    answer = await sent(bench, reply, odd(90))
    assert answer.status_code == 200


async def test_a_mark_of_a_file_that_is_no_ascii_is_only_wrong(bench: Bench) -> None:
    answer = await bench.graph.get("/whatsapp_business/attachments/?mid=1&ext=1&hash=%C3%A9")
    assert answer.status_code == 404


async def test_an_origin_that_is_no_address_is_foreign(bench: Bench) -> None:
    answer = await sent(bench, f"/_sandbox/phones/{ANNA}", "{}", headers={"Origin": "http://["})
    assert answer.status_code == 403


async def test_a_host_that_is_no_address_does_not_close_the_inspector(bench: Bench) -> None:
    await bench.graph.get("/v26.0/me?access_token=hidden", headers={"Host": "["})
    shown = (await bench.graph.get("/_sandbox/traffic")).json()["exchanges"]
    assert shown[0]["url"] == "http://[/v26.0/me?access_token=%5Bredacted%5D"


@pytest.mark.parametrize("kind", ["text/plain", "application/json", ""])
@pytest.mark.parametrize("body", [b"access_token=hidden&pin=1", b'{"pin": "hidden"'])
def test_a_secret_in_a_body_that_cannot_be_read_is_not_shown(kind: str, body: bytes) -> None:
    assert without_secrets(body, kind) is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"access%5Ftoken=hidden&%61ccess_token=hidden"),
        ("application/json", rb'{"p\u0069n": "hidden"}'),
    ],
)
def test_a_secret_under_a_name_that_is_spelled_otherwise_is_not_shown(kind: str, body: bytes) -> None:
    shown = without_secrets(body, kind)
    assert shown is not None
    assert b"redacted" in shown
    assert b"hidden" not in shown


async def test_a_text_without_a_secret_is_shown_as_it_was(bench: Bench) -> None:
    assert without_secrets(b"not found", "text/plain") == b"not found"
    await bench.post(text_body())
    shown = (await bench.graph.get("/_sandbox/traffic")).json()["exchanges"]
    assert shown[0]["body"]["blanked"] is False


async def test_a_type_of_a_file_that_no_header_can_carry_is_refused(bench: Bench) -> None:
    file = '{"kind": "document", "content": "aGk=", "mime_type": "%s"}'
    for wrong in (r"text/\ud800", r"a/b\r\nX: y", "text", "é/x"):
        answer = await sent(bench, f"/_sandbox/phones/{ANNA}/file", file % wrong)
        assert answer.status_code == 400, wrong
    fits = await sent(bench, f"/_sandbox/phones/{ANNA}/file", file % "audio/ogg; codecs=opus")
    assert fits.status_code == 200


async def test_headers_of_callbacks_that_none_can_carry_are_refused(bench: Bench) -> None:
    bench.account.first.api_key = "key"
    for wrong in (r'{"X": "\ud800"}', r'{"X\n": "1"}', '{"X": "é"}'):
        body = f'{{"url": "http://service.test/webhook", "headers": {wrong}}}'
        path = "/360dialog/v1/configs/webhook"
        assert (await sent(bench, path, body, headers={"D360-API-KEY": "key"})).status_code == 400


async def test_a_callback_with_headers_that_none_can_carry_only_fails(bench: Bench) -> None:
    bench.account.first.callback_headers = {"X": "\ud800"}
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.pass_time(seconds=1)
    shown = (await bench.graph.get("/_sandbox/traffic")).json()["exchanges"]
    assert shown[0]["failure"] == "UnicodeEncodeError"
