"""The panel of the Home Assistant integration in a browser, with a stand-in for Home Assistant's frontend.

How real snapshots look is checked where Home Assistant runs: `tests/component/test_websocket_api.py`.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, Request, Route, ViewportSize

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PANEL = ROOT / "custom_components" / "wa_notify" / "panel"
REPORTS = ROOT / ".cache" / "reports" / "panel"
NARROW, WIDE = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
HOUSE = "http://house.test"
ENTRY = "01KENTRY"
TICKET, PEOPLE = f"/{ENTRY}/tickets/41", f"/{ENTRY}/people"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
# Stricter than Home Assistant, so that the panel works whatever it will demand
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'"


def recorded(name: str) -> Any:
    """An answer of the integration."""
    return json.loads((HERE / "recorded" / f"{name}.json").read_text())


class Panel:
    """The panel on a page. `snapshot`, `story` and `history` are what it is told; change them before opening.

    complaints: what the browser had to complain about, which is to be nothing.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.snapshot: dict[str, Any] = recorded("snapshot")
        self.story: dict[str, Any] = recorded("story")
        self.history: list[dict[str, Any]] = recorded("history")
        self.entries = [{"entry_id": ENTRY, "title": "+44 1632 960111"}]
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    async def open(
        self, path: str = "", *, language: str = "en-GB", dark: bool = False, narrow: bool = False
    ) -> None:
        snapshots = {entry["entry_id"]: {**deepcopy(self.snapshot), **entry} for entry in self.entries}
        laid = {
            "entries": self.entries, "snapshots": snapshots, "story": self.story, "history": self.history,
            "language": language, "dark": dark, "narrow": narrow,
        }  # fmt: skip
        await self.page.add_init_script(f"window.laid = {json.dumps(laid)}")
        await self.page.goto(f"{HOUSE}/wa-notify{path}")
        await self.page.wait_for_selector("wa-notify-panel", state="attached")

    async def tell(self, **change: Any) -> None:
        """Something has changed in the snapshot."""
        await self.page.evaluate("(change) => house.tell(change)", change)

    async def asked(self, command: str) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = await self.page.evaluate("house.asked")
        return [message for message in asked if message["type"] == f"wa_notify/{command}"]

    @property
    async def calls(self) -> list[Any]:
        """The actions that were called: domain, action, data, target, whether the frontend complains."""
        calls: list[Any] = await self.page.evaluate("house.calls")
        return calls

    def row(self, number: int) -> Locator:
        return self.page.locator(f".rows li[data-number='{number}']")

    def person(self, name: str) -> Locator:
        heading = self.page.get_by_role("heading", name=name, exact=True)
        return self.page.locator(".person").filter(has=heading)

    async def keep(self, name: str, *, whole: bool = True) -> None:
        """A picture for the reports, once everything stands still."""
        REPORTS.mkdir(parents=True, exist_ok=True)
        await self.page.wait_for_timeout(350)
        await self.page.screenshot(path=REPORTS / f"{name}.png", full_page=whole)


async def data_of(panel: Panel) -> list[Any]:
    """The actions that were called, with their data."""
    return [(action, data) for _, action, data, *_ in await panel.calls]


async def serve(route: Route, request: Request) -> None:
    """The files of the panel and of the house; every other path is the house."""
    path = request.url.removeprefix(HOUSE).partition("?")[0]
    folders = {"panel": PANEL, "house": HERE}
    _, folder, *rest = path.split("/")
    file = folders[folder] / "/".join(rest) if folder in folders else HERE / "house.html"
    if not file.is_file():
        await route.fulfill(status=404)
        return
    headers = {"Content-Security-Policy": POLICY}
    await route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix], headers=headers)


@asynccontextmanager
async def panel_of(browser: Browser, **how: Any) -> AsyncIterator[Panel]:
    """A page for the panel in a context of its own; `how`: viewport and such."""
    usual = {"viewport": WIDE, "timezone_id": "Asia/Tokyo", "reduced_motion": "reduce"}
    context = await browser.new_context(**usual | how)
    await context.route(f"{HOUSE}/**", serve)
    page = await context.new_page()
    page.set_default_timeout(8000)
    yield Panel(page)
    await context.close()


@pytest.fixture
async def panel(browser: Browser) -> AsyncIterator[Panel]:
    """The panel on a wide screen."""
    async with panel_of(browser) as shown:
        yield shown
        assert shown.complaints == []


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Panel]:
    """The panel on the screen of a telephone."""
    async with panel_of(browser, viewport=NARROW, has_touch=True) as shown:
        yield shown
        assert shown.complaints == []
