"""Days on which much goes wrong at once, and what a person on call would still expect."""

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.stories.test_doors_are_guarded import signed
from tests.stories.test_the_loop import becomes, running
from tests.stories.world import World
from wa_notify.core.errors import PlatformUnreachable, StoreError
from wa_notify.core.inbound import Arrival, InboundMessage, Sender, Text
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.template import TemplateShape
from wa_notify.core.ticket import TicketState
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal

NUMBER = "400000000000101"
START = "2026-11-21T02:59:12.123Z"


def says(body: str, at: datetime, wamid: str) -> Arrival:
    sender = Sender(wa_id="447700900123")
    message = InboundMessage(wamid=wamid, sender=sender, at=at, content=Text(body=body))
    return Arrival(key=wamid, number_id=NUMBER, event=message)


def notification(status: str, starts: str) -> dict[str, Any]:
    labels = {"alertname": "DiskFull", "instance": "db-7", "severity": "critical"}
    annotations = {"summary": "Disk almost full", "description": "x"}
    alert = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": starts,
        "fingerprint": "f1",
    }
    return {"version": "4", "alerts": [alert]}


def failed_status(callback_data: str, **error: Any) -> bytes:
    status = {
        "id": "wamid.x",
        "status": "failed",
        "timestamp": "1795253500",
        "recipient_id": "447700900123",
        "biz_opaque_callback_data": callback_data,
        "errors": [error],
    }
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER}, "statuses": [status]}
    change = {"field": "messages", "value": value}
    entry = [{"id": "1", "changes": [change]}]
    return json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()


async def test_when_neither_answers_nor_callbacks_come_a_message_is_tried_three_times_and_no_more(
    world: World,
) -> None:
    world.sandbox.policy = CallbackPolicy(held=True)
    world.sandbox.fail_next(Fault(kind="accept_then_timeout", hold_seconds=0, times=10_000))
    await world.alert("DailyNote")
    await world.forward("4h")
    assert len(world.alice.received) == 3
    (item,) = await world.items()
    assert (item.state, item.reason) == (ItemState.FAILED, Reason.UNCONFIRMED)


async def test_trouble_that_is_seen_again_after_a_lost_line_is_told_although_its_start_is_the_old_one(
    world: World,
) -> None:
    for status, expected in (("firing", "Disk almost full"), ("resolved", "resolved")):
        await world.post("/alerts/alertmanager", notification(status, START))
        await world.forward("5m")
        world.alice.expects(expected)
    await world.post("/alerts/alertmanager", notification("firing", START))
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    assert (await world.ticket()).episode == 2


async def test_a_new_start_is_news_although_the_old_end_never_came(world: World) -> None:
    await world.post("/alerts/alertmanager", notification("firing", START))
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    await world.alice.taps("Acknowledge")
    await world.forward("2d")
    world.alice.expects("is yours")
    world.alice.expects("Everything we know")
    await world.post("/alerts/alertmanager", notification("firing", "2026-11-23T02:59:12Z"))
    await world.forward("10m")
    world.alice.expects("Disk almost full")
    world.alice.stays_silent()


async def test_a_message_waits_while_its_template_is_paused_and_leaves_when_it_is_back(world: World) -> None:
    for language in ("en", "de"):
        world.sandbox.review("ops_alert", language, status="PAUSED")
    await world.settle()
    await world.alert("DailyNote")
    await world.forward("1h")
    world.alice.stays_silent()
    waits = [entry for entry in await world.timeline() if entry.reason is Reason.TEMPLATE_NOT_APPROVED]
    assert len(waits) == 1
    ready = await world.into_service.get("/readyz")
    assert (ready.status_code, "ops_alert" in ready.text) == (503, True)
    world.sandbox.review("ops_alert", "en", status="APPROVED")
    await world.forward("15m")
    world.alice.expects("Disk almost full")


async def test_an_empty_list_of_templates_is_not_believed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing() -> AsyncIterator[TemplateShape]:
        for shape in list[TemplateShape]():
            yield shape

    monkeypatch.setattr(world.house.engine._whatsapp, "templates", nothing)
    with pytest.raises(PlatformUnreachable):
        await world.house.engine.sync_templates()
    await world.alert("DailyNote")
    await world.forward("1m")
    world.alice.expects("Disk almost full")


