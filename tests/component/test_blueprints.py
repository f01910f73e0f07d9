"""Blueprints: imported, made an automation of, and played against the phone."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, override

import pytest
from pytest_homeassistant_custom_component.common import MockModule, mock_integration
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from wa_notify.core.ticket import TicketState
import yaml

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .automating import automate, device_of
from .home import Home
from .registered import entity_id

BLUEPRINTS = Path(__file__).parents[2] / "blueprints" / "automation" / "wa_notify"
NAMES = sorted(path.stem for path in BLUEPRINTS.glob("*.yaml"))
SOURCE = "https://github.com/example/wa_notify/blob/main/blueprints/automation"
ARRIVES = 5
PATIENCE = 0.05
MINUTE = 60
HOUR = 60 * MINUTE
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"

type Use = Callable[..., Awaitable[None]]


@dataclass(kw_only=True)
class BusyHome(Home):
    """A home in which automations wait for something, so that it is never done."""

    @override
    async def _finish(self) -> None:
        """Let Home Assistant do what it has begun, but for what waits."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self.hass.async_block_till_done()


@pytest.fixture(autouse=True)
async def config_dir(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return a folder of the test for the configuration, blueprints included."""
    hass.config.config_dir = str(tmp_path)
    # Before the first client there is, for it can add no route later
    assert await async_setup_component(hass, "websocket_api", {})
    return tmp_path


@pytest.fixture
async def home(home: Home) -> AsyncGenerator[Home]:
    """Return a home whose automations may wait, for as long as the test lasts."""
    yield BusyHome(**vars(home))
    await home.hass.services.async_call(
        "automation", "turn_off", {"entity_id": "all"}, blocking=True
    )


@pytest.fixture
async def use(home: Home, config_dir: Path, hass_ws_client: WebSocketGenerator) -> Use:
    """Return how to import a blueprint, and make an automation of it."""
    await automate(home.hass)
    client = await hass_ws_client(home.hass)

    async def use(name: str, **inputs: Any) -> None:
        """Do as a user does."""
        await client.send_json_auto_id(
            {
                "type": "blueprint/save",
                "domain": "automation",
                "path": f"wa_notify/{name}",
                "yaml": (BLUEPRINTS / f"{name}.yaml").read_text(),
                "source_url": f"{SOURCE}/wa_notify/{name}.yaml",
            }
        )
        answer = await client.receive_json()
        assert answer["success"], answer
        blueprint = {"path": f"wa_notify/{name}.yaml", "input": inputs}
        automation = {"alias": name, "use_blueprint": blueprint}
        (config_dir / "configuration.yaml").write_text(
            yaml.safe_dump({"automation": [automation]})
        )
        await home.hass.services.async_call("automation", "reload", blocking=True)
        assert home.state(f"automation.{name}").state == "on"

    return use


def sensor(home: Home, state: str, name: str = "Cellar", **attributes: str) -> None:
    """Let a binary sensor show something."""
    home.hass.states.async_set(
        f"binary_sensor.{name.lower()}", state, {"friendly_name": name, **attributes}
    )


def runs(home: Home, name: str) -> int:
    """Return how many runs of an automation are under way."""
    number: int = home.state(f"automation.{name}").attributes["current"]
    return number


@pytest.mark.parametrize("name", NAMES)
async def test_blueprint_is_described(
    home: Home, use: Use, hass_ws_client: WebSocketGenerator, name: str
) -> None:
    """It names its source, its versions, and what each input is for."""
    client = await hass_ws_client(home.hass)
    blueprint = yaml.load((BLUEPRINTS / f"{name}.yaml").read_text(), _Loader)[
        "blueprint"
    ]
    assert blueprint["source_url"] == f"{SOURCE}/wa_notify/{name}.yaml"
    assert blueprint["homeassistant"] == {"min_version": "2026.10.0"}
    for described in blueprint["input"].values():
        assert described.keys() >= {"name", "description", "selector"}
    await client.send_json_auto_id({"type": "blueprint/list", "domain": "automation"})
    assert (await client.receive_json())["success"]


class _Loader(yaml.SafeLoader):
    """Read blueprints without filling in anything."""


_Loader.add_constructor("!input", lambda loader, node: node.value)


async def test_leak_is_told_until_it_is_over(home: Home, use: Use) -> None:
    """A wet sensor is one alert, however often it says so."""
    await use(
        "leak", config_entry=home.entry.entry_id, sensors=["binary_sensor.cellar"]
    )
    sensor(home, "on")
    await home.forward(ARRIVES)
    assert len(home.ada.messages) == 1
    assert "critical" in home.ada.messages[0].text
    assert "Water leak: Cellar" in home.ada.messages[0].text
    sensor(home, "unavailable")
    sensor(home, "on")
    await home.forward(ARRIVES)
    assert len(home.ada.messages) == 1
    home.ada.tap("Acknowledge")
    await home.forward(ARRIVES)
    sensor(home, "off")
    await home.forward(ARRIVES)
    assert "Water leak: Cellar" in home.ada.messages[-1].text
    assert not home.entry.runtime_data.board.overview.tickets


async def test_dry_sensor_says_nothing(home: Home, use: Use) -> None:
    """What never was wet is not told to be dry."""
    await use(
        "leak", config_entry=home.entry.entry_id, sensors=["binary_sensor.cellar"]
    )
    sensor(home, "off")
    await home.forward(ARRIVES)
    assert not home.ada.messages


async def test_door_may_be_open_for_a_while(home: Home, use: Use) -> None:
    """Only one that stays open is told, and so is that it was closed."""
    await use(
        "door_left_open",
        config_entry=home.entry.entry_id,
        doors=["binary_sensor.garage"],
        minutes=10,
        message="It is raining.",
    )
    sensor(home, "on", "Garage")
    await home.forward(9 * MINUTE)
    sensor(home, "off", "Garage")
    sensor(home, "on", "Garage")
    await home.forward(9 * MINUTE)
    assert not home.ada.messages
    home.ada.reply("Hello")
    await home.forward(2 * MINUTE)
    before = home.shown(home.ada)
    assert before[-1] == (
        "*Garage left open*\nGarage has been open for 10 min. It is raining."
    )
    sensor(home, "off", "Garage")
    await home.forward(ARRIVES)
    assert "Garage left open" in home.ada.messages[-1].text
    assert len(home.ada.messages) == len(before) + 1
    assert not home.entry.runtime_data.board.overview.tickets


@pytest.fixture
def camera(hass: HomeAssistant) -> None:
    """Set up a camera; the real integration needs libraries that tests do not have."""

    async def async_get_image(hass: HomeAssistant, entity_id: str) -> SimpleNamespace:
        """Return what it sees."""
        return SimpleNamespace(content=JPEG, content_type="image/jpeg")

    module = ModuleType("camera")
    module.async_get_image = async_get_image  # type: ignore[attr-defined]
    mock_integration(hass, MockModule("camera"))
    hass.data["components"]["camera"] = module
    hass.config.components.add("camera")
    hass.states.async_set("camera.porch", "idle")


async def watch(home: Home, use: Use, **inputs: Any) -> None:
    """Send what the camera on the porch sees to Ada, whose window is open."""
    await use(
        "camera_snapshot",
        recipient=device_of(home, "ada"),
        sources=["binary_sensor.porch", "event.bell"],
        camera="camera.porch",
        **inputs,
    )
    home.ada.reply("Hello")
    await home.forward(ARRIVES)


@pytest.mark.usefixtures("camera")
async def test_snapshot_comes_with_buttons(home: Home, use: Use) -> None:
    """Once it is acknowledged the next one may come."""
    await watch(home, use)
    sensor(home, "on", "Porch")
    await home.forward(ARRIVES)
    shown = home.ada.messages[-1]
    assert (shown.template, shown.header) == (None, "[image]")
    assert shown.body == "Something moves: Porch"
    assert shown.buttons == ("Acknowledge", "Silence 1 h")
    sensor(home, "off", "Porch")
    sensor(home, "on", "Porch")
    await home.forward(ARRIVES)
    assert len(home.ada.messages) == 2
    home.ada.tap("Acknowledge")
    await home.forward(ARRIVES)
    assert not runs(home, "camera_snapshot")
    before = len(home.ada.messages)
    home.hass.states.async_set("event.bell", "2026-11-23T09:01:00+00:00")
    await home.forward(ARRIVES)
    assert len(home.ada.messages) == before + 1


@pytest.mark.usefixtures("camera")
@pytest.mark.parametrize("silence_alerts", [True, False])
async def test_snapshots_are_silenced(
    home: Home, use: Use, silence_alerts: bool
) -> None:
    """For an hour, with or without all alerts."""
    await watch(home, use, silence_alerts=silence_alerts)
    sensor(home, "on", "Porch")
    await home.forward(ARRIVES)
    home.ada.tap("Silence 1 h")
    await home.forward(ARRIVES)
    silenced = home.state(entity_id(home, "switch", "silence")).state
    assert silenced == ("on" if silence_alerts else "off")
    before = len(home.ada.messages)
    await home.forward(58 * MINUTE)
    sensor(home, "off", "Porch")
    sensor(home, "on", "Porch")
    await home.forward(ARRIVES)
    assert len(home.ada.messages) == before
    await home.forward(3 * MINUTE)
    sensor(home, "off", "Porch")
    sensor(home, "on", "Porch")
    await home.forward(ARRIVES)
    assert len(home.ada.messages) == before + 1


@pytest.mark.usefixtures("camera")
async def test_buttons_of_a_snapshot_are_for_the_automation(
    home: Home, use: Use
) -> None:
    """An alert that happens to be open is not acknowledged with a picture."""
    await watch(home, use)
    sensor(home, "on", "Porch")
    await home.forward(ARRIVES)
    snapshot = home.ada.messages[-1].wamid
    await home.act("raise_alert", {"title": "Fire", "severity": "critical"})
    await home.forward(ARRIVES)
    shown = len(home.ada.messages)
    home.ada.tap("Acknowledge", on=snapshot)
    await home.forward(ARRIVES)
    (ticket,) = home.entry.runtime_data.board.overview.tickets
    assert ticket.state is TicketState.OPEN
    assert len(home.ada.messages) == shown + 1


@pytest.mark.usefixtures("camera")
async def test_snapshot_without_answer(home: Home, use: Use) -> None:
    """After a while the next one may come, whatever the window."""
    await watch(home, use, minutes=5)
    await home.forward(25 * HOUR)
    sensor(home, "on", "Porch")
    await home.forward(ARRIVES)
    notice, nudge = home.ada.messages[-2:]  # the picture waits for a reply
    assert "Something moves: Porch" in notice.text
    assert (notice.template, nudge.template) == (
        ("ops_notice", "en"),
        ("ops_nudge", "en"),
    )
    await home.forward(6 * MINUTE)
    assert not runs(home, "camera_snapshot")


@pytest.fixture
async def siren(home: Home, use: Use) -> str:
    """Look after a server, with something to turn on when nobody answers."""
    assert await async_setup_component(home.hass, "homeassistant", {})
    assert await async_setup_component(
        home.hass, "input_boolean", {"input_boolean": {"siren": None}}
    )
    await use(
        "server_down",
        config_entry=home.entry.entry_id,
        sensor="binary_sensor.nas",
        minutes=3,
        unanswered=10,
        loud=["input_boolean.siren"],
    )
    sensor(home, "on", "NAS")
    await home.forward(ARRIVES)
    return "input_boolean.siren"


async def test_server_that_is_back_soon_is_not_told(home: Home, siren: str) -> None:
    """It may be gone for a moment."""
    sensor(home, "off", "NAS")
    await home.forward(2 * MINUTE)
    sensor(home, "on", "NAS")
    await home.forward(HOUR)
    assert not home.ada.messages
    assert home.state(siren).state == "off"


async def test_server_down_turns_a_siren_on(home: Home, siren: str) -> None:
    """It is on from when nobody answered until somebody does."""
    sensor(home, "off", "NAS")
    await home.forward(3 * MINUTE + ARRIVES)
    assert "NAS is down" in home.ada.messages[-1].text
    await home.forward(9 * MINUTE)
    assert home.state(siren).state == "off"
    before = len(home.ada.messages)
    await home.forward(2 * MINUTE)
    assert home.state(siren).state == "on"
    assert [
        text for text in home.shown(home.ada)[before:] if "Reminder" not in text
    ] == []
    home.ada.tap("Acknowledge")
    await home.forward(ARRIVES)
    assert home.state(siren).state == "off"
    assert not runs(home, "server_down")


async def test_server_that_is_back_turns_the_siren_off(home: Home, siren: str) -> None:
    """Nobody has to answer any more."""
    sensor(home, "off", "NAS")
    await home.forward(3 * MINUTE)
    await home.forward(10 * MINUTE)
    assert home.state(siren).state == "on"
    sensor(home, "on", "NAS")
    await home.forward(ARRIVES)
    assert home.state(siren).state == "off"
    assert not runs(home, "server_down")


async def test_siren_is_for_this_server_alone(home: Home, siren: str) -> None:
    """Another critical ticket that nobody answers does not turn it on."""
    await home.act("raise_alert", {"title": "Fire", "severity": "critical"})
    await home.forward(5 * MINUTE)
    sensor(home, "off", "NAS")
    await home.forward(3 * MINUTE)
    await home.forward(3 * MINUTE)
    assert home.state(siren).state == "off"
    await home.forward(7 * MINUTE)
    assert home.state(siren).state == "on"
    await home.act("resolve_alert", {"title": "Fire", "severity": "critical"})
    await home.forward(ARRIVES)
    assert home.state(siren).state == "on"


async def test_siren_survives_a_restart(home: Home, siren: str) -> None:
    """Whoever was not answered before is not forgotten."""
    sensor(home, "off", "NAS")
    await home.forward(5 * MINUTE)
    services = home.hass.services
    target = {"entity_id": "automation.server_down"}
    await services.async_call("automation", "turn_off", target, blocking=True)
    await home.forward(HOUR)
    sensor(home, "unavailable", "NAS")
    await services.async_call("automation", "turn_on", target, blocking=True)
    await home.forward(ARRIVES)
    assert home.state(siren).state == "on"


async def ask_daily(home: Home, use: Use) -> None:
    """Ask Ada at ten, and tell Bob if she does not answer."""
    await home.hass.services.async_call(
        "wa_notify",
        "grant_opt_in",
        {"entity_id": "notify.bob", "evidence": "Said so at the door"},
        blocking=True,
    )
    at = dt_util.now() + timedelta(hours=1)
    await use(
        "daily_check_in",
        recipient=device_of(home, "ada"),
        at=f"{at:%H:%M:%S}",
        minutes=30,
        notify=["notify.bob"],
    )


@pytest.fixture
async def button(home: Home, entity_registry: er.EntityRegistry) -> None:
    """Enable the button that asks Ada."""
    found = entity_id(home, "button", "check_in", "ada")
    entity_registry.async_update_entity(found, disabled_by=None)
    # Home Assistant reloads the entry by itself, after a while
    await home.forward(MINUTE)


@pytest.mark.usefixtures("button")
@pytest.mark.parametrize("answer", ["tap", "text"])
async def test_answered_check_in_is_the_end(home: Home, use: Use, answer: str) -> None:
    """Either way of answering counts."""
    await ask_daily(home, use)
    await home.forward(HOUR + 1)
    await home.forward(ARRIVES)
    assert len(home.ada.messages) == 1
    if answer == "tap":
        home.ada.tap("I am here")
    else:
        home.ada.reply("Yes, yes")
    await home.forward(HOUR)
    assert not home.bob.messages
    await home.forward(23 * HOUR)
    assert runs(home, "daily_check_in") == 1


@pytest.mark.usefixtures("button")
async def test_check_in_without_answer_is_told(home: Home, use: Use) -> None:
    """Somebody else has to see to it."""
    await ask_daily(home, use)
    await home.forward(HOUR + 1)
    await home.forward(29 * MINUTE)
    assert [len(home.ada.messages), len(home.bob.messages)] == [1, 0]
    await home.forward(MINUTE)
    await home.forward(ARRIVES)
    assert "Ada did not answer the check-in" in home.bob.messages[-1].text


async def test_check_in_without_button_is_an_error(
    home: Home, use: Use, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever was never asked is not said to be silent."""
    await ask_daily(home, use)
    await home.forward(2 * HOUR)
    assert not home.bob.messages
    assert "The check-in button of the recipient is not enabled" in caplog.text
