"""Where features meet: what one of them keeps back, another must not tell, lose or tell twice."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stories.post_office import PostOffice
from tests.stories.world import World, span
from wa_notify.core.matcher import read_matcher
from wa_notify.core.outbox import Channel, ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.silence import Silence
from wa_notify.pipeline import handling
from wa_notify.pipeline.silences import end_silence
from wa_notify.pipeline.telling import Actor
from wa_notify.ports import Transaction
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal

AT_ONCE = timedelta(0)
SLOW = CallbackPolicy(sent_after=AT_ONCE, delivered_after=timedelta(days=1), read_after=timedelta(days=2))
NINE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 21, 21, 50, tzinfo=UTC)
ROOT = Actor(id="root", name="root", mark="typed/1")
CONFIG = (Path(__file__).parent / "seams.yaml").read_text()


async def a_house(folder: Path, post: PostOffice, start: datetime, *, more: str = "") -> World:
    """Alice sleeps until seven; Dan never opted in. Alice, Bob and Dan have mail."""
    text = CONFIG + more
    for name in ("alice", "bob", "dan"):
        text = text.replace(f"{name.upper()}S_MAIL", f'"{post.url(name)}"')
    world = World(folder, text, start=start)
    world.sandbox.policy = CallbackPolicy(sent_after=AT_ONCE, delivered_after=AT_ONCE)
    await world.start()
    return world


@pytest.fixture
async def house(tmp_path: Path, post: PostOffice) -> AsyncIterator[World]:
    """It is nine in the morning."""
    world = await a_house(tmp_path, post, NINE)
    yield world
    await world.close()


async def mute(world: World, *conditions: str, length: str = "2h") -> Silence:
    """As the command line does it."""
    now = world.clock.now
    silence = Silence(
        matchers=tuple(read_matcher(text) for text in conditions),
        starts_at=now,
        ends_at=now + span(length),
        author="root",
    )
    return world.house.store.transact(lambda tx: tx.add_silence(silence)).result()


async def unmute(world: World, silence: Silence) -> None:
    now = world.clock.now
    world.house.store.transact(lambda tx: end_silence(tx, silence.id, "root", now)).result()
    world.house.engine.wake()
    await world.settle()


# escalation and schedules


async def test_a_step_for_which_nobody_is_on_call_does_not_end_the_escalation(house: World) -> None:
    await house.alert("Outage", team="chain")
    await house.forward("10m")
    assert (await house.ticket()).escalations == 1
    assert any("asks nobody" in entry.text for entry in await house.timeline()), house.story()
    await house.forward("10m")
    house.carol.expects("Unanswered: Disk almost full")


async def test_who_asks_for_the_next_people_is_not_left_with_a_step_that_asks_nobody(house: World) -> None:
    await house.alert("Outage", team="chain")
    house.bob.expects("Disk almost full")
    await house.bob.replies("escalate")
    assert "Carol is asked now" in house.bob.expects("ticket #1").text
    house.carol.expects("Unanswered: Disk almost full")


# other channels


async def test_a_mail_does_not_break_a_silence_for_somebody_without_consent(
    house: World, post: PostOffice
) -> None:
    await mute(house, "team=strangers", length="1h")
    await house.alert("Note", team="strangers")
    await house.forward("59m")
    post.stays_silent()
    await house.forward("2m")
    post.expects("dan", "never opted in")
    await house.forward("1h")
    post.stays_silent()


async def test_a_mail_does_not_tell_what_another_alert_explains(house: World, post: PostOffice) -> None:
    await house.alert("HostDown")
    await house.alert("Service", team="strangers")
    await house.forward("30m")
    post.stays_silent()
    await house.resolve("HostDown")
    await house.forward("1m")
    post.expects("dan", "never opted in")


async def test_after_the_quiet_hours_mail_still_steps_in_for_whatsapp(house: World, post: PostOffice) -> None:
    house.clock.now = EVENING
    await house.forward("1h")
    await house.alert("Note", team="sleepers", severity="warning")
    await house.forward("8h")  # 06:50
    house.sandbox.policy = SLOW
    await house.forward("30m")
    post.expects("alice", "WhatsApp did not deliver it")


async def test_while_a_digest_is_tried_again_mail_waits_for_it_and_then_speaks(
    house: World, post: PostOffice
) -> None:
    house.clock.now = EVENING
    await house.forward("1h")
    for number in (1, 2):
        labels: dict[str, Any] = {"team": "sleepers", "n": str(number), "severity": "warning"}
        await house.alert("Note", summary=f"Trouble {number}", **labels)
    await house.forward("8h9m")  # 06:59
    house.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG, times=1000))
    await house.forward("30m")
    house.alice.stays_silent()
    post.expects("alice", "Trouble 1")
    post.expects("alice", "Trouble 2")


async def test_when_a_silence_ends_early_mail_waits_no_longer_than_after_any_message(
    house: World, post: PostOffice
) -> None:
    silence = await mute(house, "alertname=Note", length="8h")
    await house.alert("Note")
    await house.forward("1h")
    house.sandbox.policy = SLOW
    await unmute(house, silence)
    await house.forward("4m")
    post.stays_silent()
    await house.forward("2m")
    post.expects("bob", "WhatsApp did not deliver it")


async def test_mail_takes_no_room_from_whatsapp_in_a_storm(house: World, post: PostOffice) -> None:
    house.sandbox.policy = SLOW
    for number in (1, 2):
        await house.alert("Note", n=str(number), severity="warning")
    await house.forward("6m")
    assert len([item for item in await house.items() if item.channel is Channel.OTHER]) == 2
    await house.alert("Note", n="3", severity="warning")
    third = (await house.items(3))[0]
    assert third.state is not ItemState.PENDING, third


# all-clears


async def test_whoever_was_given_the_ticket_hears_that_it_is_over(house: World) -> None:
    await house.alert("Note")
    house.bob.expects("Disk almost full")
    now, book = house.clock.now, house.house.engine.book

    def work(tx: Transaction) -> None:
        ticket = tx.ticket(1)
        assert ticket is not None
        handling.give(tx, book, ticket, ROOT, "carol", now)

    house.house.store.transact(work).result()
    house.house.engine.wake()
    await house.settle()
    house.carol.expects("Disk almost full")
    await house.resolve("Note")
    house.carol.expects("that you were told about")
    house.bob.expects("that you were told about")
    await house.forward("1h")
    house.carol.stays_silent()


# inhibition and the timers


async def test_nobody_is_reminded_or_asked_next_of_what_another_alert_explains(house: World) -> None:
    await house.alert("Service", team="chain")
    house.bob.expects("Disk almost full")
    await house.forward("5m")
    await house.alert("HostDown")
    house.bob.expects("Disk almost full")
    await house.forward("2h")
    house.bob.stays_silent()
    await house.resolve("HostDown")
    house.bob.expects("that you were told about")
    await house.forward("9m")
    house.carol.stays_silent()
    assert len(house.bob.received[house.bob._seen :]) <= 1, [m.text for m in house.bob.received]


async def test_what_was_explained_all_along_is_asked_from_the_beginning(house: World) -> None:
    await house.alert("HostDown")
    house.bob.expects("Disk almost full")
    await house.alert("Service", team="chain")
    await house.forward("3h")
    house.bob.stays_silent()
    await house.resolve("HostDown")
    house.bob.expects("Disk almost full")
    house.bob.expects("that you were told about")
    await house.forward("9m")
    house.bob.stays_silent()
    house.carol.stays_silent()


# repeats


async def test_who_waits_for_the_first_word_gets_no_repeat_of_it(house: World) -> None:
    await mute(house, "team=chain", length="3h")
    await house.alert("Outage", team="chain")
    await house.forward("3h1m")
    house.bob.expects("Disk almost full")
    house.bob.stays_silent()


async def test_whoever_is_on_call_may_answer_before_they_were_told(house: World) -> None:
    house.clock.now = NINE.replace(hour=13)
    await mute(house, "alertname=Watched", length="1h")
    await house.alert("Watched")
    await house.carol.replies("ack 1")
    house.carol.expects("Ticket #1 is yours")


async def test_a_ticket_that_tells_nobody_says_so(house: World) -> None:
    await house.alert("Watched")
    assert not await house.items()
    assert Reason.NOBODY_ON_CALL in await house.reasons()


async def test_an_answer_given_at_the_keyboard_runs_out_without_writing_to_the_keyboard(house: World) -> None:
    await house.alert("Timed")
    house.bob.expects("Disk almost full")
    take(house)
    await house.forward("2h")
    assert {item.recipient_id for item in await house.items()} == {"bob"}
    house.bob.expects("Still firing: Disk almost full")


async def test_what_is_silenced_while_its_digest_is_tried_again_is_left_out(house: World) -> None:
    for number in range(1, 7):
        await house.alert("Note", n=str(number), severity="warning", summary=f"Trouble {number}")
    await house.forward("9m50s")
    house.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG, times=2))
    await house.forward("11s")
    await mute(house, "n=5")
    await house.forward("1m")
    for number in (1, 2, 3):
        house.bob.expects(f"Trouble {number}")
    assert "#4 #6" in house.bob.expects("Reminder 2").text
    await house.forward("3h")
    house.bob.expects("Trouble 5")


async def test_a_digest_waits_for_its_template_as_its_messages_would(house: World) -> None:
    for number in range(1, 6):
        await house.alert("Note", n=str(number), severity="warning", summary=f"Trouble {number}")
    await house.forward("9m50s")
    house.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG, times=2))
    await house.forward("11s")
    for language in ("en", "de"):
        house.sandbox.review("ops_reminder", language, status="PAUSED")
    await house.house.engine.sync_templates()
    await house.forward("1m")
    for language in ("en", "de"):
        house.sandbox.review("ops_reminder", language, status="APPROVED")
    await house.house.engine.sync_templates()
    await house.forward("5m")
    for number in (1, 2, 3):
        house.bob.expects(f"Trouble {number}")
    house.bob.expects("Reminder 2", "#4 #5")


async def test_when_the_cause_is_closed_by_hand_what_it_explained_is_told_at_once(house: World) -> None:
    await house.alert("HostDown")
    house.bob.expects("Disk almost full")
    await house.alert("Service", team="chain")
    await house.forward("31m")
    house.bob.stays_silent()
    await house.bob.replies("resolve 1")
    await house.forward("2s")
    assert [message.text for message in house.bob.received if "Disk almost full [new]" in message.text]


async def test_the_long_text_that_somebody_replied_for_comes_although_another_alert_explains_it(
    house: World,
) -> None:
    await house.alert("Service", team="long")
    house.bob.expects("Disk almost full")
    await house.alert("HostDown")
    house.bob.expects("Disk almost full")
    await house.bob.replies("details 1")
    await house.forward("2s")
    house.bob.expects("Everything we know")


async def test_the_all_clear_comes_however_many_comments_there_were(house: World) -> None:
    await house.bob.replies("hello")
    await house.alert("Timed")
    now, book = house.clock.now, house.house.engine.book

    def work(tx: Transaction) -> None:
        ticket = tx.ticket(1)
        assert ticket is not None
        for number in range(50):
            handling.comment(tx, book, ticket, replace(ROOT, mark=f"typed/{number}"), "Hm", now)
        handling.close_by_hand(tx, book, ticket, ROOT, now)

    house.house.store.transact(work).result()
    house.house.engine.wake()
    await house.forward("1m")
    assert any("root closes ticket #1" in message.text for message in house.bob.received)


def take(world: World) -> None:
    """As the command line does it."""
    now, book = world.clock.now, world.house.engine.book

    def work(tx: Transaction) -> None:
        ticket = tx.ticket(1)
        assert ticket is not None
        handling.take(tx, book, ticket, ROOT, now)

    world.house.store.transact(work).result()
    world.house.engine.wake()
