"""What the panel asks for, with the engine and the sandbox behind it."""

from collections.abc import AsyncGenerator, Mapping
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .home import Home

RECORDED = Path(__file__).parents[1] / "panel" / "recorded"
# As they are, and as message IDs hold them
NUMBERS = ("447700900123", "447700900124", "NDQ3NzAwOTAwMTIz")
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{7*7}} ${alert(1)} <%= 1 %>",
)
COMMANDS: dict[str, dict[str, Any]] = {
    "entries": {},
    "history": {"recipient_id": "ada"},
    "overview": {},
    "reveal": {"recipient_id": "ada"},
    "subscribe": {},
    "ticket": {"number": 1},
}


@pytest.fixture(autouse=True)
async def websocket(hass: HomeAssistant) -> None:
    """Set the connection up before anything is served."""
    assert await async_setup_component(hass, "websocket_api", {})


@pytest.fixture
async def client(
    home: Home, hass_ws_client: WebSocketGenerator
) -> AsyncGenerator[MockHAClientWebSocket]:
    """Return the connection of an administrator."""
    client = await hass_ws_client(home.hass)
    yield client
    await client.close()


async def ask(
    client: MockHAClientWebSocket, home: Home, command: str, **values: Any
) -> Any:
    """Return what a command answers, which is no error."""
    answer = await _call(client, home, command, **values)
    assert answer["success"], answer
    return answer["result"]


async def _call(
    client: MockHAClientWebSocket, home: Home, command: str, **values: Any
) -> dict[str, Any]:
    """Return the whole answer to a command."""
    if command != "entries":
        values = {"entry_id": home.entry.entry_id, **values}
    await client.send_json_auto_id({"type": f"wa_notify/{command}", **values})
    answer: dict[str, Any] = await client.receive_json()
    return answer


async def _alert(home: Home, title: str = "The freezer is warm", **more: str) -> int:
    """Raise an alert and return the number of its ticket."""
    told = await home.act("raise_alert", {"title": title, **more}, return_response=True)
    await home.settle()
    await home.entry.runtime_data.board.async_show()
    return int(told["tickets"][0])


def _shape(value: Any) -> Any:
    """Return which keys there are, without what they hold."""
    if isinstance(value, Mapping):
        return {key: _shape(inner) for key, inner in sorted(value.items())}
    if isinstance(value, list):
        return [_shape(value[0])] if value else []
    return None


def _recorded(name: str) -> Any:
    """Return what the tests of the panel take for an answer."""
    return json.loads((RECORDED / f"{name}.json").read_text())


@pytest.mark.parametrize("command", COMMANDS)
async def test_only_for_administrators(
    home: Home,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
    command: str,
) -> None:
    """Somebody who may only look at things is refused."""
    client = await hass_ws_client(home.hass, hass_read_only_access_token)
    answer = await _call(client, home, command, **COMMANDS[command])
    assert answer["error"]["code"] == "unauthorized"


async def test_entries(home: Home, client: MockHAClientWebSocket) -> None:
    """Loaded numbers are told, and only those."""
    assert await ask(client, home, "entries") == [
        {"entry_id": home.entry.entry_id, "title": home.entry.title}
    ]
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert await ask(client, home, "entries") == []


async def test_overview(home: Home, client: MockHAClientWebSocket) -> None:
    """How everything stands is told without anybody's number."""
    number = await _alert(home, severity="critical")
    told = await ask(client, home, "overview")
    assert not any(known in json.dumps(told) for known in NUMBERS)
    assert told["counts"]["open"] == 1
    ticket = told["tickets"][0]
    assert (ticket["number"], ticket["title"]) == (number, "The freezer is warm")
    assert (ticket["state"], ticket["owner"]) == ("open", "")
    ada, bob = told["recipients"]
    assert ada["name"] == "Ada"
    assert ada["number"] == "+44 •••• 0123"
    assert ada["entity_id"] == "notify.ada"
    assert ada["objection"] is None
    assert ada["consent"]["evidence"] == "Signed on 2026-03-01"
    assert bob["consent"] is None
    assert bob["objection"]["key"] == "no_consent"
    assert "opt-in" in bob["objection"]["text"]
    assert told["number"]["quality"] in {"green", "unknown"}
    assert told["reach"]["limit"] >= told["reach"]["used"]


