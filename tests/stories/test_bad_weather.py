"""Lost answers, refusals, doubled notifications: what the network and the platform do on bad days."""

from dataclasses import replace
from datetime import timedelta

from tests.stories.world import World
from wa_notify.core.message import Outgoing
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import TicketState
from wa_notify.sandbox import CallbackPolicy


async def test_a_status_may_come_before_the_answer_to_our_own_request(world: World) -> None:
    world.sandbox.policy = CallbackPolicy(before_answer=True)
    await world.alert("DailyNote")
    (item,) = await world.items()
    assert item.state is ItemState.SENT
    assert item.wamid
    await world.forward("1m")
    (item,) = await world.items()
    assert item.state is ItemState.READ
    assert len(world.alice.received) == 1


async def test_a_lost_answer_makes_no_duplicate_and_a_lost_message_is_sent_again_after_the_grace(
    world: World,
) -> None:
    world.plays("lost-answer")
    await world.alert("DailyNote", summary="was accepted")
    await world.forward("10m")
    world.alice.expects("was accepted")
    world.alice.stays_silent()
    (item,) = await world.items()
    assert (item.state, item.attempts) == (ItemState.READ, 1)
    assert Reason.ANSWER_LOST in await world.reasons()
    await world.alert("DailyNote", summary="was lost", day="2")
    await world.forward("20s")
    world.alice.stays_silent()
    assert (await world.items())[-1].state is ItemState.UNCERTAIN
    await world.forward("1m")
    world.alice.expects("was lost")
    world.alice.stays_silent()
    assert any("may be a repeat" in entry.text for entry in await world.timeline(2))


async def test_a_message_on_its_way_when_the_service_died_is_checked_before_it_is_sent_again(
    world: World,
) -> None:
    """The platform has taken it, the process dies before it hears so, and the status explains it."""
    await world.alert("DailyNote", settle=False)
    engine = world.house.engine
    claims = await engine._turn()
    (claim,) = claims.leaving
    assert isinstance(claim.outgoing, Outgoing)
    await engine._whatsapp.send(claim.outgoing)  # ... and here the process is killed
    await world.restart()
    await world.forward("10m")
    world.alice.expects("Disk almost full")
    world.alice.stays_silent()
    (item,) = await world.items()
    assert (item.state, item.attempts) == (ItemState.READ, 1)


async def test_the_same_alertmanager_notification_twice_makes_one_ticket_and_one_message(
    world: World,
) -> None:
    body = {
        "version": "4",
        "status": "firing",
        "receiver": "wa",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager",
        "groupKey": "{}",
        "truncatedAlerts": 0,
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "DiskFull", "instance": "db-7", "severity": "critical"},
                "annotations": {"summary": "Disk almost full", "description": "96 %"},
                "startsAt": "2026-11-21T02:59:12.123456789Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "http://prometheus/graph",
                "fingerprint": "1c4f0e2b9a7d5e33",
            }
        ],
    }
    first = await world.post("/alerts/alertmanager", body)
    again = await world.post("/alerts/alertmanager", body)
    assert first.json()["alerts"][0]["outcome"] == "opened"
    assert again.json()["alerts"][0]["outcome"] == "known"
    await world.forward("5m")
    world.alice.expects("Disk almost full")
    world.alice.stays_silent()
    assert len(await world.tickets()) == 1


async def test_a_resolve_for_an_unknown_alert_opens_nothing_and_tells_nobody(world: World) -> None:
    response = await world.resolve("DiskFull")
    assert response.json()["alerts"] == [
        {
            "fingerprint": response.json()["alerts"][0]["fingerprint"],
            "outcome": "no_ticket",
            "rule": "",
            "ticket": None,
        }
    ]
    await world.forward("1h")
    assert await world.tickets() == []
    world.alice.stays_silent()


async def test_callbacks_that_come_late_twice_and_backwards_count_once(world: World) -> None:
    world.plays("callbacks-in-disorder")
    await world.alert("DiskFull")
    await world.forward("5m")
    world.alice.expects("Disk almost full")
    world.alice.expects("is yours")
    world.alice.expects("Everything we know")
    world.alice.stays_silent()
    assert {item.state for item in await world.items()} == {ItemState.READ}
    acknowledged = [entry for entry in await world.timeline() if entry.kind == "acknowledged"]
    assert len(acknowledged) == 1


async def test_a_platform_that_is_down_gets_the_message_once_it_is_back(world: World) -> None:
    world.plays("meta-is-down")
    await world.forward("6m")
    await world.alert("DailyNote")
    await world.forward("28m")
    world.alice.stays_silent()
    await world.forward("20m")
    world.alice.expects("Disk almost full")
    world.alice.stays_silent()
    (item,) = await world.items()
    assert item.state is ItemState.READ
    assert 4 < item.attempts < 30, "often enough, and ever more seldom"