async def test_a_start_that_comes_after_a_later_stop_revives_nothing_and_is_not_confirmed(
    world: World,
) -> None:
    began = world.clock.now
    world.clock.now += timedelta(minutes=1)
    for word, second in (("STOP", 10), ("STOP", 30), ("START", 20)):
        await world.house.engine.receive([says(word, began + timedelta(seconds=second), f"wamid.{second}")])
        await world.settle()
    await world.alert("DailyNote")
    await world.forward("1m")
    world.alice.stays_silent()
    texts = [item.intent.free_form for item in await world.items() if item.occasion is Occasion.CONFIRMATION]
    assert len(texts) == 1
    assert "no more alerts" in (texts[0] or "")
    assert Reason.OPTED_OUT in await world.reasons()


async def test_a_stop_counts_for_whoever_has_the_number_now(world: World) -> None:
    """Bob's number stood at Alice by mistake, and was used."""
    await world.alice.replies("hello")
    await world.stop()
    text = world.config_path.read_text()
    text = text.replace('"+447700900123"', '"+447700900999"').replace('"+447700900456"', '"+447700900123"')
    world.config_path.write_text(text)
    await world.start()
    await world.alice.replies("STOP")
    await world.forward("1m")
    world.alice.expects("no more alerts")
    await world.alert("TeamNews")
    await world.forward("1m")
    world.alice.stays_silent()


async def test_an_ack_that_comes_late_takes_no_ticket_that_was_opened_since(world: World) -> None:
    await world.alert("DiskFull", instance="a")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    world.sandbox.policy = CallbackPolicy(held=True)
    world.alice.phone.reply("ack")
    await world.forward("1m")
    await world.resolve("DiskFull", instance="a")
    await world.forward("30m")
    await world.alert("DiskFull", instance="b")
    await world.forward("1m")
    world.sandbox.policy = CallbackPolicy()
    await world.forward("5m")
    assert (await world.ticket(2)).state is TicketState.OPEN


async def test_quoting_a_message_of_an_earlier_episode_takes_nothing(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("1m")
    old = world.alice.expects("Disk almost full")
    await world.resolve("DiskFull")
    await world.forward("3m")
    await world.alert("DiskFull")
    await world.forward("1m")
    await world.alice.replies("ack", to=old.wamid)
    await world.forward("1m")
    assert (await world.ticket()).state is TicketState.OPEN
    assert any("is over already" in message.text for message in world.alice.received)


async def test_reminders_that_nobody_could_have_got_do_not_count(world: World) -> None:
    world.sandbox.account.access_token = "another-token"
    await world.alert("DiskFull")
    await world.forward("1h")
    world.sandbox.account.access_token = "sandbox-token"
    await world.forward("1h")
    world.alice.expects("Disk almost full")
    await world.forward("3h")
    for number in (1, 2, 3):
        world.alice.expects(f"Reminder {number}")
    world.alice.stays_silent()


async def test_an_alert_that_joins_late_gives_the_waiting_message_new_time(world: World) -> None:
    world.sandbox.account.access_token = "another-token"
    await world.alert("SlowBurn", service="shop", pod="a")
    await world.forward("3h55m")
    await world.alert("SlowBurn", service="shop", pod="b")
    await world.forward("10m")
    world.sandbox.account.access_token = "sandbox-token"
    await world.forward("1h")
    world.alice.expects("2 firing")


async def test_a_storm_in_one_group_is_taken_in_at_once_and_told_in_one_message(world: World) -> None:
    labels = {"alertname": "SlowBurn", "severity": "critical", "service": "shop"}
    storm = [{"labels": {**labels, "pod": str(pod)}} for pod in range(2000)]
    async with asyncio.timeout(30):  # it took longer than a minute when every alert was told by itself
        assert (await world.post("/alerts", storm)).status_code == 202
    await world.forward("1m")
    world.alice.expects("2000 firing")
    world.alice.stays_silent()


async def test_after_a_downtime_callbacks_get_the_time_to_come_before_anything_is_sent_again(
    world: World,
) -> None:
    world.sandbox.fail_next(Fault(kind="accept_then_timeout", hold_seconds=0))
    await world.alert("DailyNote", settle=False)
    await world.house.engine.run_due()
    await world.stop()
    world.clock.now += timedelta(minutes=10)
    await world.start()
    await world.house.engine.run_due()
    await world.forward("10m")
    world.alice.expects("Disk almost full")
    world.alice.stays_silent()


async def test_trouble_of_the_account_that_comes_by_callback_makes_unready_until_something_arrives(
    world: World,
) -> None:
    world.plays("payment-fails")
    await world.forward("6m")
    await world.alert("DailyNote")
    await world.forward("2h")
    ready = await world.into_service.get("/readyz")
    assert (ready.status_code, "payment" in ready.text) == (503, True)
    world.alice.stays_silent()
    await world.forward("2h")
    world.alice.expects("Disk almost full")
    assert (await world.into_service.get("/readyz")).status_code == 200


async def test_a_mended_token_is_noticed_without_sending_anything(world: World) -> None:
    world.sandbox.account.access_token = "another-token"
    await world.alert("DailyNote")
    await world.forward("5h")
    assert (await world.into_service.get("/readyz")).status_code == 503
    world.sandbox.account.access_token = "sandbox-token"
    await world.house.engine.sync_templates()
    assert (await world.into_service.get("/readyz")).status_code == 200


async def test_a_platform_that_cannot_be_reached_makes_unready_after_a_minute(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.sandbox.fail_next(Fault(kind="disconnect", hold_seconds=0, times=5))
    await world.alert("DailyNote")
    await world.forward("2m")
    ready = await world.into_service.get("/readyz")
    assert (ready.status_code, "has not answered since 21 Nov 03:00 UTC." in ready.text) == (503, True)
    assert caplog.text.count("WhatsApp does not answer") == 1


async def test_a_window_that_the_platform_calls_closed_is_not_tried_again_whatever_our_clock_says(
    world: World,
) -> None:
    await world.alice.replies("hello")
    await world.forward("1m")
    world.clock.now -= timedelta(hours=1)
    world.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.WINDOW_CLOSED, times=1))
    await world.alert("DailyNote")
    await world.forward("1m")
    items = [item for item in await world.items() if item.occasion is Occasion.OPENED]
    assert (items[0].attempts, items[0].form) == (2, "template")


