"""Sends a message of every type with pywa. `heard` is a message of the person, to react to and to quote."""

from collections.abc import Mapping
from typing import Any

from deeds import deed, do_all, told
from pywa import WhatsApp
from pywa.types import (
    Button,
    CallPermissionRequestButton,
    Contact,
    FlowButton,
    ImageCarouselCard,
    ProductsSection,
    Section,
    SectionList,
    SectionRow,
    URLButton,
    VoiceCallButton,
)
from pywa.types.templates import (
    AuthenticationBody,
    BodyText,
    CopyCodeOTPButton,
    HeaderDocument,
    HeaderText,
    QuickReplyButton,
    TemplateLanguage,
)
from pywa.types.templates import URLButton as TemplateURLButton
from pywa_client import connect

Known = Mapping[str, Any]
LINK = "https://ops.example.net/graphs/db7"
BUTTONS = [Button("Acknowledge", "ack:7f1c"), Button("Snooze 30 min", "snooze:7f1c")]
SECTIONS = [
    Section("Handle", [SectionRow("Escalate", "esc:7f1c", "Page the secondary on-call")]),
    Section("Silence", [SectionRow("Mute 2 hours", "mute:7f1c")]),
]
CARD = Contact(
    name=Contact.Name(formatted_name="NOC desk", first_name="NOC"),
    phones=[Contact.Phone(phone="+441632960200", type="WORK", wa_id="441632960200")],
    emails=[Contact.Email(email="noc@example.net", type="WORK")],
    org=Contact.Org(company="Example Ops"),
)
ALERT = [
    HeaderText.params("db-7"),
    BodyText.params("P1", "Disk usage 96%", "09:30 UTC"),
    QuickReplyButton.params(callback_data="ack:7f1c", index=0),
    TemplateURLButton.params(url_variable="alerts/7f1c", index=2),
]
NAMED = [BodyText.params(severity="P1", summary="Disk usage 96%")]
UNNAMED = [BodyText.params("P1", "Disk usage 96%")]


PNG, WEBP, OGG = b"\x89PNG\r\n\x1a\n-a-graph", b"RIFF....WEBP-a-sticker", b"OggS-a-recording"


@deed
def text(wa: WhatsApp, known: Known) -> str:
    return wa.send_message(known["to"], "*P1* disk 96% on db-7", preview_url=True, tracker="alert:7f1c").id


@deed
def reply(wa: WhatsApp, known: Known) -> str:
    return wa.send_message(known["to"], "Noted.", reply_to_message_id=known["heard"]).id


@deed
def to_user_id(wa: WhatsApp, known: Known) -> str:
    return wa.send_message(known["user_id"], "Hello from ops").id


@deed
def image_by_link(wa: WhatsApp, known: Known) -> str:
    # pywa would load a link that it does not know and upload the file; as the id of a medium it stays a link
    return wa.send_image(known["to"], f"{LINK}.png", caption="CPU, last hour").id


@deed
def image_by_id(wa: WhatsApp, known: Known) -> str:
    medium = wa.upload_media(PNG, mime_type="image/png", filename="db7.png")
    return wa.send_image(known["to"], medium.id, caption="CPU, last hour").id


@deed
def image_with_buttons(wa: WhatsApp, known: Known) -> str:
    return wa.send_image(known["to"], f"{LINK}.png", caption="Disk 96%", footer="ops", buttons=BUTTONS).id


@deed
def video(wa: WhatsApp, known: Known) -> str:
    return wa.send_video(known["to"], b"....ftypmp42", caption="The rack", mime_type="video/mp4").id


@deed
def document(wa: WhatsApp, known: Known) -> str:
    return wa.send_document(
        known["to"], b"%PDF-1.7", "incident-2041.pdf", "Incident report", mime_type="application/pdf"
    ).id


@deed
def audio(wa: WhatsApp, known: Known) -> str:
    return wa.send_audio(known["to"], b"ID3-a-song", mime_type="audio/mpeg").id


@deed
def voice(wa: WhatsApp, known: Known) -> str:
    return wa.send_voice(known["to"], OGG, mime_type="audio/ogg").id


@deed
def sticker(wa: WhatsApp, known: Known) -> str:
    return wa.send_sticker(known["to"], WEBP, mime_type="image/webp").id


@deed
def location(wa: WhatsApp, known: Known) -> str:
    return wa.send_location(known["to"], 51.5007, -0.1246, "DC London 2", "1 Example Way").id


@deed
def location_request(wa: WhatsApp, known: Known) -> str:
    return wa.request_location(known["to"], "Where are you?").id


@deed
def contact(wa: WhatsApp, known: Known) -> str:
    return wa.send_contact(known["to"], CARD).id


@deed
def reaction(wa: WhatsApp, known: Known) -> str:
    return wa.send_reaction(known["to"], "\N{WHITE HEAVY CHECK MARK}", known["heard"]).id


@deed
def reaction_removed(wa: WhatsApp, known: Known) -> str:
    return wa.remove_reaction(known["to"], known["heard"]).id


