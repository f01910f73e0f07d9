"""The page in a real browser: a person sees a template, taps a button, and the sandbox hears of it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from playwright.async_api import Page, async_playwright, expect

from wa_notify.sandbox import Sandbox

from .conftest import ANNA, alert_parts, template_body

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MARKUP = "<img src=x onerror=alert(1)>"

pytestmark = pytest.mark.browser


@pytest.fixture
async def served() -> AsyncIterator[tuple[Sandbox, str]]:
    sandbox = Sandbox()
    server = uvicorn.Server(
        uvicorn.Config(sandbox.app, port=0, log_level="error", ws="none", timeout_graceful_shutdown=1)
    )
    tasks = [asyncio.create_task(server.serve()), asyncio.create_task(sandbox.run_forever())]
    async with asyncio.timeout(10):
        while not server.started:
            await asyncio.sleep(0.01)
    yield sandbox, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    await sandbox.aclose()
    server.should_exit = True
    await tasks[0]
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "no chromium on PATH (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        opened = await browser.new_page(viewport={"width": 390, "height": 844})
        yield opened
        await browser.close()


async def test_a_person_reads_a_template_and_taps_acknowledge(
    served: tuple[Sandbox, str], page: Page
) -> None:
    sandbox, url = served
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    await page.goto(url)
    await expect(page.get_by_role("heading", name="No phone yet")).to_be_visible()
    sandbox.phone(ANNA).name = MARKUP
    async with httpx.AsyncClient(headers={"Authorization": "Bearer sandbox-token"}) as business:
        body = template_body(*alert_parts("ack:7f1c"), name="ops_alert")
        await business.post(f"{url}/v26.0/400000000000101/messages", json=body)
    await expect(page.get_by_role("heading", name=MARKUP)).to_be_visible()
    await expect(page.get_by_text("Window closed: only templates get through")).to_be_visible()
    await expect(page.get_by_text("✓✓ read")).to_be_visible()
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.get_by_text("Window open, 23 h 59 min left")).to_be_visible()
    await page.get_by_label(f"Write as {ANNA}").fill("what is db-7 doing")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").get_by_text("what is db-7 doing")).to_be_visible()
    inbound = [entry.facts["text"] for entry in sandbox.log if entry.what == "inbound"]
    assert inbound == ["Acknowledge", "what is db-7 doing"]
    assert await page.evaluate("document.documentElement.scrollWidth") == 390, "nothing sticks out"
    assert complaints == []
