"""Actions that send messages and templates, and say who agreed to get them."""

from typing import Any

import probatio
import pytest
from wa_notify.core.consent import ConsentRecord

from homeassistant.auth.models import User
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError

from .home import Home
from .registered import entity_id, value
from .writing import consent, refused, send, write

PLACE = {"latitude": 51.5, "longitude": -0.12, "radius": 50}


@pytest.fixture
def rules() -> dict[str, Any]:
    """Return a receiver of both."""
    return {"receivers": {"both": {"to": ["ada", "bob"]}}}


async def ledger(home: Home, who: str) -> list[ConsentRecord]:
    """Return what the consent ledger holds of somebody."""
    return list(await home.entry.runtime_data.engine.desk.history(who))


# Messages


async def test_answer(home: Home) -> None:
    """The action tells in which form the message leaves, and why."""
    answer = await send(home, "send_message", message="The freezer is warm")
    assert answer == {
        "notify.ada": {
            "item": 1,
            "known": False,
            "form": "template",
            "reason": "window_closed",
        }
    }
    assert home.state("notify.ada").state != "unknown"
    await write(home)
    answer = await send(home, "send_message", title="Kitchen")
    assert answer["notify.ada"]["form"] == "free_form"
    assert home.ada.messages[-1].text == "*Kitchen*"


async def test_title_alone(home: Home) -> None:
    """A title is enough to say something, in a template as well."""
    await send(home, "send_message", title="The freezer is warm")
    assert "The freezer is warm" in home.ada.messages[-1].text


async def test_link(home: Home) -> None:
    """A link is a button while the window is open, and words while it is closed."""
    link = {"link": "https://home.example/porch", "link_title": "Porch"}
    await send(home, "send_message", message="Somebody is there", **link)
    assert "Somebody is there https://home.example/porch" in home.ada.messages[-1].text
    await write(home)
    await send(home, "send_message", message="Somebody is there", **link)
    message = home.ada.messages[-1]
    assert message.body == "Somebody is there"
    [button] = message.actions
    assert (button.title, button.url) == ("Porch", "https://home.example/porch")


async def test_place(home: Home) -> None:
    """A place is a map with the words below it, or words while the window is closed."""
    await send(home, "send_message", message="The car", location=PLACE)
    assert "The car (51.5, -0.12)" in home.ada.messages[-1].text
    await write(home)
    await send(home, "send_message", title="Car", message="At home", location=PLACE)
    message = home.ada.messages[-1]
    assert message.kind == "location"
    assert "Car" in message.text
    assert "At home" in message.text


async def test_place_alone_waits(home: Home) -> None:
    """What no template can say waits until the person writes."""
    answer = await send(home, "send_message", location=PLACE)
    assert answer["notify.ada"]["form"] is None
    assert answer["notify.ada"]["reason"] == "waiting_for_reply"
    await write(home)
    assert home.ada.messages[-1].kind == "location"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"message": " "},
        {"link": "https://home.example"},
        {"message": "x" * 1025, "buttons": ["Yes"]},
        {"message": "Hello", "buttons": ["Yes"], "location": PLACE},
        {"message": "Hello", "audio": "https://1.1.1.1/bell.ogg"},
        {"image": "https://1.1.1.1/porch.jpg", "location": PLACE},
        {"message": "Hello", "link": "https://home.example", "link_title": "x" * 21},
    ],
)
async def test_messages_that_whatsapp_would_not_take(
    home: Home, data: dict[str, Any]
) -> None:
    """What would leave without a part of it, or not at all, is refused."""
    assert await refused(home, **data) == "message_misfit"


async def test_too_many_buttons(home: Home) -> None:
    """There are three buttons at most."""
    with pytest.raises(probatio.Invalid):
        await send(home, "send_message", message="Hello", buttons=list("ABCD"))


async def test_key(home: Home) -> None:
    """The same key again adds nothing, for each of the people who are meant."""
    await consent(home)
    who = ["notify.ada", "notify.bob"]
    for known in (False, True):
        answer = await send(home, "send_message", who, message="Hello", key="morning")
        assert [answer[one]["known"] for one in who] == [known, known]
    assert answer["notify.ada"] == {
        "item": None,
        "known": True,
        "form": None,
        "reason": None,
    }
    assert len(home.ada.messages) == len(home.bob.messages) == 1


