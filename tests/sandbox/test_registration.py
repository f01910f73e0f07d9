"""A number comes to WhatsApp: code, PIN, registration; and the way back."""

from datetime import timedelta
from typing import Any

import pytest

from wa_notify.sandbox import Measure

from .conftest import Bench, template_body

NUMBER = "/v26.0/400000000000101"


async def refusal(bench: Bench, edge: str, **body: Any) -> tuple[int, int]:
    response = await bench.graph.post(f"{NUMBER}/{edge}", json=body)
    return response.status_code, response.json()["error"]["code"]


async def done(bench: Bench, edge: str, **body: Any) -> None:
    response = await bench.graph.post(f"{NUMBER}/{edge}", json=body)
    assert response.json() == {"success": True}


async def node(bench: Bench, fields: str) -> dict[str, Any]:
    found: dict[str, Any] = (await bench.graph.get(f"{NUMBER}?fields={fields}")).json()
    return found


def register(pin: str = "123456") -> dict[str, str]:
    return {"messaging_product": "whatsapp", "pin": pin}


async def deleted(bench: Bench) -> None:
    response = await bench.graph.post("/_sandbox/numbers/400000000000101", json={"deleted": True})
    assert response.json()["registered"] is False


async def test_a_number_that_is_not_registered_does_not_send(bench: Bench) -> None:
    await done(bench, "deregister")
    refused = await bench.template()
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 133010)
    assert await refusal(bench, "deregister") == (400, 133010)
    shown = await node(bench, "status,platform_type,health_status")
    assert (shown["status"], shown["platform_type"]) == ("DISCONNECTED", "NOT_APPLICABLE")
    health = shown["health_status"]
    assert (health["can_send_message"], health["entities"][0]["can_send_message"]) == ("BLOCKED", "BLOCKED")
    await done(bench, "register", **register())
    assert (await bench.template()).status_code == 200
    assert (await node(bench, "status"))["status"] == "CONNECTED"
    assert (await node(bench, "last_onboarded_time"))["last_onboarded_time"] == "2026-11-21T09:30:00+0000"


async def test_a_wrong_pin_does_not_register(bench: Bench) -> None:
    await done(bench, "deregister")
    assert await refusal(bench, "register", **register("654321")) == (400, 133005)
    assert (await bench.template()).status_code == 400


async def test_a_pin_is_guessed_neither_often_nor_fast(bench: Bench) -> None:
    assert await refusal(bench, "register", **register("000000")) == (400, 133005)
    bench.clock.forward(seconds=1)
    assert await refusal(bench, "register", **register("000001")) == (400, 133009)
    for _ in range(4):
        bench.clock.forward(seconds=2)
        assert await refusal(bench, "register", **register("000002")) == (400, 133005)
    bench.clock.forward(seconds=2)
    assert await refusal(bench, "register", **register()) == (400, 133008), "the right one comes too late"
    bench.clock.forward(hours=1)
    await done(bench, "register", **register())


async def test_ten_times_in_72_hours_is_enough(bench: Bench) -> None:
    for _ in range(5):
        await done(bench, "deregister")
        await done(bench, "register", **register())
    assert await refusal(bench, "deregister") == (400, 133016)
    assert await refusal(bench, "register", **register()) == (400, 133016)
    bench.clock.forward(hours=72)
    await done(bench, "deregister")


async def test_a_number_is_verified_before_it_is_registered(bench: Bench) -> None:
    await deleted(bench)
    assert (await node(bench, "code_verification_status,status,is_pin_enabled")) == {
        "id": "400000000000101",
        "code_verification_status": "NOT_VERIFIED",
        "status": "PENDING",
        "is_pin_enabled": False,
    }
    bench.clock.forward(minutes=5)
    assert await refusal(bench, "register", **register("777777")) == (400, 133006)
    await done(bench, "request_code", code_method="SMS", language="en")
    code = (await bench.graph.get("/_sandbox/numbers/400000000000101")).json()["code"]
    assert [entry.facts["code"] for entry in bench.sandbox.log if entry.what == "code_sent"] == [code]
    await done(bench, "verify_code", code=code)
    await done(bench, "register", **register("777777"))
    assert (await node(bench, "is_pin_enabled"))["is_pin_enabled"] is True
    assert (await bench.template()).status_code == 200


