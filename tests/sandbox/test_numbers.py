"""A business with several accounts and numbers: what they share, and what each has of its own."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from wa_notify.sandbox import Account, BusinessNumber, CallbackPolicy, Portfolio, Sandbox

from .conftest import ANNA, Bench, MovableClock, Service, body_part, template_body, text_body, wamid_of

FIRST, SECOND, OTHER = "400000000000101", "400000000000102", "400000000000201"
BASIL = "+447700900456"


def business() -> Portfolio:
    ops = BusinessNumber(phone_number_id=FIRST)
    sales = BusinessNumber(
        phone_number_id=SECOND, display_phone_number="+44 1632 960112", verified_name="Example Sales"
    )
    elsewhere = BusinessNumber(phone_number_id=OTHER, display_phone_number="+44 1632 960211")
    other = Account(
        waba_id="300000000000302",
        app_id="200000000000503",
        access_token="other-token",
        app_secret="other-secret",
        callback_url="http://service.test/webhook",
        numbers=[elsewhere],
    )
    return Portfolio(accounts=[Account(numbers=[ops, sales]), other], messaging_limit="TIER_50")


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    clock, service = MovableClock(), Service()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(service.app))
    sandbox = Sandbox(clock=clock, portfolio=business(), callback_client=client)
    sandbox.subscribe("http://service.test/webhook")
    graph = httpx.AsyncClient(
        transport=httpx.ASGITransport(sandbox.app),
        base_url="http://graph.test",
        headers={"Authorization": "Bearer sandbox-token"},
    )
    yield Bench(sandbox, clock, service, graph)
    await sandbox.aclose()


async def send(bench: Bench, number: str, body: Any, token: str = "sandbox-token") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return await bench.graph.post(f"/v26.0/{number}/messages", json=body, headers=headers)


async def test_a_window_belongs_to_a_number_and_a_person(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    anna.reply("hello", business=SECOND)
    assert not anna.window_open
    assert anna.chat(SECOND).window_left(bench.clock()).total_seconds() == 24 * 3600
    await send(bench, FIRST, text_body())
    await send(bench, SECOND, text_body())
    await bench.pass_time(seconds=2)
    by_number = {message.phone_number_id: message.status for message in anna.messages[1:]}
    assert by_number == {FIRST: "failed", SECOND: "read"}


async def test_callbacks_name_the_number_they_are_about(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).reply("hello", business=SECOND)
    await send(bench, FIRST, template_body())
    await bench.pass_time(seconds=0.2)
    ids = [callback.value["metadata"]["phone_number_id"] for callback in bench.service.callbacks]
    shown = [callback.value["metadata"]["display_phone_number"] for callback in bench.service.callbacks]
    assert (ids, shown) == ([SECOND, FIRST], ["441632960112", "441632960111"])


async def test_a_reply_goes_to_the_number_that_sent_what_is_quoted_or_tapped(bench: Bench) -> None:
    wamid = wamid_of(await send(bench, SECOND, template_body(body_part("Disk full"))))
    await bench.pass_time(seconds=2)
    anna = bench.sandbox.phone(ANNA)
    anna.reply("what?", to=wamid)
    anna.react("\N{THUMBS UP SIGN}", to=wamid)
    await bench.sandbox.run_due()
    inbound = [callback for callback in bench.service.callbacks if "messages" in callback.value]
    assert [callback.value["metadata"]["phone_number_id"] for callback in inbound] == [SECOND, SECOND]


async def test_an_account_sees_nothing_of_another(bench: Bench) -> None:
    refused = await send(bench, OTHER, template_body())
    assert (refused.status_code, refused.json()["error"]["error_subcode"]) == (400, 33)
    form = {"messaging_product": "whatsapp"}
    files = {"file": ("a.pdf", b"%PDF-1.7", "application/pdf")}
    uploaded = await bench.graph.post(f"/v26.0/{FIRST}/media", data=form, files=files)
    media_id = uploaded.json()["id"]
    other = {"Authorization": "Bearer other-token"}
    assert (await bench.graph.get(f"/v26.0/{media_id}", headers=other)).status_code == 400
    assert (await bench.graph.get(f"/v26.0/{media_id}?phone_number_id={SECOND}")).status_code == 400
    assert (await bench.graph.get(f"/v26.0/{media_id}?phone_number_id={FIRST}")).status_code == 200
    listed = await bench.graph.get("/v26.0/300000000000202/phone_numbers")
    assert [number["id"] for number in listed.json()["data"]] == [FIRST, SECOND]
    assert (await bench.graph.get("/v26.0/300000000000302")).status_code == 400


async def test_each_account_signs_with_the_secret_of_its_app(bench: Bench) -> None:
    assert (await send(bench, OTHER, template_body(), token="other-token")).status_code == 200
    await bench.pass_time(seconds=0.2)
    callback = bench.service.callbacks[0]
    expected = httpx.Headers(callback.headers)["x-hub-signature-256"]
    assert callback.whole["entry"][0]["id"] == "300000000000302"
    assert expected == _signature(callback.body, "other-secret")


async def test_the_numbers_of_a_portfolio_share_its_messaging_limit(bench: Bench) -> None:
    for place in range(25):
        await send(bench, FIRST, template_body(to=f"+4477009{place:05}"))
        await send(bench, OTHER, template_body(to=f"+4477008{place:05}"), token="other-token")
    await bench.pass_time(seconds=2)
    await send(bench, SECOND, template_body(to=BASIL))
    await bench.pass_time(seconds=2)
    assert bench.sandbox.phone(BASIL).messages[-1].failure is not None
    assert bench.sandbox.reach.used(bench.clock()) == 50


async def test_a_batch_has_a_change_for_each_number_and_a_post_for_each_account(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(batch=10)
    await send(bench, FIRST, template_body())
    await send(bench, SECOND, template_body())
    await send(bench, OTHER, template_body(), token="other-token")
    await bench.pass_time(seconds=1.2)
    changes = [
        [change["value"]["metadata"]["phone_number_id"] for change in callback.whole["entry"][0]["changes"]]
        for callback in bench.service.callbacks
    ]
    assert changes == [[FIRST, SECOND], [OTHER]]


async def test_a_number_may_have_a_callback_address_of_its_own(bench: Bench) -> None:
    bench.account.numbers[1].callback_url = "http://nobody.invalid/"
    await send(bench, SECOND, template_body())
    await bench.pass_time(seconds=0.2)
    posted = [entry.facts["url"] for entry in bench.sandbox.log if entry.what == "callback"]
    assert posted == ["http://nobody.invalid/"]
    assert bench.service.callbacks == []


async def test_a_batch_does_not_take_statuses_to_another_address_than_that_of_their_number(
    bench: Bench,
) -> None:
    sales = bench.account.numbers[1]
    sales.callback_url, sales.callback_headers = "http://service.test/webhook?sales", {"X-Key": "mine"}
    bench.sandbox.policy = CallbackPolicy(batch=2)
    await send(bench, FIRST, template_body())
    await send(bench, SECOND, template_body())
    await bench.pass_time(seconds=0.2)
    posted = [entry.facts["url"] for entry in bench.sandbox.log if entry.what == "callback"]
    assert posted == ["http://service.test/webhook", sales.callback_url]
    signed = ["x-hub-signature-256" in callback.headers for callback in bench.service.callbacks]
    assert signed == [True, False], "the key of a provider goes with the statuses of its number only"


async def test_each_number_hears_of_the_first_time_that_its_own_chat_is_opened(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    anna.reply("hello", business=FIRST)
    for number in bench.account.numbers:
        number.welcomes = True
    assert anna.open_chat(business=FIRST) is None, "they have written to each other"
    assert anna.open_chat(business=SECOND) is not None


async def test_the_templates_of_two_accounts_have_nothing_to_do_with_each_other(bench: Bench) -> None:
    accounts = bench.sandbox.portfolio.accounts
    ids = [template.id for account in accounts for template in account.templates.values()]
    assert len(set(ids)) == len(ids)
    complain = bench.sandbox._world.reviewers.complain
    for account in (*accounts, *accounts):
        assert complain(account, "ops_nudge", "en").quality == "GREEN", "two of each are too few"


async def test_the_token_of_another_account_ends_and_is_renewed_there(bench: Bench) -> None:
    async def code() -> int | None:
        answer = await send(bench, OTHER, template_body(), token="other-token")
        found: int | None = answer.json().get("error", {}).get("code")
        return found

    bench.sandbox.end_token(token="other-token")
    assert await code() == 190
    bench.sandbox.renew_token("other-token")
    assert await code() is None


async def test_a_new_number_of_a_person_is_told_to_every_number_they_know(bench: Bench) -> None:
    anna = bench.sandbox.phone(ANNA)
    anna.reply("one", business=FIRST)
    anna.reply("two", business=SECOND)
    await bench.sandbox.run_due()
    bench.service.callbacks.clear()
    anna.change_number("+447700900999")
    await bench.sandbox.run_due()
    told = [callback.value["metadata"]["phone_number_id"] for callback in bench.service.callbacks]
    assert told == [FIRST, SECOND]
    assert not anna.chat(SECOND).window_left(bench.clock())


async def test_a_new_number_is_told_to_each_number_by_the_name_under_which_it_knows_the_person(
    bench: Bench,
) -> None:
    anna = bench.sandbox.phone(ANNA)
    anna.reply("one", business=FIRST)
    anna.username = "anna.ops"
    anna.reply("two", business=SECOND)
    await bench.sandbox.run_due()
    bench.service.callbacks.clear()
    anna.change_number("+447700900999")
    await bench.sandbox.run_due()
    known, unknown = bench.service.inbound
    assert (known["from"], known["system"]["wa_id"]) == ("447700900123", "447700900999")
    assert "from" not in unknown
    assert "wa_id" not in unknown["system"]


def test_a_number_that_the_business_does_not_have_is_named_in_the_complaint(bench: Bench) -> None:
    with pytest.raises(ValueError, match="no number '1'"):
        bench.sandbox.phone(ANNA).reply("hello", business="1")


def _signature(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
