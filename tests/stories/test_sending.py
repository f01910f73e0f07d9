"""At the moment of sending: what waits is let go by whatever ends its waiting."""

from pathlib import Path

from tests.stories.test_limits import AT_ONCE, got, house, number_of, stage, waiting
from tests.stories.test_money import MONEY, changed
from tests.stories.test_reload import Editor
from tests.stories.world import World
from wa_notify.core.reason import Reason
from wa_notify.sandbox import Fault, Refusal


async def test_a_raised_limit_in_a_changed_configuration_lets_those_go_who_wait(tmp_path: Path) -> None:
    async with stage(tmp_path, house(3, limits="{reach: 2, reserve: 0}")) as world:
        await world.alert("All")
        await world.forward("1m")
        assert len(await waiting(world, Reason.REACH_USED_UP)) == 1
        await Editor(world).changes(("reach: 2", "reach: 3"))
        assert [got(world, person) for person in (1, 2, 3)] == [1, 1, 1]


async def test_a_raised_budget_in_a_changed_configuration_lets_those_go_who_wait(tmp_path: Path) -> None:
    world = World(tmp_path, changed(MONEY.read_text(), ("0.10 GBP", "0.02 GBP")))
    world.sandbox.policy = AT_ONCE
    await world.start()
    await world.alert("DailyNote")
    world.alice.expects("Disk almost full")
    await world.alert("DailyNote", instance="web-2")
    world.alice.stays_silent()
    await Editor(world).changes(("0.02 GBP", "5 GBP"))
    world.alice.expects("Disk almost full")
    await world.close()


async def test_whoever_writes_is_told_at_once_what_waited_for_a_place(tmp_path: Path) -> None:
    async with stage(tmp_path, house(2, limits="{reach: 1, reserve: 0}")) as world:
        await world.alert("Last", n="1")
        await world.alert("One")
        assert [item.recipient_id for item in await waiting(world, Reason.REACH_USED_UP)] == ["p1"]
        world.sandbox.phone(number_of(1)).reply("hello")
        await world.forward("10s")
        assert not await waiting(world, Reason.REACH_USED_UP)
        assert got(world, 1) >= 1


async def test_whoever_writes_is_told_at_once_what_the_budget_kept_back(tmp_path: Path) -> None:
    world = World(tmp_path, changed(MONEY.read_text(), ("0.10 GBP", "0.02 GBP")))
    world.sandbox.policy = AT_ONCE
    await world.start()
    await world.alert("DailyNote")
    world.alice.expects("Disk almost full", form="template")
    await world.alert("DailyNote", instance="web-2")
    world.alice.stays_silent()
    await world.alice.replies("hello")
    await world.forward("10s")
    assert any("Note of the day" in message.text for message in world.alice.received), world.story()
    await world.close()


async def test_long_text_that_somebody_replied_for_at_night_survives_a_hiccup(tmp_path: Path) -> None:
    quiet = 'name: Alice, quiet_hours: {from: "03:05", to: "07:00"}'
    plain = ("    priority: critical\n", "")
    world = World(tmp_path, changed(MONEY.read_text(), ("name: Alice", quiet), plain))
    world.sandbox.policy = AT_ONCE
    await world.start()
    await world.alert("DiskFull")
    world.alice.expects("Disk almost full", form="template")
    await world.forward("6m")
    world.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG, times=4))
    await world.alice.taps("Acknowledge")
    await world.forward("2m")
    assert any("Everything we know" in message.text for message in world.alice.received), world.story()
    await world.close()
