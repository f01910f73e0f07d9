"""What fills a template: headers of every kind, parameters, buttons, and the code of every fault."""

from typing import Any

import pytest

from wa_notify.sandbox import ButtonKind

from .conftest import ANNA, Bench, body_part, button_part, template_body, wamid_of

LINK = "https://ops.example.net/a.png"
NUMBER = "400000000000101"
Json = dict[str, Any]


def parameters(kind: str, *given: Json) -> Json:
    return {"type": kind, "parameters": list(given)}


def money(code: str = "GBP", fallback: str = "GBP 12.50") -> Json:
    currency = {"fallback_value": fallback, "code": code, "amount_1000": 12500}
    return {"type": "currency", "currency": currency}


def said(text: str) -> Json:
    return {"type": "text", "text": text}


def action(index: int, sub_type: str, **given: Any) -> Json:
    filled = [{"type": "action", "action": given}] if given else []
    return {"type": "button", "sub_type": sub_type, "index": str(index), "parameters": filled}


# format of the header -> (its parameter, what is shown)
HEADERS: dict[str, tuple[Json, str]] = {
    "IMAGE": ({"type": "image", "image": {"link": LINK}}, "[image]"),
    "VIDEO": ({"type": "video", "video": {"link": LINK}}, "[video]"),
    "GIF": ({"type": "gif", "gif": {"link": LINK}}, "[gif]"),
    "DOCUMENT": ({"type": "document", "document": {"link": LINK}}, "[Untitled]"),
    "LOCATION": (
        {"type": "location", "location": {"latitude": "51.5", "longitude": "-0.1", "name": "DC London 2"}},
        "[DC London 2]",
    ),
}

# what is wrong with what fills the body of ops_nudge -> the code since v23.0, and before
FAULTS: dict[str, tuple[list[Json], int, int]] = {
    "one too few": ([body_part()], 132000, 132000),
    "one too many": ([body_part("a", "b")], 132000, 132000),
    "a body left out": ([parameters("header")], 132000, 132000),
    "a header it lacks": ([body_part("a"), parameters("header", said("x"))], 132000, 132000),
    "another kind": ([parameters("body", {"type": "payload", "payload": "x"})], 132012, 132012),
    "a name where there are numbers": ([body_part(what="x")], 132012, 132012),
    "the body twice": ([body_part("a"), body_part("b")], 132012, 132012),
    "a button twice": (
        [body_part("a"), *[button_part(0, "quick_reply", type="payload", payload="p")] * 2], 132012, 132012,
    ),
    "a button it lacks": (
        [body_part("a"), button_part(1, "quick_reply", type="payload", payload="p")], 132012, 132012,
    ),
    "an index that is none": (
        [body_part("a"), {**button_part(0, "quick_reply", type="payload", payload="p"), "index": "10"}],
        131009, 131009,
    ),
    "a button without sub_type": ([body_part("a"), {"type": "button", "index": 0}], 131008, 131008),
    "an empty text": ([body_part(" ")], 131008, 131008),
    "a newline": ([body_part("a\nb")], 132018, 100),
    "a tab": ([body_part("a\tb")], 132018, 100),
    "five spaces": ([body_part("a     b")], 132018, 100),
    "a control character": ([body_part("a\x07b")], 132007, 132007),
    "a currency that is none": ([parameters("body", money("pounds"))], 132008, 132008),
    "money that is shown with a newline": ([parameters("body", money(fallback="a\nb"))], 132018, 100),
    "money without a sum": (
        [parameters("body", {"type": "currency", "currency": {"fallback_value": "x", "code": "GBP"}})],
        131008, 131008,
    ),
    "a text that fills too much": ([body_part("x" * 1000)], 132005, 132005),
    "a component of cards": ([body_part("a"), {"type": "carousel", "cards": []}], 100, 100),
    "another policy": ([], 131009, 131009),
    "a name of 513": ([], 131009, 131009),
    "an unknown name of 512": ([], 132001, 132001),
}  # fmt: skip


