"""Administrators hear when the service itself is not well, by another channel, once, and of the end."""

import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.post_office import PostOffice
from tests.stories.world import World
from wa_notify.core.condition import Condition, Scope
from wa_notify.core.errors import Complaint, PlatformUnreachable
from wa_notify.core.ledger import Breach, Break
from wa_notify.core.rule import Notice, Receiver, Rulebook
from wa_notify.core.secret import Secret
from wa_notify.fallback import AppriseFallback
from wa_notify.sandbox import Fault
from wa_notify.store.sqlite import SqliteStore
from wa_notify.web import vigil
from wa_notify.web.health import Health
from wa_notify.web.outcry import APART, Outcry, addresses
from wa_notify.web.vigil import Vigil

CANARY = Path(__file__).parents[1] / "stories" / "canary.yaml"
MINUTE = timedelta(minutes=1)
ALERT = {"labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db-7"}}


@pytest.fixture
def post() -> Iterator[PostOffice]:
    office = PostOffice()
    office.open()
    yield office
    office.close()


@pytest.fixture
async def world(tmp_path: Path, post: PostOffice) -> AsyncIterator[World]:
    stage = World(tmp_path, CANARY.read_text().replace("DESK", f'"{post.url("desk")}"'))
    await stage.start()
    yield stage
    await stage.close()


@pytest.fixture
def watchful(world: World) -> Vigil:
    return vigil_of(world)


def vigil_of(world: World) -> Vigil:
    engine, standing = world.house.engine, world.house.standing
    return Vigil(
        engine=engine,
        health=Health(engine, world.clock, standing),
        store=world.house.store,
        outcry=Outcry(lambda: engine.book, AppriseFallback()),
        clock=world.clock,
    )


async def looks(world: World, watchful: Vigil, minutes: int = 1) -> None:
    """Time passes, and somebody looks twice a minute."""
    for _ in range(2 * minutes):
        await watchful.look()
        await world.forward("30s")


async def ours(world: World) -> list[Condition]:
    found = await world.house.engine.look(lambda views: views.conditions())
    return [one for one in found if one.scope is Scope.SERVICE and one.is_open]


def spoil(world: World, what: str) -> None:
    """Change the database behind the back of the service."""
    connection = sqlite3.connect(world.folder / "story.db")
    connection.executescript(what)
    connection.close()


BROKEN = Break(number=3, breach=Breach.CHANGED)
FULL = "CREATE TRIGGER full BEFORE INSERT ON conditions BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END;"


async def test_while_all_is_well_nobody_hears_anything(
    world: World, watchful: Vigil, post: PostOffice
) -> None:
    await looks(world, watchful, 5)
    assert await ours(world) == []
    post.stays_silent()
    world.bob.stays_silent()


