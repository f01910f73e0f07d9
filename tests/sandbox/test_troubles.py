"""What may befall an account, on demand: news of it, a bad health status, messages that are held back."""

from collections.abc import Callable
from typing import Any

import pytest

from wa_notify.sandbox import CallbackPolicy, Limits, Quotas, ReviewPolicy, Sandbox

from .conftest import ANNA, Bench, alert_parts, make_bench


async def control(bench: Bench, path: str, body: Any, *, status: int = 200) -> Any:
    response = await bench.graph.post(f"/_sandbox/{path}", json=body)
    assert response.status_code == status, response.text
    return response.json()


async def health(bench: Bench) -> Any:
    number = bench.account.phone_number_id
    headers = {"Authorization": f"Bearer {bench.account.access_token}"}
    answer = await bench.graph.get(f"/v26.0/{number}?fields=health_status", headers=headers)
    return answer.json()["health_status"]


async def test_news_of_the_account_are_announced_as_asked(bench: Bench) -> None:
    await control(bench, "announce", {"field": "security", "value": {"event": "PIN_CHANGED"}})
    await bench.pass_time(seconds=1)
    change = bench.service.callbacks[-1].whole["entry"][0]["changes"][0]
    assert change == {"field": "security", "value": {"event": "PIN_CHANGED"}}
    await control(bench, "announce", {"field": "security"}, status=400)


async def test_news_of_the_account_itself_carry_the_portfolios_id(bench: Bench) -> None:
    for field in ("security", "account_update"):
        bench.sandbox.announce(field, {"event": "PIN_CHANGED"})
    await bench.sandbox.run_due()
    ids = [callback.whole["entry"][0]["id"] for callback in bench.service.callbacks]
    assert ids == ["300000000000202", "200000000000404"]


async def test_the_health_is_that_of_the_worst_entity(bench: Bench) -> None:
    assert (await health(bench))["can_send_message"] == "AVAILABLE"
    await control(bench, "health", {"entity": "BUSINESS", "state": "LIMITED", "error_code": 141010})
    assert (await health(bench))["can_send_message"] == "LIMITED"
    await control(bench, "health", {"entity": "WABA", "error_code": 141006})
    told = await health(bench)
    assert told["can_send_message"] == "BLOCKED"
    waba = next(entity for entity in told["entities"] if entity["entity_type"] == "WABA")
    assert waba["errors"] == [{"error_code": 141006}]
    await control(bench, "health", {"state": "LIMITED"}, status=400)
    with pytest.raises(ValueError, match="PHONE_NUMBER"):
        bench.sandbox.unwell("MOON")


@pytest.mark.parametrize(("good", "status"), [(True, "read"), (False, "failed")])
async def test_held_messages_are_released_or_dropped(bench: Bench, good: bool, status: str) -> None:
    await control(bench, "templates/ops_alert/en/pacing", {})
    answer = await bench.template(*alert_parts(), name="ops_alert")
    assert answer.json()["messages"][0]["message_status"] == "held_for_quality_assessment"
    await bench.pass_time(minutes=10)
    (message,) = bench.sandbox.phone(ANNA).messages
    assert message.status == "accepted"
    assert await control(bench, "templates/ops_alert/en/pacing", {"good": good}) == {"messages": 1}
    for _ in range(2):
        await bench.pass_time(seconds=1)
    (message,) = bench.sandbox.phone(ANNA).messages
    assert message.status == status
    assert (message.failure or {}).get("code") == (None if good else 132015)
    answer = await bench.template(*alert_parts(), name="ops_alert")
    if good:
        assert answer.json()["messages"][0]["message_status"] == "accepted"
    else:
        assert answer.json()["error"]["code"] == 132015
    await control(bench, "templates/ops_moon/en/pacing", {}, status=404)


SWITCHES: list[tuple[Callable[[Sandbox], None], str, dict[str, Any]]] = [
    (lambda it: setattr(it, "policy", CallbackPolicy(duplicates=1)), "policy", {"duplicates": 1}),
    (lambda it: setattr(it, "limits", Limits(per_second=1)), "policy", {"limits": {"per_second": 1}}),
    (lambda it: setattr(it, "reviews", ReviewPolicy(sample=1)), "policy", {"reviews": {"sample": 1}}),
    (lambda it: setattr(it, "quotas", Quotas(app=7)), "quotas", {"app": 7}),
    (lambda it: setattr(it, "fetch_links", True), "sending", {"fetch_links": True}),
    (lambda it: it.end_token("invalidated"), "tokens", {"ends_as": "invalidated"}),
    (lambda it: it.renew_token(), "tokens", {"renew": True}),
    (lambda it: it.unwell("WABA", "LIMITED"), "health", {"entity": "WABA", "state": "LIMITED"}),
]


@pytest.mark.parametrize(("by_hand", "path", "body"), SWITCHES, ids=range(len(SWITCHES)))
async def test_the_log_tells_the_same_of_a_switch_by_hand_and_by_control(
    bench: Bench, by_hand: Callable[[Sandbox], None], path: str, body: dict[str, Any]
) -> None:
    other = make_bench()
    by_hand(other.sandbox)
    await control(bench, path, body)
    last, told = bench.sandbox.log[-1], other.sandbox.log[-1]
    assert (last.what, last.facts) == (told.what, told.facts)
    assert len(other.sandbox.log) == len(make_bench().sandbox.log) + 1
    await other.sandbox.aclose()
