"""The overview: what is burning first, calm when all is well; and troubles, ended by hand."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.stories.test_money import MONEY
from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role
from wa_notify.core.condition import Effect, Recovery, Scope, Sign
from wa_notify.pipeline.conditions import heed
from wa_notify.ports import Transaction
from wa_notify.web.operations.overview_shapes import part

TEAM = (Path(__file__).parents[1] / "stories" / "team.yaml").read_text()
NEW_PHONE = Sign(
    scope=Scope.PERSON,
    subject="alice",
    cause="identity",
    effect=Effect.BLOCKS,
    recovery=Recovery.HAND,
    what="Alice has a new phone <b>!</b>",
    advice="Ask her.",
)
LOW = Sign(scope=Scope.NUMBER, cause="quality", what="The quality is low", advice="Send less.")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    stage = World(tmp_path, TEAM)
    await stage.start()
    yield stage
    await stage.close()


@pytest.fixture
async def desk(world: World) -> Desk:
    return await Desk.of(world, Role.OPERATOR, "olga")


async def troubled(world: World, *signs: Sign) -> None:
    def work(tx: Transaction) -> None:
        for sign in signs:
            heed(tx, sign, world.clock())

    await world.house.engine.desk.transact(work)


async def test_a_quiet_house_is_seen_as_quiet(world: World, desk: Desk) -> None:
    seen = await desk.get("/overview")
    assert seen["tickets"] == {"open": 0, "acknowledged": 0, "worst": []}
    assert seen["health"] == {"ready": True, "findings": []}
    assert (seen["troubles"], seen["silence"], seen["outbox"]["due_since"]) == ([], None, None)
    assert (seen["delivery"]["messages"], seen["delivery"]["p95"]) == (0, None)
    assert len(seen["hours"]) == 24
    page = await desk.page("/")
    assert "All is well." in page
    assert "Nothing was delivered in the last 24 hours." in page


async def test_the_worst_that_nobody_has_comes_first_and_of_those_the_oldest(
    world: World, desk: Desk
) -> None:
    for name, severity in (
        ("a", "info"),
        ("b", "critical"),
        ("c", "odd"),
        ("d", "critical"),
        ("e", "critical"),
    ):
        await world.alert("DiskFull", instance=name, severity=severity)
        await world.forward("1m")
    await desk.api("POST", "/tickets/2/acknowledge")
    seen = await desk.get("/overview")
    assert [one["number"] for one in seen["tickets"]["worst"]] == [4, 5, 1, 3, 2]
    assert (seen["tickets"]["open"], seen["tickets"]["acknowledged"]) == (4, 1)
    page = await desk.page("/")
    assert page.index("/admin/tickets/4") < page.index("/admin/tickets/1")
    assert "All is well." not in page


async def test_people_are_counted_and_a_handful_is_shown_those_who_close_soon_first(
    world: World, desk: Desk
) -> None:
    await world.bob.replies("hello")
    await world.forward("23h30m")
    await world.alice.replies("hello")
    seen = (await desk.get("/overview"))["people"]
    assert (seen["granted"], seen["none"], seen["open"], seen["closing"]) == (3, 1, 2, 1)
    assert [one["recipient"] for one in seen["some"]] == ["bob", "alice"]


async def test_delivery_is_measured_from_leaving_to_the_phone(world: World, desk: Desk) -> None:
    await world.alert("DiskFull")
    await world.forward("1m")
    seen = await desk.get("/overview")
    assert seen["delivery"]["messages"] == 2
    assert sum(one["messages"] for one in seen["delivery"]["buckets"]) == 2
    assert seen["delivery"]["buckets"][-1]["seconds"] is None
    assert seen["hours"][-1]["delivered"] == 2
    assert seen["hours"][-1]["waiting"] == 2
    assert seen["reach"]["used"] == 2


@pytest.mark.parametrize(("share", "value"), [(0.5, 5.0), (0.95, 10.0), (0.01, 1.0)])
def test_a_part_of_values_is_one_of_them(share: float, value: float) -> None:
    assert part([float(number) for number in range(1, 11)], share) == value
    assert part([], share) is None


async def test_the_month_is_foretold_only_once_enough_of_it_is_over(tmp_path: Path) -> None:
    stage = World(tmp_path, MONEY.read_text(), start=datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
    await stage.start()
    desk = await Desk.of(stage, Role.VIEWER)
    await stage.alert("DailyNote")
    early = (await desk.get("/overview"))["cost"]
    assert (Decimal(early["spent"]) > 0, early["predicted"], early["month"]) == (True, None, "2026-11")
    assert [Decimal(day["amount"]) for day in early["days"]] == [Decimal(early["spent"])]
    stage.clock.now += timedelta(days=14)
    desk = await Desk.of(stage, Role.VIEWER, "later")  # the other session is over
    later = (await desk.get("/overview"))["cost"]
    assert Decimal(later["predicted"]) >= Decimal(later["spent"])
    assert later["budget"] is not None
    assert "if it goes on like this" in await desk.page("/")
    await stage.close()


async def test_troubles_come_with_what_to_do_and_are_ended_by_hand(world: World, desk: Desk) -> None:
    await troubled(world, LOW, NEW_PHONE)
    seen = await desk.get("/overview")
    assert [one["grave"] for one in seen["troubles"]] == [True, False]
    assert seen["quality"]["number_warning"] == "The quality is low"
    page = await desk.page("/")
    assert "Alice has a new phone &lt;b&gt;!&lt;/b&gt;" in page
    assert "Ask her." in page
    listed = (await desk.get("/troubles"))["items"]
    by_cause = {one["cause"]: one["number"] for one in listed}
    refused = await desk.api("POST", f"/troubles/{by_cause['identity']}/end")
    assert refused.status_code == 403
    assert (await desk.submit("end_trouble", number=by_cause["quality"])).status_code == 200
    admin = await Desk.of(world, Role.ADMIN)
    ended = (await admin.api("POST", f"/troubles/{by_cause['identity']}/end")).json()
    assert ended["text"].startswith("The trouble with person alice is over")
    assert (await admin.api("POST", "/troubles/99/end")).status_code == 404
    assert (await desk.get("/troubles"))["items"] == []
    assert len((await desk.get("/troubles?over=true"))["items"]) == 2
    line = (await admin.get("/audit"))["items"][0]
    assert (line["action"], line["before"]["cause"], line["after"]) == ("end_trouble", "identity", {})


async def test_troubles_are_told_a_page_at_a_time(world: World, desk: Desk) -> None:
    await troubled(world, LOW, NEW_PHONE)
    first = await desk.get("/troubles?limit=1")
    second = await desk.get(f"/troubles?limit=1&after={first['next']}")
    assert len({one["number"] for one in (*first["items"], *second["items"])}) == 2
    assert second["next"] == ""
    assert (await desk.api("GET", "/troubles?after=Wy0xXQ")).status_code == 400


async def test_what_keeps_alerts_from_people_is_said_first(world: World, desk: Desk) -> None:
    await world.alert("DiskFull", settle=False)
    world.clock.now += timedelta(minutes=10)
    seen = await desk.get("/overview")
    assert (seen["health"]["ready"], seen["outbox"]["due_since"]) == (False, "2026-11-21T03:00:00Z")
    page = await desk.page("/")
    assert "Alerts do not reach people." in page
    assert page.index("Alerts do not reach people.") < page.index("/admin/tickets/1")


async def test_a_viewer_sees_it_all_and_finds_no_button(world: World) -> None:
    await world.alert("DiskFull")
    await troubled(world, LOW)
    viewer = await Desk.of(world, Role.VIEWER)
    page = await viewer.page("/")
    assert "The quality is low" in page
    assert "/admin/do/" not in page
    assert (await viewer.api("POST", "/troubles/1/end")).status_code == 403
    assert (await viewer.api("GET", "/alerts/test")).status_code == 403
