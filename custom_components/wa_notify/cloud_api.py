"""What the integration asks the WhatsApp Cloud API before the engine runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx

from homeassistant.const import CONF_ACCESS_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.httpx_client import get_async_client

from .const import CONF_BASE_URL, CONF_PHONE_NUMBER_ID

API_VERSION: Final = "v26.0"
TIMEOUT: Final = 10

# A token that is malformed, expired, or without the permission for this number
CODES_AUTH: Final = frozenset({10, 102, 104, 190, *range(200, 300)})
# An ID that does not exist, or that this token cannot see
CODES_UNKNOWN: Final = frozenset({100, 803})


class CannotConnect(HomeAssistantError):
    """Error to indicate that the Cloud API gave no usable answer."""


class InvalidAuth(HomeAssistantError):
    """Error to indicate that the access token was refused."""


class InvalidBaseUrl(HomeAssistantError):
    """Error to indicate an address that is none."""


class UnknownNumber(HomeAssistantError):
    """Error to indicate that the token sees no such phone number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BusinessNumber:
    """A business phone number as the Cloud API shows it."""

    display_phone_number: str
    verified_name: str


async def async_check_number(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> BusinessNumber:
    """Return the phone number that the credentials give access to."""
    base_url = data[CONF_BASE_URL].rstrip("/")
    number_id = quote(data[CONF_PHONE_NUMBER_ID], safe="")
    token = data[CONF_ACCESS_TOKEN]
    if not (token.isascii() and token.isprintable()):
        raise InvalidAuth  # no such token exists, and no header can carry it
    try:
        response = await get_async_client(hass).get(
            f"{base_url}/{API_VERSION}/{number_id}",
            params={"fields": "display_phone_number,verified_name"},
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT,
        )
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as err:
        raise InvalidBaseUrl from err
    except httpx.HTTPError as err:
        raise CannotConnect from err
    match _parse(response):
        case {"display_phone_number": str(number), "verified_name": str(name)}:
            return BusinessNumber(display_phone_number=number, verified_name=name)
        case {"error": {"code": int(code)}} if code in CODES_AUTH:
            raise InvalidAuth
        case {"error": {"code": int(code)}} if code in CODES_UNKNOWN:
            raise UnknownNumber
        case _:
            raise CannotConnect


def _parse(response: httpx.Response) -> Any:
    """Return the JSON of an answer, or nothing if it is something else."""
    try:
        return response.json()
    except ValueError:
        return None
