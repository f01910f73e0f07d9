"""A webhook of whatsloon, unmodified: its handshake, its check of signatures, and what it hears."""

import asyncio

import httpx
import pytest

from wa_notify.sandbox.callbacks import SIGNATURE_HEADER, encode, sign

from .hearing import Heard, hear
from .stage import listening, require_environment, served

PROGRAM = "whatsloon_hears.py"
KINDS = {
    "tap": "button", "text": "text", "quote": "text", "reaction": "reaction", "image": "image",
    "video": "video", "audio": "audio", "document": "document", "sticker": "sticker",
    "location": "location", "contacts": "contacts", "order": "order", "reply": "interactive",
    "pick": "interactive",
}  # fmt: skip


@pytest.fixture(scope="module")
def heard() -> Heard:
    require_environment()
    return asyncio.run(hear(PROGRAM, each=None))


def test_every_callback_is_taken_and_told_of_once(heard: Heard) -> None:
    assert set(heard.answers) == {200}
    assert len(heard.told) == len(heard.answers)


@pytest.mark.parametrize("what", KINDS)
def test_a_message_of_each_type_arrives_from_its_person(heard: Heard, what: str) -> None:
    message = heard.one(f"message {KINDS[what]}", id=heard.ids[what])
    assert (message["sender"], message["number_id"]) == ("447700900123", "400000000000101")
    assert message["user_id"].startswith("GB.")


def test_a_person_behind_a_username_has_an_id_and_no_number(heard: Heard) -> None:
    hidden = heard.one("message text", id=heard.ids["hidden"])
    assert (hidden["sender"], hidden["user_id"]) == ("", heard.stage.bob.user_id)


@pytest.mark.parametrize(("what", "ladder"), [("alert", ["sent", "delivered", "read"]), ("late", ["failed"])])
def test_the_statuses_of_a_message_arrive_in_order(heard: Heard, what: str, ladder: list[str]) -> None:
    told = [item["what"] for item in heard.told if item.get("id") == heard.ids[what]]
    assert told == [f"status {word}" for word in ladder]


def test_news_of_templates_and_account_arrive(heard: Heard) -> None:
    events = [item["event"] for item in heard.all("other") if item["event"]]
    assert events == ["PAUSED", "REJECTED", "APPROVED", "ACCOUNT_RESTRICTION", "PIN_CHANGED"]


async def test_its_handshake_is_asked_for_and_a_wrong_token_is_refused() -> None:
    require_environment()
    async with served() as stage, listening(stage, PROGRAM) as listener, httpx.AsyncClient() as graph:
        path = f"{stage.url}/v26.0/{stage.sandbox.account.waba_id}/subscribed_apps"
        headers = {"Authorization": "Bearer sandbox-token"}
        body = {"override_callback_uri": listener.url, "verify_token": "wrong"}
        assert (await graph.post(path, json=body, headers=headers)).json()["error"]["code"] == 2200
        body["verify_token"] = stage.sandbox.account.verify_token
        assert (await graph.post(path, json=body, headers=headers)).json() == {"success": True}
        assert stage.sandbox.account.override_url == listener.url


async def test_a_wrong_signature_is_refused() -> None:
    require_environment()
    async with served() as stage, listening(stage, PROGRAM) as listener, httpx.AsyncClient() as client:
        body = encode({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": []}]})
        for secret, status in (("another-secret", 401), ("sandbox-app-secret", 200)):
            headers = {SIGNATURE_HEADER: sign(body, secret)}
            assert (await client.post(listener.url, content=body, headers=headers)).status_code == status
