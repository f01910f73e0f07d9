"""What the panel is made of, whoever looks and whatever is told: languages, foreign text, screens."""

import re
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from .conftest import ENTRY, NARROW, PANEL, PEOPLE, TICKET, Panel, panel_of

pytestmark = pytest.mark.browser

VIEWS = (("", "tickets"), (TICKET, "ticket"), (PEOPLE, "people"))
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<a href='javascript:alert(1)'>x</a>",
    "</style><style>*{display:none}</style>",
    "{{7*7}} ${alert(1)} <%= 1 %> {name} {n}",
    "javascript:alert(1)",
    "\u202eevil\u0000 & &lt;b&gt; __proto__",
)
FOREIGN = {
    "title", "text", "name", "what", "advice", "evidence", "actor", "owner", "recipient", "severity", "rule",
    "occasion", "template", "language", "source", "url", "author", "verified_name", "wamid",
}  # fmt: skip
UNWANTED = """() => {
    const found = (what) => [...house.panel.shadowRoot.querySelectorAll(what)];
    const followed = found("a").filter((link) => /^javascript/i.test(link.href));
    return found("script, img, iframe, style, [onload], [onerror]").length + followed.length;
}"""


async def require_nothing_grave(panel: Panel) -> None:
    before = len(panel.complaints)
    found = await Axe().run(panel.page)
    del panel.complaints[before:]  # the rules of accessibility obey no policy
    grave = [rule for rule in found.response["violations"] if rule["impact"] in ("serious", "critical")]
    told = [
        (rule["id"], [(node["target"], node["failureSummary"]) for node in rule["nodes"]]) for rule in grave
    ]
    assert told == []


async def test_everybody_can_use_it(browser: Browser) -> None:
    for path, name in VIEWS:
        for dark in (False, True):
            async with panel_of(browser) as panel:
                silence = {"ends_at": "2026-11-23T12:00:00+00:00", "author": "Sam", "comment": ""}
                panel.snapshot["silence"] = silence
                await panel.open(path, dark=dark)
                await expect(panel.page.get_by_text("Live", exact=True)).to_be_visible()
                if path == TICKET:
                    await panel.page.locator(".timeline summary").nth(1).click()
                    await panel.page.locator(".alerts summary").click()
                await panel.keep(f"{name}-{'dark' if dark else 'light'}-full")
                await require_nothing_grave(panel)
                assert panel.complaints == []


async def test_it_fits_a_telephone(browser: Browser) -> None:
    for path, name in VIEWS:
        async with panel_of(browser, viewport=NARROW, has_touch=True) as phone:
            await phone.open(path, dark=path != PEOPLE, narrow=True)
            page = phone.page
            await expect(page.get_by_text("Live", exact=True)).to_be_visible()
            if path == TICKET:
                await expect(page.get_by_role("button", name="Acknowledge")).to_be_in_viewport()
                await expect(page.locator(".strip")).to_be_hidden()
                await expect(page.locator(".rows")).to_be_hidden()
            assert await page.evaluate("document.documentElement.scrollWidth") == 390, "nothing sticks out"
            await page.get_by_role("button", name="Menu").click()
            assert await page.evaluate("house.menus") == 1
            await phone.keep(f"phone-{name}")
            await require_nothing_grave(phone)
            assert phone.complaints == []


def spoilt(value: Any, hostile: str) -> Any:
    """Every text that comes from outside, at once; what the panel acts upon stays."""
    if isinstance(value, list):
        return [spoilt(one, hostile) for one in value]
    if not isinstance(value, dict):
        return value
    spoilt_pairs = {"labels": {hostile: hostile}, "annotations": {hostile: hostile}}
    return {
        key: spoilt_pairs.get(key, hostile if key in FOREIGN else spoilt(inner, hostile))
        for key, inner in value.items()
    }


async def test_markup_of_others_stays_text(browser: Browser) -> None:
    for hostile in HOSTILE:
        async with panel_of(browser) as panel:
            await _look_at_spoilt(panel, hostile)
            assert panel.complaints == []


