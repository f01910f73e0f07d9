"""The sandbox's own controls: what they do, and what they refuse."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from wa_notify.sandbox import Sandbox

from .conftest import ANNA, CALLBACK_URL, START, Bench, alert_parts, wamid_of


async def control(
    bench: Bench, path: str, body: Any = None, *, method: str | None = None, **more: Any
) -> Any:
    verb = method or ("GET" if body is None else "POST")
    response = await bench.graph.request(verb, f"/_sandbox/{path}", json=body, **more)
    assert response.status_code == 200, response.text
    return response.json()


async def test_the_state_shows_account_phones_windows_and_policy(bench: Bench) -> None:
    wamid = wamid_of(await bench.template(*alert_parts(), name="ops_alert", biz_opaque_callback_data="a:1"))
    await bench.pass_time(seconds=5)
    bench.sandbox.phone(ANNA).tap("Acknowledge")
    await bench.pass_time(hours=1)
    state = await control(bench, "state")
    assert state["account"]["access_token"] == "sandbox-token"
    assert len(state["account"]["templates"]) == len(bench.account.templates)
    phone = state["phones"][0]
    assert phone["window"] == {
        "open": True,
        "until": (START + timedelta(hours=24, seconds=5)).isoformat(),
        "seconds_left": 23 * 3600,
    }  # fmt: skip
    out, tap = phone["messages"]
    assert (out["wamid"], out["status"], out["opaque"]) == (wamid, "read", "a:1")
    assert [button["title"] for button in out["buttons"]] == ["Acknowledge", "Details", "Open alert"]
    assert (tap["direction"], tap["text"], tap["quoted"]) == ("in", "Acknowledge", wamid)
    assert state["policy"]["sent_after"] == 0.2
    assert state["clock"] == {"owned": False, "offset_seconds": 0}


async def test_looking_at_a_phone_creates_nobody_and_changing_it_does(bench: Bench) -> None:
    assert (await bench.graph.get(f"/_sandbox/phones/{ANNA}")).status_code == 404
    shown = await control(bench, f"phones/{ANNA}", {"name": "Anna", "reads": False})
    assert (shown["number"], shown["name"], shown["reads"], shown["window"]["open"]) == (
        ANNA,
        "Anna",
        False,
        False,
    )
    assert await control(bench, "phones/447700900123") == shown


async def test_a_phone_replies_taps_reacts_and_sends_anything(bench: Bench) -> None:
    wamid = wamid_of(await bench.template(*alert_parts(), name="ops_alert"))
    await bench.pass_time(seconds=5)
    path = f"phones/{ANNA}/reply"
    await control(bench, path, {"text": "STOP"})
    await control(bench, path, {"tap": "Acknowledge", "on": wamid})
    await control(bench, path, {"reaction": "x", "to": wamid})
    await control(bench, path, {"message": {"type": "contacts", "contacts": [{"name": {}}]}})
    answer = await control(
        bench, path, {"message": {"type": "location", "location": {"latitude": 1, "name": "DC"}}}
    )
    await bench.sandbox.run_due()
    assert [message["type"] for message in bench.service.inbound] == [
        "text",
        "button",
        "reaction",
        "contacts",
        "location",
    ]
    assert bench.service.inbound[-1]["id"] == answer["wamid"]


async def test_policy_and_limits_change_at_run_time(bench: Bench) -> None:
    shown = await control(
        bench, "policy", {"order": "reversed", "drop": ["read"], "limits": {"per_second": 1}}
    )
    assert (shown["order"], shown["drop"], shown["sent_after"]) == ("reversed", ["read"], 0.2)
    assert bench.sandbox.limits.per_second == 1
    await control(bench, "policy", {"reviews": {"notice": 3600}})
    shown = await control(bench, "policy")
    assert (shown["limits"]["per_second"], shown["reviews"]["notice"]) == (1, 3600)
    assert bench.sandbox.policy.drop == frozenset({"read"})
    assert await control(bench, "policy") == shown


async def test_faults_meet_the_next_requests_and_then_stop(bench: Bench) -> None:
    await control(bench, "faults", {"code": 131000, "times": 2})
    await control(bench, "faults", {"code": 131016, "status": 503})
    answers = [await bench.template() for _ in range(4)]
    assert [answer.status_code for answer in answers] == [500, 500, 503, 200]
    assert [answer.json()["error"]["code"] for answer in answers[:3]] == [131000, 131000, 131016]
    await control(bench, "faults", {"code": 190, "path": "/400000000000101"})
    assert (await bench.graph.get("/v26.0/300000000000202")).status_code == 200, "another path is not met"
    assert (await bench.graph.get("/v26.0/400000000000101")).status_code == 401
    await control(bench, "faults", {"code": 2})
    assert await control(bench, "faults", method="DELETE") == {"faults": []}
    assert (await bench.template()).status_code == 200


async def test_templates_are_reviewed_and_the_business_is_told(bench: Bench) -> None:
    await control(bench, "templates/ops_alert/en", {"status": "PAUSED"})
    await control(bench, "templates/ops_alert/en", {"category": "MARKETING"})
    await control(bench, "templates/ops_alert/en", {"category": "MARKETING"})
    await bench.sandbox.run_due()
    changes = [callback.whole["entry"][0]["changes"][0] for callback in bench.service.callbacks]
    assert [change["field"] for change in changes] == [
        "message_template_status_update",
        "template_category_update",
    ]
    assert changes[0]["value"]["event"] == "PAUSED"
    assert changes[0]["value"]["message_template_id"] == 900000000000701
    assert (changes[1]["value"]["previous_category"], changes[1]["value"]["new_category"]) == (
        "UTILITY",
        "MARKETING",
    )
    assert isinstance(bench.service.callbacks[0].whole["entry"][0]["time"], int)
    assert (await bench.template(*alert_parts(), name="ops_alert")).json()["error"]["code"] == 132015
    added = {"name": "mine", "language": "en", "components": [{"type": "BODY", "text": "Only {{1}} here."}]}
    assert (await control(bench, "templates", added))["status"] == "APPROVED"


async def test_subscribing_tells_whether_the_handshake_succeeded(bench: Bench) -> None:
    bench.account.callback_url = None
    answer = await control(bench, "subscribe", {"callback_url": CALLBACK_URL})
    assert answer == {"callback_url": CALLBACK_URL, "verified": True}
    answer = await control(bench, "subscribe", {"callback_url": "http://service.test/elsewhere"})
    assert answer["verified"] is False
    assert bench.account.callback_url == "http://service.test/elsewhere"


async def test_the_log_tells_everything_in_order_and_no_secrets(bench: Bench) -> None:
    await bench.graph.get("/v26.0/400000000000101?access_token=sandbox-token")
    await bench.template()
    await bench.post({})
    await bench.pass_time(seconds=5)
    entries = (await control(bench, "log"))["entries"]
    words = [entry["what"] for entry in entries]
    assert words[:6] == ["subscribed", "request", "request", "accepted", "request", "refused"]
    assert words[6:] == ["status", "callback"] * 3 or sorted(words[6:]) == ["callback"] * 3 + ["status"] * 3
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
    assert "sandbox-token" not in str(entries)
    assert entries[1]["query"] == {"access_token": "[redacted]"}
    after = (await control(bench, "log?after=3"))["entries"]
    assert after[0]["number"] == 4


async def test_the_journal_can_be_followed_live_and_ends_with_the_sandbox(bench: Bench) -> None:
    journal = bench.sandbox._world.journal
    following = journal.follow(journal.written, idle_seconds=5)
    assert await anext(following) == ()
    bench.sandbox.phone(ANNA).reply("hello")
    assert [entry.what for entry in await anext(following)] == ["inbound"]
    await bench.sandbox.aclose()
    assert [news async for news in following] == []


async def test_the_table_of_refusals_is_public(bench: Bench) -> None:
    table = (await control(bench, "refusals"))["refusals"]
    row = next(row for row in table if row["name"] == "WINDOW_CLOSED")
    assert (row["code"], row["http"], row["sure"]) == (131047, None, "firm")
    assert all(row["source"] and row["when"] for row in table)


async def test_the_clock_of_a_sandbox_that_owns_it_moves_forward_only() -> None:
    sandbox = Sandbox()
    transport = httpx.ASGITransport(sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        sandbox.phone(ANNA).reply("hello")
        assert sandbox.phone(ANNA).window_open
        moved = await client.post("/_sandbox/clock", json={"advance_seconds": 86400})
        assert moved.status_code == 200
        assert not sandbox.phone(ANNA).window_open
        assert sandbox.now() - datetime.now(UTC) > timedelta(hours=23)
        back = await client.post("/_sandbox/clock", json={"now": "2020-01-01T00:00:00+00:00"})
        assert (back.status_code, "only moves forward" in back.json()["error"]) == (400, True)
        ahead = (sandbox.now() + timedelta(days=1)).isoformat()
        assert (await client.post("/_sandbox/clock", json={"now": ahead})).status_code == 200
        end = await client.post("/_sandbox/clock", json={"now": "9999-12-31T23:59:59+00:00"})
        assert (end.status_code, end.json()["error"]) == (400, "Time ends at 9000.")


async def test_a_clock_of_the_host_is_left_alone(bench: Bench) -> None:
    response = await bench.graph.post("/_sandbox/clock", json={"advance_seconds": 60})
    assert response.status_code == 400
    assert "clock of its host" in response.json()["error"]


HOSTILE: list[tuple[str, Any]] = [
    ("policy", {"sent_after": -1}),
    ("policy", {"sent_after": 1e400}),
    ("policy", {"sent_after": "soon"}),
    ("policy", {"sent_after": 5}),
    ("policy", {"order": "sideways"}),
    ("policy", {"order": ["reversed"]}),
    ("policy", {"drop": "read"}),
    ("policy", {"drop": [["read"]]}),
    ("policy", {"drop": ["accepted"]}),
    ("policy", {"batch": 0}),
    ("policy", {"batch": True}),
    ("policy", {"duplicates": 10**30}),
    ("policy", {"limits": {"per_second": 0}}),
    ("policy", {"limits": []}),
    ("policy", {"__class__": 1}),
    ("faults", {"code": 424242}),
    ("faults", {"code": "190"}),
    ("faults", {"code": 131047}),
    ("faults", {"kind": "explosion"}),
    ("faults", {"times": 0}),
    ("faults", {"status": 200}),
    ("clock", {}),
    ("clock", {"advance_seconds": 1, "now": "2026-11-21T09:30:00+00:00"}),
    ("clock", {"now": "yesterday"}),
    ("clock", {"now": "2026-11-21T09:30:00"}),
    ("subscribe", {}),
    ("subscribe", {"callback_url": "file:///etc/passwd"}),
    ("templates", {"name": "x"}),
    ("templates", {"name": "x", "language": "en", "components": "BODY"}),
    ("templates/ops_alert/en", {"status": "SPLENDID"}),
    ("templates/ops_alert/en", {"colour": "red"}),
    ("phones/anna", {}),
    ("phones/+441632960111", {}),
    (f"phones/{ANNA}", {"online": "yes"}),
    (f"phones/{ANNA}", {"_online": False}),
    (f"phones/{ANNA}", {"history": []}),
    (f"phones/{ANNA}/reply", {}),
    (f"phones/{ANNA}/reply", {"text": ""}),
    (f"phones/{ANNA}/reply", {"text": "a", "tap": "b"}),
    (f"phones/{ANNA}/reply", {"text": "a", "to": "wamid.X"}),
    (f"phones/{ANNA}/reply", {"tap": "Acknowledge"}),
    (f"phones/{ANNA}/reply", {"reaction": "x"}),
    (f"phones/{ANNA}/reply", {"message": {"type": "image"}}),
    (f"phones/{ANNA}/reply", {"message": {"type": ["image"], "image": {}}}),
    (f"phones/{ANNA}/reply", {"message": {"type": "id", "id": {}}}),
]


@pytest.mark.parametrize(("path", "body"), HOSTILE, ids=[f"{path} {body}"[:60] for path, body in HOSTILE])
async def test_input_that_makes_no_sense_is_answered_with_a_sentence(
    bench: Bench, path: str, body: Any
) -> None:
    before = (bench.sandbox.policy, bench.sandbox.limits, bench.account.callback_url)
    content = (
        str(body).replace("'", '"').replace("True", "true").replace("False", "false").replace("inf", "1e400")
    )
    response = await bench.graph.post(f"/_sandbox/{path}", content=content)
    assert response.status_code == 400, response.text
    assert len(response.json()["error"]) > 10
    assert before == (bench.sandbox.policy, bench.sandbox.limits, bench.account.callback_url)


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"[" * 50_000, b"\xff", b" " * (5 * 1024 * 1024)])
async def test_a_body_that_is_no_object_is_answered_with_a_sentence(bench: Bench, body: bytes) -> None:
    response = await bench.graph.post("/_sandbox/policy", content=body)
    assert response.status_code == 400
    assert response.json()["error"]


async def test_broken_unicode_from_a_phone_travels_through_everything(bench: Bench) -> None:
    await bench.graph.post(f"/_sandbox/phones/{ANNA}/reply", content=b'{"text": "\\ud800"}')
    await bench.sandbox.run_due()
    assert rb"\ud800" in bench.service.callbacks[0].body
    assert (await bench.graph.get("/_sandbox/state")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "nothing"), ("DELETE", "state"), ("GET", "page/../site.py")]
)
async def test_unknown_controls_answer_in_json(bench: Bench, method: str, path: str) -> None:
    response = await bench.graph.request(method, f"/_sandbox/{path}")
    assert response.status_code in (404, 405, 400)
    assert "error" in response.json()


async def test_other_web_pages_may_not_control_the_sandbox(bench: Bench) -> None:
    body = {"text": "hello"}
    path = f"/_sandbox/phones/{ANNA}/reply"
    foreign = await bench.graph.post(path, json=body, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert not bench.sandbox.phone(ANNA).messages
    own = await bench.graph.post(path, json=body, headers={"Origin": "http://graph.test"})
    assert own.status_code == 200


async def test_the_page_comes_with_a_policy_that_forbids_everything_foreign(bench: Bench) -> None:
    page = await bench.graph.get("/")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    assert " style=" not in page.text
    for name, kind in (
        ("sandbox.css", "text/css"),
        ("sandbox.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
    ):
        asset = await bench.graph.get(f"/_sandbox/page/{name}")
        assert asset.headers["content-type"].startswith(kind)
        assert "http://" not in asset.text.replace("http://www.w3.org/", "")