async def test_a_deleted_number_waits_five_minutes(bench: Bench) -> None:
    await deleted(bench)
    bench.clock.forward(minutes=4, seconds=59)
    assert await refusal(bench, "register", **register()) == (400, 133015)
    bench.clock.forward(seconds=1)
    assert (await refusal(bench, "register", **register()))[1] != 133015


async def test_a_verified_number_needs_no_code(bench: Bench) -> None:
    assert await refusal(bench, "request_code", code_method="SMS", language="en") == (400, 136024)
    assert await refusal(bench, "verify_code", code="123456") == (400, 136025)


async def test_a_wrong_code_verifies_nothing(bench: Bench) -> None:
    bench.account.first.registration.verification = "EXPIRED"
    assert await refusal(bench, "verify_code", code="123456") == (400, 136025), "none was asked for"
    answer = await bench.graph.post(f"{NUMBER}/request_code?code_method=VOICE&language=en")
    assert answer.json() == {"success": True}, "parameters may stand in the query"
    code = bench.account.first.registration.code
    assert code is not None
    assert await refusal(bench, "verify_code", code="0000000") == (400, 136025)
    bench.clock.forward(minutes=10)
    assert await refusal(bench, "verify_code", code=code) == (400, 136025), "it is too old"
    assert (await node(bench, "code_verification_status"))["code_verification_status"] == "EXPIRED"


@pytest.mark.parametrize(
    ("edge", "body", "code"),
    [
        ("register", {"pin": "123456"}, 100),
        ("register", register("12345"), 100),
        ("request_code", {"code_method": "PIGEON", "language": "en"}, 100),
        ("request_code", {"code_method": "SMS"}, 100),
        ("verify_code", {}, 100),
    ],
)
async def test_a_request_that_lacks_something_is_refused(
    bench: Bench, edge: str, body: dict[str, str], code: int
) -> None:
    assert await refusal(bench, edge, **body) == (400, code)


async def test_the_pin_is_changed_and_the_business_is_told(bench: Bench) -> None:
    assert (await bench.graph.post(NUMBER, json={"pin": "654321"})).json() == {"success": True}
    await bench.sandbox.run_due()
    whole = bench.service.callbacks[0].whole["entry"][0]
    assert whole["changes"][0]["field"] == "security"
    assert whole["changes"][0]["value"] == {
        "display_phone_number": "441632960111",
        "event": "PIN_CHANGED",
        "requester": "200000000000909",
    }
    await done(bench, "deregister")
    assert await refusal(bench, "register", **register()) == (400, 133005)
    assert "654321" not in str([entry.as_json() for entry in bench.sandbox.log])


@pytest.mark.parametrize("pin", ["12345", "1234567", "abcdef", 123456, None])
async def test_a_pin_has_six_digits(bench: Bench, pin: Any) -> None:
    response = await bench.graph.post(NUMBER, json={"pin": pin})
    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)
    assert bench.account.first.registration.pin == "123456"


@pytest.mark.parametrize("body", [{}, {"colour": "red"}, {"messaging_product": "whatsapp"}])
async def test_a_setting_that_there_is_not_is_refused(bench: Bench, body: dict[str, str]) -> None:
    response = await bench.graph.post(NUMBER, json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)


NEW = {"country_code": "44", "phone_number": "1632 960199", "verified_name": "Example Night Desk"}


