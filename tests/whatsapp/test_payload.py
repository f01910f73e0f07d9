"""Our values as the platform's JSON, letter by letter, and its templates as ours."""

from typing import Any

import pytest

from wa_notify.core.enclosed import Contact, Contacts, LinkButton, MediaKind, MediaLink, Place, ReactionTo
from wa_notify.core.message import (
    Button,
    ButtonKind,
    ButtonParameter,
    ContactsMessage,
    LinkMessage,
    ListMessage,
    LocationMessage,
    LocationRequest,
    MediaMessage,
    Message,
    Outgoing,
    Parameter,
    ReactionMessage,
    Row,
    TemplateMessage,
    TextMessage,
)
from wa_notify.core.template import ButtonShape, TemplateShape, variables
from wa_notify.whatsapp.payload import request_body, shape_from

from .examples import EXAMPLES


def body_of(message: Message) -> dict[str, Any]:
    return request_body(Outgoing(to="+447700900123", message=message, callback_data="7.1.abc"))


def parts_of(**filled: Any) -> list[dict[str, Any]]:
    message = TemplateMessage(name="ops_incident_alert", language="en", **filled)
    components: list[dict[str, Any]] = body_of(message)["template"]["components"]
    return components


def test_plain_text_leaves_without_a_preview_card() -> None:
    assert body_of(TextMessage(body="*P1* disk 96% on db-7\nhttps://ops.example.net")) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+447700900123",
        "type": "text",
        "text": {"preview_url": False, "body": "*P1* disk 96% on db-7\nhttps://ops.example.net"},
        "biz_opaque_callback_data": "7.1.abc",
    }


def test_text_with_buttons_leaves_as_interactive() -> None:
    message = TextMessage(
        body="Disk usage 96%.",
        buttons=(
            Button(payload="ack:7.1.a", title="Acknowledge"),
            Button(payload="details:7.1.a", title="Details"),
        ),
    )
    sent = body_of(message)
    assert sent["type"] == "interactive"
    assert "text" not in sent
    assert sent["interactive"] == {
        "type": "button",
        "body": {"text": "Disk usage 96%."},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "ack:7.1.a", "title": "Acknowledge"}},
                {"type": "reply", "reply": {"id": "details:7.1.a", "title": "Details"}},
            ]
        },
    }


def test_a_file_leaves_by_its_link_with_what_is_known_of_it() -> None:
    picture = MediaMessage(media=MediaLink(kind=MediaKind.IMAGE, link="https://x.example/a.png"))
    assert body_of(picture)["image"] == {"link": "https://x.example/a.png"}
    paper = MediaLink(kind=MediaKind.DOCUMENT, link="https://x.example/a.pdf", filename="a.pdf")
    sent = body_of(MediaMessage(media=paper, caption="Disk full"))
    assert sent["type"] == "document"
    assert sent["document"] == {
        "link": "https://x.example/a.pdf",
        "caption": "Disk full",
        "filename": "a.pdf",
    }


def test_a_list_to_pick_from_leaves_as_interactive() -> None:
    message = ListMessage(
        body="Which one do you take?",
        opener="Choose",
        rows=(
            Row(payload="ack:12.1.a", title="#12 Disk full", description="Disk full on db-7"),
            Row(payload="ack:13.1.a", title="#13 Backup late"),
        ),
    )
    sent = body_of(message)
    assert sent["type"] == "interactive"
    assert sent["interactive"] == {
        "type": "list",
        "body": {"text": "Which one do you take?"},
        "action": {
            "button": "Choose",
            "sections": [
                {
                    "rows": [
                        {"id": "ack:12.1.a", "title": "#12 Disk full", "description": "Disk full on db-7"},
                        {"id": "ack:13.1.a", "title": "#13 Backup late"},
                    ]
                }
            ],
        },
    }


def test_a_template_without_variables_leaves_without_components() -> None:
    assert body_of(TemplateMessage(name="hello_world", language="en_US"))["template"] == {
        "name": "hello_world",
        "language": {"code": "en_US"},
    }


def test_a_template_with_everything_leaves_part_by_part() -> None:
    components = parts_of(
        header=Parameter(text="db-7"),
        body=(Parameter(text="P1"), Parameter(text="Disk usage 96%")),
        buttons=(
            ButtonParameter(index=0, kind=ButtonKind.QUICK_REPLY, text="ack:7f1c"),
            ButtonParameter(index=1, kind=ButtonKind.URL, text="alerts/7f1c"),
        ),
    )
    assert components == [
        {"type": "header", "parameters": [{"type": "text", "text": "db-7"}]},
        {
            "type": "body",
            "parameters": [{"type": "text", "text": "P1"}, {"type": "text", "text": "Disk usage 96%"}],
        },
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "0",
            "parameters": [{"type": "payload", "payload": "ack:7f1c"}],
        },
        {
            "type": "button",
            "sub_type": "url",
            "index": "1",
            "parameters": [{"type": "text", "text": "alerts/7f1c"}],
        },
    ]


