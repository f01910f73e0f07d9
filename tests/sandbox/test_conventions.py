"""What all of the Graph has in common: versions, verbs, forms, fields, lists."""

import json
from typing import Any

import pytest

from wa_notify.sandbox import BusinessNumber

from .conftest import ANNA, Bench, body_part, open_window, template_body

NUMBER = "/v26.0/400000000000101"
WABA = "/v26.0/300000000000202"


async def get(bench: Bench, path: str, **params: str) -> Any:
    return (await bench.graph.get(path, params=params)).json()


async def test_a_version_is_served_by_the_next_one_once_it_has_expired(bench: Bench) -> None:
    bad = template_body(body_part("two\nlines"))
    assert (await bench.post(bad, version="v21.0")).json()["error"]["code"] == 100
    bench.clock.forward(days=250)
    answer = await bench.post(bad, version="v21.0")
    assert answer.headers["facebook-api-version"] == "v23.0"
    assert answer.json()["error"]["code"] == 132018


async def test_a_path_without_version_is_served_by_the_oldest(bench: Bench) -> None:
    answer = await bench.graph.get("/400000000000101")
    assert answer.json()["id"] == "400000000000101"
    assert answer.headers["facebook-api-version"] == "v21.0"


@pytest.mark.parametrize(
    "path", ["/v27.0/me", "/v26.1/me", "/v26/me", "/v26.0/300000000000202/a/b", "/v26.0/1/2/3/4", "/nobody"]
)
async def test_a_path_that_there_is_not_is_unknown(bench: Bench, path: str) -> None:
    answer = await bench.graph.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 2500)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS"])
async def test_a_verb_that_the_graph_does_not_know_is_refused(bench: Bench, method: str) -> None:
    answer = await bench.graph.request(method, NUMBER)
    assert (answer.status_code, answer.json()["error"]["error_subcode"]) == (400, 33)
    assert answer.json()["error"]["type"] == "GraphMethodException"


async def test_head_is_get_without_the_body(bench: Bench) -> None:
    head, whole = await bench.graph.head(NUMBER), await bench.graph.get(NUMBER)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


async def test_a_message_may_be_a_form(bench: Bench) -> None:
    await open_window(bench)
    form = {
        "messaging_product": "whatsapp",
        "to": ANNA,
        "type": "text",
        "text": json.dumps({"body": "from a form"}),
        "access_token": "sandbox-token",
    }
    del bench.graph.headers["Authorization"]
    answer = await bench.graph.post(f"{NUMBER}/messages", data=form)
    assert answer.status_code == 200, answer.text
    await bench.pass_time(seconds=3)
    assert bench.sandbox.phone(ANNA).messages[-1].text == "from a form"


@pytest.mark.parametrize("content", [b"text=%7Bbroken&type=text", b"text=%ff", b""])
async def test_a_form_that_is_broken_is_refused(bench: Bench, content: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await bench.graph.post(f"{NUMBER}/messages", content=content, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


async def test_fields_may_ask_for_parts(bench: Bench) -> None:
    shown = await get(bench, NUMBER, fields="webhook_configuration{application}, throughput{level}")
    assert shown == {
        "id": "400000000000101",
        "webhook_configuration": {"application": "http://service.test/webhook"},
        "throughput": {"level": "STANDARD"},
    }
    bench.sandbox.unwell("WABA", error_code=141006)
    health = await get(bench, NUMBER, fields="health_status{entities{entity_type,errors}}")
    assert health["health_status"]["entities"][:2] == [
        {"entity_type": "PHONE_NUMBER"},
        {"entity_type": "WABA", "errors": [{"error_code": 141006}]},
    ]


@pytest.mark.parametrize("fields", ["favourite_colour", "throughput{colour}", "id,nothing{id}"])
async def test_a_field_that_there_is_not_is_refused(bench: Bench, fields: str) -> None:
    answer = await bench.graph.get(NUMBER, params={"fields": fields})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, 100)
    assert "is not a field of node type (WhatsAppBusinessPhoneNumber)" in error["error_data"]["details"]


@pytest.mark.parametrize("fields", ["throughput{level", "throughput}", "{level}", "Id!", "throughput{a}b"])
async def test_fields_that_cannot_be_read_are_refused(bench: Bench, fields: str) -> None:
    answer = await bench.graph.get(NUMBER, params={"fields": fields})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)
    assert "Syntax error" in answer.json()["error"]["error_data"]["details"]


async def test_a_field_without_a_value_is_left_out(bench: Bench) -> None:
    assert await get(bench, NUMBER, fields="certificate,status") == {
        "id": "400000000000101", "status": "CONNECTED",
    }  # fmt: skip


def add_numbers(bench: Bench) -> None:
    for place in (2, 3, 4):
        bench.account.numbers.append(BusinessNumber(phone_number_id=f"40000000000010{place}"))


async def test_numbers_are_listed_page_by_page(bench: Bench) -> None:
    add_numbers(bench)
    seen, page, url = [], {}, f"{WABA}/phone_numbers?limit=3&fields=id"
    while url:
        page = (await bench.graph.get(url)).json()
        seen += [number["id"][-1] for number in page["data"]]
        url = page["paging"].get("next", "")
    assert seen == ["1", "2", "3", "4"]
    beyond = await get(bench, f"{WABA}/phone_numbers", after=page["paging"]["cursors"]["after"])
    assert beyond == {"data": []}


async def test_numbers_are_filtered_by_mode(bench: Bench) -> None:
    def only(mode: str, operator: str = "EQUAL", field: str = "account_mode") -> str:
        return json.dumps([{"field": field, "operator": operator, "value": mode}])

    path = f"{WABA}/phone_numbers"
    assert len((await get(bench, path, filtering=only("LIVE")))["data"]) == 1
    assert await get(bench, path, filtering=only("SANDBOX")) == {"data": []}
    for wrong in (only("LIVE", operator="LIKE"), only("x", field="colour"), "{", '["x"]'):
        assert (await get(bench, path, filtering=wrong))["error"]["code"] == 100


async def test_an_account_shows_what_stands_behind_it(bench: Bench) -> None:
    add_numbers(bench)
    shown = await get(bench, WABA, fields="name,phone_numbers.limit(2){verified_name},subscribed_apps")
    assert shown["name"] == "Example Ops"
    assert shown["phone_numbers"]["data"] == [
        {"id": "400000000000101", "verified_name": "Example Ops"},
        {"id": "400000000000102", "verified_name": "Example Ops"},
    ]
    following = (await bench.graph.get(shown["phone_numbers"]["paging"]["next"])).json()
    assert [number["id"][-1] for number in following["data"]] == ["3", "4"]
    assert shown["subscribed_apps"]["data"][0]["whatsapp_business_api_data"]["id"] == bench.account.app_id


async def test_the_links_of_a_page_carry_no_secret(bench: Bench) -> None:
    add_numbers(bench)
    page = await get(bench, f"{WABA}/phone_numbers", limit="1", access_token="sandbox-token")
    assert "sandbox-token" not in page["paging"]["next"]
    assert "limit=1" in page["paging"]["next"]