async def test_of_several_services_one_looks(
    world: World, watchful: Vigil, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.house.engine.watch.ledger(BROKEN)
    with monkeypatch.context() as another:
        another.setattr(SqliteStore, "keeps_house", False)
        await looks(world, watchful, 5)
        post.stays_silent()
    await looks(world, watchful)
    post.expects("desk", "The consent ledger is broken")


async def test_whoever_cried_says_that_it_is_over_though_another_keeps_the_house_by_then(
    world: World, watchful: Vigil, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(world, FULL)
    world.house.engine.watch.ledger(BROKEN)
    for _ in range(4):
        await watchful.look()
        world.clock.now += MINUTE / 2
    post.expects("desk", "The alerting itself has trouble")
    world.house.engine.watch.ledger_break = None
    spoil(world, "DROP TRIGGER full;")
    monkeypatch.setattr(SqliteStore, "keeps_house", False)
    await watchful.look()
    post.expects("desk", "The alerting is well again")


async def test_an_outbox_that_falls_behind_is_told_by_mail_once_and_so_is_its_end(
    world: World, watchful: Vigil, post: PostOffice
) -> None:
    await world.post("/alerts", ALERT)
    world.clock.now += 3 * MINUTE
    await watchful.look()
    await watchful.look()
    await world.forward("1s")
    post.expects("desk", "The alerting itself has trouble", "The outbox is 3 min behind. Look at `wa-notify")
    await looks(world, watchful, 2)
    assert await ours(world) == []
    post.stays_silent()  # it may come back
    await looks(world, watchful, 5)
    post.expects("desk", "The alerting is well again", "The outbox is 3 min behind")
    await looks(world, watchful, 10)
    post.stays_silent()
    world.bob.stays_silent()


async def test_whatsapp_that_does_not_answer_for_a_minute_is_told_and_outlives_a_restart(
    world: World, watchful: Vigil, post: PostOffice
) -> None:
    world.sandbox.fail_next(Fault(kind="disconnect", lasts=timedelta(minutes=40), path=""))
    await world.post("/alerts", ALERT)
    await looks(world, watchful, 4)
    post.expects("desk", "The alerting itself has trouble", "WhatsApp has not answered since")
    with pytest.raises(PlatformUnreachable):
        await world.restart()
    anew = vigil_of(world)
    await looks(world, anew, 10)
    post.stays_silent()
    await looks(world, anew, 60)
    post.expects("desk", "The alerting is well again")
    post.stays_silent()


async def test_what_an_edit_brings_is_told_when_it_lasts(
    world: World, watchful: Vigil, post: PostOffice
) -> None:
    complaint = Complaint(where="wa-notify.yaml:3:1", what="This is no rule.", fix="Write one.")
    world.house.standing.refuse((complaint, complaint))
    await watchful.look()
    await world.forward("30s")
    world.house.standing.refuse(())  # mended at once
    await looks(world, watchful, 2)
    post.stays_silent()
    world.house.standing.refuse((complaint, complaint))
    await looks(world, watchful, 2)
    post.expects(
        "desk", "The changed configuration cannot be used: wa-notify.yaml:3:1", "And 1 more like that"
    )
    post.stays_silent()


async def test_a_broken_ledger_is_told(world: World, watchful: Vigil, post: PostOffice) -> None:
    world.house.engine.watch.ledger(BROKEN)
    await looks(world, watchful)
    post.expects("desk", "The consent ledger is broken")
    ready = (await world.into_service.get("/readyz")).json()
    assert [reason[:30] for reason in ready["reasons"]] == ["The consent ledger is broken. "]


async def test_a_database_that_fails_is_told_without_it_once_and_so_is_its_end(
    world: World, watchful: Vigil, post: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    world.house.engine.watch.ledger(BROKEN)  # to be kept, and cannot be
    spoil(world, FULL)
    for _ in range(2):
        await watchful.look()
        world.clock.now += MINUTE / 2
    post.stays_silent()
    for _ in range(9):
        await watchful.look()
        world.clock.now += MINUTE / 2
    post.expects(
        "desk",
        "The alerting itself has trouble, since 21 Nov 03:00 UTC. The database does not answer: The database",
        "disk full",
        "Until that is over nothing is taken in or sent.",
    )
    post.stays_silent()
    spoil(world, "DROP TRIGGER full;")
    await watchful.look()
    post.expects("desk", "The alerting is well again", "it did not from 21 Nov 03:00 UTC to 21 Nov 03:05 UTC")
    await world.settle()
    post.expects("desk", "The consent ledger is broken")
    world.bob.stays_silent()
    assert caplog.text.count("The alerting itself has trouble. The database does not answer") == 1


async def test_a_closed_database_is_told_and_an_address_that_took_nothing_is_tried_again(
    world: World, watchful: Vigil, post: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    post.close()
    world.house.store.close()
    for _ in range(4):
        await watchful.look()
        world.clock.now += MINUTE / 2
    assert caplog.text.count("No administrator could be told of it") == 1
    post.open()
    for _ in range(4):
        await watchful.look()
        world.clock.now += MINUTE / 2
    post.expects("desk", "The alerting itself has trouble")
    post.stays_silent()


async def test_a_database_that_takes_too_long_to_keep_anything_counts_as_failing(
    world: World, watchful: Vigil, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vigil, "ANSWERS_WITHIN", 0.3)
    let_go = threading.Event()
    hanging = world.house.store.transact(lambda _: let_go.wait(10))
    for _ in range(2):
        await watchful.look()
        world.clock.now += MINUTE
    let_go.set()
    hanging.result()
    post.expects("desk", "The database does not answer: nothing was kept within 0.3 s.")


async def test_outages_that_follow_each_other_closely_are_told_as_one(
    world: World, watchful: Vigil, post: PostOffice
) -> None:
    world.house.engine.watch.ledger(BROKEN)

    async def outage() -> None:
        spoil(world, FULL)
        for _ in range(3):
            await watchful.look()
            world.clock.now += MINUTE / 2
        world.house.engine.watch.ledger_break = None
        spoil(world, "DROP TRIGGER full;")
        await watchful.look()
        world.house.engine.watch.ledger(BROKEN)

    await outage()
    post.expects("desk", "The alerting itself has trouble")
    post.expects("desk", "The alerting is well again")
    await outage()
    post.stays_silent()
    world.clock.now += APART
    await outage()
    post.expects("desk", "The alerting itself has trouble")
    post.expects("desk", "The alerting is well again")


def test_who_hears_of_it_without_the_database_is_all_whom_the_configuration_names() -> None:
    channels = {name: Secret("json://x") for name in ("recipient:bob", "recipient:carol", "admins:all")}
    assert addresses(Rulebook()) == {}
    desk = {"desk": Receiver(to=("bob", "carol", "alice"))}
    book = Rulebook(receivers=desk, notice=Notice(receiver="desk"), channels=channels)
    assert sorted(addresses(book)) == ["recipient:bob", "recipient:carol"]
    shared = Notice(receiver="desk", targets=("admins:all",))
    assert list(addresses(Rulebook(receivers=desk, notice=shared, channels=channels))) == ["admins:all"]
