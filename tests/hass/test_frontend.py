"""What a person sees of the integration in Home Assistant's own frontend. Each test goes on from the last."""

import re

import pytest
from playwright.async_api import Browser, expect

from scripts.hass_home import ADA, Home

from .frontend import NARROW, Frontend, logged_in

pytestmark = [pytest.mark.hass, pytest.mark.browser]

ADD = "/config/integrations/dashboard/add?domain=wa_notify"
NUMBER, BUSINESS = "+44 1632 960111", "Example Ops"
SCHEMES = ("light", "dark")


async def test_a_number_and_a_recipient_are_added_in_dialogs(browser: Browser, home: Home) -> None:
    settings = home.platform.settings
    home.meet(ADA)
    async with logged_in(browser, home.house) as frontend:
        await frontend.open(ADD)
        await frontend.press("OK")
        await frontend.fill("Phone number ID", settings.phone_number_id)
        await frontend.fill("Access token", "wrong")
        await frontend.fill("App secret", settings.app_secret)
        await frontend.keep("flow-number")
        await frontend.press("Advanced")
        await frontend.fill("Address of the Cloud API", settings.base_url)
        await frontend.press("Submit")
        await frontend.reads("WhatsApp refused this access token")
        await frontend.keep("flow-wrong-token")
        await frontend.fill("Access token", settings.access_token)
        await frontend.press("Submit")
        await frontend.reads("The callback was registered with WhatsApp")
        await frontend.keep("flow-webhook")
        await frontend.press("Submit")
        await _add_ada(frontend)
    (entry,) = home.house.api.ask("config_entries/get", domain="wa_notify")
    assert entry["title"] == NUMBER
    home.entry_id = entry["entry_id"]
    home.settle(ADA)


async def _add_ada(frontend: Frontend) -> None:
    await frontend.reads("Add a recipient")
    await frontend.fill("Name", ADA.name)
    await frontend.fill("Phone number", ADA.number)
    await frontend.page.get_by_role("switch", name="The person agreed").press("Space")
    await frontend.press("Submit")
    await frontend.keep("flow-recipient-without-proof")
    await frontend.fill("How and when they agreed", "Said yes at the kitchen table")
    await frontend.press("Submit")
    await frontend.press("Finish")


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_device_of_the_number_shows_its_entities(browser: Browser, home: Home, scheme: str) -> None:
    async with logged_in(browser, home.house, color_scheme=scheme) as frontend:
        await frontend.open(f"/config/devices/device/{_device(home, BUSINESS)}")
        for name in ("Open tickets", "Waiting messages"):
            await frontend.reads(name)
        await frontend.keep(f"device-number-{scheme}", whole=True)


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_device_of_a_recipient_shows_her_entities(
    browser: Browser, home: Home, scheme: str
) -> None:
    home.house.api.service(
        "wa_notify.raise_alert", {"config_entry_id": home.entry_id, "title": "The cat is out"}
    )
    home.shows(ADA, "The cat is out")
    home.tap(ADA, "Acknowledge")
    home.hears("button", recipient="ada")
    async with logged_in(browser, home.house, color_scheme=scheme) as frontend:
        await frontend.open(f"/config/devices/device/{_device(home, ADA.name)}")
        await frontend.reads("Opted in")
        await frontend.keep(f"device-recipient-{scheme}", whole=True)


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_panel_is_in_the_sidebar(browser: Browser, home: Home, scheme: str) -> None:
    async with logged_in(browser, home.house, color_scheme=scheme) as frontend:
        await frontend.open("/")
        await frontend.page.get_by_role("link", name="WhatsApp Notify").click()
        await expect(frontend.page).to_have_url(re.compile("/wa-notify"))
        await frontend.reads("The cat is out")
        await frontend.keep(f"panel-{scheme}")


async def test_the_panel_fits_a_telephone(browser: Browser, home: Home) -> None:
    async with logged_in(browser, home.house, viewport=NARROW) as frontend:
        await frontend.open("/wa-notify")
        await frontend.reads("The cat is out")
        await frontend.keep("panel-narrow")


def test_the_log_has_no_complaints(home: Home) -> None:
    assert home.house.complaints() == []


def _device(home: Home, name: str) -> str:
    devices = home.house.api.ask("config/device_registry/list")
    (found,) = [str(device["id"]) for device in devices if device["name"] == name]
    return found
