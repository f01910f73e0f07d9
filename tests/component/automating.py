"""Automations of a home, as a user would write them."""

from typing import Any

from pytest_homeassistant_custom_component.common import async_capture_events

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component

from .home import Home

TOLD = "told"


def device_of(home: Home, recipient_id: str) -> str:
    """Return the device of a recipient."""
    device = dr.async_get(home.hass).async_get_device_by_identifier(
        ("wa_notify", f"01J{recipient_id.upper()}"), home.entry.entry_id
    )
    assert device
    return device.id


async def automate(hass: HomeAssistant, *automations: dict[str, Any]) -> None:
    """Set up automations."""
    assert await async_setup_component(
        hass, "automation", {"automation": list(automations)}
    )
    await hass.async_block_till_done()


class Told:
    """What a trigger told the automations that it started, oldest first."""

    def __init__(self, events: list[Event[dict[str, Any]]]) -> None:
        """Initialize the list."""
        self._events = events

    def __len__(self) -> int:
        """Return how often it triggered."""
        return len(self._events)

    def __getitem__(self, number: int) -> dict[str, Any]:
        """Return what it told one time."""
        told: dict[str, Any] = self._events[number].data["trigger"]
        return told


async def listen(home: Home, trigger: str, **options: Any) -> Told:
    """Set up an automation that does nothing but tell of its trigger."""
    events = async_capture_events(home.hass, TOLD)
    await automate(
        home.hass,
        {
            "alias": "Tell",
            "triggers": {"trigger": f"wa_notify.{trigger}", "options": options},
            "actions": {
                "event": TOLD,
                "event_data": {"trigger": "{{ trigger }}"},
            },
        },
    )
    assert home.state("automation.tell").state == "on"
    return Told(events)