async def test_receiver(home: Home) -> None:
    """A receiver answers for each of its people."""
    await consent(home)
    both = entity_id(home, "notify", "receiver_both")
    for _ in range(2):
        answer = await send(home, "send_message", both, message="Hello", key="morning")
    assert answer[both].keys() == {"ada", "bob"}
    assert len(home.ada.messages) == len(home.bob.messages) == 1
    assert home.state(both).state != "unknown"


# Templates


async def test_template_in_order(home: Home) -> None:
    """A template leaves with its blanks in order."""
    answer = await send(
        home,
        "send_template",
        template="ops_alert",
        parameters=["P1", "Disk full", "09:00"],
        header="db-7",
        url_suffix="7",
    )
    assert answer["notify.ada"]["form"] == "template"
    assert answer["notify.ada"]["reason"] == "no_free_form"
    message = home.ada.messages[-1]
    assert message.header == "Alert: db-7"
    assert "A P1 alert" in message.body
    assert "Open alert" in message.buttons


async def test_template_by_name(home: Home) -> None:
    """A template leaves with its blanks by name, whether or not the window is open."""
    await write(home)
    await send(
        home,
        "send_template",
        template="ops_alert_named",
        parameters={"severity": "P1", "summary": "Disk full"},
    )
    assert home.ada.messages[-1].template == ("ops_alert_named", "en")
    await send(
        home,
        "send_template",
        template="ops_alert_named",
        parameters={"severity": "P1", "summary": "Disk full"},
        message="The disk is full",
    )
    assert home.ada.messages[-1].text == "The disk is full"


@pytest.mark.parametrize(
    ("template", "key"),
    [
        ("hello_world_2", "refused_template_missing"),
        ("ops_alert", "refused_template_misfit"),
        ("ops_newsletter", "refused_template_is_marketing"),
        ("ops_paused", "refused_template_not_approved"),
    ],
)
async def test_templates_that_cannot_leave(home: Home, template: str, key: str) -> None:
    """A template that is not there, not approved, or does not fit is refused at once."""
    assert await refused(home, "send_template", template=template) == key


# Consent


async def test_opt_in(home: Home, hass_admin_user: User) -> None:
    """Who agreed is recorded with the proof, and by whom; from then on they are written to."""
    context = Context(user_id=hass_admin_user.id)
    await consent(home, evidence="Signed on 1 March", context=context)
    [record] = await ledger(home, "bob")
    assert (record.act, record.source) == ("granted", "ha")
    assert record.evidence == "Signed on 1 March"
    assert record.actor == hass_admin_user.name
    assert value(home, "binary_sensor", "opted_in", "bob") == "on"
    await send(home, "send_message", "notify.bob", message="Hello")
    assert "Hello" in home.bob.messages[-1].text


async def test_opt_out(home: Home) -> None:
    """Who does not want to be written to any more is not."""
    await home.forward(60)
    await consent(home, "revoke_opt_in", "notify.ada", "Told me so")
    record = (await ledger(home, "ada"))[-1]
    assert (record.act, record.source, record.evidence) == (
        "revoked",
        "ha",
        "Told me so",
    )
    assert record.actor == "Home Assistant"
    assert await refused(home, message="Hello") == "refused_opted_out"
    await home.forward(60)
    await consent(home, "grant_opt_in", "notify.ada")
    assert value(home, "binary_sensor", "opted_in", "ada") == "on"


async def test_opt_out_at_the_same_moment(home: Home) -> None:
    """In doubt the refusal holds, and whoever recorded the opt-in hears so."""
    await consent(home, "revoke_opt_in", "notify.ada")
    with pytest.raises(ServiceValidationError) as error:
        await consent(home, "grant_opt_in", "notify.ada")
    assert error.value.translation_key == "opt_out_is_later"


async def test_own_no(home: Home) -> None:
    """What a person said themselves, nobody else takes back."""
    await write(home, "STOP")
    with pytest.raises(ServiceValidationError) as error:
        await consent(home, "grant_opt_in", "notify.ada")
    assert error.value.translation_key == "said_no_themselves"
    assert error.value.translation_placeholders == {
        "recipient": "Ada",
        "date": "2026-11-23",
    }
    assert value(home, "binary_sensor", "opted_in", "ada") == "off"
    await write(home, "START")
    assert value(home, "binary_sensor", "opted_in", "ada") == "on"


@pytest.mark.parametrize("action", ["grant_opt_in", "revoke_opt_in"])
async def test_receivers_agree_to_nothing(home: Home, action: str) -> None:
    """Each person speaks for themselves."""
    with pytest.raises(ServiceValidationError) as error:
        await consent(home, action, entity_id(home, "notify", "receiver_both"))
    assert error.value.translation_key == "not_a_person"