async def test_a_dead_token_holds_messages_back_until_it_lives_again(world: World) -> None:
    world.plays("token-dies")
    await world.forward("6m")
    await world.alert("DailyNote")
    await world.forward("28m")
    world.alice.stays_silent()
    ready = await world.into_service.get("/readyz")
    assert ready.status_code == 503
    assert "190" in ready.text
    await world.forward("1h")
    world.alice.expects("Disk almost full")
    assert (await world.into_service.get("/readyz")).status_code == 200


async def test_somebody_who_is_not_on_whatsapp_makes_a_failed_item_with_the_reason(world: World) -> None:
    world.alice.phone.on_whatsapp = False
    await world.alert("DailyNote")
    await world.forward("10m")
    (item,) = await world.items()
    assert (item.state, item.reason) == (ItemState.FAILED, Reason.UNREACHABLE_ON_WHATSAPP)
    assert item.failure_code == 131026


async def test_a_burst_to_one_person_waits_for_the_pair_limit_and_loses_nothing(world: World) -> None:
    world.house.engine.book = replace(world.house.engine.book, storm=None)
    for number in range(50):
        await world.alert("DailyNote", summary=f"burst {number}", n=str(number))
    await world.forward("30m")
    bodies = "\n".join(message.text for message in world.alice.received)
    assert [n for n in range(50) if f"burst {n}" not in bodies] == []
    assert len(world.alice.received) == 50
    assert {item.state for item in await world.items()} == {ItemState.READ}


async def test_a_paused_template_is_refused_with_its_reason(world: World) -> None:
    world.sandbox.review("ops_alert", "en", status="PAUSED")
    world.sandbox.review("ops_alert", "de", status="PAUSED")
    await world.settle()
    await world.alert("DailyNote")
    await world.forward("1m")
    world.alice.stays_silent()
    assert Reason.TEMPLATE_NOT_APPROVED in await world.reasons()


async def test_a_group_that_grows_before_its_message_left_is_told_in_one_message(world: World) -> None:
    await world.alert("SlowBurn", service="shop", pod="a")
    await world.forward("10s")
    await world.alert("SlowBurn", service="shop", pod="b")
    await world.forward("1m")
    world.alice.expects("2 firing")
    world.alice.stays_silent()
    await world.alert("SlowBurn", service="shop", pod="c")
    await world.forward("4m")
    world.alice.stays_silent()
    await world.forward("2m")
    world.alice.expects("3 firing")
    world.alice.stays_silent()


async def test_trouble_that_comes_back_opens_a_new_episode_of_the_same_ticket(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("1m")
    old = world.alice.expects("Disk almost full")
    await world.resolve("DiskFull")
    await world.forward("1m")
    world.alice.expects("resolved")
    await world.alert("DiskFull")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    ticket = await world.ticket()
    assert (ticket.state, ticket.episode) == (TicketState.OPEN, 2)
    await world.alice.taps("Acknowledge", on=old.wamid)
    await world.forward("1m")
    world.alice.expects("is over already")
    assert (await world.ticket()).state is TicketState.OPEN
    await world.alice.taps("Acknowledge")
    assert (await world.ticket()).state is TicketState.ACKNOWLEDGED


async def test_what_waited_longer_than_the_rule_allows_is_dropped_with_a_word(world: World) -> None:
    world.sandbox.account.access_token = "another-token"
    await world.alert("DailyNote")
    await world.forward("5h")
    world.sandbox.account.access_token = "sandbox-token"
    await world.forward("2h")
    world.alice.stays_silent()
    (item,) = await world.items()
    assert (item.state, item.reason) == (ItemState.CANCELLED, Reason.EXPIRED)


async def test_only_the_first_to_acknowledge_gets_the_ticket(world: World) -> None:
    await world.alert("TeamNews")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    world.bob.expects("Disk almost full")
    await world.bob.replies("ack")
    await world.alice.replies("ack 1")
    await world.forward("1m")
    world.bob.expects("is yours")
    world.alice.expects("already with Bob")
    assert (await world.ticket()).acknowledged_by == "bob"


async def test_nobody_takes_a_ticket_they_were_never_told_of(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("1m")
    await world.bob.replies("ack 1")
    await world.forward("1m")
    world.bob.expects("#1 is none of yours")
    assert (await world.ticket()).state is TicketState.OPEN


async def test_a_stranger_changes_nothing(world: World) -> None:
    await world.alert("DiskFull")
    stranger = world.sandbox.phone("+447700900999")
    stranger.reply("ack 1")
    await world.forward("1m")
    assert (await world.ticket()).state is TicketState.OPEN
    assert len([item for item in await world.items() if item.occasion is Occasion.CONFIRMATION]) <= 1


async def test_a_lost_day_of_callbacks_is_made_up(world: World) -> None:
    world.sandbox.policy = CallbackPolicy(held=True)
    await world.alert("DailyNote")
    await world.forward("1h")
    (item,) = await world.items()
    assert item.state is ItemState.ACCEPTED
    world.sandbox.policy = CallbackPolicy(read_after=timedelta(seconds=2))
    await world.forward("1m")
    (item,) = await world.items()
    assert item.state is ItemState.READ
