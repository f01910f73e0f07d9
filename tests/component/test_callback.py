"""Where WhatsApp may call, with and without Home Assistant Cloud."""

from types import ModuleType

import pytest
from pytest_homeassistant_custom_component.common import MockModule, mock_integration

from custom_components.wa_notify.callback import async_callback_url, is_nearby
from custom_components.wa_notify.cloudhook import (
    async_delete_cloudhook,
    async_get_cloudhook,
)
from homeassistant.components.http import ApiConfig
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

PATH = "/api/webhook/abc"
META = {"base_url": "https://graph.facebook.com", "webhook_id": "abc"}
SANDBOX = {"base_url": "http://127.0.0.1:8712", "webhook_id": "abc"}


@pytest.mark.parametrize(
    ("base_url", "nearby"),
    [
        ("http://127.0.0.1:8712", True),
        ("http://192.168.1.5", True),
        ("http://[::1]:8712", True),
        ("http://localhost:8712", True),
        ("http://sandbox", True),
        ("http://nas.local", True),
        ("http://8.8.8.8", False),
        ("https://graph.facebook.com", False),
        ("http://[::1", False),
        ("https://", False),
        ("graph", False),
    ],
)
def test_sandbox_is_told_from_whatsapp(base_url: str, nearby: bool) -> None:
    """Only what stands in the own network is taken for a sandbox."""
    assert is_nearby(base_url) is nearby


@pytest.mark.parametrize(
    ("external_url", "callback_url"),
    [
        (None, None),
        ("http://home.example.com", None),
        ("https://8.8.8.8", None),
        ("https://home.example.com", f"https://home.example.com{PATH}"),
    ],
)
async def test_whatsapp_needs_a_public_address(
    hass: HomeAssistant, external_url: str | None, callback_url: str | None
) -> None:
    """An internal address is of no use to it."""
    await hass.config.async_update(
        external_url=external_url, internal_url="https://home.lan"
    )
    assert async_callback_url(hass, META) == callback_url


async def test_cloudhook_comes_first(hass: HomeAssistant) -> None:
    """What was registered is what counts."""
    await hass.config.async_update(external_url="https://home.example.com")
    data = {**META, "cloudhook_url": "https://hooks.example.com/1"}
    assert async_callback_url(hass, data) == "https://hooks.example.com/1"


@pytest.mark.parametrize(
    ("local_ip", "use_ssl", "callback_url"),
    [
        ("192.168.1.2", False, f"http://192.168.1.2:8123{PATH}"),
        ("127.0.0.1", False, f"http://127.0.0.1:8123{PATH}"),
        ("127.0.0.1", True, None),
    ],
)
async def test_sandbox_calls_any_address(
    hass: HomeAssistant, local_ip: str, use_ssl: bool, callback_url: str | None
) -> None:
    """It may stand on the same machine, which may have no network at all."""
    hass.config.api = ApiConfig(local_ip, "0.0.0.0", 8123, use_ssl)
    assert async_callback_url(hass, SANDBOX) == callback_url


async def test_without_a_server_there_is_no_address(hass: HomeAssistant) -> None:
    """Nobody can be called who does not listen."""
    hass.config.api = None
    assert async_callback_url(hass, SANDBOX) is None


class Cloud(ModuleType):
    """Home Assistant Cloud, as far as webhooks go."""

    def __init__(self, *, subscribed: bool, connected: bool) -> None:
        """Initialize the cloud."""
        super().__init__("cloud")
        self.subscribed = subscribed
        self.connected = connected
        self.hooks: set[str] = set()

    def async_active_subscription(self, hass: HomeAssistant) -> bool:
        """Return whether somebody pays for it."""
        return self.subscribed

    async def async_get_or_create_cloudhook(
        self, hass: HomeAssistant, webhook_id: str
    ) -> str:
        """Return a public address."""
        if not self.connected:
            raise HomeAssistantError
        self.hooks.add(webhook_id)
        return f"https://hooks.example.com/{webhook_id}"

    async def async_delete_cloudhook(
        self, hass: HomeAssistant, webhook_id: str
    ) -> None:
        """Give a public address up."""
        if not self.connected:
            raise HomeAssistantError
        self.hooks.discard(webhook_id)


@pytest.mark.parametrize(
    ("cloud", "url"),
    [
        (None, None),
        (Cloud(subscribed=False, connected=True), None),
        (Cloud(subscribed=True, connected=False), None),
        (Cloud(subscribed=True, connected=True), "https://hooks.example.com/abc"),
    ],
)
async def test_cloud_is_used_where_it_is_there(
    hass: HomeAssistant, cloud: Cloud | None, url: str | None
) -> None:
    """Without a subscription that works there is no address, and no trouble."""
    if cloud is not None:
        integration = mock_integration(hass, MockModule("cloud"))
        integration._cache["cloud"] = cloud  # noqa: SLF001
        hass.config.components.add("cloud")
    assert await async_get_cloudhook(hass, "abc") == url
    await async_delete_cloudhook(hass, "abc")
    assert cloud is None or not cloud.hooks
