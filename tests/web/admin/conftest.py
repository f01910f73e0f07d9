"""The admin page in a real browser, on a real service beside a real sandbox.

async def test_it(office: Office) -> None:
    office.starts()
    alice = await office.enters("alice", Role.OPERATOR)
    await alice.opens("/tickets")
    office.desk.tells_the_service(**alert())
    await alice.sees("Disk almost full")
"""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    ViewportSize,
    expect,
)

from tests.cli.desk import ALICE, Desk, Program
from wa_notify.clock import system_clock
from wa_notify.core.access import Account, Role, Session
from wa_notify.ports import Transaction
from wa_notify.web.access.gate import COOKIE
from wa_notify.web.access.proofs import digest_of

ROOT = Path(__file__).parents[3]
REPORTS = ROOT / ".cache" / "reports" / "admin"
NARROW, WIDE = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
# What Chromium says when a question that is still closed, whose safest answer has autofocus, is drawn while
# something else has the focus
FOCUSED = "Autofocus processing was blocked"
# and of every refusal, and of forms whose password belongs to a name elsewhere on the page
REFUSED = "responded with a status of 4|Password forms should"
GRAVE = ("serious", "critical")


def listen(page: Page, complaints: list[str], harmless: str) -> None:
    """What the browser does not like about a page goes into the list, unless it fits the harmless pattern."""

    def heard(text: str) -> None:
        if not re.search(harmless, text):
            complaints.append(text)

    page.on("console", lambda message: heard(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))


class Reader:
    """Somebody in front of a browser. ``complaints`` is what the browser had to complain about."""

    def __init__(self, context: BrowserContext, page: Page, base: str) -> None:
        self.context = context
        self.page = page
        self.base = base
        self.complaints: list[str] = []
        listen(page, self.complaints, f"{FOCUSED}|{REFUSED}")

    async def opens(self, path: str) -> None:
        """A page of the desk, once it has loaded."""
        await self.page.goto(f"{self.base}/admin{path}")

    async def sees(self, text: str | re.Pattern[str], within: str = "main") -> Locator:
        """The text is there, or comes within a moment."""
        found = self.page.locator(within).get_by_text(text).first
        await expect(found).to_be_visible(timeout=15_000)
        return found

    async def misses(self, text: str | re.Pattern[str], within: str = "main") -> None:
        """The text is not there, or goes within a moment."""
        await expect(self.page.locator(within).get_by_text(text)).to_have_count(0, timeout=15_000)

    async def presses(self, name: str | re.Pattern[str], within: str = "body") -> None:
        """A button or a link of that name."""
        place = self.page.locator(within)
        button = place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name))
        await button.filter(visible=True).first.click()

    async def fills(self, label: str | re.Pattern[str], value: str, within: str = "body") -> None:
        """A field of that label."""
        await self.page.locator(within).get_by_label(label).filter(visible=True).first.fill(value)

    async def keeps(self, name: str) -> None:
        """Pictures of the page: wide, dark, on a telephone; and no grave fault for assistive technology."""
        REPORTS.mkdir(parents=True, exist_ok=True)
        for scheme, size in (("light", WIDE), ("dark", WIDE), ("narrow", NARROW)):
            await self.page.emulate_media(color_scheme="dark" if scheme != "light" else "light")
            await self.page.set_viewport_size(size)
            await self.page.screenshot(path=REPORTS / f"{name}-{scheme}.png", full_page=True)
            if scheme != "dark":  # the narrow one is dark too
                await self.is_accessible(f"{name} {scheme}")
        await self.page.emulate_media(color_scheme="light")
        await self.page.set_viewport_size(WIDE)

    async def is_accessible(self, where: str) -> None:
        """axe finds nothing serious."""
        found = await Axe().run(self.page)
        grave = [
            f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
            for one in found.response["violations"]
            if one["impact"] in GRAVE
        ]
        assert grave == [], f"{where}: {json.dumps(grave, indent=1)}"


class Office:
    """A service, a sandbox, and whoever opens a browser."""

    def __init__(self, desk: Desk, browser: Browser) -> None:
        self.desk = desk
        self.readers: list[Reader] = []
        self._browser = browser
        self.base = f"http://127.0.0.1:{desk.service_port}"
        self.into_sandbox = httpx.Client(
            base_url=f"http://127.0.0.1:{desk.sandbox_port}/_sandbox", timeout=10
        )

    def starts(self) -> Program:
        """Sandbox and service; the service's program."""
        self.desk.starts_the_sandbox()
        return self.desk.starts_the_service()

    async def stranger(self, **how: Any) -> Reader:
        """Somebody who is not logged in."""
        still = {"reduced_motion": "reduce"}  # what fades in would be judged by colours that nobody reads
        options = {"viewport": WIDE, "timezone_id": "Europe/London", "locale": "en-GB", **still, **how}
        context = await self._browser.new_context(**options)
        page = await context.new_page()
        page.set_default_timeout(15_000)
        reader = Reader(context, page, self.base)
        self.readers.append(reader)
        return reader

    async def enters(self, name: str = "the-admin", role: Role = Role.ADMIN, **how: Any) -> Reader:
        """Somebody who is logged in, without the trouble of it."""
        cookie, now = f"cookie of {name}", system_clock()

        def work(tx: Transaction) -> None:
            tx.save_account(Account(name=name, role=role, password="x", created_at=now, created_by="a test"))
            tx.save_session(Session(digest=digest_of(cookie), account=name, created_at=now, seen_at=now))

        self.desk.in_the_store(work)
        reader = await self.stranger(**how)
        await reader.context.add_cookies([{"name": COOKIE, "value": cookie, "url": self.base}])
        return reader

    def phone_shows(self, number: str = ALICE) -> list[Any]:
        """Everything on a phone of the sandbox."""
        state = self.into_sandbox.get("/state").json()
        (phone,) = [one for one in state["phones"] if one["number"] == number]
        shown: list[Any] = phone["messages"]
        return shown


@pytest.fixture
async def office(tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.chdir(tmp_path)
    at = Office(Desk(tmp_path), browser)
    yield at
    at.into_sandbox.close()
    for reader in at.readers:
        await reader.context.close()
    at.desk.cleans_up()
    assert [one for reader in at.readers for one in reader.complaints] == []
