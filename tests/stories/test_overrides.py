"""Somebody takes the night: alerts and reminders go to them, and afterwards to the regular one again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stories.test_shifts import CONFIG
from tests.stories.world import World
from wa_notify.pipeline.overrides import Wanted, end_override, override
from wa_notify.sandbox import CallbackPolicy

AT_ONCE = timedelta(0)
# The night in which the clock of London leaps from 01:00 to 02:00; Alice has the week.
EVENING = datetime(2027, 3, 27, 21, 0, tzinfo=UTC)
CHECK_IN = """    check_in:
      template: {name: ops_check_in, parameters: ["{{ schedule }}", "{{ until | clock }}"]}
"""
IN_LONDON = CONFIG.replace("  primary:\n", "  primary:\n    time_zone: Europe/London\n").replace(
    "    receiver: oncall\n", "    receiver: oncall\n    remind: {after: 30m, every: 1h, times: 20}\n"
)


async def a_world(folder: Path, config: str) -> World:
    world = World(folder, config, start=EVENING)
    world.sandbox.policy = CallbackPolicy(sent_after=AT_ONCE, delivered_after=AT_ONCE)
    await world.start()
    return world


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[World]:
    world = await a_world(tmp_path, IN_LONDON.replace(CHECK_IN, ""))
    yield world
    await world.close()


@pytest.fixture
async def checked(tmp_path: Path) -> AsyncIterator[World]:
    world = await a_world(tmp_path, IN_LONDON)
    yield world
    await world.close()


async def takes(world: World, person: str, start: str, end: str) -> int:
    """Put somebody on call between two times, in UTC."""
    engine = world.house.engine
    wanted = Wanted(
        schedule="primary",
        person=person,
        starts_at=datetime.fromisoformat(f"{start}+00:00"),
        ends_at=datetime.fromisoformat(f"{end}+00:00"),
        by="lead",
    )
    made = await engine.desk.transact(lambda tx: override(tx, engine.book, wanted, world.clock.now))
    return made.id


async def test_an_override_takes_the_night_and_the_regular_one_has_the_morning(night: World) -> None:
    await takes(night, "bob", "2027-03-27T22:00", "2027-03-28T05:00")  # 06:00 on the clock by then
    await night.alert("DiskFull")
    night.alice.expects("Disk almost full")
    await night.forward("1h")  # 22:00, the first reminder was at 21:30
    night.alice.expects("Disk almost full")
    night.bob.stays_silent()
    await night.forward("31m")
    night.bob.expects("Disk almost full")
    await night.restart()
    for _ in range(6):  # 23:30 to 04:30, over the leap
        await night.forward("1h")
        night.bob.expects("Disk almost full")
    night.alice.stays_silent()
    await night.forward("1h")  # 05:30
    night.alice.expects("Disk almost full")
    night.bob.stays_silent()
    night.carol.stays_silent()


async def test_of_two_overrides_the_newest_wins_and_an_ended_one_holds_no_more(night: World) -> None:
    await takes(night, "bob", "2027-03-27T21:00", "2027-03-28T05:00")
    newest = await takes(night, "carol", "2027-03-27T21:00", "2027-03-28T05:00")
    await night.alert("DiskFull")
    night.carol.expects("Disk almost full")
    engine = night.house.engine
    await engine.desk.transact(lambda tx: end_override(tx, engine.book, newest, night.clock.now))
    await night.forward("31m")
    night.bob.expects("Disk almost full")
    night.carol.stays_silent()
    night.alice.stays_silent()


async def test_the_check_in_asks_whoever_takes_the_night_and_the_regular_one_afterwards(
    checked: World,
) -> None:
    await checked.settle()
    checked.alice.expects("primary")
    await checked.alice.replies("Here")
    checked.alice.expects("you are on call")
    await takes(checked, "bob", "2027-03-27T23:00", "2027-03-28T05:00")
    await checked.forward("1h59m")
    checked.bob.stays_silent()
    await checked.forward("2m")
    checked.bob.expects("primary", form="template")
    await checked.bob.replies("Here")
    checked.bob.expects("you are on call for primary until Sun 28 Mar 06:00")
    await checked.restart()
    await checked.forward("6h")
    checked.alice.expects("primary")
    checked.bob.stays_silent()
