"""Handing over one message to a platform that answers well, badly or not at all."""

import asyncio
import gzip
import json
import socket
from datetime import timedelta
from typing import Any

import httpx
import pytest

from wa_notify.core.message import (
    Accepted,
    ButtonKind,
    ButtonParameter,
    NoAnswer,
    Outgoing,
    Parameter,
    Rejected,
    Remedy,
    TemplateMessage,
    TextMessage,
)
from wa_notify.whatsapp import transport
from wa_notify.whatsapp.client import CloudApi

from .conftest import TOKEN, Connect, Platform, account_at, answers, drips, resets, sleeps, writes
from .examples import DANA, DANA_BSUID, EXAMPLES

SAID = "db-7 is on fire"
MESSAGE = Outgoing(to=f"+{DANA}", message=TextMessage(body=SAID), callback_data="7.1.abc")
TAKEN = EXAMPLES["answers"][0]
WAMID = TAKEN["messages"][0]["id"]
CUT = b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"messages": [{"id": "wamid.'
CHUNK = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"messages": [{'


async def test_an_accepted_message_is_named_by_its_wamid(api: CloudApi, platform: Platform) -> None:
    platform.will(answers(200, TAKEN))
    assert await api.send(MESSAGE) == Accepted(wamid=WAMID, wa_id=DANA, bsuid=DANA_BSUID)


async def test_the_request_is_the_documented_one(api: CloudApi, platform: Platform) -> None:
    platform.will(answers(200, TAKEN))
    await api.send(MESSAGE)
    (asked,) = platform.asked
    assert (asked.method, asked.target) == ("POST", "/v26.0/400000000000101/messages")
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["content-type"] == "application/json"
    assert asked.json == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+447700900123",
        "type": "text",
        "text": {"preview_url": False, "body": SAID},
        "biz_opaque_callback_data": "7.1.abc",
    }


@pytest.mark.parametrize(
    ("word", "held"),
    [("accepted", False), ("held_for_quality_assessment", True), ("paused", True), (["odd"], False)],
)
async def test_a_template_may_be_held_by_the_platform(
    api: CloudApi, platform: Platform, word: object, held: bool
) -> None:
    platform.will(answers(200, {"messages": [{"id": "wamid.X", "message_status": word}]}))
    assert await api.send(MESSAGE) == Accepted(wamid="wamid.X", held=held)


async def test_a_compressed_answer_is_read(api: CloudApi, platform: Platform) -> None:
    body = gzip.compress(json.dumps(TAKEN).encode())
    platform.will(answers(200, body=body, Content_Encoding="gzip"))
    assert await api.send(MESSAGE) == Accepted(wamid=WAMID, wa_id=DANA, bsuid=DANA_BSUID)


async def test_a_chunked_answer_is_read(api: CloudApi, platform: Platform) -> None:
    body = json.dumps(TAKEN).encode()
    parts = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:50], body[50:]))
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    platform.will(writes(head + parts + b"0\r\n\r\n"))
    assert isinstance(await api.send(MESSAGE), Accepted)


async def test_contacts_of_odd_types_do_not_spoil_an_acceptance(api: CloudApi, platform: Platform) -> None:
    odd = {"messages": [{"id": "wamid.X"}], "contacts": [{"wa_id": 5, "user_id": None}]}
    platform.will(answers(200, odd))
    assert await api.send(MESSAGE) == Accepted(wamid="wamid.X")


@pytest.mark.parametrize("status", [200, 400, 401, 429, 500, 503, 504])
async def test_a_refusal_is_judged_by_its_code_whatever_the_status(
    api: CloudApi, platform: Platform, status: int
) -> None:
    platform.will(answers(status, EXAMPLES["errors"][0]))
    outcome = await api.send(MESSAGE)
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.failure.remedy) == (131056, Remedy.SLOW)


