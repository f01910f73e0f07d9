"""The gallery of the admin page in a browser: how it looks, the keyboard, live parts, deeds, search."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Dialog, Page, ViewportSize, expect

from tests.sandbox.page.conftest import serving
from tests.web.admin.conftest import FOCUSED, listen
from tests.web.admin.gallery import NOW, Gallery, made_rows

pytestmark = pytest.mark.browser

REPORTS = Path(__file__).parents[3] / ".cache" / "reports" / "admin"
NARROW, WIDE = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
GALLERY = "/admin/gallery"
STICKS_OUT = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SAID = "() => [...document.querySelectorAll('#rows tr')].map((row) => row.dataset.key)"


@dataclass(kw_only=True)
class Desk:
    """A gallery that is served, and a browser that looks at it. complaints: what the browser did not like."""

    gallery: Gallery
    url: str
    browser: Browser
    complaints: list[str]

    @asynccontextmanager
    async def page(self, path: str = GALLERY, **how: Any) -> AsyncIterator[Page]:
        """The gallery in a context of its own."""
        given = {"viewport": WIDE, "timezone_id": "Asia/Tokyo", "reduced_motion": "reduce", **how}
        context = await self.browser.new_context(**given)
        await context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.url)
        page = await context.new_page()
        page.set_default_timeout(8000)
        listen(page, self.complaints, FOCUSED)
        await page.goto(self.url + path)
        yield page
        await context.close()


@pytest.fixture
async def desk(browser: Browser) -> AsyncIterator[Desk]:
    gallery = Gallery()
    async with serving(gallery.app) as url:
        laid = Desk(gallery=gallery, url=url, browser=browser, complaints=[])
        yield laid
        gallery.live_is_down = True
    assert laid.complaints == []


async def require_nothing_grave(desk: Desk, page: Page) -> None:
    before = len(desk.complaints)
    found = await Axe().run(page)
    del desk.complaints[before:]  # the rules of accessibility obey no policy
    grave = [rule for rule in found.response["violations"] if rule["impact"] in ("serious", "critical")]
    told = [
        (rule["id"], [(node["target"], node["failureSummary"]) for node in rule["nodes"]]) for rule in grave
    ]
    assert told == []


async def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """A picture for the reports."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=REPORTS / f"{name}.png", full_page=whole)


async def live(page: Page) -> None:
    await expect(page.locator("#live")).to_have_text("Live")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])
async def test_everybody_can_read_it(desk: Desk, colours: str, wide: bool) -> None:
    how: dict[str, Any] = {} if wide else {"viewport": NARROW, "has_touch": True, "is_mobile": True}
    async with desk.page(color_scheme=colours, **how) as page:
        await live(page)
        await page.locator(".timeline details").nth(1).locator("summary").click()
        await keep(page, f"gallery-{'wide' if wide else 'phone'}-{colours}", whole=True)
        assert not await page.evaluate(STICKS_OUT)
        await require_nothing_grave(desk, page)


async def test_what_opens_can_be_read_too(desk: Desk) -> None:
    async with desk.page(color_scheme="dark", viewport=NARROW, has_touch=True, is_mobile=True) as page:
        await page.get_by_role("button", name="More").click()
        await expect(page.get_by_role("link", name="Schedules")).to_be_visible()
        await keep(page, "gallery-phone-menu")
        await require_nothing_grave(desk, page)
        await page.keyboard.press("Escape")
        await page.get_by_label("Account of Sam").click()
        await keep(page, "gallery-phone-account")
        await require_nothing_grave(desk, page)
        await page.get_by_role("button", name="Erase").first.click()
        await expect(page.get_by_role("heading", name="Erase Ada?")).to_be_visible()
        await keep(page, "gallery-phone-confirm")
        await require_nothing_grave(desk, page)


