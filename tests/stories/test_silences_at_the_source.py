"""Silences at the source in virtual time. A real Alertmanager is asked in tests/alertmanager."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.world import HOUSE, World
from wa_notify.cli.serve import secrets_of
from wa_notify.config import load
from wa_notify.core.message import Accepted, Failure, NoAnswer, Rejected, Remedy, SendResult
from wa_notify.core.outbox import Occasion
from wa_notify.core.source import Sight, Silencing, Unsilencing
from wa_notify.core.ticket import TicketState

SECTION = "alertmanager: {url: 'http://127.0.0.1:9', silence: on_acknowledge, token: canary-of-the-source}\n"


class Played:
    """A source with a memory, which can be cut off."""

    name = "alertmanager"

    def __init__(self) -> None:
        self.trouble: Rejected | NoAnswer | None = None
        self.firing: set[str] = set()
        self.silences: dict[str, Silencing] = {}
        self.looks = 0

    async def silence(self, wished: Silencing) -> SendResult:
        if self.trouble:
            return self.trouble
        silence_id = wished.known or f"silence-{len(self.silences) + 1}"
        self.silences[silence_id] = wished
        return Accepted(wamid=silence_id)

    async def expire(self, wished: Unsilencing) -> SendResult:
        if self.trouble:
            return self.trouble
        self.silences.pop(wished.known, None)
        return Accepted(wamid=wished.known)

    async def look(self) -> Sight | Rejected | NoAnswer:
        self.looks += 1
        return self.trouble or Sight(firing=frozenset(self.firing), silences=frozenset(self.silences))


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture
async def world(tmp_path: Path, played: Played) -> AsyncIterator[World]:
    stage = World(tmp_path, f"{HOUSE.read_text()}\n{SECTION}")
    stage.source = played
    await stage.start()
    yield stage
    await stage.close()


async def fires(world: World, played: Played) -> None:
    """Alertmanager posts that a disk is full."""
    one: dict[str, Any] = {
        "status": "firing",
        "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db-7"},
        "annotations": {"summary": "Disk almost full", "description": "96 %"},
        "startsAt": "2026-11-21T03:00:00Z",
        "fingerprint": "c0ffee",
    }
    played.firing.add("c0ffee")
    response = await world.post("/alerts/alertmanager", {"version": "4", "alerts": [one]})
    assert response.status_code == 202, response.text
    await world.settle()
    await world.forward("1m")


async def test_acknowledging_silences_and_the_muted_end_is_found(world: World, played: Played) -> None:
    await fires(world, played)
    await world.house.engine.check_source()
    assert played.looks == 0
    await world.alice.taps("Acknowledge")
    (silence,) = played.silences.values()
    assert silence.labels == {"alertname": "DiskFull", "severity": "critical", "instance": "db-7"}
    played.firing.clear()
    await world.restart()
    await world.house.engine.check_source()
    await world.settle()
    assert (await world.ticket()).state is TicketState.RESOLVED
    assert played.silences == {}
    await world.forward("1m")
    await world.house.engine.check_source()
    await world.house.engine.check_source()
    assert played.looks == 2


@pytest.mark.parametrize(
    "trouble",
    [
        NoAnswer(why="Alertmanager gave no answer."),
        Rejected(failure=Failure(code=401, title="Refused access", remedy=Remedy.ADMIN)),
    ],
)
async def test_a_source_that_cannot_be_asked_is_told_once_and_nothing_is_concluded(
    world: World, played: Played, trouble: Rejected | NoAnswer, caplog: pytest.LogCaptureFixture
) -> None:
    await fires(world, played)
    await world.alice.taps("Acknowledge")
    played.trouble = trouble
    played.firing.clear()
    for _ in range(3):
        await world.house.engine.check_source()
    assert (await world.ticket()).state is TicketState.ACKNOWLEDGED
    assert caplog.text.count("The source of the alerts cannot be asked") == 1
    ready = await world.into_service.get("/readyz")
    assert (ready.status_code, "The source of the alerts cannot be asked" in ready.text) == (200, True)
    played.trouble = None
    await world.house.engine.check_source()
    await world.settle()
    assert (await world.ticket()).state is TicketState.RESOLVED
    assert "cannot be asked" not in (await world.into_service.get("/readyz")).text


async def test_a_silence_that_is_not_granted_holds_up_nobody(world: World, played: Played) -> None:
    played.trouble = NoAnswer(why="Alertmanager gave no answer.")
    await fires(world, played)
    await world.alice.taps("Acknowledge")
    await world.forward("1s")
    world.alice.expects("Disk almost full", form="template")
    world.alice.expects("is yours")
    await world.forward("30m")
    (item,) = [item for item in await world.items() if item.occasion is Occasion.SILENCED]
    assert item.attempts > 10
    played.trouble = None
    await world.forward("2m")
    assert len(played.silences) == 1


@pytest.mark.parametrize("word", ["release", "resolve"])
async def test_a_word_in_the_chat_that_ends_the_answer_ends_the_silence(
    world: World, played: Played, word: str
) -> None:
    await fires(world, played)
    await world.alice.taps("Acknowledge")
    assert len(played.silences) == 1
    await world.alice.replies(word)
    assert (await world.ticket()).state is not TicketState.ACKNOWLEDGED
    assert played.silences == {}


async def test_when_the_section_is_gone_what_waits_for_the_source_waits_until_it_is_useless(
    world: World, played: Played
) -> None:
    await fires(world, played)
    await world.alice.taps("Acknowledge")
    await world.stop()
    world.config_path.write_text(world.config_path.read_text().replace(SECTION, ""))
    world.source = None
    await world.start()
    body = {"status": "resolved", "source": "alertmanager", "fingerprint": "c0ffee"}
    labels = {"alertname": "DiskFull", "severity": "critical", "instance": "db-7"}
    await world.post("/alerts", {**body, "labels": labels})
    await world.forward("5h")
    assert "Nothing here can ask the source" in world.story()
    (end,) = [item for item in await world.items() if item.occasion is Occasion.UNSILENCED]
    assert end.state == "cancelled"


def test_the_log_of_the_service_knows_the_secrets_of_the_source(world: World) -> None:
    assert "canary-of-the-source" in secrets_of(load(world.config_path, environ={}))