async def test_a_code_in_digits_with_bare_error_data_is_understood(api: CloudApi, platform: Platform) -> None:
    platform.will(answers(400, {"error": {"code": "131047", "error_data": "24 hours are over"}}))
    outcome = await api.send(MESSAGE)
    assert isinstance(outcome, Rejected)
    assert outcome.failure.remedy is Remedy.TEMPLATE
    assert outcome.failure.details == "24 hours are over"


async def test_a_refused_template_does_not_repeat_what_it_was_filled_with(
    api: CloudApi, platform: Platform
) -> None:
    template = TemplateMessage(
        name="ops_incident_alert",
        language="en",
        header=Parameter(text="db-7"),
        body=(Parameter(text="Disk usage 96%"), Parameter(text="P1")),
        buttons=(ButtonParameter(index=0, kind=ButtonKind.QUICK_REPLY, text="ack:7f1c"),),
    )
    said = "body (Disk usage 96%, P1) of db-7 with ack:7f1c does not match ops_incident_alert"
    platform.will(answers(400, {"error": {"code": 132012, "error_data": {"details": said}}}))
    outcome = await api.send(Outgoing(to=f"+{DANA}", message=template, callback_data=""))
    assert isinstance(outcome, Rejected)
    assert outcome.failure.details == "body (…, P1) of … with … does not match ops_incident_alert"


async def test_a_refusal_never_repeats_token_number_or_words(api: CloudApi, platform: Platform) -> None:
    details = f"Malformed access token {TOKEN} for +{DANA} ({DANA}): {SAID}"
    platform.will(answers(400, {"error": {"code": 190, "message": details}}))
    outcome = await api.send(MESSAGE)
    assert isinstance(outcome, Rejected)
    assert outcome.failure.details == "Malformed access token … for … (…): …"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome to the hotel</html>",
        b"null",
        b"[]",
        b"{}",
        b'{"messages": []}',
        b'{"messages": {}}',
        b'{"messages": [7]}',
        b'{"messages": [{"id": ""}]}',
        b'{"messages": [{"id": 7}]}',
        b'{"error": "none of ours"}',
        b"[" * 100_000,
        b"\xff\xfe\xff",
    ],
)
async def test_rubbish_with_200_may_have_been_taken(api: CloudApi, platform: Platform, body: bytes) -> None:
    platform.will(answers(200, body=body))
    outcome = await api.send(MESSAGE)
    assert outcome == NoAnswer(why="WhatsApp's answer cannot be read (HTTP 200).", left=True)


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        *((500, Remedy.RETRY), (502, Remedy.RETRY), (503, Remedy.RETRY), (429, Remedy.SLOW)),
        *((408, Remedy.RETRY), (400, Remedy.FIX), (401, Remedy.ADMIN), (403, Remedy.ADMIN)),
        *((404, Remedy.ADMIN), (413, Remedy.ADMIN), (304, Remedy.ADMIN), (999, Remedy.ADMIN)),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>Bad Gateway</html>", b'{"error": {"message": "no code"}}'])
async def test_a_refusal_without_a_code_is_judged_by_its_status(
    api: CloudApi, platform: Platform, status: int, remedy: Remedy, body: bytes
) -> None:
    platform.will(answers(status, body=b"" if status == 304 else body))
    outcome = await api.send(MESSAGE)
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.failure.remedy) == (status, remedy)


async def test_a_refusal_carries_when_the_platform_will_take_more(api: CloudApi, platform: Platform) -> None:
    error = {"error": {"code": 80007, "message": "(#80007) Rate limit issues"}}
    usage = '{"estimated_time_to_regain_access": 12}'
    platform.will(answers(429, error, X_App_Usage=usage), answers(429, error))
    told, silent = await api.send(MESSAGE), await api.send(MESSAGE)
    assert isinstance(told, Rejected)
    assert isinstance(silent, Rejected)
    assert (told.failure.regain, silent.failure.regain) == (timedelta(minutes=12), None)


