"""What a person gives to a message that asks for something, and what they hold against the business."""

import json
from typing import Any
from urllib.parse import quote

from playwright.async_api import Locator, Page, expect
from starlette.responses import PlainTextResponse

from tests.sandbox.conftest import ANNA, text_body

from .conftest import CAROUSEL, Desk, serving

FORM = {"flow_message_version": "3", "flow_id": "1", "flow_cta": "Report", "flow_token": "shift-7"}
ITEMS = [{"product_retailer_id": "fan-7"}, {"product_retailer_id": "disk-2"}]
GOODS = {
    "type": "product_list", "header": {"type": "text", "text": "Spares"}, "body": {"text": "Which?"},
    "action": {"catalog_id": "5", "sections": [{"title": "All", "product_items": ITEMS}]},
}  # fmt: skip


async def ask(desk: Desk, interactive: dict[str, Any]) -> str:
    desk.sandbox.phone(ANNA).reply("hello")
    return await desk.send(
        {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": interactive}
    )


async def opened(page: Page, title: str) -> Locator:
    await page.get_by_role("button", name=title).click()
    sheet = page.get_by_role("dialog")
    await expect(sheet).to_be_visible()
    return sheet


def given(desk: Desk) -> dict[str, Any]:
    return desk.service.inbound[-1]


async def settings_of(page: Page) -> Locator:
    await page.get_by_text("Settings").click()
    return page.locator(".switches")


async def test_a_form_is_given_as_json_and_only_as_such(desk: Desk, page: Page) -> None:
    parameters = {"name": "flow", "parameters": FORM}
    await ask(desk, {"type": "flow", "body": {"text": "How is it?"}, "action": parameters})
    sheet = await opened(page, "Report")
    field = sheet.get_by_label("What was filled in")
    await field.fill("{half")
    await sheet.get_by_role("button", name="Send").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("This is not JSON")
    await field.fill('{"severity": "P1", "again": true}')
    await sheet.get_by_role("button", name="Send").click()
    await expect(page.locator(".message.in .quote")).to_contain_text("How is it?")
    await expect(page.locator(".message.in").last).not_to_contain_text("[interactive]")
    response = json.loads(given(desk)["interactive"]["nfm_reply"]["response_json"])
    assert response == {"flow_token": "shift-7", "severity": "P1", "again": True}


async def test_an_order_takes_of_the_products_that_the_message_names(desk: Desk, page: Page) -> None:
    await ask(desk, GOODS)
    sheet = await opened(page, "View items")
    await sheet.get_by_label("How many of fan-7").fill("0")
    await sheet.get_by_role("button", name="Send").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("Nothing is ordered yet")
    await sheet.get_by_label("How many of disk-2").fill("3")
    await sheet.get_by_label("Price of one").fill("79.5")
    await sheet.get_by_role("button", name="Send").click()
    await expect(page.locator(".message.in", has_text="1 items")).to_be_visible()
    item = {"product_retailer_id": "disk-2", "quantity": 3, "item_price": 79.5, "currency": "GBP"}
    assert given(desk)["order"] == {"catalog_id": "5", "product_items": [item]}


async def test_an_address_leave_to_call_and_ones_own_number_are_given(desk: Desk, page: Page) -> None:
    action = {"name": "address_message", "parameters": {"country": "GB"}}
    await ask(desk, {"type": "address_message", "body": {"text": "Whereto?"}, "action": action})
    sheet = await opened(page, "Provide address")
    await sheet.get_by_label("Town").fill("Otherton")
    await sheet.get_by_role("button", name="Send").click()
    await expect(page.locator(".message.in", has_text="Otherton")).to_be_visible()
    response = json.loads(given(desk)["interactive"]["nfm_reply"]["response_json"])
    assert response["values"]["city"] == "Otherton"

    await ask(desk, {"type": "call_permission_request", "action": {"name": "call_permission_request"}})
    sheet = await opened(page, "Choose preference")
    await sheet.get_by_role("button", name="No calls").click()
    await expect(page.locator(".message.in", has_text="reject")).to_be_visible()
    assert given(desk)["interactive"]["call_permission_reply"]["response"] == "reject"

    action = {"name": "request_contact_info"}
    await ask(desk, {"type": "request_contact_info", "body": {"text": "Who are you?"}, "action": action})
    await page.get_by_role("button", name="Share contact info").click()
    await expect(page.locator(".message.in .tile", has_text=ANNA)).to_be_visible()
    assert given(desk)["contacts"][0]["phones"][0]["phone"] == ANNA


async def test_cards_stand_side_by_side_and_the_right_one_is_tapped(desk: Desk, page: Page) -> None:
    await ask(desk, CAROUSEL)
    cards = page.locator(".message.out .card")
    await expect(cards.first).to_be_visible()
    await expect(cards).to_have_count(3)
    first, second = await cards.nth(0).bounding_box(), await cards.nth(1).bounding_box()
    assert first is not None
    assert second is not None
    assert second["y"] == first["y"]
    assert second["x"] >= first["x"] + first["width"]
    await cards.nth(1).get_by_role("button", name="Acknowledge").click()
    await expect(page.locator(".message.in .quote")).to_contain_text("Three alerts")
    assert given(desk)["interactive"]["button_reply"]["id"] == "ack:1"


async def test_a_link_has_a_card_where_the_business_asked_for_one(desk: Desk, page: Page) -> None:
    desk.sandbox.phone(ANNA).reply("hello")
    link = "https://ops.example.net/runbooks/db-7"
    body = text_body(f"see {link}")
    await desk.send({**body, "text": {**body["text"], "preview_url": True}})
    await desk.text(f"again {link}")
    with_card = page.locator(".message.out", has_text="see").locator(".preview")
    await expect(with_card.locator("strong")).to_have_text("ops.example.net")
    await expect(with_card).to_have_attribute("href", link)
    await expect(page.locator(".message.out", has_text="again")).to_be_visible()
    await expect(page.locator(".preview")).to_have_count(1)


async def test_a_voice_note_is_played_and_the_business_hears_of_it(desk: Desk, page: Page) -> None:
    anna = desk.sandbox.phone(ANNA)
    anna.reply("hello")
    medium = desk.sandbox.media.upload("400000000000101", b"OggS", "audio/ogg; codecs=opus", "")
    audio = {"id": medium.id, "voice": True}
    await desk.send({"messaging_product": "whatsapp", "to": ANNA, "type": "audio", "audio": audio})
    await page.get_by_role("button", name="Play the voice note").click()
    await expect(page.get_by_text("✓✓ played")).to_be_visible()
    await expect(page.get_by_text("nothing that this browser can play")).to_be_visible()
    assert anna.messages[-1].status == "played"


async def test_who_blocks_the_business_cannot_write_but_report_it(desk: Desk, page: Page) -> None:
    wamid = await desk.alert()
    await expect(page.get_by_text("✓✓ read")).to_be_visible()
    switches = await settings_of(page)
    await switches.get_by_label("Blocks the business").check()
    field = page.get_by_label(f"Write as {ANNA}")
    await expect(field).to_be_disabled()
    await expect(field).to_have_attribute("placeholder", "Blocked")
    assert desk.sandbox.phone(ANNA).chat().blocked
    await page.keyboard.press("Escape")
    await page.locator(".message.out").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Report it to WhatsApp").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await switches.page.get_by_text("Settings").click()
    await switches.get_by_label("Blocks the business").uncheck()
    await expect(field).to_be_enabled()
    asked = [entry.facts for entry in desk.sandbox.log if entry.what == "complaint"]
    assert [facts.get("wamid") for facts in asked] == [wamid, wamid], asked


SWITCHES = [
    ("App is outdated", "app_outdated", True),
    ("Terms accepted", "terms_accepted", False),
    ("In an experiment", "in_experiment", True),
]


async def test_what_is_true_of_a_person_is_a_switch_in_their_settings(desk: Desk, page: Page) -> None:
    anna = desk.sandbox.phone(ANNA)
    anna.reply("hello")
    switches = await settings_of(page)
    for label, _, value in SWITCHES:
        await switches.get_by_label(label).set_checked(value)
    await switches.get_by_label("Chat open on the screen").check()
    await switches.get_by_label("Stopped its marketing").check()
    await switches.get_by_label("Username").fill("@anna.ops")
    await page.keyboard.press("Enter")
    await expect(page.locator(".person p")).to_have_text(f"{ANNA}, @anna.ops")
    assert {name: getattr(anna, name) for _, name, _ in SWITCHES} == {n: v for _, n, v in SWITCHES}
    assert (anna.chat().is_open, anna.chat().marketing_stopped) == (True, True)
    await page.reload()
    switches = await settings_of(page)
    await expect(switches.get_by_label("Terms accepted")).not_to_be_checked()
    await expect(switches.get_by_label("Stopped its marketing")).to_be_checked()
    await expect(switches.get_by_label("Username")).to_have_value("anna.ops")


async def test_a_file_that_was_fetched_is_loaded_from_the_sandbox(desk: Desk, page: Page) -> None:
    desk.sandbox.phone(ANNA).reply("hello")
    async with serving(PlainTextResponse("disk full")) as elsewhere:
        document = {"link": f"{elsewhere}/log.txt", "filename": "log.txt"}
        body = {"messaging_product": "whatsapp", "to": ANNA, "type": "document", "document": document}
        await desk.send(body)
        desk.sandbox.fetch_links = True
        held = await desk.send(body)
    tiles = page.locator(".message.out .tile", has_text="log.txt")
    await expect(tiles).to_have_count(2)
    await expect(tiles.first).to_have_attribute("href", document["link"])
    await expect(tiles.last).to_have_attribute("href", f"/_sandbox/messages/{quote(held, safe='')}/file")