async def test_an_absurd_error_code_costs_nothing(world: World) -> None:
    await world.alert("DailyNote", settle=False)
    await world.house.engine.run_due()
    (item,) = await world.items()
    body = failed_status(item.callback_data, code=10**30, title="x")
    assert (await world.post("/webhook", body, signed(body))).status_code == 200


async def test_private_words_of_a_failed_callback_stay_off_the_timeline(world: World) -> None:
    await world.alert("DailyNote", settle=False)
    await world.house.engine.run_due()
    (item,) = await world.items()
    details = {"details": "447700900123 cannot read: Disk almost full"}
    body = failed_status(item.callback_data, code=131026, title="x", error_data=details)
    await world.post("/webhook", body, signed(body))
    text = "".join(entry.text for entry in await world.timeline())
    assert "447700900123" not in text
    assert "131026" in text


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("error", {"error": {"code": 132000, "message": "x", "error_data": {"details": "cut at \ud83d"}}}),
        ("accepted", {"contacts": [{"wa_id": "44\ud83d"}], "messages": [{"id": "wamid.odd"}]}),
    ],
)
async def test_half_a_character_in_an_answer_is_no_reason_to_send_again(
    world: World, path: str, answer: dict[str, Any]
) -> None:
    sent = []

    class Odd(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            sent.append(request)
            return httpx.Response(400 if path == "error" else 200, content=json.dumps(answer).encode())

    world.into_sandbox._transport = Odd()
    await world.alert("DailyNote")
    await world.forward("30m")
    assert len(sent) == 1


async def test_a_long_text_of_blanks_is_read_in_no_time(world: World) -> None:
    async with asyncio.timeout(5):
        await world.alice.replies("a" + " " * 4000 + "b")
    assert await world.tickets() == []


@pytest.mark.parametrize(
    "body", [b'{"labels": {"a\\ud800": []}}', b'{"\\ud800": 1}', b'{"labels": {"a": ' + b"9" * 5000 + b"}}"]
)
async def test_bodies_that_no_answer_could_quote_are_refused_all_the_same(world: World, body: bytes) -> None:
    assert (await world.post("/alerts", body)).status_code == 400


async def test_an_answer_is_kept_although_the_database_was_locked_for_a_moment(world: World) -> None:
    engine = world.house.engine
    store = engine._store
    tries: list[Any] = []

    class Locked:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def transact(self, work: Any) -> Any:
            if "claimed" in work.__code__.co_freevars and not tries:
                tries.append(work)
                locked: Future[None] = Future()
                locked.set_exception(StoreError("locked"))
                return locked
            return store.transact(work)

    engine._store = Locked()
    engine._record_again = (0.0, 0.0)
    loop = await running(world)
    await world.alert("DailyNote", settle=False)
    assert await becomes(world, ItemState.ACCEPTED)
    await engine.stop()
    await loop
    assert len(tries) == 1
