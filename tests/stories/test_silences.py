"""Silences: nobody is told while they hold, and what still fires is told when they end."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.world import START, World, span
from wa_notify.core.matcher import read_matcher
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.silence import Silence
from wa_notify.core.ticket import TicketState
from wa_notify.core.timeline import EntryKind
from wa_notify.pipeline.silences import end_silence
from wa_notify.sandbox import CallbackPolicy

AT_ONCE = timedelta(0)
CONFIG = (Path(__file__).parent / "team.yaml").read_text()


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path, CONFIG)
    world.sandbox.policy = CallbackPolicy(sent_after=AT_ONCE, delivered_after=AT_ONCE)
    await world.start()
    yield world
    await world.close()


async def mute(team: World, *conditions: str, length: str = "2h") -> Silence:
    """As the command line does it."""
    now = team.clock.now
    silence = Silence(
        matchers=tuple(read_matcher(text) for text in conditions),
        starts_at=now,
        ends_at=now + span(length),
        author="root",
        comment="Planned work.",
    )
    return team.house.store.transact(lambda tx: tx.add_silence(silence)).result()


async def unmute(team: World, silence: Silence) -> Silence | None:
    now = team.clock.now
    ended = team.house.store.transact(lambda tx: end_silence(tx, silence.id, "root", now)).result()
    team.house.engine.wake()
    await team.settle()
    return ended


async def test_a_silenced_alert_opens_a_ticket_and_is_told_when_the_silence_ends(team: World) -> None:
    await mute(team, "alertname=~Disk.*", "severity=critical")
    await team.alert("DiskFull")
    await team.forward("1h59m")
    team.alice.stays_silent()
    opened, silenced, *_ = await team.timeline()
    assert (opened.kind, silenced.kind) == (EntryKind.OPENED, EntryKind.SILENCED)
    assert (silenced.actor, silenced.text) == ("root", "Silenced until 21 Nov 05:00 UTC. Planned work.")
    assert {item.reason for item in await team.items()} == {Reason.SILENCED}
    await team.forward("2m")
    team.alice.expects("Disk almost full", form="template")
    team.bob.expects("Disk almost full", form="template")
    team.alice.stays_silent()


async def test_what_resolves_while_it_is_silenced_is_never_told(team: World) -> None:
    await mute(team, "source=test")
    await team.alert("DiskFull")
    await team.forward("1h")
    await team.resolve("DiskFull")
    await team.forward("3d")
    team.alice.stays_silent()
    assert {item.reason for item in await team.items()} == {Reason.TICKET_RESOLVED}


async def test_a_silence_longer_than_the_rule_lets_messages_live_loses_nothing(team: World) -> None:
    await mute(team, "instance=db-7", length="6d")
    await team.alert("DiskFull")
    await team.forward("5d23h")
    team.alice.stays_silent()
    await team.forward("2h")
    team.alice.expects("Disk almost full")


@pytest.mark.parametrize("condition", ["instance=db-8", "severity!=critical", "source=other", "x=y"])
async def test_other_alerts_are_heard(team: World, condition: str) -> None:
    await mute(team, condition)
    await team.alert("DiskFull")
    team.alice.expects("Disk almost full")


async def test_a_group_of_which_one_alert_is_not_silenced_is_heard(team: World) -> None:
    await mute(team, "disk=sda")
    await team.alert("DiskFull", disk="sda")
    await team.forward("10m")
    team.alice.stays_silent()
    await team.alert("DiskFull", disk="sdb")
    await team.forward("2h1m")
    assert "Disk almost full" in team.alice.expects().text


async def test_ending_a_silence_early_releases_what_waits_at_once(team: World) -> None:
    silence = await mute(team, "alertname=DiskFull", length="5d")
    await team.alert("DiskFull")
    await team.forward("1h")
    team.alice.stays_silent()
    ended = await unmute(team, silence)
    assert ended is not None
    assert ended.ends_at == team.clock.now
    team.alice.expects("Disk almost full")
    assert await unmute(team, silence) is None
    assert await unmute(team, Silence(id=99, matchers=(), starts_at=START, ends_at=START, author="")) is None


async def test_what_another_silence_still_mutes_goes_on_waiting(team: World) -> None:
    silence = await mute(team, "alertname=DiskFull", length="5h")
    await mute(team, "instance=db-7", length="3h")
    await team.alert("DiskFull")
    await team.forward("1h")
    await unmute(team, silence)
    team.alice.stays_silent()
    await team.forward("2h1m")
    team.alice.expects("Disk almost full")


async def test_nobody_is_reminded_or_asked_next_while_it_is_silenced(team: World) -> None:
    await team.alert("DiskFull")
    team.alice.expects("Disk almost full")
    await mute(team, "alertname=DiskFull", length="6h")
    await team.forward("5h59m")
    team.alice.stays_silent()
    team.carol.stays_silent()
    await team.forward("55m")
    team.alice.stays_silent()
    await team.forward("10m")
    team.alice.expects("Reminder 1")
    team.carol.stays_silent()
    await team.forward("61m")
    team.carol.expects("Unanswered: Disk almost full")


async def test_a_silence_that_ends_early_is_noticed_by_the_reminders(team: World) -> None:
    await team.alert("DiskFull")
    team.alice.expects("Disk almost full")
    silence = await mute(team, "alertname=DiskFull", length="6d")
    await team.forward("3h")
    await unmute(team, silence)
    await team.forward("6m")
    team.alice.expects("Reminder 1")


async def test_a_silence_from_the_chat_stops_reminders_and_tells_again_at_its_end(team: World) -> None:
    await team.alert("DiskFull")
    team.alice.expects("Disk almost full")
    team.bob.expects("Disk almost full")
    await team.alice.replies("silence 5h")
    team.alice.expects("Ticket #1 is silenced until 21 Nov 08:00 UTC")
    await team.forward("2s")
    team.alice.expects("Everything we know")
    (entry,) = [entry for entry in await team.timeline() if entry.kind is EntryKind.SILENCED]
    assert (entry.actor, entry.text) == ("alice", "Silenced until 21 Nov 08:00 UTC.")
    await team.forward("4h59m")
    team.alice.stays_silent()
    team.bob.stays_silent()
    team.carol.stays_silent()
    await team.forward("1m")
    team.alice.expects("Still firing")
    assert "Still firing: Disk almost full" in team.bob.expects(form="template").text
    assert (await team.ticket()).state is TicketState.OPEN
    await team.forward("59m")
    team.bob.stays_silent()
    await team.forward("3m")
    team.bob.expects("Reminder 1")


async def test_what_ends_or_is_taken_while_it_is_silenced_from_the_chat_is_not_told_again(
    team: World,
) -> None:
    for instance in ("db-7", "db-8"):
        await team.alert("DiskFull", instance=instance)
        await team.alice.replies("silence 2h " + ("1" if instance == "db-7" else "2"))
    await team.resolve("DiskFull", instance="db-7")
    await team.bob.replies("ack 2")
    await team.forward("1m")
    before = len(team.bob.received)
    await team.forward("4h")
    assert len(team.bob.received) == before


async def test_a_silence_from_the_chat_mutes_its_group_and_no_other(team: World) -> None:
    await team.alert("DiskFull", disk="sda")
    await team.alice.replies("mute")
    await team.forward("2s")
    silences = team.house.store.transact(lambda tx: tx.silences(team.clock.now)).result()
    assert [str(one) for one in silences[0].matchers] == ["source=test", "instance=db-7"]
    assert silences[0].ticket_id == 1
    seen = len(team.bob.received)
    await team.alert("DiskFull", disk="sdb")
    await team.forward("20m")
    assert len(team.bob.received) == seen
    await team.alert("DiskFull", instance="db-8")
    assert len(team.bob.received) == seen + 1


async def test_without_a_grouping_a_silence_from_the_chat_mutes_exactly_this_alert(team: World) -> None:
    await team.alert("News", n="1")
    await team.alice.replies("mute 30m")
    (silence,) = team.house.store.transact(lambda tx: tx.silences(team.clock.now)).result()
    assert {str(one) for one in silence.matchers} == {
        "source=test",
        "alertname=News",
        "severity=critical",
        "instance=db-7",
        "n=1",
    }


async def test_a_silence_from_the_chat_that_is_ended_early_tells_again_at_once(team: World) -> None:
    await team.alert("DiskFull")
    team.bob.expects("Disk almost full")
    await team.alice.replies("silence 2d")
    (silence,) = team.house.store.transact(lambda tx: tx.silences(team.clock.now)).result()
    await team.forward("3h")
    team.bob.stays_silent()
    await unmute(team, silence)
    team.bob.expects("Still firing")
    assert [(e.actor, e.text) for e in await team.timeline() if e.kind is EntryKind.SILENCED][-1] == (
        "root",
        "The silence ends.",
    )


async def test_the_end_of_a_silence_for_a_ticket_that_somebody_took_meanwhile_tells_nobody(
    team: World,
) -> None:
    await team.alert("DiskFull")
    team.bob.expects("Disk almost full")
    await team.alice.replies("silence 2d")
    (silence,) = team.house.store.transact(lambda tx: tx.silences(team.clock.now)).result()
    await team.alice.replies("ack")
    await unmute(team, silence)
    await team.forward("1h")
    team.bob.stays_silent()


async def test_what_waits_to_leave_dies_with_a_silence_from_the_chat(team: World) -> None:
    await team.alice.replies("hello")
    team.sandbox.account.access_token = "another-token"
    await team.alert("DiskFull")
    await team.alice.replies("silence 1 1h")
    opened = [item for item in await team.items() if item.occasion is Occasion.OPENED]
    assert {(item.state, item.reason) for item in opened} == {(ItemState.CANCELLED, Reason.TICKET_SILENCED)}


async def test_a_taken_ticket_can_be_silenced_and_stays_taken(team: World) -> None:
    await team.alert("DiskFull")
    await team.alice.replies("ack")
    await team.alice.replies("silence 1h")
    ticket = await team.ticket()
    assert (ticket.state, ticket.repeat_at) == (TicketState.ACKNOWLEDGED, None)


async def test_silences_survive_a_restart(team: World) -> None:
    await mute(team, "alertname=~Disk.*")
    await team.alert("DiskFull")
    await team.restart()
    await team.forward("1h")
    team.alice.stays_silent()
    await team.forward("61m")
    team.alice.expects("Disk almost full")


async def test_answers_and_comments_are_heard_although_the_alert_is_silenced(team: World) -> None:
    await team.alert("DiskFull")
    await team.bob.replies("hello there")
    await team.alice.replies("silence 1h")
    await team.alice.replies("back at nine")
    await team.forward("2s")
    assert "Alice on #1: back at nine" in [message.text for message in team.bob.received]
