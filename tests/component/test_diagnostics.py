"""Diagnostics: how everything stands, without a secret, a number, a name or a text."""

import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from wa_notify.sandbox import Fault

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .const import ACCOUNT, WEBHOOK_ID
from .home import Home

CANARY = "canary"
PRIVATE = (
    ACCOUNT.access_token,
    ACCOUNT.app_secret,
    "verify-token-of-the-entry",
    WEBHOOK_ID,
    ACCOUNT.phone_number_id,
    ACCOUNT.waba_id,
    ACCOUNT.app_id,
    "960111",
    "447700900123",
    "447700900124",
    "Ada",
    "Bob",
    "ada",
    "bob",
    "Signed",
    CANARY,
)


@pytest.fixture(autouse=True)
async def diagnostics(hass: HomeAssistant) -> None:
    """Set up what cannot be set up any more once Home Assistant serves."""
    assert await async_setup_component(hass, "diagnostics", {})


async def ask(home: Home, hass_client: ClientSessionGenerator) -> dict[str, Any]:
    """Return what an administrator downloads."""
    found: dict[str, Any] = await get_diagnostics_for_config_entry(
        home.hass, hass_client, home.entry
    )
    return found


async def test_nothing_private(home: Home, hass_client: ClientSessionGenerator) -> None:
    """Whatever happened, nothing of it tells who somebody is or what they wrote."""
    home.hass.config_entries.async_update_entry(
        home.entry, options={"fallback": f"notify.{CANARY}", "language": "en"}
    )
    await home.settle()
    home.ada.reply(f"Hello {CANARY}")
    await home.act("raise_alert", {"title": CANARY, "labels": {CANARY: CANARY}})
    await home.forward(30)
    home.sandbox.end_token()
    await home.act("raise_alert", {"title": f"Another {CANARY}"})
    await home.forward(30)
    found = await ask(home, hass_client)
    text = json.dumps(found)
    for secret in PRIVATE:
        assert secret not in text, secret
    assert found["options"] == ["fallback", "language"]
    assert [one["cause"] for one in found["troubles"]] == ["token"]
    assert found["tickets"]["open"] == 2
    assert found["recipients"] == [
        {"language": "", "objection": None, "opted_in": True, "window_open": True},
        {
            "language": "",
            "objection": "no_consent",
            "opted_in": False,
            "window_open": False,
        },
    ]
    assert found["templates"]["UTILITY/APPROVED"] > 0
    assert found["number"] == {
        "limit": "TIER_2K",
        "quality": "green",
        "status": "connected",
    }
    assert found["called_at"]
    assert found["ledger_broken"] is False


async def test_whatsapp_does_not_answer(
    home: Home, hass_client: ClientSessionGenerator
) -> None:
    """What was never asked successfully is missing."""
    home.sandbox.fail_next(Fault(status=503, path="", times=9))
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    assert (await ask(home, hass_client))["number"] is None