def sent_wrongly(what: str) -> Json:
    body = template_body(*FAULTS[what][0])
    if what == "another policy":
        body["template"]["language"]["policy"] = "fallback"
    if what.endswith(("512", "513")):
        body["template"]["name"] = "x" * int(what[-3:])
    return body


@pytest.mark.parametrize("what", FAULTS)
async def test_each_fault_of_a_parameter_has_its_own_code(bench: Bench, what: str) -> None:
    _, now, before = FAULTS[what]
    for version, code in (("v26.0", now), ("v23.0", now), ("v22.0", before)):
        error = (await bench.post(sent_wrongly(what), version=version)).json()["error"]
        assert error["code"] == code, error
        assert error["error_data"]["details"]


@pytest.mark.parametrize("shape", HEADERS)
async def test_a_header_of_any_kind_needs_its_file_with_every_send(bench: Bench, shape: str) -> None:
    parts = [{"type": "HEADER", "format": shape}, {"type": "BODY", "text": "Look at this."}]
    bench.account.add_template({"name": "headed", "language": "en", "components": parts})
    given, shown = HEADERS[shape]
    wamid_of(await bench.template(parameters("header", given), name="headed"))
    assert bench.sandbox.phone(ANNA).messages[-1].header == shown
    for wrong in ([], [said("x")], [given, given]):
        response = await bench.template(parameters("header", *wrong), name="headed")
        assert response.json()["error"]["code"] == 132012
    bare = {"messaging_product": "whatsapp", "to": ANNA, "type": "template"}
    response = await bench.post({**bare, "template": {"name": "headed", "language": {"code": "en"}}})
    assert response.json()["error"]["code"] == 132012


async def test_a_header_beyond_the_pole_is_refused(bench: Bench) -> None:
    parts = [{"type": "HEADER", "format": "LOCATION"}, {"type": "BODY", "text": "Look at this."}]
    bench.account.add_template({"name": "headed", "language": "en", "components": parts})
    place = {"type": "location", "location": {"latitude": 91, "longitude": 0}}
    error = (await bench.template(parameters("header", place), name="headed")).json()["error"]
    assert (error["code"], "latitude" in error["error_data"]["details"]) == (131009, True)


async def test_an_uploaded_file_of_a_header_is_known_by_its_name(bench: Bench) -> None:
    parts = [{"type": "HEADER", "format": "DOCUMENT"}, {"type": "BODY", "text": "Look at this."}]
    bench.account.add_template({"name": "headed", "language": "en", "components": parts})
    medium = bench.sandbox.media.upload(NUMBER, b"%PDF", "application/pdf", "a.pdf")
    document = {"type": "document", "document": {"id": medium.id, "filename": "report.pdf"}}
    wamid_of(await bench.template(parameters("header", document), name="headed"))
    shown = bench.sandbox.phone(ANNA).messages[-1]
    assert (shown.header, shown.media_id) == ("[report.pdf]", medium.id)
    document["document"] = {"id": "1"}
    response = await bench.template(parameters("header", document), name="headed")
    assert response.json()["error"]["code"] == 131009


async def test_money_and_dates_are_shown_as_their_fallback(bench: Bench) -> None:
    body = [{"type": "BODY", "text": "You owe {{1}} by {{2}} at the latest."}]
    bench.account.add_template({"name": "bill", "language": "en", "components": body})
    date = {"type": "date_time", "date_time": {"fallback_value": "21 Nov 2026, 09:30 UTC"}}
    wamid_of(await bench.template(parameters("body", money(), date), name="bill"))
    shown = bench.sandbox.phone(ANNA).messages[-1].body
    assert shown == "You owe GBP 12.50 by 21 Nov 2026, 09:30 UTC at the latest."


async def test_types_may_be_written_in_capitals(bench: Bench) -> None:
    tap = button_part(0, "QUICK_REPLY", type="PAYLOAD", payload="more")
    body = {"type": "BODY", "parameters": [{"type": "TEXT", "text": "Disk full"}]}
    wamid_of(await bench.template(body, {**tap, "type": "BUTTON"}))
    assert bench.sandbox.phone(ANNA).messages[-1].actions[0].payload == "more"


