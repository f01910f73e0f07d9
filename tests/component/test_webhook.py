"""WhatsApp calls: handshakes, signed notifications, and everything else that comes to the door."""

import hashlib
import hmac
import json
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from multidict import CIMultiDict
import pytest
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)
from wa_notify.engine import Engine

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component

from .const import ACCOUNT, WEBHOOK_ID
from .home import Home

PATH = f"/api/webhook/{WEBHOOK_ID}"
VERIFY_TOKEN = "verify-token-of-the-entry"
SIGNATURE = "X-Hub-Signature-256"
GREETING = "Hello from Ada"

type Client = TestClient[web.Request, web.Application]


@pytest.fixture(autouse=True)
async def websocket_api(hass: HomeAssistant) -> None:
    """Set up what cannot be set up any more once Home Assistant serves."""
    assert await async_setup_component(hass, "websocket_api", {})


@pytest.fixture
async def client(home: Home, hass_client_no_auth: ClientSessionGenerator) -> Client:
    """Return somebody who calls from outside."""
    client: Client = await hass_client_no_auth()
    return client


def notification(text: str = GREETING, wamid: str = "wamid.1", **more: Any) -> bytes:
    """Return the body of a call that tells of a message of Ada."""
    message = {
        "from": "447700900123",
        "id": wamid,
        "timestamp": "1795424400",
        "type": "text",
        "text": {"body": text},
    }
    number = {
        "display_phone_number": "441632960111",
        "phone_number_id": ACCOUNT.phone_number_id,
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": number,
        "contacts": [{"profile": {"name": "Ada"}, "wa_id": "447700900123"}],
        "messages": [message],
    }
    change = {"field": "messages", "value": value}
    entry = {"id": ACCOUNT.waba_id, "changes": [change], **more}
    return json.dumps(
        {"object": "whatsapp_business_account", "entry": [entry]}
    ).encode()


def signature(body: bytes, secret: str = ACCOUNT.app_secret) -> str:
    """Return the signature of a body as WhatsApp makes it."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


async def call(client: Client, body: bytes) -> ClientResponse:
    """Call as WhatsApp does."""
    return await client.post(PATH, data=body, headers={SIGNATURE: signature(body)})


def heard(home: Home) -> str | None:
    """Return what the event entity of Ada told last."""
    text: str | None = home.state("event.ada_message").attributes.get("text")
    return text


@pytest.mark.parametrize("loaded", [True, False])
async def test_handshake(home: Home, client: Client, loaded: bool) -> None:
    """Whoever knows the verify token gets the challenge back, whether loaded or not."""
    if not loaded:
        await home.hass.config_entries.async_unload(home.entry.entry_id)
    query = {"hub.mode": "subscribe", "hub.challenge": "4711"}
    answer = await client.get(PATH, params={**query, "hub.verify_token": VERIFY_TOKEN})
    assert (answer.status, answer.content_type) == (200, "text/plain")
    assert await answer.text() == "4711"
    for wrong in ({"hub.verify_token": "guess"}, {}):
        answer = await client.get(PATH, params={**query, **wrong})
        assert (answer.status, await answer.text()) == (403, "")


async def test_notification(home: Home, client: Client) -> None:
    """What is signed is taken in."""
    assert (await call(client, notification())).status == 200
    await home.settle()
    assert heard(home) == GREETING


@pytest.mark.parametrize("size", [0, 120_000])
async def test_cloudhook(
    home: Home, hass_ws_client: WebSocketGenerator, size: int
) -> None:
    """What comes through Home Assistant Cloud has no raw request behind it."""
    client = await hass_ws_client(home.hass)
    body = notification(padding="x" * size)
    for sent, status in ((signature(body), 200), ("sha256=0", 403)):
        await client.send_json_auto_id(
            {
                "type": "webhook/handle",
                "webhook_id": WEBHOOK_ID,
                "method": "POST",
                "body": body.decode(),
                "headers": {SIGNATURE: sent, "Content-Type": "application/json"},
                "query": "",
            }
        )
        answer = await client.receive_json()
        assert answer["result"]["status"] == status
    await home.settle()
    assert heard(home) == GREETING


async def test_large_notification(home: Home, client: Client) -> None:
    """A body that comes in many pieces is put together."""
    assert (await call(client, notification(padding="x" * 3_000_000))).status == 200
    await home.settle()
    assert heard(home) == GREETING


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SIGNATURE: ""},
        {SIGNATURE: "sha256="},
        {SIGNATURE: signature(notification(), "another secret")},
        {SIGNATURE: signature(notification()).removeprefix("sha256=")},
        {SIGNATURE: signature(notification("Something else"))},
        {
            "X-Hub-Signature": "sha1="
            + hmac.new(
                ACCOUNT.app_secret.encode(), notification(), hashlib.sha1
            ).hexdigest()
        },
    ],
    ids=["none", "empty", "no digest", "other secret", "bare", "other body", "sha1"],
)
async def test_wrong_signature(
    home: Home,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    headers: dict[str, str],
) -> None:
    """Somebody who does not know the app secret is refused, and it is said."""
    answer = await client.post(PATH, data=notification(), headers=headers)
    assert (answer.status, await answer.text()) == (403, "")
    await home.settle()
    assert heard(home) is None
    assert "A webhook call with a wrong signature was refused" in caplog.text
    assert WEBHOOK_ID not in "".join(
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.wa_notify")
    )


async def test_two_signatures(home: Home, client: Client) -> None:
    """Of two signatures nobody knows which one counts."""
    body = notification()
    headers = CIMultiDict([(SIGNATURE, signature(body)), (SIGNATURE, "sha256=0")])
    answer = await client.post(PATH, data=body, headers=headers)
    assert answer.status == 403


async def test_too_large(home: Home, client: Client) -> None:
    """More than WhatsApp ever sends is not read."""
    assert (await call(client, bytes(4 * 1024 * 1024 + 1))).status == 413


@pytest.mark.parametrize("body", [b"", b"hello", b"[]", b'{"object": "page"}', b"\xff"])
async def test_no_notification(
    home: Home,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    body: bytes,
) -> None:
    """What is signed and still no notification is refused, and it is said."""
    assert (await call(client, body)).status == 400
    assert "A signed webhook call could not be read" in caplog.text


async def test_another_method(home: Home, client: Client) -> None:
    """WhatsApp only gets and posts."""
    assert (await client.put(PATH, data=notification())).status == 405


async def test_not_loaded(home: Home, client: Client) -> None:
    """What comes while the entry is not loaded is told again later."""
    entries = home.hass.config_entries
    await entries.async_unload(home.entry.entry_id)
    assert (await call(client, notification())).status == 503
    await entries.async_setup(home.entry.entry_id)
    assert (await call(client, notification())).status == 200
    await home.settle()
    assert heard(home) == GREETING


async def test_disabled(home: Home, client: Client) -> None:
    """A disabled number takes nothing in, and nobody learns that it was there."""
    entries, entry_id = home.hass.config_entries, home.entry.entry_id
    await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    query = {"hub.mode": "subscribe", "hub.challenge": "4711"}
    answer = await client.get(PATH, params={**query, "hub.verify_token": VERIFY_TOKEN})
    assert await answer.text() == ""
    assert (await call(client, notification())).status == 200
    await entries.async_set_disabled_by(entry_id, None)
    await home.settle()
    assert heard(home) is None
    assert (await call(client, notification())).status == 200
    await home.settle()
    assert heard(home) == GREETING


async def test_database_fails(
    home: Home, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be stored is told again later."""
    store = home.entry.runtime_data.store
    await home.hass.async_add_executor_job(store.close)
    assert (await call(client, notification())).status == 503
    assert "A webhook call could not be stored" in caplog.text
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    assert (await call(client, notification())).status == 200


