"""The panel in the sidebar."""

from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_integration,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.wa_notify.const import DOMAIN
from custom_components.wa_notify.panel import async_register_panel
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant

from .home import Home

FILES = Path(__file__).parents[2] / "custom_components" / "wa_notify" / "panel"


class Frontend(ModuleType):
    """What the panel knows of the frontend, whose packages are not there."""

    def __init__(self) -> None:
        """Initialize the frontend."""
        super().__init__("frontend")
        self.panels: dict[str, dict[str, Any]] = {}
        self.registered = 0

    def async_panel_exists(self, hass: HomeAssistant, url_path: str) -> bool:
        """Return whether there is such a panel."""
        return url_path in self.panels

    def async_remove_panel(
        self, hass: HomeAssistant, url_path: str, *, warn_if_unknown: bool = True
    ) -> None:
        """Remove a panel."""
        self.panels.pop(url_path, None)

    async def async_register_panel(
        self, hass: HomeAssistant, frontend_url_path: str, **panel: Any
    ) -> None:
        """Register a panel, as panel_custom does."""
        assert frontend_url_path not in self.panels
        self.registered += 1
        self.panels[frontend_url_path] = panel


@pytest.fixture
def frontend(hass: HomeAssistant) -> Frontend:
    """Return a frontend that is set up."""
    frontend = Frontend()
    for domain in ("frontend", "panel_custom"):
        integration = mock_integration(hass, MockModule(domain))
        hass.data["components"][domain] = frontend
        integration.async_get_component = Mock(side_effect=_returning(frontend))
    hass.config.components.add("frontend")
    return frontend


def _returning(module: ModuleType) -> Any:
    """Return a coroutine function that returns the module."""

    async def async_get_component() -> ModuleType:
        """Return the module."""
        return module

    return async_get_component


async def test_panel_is_in_the_sidebar(frontend: Frontend, home: Home) -> None:
    """The panel is for administrators, and its files carry the version."""
    panel = frontend.panels["wa-notify"]
    assert panel["require_admin"] is True
    assert panel["sidebar_title"] == "WhatsApp Notify"
    assert panel["sidebar_icon"] == "mdi:whatsapp"
    assert panel["webcomponent_name"] == "wa-notify-panel"
    assert panel["module_url"] == "/wa_notify_panel/0.1.0/wa-notify-panel.js"


async def test_files_are_served(
    frontend: Frontend, home: Home, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Browsers get all files, as what they are, and may keep them."""
    client = await hass_client_no_auth()
    for file in FILES.iterdir():
        answer = await client.get(f"/wa_notify_panel/0.1.0/{file.name}")
        assert answer.status == 200
        assert answer.content_type in {"text/css", "text/javascript"}
        assert "max-age" in answer.headers["Cache-Control"]
    for path in ("", "nothing.js", "../manifest.json", "%2e%2e/manifest.json"):
        answer = await client.get(f"/wa_notify_panel/0.1.0/{path}")
        assert answer.status in {403, 404}


async def test_one_panel_for_all_numbers(frontend: Frontend, home: Home) -> None:
    """However often a number is loaded, and by however many, there is one panel."""
    await async_register_panel(home.hass)
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    assert frontend.registered == 1


async def test_panel_goes_with_the_last_number(frontend: Frontend, home: Home) -> None:
    """The panel stays as long as there is a number that is not disabled."""
    entries = home.hass.config_entries
    other = MockConfigEntry(domain=DOMAIN, data={"webhook_id": "another"})
    other.add_to_hass(home.hass)
    await entries.async_set_disabled_by(home.entry.entry_id, ConfigEntryDisabler.USER)
    assert "wa-notify" in frontend.panels
    await entries.async_remove(other.entry_id)
    assert frontend.panels == {}
    await entries.async_set_disabled_by(home.entry.entry_id, None)
    assert "wa-notify" in frontend.panels
    await entries.async_set_disabled_by(home.entry.entry_id, ConfigEntryDisabler.USER)
    assert frontend.panels == {}


async def test_without_a_frontend(home: Home) -> None:
    """Where there is no frontend, there is no panel, and all else works."""
    await async_register_panel(home.hass)
    await home.hass.config_entries.async_set_disabled_by(
        home.entry.entry_id, ConfigEntryDisabler.USER
    )
    assert "frontend" not in home.hass.config.components
