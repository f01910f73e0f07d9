"""Backups of the WhatsApp Notify integration: the databases stand still while they are copied."""

from threading import Event
from typing import Final

from wa_notify.core.errors import StoreError

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .engine import hold

# Whoever forgets to release them must not keep alerts from people
LONGEST_SECONDS: Final = 60.0
DATA_RELEASED: HassKey[Event] = HassKey(f"{DOMAIN}_backup")


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Let nothing be written from now on."""
    released = hass.data[DATA_RELEASED] = Event()
    try:
        for entry in hass.config_entries.async_loaded_entries(DOMAIN):
            await hass.async_add_executor_job(
                hold, entry.runtime_data.store, released, LONGEST_SECONDS
            )
    except StoreError as err:
        released.set()
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="database",
            translation_placeholders={"error": str(err)},
        ) from err


async def async_post_backup(hass: HomeAssistant) -> None:
    """Let everything be written again."""
    if released := hass.data.pop(DATA_RELEASED, None):
        released.set()
