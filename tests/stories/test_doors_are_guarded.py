"""What must never come in: forged, broken, oversized and hostile requests."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.stories.world import World

SECRET = b"sandbox-app-secret"


def reply_of_alice(text: str = "ack", wamid: str = "wamid.FORGED") -> dict[str, Any]:
    return {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": "300000000000202",
                "changes": [
                    {
                        "field": "messages",
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {"phone_number_id": "400000000000101"},
                            "messages": [
                                {
                                    "from": "447700900123",
                                    "id": wamid,
                                    "timestamp": "1795230000",
                                    "type": "text",
                                    "text": {"body": text},
                                }
                            ],
                        },
                    }
                ],
            }
        ],
    }


def signed(body: bytes, secret: bytes = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()}


BODY = json.dumps(reply_of_alice("ack é")).encode()
GOOD = signed(BODY)["X-Hub-Signature-256"]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        GOOD[:-1],
        GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"),
        GOOD.removeprefix("sha256="),
        "sha1=" + hmac.new(SECRET, BODY, hashlib.sha1).hexdigest(),
        signed(BODY, b"another-secret")["X-Hub-Signature-256"],
        signed(json.dumps(json.loads(BODY), ensure_ascii=False).encode())["X-Hub-Signature-256"],
    ],
    ids=[
        "missing",
        "empty",
        "no digest",
        "truncated",
        "wrong",
        "bare",
        "sha1",
        "other secret",
        "re-serialised",
    ],
)
async def test_a_webhook_without_the_right_signature_is_refused_and_leaves_no_trace(
    world: World, header: str | None
) -> None:
    await world.alert("DiskFull")
    before = (await world.ticket(), await world.items())
    response = await world.post("/webhook", BODY, {} if header is None else {"X-Hub-Signature-256": header})
    assert response.status_code == 403
    await world.settle()
    assert (await world.ticket(), await world.items()) == before


async def test_the_same_body_with_the_right_signature_is_heard(world: World) -> None:
    """The counterpart of the test above: the forged reply is refused for its signature only."""
    await world.alert("DiskFull")
    response = await world.post("/webhook", BODY, {"X-Hub-Signature-256": GOOD})
    assert response.status_code == 200


async def test_two_signature_headers_are_as_wrong_as_none(world: World) -> None:
    headers = [("X-Hub-Signature-256", "sha256=00"), ("X-Hub-Signature-256", GOOD)]
    response = await world.into_service.post("/webhook", content=BODY, headers=headers)
    assert response.status_code == 403


async def test_a_webhook_of_three_megabytes_is_heard_and_a_larger_one_refused(world: World) -> None:
    large = reply_of_alice("hello")
    large["entry"][0]["changes"][0]["value"]["padding"] = "x" * (3 * 1024 * 1024 - 1000)
    body = json.dumps(large).encode()
    assert (await world.post("/webhook", body, signed(body))).status_code == 200
    too_large = body + b" " * (2 * 1024 * 1024)
    assert (await world.post("/webhook", too_large, signed(too_large))).status_code == 413


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"object": "page"}', b"[" * 100_000]
)
async def test_signed_rubbish_is_refused_with_400_and_the_next_notification_is_heard(
    world: World, body: bytes
) -> None:
    assert (await world.post("/webhook", body, signed(body))).status_code == 400
    good = json.dumps(reply_of_alice()).encode()
    assert (await world.post("/webhook", good, signed(good))).status_code == 200


@pytest.mark.parametrize("path", ["/alerts", "/alerts/alertmanager", "/alerts/grafana", "/alerts/apprise"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[null]",
        b"\xff",
        b'{"labels": {}}',
        b'{"labels": {"a": {"b": 1}}}',
        b'{"labels": {"a": "b"}, "status": "burning"}',
        b'{"labels": {"a": "b"}, "starts_at": "yesterday"}',
        b'{"version": "3", "alerts": []}',
        b'{"version": "4", "alerts": [{}]}',
        b"[" * 100_000,
    ],
)
async def test_hostile_alerts_are_refused_with_what_and_where_and_nothing_is_lost(
    world: World, path: str, body: bytes
) -> None:
    await world.alert("DailyNote")
    response = await world.post(path, body)
    assert response.status_code == 400
    problem = response.json()
    assert problem["complaints"][0]["where"]
    assert problem["complaints"][0]["what"]
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    assert len(await world.tickets()) == 1


async def test_one_bad_alert_of_many_refuses_the_request_as_a_whole_and_names_it(world: World) -> None:
    good = {"labels": {"alertname": "DailyNote"}}
    response = await world.post("/alerts", [good, {"labels": {"alertname": 7, "x": []}}, good])
    assert response.status_code == 400
    assert response.json()["complaints"][0]["where"] == "alert 1.labels.x"
    assert await world.tickets() == []


@pytest.mark.parametrize("field", ["alertname", "instance"])
async def test_text_that_no_database_can_keep_is_mended_and_the_alert_taken(world: World, field: str) -> None:
    alert = {"alertname": "DiskFull", "instance": "db-7", "severity": "x"}
    body = {"labels": alert | {field: alert[field] + "\ud800\0"}, "annotations": {"summary": "a\udfffb\0"}}
    hostile = {
        "labels": {"alertname": "DailyNote", "\ud800": "\ud800"},
        "source": "\ud800",
        "fingerprint": "\0x",
    }
    assert (await world.post("/alerts", [body, hostile])).status_code == 202
    await world.forward("1m")
    assert await world.tickets() != []


async def test_an_alert_of_more_than_four_megabytes_is_refused(world: World) -> None:
    body = b'{"labels": {"alertname": "' + b"x" * 5_000_000 + b'"}}'
    assert (await world.post("/alerts", body)).status_code == 413


async def test_the_handshake_gives_the_challenge_only_for_the_right_token(world: World) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "sandbox-verify"}
    answer = await world.into_service.get("/webhook", params=query)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    wrong = await world.into_service.get("/webhook", params=query | {"hub.verify_token": "guess"})
    assert wrong.status_code == 403
    assert "1158201444" not in wrong.text


async def test_alert_text_is_data_and_never_a_template(world: World) -> None:
    await world.alert("DailyNote", summary="{{ 7 * 7 }} {% raw %} ${7*7}")
    await world.forward("1m")
    world.alice.expects("{{ 7 * 7 }} {% raw %} ${7*7}")


async def test_an_unknown_path_is_said_in_our_own_shape(world: World) -> None:
    response = await world.post("/alert", {})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "/alerts" in response.text
