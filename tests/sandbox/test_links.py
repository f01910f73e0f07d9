"""Files behind links and ids: whether they can be had, and whether they are what the message says."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from wa_notify.sandbox import Sandbox
from wa_notify.sandbox.chance import Chance
from wa_notify.sandbox.courier import Courier
from wa_notify.sandbox.journal import Journal
from wa_notify.sandbox.schedule import Schedule
from wa_notify.sandbox.traffic import Traffic

from .conftest import ANNA, Bench, MovableClock, Service, make_bench, open_window, wamid_of

MB = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n"
STILL, MOVING = b"RIFF----WEBPVP8 " + bytes(8), b"RIFF----WEBPVP8X" + bytes(4) + b"\x02"
NUMBER = "400000000000101"


@dataclass
class Shelf:
    """A host with files, that remembers what it was asked for."""

    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/moved", self.moved), Route("/{name}", self.give)])

    async def give(self, request: Request) -> Response:
        self.asked.append(str(request.url.path))
        if request.path_params["name"] not in self.files:
            return Response(status_code=404)
        content, mime = self.files[request.path_params["name"]]
        return Response(content, media_type=mime)

    async def moved(self, _request: Request) -> Response:
        return RedirectResponse("/graph.png")


def picture(link: str, kind: str = "image") -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": ANNA, "type": kind, kind: {"link": link}}


def failures(bench: Bench) -> list[int]:
    return [one["errors"][0]["code"] for one in bench.service.statuses if one["status"] == "failed"]


@pytest.fixture
async def shelf() -> Shelf:
    return Shelf({
        "graph.png": (PNG, "image/png"), "page": (b"<p>", "text/html; charset=utf-8"),
        "big.png": (bytes(5 * MB + 1), "image/png"),
    })  # fmt: skip


@pytest.fixture
async def fetching(shelf: Shelf) -> AsyncIterator[Bench]:
    """A bench whose links lead to the shelf; callbacks go nowhere else."""
    clock, service = MovableClock(), Service()
    mounts = {
        "http://service.test": httpx.ASGITransport(service.app),
        "https://files.test": httpx.ASGITransport(shelf.app),
    }
    sandbox = Sandbox(clock=clock, callback_client=httpx.AsyncClient(mounts=mounts))
    sandbox.subscribe("http://service.test/webhook")
    graph = make_bench().graph
    made = Bench(sandbox, clock, service, httpx.AsyncClient(
        transport=httpx.ASGITransport(sandbox.app), base_url="http://graph.test", headers=graph.headers,
    ))  # fmt: skip
    switched = await made.graph.post("http://sandbox/_sandbox/sending", json={"fetch_links": True})
    assert switched.json()["fetch_links"] is True
    await open_window(made)
    yield made
    await sandbox.aclose()


async def test_a_fetched_picture_is_shown_on_the_phone(fetching: Bench) -> None:
    for name in ("graph.png", "moved"):
        wamid_of(await fetching.post(picture(f"https://files.test/{name}")))
        shown = fetching.sandbox.phone(ANNA).messages[-1]
        medium = fetching.sandbox.media.find(shown.media_id)
        assert (medium.content, medium.mime_type) == (PNG, "image/png")
    await fetching.pass_time(seconds=5)
    assert not failures(fetching)


@pytest.mark.parametrize("name", ["missing.png", "page", "big.png"])
async def test_a_link_to_nothing_or_to_something_else_fails_later(fetching: Bench, name: str) -> None:
    wamid_of(await fetching.post(picture(f"https://files.test/{name}")))
    await fetching.pass_time(seconds=5)
    assert failures(fetching) == [131053]
    refused = [entry.facts for entry in fetching.sandbox.log if entry.what == "medium_refused"]
    assert [one["link"] for one in refused] == [f"https://files.test/{name}"]
    assert refused[0]["why"]


async def test_a_host_that_is_not_there_fails_later(fetching: Bench) -> None:
    wamid_of(await fetching.post(picture("http://unknown.invalid/a.png")))
    await fetching.pass_time(seconds=5)
    assert failures(fetching) == [131053]


@pytest.mark.parametrize("name", ["graph.png", "missing.png"])
async def test_an_address_is_asked_once_in_ten_minutes(fetching: Bench, shelf: Shelf, name: str) -> None:
    for query in ("", "", "?n=2"):
        await fetching.post(picture(f"https://files.test/{name}{query}"))
    assert shelf.asked == [f"/{name}"] * 2
    fetching.clock.forward(minutes=10)
    await fetching.post(picture(f"https://files.test/{name}"))
    assert shelf.asked == [f"/{name}"] * 3


async def test_the_file_of_a_header_is_fetched_as_well(fetching: Bench) -> None:
    button = {"type": "reply", "reply": {"id": "a", "title": "A"}}
    header = {"type": "image", "image": {"link": "https://files.test/graph.png"}}
    content = {"type": "button", "header": header, "body": {"text": "x"}, "action": {"buttons": [button]}}
    body = {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": content}
    wamid_of(await fetching.post(body))
    assert fetching.sandbox.phone(ANNA).messages[-1].media_id


@pytest.mark.parametrize("most", [len(PNG) - 1, len(PNG)])
async def test_a_file_without_end_is_not_loaded_to_its_end(shelf: Shelf, most: int) -> None:
    courier = Courier(
        clock=MovableClock(),
        chance=Chance(0),
        journal=Journal(),
        schedule=Schedule(),
        traffic=Traffic(),
        client=httpx.AsyncClient(transport=httpx.ASGITransport(shelf.app)),
    )
    fetched = await courier.fetch("https://files.test/graph.png", most)
    assert (fetched is not None) is (most == len(PNG))


async def test_by_default_nothing_is_fetched(bench: Bench) -> None:
    await open_window(bench)
    wamid_of(await bench.post(picture("http://service.test/webhook")))
    await bench.pass_time(seconds=5)
    assert not failures(bench)
    assert bench.sandbox.phone(ANNA).messages[-1].media_id == ""


@pytest.mark.parametrize(
    ("kind", "content", "mime", "arrives"),
    [
        ("image", PNG, "image/png", True),
        ("image", b"%PDF", "application/pdf", False),
        ("video", PNG, "image/png", False),
        ("audio", b"ftyp", "video/mp4", False),
        ("document", PNG, "image/png", True),
        ("sticker", STILL, "image/webp", True),
        ("sticker", STILL + bytes(100 * 1024), "image/webp", False),
        ("sticker", MOVING + bytes(100 * 1024), "image/webp", True),
        ("sticker", PNG, "image/png", False),
    ],
)
async def test_an_uploaded_file_must_be_of_the_kind_of_the_message(
    bench: Bench, kind: str, content: bytes, mime: str, arrives: bool
) -> None:
    await open_window(bench)
    medium = bench.sandbox.media.upload(NUMBER, content, mime, "a")
    body = {"messaging_product": "whatsapp", "to": ANNA, "type": kind, kind: {"id": medium.id}}
    wamid_of(await bench.post(body))
    await bench.pass_time(seconds=5)
    assert failures(bench) == ([] if arrives else [131053])


async def test_what_the_business_itself_puts_into_a_form_is_no_file(bench: Bench) -> None:
    await open_window(bench)
    payload = {"screen": "A", "data": {"image": {"id": "not ours"}}}
    parameters = {
        "flow_message_version": "3", "flow_id": "1", "flow_cta": "Go", "flow_action": "navigate",
        "flow_action_payload": payload,
    }  # fmt: skip
    action = {"name": "flow", "parameters": parameters}
    content = {"type": "flow", "body": {"text": "x"}, "action": action}
    body = {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": content}
    wamid_of(await bench.post(body))
