"""Schedules at the desk: who is on call, and changes by hand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.world import HOUSE, World
from tests.web.desk import Desk
from wa_notify.core.access import Role

SCHEDULES = """
schedules:
  primary:
    time_zone: Europe/London
    rotations:
      - {people: [alice, bob], starts: 2026-11-16 09:00, every: 7d}
"""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    text = HOUSE.read_text().replace("oncall: {to: [alice]}", "oncall: {to: [primary]}")
    stage = World(tmp_path, text + SCHEDULES)
    await stage.start()
    yield stage
    await stage.close()


async def test_who_is_on_call_now_and_who_comes_next(world: World) -> None:
    desk = await Desk.of(world, Role.VIEWER)
    (primary,) = (await desk.get("/schedules?days=21"))["items"]
    assert (primary["name"], primary["on_call"], primary["receivers"]) == ("primary", "alice", ["oncall"])
    assert primary["until"] == "2026-11-23T09:00:00Z"
    assert [one["person"] for one in primary["shifts"]] == ["alice", "bob", "alice", "bob"]


async def test_a_night_is_taken_over_and_alerts_go_there(world: World) -> None:
    desk = await Desk.of(world, Role.OPERATOR)
    given = {"person": "bob", "ends": "2026-11-21T08:00", "reason": "Alice is ill"}
    made = await desk.api("POST", "/schedules/primary/overrides", given)
    assert made.status_code == 201, made.text
    assert made.json()["text"] == "bob is on call for primary."
    assert made.json()["override"]["ends_at"] == "2026-11-21T08:00:00Z"
    (primary,) = (await desk.get("/schedules"))["items"]
    assert (primary["on_call"], primary["shifts"][0]["by_hand"]) == ("bob", True)
    await world.alert("DiskFull", instance="db-7")
    await world.forward("1m")
    world.bob.expects("Disk almost full")
    world.alice.stays_silent()
    number = made.json()["override"]["number"]
    ended = await desk.api("POST", f"/overrides/{number}/end")
    assert ended.json()["text"] == "primary is as it was planned again."
    assert (await desk.get("/schedules"))["items"][0]["on_call"] == "alice"
    assert (await desk.api("POST", f"/overrides/{number}/end")).status_code == 409
    admin = await Desk.of(world)
    (line,) = (await admin.get("/audit?subject=schedule%20primary"))["items"]
    assert (line["before"]["on_call"], line["after"]["on_call"]) == ("alice", "bob")


@pytest.mark.parametrize(
    ("given", "status", "part"),
    [
        ({"person": "carol", "ends": "2026-11-22T08:00"}, 409, "never opted in"),
        ({"person": "nobody", "ends": "2026-11-22T08:00"}, 404, "Nobody is known"),
        ({"person": "bob", "ends": "2026-11-20T08:00"}, 409, "end later"),
        ({"person": "bob", "ends": "soon"}, 422, "is no time"),
        ({"person": "bob", "ends": "9999-12-31T23:59:59-12:00"}, 422, "is no time"),
        ({"person": "bob"}, 400, "ends"),
    ],
)
async def test_what_cannot_be_is_refused(world: World, given: dict[str, str], status: int, part: str) -> None:
    desk = await Desk.of(world)
    answer = await desk.api("POST", "/schedules/primary/overrides", given)
    assert (answer.status_code, part in answer.text) == (status, True), answer.text
    assert (await desk.get("/overrides"))["items"] == []


async def test_an_unknown_schedule_is_told(world: World) -> None:
    desk = await Desk.of(world)
    given = {"person": "bob", "ends": "2026-11-22T08:00"}
    assert (await desk.api("POST", "/schedules/secondary/overrides", given)).status_code == 404
    assert (await desk.api("POST", "/overrides/77/end")).status_code == 404


async def test_the_page_shows_it_and_its_form_works_without_script(world: World) -> None:
    operator = await Desk.of(world, Role.OPERATOR)
    assert "On call now:" in await operator.page("/schedules")
    sent = await operator.submit(
        "add_override", script=False, back="/admin/schedules", name="primary", person="bob",
        starts="2026-11-21T18:00", ends="2026-11-22T08:00", reason="<b>swap</b>",
    )  # fmt: skip
    assert (sent.status_code, sent.headers["location"]) == (303, "/admin/schedules")
    page = await operator.page("/schedules")
    assert "by hand" in page
    assert "&lt;b&gt;swap" in page
    viewer = await Desk.of(world, Role.VIEWER)
    assert "Change by hand" not in await viewer.page("/schedules")


async def test_without_schedules_the_page_teaches_how_to_begin(tmp_path: Path) -> None:
    stage = World(tmp_path)
    await stage.start()
    desk = await Desk.of(stage)
    assert "There is no schedule" in await desk.page("/schedules")
    await stage.close()
