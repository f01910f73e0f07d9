"""A webhook of pywa, unmodified: its handshake, its check of signatures, what it makes of each callback."""

import asyncio
from typing import Any

import httpx
import pytest

from wa_notify.sandbox.callbacks import SIGNATURE_HEADER, encode, sign

from .hearing import EVERY_LETTER, NAME, Heard, hear
from .stage import PATIENCE, Listener, Stage, listening, require_environment, served

PROGRAM = "pywa_hears.py"
FILES = {
    "image": ("Image", "image/jpeg", "a image"),
    "video": ("Video", "video/mp4", "a video"),
    "audio": ("Audio", "audio/ogg; codecs=opus", None),
    "document": ("Document", "text/plain", "a document"),
    "sticker": ("Sticker", "image/webp", None),
}


@pytest.fixture(scope="module")
def heard() -> Heard:
    require_environment()
    return asyncio.run(hear(PROGRAM, each="notification"))


def test_every_callback_is_answered_with_200(heard: Heard) -> None:
    assert set(heard.answers) == {200}
    assert len(heard.all("notification")) == len(heard.answers)


def test_a_text_arrives_with_its_person_and_every_letter(heard: Heard) -> None:
    text = heard.one("message text", id=heard.ids["text"])
    assert text["text"] == EVERY_LETTER
    assert (text["sender"], text["name"]) == ("447700900123", NAME)
    assert text["user_id"].startswith("GB.")


def test_a_quote_names_the_message_it_answers(heard: Heard) -> None:
    assert heard.one("message text", id=heard.ids["quote"])["quotes"] == heard.ids["alert"]


def test_a_person_behind_a_username_has_an_id_and_no_number(heard: Heard) -> None:
    hidden = heard.one("message text", id=heard.ids["hidden"])
    assert (hidden["sender"], hidden["user_id"]) == (None, heard.stage.bob.user_id)


def test_taps_and_picks_bring_back_what_was_sent_with_them(heard: Heard) -> None:
    tap = heard.one("tap button", id=heard.ids["tap"])
    assert (tap["data"], tap["title"], tap["quotes"]) == ("ack:7f1c", "Acknowledge", heard.ids["alert"])
    reply = heard.one("tap interactive", id=heard.ids["reply"])
    assert (reply["data"], reply["quotes"]) == ("ack:7f1c", heard.ids["buttons"])
    pick = heard.one("pick", id=heard.ids["pick"])
    assert (pick["data"], pick["description"], pick["quotes"]) == (
        "esc:7f1c",
        "Page the secondary",
        heard.ids["list"],
    )


@pytest.mark.parametrize("kind", FILES)
def test_a_file_arrives_and_is_loaded_with_the_token(heard: Heard, kind: str) -> None:
    file = heard.one(f"message {kind}", id=heard.ids[kind])
    assert (file["part"], file["mime_type"], file["caption"]) == FILES[kind]
    assert file["content"] == f"the {kind}"


def test_a_reaction_comes_and_goes(heard: Heard) -> None:
    given, taken = heard.all("message reaction")
    assert (given["emoji"], taken["emoji"]) == ("\N{THUMBS UP SIGN}", None)
    assert given["quotes"] == taken["quotes"] == heard.ids["alert"]


def test_places_cards_and_orders_arrive(heard: Heard) -> None:
    assert heard.one("message location")["place"] == [51.5007, -0.1246, "DC London 2"]
    assert heard.one("message contacts")["cards"] == ["Ravi"]
    assert heard.one("message order")["products"] == ["sku-1"]


def test_what_a_person_changes_afterwards_is_told(heard: Heard) -> None:
    assert heard.one("edited") == {"what": "edited", "id": heard.ids["text"], "text": "what is db-8 doing"}
    assert heard.one("deleted")["id"] == heard.ids["quote"]
    moved = heard.one("moved user_changed_number")
    assert (moved["old"], moved["new"]) == ("447700900123", "447700900789")
    assert moved["user_id"] == heard.stage.sandbox.phone("+447700900789").user_id
    assert heard.one("preference stop")["category"] == "marketing_messages"


def test_the_statuses_of_a_template_carry_its_tracker_and_its_price(heard: Heard) -> None:
    ladder = [item for item in heard.told if item.get("id") == heard.ids["alert"]]
    assert [item["what"] for item in ladder] == ["status sent", "status delivered", "status read"]
    assert {item["tracker"] for item in ladder} == {"alert:1"}
    assert ladder[0]["price"] == [True, "PMP", "regular", "utility"]


def test_a_failure_is_known_by_its_code(heard: Heard) -> None:
    failed = heard.one("status failed", id=heard.ids["late"])
    assert (failed["error"], failed["tracker"]) == ("ReEngagementMessage", "alert:late")


def test_news_of_templates_and_account_arrive(heard: Heard) -> None:
    assert heard.one("template PAUSED")["name"] == "ops_alert"
    rejected = heard.one("template REJECTED")
    assert (rejected["reason"], rejected["advice"]) == ("INVALID_FORMAT", "Number them.")
    announced, changed = heard.all("category")
    assert (announced["now"], announced["tomorrow"]) == ("UTILITY", "MARKETING")
    assert (changed["now"], changed["before"]) == ("MARKETING", "UTILITY")
    assert (heard.one("quality")["now"], heard.one("quality")["before"]) == ("YELLOW", "GREEN")
    restricted = heard.one("account ACCOUNT_RESTRICTION")
    assert restricted["restrictions"] == ["RESTRICTED_BIZ_INITIATED_MESSAGING"]


async def hears(stage: Stage, listener: Listener, *, within: float = PATIENCE) -> None:
    """Wait until it hears what a person writes: it registers itself when it has begun to listen."""
    async with asyncio.timeout(within):
        while not any(item.get("text") == "hello" for item in listener.heard):
            stage.anna.reply("hello")
            await stage.pass_time(seconds=1)
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "scope",
    ["WABA", "PHONE", "APP"],
)
async def test_pywa_registers_its_webhook_by_itself(scope: str) -> None:
    require_environment()
    async with served() as stage, listening(stage, PROGRAM, scope=scope) as listener:
        await hears(stage, listener, within=5)


async def test_a_wrong_verify_token_is_refused_by_pywa_and_so_by_the_sandbox() -> None:
    require_environment()
    async with served() as stage, listening(stage, PROGRAM, scope="WABA") as listener:
        await hears(stage, listener)
        body = {"override_callback_uri": listener.url, "verify_token": "wrong"}
        answer = await post(f"{stage.url}/v26.0/{stage.sandbox.account.waba_id}/subscribed_apps", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, 2200)


async def test_pywa_takes_the_sandboxes_signature_and_no_other() -> None:
    require_environment()
    async with served() as stage, listening(stage, PROGRAM, scope="WABA") as listener:
        body = encode({"object": "whatsapp_business_account", "entry": []})
        right = {SIGNATURE_HEADER: sign(body, "sandbox-app-secret")}
        wrong = {SIGNATURE_HEADER: sign(body, "another-secret")}
        assert (await post(listener.url, content=body, headers=wrong)).status_code == 403
        assert (
            await post(listener.url, content=body.replace(b"entry", b"enter"), headers=right)
        ).status_code == 403
        await hears(stage, listener)


async def post(url: str, **more: Any) -> httpx.Response:
    headers = {"Authorization": "Bearer sandbox-token", **more.pop("headers", {})}
    async with httpx.AsyncClient(headers=headers) as client:
        return await client.post(url, **more)