async def test_a_new_number_is_added_verified_registered_and_sends(bench: Bench) -> None:
    path = f"/v26.0/{bench.account.waba_id}/phone_numbers"
    number = (await bench.graph.post(path, json=NEW)).json()["id"]
    shown = (
        await bench.graph.get(f"/v26.0/{number}?fields=display_phone_number,status,quality_rating")
    ).json()
    assert (shown["display_phone_number"], shown["status"]) == ("+441632960199", "PENDING")
    sending = f"/v26.0/{number}/messages"
    assert (await bench.graph.post(sending, json=template_body())).json()["error"]["code"] == 133010
    await bench.graph.post(f"/v26.0/{number}/request_code?code_method=SMS&language=en")
    code = (await bench.graph.get(f"/_sandbox/numbers/{number}")).json()["code"]
    await bench.graph.post(f"/v26.0/{number}/verify_code?code={code}")
    await bench.graph.post(f"/v26.0/{number}/register", json=register("111222"))
    assert (await bench.graph.post(sending, json=template_body())).status_code == 200
    await bench.pass_time(seconds=1)
    assert bench.service.callbacks[-1].value["metadata"]["display_phone_number"] == "441632960199"


async def test_a_number_that_cannot_be_added_is_refused(bench: Bench) -> None:
    path = f"/v26.0/{bench.account.waba_id}/phone_numbers"
    own = {"country_code": "44", "phone_number": "+441632960111", "verified_name": "Example Ops"}
    wrong = [own, {**NEW, "phone_number": "12"}, {**NEW, "verified_name": ""}]
    codes = [(await bench.graph.post(path, json=body)).json()["error"]["code"] for body in wrong]
    assert codes == [100, 100, 100]
    assert len(bench.account.numbers) == 1


async def test_an_account_may_lose_the_right_to_add_numbers_for_a_while(bench: Bench) -> None:
    path = f"/v26.0/{bench.account.waba_id}/phone_numbers"
    bench.sandbox.restrict(Measure.NO_NEW_NUMBERS, lasts=timedelta(days=7))
    assert (await bench.graph.post(path, json=NEW)).json()["error"]["code"] == 100
    bench.clock.forward(days=7)
    assert (await bench.graph.post(path, json=NEW)).status_code == 200


@pytest.mark.parametrize(
    ("tier", "verified", "most"), [("TIER_250", False, 2), ("TIER_250", True, 20), ("TIER_2K", False, 20)]
)
async def test_a_business_has_so_many_numbers(bench: Bench, tier: str, verified: bool, most: int) -> None:
    bench.sandbox.portfolio.messaging_limit, bench.sandbox.portfolio.verified = tier, verified
    path = f"/v26.0/{bench.account.waba_id}/phone_numbers"
    for place in range(1, most):
        body = {**NEW, "phone_number": f"1632 9602{place:02}"}
        assert (await bench.graph.post(path, json=body)).status_code == 200
    assert (await bench.graph.post(path, json=NEW)).json()["error"]["code"] == 100
    assert len(bench.account.numbers) == most


async def test_the_state_shows_numbers_and_tokens(bench: Bench) -> None:
    bench.sandbox.end_token()
    bench.account.first.blocked.add("447700900123")
    state = (await bench.graph.get("/_sandbox/state")).json()
    (number,) = state["account"]["numbers"]
    assert (number["registered"], number["pin"], number["blocked"]) == (True, "123456", ["447700900123"])
    assert [token["ends_as"] for token in state["account"]["tokens"]] == ["expired"]
    assert state["quotas"] == {"app": None, "management": None, "unregistered": None}


async def test_the_control_of_a_number_sets_its_registration(bench: Bench) -> None:
    path = "/_sandbox/numbers/400000000000101"
    wish = {"registered": False, "verification": "EXPIRED", "pin": "", "api_key": "my-key"}
    shown = (await bench.graph.post(path, json=wish)).json()
    assert {name: shown[name] for name in wish} == {**wish, "pin": None}
    assert (await bench.graph.get("/_sandbox/numbers/1")).status_code == 404
