"""Every kind of content that the platform takes, and how it looks on the phone."""

from typing import Any

import pytest

from wa_notify.sandbox import ButtonKind

from .conftest import ANNA, Bench, body_part, button_part, open_window, template_body

LINK = "https://ops.example.net/graph.png"

# type -> (content, header, body)
FREE_FORM: dict[str, tuple[Any, str, str]] = {
    "text": ({"body": "one\ntwo", "preview_url": True}, "", "one\ntwo"),
    "image": ({"link": LINK, "caption": "CPU"}, "[image]", "CPU"),
    "video": ({"id": "7100000000000012"}, "[video]", ""),
    "document": (
        {"id": "7100000000000011", "filename": "report.pdf", "caption": "Report"},
        "[report.pdf]",
        "Report",
    ),
    "audio": ({"id": "7100000000000011", "voice": True}, "[audio]", ""),
    "sticker": ({"link": LINK}, "[sticker]", ""),
    "location": ({"latitude": "51.5", "longitude": -0.12, "name": "DC"}, "DC", "51.5, -0.12"),
    "contacts": ([{"name": {"formatted_name": "NOC desk", "first_name": "NOC"}}], "[contact]", "NOC desk"),
}

ILL_FORMED: dict[str, tuple[str, Any, int]] = {
    "a contact with half a name": ("contacts", [{"name": {"formatted_name": "NOC"}}], 131008),
    "a contact that is no object": ("contacts", ["NOC"], 131008),
    "a location without longitude": ("location", {"latitude": 1}, 131008),
    "a location with a flag for a number": ("location", {"latitude": True, "longitude": 1}, 131009),
    "a caption of 1025": ("image", {"link": LINK, "caption": "x" * 1025}, 131009),
    "an audio with a caption": ("audio", {"id": "7100000000000011", "caption": "x"}, 100),
    "a medium with an id that is none": ("image", {"id": "abc"}, 131009),
}

