"""Metrics of a whole service: every figure after a story."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tests.stories.world import HOUSE, World
from tests.web.scrape import scrape
from wa_notify import __version__
from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.inbound import Arrival, Sender, StatusUpdate
from wa_notify.core.message import Failure, Remedy
from wa_notify.core.reason import Reason
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal
from wa_notify.scheduler import Wakeups
from wa_notify.web.metrics.events import OTHER, Call

LONG = timedelta(hours=1)
PATIENCE = 5.0  # seconds of real time, on a busy machine


# The platform takes so long for each message, and calls at once.
STEADY = CallbackPolicy(
    sent_after=timedelta(seconds=1), delivered_after=timedelta(seconds=4), read_after=timedelta(seconds=90)
)


@pytest.fixture(autouse=True)
def steady(world: World) -> None:
    world.sandbox.policy = STEADY


# what happened


async def test_each_decision_and_outcome_of_a_message_is_counted_once(world: World) -> None:
    world.sandbox.policy = replace(STEADY, duplicates=2)
    await world.alert("DailyNote")
    await world.forward("2m")
    page = await scrape(world)
    labels = {"channel": "whatsapp", "form": "template", "reason": "window_closed"}
    for state in ("sending", "accepted", "sent", "delivered", "read"):
        assert page.value("wa_notify_messages_total", state=state, **labels) == 1
        assert page.value("wa_notify_template_messages_total", template="ops_alert", state=state) == 1
    assert page.total("wa_notify_messages_total") == 5


async def test_what_is_refused_held_and_cancelled_is_counted_with_its_reason(world: World) -> None:
    await world.alert("TeamNews")  # Carol never opted in
    await world.alert("DiskFull")  # with details that wait for a reply
    await world.forward("1m")
    await world.resolve("DiskFull")
    page = await scrape(world)

    def counted(state: str, reason: Reason) -> float:
        return page.total("wa_notify_messages_total", state=state, reason=reason)

    assert counted("refused", Reason.NO_CONSENT) == 1
    assert counted("held", Reason.WAITING_FOR_REPLY) == 1
    assert counted("cancelled", Reason.TICKET_RESOLVED) == 1


async def test_a_message_in_an_open_window_is_counted_as_free_form(world: World) -> None:
    await world.alice.replies("hello")
    await world.alert("DailyNote")
    await world.forward("1m")
    page = await scrape(world)
    free = {"channel": "whatsapp", "form": "free_form", "state": "delivered"}
    assert page.value("wa_notify_messages_total", reason="window_open", **free) == 1
    assert page.total("wa_notify_template_messages_total") == 0


async def test_the_journey_of_a_message_is_measured_by_its_priority(world: World) -> None:
    await world.alert("DiskFull", instance="db-1")
    await world.alert("DailyNote")
    await world.forward("3m")
    page = await scrape(world)
    for priority in ("critical", "normal"):
        assert page.value("wa_notify_delivery_seconds_count", priority=priority) == 1
    assert page.value("wa_notify_delivery_seconds_sum", priority="critical") == 4
    assert page.value("wa_notify_delivery_seconds_bucket", priority="critical", le="2.0") == 0
    assert page.value("wa_notify_delivery_seconds_bucket", priority="critical", le="5.0") == 1
    assert page.value("wa_notify_delivery_seconds_count", priority="low") == 0


async def test_what_is_taken_back_is_not_counted(world: World) -> None:
    events = world.house.metrics.events
    before = await scrape(world)
    await world.house.engine.desk.explain([])
    events.overhear(())
    assert (await scrape(world)).total("wa_notify_messages_total") == before.total("wa_notify_messages_total")


async def test_errors_of_the_platform_are_counted_by_their_code(world: World) -> None:
    world.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG))
    await world.alert("DailyNote")
    page = await scrape(world)
    assert page.value("wa_notify_platform_errors_total", code="131000") == 1
    assert page.total("wa_notify_platform_errors_total") == 1


async def test_an_error_that_nobody_knows_is_counted_among_the_others(world: World) -> None:
    world.sandbox.policy = replace(STEADY, delivered_after=LONG, read_after=LONG)
    await world.alert("DailyNote")
    (item,) = await world.items()
    update = StatusUpdate(
        wamid=item.wamid,
        status=DeliveryStatus.FAILED,
        word="failed",
        at=world.clock.now,
        recipient=Sender(wa_id="447700900123"),
        failure=Failure(code=987654321, title="Something new", remedy=Remedy.RETRY),
    )
    await world.house.engine.receive([Arrival(key="k", number_id="400000000000101", event=update)])
    page = await scrape(world)
    assert page.value("wa_notify_platform_errors_total", code=OTHER) == 1
    assert page.total("wa_notify_platform_errors_total") == 1


async def test_the_lag_of_the_webhook_is_measured(world: World) -> None:
    world.sandbox.policy = replace(STEADY, inbound_after=timedelta(seconds=25))
    await world.alice.replies("hello")
    await world.forward("1m")
    page = await scrape(world)
    assert page.value("wa_notify_webhook_lag_seconds_count", kind="message") == 1
    assert page.value("wa_notify_webhook_lag_seconds_sum", kind="message") == 25
    assert page.value("wa_notify_webhook_last_call_timestamp_seconds") == pytest.approx(
        (world.clock.now - timedelta(seconds=35)).timestamp()
    )


async def test_calls_of_the_webhook_are_counted_by_what_became_of_them(world: World) -> None:
    await world.post("/webhook", b"{}", {"X-Hub-Signature-256": "sha256=00"})
    await world.post("/webhook", b"x" * 5_000_000)
    await world.into_service.get("/webhook", params={"hub.mode": "subscribe", "hub.verify_token": "no"})
    await world.alice.replies("hello")
    page = await scrape(world)
    found = {call: page.value("wa_notify_webhook_calls_total", outcome=call) for call in Call}
    assert (found[Call.WRONG_SIGNATURE], found[Call.TOO_LARGE], found[Call.WRONG_TOKEN]) == (1, 1, 1)
    assert (found[Call.TAKEN] or 0) >= 1
    assert found[Call.UNREADABLE] == 0


async def test_how_late_the_engine_wakes_is_measured(world: World) -> None:
    wakeups, woken = Wakeups(), asyncio.Event()
    wakeups.on_wake = woken.set
    wakeups.on_late = world.house.metrics.events.woken
    wakeups.start()
    wakeups.wake_at(world.clock.now)  # long ago: what counts is from when it was asked for
    async with asyncio.timeout(PATIENCE):
        await woken.wait()
    wakeups.stop()
    page = await scrape(world)
    assert page.value("wa_notify_wakeup_late_seconds_count") == 1
    assert 0 <= (page.value("wa_notify_wakeup_late_seconds_sum") or 0) < PATIENCE


# what there is


async def test_what_waits_is_told_with_its_age_and_lateness(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("1m")
    await world.alert("DailyNote", settle=False)
    world.clock.now += timedelta(minutes=3)
    page = await scrape(world)
    assert page.value("wa_notify_outbox_items", state="pending") == 1
    assert page.value("wa_notify_outbox_items", state="held") == 1
    assert page.value("wa_notify_outbox_oldest_seconds", state="pending") == 180
    assert page.value("wa_notify_outbox_oldest_seconds", state="held") == 240
    assert page.value("wa_notify_outbox_oldest_seconds", state="sending") == 0
    late = {p: page.value("wa_notify_outbox_late_seconds", priority=p) for p in ("critical", "normal", "low")}
    assert late == {"critical": 0, "normal": 180, "low": 0}
    assert page.value("wa_notify_tickets", state="open") == 2


async def test_people_and_windows_are_told(world: World) -> None:
    await world.bob.replies("STOP")
    await world.alice.replies("hello")
    page = await scrape(world)
    people = {
        word: page.value("wa_notify_people", agreement=word)
        for word in ("granted", "refused", "none", "lapsed")
    }
    assert people == {"granted": 1, "refused": 1, "none": 1, "lapsed": 0}
    assert page.value("wa_notify_windows_open") == 2
    await world.forward("24h")
    assert (await scrape(world)).value("wa_notify_windows_open") == 0


async def test_a_dead_token_and_a_silent_platform_are_told(world: World) -> None:
    page = await scrape(world)
    assert page.value("wa_notify_token_refused") == 0
    assert page.value("wa_notify_whatsapp_unreachable_seconds") == 0
    world.sandbox.fail_next(Fault(refusal=Refusal.TOKEN_EXPIRED, times=50))
    await world.alert("DailyNote")
    assert (await scrape(world)).value("wa_notify_token_refused") == 1


async def test_whatsapp_that_does_not_answer_is_told_with_since_when(world: World) -> None:
    async def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    world.into_sandbox._transport = httpx.MockTransport(nobody)
    await world.alert("DailyNote")
    world.clock.now += timedelta(minutes=2)
    assert (await scrape(world)).value("wa_notify_whatsapp_unreachable_seconds") == 120


async def test_the_templates_that_the_rules_use_are_told_with_their_quality(world: World) -> None:
    await world.house.engine.sync_templates()
    page = await scrape(world)
    there = {"template": "ops_alert", "language": "en"}
    assert page.value("wa_notify_template_sendable", **there) == 1
    assert page.value("wa_notify_template_quality", **there) in (0, 3)
    used = {value for name, value in page.labels() if name == "template"}
    assert used == {"ops_alert", "ops_reminder", "ops_resolved"}
    world.sandbox.review("ops_alert", "en", status="PAUSED", quality="RED")
    await world.settle()
    await world.house.engine.sync_templates()
    page = await scrape(world)
    assert page.value("wa_notify_template_sendable", **there) == 0
    assert page.value("wa_notify_template_quality", **there) == 1


async def test_the_rest_of_what_there_is(world: World) -> None:
    page = await scrape(world)
    assert page.value("wa_notify_build_info", version=__version__) == 1
    assert page.value("wa_notify_database_answers") == 1
    assert (page.value("wa_notify_database_bytes") or 0) > 4096
    assert page.value("wa_notify_config_last_reload_successful") == 1
    assert page.value("wa_notify_ledger_broken") == 0
    assert page.value("wa_notify_channels_failing") == 0
    assert page.value("wa_notify_source_unreachable") == 0
    assert (page.value("process_start_time_seconds") or 0) > 0


async def test_the_budget_is_told_beside_what_was_spent(tmp_path: Path) -> None:
    folder = tmp_path / "rich"
    folder.mkdir()
    stage = World(folder, HOUSE.read_text() + "budget: {monthly: 40 USD}\n")
    await stage.start()
    page = await scrape(stage)
    assert page.value("wa_notify_month_budget", currency="USD") == 40
    await stage.close()


# the page itself


async def test_while_the_database_does_not_answer_the_page_shows_what_the_process_knows(
    world: World,
) -> None:
    await world.alert("DailyNote")
    world.house.store.close()
    page = await scrape(world)
    assert page.value("wa_notify_database_answers") == 0
    assert page.value("wa_notify_outbox_items", state="pending") is None
    assert page.total("wa_notify_messages_total", state="accepted") == 1


class Extra(Collector):
    def collect(self) -> list[Metric]:
        return [GaugeMetricFamily("wa_notify_extra", "One more.", value=7.0)]


async def test_whoever_has_more_metrics_adds_them(world: World) -> None:
    world.house.metrics.registry.register(Extra())
    assert (await scrape(world)).value("wa_notify_extra") == 7
