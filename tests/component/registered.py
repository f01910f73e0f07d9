"""Entities by what never changes of them."""

from homeassistant.helpers import entity_registry as er

from .home import Home


def unique_id(home: Home, key: str, recipient: str = "") -> str:
    """Return the unique ID of an entity of the number, or of a recipient."""
    return (
        f"01J{recipient.upper()}_{key}" if recipient else f"{home.entry.entry_id}_{key}"
    )


def entity_id(home: Home, platform: str, key: str, recipient: str = "") -> str:
    """Return the ID of an entity that has to be there."""
    registry = er.async_get(home.hass)
    found = registry.async_get_entity_id(
        platform, "wa_notify", unique_id(home, key, recipient)
    )
    assert found, f"There is no {platform} {key} of {recipient or 'the number'}"
    return found


def value(home: Home, platform: str, key: str, recipient: str = "") -> str:
    """Return what an entity shows."""
    return home.state(entity_id(home, platform, key, recipient)).state
