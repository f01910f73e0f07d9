"""The service's own way out: errors that tell the truth about whether a request left."""

import asyncio
import socket
import subprocess
import sys

import httpx
import pytest

from wa_notify.whatsapp.transport import service_client

from .conftest import Answer, Platform, answers, resets, sleeps, writes

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        pytest.param(writes(b""), httpx.ReadError, id="closed without a word"),
        pytest.param(resets(), httpx.ReadError, id="reset"),
        pytest.param(writes(HEAD), httpx.RemoteProtocolError, id="cut in the body"),
        pytest.param(writes(b"220 ESMTP\r\n\r\n"), httpx.ReadError, id="not HTTP"),
        pytest.param(sleeps(), httpx.ReadTimeout, id="silent"),
        pytest.param(sleeps(HEAD), httpx.ReadTimeout, id="silent in the body"),
    ],
)
async def test_a_request_that_may_have_left_never_fails_as_a_connection(
    platform: Platform, answer: Answer, wanted: type[httpx.TransportError]
) -> None:
    platform.will(answer)
    async with service_client() as http:
        with pytest.raises(wanted) as caught:
            await http.post(platform.url, content=b"{}", timeout=0.2)
    assert caught.type is wanted
    assert len(platform.asked) == 1


async def test_a_connection_that_is_refused_fails_as_a_connection() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with service_client() as http:
            with pytest.raises(httpx.ConnectError):
                await http.get(f"http://127.0.0.1:{unused.getsockname()[1]}")


async def test_a_host_without_an_address_fails_as_a_connection() -> None:
    async with service_client() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get("http://nowhere.invalid")


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_a_proxy_of_the_environment_is_not_used(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    platform.will(answers(200, {}))
    async with service_client() as http:
        assert (await http.get(platform.url)).status_code == 200


async def test_a_stream_may_be_read_piece_by_piece(platform: Platform) -> None:
    platform.will(answers(200, body=b"abc"))
    async with service_client() as http, http.stream("GET", platform.url) as response:
        assert [piece async for piece in response.aiter_bytes()] == [b"abc"]


async def test_a_cancelled_request_gives_its_connection_back(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wa_notify.whatsapp.transport.CONNECTIONS", 1)
    platform.will(sleeps(HEAD), answers(200, {}))
    async with service_client() as http:
        for _ in range(2):
            asking = asyncio.create_task(http.get(platform.url))
            await asyncio.sleep(0.1)
            if asking.done():
                assert asking.result().status_code == 200
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
    assert len(platform.asked) == 2


def test_nothing_but_the_transport_needs_the_libraries_of_the_service() -> None:
    code = (
        "import sys; from wa_notify.whatsapp import account, client, codes, payload, webhook; "
        "print({'aiohttp', 'httpx_aiohttp'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