async def test_times_are_told_in_the_zone_of_the_reader(desk: Desk) -> None:
    async with desk.page() as page:
        first = page.locator(".timeline > li > time").nth(1)
        await expect(first).to_have_text("17:43")
        await expect(first).to_have_attribute("title", "Mon, 23 Nov 2026, 17:43:00 GMT+9")
        await expect(page.locator("#rows time span").nth(2)).to_have_text("37 min ago")
        assert await page.locator(".timeline .same").count() == 1
    async with desk.page(java_script_enabled=False) as page:
        await expect(page.locator(".timeline > li > time").nth(1)).to_have_text("09:43")


async def test_colours_are_chosen_and_kept(desk: Desk) -> None:
    async with desk.page(color_scheme="light") as page:
        await page.get_by_label("Account of Sam").click()
        await page.get_by_text("Dark", exact=True).click()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        await page.get_by_label("Account of Sam").click()
        await expect(page.get_by_label("Dark")).to_be_checked()
        await page.get_by_text("System", exact=True).click()
        assert await page.locator("html").get_attribute("data-theme") is None


async def test_the_keyboard_reaches_everything(desk: Desk) -> None:
    async with desk.page() as page:
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await expect(page.locator("#rows tr").nth(1).locator("a")).to_be_focused()
        await page.keyboard.press("k")
        await expect(page.locator("#rows tr").nth(0).locator("a")).to_be_focused()
        await page.keyboard.press("/")
        await expect(page.get_by_role("searchbox")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("searchbox")).not_to_be_focused()
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        await keep(page, "gallery-help")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
        await page.keyboard.press("a")
        await expect(page.locator("#flashes")).to_have_text("It is done.")
        assert [path for path, _, _ in desk.gallery.done] == ["/admin/do/acknowledge"]
        await page.keyboard.press("g")
        await page.keyboard.press("t")
        await expect(page).to_have_url(desk.url + "/admin/tickets")


async def test_enter_opens_a_row(desk: Desk) -> None:
    async with desk.page() as page:
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(desk.url + "/admin/tickets/100")


async def test_the_first_stop_of_the_keyboard_leads_to_the_content(desk: Desk) -> None:
    async with desk.page() as page:
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused()


async def test_what_changes_is_drawn_anew_and_nothing_else(desk: Desk) -> None:
    async with desk.page() as page:
        await live(page)
        note = page.get_by_label("Note")
        await note.fill("half a sent")
        await note.evaluate("(field) => field.setSelectionRange(4, 6)")
        await page.locator("#facts details summary").click()
        await page.locator(".timeline details").nth(0).locator("summary").click()
        await note.focus()
        await page.evaluate("scrollTo(0, 0)")
        kept = await page.locator("#rows tr").nth(3).element_handle()
        desk.gallery.seen = 2
        desk.gallery.rows[3]["state"] = "acknowledged"
        desk.gallery.rows.insert(0, {**desk.gallery.rows[0], "id": 101, "title": "A new one"})
        del desk.gallery.rows[2]
        desk.gallery.tell("tickets", "people")
        await expect(page.get_by_text("Seen 2 times")).to_be_visible()
        await expect(page.locator("#rows tr").first).to_contain_text("A new one")
        assert (await page.evaluate(SAID))[:3] == ["101", "100", "98"]
        assert await page.evaluate("(row) => row.isConnected && row.dataset.key", kept) == "97"
        await expect(note).to_have_value("half a sent")
        await expect(note).to_be_focused()
        assert await note.evaluate("(field) => [field.selectionStart, field.selectionEnd]") == [4, 6]
        assert await page.locator("#facts details").evaluate("(box) => box.open")
        assert await page.locator(".timeline details").nth(0).evaluate("(box) => box.open")


async def test_rows_that_move_stay_the_rows_they_are(desk: Desk) -> None:
    async with desk.page() as page:
        await live(page)
        link = page.locator("#rows tr[data-key='96'] a")
        await link.focus()
        desk.gallery.rows.reverse()
        desk.gallery.tell("tickets")
        await expect(page.locator("#rows tr").first).to_have_attribute("data-key", "89")
        assert await page.evaluate(SAID) == [str(row["id"]) for row in desk.gallery.rows]
        await expect(link).to_be_focused()


