"""A sandbox on a port with a service that takes its callbacks, and a browser that looks at its page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser, Page, ViewportSize
from starlette.types import ASGIApp

from tests.sandbox.conftest import ANNA, Service, alert_parts, template_body, text_body
from wa_notify.sandbox import CallbackPolicy, Sandbox

NARROW, WIDE = ViewportSize(width=390, height=844), ViewportSize(width=1440, height=900)
HELLO = {
    "messaging_product": "whatsapp", "to": ANNA, "type": "template",
    "template": {"name": "hello_world", "language": {"code": "en_US"}},
}  # fmt: skip
CAROUSEL = {
    "type": "carousel", "body": {"text": "Three alerts"},
    "action": {"cards": [
        {"card_index": place, "type": "cta_url", "body": {"text": f"Alert {place}"},
         "header": {"type": "image", "image": {"link": f"https://ops.example.net/{place}.png"}},
         "action": {"buttons": [
             {"type": "quick_reply", "quick_reply": {"id": f"ack:{place}", "title": "Acknowledge"}}]}}
        for place in range(3)
    ]},
}  # fmt: skip
# As the platform's, only sooner: nobody likes to wait for a test.
QUICK = CallbackPolicy(
    sent_after=timedelta(milliseconds=20),
    delivered_after=timedelta(milliseconds=60),
    read_after=timedelta(milliseconds=100),
)


@dataclass(kw_only=True)
class Desk:
    """What a developer has on the desk: the sandbox, their own service, and a client of the Graph.

    complaints: what the browser had to complain about, which is to be nothing.
    """

    sandbox: Sandbox
    url: str
    service: Service
    service_url: str
    business: httpx.AsyncClient
    complaints: list[str] = field(default_factory=list)

    async def send(self, body: dict[str, Any], number: str = "") -> str:
        """Send a message of the business; return its id."""
        answer = await self.post(body, number)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["messages"][0]["id"])

    async def post(self, body: dict[str, Any], number: str = "") -> httpx.Response:
        path = f"/v26.0/{number or self.sandbox.account.numbers[0].phone_number_id}/messages"
        return await self.business.post(path, json=body)

    async def text(self, text: str, *, to: str = ANNA) -> str:
        return await self.send(text_body(text, to=to))

    async def alert(self, *, to: str = ANNA) -> str:
        return await self.send(template_body(*alert_parts(), name="ops_alert", to=to))

    @property
    def inbound_texts(self) -> list[str]:
        return [entry.facts["text"] for entry in self.sandbox.log if entry.what == "inbound"]


@asynccontextmanager
async def serving(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve an application on loopback while the block lasts; gives its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="error", ws="none", timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:
            await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def desk_with(sandbox: Sandbox) -> AsyncIterator[Desk]:
    """Put that sandbox and a service for its callbacks on the desk."""
    service = Service()
    sandbox.policy = QUICK
    async with serving(sandbox.app) as url, serving(service.app) as service_url:
        sandbox.subscribe(f"{service_url}/webhook")
        life = asyncio.create_task(sandbox.run_forever())
        headers = {"Authorization": f"Bearer {sandbox.account.access_token}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as business:
            yield Desk(sandbox=sandbox, url=url, service=service, service_url=service_url, business=business)
        await sandbox.aclose()
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with desk_with(Sandbox()) as laid:
        yield laid
    assert laid.complaints == []


async def look_at(desk: Desk, browser: Browser, **how: Any) -> Page:
    """Open the page of the desk's sandbox in a context of its own; `how`: viewport, color_scheme and such."""
    context = await browser.new_context(**{"viewport": WIDE, "timezone_id": "UTC", **how})
    await context.grant_permissions(["clipboard-read", "clipboard-write"], origin=desk.url)
    page = await context.new_page()
    page.on("console", lambda message: desk.complaints.append(message.text))
    page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    page.on("dialog", lambda dialog: desk.complaints.append(dialog.message))
    await page.goto(desk.url)
    return page


@pytest.fixture
async def page(desk: Desk, browser: Browser) -> AsyncIterator[Page]:
    """The page on a wide screen."""
    opened = await look_at(desk, browser)
    yield opened
    await opened.context.close()


@pytest.fixture
async def narrow(desk: Desk, browser: Browser) -> AsyncIterator[Page]:
    """The page on the screen of a telephone."""
    opened = await look_at(desk, browser, viewport=NARROW)
    yield opened
    await opened.context.close()
