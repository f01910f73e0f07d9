"""Form fields that more than one flow has."""

from typing import Final

from wa_notify.core.languages import CODES

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .const import DOMAIN

LANGUAGE: Final = SelectSelector(
    SelectSelectorConfig(options=list(CODES), mode=SelectSelectorMode.DROPDOWN)
)


@callback
def async_fallback_selector(hass: HomeAssistant) -> EntitySelector:
    """Return a field for a notify entity that does not go over WhatsApp itself."""
    own = [
        entity.entity_id
        for entity in er.async_get(hass).entities.values()
        if entity.platform == DOMAIN
    ]
    return EntitySelector(
        EntitySelectorConfig(domain=Platform.NOTIFY, exclude_entities=own)
    )
