"""The notify actions of old, alone and behind alerts and groups."""

from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from homeassistant.components.notify import DOMAIN as NOTIFY_DOMAIN
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component

from .home import Home
from .writing import ARRIVES, PICTURE, call, consent, say, write

ONCALL = {
    "receivers": {"oncall": {"to": ["ada"]}, "both": {"to": ["bob", "ada"]}},
}


NIGHTS = {
    "receivers": {"oncall": {"to": ["nights"]}},
    "schedules": {
        "nights": {
            "rotations": [
                {
                    "people": "ada",
                    "hours": {"days": "mon-sun", "from": "20:00", "to": "22:00"},
                }
            ]
        }
    },
}


@pytest.fixture
def rules(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the rules that a test asks for; there are two receivers without."""
    asked: dict[str, Any] = getattr(request, "param", ONCALL)
    return asked


async def test_actions_of_old(home: Home) -> None:
    """There is one action for all, and one for each recipient and receiver."""
    actions = home.hass.services.async_services()[NOTIFY_DOMAIN]
    ours = {action for action in actions if action.startswith("wa_notify")}
    names = ("ada", "bob", "both", "everybody", "oncall")
    assert ours == {"wa_notify", *(f"wa_notify_{name}" for name in names)}


async def test_actions_of_old_follow_the_entry(home: Home) -> None:
    """They are gone while the entry is not loaded, and come back with it."""
    entries, services = home.hass.config_entries, home.hass.services
    await entries.async_unload(home.entry.entry_id)
    await home.hass.async_block_till_done()
    assert not services.has_service(NOTIFY_DOMAIN, "wa_notify_ada")
    with pytest.raises(ServiceValidationError) as error:
        await call(home, "wa_notify", "Hello", target="ada")
    assert error.value.translation_key == "unknown_recipient"
    await entries.async_setup(home.entry.entry_id)
    await home.hass.async_block_till_done()
    await call(home, "wa_notify_ada", "Hello")
    assert "Hello" in home.ada.messages[-1].text


async def test_new_recipient(home: Home) -> None:
    """Somebody who is added gets an entity and an action."""
    home.hass.config_entries.async_add_subentry(
        home.entry,
        ConfigSubentry(
            data=MappingProxyType(
                {"recipient_id": "cleo", "phone": "+447700900125", "opt_in": "Signed"}
            ),
            subentry_type="recipient",
            title="Cleo",
            unique_id="447700900125",
        ),
    )
    await home.hass.async_block_till_done()
    await home.settle()
    await say(home, "Hello", "notify.cleo")
    await call(home, "wa_notify_cleo", "Hello again")
    phone = home.sandbox.phone("+447700900125")
    assert len(phone.messages) == 2
    assert "Hello again" in phone.messages[-1].text


@pytest.mark.parametrize(
    "target", ["ada", "oncall", "+447700900123", "447700900123", "+44 7700 900123"]
)
async def test_target(home: Home, target: str) -> None:
    """A target is a recipient, a receiver, or a number that is known."""
    await call(home, "wa_notify", "The freezer is warm", target=target, title="Kitchen")
    assert "Kitchen: The freezer is warm" in home.ada.messages[-1].text
    assert len(home.ada.messages) == 1


async def test_target_twice(home: Home) -> None:
    """Whoever is meant twice hears of it once."""
    await call(home, "wa_notify", "Hello", target=["ada", "oncall", "+447700900123"])
    assert len(home.ada.messages) == 1


async def test_several_targets(home: Home) -> None:
    """One who may not be written to keeps nobody else from hearing."""
    with pytest.raises(HomeAssistantError) as error:
        await call(home, "wa_notify", "Hello", target=["bob", "ada"])
    assert error.value.translation_key == "refused_no_consent"
    await home.forward(ARRIVES)
    assert len(home.ada.messages) == 1


@pytest.mark.parametrize("stranger", ["eve", "+447700900199", "-"])
async def test_unknown_target(home: Home, stranger: str) -> None:
    """Nobody hears of what is also for somebody unknown."""
    with pytest.raises(ServiceValidationError) as error:
        await call(home, "wa_notify", "Hello", target=["ada", stranger])
    assert error.value.translation_key == "unknown_recipient"
    await home.forward(ARRIVES)
    assert list(home.ada.messages) == []


async def test_no_target(home: Home) -> None:
    """With several recipients it has to be said who is meant."""
    with pytest.raises(ServiceValidationError) as error:
        await call(home, "wa_notify", "Hello")
    assert error.value.translation_key == "no_target"


async def test_only_recipient(home: Home) -> None:
    """With one recipient there is nobody else who could be meant."""
    home.hass.config_entries.async_remove_subentry(home.entry, "01JBOB")
    await home.hass.async_block_till_done()
    await home.settle()
    await call(home, "wa_notify", "Hello")
    assert "Hello" in home.ada.messages[-1].text
    assert not home.hass.services.has_service(NOTIFY_DOMAIN, "wa_notify_bob")


@pytest.mark.parametrize("rules", [NIGHTS], indirect=True)
async def test_nobody_on_call(home: Home) -> None:
    """A receiver for which nobody has a shift now is no silent success."""
    with pytest.raises(ServiceValidationError) as error:
        await call(home, "wa_notify_oncall", "Hello")
    assert error.value.translation_key == "nobody"


async def test_template_of_old(home: Home) -> None:
    """The data of an old action may name a template, its blanks in their order."""
    data = {
        "template": "ops_alert",
        "parameters": ["P1", "Disk full", "09:00"],
        "header": "db-7",
        "url_suffix": "7",
    }
    await call(home, "wa_notify_ada", "Shown while the window is open", data=data)
    [message] = home.ada.messages
    assert message.template == ("ops_alert", "en")
    assert message.header == "Alert: db-7"
    assert "A P1 alert" in message.body
    assert "Disk full" in message.body


async def test_template_of_old_by_names(home: Home) -> None:
    """The blanks of a template may have names; while the window is open the text leaves."""
    data = {
        "template": "ops_alert_named",
        "parameters": {"severity": "P1", "summary": "Disk full"},
    }
    await call(home, "wa_notify_ada", "The disk is full", data=data)
    assert "A P1 alert" in home.ada.messages[-1].body
    await write(home)
    await call(home, "wa_notify_ada", "The disk is full", data=data)
    assert home.ada.messages[-1].text == "The disk is full"


async def test_rich_data_of_old(home: Home, tmp_path: Path) -> None:
    """The data of an old action may hold buttons and a picture."""
    picture = tmp_path / "porch.jpg"
    picture.write_bytes(PICTURE)
    home.hass.config.allowlist_external_dirs = {str(tmp_path)}
    await write(home)
    await call(
        home,
        "wa_notify_ada",
        "Somebody is there",
        title="Porch",
        data={"image": str(picture), "buttons": ["Open", "Ignore"]},
    )
    message = home.ada.messages[-1]
    assert message.header == "[image]"
    assert message.body == "*Porch*\nSomebody is there"
    assert message.buttons == ("Open", "Ignore")


async def test_picture_behind_a_link(home: Home) -> None:
    """What everybody can fetch WhatsApp fetches by itself."""
    await write(home)
    data = {"image": "https://1.1.1.1/porch.jpg?size=1"}
    await call(home, "wa_notify_ada", "Somebody is there", data=data)
    assert home.ada.messages[-1].kind == "image"
    assert "Somebody is there" in home.ada.messages[-1].text


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"buttons": ["A", "B", "C", "D"]}, "bad_input"),
        ({"colour": "red"}, "bad_input"),
        ({"link": "not a link"}, "bad_input"),
        ({"buttons": ["longer than a button may be"]}, "message_misfit"),
        ({"buttons": ["Yes"], "link": "https://example.com"}, "message_misfit"),
        ({"image": "porch.jpg"}, "file_not_allowed"),
        ({"image": "/a.jpg", "video": "/a.mp4"}, "several_files"),
        ({"template": "no_such_template"}, "refused_template_missing"),
        ({"template": "ops_alert"}, "refused_template_misfit"),
        ({"template": "ops_newsletter"}, "refused_template_is_marketing"),
    ],
)
async def test_data_that_cannot_be_used(
    home: Home, data: dict[str, Any], key: str
) -> None:
    """What could not be sent is refused, and told in so many words."""
    with pytest.raises(HomeAssistantError) as error:
        await call(home, "wa_notify_ada", "Hello", data=data)
    assert error.value.translation_domain == "wa_notify"
    assert error.value.translation_key == key
    await home.forward(ARRIVES)
    assert list(home.ada.messages) == []


async def test_key_of_old(home: Home) -> None:
    """The same key again adds nothing, for any of the people."""
    await consent(home)
    for _ in range(2):
        await call(
            home, "wa_notify", "Hello", target=["ada", "bob"], data={"key": "morning"}
        )
    assert len(home.ada.messages) == 1
    assert len(home.bob.messages) == 1


async def test_alert_integration(home: Home) -> None:
    """The alert integration repeats over WhatsApp until all is well."""
    home.hass.states.async_set("binary_sensor.leak", "off")
    assert await async_setup_component(
        home.hass,
        "alert",
        {
            "alert": {
                "leak": {
                    "name": "Leak",
                    "entity_id": "binary_sensor.leak",
                    "repeat": 30,
                    "message": "Water in the cellar",
                    "done_message": "The cellar is dry",
                    "title": "Leak",
                    "notifiers": ["wa_notify_ada"],
                }
            }
        },
    )
    await home.hass.async_block_till_done()
    home.hass.states.async_set("binary_sensor.leak", "on")
    await home.forward(ARRIVES)
    await home.forward(30 * 60)
    assert len(home.ada.messages) == 2
    assert "Leak: Water in the cellar" in home.ada.messages[0].text
    home.hass.states.async_set("binary_sensor.leak", "off")
    await home.forward(ARRIVES)
    assert "The cellar is dry" in home.ada.messages[-1].text


@pytest.fixture
async def group(hass: HomeAssistant) -> None:
    """Set up a notify group that is written in YAML."""
    members = [
        {"action": "wa_notify_ada"},
        {"action": "wa_notify", "data": {"target": ["bob"], "title": "For Bob"}},
    ]
    assert await async_setup_component(
        hass,
        "notify",
        {"notify": {"platform": "group", "name": "family", "services": members}},
    )
    await hass.async_block_till_done()


async def test_group_in_yaml(group: None, home: Home) -> None:
    """A notify group hands titles and targets on."""
    await consent(home)
    await call(home, "family", "Dinner is ready")
    assert "Dinner is ready" in home.ada.messages[-1].text
    assert "For Bob: Dinner is ready" in home.bob.messages[-1].text
