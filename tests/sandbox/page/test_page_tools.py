"""What stands beside the phones: clock, faults, traffic, and how all of it is reached and read."""

import asyncio
import os
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.sandbox.conftest import ANNA, MovableClock, text_body
from wa_notify.sandbox import CallbackPolicy, Sandbox

from .conftest import CAROUSEL, HELLO, NARROW, QUICK, WIDE, Desk, desk_with, look_at, serving

BEN = "+447700900124"


COUNT_TOUCHED = """() => {
    window.touched = 0;
    new MutationObserver((records) => {
        for (const {addedNodes, removedNodes} of records) {
            touched += [...addedNodes, ...removedNodes].filter((node) => node.nodeType === 1).length;
        }
    }).observe(document.getElementById("phones"), {childList: true, subtree: true});
}"""


async def run_shell(command: str) -> str:
    """Run a copied command as it is, in a shell."""
    process = await asyncio.create_subprocess_shell(
        command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={"PATH": os.environ["PATH"], "TOKEN": "sandbox-token", "no_proxy": "*"},
    )
    said, _ = await process.communicate()
    return said.decode()


async def require_nothing_grave(page: Page) -> None:
    found = await Axe().run(page)
    grave = [rule for rule in found.response["violations"] if rule["impact"] in ("serious", "critical")]
    assert not grave, found.generate_report()


async def copied(page: Page, row: Any) -> str:
    await row.locator("summary").first.click()
    await row.get_by_role("button", name="Copy as curl").click()
    await expect(row.get_by_role("button", name="Copied")).to_be_visible()
    return str(await page.evaluate("navigator.clipboard.readText()"))


async def test_a_copied_request_can_be_repeated_in_a_shell(desk: Desk, page: Page) -> None:
    desk.sandbox.phone(ANNA).reply("hello")
    await desk.text('it\'s $HOME `date` "and" \\ *so* ü ✓')
    row = page.locator("#exchanges > li", has_text="POST").first
    await expect(row).to_contain_text(f"messages text {ANNA}")
    command = await copied(page, row)
    assert "sandbox-token" not in command
    assert '"messaging_product"' in await run_shell(command)
    texts = [message.body for message in desk.sandbox.phone(ANNA).messages if message.direction == "out"]
    assert texts == ['it\'s $HOME `date` "and" \\ *so* ü ✓'] * 2


async def test_a_copied_callback_carries_the_signed_bytes(desk: Desk, page: Page) -> None:
    desk.sandbox.phone(ANNA).reply("it's / ünïcode ✓ ping pin: 1")
    row = page.locator("#exchanges > li[data-kind=callback]")
    await expect(row).to_contain_text("inbound")
    await expect(row.locator(".fate")).to_have_text("✓ 200")
    first = desk.service.callbacks[0]
    command = await copied(page, row)
    await expect(row.locator("dl").first).to_contain_text(first.headers["x-hub-signature-256"])
    await run_shell(command)
    again = desk.service.callbacks[1]
    assert again.body == first.body
    assert again.headers["x-hub-signature-256"] == first.headers["x-hub-signature-256"]


async def test_refused_and_repeated_traffic_says_why_and_when(desk: Desk, page: Page) -> None:
    desk.service.answers = [503]
    desk.sandbox.phone(ANNA).reply("hello")
    row = page.locator("#exchanges > li[data-kind=callback]").first
    await expect(row.locator(".fate")).to_have_text("! 503")
    await row.locator("summary").first.click()
    await expect(row).to_contain_text("Next try")
    await row.locator("summary").first.click()
    await page.get_by_role("button", name="Run").click()
    await expect(page.locator("#exchanges > li[data-kind=callback]")).to_have_count(2)
    await expect(page.locator("#exchanges .fate").first).to_have_text("✓ 200")
    refused = await desk.post(text_body("hello") | {"type": "carrier pigeon"})
    assert refused.status_code == 400
    await page.get_by_label("Kind of traffic").select_option("trouble")
    shown = page.locator("#exchanges > li").filter(visible=True)
    await expect(shown).to_have_count(2)
    await expect(shown.first).to_contain_text("! 400 · ")