async def test_only_what_is_about_the_topic_is_asked_for(desk: Desk) -> None:
    async with desk.page() as page:
        await live(page)
        asked = len(desk.gallery.asked)
        desk.gallery.tell("weather")
        await asyncio.sleep(0.7)
        assert len(desk.gallery.asked) == asked
        desk.gallery.seen = 5
        for _ in range(5):
            desk.gallery.tell("people")
        await expect(page.get_by_text("Seen 5 times")).to_be_visible()
        assert len(desk.gallery.asked) == asked + 1, "what comes together is asked for once"


async def test_new_rows_do_not_push_away_what_is_being_read(desk: Desk) -> None:
    desk.gallery.rows = made_rows(60)
    async with desk.page() as page:
        await live(page)
        row = page.locator("#rows tr[data-key='80']")
        await row.scroll_into_view_if_needed()
        await page.evaluate("scrollBy(0, 200)")
        before = await row.bounding_box()
        for number in (101, 102):
            desk.gallery.rows.insert(0, {**desk.gallery.rows[0], "id": number, "title": f"New {number}"})
        desk.gallery.rows[20]["title"] = "Said anew"
        desk.gallery.tell("tickets")
        await expect(page.get_by_role("button", name="2 new")).to_be_visible()
        assert await row.bounding_box() == before
        assert (await page.evaluate(SAID))[0] == "100"
        await page.get_by_role("button", name="2 new").click()
        await expect(page.locator("#rows tr").first).to_be_in_viewport()
        assert (await page.evaluate(SAID))[:3] == ["102", "101", "100"]
        await expect(page.get_by_role("button", name="2 new")).to_be_hidden()


async def test_without_a_connection_it_says_so_and_catches_up(desk: Desk) -> None:
    async with desk.page() as page:
        await live(page)
        desk.gallery.live_is_down = True
        await expect(page.locator("#live")).to_have_text("Paused")
        desk.gallery.seen = 9
        desk.gallery.live_is_down = False
        await expect(page.locator("#live")).to_have_text("Live")
        await expect(page.get_by_text("Seen 9 times")).to_be_visible()
    desk.complaints[:] = [told for told in desk.complaints if "503" not in told and "ERR_" not in told]


async def test_what_could_not_be_drawn_is_asked_for_again(desk: Desk) -> None:
    async with desk.page() as page:
        await live(page)
        await page.route(f"**{GALLERY}", lambda route: route.abort())
        desk.gallery.seen = 8
        desk.gallery.tell("people")
        await expect(page.locator("#live")).to_have_text("Paused")
        await page.unroute(f"**{GALLERY}")
        await expect(page.get_by_text("Seen 8 times")).to_be_visible()
        await expect(page.locator("#live")).to_have_text("Live")
    desk.complaints[:] = [told for told in desk.complaints if "ERR_FAILED" not in told]


async def test_search_follows_the_fingers(desk: Desk) -> None:
    async with desk.page() as page:
        asked = len(desk.gallery.asked)
        box = page.get_by_role("searchbox")
        await page.clock.pause_at(1000 + await page.evaluate("Date.now()"))  # however slow the machine is
        for letter in "freezer":
            await box.press(letter)
            await page.clock.run_for(50)
        assert desk.gallery.asked[asked:] == [], "nobody asks while somebody writes"
        await page.clock.resume()
        await expect(page.locator("#rows tr")).to_have_count(1)
        await expect(page).to_have_url(f"{desk.url}{GALLERY}?q=freezer")
        assert desk.gallery.asked[asked:] == [f"{GALLERY}?q=freezer"], "asked once, at the end"
        await expect(box).to_be_focused()
        await box.fill("nothing like it")
        await expect(page.get_by_text("No ticket has these words.")).to_be_visible()
        await box.fill("")
        await expect(page.locator("#rows tr")).to_have_count(12)
        await expect(page).to_have_url(desk.url + GALLERY)


