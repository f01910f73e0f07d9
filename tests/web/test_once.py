"""The same Idempotency-Key again gets the same answer, and nothing happens a second time."""

import asyncio
from datetime import timedelta

import pytest

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Caller, Right, Via
from wa_notify.core.errors import StoreError
from wa_notify.web.operations.office import Office
from wa_notify.web.operations.operation import Asked, Given, Nothing, Operation, Shape, operation
from wa_notify.web.operations.performing import AT_WORK, REMEMBERED_FOR, Done, Request, perform
from wa_notify.web.refusals import NotNow, Unfitting


class Text(Given, frozen=True, kw_only=True):
    text: str


class Count(Shape, frozen=True, kw_only=True):
    count: int


class Bench:
    """An operation that counts how often it was really done."""

    def __init__(self, world: World) -> None:
        self.done = 0
        self.fails = False
        self.waits: asyncio.Event | None = None
        house = world.house
        self.office = Office(
            engine=house.engine, standing=house.standing, health=None, account=house.account,  # type: ignore[arg-type]
            clock=world.clock, http=world.into_sandbox, version="0",
        )  # fmt: skip

        @operation("POST", "/count", right=Right.SEND, sends=True, status=202)
        async def count(asked: Asked[Text, Nothing]) -> Count:
            """Count."""
            if self.waits:
                await self.waits.wait()
            if self.fails:
                raise StoreError("The disk is full.")
            self.done += 1
            return Count(count=self.done)

        self.operation: Operation = count

    async def ask(self, key: str, text: str = "a", name: str = "alice") -> Done:
        caller = Caller(name=name, rights=frozenset(Right), via=Via.KEY)
        request = Request(path={}, query={}, body={"text": text}, key=key or "made up", key_given=bool(key))
        return await perform(self.operation, self.office, caller, request)


@pytest.fixture
async def bench(world: World) -> Bench:
    return Bench(world)


async def test_the_same_key_gets_the_same_answer(bench: Bench) -> None:
    first, again = await bench.ask("k1"), await bench.ask("k1")
    assert (first.encoded, again.encoded) == (b'{"count":1}', b'{"count":1}')
    assert (first.status, again.status) == (202, 202)
    assert (first.repeated, again.repeated) == (False, True)
    assert bench.done == 1


async def test_another_key_another_person_or_no_key_is_another_request(bench: Bench) -> None:
    for key, name in (("k1", "alice"), ("k2", "alice"), ("k1", "bob"), ("", "alice"), ("", "alice")):
        await bench.ask(key, name=name)
    assert bench.done == 5


async def test_a_key_is_for_one_request_only(bench: Bench) -> None:
    await bench.ask("k1", "a")
    with pytest.raises(Unfitting, match="another request"):
        await bench.ask("k1", "b")
    assert bench.done == 1


async def test_while_the_first_is_at_work_the_second_is_told_so(bench: Bench) -> None:
    bench.waits = asyncio.Event()
    first = asyncio.create_task(bench.ask("k1"))
    await asyncio.sleep(0.1)
    with pytest.raises(NotNow, match="still at work"):
        await bench.ask("k1")
    bench.waits.set()
    assert (await first).encoded == b'{"count":1}'


async def test_what_failed_may_be_tried_again_at_once(bench: Bench) -> None:
    bench.fails = True
    with pytest.raises(StoreError):
        await bench.ask("k1")
    bench.fails = False
    assert (await bench.ask("k1")).encoded == b'{"count":1}'


async def test_what_never_ended_may_be_tried_again_after_a_minute(world: World, bench: Bench) -> None:
    bench.waits = asyncio.Event()
    lost = asyncio.create_task(bench.ask("k1"))
    await asyncio.sleep(0.1)
    world.clock.now += AT_WORK
    bench.waits.set()
    again = asyncio.create_task(bench.ask("k1"))
    assert {(await lost).status, (await again).status} == {202}


async def test_answers_are_kept_for_a_day(world: World, bench: Bench) -> None:
    await bench.ask("k1")
    world.clock.now += REMEMBERED_FOR
    await bench.ask("k1")
    assert bench.done == 1
    world.clock.now += timedelta(seconds=1)
    await bench.ask("k1")
    assert bench.done == 2


async def test_answers_survive_a_restart(world: World, bench: Bench) -> None:
    await bench.ask("k1")
    await world.restart()
    fresh = Bench(world)
    assert (await fresh.ask("k1")).repeated
    assert fresh.done == 0


async def test_a_key_that_is_too_long_is_refused(world: World) -> None:
    desk = await Desk.of(world)
    answer = await desk.api("POST", "/keys", {"name": "x", "rights": ["see"]}, idempotency_key="k" * 201)
    assert answer.status_code == 400
