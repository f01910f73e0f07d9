from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests.core.builders import NOW, consent, recipient, shape
from tests.databases import migrated
from tests.remembered import watched
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore, open_store

T = TypeVar("T")
Do = Callable[[Callable[[Transaction], T]], T]


@pytest.fixture(autouse=True)
def memory_is_true(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from watched(monkeypatch)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A real database in which Alice is known, agreed, and the account has one template."""
    path = str(tmp_path / "pipeline.db")
    migrated(path)
    opened = open_store(path)

    def furnish(tx: Transaction) -> None:
        tx.save_recipient(recipient())
        tx.record_consent(consent())
        tx.replace_templates([shape()], NOW)

    opened.transact(furnish).result()
    yield opened
    opened.close()