async def test_an_answer_that_comes_late_does_not_replace_a_later_one(desk: Desk) -> None:
    async with desk.page() as page:
        desk.gallery.delay = 0.8
        await page.get_by_role("searchbox").fill("freezer")
        await asyncio.sleep(0.4)
        desk.gallery.delay = 0
        await page.get_by_role("searchbox").fill("rechenzentrum")
        await expect(page.locator("#rows tr")).to_have_count(1)
        await asyncio.sleep(0.8)
        await expect(page.locator("#rows tr")).to_have_count(1)


async def test_more_rows_follow_on_the_same_page(desk: Desk) -> None:
    desk.gallery.rows = made_rows(95)
    async with desk.page() as page:
        await expect(page.locator("#rows tr")).to_have_count(40)
        await page.get_by_role("link", name="Show more").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#rows tr")).to_have_count(80)
        await expect(page.locator("#rows tr").nth(40).locator("a")).to_be_focused()
        await page.get_by_role("link", name="Show more").click()
        await expect(page.locator("#rows tr")).to_have_count(95)
        await expect(page.get_by_role("link", name="Show more")).to_have_count(0)
        desk.gallery.rows[1]["title"] = "Said anew"
        desk.gallery.tell("tickets")
        await expect(page.locator("#rows tr").nth(1)).to_contain_text("Said anew")
        await expect(page.locator("#rows tr")).to_have_count(95)


async def test_a_deed_is_done_once_and_told(desk: Desk) -> None:
    desk.gallery.delay = 0.3
    async with desk.page() as page:
        await page.evaluate("window.same = true")
        await page.get_by_role("button", name="Acknowledge").dblclick()
        await expect(page.locator("#flashes")).to_have_text("It is done.")
        assert await page.evaluate("window.same"), "the page was not left"
        [(path, fields, heads)] = desk.gallery.done
        assert path == "/admin/do/acknowledge"
        assert fields["ticket"] == "41"
        assert fields["csrf"] == heads["x-csrf-token"] == "mark-of-the-form"
        assert len(fields["key"]) >= 32
        assert heads["accept"] == "application/json"


async def test_after_a_deed_the_page_is_true(desk: Desk) -> None:
    async with desk.page() as page:
        desk.gallery.seen = 3
        desk.gallery.rows[0]["title"] = "Said anew"
        await page.get_by_role("button", name="Acknowledge").click()
        await expect(page.get_by_text("Seen 3 times")).to_be_visible()
        await expect(page.locator("#rows tr").first).to_contain_text("Said anew")


async def test_what_is_wrong_is_told_beside_the_fields(desk: Desk) -> None:
    desk.gallery.refuses = True
    async with desk.page() as page:
        await page.get_by_label("Name").fill("ada")
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.locator("#field-name-error")).to_have_text("This name is taken. Take another one.")
        await expect(page.get_by_label("Name")).to_be_focused()
        await expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
        await expect(page.get_by_label("Name")).to_have_value("ada")
        await expect(page.locator(".problem")).to_contain_text("Two things are wrong.")
        await expect(page.locator(".problem")).to_contain_text("<script>alert(1)</script>")
        desk.gallery.refuses = False
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.locator("#flashes")).to_have_text("It is done.")
        await expect(page.locator(".problem")).to_have_count(0)
    desk.complaints[:] = [told for told in desk.complaints if "422" not in told]


async def test_a_lost_answer_is_told_and_the_second_try_has_the_same_key(desk: Desk) -> None:
    async with desk.page() as page:
        await page.route("**/admin/do/**", lambda route: route.abort())
        await page.get_by_role("button", name="Acknowledge").click()
        await expect(page.locator("#flashes")).to_contain_text("The service did not answer.")
        first = await page.locator("form[action$='acknowledge'] [name=key]").input_value()
        await page.unroute("**/admin/do/**")
        await page.get_by_role("button", name="Acknowledge").click()
        await expect(page.locator("#flashes")).to_have_text("It is done.")
        assert desk.gallery.done[0][1]["key"] == first
    desk.complaints[:] = [told for told in desk.complaints if "ERR_FAILED" not in told]


