"""Webhooks over Home Assistant Cloud, if there is an active subscription."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.loader import async_get_loaded_integration

CLOUD = "cloud"


async def async_get_cloudhook(hass: HomeAssistant, webhook_id: str) -> str | None:
    """Return the public address of a webhook, None without the cloud."""
    if (cloud := _cloud(hass)) is None or not cloud.async_active_subscription(hass):
        return None
    try:
        return str(await cloud.async_get_or_create_cloudhook(hass, webhook_id))
    except HomeAssistantError:
        return None


async def async_delete_cloudhook(hass: HomeAssistant, webhook_id: str) -> None:
    """Give the public address of a webhook up, as far as the cloud is there."""
    if (cloud := _cloud(hass)) is None:
        return
    try:
        await cloud.async_delete_cloudhook(hass, webhook_id)
    except HomeAssistantError:
        return


def _cloud(hass: HomeAssistant) -> Any:
    """Return the module of the cloud integration.

    It is not imported: where it is not set up already, it would pull in half of Home Assistant.
    """
    if CLOUD not in hass.config.components:
        return None
    return async_get_loaded_integration(hass, CLOUD).get_component()
