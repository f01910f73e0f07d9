from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.needed import program
from tests.stories.world import World
from tests.web.scrape import EVERYTHING, Page, scrape


@pytest.fixture
def promtool() -> str:
    """Prometheus's own judge of rules."""
    return program("promtool", "prometheus")


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    """A real scrape of a house that has everything, after a story with some trouble in it."""
    stage = World(tmp_path, EVERYTHING)
    await stage.start()
    stage.sandbox.review("ops_reminder", "en", status="PAUSED")
    await stage.post("/alerts", b"{")
    await stage.alert("TeamNews")
    await stage.alert("DiskFull")
    await stage.alice.replies("ack")
    await stage.forward("2h")
    yield await scrape(stage)
    await stage.close()