async def test_a_deed_that_answers_with_a_page_shows_it(desk: Desk) -> None:
    async with desk.page() as page:
        await page.get_by_role("button", name="New silence").click()
        await page.get_by_label("For how many hours").fill("3")
        await page.get_by_role("dialog").get_by_role("button", name="Silence").click()
        await expect(page.get_by_role("heading", name="Made")).to_be_visible()
        await expect(page.locator("main")).to_be_focused()
        await expect(page).to_have_title("Made · wa_notify")
        assert desk.gallery.done[0][1]["hours"] == "3"


async def test_what_destroys_is_asked_twice(desk: Desk) -> None:
    async with desk.page() as page:
        await page.get_by_role("button", name="Erase", exact=True).click()
        await expect(page.get_by_role("button", name="Cancel")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("heading", name="Erase Ada?")).to_be_hidden()
        assert desk.gallery.done == []
        await page.get_by_role("button", name="Erase", exact=True).click()
        await page.get_by_role("button", name="Erase for good").click()
        await expect(page.locator("#flashes")).to_have_text("It is done.")
        await expect(page.get_by_role("heading", name="Erase Ada?")).to_be_hidden()


async def test_it_works_without_script(desk: Desk) -> None:
    async with desk.page(java_script_enabled=False) as page:
        await page.get_by_role("button", name="Acknowledge").click()
        await expect(page).to_have_url(desk.url + GALLERY)
        sent = desk.gallery.done[0][1]
        assert {name: sent[name] for name in ("csrf", "back", "ticket")} == {
            "csrf": "mark-of-the-form",
            "back": GALLERY,
            "ticket": "41",
        }
        await page.get_by_role("button", name="Erase", exact=True).click()
        await page.get_by_role("button", name="Erase for good").click()
        assert desk.gallery.done[1][0] == "/admin/do/erase"
        await page.get_by_role("searchbox").fill("freezer")
        await page.get_by_role("search").get_by_role("button").click()
        await expect(page.locator("#rows tr")).to_have_count(1)
        await expect(page.locator("#live")).to_be_hidden()
        await page.get_by_role("button", name="New silence").click()
        await expect(page.get_by_label("For how many hours")).to_be_visible()


async def test_a_template_fills_itself_while_somebody_writes(desk: Desk) -> None:
    async with desk.page() as page:
        await page.get_by_label("What happened").fill("Disk <b>full</b>")
        await expect(page.locator("#shape .body")).to_contain_text("Disk <b>full</b> at {{2}}")
        await page.get_by_label("What happened").fill("")
        await expect(page.locator("#shape .body")).to_contain_text("{{1}} at {{2}}")


async def test_a_command_is_copied(desk: Desk) -> None:
    async with desk.page() as page:
        await page.get_by_role("button", name="Copy").click()
        await expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert "127.0.0.1:8711/alerts" in await page.evaluate("navigator.clipboard.readText()")


async def test_written_text_is_not_lost_unasked(desk: Desk) -> None:
    async with desk.page() as page:
        await page.get_by_label("Name").fill("ada")
        asked: list[str] = []

        async def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            await dialog.dismiss()

        page.on("dialog", stay)
        await page.get_by_role("link", name="Outbox").first.click(no_wait_after=True)
        await asyncio.sleep(0.5)
        assert asked == ["beforeunload"]
        await expect(page.get_by_label("Name")).to_have_value("ada")
    assert desk.complaints == ["dialog: "]  # the question of the browser itself has no words of ours
    desk.complaints.clear()


async def test_a_window_empties_while_somebody_looks(desk: Desk) -> None:
    async with desk.page() as page:
        window = page.locator(".window[data-state='closing']").first
        await expect(window).to_contain_text(re.compile("Window closing, (19|20) min left"))
        await page.clock.install(time=NOW)
        await page.reload()
        await page.clock.fast_forward("10:30")
        await expect(window).to_contain_text("Window closing, 9 min left")
        await page.clock.fast_forward("15:00")
        await expect(page.locator(".window").nth(2)).to_contain_text("Window closed 5 min ago.")
