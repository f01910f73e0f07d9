"""System health of the WhatsApp Notify integration."""

from typing import Any

from wa_notify import __version__

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .const import CONF_BASE_URL, DOMAIN
from .models import WaNotifyConfigEntry


@callback
def async_register(
    hass: HomeAssistant, register: system_health.SystemHealthRegistration
) -> None:
    """Register what is shown."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return how the integration stands."""
    entries: list[WaNotifyConfigEntry] = hass.config_entries.async_loaded_entries(
        DOMAIN
    )
    boards = [entry.runtime_data.board.overview for entry in entries]
    info: dict[str, Any] = {
        "library": __version__,
        "numbers": len(entries),
        "open_tickets": sum(len(overview.tickets) for overview in boards),
        "waiting_messages": sum(overview.waiting for overview in boards),
        "troubles": sum(len(overview.troubles) for overview in boards),
    }
    for url in dict.fromkeys(entry.data[CONF_BASE_URL] for entry in entries):
        info["can_reach_server"] = system_health.async_check_can_reach_url(hass, url)
    return info
