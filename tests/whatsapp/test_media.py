"""Files at the platform: letter by letter against a scripted one, and against the sandbox."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.whatsapp.conftest import TOKEN
from wa_notify.core.errors import MediaRefused, PlatformUnreachable
from wa_notify.core.media import File
from wa_notify.core.secret import Secret
from wa_notify.sandbox import Sandbox
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.media import MediaApi

PNG = File(content=b"\x89PNG\r\n\x1a\n" + bytes(20), mime_type="image/png", filename="a.png")


def account_of(number_id: str, waba_id: str, token: str, base_url: str) -> Account:
    return Account(
        number_id=number_id,
        waba_id=waba_id,
        base_url=base_url,
        access_token=Secret(token),
        app_secret=Secret("s"),
        verify_token=Secret("v"),
    )


def api(answer: httpx.Response | Exception, asked: list[httpx.Request] | None = None) -> MediaApi:
    """A platform that gives this answer."""

    def handler(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    account = account_of("400", "300", TOKEN, "https://graph.facebook.com")
    return MediaApi(http=httpx.AsyncClient(transport=httpx.MockTransport(handler)), account=account)


async def test_an_upload_is_a_form_with_product_type_and_file() -> None:
    asked: list[httpx.Request] = []
    assert await api(httpx.Response(200, json={"id": "71"}), asked).upload(PNG) == "71"
    (request,) = asked
    assert request.url.path == "/v26.0/400/media"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    body = request.read()
    assert b'name="messaging_product"\r\n\r\nwhatsapp\r\n' in body
    assert b'name="type"\r\n\r\nimage/png\r\n' in body
    assert b'name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n' + PNG.content in body


async def test_a_refused_upload_is_told_from_a_line_that_is_down() -> None:
    refused = {"error": {"message": "(#100) Invalid parameter", "code": 100}}
    with pytest.raises(MediaRefused, match="Upload a file: WhatsApp refused"):
        await api(httpx.Response(400, json=refused)).upload(PNG)
    token = {"error": {"message": "expired", "code": 190}}
    for answer in (
        httpx.Response(401, json=token),
        httpx.Response(200, json={"id": 5}),
        httpx.Response(503),
        httpx.ReadTimeout("x"),
    ):
        with pytest.raises(PlatformUnreachable, match="Upload a file"):
            await api(answer).upload(PNG)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "http://lookaside.fbsbx.com/x",
        "https://fbsbx.com.evil.example/x",
        "https://user@lookaside.fbsbx.com/x",
        "https://evilfacebook.com/x",
        "http://[",
        "",
    ],
)
async def test_the_token_goes_to_nobody_but_the_platform(url: str) -> None:
    asked: list[httpx.Request] = []
    with pytest.raises(MediaRefused, match="gets no token"):
        await api(httpx.Response(200, json={"url": url, "file_size": "3"}), asked).receive("71", 100)
    assert len(asked) == 1


async def test_a_file_that_is_too_large_is_not_even_loaded() -> None:
    asked: list[httpx.Request] = []
    info = {"url": "https://lookaside.fbsbx.com/x", "file_size": "5000000"}
    with pytest.raises(MediaRefused, match="has 4"):
        await api(httpx.Response(200, json=info), asked).receive("71", 1000)
    assert len(asked) == 1


class Endless(httpx.AsyncByteStream):
    """A file that is longer than its size says."""

    def __init__(self) -> None:
        self.given = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.given < 100_000_000:
            self.given += 10_000
            yield bytes(10_000)

    async def aclose(self) -> None:
        self.closed = True


async def test_a_file_that_is_longer_than_it_says_is_not_read_to_its_end() -> None:
    endless = Endless()

    def handler(request: httpx.Request) -> httpx.Response:
        info = {"url": "https://lookaside.fbsbx.com/a", "file_size": "3"}
        is_file = request.url.host.endswith("fbsbx.com")
        return httpx.Response(200, stream=endless) if is_file else httpx.Response(200, json=info)

    account = account_of("400", "300", TOKEN, "https://graph.facebook.com")
    media = MediaApi(http=httpx.AsyncClient(transport=httpx.MockTransport(handler)), account=account)
    with pytest.raises(MediaRefused, match="more than"):
        await media.receive("71", 1000)
    assert endless.given < 1_000_000
    assert endless.closed


@pytest.fixture
async def desk() -> tuple[Sandbox, MediaApi]:
    sandbox = Sandbox()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox.app))
    ours = sandbox.account
    account = account_of(ours.phone_number_id, ours.waba_id, ours.access_token, "http://sandbox")
    return sandbox, MediaApi(http=client, account=account)


async def test_what_was_uploaded_can_be_loaded_until_it_is_gone(desk: tuple[Sandbox, MediaApi]) -> None:
    sandbox, media = desk
    media_id = await media.upload(PNG)
    assert sandbox.media.find(media_id).mime_type == "image/png"
    fetched = await media.receive(media_id, 1000)
    assert (fetched.content, fetched.declared) == (PNG.content, "image/png")
    sandbox.media.delete(media_id)
    with pytest.raises(MediaRefused, match="Read about a file"):
        await media.receive(media_id, 1000)


async def test_a_type_that_the_platform_does_not_know_is_refused(desk: tuple[Sandbox, MediaApi]) -> None:
    _, media = desk
    with pytest.raises(MediaRefused):
        await media.upload(File(content=b"GIF89a", mime_type="image/gif"))
