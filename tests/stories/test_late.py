"""Late words: old news say that they are old, and who got them late hears what is true now."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from tests.stories.world import World
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.sandbox import Fault, Refusal


@asynccontextmanager
async def outage(world: World) -> AsyncIterator[None]:
    """WhatsApp is down meanwhile."""
    world.sandbox.fail_next(Fault(refusal=Refusal.API_SERVICE, times=10_000))
    yield
    await world.into_sandbox.delete("http://sandbox/_sandbox/faults")


async def test_what_an_outage_held_up_says_how_late_it_is(calm: World) -> None:
    async with outage(calm):
        await calm.alert("Note", summary="Disk almost full")
        await calm.forward("20m")
    await calm.forward("10m")
    calm.bob.expects("Delayed 2", " min: Disk almost full", form="template")


async def test_what_an_outage_held_up_of_a_rule_that_is_gone_leaves_as_it_was_planned(calm: World) -> None:
    async with outage(calm):
        await calm.alert("Note", summary="Disk almost full")
        calm.house.engine.book = replace(calm.house.engine.book, rules=())
        await calm.forward("20m")
    await calm.forward("10m")
    assert "Delayed" not in calm.bob.expects("Disk almost full").text


async def test_what_came_within_ten_minutes_says_nothing_of_the_kind(calm: World) -> None:
    async with outage(calm):
        await calm.alert("Note", summary="Disk almost full")
        await calm.forward("1m")
    await calm.forward("5m")
    assert "Delayed" not in calm.bob.expects("Disk almost full").text


async def test_waiting_because_we_mean_it_to_is_not_late(calm: World) -> None:
    await calm.alert("Backup", summary="Backup failed", team="sleepers")
    await calm.forward("4h")
    assert "Delayed" not in calm.alice.expects("Backup failed").text


async def test_critical_news_are_worth_less_time_than_a_warning_if_the_configuration_says_so(
    calm: World,
) -> None:
    async with outage(calm):
        await calm.alert("Note", summary="Of a warning", severity="warning", n="1")
        await calm.alert("Note", summary="Critical", severity="critical", n="2")
        await calm.alert("Note", summary="Neither", severity="info", n="3")
        await calm.forward("31m")
    states = [(await calm.items(number))[0].expires_at for number in (1, 2, 3)]
    spans = [at - (await calm.ticket(n)).opened_at for n, at in enumerate(states, start=1) if at]
    assert spans == [timedelta(minutes=30), timedelta(hours=1), timedelta(hours=4)]
    await calm.forward("10m")
    texts = " ".join(message.text for message in calm.bob.received)
    assert ("Of a warning" in texts, "Critical" in texts) == (False, True)
    assert Reason.EXPIRED in await calm.reasons(1)


async def test_who_gets_an_old_message_late_hears_that_somebody_has_the_ticket(calm: World) -> None:
    calm.carol.phone.online = False
    await calm.alert("Shared", summary="Disk almost full")
    await calm.forward("5m")
    await calm.bob.taps("Acknowledge")
    await calm.forward("15m")
    calm.carol.phone.online = True
    await calm.carol.replies("help")  # which opens her window
    await calm.forward("1m")
    calm.carol.expects("Disk almost full")
    said = sorted(message.text for message in calm.carol.received[1:])
    assert said[0].startswith(
        "That message from 21 Nov 03:00 UTC reached you late. Ticket #1 was taken by Bob at 21 Nov 03:05 UTC"
    )
    assert len(said) == 2


async def test_who_was_told_at_once_that_somebody_took_it_needs_no_correction(calm: World) -> None:
    await calm.carol.replies("help")
    await calm.forward("1m")
    calm.carol.expects("You can say")
    calm.carol.phone.online = False
    await calm.alert("Shared", summary="Disk almost full")
    await calm.forward("5m")
    await calm.bob.taps("Acknowledge")
    await calm.forward("15m")
    calm.carol.phone.online = True
    await calm.forward("1m")
    calm.carol.expects("Disk almost full")
    calm.carol.expects("Bob takes ticket #1")
    calm.carol.stays_silent()


async def test_while_the_window_is_closed_no_correction_is_worth_a_later_interruption(calm: World) -> None:
    calm.carol.phone.online = False
    await calm.alert("Shared", summary="Disk almost full")
    await calm.forward("5m")
    await calm.bob.taps("Acknowledge")
    await calm.forward("15m")
    calm.carol.phone.online = True
    await calm.forward("1m")
    calm.carol.expects("Disk almost full")
    calm.carol.stays_silent()
    (late,) = [item for item in await calm.items() if item.occasion is Occasion.LATE]
    assert (late.state, late.reason) == (ItemState.CANCELLED, Reason.WINDOW_CLOSED)


async def test_a_late_message_that_is_still_true_or_was_in_time_is_left_alone(calm: World) -> None:
    await calm.carol.replies("hello")
    calm.carol.phone.online = False
    await calm.alert("Shared", summary="Disk almost full")
    await calm.forward("20m")
    calm.carol.phone.online = True
    await calm.forward("1m")
    calm.carol.expects("Disk almost full")
    await calm.bob.taps("Acknowledge")
    await calm.forward("20m")
    calm.carol.expects("Bob takes ticket #1")
    calm.carol.stays_silent()


async def test_who_will_hear_the_all_clear_needs_no_other_correction(calm: World) -> None:
    await calm.bob.replies("hello")
    calm.bob.phone.online = False
    await calm.alert("Note", summary="Disk almost full")
    await calm.forward("5m")
    await calm.resolve("Note")
    await calm.forward("15m")
    calm.bob.phone.online = True
    await calm.forward("1m")
    calm.bob.expects("Disk almost full")
    calm.bob.expects("Over")
    calm.bob.stays_silent()


async def test_where_there_is_no_all_clear_the_correction_says_that_it_is_over(calm: World) -> None:
    await calm.carol.replies("hello")
    calm.carol.phone.online = False
    await calm.alert("Shared", summary="Disk almost full")
    await calm.forward("5m")
    await calm.resolve("Shared")
    await calm.forward("15m")
    calm.carol.phone.online = True
    await calm.forward("1m")
    calm.carol.expects("Disk almost full")
    calm.carol.expects("Ticket #1 was resolved at 21 Nov 03:05 UTC")
