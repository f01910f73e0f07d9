"""Fixtures for the Home Assistant integration."""

# First: Home Assistant 2026.11 has to be imported before anything that imports httpx.
import homeassistant  # noqa: F401  # isort: skip

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from unittest.mock import AsyncMock, patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from starlette.types import ASGIApp
import uvicorn
from wa_notify.sandbox import Sandbox

from custom_components.wa_notify.const import DOMAIN

from .const import ACCOUNT, ENTRY_DATA

type Serve = Callable[[ASGIApp], Awaitable[str]]


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant find custom_components."""


@pytest.fixture
async def serve(socket_enabled: None) -> AsyncGenerator[Serve]:
    """Return a function that serves an application on loopback."""
    running: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def start(app: ASGIApp) -> str:
        """Serve the application and return its address."""
        config = uvicorn.Config(app, port=0, log_config=None, lifespan="off")
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
    """Return the platform as the library's sandbox plays it."""
    sandbox = Sandbox()
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
        data={**ENTRY_DATA, "base_url": cloud_api},
    )


@pytest.fixture
def mock_setup_entry() -> Generator[AsyncMock]:
    """Keep flows from setting the entry up."""
    with patch(
        "custom_components.wa_notify.async_setup_entry", return_value=True
    ) as mock:
        yield mock