async def test_fault_of_ours(
    home: Home,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What fails because of us is told again later, too."""

    async def fail(*args: object) -> None:
        """Fail as nobody expects."""
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "receive", fail)
        assert (await call(client, notification())).status == 500
    assert "A webhook call could not be handled" in caplog.text
    assert (await call(client, notification())).status == 200


async def test_told_twice(home: Home, client: Client) -> None:
    """WhatsApp may tell a thing again and again; it happened once."""
    told: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        """Note what the event entity tells."""
        if state := event.data["new_state"]:
            told.append(state.state)

    async_track_state_change_event(home.hass, "event.ada_message", note)
    for _ in range(3):
        assert (await call(client, notification())).status == 200
        home.clock.tick(60)
        await home.settle()
    assert len(told) == 1
    await call(client, notification(wamid="wamid.2"))
    await home.settle()
    assert len(told) == 2


async def test_number_that_is_not_set_up(home: Home, client: Client) -> None:
    """What another number of the account is told concerns nobody here."""
    body = notification().replace(ACCOUNT.phone_number_id.encode(), b"400000000000999")
    assert (await call(client, body)).status == 200
    await home.settle()
    assert heard(home) is None


async def test_stop_and_start(home: Home) -> None:
    """STOP ends all messages at once, and START begins them again."""
    opted_in = "binary_sensor.ada_opted_in"
    home.ada.reply("STOP")
    await home.forward(10)
    assert home.state(opted_in).state == "off"
    assert home.state("event.ada_message").attributes["event_type"] == "opted_out"
    await home.act("raise_alert", {"title": "Leak"})
    await home.forward(10)
    assert not any("Leak" in text for text in home.shown(home.ada))
    home.ada.reply("START")
    await home.forward(10)
    assert home.state(opted_in).state == "on"
    assert home.state("event.ada_message").attributes["event_type"] == "opted_in"
    await home.act("raise_alert", {"title": "Fire"})
    await home.forward(10)
    assert any("Fire" in text for text in home.shown(home.ada))