async def test_recorded_answers_have_the_shape_of_real_ones(
    home: Home, client: MockHAClientWebSocket
) -> None:
    """What the panel is tested with is what it gets."""
    number = await _alert(home, severity="critical", url="https://example.org/freezer")
    home.ada.reply("status")
    await home.settle()
    snapshot = await ask(client, home, "overview")
    recorded = _recorded("snapshot")
    assert recorded["troubles"]
    assert _shape({**recorded, "troubles": []}) == _shape(snapshot)
    story = await ask(client, home, "ticket", number=number)
    recorded = _recorded("story")
    for part in ("ticket", "timeline", "items"):
        assert _shape(recorded[part]) == _shape(story[part]), part
    assert _shape(recorded).keys() == _shape(story).keys()
    assert recorded["alerts"][0].keys() == story["alerts"][0].keys()
    await home.act("silence", {"duration": {"hours": 1}})
    snapshot = await ask(client, home, "overview")
    assert snapshot["silence"].keys() == {"author", "comment", "ends_at"}
    history = await ask(client, home, "history", recipient_id="ada")
    assert _shape(_recorded("history")) == _shape(history)


async def test_subscribe(home: Home, client: MockHAClientWebSocket) -> None:
    """Each change is told, by whomever it was made."""
    assert await ask(client, home, "subscribe") is None
    first = await client.receive_json()
    assert first["event"]["tickets"] == []
    await _alert(home)
    while not (told := await client.receive_json())["event"]["tickets"]:
        pass
    assert told["event"]["tickets"][0]["title"] == "The freezer is warm"
    await home.act("acknowledge", {"ticket": told["event"]["tickets"][0]["number"]})
    while not (told := await client.receive_json())["event"]["tickets"][0]["owner"]:
        pass
    assert told["event"]["tickets"][0]["owner"] == "Home Assistant"
    assert told["event"]["counts"]["acknowledged"] == 1


async def test_subscription_survives_a_reload(
    home: Home, client: MockHAClientWebSocket
) -> None:
    """While the entry is not loaded there is nothing to tell; afterwards it goes on."""
    await ask(client, home, "subscribe")
    await client.receive_json()
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    told = [(await client.receive_json())["event"] for _ in range(2)]
    assert told[0] is None
    assert told[1]["entry_id"] == home.entry.entry_id
    await _alert(home)
    while not (event := (await client.receive_json())["event"])["tickets"]:
        pass
    assert event["counts"]["open"] == 1
    await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    while (answer := await client.receive_json())["type"] != "result":
        pass
    assert answer["success"]


async def test_rename_is_told(home: Home, client: MockHAClientWebSocket) -> None:
    """A new title of the entry is shown at once."""
    other = MockConfigEntry(domain="wa_notify", title="Office")
    other.add_to_hass(home.hass)
    await ask(client, home, "subscribe")
    await client.receive_json()
    home.hass.config_entries.async_update_entry(other, title="Garage")
    home.hass.config_entries.async_update_entry(home.entry, title="Plant room")
    while (event := (await client.receive_json())["event"]) is None:
        pass
    assert event["title"] == "Plant room"
    await home.hass.async_block_till_done()


async def test_ticket(home: Home, client: MockHAClientWebSocket) -> None:
    """A ticket tells its story in names and sentences."""
    number = await _alert(home)
    home.ada.reply("ack")
    await home.settle()
    story = await ask(client, home, "ticket", number=number)
    kinds = [entry["kind"] for entry in story["timeline"]]
    assert kinds[0] == "opened"
    assert "sent" in kinds
    assert "acknowledged" in kinds
    taken = story["timeline"][kinds.index("acknowledged")]
    assert taken["actor"] == "Ada"
    sent = story["timeline"][kinds.index("sent")]
    assert sent["actor"] == "WhatsApp Notify"
    assert sent["reason"]["key"] == "window_closed"
    assert sent["reason"]["text"].endswith("only a template may go out.")
    item = next(one for one in story["items"] if one["id"] == sent["item"])
    assert (item["recipient"], item["occasion"]) == ("Ada", "first message")
    assert story["ticket"]["owner"] == "Ada"
    assert story["alerts"][0]["status"] == "firing"
    assert not any(known in json.dumps(story) for known in NUMBERS)


