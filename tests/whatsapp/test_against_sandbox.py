"""The room as a whole against the sandbox, which shares no code with it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.inbound import Arrival, Content, InboundMessage, StatusUpdate, Tap, Text
from wa_notify.core.message import (
    Accepted,
    Button,
    ListMessage,
    Outgoing,
    Rejected,
    Remedy,
    Row,
    TextMessage,
)
from wa_notify.core.secret import Secret
from wa_notify.core.template import TemplateWish, choose, fill
from wa_notify.sandbox import Sandbox
from wa_notify.whatsapp.client import CloudApi
from wa_notify.whatsapp.webhook import parse, verify_signature

from .conftest import account_at
from .examples import NUMBER_ID

ANNA = "+447700900123"


@dataclass
class House:
    """What stands on our side of the wall: a client, and a webhook that keeps what it is told."""

    now: datetime = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    arrivals: list[Arrival] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    async def called(self, request: httpx.Request) -> httpx.Response:
        signature = request.headers.get("X-Hub-Signature-256")
        assert verify_signature(Secret("sandbox-app-secret"), request.content, signature)
        self.arrivals += parse(request.content, received_at=self.now)
        return httpx.Response(200)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def sandbox(house: House) -> AsyncIterator[Sandbox]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(house.called)) as callbacks:
        sandbox = Sandbox(clock=house.clock, callback_client=callbacks)
        sandbox.account.callback_url = "http://service.test/webhook"
        yield sandbox
        await sandbox.aclose()


@pytest.fixture
async def cloud(sandbox: Sandbox) -> AsyncIterator[CloudApi]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox.app)) as http:
        account = account_at("http://graph.test", sandbox.account.access_token)
        yield CloudApi(http=http, account=account)


async def pass_time(house: House, sandbox: Sandbox) -> None:
    for _ in range(10):
        house.now += timedelta(seconds=10)
        await sandbox.run_due()


def said_last(house: House) -> Content:
    event = house.arrivals[-1].event
    assert isinstance(event, InboundMessage)
    return event.content


async def send_alert(cloud: CloudApi) -> Accepted:
    shape = choose([shape async for shape in cloud.templates() if shape.name == "ops_alert"], ["en"])
    assert shape is not None
    wish = TemplateWish(
        name="ops_alert",
        header="db-7",
        body=(("", "P1"), ("", "Disk usage 96%"), ("", "09:30 UTC")),
        url_suffix="alerts/7f1c",
    )
    message = fill(wish, shape, lambda label: f"ack:{label}")
    outcome = await cloud.send(Outgoing(to=ANNA, message=message, callback_data="7.1.abc"))
    assert isinstance(outcome, Accepted), outcome
    return outcome


async def test_a_template_goes_out_is_delivered_and_is_answered_by_a_tap(
    house: House, sandbox: Sandbox, cloud: CloudApi
) -> None:
    phone = sandbox.phone(ANNA)
    answer = await send_alert(cloud)
    await pass_time(house, sandbox)
    statuses = [each.event for each in house.arrivals if isinstance(each.event, StatusUpdate)]
    assert [status.status for status in statuses][:2] == [DeliveryStatus.SENT, DeliveryStatus.DELIVERED]
    assert {status.wamid for status in statuses} == {answer.wamid}
    assert {status.callback_data for status in statuses} == {"7.1.abc"}
    house.arrivals.clear()
    phone.tap("Acknowledge")
    await sandbox.run_due()
    (told,) = house.arrivals
    assert told.number_id == NUMBER_ID
    assert isinstance(told.event, InboundMessage)
    assert told.event.content == Tap(payload="ack:Acknowledge", title="Acknowledge")
    assert told.event.context_wamid == answer.wamid


async def test_free_form_text_needs_an_open_window(house: House, sandbox: Sandbox, cloud: CloudApi) -> None:
    phone = sandbox.phone(ANNA)
    text = TextMessage(body="all is well", buttons=(Button(payload="ack:7", title="Good"),))
    outgoing = Outgoing(to=ANNA, message=text, callback_data="8.1.abc")
    assert isinstance(await cloud.send(outgoing), Accepted)
    await pass_time(house, sandbox)
    (refused,) = house.arrivals
    assert isinstance(refused.event, StatusUpdate)
    assert refused.event.failure is not None
    assert refused.event.failure.remedy is Remedy.TEMPLATE
    phone.reply("hello")
    await sandbox.run_due()
    assert said_last(house) == Text(body="hello")
    assert isinstance(await cloud.send(outgoing), Accepted)
    await pass_time(house, sandbox)
    assert phone.messages[-1].text == "all is well"
    phone.tap("Good")
    await sandbox.run_due()
    assert said_last(house) == Tap(payload="ack:7", title="Good")


async def test_a_row_of_a_list_is_picked(house: House, sandbox: Sandbox, cloud: CloudApi) -> None:
    phone = sandbox.phone(ANNA)
    phone.reply("ack")
    rows = tuple(
        Row(payload=f"ack:{number}.1.a", title="x" * 22 + f"{number:02}", description="y" * 72)
        for number in range(10)
    )
    message = ListMessage(body="Which one?", opener="Choose", rows=rows)
    assert isinstance(await cloud.send(Outgoing(to=ANNA, message=message, callback_data="9.1.a")), Accepted)
    await pass_time(house, sandbox)
    house.arrivals.clear()
    phone.tap(rows[7].title)
    await sandbox.run_due()
    assert said_last(house) == Tap(payload="ack:7.1.a", title=rows[7].title)


async def test_the_number_is_described(cloud: CloudApi) -> None:
    assert (await cloud.number())["quality_rating"] == "GREEN"


async def test_a_dead_token_is_a_matter_for_an_administrator(sandbox: Sandbox, cloud: CloudApi) -> None:
    sandbox.account.access_token = "another"
    outcome = await cloud.send(Outgoing(to=ANNA, message=TextMessage(body="x"), callback_data=""))
    assert isinstance(outcome, Rejected)
    assert (outcome.failure.code, outcome.failure.remedy) == (190, Remedy.ADMIN)
