"""The story the project exists for, sentence by sentence."""

from dataclasses import replace
from datetime import timedelta

from tests.stories.world import START, World
from wa_notify.core.message import Form
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import TicketState
from wa_notify.ports import Transaction
from wa_notify.sandbox import CallbackPolicy

LATE_AND_WRONG = CallbackPolicy(
    sent_after=timedelta(seconds=5),
    delivered_after=timedelta(seconds=20),
    read_after=timedelta(seconds=40),
    duplicates=2,
    order="reversed",
)


async def test_an_alert_goes_out_as_the_approved_template_with_its_parameters(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("10s")
    message = world.alice.expects("Alert: db-7", "A critical alert", "Disk almost full", form="template")
    assert message.template == ("ops_alert", "en")
    assert message.buttons == ("Acknowledge", "Details", "Open alert")
    assert message.actions[2].url == "https://ops.example.net/alerts/1"


async def test_statuses_late_doubled_and_in_the_wrong_order_end_as_read(world: World) -> None:
    world.sandbox.policy = LATE_AND_WRONG
    await world.alert("DiskFull")
    (item, _) = await world.items()
    assert item.state is ItemState.ACCEPTED
    await world.forward("1m")
    (item, _) = await world.items()
    assert item.state is ItemState.READ


async def test_tapping_acknowledge_opens_the_window_takes_the_ticket_and_brings_the_details(
    world: World,
) -> None:
    await world.alert("DiskFull")
    await world.forward("1m")
    world.alice.expects("Disk almost full", form="template")
    world.alice.stays_silent()
    await world.alice.taps("Acknowledge")
    await world.forward("10s")
    ticket = await world.ticket()
    assert (ticket.state, ticket.acknowledged_by) == (TicketState.ACKNOWLEDGED, "alice")
    world.alice.expects("Ticket #1 is yours", form="text")
    world.alice.expects("Everything we know: 96 % of /var", form="text")
    world.alice.stays_silent()
    person = (await world.house.engine.look(lambda views: views.people("400000000000101")))[0]
    assert person.window.closes_at == START + timedelta(minutes=1, hours=24)


async def test_tapping_details_brings_them_and_takes_nothing(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("1m")
    world.alice.expects("Disk almost full", form="template")
    await world.alice.taps("Details")
    await world.forward("1m")
    world.alice.expects("Everything we know", form="text")
    world.alice.stays_silent()
    assert (await world.ticket()).state is TicketState.OPEN


async def test_a_german_button_acknowledges_too(world: World) -> None:
    def speaks_german(tx: Transaction) -> None:
        alice = tx.recipient("alice")
        assert alice is not None
        tx.save_recipient(replace(alice, language="de"))

    world.house.store.transact(speaks_german).result()
    await world.alert("DiskFull")
    await world.forward("1m")
    assert world.alice.expects("Ein Alarm").template == ("ops_alert", "de")
    await world.alice.taps("Übernehmen")
    assert (await world.ticket()).state is TicketState.ACKNOWLEDGED


async def test_an_unanswered_ticket_speaks_again_at_its_times_and_only_so_often(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("9m59s")
    world.alice.expects("Disk almost full")
    world.alice.stays_silent()
    for number, wait in enumerate(("5s", "15m", "15m"), start=1):
        await world.forward(wait)
        world.alice.expects(f"Reminder {number}", "Disk almost full", form="template")
    await world.forward("2d")
    world.alice.stays_silent()
    assert (await world.ticket()).reminders_sent == 3


async def test_a_reminder_is_free_form_while_the_window_is_open_and_a_template_once_it_is_closed(
    world: World,
) -> None:
    await world.alice.replies("good night")
    await world.forward("23h48m")
    await world.alert("DiskFull")
    await world.forward("1m")
    world.alice.expects("*Disk almost full* on db-7", form="interactive")
    world.alice.expects("Everything we know", form="text")
    await world.forward("9m10s")
    world.alice.expects("Reminder 1: Disk almost full", form="interactive")
    await world.forward("15m")
    world.alice.expects("Reminder 2: the alert Disk almost full is still waiting", form="template")


async def test_after_24_hours_the_same_intent_goes_out_as_a_template(world: World) -> None:
    world.plays("window-closes")
    await world.forward("2m")
    await world.alert("DailyNote", summary="first")
    await world.forward("24h")
    world.alice.expects("Note of the day: first", form="interactive")
    await world.alert("DailyNote", summary="second", day="2")
    await world.forward("2h")
    world.alice.expects("second", form="template")
    world.alice.expects("Which ticket do you mean?")  # for she wrote again
    await world.alert("DailyNote", summary="third", day="3")
    await world.forward("1m")
    world.alice.expects("Note of the day: third", form="interactive")
    forms = [item.form for item in await world.items() if item.occasion is Occasion.OPENED]
    assert forms == [Form.FREE_FORM, Form.TEMPLATE, Form.FREE_FORM]
    assert not [entry for entry in world.sandbox.log if "131047" in str(entry)]


async def test_when_whatsapp_says_the_window_is_closed_the_same_goes_out_as_a_template(world: World) -> None:
    await world.alice.replies("hello")
    world.alice.phone.chat().window_until = world.clock.now  # the platform closes it early
    await world.alert("DailyNote", summary="a hiccup")
    await world.forward("1m")
    world.alice.expects("a hiccup", form="template")
    world.alice.stays_silent()
    (item,) = await world.items()
    assert (item.state, item.form, item.attempts) == (ItemState.READ, Form.TEMPLATE, 2)
    assert Reason.WINDOW_CLOSED_BY_PLATFORM in await world.reasons()


async def test_who_never_opted_in_gets_nothing_and_the_ticket_says_why(world: World) -> None:
    await world.alert("TeamNews")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    world.bob.expects("Disk almost full")
    world.carol.stays_silent()
    (refusal,) = [entry for entry in await world.timeline() if entry.reason is Reason.NO_CONSENT]
    assert "carol" in refusal.text
    assert world.carol.phone.messages == ()


async def test_who_said_stop_gets_nothing_and_the_ticket_says_why(world: World) -> None:
    await world.bob.replies("Stop.")
    await world.forward("1m")
    world.bob.expects("no more alerts", "START", form="text")
    await world.alert("TeamNews")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    world.bob.stays_silent()
    (refusal,) = [entry for entry in await world.timeline() if entry.reason is Reason.OPTED_OUT]
    assert "bob" in refusal.text


async def test_stop_also_stops_what_is_already_waiting(world: World) -> None:
    world.plays("stop-and-start")
    await world.forward("5m")
    await world.alert("DiskFull")
    await world.forward("4m")
    world.alice.expects("Disk almost full")
    await world.forward("2m")
    world.alice.expects("no more alerts")
    await world.forward("1h50m")
    world.alice.stays_silent()
    states = {item.occasion: item.state for item in await world.items(1)}
    assert states[Occasion.REMINDER] is ItemState.REFUSED


async def test_start_brings_alerts_back(world: World) -> None:
    world.plays("stop-and-start")
    await world.forward("11m")
    world.alice.expects("no more alerts")
    await world.alice.replies("stop")
    await world.forward("2h")
    world.alice.expects("alerts from us again")
    world.alice.stays_silent()
    await world.alert("DailyNote")
    await world.forward("1m")
    world.alice.expects("Note of the day")


async def test_when_the_alert_resolves_the_ticket_closes_and_pending_reminders_die(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("5m")
    world.alice.expects("Disk almost full")
    await world.resolve("DiskFull")
    await world.forward("1m")
    world.alice.expects("has been resolved after 5 min", form="template")
    ticket = await world.ticket()
    assert (ticket.state, ticket.remind_at) == (TicketState.RESOLVED, None)
    await world.forward("2d")
    world.alice.stays_silent()
    held = [item for item in await world.items(1) if item.occasion is Occasion.DETAILS]
    assert [(item.state, item.reason) for item in held] == [(ItemState.CANCELLED, Reason.TICKET_RESOLVED)]


async def test_an_alert_that_ends_before_its_message_left_is_never_heard_of(world: World) -> None:
    await world.alert("SlowBurn", service="shop")
    await world.forward("20s")
    await world.resolve("SlowBurn", service="shop")
    await world.forward("1h")
    world.alice.stays_silent()
    assert (await world.ticket()).state is TicketState.RESOLVED
