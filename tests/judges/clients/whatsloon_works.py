"""Does with whatsloon all that it knows. `heard` is a message of the person, to react to and to quote."""

from collections.abc import Mapping
from typing import Any

from deeds import deed, do_all, told
from whatsloon import WhatsApp
from whatsloon.messages.models import (
    AddressMessage,
    CTAMessage,
    FlowMessage,
    ListMessage,
    OutboundMessage,
    ReplyButton,
    ReplyButtonsMessage,
    TextMessage,
)
from whatsloon.templates import TemplateSpec

Known = Mapping[str, Any]
LINK = "https://ops.example.net/graphs/db7"
GRAPH = b"\x89PNG\r\n\x1a\n-a-graph"
FILES = {
    "image": (GRAPH, "image/png"),
    "video": (b"....ftypmp42", "video/mp4"),
    "audio": (b"OggS-a-recording", "audio/ogg"),
    "document": (b"%PDF-1.7", "application/pdf"),
    "sticker": (b"RIFF....WEBP-a-sticker", "image/webp"),
}
VALUES = ("P1", "Disk 96%", "09:30 UTC")
ALERT: list[dict[str, Any]] = [
    {"type": "header", "parameters": [{"type": "text", "text": "db-7"}]},
    {"type": "body", "parameters": [{"type": "text", "text": text} for text in VALUES]},
    {
        "type": "button", "sub_type": "quick_reply", "index": "0",
        "parameters": [{"type": "payload", "payload": "ack:7f1c"}],
    },
    {"type": "button", "sub_type": "url", "index": 2, "parameters": [{"type": "text", "text": "to/7f1c"}]},
]  # fmt: skip
NAMED: list[dict[str, Any]] = [
    {
        "type": "body",
        "parameters": [
            {"type": "text", "parameter_name": "severity", "text": "P1"},
            {"type": "text", "parameter_name": "summary", "text": "Disk 96%"},
        ],
    }
]
CARD = {
    "name": {"formatted_name": "NOC desk", "first_name": "NOC"},
    "phones": [{"phone": "+441632960200", "type": "WORK"}],
}
SECTIONS = [
    {
        "title": "Handle",
        "rows": [{"id": "esc:7f1c", "title": "Escalate", "description": "Page the secondary"}],
    },
    {"title": "Silence", "rows": [{"id": "mute:7f1c", "title": "Mute 2 hours"}]},
]


@deed
def text(wa: WhatsApp, known: Known) -> str | None:
    content = TextMessage(body="*P1* disk 96% on db-7")
    message = OutboundMessage(to=known["to"], content=content, biz_opaque_callback_data="alert:7f1c")
    return wa.messages.send(message).message_id


@deed
def reply(wa: WhatsApp, known: Known) -> str | None:
    return wa.messages.send_text(to=known["to"], body="Noted.", reply_to=known["heard"]).message_id


@deed
def image(wa: WhatsApp, known: Known) -> str | None:
    medium = wa.media.upload_bytes(*FILES["image"]).media_id
    return wa.messages.send_image(to=known["to"], media_id=medium, caption="CPU, last hour").message_id


@deed
def image_by_link(wa: WhatsApp, known: Known) -> str | None:
    return wa.messages.send_image(to=known["to"], media_link=f"{LINK}.png", caption="CPU").message_id


@deed
def video(wa: WhatsApp, known: Known) -> str | None:
    medium = wa.media.upload_bytes(*FILES["video"]).media_id
    return wa.messages.send_video(to=known["to"], media_id=medium, caption="The rack").message_id


@deed
def audio(wa: WhatsApp, known: Known) -> str | None:
    medium = wa.media.upload_bytes(*FILES["audio"]).media_id
    return wa.messages.send_audio(to=known["to"], media_id=medium).message_id


@deed
def document(wa: WhatsApp, known: Known) -> str | None:
    medium = wa.media.upload_bytes(*FILES["document"]).media_id
    return wa.messages.send_document(
        to=known["to"], media_id=medium, filename="incident-2041.pdf", caption="Incident report"
    ).message_id


@deed
def sticker(wa: WhatsApp, known: Known) -> str | None:
    medium = wa.media.upload_bytes(*FILES["sticker"]).media_id
    return wa.messages.send_sticker(to=known["to"], media_id=medium).message_id


@deed
def location(wa: WhatsApp, known: Known) -> str | None:
    return wa.messages.send_location(
        to=known["to"], latitude=51.5007, longitude=-0.1246, name="DC London 2", address="1 Example Way"
    ).message_id


@deed
def location_request(wa: WhatsApp, known: Known) -> str | None:
    return wa.messages.send_location_request(to=known["to"], body_text="Where are you?").message_id


@deed
def contact(wa: WhatsApp, known: Known) -> str | None:
    return wa.messages.send_contacts(to=known["to"], contacts=[CARD]).message_id


@deed
def reaction(wa: WhatsApp, known: Known) -> str | None:
    return wa.messages.send_reaction(
        to=known["to"], message_id=known["heard"], emoji="\N{WHITE HEAVY CHECK MARK}"
    ).message_id


@deed
def reaction_removed(wa: WhatsApp, known: Known) -> str | None:
    return wa.messages.send_reaction(to=known["to"], message_id=known["heard"], emoji="").message_id


