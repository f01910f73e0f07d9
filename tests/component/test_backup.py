"""Backups: the database stands still while it is copied."""

import asyncio
from pathlib import Path
import shutil
import sqlite3
from typing import Any

import pytest

from custom_components.wa_notify import backup
from custom_components.wa_notify.const import DOMAIN
from homeassistant.exceptions import HomeAssistantError

from .home import Home


def database_of(home: Home) -> Path:
    """Return where the database of a home is."""
    return Path(home.hass.config.path(".storage", DOMAIN, f"{home.entry.entry_id}.db"))


def copied(database: Path, to: Path) -> list[Any]:
    """Copy a database as a backup does, and return the titles of the tickets in the copy."""
    for file in database.parent.glob(f"{database.name}*"):
        if file.suffix != ".db-shm":
            shutil.copy(file, to / file.name)
    with sqlite3.connect(to / database.name) as driver:
        assert driver.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [title for (title,) in driver.execute("SELECT title FROM tickets")]


async def test_nothing_is_written_meanwhile(home: Home, tmp_path: Path) -> None:
    """What is accepted is in the copy; what comes meanwhile waits and is not lost."""
    await home.act("raise_alert", {"title": "Leak"})
    await home.settle()
    await backup.async_pre_backup(home.hass)
    before = await home.hass.async_add_executor_job(database_of(home).stat)
    waiting = asyncio.create_task(home.act("raise_alert", {"title": "Fire"}))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    titles = await home.hass.async_add_executor_job(copied, database_of(home), tmp_path)
    assert titles == ["Leak"]
    after = await home.hass.async_add_executor_job(database_of(home).stat)
    assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    await backup.async_post_backup(home.hass)
    await waiting
    await home.settle()
    assert any("Fire" in text for text in home.shown(home.ada))


async def test_backup_that_never_ends(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while alerts go on, whatever became of the backup."""
    monkeypatch.setattr(backup, "LONGEST_SECONDS", 0.1)
    await backup.async_pre_backup(home.hass)
    async with asyncio.timeout(5):
        await home.act("raise_alert", {"title": "Fire"})
    await home.settle()
    assert any("Fire" in text for text in home.shown(home.ada))
    await backup.async_post_backup(home.hass)
    await backup.async_post_backup(home.hass)


async def test_database_cannot_be_held(home: Home) -> None:
    """Whoever makes the backup hears that it would not be whole."""
    store = home.entry.runtime_data.store
    await home.hass.async_add_executor_job(store.close)
    with pytest.raises(HomeAssistantError) as error:
        await backup.async_pre_backup(home.hass)
    assert error.value.translation_key == "database"
    await backup.async_post_backup(home.hass)


async def test_nothing_is_loaded(home: Home) -> None:
    """Without a number there is nothing to wait for."""
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    await backup.async_pre_backup(home.hass)
    await backup.async_post_backup(home.hass)