async def test_a_template_without_variables_needs_no_components(bench: Bench) -> None:
    template = {"name": "hello_world", "language": {"code": "en_US", "policy": "deterministic"}}
    body = {"messaging_product": "whatsapp", "to": ANNA, "type": "template", "template": template}
    wamid_of(await bench.post(body))
    wamid_of(await bench.post({**body, "template": {**template, "components": []}}))


# button of the template -> (what fills it, its kind, title and payload)
BUTTONS: dict[str, tuple[Json, Json | None, ButtonKind, str, str]] = {
    "a form": (
        {"type": "FLOW", "text": "Report", "flow_id": "1"}, action(0, "flow", flow_token="shift-7"),
        ButtonKind.FLOW, "Report", "shift-7",
    ),
    "a form without token": (
        {"type": "FLOW", "text": "Report", "flow_id": "1"}, None, ButtonKind.FLOW, "Report", "unused",
    ),
    "a catalogue": (
        {"type": "CATALOG", "text": "View catalog"},
        action(0, "catalog", thumbnail_product_retailer_id="sku-1"), ButtonKind.PRODUCTS, "View catalog", "",
    ),
    "products": (
        {"type": "MPM", "text": "View items"},
        action(0, "mpm", sections=[{"title": "A", "product_items": [{"product_retailer_id": "sku-1"}]}]),
        ButtonKind.PRODUCTS, "View items", "",
    ),
    "a call": ({"type": "VOICE_CALL", "text": "Ring us"}, None, ButtonKind.CALL, "Ring us", ""),
    "leave to call": (
        {"type": "CALL_PERMISSION_REQUEST"}, None, ButtonKind.CALL_PERMISSION, "Choose preference", "",
    ),
    "the own number": (
        {"type": "REQUEST_CONTACT_INFO"}, None, ButtonKind.CONTACT_INFO, "Share contact info", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BUTTONS)
async def test_a_button_of_any_kind_is_shown_with_what_fills_it(bench: Bench, what: str) -> None:
    button, part, *shown = BUTTONS[what]
    parts = [{"type": "BODY", "text": "Look at this."}, {"type": "BUTTONS", "buttons": [button]}]
    bench.account.add_template({"name": "buttoned", "language": "en", "components": parts})
    wamid_of(await bench.template(*([part] if part else [parameters("body")]), name="buttoned"))
    found = bench.sandbox.phone(ANNA).messages[-1].actions[0]
    assert [found.kind, found.title, found.payload] == shown
    wrong = button_part(0, "copy_code", type="coupon_code", coupon_code="x")
    response = await bench.template(wrong, name="buttoned")
    assert response.json()["error"]["code"] == 132012


async def test_products_need_their_sections(bench: Bench) -> None:
    button = {"type": "MPM", "text": "View items"}
    parts = [{"type": "BODY", "text": "Look at this."}, {"type": "BUTTONS", "buttons": [button]}]
    bench.account.add_template({"name": "buttoned", "language": "en", "components": parts})
    for part in (parameters("body"), action(0, "mpm"), action(0, "mpm", flow_token="x")):
        response = await bench.template(part, name="buttoned")
        assert response.json()["error"]["code"] == 131008


async def test_a_form_behind_a_template_can_be_filled_in(bench: Bench) -> None:
    parts = [
        {"type": "BODY", "text": "Look at this."},
        {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Report", "flow_id": "1"}]},
    ]
    bench.account.add_template({"name": "buttoned", "language": "en", "components": parts})
    wamid_of(await bench.template(action(0, "flow", flow_token="shift-7"), name="buttoned"))
    await bench.pass_time(seconds=5)
    bench.sandbox.phone(ANNA).answer({"severity": "P1"})
    await bench.sandbox.run_due()
    assert "shift-7" in bench.service.inbound[-1]["interactive"]["nfm_reply"]["response_json"]
