"""How long, how many and how large: the most that the platform takes passes, and one more is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import ANNA, Bench, body_part, template_body, text_body
from .test_management import BODY, LINK, body, buttons, create, header, link, new, quick
from .test_media import upload
from .test_refusals import interactive, reply

KB, MB = 1024, 1024 * 1024
PICTURE = "https://ops.example.net/a.png"


def sized(kind: str, **content: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": ANNA, "type": kind, kind: content}


def choice(button: str = "Choose", sections: int = 1, rows: int = 1, **row: str) -> dict[str, Any]:
    listed = [
        {
            "title": f"section {place}",
            "rows": [{"id": f"{place}-{one}", "title": "row", **row} for one in range(rows)],
        }
        for place in range(sections)
    ]
    return interactive({"button": button, "sections": listed}, "list")


def cards(count: int) -> dict[str, Any]:
    card = {"name": {"formatted_name": "NOC desk", "first_name": "NOC"}}
    return {"messaging_product": "whatsapp", "to": ANNA, "type": "contacts", "contacts": [card] * count}


def replies(count: int) -> dict[str, Any]:
    return interactive({"buttons": [reply(str(place), str(place)) for place in range(count)]})


def go(label: str) -> dict[str, Any]:
    parameters = {"display_text": label, "url": "https://ops.example.net/d/7"}
    return interactive({"name": "cta_url", "parameters": parameters}, "cta_url")


def headed(text: str) -> dict[str, Any]:
    return interactive({"buttons": [reply("a", "A")]}, header={"type": "text", "text": text})


def titled(count: int) -> dict[str, Any]:
    row = {"id": "a", "title": "A"}
    return interactive({"button": "Choose", "sections": [{"title": "x" * count, "rows": [row]}]}, "list")


def bodied(count: int, kind: str, action: Any) -> dict[str, Any]:
    return interactive(action, kind, body={"text": "x" * count})


ROW = {"button": "Choose", "sections": [{"rows": [{"id": "a", "title": "A"}]}]}
GO = {"name": "cta_url", "parameters": {"display_text": "Go", "url": "https://ops.example.net/"}}
WHERE = {"name": "send_location"}

MESSAGES: dict[str, tuple[Callable[[int], dict[str, Any]], int]] = {
    "a text": (lambda count: text_body("x" * count), 4096),
    "a caption": (lambda count: sized("image", link=PICTURE, caption="x" * count), 1024),
    "opaque data": (lambda count: text_body(biz_opaque_callback_data="x" * count), 512),
    "contacts": (cards, 5),
    "reply buttons": (replies, 3),
    "the id of a button": (lambda count: interactive({"buttons": [reply("x" * count, "A")]}), 256),
    "the title of a button": (lambda count: interactive({"buttons": [reply("a", "x" * count)]}), 20),
    "the body above buttons": (lambda count: bodied(count, "button", {"buttons": [reply("a", "A")]}), 1024),
    "the body above a link": (lambda count: bodied(count, "cta_url", GO), 1024),
    "the body above a list": (lambda count: bodied(count, "list", ROW), 4096),
    "the body of a request for a place": (
        lambda count: bodied(count, "location_request_message", WHERE), 1024,
    ),
    "a header": (lambda count: headed("x" * count), 60),
    "a footer": (
        lambda count: interactive({"buttons": [reply("a", "A")]}, footer={"text": "x" * count}), 60,
    ),
    "the opener of a list": (lambda count: choice("x" * count), 20),
    "the rows of a list": (lambda count: choice(rows=count), 10),
    "the rows of a list in sections": (lambda count: choice(sections=count), 10),
    "the title of a section": (titled, 24),
    "the id of a row": (lambda count: choice(id="x" * count), 200),
    "the title of a row": (lambda count: choice(title="x" * count), 24),
    "the description of a row": (lambda count: choice(description="x" * count), 72),
    "the label of a link": (lambda count: go("x" * count), 20),
    "the name of a template": (lambda count: template_body(name="x" * count), 512),
}  # fmt: skip

TEMPLATES: dict[str, tuple[Callable[[int], dict[str, Any]], int]] = {
    "a name": (lambda count: new(name="x" * count), 512),
    "a body": (lambda count: new(body("x" * count)), 1024),
    "a header": (lambda count: new(header("x" * count), BODY), 60),
    "a footer": (lambda count: new(BODY, {"type": "FOOTER", "text": "x" * count}), 60),
    "the text of a button": (lambda count: new(BODY, buttons(quick("x" * count))), 25),
    "a link": (lambda count: new(BODY, buttons(link(LINK + "x" * (count - len(LINK))))), 2000),
    "links": (lambda count: new(BODY, buttons(*(link(text=str(one)) for one in range(count)))), 2),
    "quick replies": (lambda count: new(BODY, buttons(*(quick(str(one)) for one in range(count)))), 10),
    "numbers to call": (
        lambda count: new(
            BODY,
            buttons(
                *({"type": "PHONE_NUMBER", "text": str(one), "phone_number": "+441632960200"}
                  for one in range(count))
            ),
        ), 1,
    ),
    "codes to copy": (
        lambda count: new(BODY, buttons(*({"type": "COPY_CODE", "example": "A1"} for _ in range(count)))), 1,
    ),
    "a code to copy": (
        lambda count: new(BODY, buttons({"type": "COPY_CODE", "example": "x" * count})), 20,
    ),
    "a number to call": (
        lambda count: new(
            BODY, buttons({"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+" + "1" * count})
        ), 20,
    ),
    "a time to live of utility": (lambda count: new(message_send_ttl_seconds=count), 43_200),
    "a time to live of marketing": (
        lambda count: new(category="MARKETING", message_send_ttl_seconds=count), 2_592_000,
    ),
}  # fmt: skip

FILES = {
    "audio/ogg": 16 * MB,
    "image/png": 5 * MB,
    "video/mp4": 16 * MB,
    "application/pdf": 100 * MB,
    "image/webp": 500 * KB,
}


@pytest.mark.parametrize("what", MESSAGES)
async def test_a_message_holds_so_much_and_no_more(bench: Bench, what: str) -> None:
    made, most = MESSAGES[what]
    taken = await bench.post(made(most))
    if what == "the name of a template":
        assert taken.json()["error"]["code"] == 132001, "it may be so long, but is unknown"
    else:
        assert taken.status_code == 200, taken.text
    refused = await bench.post(made(most + 1))
    assert refused.json()["error"]["code"] in (100, 131009)


async def test_a_filled_template_holds_so_much_and_no_more(bench: Bench) -> None:
    components = [{"type": "BODY", "text": "Now {{1}}."}]
    bench.account.add_template({"name": "short", "language": "en", "components": components})
    most = 1024 - len("Now .")
    assert (await bench.template(body_part("x" * most), name="short")).status_code == 200
    refused = await bench.template(body_part("x" * (most + 1)), name="short")
    assert refused.json()["error"]["code"] == 132005


@pytest.mark.parametrize("what", TEMPLATES)
async def test_a_template_holds_so_much_and_no_more(bench: Bench, what: str) -> None:
    made, most = TEMPLATES[what]
    refused = await create(bench, made(most + 1))
    assert refused.json()["error"]["code"] == 100
    taken = await create(bench, made(most))
    assert taken.status_code == 200, taken.text


@pytest.mark.parametrize(("category", "least"), [("UTILITY", 30), ("MARKETING", 43_200)])
async def test_a_template_lives_so_long_at_least(bench: Bench, category: str, least: int) -> None:
    refused = await create(bench, new(category=category, message_send_ttl_seconds=least - 1))
    assert refused.json()["error"]["code"] == 100
    taken = await create(bench, new(category=category, message_send_ttl_seconds=least))
    assert taken.status_code == 200, taken.text


@pytest.mark.parametrize("mime", FILES)
async def test_a_file_is_so_large_and_no_larger(bench: Bench, mime: str) -> None:
    refused = await upload(bench, bytes(FILES[mime] + 1), mime)
    assert refused.json()["error"]["code"] == 100
    assert (await upload(bench, bytes(FILES[mime]), mime)).status_code == 200