async def test_a_message_is_followed_through_the_traffic(desk: Desk, page: Page) -> None:
    desk.sandbox.phone(BEN).reply("noise")
    wamid = await desk.alert()
    await expect(page.get_by_text("✓✓ read")).to_be_visible()
    message = page.locator(".message.out")
    await message.get_by_role("button", name="What can be done").click(force=True)
    await page.get_by_role("button", name="Show its traffic").click()
    await expect(page.get_by_label("Filter the traffic")).to_have_value(wamid)
    shown = page.locator("#exchanges > li").filter(visible=True)
    await expect(shown).to_have_count(4)  # the request, sent, delivered, read
    await expect(shown.first).to_contain_text("read")
    await expect(shown.last).to_contain_text("POST")
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("Filter the traffic")).to_have_value("")
    await expect(shown).to_have_count(5)


async def test_what_is_read_stays_where_it_is_while_more_comes(desk: Desk, page: Page) -> None:
    anna = desk.sandbox.phone(ANNA)
    for number in range(40):
        anna.reply(f"line {number}")
    await expect(page.get_by_text("line 39")).to_be_visible()
    await expect(page.locator("#exchanges > li[data-kind=callback] .fate[data-state=fine]")).to_have_count(40)
    row = page.locator("#exchanges > li").first
    await row.locator("summary").first.click()
    chat = page.get_by_role("log")
    await chat.evaluate("chat => { chat.scrollTop = 100; }")
    before = await row.bounding_box()
    await desk.text("something new")
    await expect(page.get_by_role("button", name="Show 4 newer")).to_be_visible()
    assert await row.bounding_box() == before
    assert await chat.evaluate("chat => chat.scrollTop") == 100
    await page.get_by_role("button", name="New messages").click()
    await expect(page.get_by_text("something new")).to_be_in_viewport()
    await page.get_by_role("button", name="Show 4 newer").click()
    await expect(page.locator("#exchanges > li").nth(4)).to_have_attribute("data-kind", "callback")


async def test_the_clock_is_moved_and_jumps_to_what_comes_next(desk: Desk, page: Page) -> None:
    desk.sandbox.policy = CallbackPolicy(
        sent_after=timedelta(hours=1), delivered_after=timedelta(hours=2), read_after=timedelta(hours=3)
    )
    await desk.send(HELLO)
    await expect(page.get_by_text("Next in 59 min.")).to_be_visible()
    await page.get_by_role("button", name="Run").click()
    await expect(page.get_by_text("✓ sent")).to_be_visible()
    await expect(page.locator("#offset")).to_contain_text("59 min ahead")
    await page.get_by_role("button", name="+1 min").click()
    await page.get_by_role("button", name="+1 h", exact=True).click()
    await expect(page.get_by_text("✓✓ delivered")).to_be_visible()
    await page.get_by_role("button", name="+24 h").click()
    await expect(page.get_by_text("✓✓ read")).to_be_visible()
    await expect(page.get_by_text("Nothing waits to happen.")).to_be_visible()


async def test_a_clock_of_the_host_is_left_to_the_host(browser: Browser) -> None:
    clock = MovableClock()
    async with desk_with(Sandbox(clock=clock)) as desk:
        desk.sandbox.phone(ANNA).reply("hello")
        page = await look_at(desk, browser)
        await expect(page.get_by_role("button", name="+24 h")).to_be_disabled()
        await expect(page.get_by_text("The clock belongs to the program")).to_be_visible()
        await expect(page.get_by_text("Sat, Nov 21, 2026, 09:30:00")).to_be_visible()
        clock.forward(hours=25)
        await expect(page.get_by_text("Window expired 1 h ago")).to_be_visible()
        assert desk.complaints == []


