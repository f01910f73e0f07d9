"""News: what listeners hear of timelines, consent and messages, once each, and only of what is durable."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from tests.pipeline.test_faults_of_ours import poisoned
from tests.stories.world import World
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.enclosed import MediaKind
from wa_notify.core.errors import StoreError
from wa_notify.core.inbound import (
    Arrival,
    Deleted,
    Edited,
    InboundMessage,
    Media,
    Reaction,
    Sender,
    Tap,
    Text,
)
from wa_notify.core.news import Heard, News, Step
from wa_notify.core.outbox import Intent
from wa_notify.core.ticket import TicketState
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.pipeline.erasure import erase
from wa_notify.pipeline.invites import invite
from wa_notify.ports import Transaction
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal
from wa_notify.web.alerts import parse

T = TypeVar("T", bound=News)
CONFIG = (Path(__file__).parent / "team.yaml").read_text()
NUMBER = "400000000000101"
ALICE = Sender(wa_id="447700900123")


class Listener:
    """Whoever stands at the store and takes in what it tells. What was looked at is not looked at again."""

    def __init__(self, world: World) -> None:
        self._news: list[News] = []
        world.house.store.listen(self._take_in)

    def _take_in(self, news: Sequence[News]) -> None:
        self._news += news

    def hears(self, kind: type[T]) -> list[T]:
        """The news of this kind since it was last asked for."""
        found: list[T] = [one for one in self._news if isinstance(one, kind)]
        self._news = [one for one in self._news if not isinstance(one, kind)]
        return found

    def forgets(self) -> None:
        """What was told so far does not matter."""
        self._news = []

    def hears_nothing(self) -> None:
        """No news of any kind."""
        assert self._news == []


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path, CONFIG)
    world.sandbox.policy = CallbackPolicy(
        sent_after=timedelta(0), delivered_after=timedelta(0), read_after=timedelta(days=30)
    )
    await world.start()
    yield world
    await world.close()


@pytest.fixture
def listener(team: World) -> Listener:
    return Listener(team)


async def transact(world: World, work: Callable[[Transaction], object]) -> None:
    await asyncio.wrap_future(world.house.store.transact(work))


# tickets


async def test_each_line_of_a_timeline_is_news_once(team: World, listener: Listener) -> None:
    await team.alert("DiskFull")
    await team.forward("1m")
    assert listener.hears(Entry) == await team.timeline()
    listener.forgets()
    await team.alert("DiskFull")  # the same word again
    listener.hears_nothing()
    await team.alice.taps("Acknowledge")
    await team.resolve("DiskFull")
    kinds = [entry.kind for entry in listener.hears(Entry)]
    assert (kinds.count(EntryKind.ACKNOWLEDGED), kinds.count(EntryKind.RESOLVED)) == (1, 1)


async def test_what_is_done_at_the_desk_is_news_as_well(team: World, listener: Listener) -> None:
    await team.alert("DiskFull")
    listener.forgets()
    await team.house.engine.desk.acknowledge(1, by="Anna")
    (taken,) = listener.hears(Entry)
    assert (taken.ticket_id, taken.kind, taken.actor) == (1, EntryKind.ACKNOWLEDGED, "Anna")


# messages of ours


async def test_each_step_of_a_message_is_news_once(team: World, listener: Listener) -> None:
    team.sandbox.policy = CallbackPolicy(
        duplicates=2,
        sent_after=timedelta(seconds=1),
        delivered_after=timedelta(seconds=4),
        read_after=timedelta(seconds=9),
    )
    await team.alert("DiskFull")
    await team.forward("1m")
    steps = [step for step in listener.hears(Step) if step.item.recipient_id == "alice"]
    first = [step for step in steps if step.item.id == steps[0].item.id]
    assert [step.item.state.value for step in first] == ["sending", "accepted", "sent", "delivered", "read"]
    assert [step.took for step in first] == [None, None, None, timedelta(seconds=4), None]
    assert not any(step.failure for step in first)


async def test_a_message_that_is_read_before_it_is_delivered_has_arrived_once(
    team: World, listener: Listener
) -> None:
    team.sandbox.policy = CallbackPolicy(
        drop=frozenset({"delivered"}), delivered_after=timedelta(seconds=4), read_after=timedelta(seconds=9)
    )
    await team.alert("DiskFull")
    await team.forward("1m")
    took = [step.took for step in listener.hears(Step) if step.item.recipient_id == "alice" and step.took]
    assert took == [timedelta(seconds=9)]


async def test_a_refusal_is_news_with_what_was_said(team: World, listener: Listener) -> None:
    team.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG))
    await team.alert("DiskFull")
    failures = [step.failure for step in listener.hears(Step) if step.failure]
    assert [failure.code for failure in failures] == [131000]


# consent


async def test_a_stop_and_a_start_are_news_of_consent(team: World, listener: Listener) -> None:
    await team.bob.replies("STOP")
    await team.bob.replies("STOP")
    await team.bob.replies("START")
    said = [(one.recipient_id, one.act, one.source) for one in listener.hears(ConsentRecord)]
    assert said[0] == ("bob", ConsentAct.REVOKED, "reply")
    assert said[-1] == ("bob", ConsentAct.GRANTED, "reply")
    assert [record.act for record in await team.house.engine.desk.history("bob")][1:] == [
        act for _, act, _ in said
    ]


async def test_an_opt_in_at_the_desk_and_a_choice_in_the_settings_are_news(
    team: World, listener: Listener
) -> None:
    await team.house.engine.desk.grant("dan", source="ha", evidence="Asked for it", by="Anna")
    team.alice.phone.prefer("stop")
    await team.settle()
    dan, alice = listener.hears(ConsentRecord)
    assert (dan.recipient_id, dan.act, dan.actor) == ("dan", ConsentAct.GRANTED, "Anna")
    assert (alice.recipient_id, alice.act, alice.purpose) == ("alice", ConsentAct.REVOKED, Purpose.MARKETING)


async def test_that_somebody_was_forgotten_is_news(team: World, listener: Listener) -> None:
    now = team.clock.now
    await transact(team, lambda tx: erase(tx, "dan", source="api", actor="Anna", now=now))
    (erased,) = listener.hears(ConsentRecord)
    assert (erased.recipient_id, erased.act) == ("dan", ConsentAct.ERASED)


# messages of people


async def test_what_people_write_tap_and_react_with_is_heard(team: World, listener: Listener) -> None:
    await team.alert("DiskFull")
    await team.forward("1m")
    on = team.alice.expects("Disk almost full").wamid
    await team.alice.replies("On my way")
    await team.bob.taps("Acknowledge")
    team.alice.phone.react("\N{THUMBS UP SIGN}", to=on)
    team.alice.phone.send("image", {"caption": "The rack"})
    await team.settle()
    heard = listener.hears(Heard)
    assert [one.recipient_id for one in heard] == ["alice", "bob", "alice", "alice"]
    words, tap, reaction, picture = (one.message.content for one in heard)
    assert words == Text(body="On my way")
    assert isinstance(tap, Tap)
    assert tap.title == "Acknowledge"
    assert reaction == Reaction(emoji="\N{THUMBS UP SIGN}", to_wamid=on)
    assert isinstance(picture, Media)
    assert (picture.kind, picture.caption) == (MediaKind.IMAGE, "The rack")
    assert not any(one.guest for one in heard)


async def test_what_whatsapp_says_twice_is_heard_once(team: World, listener: Listener) -> None:
    team.sandbox.policy = CallbackPolicy(duplicates=2)
    await team.alert("DiskFull")
    await team.alice.replies("ack")
    await team.bob.replies("STOP")
    await team.forward("1m")
    heard, consents, entries = listener.hears(Heard), listener.hears(ConsentRecord), listener.hears(Entry)
    assert [one.message.content for one in heard] == [Text(body="ack"), Text(body="STOP")]
    assert [one.act for one in consents] == [ConsentAct.REVOKED]
    assert entries == await team.timeline()


async def test_a_guest_is_heard_as_a_guest(team: World, listener: Listener) -> None:
    team.sandbox.phone("+447700900999").reply("Who is this?")
    await team.settle()
    (heard,) = listener.hears(Heard)
    assert heard.guest
    assert heard.recipient_id.startswith("guest-")


async def test_who_sends_the_code_of_an_invitation_is_heard_as_the_person_who_was_invited(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, CONFIG.replace('{phone: "+447700900555", name: Dan}', "{name: Dan}"))
    await world.start()
    listener, phone, now = Listener(world), world.sandbox.phone("+447700900555"), world.clock.now
    phone.reply("hello")
    await world.settle()
    assert [one.guest for one in listener.hears(Heard)] == [True]
    await transact(world, lambda tx: invite(tx, "dan", code="7KQ4M2XWPD", now=now))
    phone.reply("join 7kq4m2xwpd")
    await world.settle()
    (heard,) = listener.hears(Heard)
    assert (heard.recipient_id, heard.guest) == ("dan", False)
    await world.close()


async def test_edits_and_deletions_are_not_heard_but_a_stop_is(team: World, listener: Listener) -> None:
    wamid = await team.alice.replies("I shall look")
    assert len(listener.hears(Heard)) == 1
    team.alice.phone.edit(wamid, "I shall look tomorrow")
    await team.settle()
    assert listener.hears(Heard) == []
    team.alice.phone.edit(wamid, "STOP")
    await team.settle()
    assert [one.message.content for one in listener.hears(Heard)] == [Text(body="STOP")]
    team.alice.phone.delete(wamid)
    await team.settle()
    assert listener.hears(Heard) == []


async def test_what_was_taken_back_before_it_came_is_never_heard(team: World, listener: Listener) -> None:
    at = team.clock.now
    message = InboundMessage(wamid="w1", sender=ALICE, at=at, content=Text(body="a secret"))
    deleted = InboundMessage(wamid="w2", sender=ALICE, at=at, content=Deleted(original_wamid="w1"))
    await receive(team, deleted, message)
    assert listener.hears(Heard) == []
    assert "alice" in {person for person, it in (await people(team)).items() if it}  # she wrote all the same


async def test_what_was_edited_before_it_came_is_heard_as_it_stands(team: World, listener: Listener) -> None:
    at = team.clock.now
    message = InboundMessage(wamid="w1", sender=ALICE, at=at, content=Text(body="a secert"))
    raw = {"type": "edit", "edit": {"message": {"type": "text", "text": {"body": "a secret"}}}}
    content = Edited(original_wamid="w1", body="a secret")
    edited = InboundMessage(wamid="w2", sender=ALICE, at=at, content=content, raw=raw)
    await receive(team, edited, message)
    assert [one.message.content for one in listener.hears(Heard)] == [Text(body="a secret")]


async def receive(world: World, *events: InboundMessage) -> None:
    """WhatsApp tells of these, one by one."""
    for event in events:
        await world.house.engine.receive([Arrival(key=event.wamid, number_id=NUMBER, event=event)])


async def people(world: World) -> dict[str, bool]:
    """Whose window is open."""
    view = await world.house.engine.desk.overview()
    return {name: person.window.is_open(view.at) for name, person in view.people.items()}


# what did not happen


async def test_a_rehearsal_is_no_news(team: World, listener: Listener) -> None:
    alerts = parse({"labels": {"alertname": "DiskFull", "instance": "db-7"}}, team.clock.now)
    told = await team.house.engine.desk.explain(alerts)
    assert told.prospects
    listener.hears_nothing()
    await team.house.engine.desk.say("dan", Intent(free_form="Lunch?"), key="k", ttl=timedelta(hours=1))
    listener.hears_nothing()


async def test_a_work_that_fails_is_no_news(team: World, listener: Listener) -> None:
    await team.alert("DiskFull")
    listener.forgets()

    def work(tx: Transaction) -> None:
        tx.note(Entry(ticket_id=1, at=team.clock.now, kind=EntryKind.COMMENTED, text="never"))
        tx.announce(
            Heard(
                recipient_id="alice",
                message=InboundMessage(
                    wamid="w", sender=ALICE, at=team.clock.now, content=Text(body="never")
                ),
            )
        )
        raise StoreError("No space left.")

    with pytest.raises(StoreError):
        await transact(team, work)
    listener.hears_nothing()


async def test_an_event_that_cannot_be_applied_is_no_news_and_the_next_one_is(
    team: World, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    await team.alert("DiskFull")
    await team.alice.replies("ack 1")
    listener.forgets()
    engine = team.house.engine
    engine.book = replace(
        engine.book, rules=tuple(replace(rule, free_form=poisoned) for rule in engine.book.rules)
    )
    await team.alice.replies("release 1")
    assert "could not be applied" in caplog.text
    listener.hears_nothing()
    assert (await team.ticket()).state is TicketState.ACKNOWLEDGED
    await team.bob.replies("hello")
    assert [one.recipient_id for one in listener.hears(Heard)] == ["bob"]
