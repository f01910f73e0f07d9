"""Messages that ask a person for something, what the person sees of them, and what the business gets back."""

import json
from typing import Any

import pytest

from wa_notify.sandbox import ButtonKind
from wa_notify.sandbox.phones import Phone

from .conftest import ANNA, START, Bench, body_part, open_window, wamid_of

LINK = "https://ops.example.net/graph.png"
CONTROLS = "http://sandbox/_sandbox/phones/%2B447700900123"
Json = dict[str, Any]

FORM = {"flow_message_version": "3", "flow_id": "1", "flow_cta": "Report", "flow_token": "shift-7"}
SECTION = {"title": "Spares", "product_items": [{"product_retailer_id": "sku-1"}]}
ITEM = {"product_retailer_id": "sku-1", "quantity": 2, "item_price": 9.5, "currency": "GBP"}
TITLED = {"type": "text", "text": "Shop"}

# type -> (action, what else there is, the button: kind and title)
ASKING: dict[str, tuple[Json, Json, ButtonKind, str]] = {
    "flow": ({"name": "flow", "parameters": FORM}, {}, ButtonKind.FLOW, "Report"),
    "address_message": (
        {"name": "address_message", "parameters": {"country": "IN"}}, {}, ButtonKind.ADDRESS,
        "Provide address",
    ),
    "product": ({"catalog_id": "5", "product_retailer_id": "sku-1"}, {}, ButtonKind.PRODUCTS, "View"),
    "product_list": (
        {"catalog_id": "5", "sections": [SECTION]}, {"header": TITLED}, ButtonKind.PRODUCTS, "View items",
    ),
    "catalog_message": ({"name": "catalog_message"}, {}, ButtonKind.PRODUCTS, "View catalog"),
    "call_permission_request": (
        {"name": "call_permission_request"}, {}, ButtonKind.CALL_PERMISSION, "Choose preference",
    ),
    "voice_call": (
        {"name": "voice_call", "parameters": {"display_text": "Ring us", "ttl_minutes": 100}}, {},
        ButtonKind.CALL, "Ring us",
    ),
    "request_contact_info": (
        {"name": "request_contact_info"}, {}, ButtonKind.CONTACT_INFO, "Share contact info",
    ),
    "location_request_message": ({"name": "send_location"}, {}, ButtonKind.LOCATION, "Send location"),
}  # fmt: skip

ADDRESS = {"name": "Anna", "in_pin_code": "400063"}
PLACE = {"latitude": 51.5, "longitude": -0.12, "name": "DC London 2"}
LEAVE = {
    "response": "accept",
    "expiration_timestamp": int(START.timestamp()) + 7 * 24 * 3600 + 5,
    "response_source": "user_action",
}
OWN_CARD = {
    "name": {"formatted_name": "Anna", "first_name": "Anna"},
    "phones": [{"phone": ANNA, "wa_id": "447700900123", "type": "CELL"}],
}

# type -> (what is given, the type of what comes, and what stands under it)
ANSWERS: dict[str, tuple[Json, str, Any]] = {
    "product": ({"items": [ITEM]}, "order", {"catalog_id": "5", "product_items": [ITEM]}),
    "product_list": (
        {"items": [ITEM], "text": "please"}, "order",
        {"catalog_id": "5", "text": "please", "product_items": [ITEM]},
    ),
    "catalog_message": ({"items": [ITEM]}, "order", {"catalog_id": "55000001", "product_items": [ITEM]}),
    "call_permission_request": (
        {"response": "accept"}, "interactive",
        {"type": "call_permission_reply", "call_permission_reply": LEAVE},
    ),
    "request_contact_info": ({}, "contacts", [OWN_CARD]),
    "location_request_message": (PLACE, "location", PLACE),
}  # fmt: skip

SENSELESS: dict[str, Json] = {
    "product": {"items": []},
    "product_list": {"items": [{"product_retailer_id": "sku-1"}]},
    "call_permission_request": {"response": "maybe"},
    "location_request_message": {"latitude": "north", "longitude": 0},
}


