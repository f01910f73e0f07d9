"""The words of metrics: labels that nobody from outside can make, and a document that has a line for each."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.world import World
from tests.web.scrape import EVERYTHING, scrape
from wa_notify.core.charge import ChargeState
from wa_notify.core.outbox import ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import TicketState
from wa_notify.web.metrics.events import OTHER
from wa_notify.whatsapp.codes import CODES

DOCUMENT = Path(__file__).parents[2] / "docs" / "metrics.md"


@pytest.fixture
async def busy(tmp_path: Path) -> AsyncIterator[World]:
    """A house with everything that has metrics, after two hours."""
    folder = tmp_path / "busy"
    folder.mkdir()
    stage = World(folder, EVERYTHING)
    await stage.start()
    await stage.alert("TeamNews")
    await stage.forward("2h")
    yield stage
    await stage.close()


async def test_strangers_make_no_labels(world: World) -> None:
    await world.alert("DailyNote")
    await world.forward("2m")
    before = (await scrape(world)).labels()
    for number in range(20):
        odd = f"odd-{number}"
        await world.post(f"/{odd}", b"{")
        await world.post(f"/alerts/custom/{odd}", b"{}")
        await world.post("/webhook", odd.encode(), {"X-Hub-Signature-256": odd})
        await world.into_service.request(odd.upper()[:3], "/alerts")
        labels = {"alertname": "DailyNote", odd: odd, "instance": odd, "severity": odd}
        await world.post("/alerts", {"source": odd, "labels": labels})
        world.sandbox.phone(f"+4477009010{number:02}").reply(odd)
    await world.forward("2m")
    made = {pair for pair in (await scrape(world)).labels() - before if pair[0] != "le"}
    assert not [pair for pair in made if re.search(r"odd-|447700", pair[1])]
    assert {name for name, _ in made} <= {
        *("path", "status", "outcome", "state", "reason", "form", "channel"),
        *("template", "free", "market", "category", "currency"),
    }
    assert len(made) < 30


async def test_labels_are_words_of_our_own(world: World) -> None:
    await world.alert("TeamNews")
    await world.alert("DiskFull")
    await world.forward("2m")
    allowed = {
        "state": {*ItemState, *TicketState, *ChargeState},
        "reason": {*Reason, "none"},
        "code": {*map(str, CODES), OTHER},
        "priority": {"critical", "normal", "low"},
        "rule": {rule.name for rule in world.house.engine.book.rules},
    }
    for name, value in (await scrape(world)).labels():
        assert value in allowed.get(name, {value}), f"{name}={value}"


async def test_every_metric_stands_in_the_document_with_its_type_and_labels(busy: World) -> None:
    rows = documented()
    for family in (await scrape(busy)).families:
        name = f"{family.name}_total" if family.type == "counter" else family.name
        if name.startswith("process_"):
            continue  # those of every program; the document names them together
        assert name in rows, f"{name} is missing in {DOCUMENT.name}"
        kind, labels = rows[name]
        assert kind == family.type
        there = {label for sample in family.samples for label in sample.labels} - {"le"}
        assert there <= labels, f"{name} has {there}, the document says {labels}"
    assert "`process_*`" in DOCUMENT.read_text()


async def test_the_document_tells_of_no_metric_that_is_not_there(busy: World) -> None:
    known = (await scrape(busy)).families
    names = {f"{family.name}_total" if family.type == "counter" else family.name for family in known}
    assert documented().keys() <= names


def documented() -> dict[str, tuple[str, set[str]]]:
    """By name the type and the labels of each row."""
    row = re.compile(r"^\| `(wa_notify_\w+)` \| (\w+) \|([^|]*)\|", re.MULTILINE)
    return {
        name: (kind, set(re.findall(r"`(\w+)`", labels)))
        for name, kind, labels in row.findall(DOCUMENT.read_text())
    }