async def test_troubles(home: Home, client: MockHAClientWebSocket) -> None:
    """What is wrong is told with what to do about it."""
    home.sandbox.judge("ops_alert", "en", good=False)
    await home.settle()
    await home.entry.runtime_data.board.async_show()
    troubles = (await ask(client, home, "overview"))["troubles"]
    assert [trouble["name"] for trouble in troubles] == ["template ops_alert in en"]
    assert troubles[0]["effect"] == "blocks"
    assert troubles[0]["what"]
    assert troubles[0].keys() == _recorded("snapshot")["troubles"][0].keys()


async def test_history(home: Home, client: MockHAClientWebSocket) -> None:
    """The consent ledger of a person is told in full."""
    await home.hass.services.async_call(
        "wa_notify",
        "revoke_opt_in",
        {"entity_id": "notify.ada", "evidence": "Said so at the door"},
        blocking=True,
    )
    ledger = await ask(client, home, "history", recipient_id="ada")
    assert [entry["act"] for entry in ledger] == ["granted", "revoked"]
    assert ledger[1]["evidence"] == "Said so at the door"
    assert await ask(client, home, "history", recipient_id="bob") == []


async def test_reveal(
    home: Home, client: MockHAClientWebSocket, caplog: pytest.LogCaptureFixture
) -> None:
    """A full number is told to who asks for it, and the log keeps who that was."""
    with caplog.at_level(logging.INFO, logger="custom_components.wa_notify"):
        told = await ask(client, home, "reveal", recipient_id="ada")
    assert told == {"number": "+447700900123"}
    users = await home.hass.auth.async_get_users()
    lines = [
        record.getMessage()
        for record in caplog.records
        if record.name == "custom_components.wa_notify.websocket_api"
    ]
    assert len(lines) == 1
    assert any(user.id in lines[0] for user in users)
    assert lines[0].endswith("the number of the recipient ada")
    assert not any(known in caplog.text for known in NUMBERS)


@pytest.mark.parametrize(
    ("command", "values", "key"),
    [
        ("history", {"recipient_id": "eve"}, "unknown_recipient"),
        ("reveal", {"recipient_id": "eve"}, "unknown_recipient"),
        ("ticket", {"number": 4711}, "no_ticket"),
        ("overview", {"entry_id": "nobody"}, "service_config_entry_not_found"),
        ("subscribe", {"entry_id": "nobody"}, "service_config_entry_not_found"),
    ],
)
async def test_not_found(
    home: Home,
    client: MockHAClientWebSocket,
    command: str,
    values: dict[str, Any],
    key: str,
) -> None:
    """What is not there is said so, in words that can be translated."""
    error = (await _call(client, home, command, **values))["error"]
    assert error["code"] == "not_found"
    assert error["translation_key"] == key
    assert error["message"]
    assert error["message"] != key


async def test_entry_of_another_integration(
    hass: HomeAssistant, home: Home, client: MockHAClientWebSocket
) -> None:
    """The entry of another integration is none of ours."""
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    for command in ("overview", "subscribe"):
        answer = await _call(client, home, command, entry_id=other.entry_id)
        assert answer["error"]["code"] == "not_found"


async def test_not_loaded(home: Home, client: MockHAClientWebSocket) -> None:
    """A number that is not loaded can be subscribed to, and has nothing to tell yet."""
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    answer = await _call(client, home, "overview")
    assert answer["error"]["code"] == "not_found"
    assert await ask(client, home, "subscribe") is None
    assert (await client.receive_json())["event"] is None
    await home.hass.config_entries.async_setup(home.entry.entry_id)
    assert (await client.receive_json())["event"]["title"] == home.entry.title


@pytest.mark.parametrize("number", [0, -1, "1", 1.5])
async def test_bad_number(
    home: Home, client: MockHAClientWebSocket, number: object
) -> None:
    """Only a number that a ticket can have is asked for."""
    answer = await _call(client, home, "ticket", number=number)
    assert answer["error"]["code"] == "invalid_format"


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_foreign_text_arrives_as_it_is(
    home: Home, client: MockHAClientWebSocket, hostile: str
) -> None:
    """Text of others is neither changed nor lost; to show it as text is up to the panel."""
    number = await _alert(home, hostile, severity=hostile[:20])
    story = await ask(client, home, "ticket", number=number)
    assert story["ticket"]["title"] == hostile
    assert hostile in story["alerts"][0]["annotations"].values()
    told = await ask(client, home, "overview")
    assert told["tickets"][0]["severity"] == hostile[:20]
