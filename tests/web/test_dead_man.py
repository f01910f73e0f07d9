"""The dead man's switch: a real address hears that the service is ready, and silence or the truth if not."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.stories.post_office import free_port
from tests.stories.world import HOUSE, World
from wa_notify.config import load
from wa_notify.core.ailment import DISCREET, Ailment
from wa_notify.scheduler import Wakeups
from wa_notify.service import at_work, watched
from wa_notify.web import vigil
from wa_notify.web.dead_man import UNNAMED, DeadMan, reasons_in
from wa_notify.web.health import Finding, Health
from wa_notify.whatsapp.transport import service_client

MINUTE = timedelta(minutes=1)
ALERT = {"labels": {"alertname": "DailyNote"}}


class Switch:
    """A real HTTP server that keeps what it is called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self.status = 200
        self.answers = threading.Event()
        self.answers.set()
        switch = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                switch.answers.wait(10)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                switch.calls.append((self.command, self.path, body))
                self.send_response(switch.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = answer  # noqa: N815 - the library's names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def switch() -> Iterator[Switch]:
    server = Switch()
    yield server
    server.close()


async def stage_with(folder: Path, section: str) -> AsyncIterator[tuple[World, DeadMan]]:
    world = World(folder, f"{HOUSE.read_text()}dead_man: {{{section}}}\n")
    await world.start()
    health = Health(world.house.engine, world.clock, world.house.standing)
    async with service_client() as http:
        yield world, DeadMan(standing=world.house.standing, health=health, http=http, clock=world.clock)
    await world.close()


@pytest.fixture
async def silent(tmp_path: Path, switch: Switch) -> AsyncIterator[tuple[World, DeadMan]]:
    async for stage in stage_with(tmp_path, f"url: '{switch.url}/secret-key'"):
        yield stage


@pytest.fixture
async def outspoken(tmp_path: Path, switch: Switch) -> AsyncIterator[tuple[World, DeadMan]]:
    section = f"url: '{switch.url}/secret-key', failing_url: '{switch.url}/secret-key/fail', method: POST"
    async for stage in stage_with(tmp_path, section):
        yield stage


async def falls_behind(world: World) -> None:
    """An alert waits for longer than it should."""
    await world.post("/alerts", ALERT)
    world.clock.now += 3 * MINUTE


async def test_while_the_service_is_ready_it_calls_as_often_as_it_was_told_to(
    silent: tuple[World, DeadMan], switch: Switch
) -> None:
    world, dead_man = silent
    await dead_man.beat()
    await dead_man.beat()
    world.clock.now += timedelta(seconds=59)
    await dead_man.beat()
    assert switch.calls == [("GET", "/secret-key", "")]
    world.clock.now += timedelta(seconds=1)
    await dead_man.beat()
    assert switch.calls == [("GET", "/secret-key", "")] * 2


async def test_while_it_is_not_ready_it_is_silent_and_says_so_once_in_the_log(
    silent: tuple[World, DeadMan], switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    world, dead_man = silent
    await falls_behind(world)
    for _ in range(3):
        await dead_man.beat()
        world.clock.now += MINUTE
    assert switch.calls == []
    said = [line for line in caplog.messages if "dead man" in line]
    assert said == [
        "The service is not ready, so the dead man's switch hears nothing: Messages leave too late."
    ]
    await world.settle()
    await dead_man.beat()
    assert [path for _, path, _ in switch.calls] == ["/secret-key"]


async def test_the_failing_address_hears_why_in_words_for_strangers(
    outspoken: tuple[World, DeadMan], switch: Switch
) -> None:
    world, dead_man = outspoken
    await falls_behind(world)
    await dead_man.beat()
    world.house.store.close()
    world.clock.now += MINUTE
    await dead_man.beat()
    assert switch.calls == [
        ("POST", "/secret-key/fail", "Messages leave too late."),
        ("POST", "/secret-key/fail", "The database does not answer."),
    ]


async def test_a_database_that_hangs_is_not_well(
    outspoken: tuple[World, DeadMan], switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, dead_man = outspoken
    monkeypatch.setattr(vigil, "ANSWERS_WITHIN", 0.1)
    let_go = threading.Event()
    hanging = world.house.store.read(lambda _: let_go.wait(10))
    await dead_man.beat()
    let_go.set()
    hanging.result()
    assert switch.calls == [("POST", "/secret-key/fail", "The database does not answer.")]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (302, "it answered 302; no redirect is followed, so give the address behind it."),
        (404, "it answered 404."),
        (500, "it answered 500."),
    ],
)
async def test_a_call_that_is_not_taken_is_logged_once_for_each_outage_and_never_with_its_address(
    status: int,
    why: str,
    silent: tuple[World, DeadMan],
    switch: Switch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")
    world, dead_man = silent
    for answer in (status, status, 200, 200, status):
        switch.status = answer
        await dead_man.beat()
        world.clock.now += MINUTE
    assert [path for _, path, _ in switch.calls] == ["/secret-key"] * 5  # never /elsewhere
    told = "The dead man's switch cannot be told how we are, trying again: "
    said = [line for line in caplog.messages if "dead man" in line]
    assert said == [told + why, "The dead man's switch can be told again", told + why]
    assert "secret-key" not in caplog.text


async def test_however_seldom_it_calls_it_makes_up_soon_for_a_call_that_failed(
    tmp_path: Path, switch: Switch
) -> None:
    async for world, dead_man in stage_with(tmp_path, f"url: '{switch.url}/key', every: 1d"):
        switch.status = 503
        await dead_man.beat()
        await dead_man.beat()
        assert len(switch.calls) == 1
        world.clock.now += MINUTE
        switch.status = 200
        await dead_man.beat()
        assert len(switch.calls) == 2
        world.clock.now += 23 * 60 * MINUTE
        await dead_man.beat()
        assert len(switch.calls) == 2


async def test_an_address_that_hangs_is_given_up(
    silent: tuple[World, DeadMan],
    switch: Switch,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("wa_notify.web.dead_man.TIMEOUT", 0.1)
    switch.answers.clear()
    await silent[1].beat()
    switch.answers.set()
    assert "trying again: no answer within 0.1 s." in caplog.text


async def test_the_service_calls_it_by_itself(tmp_path: Path, switch: Switch) -> None:
    async for world, _ in stage_with(tmp_path, f"url: '{switch.url}/key'"):
        wakeups = Wakeups()
        async with service_client() as http:
            watched(world.house, http, wakeups)
            async with at_work(world.house.engine, wakeups), asyncio.timeout(20):
                while not switch.calls:
                    await asyncio.sleep(0.02)
    assert switch.calls == [("GET", "/key", "")]


async def test_an_address_where_nobody_listens_is_told_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async for world, dead_man in stage_with(tmp_path, f"url: 'http://127.0.0.1:{free_port()}/secret-key'"):
        for _ in range(2):
            await dead_man.beat()
            world.clock.now += MINUTE
    assert [line for line in caplog.messages if "dead man" in line] == [
        "The dead man's switch cannot be told how we are, trying again: ConnectError."
    ]
    assert "secret-key" not in caplog.text


async def test_the_section_may_come_and_go_while_the_service_runs(
    silent: tuple[World, DeadMan], switch: Switch
) -> None:
    world, dead_man = silent
    with_it = world.house.standing.config
    text = world.config_path.read_text()
    world.config_path.write_text(text[: text.index("dead_man:")])
    without = load(world.config_path, environ={})
    world.house.standing.obey(without, (), (), world.clock.now)
    await dead_man.beat()
    assert switch.calls == []
    world.house.standing.obey(with_it, (), (), world.clock.now)
    await dead_man.beat()
    assert len(switch.calls) == 1


def test_strangers_hear_each_reason_once_and_nothing_private() -> None:
    findings = [
        Finding(what="Rule disk of +447700900123", blocks=True, ailment=Ailment.TEMPLATES),
        Finding(what="Rule other", blocks=True, ailment=Ailment.TEMPLATES),
        Finding(what="Only a hint", blocks=False, ailment=Ailment.LEDGER),
        Finding(what="Something of alice", blocks=True),
    ]
    assert reasons_in(findings) == [DISCREET[Ailment.TEMPLATES], UNNAMED]
    assert reasons_in(findings[2:3]) == []