@deed
def buttons(wa: WhatsApp, known: Known) -> str | None:
    content = ReplyButtonsMessage(
        body_text="Disk 96% and rising.",
        buttons=[
            ReplyButton(id="ack:7f1c", title="Acknowledge"),
            ReplyButton(id="snooze:7f1c", title="Snooze 30 min"),
        ],
        header={"type": "text", "text": "P1 db-7"},
        footer_text="ops",
    )
    return wa.messages.send_reply_buttons(to=known["to"], content=content).message_id


@deed
def listed(wa: WhatsApp, known: Known) -> str | None:
    content = ListMessage(body_text="What should happen?", button_text="Choose", sections=SECTIONS)
    return wa.messages.send_list(to=known["to"], content=content).message_id


@deed
def link_button(wa: WhatsApp, known: Known) -> str | None:
    content = CTAMessage(body_text="Dashboard for db-7", button_text="Open dashboard", button_url=LINK)
    return wa.messages.send_cta(to=known["to"], content=content).message_id


@deed
def flow(wa: WhatsApp, known: Known) -> str | None:
    content = FlowMessage(
        flow_token="7f1c",
        flow_id="1234567890",
        flow_cta="Open form",
        flow_action="navigate",
        body_text="Please fill this in.",
        flow_action_payload={"screen": "START"},
    )
    return wa.messages.send_flow(to=known["to"], content=content).message_id


@deed
def address(wa: WhatsApp, known: Known) -> str | None:
    content = AddressMessage(body="Where do you live?", country_iso_code="IN")
    return wa.messages.send_address(to=known["to"], content=content).message_id


@deed
def template(wa: WhatsApp, known: Known) -> str | None:
    return wa.messages.send_template(
        to=known["to"], template_name="ops_alert", language_code="en", components=ALERT
    ).message_id


@deed
def named_template(wa: WhatsApp, known: Known) -> str | None:
    return wa.messages.send_template(
        to=known["to"], template_name="ops_alert_named", language_code="en", components=NAMED
    ).message_id


@deed
def marked_as_read(wa: WhatsApp, known: Known) -> Any:
    return wa.messages.mark_read(message_id=known["heard"]).raw


@deed
def typing(wa: WhatsApp, known: Known) -> Any:
    return wa.messages.send_typing(message_id=known["heard"]).raw


@deed
def wrong_count(wa: WhatsApp, known: Known) -> str | None:
    return wa.messages.send_template(
        to=known["to"], template_name="ops_nudge", language_code="en", components=NAMED
    ).message_id


@deed
def wrong_token(_wa: WhatsApp, known: Known) -> str | None:
    with WhatsApp("not-the-token", known["phone_number_id"], base_url=known["url"]) as stranger:
        return stranger.messages.send_text(to=known["to"], body="hello").message_id


@deed
def medium_inspected(wa: WhatsApp, _known: Known) -> dict[str, Any]:
    node = wa.media.get_url(wa.media.upload_bytes(*FILES["image"]).media_id)
    return {"mime_type": node.mime_type, "file_size": node.file_size}


@deed
def medium_loaded(wa: WhatsApp, _known: Known) -> bool:
    return wa.media.download(wa.media.upload_bytes(*FILES["image"]).media_id).content == GRAPH


@deed
def medium_deleted(wa: WhatsApp, _known: Known) -> bool:
    return wa.media.delete(wa.media.upload_bytes(*FILES["image"]).media_id)


@deed
def templates_listed(wa: WhatsApp, known: Known) -> list[tuple[str, str, str]]:
    return [(one.name, one.language, one.status) for one in wa.templates.list_templates(known["waba_id"])]


@deed
def template_created(wa: WhatsApp, known: Known) -> dict[str, Any]:
    body = {"type": "BODY", "text": "The report of {{1}} is ready.", "example": {"body_text": [["db-7"]]}}
    made = wa.templates.create_template(
        known["waba_id"], TemplateSpec(name="judge_night", language="en", components=[body])
    )
    return {"status": made.status, "category": made.category, "id": made.id}


@deed
def template_deleted(wa: WhatsApp, known: Known) -> bool:
    return wa.templates.delete_template(known["waba_id"], "ops_digest")


@deed
def account_read(wa: WhatsApp, known: Known) -> dict[str, Any]:
    account = wa.business.get_account(known["waba_id"])
    return {"id": account.id, "name": account.name}


@deed
def number_read(wa: WhatsApp, known: Known) -> dict[str, Any]:
    number = wa.business.get_phone_number(known["phone_number_id"])
    return {
        "display": number.display_phone_number,
        "name": number.verified_name,
        "quality": number.quality_rating,
    }


@deed
def numbers_listed(wa: WhatsApp, known: Known) -> list[str]:
    return [number.display_phone_number for number in wa.business.list_phone_numbers(known["waba_id"])]


@deed
def number_deregistered(wa: WhatsApp, known: Known) -> bool:
    return wa.business.deregister_phone(known["phone_number_id"])


@deed
def number_registered(wa: WhatsApp, known: Known) -> bool:
    return wa.business.register_phone(known["phone_number_id"], "123456")


if __name__ == "__main__":
    known = told()
    with WhatsApp(known["access_token"], known["phone_number_id"], base_url=known["url"]) as client:
        do_all(client, known)
