"""What is done to an entry in the course of its life, and what can be seen of that."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.wa_notify.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .home import Home


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up, whatever comes of it."""
    entry.add_to_hass(hass)
    await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()


async def reload(home: Home) -> None:
    """Reload the entry of a home."""
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.settle()


async def remove(home: Home) -> None:
    """Remove the entry of a home."""
    await home.hass.config_entries.async_remove(home.entry.entry_id)


def database_of(home: Home) -> Path:
    """Return where the database of a home is."""
    return Path(home.hass.config.path(".storage", DOMAIN, f"{home.entry.entry_id}.db"))


def said(home: Home, words: str) -> int:
    """Return in how many messages Ada read these words."""
    return sum(words in text for text in home.shown(home.ada))


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so, which no fixture can tell."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


def state_of(entry: MockConfigEntry) -> ConfigEntryState:
    """Return the state of an entry, which changes more often than type checkers think."""
    state: ConfigEntryState = entry.state
    return state
