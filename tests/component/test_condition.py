"""Conditions."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from homeassistant.helpers import device_registry as dr

from .automating import TOLD, automate, device_of
from .home import Home

ARRIVES = 5
DAY = 24 * 60 * 60
ALERT = {"title": "Disk of db1 full", "severity": "critical"}

type Ask = Callable[[], Awaitable[bool]]


async def asking(home: Home, condition: str, **options: Any) -> Ask:
    """Return how to ask an automation whether its condition holds."""
    told = async_capture_events(home.hass, TOLD)
    await automate(
        home.hass,
        {
            "alias": "Ask",
            "triggers": {"trigger": "event", "event_type": "asked"},
            "conditions": {
                "condition": f"wa_notify.{condition}",
                "options": options,
            },
            "actions": {"event": TOLD},
        },
    )
    assert home.state("automation.ask").state == "on"

    async def ask() -> bool:
        """Return whether the automation ran."""
        told.clear()
        home.hass.bus.async_fire("asked")
        await home.hass.async_block_till_done()
        return bool(told)

    return ask


async def test_window_is_open_for_a_day(home: Home) -> None:
    """It opens when the person writes."""
    ask = await asking(home, "is_window_open", device_id=device_of(home, "ada"))
    assert not await ask()
    home.ada.reply("Hello")
    await home.forward(ARRIVES)
    assert await ask()
    await home.forward(DAY)
    assert not await ask()


async def test_all_windows_have_to_be_open(home: Home) -> None:
    """With several people none may be closed."""
    devices = [device_of(home, "ada"), device_of(home, "bob")]
    ask = await asking(home, "is_window_open", device_id=devices)
    home.ada.reply("Hello")
    await home.forward(ARRIVES)
    assert not await ask()
    home.bob.reply("Hello")
    await home.forward(ARRIVES)
    assert await ask()


async def test_somebody_opted_in(home: Home) -> None:
    """It holds until they say STOP."""
    ask = await asking(home, "is_opted_in", device_id=device_of(home, "ada"))
    assert await ask()
    home.ada.reply("STOP")
    await home.forward(ARRIVES)
    assert not await ask()


async def test_somebody_never_opted_in(home: Home) -> None:
    """Whoever was never asked did not agree."""
    ask = await asking(home, "is_opted_in", device_id=[device_of(home, "bob")])
    assert not await ask()


@pytest.mark.parametrize("which", ["stranger", "number", "unloaded"])
async def test_nobody_known_is_told(
    home: Home, which: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A device of which nothing is known fulfils no condition, and that is said."""
    registry, entry_id = dr.async_get(home.hass), home.entry.entry_id
    number = registry.async_get_device_by_identifier(("wa_notify", entry_id), entry_id)
    assert number
    devices = {
        "stranger": "abc",
        "number": number.id,
        "unloaded": device_of(home, "ada"),
    }
    ask = await asking(home, "is_opted_in", device_id=devices[which])
    if which == "unloaded":
        await home.hass.config_entries.async_unload(entry_id)
    assert not await ask()
    assert f"device {devices[which]} is no recipient" in caplog.text


@pytest.mark.parametrize(
    ("options", "open_", "taken"),
    [
        ({}, True, True),
        ({"acknowledged": "any"}, True, True),
        ({"acknowledged": "no"}, True, False),
        ({"acknowledged": False}, True, False),
        ({"acknowledged": "yes"}, False, True),
        ({"acknowledged": True}, False, True),
        ({"rule": "anything_else", "severity": ["critical"]}, True, True),
        ({"rule": ["disk"]}, False, False),
        ({"severity": "warning"}, False, False),
    ],
)
async def test_ticket_is_open(
    home: Home, options: dict[str, Any], open_: bool, taken: bool
) -> None:
    """It is until it is resolved, whether somebody has it or not."""
    ask = await asking(home, "is_ticket_open", **options)
    assert not await ask()
    answer = await home.act("raise_alert", ALERT, return_response=True)
    await home.forward(ARRIVES)
    assert await ask() is open_
    await home.act("acknowledge", {"ticket": answer["tickets"][0]})
    await home.forward(ARRIVES)
    assert await ask() is taken
    await home.act("resolve_alert", ALERT)
    await home.forward(ARRIVES)
    assert not await ask()


async def test_alerts_are_silenced_for_a_while(home: Home) -> None:
    """It ends by itself."""
    ask = await asking(home, "is_silenced")
    assert not await ask()
    await home.act("silence", {"duration": {"minutes": 30}})
    assert await ask()
    await home.forward(31 * 60)
    assert not await ask()


@pytest.mark.parametrize("mine", [True, False])
async def test_alerts_of_one_number_are_silenced(home: Home, mine: bool) -> None:
    """Another number does not matter."""
    entry_id = home.entry.entry_id if mine else "01JOTHER"
    ask = await asking(home, "is_silenced", config_entry_id=entry_id)
    await home.act("silence", {"duration": {"minutes": 30}})
    assert await ask() is mine


@pytest.mark.parametrize(
    ("condition", "options"),
    [
        ("is_opted_in", {}),
        ("is_window_open", {"device_id": []}),
        ("is_ticket_open", {"acknowledged": "perhaps"}),
        ("is_silenced", {"device_id": "abc"}),
    ],
)
async def test_faulty_options_are_refused(
    home: Home, condition: str, options: dict[str, Any]
) -> None:
    """An automation with a fault is shown as such."""
    await automate(
        home.hass,
        {
            "alias": "Ask",
            "triggers": {"trigger": "event", "event_type": "asked"},
            "conditions": {"condition": f"wa_notify.{condition}", "options": options},
            "actions": [],
        },
    )
    assert home.state("automation.ask").state == "unavailable"
