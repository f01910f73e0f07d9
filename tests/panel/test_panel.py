"""What people see in the panel."""

from copy import deepcopy

import pytest
from playwright.async_api import Browser, expect

from .conftest import ENTRY, PEOPLE, TICKET, Panel, data_of, panel_of

pytestmark = pytest.mark.browser


async def test_the_overview_tells_how_everything_stands(panel: Panel) -> None:
    await panel.open()
    strip = panel.page.locator(".strip")
    await expect(strip.locator("> div", has_text="Open tickets")).to_contain_text("42 of them acknowledged")
    await expect(strip.locator("> div", has_text="Waiting messages")).to_contain_text("1 for a free place")
    await expect(strip).to_contain_text("148 of 250")
    meter = strip.get_by_role("img")
    await expect(meter).to_have_accessible_name(
        "148 of 250 people reached, 25 places kept for what is critical"
    )
    widths = await meter.evaluate("node => [...node.children].map(({style}) => style.width)")
    assert widths == ["10%", "59.2%"]
    await expect(strip).to_contain_text("Spent in November")
    await expect(strip).to_contain_text("US$3.42")
    await expect(strip).to_contain_text("● High")
    delivered = strip.locator("time")
    await expect(delivered).to_contain_text("2 min ago")
    await expect(delivered).to_have_attribute("title", "Mon, 23 Nov 2026, 08:58:00")
    await expect(panel.page.get_by_text("Live", exact=True)).to_be_visible()
    trouble = panel.page.locator(".troubles li")
    await expect(trouble).to_contain_text("A template does not leave")
    await expect(trouble).to_contain_text("What to do: Send it less often")
    await expect(trouble).to_contain_text("Ends in 50 min")
    await panel.keep("tickets-light")


async def test_the_meter_says_when_it_gets_tight(panel: Panel) -> None:
    await panel.open()
    cell = panel.page.locator(".strip > div", has_text="People reached")
    full = "Full. The next place is free in 1 h 13 min"
    for used, limit, reserve, said in (
        (230, 250, 25, "Only what is critical gets through"),
        (250, 250, 25, full),
        (0, 0, 0, full),
        (7, None, 0, "No limit"),
    ):
        reach = {"used": used, "limit": limit, "reserve": reserve}
        await panel.tell(reach={**panel.snapshot["reach"], **reach})
        await expect(cell).to_contain_text(said)
        assert await cell.locator(".meter").is_visible() is (limit is not None)


async def test_the_number_tells_what_is_wrong_with_it(panel: Panel) -> None:
    await panel.open()
    cell = panel.page.locator(".strip > div", has_text="Quality")
    for number, said in (
        (None, "WhatsApp has not said"),
        ({"quality": "red", "status": "connected"}, "WhatsApp may limit it"),
        ({"quality": "yellow", "status": "flagged"}, "WhatsApp has flagged it"),
        ({"quality": "unknown", "status": "unknown"}, "Not known yet"),
    ):
        await panel.tell(number=number)
        await expect(cell).to_contain_text(said)


async def test_callbacks_that_do_not_come_are_a_trouble(panel: Panel) -> None:
    panel.snapshot.update(unheard_since=panel.snapshot["delivered_at"], troubles=[], delivered_at=None)
    await panel.open()
    trouble = panel.page.locator(".troubles li")
    await expect(trouble).to_contain_text("WhatsApp takes messages but tells nothing")
    await expect(trouble).to_contain_text("Check the callback URL")
    await expect(panel.page.locator(".strip")).to_contain_text("None yet")
    await panel.tell(unheard_since=None)
    await expect(panel.page.locator(".troubles")).to_be_hidden()


async def test_a_ticket_opens_with_its_timeline(panel: Panel) -> None:
    await panel.open()
    await expect(panel.row(41)).to_contain_text(
        "● Open#41db-7: disk 96 % fullcriticalNobody has it18 min ago"
    )
    await expect(panel.row(38)).to_contain_text("✓ Acknowledged")
    await panel.row(41).get_by_role("link").click()
    page = panel.page
    assert page.url.endswith(TICKET)
    heading = page.get_by_role("heading", name="#41 db-7: disk 96 % full")
    await expect(heading).to_be_focused()
    await expect(page.locator(".when")).to_contain_text("Next people are askedin 12 min")
    lines = page.locator(".timeline > li")
    await expect(lines).to_have_count(len(panel.story["timeline"]))
    first, second = lines.nth(0), lines.nth(1)
    await expect(first.locator(".sentence")).to_have_text(
        "db-7: disk 96 % full fires. Rule disks tells oncall."
    )
    await expect(first.locator("time")).to_have_attribute("title", "Mon, 23 Nov 2026, 08:42:00")
    await expect(second.locator(".sentence")).to_have_text(
        "The first message to erin leaves as template ops_alert (en)."
    )
    await expect(second.locator("summary .why")).to_have_text(
        "WhatsApp Notify · The 24-hour window is closed, so only a template may go out."
    )
    facts = second.locator("dl")
    await expect(facts).to_be_hidden()
    await second.locator("summary").click()
    await expect(facts).to_contain_text("Formtemplate ops_alert, en")
    await expect(second.locator("details > .why")).to_contain_text("Not taken: free-form text")
    await lines.nth(10).locator("summary").click()
    await expect(lines.nth(10)).to_contain_text("131026")
    await page.get_by_text("Alerts (2)").click()
    await expect(page.locator(".alerts")).to_contain_text("It will be full in about 40 minutes")
    link = page.get_by_role("link", name="Open at the source")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await panel.keep("ticket-light")
    await page.get_by_role("link", name="All tickets").click()
    await expect(page.locator(".ticket")).to_be_hidden()
    await page.go_back()
    await expect(heading).to_be_visible()
    await page.evaluate("house.set({locale: {time_format: '12', time_zone: 'server'}})")
    await expect(lines.nth(0).locator("time")).to_contain_text("8:42 am")


