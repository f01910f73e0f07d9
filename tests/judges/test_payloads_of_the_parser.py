"""Our parser reads each recorded notification as what it is; only what nobody knows yet stays unknown."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.whatsapp.conftest import account_at
from tests.whatsapp.examples import NUMBER_ID, arrival
from wa_notify.core.enclosed import MediaKind
from wa_notify.core.inbound import (
    AccountNews,
    AddressChange,
    AddressChanged,
    ChatOpened,
    ContactCards,
    Content,
    Deleted,
    Edited,
    InboundMessage,
    Location,
    Media,
    Order,
    Preference,
    Reaction,
    StatusUpdate,
    Tap,
    TemplateNews,
    Text,
    Unknown,
    UnknownContent,
    Unsupported,
)
from wa_notify.core.message import Accepted, Outgoing, Rejected, SendResult, TextMessage
from wa_notify.whatsapp.client import CloudApi

from .recorded import group

INBOUND, STATUSES = group("inbound"), group("statuses")
PREFERENCES, MANAGEMENT = group("preferences"), group("management")
ANSWERS, ERRORS = group("answers"), group("errors")
OURS = "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAERgSOTFCNEMwNkVFMkE3RDM1RjEwAA=="
THEIRS = "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAEhgUM0E1RTc3QjFDOUQyMEY0NDY4QUIA"
URL = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=7100000000000031&ext=1795253700&hash=EXAMPLE"
CARD = {
    "name": {"formatted_name": "Ravi", "first_name": "Ravi"},
    "phones": [{"phone": "+44 7700 900456", "wa_id": "447700900456", "type": "CELL"}],
}


def media(kind: MediaKind, mime_type: str, **more: str) -> Media:
    return Media(kind=kind, media_id="7100000000000031", mime_type=mime_type, url=URL, **more)


def changed(change: AddressChange, text: str, new_bsuid: str, new_wa_id: str = "") -> AddressChanged:
    return AddressChanged(
        change=change,
        new_wa_id=new_wa_id,
        new_bsuid=new_bsuid,
        previous_bsuid="GB.48209173655120481",
        text=text,
    )


CONTENTS: dict[str, Content] = {
    "text": Text(body="what is db-7 doing"),
    "text_of_a_hidden_person": Text(body="ack"),
    "answer_to_a_message": Text(body="this one"),
    "quick_reply_of_a_template": Tap(payload="ack:7f1c", title="Acknowledge"),
    "reply_button": Tap(payload="ack:7f1c", title="Acknowledge"),
    "list_row": Tap(payload="esc:7f1c", title="Escalate"),
    "image": media(MediaKind.IMAGE, "image/jpeg", caption="rack photo"),
    "video": media(MediaKind.VIDEO, "video/mp4", caption="the fan"),
    "voice_note": media(MediaKind.AUDIO, "audio/ogg; codecs=opus"),
    "song": media(MediaKind.AUDIO, "audio/mpeg"),
    "document": media(MediaKind.DOCUMENT, "text/plain", filename="log.txt"),
    "sticker": media(MediaKind.STICKER, "image/webp"),
    "location": Location(latitude=51.5007, longitude=-0.1246, name="DC London 2", address="1 Example Way"),
    "contacts": ContactCards(cards=(CARD,)),
    "reaction": Reaction(emoji="\N{THUMBS UP SIGN}", to_wamid=OURS),
    "reaction_removed": Reaction(emoji="", to_wamid=OURS),
    "order": Order(catalog_id="55000001", text="please"),
    "number_changed": changed(
        AddressChange.NUMBER,
        "Dana Okafor changed from 447700900123 to 447700900789",
        "GB.77777000011112222",
        "447700900789",
    ),
    "user_id_changed": changed(AddressChange.BSUID, "Dana Okafor has a new id", "GB.77777000011112223"),
    "unsupported": Unsupported(kind="poll_creation"),
    "chat_opened": ChatOpened(),
    "edited": Edited(original_wamid=THEIRS, body="corrected text"),
    "edited_answer": Edited(original_wamid=THEIRS, body="corrected text"),
    "edited_caption": Edited(original_wamid=THEIRS, body="corrected caption"),
    "deleted": Deleted(original_wamid=THEIRS),
    "kind_of_the_future": UnknownContent(kind="hologram"),
}
ANSWERS_TO_OURS = ("answer_to_a_message", "quick_reply_of_a_template", "reply_button", "list_row")
# The platform's word, the code of a failure, the model and type of the price.
READ_STATUSES: dict[str, tuple[str, int | None, str | None, str | None]] = {
    "sent": ("sent", None, "PMP", "regular"),
    "delivered": ("delivered", None, "PMP", "regular"),
    "read": ("read", None, None, None),
    "sent_without_data": ("sent", None, "PMP", "regular"),
    "sent_to_a_user_id": ("sent", None, "PMP", "regular"),
    "sent_free_of_charge": ("sent", None, "PMP", "free_customer_service"),
    "failed_window_closed": ("failed", 131047, None, None),
    "failed_undeliverable": ("failed", 131026, None, None),
    "sent_at_version_23": ("sent", None, "PMP", "regular"),
    "delivered_at_version_23": ("delivered", None, "PMP", "regular"),
    "sent_in_the_days_of_conversations": ("sent", None, "CBP", None),
    "deleted_in_the_older_way": ("deleted", None, None, None),
}
# Status, category, category announced, quality.
READ_TEMPLATES = {
    "template_approved": ("APPROVED", "UTILITY", "", ""),
    "template_paused": ("PAUSED", "UTILITY", "", ""),
    "template_disabled": ("DISABLED", "UTILITY", "", ""),
    "template_rejected": ("REJECTED", "", "", ""),
    "template_quality": ("", "", "", "YELLOW"),
    "category_announced": ("", "UTILITY", "MARKETING", ""),
    "category_changed": ("", "MARKETING", "", ""),
    "template_words": ("", "", "", ""),
}
# What happened, and the messaging limit that it tells.
READ_NEWS = {
    "throughput_raised": ("THROUGHPUT_UPGRADE", "TIER_UNLIMITED"),
    "limit_raised": ("TIER_2K", "TIER_2K"),
    "account_restricted": ("ACCOUNT_RESTRICTION", ""),
    "account_to_be_disabled": ("DISABLED_UPDATE", ""),
    "account_violation": ("ACCOUNT_VIOLATION", ""),
    "account_alert": ("INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO", ""),
    "account_reviewed": ("APPROVED", ""),
    "name_rejected": ("REJECTED", ""),
    "pin_changed": ("PIN_CHANGED", ""),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_a_message_of_a_person_is_read(name: str) -> None:
    arrived = arrival(INBOUND[name].payload)
    assert isinstance(arrived.event, InboundMessage)
    assert (arrived.key, arrived.number_id, arrived.event.content) == (THEIRS, NUMBER_ID, CONTENTS[name])
    assert arrived.event.context_wamid == (OURS if name in ANSWERS_TO_OURS else "")
    hidden = name == "text_of_a_hidden_person"
    sender = arrived.event.sender
    assert (sender.wa_id, sender.username) == (("", "kim.vale") if hidden else ("447700900123", ""))


@pytest.mark.parametrize("name", READ_STATUSES)
def test_a_status_is_read(name: str) -> None:
    arrived = arrival(STATUSES[name].payload)
    status = arrived.event
    assert isinstance(status, StatusUpdate)
    assert (arrived.number_id, status.wamid, status.recipient.wa_id) == (NUMBER_ID, OURS, "447700900123")
    code = status.failure.code if status.failure else None
    price = (status.pricing.get("pricing_model"), status.pricing.get("type"))
    assert (status.word, code, *price) == READ_STATUSES[name]
    untagged = name in ("sent_without_data", "deleted_in_the_older_way")
    assert status.callback_data == ("" if untagged else "alert:7f1c;attempt:2")


@pytest.mark.parametrize(
    ("name", "value"), [("stopped", "stop"), ("resumed", "resume"), ("signed_up", "signup")]
)
def test_a_choice_about_marketing_is_read(name: str, value: str) -> None:
    chosen = arrival(PREFERENCES[name].payload).event
    assert isinstance(chosen, Preference)
    assert (chosen.value, chosen.category, chosen.sender.wa_id) == (
        value,
        "marketing_messages",
        "447700900123",
    )


@pytest.mark.parametrize("name", READ_TEMPLATES)
def test_news_of_a_template_are_read(name: str) -> None:
    news = arrival(MANAGEMENT[name].payload).event
    assert isinstance(news, TemplateNews)
    assert (news.name, news.language) == ("ops_incident_alert", "en")
    assert news.at == datetime(2026, 11, 21, 9, 33, 20, tzinfo=UTC)
    assert (news.status, news.category, news.upcoming_category, news.quality) == READ_TEMPLATES[name]


def test_why_a_template_was_rejected_and_what_an_edited_one_says_are_read() -> None:
    rejected, edited = (
        arrival(MANAGEMENT[name].payload).event for name in ("template_rejected", "template_words")
    )
    assert isinstance(rejected, TemplateNews)
    assert rejected.why_rejected == "INVALID_FORMAT: Variables are not in order. Number them from 1."
    assert isinstance(edited, TemplateNews)
    assert edited.words is not None
    assert (edited.words.header, edited.words.body) == ("Alert: {{1}}", "An alert was raised for {{1}}.")
    assert [button.target for button in edited.words.buttons] == ["https://ops.example.net/{{1}}"]


@pytest.mark.parametrize("name", READ_NEWS)
def test_news_of_the_account_are_read(name: str) -> None:
    news = arrival(MANAGEMENT[name].payload).event
    assert isinstance(news, AccountNews)
    assert (news.event, news.limit) == READ_NEWS[name]


def test_news_that_nobody_knows_yet_stay_unknown_and_are_kept() -> None:
    payload = MANAGEMENT["news_of_the_future"].payload
    assert arrival(payload).event == Unknown(kind="weather_update", raw={"event": "RAIN"})


def test_every_recorded_notification_is_read_above() -> None:
    assert list(CONTENTS) == list(INBOUND)
    assert list(READ_STATUSES) == list(STATUSES)
    assert [*READ_TEMPLATES, *READ_NEWS, "news_of_the_future"] == list(MANAGEMENT)


async def sent(status: int, answer: Any) -> SendResult:
    """What our client makes of that answer to a message."""
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, text=json.dumps(answer)))
    async with httpx.AsyncClient(transport=transport) as http:
        client = CloudApi(http=http, account=account_at("http://graph.test"))
        message = TextMessage(body="hello")
        return await client.send(Outgoing(to="+447700900123", message=message, callback_data="alert:7f1c"))


@pytest.mark.parametrize("name", ["text_sent", "template_sent", "template_held", "sent_to_a_user_id"])
async def test_the_answer_to_a_message_is_read(name: str) -> None:
    accepted = await sent(200, ANSWERS[name].payload)
    assert isinstance(accepted, Accepted)
    assert accepted.wamid == OURS
    assert accepted.held is (name == "template_held")


@pytest.mark.parametrize("name", ERRORS)
async def test_an_error_is_read_by_its_code(name: str) -> None:
    refused = await sent(400, ERRORS[name].payload)
    assert isinstance(refused, Rejected)
    assert refused.failure.code == ERRORS[name].payload["error"]["code"]