COPY_CODE = {"type": "COPY_CODE", "example": "INC-1"}
CALL = {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+441632"}
MEDIA_TEMPLATE = [
    {"type": "HEADER", "format": "DOCUMENT"},
    {"type": "BODY", "text": "The bill of {{2}} is {{1}}."},
    {
        "type": "BUTTONS",
        "buttons": [COPY_CODE, {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+441632"}],
    },
]
DOCUMENT_PART = {
    "type": "header",
    "parameters": [{"type": "document", "document": {"link": LINK, "filename": "bill.pdf"}}],
}  # fmt: skip
MONEY_PART = {
    "type": "body",
    "parameters": [
        {
            "type": "currency",
            "currency": {"fallback_value": "GBP 12.50", "code": "GBP", "amount_1000": 12500},
        },
        {"type": "date_time", "date_time": {"fallback_value": "21 Nov"}},
    ],
}
CODE_PART = button_part(0, "copy_code", type="coupon_code", coupon_code="INC-2041")

ILL_FILLED: dict[str, tuple[list[Any], int]] = {
    "without the medium of the header": ([MONEY_PART, CODE_PART], 132012),
    "with a text for the medium": (
        [{"type": "header", "parameters": [{"type": "text", "text": "x"}]}, MONEY_PART, CODE_PART], 132012,
    ),
    "with a medium that is missing": (
        [{"type": "header", "parameters": [{"type": "document"}]}, MONEY_PART, CODE_PART], 131008,
    ),
    "without the code to copy": ([DOCUMENT_PART, MONEY_PART], 131008),
    "with a payload for the code": (
        [DOCUMENT_PART, MONEY_PART, button_part(0, "copy_code", type="payload", payload="x")], 132012,
    ),
    "with an index that is none": ([DOCUMENT_PART, MONEY_PART, {**CODE_PART, "index": "first"}], 131009),
    "with two codes": (
        [DOCUMENT_PART, MONEY_PART, {**CODE_PART, "parameters": CODE_PART["parameters"] * 2}], 132000,
    ),
}  # fmt: skip


def message(kind: str, content: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": ANNA, "type": kind, kind: content}


@pytest.fixture
def with_bill(bench: Bench) -> Bench:
    bench.account.add_template({"name": "bill", "language": "en", "components": MEDIA_TEMPLATE})
    return bench


def has_files(bench: Bench) -> None:
    """The account has uploaded two files."""
    for _ in range(2):
        bench.sandbox.media.upload("400000000000101", b"%PDF-1.7", "application/pdf", "report.pdf")


@pytest.mark.parametrize("kind", FREE_FORM)
async def test_free_form_content_arrives_and_is_shown(bench: Bench, kind: str) -> None:
    content, header, body = FREE_FORM[kind]
    has_files(bench)
    await open_window(bench)
    response = await bench.post(message(kind, content))
    assert response.status_code == 200, response.text
    await bench.pass_time(seconds=5)
    assert bench.service.ladder == ["sent", "delivered", "read"]
    shown = bench.sandbox.phone(ANNA).messages[-1]
    assert (shown.kind, shown.header, shown.body) == (kind, header, body)


@pytest.mark.parametrize("what", ILL_FORMED)
async def test_ill_formed_content_is_refused(bench: Bench, what: str) -> None:
    kind, content, code = ILL_FORMED[what]
    response = await bench.post(message(kind, content))
    assert (response.status_code, response.json()["error"]["code"]) == (400, code)


async def test_interactive_content_shows_header_footer_and_buttons(bench: Bench) -> None:
    await open_window(bench)
    link = {"name": "cta_url", "parameters": {"display_text": "Open", "url": LINK}}
    content: dict[str, Any] = {
        "type": "cta_url",
        "body": {"text": "See"},
        "footer": {"text": "ops"},
        "action": link,
    }
    await bench.post(message("interactive", {**content, "header": {"type": "text", "text": "db-7"}}))
    shown = bench.sandbox.phone(ANNA).messages[-1]
    assert (shown.text, shown.buttons, shown.actions[0].url) == ("db-7\nSee\nops", ("Open",), LINK)
    await bench.post(
        message("interactive", {**content, "header": {"type": "image", "image": {"link": LINK}}})
    )
    assert bench.sandbox.phone(ANNA).messages[-1].header == "[image]"
    place = {
        "type": "location_request_message",
        "body": {"text": "Where?"},
        "action": {"name": "send_location"},
    }
    await bench.post(message("interactive", place))
    assert bench.sandbox.phone(ANNA).messages[-1].actions[0].kind is ButtonKind.LOCATION


async def test_a_list_takes_no_picture(bench: Bench) -> None:
    action = {"button": "Choose", "sections": [{"rows": [{"id": "1", "title": "One"}]}]}
    content = {"type": "list", "header": {"type": "image", "image": {"id": "1"}}, "body": {"text": "x"}}
    response = await bench.post(message("interactive", {**content, "action": action}))
    assert response.json()["error"]["code"] == 131009


async def test_media_money_dates_and_codes_fill_a_template(with_bill: Bench) -> None:
    response = await with_bill.post(template_body(DOCUMENT_PART, MONEY_PART, CODE_PART, name="bill"))
    assert response.status_code == 200, response.text
    shown = with_bill.sandbox.phone(ANNA).messages[-1]
    assert shown.text == "[bill.pdf]\nThe bill of 21 Nov is GBP 12.50."
    assert [(action.kind.value, action.payload) for action in shown.actions] == [
        ("copy_code", "INC-2041"), ("phone_number", "+441632"),
    ]  # fmt: skip


@pytest.mark.parametrize("what", ILL_FILLED)
async def test_a_template_with_a_medium_is_refused(with_bill: Bench, what: str) -> None:
    parts, code = ILL_FILLED[what]
    response = await with_bill.post(template_body(*parts, name="bill"))
    assert response.json()["error"]["code"] == code, response.text


async def test_a_link_without_variable_takes_no_parameter_and_a_long_one_is_refused(bench: Bench) -> None:
    buttons = [
        {"type": "URL", "text": "Fixed", "url": LINK},
        {"type": "URL", "text": "Open", "url": "https://e/{{1}}"},
    ]
    parts = [{"type": "BODY", "text": "Two links."}, {"type": "BUTTONS", "buttons": buttons}]
    bench.account.add_template({"name": "links", "language": "en", "components": parts})
    codes = []
    for texts in ([None, "a"], ["a", "a"], [None, "x" * 2000], [None, "a\nb"]):
        given = [
            button_part(place, "url", type="text", text=text) for place, text in enumerate(texts) if text
        ]
        response = await bench.post(template_body(body_part(), *given, name="links"))
        codes.append(response.json().get("error", {}).get("code"))
    assert codes == [None, 132000, 132005, 132018]
