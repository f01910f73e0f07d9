"""What happens at the phones and at the account while a client's webhook listens: one of everything."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.sandbox.conftest import ANNA, alert_parts, template_body, text_body
from wa_notify.sandbox import ReviewPolicy

from .stage import Report, Stage, listening, served

EVERY_LETTER = "what is db-7 doing / ñandú \N{THUMBS UP SIGN} ?"
NAME = "Anna Müller"
CARD = {
    "name": {"formatted_name": "Ravi", "first_name": "Ravi"},
    "phones": [{"phone": "+44 7700 900789", "wa_id": "447700900789", "type": "CELL"}],
}
PLACE = {"latitude": 51.5007, "longitude": -0.1246, "name": "DC London 2", "address": "1 Example Way"}
ORDER = {
    "catalog_id": "55000001",
    "text": "please",
    "product_items": [{"product_retailer_id": "sku-1", "quantity": 1, "item_price": 9.5, "currency": "GBP"}],
}
BUTTONS = {
    "type": "button",
    "body": {"text": "Disk 96%"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": "ack:7f1c", "title": "Acknowledge"}}]},
}
ROWS = [{"id": "esc:7f1c", "title": "Escalate", "description": "Page the secondary"}]
LIST = {
    "type": "list",
    "body": {"text": "What now?"},
    "action": {"button": "Choose", "sections": [{"rows": ROWS}]},
}
RESTRICTED = {
    "event": "ACCOUNT_RESTRICTION",
    "restriction_info": [
        {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1795600000}
    ],
}


@dataclass
class Business:
    """Somebody who sends, so that there is something to tap on and to tell of."""

    stage: Stage
    ids: dict[str, str] = field(default_factory=dict)

    async def send(self, what: str, body: dict[str, Any]) -> str:
        account = self.stage.sandbox.account
        headers = {"Authorization": f"Bearer {account.access_token}"}
        async with httpx.AsyncClient(base_url=self.stage.url, headers=headers) as graph:
            response = await graph.post(f"/v26.0/{account.phone_number_id}/messages", json=body)
        assert response.status_code == 200, response.text
        self.ids[what] = response.json()["messages"][0]["id"]
        await self.stage.pass_time(seconds=5)
        await self.stage.pass_time(seconds=5)
        return self.ids[what]


async def happen(stage: Stage) -> dict[str, str]:
    """Let one of everything happen, in an order that is always the same; return the messages' ids."""
    business = Business(stage)
    await business.send("late", text_body("hello", biz_opaque_callback_data="alert:late"))
    await business.send(
        "alert", template_body(*alert_parts(), name="ops_alert", biz_opaque_callback_data="alert:1")
    )
    await _write(stage, business)
    await _news(stage)
    await stage.pass_time(seconds=5)
    return business.ids


def interactive(value: dict[str, Any]) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": value}


async def _write(stage: Stage, business: Business) -> None:
    anna, ids = stage.anna, business.ids
    anna.name = NAME
    ids["tap"] = anna.tap("Acknowledge")
    ids["text"] = anna.reply(EVERY_LETTER)
    ids["quote"] = anna.reply("this one", to=ids["alert"])
    ids["reaction"] = anna.react("\N{THUMBS UP SIGN}", to=ids["alert"])
    anna.react("", to=ids["alert"])
    for kind, mime_type in (
        ("image", "image/jpeg"), ("video", "video/mp4"), ("audio", "audio/ogg; codecs=opus"),
        ("document", "text/plain"), ("sticker", "image/webp"),
    ):  # fmt: skip
        named = {"filename": "log.txt"} if kind == "document" else {}
        said = {"caption": f"a {kind}"} if kind in ("image", "video", "document") else {}
        ids[kind] = stage.sandbox.send_file(anna, kind, f"the {kind}".encode(), mime_type, **named, **said)
    ids["location"] = anna.send("location", PLACE)
    ids["contacts"] = anna.send("contacts", [CARD])
    ids["order"] = anna.send("order", ORDER)
    await stage.pass_time(seconds=1)
    await business.send("buttons", interactive(BUTTONS))
    ids["reply"] = anna.tap("Acknowledge")
    await business.send("list", interactive(LIST))
    ids["pick"] = anna.tap("Escalate")
    anna.edit(ids["text"], "what is db-8 doing")
    anna.delete(ids["quote"])
    anna.prefer("stop")
    stage.bob.hides_number = True
    ids["hidden"] = stage.bob.reply("who am I")
    await stage.pass_time(seconds=1)
    anna.change_number("+447700900789")
    await stage.pass_time(seconds=1)


async def _news(stage: Stage) -> None:
    sandbox = stage.sandbox
    sandbox.reviews = ReviewPolicy()
    sandbox.review("ops_alert", "en", status="PAUSED")
    sandbox.review(
        "ops_alert", "en", status="REJECTED", reason="INVALID_FORMAT", recommendation="Number them."
    )
    sandbox.review("ops_alert", "en", status="APPROVED", quality="YELLOW")
    sandbox.review("ops_alert", "en", correct_category="MARKETING")
    sandbox.review("ops_alert", "en", category="MARKETING")
    sandbox.announce("account_update", RESTRICTED)
    sandbox.announce("security", {"display_phone_number": "441632960111", "event": "PIN_CHANGED"})


@dataclass(frozen=True)
class Heard:
    """What a client's webhook made of it: `told` in the order of arrival, and the ids of the messages."""

    stage: Stage
    told: list[Report]
    ids: dict[str, str]

    def one(self, what: str, **facts: Any) -> Report:
        """The only thing of that kind that was heard with these facts."""
        (found,) = [item for item in self.told if item["what"] == what and facts.items() <= item.items()]
        return found

    def all(self, what: str) -> list[Report]:
        return [item for item in self.told if item["what"] == what]

    @property
    def answers(self) -> list[Any]:
        """What the webhook answered to each callback."""
        return [entry.facts["answer"] for entry in self.stage.sandbox.log if entry.what == "callback"]


async def hear(program: str, *, each: str | None) -> Heard:
    """Let the program's webhook hear of everything. `each`: what it tells once for every notification."""
    async with served() as stage, listening(stage, program, scope="WABA") as listener:
        stage.sandbox.account.callback_url = listener.url
        ids = await happen(stage)
        heard = Heard(stage, listener.heard, ids)
        count = len(heard.answers)
        await listener.until(lambda told: sum(each in (None, item["what"]) for item in told) >= count)
        return heard
