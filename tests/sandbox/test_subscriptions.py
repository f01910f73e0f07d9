"""Where callbacks go, and which: the app's subscription, the account's, the number's."""

from typing import Any

import httpx
import pytest

from .conftest import ANNA, CALLBACK_URL, Bench
from .test_tokens import use

APP = "/v26.0/200000000000303/subscriptions"
WABA = "/v26.0/300000000000202/subscribed_apps"
NUMBER = "/v26.0/400000000000101"
ELSEWHERE = "http://service.test/webhook?elsewhere"
VERIFY = {"verify_token": "sandbox-verify"}


async def subscribe(bench: Bench, *, path: str = APP, **body: Any) -> dict[str, Any]:
    params = {"access_token": bench.account.app_token}
    whole = {"object": "whatsapp_business_account", **body}
    answer: dict[str, Any] = (await bench.graph.post(path, json=whole, params=params)).json()
    return answer


async def subscriptions(bench: Bench) -> list[dict[str, Any]]:
    params = {"access_token": bench.account.app_token}
    data: list[dict[str, Any]] = (await bench.graph.get(APP, params=params)).json()["data"]
    return data


def posted(bench: Bench) -> list[str]:
    return [entry.facts["url"] for entry in bench.sandbox.log if entry.what == "callback"]


def fields(bench: Bench) -> list[str]:
    return [callback.whole["entry"][0]["changes"][0]["field"] for callback in bench.service.callbacks]


async def test_only_the_subscribed_fields_are_delivered(bench: Bench) -> None:
    answer = await subscribe(bench, callback_url=CALLBACK_URL, fields="messages,security", **VERIFY)
    assert answer == {"success": True}
    bench.sandbox.announce("account_update", {"event": "ACCOUNT_DELETED"})
    bench.sandbox.announce("security", {"event": "PIN_CHANGED"})
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.sandbox.run_due()
    assert fields(bench) == ["security", "messages"]
    assert [entry.facts["about"] for entry in bench.sandbox.log if entry.what == "callback_not_subscribed"]
    assert await subscribe(bench, fields=["account_update"]) == {"success": True}
    bench.sandbox.announce("account_update", {"event": "ACCOUNT_DELETED"})
    await bench.sandbox.run_due()
    assert fields(bench)[2:] == ["account_update"], "further fields come on top"


async def test_the_subscription_is_shown_and_ended(bench: Bench) -> None:
    await subscribe(bench, callback_url=CALLBACK_URL, fields='["messages","security"]', **VERIFY)
    (shown,) = await subscriptions(bench)
    assert (shown["object"], shown["callback_url"]) == ("whatsapp_business_account", CALLBACK_URL)
    assert shown["fields"] == [
        {"name": "messages", "version": "v26.0"},
        {"name": "security", "version": "v26.0"},
    ]
    params = {"access_token": bench.account.app_token, "fields": "messages"}
    await bench.graph.delete(APP, params=params)
    assert [one["name"] for one in (await subscriptions(bench))[0]["fields"]] == ["security"]
    del params["fields"]
    await bench.graph.delete(APP, params=params)
    assert await subscriptions(bench) == []
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.sandbox.run_due()
    assert bench.service.callbacks == []


async def test_the_version_of_the_subscription_is_that_of_the_callbacks(bench: Bench) -> None:
    path = APP.replace("v26.0", "v23.0")
    await subscribe(bench, path=path, callback_url=CALLBACK_URL, fields="messages", **VERIFY)
    await bench.template()
    await bench.pass_time(seconds=1)
    assert "conversation" in bench.service.statuses[0], "it is gone since v24.0"
    await subscribe(bench, callback_url=CALLBACK_URL, fields="messages", **VERIFY)
    bench.service.callbacks.clear()
    await bench.template()
    await bench.pass_time(seconds=1)
    assert "conversation" not in bench.service.statuses[0]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"callback_url": CALLBACK_URL, "fields": "messages", "verify_token": "wrong"}, 2200),
        ({"callback_url": CALLBACK_URL, "fields": "messages"}, 100),
        ({"callback_url": CALLBACK_URL, "fields": "weather", **VERIFY}, 100),
        ({"callback_url": CALLBACK_URL, **VERIFY}, 100),
        ({"callback_url": CALLBACK_URL, "fields": "[1", **VERIFY}, 100),
        ({"callback_url": CALLBACK_URL, "fields": [["messages"], {}], **VERIFY}, 100),
        ({"callback_url": CALLBACK_URL, "fields": "messages", "object": "page", **VERIFY}, 100),
    ],
)
async def test_a_subscription_that_makes_no_sense_changes_nothing(
    bench: Bench, body: dict[str, Any], code: int
) -> None:
    before = await subscriptions(bench)
    assert (await subscribe(bench, **body))["error"]["code"] == code
    assert await subscriptions(bench) == before