def test_named_parameters_carry_their_names() -> None:
    components = parts_of(
        header=Parameter(name="host", text="db-7"), body=(Parameter(name="severity", text="P1"),)
    )
    assert components == [
        {"type": "header", "parameters": [{"type": "text", "parameter_name": "host", "text": "db-7"}]},
        {"type": "body", "parameters": [{"type": "text", "parameter_name": "severity", "text": "P1"}]},
    ]


@pytest.mark.parametrize(
    ("ending", "sent"),
    [
        ("a b", "a%20b"),
        ("d/7?from=1&to=2#top", "d/7?from=1&to=2#top"),
        ("already%20encoded", "already%20encoded"),
        ("caf\u00e9", "caf%C3%A9"),
        ('"<x>"', "%22%3Cx%3E%22"),
    ],
)
def test_the_ending_of_a_link_is_percent_encoded_once(ending: str, sent: str) -> None:
    (button,) = parts_of(buttons=(ButtonParameter(index=0, kind=ButtonKind.URL, text=ending),))
    assert button["parameters"] == [{"type": "text", "text": sent}]


def test_a_person_known_only_by_bsuid_is_addressed_as_recipient() -> None:
    outgoing = Outgoing(bsuid="GB.48209173655120481", message=TextMessage(body="hi"), callback_data="")
    assert request_body(outgoing) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "recipient": "GB.48209173655120481",
        "type": "text",
        "text": {"preview_url": False, "body": "hi"},
    }


def test_the_documented_template_list_is_read() -> None:
    (template,) = EXAMPLES["templates"]["data"]
    assert shape_from(template) == TemplateShape(
        name="ops_incident_alert",
        language="en",
        status="APPROVED",
        category="UTILITY",
        body="A {{1}} alert was raised for a system you are on call for: {{2}}. It is still open.",
        id="900000000000770",
        quality="GREEN",
    )


def test_header_footer_and_buttons_of_a_template_are_read() -> None:
    template = EXAMPLES["created_templates"][0] | {"status": "PENDING"}
    shape = shape_from(template)
    assert shape is not None
    assert (shape.header, shape.header_format) == ("Incident on {{1}} reported", "TEXT")
    assert shape.footer == "Sent by the operations desk"
    assert shape.buttons == (
        ButtonShape(kind="QUICK_REPLY", text="Acknowledge"),
        ButtonShape(kind="URL", text="Open alert", target="https://ops.example.net/{{1}}"),
    )
    assert not shape.sendable


def test_named_variables_of_a_template_are_kept() -> None:
    shape = shape_from(EXAMPLES["created_templates"][1])
    assert shape is not None
    assert variables(shape.body) == ("severity", "summary")


def test_a_media_header_is_known_by_its_format() -> None:
    components = [{"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::x"]}}]
    shape = shape_from({"name": "n", "language": "en", "components": components})
    assert shape is not None
    assert (shape.header, shape.header_format) == ("", "IMAGE")


def test_unknown_parts_are_left_out_and_every_button_keeps_its_place() -> None:
    shape = shape_from(
        {
            "name": "n",
            "language": "en",
            "status": "approved",
            "category": None,
            "components": [
                {"type": "HOLOGRAM", "text": "?"},
                "rubbish",
                {"type": "BODY", "text": 7},
                {
                    "type": "BUTTONS",
                    "buttons": ["odd", {"type": "FLOW"}, {"type": "URL", "text": "Go", "url": "x"}],
                },
            ],
        }
    )
    assert shape is not None
    assert (shape.status, shape.category, shape.body) == ("APPROVED", "", "")
    assert [button.kind for button in shape.buttons] == ["UNKNOWN", "FLOW", "URL"]
    assert not any(button.takes_suffix for button in shape.buttons)


@pytest.mark.parametrize(
    "template",
    [None, [], {}, {"name": "n"}, {"language": "en"}, {"name": 5, "language": "en"}],
)
def test_a_template_that_cannot_be_named_is_no_shape(template: object) -> None:
    assert shape_from(template) is None


@pytest.mark.parametrize("components", [None, {}, "x", [{"type": "BUTTONS", "buttons": {}}], [{"type": 1}]])
def test_odd_components_make_an_empty_shape(components: object) -> None:
    shape = shape_from({"name": "n", "language": "en", "components": components})
    assert shape is not None
    assert (shape.body, shape.buttons) == ("", ())


