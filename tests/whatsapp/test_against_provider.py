"""The client against the sandbox's face of a provider: a key for the token, no version and number in paths.

The client itself speaks the Graph's way. What a provider wants otherwise is done by a transport in between.
"""

from collections.abc import AsyncIterator

import httpx
import pytest

from wa_notify.core.media import File
from wa_notify.core.message import Accepted, Outgoing, Rejected, Remedy, TextMessage
from wa_notify.sandbox import Fault, Sandbox
from wa_notify.whatsapp.client import CloudApi
from wa_notify.whatsapp.media import MediaApi

from .conftest import account_at
from .examples import NUMBER_ID

ANNA = "+447700900123"
BASE = "http://provider.test/360dialog"


class ProviderTransport(httpx.ASGITransport):
    """Takes version, number and token out of a request, and puts the provider's key in."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request as the provider wants it."""
        path = request.url.path.replace("/v26.0", "").replace(f"/{NUMBER_ID}", "")
        if path == "/360dialog":
            path = "/360dialog/health_status"
        request.url = request.url.copy_with(path=path)
        del request.headers["Authorization"]
        request.headers["D360-API-KEY"] = f"sandbox-key-{NUMBER_ID}"
        return await super().handle_async_request(request)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=ProviderTransport(sandbox.app)) as client:
        yield client


@pytest.fixture
def cloud(http: httpx.AsyncClient) -> CloudApi:
    return CloudApi(http=http, account=account_at(BASE, "nobody-reads-this"))


async def test_a_message_is_accepted(sandbox: Sandbox, cloud: CloudApi) -> None:
    outgoing = Outgoing(to=ANNA, message=TextMessage(body="all is well"), callback_data="1.1.a")
    outcome = await cloud.send(outgoing)
    assert isinstance(outcome, Accepted)
    assert sandbox.phone(ANNA).messages[-1].wamid == outcome.wamid


async def test_a_refusal_of_the_graph_is_read(sandbox: Sandbox, cloud: CloudApi) -> None:
    own_number = sandbox.account.first.display_phone_number
    outgoing = Outgoing(to=own_number, message=TextMessage(body="x"), callback_data="")
    outcome = await cloud.send(outgoing)
    assert isinstance(outcome, Rejected)
    assert outcome.failure.code == 131021


async def test_a_refusal_of_the_provider_is_judged_by_its_status(sandbox: Sandbox, cloud: CloudApi) -> None:
    sandbox.fail_next(Fault(path="360dialog", status=502))
    outgoing = Outgoing(to=ANNA, message=TextMessage(body="x"), callback_data="")
    outcome = await cloud.send(outgoing)
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.failure.remedy) == (502, Remedy.RETRY)


async def test_the_health_is_read(sandbox: Sandbox, cloud: CloudApi) -> None:
    sandbox.unwell("WABA", error_code=141006, error_description="Payment method problem.")
    health = await cloud.health()
    assert not isinstance(health, Rejected)
    assert getattr(health, "can_send", None) is False


async def test_a_file_goes_up_and_comes_back(http: httpx.AsyncClient) -> None:
    media = MediaApi(http=http, account=account_at(BASE, "nobody-reads-this"))
    pdf = File(content=b"%PDF-1.7 example", filename="runbook.pdf", mime_type="application/pdf")
    media_id = await media.upload(pdf)
    fetched = await media.receive(media_id, most=1024)
    assert (fetched.content, fetched.declared) == (b"%PDF-1.7 example", "application/pdf")
