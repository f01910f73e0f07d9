"""Limits: nobody is written to whom the platform would not let us reach, and nobody is forgotten."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.post_office import PostOffice
from tests.stories.world import SANDBOX, START, World
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.reason import Reason
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal

AT_ONCE = CallbackPolicy(sent_after=timedelta(0), delivered_after=timedelta(0), read_after=timedelta(0))
DAY = timedelta(hours=24)
HOUSE = (
    SANDBOX
    + """
limits: {limits}
defaults:
  storm: {storm}
  digest:
    template: {{name: ops_reminder, parameters: ["{{{{ count }}}}", "{{{{ titles | join(', ') }}}}"]}}
recipients: {people}
receivers:
  oncall: {{to: [p1]}}
  everybody: {{to: {names}}}
  last: {{to: [{last}]{fallback}}}
rules:
  - {{name: all, match: {{alertname: All}}, receiver: everybody, template: {use}, ttl: 7d}}
  - {{name: grave, match: {{alertname: Grave}}, receiver: last, priority: critical, template: {use}}}
  - {{name: one, match: {{alertname: One}}, receiver: oncall, template: {use}, free_form: "{{{{ title }}}}"}}
  - {{name: last, match: {{alertname: Last}}, receiver: last, template: {use}, group_by: [n]}}
