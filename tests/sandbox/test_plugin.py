"""The pytest fixtures for other projects, used as another project would use them."""

import hashlib
import hmac
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wa_notify.sandbox import Fault, Refusal, Status
from wa_notify.sandbox.testing import LocalSandbox, SandboxServer

from .conftest import ANNA, template_body, text_body, wamid_of


def path_of(settings_holder: LocalSandbox | SandboxServer) -> str:
    settings = settings_holder.settings
    return f"{settings.base_url}/{settings.version}/{settings.phone_number_id}/messages"


async def test_in_process_a_message_travels_only_when_time_does(whatsapp_sandbox: LocalSandbox) -> None:
    wamid_of(await whatsapp_sandbox.client.post(path_of(whatsapp_sandbox), json=template_body()))
    anna = whatsapp_sandbox.phone(ANNA)
    before = [message.status for message in anna.messages]
    await whatsapp_sandbox.forward(seconds=2)
    assert (before, [message.status for message in anna.messages]) == (["accepted"], ["read"])


async def test_in_process_callbacks_reach_an_application_signed(whatsapp_sandbox: LocalSandbox) -> None:
    taken: list[bool] = []

    async def take(request: Request) -> Response:
        secret = whatsapp_sandbox.settings.app_secret.encode()
        expected = hmac.new(secret, await request.body(), hashlib.sha256).hexdigest()
        taken.append(request.headers["x-hub-signature-256"] == f"sha256={expected}")
        return Response()

    whatsapp_sandbox.callbacks_to(Starlette(routes=[Route("/webhook", take, methods=["POST"])]))
    whatsapp_sandbox.phone(ANNA).reply("hello")
    await whatsapp_sandbox.settle()
    assert taken == [True]


async def test_in_process_a_window_closes_after_a_day(whatsapp_sandbox: LocalSandbox) -> None:
    anna = whatsapp_sandbox.phone(ANNA)
    anna.reply("hello")
    await whatsapp_sandbox.forward(hours=23, minutes=59)
    await whatsapp_sandbox.client.post(path_of(whatsapp_sandbox), json=text_body("in time"))
    await whatsapp_sandbox.forward(minutes=2)
    await whatsapp_sandbox.client.post(path_of(whatsapp_sandbox), json=text_body("too late"))
    await whatsapp_sandbox.forward(seconds=2)
    assert [message.status for message in anna.messages[1:]] == ["read", "failed"]


async def test_two_sandboxes_in_one_test_know_nothing_of_each_other(whatsapp_sandbox: LocalSandbox) -> None:
    other = LocalSandbox()
    other.phone(ANNA)
    assert list(whatsapp_sandbox.sandbox.phones) == []


async def test_callbacks_that_nobody_takes_are_journaled_and_tried_again(
    whatsapp_sandbox: LocalSandbox,
) -> None:
    whatsapp_sandbox.sandbox.subscribe("http://app.test/webhook")
    whatsapp_sandbox.phone(ANNA).reply("hello")
    await whatsapp_sandbox.forward(seconds=6)
    tries = [entry.facts["attempt"] for entry in whatsapp_sandbox.sandbox.log if entry.what == "callback"]
    assert tries == [1, 2]


def test_on_a_port_any_client_reaches_it(whatsapp_sandbox_server: SandboxServer) -> None:
    headers = {"Authorization": f"Bearer {whatsapp_sandbox_server.settings.access_token}"}
    wamid_of(httpx.post(path_of(whatsapp_sandbox_server), json=template_body(), headers=headers))
    read = whatsapp_sandbox_server.wait_for(
        lambda sandbox: sandbox.phone(ANNA).messages[-1].status is Status.READ
    )
    assert read
    assert "Sandbox" in httpx.get(whatsapp_sandbox_server.url).text


def test_on_a_port_time_can_be_shifted(whatsapp_sandbox_server: SandboxServer) -> None:
    whatsapp_sandbox_server.do(lambda sandbox: sandbox.phone(ANNA).reply("hello"))
    whatsapp_sandbox_server.forward(hours=25)
    left = whatsapp_sandbox_server.do(lambda sandbox: sandbox.phone(ANNA).window_left)
    assert left == timedelta()


def test_on_a_port_faults_meet_the_next_request(whatsapp_sandbox_server: SandboxServer) -> None:
    whatsapp_sandbox_server.do(lambda sandbox: sandbox.fail_next(Fault(refusal=Refusal.UNAVAILABLE)))
    headers = {"Authorization": f"Bearer {whatsapp_sandbox_server.settings.access_token}"}
    answer = httpx.post(path_of(whatsapp_sandbox_server), json=template_body(), headers=headers)
    assert answer.json()["error"]["code"] == 131016


def test_on_a_port_callbacks_reach_a_server_of_the_test(whatsapp_sandbox_server: SandboxServer) -> None:
    came = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.end_headers()
            came.set()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Stay silent."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        whatsapp_sandbox_server.do(lambda sandbox: sandbox.subscribe(url))
        whatsapp_sandbox_server.do(lambda sandbox: sandbox.phone(ANNA).reply("hello"))
        assert came.wait(5)
        server.shutdown()
        thread.join()


def test_what_fails_in_its_thread_is_raised_in_the_tests(whatsapp_sandbox_server: SandboxServer) -> None:
    with pytest.raises(ValueError, match="no number"):
        whatsapp_sandbox_server.do(lambda sandbox: sandbox.phone(ANNA).reply("hello", business="1"))
    with pytest.raises(TimeoutError, match=r"within 0\.05 seconds"):
        whatsapp_sandbox_server.wait_for(lambda sandbox: sandbox.phone(ANNA).messages, 0.05)


def test_a_port_that_is_taken_is_told_at_once(whatsapp_sandbox_server: SandboxServer) -> None:
    port = int(whatsapp_sandbox_server.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        SandboxServer(port=port).__enter__()


def test_a_server_that_ended_leaves_no_thread() -> None:
    with SandboxServer() as server:
        assert server.url
    assert not [thread for thread in threading.enumerate() if thread.name == "whatsapp-sandbox"]
