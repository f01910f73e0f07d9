"""The life of the loop: woken, stopped with messages on their way, pausing when the database fails."""

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta

import httpx
import pytest

from tests.stories.beneath import store_in
from tests.stories.world import World
from wa_notify.core.outbox import Intent, ItemState
from wa_notify.core.reason import Reason
from wa_notify.pipeline.ingest import say
from wa_notify.service import TemplateSync
from wa_notify.store.opening import open_store

PATIENCE = 5.0  # seconds of real time, on a busy machine


class Gate(httpx.AsyncBaseTransport):
    """The way to WhatsApp, with a gate in it: requests wait while it is closed."""

    def __init__(self, way: httpx.AsyncBaseTransport) -> None:
        self._way = way
        self.open = asyncio.Event()
        self.waiting = asyncio.Semaphore(0)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Let the request through once the gate is open."""
        self.waiting.release()
        await self.open.wait()
        return await self._way.handle_async_request(request)


@pytest.fixture
def gate(world: World) -> Gate:
    """All requests of the service pass it from now on."""
    gate = Gate(httpx.ASGITransport(app=world.sandbox.app))
    world.into_sandbox._transport = gate
    return gate


async def running(world: World) -> asyncio.Task[None]:
    task = asyncio.create_task(world.house.engine.run())
    await asyncio.sleep(0)
    return task


async def becomes(world: World, state: ItemState) -> bool:
    """Whether the one item of the outbox gets there, in real time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while [item.state for item in await world.items()] != [state]:
                await asyncio.sleep(0.01)
            return True
    return False


async def test_an_alert_wakes_the_loop_and_its_message_leaves(world: World) -> None:
    loop = await running(world)
    await world.alert("DailyNote", settle=False)
    assert await becomes(world, ItemState.ACCEPTED)
    await world.house.engine.stop()
    async with asyncio.timeout(PATIENCE):
        await loop


async def test_a_gentle_stop_lets_a_message_on_its_way_arrive_and_keeps_what_came_of_it(
    world: World, gate: Gate
) -> None:
    loop = await running(world)
    await world.alert("DailyNote", settle=False)
    await gate.waiting.acquire()
    stopping = asyncio.create_task(world.house.engine.stop(patience=PATIENCE))
    await asyncio.sleep(0.05)
    assert not stopping.done()
    gate.open.set()
    await asyncio.gather(stopping, loop)
    (item,) = await world.items()
    assert (item.state, item.attempts) == (ItemState.ACCEPTED, 1)


async def test_what_a_stop_cannot_wait_for_is_checked_at_the_next_start_and_then_sent(
    world: World, gate: Gate
) -> None:
    loop = await running(world)
    await world.alert("DailyNote", settle=False)
    await gate.waiting.acquire()
    await world.house.engine.stop(patience=0)
    await loop
    (item,) = await world.items()
    assert item.state is ItemState.SENDING
    gate.open.set()
    world.house.store.close()
    await world.start()
    (item,) = await world.items()
    assert (item.state, item.reason) == (ItemState.UNCERTAIN, Reason.ANSWER_LOST)
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    world.alice.stays_silent()


async def test_critical_news_does_not_wait_for_a_slow_answer_to_somebody_else(
    world: World, gate: Gate
) -> None:
    loop = await running(world)
    await world.alert("DailyNote", settle=False)
    await gate.waiting.acquire()
    await world.alert("TeamNews", settle=False)
    async with asyncio.timeout(PATIENCE):
        await gate.waiting.acquire()  # Bob's request, while Alice's first one still waits
    states = {(item.recipient_id, item.state) for item in await world.items()}
    assert {("alice", ItemState.SENDING), ("bob", ItemState.SENDING), ("alice", ItemState.PENDING)} <= states
    gate.open.set()
    await world.house.engine.stop()
    await loop


class Wakeup:
    """A scheduler that remembers when it was asked to wake the engine."""

    def __init__(self) -> None:
        self.due: list[datetime | None] = []

    def wake_at(self, due: datetime | None) -> None:
        """Remember."""
        self.due.append(due)


