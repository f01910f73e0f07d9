"""Devices and entities: what they are, and what they show over a story."""

from datetime import datetime, timedelta
import json
from pathlib import Path
from typing import Any

import pytest
from wa_notify.sandbox import Fault, Measure

from custom_components.wa_notify.const import DOMAIN
from homeassistant.const import (
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    EntityCategory,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

from .home import Home
from .registered import entity_id, unique_id, value

EN = json.loads(
    (
        Path(__file__).parents[2] / "custom_components/wa_notify/translations/en.json"
    ).read_text()
)
ARRIVES = 5
DIAGNOSTIC, CONFIG = EntityCategory.DIAGNOSTIC, EntityCategory.CONFIG
# Of the number and of each recipient: category, device class, and whether it is there by default
OF_NUMBER = {
    ("binary_sensor", "account"): (DIAGNOSTIC, "problem", True),
    ("binary_sensor", "webhook"): (DIAGNOSTIC, "problem", True),
    ("button", "sync_templates"): (DIAGNOSTIC, None, True),
    ("event", "tickets"): (None, None, True),
    ("notify", "receiver_everybody"): (None, None, True),
    ("sensor", "cost"): (None, "monetary", True),
    ("sensor", "last_delivery"): (DIAGNOSTIC, "timestamp", True),
    ("sensor", "messaging_limit"): (DIAGNOSTIC, None, False),
    ("sensor", "open_tickets"): (None, None, True),
    ("sensor", "outbox"): (None, None, True),
    ("sensor", "quality"): (DIAGNOSTIC, "enum", True),
    ("sensor", "reach_limit"): (DIAGNOSTIC, None, False),
    ("sensor", "reach_used"): (DIAGNOSTIC, None, True),
    ("sensor", "silence_ends"): (None, "timestamp", True),
    ("switch", "silence"): (CONFIG, None, True),
}
OF_RECIPIENT = {
    ("binary_sensor", "opted_in"): (DIAGNOSTIC, None, True),
    ("binary_sensor", "window"): (None, None, True),
    ("button", "check_in"): (DIAGNOSTIC, None, False),
    ("event", "inbound"): (None, None, True),
    ("notify", "message"): (None, None, True),
    ("sensor", "window_closes"): (None, "timestamp", True),
}
PRICES = {
    "currency": "GBP",
    "rates": [{"market": "United Kingdom", "category": "utility", "price": "0.02"}],
}
NAMES = {
    entity["name"]
    for platform in EN["entity"].values()
    for entity in platform.values()
    if "name" in entity
}


@pytest.fixture
def rules(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the rules that a test asks for."""
    asked: dict[str, Any] = getattr(request, "param", {})
    return asked


@pytest.fixture
async def everything(home: Home, entity_registry: er.EntityRegistry) -> Home:
    """Return a home in which nobody disabled an entity."""
    for entity in er.async_entries_for_config_entry(
        entity_registry, home.entry.entry_id
    ):
        entity_registry.async_update_entity(entity.entity_id, disabled_by=None)
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.settle()
    return home


async def _notify(home: Home, who: str = "notify.ada", text: str = "Hello") -> None:
    """Send a message, and let everything happen that follows."""
    await home.hass.services.async_call(
        "notify", "send_message", {"entity_id": who, "message": text}, blocking=True
    )
    await home.forward(ARRIVES)


async def test_devices(home: Home, device_registry: dr.DeviceRegistry) -> None:
    """The number is a device, and each recipient one behind it."""
    entry_id = home.entry.entry_id
    number = device_registry.async_get_device_by_identifier(
        (DOMAIN, entry_id), entry_id
    )
    assert number
    assert number.entry_type is dr.DeviceEntryType.SERVICE
    assert number.manufacturer == "Meta"
    devices = dr.async_entries_for_config_entry(device_registry, entry_id)
    people = {one.model_id: one for one in devices if one.id != number.id}
    assert people.keys() == {"ada", "bob"}
    assert all(one.via_device_id == number.id for one in people.values())
    assert people["ada"].name == "Ada"
    assert people["ada"].identifiers == {(DOMAIN, "01JADA")}


async def test_registry(home: Home, entity_registry: er.EntityRegistry) -> None:
    """Every entity is registered as it should be, and none holds a phone number."""
    expected = {
        unique_id(home, key): (platform, *traits)
        for (platform, key), traits in OF_NUMBER.items()
    } | {
        unique_id(home, key, recipient): (platform, *traits)
        for (platform, key), traits in OF_RECIPIENT.items()
        for recipient in ("ada", "bob")
    }
    entities = er.async_entries_for_config_entry(entity_registry, home.entry.entry_id)
    assert {
        one.unique_id: (
            one.domain,
            one.entity_category,
            one.original_device_class,
            one.disabled_by is None,
        )
        for one in entities
    } == expected
    for one in entities:
        assert "7700900" not in one.unique_id
        assert "7700900" not in one.entity_id
        assert one.has_entity_name
        of_recipient = one.unique_id.startswith(("01JADA_", "01JBOB_"))
        assert bool(one.config_subentry_id) is of_recipient


async def test_names(home: Home, entity_registry: er.EntityRegistry) -> None:
    """Names come from the translations, but the entity to write to is called like its device."""
    entities = er.async_entries_for_config_entry(entity_registry, home.entry.entry_id)
    named = {one.original_name for one in entities}
    assert named == (NAMES - {"{receiver}"}) | {None, "everybody"}
    assert home.state("notify.ada").name == "Ada"
    state = home.state(entity_id(home, "binary_sensor", "window", "ada"))
    assert state.name == f"Ada {EN['entity']['binary_sensor']['window']['name']}"


async def test_window_opens_and_closes(home: Home) -> None:
    """A reply opens the window, which is shown closed 24 hours later without any news."""
    assert value(home, "binary_sensor", "window", "ada") == STATE_OFF
    assert value(home, "sensor", "window_closes", "ada") == STATE_UNKNOWN

    home.ada.reply("Are you there?")
    await home.settle()
    closes_at = dt_util.utcnow() + timedelta(hours=24)
    assert value(home, "binary_sensor", "window", "ada") == STATE_ON
    assert value(home, "sensor", "window_closes", "ada") == closes_at.isoformat(
        timespec="seconds"
    )
    assert value(home, "binary_sensor", "window", "bob") == STATE_OFF

    await home.forward(timedelta(hours=23, minutes=58).total_seconds())
    assert value(home, "binary_sensor", "window", "ada") == STATE_ON
    await home.forward(timedelta(minutes=2).total_seconds())
    assert value(home, "binary_sensor", "window", "ada") == STATE_OFF


async def test_tickets_are_counted(home: Home) -> None:
    """A ticket counts until it is over, whether or not somebody has it."""
    assert value(home, "sensor", "open_tickets") == "0"
    await home.act("raise_alert", {"title": "Water in the cellar"})
    await home.settle()
    assert value(home, "sensor", "open_tickets") == "1"
    await home.act("acknowledge", {"ticket": 1})
    await home.settle()
    assert value(home, "sensor", "open_tickets") == "1"
    await home.act("resolve", {"ticket": 1})
    await home.settle()
    assert value(home, "sensor", "open_tickets") == "0"


async def test_waiting_messages_are_counted(home: Home) -> None:
    """What waits for a reply is in the outbox until it came."""
    assert value(home, "sensor", "outbox") == "0"
    await home.hass.services.async_call(
        DOMAIN,
        "send_message",
        {"entity_id": "notify.ada", "location": {"latitude": 51.5, "longitude": -0.1}},
        blocking=True,
    )
    await home.settle()
    assert value(home, "sensor", "outbox") == "1"
    home.ada.reply("Where is it?")
    await home.forward(ARRIVES)
    assert value(home, "sensor", "outbox") == "0"


@pytest.mark.parametrize("rules", [{"prices": PRICES}], indirect=True)
async def test_what_a_message_leaves_behind(everything: Home) -> None:
    """A message outside the window takes a place, costs something, and is told when it arrived."""
    home = everything
    assert value(home, "sensor", "reach_used") == "0"
    assert value(home, "sensor", "cost") == "0.0"
    assert value(home, "sensor", "last_delivery") == STATE_UNKNOWN
    await _notify(home)
    assert value(home, "sensor", "reach_used") == "1"
    assert value(home, "sensor", "reach_limit") == "2000"
    assert value(home, "sensor", "messaging_limit") == "TIER_2K"
    delivered_at = datetime.fromisoformat(value(home, "sensor", "last_delivery"))
    assert timedelta() < dt_util.utcnow() - delivered_at < timedelta(seconds=ARRIVES)
    cost = home.state(entity_id(home, "sensor", "cost"))
    assert cost.state == "0.02"
    assert cost.attributes["unit_of_measurement"] == "GBP"


async def test_quality(home: Home) -> None:
    """The quality of the number is read when somebody asks for it."""
    assert value(home, "sensor", "quality") == "green"
    home.sandbox.rate("RED")
    await home.settle()
    await home.hass.services.async_call(
        "button",
        "press",
        {"entity_id": entity_id(home, "button", "sync_templates")},
        blocking=True,
    )
    assert value(home, "sensor", "quality") == "red"


async def test_account_problem(home: Home) -> None:
    """A trouble that stops everything is shown until it is over."""
    assert value(home, "binary_sensor", "account") == STATE_OFF
    home.sandbox.restrict(Measure.LOCKED)
    await _notify(home)
    assert value(home, "binary_sensor", "account") == STATE_ON
    home.sandbox.lift(Measure.LOCKED)
    await home.forward(3600)
    assert value(home, "binary_sensor", "account") == STATE_OFF


async def test_webhook_problem(home: Home) -> None:
    """When WhatsApp takes messages and never calls, its calls do not arrive."""
    address = home.sandbox.account.callback_url or ""
    home.sandbox.subscribe("http://127.0.0.1:9/nobody")
    await _notify(home)
    assert value(home, "binary_sensor", "webhook") == STATE_OFF
    await home.forward(700)
    await _notify(home)
    assert value(home, "binary_sensor", "webhook") == STATE_ON
    home.sandbox.subscribe(address)
    home.ada.reply("Hello?")
    await home.settle()
    assert value(home, "binary_sensor", "webhook") == STATE_OFF


async def test_opted_in(home: Home) -> None:
    """Who may be written to is shown, and follows STOP and START at once."""
    assert value(home, "binary_sensor", "opted_in", "ada") == STATE_ON
    assert value(home, "binary_sensor", "opted_in", "bob") == STATE_OFF
    home.ada.reply("STOP")
    await home.settle()
    assert value(home, "binary_sensor", "opted_in", "ada") == STATE_OFF
    await home.forward(60)
    home.ada.reply("START")
    await home.settle()
    assert value(home, "binary_sensor", "opted_in", "ada") == STATE_ON


async def test_silence(home: Home) -> None:
    """The switch mutes everything for the time of the options, and ends by itself."""
    switch = entity_id(home, "switch", "silence")
    assert home.state(switch).state == STATE_OFF
    assert value(home, "sensor", "silence_ends") == STATE_UNKNOWN

    await _switch(home, "turn_on")
    ends_at = dt_util.utcnow() + timedelta(hours=1)
    assert home.state(switch).state == STATE_ON
    assert value(home, "sensor", "silence_ends") == ends_at.isoformat()

    await home.act("raise_alert", {"title": "Water in the cellar"})
    await home.forward(300)
    assert home.shown(home.ada) == []
    await home.forward(3300)
    assert home.state(switch).state == STATE_OFF
    assert value(home, "sensor", "silence_ends") == STATE_UNKNOWN
    await home.forward(60)
    assert "Water in the cellar" in home.ada.messages[-1].text


async def test_silence_ends_by_hand(home: Home) -> None:
    """Switched off, alerts are heard again at once, however often it was switched on."""
    switch = entity_id(home, "switch", "silence")
    for action in ("turn_on", "turn_on", "turn_off"):
        await _switch(home, action)
    assert home.state(switch).state == STATE_OFF
    await home.act("raise_alert", {"title": "Water in the cellar"})
    await home.forward(60)
    assert "Water in the cellar" in home.ada.messages[-1].text


async def _switch(home: Home, action: str) -> None:
    """Switch the silence on or off."""
    await home.hass.services.async_call(
        "switch",
        action,
        {"entity_id": entity_id(home, "switch", "silence")},
        blocking=True,
    )
    await home.settle()


async def test_check_in(everything: Home) -> None:
    """The button asks for a sign of life, and the tap opens the window."""
    home = everything
    await _press(home, "check_in", "ada")
    await home.forward(ARRIVES)
    assert home.ada.messages[-1].template == ("ops_check_in", "en")
    home.ada.tap("I am here")
    await home.settle()
    assert value(home, "binary_sensor", "window", "ada") == STATE_ON


async def test_check_in_of_somebody_who_did_not_agree(everything: Home) -> None:
    """Nobody is asked who never agreed to be written to."""
    with pytest.raises(HomeAssistantError) as error:
        await _press(everything, "check_in", "bob")
    assert error.value.translation_key == "refused_no_consent"
    assert list(everything.bob.messages) == []


async def test_check_in_without_a_template(everything: Home) -> None:
    """An account that lacks the template cannot ask."""
    templates = everything.sandbox.account.templates
    for key in [key for key in templates if "ops_check_in" in key]:
        del templates[key]
    await _press(everything, "sync_templates")
    await everything.settle()
    with pytest.raises(ServiceValidationError) as error:
        await _press(everything, "check_in", "ada")
    assert error.value.translation_key == "no_check_in_template"
    assert error.value.translation_placeholders == {"template": "ops_check_in"}


async def _press(home: Home, key: str, recipient: str = "") -> None:
    """Press a button."""
    await home.hass.services.async_call(
        "button",
        "press",
        {"entity_id": entity_id(home, "button", key, recipient)},
        blocking=True,
    )


async def test_whatsapp_does_not_answer(home: Home) -> None:
    """What only WhatsApp knows is not shown while it does not answer; the rest is."""
    home.sandbox.fail_next(Fault(status=500, times=20, path=""))
    with pytest.raises(HomeAssistantError) as error:
        await _press(home, "sync_templates")
    assert error.value.translation_key == "cannot_connect"
    assert value(home, "sensor", "quality") == STATE_UNAVAILABLE
    assert value(home, "sensor", "open_tickets") == "0"
