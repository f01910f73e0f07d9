"""Who writes to us: people whose addresses change, people we do not know, and words that are taken back."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.beneath import everything_kept
from tests.stories.world import HOUSE, Person, World
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose, objection
from wa_notify.core.outbox import ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Recipient
from wa_notify.core.ticket import TicketState
from wa_notify.core.timeline import EntryKind
from wa_notify.ports import Person as Known
from wa_notify.sandbox import CallbackPolicy, Sandbox

NEW = "+447700900321"
OLD = "+447700900123"
NUMBER_ID = "400000000000101"


@asynccontextmanager
async def house_with(folder: Path, *changes: tuple[str, str]) -> AsyncIterator[World]:
    """A service whose configuration differs in these places."""
    text = HOUSE.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    world = World(folder, text)
    await world.start()
    try:
        yield world
    finally:
        await world.close()


def somebody(world: World, name: str, number: str) -> Person:
    return Person(world, name, world.sandbox.phone(number))


async def known(world: World) -> dict[str, Known]:
    people = await world.house.engine.look(lambda views: views.people(NUMBER_ID))
    return {person.recipient.id: person for person in people}


async def recipient(world: World, name: str) -> Recipient:
    return (await known(world))[name].recipient


async def ledger(world: World, name: str) -> list[ConsentRecord]:
    return list((await known(world))[name].consents)


async def guests(world: World) -> list[Recipient]:
    return [person.recipient for person in (await known(world)).values() if person.recipient.guest]


# aliases


async def test_somebody_known_by_bsuid_alone_is_alerted_takes_the_ticket_and_is_answered(
    tmp_path: Path,
) -> None:
    bsuid = Sandbox().phone("+447700900555").user_id
    kim_is_there = ("recipients:\n", f"recipients:\n  kim: {{bsuid: {bsuid}, name: Kim, opt_in: Said so}}\n")
    async with house_with(tmp_path, kim_is_there, ("oncall: {to: [alice]}", "oncall: {to: [kim]}")) as world:
        kim = somebody(world, "Kim", "+447700900555")
        kim.phone.hides_number = True
        await world.alert("DiskFull")
        await world.forward("30s")
        kim.expects("Disk almost full", form="template")
        await kim.taps("Acknowledge")
        await world.forward("30s")
        kim.expects("is yours", form="text")
        assert (await world.ticket()).acknowledged_by == "kim"
        assert await guests(world) == []


async def test_who_showed_number_and_bsuid_once_is_recognised_by_either(world: World) -> None:
    await world.bob.replies("hello")
    world.bob.phone.hides_number = True
    await world.alert("TeamNews")
    await world.forward("30s")
    world.bob.expects("Disk almost full")
    await world.bob.taps("Acknowledge")
    await world.forward("30s")
    world.bob.expects("is yours")
    assert (await world.ticket()).acknowledged_by == "bob"
    assert await guests(world) == []


async def test_a_send_answers_with_the_bsuid_by_which_somebody_writes_who_never_wrote_before(
    world: World,
) -> None:
    world.plays("hidden-number")
    await world.alert("DiskFull")
    await world.forward("2m")
    assert (await world.ticket()).acknowledged_by == "alice"
    assert await guests(world) == []


@pytest.mark.parametrize(
    ("listed", "canonical"),
    [
        ("+5531987654321", "553187654321"),
        ("+525512345678", "5215512345678"),
        ("+541123456789", "5491123456789"),
    ],
    ids=["Brazil", "Mexico", "Argentina"],
)
async def test_a_number_that_whatsapp_spells_otherwise_is_one_person_in_both_directions(
    tmp_path: Path, listed: str, canonical: str
) -> None:
    async with house_with(tmp_path, (OLD, listed)) as world:
        person = somebody(world, "Alice", listed)
        assert person.phone.wa_id == canonical
        await world.alert("DiskFull")
        await world.forward("30s")
        person.expects("Disk almost full", form="template")
        await person.taps("Acknowledge")
        await world.forward("30s")
        person.expects("is yours", form="text")
        assert await guests(world) == []


async def test_the_spelling_is_known_before_anything_was_sent(tmp_path: Path) -> None:
    async with house_with(tmp_path, (OLD, "+5531987654321")) as world:
        person = somebody(world, "Alice", "+5531987654321")
        await person.replies("STOP")
        await world.forward("10s")
        person.expects("no more alerts")
        assert objection(await ledger(world, "alice"), Purpose.UTILITY) is Reason.OPTED_OUT


# a new number


async def test_a_new_number_gets_nothing_until_its_owner_says_so_and_the_old_one_nothing_ever(
    world: World,
) -> None:
    world.plays("number-changes")
    await world.alert("DiskFull")
    await world.forward("10m")
    world.alice.expects("Disk almost full")
    (moved,) = [entry for entry in await world.timeline() if entry.kind is EntryKind.MOVED]
    assert moved.text.startswith("Alice has a new number.")
    assert moved.reason is Reason.NUMBER_CHANGED
    stranger = somebody(world, "The next owner", OLD)
    await world.alert("DailyNote")
    await world.forward("4m")
    world.alice.stays_silent()
    (refused,) = await world.items(ticket=2)
    assert (refused.state, refused.reason) == (ItemState.REFUSED, Reason.NUMBER_CHANGED)

    await world.forward("2m")
    world.alice.expects("You have a new number. Reply START to get alerts here.", form="text")
    await world.alice.replies("hm")
    await world.forward("30s")
    world.alice.stays_silent()
    await world.alice.replies("START")
    await world.forward("30s")
    world.alice.expects("You will get alerts")
    world.alice.expects("Everything we know")  # of the ticket that is open still
    await world.alert("DiskFull", instance="db-8")
    await world.forward("30s")
    world.alice.expects("Disk almost full")
    stranger.stays_silent()


async def test_the_next_owner_of_a_number_is_a_guest(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("30s")
    world.alice.phone.change_number(NEW)
    await world.settle()
    stranger = somebody(world, "The next owner", OLD)
    await stranger.replies("ack 1")
    await world.forward("10s")
    assert (await world.ticket()).state is TicketState.OPEN
    (guest,) = await guests(world)
    assert guest.phone == OLD


async def test_an_old_configuration_does_not_bring_back_the_old_number(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.alice.phone.change_number(NEW)
    await world.settle()
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        await world.restart()
    (warning,) = [record.getMessage() for record in caplog.records if "alice" in record.getMessage()]
    assert "+44 •••• 0123" in warning
    assert "+44 •••• 0321" in warning
    assert OLD not in caplog.text
    assert (await recipient(world, "alice")).phone == NEW
    await world.forward("1m")
    await world.alice.replies("START")
    await world.alert("DiskFull")
    await world.forward("30s")
    world.alice.expects("You will get alerts")
    world.alice.expects("Disk almost full")

    config = world.config_path.read_text()
    world.config_path.write_text(config.replace(OLD, NEW))
    caplog.clear()
    await world.restart()
    assert "alice" not in caplog.text
    assert (await recipient(world, "alice")).former == ()
    await world.resolve("DiskFull")
    await world.forward("30s")
    world.alice.expects("Everything we know")
    world.alice.expects("Over: Disk almost full")  # the window that she opened is open still


async def test_a_doubled_notice_counts_once(world: World) -> None:
    world.sandbox.policy = CallbackPolicy(duplicates=2)
    world.alice.phone.change_number(NEW)
    await world.settle()
    acts = [record.act for record in await ledger(world, "alice")]
    assert acts == [ConsentAct.GRANTED, ConsentAct.LAPSED]
    assert (await recipient(world, "alice")).phone == NEW


async def test_who_writes_from_the_new_number_before_we_are_told_is_a_guest_until_then(world: World) -> None:
    world.sandbox.policy = CallbackPolicy(inbound_after=timedelta(hours=1))
    world.alice.phone.change_number(NEW)
    world.sandbox.policy = CallbackPolicy()
    await world.forward("10m")
    await world.alice.replies("START")
    await world.forward("10s")
    (guest,) = await guests(world)
    assert guest.phone == NEW
    await world.forward("1h")
    assert (await recipient(world, "alice")).phone == NEW
    assert [one for one in await guests(world) if one.reachable] == []
    assert objection(await ledger(world, "alice"), Purpose.UTILITY) is None  # she said START after the change
    seen = len(world.alice.received)
    await world.alert("DiskFull")
    await world.forward("30s")
    assert world.alice.received[seen].kind == "interactive"  # in the window that she opened as a guest


async def test_a_stop_from_the_new_number_before_we_are_told_holds(world: World) -> None:
    world.sandbox.policy = CallbackPolicy(inbound_after=timedelta(hours=1))
    world.alice.phone.change_number(NEW)
    world.sandbox.policy = CallbackPolicy()
    await world.forward("10m")
    await world.alice.replies("STOP")
    await world.forward("2h")
    assert objection(await ledger(world, "alice"), Purpose.UTILITY) is Reason.OPTED_OUT


async def test_a_hidden_number_that_changes_is_followed_by_bsuid(world: World) -> None:
    await world.alice.replies("hello")
    world.alice.phone.hides_number = True
    world.alice.phone.change_number(NEW)
    await world.settle()
    alice = await recipient(world, "alice")
    assert (alice.phone, alice.bsuid) == ("", world.alice.phone.user_id)
    await world.restart()
    assert await recipient(world, "alice") == alice
    await world.forward("1m")
    await world.alice.replies("START")
    await world.alert("DiskFull")
    await world.forward("30s")
    world.alice.expects("You will get alerts")
    world.alice.expects("Disk almost full")


async def test_a_new_bsuid_at_the_same_number_changes_nothing_for_its_owner(world: World) -> None:
    await world.alice.replies("hello")
    before = world.alice.phone.user_id
    world.alice.phone.change_user_id()
    await world.settle()
    world.alice.phone.hides_number = True
    await world.alert("DiskFull")
    await world.forward("30s")
    world.alice.expects("Disk almost full")
    await world.alice.taps("Acknowledge")
    assert (await world.ticket()).acknowledged_by == "alice"
    assert before != world.alice.phone.user_id
    assert [record.act for record in await ledger(world, "alice")] == [ConsentAct.GRANTED]


async def test_a_new_bsuid_of_somebody_who_has_no_other_address_has_to_be_confirmed(tmp_path: Path) -> None:
    bsuid = Sandbox().phone("+447700900555").user_id
    kim_is_there = ("recipients:\n", f"recipients:\n  kim: {{bsuid: {bsuid}, name: Kim, opt_in: Said so}}\n")
    async with house_with(tmp_path, kim_is_there, ("oncall: {to: [alice]}", "oncall: {to: [kim]}")) as world:
        kim = somebody(world, "Kim", "+447700900555")
        kim.phone.hides_number = True
        kim.phone.change_user_id()
        await world.settle()
        await world.restart()
        await world.alert("DiskFull")
        await world.forward("1m")
        kim.stays_silent()
        await kim.replies("START")
        await world.resolve("DiskFull")
        await world.forward("1m")
        await world.alert("DiskFull")
        await world.forward("1m")
        kim.expects("You will get alerts")
        kim.expects("Disk almost full")


# guests


async def test_a_stranger_becomes_a_guest_whom_no_alert_reaches(world: World) -> None:
    stranger = somebody(world, "A stranger", "+447700900999")
    await stranger.replies("hello")
    (guest,) = await guests(world)
    assert guest.id.startswith("guest-")
    assert (await known(world))[guest.id].window.is_open(world.clock())
    await stranger.replies("hello again")
    await world.forward("30s")
    assert await guests(world) == [guest]
    await world.forward("10s")
    stranger.expects("You are not on the list", form="text")
    await world.alert("TeamNews")
    await world.forward("1h")
    stranger.stays_silent()


async def test_a_guest_whom_the_configuration_introduces_keeps_their_window_and_their_word(
    world: World,
) -> None:
    for number in ("+447700900999", "+447700900998"):
        await somebody(world, "A stranger", number).replies("STOP" if number.endswith("8") else "hello")
    config = world.config_path.read_text()
    dan, eve = "{phone: '+447700900999', opt_in: Signed}", "{phone: '+447700900998', opt_in: Signed}"
    config = config.replace("recipients:\n", f"recipients:\n  dan: {dan}\n  eve: {eve}\n")
    world.config_path.write_text(config.replace("oncall: {to: [alice]}", "oncall: {to: [dan, eve]}"))
    await world.restart()
    assert [one for one in await guests(world) if one.reachable] == []
    people = await known(world)
    assert people["dan"].window.is_open(world.clock())
    await world.alert("DiskFull")
    await world.forward("30s")
    forms = {item.recipient_id: (item.form, item.reason) for item in await world.items(ticket=1)}
    assert forms["dan"][1] is Reason.WINDOW_OPEN
    assert forms["eve"] == (None, Reason.OPTED_OUT)


async def test_a_guest_known_by_bsuid_turns_out_to_be_somebody_once_the_number_is_seen(world: World) -> None:
    world.bob.phone.hides_number = True
    await world.bob.replies("hello")
    assert len(await guests(world)) == 1
    world.bob.phone.hides_number = False
    await world.bob.replies("it is me")
    assert await guests(world) == []
    world.bob.phone.hides_number = True
    await world.bob.replies("STOP")
    assert objection(await ledger(world, "bob"), Purpose.UTILITY) is Reason.OPTED_OUT


# words that are changed or taken back


@pytest.mark.parametrize("legacy", [False, True], ids=["revoke", "deleted status"])
async def test_what_a_person_deletes_is_on_the_disk_no_more(world: World, *, legacy: bool) -> None:
    wamid = await world.alice.replies("the password is swordfish")
    world.alice.phone.edit(wamid, "the password is trout")
    await world.settle()
    assert b"swordfish" not in everything_kept(world.folder)
    assert b"trout" in everything_kept(world.folder)
    world.alice.phone.delete(wamid, legacy=legacy)
    await world.settle()
    left = everything_kept(world.folder)
    assert b"swordfish" not in left
    assert b"trout" not in left
    assert wamid.encode() in left  # that there was a message stays


@pytest.mark.parametrize("legacy", [False, True], ids=["revoke", "deleted status"])
async def test_a_deletion_that_overtakes_its_message_still_wins(world: World, *, legacy: bool) -> None:
    await world.alert("DiskFull")
    await world.forward("30s")
    world.sandbox.policy = CallbackPolicy(inbound_after=timedelta(hours=1))
    wamid = world.alice.phone.reply("the password is swordfish")
    world.sandbox.policy = CallbackPolicy()
    world.alice.phone.delete(wamid, legacy=legacy)
    await world.forward("2h")
    assert b"swordfish" not in everything_kept(world.folder)
    assert (await known(world))["alice"].window.is_open(world.clock())  # she wrote, after all
    assert EntryKind.REPLIED not in {entry.kind for entry in await world.timeline()}


async def test_a_picture_that_is_deleted_leaves_neither_its_caption_nor_its_address(world: World) -> None:
    image = {"id": "7100000000000031", "url": "https://lookaside.example/31", "caption": "rack photo"}
    wamid = world.alice.phone.send("image", image)
    await world.settle()
    assert b"7100000000000031" in everything_kept(world.folder)
    world.alice.phone.delete(wamid)
    await world.settle()
    left = everything_kept(world.folder)
    assert not [word for word in (b"rack photo", b"7100000000000031", b"lookaside") if word in left]


async def test_what_was_done_stays_done_when_its_word_is_taken_back(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("30s")
    wamid = await world.alice.replies("ack 1")
    world.alice.phone.delete(wamid)
    await world.forward("10s")
    assert (await world.ticket()).state is TicketState.ACKNOWLEDGED


async def test_an_edit_that_overtakes_its_message_is_what_is_heard(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("30s")
    world.sandbox.policy = CallbackPolicy(inbound_after=timedelta(minutes=5))
    wamid = world.alice.phone.reply("wrong chat, sorry")
    world.sandbox.policy = CallbackPolicy()
    world.alice.phone.edit(wamid, "ack 1")
    await world.forward("6m")
    assert (await world.ticket()).state is TicketState.ACKNOWLEDGED


async def test_a_comment_that_waits_for_others_follows_its_author(world: World) -> None:
    await world.alert("TeamNews")
    await world.forward("30s")
    wamid = await world.alice.replies("comment 1 the password is swordfish")
    await world.settle()
    world.alice.phone.edit(wamid, "comment 1 the password is trout")
    await world.settle()
    (comment,) = [entry for entry in await world.timeline() if entry.kind is EntryKind.COMMENTED]
    assert comment.text == "the password is trout"
    assert b"swordfish" not in everything_kept(world.folder)
    seen = len(world.bob.received)
    await world.bob.replies("status")
    await world.forward("30s")
    told = [message.text for message in world.bob.received[seen:]]
    assert "Alice on #1: the password is trout" in told

    world.alice.phone.delete(wamid)
    await world.settle()
    (comment,) = [entry for entry in await world.timeline() if entry.kind is EntryKind.COMMENTED]
    assert comment.text == "Alice deleted a message."
    assert b"trout" not in everything_kept(world.folder)


async def test_a_comment_that_is_taken_back_before_others_could_read_it_never_reaches_them(
    world: World,
) -> None:
    await world.alert("TeamNews")
    await world.forward("30s")
    wamid = await world.alice.replies("the password is swordfish")
    world.alice.phone.delete(wamid)
    await world.settle()
    await world.bob.replies("status")
    await world.forward("1h")
    assert not [message for message in world.bob.received if "swordfish" in message.text]
    assert b"swordfish" not in everything_kept(world.folder)
    assert Reason.WITHDRAWN in {item.reason for item in await world.items()}


async def test_words_that_wait_for_a_ticket_to_be_picked_are_forgotten_too(world: World) -> None:
    for instance in ("db-7", "db-8"):
        await world.alert("DiskFull", instance=instance)
    await world.forward("30s")
    wamid = await world.alice.replies("the password is swordfish")
    await world.forward("10s")
    assert b"swordfish" in everything_kept(world.folder)
    question = next(message for message in world.alice.received if message.kind == "interactive")
    world.alice.phone.delete(wamid)
    await world.settle()
    assert b"swordfish" not in everything_kept(world.folder)
    await world.alice.taps(question.actions[0].title, on=question.wamid)
    await world.forward("10s")
    kinds = {entry.kind for number in (1, 2) for entry in await world.timeline(number)}
    assert EntryKind.COMMENTED not in kinds


async def test_words_of_which_the_ticket_was_picked_later_follow_their_author_as_well(world: World) -> None:
    for instance in ("db-7", "db-8"):
        await world.alert("DiskFull", instance=instance)
    await world.forward("30s")
    wamid = await world.alice.replies("the password is swordfish")
    await world.forward("10s")
    question = next(message for message in world.alice.received if message.kind == "interactive")
    await world.alice.taps(question.actions[0].title, on=question.wamid)
    await world.forward("10s")
    entries = [entry for number in (1, 2) for entry in await world.timeline(number)]
    assert "the password is swordfish" in {entry.text for entry in entries}
    world.alice.phone.delete(wamid)
    await world.settle()
    assert b"swordfish" not in everything_kept(world.folder)


Undo = Callable[[Person, str], object]


@pytest.mark.parametrize(
    "undo",
    [
        lambda person, wamid: person.phone.delete(wamid),
        lambda person, wamid: person.phone.delete(wamid, legacy=True),
        lambda person, wamid: person.phone.edit(wamid, "never mind"),
    ],
    ids=["deleted", "deleted status", "edited"],
)
async def test_a_stop_is_heard_although_it_was_taken_back_before_it_came(world: World, undo: Undo) -> None:
    world.sandbox.policy = CallbackPolicy(inbound_after=timedelta(minutes=5))
    wamid = world.alice.phone.reply("STOP")
    world.sandbox.policy = CallbackPolicy()
    undo(world.alice, wamid)
    await world.forward("6m")
    world.alice.expects("no more alerts")
    assert objection(await ledger(world, "alice"), Purpose.UTILITY) is Reason.OPTED_OUT


async def test_a_message_that_is_edited_into_stop_is_obeyed(world: World) -> None:
    wamid = await world.alice.replies("hello")
    world.alice.phone.edit(wamid, "STOP")
    await world.forward("10s")
    world.alice.expects("no more alerts")
    await world.alert("DiskFull")
    await world.forward("1h")
    world.alice.stays_silent()


# marketing


async def test_a_wish_about_marketing_is_kept_and_does_not_end_alerts(world: World) -> None:
    await world.forward("1s")
    for choice, expected in (("signup", Reason.NO_CONSENT), ("stop", Reason.OPTED_OUT), ("resume", None)):
        world.alice.phone.prefer(choice)
        await world.forward("10s")
        records = await ledger(world, "alice")
        assert objection(records, Purpose.MARKETING) is expected
        assert objection(records, Purpose.UTILITY) is None
        await world.alert("DailyNote")
        await world.forward("10s")
        world.alice.expects("Disk almost full")
        await world.resolve("DailyNote")


async def test_a_stop_of_marketing_and_a_stop_of_alerts_are_two_things(world: World) -> None:
    await world.alice.replies("STOP")
    world.alice.phone.prefer("resume")
    await world.forward("10s")
    assert objection(await ledger(world, "alice"), Purpose.UTILITY) is Reason.OPTED_OUT