async def test_a_ticket_that_is_not_there_is_said_so(panel: Panel) -> None:
    await panel.open(f"/{ENTRY}/tickets/999")
    await expect(panel.page.get_by_text("There is no ticket #999.")).to_be_visible()
    search = panel.page.get_by_label("Search, or a ticket number")
    await search.fill("#41")
    await search.press("Enter")
    await expect(panel.page.get_by_role("heading", name="#41 db-7")).to_be_visible()


async def test_tickets_are_found_by_their_words(panel: Panel) -> None:
    await panel.open()
    search, rows = panel.page.get_by_label("Search, or a ticket number"), panel.page.locator(".rows li")
    await expect(rows).to_have_count(4)
    await search.fill("CRITICAL")
    await expect(rows).to_have_count(2)
    await search.fill("ada")
    await expect(rows).to_have_count(1)
    await search.fill("nobody's words")
    await expect(panel.page.get_by_text("No open ticket has these words.")).to_be_visible()
    await search.press("Escape")
    await expect(rows).to_have_count(4)


async def test_changes_come_by_themselves_and_move_nothing(panel: Panel) -> None:
    await panel.open(TICKET)
    await panel.page.locator(".timeline summary").nth(1).click()
    await panel.row(38).get_by_role("link").focus()
    await panel.page.evaluate(
        """() => {
            window.touched = 0;
            new MutationObserver((records) => {
                for (const {addedNodes, removedNodes} of records) {
                    touched += [...addedNodes, ...removedNodes].filter((node) => node.nodeType === 1).length;
                }
            }).observe(house.panel.shadowRoot, {childList: true, subtree: true});
        }"""
    )
    await panel.tell(counts={**panel.snapshot["counts"], "waiting": 5})
    await expect(panel.page.locator(".strip")).to_contain_text("Waiting messages5")
    assert await panel.page.evaluate("touched") == 0
    newer = {**deepcopy(panel.snapshot["tickets"][0]), "number": 43, "title": "A new one"}
    await panel.page.evaluate(
        "house.story.timeline.push({...house.story.timeline[0], text: 'One more line'})"
    )
    await panel.tell(tickets=[newer, *panel.snapshot["tickets"]])
    await expect(panel.row(43)).to_be_visible()
    await expect(panel.page.get_by_text("One more line")).to_be_visible()
    assert await panel.page.evaluate("touched") == 2
    await expect(panel.row(38).get_by_role("link")).to_be_focused()
    await expect(panel.page.locator(".timeline dl").nth(1)).to_be_visible()


async def test_times_go_on_by_themselves(panel: Panel) -> None:
    await panel.page.clock.install()
    await panel.open(PEOPLE)
    await expect(panel.person("Chidi")).to_contain_text("Window closing, 34 min left")
    await panel.page.clock.run_for(20 * 60_000)
    await expect(panel.person("Chidi")).to_contain_text("Window closing, 14 min left")
    await panel.page.clock.run_for(20 * 60_000)
    await expect(panel.person("Chidi")).to_contain_text(
        "Window closed 5 min ago. A template goes out instead."
    )


async def test_recipients_show_consent_and_window(panel: Panel) -> None:
    await panel.open(PEOPLE)
    ada, bob, dee, erin = (panel.person(name) for name in ("Ada Okafor", "Bob", "Dee", "Erin"))
    await expect(ada).to_contain_text("+44 •••• 0123")
    await expect(ada).to_contain_text("Window open, 22 h 2")
    dashes = await ada.locator("circle.left").get_attribute("stroke-dasharray")
    assert float(str(dashes).split()[0]) == pytest.approx(93.68, abs=0.1)
    await expect(ada).to_contain_text("✓ Opted in 266 d ago")
    await expect(ada).to_contain_text("Proof: Signed form of 1 March, folder HR 12")
    await expect(ada.get_by_role("button", name="Record opt-in")).to_be_hidden()
    await expect(bob).to_contain_text("Nothing is sent. Record the opt-in first.")
    await expect(dee).to_contain_text("✗ Opted out")
    await expect(dee.get_by_role("button", name="Record opt-out")).to_be_hidden()
    await expect(erin).to_contain_text("Asked for a reply.")
    await expect(erin).to_contain_text("It goes on in 4 min.")
    await ada.get_by_text("History").click()
    await expect(ada.locator("ol li")).to_have_count(3)
    await expect(ada.locator("ol li").nth(1)).to_contain_text("Opted out")
    assert (await panel.asked("history"))[0]["recipient_id"] == "ada"
    await panel.keep("people-light")


