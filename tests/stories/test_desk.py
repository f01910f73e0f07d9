"""The desk: what those who look after the alerting see of it, and what they do about it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.stories.post_office import PostOffice
from tests.stories.test_fallback import with_fallback
from tests.stories.test_money import MONEY
from tests.stories.test_silences_at_the_source import SECTION, Played, fires
from tests.stories.world import HOUSE, START, World
from wa_notify.core.consent import ConsentAct
from wa_notify.core.errors import UnknownRecipient
from wa_notify.core.matcher import read_matcher
from wa_notify.core.outbox import Intent, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Recipient, Seed
from wa_notify.core.retention import DEFAULT_RETENTION
from wa_notify.core.situation import Drop, Hold, Send
from wa_notify.core.template import TemplateWish
from wa_notify.core.ticket import TicketState
from wa_notify.core.timeline import EntryKind
from wa_notify.engine import Desk, Overview
from wa_notify.sandbox import CallbackPolicy

AT_ONCE = CallbackPolicy(sent_after=timedelta(0), delivered_after=timedelta(0), read_after=timedelta(days=30))
DEAF = CallbackPolicy(drop=frozenset({"sent", "delivered", "read", "failed"}))
CONFIG = (Path(__file__).parent / "team.yaml").read_text()
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LUNCH = Intent(free_form="Lunch?")
STRANGER = "+447700900999"


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path, CONFIG)
    world.sandbox.policy = AT_ONCE
    await world.start()
    yield world
    await world.close()


def desk(world: World) -> Desk:
    return world.house.engine.desk


async def seen(world: World) -> Overview:
    return await desk(world).overview()


async def told(world: World) -> None:
    """Alice and Bob have heard of the disk."""
    await world.alert("DiskFull")
    await world.forward("1s")
    for person in (world.alice, world.bob):
        person.expects("Disk almost full", form="template")


# seeing


async def test_a_quiet_house_is_seen_as_quiet(team: World) -> None:
    view = await seen(team)
    assert view.at == START
    assert (view.tickets, view.troubles, view.silence) == ((), (), None)
    assert (view.waiting, view.spent, view.month, view.currency) == (0, Decimal(0), "2026-11", "USD")
    assert (view.delivered_at, view.unheard_since) == (None, None)
    assert "ops_alert" in {shape.name for shape in view.templates}


async def test_people_are_seen_with_consent_and_window_and_guests_are_not(team: World) -> None:
    await team.alice.replies("hello")
    team.sandbox.phone(STRANGER).reply("Who is this?")
    await team.forward("1m")
    people = (await seen(team)).people
    assert list(people) == ["alice", "bob", "carol", "dan"]
    alice, dan = people["alice"], people["dan"]
    assert alice.recipient.name == "Alice"
    assert alice.consent is not None
    assert (alice.consent.act, alice.consent.source) == (ConsentAct.GRANTED, "config")
    assert (alice.objection, alice.refusal) == (None, None)
    assert alice.window.is_open(team.clock.now)
    assert (dan.consent, dan.objection) == (None, Reason.NO_CONSENT)
    assert dan.window.closes_at is None


async def test_who_said_stop_is_seen_with_their_own_refusal(team: World) -> None:
    await team.bob.replies("STOP")
    bob = (await seen(team)).people["bob"]
    assert bob.objection is Reason.OPTED_OUT
    assert bob.refusal is not None
    assert bob.refusal == bob.consent
    assert (bob.refusal.source, bob.refusal.actor) == ("reply", "bob")


async def test_tickets_and_messages_are_seen_until_they_are_over(team: World) -> None:
    await team.alert("DiskFull")
    (ticket,) = (await seen(team)).tickets
    assert (ticket.id, ticket.state) == (1, TicketState.OPEN)
    await team.forward("1m")
    assert (await seen(team)).delivered_at == START
    await team.resolve("DiskFull")
    view = await seen(team)
    assert view.tickets == ()
    assert view.counts.tickets[TicketState.RESOLVED] == 1


async def test_what_has_not_left_yet_is_counted(team: World) -> None:
    await desk(team).say("alice", LUNCH, key="k", ttl=HOUR)
    await team.forward("1m")
    assert (await seen(team)).waiting == 1  # until she writes
    await team.alice.replies("yes?")
    await team.forward("1m")
    assert (await seen(team)).waiting == 0


async def test_what_was_spent_this_month_is_seen(tmp_path: Path) -> None:
    world = World(tmp_path, MONEY.read_text())
    world.sandbox.policy = AT_ONCE
    await world.start()
    await world.alert("DailyNote")
    await world.forward("1m")
    view = await seen(world)
    assert (view.month, view.spent, view.currency) == ("2026-11", Decimal("0.02"), "GBP")
    await world.close()


async def test_limits_and_troubles_are_seen(team: World) -> None:
    assert (await desk(team).limits()).reach.used == 0
    await told(team)
    team.sandbox.review("ops_alert", "en", status="PAUSED")
    await team.forward("1m")
    view = await seen(team)
    assert view.limits == await desk(team).limits()
    assert view.limits.reach.used == 2
    assert [trouble.subject for trouble in view.troubles] == ["ops_alert/en"]


async def test_the_last_arrival_counts_even_of_an_older_message(team: World) -> None:
    team.bob.phone.online = False
    await team.alert("DiskFull")
    await team.alert("News")
    await team.forward("10m")
    assert (await seen(team)).delivered_at == START
    team.bob.phone.online = True
    await team.forward("1m")
    assert (await seen(team)).delivered_at == START + 10 * MINUTE


# whether callbacks come


async def test_a_house_that_hears_nothing_of_its_messages_is_seen_as_deaf_after_a_while(team: World) -> None:
    team.sandbox.policy = DEAF
    await team.forward("5m")
    await team.alert("DiskFull")
    await team.forward("10m")
    assert (await seen(team)).unheard_since is None
    await team.forward("1m")
    view = await seen(team)
    assert (view.unheard_since, view.delivered_at) == (START + 5 * MINUTE, None)


async def test_any_callback_shows_that_they_come(team: World) -> None:
    team.sandbox.policy = DEAF
    await team.alert("DiskFull")
    await team.forward("11m")
    assert (await seen(team)).unheard_since == START
    await team.carol.replies("hello")
    assert (await seen(team)).unheard_since is None


@pytest.mark.parametrize("drop", [frozenset[str](), frozenset({"delivered", "read"})])
async def test_a_restart_forgets_no_callback_about_a_message(team: World, drop: frozenset[str]) -> None:
    team.sandbox.policy = DEAF
    await team.alert("News")  # of this one nothing is ever told
    await team.forward("1m")
    team.sandbox.policy = CallbackPolicy(drop=drop)
    await team.alert("DiskFull")
    await team.forward("30m")
    await team.restart()
    assert (await seen(team)).unheard_since is None


async def test_a_restart_forgets_not_that_somebody_wrote(team: World) -> None:
    team.sandbox.policy = DEAF
    await team.alert("News")
    await team.forward("1m")
    await team.carol.replies("hello")
    await team.forward("30m")
    await team.restart()
    assert (await seen(team)).unheard_since is None


async def test_a_letter_that_was_taken_is_no_word_of_whatsapp(tmp_path: Path, post: PostOffice) -> None:
    world = World(tmp_path, with_fallback(HOUSE.read_text(), "alice", post.url("alice")))
    world.sandbox.policy = DEAF
    await world.start()
    await world.alert("DailyNote")
    await world.forward("30m")
    post.expects("alice", "Disk almost full")
    assert {item.state for item in await world.items()} == {ItemState.ACCEPTED, ItemState.SENT}
    assert (await seen(world)).unheard_since == START
    await world.close()


async def test_a_source_that_granted_a_silence_owes_no_callback(tmp_path: Path) -> None:
    played = Played()
    world = World(tmp_path, f"{HOUSE.read_text()}\n{SECTION}")
    world.source, world.sandbox.policy = played, AT_ONCE
    await world.start()
    await fires(world, played)
    await desk(world).acknowledge(1, by="alice")
    await world.forward("1h")
    assert ItemState.ACCEPTED in {item.state for item in await world.items()}
    await world.restart()
    assert (await seen(world)).unheard_since is None
    await world.close()


async def test_what_whatsapp_holds_back_it_tells_of_later(team: World) -> None:
    team.sandbox.pace("ops_alert", "en")
    await team.alert("DiskFull")
    await team.forward("20m")
    held = {item.reason for item in await team.items() if item.state is ItemState.ACCEPTED}
    assert held == {Reason.HELD_BY_PLATFORM}
    assert (await seen(team)).unheard_since is None


# the story of a ticket, the history of a person


async def test_the_story_of_a_ticket_holds_its_present_episode_and_all_of_its_timeline(team: World) -> None:
    await told(team)
    await team.resolve("DiskFull")
    await team.forward("5m")
    first = await desk(team).story(1)
    await team.alert("DiskFull", summary="Disk full again")
    second = await desk(team).story(1)
    assert first is not None
    assert second is not None
    assert [alert.status for alert in first.alerts] == ["resolved"]
    assert {item.episode for item in first.items} == {1}
    assert {item.occasion for item in first.items} >= {Occasion.OPENED, Occasion.RESOLVED}
    assert [alert.status for alert in second.alerts] == ["firing"]
    assert {item.episode for item in second.items} == {2}
    assert Occasion.RESOLVED not in {item.occasion for item in second.items}
    assert [entry.kind for entry in second.timeline if entry.actor == "test"] == [
        *(EntryKind.OPENED, EntryKind.RESOLVED, EntryKind.REOPENED),
    ]
    assert second.ticket.title == "Disk full again"


async def test_a_ticket_that_is_not_there_has_no_story(team: World) -> None:
    assert await desk(team).story(7) is None


async def test_what_was_said_about_consent_is_told_of_each_person(team: World) -> None:
    await team.bob.replies("STOP")
    await team.forward("1m")
    await team.bob.replies("START")
    acts = [record.act for record in await desk(team).history("bob")]
    assert acts == [ConsentAct.GRANTED, ConsentAct.REVOKED, ConsentAct.GRANTED]
    assert await desk(team).history(team.bob.phone.number) == await desk(team).history("bob")
    assert await desk(team).history("dan") == ()
    with pytest.raises(UnknownRecipient, match="ghost"):
        await desk(team).history("ghost")


async def test_a_name_stands_for_the_people_behind_it(tmp_path: Path) -> None:
    schedule = (
        "schedules: {primary: {rotations: [{people: [bob, carol], every: 1d, starts: '2026-11-21'}]}}\n"
    )
    text = CONFIG.replace("alone: {to: [alice]}", "alone: {to: [alice]}\n  shift: {to: [alice, primary]}")
    world = World(tmp_path, schedule + text)
    await world.start()
    behind = desk(world).people_behind
    assert await behind(["team"]) == ("alice", "bob")
    assert await behind(["primary"]) == ("bob",)
    assert await behind(["shift", "alice", "dan", "team"]) == ("alice", "bob", "dan")
    assert await behind([]) == ()
    await world.forward("1d")
    assert await behind(["shift"]) == ("alice", "carol")
    await world.close()


# consent


async def test_whom_somebody_opts_in_gets_alerts_from_then_on(tmp_path: Path) -> None:
    world = World(tmp_path, CONFIG.replace("alone: {to: [alice]}", "alone: {to: [dan]}"))
    await world.start()
    phone = world.sandbox.phone("+447700900555")
    await world.alert("News")
    await world.forward("1m")
    assert not phone.messages
    dan = await desk(world).grant("dan", source="ha", evidence="Told me at dinner", by="Anna")
    assert dan.consent is not None
    assert (dan.consent.source, dan.consent.evidence, dan.consent.actor) == (
        *("ha", "Told me at dinner", "Anna"),
    )
    assert dan.objection is None
    assert (await seen(world)).people["dan"] == dan
    await world.alert("News", instance="db-8")
    await world.forward("1m")
    assert [message.kind for message in phone.messages] == ["template"]
    await world.close()


async def test_whom_somebody_opts_out_gets_nothing_more_not_even_what_waits(team: World) -> None:
    await desk(team).say("alice", LUNCH, key="k", ttl=HOUR)
    alice = await desk(team).revoke("+447700900123", source="paper", evidence="Letter", by="Anna")
    assert (alice.recipient.id, alice.objection) == ("alice", Reason.OPTED_OUT)
    assert alice.refusal is None  # Anna wrote it down, so Anna may be wrong
    await team.alert("DiskFull")
    await team.forward("1m")
    team.alice.stays_silent()
    team.bob.expects("Disk almost full")
    refused = [item for item in await team.items(1) if item.state is ItemState.REFUSED]
    assert {(item.recipient_id, item.reason) for item in refused} == {("alice", Reason.OPTED_OUT)}


async def test_an_opt_in_by_hand_undoes_even_a_stop(team: World) -> None:
    await team.bob.replies("STOP")
    await team.forward("1m")
    team.bob.expects("no more alerts")
    bob = await desk(team).grant("bob", source="ha", evidence="He called me", by="Anna")
    assert (bob.objection, bob.refusal) == (None, None)
    await team.alert("DiskFull")
    await team.forward("1m")
    team.bob.expects("Disk almost full")


async def test_whom_another_host_introduces_has_agreed_there(team: World) -> None:
    engine, known = team.house.engine, Recipient(id="erin", name="Erin", phone="+447700900666")
    await engine.adopt(engine.book, [Seed(recipient=known, opt_in="Agreed", source="ha")], DEFAULT_RETENTION)
    (agreed,) = await desk(team).history("erin")
    assert (agreed.act, agreed.source, agreed.actor) == (ConsentAct.GRANTED, "ha", "ha")
    assert (await seen(team)).people["erin"].objection is None


async def test_nobody_unknown_is_opted_in_or_out(team: World) -> None:
    for act in (desk(team).grant, desk(team).revoke):
        with pytest.raises(UnknownRecipient, match="ghost"):
            await act("ghost", source="ha", evidence="", by="Anna")


# tickets


async def test_a_person_takes_a_ticket_at_the_desk_as_on_the_phone(team: World) -> None:
    await told(team)
    await team.bob.replies("hello")
    deed = await desk(team).acknowledge(1, by="alice")
    assert deed is not None
    assert deed.told == "Alice takes the ticket. Reminders stop."
    await team.forward("3h")
    assert (await team.ticket()).acknowledged_by == "alice"
    taken = next(entry for entry in await team.timeline() if entry.kind is EntryKind.ACKNOWLEDGED)
    assert taken.actor == "alice"
    assert any("Alice takes ticket #1: Disk almost full." in one.text for one in team.bob.received)
    team.alice.stays_silent()
    again = await desk(team).acknowledge(1, by="alice")
    assert again is not None
    assert (again.told, again.text) == ("", "Ticket #1 is yours already: Disk almost full.")


async def test_somebody_whom_no_recipient_is_named_after_takes_it_under_their_own_name(team: World) -> None:
    await told(team)
    await desk(team).acknowledge(1, by="Anna at the panel")
    ticket = await team.ticket()
    assert (ticket.state, ticket.acknowledged_by) == (TicketState.ACKNOWLEDGED, "Anna at the panel")
    taken = next(entry for entry in await team.timeline() if entry.kind is EntryKind.ACKNOWLEDGED)
    assert (taken.actor, taken.text) == (
        *("Anna at the panel", "Anna at the panel takes the ticket. Reminders stop."),
    )
    await team.bob.replies("ack 1")
    await team.forward("1m")
    team.bob.expects("Ticket #1 is already with Anna at the panel")
    await team.forward("3h")
    team.alice.stays_silent()


async def test_a_ticket_that_is_given_back_is_asked_about_anew(team: World) -> None:
    await told(team)
    await desk(team).acknowledge(1, by="alice")
    await team.forward("5m")
    deed = await desk(team).release(1, by="alice")
    assert deed is not None
    assert (deed.ticket.state, deed.told) == (
        *(TicketState.OPEN, "Alice gives the ticket back. Everybody is asked anew."),
    )
    await team.forward("1m")
    team.bob.expects("Disk almost full")
    team.alice.stays_silent()


async def test_the_next_people_are_asked_at_once(team: World) -> None:
    await told(team)
    deed = await desk(team).escalate(1, by="Anna")
    assert deed is not None
    assert deed.told == "Anna asks Carol."
    await team.forward("1m")
    team.carol.expects("Disk almost full", form="template")
    last = await desk(team).escalate(1, by="Anna")
    assert last is not None
    assert (last.told, last.text) == ("", "Nobody is left to ask about ticket #1: Disk almost full.")


async def test_a_ticket_that_is_closed_at_the_desk_is_over_for_everybody(team: World) -> None:
    await told(team)
    deed = await desk(team).resolve(1, by="bob")
    assert deed is not None
    assert (deed.ticket.state, deed.ticket.resolved_by) == (TicketState.RESOLVED, "bob")
    await team.forward("3h")
    team.alice.expects("has been resolved after")
    for person in (team.alice, team.bob, team.carol):
        person.stays_silent()
    again = await desk(team).resolve(1, by="bob")
    assert again is not None
    assert again.told == ""


async def test_a_ticket_is_hushed_for_a_while(team: World) -> None:
    await told(team)
    deed = await desk(team).hush(1, 2 * HOUR, by="Anna")
    assert deed is not None
    assert deed.told == "Anna silences the ticket until 21 Nov 05:00 UTC."
    await team.forward("1h59m")
    team.alice.stays_silent()
    silenced = next(entry for entry in await team.timeline() if entry.kind is EntryKind.SILENCED)
    assert (silenced.actor, silenced.text) == ("Anna", "Silenced until 21 Nov 05:00 UTC.")
    assert (await seen(team)).silence is None  # it is not one of all alerts
    await team.forward("10m")
    team.alice.expects("Disk almost full")


async def test_nothing_comes_of_a_ticket_that_is_not_there(team: World) -> None:
    at_desk = desk(team)
    deeds = (at_desk.acknowledge, at_desk.resolve, at_desk.escalate, at_desk.release)
    assert [await deed(7, by="alice") for deed in deeds] == [None] * 4
    assert await at_desk.hush(7, HOUR, by="alice") is None
    assert await team.tickets() == []


# silences


async def test_a_silence_of_everything_mutes_all_until_its_end(team: World) -> None:
    silence = await desk(team).silence((), 2 * HOUR, by="Anna", comment="Fire drill.")
    assert (silence.matchers, silence.author, silence.comment) == ((), "Anna", "Fire drill.")
    await desk(team).silence((), HOUR, by="Anna")
    await desk(team).silence([read_matcher("team=web")], 9 * HOUR, by="Anna")
    await team.alert("DiskFull")
    await team.alert("News")
    await team.forward("1h59m")
    team.alice.stays_silent()
    assert (await seen(team)).silence == silence
    assert (await team.timeline())[1].text == "Silenced until 21 Nov 05:00 UTC. Fire drill."
    await team.forward("1m")
    assert (await seen(team)).silence is None
    await team.forward("1m")
    assert len(team.alice.received) == 2
    team.bob.expects("Disk almost full")


async def test_a_silence_of_everything_ends_before_its_time(team: World) -> None:
    silence = await desk(team).silence((), 2 * HOUR, by="Anna")
    await team.alert("DiskFull")
    await team.forward("10m")
    team.alice.stays_silent()
    ended = await desk(team).end_silence(silence.id, by="Anna")
    assert ended is not None
    assert ended.ends_at == team.clock.now
    assert (await seen(team)).silence is None
    await team.forward("1m")
    team.alice.expects("Disk almost full")
    assert await desk(team).end_silence(silence.id, by="Anna") is None
    assert await desk(team).end_silence(99, by="Anna") is None


async def test_all_silences_of_everything_end_together_and_others_stay(team: World) -> None:
    for length in (HOUR, 2 * HOUR):
        await desk(team).silence((), length, by="Anna")
    await desk(team).silence([read_matcher("alertname=News")], 2 * HOUR, by="Anna")
    await team.alert("DiskFull")
    await team.alert("News")
    assert await desk(team).end_silence_of_all(by="alice") == 2
    assert (await seen(team)).silence is None
    await team.forward("1m")
    team.alice.expects("Disk almost full")
    team.alice.stays_silent()
    assert await desk(team).end_silence_of_all(by="alice") == 0


# saying


async def test_what_is_said_by_hand_leaves_at_once_where_the_window_is_open(team: World) -> None:
    await team.alice.replies("hello")
    put = await desk(team).say("alice", LUNCH, key="k", ttl=HOUR)
    assert put.recipient.id == "alice"
    assert isinstance(put.decision, Send)
    assert put.item is not None
    await team.forward("1m")
    team.alice.expects("Lunch?", form="text")
    (item,) = await team.items()
    assert (item.id, item.occasion) == (put.item.id, Occasion.MESSAGE)


async def test_a_template_leaves_without_a_window_and_to_a_number(team: World) -> None:
    wish = TemplateWish(name="ops_notice", body=(("", "Lunch is ready."),))
    put = await desk(team).say("+447700900456", Intent(template=wish), key="k", ttl=HOUR)
    assert (put.recipient.id, put.known) == ("bob", False)
    assert isinstance(put.decision, Send)
    await team.forward("1m")
    team.bob.expects("Lunch is ready.", form="template")


async def test_what_has_to_wait_for_a_reply_is_kept(team: World) -> None:
    put = await desk(team).say("alice", LUNCH, key="k", ttl=HOUR)
    assert isinstance(put.decision, Hold)
    assert put.item is not None
    await team.forward("1m")
    team.alice.stays_silent()
    await team.alice.replies("yes?")
    await team.forward("1m")
    team.alice.expects("Lunch?")


async def test_what_would_be_refused_is_told_at_once_and_kept_nowhere(team: World) -> None:
    for _ in range(2):
        put = await desk(team).say("dan", LUNCH, key="k", ttl=HOUR)
        assert (put.item, put.known) == (None, False)
        assert isinstance(put.decision, Drop)
        assert put.decision.reason is Reason.NO_CONSENT
    assert await team.items() == []
    await desk(team).grant("dan", source="ha", evidence="Asked for it", by="Anna")
    put = await desk(team).say("dan", LUNCH, key="k", ttl=HOUR)
    assert put.item is not None


async def test_the_same_key_says_it_once(team: World) -> None:
    await team.alice.replies("hello")
    first = await desk(team).say("alice", LUNCH, key="k", ttl=HOUR)
    await team.forward("1m")
    again = await desk(team).say("alice", LUNCH, key="k", ttl=HOUR)
    assert (first.known, again.known, again.item) == (False, True, None)
    await team.forward("1m")
    team.alice.expects("Lunch?")
    team.alice.stays_silent()


async def test_nothing_is_said_to_somebody_unknown(team: World) -> None:
    with pytest.raises(UnknownRecipient, match="ghost"):
        await desk(team).say("ghost", LUNCH, key="k", ttl=HOUR)
    assert await team.items() == []
