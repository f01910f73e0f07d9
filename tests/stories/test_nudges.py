"""Nudges: one question for each closed window, so that held text may follow."""

from datetime import timedelta

from tests.stories.world import World
from wa_notify.core.outbox import Intent, Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.sandbox import Fault, Refusal


async def nudges(world: World) -> list[Item]:
    return [item for item in await world.items() if item.occasion is Occasion.NUDGE]


async def test_held_text_is_announced_once_and_follows_the_reply(calm: World) -> None:
    await calm.alert("Plain", summary="Printer on fire")
    await calm.alert("Plain", summary="Printer out", n="2")
    await calm.forward("1m")
    calm.bob.expects("Hello")
    calm.bob.expects("There is more about the alert Printer on fire", form="template")
    calm.bob.expects("Hello")
    calm.bob.stays_silent()
    await calm.bob.taps("Details")
    await calm.forward("1m")
    calm.bob.expects("Everything we know")
    calm.bob.expects("Everything we know")
    calm.bob.stays_silent()


async def test_who_did_not_answer_is_asked_anew_only_after_the_next_window(calm: World) -> None:
    await calm.alert("Plain", summary="Printer on fire")
    await calm.forward("2d")
    await calm.alert("Plain", summary="Printer out", n="2")
    await calm.forward("1m")
    assert [m.text for m in calm.bob.received if "There is more" in m.text] == [
        "There is more about the alert Printer on fire for you. Reply to this message to receive the details."
    ]
    await calm.bob.replies("thanks")
    await calm.forward("25h")
    await calm.alert("Plain", summary="Printer gone", n="3")
    await calm.forward("1m")
    assert sum("There is more" in m.text for m in calm.bob.received) == 2


async def test_a_template_with_a_button_has_asked_already(calm: World) -> None:
    await calm.forward("5h")
    await calm.alert("Backup", summary="Backup failed", team="sleepers")
    await calm.forward("1m")
    calm.alice.expects("Backup failed")
    calm.alice.stays_silent()
    assert await nudges(calm) == []


async def test_a_message_by_hand_is_announced_too(calm: World) -> None:
    await calm.house.engine.desk.say("bob", Intent(free_form="Lunch?"), key="k", ttl=timedelta(hours=1))
    await calm.forward("1m")
    calm.bob.expects("There is more about the alert a message")
    await calm.bob.replies("yes")
    await calm.forward("5s")
    calm.bob.expects("Lunch?")


async def test_a_nudge_that_waits_is_not_sent_when_the_alert_is_over_first(calm: World) -> None:
    calm.sandbox.fail_next(Fault(refusal=Refusal.API_SERVICE, times=2))
    await calm.house.engine.desk.say("alice", Intent(free_form="Lunch?"), key="k", ttl=timedelta(hours=1))
    await calm.forward("4h")  # the nudge waits for the morning, and the text was worth an hour
    calm.alice.stays_silent()
    (nudge,) = await nudges(calm)
    assert (nudge.state, nudge.reason) == (ItemState.CANCELLED, Reason.NOTHING_HELD)


async def test_a_nudge_whose_template_asked_meanwhile_is_not_sent(calm: World) -> None:
    await calm.house.engine.desk.say("alice", Intent(free_form="Lunch?"), key="k", ttl=timedelta(hours=9))
    await calm.settle()
    await calm.alert("Outage", summary="All is down")  # wakes her, with a button to tap
    await calm.forward("4h")
    calm.alice.expects("All is down")
    calm.alice.stays_silent()
    (nudge,) = await nudges(calm)
    assert (nudge.state, nudge.reason) == (ItemState.CANCELLED, Reason.ASKED_ALREADY)


async def test_a_nudge_that_is_refused_for_a_while_is_tried_again(calm: World) -> None:
    calm.sandbox.fail_next(Fault(refusal=Refusal.API_SERVICE))
    await calm.house.engine.desk.say("bob", Intent(free_form="Lunch?"), key="k", ttl=timedelta(hours=1))
    await calm.forward("5m")
    calm.bob.expects("There is more")


async def test_a_question_that_did_not_get_through_was_not_asked(calm: World) -> None:
    calm.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.UNDELIVERABLE))
    await calm.alert("Grave", summary="Very grave")
    await calm.house.engine.desk.say("bob", Intent(free_form="Lunch?"), key="k", ttl=timedelta(hours=1))
    await calm.forward("1m")
    calm.bob.expects("There is more")


async def test_without_a_template_to_ask_with_the_text_is_only_held(world: World) -> None:
    await world.house.engine.desk.say("alice", Intent(free_form="Lunch?"), key="k", ttl=timedelta(hours=1))
    await world.forward("1m")
    world.alice.stays_silent()
    (item,) = await world.items()
    assert item.state is ItemState.HELD


async def test_a_template_for_nudges_or_digests_that_the_account_lacks_is_named(calm: World) -> None:
    calm.sandbox.review("ops_nudge", "en", status="PAUSED")
    await calm.house.engine.sync_templates()
    ready = await calm.into_service.get("/readyz")
    paused, needed = ready.json()["reasons"]
    assert paused.startswith("WhatsApp has trouble with template ops_nudge in en.")
    what = "defaults.nudge needs the template ops_nudge, which the account has not approved (PAUSED)."
    assert needed.startswith(f"{calm.config_path}:13:28: {what}")
