from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    stage = World(tmp_path)
    await stage.start()
    yield stage
    await stage.close()
