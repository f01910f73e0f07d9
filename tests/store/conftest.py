from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import migrated
from tests.remembered import watched
from tests.store.contract import FACTORIES
from wa_notify.ports import Store
from wa_notify.store.sqlite import SqliteStore, open_store


@pytest.fixture(autouse=True)
def memory_is_true(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from watched(monkeypatch)


@pytest.fixture(params=list(FACTORIES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = FACTORIES[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Bring a new SQLite file to the present schema."""
    path = tmp_path / "store.db"
    migrated(str(path))
    return path


@pytest.fixture
def sqlite(database: Path) -> Iterator[SqliteStore]:
    opened = open_store(str(database))
    yield opened
    opened.close()
