"""System health: whether WhatsApp can be reached, and how much is open."""

import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker
from wa_notify.sandbox import Fault

from custom_components.wa_notify.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .home import Home


@pytest.fixture(autouse=True)
async def system_health(hass: HomeAssistant) -> None:
    """Set up what shows it."""
    assert await async_setup_component(hass, "system_health", {})


async def test_info(home: Home, aioclient_mock: AiohttpClientMocker) -> None:
    """Numbers, tickets, troubles and what waits are counted."""
    aioclient_mock.get(home.entry.data["base_url"], text="")
    await home.act("raise_alert", {"title": "Leak"})
    await home.settle()
    home.sandbox.fail_next(Fault(status=500, times=100))
    await home.hass.services.async_call(
        "notify",
        "send_message",
        {"entity_id": "notify.ada", "message": "Supper is ready"},
        blocking=True,
    )
    await home.settle()
    info = await get_system_health_info(home.hass, DOMAIN)
    assert await info.pop("can_reach_server") == "ok"
    assert info.pop("library")
    assert info == {
        "numbers": 1,
        "open_tickets": 1,
        "troubles": 0,
        "waiting_messages": 1,
    }


async def test_without_a_number(home: Home) -> None:
    """Where no number is loaded there is nothing to reach."""
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    info = await get_system_health_info(home.hass, DOMAIN)
    assert info["numbers"] == 0
    assert "can_reach_server" not in info
