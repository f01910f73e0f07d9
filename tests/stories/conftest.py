from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests import postgres
from tests.remembered import watched
from tests.stories.post_office import PostOffice
from tests.stories.world import World
from wa_notify.sandbox import CallbackPolicy


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """At a server each story is told once: its other cases differ in what is decided, not in what is kept."""
    if not postgres.wanted():
        return
    told: set[tuple[Path, str]] = set()
    others = []
    for item in [item for item in items if item.path.parent == Path(__file__).parent]:
        story = (item.path, getattr(item, "originalname", item.name))
        if story in told:
            others.append(item)
            items.remove(item)
        told.add(story)
    config.hook.pytest_deselected(items=others)


@pytest.fixture(autouse=True)
def memory_is_true(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if postgres.wanted():  # the memory is the same, and asking everything twice takes long over there
        yield
    else:
        yield from watched(monkeypatch)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    stage = World(tmp_path)
    await stage.start()
    yield stage
    await stage.close()


@pytest.fixture
async def calm(tmp_path: Path) -> AsyncIterator[World]:
    """Alice has quiet hours until seven; Bob gets at most three messages in ten minutes."""
    stage = World(tmp_path, (Path(__file__).parent / "calm.yaml").read_text())
    stage.sandbox.policy = CallbackPolicy(sent_after=timedelta(0), delivered_after=timedelta(0))
    await stage.start()
    yield stage
    await stage.close()


@pytest.fixture
def post() -> Iterator[PostOffice]:
    office = PostOffice()
    office.open()
    yield office
    office.close()
