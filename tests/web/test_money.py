"""Costs and limits at the desk: the same figures as on the command line."""

from decimal import Decimal

import pytest

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role


async def test_costs_are_told_apart_as_the_reader_likes(world: World) -> None:
    await world.alert("TeamNews")
    await world.forward("1m")
    desk = await Desk.of(world, Role.VIEWER)
    by_rule = await desk.get("/costs")
    assert (by_rule["month"], by_rule["by"]) == ("2026-11", "rule")
    (team,) = [one for one in by_rule["items"] if one["name"] == "team"]
    assert team["messages"] == 2
    assert Decimal(team["total"]) == Decimal(team["predicted"]) + Decimal(team["confirmed"])
    by_person = await desk.get("/costs?by=recipient&month=all")
    assert {one["name"] for one in by_person["items"]} == {"alice", "bob"}
    assert by_person["spent"] is None
    assert (await desk.get("/costs?month=2025-01"))["items"] == []


@pytest.mark.parametrize("query", ["by=nobody", "month=november", "month=2026-13", "months=2026-11"])
async def test_what_makes_no_sense_is_refused(world: World, query: str) -> None:
    desk = await Desk.of(world)
    assert (await desk.api("GET", f"/costs?{query}")).status_code == 400
    await desk.page(f"/costs?{query}", status=200 if query.startswith("months") else 400)


async def test_limits_tell_how_many_were_reached_and_may_be(world: World) -> None:
    desk = await Desk.of(world, Role.VIEWER)
    before = await desk.get("/limits")
    await world.alert("TeamNews")
    await world.forward("1m")
    after = await desk.get("/limits")
    assert (before["used"], after["used"]) == (0, 2)
    assert after["limit"] > after["reserve"] > 0
    assert (after["per_second"], after["slowdowns"], after["paused"]) == (80, [], [])


async def test_the_page_shows_costs_or_how_they_come(world: World) -> None:
    desk = await Desk.of(world, Role.VIEWER)
    assert "Nothing was charged" in await desk.page("/costs")
    await world.alert("TeamNews")
    await world.forward("1m")
    page = await desk.page("/costs?by=rule")
    assert "<bdi>team</bdi>" in page
    assert "By template" in page