@pytest.mark.parametrize(("announced", "told"), [("MARKETING", "MARKETING"), ("UTILITY", ""), (None, "")])
def test_a_category_that_is_announced_is_read(announced: str | None, told: str) -> None:
    template = {"name": "n", "language": "en", "category": "UTILITY", "correct_category": announced}
    shape = shape_from(template)
    assert shape is not None
    assert shape.upcoming_category == told


def test_every_other_kind_leaves_as_the_reference_shows_it() -> None:
    place = Place(latitude=51.5007, longitude=-0.1246, name="DC London 2", address="1 Example Way")
    assert body_of(LocationMessage(place=place))["location"] == {
        "latitude": "51.5007",
        "longitude": "-0.1246",
        "name": "DC London 2",
        "address": "1 Example Way",
    }
    card = Contact(
        name="NOC desk",
        phone="+441632960200",
        wa_id="441632960200",
        company="Example Ops",
        email="noc@example.net",
    )
    assert body_of(ContactsMessage(contacts=Contacts(cards=(card,))))["contacts"] == [
        {
            "name": {"formatted_name": "NOC desk", "first_name": "NOC", "last_name": "desk"},
            "phones": [{"phone": "+441632960200", "type": "WORK", "wa_id": "441632960200"}],
            "emails": [{"email": "noc@example.net", "type": "WORK"}],
            "org": {"company": "Example Ops"},
        }
    ]
    assert body_of(ReactionMessage(reaction=ReactionTo(wamid="wamid.A", emoji="✅")))["reaction"] == {
        "message_id": "wamid.A",
        "emoji": "✅",
    }
    button = LinkButton(title="Open dashboard", url="https://ops.example.net/d/7")
    assert body_of(LinkMessage(body="Dashboard for db-7", button=button))["interactive"] == {
        "type": "cta_url",
        "body": {"text": "Dashboard for db-7"},
        "action": {
            "name": "cta_url",
            "parameters": {"display_text": "Open dashboard", "url": "https://ops.example.net/d/7"},
        },
    }
    assert body_of(LocationRequest(body="Where are you?"))["interactive"] == {
        "type": "location_request_message",
        "body": {"text": "Where are you?"},
        "action": {"name": "send_location"},
    }


def test_files_are_named_by_their_id_once_they_are_uploaded() -> None:
    voice = MediaLink(kind=MediaKind.AUDIO, media_id="71", voice=True)
    assert body_of(MediaMessage(media=voice))["audio"] == {"id": "71", "voice": True}
    picture = MediaLink(kind=MediaKind.IMAGE, media_id="72")
    tap = Button(payload="ack:1", title="Acknowledge")
    framed = body_of(TextMessage(body="x", buttons=(tap,), header=picture, footer="wa_notify"))["interactive"]
    assert framed["header"] == {"type": "image", "image": {"id": "72"}}
    assert framed["footer"] == {"text": "wa_notify"}


def test_a_list_has_sections_a_heading_and_a_footer() -> None:
    rows = (
        Row(payload="a", title="One", section="Handle"),
        Row(payload="b", title="Two", section="Handle"),
        Row(payload="c", title="Three", section="Silence"),
    )
    sent = body_of(ListMessage(body="x", opener="Choose", rows=rows, heading="H", footer="F"))["interactive"]
    assert sent["header"] == {"type": "text", "text": "H"}
    assert sent["footer"] == {"text": "F"}
    told = [(one["title"], [row["id"] for row in one["rows"]]) for one in sent["action"]["sections"]]
    assert told == [("Handle", ["a", "b"]), ("Silence", ["c"])]


def test_headers_and_codes_fill_a_template() -> None:
    document = MediaLink(kind=MediaKind.DOCUMENT, media_id="71", filename="report.pdf")
    assert parts_of(header=document) == [
        {
            "type": "header",
            "parameters": [{"type": "document", "document": {"id": "71", "filename": "report.pdf"}}],
        }
    ]
    assert parts_of(header=Place(latitude=1, longitude=2)) == [
        {
            "type": "header",
            "parameters": [{"type": "location", "location": {"latitude": "1", "longitude": "2"}}],
        }
    ]
    code = ButtonParameter(index=0, kind=ButtonKind.COPY_CODE, text="INC-2041")
    assert parts_of(buttons=(code,)) == [
        {
            "type": "button",
            "sub_type": "copy_code",
            "index": "0",
            "parameters": [{"type": "coupon_code", "coupon_code": "INC-2041"}],
        }
    ]


def test_an_answer_quotes_what_it_answers() -> None:
    said = Outgoing(to="+447700900123", message=TextMessage(body="x"), callback_data="", quotes="wamid.A")
    assert request_body(said)["context"] == {"message_id": "wamid.A"}
