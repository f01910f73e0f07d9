"""The Marketing Messages API, and accounts that keep marketing off the ordinary endpoint."""

from typing import Any

import httpx
import pytest

from .conftest import ANNA, Bench, body_part, template_body, text_body, wamid_of

NEWS = template_body(body_part("a new dashboard"), name="ops_newsletter")


async def market(bench: Bench, body: dict[str, Any]) -> httpx.Response:
    path = f"/v26.0/{bench.account.phone_number_id}/marketing_messages"
    return await bench.graph.post(path, json=body)


async def test_marketing_is_billed_at_a_price_of_its_own(bench: Bench) -> None:
    extra = {"product_policy": "CLOUD_API_FALLBACK", "message_activity_sharing": True}
    answered = await market(bench, {**NEWS, **extra})
    wamid_of(answered)
    assert answered.json()["messages"][0]["message_status"] == "accepted"
    await bench.pass_time(seconds=5)
    assert bench.service.statuses[0]["pricing"]["category"] == "marketing_lite"
    assert bench.sandbox.phone(ANNA).messages[-1].body.startswith("News of the month")


@pytest.mark.parametrize("body", [text_body(), template_body()], ids=["text", "utility"])
async def test_it_takes_marketing_templates_only(bench: Bench, body: dict[str, Any]) -> None:
    response = await market(bench, body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, 131055)
    assert not bench.sandbox.phone(ANNA).messages


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ({"product_policy": "LAX"}, 131009),
        ({"message_activity_sharing": "yes"}, 131009),
        ({"category": "UTILITY"}, 100),
        ({"recipient_type": "group"}, 131009),
        ({"context": {"message_id": "wamid.X"}}, 100),
    ],
)
async def test_its_own_fields_are_checked(bench: Bench, extra: dict[str, Any], code: int) -> None:
    assert (await market(bench, {**NEWS, **extra})).json()["error"]["code"] == code


@pytest.mark.parametrize("field", ["product_policy", "message_activity_sharing"])
async def test_the_ordinary_endpoint_knows_none_of_them(bench: Bench, field: str) -> None:
    response = await bench.post({**NEWS, field: True})
    assert (response.json()["error"]["code"], field in response.text) == (100, True)


async def test_an_account_may_keep_marketing_off_the_ordinary_endpoint(bench: Bench) -> None:
    waba = f"/v26.0/{bench.account.waba_id}"
    field = "disable_marketing_messages_on_cloud_api"
    assert (await bench.graph.get(waba, params={"fields": field})).json()[field] is False
    assert (await bench.post(NEWS)).status_code == 200
    assert (await bench.graph.post(waba, json={field: True})).json() == {"success": True}
    assert (await bench.graph.get(waba, params={"fields": field})).json()[field] is True
    assert (await bench.post(NEWS)).json()["error"]["code"] == 131063
    assert (await market(bench, NEWS)).status_code == 200
    assert (await bench.template()).status_code == 200, "utility goes on"
    for wrong in ({field: "yes"}, {"colour": "red"}):
        assert (await bench.graph.post(waba, json=wrong)).status_code == 400
