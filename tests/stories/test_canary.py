"""A canary sings each hour; its silence is told once, and so is that it sings again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.post_office import PostOffice
from tests.stories.world import World
from wa_notify.config import load
from wa_notify.core.canary import Song
from wa_notify.core.condition import Condition, Scope
from wa_notify.core.consent import ConsentAct
from wa_notify.core.outbox import Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.pipeline.canary import song
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal

CANARY = Path(__file__).parent / "canary.yaml"
IN_TIME = CallbackPolicy(
    sent_after=timedelta(seconds=1), delivered_after=timedelta(seconds=3), read_after=timedelta(days=30)
)
LATE = CallbackPolicy(
    sent_after=timedelta(seconds=1), delivered_after=timedelta(minutes=4), read_after=timedelta(days=30)
)


@pytest.fixture
async def sung(tmp_path: Path, post: PostOffice) -> AsyncIterator[World]:
    """It is three; the first canary leaves at four."""
    stage = World(tmp_path, CANARY.read_text().replace("DESK", f'"{post.url("desk")}"'))
    stage.sandbox.policy = IN_TIME
    await stage.start()
    yield stage
    await stage.close()


async def rewrite(world: World, old: str, new: str) -> None:
    """Somebody changes the configuration and starts the service anew."""
    text = world.config_path.read_text()
    assert old in text
    world.config_path.write_text(text.replace(old, new))
    await world.restart()


async def canaries(world: World) -> list[Item]:
    return [item for item in await world.items() if item.occasion is Occasion.CANARY]


async def standing(world: World) -> Song:
    book, now = world.house.engine.book, world.clock.now
    found = await world.house.engine.look(lambda views: song(views, book, now))
    assert found is not None
    return found


async def troubles(world: World) -> list[Condition]:
    found = await world.house.engine.look(lambda views: views.conditions())
    return [one for one in found if one.is_open]


async def test_a_canary_leaves_at_each_slot_and_how_it_does_is_known(sung: World) -> None:
    await sung.forward("59m")
    sung.carol.stays_silent()
    await sung.forward("1m30s")
    sung.carol.expects("canary of 21 Nov 04:00", form="template")
    song_now = await standing(sung)
    assert (song_now.latency, song_now.missed, song_now.share) == (timedelta(seconds=3), 0, 1.0)
    await sung.carol.replies("nice")
    await sung.forward("1h")
    sung.carol.expects("Canary of 21 Nov 05:00", form="text")
    page = (await sung.into_service.get("/metrics")).text
    assert "wa_notify_canary_latency_seconds 3.0" in page
    assert "wa_notify_canary_missed_in_a_row 0.0" in page
    assert "wa_notify_canary_in_time 2.0" in page
    assert "wa_notify_canary_objective_ratio 0.99" in page
    assert "wa_notify_canary_last_delivered_timestamp_seconds 1.7" in page


async def test_before_the_first_one_metrics_say_only_what_is_known(sung: World) -> None:
    page = (await sung.into_service.get("/metrics")).text
    assert "wa_notify_canary_counted 0.0" in page
    assert "wa_notify_canary_latency_seconds" not in page


async def test_a_week_of_canaries_leaves_no_more_than_a_week_behind(sung: World) -> None:
    await rewrite(sung, "within: 60s", "within: 60s\n  over: 2d")
    await sung.forward("7d1m")
    assert len(sung.carol.received) == 168
    found = await standing(sung)
    assert (found.in_time, found.counted, found.missed) == (48, 48, 0)
    assert len(await canaries(sung)) == 48
    sung.bob.stays_silent()
    sung.alice.stays_silent()


async def test_two_late_ones_in_a_row_are_told_by_mail_once_and_so_is_their_end(
    sung: World, post: PostOffice
) -> None:
    sung.sandbox.policy = LATE
    await sung.forward("1h2m")
    assert await troubles(sung) == []
    post.stays_silent()
    await sung.forward("1h")
    post.expects(
        "desk",
        "WhatsApp has trouble with the canary",
        "2 canaries in a row did not reach carol within 1 min; the last: WhatsApp sent it, and the phone has "
        "not got it. Look whether that phone is switched on and connected.",
    )
    ready = await sung.into_service.get("/readyz")
    assert ready.status_code == 200
    assert "trouble with the canary" in ready.text
    assert "0 of 2 canaries arrived within 1 min in the last 7 d; the objective is 99 %." in ready.text
    await sung.forward("5h")
    post.stays_silent()
    assert (await standing(sung)).missed == 7
    sung.sandbox.policy = IN_TIME
    await sung.forward("1h")
    assert await troubles(sung) == []
    post.stays_silent()
    await sung.forward("10m")
    post.expects("desk", "WhatsApp works again for the canary", "7 canaries in a row")
    await sung.forward("5h")
    post.stays_silent()
    sung.bob.stays_silent()


async def test_what_whatsapp_does_not_take_is_missed_and_never_sent_late(
    sung: World, post: PostOffice
) -> None:
    sung.sandbox.fail_next(Fault(kind="disconnect", lasts=timedelta(hours=2, minutes=30)))
    await sung.forward("3h30m")
    assert ["21 Nov 06:00" in message.text for message in sung.carol.received] == [True]
    assert [item.state for item in await canaries(sung)][:2] == [ItemState.CANCELLED] * 2
    post.expects("desk", "trouble with the canary", "the last: ")
    post.expects("desk", "WhatsApp works again for the canary")


async def test_one_that_came_in_time_and_was_told_late_counts_as_in_time(
    sung: World, post: PostOffice
) -> None:
    sung.sandbox.policy = replace(IN_TIME, held=True)
    await sung.forward("1h2m")
    assert (await standing(sung)).missed == 1
    sung.sandbox.policy = IN_TIME
    await sung.forward("1m")
    told = await standing(sung)
    assert (told.missed, told.in_time, told.latency) == (0, 1, timedelta(seconds=3))
    await sung.forward("3h")
    post.stays_silent()


async def test_a_changed_section_holds_at_once_while_the_service_runs(sung: World) -> None:
    text = sung.config_path.read_text()
    sung.config_path.write_text(text.replace("every: 1h", "every: 20m").replace("to: carol", "to: alice"))
    config = load(sung.config_path, environ={})
    await sung.house.engine.adopt(config.rulebook, config.recipients, config.retention)
    await sung.forward("21m")
    sung.alice.expects("canary of 21 Nov 03:20")
    sung.carol.stays_silent()


async def test_when_callbacks_do_not_come_the_webhook_is_named(sung: World, post: PostOffice) -> None:
    sung.sandbox.policy = CallbackPolicy(unreachable=True)
    await sung.forward("2h5m")
    assert len(sung.carol.received) == 2
    post.expects("desk", "WhatsApp took it, and has told nothing of it since", "can reach our webhook")


async def test_a_trouble_of_the_whole_account_is_not_told_a_second_time_as_the_canarys(
    sung: World, post: PostOffice
) -> None:
    sung.sandbox.account.access_token = "another-token"
    await sung.forward("4h5m")
    post.expects("desk", "WhatsApp has trouble with the app")
    post.stays_silent()
    assert (await standing(sung)).missed == 4
    assert [one.scope for one in await troubles(sung)] == [Scope.APP]


async def test_a_restart_sends_none_twice_and_none_of_those_it_slept_through(sung: World) -> None:
    await sung.forward("1h")
    await sung.restart()
    await sung.restart()
    await sung.forward("1m")
    sung.carol.expects("canary of 21 Nov 04:00")
    await sung.stop()
    sung.clock.now += timedelta(hours=8, minutes=30)
    await sung.start()
    await sung.forward("10m")
    sung.carol.stays_silent()
    await sung.forward("20m")
    sung.carol.expects("canary of 21 Nov 13:00")
    sung.carol.stays_silent()
    assert (await standing(sung)).counted == 2


async def test_one_that_was_on_its_way_at_a_restart_is_given_time_to_be_heard_of(
    sung: World, post: PostOffice
) -> None:
    await rewrite(sung, "within: 60s", "within: 60s\n  misses: 1")
    await sung.forward("1h")
    await sung.stop()
    await sung.forward("2m")  # its delivery is told to nobody, and again later
    await sung.start()
    await sung.forward("59m30s")
    assert (await standing(sung)).in_time == 2
    assert (await standing(sung)).latency == timedelta(seconds=3)
    assert await troubles(sung) == []
    post.stays_silent()


async def test_a_machine_that_slept_skips_what_it_slept_through(sung: World) -> None:
    sung.clock.now += timedelta(hours=5, minutes=30)
    await sung.forward("5m")
    sung.carol.stays_silent()
    assert await canaries(sung) == []
    await sung.forward("26m")
    sung.carol.expects("canary of 21 Nov 09:00")


async def test_who_opted_out_gets_none_and_the_desk_hears_why(sung: World, post: PostOffice) -> None:
    await sung.carol.replies("STOP")
    await sung.forward("5s")
    sung.carol.expects("")
    await sung.forward("3h5m")
    sung.carol.stays_silent()
    assert {item.reason for item in await canaries(sung)} == {Reason.OPTED_OUT}
    post.expects("desk", "the last: This person opted out. Nothing is sent until they opt in again.")
    desk = sung.house.engine.desk
    standing_now = await desk.grant("carol", source="page", evidence="asked", by="bob")
    assert standing_now.consent is not None
    assert standing_now.consent.act is ConsentAct.GRANTED
    await sung.forward("1h10m")
    sung.carol.expects("anary of 21 Nov 07:00")
    post.expects("desk", "WhatsApp works again for the canary")


async def test_quiet_hours_are_heeded_and_count_neither_way(sung: World, post: PostOffice) -> None:
    await rewrite(sung, 'own shelf"}', 'own shelf", quiet_hours: {from: "22:00", to: "07:00"}}')
    await sung.forward("3h55m")
    sung.carol.stays_silent()
    assert {item.reason for item in await canaries(sung)} == {Reason.QUIET_HOURS}
    assert {item.state for item in await canaries(sung)} == {ItemState.CANCELLED}
    assert (await standing(sung)).counted == 0
    await sung.forward("10m")
    sung.carol.expects("canary of 21 Nov 07:00")
    sung.carol.stays_silent()
    assert (await standing(sung)).share == 1.0
    post.stays_silent()


async def test_it_stands_behind_alerts_of_the_same_moment(sung: World) -> None:
    await rewrite(sung, "receiver: oncall", "receiver: both")
    await rewrite(sung, "oncall: {to: [alice]}", "oncall: {to: [alice]}\n  both: {to: [carol]}")
    await sung.forward("59m59s")
    sung.clock.now += timedelta(seconds=1)
    await sung.alert("DiskFull")
    await sung.forward("10s")
    sung.carol.expects("Disk almost full")
    sung.carol.expects("canary of 21 Nov 04:00")


async def test_without_the_section_nothing_is_sent_and_its_trouble_is_nobodys(
    sung: World, post: PostOffice
) -> None:
    sung.sandbox.policy = LATE
    await sung.forward("2h5m")
    post.expects("desk", "trouble with the canary")
    text = sung.config_path.read_text()
    start, end = text.index("canary:"), text.index("rules:")
    sung.config_path.write_text(text[:start] + text[end:])
    await sung.restart()
    count = len(sung.carol.received)
    await sung.forward("5h")
    assert len(sung.carol.received) == count
    assert await troubles(sung) == []
    post.stays_silent()
    assert "wa_notify_canary" not in (await sung.into_service.get("/metrics")).text


async def test_what_fails_later_is_missed_and_its_reason_told(sung: World, post: PostOffice) -> None:
    sung.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.UNDELIVERABLE, times=2))
    await sung.forward("2h5m")
    post.expects("desk", "trouble with the canary", "the last: WhatsApp cannot reach this person.")


async def test_another_rhythm_holds_from_the_next_slot_on(sung: World) -> None:
    await sung.forward("1h1m")
    await rewrite(sung, "every: 1h", "every: 30m")
    await sung.forward("30m")
    sung.carol.expects("canary of 21 Nov 04:00")
    sung.carol.expects("canary of 21 Nov 04:30")
