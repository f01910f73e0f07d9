"""Beats and reports of failure, as they come in."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests.stories.world import HOUSE, World
from tests.web.test_alerts import ANYTHING, complaints_of
from wa_notify.web import heartbeat

SOURCES = "sources: {backup: {heartbeat: {every: 1h, grace: 10m, labels: {alertname: DailyNote}}}}\n"
PATH = "/alerts/heartbeat/backup"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    stage = World(tmp_path, HOUSE.read_text() + SOURCES)
    await stage.start()
    yield stage
    await stage.close()


async def test_the_call_itself_is_the_beat(world: World) -> None:
    for response in (await world.into_service.get(PATH), await world.post(PATH, b"")):
        assert (response.status_code, response.json()["status"]) == (202, "ok")
    assert await world.tickets() == []


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("?status=fail", b""),
        ("?status=FAILED&message=x", b""),
        ("", b'{"status": "failed", "message": "disk full", "host": "db-7"}'),
        ("?status=failure", b'{"status": "ok"}'),
    ],
)
async def test_a_failure_is_an_alert_at_once(world: World, query: str, body: bytes) -> None:
    response = await world.post(PATH + query, body)
    assert (response.status_code, response.json()["status"]) == (202, "failed")
    assert [alert["outcome"] for alert in response.json()["alerts"]] == ["opened"]


@pytest.mark.parametrize("body", [b"[]", b"{", b'"x"', b'{"status": 7}', b'{"message": []}', b"\xff"])
async def test_a_report_that_cannot_be_read_is_refused(world: World, body: bytes) -> None:
    assert (await world.post(PATH, body)).status_code == 400
    assert (await world.post(f"{PATH}?status=perhaps", b"")).status_code == 400


async def test_a_report_that_is_too_large_is_refused(world: World) -> None:
    assert (await world.post(PATH, b" " * 5_000_000)).status_code == 413


@given(ANYTHING)
def test_whatever_a_report_holds_it_is_taken_or_refused(inner: Any) -> None:
    for said in ({"status": inner}, {"message": inner}, {"status": "fail", "message": inner}):
        assert complaints_of(lambda said=said: heartbeat._failure(said)) != []  # type: ignore[misc]
