"""Writing to people: notify entities, and the notify actions of old."""

from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.notify import DOMAIN as NOTIFY_DOMAIN
from homeassistant.const import STATE_UNKNOWN
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from .home import Home
from .registered import entity_id
from .writing import ARRIVES, consent, say, write

ONCALL = {
    "receivers": {"oncall": {"to": ["ada"]}, "both": {"to": ["bob", "ada"]}},
}


@pytest.fixture
def rules(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the rules that a test asks for; there are two receivers without."""
    asked: dict[str, Any] = getattr(request, "param", ONCALL)
    return asked


async def test_closed_window(home: Home) -> None:
    """While the window is closed a message leaves as the template of messages."""
    assert home.state("notify.ada").state == STATE_UNKNOWN
    await say(home, "The freezer is warm", title="Kitchen")
    [message] = home.ada.messages
    assert message.template == ("ops_notice", "en")
    assert "Kitchen: The freezer is warm" in message.text
    sent_at = dt_util.parse_datetime(home.state("notify.ada").state)
    assert sent_at == message.sent_at


async def test_open_window(home: Home) -> None:
    """While the window is open a message leaves as it was written."""
    await write(home)
    await say(home, "The freezer\nis warm", title="Kitchen")
    assert home.ada.messages[-1].template is None
    assert home.ada.messages[-1].text == "*Kitchen*\nThe freezer\nis warm"


async def test_never_opted_in(home: Home) -> None:
    """Nothing is sent to somebody who never agreed, and whoever sends hears so."""
    with pytest.raises(HomeAssistantError) as error:
        await say(home, "Hello", "notify.bob")
    assert error.value.translation_key == "refused_no_consent"
    assert error.value.translation_placeholders == {"recipient": "Bob", "detail": ""}
    await home.forward(ARRIVES)
    assert list(home.bob.messages) == []
    assert home.state("notify.bob").state == STATE_UNKNOWN


async def test_stop(home: Home) -> None:
    """After STOP nothing is sent, even while the window is open."""
    await write(home, "STOP")
    before = len(home.ada.messages)
    with pytest.raises(HomeAssistantError) as error:
        await say(home, "Hello")
    assert error.value.translation_key == "refused_opted_out"
    await home.forward(ARRIVES)
    assert len(home.ada.messages) == before


async def test_nothing_to_say(home: Home) -> None:
    """An empty message is refused."""
    with pytest.raises(ServiceValidationError) as error:
        await say(home, " ")
    assert error.value.translation_key == "refused_nothing_to_say"


async def test_held_text_follows_a_reply(
    home: Home, config_entry: MockConfigEntry
) -> None:
    """Without a template that could carry it a text waits until the person writes.

    They are asked to.
    """
    home.hass.config_entries.async_update_entry(
        config_entry, options={"message_template": "not_there"}
    )
    await home.hass.async_block_till_done()
    await home.settle()
    await say(home, "The freezer is warm")
    (nudge,) = home.ada.messages
    assert nudge.template == ("ops_nudge", "en")
    await write(home)
    assert home.shown(home.ada)[1:] == ["Hello", "The freezer is warm"]


async def test_template_that_is_not_approved(
    home: Home, config_entry: MockConfigEntry
) -> None:
    """A template that WhatsApp paused is told as the reason."""
    home.hass.config_entries.async_update_entry(
        config_entry, options={"message_template": "ops_paused"}
    )
    await home.hass.async_block_till_done()
    await home.settle()
    with pytest.raises(HomeAssistantError) as error:
        await say(home, "Hello")
    assert error.value.translation_key == "refused_template_not_approved"


async def test_receiver(home: Home) -> None:
    """A receiver is an entity of the number, and writes to everybody who is on call."""
    oncall = entity_id(home, "notify", "receiver_oncall")
    await say(home, "The freezer is warm", oncall, title="Kitchen")
    assert "The freezer is warm" in home.ada.messages[-1].text
    assert home.state(oncall).state != STATE_UNKNOWN


async def test_one_refusal_keeps_nobody_else_from_hearing(home: Home) -> None:
    """Whoever may be written to is, and the refusal of the others is told."""
    both = entity_id(home, "notify", "receiver_both")
    with pytest.raises(HomeAssistantError) as error:
        await say(home, "The freezer is warm", both)
    assert error.value.translation_key == "refused_no_consent"
    await home.forward(ARRIVES)
    assert "The freezer is warm" in home.ada.messages[-1].text
    assert list(home.bob.messages) == []


async def _reload(home: Home, rules: dict[str, Any]) -> None:
    """Reload the YAML, in which now stands something else."""
    with patch(
        "homeassistant.config.load_yaml_config_file", return_value={"wa_notify": rules}
    ):
        await home.hass.services.async_call("wa_notify", "reload", {}, blocking=True)
    await home.settle()


async def test_receivers_come_and_go(home: Home) -> None:
    """With the rules, receivers come and go, and with them their entities and actions."""
    oncall = entity_id(home, "notify", "receiver_oncall")
    services = home.hass.services
    assert services.has_service(NOTIFY_DOMAIN, "wa_notify_oncall")
    await _reload(home, {"receivers": {"night_shift": {"to": ["ada"]}}})
    assert home.hass.states.get(oncall) is None
    await say(home, "Hello", entity_id(home, "notify", "receiver_night_shift"))
    assert "Hello" in home.ada.messages[-1].text
    assert not services.has_service(NOTIFY_DOMAIN, "wa_notify_oncall")
    assert services.has_service(NOTIFY_DOMAIN, "wa_notify_night_shift")


async def test_receivers_that_went_meanwhile(home: Home) -> None:
    """A receiver that is gone when the entry is loaded leaves no entity behind."""
    oncall = entity_id(home, "notify", "receiver_oncall")
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    await _reload(home, {"receivers": {"night_shift": {"to": ["ada"]}}})
    assert home.state(oncall).state == "unavailable"
    await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.settle()
    assert home.hass.states.get(oncall) is None


async def test_group_of_entities(home: Home) -> None:
    """A notify group of entities writes to each of them."""
    await consent(home)
    entry = MockConfigEntry(
        domain="group",
        title="Family",
        options={
            "entities": ["notify.ada", "notify.bob"],
            "group_type": "notify",
            "hide_members": False,
            "name": "Family",
        },
    )
    entry.add_to_hass(home.hass)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    await home.hass.async_block_till_done()
    await say(home, "Dinner is ready", "notify.family", title="Kitchen")
    for phone in (home.ada, home.bob):
        assert "Kitchen: Dinner is ready" in phone.messages[-1].text
