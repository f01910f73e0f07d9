"""A sandbox on a movable clock, a client of its Graph, and a callback address that keeps what it gets."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from wa_notify.sandbox import Account, Sandbox

START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
CALLBACK_URL = "http://service.test/webhook"
ANNA = "+447700900123"
NUMBER_STANDING = "numbers/400000000000101/standing"


@dataclass
class MovableClock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Callback:
    body: bytes
    headers: dict[str, str]

    @property
    def value(self) -> dict[str, Any]:
        value: dict[str, Any] = self.whole["entry"][0]["changes"][0]["value"]
        return value

    @property
    def whole(self) -> dict[str, Any]:
        whole: dict[str, Any] = json.loads(self.body)
        return whole


@dataclass
class Service:
    """The callback address: answers with the statuses in `answers`, then with 200."""

    callbacks: list[Callback] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    on_callback: Callable[[], None] = lambda: None
    challenge_prefix: str = ""

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[Route("/webhook", self.take, methods=["POST"]), Route("/webhook", self.shake)]
        )

    async def take(self, request: Request) -> Response:
        self.callbacks.append(Callback(await request.body(), dict(request.headers)))
        self.on_callback()
        return Response(status_code=self.answers.pop(0) if self.answers else 200)

    async def shake(self, request: Request) -> Response:
        if request.query_params["hub.verify_token"] != "sandbox-verify":
            return Response(status_code=403)
        return PlainTextResponse(self.challenge_prefix + request.query_params["hub.challenge"])

    @property
    def statuses(self) -> list[dict[str, Any]]:
        return [status for callback in self.callbacks for status in callback.value.get("statuses", [])]

    @property
    def ladder(self) -> list[str]:
        return [status["status"] for status in self.statuses]

    @property
    def inbound(self) -> list[dict[str, Any]]:
        return [message for callback in self.callbacks for message in callback.value.get("messages", [])]


@dataclass
class Bench:
    """One sandbox with everything around it."""

    sandbox: Sandbox
    clock: MovableClock
    service: Service
    graph: httpx.AsyncClient

    @property
    def account(self) -> Account:
        return self.sandbox.account

    async def post(self, body: Any, *, version: str = "v26.0", **more: Any) -> httpx.Response:
        path = f"/{version}/{self.account.phone_number_id}/messages"
        return await self.graph.post(path, json=body, **more)

    async def text(self, text: str = "hello", *, to: str = ANNA, **more: Any) -> httpx.Response:
        return await self.post(text_body(text, to=to, **more))

    async def template(self, *components: Any, name: str = "ops_nudge", **more: Any) -> httpx.Response:
        return await self.post(template_body(*components, name=name, **more))

    async def pass_time(self, **by: float) -> int:
        self.clock.forward(**by)
        return await self.sandbox.run_due()


def text_body(text: str = "hello", *, to: str = ANNA, **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": text}, **more}


def template_body(
    *components: Any, name: str = "ops_nudge", language: str = "en", to: str = ANNA, **more: Any
) -> dict[str, Any]:
    parts = list(components) or [body_part("Disk full")]
    template = {"name": name, "language": {"code": language}, "components": parts}
    return {"messaging_product": "whatsapp", "to": to, "type": "template", "template": template, **more}


def body_part(*texts: str, **named: str) -> dict[str, Any]:
    parameters = [{"type": "text", "text": text} for text in texts]
    parameters += [{"type": "text", "parameter_name": name, "text": text} for name, text in named.items()]
    return {"type": "body", "parameters": parameters}


def header_part(text: str) -> dict[str, Any]:
    return {"type": "header", "parameters": [{"type": "text", "text": text}]}


def button_part(index: int, sub_type: str, **parameter: str) -> dict[str, Any]:
    return {"type": "button", "sub_type": sub_type, "index": str(index), "parameters": [parameter]}


def alert_parts(payload: str = "ack:7f1c") -> list[dict[str, Any]]:
    return [
        header_part("db-7"),
        body_part("P1", "Disk usage 96%", "09:30 UTC"),
        button_part(0, "quick_reply", type="payload", payload=payload),
        button_part(2, "url", type="text", text="alerts/7f1c"),
    ]


def wamid_of(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    return str(response.json()["messages"][0]["id"])


async def open_window(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.sandbox.run_due()
    bench.service.callbacks.clear()


def make_bench(seed: int = 0, account: Account | None = None) -> Bench:
    clock, service = MovableClock(), Service()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(service.app))
    sandbox = Sandbox(clock=clock, seed=seed, account=account, callback_client=client)
    sandbox.subscribe(CALLBACK_URL)
    graph = httpx.AsyncClient(
        transport=httpx.ASGITransport(sandbox.app),
        base_url="http://graph.test",
        headers={"Authorization": f"Bearer {sandbox.account.access_token}"},
    )
    return Bench(sandbox, clock, service, graph)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = make_bench()
    yield made
    await made.sandbox.aclose()
