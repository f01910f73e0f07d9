"""Setting up and unloading a business phone number."""

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant


async def test_entry_loads_and_unloads(
    hass: HomeAssistant, config_entry: MockConfigEntry
) -> None:
    """An entry can be loaded, unloaded and loaded again."""
    config_entry.add_to_hass(hass)
    states = []
    for step in ("async_setup", "async_unload", "async_setup"):
        assert await getattr(hass.config_entries, step)(config_entry.entry_id)
        states.append(config_entry.state)
    assert states == [
        ConfigEntryState.LOADED,
        ConfigEntryState.NOT_LOADED,
        ConfigEntryState.LOADED,
    ]