async def test_any_fault_of_the_table_can_be_made(desk: Desk, page: Page) -> None:
    desk.sandbox.phone(ANNA).reply("hello")
    await page.get_by_role("button", name="Faults").click()
    await expect(page.get_by_label("Code").locator("option[value='131047']")).to_be_disabled()
    await page.get_by_label("A request").select_option("failed")
    await page.get_by_label("Code").select_option("131049")
    await page.get_by_label("How many").fill("2")
    await page.get_by_role("button", name="Let it happen").click()
    await expect(page.locator("#waiting")).to_contain_text("next 2: is accepted and fails later 131049")
    await desk.text("hello")
    await expect(page.locator(".message.out .failure")).to_contain_text("131049")
    await expect(page.locator("#waiting")).to_contain_text("next 1")
    await page.get_by_role("button", name="Clear all faults").click()
    await expect(page.locator("#waiting")).to_contain_text("No fault waits.")
    await page.get_by_label("A request").select_option("error")
    await page.get_by_label("Code").select_option("190")
    await page.get_by_label("How many").fill("1000000")
    await page.get_by_label("Whose path contains").fill("")
    await page.get_by_role("button", name="Let it happen").click()
    await expect(page.locator("#waiting")).to_contain_text("every request")
    assert (await desk.business.get("/v26.0/me")).json()["error"]["code"] == 190
    await page.get_by_label("How many").fill("0")
    await page.get_by_role("button", name="Let it happen").click()
    await expect(page.locator("#waiting li")).to_have_count(1)


async def test_a_storm_is_shown_until_it_is_over(desk: Desk, page: Page) -> None:
    desk.sandbox.phone(ANNA).reply("hello")
    await page.get_by_role("button", name="Faults").click()
    await page.get_by_role("button", name="Storm").click()
    await expect(page.locator("#waiting")).to_contain_text("50 % of requests until ")
    statuses = {(await desk.post(text_body("hello"))).status_code for _ in range(20)}
    assert statuses == {200, 503}
    await page.get_by_role("button", name="+1 h", exact=True).click()
    await expect(page.locator("#waiting")).to_contain_text("No fault waits.")


async def test_signatures_can_be_wrong_or_missing(desk: Desk, page: Page) -> None:
    await page.get_by_role("button", name="Faults").click()
    await page.get_by_label("The signature is").select_option("missing")
    async with asyncio.timeout(5):
        while desk.sandbox.policy.signature != "missing":
            await asyncio.sleep(0.01)
    desk.sandbox.phone(ANNA).reply("hello")
    await page.get_by_role("button", name="Traffic").click()
    row = page.locator("#exchanges > li[data-kind=callback]")
    await row.locator("summary").first.click()
    await expect(row.locator("dd", has_text="none")).to_be_visible()
    await expect(row.locator(".fate")).to_have_text("✓ 200")
    assert "x-hub-signature-256" not in desk.service.callbacks[0].headers


async def test_callbacks_are_held_doubled_dropped_and_turned_round(desk: Desk, page: Page) -> None:
    await page.get_by_role("button", name="Faults").click()
    await page.get_by_label("Hold them back").check()
    await page.get_by_label("Send each twice").check()
    await page.get_by_label("Drop every “delivered”").check()
    await page.get_by_label("A message's statuses come").select_option("reversed")
    async with asyncio.timeout(5):
        while desk.sandbox.policy.order != "reversed":
            await asyncio.sleep(0.01)
    await desk.alert()
    await expect(page.get_by_text("✓✓ read")).to_be_visible()
    assert desk.service.callbacks == []
    await page.get_by_label("Hold them back").uncheck()
    async with asyncio.timeout(5):
        while len(desk.service.callbacks) < 4:
            await asyncio.sleep(0.01)
    assert desk.service.ladder == ["read", "read", "sent", "sent"]


