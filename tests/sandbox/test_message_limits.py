"""Every limit of a message, from both sides: what just fits passes, and one more is refused by its name."""

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import ANNA, Bench, text_body

LINK = "https://ops.example.net/graph.png"
Json = dict[str, Any]


def x(length: int) -> str:
    return "x" * length


def sent(kind: str, content: Any) -> Json:
    return {"messaging_product": "whatsapp", "to": ANNA, "type": kind, kind: content}


def interactive(kind: str, action: Json, **more: Any) -> Json:
    return sent("interactive", {"type": kind, "body": {"text": "choose"}, "action": action, **more})


def reply(title: str = "A", id: str = "a") -> Json:  # noqa: A002
    return {"type": "reply", "reply": {"id": id, "title": title}}


def row(**more: str) -> Json:
    return {"id": "a", "title": "A", **more}


def rows(count: int) -> list[Json]:
    return [row(id=str(place)) for place in range(count)]


def button(**more: Any) -> Json:
    return interactive("button", {"buttons": [reply()]}, **more)


def choices(sections: list[Json], opener: str = "Choose", **more: Any) -> Json:
    return interactive("list", {"button": opener, "sections": sections}, **more)


def link(title: str = "Open", url: str = LINK, **more: Any) -> Json:
    parameters = {"display_text": title, "url": url}
    return interactive("cta_url", {"name": "cta_url", "parameters": parameters}, **more)


def card(**parts: Any) -> Json:
    name = {"formatted_name": "NOC desk", "first_name": "NOC"}
    return sent("contacts", [{"name": name, **parts}])


def cards(count: int) -> Json:
    one = {"type": "cta_url", "header": {"type": "image", "image": {"link": LINK}}}
    action = {"name": "cta_url", "parameters": {"display_text": "Open", "url": LINK}}
    whole = [{"card_index": place, **one, "action": action} for place in range(count)]
    return interactive("carousel", {"cards": whole})


def carousel_text(length: int) -> Json:
    body = cards(2)
    body["interactive"]["action"]["cards"][0]["body"] = {"text": x(length)}
    return body


def products(count: int) -> Json:
    items = [{"product_retailer_id": str(place)} for place in range(count)]
    sections = [{"title": "A", "product_items": items[:20]}, {"title": "B", "product_items": items[20:]}]
    header = {"type": "text", "text": "Shop"}
    return interactive("product_list", {"catalog_id": "1", "sections": sections}, header=header)


def flow(title: str) -> Json:
    parameters = {"flow_message_version": "3", "flow_id": "1", "flow_cta": title}
    return interactive("flow", {"name": "flow", "parameters": parameters})


def place(latitude: Any, longitude: Any = 0) -> Json:
    return sent("location", {"latitude": latitude, "longitude": longitude})