"""
)
USE = {
    "name": "ops_alert",
    "header": "{{ labels.instance }}",
    "parameters": ["{{ labels.severity }}", "{{ title }}", "{{ starts_at | clock }}"],
    "url": "x",
}


def number_of(person: int) -> str:
    return f"+4477009{person:05d}"


def house(people: int, *, limits: str = "{}", storm: str = "none", fallback: str = "") -> str:
    names = [f"p{number}" for number in range(1, people + 1)]
    who = {name: {"phone": number_of(n), "opt_in": "Signed"} for n, name in enumerate(names, start=1)}
    return HOUSE.format(
        limits=limits,
        storm=storm,
        people=json.dumps(who),
        names=json.dumps(names),
        last=names[-1],
        fallback=fallback,
        use=json.dumps(USE),
    )


@asynccontextmanager
async def stage(
    folder: Path, config: str, tier: str = "TIER_250", *, quality: str = "RED"
) -> AsyncIterator[World]:
    """A house at a portfolio of that tier; good quality would let it grow."""
    world = World(folder, config)
    world.sandbox.portfolio.messaging_limit = tier
    world.sandbox.account.first.quality_rating = quality
    world.sandbox.policy = AT_ONCE
    await world.start()
    try:
        yield world
    finally:
        await world.close()


def got(world: World, person: int) -> int:
    """How many messages this person has on the screen."""
    phone = world.sandbox.phone(number_of(person))
    return sum(message.direction == "out" and message.on_screen for message in phone.messages)


def refusals(world: World) -> list[str]:
    """Whatever the platform refused or failed."""
    return [str(entry) for entry in world.sandbox.log if "13104" in str(entry) or entry.what == "refused"]


async def waiting(world: World, reason: Reason) -> list[Item]:
    return [item for item in await world.items() if item.state is ItemState.PENDING and item.reason is reason]


async def test_the_251st_person_of_250_waits_until_the_first_place_is_free(tmp_path: Path) -> None:
    async with stage(tmp_path, house(251, limits="{reserve: 0%}")) as world:
        await world.alert("All")
        await world.forward("10m")
        assert sum(got(world, person) for person in range(1, 252)) == 250
        (left,) = await waiting(world, Reason.REACH_USED_UP)
        assert left.due_at == START + DAY
        told = [entry for entry in await world.timeline() if entry.reason is Reason.REACH_USED_UP]
        assert [entry.text.rpartition(" Not before ")[2] for entry in told] == ["22 Nov 03:00 UTC."]
        await world.forward("23h49m59s")
        assert got(world, int(left.recipient_id[1:])) == 0
        await world.forward("5s")
        assert got(world, int(left.recipient_id[1:])) == 1
        assert not refusals(world)


async def test_what_is_critical_still_leaves_from_the_reserve(tmp_path: Path) -> None:
    async with stage(tmp_path, house(251)) as world:
        await world.alert("All")
        await world.forward("10m")
        assert sum(got(world, person) for person in range(1, 252)) == 225
        assert len(await waiting(world, Reason.REACH_USED_UP)) == 26
        assert got(world, 251) == 0
        await world.alert("Grave", summary="It burns")
        await world.forward("1m")
        assert got(world, 251) == 1
        await world.forward("24h")
        assert [got(world, person) for person in range(226, 251)] == [1] * 25
        assert not refusals(world)


async def test_readiness_and_metrics_tell_that_the_reserve_is_reached(tmp_path: Path) -> None:
    async with stage(tmp_path, house(4, limits="{reach: 3, reserve: 1}")) as world:
        await world.alert("All")
        ready = await world.into_service.get("/readyz")
        assert ready.status_code == 200
        (reason,) = ready.json()["reasons"]
        assert reason.startswith("2 of 3 people were reached in the last 24 hours;")
        assert reason.endswith("critical messages; 2 wait. The next place is free at 22 Nov 03:00 UTC.")
        metrics = (await world.into_service.get("/metrics")).text
        for line in ("reach_used 2.0", "reach_limit 3.0", "reach_reserve 1.0", "pace_per_second 80.0"):
            assert f"wa_notify_{line}\n" in metrics


async def test_readiness_tells_of_a_slowdown_until_it_is_over(tmp_path: Path) -> None:
    async with stage(tmp_path, house(1), "TIER_UNLIMITED") as world:
        world.sandbox.fail_next(Fault(kind="error", refusal=Refusal.ACCOUNT_RATE))
        await world.alert("One")
        ready = await world.into_service.get("/readyz")
        assert ready.status_code == 200
        assert "WhatsApp asked this account to slow down." in ready.text
        assert "wa_notify_reach_limit +Inf\n" in (await world.into_service.get("/metrics")).text
        await world.forward("3m")
        assert (await world.into_service.get("/readyz")).json()["reasons"] == []


async def test_who_was_reached_is_known_after_a_restart(tmp_path: Path) -> None:
    async with stage(tmp_path, house(3, limits="{reach: 2, reserve: 0}")) as world:
        await world.alert("All")
        await world.forward("1m")
        await world.restart()
        await world.forward("1h")
        assert [got(world, person) for person in (1, 2, 3)] == [1, 1, 0]
        await world.forward("24h")
        assert [got(world, person) for person in (1, 2, 3)] == [1, 1, 1]


async def test_who_was_reached_or_has_just_written_costs_no_place(tmp_path: Path) -> None:
    async with stage(tmp_path, house(2, limits="{reach: 1, reserve: 0}")) as world:
        for day, summary in enumerate(("first", "second")):
            await world.alert("One", summary=summary, day=str(day))
            await world.forward("1m")
        assert got(world, 1) == 2
        await world.alert("Grave")
        await world.forward("1m")
        assert got(world, 2) == 0
        world.sandbox.phone(number_of(2)).reply("hello?")
        await world.settle()
        await world.alert("Grave", status="resolved")
        await world.alert("Last", n="1")
        await world.forward("1m")
        assert got(world, 2) == 1


async def test_a_message_that_is_refused_at_once_takes_no_place(tmp_path: Path) -> None:
    async with stage(tmp_path, house(2, limits="{reach: 1, reserve: 0}")) as world:
        world.sandbox.fail_next(Fault(kind="error", refusal=Refusal.NOT_ALLOWED_RECIPIENT))
        await world.alert("All")
        await world.forward("1m")
        assert sorted([got(world, 1), got(world, 2)]) == [0, 1]
        assert not await waiting(world, Reason.REACH_USED_UP)


async def test_a_higher_tier_lets_those_go_who_wait(tmp_path: Path) -> None:
    async with stage(tmp_path, house(251, limits="{reserve: 0}")) as world:
        await world.alert("All")
        await world.forward("1m")
        assert len(await waiting(world, Reason.REACH_USED_UP)) == 1
        world.sandbox.set_tier("TIER_2K")
        await world.forward("5s")
        assert not await waiting(world, Reason.REACH_USED_UP)
        assert sum(got(world, person) for person in range(1, 252)) == 251


async def test_using_half_of_the_limit_raises_it_within_six_hours(tmp_path: Path) -> None:
    async with stage(tmp_path, house(251, limits="{reserve: 0}"), quality="GREEN") as world:
        await world.alert("All")
        await world.forward("5h50m")
        assert len(await waiting(world, Reason.REACH_USED_UP)) == 1
        await world.forward("15m")
        assert world.sandbox.portfolio.messaging_limit == "TIER_2K"
        assert sum(got(world, person) for person in range(1, 252)) == 251


async def test_what_would_come_too_late_goes_another_way_at_once(tmp_path: Path, post: PostOffice) -> None:
    mail = f", fallback: {{after: 10m, to: ['{post.url('p2')}']}}"
    config = house(2, limits="{reach: 1, reserve: 0}", fallback=mail)
    async with stage(tmp_path, config) as world:
        await world.alert("One")
        await world.alert("Last", n="1", summary="It burns")
        await world.forward("5s")
        post.expects("p2", "It burns", "WhatsApp would bring it to p2 too late", "No more people")
        assert got(world, 2) == 0
        assert Reason.TOO_LATE_HERE in await world.reasons(2)
        await world.forward("1h")
        post.stays_silent()


async def test_what_waits_a_little_for_room_is_not_sent_another_way(tmp_path: Path, post: PostOffice) -> None:
    mail = f", fallback: {{after: 10m, to: ['{post.url('p2')}']}}"
    async with stage(tmp_path, house(2, fallback=mail)) as world:
        world.sandbox.fail_next(Fault(kind="error", refusal=Refusal.ACCOUNT_RATE))
        await world.alert("One")
        await world.alert("Last", n="1")
        await world.forward("1h")
        assert got(world, 2) == 1
        post.stays_silent()


async def burst(world: World, count: int, name: str = "Last") -> None:
    for number in range(1, count + 1):
        await world.alert(name, summary=f"Trouble {number}", n=str(number))


@pytest.mark.parametrize(("storm", "most"), [("none", 41), ("{most: 5, within: 10m}", 6)])
async def test_a_burst_of_sixty_alerts_to_one_person_never_meets_the_pair_limit_and_comes_as_few_messages(
    tmp_path: Path, storm: str, most: int
) -> None:
    async with stage(tmp_path, house(1, storm=storm)) as world:
        await burst(world, 60)
        await world.forward("11m")
        assert got(world, 1) == most
        assert not refusals(world)
        told = {item.ticket_id for item in await world.items() if item.state is not ItemState.PENDING}
        assert told >= set(range(1, 61))


async def test_what_is_critical_has_the_last_tokens_of_a_person(tmp_path: Path) -> None:
    async with stage(tmp_path, house(1)) as world:
        await burst(world, 42)
        assert got(world, 1) == 40
        assert Reason.PAIR_PACE in await world.reasons(41)
        await world.alert("Grave")
        assert got(world, 1) == 41
        await world.forward("1m")
        assert got(world, 1) == 42
        assert not refusals(world)


async def test_after_a_pair_refusal_everything_for_the_person_waits_and_nobody_else(tmp_path: Path) -> None:
    async with stage(tmp_path, house(2)) as world:
        world.sandbox.fail_next(Fault(kind="error", refusal=Refusal.PAIR_RATE))
        await world.alert("Last", n="1")
        await world.alert("Last", n="2")
        assert (got(world, 2), len(await waiting(world, Reason.PAIR_PACE))) == (0, 1)
        await world.alert("One")
        assert got(world, 1) == 1
        await world.forward("10s")
        assert got(world, 2) == 2
        assert len(refusals(world)) == 1


async def test_a_rate_refusal_slows_the_whole_number_and_it_recovers(tmp_path: Path) -> None:
    def told() -> int:
        return sum(got(world, person) for person in range(1, 121))

    async with stage(tmp_path, house(120, limits="{per_second: 40}"), "TIER_UNLIMITED") as world:
        world.sandbox.fail_next(Fault(kind="error", refusal=Refusal.THROUGHPUT))
        await world.alert("All")
        assert told() == 39
        await world.forward("2s")
        assert 39 < told() <= 39 + 2 * 21
        await world.forward("10s")
        assert told() == 120
        await world.forward("2m")
        await world.alert("All", summary="once more", instance="db-8")
        assert told() == 120 + 40
        assert len(refusals(world)) == 1


async def test_a_limit_of_the_account_pauses_everything_and_each_ticket_says_until_when(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, house(2)) as world:
        world.sandbox.fail_next(Fault(kind="error", refusal=Refusal.ACCOUNT_RATE))
        await world.alert("One")
        await world.alert("Last", n="1")
        (waits,) = await waiting(world, Reason.PACE)
        assert waits.due_at == START + timedelta(minutes=1)
        (told,) = [entry for entry in await world.timeline(2) if entry.reason is Reason.PACE]
        assert told.text.endswith("nothing leaves for a while. Not before 21 Nov 03:01 UTC.")
        await world.forward("59s")
        assert (got(world, 1), got(world, 2)) == (0, 0)
        await world.forward("5s")
        assert (got(world, 1), got(world, 2)) == (1, 1)


async def test_more_people_than_a_second_takes_are_told_in_the_seconds_after(tmp_path: Path) -> None:
    async with stage(tmp_path, house(200), "TIER_UNLIMITED") as world:
        await world.alert("All")
        assert sum(got(world, person) for person in range(1, 201)) == 80
        await world.forward("3s")
        assert sum(got(world, person) for person in range(1, 201)) == 200
        assert not refusals(world)


async def test_a_faster_number_is_used_and_its_upgrade_costs_no_message(tmp_path: Path) -> None:
    async with stage(tmp_path, house(200), "TIER_UNLIMITED") as world:
        world.sandbox.raise_throughput()
        await world.alert("One", summary="in the middle")
        await world.forward("3m")
        assert got(world, 1) == 1
        await world.alert("All")
        assert sum(got(world, person) for person in range(1, 201)) == 201
        assert not [line for line in refusals(world) if "130429" in line]