async def test_a_gateway_that_gave_up_waiting_leaves_it_open(api: CloudApi, platform: Platform) -> None:
    platform.will(answers(504, body=b"<html>Gateway Timeout</html>"))
    outcome = await api.send(MESSAGE)
    assert isinstance(outcome, NoAnswer)
    assert outcome.left


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(api: CloudApi, platform: Platform, status: int) -> None:
    platform.will(answers(status, body=b"", Location=f"{platform.url}/elsewhere"))
    outcome = await api.send(MESSAGE)
    assert isinstance(outcome, Rejected)
    assert outcome.failure.remedy is Remedy.ADMIN
    assert len(platform.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(writes(b""), id="closed without a word"),
        pytest.param(resets(), id="reset"),
        pytest.param(writes(b"HTTP/1.1 200"), id="cut in the status line"),
        pytest.param(writes(b"HTTP/1.1 200 OK\r\nContent-Le"), id="cut in a header"),
        pytest.param(writes(CUT), id="cut in the body"),
        pytest.param(writes(CHUNK), id="cut in a chunk"),
        pytest.param(writes(CHUNK + b"\r\n"), id="cut between chunks"),
        pytest.param(writes(b"220 ESMTP ready\r\n\r\n"), id="not HTTP"),
        pytest.param(writes(CHUNK[:-17] + b"zz\r\n"), id="odd chunk"),
        pytest.param(answers(200, body=b"no gzip", Content_Encoding="gzip"), id="not compressed"),
    ],
)
async def test_a_broken_answer_leaves_it_open(api: CloudApi, platform: Platform, answer: Any) -> None:
    platform.will(answer)
    outcome = await api.send(MESSAGE)
    assert isinstance(outcome, NoAnswer)
    assert outcome.left
    assert len(platform.asked) == 1  # and nobody has tried again behind our back


@pytest.mark.parametrize("octets", [b"", b"HTTP/1.1 200 OK\r\n", CUT, CHUNK])
async def test_an_answer_that_does_not_come_in_time_leaves_it_open(
    connect: Connect, platform: Platform, octets: bytes
) -> None:
    platform.will(sleeps(octets))
    outcome = await connect(timeout=0.1).send(MESSAGE)
    assert isinstance(outcome, NoAnswer)
    assert outcome.left
    assert "Timeout" in outcome.why


async def test_an_answer_that_drips_ends_at_the_deadline(connect: Connect, platform: Platform) -> None:
    platform.will(drips())
    outcome = await connect(timeout=5, deadline=0.2).send(MESSAGE)
    assert outcome == NoAnswer(why="WhatsApp gave no answer (TimeoutError).", left=True)


async def test_a_refused_connection_certainly_took_nothing(connect: Connect) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        outcome = await connect(url).send(MESSAGE)
    assert isinstance(outcome, NoAnswer)
    assert not outcome.left


async def test_a_failed_tls_handshake_certainly_took_nothing(connect: Connect) -> None:
    async def speak_no_tls(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(speak_no_tls, "127.0.0.1", 0)
    async with server:
        outcome = await connect(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}").send(MESSAGE)
    assert isinstance(outcome, NoAnswer)
    assert not outcome.left


async def test_a_tls_handshake_without_an_end_certainly_took_nothing(
    connect: Connect, platform: Platform
) -> None:
    outcome = await connect(platform.url.replace("http:", "https:"), timeout=0.2).send(MESSAGE)
    assert outcome == NoAnswer(why="WhatsApp could not be reached (ConnectTimeout).", left=False)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "graph.facebook.com", "http://", "http://[::1", ""])
async def test_an_address_that_is_none_certainly_took_nothing(connect: Connect, url: str) -> None:
    outcome = await connect(url or "//").send(MESSAGE)
    assert isinstance(outcome, NoAnswer)
    assert not outcome.left


