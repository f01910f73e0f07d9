"""Other channels: mail and HTTP where WhatsApp cannot, decided when due, with the reason in the text."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.core.builders import saying, template_text
from tests.stories.beneath import everything_kept
from tests.stories.post_office import Endpoint, PostOffice, Tarpit
from tests.stories.test_the_loop import running
from tests.stories.world import HOUSE, World
from wa_notify.core.outbox import Channel, Item, ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.storm import Storm
from wa_notify.core.timeline import EntryKind
from wa_notify.fallback import AppriseFallback
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal

Builder: TypeAlias = Callable[..., Awaitable[World]]

HOUR = timedelta(hours=1)
PASSWORD = "canary-7f1c9a-canary"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    place = Endpoint()
    yield place
    place.close()


@pytest.fixture
async def built(tmp_path: Path) -> AsyncIterator[Builder]:
    """Build a house in which some people, receivers and rules have other channels."""
    worlds: list[World] = []

    async def build(**fallbacks: str) -> World:
        text = HOUSE.read_text()
        for name, fallback in fallbacks.items():
            text = with_fallback(text, name, fallback)
        stage = World(tmp_path, text)
        worlds.append(stage)
        await stage.start()
        return stage

    yield build
    for stage in worlds:
        await stage.close()


def with_fallback(text: str, name: str, fallback: str) -> str:
    """The configuration with a key ``fallback`` for a person or receiver, or the rule ``rule_...``."""
    if rule := name.removeprefix("rule_") if name.startswith("rule_") else "":
        found = f"  - name: {rule}\n"
        assert found in text
        return text.replace(found, f"{found}    fallback: {fallback}\n")
    return re.sub(rf"(?m)^(  {name}: {{.*)}}$", rf"\1, fallback: {fallback}}}", text)


async def twins(world: World) -> list[Item]:
    return [item for item in await world.items() if item.channel is Channel.OTHER]


async def test_who_never_opted_in_gets_a_mail_at_once_that_says_why(built: Builder, post: PostOffice) -> None:
    world = await built(carol=post.url("carol"))
    await world.alert("TeamNews")
    await world.forward("1s")
    text = post.expects(
        "carol",
        "#1 Disk almost full",
        "A critical alert was raised for a system you are on call for: Disk almost full.",
        "WhatsApp cannot bring it to Carol: This person never opted in.",
        "Ticket #1. Nobody can answer here: answer on WhatsApp, or type `wa-notify tickets ack 1`.",
    )
    assert text.index("Disk almost full") < text.index("never opted in")
    await world.forward("1h")
    post.stays_silent()
    world.carol.stays_silent()
    sent = [entry for entry in await world.timeline() if entry.reason is Reason.WHATSAPP_FAILED]
    assert sent[0].text.startswith(
        "The first message to carol by another channel leaves by mailto to 127.0.0.1."
    )


async def test_what_whatsapp_delivers_goes_no_other_way(built: Builder, post: PostOffice) -> None:
    world = await built(alice=post.url("alice"))
    await world.alert("DailyNote")
    await world.forward("1h")
    world.alice.expects("Disk almost full")
    post.stays_silent()
    (twin,) = await twins(world)
    assert (twin.state, twin.reason) == (ItemState.CANCELLED, Reason.DELIVERED_ALREADY)


async def test_while_the_token_is_dead_mail_leaves_at_once(built: Builder, post: PostOffice) -> None:
    world = await built(alice=post.url("alice"))
    world.sandbox.account.access_token = "another-token"
    await world.alert("DailyNote", settle=False)
    await world.settle()
    post.expects("alice", "Note of the day: Disk almost full", "The WhatsApp account cannot send.")
    await world.forward("10m")
    post.stays_silent()
    world.sandbox.account.access_token = "sandbox-token"
    await world.forward("1h")
    world.alice.expects("Disk almost full")
    assert Reason.DELIVERED_LATE in await world.reasons()


async def test_while_the_template_is_paused_mail_leaves_at_once(built: Builder, post: PostOffice) -> None:
    world = await built(alice=post.url("alice"))
    for language in ("en", "de"):
        world.sandbox.review("ops_alert", language, status="PAUSED")
    await world.settle()
    await world.alert("DiskFull")
    await world.forward("1s")
    post.expects("alice", "*Disk almost full* on db-7", "The template is not approved at the moment.")
    world.alice.stays_silent()


async def test_a_phone_that_is_off_brings_a_mail_after_five_minutes_and_the_late_delivery_is_noted(
    built: Builder, post: PostOffice
) -> None:
    world = await built(alice=f"{{to: '{post.url('alice')}', tell_late: true}}")
    world.alice.phone.online = False
    await world.alert("DailyNote")
    await world.forward("4m59s")
    post.stays_silent()
    await world.forward("2s")
    post.expects("alice", "WhatsApp did not deliver it to Alice within 5 min.")
    await world.forward("21m")  # the template may still be delivered for half an hour
    world.alice.phone.online = True
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    post.expects("alice", "WhatsApp delivered it after all, at 21 Nov 03:26 UTC.", "Ticket #1.")
    late = [entry for entry in await world.timeline() if entry.reason is Reason.DELIVERED_LATE]
    assert [entry.kind for entry in late] == [EntryKind.STATUS, EntryKind.SENT]
    await world.forward("1d")
    post.stays_silent()


async def test_a_late_delivery_is_only_noted_unless_the_configuration_wants_it_told(
    built: Builder, post: PostOffice
) -> None:
    world = await built(alice=post.url("alice"), rule_daily="{after: 90s}")
    world.alice.phone.online = False
    await world.alert("DailyNote")
    await world.forward("2m")
    post.expects("alice", "did not deliver it to Alice within 1 min 30 s.")
    world.alice.phone.online = True
    await world.forward("1h")
    post.stays_silent()
    assert Reason.DELIVERED_LATE in await world.reasons()


async def test_who_answers_in_time_gets_no_mail(built: Builder, post: PostOffice) -> None:
    world = await built(bob=post.url("bob"))
    world.bob.phone.online = False
    await world.alert("TeamNews")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    await world.alice.taps("Acknowledge")
    await world.forward("1h")
    post.stays_silent()
    (twin,) = await twins(world)
    assert (twin.state, twin.reason) == (ItemState.CANCELLED, Reason.TICKET_ACKNOWLEDGED)


async def test_while_the_mail_server_is_down_it_is_tried_again_until_it_is_back(
    built: Builder, post: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    world = await built(carol=post.url("carol"))
    post.close()
    await world.alert("TeamNews")
    await world.forward("1m")
    (twin,) = await twins(world)
    assert (twin.state, twin.reason) == (ItemState.PENDING, Reason.CHANNEL_FAILED)
    assert twin.attempts > 1
    ready = await world.into_service.get("/readyz")
    assert (ready.status_code, "recipient:carol (mailto to 127.0.0.1)" in ready.text) == (200, True)
    assert caplog.text.count("Another channel takes nothing") == 1
    post.open()
    await world.forward("10m")
    post.expects("carol", "Disk almost full")
    assert "recipient:carol" not in (await world.into_service.get("/readyz")).text
    await world.forward("1d")
    post.stays_silent()


async def test_what_no_mail_server_ever_took_is_failed_and_the_ticket_says_so(
    built: Builder, post: PostOffice
) -> None:
    world = await built(carol=post.url("carol"))
    post.close()
    await world.alert("TeamNews")
    await world.forward("5h")
    (twin,) = await twins(world)
    assert (twin.state, twin.reason) == (ItemState.FAILED, Reason.CHANNEL_FAILED)
    assert [entry.kind for entry in await world.timeline() if entry.item_id == twin.id][
        -1
    ] is EntryKind.FAILED


async def test_a_restart_between_changes_nothing(built: Builder, post: PostOffice) -> None:
    world = await built(alice=post.url("alice"))
    world.alice.phone.online = False
    await world.alert("DailyNote")
    await world.restart()
    await world.forward("4m59s")
    post.stays_silent()
    await world.restart()
    await world.forward("1m")
    post.expects("alice", "Disk almost full")
    await world.restart()
    await world.forward("1h")
    post.stays_silent()


async def test_after_a_downtime_whatsapp_may_say_first_what_it_has_delivered(
    built: Builder, post: PostOffice
) -> None:
    world = await built(alice=post.url("alice"))
    world.sandbox.policy = CallbackPolicy(delivered_after=timedelta(seconds=290), read_after=HOUR)
    await world.alert("DailyNote")
    await world.forward("4m45s")
    await world.stop()
    await world.forward("20s")  # in which it is delivered, and its mail would have left
    await world.start()
    await world.settle()
    post.stays_silent()
    await world.forward("10m")
    world.alice.expects("Disk almost full")
    post.stays_silent()


async def test_a_shared_address_is_told_once_however_many_people_cannot_be_reached(
    built: Builder, post: PostOffice
) -> None:
    world = await built(everybody=post.url("team"))
    world.sandbox.account.access_token = "another-token"
    await world.alert("TeamNews")
    await world.forward("10m")
    post.expects("team", "Disk almost full")
    post.stays_silent()
    assert sorted(str(twin.reason) for twin in await twins(world))[:2] == ["told_already", "told_already"]


async def test_each_address_of_a_person_is_told(built: Builder, post: PostOffice, endpoint: Endpoint) -> None:
    urls = f"['{post.url('carol')}', 'json://127.0.0.1:{endpoint.port}/hook']"
    world = await built(carol=urls)
    await world.alert("TeamNews")
    await world.forward("1s")
    post.expects("carol", "Disk almost full")
    (posted,) = endpoint.posted
    assert (posted["title"], posted["type"]) == ("#1 Disk almost full", "failure")
    assert {twin.target for twin in await twins(world)} == {"recipient:carol#1", "recipient:carol#2"}


async def test_the_persons_own_address_comes_before_the_rules_and_that_before_the_receivers(
    built: Builder, post: PostOffice
) -> None:
    world = await built(
        everybody=post.url("receiver"), rule_team=f"{{to: '{post.url('rule')}'}}", carol=post.url("carol")
    )
    for phone in (world.alice.phone, world.bob.phone):
        phone.online = False
    await world.alert("TeamNews")
    await world.forward("6m")
    post.expects("carol", "Disk almost full")
    post.expects("rule", "Disk almost full")
    post.stays_silent()


async def test_somebody_without_a_phone_is_told_by_mail_alone(built: Builder, post: PostOffice) -> None:
    world = await built()
    await world.stop()
    text = world.config_path.read_text().replace("to: [alice]", "to: [eve]")
    eve = f"recipients:\n  eve: {{fallback: '{post.url('eve')}'}}\n"
    world.config_path.write_text(text.replace("recipients:\n", eve))
    await world.start()
    await world.alert("DiskFull")
    await world.forward("1s")
    post.expects("eve", "Disk almost full", "No phone number is known for this person.")


async def test_the_end_is_told_where_the_trouble_was_told_and_nowhere_else(
    built: Builder, post: PostOffice
) -> None:
    world = await built(alice=post.url("alice"))
    world.alice.phone.online = False
    await world.alert("DiskFull")
    await world.forward("6m")
    post.expects("alice", "Disk almost full", "wa-notify tickets ack 1")
    await world.resolve("DiskFull")
    await world.forward("6m")
    text = post.expects("alice", "Over: Disk almost full")
    assert "tickets ack" not in text
    world.alice.phone.online = True
    await world.forward("1m")
    await world.alert("DiskFull")
    await world.forward("6m")
    await world.resolve("DiskFull")
    await world.forward("1h")
    post.stays_silent()


async def test_a_message_that_still_waits_for_its_group_is_not_late(built: Builder, post: PostOffice) -> None:
    world = await built(rule_slow=f"{{to: '{post.url('team')}', after: 10s}}")
    world.alice.phone.online = False
    await world.alert("SlowBurn", service="shop")
    await world.forward("35s")
    post.stays_silent()
    await world.forward("10s")
    post.expects("team", "within 10 s.")


async def test_reminders_go_on_while_a_mail_stands_ready(built: Builder, post: PostOffice) -> None:
    world = await built(alice=f"{{to: '{post.url('alice')}', after: 20m}}")
    await world.alert("DiskFull")
    await world.forward("11m")
    world.alice.expects("Disk almost full")
    world.alice.expects("Reminder 1")


async def test_a_group_that_grows_is_told_of_while_a_mail_stands_ready(
    built: Builder, post: PostOffice
) -> None:
    world = await built(alice=f"{{to: '{post.url('alice')}', after: 20m}}")
    await world.alert("SlowBurn", service="shop", pod="1")
    await world.forward("1m")
    world.alice.expects("1 firing")
    await world.alert("SlowBurn", service="shop", pod="2")
    await world.forward("6m")
    world.alice.expects("2 firing")


async def test_an_address_that_is_gone_from_the_configuration_is_not_written_to(
    built: Builder, post: PostOffice
) -> None:
    world = await built(alice=post.url("alice"))
    world.alice.phone.online = False
    await world.alert("DailyNote")
    await world.stop()
    text = world.config_path.read_text()
    world.config_path.write_text(re.sub(r", fallback: mailto\S+}", "}", text))
    await world.start()
    await world.forward("10m")
    post.stays_silent()
    (twin,) = await twins(world)
    assert (twin.state, twin.reason) == (ItemState.CANCELLED, Reason.NO_CHANNEL)


async def test_a_hanging_mail_server_does_not_hold_up_whatsapp_to_the_same_person(
    built: Builder, tmp_path: Path
) -> None:
    pit = Tarpit()
    world = await built(
        alice=f"mailto://127.0.0.1:{pit.port}/?from=a@example.net&to=b@example.net&mode=insecure"
    )
    world.house.engine._carrier.fallback = AppriseFallback(limit=1.5)
    world.sandbox.fail_next(Fault(refusal=Refusal.PARAMETER_FORMAT))
    try:
        loop = await running(world)
        await world.alert("DailyNote", settle=False)
        async with asyncio.timeout(10):
            while not pit.visitors:
                await asyncio.sleep(0.02)
        await world.alert("DailyNote", day="2", summary="Second", settle=False)
        async with asyncio.timeout(1):
            while not [item for item in await world.items() if item.state is ItemState.ACCEPTED]:
                await asyncio.sleep(0.02)
        async with asyncio.timeout(10):
            while (await twins(world))[0].state is not ItemState.UNCERTAIN:
                await asyncio.sleep(0.05)
        await world.house.engine.stop()
        await loop
    finally:
        pit.close()
    said = [entry.text for entry in await world.timeline() if "did not answer within 1.5 s" in entry.text]
    assert len(said) == 1


async def test_no_password_of_another_channel_reaches_log_database_or_answer(
    built: Builder, post: PostOffice, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    logging.getLogger("apprise").setLevel(1)
    token = f"json://user:{PASSWORD}@127.0.0.1:9/{PASSWORD}"
    world = await built(carol=f"['{post.url('carol', PASSWORD)}', '{token}', 'tgram://{PASSWORD}/1']")
    await world.alert("TeamNews")
    await world.forward("1m")
    ready = (await world.into_service.get("/readyz")).text
    story = world.story()
    assert "recipient:carol#2" in ready
    await world.stop()
    stored = everything_kept(world.folder)
    out, err = capsys.readouterr()
    assert "carol" in caplog.text
    for place in (caplog.text, ready, story, stored.decode("latin-1"), out, err):
        assert PASSWORD not in place


async def test_a_mail_that_still_waits_speaks_of_all_that_fires_by_then(
    built: Builder, post: PostOffice
) -> None:
    world = await built(alice=post.url("alice"))
    world.alice.phone.online = False
    await world.alert("SlowBurn", service="shop", pod="1")
    await world.forward("20s")
    await world.alert("SlowBurn", service="shop", pod="2")
    await world.forward("6m")
    post.expects("alice", "2 firing")
    post.stays_silent()


async def test_without_any_way_to_other_channels_the_messages_wait_and_it_is_said(built: Builder) -> None:
    world = await built(carol="json://127.0.0.1:9/hook")
    world.house.engine._carrier.fallback = None
    await world.alert("TeamNews")
    assert "Nothing here can send by other channels" in world.story()


async def test_when_a_digest_fails_every_ticket_in_it_goes_another_way_at_once(
    built: Builder, post: PostOffice
) -> None:
    world = await built(alice=post.url("alice"))
    many = template_text(name="ops_resolved", body=(("", saying("many")), ("", saying("a while"))))
    world.house.engine.book = replace(world.house.engine.book, storm=Storm(most=1), digest=many)
    for number in range(3):
        await world.alert("DailyNote", summary=f"Trouble {number}", n=str(number))
    await world.forward("9m50s")
    post.stays_silent()
    world.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.UNDELIVERABLE))
    await world.forward("15s")
    for number in (2, 3):
        post.expects("alice", f"#{number} Trouble {number - 1}")
    post.stays_silent()
