"""Blue ticks both ways: people see that they were heard, and who sends no receipts is known."""

from datetime import timedelta
from pathlib import Path

from tests.stories.world import HOUSE, World
from wa_notify.ports import Person
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal, Status
from wa_notify.sandbox.faults import READ_RECEIPTS


def marked(world: World) -> list[str]:
    """The ids of the messages that were shown as read."""
    return [str(entry.facts["wamid"]) for entry in world.sandbox.log if entry.what == "marked_read"]


async def person(world: World, name: str) -> Person:
    people = await world.house.engine.look(lambda views: views.people("400000000000101"))
    return next(one for one in people if one.recipient.id == name)


async def test_a_command_is_shown_as_read_and_answered(world: World) -> None:
    wamid = await world.alice.replies("status")
    await world.forward("5s")
    world.alice.expects("No ticket")
    assert marked(world) == [wamid]
    assert world.alice.phone.chat().typing_until is None  # the answer has come


async def test_while_the_answer_cannot_leave_the_person_sees_that_one_is_written(world: World) -> None:
    world.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG))
    await world.alice.replies("status")
    assert world.alice.phone.chat().typing_until == world.clock() + timedelta(seconds=25)
    await world.forward("1m")
    world.alice.expects("No ticket")


async def test_a_tap_and_a_comment_are_shown_as_read_and_mere_chatter_is_not(world: World) -> None:
    await world.alice.replies("good night")
    await world.alert("DiskFull")
    await world.forward("5s")
    said = [await world.alice.taps("Acknowledge"), await world.alice.replies("I am cleaning up")]
    await world.forward("5s")
    assert marked(world) == said


async def test_a_stranger_sees_nothing(world: World) -> None:
    world.sandbox.phone("+447700900999").reply("status")
    await world.forward("5s")
    assert marked(world) == []


async def test_a_message_that_comes_twice_is_shown_as_read_once(world: World) -> None:
    world.sandbox.policy = CallbackPolicy(duplicates=3)
    wamid = await world.alice.replies("help")
    await world.forward("1m")
    assert marked(world) == [wamid]


async def test_a_receipt_that_fails_is_not_tried_again_and_holds_up_nothing(world: World) -> None:
    world.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG, path=READ_RECEIPTS))
    world.sandbox.fail_next(Fault(kind="timeout", path=READ_RECEIPTS))
    await world.alice.replies("status")
    await world.forward("5s")
    world.alice.expects("No ticket")
    await world.alice.replies("help")
    await world.forward("5s")
    world.alice.expects("You can say")
    await world.forward("2h")
    assert marked(world) == []


async def silent_house(tmp_path: Path, replies: str) -> World:
    world = World(tmp_path, f"{HOUSE.read_text()}\nreplies: {replies}\n")
    await world.start()
    return world


async def test_both_courtesies_can_be_switched_off(tmp_path: Path) -> None:
    world = await silent_house(tmp_path, "{mark_read: false}")
    await world.alice.replies("status")
    await world.forward("5s")
    assert marked(world) == []
    await world.close()


async def test_typing_can_be_switched_off_alone(tmp_path: Path) -> None:
    world = await silent_house(tmp_path, "{typing: false}")
    world.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG))
    wamid = await world.alice.replies("status")
    assert marked(world) == [wamid]
    assert world.alice.phone.chat().typing_until is None
    await world.close()


async def alerts(world: World, count: int, since: int = 0) -> None:
    for number in range(since, since + count):
        await world.alert("DailyNote", day=str(number))
        await world.forward("1m")


async def test_who_answers_without_ever_reading_is_known_to_send_no_receipts(world: World) -> None:
    world.alice.phone.reads = False
    await alerts(world, 4)
    await world.alice.replies("hello")
    assert (await person(world, "alice")).receipts_off_since is None
    await alerts(world, 1, since=4)
    await world.alice.replies("hello again")
    known_since = (await person(world, "alice")).receipts_off_since
    assert known_since == world.clock()
    await world.restart()
    await world.alice.replies("and again")
    assert (await person(world, "alice")).receipts_off_since == known_since
    assert (await person(world, "bob")).receipts_off_since is None
    world.alice.phone.reads = True
    await alerts(world, 1, since=5)
    assert (await person(world, "alice")).receipts_off_since is None


async def test_who_reads_now_and_then_sends_receipts(world: World) -> None:
    await alerts(world, 1)
    world.alice.phone.reads = False
    await alerts(world, 4, since=1)
    await world.alice.replies("hello")
    assert (await person(world, "alice")).receipts_off_since is None


async def test_what_has_not_arrived_says_nothing_about_receipts(world: World) -> None:
    world.sandbox.policy = CallbackPolicy(drop=frozenset({Status.DELIVERED, Status.READ}))
    await alerts(world, 6)
    await world.alice.replies("hello")
    assert (await person(world, "alice")).receipts_off_since is None