async def test_a_lost_connection_is_said_and_found_again(panel: Panel) -> None:
    await panel.page.clock.install()
    await panel.open()
    page = panel.page
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.evaluate("house.gone = true; house.fire('disconnected')")
    await expect(page.get_by_text("Paused: no connection")).to_be_visible()
    await expect(panel.row(42)).to_be_visible()
    await page.evaluate("house.fire('ready')")
    await expect(page.get_by_text("Paused: no connection")).to_be_visible()
    for _ in range(4):
        await page.clock.run_for(8_000)
    assert len(await panel.asked("entries")) > 4
    await page.evaluate("house.gone = false")
    await page.clock.run_for(31_000)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.evaluate("house.say(null)")
    await expect(page.get_by_text("Paused: the integration is not running")).to_be_visible()
    await panel.tell(counts={**panel.snapshot["counts"], "waiting": 9})
    await expect(page.locator(".strip")).to_contain_text("Waiting messages9")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()


async def test_the_panel_lets_go_when_it_is_left(panel: Panel) -> None:
    await panel.open()
    await expect(panel.row(42)).to_be_visible()
    await panel.page.evaluate("house.panel.remove()")
    await panel.page.wait_for_function("house.ends === 1")
    assert await panel.page.evaluate("house.listeners.ready.size") == 0
    await panel.page.evaluate("document.body.append(house.panel)")
    await expect(panel.row(42)).to_be_visible()
    await expect(panel.page.get_by_text("Live", exact=True)).to_be_visible()


async def test_one_of_several_numbers_is_chosen(panel: Panel) -> None:
    panel.entries = [{"entry_id": ENTRY, "title": "Plant room"}, {"entry_id": "01KOTHER", "title": "Office"}]
    await panel.open()
    page = panel.page
    choice = page.get_by_label("Business number")
    await expect(choice).to_have_value(ENTRY)
    await choice.select_option("Office")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    assert page.url.endswith("/wa-notify/01KOTHER/tickets")
    assert [message["entry_id"] for message in await panel.asked("subscribe")] == [ENTRY, "01KOTHER"]
    await panel.row(41).get_by_role("link").click()
    await page.get_by_role("button", name="Resolve").click()
    assert (await data_of(panel))[-1] == ("resolve", {"config_entry_id": "01KOTHER", "ticket": 41})


async def test_empty_views_teach_the_first_step(panel: Panel) -> None:
    panel.snapshot.update(
        tickets=[], recipients=[], troubles=[], counts=dict.fromkeys(panel.snapshot["counts"], 0)
    )
    await panel.open()
    page = panel.page
    await expect(page.get_by_role("heading", name="Nothing is open")).to_be_visible()
    await expect(page.locator("pre")).to_contain_text("action: wa_notify.raise_alert")
    await expect(page.locator("pre")).to_contain_text(f"config_entry_id: {ENTRY}")
    await panel.keep("empty")
    await page.get_by_role("link", name="People (0)").click()
    link = page.get_by_role("link", name="Add a recipient in the integration")
    await expect(link).to_have_attribute("href", "/config/integrations/integration/wa_notify")


async def test_without_a_number_the_way_to_one_is_shown(panel: Panel) -> None:
    panel.entries = []
    await panel.open()
    await expect(panel.page.get_by_role("heading", name="No number is running")).to_be_visible()
    await expect(panel.page.get_by_role("link", name="Open the integration")).to_be_visible()
    await expect(panel.page.locator(".content")).to_be_hidden()


async def test_hundreds_of_tickets_are_shown_at_once(browser: Browser) -> None:
    async with panel_of(browser) as panel:
        first = panel.snapshot["tickets"][0]
        panel.snapshot["tickets"] = [{**first, "number": number} for number in range(200, 0, -1)]
        person = panel.snapshot["recipients"][0]
        panel.snapshot["recipients"] = [
            {**person, "recipient_id": f"p{number}", "name": f"Person {number}"} for number in range(300)
        ]
        await panel.open()
        await expect(panel.row(1)).to_be_attached()
        took = await panel.page.evaluate(
            "() => { const at = Date.now(); house.panel.frame.render(); return Date.now() - at; }"
        )
        assert took < 500
        assert panel.complaints == []
