"""Callbacks: their bytes and signature, their order and number, and what happens when nobody answers."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from wa_notify.sandbox import CallbackPolicy, Fault, Sandbox

from .conftest import ANNA, CALLBACK_URL, Bench, alert_parts, make_bench, wamid_of

BERT = "+447700900456"
FAST = CallbackPolicy(sent_after=timedelta(), delivered_after=timedelta(), read_after=timedelta())


async def test_the_signature_covers_the_exact_bytes(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).reply("Störung behoben: https://ops.example.net/\U0001f600")
    await bench.sandbox.run_due()
    callback = bench.service.callbacks[0]
    expected = hmac.new(b"sandbox-app-secret", callback.body, hashlib.sha256).hexdigest()
    assert callback.headers["x-hub-signature-256"] == f"sha256={expected}"
    assert callback.headers["content-type"] == "application/json"


async def test_the_bytes_are_escaped_so_that_writing_them_again_breaks_the_signature(bench: Bench) -> None:
    text = "Störung: https://ops.example.net/\U0001f600"
    bench.sandbox.phone(ANNA).reply(text)
    await bench.sandbox.run_due()
    callback = bench.service.callbacks[0]
    assert callback.body.isascii()
    assert rb"St\u00f6rung: https:\/\/ops.example.net\/\ud83d\ude00" in callback.body
    assert bench.service.inbound[0]["text"]["body"] == text
    assert json.dumps(callback.whole).encode() != callback.body


async def test_the_envelope_names_account_number_and_person(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.sandbox.run_due()
    whole = bench.service.callbacks[0].whole
    assert whole["object"] == "whatsapp_business_account"
    assert whole["entry"][0]["id"] == "300000000000202"
    assert whole["entry"][0]["changes"][0]["field"] == "messages"
    value = bench.service.callbacks[0].value
    assert value["metadata"] == {"display_phone_number": "441632960111", "phone_number_id": "400000000000101"}
    assert value["contacts"][0]["wa_id"] == "447700900123"
    assert value["messages"][0]["timestamp"].isdecimal()
    assert value["messages"][0]["from_user_id"] == value["contacts"][0]["user_id"]


async def test_reversed_statuses_keep_their_true_times(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(order="reversed")
    await bench.template()
    await bench.pass_time(seconds=1.9)
    assert bench.service.ladder == [], "they are held back until the last has happened"
    await bench.pass_time(seconds=0.2)
    assert bench.service.ladder == ["read", "delivered", "sent"]
    times = [int(status["timestamp"]) for status in bench.service.statuses]
    assert times == sorted(times, reverse=True)


async def test_shuffled_statuses_come_in_the_seeds_order() -> None:
    async def ladder(seed: int) -> list[str]:
        bench = make_bench(seed)
        bench.sandbox.policy = CallbackPolicy(order="shuffled")
        for _ in range(5):
            await bench.template()
        await bench.pass_time(seconds=5)
        return bench.service.ladder

    assert await ladder(1) == await ladder(1)
    assert await ladder(1) != await ladder(2)
    assert sorted(await ladder(1)) == sorted(["sent", "delivered", "read"] * 5)


async def test_reordered_statuses_of_a_phone_that_is_off_are_not_held_for_ever(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(order="reversed")
    bench.sandbox.phone(ANNA).online = False
    await bench.template()
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent"]


async def test_duplicates_are_equal_to_the_byte(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(duplicates=2)
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.sandbox.run_due()
    assert len(bench.service.callbacks) == 3
    assert len({callback.body for callback in bench.service.callbacks}) == 1


async def test_sent_can_arrive_before_the_answer_to_the_post(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(before_answer=True)
    log: list[str] = []
    bench.service.on_callback = lambda: log.append("callback")
    wamid = wamid_of(await bench.template())
    log.append("answer")
    assert log == ["callback", "answer"]
    assert (bench.service.statuses[0]["id"], bench.service.ladder) == (wamid, ["sent"])
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent", "delivered", "read"]


async def test_a_failure_can_arrive_before_the_answer_too(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(before_answer=True)
    await bench.text()
    assert bench.service.ladder == ["failed"]


async def test_dropped_statuses_never_come_but_the_phone_shows_them(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(drop=frozenset({"delivered"}))
    await bench.template()
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent", "read"]
    assert "pricing" in bench.service.statuses[1], "one of delivered and read carries the price"
    assert bench.sandbox.phone(ANNA).messages[-1].status == "read"


async def test_several_statuses_come_in_one_callback(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(batch=2)
    await bench.template()
    await bench.template(to=BERT)
    await bench.pass_time(seconds=5)
    sizes = [len(callback.value["statuses"]) for callback in bench.service.callbacks]
    assert sizes == [2, 2, 2]
    people = {contact["wa_id"] for contact in bench.service.callbacks[0].value["contacts"]}
    assert people == {"447700900123", "447700900456"}


async def test_a_batch_that_does_not_fill_goes_after_its_time(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(batch=100, batch_within=timedelta(seconds=1))
    await bench.template()
    await bench.pass_time(seconds=1.1)
    assert bench.service.callbacks == []
    await bench.pass_time(seconds=0.1)
    assert bench.service.ladder == ["sent", "delivered"]
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent", "delivered", "read"]


async def test_held_callbacks_come_when_they_are_let_go(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(held=True)
    await bench.template()
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.pass_time(hours=1)
    assert bench.service.callbacks == []
    bench.sandbox.policy = CallbackPolicy()
    await bench.sandbox.run_due()
    assert bench.service.ladder == ["sent", "delivered", "read"]
    assert len(bench.service.inbound) == 1


async def test_changing_the_order_lets_go_what_was_held_back_for_it(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(order="reversed")
    await bench.template()
    await bench.pass_time(seconds=1)
    bench.sandbox.policy = CallbackPolicy()
    await bench.sandbox.run_due()
    assert bench.service.ladder == ["sent", "delivered"]


async def test_a_callback_is_tried_again_after_growing_gaps_with_the_same_bytes(bench: Bench) -> None:
    bench.service.answers = [500, 201, 404, 302]
    bench.sandbox.phone(ANNA).reply("hello")
    gaps: list[float] = []
    while (due := bench.sandbox.next_due()) is not None:
        gaps.append((due - bench.clock.now).total_seconds())
        bench.clock.now = due
        await bench.sandbox.run_due()
    assert gaps == [0, 5, 15, 45, 135], "anything but 200 is a failure"
    assert len({callback.body for callback in bench.service.callbacks}) == 1
    assert len({callback.headers["x-hub-signature-256"] for callback in bench.service.callbacks}) == 1


async def test_after_seven_days_a_callback_is_given_up(bench: Bench) -> None:
    bench.service.answers = [500] * 1000
    bench.sandbox.phone(ANNA).reply("hello")
    began, gaps = bench.clock.now, [timedelta()]
    while (due := bench.sandbox.next_due()) is not None:
        gaps.append(due - bench.clock.now)
        bench.clock.now = due
        await bench.sandbox.run_due()
    assert gaps[1:] == sorted(gaps[1:]), "the gaps only grow"
    assert timedelta(days=6) < bench.clock.now - began <= timedelta(days=7)
    assert bench.sandbox.log[-1].what == "callback_given_up"
    assert 15 < len(bench.service.callbacks) < 40


async def test_one_failing_callback_does_not_hold_up_the_others(bench: Bench) -> None:
    bench.service.answers = [500]
    bench.sandbox.phone(ANNA).reply("one")
    bench.sandbox.phone(ANNA).reply("two")
    await bench.sandbox.run_due()
    await bench.pass_time(seconds=5)
    assert [message["text"]["body"] for message in bench.service.inbound] == ["one", "two", "one"]


async def test_without_an_address_nothing_is_sent_and_the_phones_work_all_the_same() -> None:
    bench = make_bench()
    bench.account.callback_url = None
    await bench.template()
    await bench.pass_time(seconds=5)
    assert bench.service.callbacks == []
    assert bench.sandbox.phone(ANNA).messages[-1].status == "read"


async def test_the_same_seed_and_calls_give_the_same_log() -> None:
    async def story(seed: int) -> list[dict[str, Any]]:
        bench = make_bench(seed)
        bench.sandbox.policy = CallbackPolicy(order="shuffled", duplicates=1)
        bench.service.answers = [200, 500, 200, 200, 503]
        await bench.template(*alert_parts(), name="ops_alert")
        await bench.pass_time(seconds=5)
        bench.sandbox.phone(ANNA).tap("Acknowledge")
        await bench.text(to=BERT)
        await bench.post({})
        await bench.pass_time(minutes=10)
        return [entry.as_json() for entry in bench.sandbox.log]

    assert await story(7) == await story(7)
    assert await story(7) != await story(8)


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not done():
            await asyncio.sleep(0.005)


def live(app: Any) -> tuple[Sandbox, httpx.AsyncClient]:
    sandbox = Sandbox(callback_client=httpx.AsyncClient(transport=httpx.ASGITransport(app)))
    sandbox.subscribe(CALLBACK_URL)
    sandbox.policy = FAST
    headers = {"Authorization": "Bearer sandbox-token"}
    graph = httpx.AsyncClient(
        transport=httpx.ASGITransport(sandbox.app), base_url="http://graph", headers=headers
    )
    return sandbox, graph


async def test_run_forever_delivers_in_order_and_survives_a_broken_target() -> None:
    seen: list[str] = []

    async def broken_at_first(scope: Any, receive: Any, send: Any) -> None:
        body = await Request(scope, receive).body()
        seen.append(json.loads(body)["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"])
        if len(seen) == 1:
            raise RuntimeError("this service is broken")
        await Response()(scope, receive, send)

    sandbox, _ = live(broken_at_first)
    running = asyncio.create_task(sandbox.run_forever())
    for text in ("one", "two", "three"):
        sandbox.phone(ANNA).reply(text)
    await until(lambda: len(seen) == 3)
    assert seen == ["one", "two", "three"]
    await asyncio.sleep(0.02)
    sandbox.phone(BERT).reply("four")  # planned while it sleeps
    await until(lambda: len(seen) == 4)
    assert not running.done()
    assert sandbox.next_due() is not None, "the first is to be tried again"
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await sandbox.aclose()


async def test_run_forever_serves_other_people_while_one_callback_hangs() -> None:
    seen: list[str] = []
    release = asyncio.Event()

    async def slow_for_anna(scope: Any, receive: Any, send: Any) -> None:
        value = json.loads(await Request(scope, receive).body())["entry"][0]["changes"][0]["value"]
        if value["messages"][0]["text"]["body"] == "a1":
            await release.wait()
        seen.append(value["messages"][0]["text"]["body"])
        await Response()(scope, receive, send)

    sandbox, _ = live(slow_for_anna)
    running = asyncio.create_task(sandbox.run_forever())
    for number, text in ((ANNA, "a1"), (ANNA, "a2"), (BERT, "b1")):
        sandbox.phone(number).reply(text)
    await until(lambda: seen == ["b1"])
    await asyncio.sleep(0.02)
    assert seen == ["b1"], "what concerns one person keeps its order"
    release.set()
    await until(lambda: seen == ["b1", "a1", "a2"])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_run_forever_takes_every_status_of_many_messages() -> None:
    ladder: list[str] = []

    async def keep(scope: Any, receive: Any, send: Any) -> None:
        value = json.loads(await Request(scope, receive).body())["entry"][0]["changes"][0]["value"]
        ladder.extend(status["status"] for status in value["statuses"])
        await Response()(scope, receive, send)

    sandbox, graph = live(keep)
    running = asyncio.create_task(sandbox.run_forever())
    template = {"name": "hello_world", "language": {"code": "en_US"}}
    for place in range(40):
        to = f"+4477009001{place:02}"
        await graph.post(
            "/v26.0/400000000000101/messages",
            json={"messaging_product": "whatsapp", "to": to, "type": "template", "template": template},
        )
    await until(lambda: len(ladder) == 120)
    assert sorted(ladder) == sorted(["sent", "delivered", "read"] * 40)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_timeout_after_acceptance_leaves_the_message_on_its_way(bench: Bench) -> None:
    bench.sandbox.fail_next(Fault(kind="accept_then_timeout"))
    with pytest.raises(httpx.ReadTimeout):
        await bench.template(biz_opaque_callback_data="alert:1")
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent", "delivered", "read"]
    assert bench.service.statuses[0]["biz_opaque_callback_data"] == "alert:1"


@pytest.mark.parametrize(
    ("kind", "error"), [("timeout", httpx.ReadTimeout), ("disconnect", httpx.RemoteProtocolError)]
)
async def test_a_request_without_answer_is_not_accepted(
    bench: Bench, kind: Any, error: type[Exception]
) -> None:
    bench.sandbox.fail_next(Fault(kind=kind))
    with pytest.raises(error):
        await bench.template()
    assert (await bench.template()).status_code == 200, "the fault is used up"
    assert len(bench.sandbox.phone(ANNA).messages) == 1


async def test_over_a_connection_an_unanswered_request_ends_with_504(bench: Bench) -> None:
    bench.sandbox.fail_next(Fault(kind="accept_then_timeout", hold_seconds=0.01))
    transport = httpx.ASGITransport(as_if_served(bench.sandbox.app))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://graph", headers=bench.graph.headers
    ) as served:
        response = await served.get("/v26.0/400000000000101/messages")
        assert response.status_code == 400, "what is wrong anyway is refused as ever"
        bench.sandbox.fail_next(Fault(kind="timeout", path="", hold_seconds=0.01))
        assert (await served.get("/v26.0/400000000000101")).status_code == 504


def as_if_served(app: Any) -> Any:
    async def served(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "asgi": {"version": "3.0", "spec_version": "2.4"}}, receive, send)

    return served


async def test_an_address_that_cannot_be_reached_hears_it_by_second_tries(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(unreachable=True)
    bench.sandbox.phone(ANNA).reply("hello")
    for _ in range(50):
        await bench.pass_time(hours=1)
    assert bench.service.callbacks == []
    assert bench.sandbox.log[-1].facts["answer"] == "ConnectError"
    bench.sandbox.policy = CallbackPolicy()
    await bench.pass_time(hours=12)
    assert [message["text"]["body"] for message in bench.service.inbound] == ["hello"]
