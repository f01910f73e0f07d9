"""The phones in a real browser: people see what the business sends, and do what people do."""

import asyncio
import re
import struct
import zlib
from typing import Any

from playwright.async_api import Browser, Page, Route, expect

from tests.sandbox.conftest import ANNA
from wa_notify.sandbox import Account, BusinessNumber, Portfolio, Sandbox

from .conftest import HELLO, Desk, desk_with, look_at

MARKUP = "<img src=x onerror=alert(1)>"
SECOND = "400000000000102"


def picture() -> bytes:
    """A small PNG."""
    rows = b"".join(b"\0" + b"\x2f\x6f\x4f" * 40 for _ in range(20))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 40, 20, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    chunks = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def list_body() -> dict[str, Any]:
    rows = [{"id": "esc:7f1c", "title": "Escalate", "description": "Page the secondary"}]
    sections = [
        {"title": "Handle", "rows": [{"id": "ack:7f1c", "title": "Take it"}, *rows]},
        {"title": "Silence", "rows": [{"id": "mute:7f1c", "title": "Take it"}]},
    ]
    interactive = {
        "type": "list", "body": {"text": "What should happen?"},
        "action": {"button": "Choose", "sections": sections},
    }  # fmt: skip
    return {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": interactive}


def phone_of(page: Page, number: str = ANNA) -> Any:
    return page.locator(f'.phone[data-number="{number}"]')


async def test_a_person_reads_a_template_and_taps_acknowledge(desk: Desk, narrow: Page) -> None:
    await expect(narrow.get_by_role("heading", name="No phone yet")).to_be_visible()
    desk.sandbox.phone(ANNA).name = MARKUP
    await desk.alert()
    await expect(narrow.get_by_role("heading", name=MARKUP)).to_be_visible()
    await expect(narrow.get_by_text("Window closed: only templates get through")).to_be_visible()
    await expect(narrow.get_by_text("✓✓ read")).to_be_visible()
    await narrow.get_by_role("button", name="Acknowledge").click()
    await expect(narrow.get_by_text("Window open, 23 h 59 min left")).to_be_visible()
    await narrow.get_by_label(f"Write as {ANNA}").fill("what is db-7 doing")
    await narrow.keyboard.press("Enter")
    await expect(narrow.get_by_role("log").get_by_text("what is db-7 doing")).to_be_visible()
    assert desk.inbound_texts == ["Acknowledge", "what is db-7 doing"]
    assert await narrow.evaluate("document.documentElement.scrollWidth") == 390, "nothing sticks out"


async def test_a_day_at_the_desk(desk: Desk, page: Page) -> None:
    phone = phone_of(page)
    await desk.alert()
    await phone.get_by_role("button", name="Acknowledge").click()
    await expect(phone.locator(".message.in .quote")).to_contain_text("Alert: db-7")
    await desk.text("*on it*?")
    await expect(phone.locator("strong", has_text="on it")).to_be_visible()
    await page.get_by_label(f"A file from {ANNA}").set_input_files(
        {"name": "rack.png", "mimeType": "image/png", "buffer": picture()}
    )
    shown = phone.locator(".message.in img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
    await expect(phone.get_by_text("Window open, 23 h 59 min left")).to_be_visible()
    await page.get_by_role("button", name="+24 h").click()
    await page.get_by_role("button", name="+1 h", exact=True).click()
    await expect(phone.get_by_text("Window expired 1 h ago: only a template gets through")).to_be_visible()
    await expect(page.locator(".day", has_text="Yesterday")).to_be_visible()
    await desk.text("are you there?")
    failed = phone.locator(".message", has_text="are you there?")
    await expect(failed).to_contain_text("The window was closed. Send a template instead.")
    await expect(failed.locator("small")).to_contain_text("131047")
    await expect(phone.locator(".day", has_text="Today")).to_be_visible()

    await page.get_by_role("button", name="Faults").click()
    await page.get_by_role("button", name="Next send: too fast").click()
    await expect(page.locator("#waiting")).to_contain_text("next 1: is refused 130429")
    refused = await desk.post(HELLO)
    assert refused.json()["error"]["code"] == 130429
    await expect(page.locator("#waiting")).to_contain_text("No fault waits.")
    await desk.alert()
    await expect(phone.locator(".message.out", has_text="Alert: db-7")).to_have_count(2)
    await phone.get_by_role("button", name="Acknowledge").last.click()
    await expect(phone.get_by_text("Window open, 23 h 59 min left")).to_be_visible()


async def test_a_list_opens_as_a_sheet_and_a_row_of_it_is_picked(desk: Desk, page: Page) -> None:
    desk.sandbox.phone(ANNA).reply("hello")
    await desk.send(list_body())
    await page.get_by_role("button", name="Choose").click()
    sheet = page.get_by_role("dialog", name="Choose")
    await expect(sheet.get_by_role("heading", name="Silence")).to_be_visible()
    await expect(sheet.get_by_role("button", name="Escalate")).to_contain_text("Page the secondary")
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(page.get_by_role("button", name="Choose")).to_be_focused()
    await page.keyboard.press("Enter")
    await sheet.get_by_role("button", name="Take it").last.click()
    await expect(page.locator(".message.in", has_text="Take it")).to_be_visible()
    await expect(page.locator(".message.in .quote")).to_contain_text("What should happen?")
    picked = desk.service.inbound[-1]["interactive"]["list_reply"]
    assert picked == {"id": "mute:7f1c", "title": "Take it"}, "the row itself, not one of the same title"


async def test_reactions_sit_on_their_message_and_can_be_taken_back(desk: Desk, page: Page) -> None:
    wamid = await desk.alert()
    alert = page.locator(".message.out", has_text="Alert: db-7")
    await expect(alert.get_by_text("read", exact=False).first).to_be_visible()
    await alert.get_by_role("button", name="What can be done").click(force=True)
    await page.get_by_role("button", name="React with 👍").click()
    await expect(alert.locator(".reactions")).to_have_text("👍")
    assert await page.locator(".message").count() == 1, "a reaction is no message of its own"
    await desk.send(
        {"messaging_product": "whatsapp", "to": ANNA, "type": "reaction",
         "reaction": {"message_id": wamid, "emoji": "✅"}}
    )  # fmt: skip
    desk.sandbox.phone(ANNA).react("", to=wamid)
    await expect(alert.locator(".reactions")).not_to_have_text("👍")


async def test_a_quoted_answer_leads_back_to_what_it_answers(desk: Desk, page: Page) -> None:
    phone = desk.sandbox.phone(ANNA)
    phone.reply("first words")
    for number in range(30):
        phone.reply(f"line {number}")
    await expect(page.get_by_text("line 29")).to_be_visible()
    first = page.locator(".message", has_text="first words").first
    await first.scroll_into_view_if_needed()
    await first.get_by_role("button", name="What can be done").click(force=True)
    await page.get_by_role("button", name="Reply with a quote").click()
    await expect(page.get_by_text("Answering: first words")).to_be_visible()
    await page.keyboard.type("as I said")
    await page.keyboard.press("Enter")
    answer = page.locator(".message", has_text="as I said")
    await expect(answer).to_be_visible()
    await answer.scroll_into_view_if_needed()
    await expect(first).not_to_be_in_viewport()
    await answer.locator(".quote").click()
    await expect(first).to_be_in_viewport()
    await expect(first).to_be_focused()


async def test_people_change_their_words_and_take_them_back(desk: Desk, page: Page) -> None:
    desk.sandbox.phone(ANNA).reply("tyop")
    message = page.locator(".message.in")
    await message.get_by_role("button", name="What can be done").click(force=True)
    await page.get_by_role("button", name="Edit").click()
    await expect(page.get_by_label(f"Write as {ANNA}")).to_have_value("tyop")
    await page.get_by_label(f"Write as {ANNA}").fill("typo")
    await page.keyboard.press("Enter")
    await expect(message.locator(".body")).to_have_text("typo")
    await expect(message).to_contain_text("edited")
    await message.get_by_role("button", name="What can be done").click(force=True)
    await page.get_by_role("button", name="Delete for everyone").click()
    await expect(message.locator(".body")).to_have_text("This message was deleted.")
    await expect(message).not_to_contain_text("typo")


async def test_files_of_either_side_are_shown_as_phones_show_them(desk: Desk, page: Page) -> None:
    anna = desk.sandbox.phone(ANNA)
    evil = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    desk.sandbox.send_file(anna, "document", evil, "image/svg+xml", filename="evil.svg", caption="look")
    desk.sandbox.send_file(anna, "image", b"no picture", "image/png", caption="broken")
    anna.send("location", {"latitude": 51.5, "longitude": -0.12, "name": "DC London 2", "address": "1 Way"})
    number = desk.sandbox.account.numbers[0].phone_number_id
    form = {"messaging_product": "whatsapp"}
    files = {"file": ("cpu.png", picture(), "image/png")}
    uploaded = await desk.business.post(f"/v26.0/{number}/media", data=form, files=files)
    base = {"messaging_product": "whatsapp", "to": ANNA}
    await desk.send({**base, "type": "image", "image": {"id": uploaded.json()["id"], "caption": "CPU"}})
    await desk.business.delete(f"/v26.0/{uploaded.json()['id']}")
    link = {"link": "https://ops.example.net/report.pdf", "filename": "report.pdf"}
    await desk.send({**base, "type": "document", "document": link})
    name = {"formatted_name": "NOC desk", "first_name": "NOC"}
    card = {"name": name, "phones": [{"phone": "+441632960200", "type": "WORK"}]}
    await desk.send({**base, "type": "contacts", "contacts": [card]})

    tile = page.locator(".tile", has_text="evil.svg")
    await expect(tile).to_contain_text("image/svg+xml · 59 B")
    assert await tile.get_attribute("download") == "evil.svg"
    loaded = await page.request.get(desk.url + str(await tile.get_attribute("href")))
    assert loaded.headers["content-type"] == "application/octet-stream"
    assert loaded.headers["content-disposition"] == "attachment"
    assert loaded.headers["x-content-type-options"] == "nosniff"
    await expect(page.locator(".message.in", has_text="broken").locator(".tile")).to_contain_text("image/png")
    await expect(page.locator(".tile", has_text="DC London 2")).to_contain_text("1 Way")
    sent = page.locator(".message.out", has_text="CPU").locator("img")
    assert await sent.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40, (
        "a phone keeps what it has, whatever becomes of the platform's copy"
    )
    await expect(page.locator(".tile", has_text="report.pdf")).to_have_attribute("href", link["link"])
    await expect(page.locator(".tile", has_text="NOC desk")).to_contain_text("+441632960200")
    desk.complaints.clear()  # the broken picture


async def test_buttons_lead_out_copy_and_send_the_place(desk: Desk, page: Page) -> None:
    desk.sandbox.phone(ANNA).reply("hello")
    base = {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive"}
    where = {
        "type": "location_request_message",
        "body": {"text": "Where?"},
        "action": {"name": "send_location"},
    }
    await desk.send({**base, "interactive": where})
    await page.get_by_role("button", name="Send location").click()
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(page.locator(".message.in .tile")).to_contain_text("1 Example Way")
    template = {
        "name": "ops_codes", "language": "en", "category": "MARKETING", "status": "APPROVED",
        "components": [
            {"type": "BODY", "text": "Your code"},
            {"type": "BUTTONS", "buttons": [
                {"type": "COPY_CODE", "example": "SAVE20"},
                {"type": "PHONE_NUMBER", "text": "Call the desk", "phone_number": "+441632960200"},
                {"type": "URL", "text": "Runbook", "url": "https://ops.example.net/rb"}]}],
    }  # fmt: skip
    added = await desk.business.post("/_sandbox/templates", json=template)
    assert added.status_code == 200, added.text
    code = {"type": "coupon_code", "coupon_code": "SAVE20"}
    button = {"type": "button", "sub_type": "copy_code", "index": "0", "parameters": [code]}
    await desk.send(
        {"messaging_product": "whatsapp", "to": ANNA, "type": "template",
         "template": {"name": "ops_codes", "language": {"code": "en"}, "components": [button]}}
    )  # fmt: skip
    await page.get_by_role("button", name="Copy code").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == "SAVE20"
    await expect(page.get_by_role("link", name="Call the desk")).to_have_attribute(
        "href", "tel:+441632960200"
    )
    runbook = page.get_by_role("link", name="Runbook")
    await expect(runbook).to_have_attribute("href", "https://ops.example.net/rb")
    await expect(runbook).to_have_attribute("rel", "noopener noreferrer")


async def test_a_phone_that_is_off_shows_what_is_under_way(desk: Desk, page: Page) -> None:
    await desk.business.post(f"/_sandbox/phones/{ANNA}", json={"name": "Anna"})
    phone = phone_of(page)
    await phone.get_by_text("Settings").click()
    await phone.get_by_label("Phone on").uncheck()
    await expect(phone.get_by_label(f"Write as {ANNA}")).to_be_disabled()
    await desk.alert()
    waiting = phone.locator(".message.under-way")
    await expect(waiting).to_contain_text("✓ sent")
    await expect(phone.get_by_role("button", name="Acknowledge")).to_be_hidden()
    await phone.get_by_label("Phone on").check()
    await expect(waiting).to_have_count(0)
    await expect(phone.get_by_role("button", name="Acknowledge")).to_be_visible()
    await phone.get_by_label("Read receipts").uncheck()
    await expect(page.get_by_text("✓✓ read")).to_be_visible()
    assert desk.sandbox.phone(ANNA).reads is False


async def test_a_switch_stays_as_it_was_set_while_the_sandbox_is_being_told(desk: Desk, page: Page) -> None:
    await desk.business.post(f"/_sandbox/phones/{ANNA}", json={"name": "Anna"})
    may_go_on = asyncio.Event()

    async def hold_changes(route: Route) -> None:
        if route.request.method == "POST":
            await may_go_on.wait()
        await route.continue_()

    await page.route("**/_sandbox/phones/*", hold_changes)
    phone = phone_of(page)
    await phone.get_by_text("Settings").click()
    receipts = phone.get_by_label("Read receipts")
    await receipts.uncheck()
    await desk.alert()
    await expect(page.get_by_text("✓✓ read")).to_be_visible()
    await expect(receipts).not_to_be_checked()
    may_go_on.set()
    async with asyncio.timeout(10):
        while desk.sandbox.phone(ANNA).reads:
            await asyncio.sleep(0.02)
    await expect(receipts).not_to_be_checked()


async def test_stop_and_typing(desk: Desk, page: Page) -> None:
    wamid = desk.sandbox.phone(ANNA).reply("hello")
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    answer = await desk.post({**read, "typing_indicator": {"type": "text"}})
    assert answer.json() == {"success": True}
    await expect(page.get_by_text("The business is typing")).to_be_attached()
    ticks = page.locator(".message.in .ticks")
    await expect(ticks).to_have_text("✓✓ read")
    await expect(ticks).to_have_css("color", "rgb(31, 95, 174)")  # blue
    await desk.text("hello Anna")
    await expect(page.locator(".typing")).to_be_hidden()
    await page.get_by_role("button", name="STOP").click()
    await expect(page.locator(".message.in", has_text="STOP")).to_be_visible()
    assert desk.inbound_texts[-1] == "STOP"


async def test_each_business_number_has_a_chat_of_its_own(browser: Browser) -> None:
    sales = BusinessNumber(
        phone_number_id=SECOND, display_phone_number="+44 1632 960112", verified_name="Example Sales"
    )
    business = Portfolio(accounts=[Account(numbers=[BusinessNumber(), sales])])
    async with desk_with(Sandbox(portfolio=business)) as desk:
        page = await look_at(desk, browser)
        await desk.alert()
        await expect(page.get_by_text("Alert: db-7")).to_be_visible()
        await desk.send(HELLO, SECOND)
        tab = page.get_by_role("button", name="Example Sales")
        await expect(tab).to_have_class(re.compile("news"))
        await tab.click()
        await expect(page.get_by_text("Hello World")).to_be_visible()
        await expect(page.get_by_text("Alert: db-7")).to_be_hidden()
        await page.get_by_label(f"Write as {ANNA}").fill("to the sales desk")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("to the sales desk")).to_be_visible()
        await expect(page.get_by_text("Window open, 23 h 59 min left")).to_be_visible()
        await page.get_by_role("button", name="Example Ops").click()
        closed = page.get_by_text("Window closed: only templates get through").filter(visible=True)
        await expect(closed).to_have_count(1)
        assert [item["type"] for item in desk.service.inbound] == ["text"]
        assert desk.service.callbacks[-1].value["metadata"]["phone_number_id"] == SECOND
        assert desk.complaints == []
