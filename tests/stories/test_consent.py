"""Who said what, and what the house makes of it: own words for STOP, new names, invitations, forgetting."""

import asyncio
import contextlib
from datetime import timedelta
from pathlib import Path

from tests.stories.beneath import ask, unguard_ledger
from tests.stories.test_the_loop import PATIENCE
from tests.stories.world import HOUSE, World
from wa_notify.core.consent import ConsentAct
from wa_notify.core.inbound import Sender
from wa_notify.core.outbox import Intent, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.template import TemplateWish
from wa_notify.core.ticket import TicketState
from wa_notify.pipeline.erasure import erase
from wa_notify.pipeline.invites import invite, invite_by_template
from wa_notify.pipeline.people import Said
from wa_notify.sandbox import CallbackPolicy
from wa_notify.scheduler import Wakeups
from wa_notify.service import at_work


async def test_a_word_of_the_house_is_a_stop_that_is_obeyed_and_one_is_a_start(tmp_path: Path) -> None:
    words = "replies: {stop: [Ruhe bitte], start: [wieder Alarme]}\n"
    world = World(tmp_path, words + HOUSE.read_text())
    await world.start()
    try:
        await world.alice.replies("Ruhe bitte!")
        await world.forward("1m")
        world.alice.expects("no more alerts")
        wamid = await world.bob.replies("Hallo")
        world.bob.phone.edit(wamid, "Ruhe bitte")  # an edit can be a STOP too, in the words of the house
        await world.forward("1m")
        world.bob.expects("no more alerts")
        await world.alert("DailyNote")
        await world.forward("1h")
        world.alice.stays_silent()
        assert Reason.OPTED_OUT in await world.reasons()
        await world.alice.replies("wieder alarme")
        await world.forward("1m")
        world.alice.expects("You will get alerts")
        await world.alert("DailyNote", instance="db-8")
        await world.forward("1m")
        world.alice.expects("Note of the day", form="interactive")
    finally:
        await world.close()


