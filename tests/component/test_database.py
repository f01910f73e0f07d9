"""The database of a business phone number: where it is, and what happens when it fails."""

import asyncio
from datetime import timedelta
from pathlib import Path
import sqlite3
import sys
import threading
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.wa_notify import engine
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .home import Home
from .living import database_of, reload, remove, said, set_up, state_of, until


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Return a folder that nobody else writes to."""
    return str(tmp_path)


@pytest.mark.parametrize("where", ["wa_notify", "wa_notify/{}.db"])
async def test_database_cannot_be_used(
    hass: HomeAssistant, config_entry: MockConfigEntry, where: str
) -> None:
    """It is said what is wrong with the database, and tried again."""
    path = Path(hass.config.path(".storage", where.format(config_entry.entry_id)))
    await hass.async_add_executor_job(put_in_the_way, path)
    await set_up(hass, config_entry)
    assert state_of(config_entry) is ConfigEntryState.SETUP_RETRY
    assert config_entry.error_reason_translation_key == "database"
    placeholders = config_entry.error_reason_translation_placeholders
    assert placeholders
    assert str(path) in placeholders["error"]


def put_in_the_way(path: Path) -> None:
    """Put a folder where a file belongs, or a file where a folder does."""
    path.parent.mkdir(parents=True)
    if path.suffix:
        path.mkdir()
    else:
        path.touch()


async def test_database_is_read_only_by_us(home: Home) -> None:
    """Whoever else may log in to the machine reads nothing of it."""
    path = database_of(home)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


async def test_home_assistant_stops(home: Home) -> None:
    """What was taken in is in the database, which another process may have then."""
    await home.act("raise_alert", {"title": "Leak"})
    await home.settle()
    home.hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await home.hass.async_block_till_done()

    def titles() -> list[Any]:
        """Read the database as another program would."""
        with sqlite3.connect(database_of(home)) as driver:
            return driver.execute("SELECT count(*) FROM tickets").fetchall()

    assert not database_of(home).with_suffix(".db-wal").exists()
    assert await home.hass.async_add_executor_job(titles) == [(1,)]


async def test_database_fails_at_the_start(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Messages leave as soon as the database works again."""
    monkeypatch.setattr(engine, "AGAIN_AFTER", 0.01)
    home.hass.set_state(CoreState.starting)
    await reload(home)
    await home.act("raise_alert", {"title": "Leak"})
    await rename(home, "outbox", "elsewhere")
    home.hass.set_state(CoreState.running)
    home.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await until(lambda: "Nothing is sent yet: The database" in caplog.text)
    await rename(home, "elsewhere", "outbox")
    await home.settle()
    assert said(home, "Leak") == 1


async def rename(home: Home, table: str, name: str) -> None:
    """Let a table of the database be away, or back."""

    def work() -> None:
        """Do it in another connection."""
        with sqlite3.connect(database_of(home)) as driver:
            driver.execute(f"ALTER TABLE {table} RENAME TO {name}")

    await home.hass.async_add_executor_job(work)


async def test_database_fails_while_looking(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be shown is said once, and shown later."""
    await rename(home, "outbox", "elsewhere")
    for _ in range(3):
        home.entry.runtime_data.board.async_request_look()
        await until(lambda: "What happened cannot be shown now" in caplog.text)
        await asyncio.sleep(0.05)
    assert caplog.text.count("What happened cannot be shown now") == 1
    await home.entry.runtime_data.board.async_show()
    await rename(home, "elsewhere", "outbox")
    home.ada.reply("Hello")
    await home.settle()
    assert home.state("event.ada_message").attributes["text"] == "Hello"


async def test_fault_in_what_shows_it(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever fails to show something keeps nobody from showing what comes next."""
    board = home.entry.runtime_data.board

    def fail() -> None:
        """Fail as a listener may."""
        raise RuntimeError

    stop = board.async_add_listener(fail)
    home.ada.reply("Hello")
    await home.settle()
    assert "What happened could not be shown" in caplog.text
    stop()
    home.ada.reply("Hello again")
    await home.settle()
    assert home.state("event.ada_message").attributes["text"] == "Hello again"


async def test_day_after_day(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """Once a day what is old is forgotten; if that fails it is said."""
    home.clock.tick(timedelta(days=1))
    async_fire_time_changed(home.hass)
    await home.settle()
    assert "could not be tidied" not in caplog.text
    await rename(home, "outbox", "elsewhere")
    home.clock.tick(timedelta(days=1))
    async_fire_time_changed(home.hass)
    await until(lambda: "The database could not be tidied" in caplog.text)
    await rename(home, "elsewhere", "outbox")


async def test_database_is_never_used_in_the_loop(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever happens, Home Assistant does not wait for a disk."""
    opened: list[int] = []
    watching = True

    def watch(event: str, args: tuple[Any, ...]) -> None:
        """Note who opens a database."""
        if watching and event == "sqlite3.connect":
            opened.append(threading.get_ident())

    sys.addaudithook(watch)
    await reload(home)
    await home.act("raise_alert", {"title": "Leak"})
    await home.forward(700)
    home.ada.reply("ack")
    await home.settle()
    await remove(home)
    watching = False
    assert opened
    assert threading.get_ident() not in opened
    assert "blocking call" not in caplog.text


async def test_files_cannot_be_looked_after(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """What people sent is fetched later if the database fails, and it is said."""
    await home.hass.async_add_executor_job(home.entry.runtime_data.store.close)
    home.clock.tick(timedelta(days=1))
    async_fire_time_changed(home.hass)
    await until(lambda: "The files of people could not be looked after" in caplog.text)


async def test_alert_cannot_be_kept(home: Home) -> None:
    """Whoever raises an alert hears that it was not taken in."""
    await home.hass.async_add_executor_job(home.entry.runtime_data.store.close)
    with pytest.raises(HomeAssistantError) as error:
        await home.act("raise_alert", {"title": "Leak"})
    assert error.value.translation_key == "database"
