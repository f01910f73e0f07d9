"""Money: what messages cost, what happens when the budget is spent, and what becomes one message."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.stories.post_office import PostOffice
from tests.stories.world import START, World
from wa_notify.core.charge import Charge, ChargeState, CostLine, Grouping
from wa_notify.core.outbox import Channel, ItemState, Occasion
from wa_notify.core.pricing import Free, Model
from wa_notify.core.reason import Reason
from wa_notify.ports import Transaction
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal

Builder: TypeAlias = Callable[..., Awaitable[World]]

MONEY = Path(__file__).parent / "money.yaml"
BUDGET = "budget: {monthly: 0.10 GBP, warn: 80%}\n"
NO_BUDGET = (BUDGET, "")
MERGE = ("  currency: GBP\n", "  currency: GBP\n  merge: true\n")
PENCE = Decimal("0.02")
RATE = "    - {{market: GB, category: {}, price: {}}}\n"


@pytest.fixture
async def built(tmp_path: Path) -> AsyncIterator[Builder]:
    """Build the house that counts what it spends, with changes to its configuration."""
    worlds: list[World] = []

    async def build(*changes: tuple[str, str], start: datetime = START) -> World:
        stage = World(tmp_path, changed(MONEY.read_text(), *changes), start=start)
        stage.sandbox.policy = CallbackPolicy(sent_after=timedelta(0), delivered_after=timedelta(0))
        worlds.append(stage)
        await stage.start()
        return stage

    yield build
    for stage in worlds:
        await stage.close()


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


async def costs(world: World, by: Grouping = Grouping.RULE, month: str | None = None) -> dict[str, CostLine]:
    lines = await world.house.engine.look(lambda views: views.cost_lines(by, month))
    return {line.name: line for line in lines}


async def spent(world: World, month: str) -> Decimal:
    totals = await world.house.engine.look(lambda views: views.totals(month))
    return sum((total.amount for total in totals), Decimal(0))


def charge_of(world: World, item_id: int) -> Charge:
    def query(tx: Transaction) -> Charge | None:
        return tx.charge(item_id)

    found = world.house.store.transact(query).result()
    assert found
    return found


async def readiness(world: World) -> tuple[int, str]:
    answer = await world.into_service.get("/readyz")
    return answer.status_code, " ".join(answer.json()["reasons"])


async def test_a_template_is_charged_when_it_leaves_and_confirmed_when_it_arrives(built: Builder) -> None:
    world = await built()
    world.sandbox.policy = CallbackPolicy(held=True)
    await world.alert("DiskFull")
    (item, *_) = await world.items()
    predicted = charge_of(world, item.id)
    assert (predicted.state, predicted.predicted, predicted.market) == (ChargeState.PREDICTED, PENCE, "GB")
    assert (predicted.month, predicted.rule, predicted.template) == ("2026-11", "disk", "ops_alert")
    world.sandbox.policy = CallbackPolicy(order="reversed", duplicates=1)
    await world.forward("5m")
    confirmed = charge_of(world, item.id)
    assert (confirmed.state, confirmed.actual, confirmed.told_by) == (
        ChargeState.CONFIRMED,
        PENCE,
        "delivered",
    )
    assert (await costs(world))["disk"] == CostLine(
        name="disk", currency="GBP", messages=1, predicted=Decimal(0), confirmed=PENCE, unknown=0, free={}
    )


async def test_free_form_is_free_a_thousand_times_a_month_and_the_report_says_so(built: Builder) -> None:
    world = await built(NO_BUDGET)
    await world.alice.replies("hello")
    await world.alert("DiskFull")
    await world.forward("1m")
    by_category = await costs(world, Grouping.CATEGORY)
    assert by_category["service"].free == {"free_tier": by_category["service"].messages}
    assert by_category["service"].confirmed == 0


async def test_what_fails_costs_nothing(built: Builder) -> None:
    world = await built(NO_BUDGET)
    world.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.UNDELIVERABLE, times=1))
    await world.alert("DailyNote")
    await world.forward("1m")
    (item,) = await world.items()
    assert item.state is ItemState.FAILED
    assert charge_of(world, item.id).state is ChargeState.TAKEN_BACK
    assert await spent(world, "2026-11") == 0
    assert await costs(world) == {}


async def test_the_budget_warns_once_then_keeps_back_what_is_not_critical(built: Builder) -> None:
    world = await built()
    for number in range(4):
        await world.alert("DailyNote", instance=f"web-{number}")
        await world.forward("1m")
        world.alice.expects("Disk almost full", form="template")
    world.carol.expects("WhatsApp has cost 0.08 of 0.10 GBP in 2026-11", form="template")
    await world.forward("1m")  # the notice itself was the last of it
    world.carol.expects("The budget is spent: What is not critical waits until 1 Dec 00:00 GMT")
    world.carol.stays_silent()

    await world.alert("DailyNote", instance="web-9")
    await world.forward("3h")
    world.alice.stays_silent()
    (late,) = await world.items(ticket=5)
    assert (late.state, late.reason) == (ItemState.PENDING, Reason.BUDGET_SPENT)
    waits = [entry for entry in await world.timeline(5) if entry.reason is Reason.BUDGET_SPENT]
    assert len(waits) == 1
    assert "waits. The budget of the month is spent" in waits[0].text
    code, why = await readiness(world)
    assert (code, "budget is spent: What is not critical waits until 1 Dec" in why) == (200, True)

    await world.alert("DiskFull")
    world.alice.expects("Disk almost full", form="template")
    world.carol.stays_silent()

    await world.restart()
    await world.forward("2h")
    world.alice.stays_silent()
    await world.forward("10d")
    message = world.alice.expects("Disk almost full", form="template")
    assert message.sent_at == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert charge_of(world, late.id).month == "2026-12"


async def test_another_channel_takes_over_at_once_what_the_budget_keeps_back(
    built: Builder, post: PostOffice
) -> None:
    fallback = f'name: Alice, fallback: ["{post.url("alice")}"]'
    world = await built(("0.10 GBP", "0.02 GBP"), ("name: Alice", fallback))
    await world.alert("DailyNote")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    await world.alert("DailyNote", instance="web-2")
    await world.forward("10s")
    world.alice.stays_silent()
    (letter,) = post.letters
    assert "The budget of the month is spent" in str(letter.get_content())
    assert {item.channel: item.state for item in await world.items(ticket=2)} == {
        Channel.WHATSAPP: ItemState.PENDING,
        Channel.OTHER: ItemState.SENT,
    }


async def test_what_is_not_worth_waiting_for_expires_instead(built: Builder) -> None:
    world = await built(("0.10 GBP", "0.02 GBP"), ("ttl: 30d", "ttl: 90m"))
    await world.alert("DailyNote")
    await world.alert("DailyNote", instance="web-2")
    await world.forward("91m")
    (late,) = await world.items(ticket=2)
    assert (late.state, late.reason) == (ItemState.CANCELLED, Reason.EXPIRED)


async def test_critical_alerts_wait_as_well_where_the_budget_counts_them(built: Builder) -> None:
    world = await built((BUDGET, "budget: {monthly: 0.02 GBP, critical: count}\n"))
    await world.alert("DiskFull")
    world.alice.expects("Disk almost full")
    await world.alert("DiskFull", instance="db-8")
    await world.forward("1m")
    world.alice.stays_silent()
    world.carol.expects("Everything waits until")  # administrators hear of it all the same


async def test_what_costs_nothing_leaves_although_the_budget_is_spent(built: Builder) -> None:
    world = await built(("0.10 GBP", "0.02 GBP"))
    await world.alert("DailyNote")
    world.alice.expects("Disk almost full", form="template")
    await world.alice.replies("hello")
    await world.forward("1m")
    seen = len(world.alice.received)
    await world.alert("DailyNote", instance="web-2")
    assert "Note of the day" in world.alice.received[seen].text


async def test_the_platform_has_the_last_word_on_what_it_costs(built: Builder) -> None:
    world = await built(NO_BUDGET, start=datetime(2026, 9, 21, 3, tzinfo=UTC))
    await world.alice.replies("hello")
    await world.alert("DailyNote", instance="a")
    await world.forward("1m")
    item = (await world.items(ticket=1))[0]
    assert charge_of(world, item.id).why_free is Free.SERVICE
    world.sandbox.policy = CallbackPolicy(held=True)
    await world.forward("25h")
    await world.alert("DailyNote", instance="b")
    template = (await world.items(ticket=2))[0]
    assert charge_of(world, template.id).amount == PENCE
    world.sandbox.phone("+447700900123").chat().entry_until = world.clock() + timedelta(hours=1)
    world.sandbox.policy = CallbackPolicy()
    await world.forward("5m")
    told = charge_of(world, template.id)
    assert (told.amount, told.why_free, told.state) == (Decimal(0), Free.ENTRY_POINT, ChargeState.CONFIRMED)


async def test_somebody_from_an_advertisement_is_free_for_three_days_once_they_are_answered(
    built: Builder,
) -> None:
    world = await built(NO_BUDGET)
    world.alice.phone.from_ad = True
    await world.alice.replies("hello")
    await world.alert("DiskFull")
    await world.forward("71h")
    await world.alert("DailyNote")
    await world.forward("2h")
    await world.alert("DailyNote", instance="late")
    await world.forward("1m")
    within = (await world.items(ticket=2))[0]
    beyond = (await world.items(ticket=3))[0]
    assert (charge_of(world, within.id).free, charge_of(world, within.id).why_free) == (
        Free.ENTRY_POINT,
        Free.ENTRY_POINT,
    )
    assert charge_of(world, beyond.id).amount == PENCE


async def test_a_conversation_was_charged_once_in_24_hours(built: Builder) -> None:
    rates = (
        "    - {market: GB, category: utility, price: 0.02}\n",
        RATE.format("utility", "0.05") + RATE.format("service", "0.03"),
    )
    world = await built(NO_BUDGET, rates, start=datetime(2024, 2, 1, 9, tzinfo=UTC))
    for minute in range(3):
        await world.alert("DailyNote", instance=f"web-{minute}")
        await world.forward("1h")
    assert await spent(world, "2024-02") == Decimal("0.05")
    await world.forward("22h")
    await world.alert("DailyNote", instance="tomorrow")
    await world.forward("1m")
    assert await spent(world, "2024-02") == Decimal("0.10")
    line = (await costs(world))["daily"]
    assert (line.messages, line.free, line.predicted) == (4, {"conversation": 2}, Decimal(0))
    assert charge_of(world, (await world.items())[0].id).model is Model.CONVERSATION


async def test_the_new_terms_begin_with_the_first_of_october_where_the_account_is(built: Builder) -> None:
    world = await built(NO_BUDGET, start=datetime(2026, 9, 30, 22, 30, tzinfo=UTC))  # 23:30 in London
    await world.alice.replies("hello")
    await world.alert("DailyNote", instance="before")
    await world.forward("31m")
    await world.alert("DailyNote", instance="after")
    before, after = (await world.items(ticket=1))[0], (await world.items(ticket=2))[0]
    assert (charge_of(world, before.id).free, charge_of(world, after.id).free) == (
        Free.SERVICE,
        Free.FREE_TIER,
    )
    assert [charge_of(world, item.id).month for item in (before, after)] == ["2026-09", "2026-10"]


async def test_chatty_answers_become_one_message_where_each_would_cost(built: Builder) -> None:
    world = await built(NO_BUDGET, MERGE)
    await world.alert("DiskFull")
    world.alice.expects("Disk almost full", form="template")
    await world.forward("1m")
    await world.alice.taps("Acknowledge")
    message = world.alice.expects("is yours", "Everything we know")
    assert message.kind == "text"
    await world.forward("1m")
    world.alice.stays_silent()
    items = {item.occasion: item for item in await world.items()}
    assert items[Occasion.BUNDLE].state is ItemState.READ
    for part in (Occasion.CONFIRMATION, Occasion.DETAILS):
        assert (items[part].state, items[part].reason) == (ItemState.READ, Reason.MERGED)
        assert items[part].digest_id == items[Occasion.BUNDLE].id
    told = [entry.text for entry in await world.timeline() if entry.reason is Reason.MERGED]
    assert any("long text to alice does not leave by itself" in text for text in told)
    lines = await costs(world, Grouping.CATEGORY)
    assert lines["service"].messages == 1


async def test_while_free_form_is_free_answers_come_one_by_one(built: Builder) -> None:
    world = await built(NO_BUDGET)
    await world.alert("DiskFull")
    world.alice.expects("Disk almost full", form="template")
    await world.forward("1m")
    await world.alice.taps("Acknowledge")
    await world.forward("1m")
    world.alice.expects("is yours")
    world.alice.expects("Everything we know")


async def test_once_the_free_messages_are_used_up_answers_are_merged(built: Builder) -> None:
    no_more_free = "  models: [{since: 2026-11-01, model: per_message, free_service: 0}]\n"
    world = await built(NO_BUDGET, ("  currency: GBP\n", f"  currency: GBP\n{no_more_free}"))
    await world.alert("DiskFull")
    world.alice.expects("Disk almost full", form="template")
    await world.forward("1m")
    await world.alice.taps("Acknowledge")
    world.alice.expects("is yours", "Everything we know")


async def test_a_joint_message_survives_a_crash_and_is_told_once(built: Builder) -> None:
    world = await built(NO_BUDGET, MERGE)
    await world.alert("DiskFull")
    world.alice.expects("Disk almost full", form="template")
    await world.forward("1m")
    world.sandbox.fail_next(Fault(kind="accept_then_timeout", hold_seconds=0, times=1))
    await world.alice.taps("Acknowledge")
    await world.restart()
    await world.forward("5m")
    world.alice.expects("is yours", "Everything we know")
    world.alice.stays_silent()


async def test_a_joint_message_that_the_platform_refuses_is_taken_apart_and_nothing_is_lost(
    built: Builder,
) -> None:
    world = await built(NO_BUDGET, MERGE)
    await world.alert("DiskFull")
    world.alice.expects("Disk almost full", form="template")
    await world.forward("1m")
    world.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.WINDOW_CLOSED, times=1))
    await world.alice.taps("Acknowledge")
    await world.forward("1m")
    items = {item.occasion: item for item in await world.items()}
    assert items[Occasion.BUNDLE].state is ItemState.CANCELLED
    assert (items[Occasion.DETAILS].state, items[Occasion.DETAILS].digest_id) == (ItemState.HELD, None)
    assert any("leaves by itself after all" in entry.text for entry in await world.timeline())
    await world.alice.replies("hello")
    await world.forward("1m")
    assert any("Everything we know" in message.text for message in world.alice.received)


async def test_the_form_that_is_wished_for_leaves_although_the_window_is_open(built: Builder) -> None:
    world = await built(NO_BUDGET, ("    ttl: 30d\n", "    ttl: 30d\n    prefer: template\n"))
    await world.alice.replies("hello")
    await world.forward("1m")
    seen = len(world.alice.received)
    await world.alert("DailyNote")
    assert world.alice.received[seen].kind == "template"
    assert Reason.TEMPLATE_PREFERRED in await world.reasons()


async def test_the_cheaper_form_leaves_where_somebody_wants_it(built: Builder) -> None:
    cheaper = "  models: [{since: 2026-11-01, model: per_message, free_service: 1}]\n"
    rate = (
        "    - {market: GB, category: utility, price: 0.02}\n",
        RATE.format("utility", "0.02") + RATE.format("service", "0.03"),
    )
    world = await built(
        NO_BUDGET,
        rate,
        ("  currency: GBP\n", f"  currency: GBP\n{cheaper}"),
        ("storm: none}", "storm: none, prefer: cheaper}"),
    )
    await world.alert("DailyNote")
    world.alice.expects("Disk almost full", form="template")
    await world.alice.replies("ok")
    await world.forward("1m")
    seen = len(world.alice.received)
    await world.alert("DailyNote", instance="web-1")
    assert world.alice.received[seen].kind == "template"
    assert Reason.TEMPLATE_CHEAPER in await world.reasons(2)


async def test_metrics_tell_of_the_month(built: Builder) -> None:
    world = await built()
    await world.alert("DiskFull")
    await world.forward("1m")
    page = (await world.into_service.get("/metrics")).text
    assert (
        'wa_notify_month_cost{category="utility",currency="GBP",market="GB",state="confirmed"} 0.02' in page
    )
    assert 'wa_notify_month_messages{category="utility",free="",market="GB",state="confirmed"} 1.0' in page


async def test_without_a_rate_the_price_is_unknown_and_never_zero(built: Builder) -> None:
    world = await built(("market: GB", "market: FR"))
    await world.alert("DiskFull")
    await world.forward("1m")
    line = (await costs(world, Grouping.MARKET))["United Kingdom"]
    assert (line.unknown, line.messages, line.confirmed) == (1, 1, Decimal(0))
    assert "1 messages whose price the table does not know" in (await readiness(world))[1]
