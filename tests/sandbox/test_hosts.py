"""The page and the controls want no password, and answer nobody else's web page."""

import httpx
import pytest

from wa_notify.sandbox import Sandbox

from .conftest import ANNA, Bench, text_body


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8712", "127.0.0.1.evil.example", "EVIL.EXAMPLE."]
)
@pytest.mark.parametrize("path", ["/", "/_sandbox/state", "/_sandbox/events", "/_sandbox/page/sandbox.js"])
async def test_a_name_that_somebody_could_own_sees_nothing(bench: Bench, host: str, path: str) -> None:
    answer = await bench.graph.get(path, headers={"Host": host})
    assert answer.status_code == 403
    assert "evil.example" in answer.json()["error"]


async def test_a_name_that_somebody_could_own_changes_nothing(bench: Bench) -> None:
    headers = {"Host": "evil.example:8712", "Origin": "http://evil.example:8712"}
    answer = await bench.graph.post(f"/_sandbox/phones/{ANNA}", json={"name": "Eve"}, headers=headers)
    assert answer.status_code == 403
    assert not bench.sandbox.phones


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8712", "localhost", "[::1]:8712", "192.0.2.7", "sandbox:8712", "app.localhost", "graph.test",
     "host.docker.internal", "desk.local:80"],
)  # fmt: skip
async def test_addresses_and_names_of_a_local_network_see_everything(bench: Bench, host: str) -> None:
    for path in ("/", "/_sandbox/state"):
        assert (await bench.graph.get(path, headers={"Host": host})).status_code == 200


async def test_the_graph_answers_under_any_name(bench: Bench) -> None:
    answer = await bench.post(text_body(), headers={"Host": "graph.facebook.com"})
    assert answer.status_code == 200


async def test_a_name_can_be_allowed() -> None:
    sandbox = Sandbox(hosts=["Sandbox.example.org"])
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(sandbox.app), base_url="https://sandbox.example.org"
    )
    assert (await client.get("/_sandbox/state")).status_code == 200
    assert (await client.get("/_sandbox/state", headers={"Host": "example.org"})).status_code == 403
