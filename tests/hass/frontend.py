"""The frontend of Home Assistant in a browser, as a person who is logged in sees it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize, expect

from scripts.hass_house import REPORTS, House

PATIENCE = 30_000  # milliseconds; the first load on two busy cores takes some of them
WIDE = ViewportSize(width=1280, height=900)
TALL = ViewportSize(width=1280, height=1150)
NARROW = ViewportSize(width=390, height=844)


class Frontend:
    """A page of the frontend. Parts of a dialog lie in several shadow trees, so they are found from the page.

    complaints: what the browser had to complain about that concerns the integration.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._url = url
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("response", lambda answer: self._hear_answer(answer.status, answer.url))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "wa_notify" in text:
            self.complaints.append(text)

    def _hear_answer(self, status: int, url: str) -> None:
        if status >= 500 or (status >= 400 and ("wa_notify" in url or "wa-notify" in url)):
            self.complaints.append(f"{status} {url}")

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self._url}{path}")

    async def fill(self, name: str, text: str) -> None:
        await self.page.get_by_role("textbox", name=name).fill(text)

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).click()

    async def reads(self, words: str) -> None:
        """Wait until these words are to be seen."""
        await expect(self.page.get_by_text(words).first).to_be_visible(timeout=PATIENCE)

    async def keep(self, name: str, *, whole: bool = False) -> None:
        """A picture for the reports, once everything stands still."""
        if whole:
            await self.page.set_viewport_size(TALL)
        await self.page.wait_for_timeout(700)
        await self.page.screenshot(path=REPORTS / f"{name}.png")


@asynccontextmanager
async def logged_in(browser: Browser, house: House, **how: Any) -> AsyncIterator[Frontend]:
    """The frontend as the owner has it; `how`: viewport, color_scheme and such."""
    context = await browser.new_context(**{"viewport": WIDE, "timezone_id": "Europe/London", **how})
    tokens = json.dumps(json.dumps(house.api.tokens))
    await context.add_init_script(f"localStorage.setItem('hassTokens', {tokens})")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    frontend = Frontend(page, house.url)
    yield frontend
    await context.close()
    assert frontend.complaints == []