@deed
def buttons(wa: WhatsApp, known: Known) -> str:
    return wa.send_message(known["to"], "Disk 96% and rising.", "P1 db-7", "ops", BUTTONS).id


@deed
def listed(wa: WhatsApp, known: Known) -> str:
    return wa.send_message(known["to"], "What should happen?", buttons=SectionList("Choose", SECTIONS)).id


@deed
def link_button(wa: WhatsApp, known: Known) -> str:
    return wa.send_message(known["to"], "Dashboard for db-7", buttons=URLButton("Open dashboard", LINK)).id


@deed
def template(wa: WhatsApp, known: Known) -> str:
    return wa.send_template(
        known["to"], "ops_alert", TemplateLanguage.ENGLISH, ALERT, tracker="alert:7f1c;attempt:2"
    ).id


@deed
def named_template(wa: WhatsApp, known: Known) -> str:
    return wa.send_template(known["to"], "ops_alert_named", TemplateLanguage.ENGLISH, NAMED).id


@deed
def plain_template(wa: WhatsApp, known: Known) -> str:
    return wa.send_template(known["to"], "hello_world", TemplateLanguage.ENGLISH_US).id


@deed
def document_template(wa: WhatsApp, known: Known) -> str:
    params = [HeaderDocument.params(document=f"{LINK}.pdf", filename="report.pdf"), BodyText.params("db-7")]
    return wa.send_template(known["to"], "judge_report", TemplateLanguage.ENGLISH, params).id


@deed
def code_template(wa: WhatsApp, known: Known) -> str:
    params = [AuthenticationBody.params(otp="493027"), CopyCodeOTPButton.params(otp="493027")]
    return wa.send_template(known["to"], "judge_code", TemplateLanguage.ENGLISH, params).id


@deed
def marketing(wa: WhatsApp, known: Known) -> str:
    return wa.send_template(
        known["to"],
        "ops_newsletter",
        TemplateLanguage.ENGLISH,
        [BodyText.params("none")],
        use_mm_lite_api=True,
    ).id


@deed
def marked_as_read(wa: WhatsApp, known: Known) -> bool:
    return wa.mark_message_as_read(known["heard"]).success


@deed
def wrong_token(_wa: WhatsApp, known: Known) -> str:
    return connect(known, token="not-the-token").send_message(known["to"], "hello").id


@deed
def wrong_count(wa: WhatsApp, known: Known) -> str:
    return wa.send_template(
        known["to"], "ops_nudge", TemplateLanguage.ENGLISH, [BodyText.params("1", "2")]
    ).id


@deed
def unknown_template(wa: WhatsApp, known: Known) -> str:
    return wa.send_template(known["to"], "no_such_template", TemplateLanguage.ENGLISH).id


@deed
def paused_template(wa: WhatsApp, known: Known) -> str:
    return wa.send_template(known["to"], "ops_paused", TemplateLanguage.ENGLISH, [BodyText.params("db-7")]).id


@deed
def to_itself(wa: WhatsApp, known: Known) -> str:
    return wa.send_message("+441632960111", "hello").id


@deed
def contact_request(wa: WhatsApp, known: Known) -> str:
    return wa.request_contact_info(known["to"], "Which number is yours?").id


@deed
def call_button(wa: WhatsApp, known: Known) -> str:
    return wa.send_message(known["to"], "Call the desk.", buttons=VoiceCallButton("Call now")).id


@deed
def call_permission(wa: WhatsApp, known: Known) -> str:
    return wa.send_message(known["to"], "May we call you?", buttons=CallPermissionRequestButton()).id


@deed
def flow(wa: WhatsApp, known: Known) -> str:
    form = FlowButton("Open form", flow_id="1234567890", flow_token="7f1c", flow_action_screen="START")
    return wa.send_message(known["to"], "Please fill this in.", buttons=form).id


@deed
def catalog(wa: WhatsApp, known: Known) -> str:
    return wa.send_catalog(known["to"], "Our spare parts").id


@deed
def product(wa: WhatsApp, known: Known) -> str:
    return wa.send_product(known["to"], "55000001", "sku-1", "A disk").id


@deed
def products(wa: WhatsApp, known: Known) -> str:
    sections = [ProductsSection("Disks", ["sku-1", "sku-2"])]
    return wa.send_products(known["to"], "55000001", sections, "Spare parts", "Choose a disk").id


@deed
def carousel(wa: WhatsApp, known: Known) -> str:
    cards = [
        ImageCarouselCard(
            body=f"Graph {number}", image=f"{LINK}-{number}.png", buttons=URLButton("Open", LINK)
        )
        for number in (1, 2)
    ]
    return wa.send_carousel(known["to"], body="Two graphs", cards=cards).id


@deed
def typing(wa: WhatsApp, known: Known) -> bool:
    """The last thing to do: the next message ends it."""
    return wa.indicate_typing(known["heard"]).success


if __name__ == "__main__":
    known = told()
    do_all(connect(known), known)
