"""How WhatsApp comes to call Home Assistant."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from aiohttp.hdrs import METH_GET, METH_POST
from aiohttp.web import Request, Response
from wa_notify.core.secret import Secret
from wa_notify.whatsapp.onboarding import (
    BusinessNumber,
    forget_callback,
    register_callback,
)
from wa_notify.whatsapp.webhook import handshake
from yarl import URL

from homeassistant.components import webhook
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.httpx_client import get_async_client
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.util.network import is_ip_address, is_local

from .const import (
    API_VERSION,
    CONF_APP_ID,
    CONF_APP_SECRET,
    CONF_BASE_URL,
    CONF_CLOUDHOOK_URL,
    CONF_PHONE_NUMBER_ID,
    CONF_VERIFY_TOKEN,
    CONF_WABA_ID,
    DOMAIN,
)


@callback
def async_callback_url(hass: HomeAssistant, data: Mapping[str, Any]) -> str | None:
    """Return the address for WhatsApp to call, None if it could reach none."""
    if cloudhook_url := data.get(CONF_CLOUDHOOK_URL):
        return str(cloudhook_url)
    try:
        base = (
            _nearby_url(hass)
            if is_nearby(data[CONF_BASE_URL])
            else get_url(
                hass,
                require_ssl=True,
                allow_internal=False,
                allow_ip=False,
                prefer_external=True,
            )
        )
    except NoURLAvailableError:
        return None
    return f"{base}{webhook.async_generate_path(data[CONF_WEBHOOK_ID])}"


def is_nearby(base_url: str) -> bool:
    """Return whether this is a sandbox on the same machine or network, not WhatsApp."""
    try:
        host = URL(base_url).host or ""
    except ValueError:
        return False
    if is_ip_address(host):
        return is_local(ip_address(host))
    return bool(host) and ("." not in host or host.endswith(".local"))


def _nearby_url(hass: HomeAssistant) -> str:
    """Return an address of Home Assistant that need not be public."""
    try:
        return get_url(hass, prefer_external=False)
    except NoURLAvailableError:
        # Without a network there is only this machine, which get_url leaves out
        if (api := hass.config.api) is None or api.use_ssl:
            raise
        return f"http://127.0.0.1:{api.port}"


async def async_register_callback(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Let WhatsApp call the webhook of an entry, which has to answer meanwhile.

    Raises:
        NoURLAvailableError: There is no address that WhatsApp could reach.
        RegistrationRefused: WhatsApp did not take the address.

    """
    if (url := async_callback_url(hass, data)) is None:
        raise NoURLAvailableError
    await register_callback(
        get_async_client(hass),
        base_url=data[CONF_BASE_URL],
        version=API_VERSION,
        number=_number(data),
        access_token=Secret(data[CONF_ACCESS_TOKEN]),
        app_secret=Secret(data[CONF_APP_SECRET]),
        url=url,
        verify_token=Secret(data[CONF_VERIFY_TOKEN]),
        mark=data[CONF_WEBHOOK_ID],
    )


async def async_forget_callback(hass: HomeAssistant, data: Mapping[str, Any]) -> bool:
    """Let WhatsApp call no more, return whether it took that."""
    return await forget_callback(
        get_async_client(hass),
        base_url=data[CONF_BASE_URL],
        version=API_VERSION,
        number=_number(data),
        access_token=Secret(data[CONF_ACCESS_TOKEN]),
        app_secret=Secret(data[CONF_APP_SECRET]),
        url=async_callback_url(hass, data) or "",
        mark=data[CONF_WEBHOOK_ID],
    )


@callback
def async_answer_handshakes(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Answer in place of an entry that does not exist yet."""
    webhook.async_register(
        hass,
        DOMAIN,
        "WhatsApp Notify",
        data[CONF_WEBHOOK_ID],
        partial(_async_handle, Secret(data[CONF_VERIFY_TOKEN])),
        allowed_methods=(METH_GET, METH_POST),
    )


async def _async_handle(
    verify_token: Secret, hass: HomeAssistant, webhook_id: str, request: Request
) -> Response:
    """Answer the handshake, and let WhatsApp try anything else again later."""
    if request.method != METH_GET:
        return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
    challenge = handshake(dict(request.query), verify_token)
    if challenge is None:
        return Response(status=HTTPStatus.FORBIDDEN)
    return Response(text=challenge)


def _number(data: Mapping[str, Any]) -> BusinessNumber:
    """Return what an entry belongs to."""
    return BusinessNumber(
        number_id=data[CONF_PHONE_NUMBER_ID],
        waba_id=data[CONF_WABA_ID],
        app_id=data[CONF_APP_ID],
    )
