"""Other ways to people, where WhatsApp cannot: notify entities, old notify actions, and Apprise."""

import asyncio
import logging
from typing import Final

from wa_notify.core.fallback import ENTITY
from wa_notify.core.message import (
    Accepted,
    Elsewhere,
    Failure,
    NoAnswer,
    Rejected,
    Remedy,
    SendResult,
)
from wa_notify.fallback import AppriseFallback

from homeassistant.components.notify import (
    ATTR_MESSAGE,
    ATTR_TITLE,
    DOMAIN as NOTIFY_DOMAIN,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, split_entity_id
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

TIMEOUT: Final = 30


class HomeAssistantFallback:
    """Hand messages to other integrations; whatever is no entity goes to Apprise."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize the fallback."""
        self.hass = hass
        self._apprise = AppriseFallback()

    async def send(self, elsewhere: Elsewhere) -> SendResult:
        """Hand over one message."""
        address = elsewhere.url.reveal()
        if not ENTITY.fullmatch(address):
            return await self._apprise.send(elsewhere)
        if refusal := self._refusal(address):
            return _refused(refusal)
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._async_call(address, elsewhere)
        except TimeoutError:
            return NoAnswer(why=f"It did not answer within {TIMEOUT} s")
        except HomeAssistantError as err:
            return _refused(f"It failed with {type(err).__name__}")
        except Exception as err:
            # Of whichever integration; the message has to be tried again
            _LOGGER.exception("%s could not take a message", address)
            return _refused(f"It failed with {type(err).__name__}")
        return Accepted(wamid="")

    def _refusal(self, address: str) -> str:
        """Return why this entity cannot be used, or nothing."""
        entity = er.async_get(self.hass).async_get(address)
        state = self.hass.states.get(address)
        if (entity and entity.platform == DOMAIN) or (
            state is None and _is_own_action(address)
        ):
            return "It leads back to WhatsApp"
        if state and state.state == STATE_UNAVAILABLE:
            return "The entity is unavailable"
        if state is None and not self._is_action(address):
            return "There is no such entity"
        return ""

    def _is_action(self, address: str) -> bool:
        """Return whether this is an action, as notify.mobile_app_phone is."""
        return self.hass.services.has_service(
            NOTIFY_DOMAIN, split_entity_id(address)[1]
        )

    async def _async_call(self, address: str, elsewhere: Elsewhere) -> None:
        """Call the entity, or the action of that name."""
        message = {
            ATTR_MESSAGE: elsewhere.message.body,
            ATTR_TITLE: elsewhere.message.title,
        }
        if self.hass.states.get(address):
            action, message = SERVICE_SEND_MESSAGE, {ATTR_ENTITY_ID: address, **message}
        else:
            action = split_entity_id(address)[1]
        await self.hass.services.async_call(
            NOTIFY_DOMAIN, action, message, blocking=True
        )


def _is_own_action(address: str) -> bool:
    """Return whether this is the notify action of old of this integration, or one of them."""
    action = split_entity_id(address)[1]
    return action == DOMAIN or action.startswith(f"{DOMAIN}_")


def _refused(why: str) -> Rejected:
    """Return a refusal after which it is tried again."""
    return Rejected(failure=Failure(code=0, title=why, remedy=Remedy.RETRY))