# what is limited -> (a message with that much of it, the most, the code of more, what its details name)
MOST: dict[str, tuple[Callable[[int], Json], int, int, str]] = {
    "text.body": (lambda n: text_body(x(n)), 4096, 100, "text.body"),
    "opaque data": (
        lambda n: text_body(biz_opaque_callback_data=x(n)), 512, 100, "biz_opaque_callback_data",
    ),
    "caption of an image": (
        lambda n: sent("image", {"link": LINK, "caption": x(n)}), 1024, 131009, "image.caption",
    ),
    "caption of a video": (
        lambda n: sent("video", {"link": LINK, "caption": x(n)}), 1024, 131009, "video.caption",
    ),
    "caption of a document": (
        lambda n: sent("document", {"link": LINK, "caption": x(n)}), 1024, 131009, "document.caption",
    ),
    "contacts": (lambda n: sent("contacts", card()["contacts"] * n), 5, 131009, "contacts"),
    "body of buttons": (lambda n: button(body={"text": x(n)}), 1024, 131009, "interactive.body.text"),
    "body of a list": (
        lambda n: choices([{"rows": rows(1)}], body={"text": x(n)}), 4096, 131009, "interactive.body.text",
    ),
    "body of a link": (lambda n: link(body={"text": x(n)}), 1024, 131009, "interactive.body.text"),
    "header": (
        lambda n: button(header={"type": "text", "text": x(n)}), 60, 131009, "interactive.header.text",
    ),
    "footer": (lambda n: button(footer={"text": x(n)}), 60, 131009, "interactive.footer.text"),
    "buttons": (
        lambda n: interactive("button", {"buttons": [reply(str(i), str(i)) for i in range(n)]}), 3, 131009,
        "buttons",
    ),
    "title of a button": (
        lambda n: interactive("button", {"buttons": [reply(x(n))]}), 20, 131009, "buttons[0].reply.title",
    ),
    "id of a button": (
        lambda n: interactive("button", {"buttons": [reply("A", x(n))]}), 256, 131009, "buttons[0].reply.id",
    ),
    "opener of a list": (lambda n: choices([{"rows": rows(1)}], x(n)), 20, 131009, "action.button"),
    "sections": (
        lambda n: choices([{"title": "S", "rows": [row(id=str(i))]} for i in range(n)]), 10, 131009,
        "sections",
    ),
    "rows in all": (
        lambda n: choices([{"title": "S", "rows": rows(n)[:6]}, {"title": "T", "rows": rows(n)[6:]}]), 10,
        131009, "10 rows in total",
    ),
    "title of a section": (
        lambda n: choices([{"title": x(n), "rows": rows(1)}]), 24, 131009, "sections[0].title",
    ),
    "title of a row": (lambda n: choices([{"rows": [row(title=x(n))]}]), 24, 131009, "rows[0].title"),
    "id of a row": (lambda n: choices([{"rows": [row(id=x(n))]}]), 200, 131009, "rows[0].id"),
    "description of a row": (
        lambda n: choices([{"rows": [row(description=x(n))]}]), 72, 131009, "rows[0].description",
    ),
    "title of a link": (lambda n: link(x(n)), 20, 131009, "display_text"),
    "title of a form": (lambda n: flow(x(n)), 20, 131009, "flow_cta"),
    "cards of a carousel": (cards, 10, 131009, "cards"),
    "text of a card": (carousel_text, 160, 131009, "cards[0].body.text"),
    "products": (products, 30, 131009, "30 products in total"),
}  # fmt: skip

# what is wrong -> (the message, the code, what its details name)
WRONG: dict[str, tuple[Json, int, str]] = {
    "a contact with a formatted name alone": (
        sent("contacts", [{"name": {"formatted_name": "NOC", "first_name": ""}}]), 131008, "contacts[0].name",
    ),
    "a contact without formatted name": (
        sent("contacts", [{"name": {"first_name": "NOC"}}]), 131008, "formatted_name",
    ),
    "no contact": (sent("contacts", []), 131008, "contacts"),
    "a telephone number with a misspelt field": (card(phones=[{"number": "1"}]), 100, "phones[0].number"),
    "a wa_id with a plus": (card(phones=[{"wa_id": "+44"}]), 131009, "phones[0].wa_id"),
    "a birthday in another order": (card(birthday="31.12.1990"), 131009, "birthday"),
    "an e-mail address that is a text": (card(emails=["noc@example.net"]), 131009, "emails[0]"),
    "a latitude beyond the pole": (place(90.1), 131009, "location.latitude"),
    "a latitude that is no number": (place("north"), 131009, "location.latitude"),
    "a longitude beyond the date line": (place(0, "-180.01"), 131009, "location.longitude"),
    "a sticker with a caption": (sent("sticker", {"link": LINK, "caption": "x"}), 100, "sticker.caption"),
    "an audio with a caption": (sent("audio", {"link": LINK, "caption": "x"}), 100, "audio.caption"),
    "an image with a name": (sent("image", {"link": LINK, "filename": "a"}), 100, "image.filename"),
    "an image as voice note": (sent("image", {"link": LINK, "voice": True}), 100, "image.voice"),
    "an audio from nowhere": (sent("audio", {"voice": True}), 131008, "audio"),
    "a list with a header that is a picture": (
        choices([{"rows": rows(1)}], header={"type": "image", "image": {"link": LINK}}), 131009,
        "header.type",
    ),
    "a list with two rows of one id": (choices([{"rows": [row(), row(title="B")]}]), 131009, "id"),
    "a section without rows": (choices([{"title": "S", "rows": []}]), 131008, "rows"),
    "a list with two sections of which one has no title": (
        choices([{"title": "S", "rows": rows(1)}, {"rows": [row()]}]), 131008, "title",
    ),
    "a link to a file": (link(url="file:///etc/hosts"), 131009, "url"),
    "a link without title": (link(""), 131008, "display_text"),
    "a location request under another name": (
        interactive("location_request_message", {"name": "send"}), 131009, "action.name",
    ),
    "a location request with a header": (
        interactive("location_request_message", {"name": "send_location"},
                    header={"type": "text", "text": "x"}), 100, "header",
    ),
    "one card": (cards(1), 131009, "cards"),
    "cards in disorder": (
        interactive("carousel", {"cards": cards(2)["interactive"]["action"]["cards"][::-1]}), 131009,
        "card_index",
    ),
    "a form by id and name": (
        interactive("flow", {"name": "flow", "parameters": {
            "flow_message_version": "3", "flow_id": "1", "flow_name": "a", "flow_cta": "Go"}}), 131009,
        "flow_id",
    ),
    "products without a header": (
        interactive("product_list", {"catalog_id": "1", "sections": [
            {"title": "A", "product_items": [{"product_retailer_id": "1"}]}]}), 131008, "header",
    ),
    "products in two sections of which one has no title": (
        interactive("product_list", {"catalog_id": "1", "sections": [
            {"title": "A", "product_items": [{"product_retailer_id": "1"}]},
            {"product_items": [{"product_retailer_id": "2"}]}]}, header={"type": "text", "text": "Shop"}),
        131008, "title",
    ),
    "a product without its number": (interactive("product", {"catalog_id": "1"}), 131008,
                                     "product_retailer_id"),
    "an address without country": (
        interactive("address_message", {"name": "address_message", "parameters": {}}), 131008, "country",
    ),
    "an address in a country in words": (
        interactive("address_message", {"name": "address_message", "parameters": {"country": "India"}}),
        131009, "country",
    ),
    "leave to call under another name": (
        interactive("call_permission_request", {"name": "call"}), 131009, "action.name",
    ),
}  # fmt: skip