async def _look_at_spoilt(panel: Panel, hostile: str) -> None:
    panel.snapshot, panel.story = spoilt(panel.snapshot, hostile), spoilt(panel.story, hostile)
    panel.history = spoilt(panel.history, hostile)
    silence = {"ends_at": "2026-11-23T12:00:00+00:00", "author": hostile, "comment": hostile}
    panel.snapshot["silence"] = silence
    panel.entries = [{"entry_id": ENTRY, "title": hostile}]
    await panel.open(TICKET)
    page = panel.page
    await expect(page.locator(".timeline li")).to_have_count(len(panel.story["timeline"]))
    assert await page.locator(".ticket h2").text_content() == f"#41 {hostile}"
    await page.locator(".alerts summary").click()
    await page.locator(".timeline summary").nth(1).click()
    assert await page.locator(".alerts dd").first.text_content() == hostile
    await expect(page.locator(".alerts a")).to_have_count(0)
    await page.get_by_role("link", name="People").click()
    await page.get_by_text("History").first.click()
    await expect(page.locator(".person ol li").first).to_be_visible()
    await page.get_by_role("button", name="Record opt-in").first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await page.evaluate(UNWANTED) == 0


async def test_it_speaks_german_and_falls_back_to_english(panel: Panel) -> None:
    await panel.open(PEOPLE, language="de")
    page = panel.page
    await expect(page.get_by_role("link", name="Personen (5)")).to_be_visible()
    await expect(panel.person("Bob")).to_contain_text("✗ Nie zugestimmt")
    await expect(page.locator(".strip")).to_contain_text("Kosten im November")
    await expect(page.locator(".strip")).to_contain_text("3,42\xa0$")
    assert await page.locator("wa-notify-panel").get_attribute("lang") == "de"
    await panel.keep("people-german")
    await page.evaluate("house.set({language: 'xx'})")
    await expect(page.get_by_role("link", name="People (5)")).to_be_visible()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()


async def test_the_languages_say_the_same(panel: Panel) -> None:
    await panel.open()
    keys, holes = await panel.page.evaluate(
        """async () => {
            const {speaker} = await import("/panel/texts.js"), {GERMAN} = await import("/panel/texts.de.js");
            const source = await (await import("/panel/texts.js")).speaker("en");
            const english = Object.fromEntries(Object.keys(GERMAN).map((key) => [key, source(key)]));
            const inside = (text) => [...text.matchAll(/\\{\\w+\\}/g)].map(([hole]) => hole).sort().join();
            return [
                Object.keys(GERMAN).filter((key) => english[key] === key),
                Object.keys(GERMAN).filter((key) => inside(GERMAN[key]) !== inside(english[key])),
            ];
        }"""
    )
    assert keys == []
    assert holes == []


def test_every_text_is_used() -> None:
    sources = "".join(path.read_text() for path in PANEL.glob("*.js") if not path.name.startswith("texts"))
    keys = re.findall(r'^  "([\w.]+)":', (PANEL / "texts.js").read_text(), re.MULTILINE)
    built = (
        "quality.", "status.", "state.", "source.", "consent.", "trouble.", "window.", "do.", "next.",
        "path.", "help.", "feed.", "alert.", "form.", "view.", "ago.", "in.",
    )  # fmt: skip
    plural = {
        key.removesuffix(".one").removesuffix(".other") for key in keys if key.endswith((".one", ".other"))
    }
    unused = [
        key for key in keys
        if f'"{key}"' not in sources and not key.startswith(built) and key.rpartition(".")[0] not in plural
    ]  # fmt: skip
    assert unused == []


async def test_long_words_do_not_stick_out(phone: Panel) -> None:
    long = "w" * 180
    for ticket in (*phone.snapshot["tickets"], phone.story["ticket"]):
        ticket.update(title=long, severity=long, owner=long, rule=long)
    for entry in phone.story["timeline"]:
        entry.update(text=long, actor=long)
    for person in phone.snapshot["recipients"]:
        person.update(name=long)
    for trouble in phone.snapshot["troubles"]:
        trouble.update(name=long, what=long, advice=long)
    phone.entries = [{"entry_id": ENTRY, "title": long}, {"entry_id": "01KOTHER", "title": long}]
    await phone.open(narrow=True)
    for path in ("tickets", "tickets/41", "people"):
        await phone.page.evaluate(
            """(path) => {
                history.pushState(null, '', path);
                dispatchEvent(new CustomEvent('location-changed'));
            }""",
            f"/wa-notify/{ENTRY}/{path}",
        )
        await phone.page.wait_for_timeout(200)
        outside = await phone.page.evaluate(
            """() => [...house.panel.shadowRoot.querySelectorAll('*')]
                .filter((one) => one.getBoundingClientRect().right > 390.5 && !one.closest('.heard, summary'))
                .map((one) => `${one.tagName}.${one.className}`)"""
        )
        assert outside == [], path
        assert await phone.page.evaluate("document.documentElement.scrollWidth") == 390, path
