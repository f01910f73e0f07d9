"""The panel of the WhatsApp Notify integration in the sidebar."""

from pathlib import Path
from typing import Any, Final

from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant, callback
from homeassistant.loader import async_get_integration, async_get_loaded_integration
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

FRONTEND: Final = "frontend"
PANEL_CUSTOM: Final = "panel_custom"
PANEL_ELEMENT: Final = "wa-notify-panel"
PANEL_ICON: Final = "mdi:whatsapp"
PANEL_TITLE: Final = "WhatsApp Notify"
PANEL_URL_PATH: Final = "wa-notify"

# Where its files are served; a path cannot be taken back, so it is kept for good
DATA_FILES_URL: HassKey[str] = HassKey(f"{DOMAIN}_panel_files_url")


async def async_register_panel(hass: HomeAssistant) -> None:
    """Show the panel in the sidebar, if there is one and it is not there yet."""
    if (frontend := _frontend(hass)) is None:
        return
    files_url = await _async_serve_files(hass)
    integration = await async_get_integration(hass, PANEL_CUSTOM)
    panel_custom: Any = await integration.async_get_component()
    if frontend.async_panel_exists(hass, PANEL_URL_PATH):
        return
    await panel_custom.async_register_panel(
        hass,
        frontend_url_path=PANEL_URL_PATH,
        webcomponent_name=PANEL_ELEMENT,
        sidebar_title=PANEL_TITLE,
        sidebar_icon=PANEL_ICON,
        module_url=f"{files_url}/{PANEL_ELEMENT}.js",
        require_admin=True,
    )


@callback
def async_remove_panel(hass: HomeAssistant) -> None:
    """Take the panel out of the sidebar, unless an entry needs it."""
    if hass.config_entries.async_entries(DOMAIN, include_disabled=False):
        return
    if frontend := _frontend(hass):
        frontend.async_remove_panel(hass, PANEL_URL_PATH, warn_if_unknown=False)


async def _async_serve_files(hass: HomeAssistant) -> str:
    """Serve the files of the panel and return where; the version lets browsers keep them."""
    if (files_url := hass.data.get(DATA_FILES_URL)) is not None:
        return files_url
    integration = await async_get_integration(hass, DOMAIN)
    files_url = f"/{DOMAIN}_panel/{integration.version}"
    hass.data[DATA_FILES_URL] = files_url
    await hass.http.async_register_static_paths(
        [StaticPathConfig(files_url, str(Path(__file__).parent / "panel"))]
    )
    return files_url


def _frontend(hass: HomeAssistant) -> Any:
    """Return the module of the frontend, if it is set up.

    It is not imported: where there is no frontend, the packages that it needs are missing.
    """
    if FRONTEND not in hass.config.components:
        return None
    return async_get_loaded_integration(hass, FRONTEND).get_component()
