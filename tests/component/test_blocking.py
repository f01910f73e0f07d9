"""Nothing that the integration does holds up the event loop."""

from collections.abc import Callable
from pathlib import Path
import sqlite3
import time

import pytest

from custom_components.wa_notify.board import WaNotifyBoard
from custom_components.wa_notify.diagnostics import async_get_config_entry_diagnostics

from .blocking import Watch, watch_loop
from .home import Home
from .living import reload, remove, said


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Return a folder that nobody else writes to."""
    return str(tmp_path)


@pytest.fixture
async def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Watch the loop from before the entry is set up."""
    return watch_loop(monkeypatch)


async def test_whole_life_of_an_entry(watch: Watch, home: Home) -> None:
    """From set-up to removal the loop never waits for disk, database or name server."""
    await home.act("raise_alert", {"title": "Leak"})
    await home.settle()
    assert said(home, "Leak") == 1
    home.ada.reply("ack 1")
    await home.settle()
    await home.forward(3600)
    await home.act("resolve_alert", {"title": "Leak"})
    await home.settle()
    await async_get_config_entry_diagnostics(home.hass, home.entry)
    await reload(home)
    await home.forward(2 * 86400)
    await remove(home)
    assert watch.found == []


def read_a_file() -> None:
    """Read a file."""
    Path(__file__).read_bytes()


def ask_a_database() -> None:
    """Use a database that is open."""
    sqlite3.connect(":memory:").execute("SELECT 1")


def wait() -> None:
    """Wait a little."""
    time.sleep(0.001)


@pytest.mark.parametrize(
    ("deed", "told"),
    [(read_a_file, "open"), (ask_a_database, "sqlite3 execute"), (wait, "sleep")],
)
async def test_a_blocking_call_is_found(
    watch: Watch,
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    deed: Callable[[], None],
    told: str,
) -> None:
    """Whatever waits in the loop is told with its place, and nothing in other threads is."""
    stop = WaNotifyBoard.async_stop

    def slow(self: WaNotifyBoard) -> None:
        """Let go of the timer, after a call that should not be there."""
        deed()
        stop(self)

    assert watch.found == []
    await home.hass.async_add_executor_job(deed)
    assert watch.found == []
    monkeypatch.setattr(WaNotifyBoard, "async_stop", slow)
    await home.entry.runtime_data.board.async_look()
    assert any(told in one for one in watch.found), watch.found
    assert all("custom_components/wa_notify/board.py" in one for one in watch.found)
