"""Event entities: what people write, and what becomes of tickets."""

from typing import Any

import pytest
from wa_notify.sandbox import CallbackPolicy

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, State, callback
from homeassistant.helpers.event import async_track_state_change_event

from .home import Home
from .registered import entity_id

ARRIVES = 5
ROOMS = {
    "receivers": {
        "oncall": {"to": ["ada"], "escalate": [{"after": "20m", "to": ["bob"]}]}
    },
    "rules": [
        {
            "name": "rooms",
            "receiver": "oncall",
            "group_by": ["room"],
            "template": {"name": "ops_notice", "parameters": ["{{ title }}"]},
            "expire": "2h",
        }
    ],
}
PICTURE = b"\xff\xd8\xff\xe0" + bytes(64)


@pytest.fixture
def rules(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the rules that a test asks for; without any there is the usual one."""
    asked: dict[str, Any] = getattr(request, "param", {})
    return asked


@pytest.fixture
def inbound(home: Home) -> list[State]:
    """Return what the event entity of Ada has shown."""
    return _follow(home, entity_id(home, "event", "inbound", "ada"))


@pytest.fixture
def tickets(home: Home) -> list[State]:
    """Return what the event entity of the tickets has shown."""
    return _follow(home, entity_id(home, "event", "tickets"))


def _follow(home: Home, entity: str) -> list[State]:
    """Return a list that grows with each state of an entity."""
    shown: list[State] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        """Note the new state."""
        if state := event.data["new_state"]:
            shown.append(state)

    async_track_state_change_event(home.hass, entity, note)
    return shown


def _told(shown: list[State]) -> list[tuple[str, dict[str, Any]]]:
    """Return types of events with what belongs to them."""
    beside = ("event_type", "event_types", "friendly_name", "message_id", "recipient")
    return [
        (
            state.attributes["event_type"],
            {
                name: value
                for name, value in state.attributes.items()
                if name not in beside
            },
        )
        for state in shown
    ]


def _types(shown: list[State]) -> list[str]:
    """Return the types of events."""
    return [kind for kind, _ in _told(shown)]


async def _ask(home: Home, **data: Any) -> None:
    """Send Ada a message, and let it arrive."""
    await home.hass.services.async_call(
        "wa_notify", "send_message", {"entity_id": "notify.ada", **data}, blocking=True
    )
    await home.forward(ARRIVES)


async def test_message(home: Home, inbound: list[State]) -> None:
    """What somebody writes is told by their own entity, in nobody's name."""
    wamid = home.ada.reply("Is it wet?")
    await home.settle()
    assert _told(inbound) == [("message", {"text": "Is it wet?"})]
    assert inbound[0].attributes["recipient"] == "ada"
    assert inbound[0].attributes["message_id"] == wamid
    assert inbound[0].context.user_id is None
    bob = home.state(entity_id(home, "event", "inbound", "bob"))
    assert bob.state == STATE_UNKNOWN


async def test_button(home: Home, inbound: list[State]) -> None:
    """A tap comes back with the title of the button."""
    home.ada.reply("Hello")
    await home.settle()
    await _ask(home, message="Shall I close the valve?", buttons=["Yes", "No"])
    inbound.clear()
    home.ada.tap("Yes")
    await home.forward(ARRIVES)
    assert _told(inbound) == [("button", {"title": "Yes", "payload": "button:Yes"})]
    assert home.ada.messages[-1].text == "Yes"


async def test_reaction_file_and_place(home: Home, inbound: list[State]) -> None:
    """Reactions, files and places are told as what they are."""
    await _ask(home, message="The door is open")
    home.ada.react("👀", to=home.ada.messages[-1].wamid)
    await home.settle()
    home.sandbox.send_file(
        home.ada, "image", PICTURE, "image/jpeg", caption="See for yourself"
    )
    await home.settle()
    home.ada.send("location", {"latitude": 51.5, "longitude": -0.1})
    await home.settle()
    assert _told(inbound) == [
        ("reaction", {"emoji": "👀"}),
        (
            "media",
            {
                "media": "image",
                "mime_type": "image/jpeg",
                "caption": "See for yourself",
            },
        ),
        ("location", {"latitude": 51.5, "longitude": -0.1}),
    ]


async def test_consent(home: Home, inbound: list[State]) -> None:
    """STOP and START are told as what they mean, after the message itself."""
    home.ada.reply("STOP")
    await home.settle()
    await home.forward(60)
    home.ada.reply("START")
    await home.settle()
    assert _types(inbound) == ["message", "opted_out", "message", "opted_in"]
    assert inbound[1].attributes["by"] == "ada"


async def test_notices_are_not_told(home: Home, inbound: list[State]) -> None:
    """Somebody who mends what they wrote has not written again."""
    wamid = home.ada.reply("Closd")
    await home.settle()
    home.ada.edit(wamid, "Closed")
    await home.settle()
    home.ada.delete(wamid)
    await home.settle()
    assert _types(inbound) == ["message"]


async def test_doubled_callbacks(home: Home, inbound: list[State]) -> None:
    """WhatsApp tells things twice and late; each is told once here."""
    home.sandbox.policy = CallbackPolicy(duplicates=2)
    home.ada.reply("Once")
    await home.forward(120)
    home.ada.reply("Twice")
    await home.forward(120)
    assert [data["text"] for _, data in _told(inbound)] == ["Once", "Twice"]


async def test_messages_are_not_recorded(home: Home, inbound: list[State]) -> None:
    """What people write stays out of the recorder."""
    home.ada.reply("My door code is 1234")
    await home.settle()
    state_info = inbound[0].state_info
    assert state_info
    assert state_info["unrecorded_attributes"] >= {
        "caption",
        "latitude",
        "longitude",
        "text",
    }


async def test_life_of_a_ticket(home: Home, tickets: list[State]) -> None:
    """Every turn in the life of a ticket is told, with who brought it about."""
    alert = {"title": "Water in the cellar", "severity": "critical", "key": "cellar"}
    await home.act("raise_alert", alert)
    await home.settle()
    await home.forward(12 * 60)
    home.ada.tap("Acknowledge")
    await home.settle()
    await home.act("release", {"ticket": 1})
    await home.settle()
    await home.act("silence", {"ticket": 1, "duration": {"hours": 1}})
    await home.settle()
    await home.act("resolve_alert", {"key": "cellar"})
    await home.settle()
    told = _told(tickets)
    assert [(kind, data["by"]) for kind, data in told] == [
        ("ticket_opened", "home_assistant"),
        ("ticket_reminded", "wa_notify"),
        ("ticket_acknowledged", "ada"),
        ("ticket_released", "Home Assistant"),
        ("ticket_silenced", "Home Assistant"),
        ("ticket_resolved", "home_assistant"),
    ]
    assert told[0][1] == {
        "by": "home_assistant",
        "episode": 1,
        "rule": "anything_else",
        "severity": "critical",
        "ticket": 1,
        "title": "Water in the cellar",
    }


async def test_reopened_ticket(home: Home, tickets: list[State]) -> None:
    """An alert that fires again is a new episode of its ticket."""
    for state in ("raise_alert", "resolve_alert", "raise_alert"):
        await home.act(state, {"title": "Water in the cellar"})
        await home.settle()
        await home.forward(300)
    opened = [data for kind, data in _told(tickets) if kind == "ticket_opened"]
    assert [data["episode"] for data in opened] == [1, 2]


@pytest.mark.parametrize("rules", [ROOMS], indirect=True)
async def test_escalated_and_expired_ticket(home: Home, tickets: list[State]) -> None:
    """Nobody answered, others were asked, and in the end nothing was heard of it."""
    await home.act("raise_alert", {"title": "Leak", "labels": {"room": "cellar"}})
    await home.forward(3 * 3600)
    assert _types(tickets) == ["ticket_opened", "ticket_escalated", "ticket_expired"]


@pytest.mark.parametrize("rules", [ROOMS], indirect=True)
async def test_group_that_is_over_in_part(home: Home, tickets: list[State]) -> None:
    """A ticket is over once the last of its alerts is."""
    room = {"labels": {"room": "cellar"}}
    for title in ("Leak", "Damp"):
        await home.act("raise_alert", {"title": title, **room})
    await home.settle()
    for title in ("Leak", "Damp"):
        assert _types(tickets) == ["ticket_opened"]
        await home.act("resolve_alert", {"title": title, **room})
        await home.forward(60)
    assert _types(tickets) == ["ticket_opened", "ticket_resolved"]


async def test_contact_card(home: Home, inbound: list[State]) -> None:
    """For a card of an address book there is no type of event."""
    name = {"formatted_name": "Plumber", "first_name": "Plumber"}
    phones = [{"phone": "+447700900126", "wa_id": "447700900126"}]
    home.ada.send("contacts", [{"name": name, "phones": phones}])
    await home.settle()
    assert _types(inbound) == []
    window = entity_id(home, "binary_sensor", "window", "ada")
    assert home.state(window).state == "on"