async def test_a_person_who_is_called_another_name_keeps_consent_window_and_what_waits(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("1m")
    world.alice.expects("Disk almost full", form="template")
    await world.bob.replies("STOP")
    await world.forward("1m")
    world.bob.expects("no more alerts")
    await world.stop()
    text = world.config_path.read_text()
    for old, new in (("alice", "alicia"), ("bob", "robert")):
        text = (
            text.replace(f"  {old}:", f"  {new}:")
            .replace(f"[{old}", f"[{new}")
            .replace(f" {old},", f" {new},")
        )
    text = text.replace(', opt_in: "Signed the on-call agreement"', "")
    world.config_path.write_text(text)
    await world.start()
    await world.alice.taps("Acknowledge")
    await world.forward("1m")
    world.alice.expects("is yours")
    await world.forward("1m")
    world.alice.expects("Everything we know", form="text")
    assert (await world.ticket()).acknowledged_by == "alicia"
    await world.alert("TeamNews")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    world.bob.stays_silent()
    refused = {
        item.recipient_id: item.reason for item in await world.items(2) if item.state is ItemState.REFUSED
    }
    assert refused == {"robert": Reason.OPTED_OUT, "carol": Reason.NO_CONSENT}


CAROLS = Sender(wa_id="447700900789", profile_name="Carol C.")


async def test_somebody_invited_by_a_link_gets_alerts_once_they_sent_the_code(tmp_path: Path) -> None:
    house = HOUSE.read_text().replace('carol: {phone: "+447700900789", name: Carol}', "carol: {name: Carol}")
    world = World(tmp_path, house)
    await world.start()
    try:
        await world.alert("TeamNews")
        await world.forward("1m")
        assert Reason.NO_ADDRESS in await world.reasons()
        await world.carol.replies("hello")  # she writes as a stranger first
        await world.forward("1m")
        world.carol.expects("You are not on the list")
        now = world.clock()
        world.house.store.transact(lambda tx: invite(tx, "carol", code="7KQ4M2XWPD", now=now)).result()
        await world.carol.replies("join 7kq4m2xwpd")
        await world.forward("1m")
        world.carol.expects("You will get alerts from us from now on")
        await world.restart()  # the configuration still has no number of hers
        await world.alert("TeamNews", instance="db-8")
        await world.forward("1m")
        world.carol.expects("Disk almost full", form="template")
    finally:
        await world.close()


async def test_an_invitation_by_template_reaches_who_asked_and_nothing_else_does_before_the_yes(
    world: World,
) -> None:
    now = world.clock()
    said = Said(source="paper", evidence="Asked at the gate", actor="ops", at=now)
    wish = TemplateWish(name="ops_invite")
    item = world.house.store.transact(lambda tx: invite_by_template(tx, "carol", wish, said)).result()
    await world.alert("TeamNews")
    await world.forward("1m")
    world.carol.expects("Do you agree?", form="template")
    world.carol.stays_silent()
    sent = next(one for one in await world.items() if one.id == item.id)
    assert (sent.occasion, sent.ticket_id) == (Occasion.INVITE, None)
    await world.carol.taps("Yes")
    await world.forward("1m")
    world.carol.expects("You will get alerts from us from now on")
    await world.alert("TeamNews", instance="db-8")
    await world.forward("1m")
    world.carol.expects("Disk almost full", form="template")


async def test_somebody_erased_while_a_message_is_on_its_way_does_no_harm(world: World) -> None:
    await world.alert("DailyNote", settle=False)
    now = world.clock()
    claims = await world.house.engine._turn()
    assert len(claims.leaving) == 1
    done = world.house.store.transact(
        lambda tx: erase(tx, "alice", source="cli", actor="ops", now=now)
    ).result()
    for claimed in claims.leaving:
        await world.house.engine._send(claimed)
    await world.forward("10m")
    (item,) = await world.items(1)
    assert item.recipient_id == done.stand_in
    assert item.state in (ItemState.DELIVERED, ItemState.READ)
    await world.alert("DailyNote", instance="db-8")
    await world.forward("10m")
    assert Reason.UNKNOWN_RECIPIENT in await world.reasons(2)


async def test_what_is_old_is_forgotten_as_time_goes_by(world: World) -> None:
    await world.alert("DailyNote")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    await world.resolve("DailyNote")
    await world.forward("1m")
    events = "SELECT count(*) FROM inbox"

    async def kept(days: int) -> tuple[int, int, int]:
        world.clock.now += timedelta(days=days)
        await world.house.engine.tidy()
        ((inbox,),) = ask(world.folder, events)
        words = sum(item.intent != Intent() for item in await world.items())
        return inbox, words, len(await world.tickets())

    inbox, words, tickets = await kept(0)
    assert inbox > 2
    assert (words, tickets) == (1, 1)
    assert await kept(31) == (0, 1, 1)
    assert await kept(60) == (0, 0, 1)
    assert len(await world.items(1)) == 1
    assert await kept(310) == (0, 0, 0)
    assert await world.items() == []
    ledger = await world.house.engine.look(lambda views: views.ledger())
    assert {page.entry.act for page in ledger} == {ConsentAct.GRANTED}


async def test_a_broken_ledger_is_told_and_keeps_no_alert_from_anybody(world: World) -> None:
    unguard_ledger(world.folder)
    ask(world.folder, "UPDATE consents SET source = 'web' WHERE number = 2")
    await world.house.engine.check_ledger()
    ready = await world.into_service.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["reasons"] == ["The consent ledger is broken. Entry 2 is not what was recorded."]
    await world.alert("DailyNote")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    ask(world.folder, "UPDATE consents SET source = 'config' WHERE number = 2")
    await world.house.engine.check_ledger()
    assert (await world.into_service.get("/readyz")).json()["reasons"] == []


async def test_the_service_looks_at_the_ledger_and_forgets_by_itself(world: World) -> None:
    await world.alert("DailyNote")
    await world.forward("1m")
    await world.resolve("DailyNote")
    ask(world.folder, "DELETE FROM meta WHERE key = 'consent_head'")
    world.clock.now += timedelta(days=500)
    engine = world.house.engine
    async with at_work(engine, Wakeups()):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while engine.watch.ledger_break is None or await world.tickets():
                    await asyncio.sleep(0.02)
    assert engine.watch.ledger_break is not None
    assert world.house.store.read(lambda views: views.tickets(list(TicketState), 10)).result() == []


async def test_a_message_that_is_edited_into_a_stop_of_the_house_is_obeyed(tmp_path: Path) -> None:
    world = World(tmp_path, "replies: {stop: [Ruhe bitte]}\n" + HOUSE.read_text())
    await world.start()
    try:
        wamid = await world.alice.replies("hello")
        world.alice.phone.edit(wamid, "Ruhe bitte")
        await world.forward("10s")
        world.alice.expects("no more alerts")
    finally:
        await world.close()


async def test_a_stop_of_the_house_is_heard_although_it_was_taken_back_before_it_came(tmp_path: Path) -> None:
    world = World(tmp_path, "replies: {stop: [Ruhe bitte]}\n" + HOUSE.read_text())
    await world.start()
    try:
        world.sandbox.policy = CallbackPolicy(inbound_after=timedelta(minutes=5))
        wamid = world.alice.phone.reply("Ruhe bitte")
        world.sandbox.policy = CallbackPolicy()
        world.alice.phone.delete(wamid)
        await world.forward("6m")
        world.alice.expects("no more alerts")
    finally:
        await world.close()
