"""The face of a provider: a key, short paths, the Graph's answers, and errors of its own."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from wa_notify.sandbox import BusinessNumber, Fault, Refusal

from .conftest import ANNA, Bench, open_window, template_body, text_body

KEY = "sandbox-key-400000000000101"
HOOK = "http://service.test/webhook?provider"


@pytest.fixture
async def provider(bench: Bench) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(bench.sandbox.app),
        base_url="http://graph.test/360dialog",
        headers={"D360-API-KEY": KEY},
    ) as client:
        yield client


def own_error(response: httpx.Response) -> tuple[int, dict[str, Any]]:
    meta = response.json()["meta"]
    assert (meta["success"], meta["http_code"]) == (False, response.status_code)
    assert meta["360dialog_trace_id"]
    return response.status_code, meta


async def test_a_message_goes_out_by_the_key_alone(bench: Bench, provider: httpx.AsyncClient) -> None:
    response = await provider.post("/messages", json=template_body())
    assert response.status_code == 200, response.text
    assert response.json()["contacts"][0]["wa_id"] == "447700900123"
    await bench.pass_time(seconds=3)
    assert bench.sandbox.phone(ANNA).messages[-1].status == "read"


async def test_refusals_are_the_graphs(provider: httpx.AsyncClient) -> None:
    response = await provider.post("/messages", json=text_body(messaging_product="sms"))
    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)


async def test_the_graphs_rules_hold_here_too(bench: Bench, provider: httpx.AsyncClient) -> None:
    bench.account.first.registration.registered = False
    response = await provider.post("/messages", json=template_body())
    assert response.json()["error"]["code"] == 133010


@pytest.mark.parametrize("key", ["", "wrong", "sandbox-token"])
async def test_without_the_right_key_nothing_goes(provider: httpx.AsyncClient, key: str) -> None:
    response = await provider.post("/messages", json=template_body(), headers={"D360-API-KEY": key})
    assert own_error(response)[0] == 401


async def test_each_number_has_a_key(bench: Bench, provider: httpx.AsyncClient) -> None:
    bench.account.numbers.append(BusinessNumber(phone_number_id="400000000000102", api_key="my-key"))
    headers = {"D360-API-KEY": "my-key"}
    wamid = (await provider.post("/messages", json=template_body(), headers=headers)).json()["messages"][0]
    assert bench.sandbox.phone(ANNA).messages[-1].wamid == wamid["id"]
    assert bench.sandbox.phone(ANNA).messages[-1].phone_number_id == "400000000000102"


async def test_a_file_goes_up_is_looked_up_loaded_from_the_provider_and_deleted(
    bench: Bench, provider: httpx.AsyncClient
) -> None:
    form = {"messaging_product": "whatsapp"}
    files = {"file": ("a.pdf", b"%PDF-1.7", "application/pdf")}
    media_id = (await provider.post("/media", data=form, files=files)).json()["id"]
    url = (await provider.get(f"/{media_id}")).json()["url"]
    assert url.startswith("http://graph.test/360dialog/whatsapp_business/attachments/")
    assert (await provider.get(url)).content == b"%PDF-1.7"
    assert (await provider.get(url, headers={"D360-API-KEY": "wrong"})).status_code == 401
    assert (await provider.delete(f"/{media_id}")).json() == {"success": True}
    assert (await provider.get(f"/{media_id}")).json()["error"]["code"] == 100


async def test_the_file_of_another_number_is_not_seen(bench: Bench, provider: httpx.AsyncClient) -> None:
    other = bench.sandbox.media.upload("400000000000102", b"x", "application/pdf", "a.pdf")
    bench.account.numbers.append(BusinessNumber(phone_number_id="400000000000102"))
    assert (await provider.get(f"/{other.id}")).json()["error"]["code"] == 100


async def test_the_health_status_is_that_of_the_number(bench: Bench, provider: httpx.AsyncClient) -> None:
    bench.sandbox.unwell("WABA", error_code=141006)
    answer = (await provider.get("/health_status")).json()
    assert answer["health_status"]["can_send_message"] == "BLOCKED"
    assert answer["id"] == "400000000000101"


async def test_callbacks_come_unsigned_with_the_headers_one_asked_for(
    bench: Bench, provider: httpx.AsyncClient
) -> None:
    wish = {"url": HOOK, "headers": {"X-My-Key": "mine"}}
    assert (await provider.post("/v1/configs/webhook", json=wish)).json() == wish
    assert (await provider.get("/v1/configs/webhook")).json() == wish
    await open_window_signs_nothing(bench)
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.sandbox.run_due()
    headers = bench.service.callbacks[-1].headers
    assert headers["x-my-key"] == "mine"
    assert "x-hub-signature-256" not in headers
    assert bench.service.inbound[-1]["text"]["body"] == "hello"


async def open_window_signs_nothing(bench: Bench) -> None:
    await open_window(bench)
    assert [entry.facts["url"] for entry in bench.sandbox.log if entry.what == "callback"] == [HOOK]


@pytest.mark.parametrize(
    "body", [b"{", b"{}", b'{"url": "ftp://x"}', b'{"url": "http://x", "headers": {"a": 1}}']
)
async def test_a_webhook_that_makes_no_sense_is_refused(
    bench: Bench, provider: httpx.AsyncClient, body: bytes
) -> None:
    assert own_error(await provider.post("/v1/configs/webhook", content=body))[0] == 400
    assert bench.account.first.callback_url is None


async def test_a_path_that_there_is_not_is_the_providers_to_refuse(provider: httpx.AsyncClient) -> None:
    assert own_error(await provider.get("/v26.0/400000000000101"))[0] == 404
    assert own_error(await provider.delete("/v1/configs/webhook"))[0] == 405
    assert own_error(await provider.post("/health_status"))[0] == 404


@pytest.mark.parametrize("status", [400, 403, 500, 502])
async def test_the_provider_has_troubles_of_its_own(
    bench: Bench, provider: httpx.AsyncClient, status: int
) -> None:
    bench.sandbox.fail_next(Fault(path="360dialog", status=status))
    assert own_error(await provider.post("/messages", json=template_body()))[0] == status
    assert (await provider.post("/messages", json=template_body())).status_code == 200


async def test_a_fault_of_the_graph_shines_through(bench: Bench, provider: httpx.AsyncClient) -> None:
    bench.sandbox.fail_next(Fault(refusal=Refusal.PAIR_RATE))
    response = await provider.post("/messages", json=template_body())
    assert (response.status_code, response.json()["error"]["code"]) == (429, 131056)


async def test_a_fault_may_accept_and_fail_later_or_not_answer(
    bench: Bench, provider: httpx.AsyncClient
) -> None:
    bench.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.PAYMENT_ISSUE, path="360dialog/messages"))
    assert (await provider.post("/messages", json=template_body())).status_code == 200
    await bench.pass_time(seconds=3)
    assert bench.service.statuses[-1]["errors"][0]["code"] == 131042
    bench.sandbox.fail_next(Fault(kind="timeout", path="360dialog"))
    with pytest.raises(httpx.ReadTimeout):
        await provider.post("/messages", json=template_body())
    bench.sandbox.fail_next(Fault(kind="disconnect", path="360dialog"))
    with pytest.raises(httpx.RemoteProtocolError):
        await provider.post("/messages", json=template_body())
