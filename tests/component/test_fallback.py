"""Other ways to people: notify entities, notify actions of old, and Apprise."""

import asyncio
from typing import override

import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
from wa_notify.core.message import (
    Accepted,
    ChannelMessage,
    Elsewhere,
    NoAnswer,
    Rejected,
    SendResult,
    Tone,
)
from wa_notify.core.secret import Secret

from custom_components.wa_notify import fallback
from custom_components.wa_notify.fallback import HomeAssistantFallback
from homeassistant.components.notify import DOMAIN as NOTIFY_DOMAIN, NotifyEntity
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.setup import async_setup_component

from .home import Home


class Mail(NotifyEntity):
    """A notify entity of another integration."""

    entity_id = "notify.mail"

    def __init__(self) -> None:
        """Initialize the entity."""
        self.got: list[tuple[str, str | None]] = []

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Note what comes."""
        self.got.append((message, title))


@pytest.fixture
async def mail(hass: HomeAssistant) -> Mail:
    """Return a notify entity that works."""
    assert await async_setup_component(hass, NOTIFY_DOMAIN, {})
    entity = Mail()
    component = hass.data[DATA_INSTANCES][NOTIFY_DOMAIN]
    await component.async_add_entities([entity])
    return entity


async def send(hass: HomeAssistant, address: str) -> SendResult:
    """Send something elsewhere."""
    message = ChannelMessage(title="#1 Leak", body="It is wet", tone=Tone.TROUBLE)
    elsewhere = Elsewhere(url=Secret(address), message=message)
    return await HomeAssistantFallback(hass).send(elsewhere)


def why(result: SendResult) -> str:
    """Return why something was refused."""
    assert isinstance(result, Rejected)
    return result.failure.title


async def test_entity(hass: HomeAssistant, mail: Mail) -> None:
    """A notify entity gets the message."""
    assert isinstance(await send(hass, "notify.mail"), Accepted)
    assert mail.got == [("It is wet", "#1 Leak")]


async def test_action_of_old(hass: HomeAssistant) -> None:
    """A notify action of old gets message and title."""
    calls = async_mock_service(hass, NOTIFY_DOMAIN, "mobile_app_phone")
    assert isinstance(await send(hass, "notify.mobile_app_phone"), Accepted)
    assert calls[0].data == {"message": "It is wet", "title": "#1 Leak"}


async def test_unavailable(hass: HomeAssistant, mail: Mail) -> None:
    """An entity that is not available is tried again later."""
    hass.states.async_set("notify.mail", STATE_UNAVAILABLE)
    assert why(await send(hass, "notify.mail")) == "The entity is unavailable"
    assert mail.got == []


async def test_nobody_there(hass: HomeAssistant) -> None:
    """What was removed is refused."""
    assert why(await send(hass, "notify.mail")) == "There is no such entity"


@pytest.mark.parametrize(
    "address", ["notify.ada", "notify.wa_notify", "notify.wa_notify_ada"]
)
async def test_no_circle(home: Home, address: str) -> None:
    """What leads back to WhatsApp is no other way."""
    assert why(await send(home.hass, address)) == "It leads back to WhatsApp"
    assert home.shown(home.ada) == []


@pytest.mark.parametrize("error", [HomeAssistantError, ValueError, KeyError])
async def test_failure(hass: HomeAssistant, error: type[Exception]) -> None:
    """Whatever another integration does wrong, the message is tried again."""

    async def fail(call: ServiceCall) -> None:
        """Fail as integrations do."""
        raise error

    hass.services.async_register(NOTIFY_DOMAIN, "mail", fail)
    result = await send(hass, "notify.mail")
    assert why(result) == f"It failed with {error.__name__}"


async def test_no_answer(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes too long may have worked or not."""

    async def hang(call: ServiceCall) -> None:
        """Take too long."""
        await asyncio.Event().wait()

    monkeypatch.setattr(fallback, "TIMEOUT", 0.01)
    hass.services.async_register(NOTIFY_DOMAIN, "mail", hang)
    assert isinstance(await send(hass, "notify.mail"), NoAnswer)


async def test_apprise_is_missing(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address of Apprise needs Apprise, which Home Assistant does not bring."""
    monkeypatch.setattr("wa_notify.fallback.apprise", None)
    assert "Apprise" in why(await send(hass, "json://127.0.0.1:1"))


async def test_whatsapp_cannot(home: Home, mail: Mail) -> None:
    """An alert that WhatsApp does not bring comes by the entity of the options."""
    home.hass.config_entries.async_update_entry(
        home.entry, options={"fallback": "notify.mail"}
    )
    await home.settle()
    home.sandbox.end_token()
    await home.act("raise_alert", {"title": "Leak"})
    await home.forward(60)
    ((message, _),) = mail.got  # once, however many people it is for
    assert "Leak" in message
