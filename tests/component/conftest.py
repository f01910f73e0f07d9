"""Fixtures for the Home Assistant integration."""

# First: Home Assistant 2026.11 has to be imported before anything that imports httpx.
import homeassistant  # noqa: F401  # isort: skip

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, patch

from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory, real_monotonic
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from starlette.types import ASGIApp
import uvicorn
from wa_notify.sandbox import Sandbox

from custom_components.wa_notify import board
from custom_components.wa_notify.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .const import ACCOUNT, ENTRY_DATA, START, WEBHOOK_ID
from .home import Home

# Seconds of the clock after which an idle connection ends, which no test waits for
IDLE = 10_000_000

type Serve = Callable[[ASGIApp], Awaitable[str]]


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant find custom_components."""


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Return a folder of its own for each test, since databases lie in it."""
    return str(tmp_path)


@pytest.fixture(autouse=True)
def prompt_board(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the board pause for no time that a test would have to wait for."""
    monkeypatch.setattr(board, "PAUSE", 0)


@pytest.fixture
async def serve(socket_enabled: None) -> AsyncGenerator[Serve]:
    """Return a function that serves an application on loopback."""
    running: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def start(app: ASGIApp) -> str:
        """Serve the application and return its address."""
        config = uvicorn.Config(
            app,
            port=0,
            log_config=None,
            lifespan="off",
            timeout_keep_alive=IDLE,
        )
        server = uvicorn.Server(config)
        listening = config.bind_socket()
        running.append((server, asyncio.create_task(server.serve([listening]))))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for server, task in running:
        server.should_exit = True
        await task


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    """Return the platform as the library's sandbox plays it, on the clock of the test."""
    sandbox = Sandbox(clock=dt_util.utcnow)
    yield sandbox
    await sandbox.aclose()


@pytest.fixture
async def cloud_api(serve: Serve, sandbox: Sandbox) -> str:
    """Return the address at which the sandbox answers."""
    return await serve(sandbox.app)


@pytest.fixture
def config_entry(cloud_api: str) -> MockConfigEntry:
    """Return a business phone number that was set up before."""
    return MockConfigEntry(
        domain=DOMAIN,
        title=ACCOUNT.first.display_phone_number,
        unique_id=ACCOUNT.phone_number_id,
        data={
            **ENTRY_DATA,
            "app_id": ACCOUNT.app_id,
            "base_url": cloud_api,
            "verify_token": "verify-token-of-the-entry",
            "waba_id": ACCOUNT.waba_id,
            "webhook_id": WEBHOOK_ID,
        },
        subentries_data=[
            _recipient("ada", "Ada", "+447700900123", opt_in="Signed on 2026-03-01"),
            _recipient("bob", "Bob", "+447700900124"),
        ],
    )


def _recipient(
    recipient_id: str, name: str, phone: str, **more: str
) -> ConfigSubentryDataWithId:
    """Return a recipient that was set up before."""
    return ConfigSubentryDataWithId(
        data={"recipient_id": recipient_id, "phone": phone, **more},
        subentry_type="recipient",
        title=name,
        unique_id=phone.removeprefix("+"),
        subentry_id=f"01J{recipient_id.upper()}",
    )


@pytest.fixture
def rules() -> dict[str, Any]:
    """Return what stands under wa_notify: in the YAML configuration."""
    return {}


@pytest.fixture
async def clock(
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncGenerator[FrozenDateTimeFactory]:
    """Return the clock of home and sandbox.

    The event loop keeps its own time, and jumps ahead with the clock.
    """
    monotonic = real_monotonic  # by a name under which it is not frozen
    with freeze_time(START) as clock:
        assert isinstance(clock, FrozenDateTimeFactory)
        begun = clock()

        def loop_time() -> float:
            """Return the time of the event loop."""
            return monotonic() + (clock() - begun).total_seconds()

        monkeypatch.setattr(asyncio.get_running_loop(), "time", loop_time)
        yield clock


@pytest.fixture
async def home(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    config_entry: MockConfigEntry,
    sandbox: Sandbox,
    rules: dict[str, Any],
    hass_client_no_auth: ClientSessionGenerator,
) -> AsyncGenerator[Home]:
    """Return a home whose number is set up, and called by the sandbox."""
    config_entry.add_to_hass(hass)
    assert await async_setup_component(hass, DOMAIN, {DOMAIN: rules})
    await hass.async_block_till_done()
    assert config_entry.state is ConfigEntryState.LOADED, config_entry.reason
    client = await hass_client_no_auth()
    sandbox.subscribe(str(client.make_url(f"/api/webhook/{WEBHOOK_ID}")))
    home = Home(hass=hass, entry=config_entry, sandbox=sandbox, clock=clock)
    await home.settle()
    yield home
    if config_entry in hass.config_entries.async_entries(DOMAIN):
        await hass.config_entries.async_unload(config_entry.entry_id)
    await hass.async_block_till_done()


@pytest.fixture
def loaded(home: Home) -> MockConfigEntry:
    """Return the entry of a home."""
    return home.entry


@pytest.fixture
def mock_setup_entry() -> Generator[AsyncMock]:
    """Keep flows from setting the entry up."""
    with patch(
        "custom_components.wa_notify.async_setup_entry", return_value=True
    ) as mock:
        yield mock