async def asked(bench: Bench, kind: str) -> str:
    """Let the business ask Anna for something of that kind, and let it arrive."""
    action, more, *_ = ASKING[kind]
    await open_window(bench)
    bench.sandbox.phone(ANNA).name = "Anna"
    content = {"type": kind, "body": {"text": "Please"}, "action": action, **more}
    body = {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": content}
    wamid = wamid_of(await bench.post(body))
    await bench.pass_time(seconds=5)
    return wamid


@pytest.mark.parametrize("kind", ASKING)
async def test_what_is_asked_for_is_shown_as_a_button(bench: Bench, kind: str) -> None:
    await asked(bench, kind)
    shown = bench.sandbox.phone(ANNA).messages[-1]
    assert (shown.body, shown.on_screen) == ("Please", True)
    assert [(one.kind, one.title) for one in shown.actions] == [ASKING[kind][2:]]


@pytest.mark.parametrize("kind", ANSWERS)
async def test_a_person_gives_what_is_asked_for(bench: Bench, kind: str) -> None:
    wamid = await asked(bench, kind)
    given, arrives, value = ANSWERS[kind]
    answered = bench.sandbox.phone(ANNA).answer(given)
    await bench.sandbox.run_due()
    message = bench.service.inbound[-1]
    assert (message["id"], message["type"], message[arrives]) == (answered, arrives, value)
    assert message["context"]["id"] == wamid


@pytest.mark.parametrize(
    ("kind", "given", "response"),
    [
        ("flow", {"severity": "P1"}, {"flow_token": "shift-7", "severity": "P1"}),
        ("address_message", ADDRESS, {"values": ADDRESS}),
    ],
)
async def test_a_form_comes_back_as_a_text_of_json(
    bench: Bench, kind: str, given: Json, response: Json
) -> None:
    wamid = await asked(bench, kind)
    answer = await bench.graph.post(f"{CONTROLS}/reply", json={"answer": given, "on": wamid})
    assert answer.status_code == 200, answer.text
    await bench.sandbox.run_due()
    interactive = bench.service.inbound[-1]["interactive"]
    assert (interactive["type"], interactive["nfm_reply"]["name"]) == ("nfm_reply", kind)
    assert json.loads(interactive["nfm_reply"]["response_json"]) == response


@pytest.mark.parametrize("kind", SENSELESS)
async def test_an_answer_that_does_not_fit_is_no_answer(bench: Bench, kind: str) -> None:
    await asked(bench, kind)
    with pytest.raises(ValueError, match=r"`\w+`"):
        bench.sandbox.phone(ANNA).answer(SENSELESS[kind])
    assert not bench.service.inbound


async def test_a_call_that_is_not_wanted_has_no_end(bench: Bench) -> None:
    await asked(bench, "call_permission_request")
    bench.sandbox.phone(ANNA).answer({"response": "reject"})
    await bench.sandbox.run_due()
    reply = bench.service.inbound[-1]["interactive"]["call_permission_reply"]
    assert reply == {"response": "reject", "response_source": "user_action"}


async def test_without_a_question_there_is_no_answer(bench: Bench) -> None:
    wamid = await asked(bench, "voice_call")
    for on in (None, wamid):
        with pytest.raises(ValueError, match="asks for an answer"):
            bench.sandbox.phone(ANNA).answer({}, on=on)


async def test_an_answer_opens_the_window(bench: Bench) -> None:
    await asked(bench, "flow")
    bench.clock.forward(hours=23)
    anna = bench.sandbox.phone(ANNA)
    anna.answer({"severity": "P1"})
    assert anna.window_left.total_seconds() == 24 * 3600


async def test_the_cards_of_a_carousel_have_buttons_of_their_own(bench: Bench) -> None:
    await open_window(bench)
    picture = {"type": "image", "image": {"link": LINK}}
    quick = {"type": "quick_reply", "quick_reply": {"id": "take:7", "title": "Take it"}}
    link = {"name": "cta_url", "parameters": {"display_text": "Open", "url": LINK}}
    cards = [
        {"card_index": 0, "type": "cta_url", "header": picture, "body": {"text": "db-7"}, "action": link},
        {"card_index": 1, "type": "cta_url", "header": picture, "action": {"buttons": [quick]}},
    ]
    content = {"type": "carousel", "body": {"text": "Two alerts"}, "action": {"cards": cards}}
    body = {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": content}
    wamid_of(await bench.post(body))
    await bench.pass_time(seconds=5)
    anna: Phone = bench.sandbox.phone(ANNA)
    shown = anna.messages[-1]
    assert [(one.header, one.body, len(one.buttons)) for one in shown.cards] == [
        ("[image]", "db-7", 1), ("[image]", "", 1),
    ]  # fmt: skip
    assert shown.buttons == ("Open", "Take it")
    anna.tap("Take it")
    await bench.sandbox.run_due()
    assert bench.service.inbound[-1]["interactive"]["button_reply"] == quick["quick_reply"]
    state = (await bench.graph.get("http://sandbox/_sandbox/state")).json()
    assert [one["body"] for one in state["phones"][0]["messages"][1]["cards"]] == ["db-7", ""]


@pytest.mark.parametrize(
    ("card", "missing"),
    [
        ({"type": "cta_url", "action": {"buttons": []}}, "header.image"),
        ({"type": "cta_url", "header": {"type": "image", "image": {"link": LINK}}, "action": {}}, "buttons"),
        ({"type": "product", "action": {"catalog_id": "1"}}, "product"),
    ],
)
async def test_a_card_that_is_not_whole_is_refused(bench: Bench, card: Json, missing: str) -> None:
    card["action"].pop("buttons", None)
    cards = [{"card_index": place, **card} for place in (0, 1)]
    content = {"type": "carousel", "body": {"text": "Two"}, "action": {"cards": cards}}
    body = {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": content}
    error = (await bench.post(body)).json()["error"]
    assert (error["code"], missing in error["error_data"]["details"]) == (131008, True)


async def test_the_state_names_the_products_that_an_order_can_take(bench: Bench) -> None:
    template = {
        "name": "spares", "language": "en", "category": "MARKETING", "status": "APPROVED",
        "components": [
            {"type": "BODY", "text": "Spares"},
            {"type": "BUTTONS", "buttons": [{"type": "MPM", "text": "View items"}]},
        ],
    }  # fmt: skip
    (await bench.graph.post("http://sandbox/_sandbox/templates", json=template)).raise_for_status()
    action = {"thumbnail_product_retailer_id": "sku-1", "sections": [SECTION]}
    button = {
        "type": "button", "sub_type": "mpm", "index": "0",
        "parameters": [{"type": "action", "action": action}],
    }  # fmt: skip
    await bench.template(body_part(), button, name="spares")
    for kind in ("product", "catalog_message"):
        await asked(bench, kind)
    await bench.pass_time(seconds=5)
    state = (await bench.graph.get("http://sandbox/_sandbox/state")).json()
    sent = [one for one in state["phones"][0]["messages"] if one["direction"] == "out"]
    assert [one["products"] for one in sent] == [["sku-1"], ["sku-1"], []]