async def test_a_closed_client_certainly_took_nothing(api: CloudApi, http: httpx.AsyncClient) -> None:
    await http.aclose()
    outcome = await api.send(MESSAGE)
    assert isinstance(outcome, NoAnswer)
    assert not outcome.left


@pytest.mark.parametrize("kind", ["httpx", "service"])
async def test_waiting_for_a_free_connection_in_vain_certainly_took_nothing(
    platform: Platform, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "CONNECTIONS", 1)
    limits = httpx.Limits(max_connections=1)
    platform.will(sleeps())
    account = account_at(platform.url)
    own = httpx.AsyncClient(limits=limits, trust_env=False)
    async with own if kind == "httpx" else transport.service_client() as http:
        patient = asyncio.create_task(CloudApi(http=http, account=account).send(MESSAGE))
        await asyncio.sleep(0.1)
        hasty = await CloudApi(http=http, account=account, timeout=0.1).send(MESSAGE)
        patient.cancel()
        await asyncio.gather(patient, return_exceptions=True)
    await own.aclose()
    assert isinstance(hasty, NoAnswer)
    assert not hasty.left
    assert len(platform.asked) == 1


async def test_whatever_a_transport_raises_send_does_not() -> None:
    def explode(request: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError(request.headers["authorization"])

    async with httpx.AsyncClient(transport=httpx.MockTransport(explode)) as http:
        outcome = await CloudApi(http=http, account=account_at("https://graph.test")).send(MESSAGE)
    assert outcome == NoAnswer(why="WhatsApp gave no answer (ZeroDivisionError).", left=True)


async def test_connections_are_kept_and_used_again(api: CloudApi, platform: Platform) -> None:
    platform.will(answers(200, TAKEN))
    for _ in range(3):
        assert isinstance(await api.send(MESSAGE), Accepted)
    assert [asked.connection for asked in platform.asked] == [0, 0, 0]


async def test_a_connection_closed_while_idle_is_replaced(api: CloudApi, platform: Platform) -> None:
    body = json.dumps(TAKEN).encode()
    platform.will(writes(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body))
    for _ in range(3):
        assert isinstance(await api.send(MESSAGE), Accepted)
        await asyncio.sleep(0.02)
    assert [asked.connection for asked in platform.asked] == [0, 1, 2]


async def test_a_cancelled_send_is_cancelled(api: CloudApi, platform: Platform) -> None:
    platform.will(sleeps())
    sending = asyncio.create_task(api.send(MESSAGE))
    await asyncio.sleep(0.05)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_hundreds_at_once_are_all_answered(api: CloudApi, platform: Platform) -> None:
    platform.will(answers(200, TAKEN))
    outcomes = await asyncio.gather(*(api.send(MESSAGE) for _ in range(200)))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert len(platform.asked) == 200


def test_the_api_shows_no_secret(api: CloudApi) -> None:
    assert repr(api) == "CloudApi(number_id='400000000000101')"


async def test_a_message_is_marked_as_read_by_the_documented_request(
    api: CloudApi, platform: Platform
) -> None:
    platform.will(answers(200, {"success": True}), answers(200, {"success": True}))
    assert await api.mark_read(WAMID)
    assert await api.mark_read(WAMID, typing=True)
    plain, typing = platform.asked
    assert (plain.method, plain.target) == ("POST", "/v26.0/400000000000101/messages")
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": WAMID}
    assert plain.json == receipt
    assert typing.json == {**receipt, "typing_indicator": {"type": "text"}}


async def test_a_receipt_that_is_refused_or_lost_is_only_not_taken(
    api: CloudApi, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    error = {"error": {"code": 100, "message": f"Invalid parameter {WAMID}", "type": "OAuthException"}}
    platform.will(answers(400, error), resets())
    assert not await api.mark_read(WAMID)
    assert not await api.mark_read(WAMID)
    assert len(platform.asked) == 2
    assert "was not marked as read" in caplog.text
    assert WAMID not in caplog.text
