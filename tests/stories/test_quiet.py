"""Quiet hours: who sleeps is not woken, and in the morning hears everything at once."""

from typing import Any

from tests.stories.world import World
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import TicketState

TEAM: dict[str, Any] = {"team": "sleepers"}


async def test_who_sleeps_is_told_at_the_end_of_the_quiet_hours(calm: World) -> None:
    await calm.alert("Backup", summary="Backup failed", **TEAM)
    await calm.forward("3h59m")
    calm.alice.stays_silent()
    assert Reason.QUIET_HOURS in await calm.reasons()
    await calm.forward("1m")
    calm.alice.expects("Backup failed", form="template")
    calm.alice.stays_silent()


async def test_what_waited_leaves_as_one_digest_and_every_ticket_can_be_taken_from_it(calm: World) -> None:
    for number in (1, 2, 3):
        await calm.alert(f"Backup{number}", summary=f"Backup {number} failed", **TEAM)
    await calm.forward("4h")
    digest = calm.alice.expects("Reminder 3", "#1 #2 #3", "Backup 2 failed", form="template")
    calm.alice.stays_silent()
    assert digest.wamid
    for number in (1, 2, 3):
        (entry,) = [e for e in await calm.timeline(number) if e.reason is Reason.IN_DIGEST]
        assert "told together with others" in entry.text
        assert any("The digest to alice is delivered" in e.text for e in await calm.timeline(number))
    await calm.alice.replies("ack 2")
    calm.alice.expects("Ticket #2 is yours")
    assert (await calm.ticket(2)).state is TicketState.ACKNOWLEDGED


async def test_who_was_told_by_a_digest_alone_hears_that_it_is_over(calm: World) -> None:
    for number in (1, 2):
        await calm.alert(f"Backup{number}", summary=f"Backup {number} failed", **TEAM)
    await calm.forward("4h")
    calm.alice.expects("#1 #2")
    await calm.resolve("Backup1", **TEAM)
    await calm.forward("1m")
    calm.alice.expects("has been resolved")


async def test_what_is_over_before_morning_is_not_in_the_digest_and_never_told(calm: World) -> None:
    for number in (1, 2, 3):
        await calm.alert(f"Backup{number}", summary=f"Backup {number} failed", **TEAM)
    await calm.forward("1h")
    await calm.resolve("Backup2", summary="Backup 2 failed", **TEAM)
    await calm.forward("3h")
    assert "Backup 2" not in calm.alice.expects("Reminder 2", "#1 #3").text
    calm.alice.stays_silent()


async def test_all_but_one_being_over_the_last_is_told_by_itself(calm: World) -> None:
    for number in (1, 2):
        await calm.alert(f"Backup{number}", summary=f"Backup {number} failed", **TEAM)
    await calm.resolve("Backup2", **TEAM)
    await calm.forward("4h")
    calm.alice.expects("Backup 1 failed", "A critical alert", form="template")
    calm.alice.stays_silent()


async def test_waiting_for_the_morning_does_not_make_it_too_late(calm: World) -> None:
    await calm.alert("Backup", summary="Backup failed", **TEAM)  # worth an hour, and morning is in four
    await calm.forward("4h")
    calm.alice.expects("Backup failed")
    assert Reason.EXPIRED not in await calm.reasons()


async def test_what_is_critical_and_what_a_rule_exempts_wakes_people(calm: World) -> None:
    await calm.alert("Outage", summary="All is down")
    await calm.alert("Loud", summary="The door bell")
    await calm.forward("1m")
    calm.alice.expects("All is down")
    calm.alice.expects("The door bell")


async def test_who_writes_at_night_is_answered_and_gets_what_they_asked_for(calm: World) -> None:
    await calm.alice.replies("help")
    await calm.forward("1m")
    calm.alice.expects("You can say")


async def test_an_all_clear_waits_for_the_morning_too(calm: World) -> None:
    await calm.forward("5h")
    await calm.alert("Backup", summary="Backup failed", **TEAM)
    await calm.forward("1m")
    calm.alice.expects("Backup failed")
    await calm.alice.taps("Acknowledge")
    await calm.forward("14h30m")
    calm.alice.expects("is yours")
    calm.alice.expects("Everything we know")
    await calm.resolve("Backup", **TEAM)
    await calm.forward("5h")
    calm.alice.stays_silent()
    await calm.forward("5h")
    calm.alice.expects("Over: Backup failed")


async def test_several_reminders_of_one_night_are_one_message_in_the_morning(calm: World) -> None:
    await calm.forward("18h50m")  # 21:50
    await calm.alert("Backup", summary="Backup failed", **TEAM)
    await calm.forward("5m")
    calm.alice.expects("Backup failed")
    await calm.forward("9h10m")
    calm.alice.expects("Reminder 3", "Backup failed", form="template")
    calm.alice.stays_silent()
    reminders = [item for item in await calm.items(1) if item.occasion is Occasion.REMINDER]
    assert [item.state for item in reminders[:2]] == [ItemState.CANCELLED] * 2


async def test_the_night_survives_a_restart_and_the_digest_comes_once(calm: World) -> None:
    for number in (1, 2):
        await calm.alert(f"Backup{number}", summary=f"Backup {number} failed", **TEAM)
    await calm.restart()
    await calm.forward("4h")
    calm.alice.expects("#1 #2")
    await calm.restart()
    await calm.forward("10m")
    calm.alice.stays_silent()


async def test_inside_an_open_window_the_digest_is_a_list_from_which_a_ticket_is_taken(calm: World) -> None:
    await calm.alice.replies("good night")
    for number in (1, 2):
        await calm.alert(f"Backup{number}", summary=f"Backup {number} failed", **TEAM)
    await calm.forward("4h1m")
    digest = calm.alice.expects("2 tickets since 21 Nov 03:00 UTC:", form="interactive")
    assert "\n#1 Backup 1 failed\n#2 Backup 2 failed\nReply ack 1 to take #1." in digest.text
    await calm.alice.taps("#2 Backup 2 failed")
    texts = [message.text for message in calm.alice.received]
    assert [text for text in texts if "Ticket #2 is yours" in text]
