"""Storms and floods: nobody gets more messages than they can read, and nobody misses a ticket."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.stories.test_bad_days import notification
from tests.stories.world import World
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import TicketState, resolve
from wa_notify.sandbox import Fault, Refusal


def most_within(times: Iterable[datetime], within: timedelta) -> int:
    """The most of these instants in any span of that length."""
    instants = sorted(times)
    return max((sum(at <= other < at + within for other in instants) for at in instants), default=0)


async def burst(world: World, count: int, name: str = "Note", **labels: Any) -> None:
    for number in range(1, count + 1):
        await world.alert(name, summary=f"Trouble {number}", n=str(number), **labels)


async def test_the_messages_of_a_storm_come_as_a_digest_when_there_is_room_again(calm: World) -> None:
    await burst(calm, 12)
    await calm.forward("9m")
    for number in (1, 2, 3):
        calm.bob.expects(f"Trouble {number}")
    calm.bob.stays_silent()
    assert Reason.TOO_MANY in await calm.reasons(4)
    await calm.forward("1m")
    calm.bob.expects("Reminder 9", "#4 #5", "Trouble 12", form="template")
    calm.bob.stays_silent()
    await calm.bob.replies("ack 12")
    calm.bob.expects("Ticket #12 is yours")


async def test_a_digest_names_twenty_tickets_and_says_how_many_more_there_are(calm: World) -> None:
    await calm.bob.replies("hello")
    await burst(calm, 30)
    await calm.forward("10m")
    for number in (1, 2, 3):
        calm.bob.expects(f"Trouble {number}")
    text = calm.bob.expects(
        "27 tickets since 21 Nov 03:00 UTC:", "#4 Trouble 4\n", "#23 Trouble 23\nand 7 more"
    ).text
    assert "#24" not in text


async def test_what_is_over_while_it_waits_is_not_told(calm: World) -> None:
    await burst(calm, 6)
    await calm.resolve("Note", summary="Trouble 5", n="5")
    await calm.forward("10m")
    for number in (1, 2, 3):
        calm.bob.expects(f"Trouble {number}")
    assert "#5" not in calm.bob.expects("Reminder 2", "#4 #6").text


async def test_the_all_clears_of_a_storm_come_together(calm: World) -> None:
    await burst(calm, 3)
    for number in (1, 2, 3):
        calm.bob.expects(f"Trouble {number}")
    for number in (1, 2, 3):
        await calm.resolve("Note", n=str(number))
    await calm.forward("9m")
    calm.bob.stays_silent()
    await calm.bob.replies("quiet now?")
    await calm.forward("1m")
    calm.bob.expects("3 tickets", "#1 Trouble 1: over\n#2 Trouble 2: over")
    calm.bob.stays_silent()


async def test_critical_messages_pass_up_to_their_own_limit(calm: World) -> None:
    await burst(calm, 4)
    await burst(calm, 8, "Grave")
    await calm.forward("1m")
    assert [message.text.count("Trouble") for message in calm.bob.received] == [1] * 9
    await calm.forward("30m")
    assert {n for n in range(1, 13) if not await told(calm, n)} == set()


async def told(world: World, number: int) -> bool:
    states = {item.state for item in await world.items(number)}
    return bool(states & {ItemState.DELIVERED, ItemState.READ})


async def test_without_a_digest_template_and_window_they_leave_one_by_one_as_the_pace_allows(
    calm: World,
) -> None:
    for language in ("en", "de"):
        calm.sandbox.review("ops_reminder", language, status="PAUSED")
    await calm.house.engine.sync_templates()
    await burst(calm, 7)
    await calm.forward("30m")
    assert len(calm.bob.received) == 7
    times = [item.claimed_at for item in await calm.items() if item.claimed_at]
    assert most_within(times, timedelta(minutes=10)) == 3


async def test_a_digest_that_is_refused_for_good_told_nobody(calm: World) -> None:
    await burst(calm, 5)
    await calm.forward("9m50s")
    calm.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.UNDELIVERABLE))
    await calm.forward("1m")
    digest = [item for item in await calm.items() if item.occasion is Occasion.DIGEST]
    assert [item.state for item in digest] == [ItemState.FAILED]
    assert (await calm.items(4))[0].state is ItemState.FAILED
    assert any("The digest to bob did not get through" in entry.text for entry in await calm.timeline(4))


async def test_a_digest_whose_answer_was_lost_is_said_anew_without_what_is_over(calm: World) -> None:
    await burst(calm, 6)
    for number in (1, 2, 3):
        calm.bob.expects(f"Trouble {number}")
    await calm.forward("9m50s")
    calm.sandbox.fail_next(Fault(kind="timeout", hold_seconds=0))
    await calm.forward("11s")
    await calm.resolve("Note", n="5")
    await calm.forward("5m")
    calm.bob.expects("The alert Trouble 5 that you were told about")  # as far as anybody knows
    assert "#5" not in calm.bob.expects("Reminder 2", "#4 #6").text


async def test_a_digest_of_which_everything_is_over_is_not_sent_again(calm: World) -> None:
    await burst(calm, 5)
    await calm.forward("9m50s")
    calm.sandbox.fail_next(Fault(kind="timeout", hold_seconds=0))
    await calm.forward("11s")
    for number in (4, 5):
        await calm.resolve("Note", n=str(number))
    before = len(calm.bob.received)
    await calm.forward("29s")
    (digest,) = [item for item in await calm.items() if item.occasion is Occasion.DIGEST]
    assert (digest.state, digest.reason) == (ItemState.CANCELLED, Reason.TICKET_RESOLVED)
    assert len(calm.bob.received) == before


async def test_the_same_alert_every_minute_is_one_message(calm: World) -> None:
    for _ in range(30):
        await calm.post("/alerts/alertmanager", notification("firing", "2026-11-21T02:59:12Z"))
        await calm.forward("1m")
    calm.bob.expects("Disk almost full")
    calm.bob.stays_silent()
    assert len(await calm.tickets()) == 1


# Inhibition.


async def test_an_alert_that_another_explains_is_told_once_that_is_over_if_it_still_fires(
    calm: World,
) -> None:
    await calm.alert("HostDown", summary="db-7 is down")
    await calm.alert("Note", summary="Disk unreachable")
    await calm.alert("Note", summary="Elsewhere", instance="db-8")
    await calm.forward("3h")
    calm.bob.expects("db-7 is down")
    calm.bob.expects("Elsewhere")
    calm.bob.stays_silent()
    assert Reason.INHIBITED in await calm.reasons(2)
    await calm.resolve("HostDown")
    calm.bob.expects("Disk unreachable")
    calm.bob.expects("db-7 is down that you were told about has been resolved")


async def test_what_is_over_before_its_cause_is_never_told(calm: World) -> None:
    await calm.alert("HostDown", summary="db-7 is down")
    await calm.alert("Note", summary="Disk unreachable")
    await calm.forward("5m")
    await calm.resolve("Note")
    await calm.forward("5m")
    await calm.resolve("HostDown")
    await calm.forward("1h")
    calm.bob.expects("db-7 is down")
    calm.bob.expects("resolved")
    calm.bob.stays_silent()
    assert (await calm.ticket(2)).state is TicketState.RESOLVED


async def test_when_somebody_ends_the_cause_by_hand_the_rest_is_told_within_minutes(calm: World) -> None:
    await calm.alert("HostDown", summary="db-7 is down")
    await calm.alert("Note", summary="Disk unreachable")
    await calm.forward("30m")
    calm.bob.expects("db-7 is down")
    cause, now = await calm.ticket(1), calm.clock.now
    calm.house.store.transact(lambda tx: tx.save_ticket(resolve(cause, now, by="bob"))).result()
    await calm.forward("10m")
    calm.bob.expects("Disk unreachable")


@pytest.mark.parametrize("wait", ["0s", "20m"])
async def test_a_critical_first_message_is_never_held_by_what_is_not_critical(calm: World, wait: str) -> None:
    await burst(calm, 10)
    await calm.forward(wait)
    await calm.alert("Grave", summary="Very grave")
    assert any("Very grave" in message.text for message in calm.bob.received)