async def test_a_database_that_fails_pauses_the_loop_and_says_so(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    scheduler = Wakeup()
    engine = world.house.engine
    engine._scheduler = scheduler
    world.house.store.close()
    with caplog.at_level(logging.ERROR):
        loop = await running(world)
        async with asyncio.timeout(PATIENCE):
            while not scheduler.due:
                await asyncio.sleep(0.01)
    assert scheduler.due == [world.clock.now + timedelta(seconds=5)]
    assert "The outbox pauses" in caplog.text
    await engine.stop()
    await loop
    await world.start()  # so that the stage can be left


async def test_a_fault_of_ours_pauses_the_loop_and_does_not_end_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    scheduler = Wakeup()
    engine = world.house.engine
    engine._scheduler = scheduler
    whatsapp, engine._whatsapp = engine._whatsapp, None  # type: ignore[assignment]
    loop = await running(world)
    async with asyncio.timeout(PATIENCE):
        while not scheduler.due:
            await asyncio.sleep(0.01)
    assert "wa_notify itself failed" in caplog.text
    engine._whatsapp = whatsapp
    await world.alert("DailyNote", settle=False)
    assert await becomes(world, ItemState.ACCEPTED)
    await engine.stop()
    await loop


async def test_an_outcome_that_cannot_be_kept_is_found_again_when_the_lease_is_over(
    world: World, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    loop = await running(world)
    await world.alert("DailyNote", settle=False)
    await gate.waiting.acquire()
    world.house.store.close()
    gate.open.set()
    async with asyncio.timeout(PATIENCE):
        while "could not be kept" not in caplog.text:
            await asyncio.sleep(0.01)
    await world.house.engine.stop()
    await loop
    await world.start()
    await world.forward("10m")
    world.alice.expects("Disk almost full")
    world.alice.stays_silent()
    (item,) = await world.items()
    assert (item.state, item.attempts) == (ItemState.READ, 1)  # the status explained it


async def test_a_message_by_hand_leaves_once_for_each_key(world: World) -> None:
    intent = Intent(free_form="lunch?")
    await world.alice.replies("hello")
    desk = world.house.engine.desk
    first = await desk.say("alice", intent, key="k1", ttl=timedelta(hours=1))
    again = await desk.say("alice", intent, key="k1", ttl=timedelta(hours=1))
    assert first.item
    assert (again.item, again.known) == (None, True)
    await world.forward("1m")
    world.alice.expects("lunch?", form="text")
    world.alice.stays_silent()


async def test_what_another_process_writes_is_noticed(world: World) -> None:
    await world.alice.replies("hello")
    await world.forward("1m")
    loop = await running(world)
    await world.house.engine.look_around()
    beside = open_store(store_in(world.folder), exclusive=False)
    beside.transact(
        lambda tx: say(
            tx, "alice", Intent(free_form="from outside"), "k", world.clock.now, timedelta(hours=1)
        )
    ).result()
    beside.close()
    await world.house.engine.look_around()
    assert await becomes(world, ItemState.ACCEPTED)
    await world.house.engine.stop()
    await loop


async def test_templates_are_read_hourly_soon_after_news_and_ever_more_slowly_while_that_fails(
    world: World,
) -> None:
    sync = TemplateSync(world.house.engine, world.clock)

    async def reads_within(minutes: int) -> int:
        """How often the account is asked, when the chore looks every five seconds."""
        before = asked(world)
        for _ in range(minutes * 12):
            await sync.check()
            world.clock.now += timedelta(seconds=5)
        return asked(world) - before

    assert await reads_within(60) == 1
    assert await reads_within(60) == 1
    world.house.engine.watch.templates_changed = True
    assert await reads_within(10) == 1
    world.sandbox.account.access_token = "another-token"
    world.house.engine.watch.templates_changed = True
    assert 5 <= await reads_within(60) <= 20
    world.sandbox.account.access_token = "sandbox-token"
    assert await reads_within(60) == 1


def asked(world: World) -> int:
    return sum("message_templates" in str(entry) and "GET" in str(entry) for entry in world.sandbox.log)