async def test_everything_is_done_without_a_mouse(desk: Desk, page: Page) -> None:
    desk.sandbox.phone(BEN)
    await desk.alert()
    await expect(page.get_by_text("✓✓ read")).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    await page.keyboard.press("j")
    await expect(page.locator(f'.phone[data-number="{BEN}"]')).to_be_focused()
    await page.keyboard.press("j")
    await expect(page.locator(f'.phone[data-number="{ANNA}"]')).to_be_focused()
    await page.keyboard.press("k")
    await page.keyboard.press("k")
    await page.keyboard.press("w")
    await page.keyboard.type("from the keys")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.in", has_text="from the keys")).to_be_visible()
    await expect(page.get_by_label(f"Write as {ANNA}")).to_be_focused()
    await page.keyboard.press("Escape")
    chat = page.get_by_role("log", name=f"Chat of {ANNA}")
    await chat.focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(".message.out")).to_be_focused()
    outline = await page.locator(".message.out").evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline == "solid", "the focus is seen"
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Message")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".reactions:not(:empty)")).to_have_text("👍")
    await expect(page.locator(".message.out")).to_be_focused()
    for _ in range(3):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.includes('Acknowledge')"):
            break
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.in", has_text="Acknowledge")).to_be_visible()
    await page.keyboard.press("a")
    await expect(page.locator(".message.in", has_text="Acknowledge")).to_have_count(2)
    await page.keyboard.press("/")
    await expect(page.get_by_label("Filter the traffic")).to_be_focused()
    await page.keyboard.type("/nothing like this j k")
    await expect(page.locator("#exchanges > li").filter(visible=True)).to_have_count(0)


