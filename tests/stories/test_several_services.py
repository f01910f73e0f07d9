"""Several services on one database: together they do what one would do, and any of them may go away."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests import postgres
from tests.stories.world import SANDBOX, World
from wa_notify.cli.virtual import NoScheduler
from wa_notify.config import load
from wa_notify.core.outbox import LEASE, ItemState
from wa_notify.sandbox import Limits
from wa_notify.service import House, furnish
from wa_notify.store.opening import open_store

CROWD = 30
PACE = 5
STEP = timedelta(milliseconds=100)
PEOPLE = {f"p{number}": f"+4477009{number:05}" for number in range(CROWD)}
RECIPIENTS = "\n  ".join(f'{name}: {{phone: "{phone}", opt_in: Signed}}' for name, phone in PEOPLE.items())
CONFIG = (
    SANDBOX
    + f"""
limits: {{per_second: {PACE}}}
recipients:
  alice: {{phone: "+447700900123", opt_in: Signed}}
  {RECIPIENTS}
receivers:
  alice: {{to: alice}}
  crowd: {{to: [{", ".join(PEOPLE)}]}}
rules:
  - name: crowd
    match: {{alertname: Evacuate}}
    receiver: crowd
    template: &alert {{name: ops_alert, header: x, parameters: [x, "{{{{ title }}}}", now], url: x}}
  - {{name: one, receiver: alice, template: *alert}}
"""
)


class Team:
    """Two services, one database, one platform."""

    def __init__(self, world: World, second: House) -> None:
        self.world, self.second = world, second
        self.first = world.house

    async def settles(self) -> tuple[int, int]:
        """Let both do what is due; how many messages each of them sent."""
        sent = (await self.first.engine.run_due(), await self.second.engine.run_due())
        while await self.world.sandbox.run_due():
            pass
        return sent


async def one_more(world: World) -> House:
    """Another service starts on the database."""
    config = load(world.config_path, environ={})
    house = furnish(
        config,
        store=open_store(config.store, shared=True),
        http=world.into_sandbox,
        clock=world.clock,
        scheduler=NoScheduler(),
        chance=lambda: 0.5,
    )
    await house.engine.start()
    return house


@pytest.fixture
async def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Team]:
    monkeypatch.setenv(postgres.STORE, "1")
    world = World(tmp_path, CONFIG)
    await world.start()
    second = await one_more(world)
    yield Team(world, second)
    await second.engine.stop(patience=0.2)
    second.store.close()
    await world.close()


async def test_together_they_keep_the_pace_of_the_number(team: Team) -> None:
    team.world.sandbox.limits = Limits(per_second=PACE)
    await team.world.alert("Evacuate", settle=False)
    sent, began = [0, 0], team.world.clock.now
    while sum(sent) < CROWD:
        now = await team.settles()
        sent = [before + more for before, more in zip(sent, now, strict=True)]
        team.world.clock.now += STEP
        team.first, team.second = team.second, team.first  # who comes first gets more
        sent.reverse()
        assert team.world.clock.now - began < timedelta(seconds=20)
    assert min(sent) > 0, "both take part"
    items = await team.world.items()
    assert {item.attempts for item in items} == {1}, "the platform refused none"
    left = [item.claimed_at for item in items if item.claimed_at]
    assert max(sum(at <= other < at + timedelta(seconds=1) for other in left) for at in left) == PACE


async def test_while_one_sends_the_other_leaves_the_person_alone(team: Team) -> None:
    await team.world.alert("First", settle=False)
    (claimed,) = (await team.first.engine._turn()).leaving
    await team.world.alert("Second", settle=False)
    assert await team.second.engine.run_due() == 0
    await team.first.engine._send(claimed)
    assert await team.second.engine.run_due() == 1


async def test_whoever_joins_leaves_alone_what_others_are_sending(team: Team) -> None:
    await team.world.alert("First", settle=False)
    (claimed,) = (await team.first.engine._turn()).leaving
    third = await one_more(team.world)
    assert not third.store.alone
    assert await third.engine.run_due() == 0
    (item,) = await team.world.items()
    assert item.state is ItemState.SENDING
    await team.first.engine._send(claimed)
    (item,) = await team.world.items()
    assert item.state is not ItemState.SENDING
    third.store.close()


async def test_one_that_was_paused_does_not_send_what_others_took_over(
    team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    await team.world.alert("First", settle=False)
    (claimed,) = (await team.first.engine._turn()).leaving
    for _ in range(3):
        team.world.clock.now += LEASE
        await team.second.engine.run_due()
    await team.world.forward("5s")
    team.world.alice.expects("Disk almost full")
    with caplog.at_level(logging.WARNING):
        await team.first.engine._send(claimed)
    assert "did not leave: its lease ended before" in caplog.text
    await team.world.forward("5m")
    team.world.alice.stays_silent()
    (item,) = await team.world.items()
    assert item.attempts == 2


async def test_the_pace_counts_from_when_the_database_was_free(team: Team) -> None:
    await team.world.alert("First", settle=False)
    free = threading.Event()
    team.first.store.transact(lambda _: free.wait(10))
    turn = asyncio.create_task(team.first.engine._turn())
    await asyncio.sleep(0.05)
    team.world.clock.now += timedelta(seconds=5)
    free.set()
    (claimed,) = (await turn).leaving
    assert claimed.lease_until == team.world.clock.now + LEASE
    await team.first.engine._send(claimed)


async def test_what_one_takes_in_the_other_sends_at_once(team: Team) -> None:
    working = asyncio.create_task(team.second.engine.run())
    await team.world.alert("First", settle=False)
    async with asyncio.timeout(10):
        while (await team.world.items())[0].state is ItemState.PENDING:
            await asyncio.sleep(0.01)
    await team.world.forward("5s")
    team.world.alice.expects("Disk almost full")
    working.cancel()


async def test_one_keeps_the_house_and_when_it_goes_another_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wa_notify.store.postgres_ears.BEAT", 0.05)
    address = postgres.of(tmp_path)
    monkeypatch.setenv(postgres.STORE, "1")
    world = World(tmp_path, CONFIG)
    await world.start()
    one, other = (open_store(address, shared=True) for _ in range(2))
    assert world.house.store.alone
    assert not one.alone
    assert [store.keeps_house for store in (world.house.store, one, other)] == [True, False, False]
    await world.close()
    async with asyncio.timeout(10):
        while not (one.keeps_house or other.keeps_house):
            await asyncio.sleep(0.01)
    assert [one.keeps_house, other.keeps_house].count(True) == 1
    one.close()
    other.close()