WHOLE_CARD: Json = {
    "phones": [{"phone": "+441632960200", "type": "WORK", "wa_id": "441632960200"}],
    "emails": [{"email": "noc@example.net", "type": "WORK"}],
    "addresses": [{
        "street": "1 Example Way", "city": "London", "state": "", "zip": "N1", "country": "United Kingdom",
        "country_code": "GB", "type": "WORK",
    }],
    "urls": [{"url": "https://ops.example.net", "type": "WORK"}],
    "org": {"company": "Example Ops", "department": "NOC", "title": "Desk"},
    "birthday": "1990-12-31",
}  # fmt: skip


@pytest.mark.parametrize("what", MOST)
async def test_what_just_fits_passes_and_one_more_is_refused(bench: Bench, what: str) -> None:
    build, most, code, named = MOST[what]
    assert (await bench.post(build(most))).status_code == 200
    response = await bench.post(build(most + 1))
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (400, code)
    assert named in error["error_data"]["details"]


@pytest.mark.parametrize("what", WRONG)
async def test_what_does_not_fit_is_refused_by_its_name(bench: Bench, what: str) -> None:
    body, code, named = WRONG[what]
    response = await bench.post(body)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (400, code)
    assert named in error["error_data"]["details"]


async def test_a_whole_contact_card_offers_to_write_to_the_number(bench: Bench) -> None:
    response = await bench.post(card(**WHOLE_CARD))
    assert response.status_code == 200, response.text
    unknown = card(phones=[{"phone": "+44 1632 960201"}])
    assert (await bench.post(unknown)).status_code == 200
    shown = [one.actions[0] for one in bench.sandbox.phone(ANNA).messages]
    assert [(one.title, one.payload) for one in shown] == [
        ("Message NOC desk", "441632960200"), ("Invite NOC desk", "+44 1632 960201"),
    ]  # fmt: skip


@pytest.mark.parametrize("at", [("51.5007", "-0.1246"), (90, -180), (-90.0, 180.0)])
async def test_a_place_is_told_in_numbers_or_texts(bench: Bench, at: tuple[Any, Any]) -> None:
    assert (await bench.post(place(*at))).status_code == 200
    assert bench.sandbox.phone(ANNA).messages[-1].body == f"{at[0]}, {at[1]}"


@pytest.mark.parametrize("kind", ["image", "video", "document"])
@pytest.mark.parametrize("build", [button, link])
async def test_buttons_and_links_take_a_file_above_them(
    bench: Bench, build: Callable[..., Json], kind: str
) -> None:
    response = await bench.post(build(header={"type": kind, kind: {"link": LINK}}))
    assert response.status_code == 200, response.text
    assert bench.sandbox.phone(ANNA).messages[-1].header == f"[{kind}]"