async def test_focus_and_writing_survive_news(desk: Desk, page: Page) -> None:
    await desk.alert()
    button = page.get_by_role("button", name="Acknowledge")
    await expect(page.get_by_text("✓✓ read")).to_be_visible()
    await button.focus()
    desk.sandbox.phone(ANNA).reply("meanwhile")
    await expect(page.locator(".message.in", has_text="meanwhile")).to_be_visible()
    await expect(button).to_be_focused()
    field = page.get_by_label(f"Write as {ANNA}")
    await field.fill("half a sen")
    await desk.text("news")
    await expect(page.locator(".message.out", has_text="news")).to_contain_text("read")
    await expect(field).to_have_value("half a sen")
    await expect(field).to_be_focused()


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_no_rule_of_accessibility_is_broken(
    desk: Desk, browser: Browser, scheme: str, viewport: ViewportSize
) -> None:
    anna = desk.sandbox.phone(ANNA)
    anna.reply("*hello*")
    desk.sandbox.send_file(anna, "document", b"x", "text/plain", filename="a.log")
    desk.sandbox.phone(BEN).online = False
    await desk.alert()
    cards = {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": CAROUSEL}
    await desk.send(cards)
    await desk.alert(to=BEN)
    await desk.text("too late", to=BEN)
    # What still moves has no contrast yet.
    page = await look_at(desk, browser, viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    await desk.business.post("/_sandbox/clock", json={"advance_seconds": 25 * 3600 + 60})
    await expect(page.get_by_text("✓✓ read")).to_have_count(2)
    for part in ("Traffic", "Faults", "Events", "Phones"):
        tab = page.locator("#parts").get_by_role("button", name=part)
        if not await tab.is_visible():
            continue
        await tab.click()
        if part == "Traffic":
            await page.locator("#exchanges summary").first.click()
        assert await page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
        await require_nothing_grave(page)
    await page.locator(".phone.chosen").get_by_text("Settings").click()
    await require_nothing_grave(page)
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await require_nothing_grave(page)
    await page.keyboard.press("Escape")
    await page.locator(".phone.chosen .message").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Message")).to_be_visible()
    await require_nothing_grave(page)
    await page.context.close()


async def test_dark_and_light_follow_the_system_until_one_chooses(desk: Desk, browser: Browser) -> None:
    page = await look_at(desk, browser, color_scheme="dark")
    body, dark, light = page.locator("body"), "rgb(19, 20, 18)", "rgb(243, 242, 239)"
    await expect(body).to_have_css("background-color", dark)
    await page.emulate_media(color_scheme="light")
    await expect(body).to_have_css("background-color", light)
    await page.get_by_role("button", name="Switch to dark colours").click()
    await expect(body).to_have_css("background-color", dark)
    await page.reload()
    await expect(page.get_by_role("button", name="Switch to light colours")).to_be_visible()
    await expect(body).to_have_css("background-color", dark)
    await page.context.close()


async def test_on_a_narrow_screen_one_phone_is_shown_and_the_strip_chooses(desk: Desk, narrow: Page) -> None:
    desk.sandbox.phone(ANNA).name = "Anna"
    desk.sandbox.phone(BEN).name = "Ben"
    await desk.alert()
    await expect(narrow.get_by_text("Alert: db-7")).to_be_visible()
    await narrow.get_by_role("button", name="Ben").click()
    await expect(narrow.get_by_text("Alert: db-7")).to_be_hidden()
    await expect(narrow.get_by_label(f"Write as {BEN}")).to_be_in_viewport()
    await desk.alert()
    await expect(narrow.get_by_role("button", name="Anna")).to_have_class("tab news")
    await narrow.get_by_role("button", name="Traffic").click()
    await expect(narrow.get_by_label(f"Write as {BEN}")).to_be_hidden()
    await expect(narrow.locator("#exchanges > li").first).to_be_visible()


async def test_what_was_missed_while_the_connection_was_gone_is_caught_up(browser: Browser) -> None:
    sandbox = Sandbox()
    sandbox.policy = QUICK
    async with serving(sandbox.app) as url:
        context = await browser.new_context(viewport=WIDE)
        page = await context.new_page()
        await page.goto(url)
        sandbox.phone(ANNA).reply("before")
        await expect(page.get_by_text("before")).to_be_visible()
        await expect(page.get_by_role("status")).to_have_text("● Live")
        await page.get_by_label(f"Write as {ANNA}").fill("kept")
    await expect(page.get_by_role("status")).to_have_text("‖ Connection lost, trying again")
    sandbox.phone(ANNA).reply("meanwhile")
    async with serving(sandbox.app, port=int(url.rpartition(":")[2])):
        await expect(page.get_by_role("status")).to_have_text("● Live", timeout=10_000)
        await expect(page.get_by_text("meanwhile")).to_be_visible()
        await expect(page.get_by_label(f"Write as {ANNA}")).to_have_value("kept")
    again = Sandbox()
    again.phone(BEN).reply("another sandbox")
    async with serving(again.app, port=int(url.rpartition(":")[2])):
        await expect(page.get_by_text("another sandbox")).to_be_visible(timeout=10_000)
        await expect(page.get_by_text("meanwhile")).to_have_count(0)
        await context.close()
    await asyncio.gather(sandbox.aclose(), again.aclose())


async def test_a_new_message_rebuilds_nothing_else(desk: Desk, browser: Browser) -> None:
    desk.sandbox.account.callback_url = None
    for number in range(20):
        phone = desk.sandbox.phone(f"+4477009002{number:02}")
        for line in range(200):
            phone.reply(f"line {line} of {number}")
    page = await look_at(desk, browser)
    await expect(page.locator(".message")).to_have_count(4000, timeout=60_000)
    await page.evaluate(COUNT_TOUCHED)
    asked: list[int] = []
    page.on("response", lambda answer: asked.append(int(answer.headers.get("content-length", 0))))
    desk.sandbox.phone("+447700900207").reply("only this")
    chat = page.locator('.phone[data-number="+447700900207"] .chat')
    await expect(chat.locator(".message").last).to_contain_text("only this", timeout=20_000)
    assert await page.evaluate("window.touched") == 1
    assert asked
    assert max(asked) < 60_000, "what did not change is not asked for again"
    await page.context.close()
