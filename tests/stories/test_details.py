"""Held details can be pictures and documents too: they follow the answer, each as a message of its own."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stories.world import HOUSE, World
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.sandbox import CallbackPolicy

DETAILS = """    details:
      text: "Everything we know: {{ annotations.description }}"
      image: "{{ annotations.graph }}"
      document: {link: "{{ annotations.report }}", filename: "report-{{ ticket.number }}.pdf"}
"""
GRAPH, REPORT = "https://ops.example.net/graph.png", "https://ops.example.net/report.pdf"


@pytest.fixture
async def gallery(tmp_path: Path) -> AsyncIterator[World]:
    """The rule `disk` shows a picture and a document when somebody asks."""
    text = HOUSE.read_text()
    old = '    details: "Everything we know: {{ annotations.description }}"\n'
    assert old in text
    world = World(tmp_path, text.replace(old, DETAILS))
    world.sandbox.policy = CallbackPolicy(sent_after=timedelta(0), delivered_after=timedelta(0))
    await world.start()
    yield world
    await world.close()


async def fires(world: World, **annotations: str) -> None:
    labels = {"alertname": "DiskFull", "severity": "critical", "instance": "db-7"}
    said = {"summary": "Disk almost full", "description": "96 % of /var", **annotations}
    body: dict[str, Any] = {"source": "test", "labels": labels, "annotations": said}
    assert (await world.post("/alerts", body)).status_code == 202
    await world.settle()


async def test_picture_and_document_follow_the_reply_that_opened_the_window(gallery: World) -> None:
    await fires(gallery, graph=GRAPH, report=REPORT)
    gallery.alice.expects("Disk almost full", form="template")
    gallery.alice.stays_silent()
    await gallery.alice.taps("Details")
    await gallery.forward("10s")
    new = gallery.alice.received[1:]
    assert sorted(message.kind for message in new) == ["document", "image", "text"]
    assert "Everything we know: 96 % of /var" in " ".join(message.text for message in new)
    assert "[report-1.pdf]" in " ".join(message.text for message in new)


async def test_while_the_window_is_open_they_come_at_once(gallery: World) -> None:
    await gallery.alice.replies("hello")
    await fires(gallery, graph=GRAPH)
    await gallery.forward("10s")
    assert [message.kind for message in gallery.alice.received] == ["interactive", "text", "image"]


async def test_an_alert_that_brings_no_link_has_no_file_and_nothing_is_refused(gallery: World) -> None:
    await fires(gallery, graph="javascript:alert(1)", report="")
    await gallery.alice.taps("Details")
    await gallery.forward("10s")
    assert [message.kind for message in gallery.alice.received] == ["template", "text"]
    assert ItemState.REFUSED not in {item.state for item in await gallery.items()}


async def test_files_that_wait_die_with_the_alert(gallery: World) -> None:
    await fires(gallery, graph=GRAPH, report=REPORT)
    await gallery.resolve("DiskFull")
    held = [item for item in await gallery.items() if item.occasion is Occasion.DETAILS]
    assert [(item.state, item.reason) for item in held] == [(ItemState.CANCELLED, Reason.TICKET_RESOLVED)] * 3


async def test_files_survive_news_and_a_restart_unchanged(gallery: World) -> None:
    await fires(gallery, graph=GRAPH, report=REPORT)
    await gallery.alert("DiskFull", mountpoint="/home")
    await gallery.restart()
    await gallery.alice.taps("Details")
    await gallery.forward("1m")
    kinds = [message.kind for message in gallery.alice.received]
    assert (kinds.count("image"), kinds.count("document")) == (1, 1)