async def test_the_first_subscription_needs_an_address(bench: Bench) -> None:
    bench.account.callback_url = None
    assert (await subscribe(bench, fields="messages"))["error"]["code"] == 100


async def test_the_subscriptions_of_an_app_need_its_own_token(bench: Bench) -> None:
    response = await bench.graph.get(APP)
    assert (response.status_code, response.json()["error"]["code"]) == (400, 15)
    use(bench, bench.account.app_token)
    assert (await bench.graph.get(APP)).status_code == 200


async def test_the_token_of_an_app_is_given_for_its_secret(bench: Bench) -> None:
    del bench.graph.headers["Authorization"]
    query = {
        "grant_type": "client_credentials",
        "client_id": bench.account.app_id,
        "client_secret": bench.account.app_secret,
    }
    answer = (await bench.graph.get("/v26.0/oauth/access_token", params=query)).json()
    assert answer == {"access_token": bench.account.app_token, "token_type": "bearer"}
    wrong = await bench.graph.get("/oauth/access_token", params={**query, "client_secret": "x"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, 101)
    assert "sandbox-app-secret" not in str([entry.as_json() for entry in bench.sandbox.log])


async def test_without_a_subscription_of_the_account_nothing_comes(bench: Bench) -> None:
    await bench.graph.delete(WABA)
    assert (await bench.graph.get(WABA)).json() == {"data": []}
    bench.sandbox.phone(ANNA).reply("one")
    await bench.sandbox.run_due()
    assert bench.service.callbacks == []
    assert (await bench.graph.post(WABA)).json() == {"success": True}
    assert len((await bench.graph.get(WABA)).json()["data"]) == 1
    bench.sandbox.phone(ANNA).reply("two")
    await bench.sandbox.run_due()
    assert [message["text"]["body"] for message in bench.service.inbound] == ["two"]


async def override(bench: Bench, url: str) -> httpx.Response:
    return await bench.graph.post(WABA, json={"override_callback_uri": url, **VERIFY})


async def test_the_number_comes_before_the_account_and_that_before_the_app(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    await override(bench, ELSEWHERE)
    anna.reply("one")
    await bench.sandbox.run_due()
    configuration = {"override_callback_uri": f"{ELSEWHERE}=number", **VERIFY}
    answer = await bench.graph.post(f"{NUMBER}/", json={"webhook_configuration": configuration})
    assert answer.json() == {"success": True}
    anna.reply("two")
    await bench.sandbox.run_due()
    shown = (await bench.graph.get(f"{NUMBER}?fields=webhook_configuration")).json()
    assert shown["webhook_configuration"] == {
        "application": CALLBACK_URL,
        "whatsapp_business_account": ELSEWHERE,
        "phone_number": f"{ELSEWHERE}=number",
    }
    gone = {"webhook_configuration": {"override_callback_uri": ""}}
    await bench.graph.post(NUMBER, json=gone)
    anna.reply("three")
    await bench.graph.post(WABA)
    await bench.sandbox.run_due()
    assert posted(bench) == [ELSEWHERE, f"{ELSEWHERE}=number", CALLBACK_URL]


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        ({"override_callback_uri": CALLBACK_URL, "verify_token": "wrong"}, 2200),
        ({"override_callback_uri": CALLBACK_URL}, 100),
        ({}, 100),
        ("elsewhere", 100),
    ],
)
async def test_an_address_of_a_number_is_taken_only_after_its_handshake(
    bench: Bench, configuration: Any, code: int
) -> None:
    response = await bench.graph.post(NUMBER, json={"webhook_configuration": configuration})
    assert (response.status_code, response.json()["error"]["code"]) == (400, code)
    assert bench.account.first.callback_url is None
