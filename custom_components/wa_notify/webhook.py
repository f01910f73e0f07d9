"""WhatsApp calls: the handshake, and signed notifications."""

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
import logging
from typing import Final

from aiohttp.hdrs import METH_GET, METH_POST
from aiohttp.web import Request, Response
from wa_notify.core.errors import NotificationRefused, StoreError
from wa_notify.core.inbound import Arrival
from wa_notify.core.secret import Secret
from wa_notify.whatsapp.webhook import handshake, parse, verify_signature

from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .const import (
    CONF_APP_SECRET,
    CONF_PHONE_NUMBER_ID,
    CONF_VERIFY_TOKEN,
    CONF_WABA_ID,
    DOMAIN,
)
from .models import WaNotifyConfigEntry

_LOGGER = logging.getLogger(__name__)

CHUNK_SIZE: Final = 64 * 1024
MAX_BODY_SIZE: Final = 4 * 1024 * 1024  # WhatsApp sends up to 3 MB
SIGNATURE: Final = "X-Hub-Signature-256"


@callback
def async_register_webhook(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> None:
    """Register the webhook, which stays over reloads of the entry.

    Home Assistant answers the call of an unknown webhook with 200, and WhatsApp
    would take what it told meanwhile as delivered.
    """
    async_unregister_webhook(hass, entry)
    webhook.async_register(
        hass,
        DOMAIN,
        entry.title,
        entry.data[CONF_WEBHOOK_ID],
        partial(_async_handle, entry),
        allowed_methods=(METH_GET, METH_POST),
    )


@callback
def async_unregister_webhook(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> None:
    """Unregister the webhook."""
    webhook.async_unregister(hass, entry.data[CONF_WEBHOOK_ID])


async def _async_handle(
    entry: WaNotifyConfigEntry, hass: HomeAssistant, webhook_id: str, request: Request
) -> Response:
    """Answer the handshake, or take notifications in."""
    if request.method == METH_GET:
        return _handshake(entry, request)
    if entry.state is not ConfigEntryState.LOADED:
        return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
    if (body := await _async_read(request)) is None:
        return Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not verify_signature(
        Secret(entry.data[CONF_APP_SECRET]), body, _signature(request)
    ):
        _LOGGER.warning(
            "A webhook call with a wrong signature was refused: the app secret is not "
            "the one of the app, or somebody else called"
        )
        return Response(status=HTTPStatus.FORBIDDEN)
    try:
        arrivals = parse(body, received_at=dt_util.utcnow())
    except NotificationRefused as err:
        _LOGGER.warning("A signed webhook call could not be read: %s", err)
        return Response(status=HTTPStatus.BAD_REQUEST)
    return await _async_take_in(hass, entry, arrivals)


async def _async_take_in(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, arrivals: Sequence[Arrival]
) -> Response:
    """Hand each event to the engines that it concerns; 200 means that all is durable."""
    concerned = {
        other: own
        for other in hass.config_entries.async_entries(DOMAIN, include_disabled=False)
        if (own := [one for one in arrivals if _concerns(one, other, entry)])
    }
    loaded = {
        other: own
        for other, own in concerned.items()
        if other.state is ConfigEntryState.LOADED
    }
    try:
        for other, own in loaded.items():
            await other.runtime_data.engine.receive(own)
            other.runtime_data.board.async_request_look()
            other.runtime_data.coordinator.async_heed(own)
    except StoreError as err:
        _LOGGER.warning("A webhook call could not be stored: %s", err)
        return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
    except Exception:
        # Home Assistant would answer 200, and WhatsApp never tell it again
        _LOGGER.exception("A webhook call could not be handled")
        return Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)
    if len(loaded) < len(concerned):
        # Whoever heard it already knows it when WhatsApp tells it again
        return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
    return Response()


def _concerns(
    arrival: Arrival, other: WaNotifyConfigEntry, called: WaNotifyConfigEntry
) -> bool:
    """Return whether an event that one number was told is about another.

    An app has one callback, so that of one number may hear of all of its account.
    """
    if arrival.number_id:
        return bool(arrival.number_id == other.data[CONF_PHONE_NUMBER_ID])
    return bool(other.data[CONF_WABA_ID] == called.data[CONF_WABA_ID])


def _handshake(entry: WaNotifyConfigEntry, request: Request) -> Response:
    """Prove that the callback is ours by giving back the challenge."""
    challenge = handshake(dict(request.query), Secret(entry.data[CONF_VERIFY_TOKEN]))
    if challenge is None:
        _LOGGER.warning("A webhook handshake with a wrong verify token was refused")
        return Response(status=HTTPStatus.FORBIDDEN)
    return Response(text=challenge)


def _signature(request: Request) -> str | None:
    """Return the one signature; two of them are as wrong as none."""
    headers = [
        value
        for name, value in request.headers.items()
        if name.lower() == SIGNATURE.lower()
    ]
    return headers[0] if len(headers) == 1 else None


async def _async_read(request: Request) -> bytes | None:
    """Return the raw body, or nothing if it is too large.

    The request of a cloudhook has no read(), only a content stream.
    """
    content = request.content
    body = bytearray()
    while chunk := await content.read(CHUNK_SIZE):
        body += chunk
        if len(body) > MAX_BODY_SIZE:
            return None
    return bytes(body)
