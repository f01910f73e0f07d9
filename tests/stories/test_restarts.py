"""Everything that matters is in the database: the spine's story with a restart behind each step."""

from tests.stories.world import World
from wa_notify.core.outbox import ItemState
from wa_notify.core.ticket import TicketState


async def test_the_whole_story_survives_a_restart_after_every_step(world: World) -> None:
    await world.alert("DiskFull", settle=False)
    await world.restart()
    await world.forward("1m")
    world.alice.expects("Disk almost full", form="template")
    await world.restart()
    await world.forward("9m")
    await world.restart()
    await world.forward("1m")
    world.alice.expects("Reminder 1", form="template")
    world.alice.phone.tap("Acknowledge", on=None)
    await world.restart()
    await world.forward("1m")
    world.alice.expects("is yours")
    world.alice.expects("Everything we know")
    await world.restart()
    assert (await world.ticket()).state is TicketState.ACKNOWLEDGED
    await world.forward("1h")
    world.alice.stays_silent()
    await world.resolve("DiskFull")
    await world.restart()
    await world.forward("1m")
    world.alice.expects("Over: Disk almost full", form="text")
    await world.restart()
    await world.forward("2d")
    world.alice.stays_silent()
    assert {item.state for item in await world.items(1)} == {ItemState.READ}


async def test_what_was_accepted_while_sending_was_impossible_leaves_after_the_restart(world: World) -> None:
    await world.alert("DiskFull", settle=False)
    await world.stop()
    await world.forward("3m")
    world.alice.stays_silent()
    await world.start()
    await world.forward("1m")
    world.alice.expects("Disk almost full")


async def test_reminders_missed_while_the_service_was_down_count_as_one(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    await world.stop()
    await world.forward("27m")
    await world.start()
    await world.forward("1m")
    world.alice.expects("Reminder 1")
    world.alice.stays_silent()
    await world.forward("12m")
    world.alice.expects("Reminder 2")


async def test_a_reply_given_while_the_service_was_down_is_heard_when_whatsapp_calls_again(
    world: World,
) -> None:
    await world.alert("DiskFull")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    await world.stop()
    world.alice.phone.tap("Acknowledge")
    await world.forward("1m")
    await world.start()
    await world.forward("1h")
    assert (await world.ticket()).state is TicketState.ACKNOWLEDGED
    world.alice.expects("is yours")
    world.alice.expects("Everything we know")
