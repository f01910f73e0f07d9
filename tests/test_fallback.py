"""Apprise behind the port: a thread of its own, a time limit, and nothing secret in any log."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stories.post_office import Endpoint, Tarpit
from wa_notify import fallback
from wa_notify.core.message import Accepted, ChannelMessage, Elsewhere, NoAnswer, Rejected, SendResult, Tone
from wa_notify.core.secret import Secret
from wa_notify.fallback import AppriseFallback, flaw_of

CANARY = "canary-c0ffee-canary"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    place = Endpoint()
    yield place
    place.close()


@pytest.fixture
def pit() -> Iterator[Tarpit]:
    place = Tarpit()
    yield place
    place.close()


def mail_to(pit: Tarpit) -> str:
    return f"mailto://127.0.0.1:{pit.port}/?from=a@example.net&to=b@example.net&mode=insecure"


def elsewhere(url: str, tone: Tone = Tone.TROUBLE) -> Elsewhere:
    message = ChannelMessage(title="#1 Disk full", body="96 % <b>of</b> /var\n\nTicket #1.", tone=tone)
    return Elsewhere(url=Secret(url), message=message)


def why(result: SendResult) -> str:
    assert isinstance(result, Rejected)
    return result.failure.title


@pytest.mark.parametrize(
    ("tone", "kind"), [(Tone.TROUBLE, "failure"), (Tone.OVER, "success"), (Tone.NOTE, "info")]
)
async def test_a_message_arrives_as_it_was_written(endpoint: Endpoint, tone: Tone, kind: str) -> None:
    result = await AppriseFallback().send(elsewhere(f"json://127.0.0.1:{endpoint.port}/hook", tone))
    assert isinstance(result, Accepted)
    (posted,) = endpoint.posted
    assert (posted["title"], posted["type"]) == ("#1 Disk full", kind)
    assert posted["message"] == "96 % <b>of</b> /var\n\nTicket #1."


async def test_a_service_that_is_not_there_is_a_refusal() -> None:
    assert (
        why(await AppriseFallback().send(elsewhere("json://127.0.0.1:9/"))) == "It did not take the message"
    )


async def test_an_address_that_apprise_does_not_know_is_a_refusal() -> None:
    assert "does not understand" in why(await AppriseFallback().send(elsewhere("nonsense://x")))


async def test_a_service_that_hangs_is_left_behind_and_only_so_many_are(pit: Tarpit) -> None:
    channel = AppriseFallback(limit=0.3, threads=1)
    result = await channel.send(elsewhere(mail_to(pit)))
    assert result == NoAnswer(why="It did not answer within 0.3 s.", left=True)
    assert why(await channel.send(elsewhere("json://127.0.0.1:9/"))) == "Too many earlier messages still hang"
    pit.close()
    for _ in range(100):
        if "hang" not in why(await channel.send(elsewhere("json://127.0.0.1:9/"))):
            return
        await asyncio.sleep(0.05)
    pytest.fail("The thread that hung was never given back")


async def test_a_thread_that_hangs_does_not_keep_the_process_alive(pit: Tarpit) -> None:
    await AppriseFallback(limit=0.3).send(elsewhere(mail_to(pit)))
    hanging = [thread for thread in threading.enumerate() if thread.name == "other channel"]
    assert hanging
    assert all(thread.daemon for thread in hanging)


async def test_a_fault_of_a_service_is_a_refusal_that_quotes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> SendResult:
        raise ValueError(CANARY)

    monkeypatch.setattr(fallback, "_deliver", breaks)
    assert why(await AppriseFallback().send(elsewhere("json://localhost"))) == "It failed with ValueError"


async def test_without_apprise_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, "apprise", None)
    what, fix = flaw_of(Secret("json://localhost"))
    assert "not installed" in what
    assert "wa-notify[apprise]" in fix
    assert "wa-notify[apprise]" in why(await AppriseFallback().send(elsewhere("json://localhost")))


def test_an_address_is_judged_by_whether_apprise_can_make_a_service_of_it() -> None:
    assert flaw_of(Secret("json://localhost/hook")) == ("", "")
    assert "does not understand" in flaw_of(Secret("tgram://nonsense"))[0]


def test_an_entity_is_no_address_here_with_apprise_or_without(monkeypatch: pytest.MonkeyPatch) -> None:
    entity = Secret("notify.mobile_app_alices_phone")
    what, fix = flaw_of(entity)
    assert (what, fix) == (
        "This is an entity of Home Assistant, which only the integration reaches.",
        "Name a service as Apprise writes it, such as mailto://user:password@example.net.",
    )
    monkeypatch.setattr(fallback, "apprise", None)
    assert flaw_of(entity) == (what, fix)


async def test_an_entity_that_gets_here_all_the_same_is_refused() -> None:
    assert why(await AppriseFallback().send(elsewhere("notify.mobile_app_alices_phone")))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(["mailto", "json", "tgram", "slack", "x"]), st.text())
def test_no_address_is_too_odd_to_be_judged(schema: str, rest: str) -> None:
    assert isinstance(flaw_of(Secret(f"{schema}://{rest}")), tuple)


async def test_what_apprise_logs_on_our_behalf_is_not_heard_and_what_others_let_it_say_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logger = logging.getLogger("apprise")
    before = logger.level
    logger.setLevel(1)
    caplog.set_level(0)
    try:
        flaw_of(Secret(f"tgram://{CANARY}/1"))
        await AppriseFallback().send(elsewhere(f"json://u:{CANARY}@127.0.0.1:9/{CANARY}"))
        assert CANARY not in caplog.text
        logger.warning("somebody else's line")
    finally:
        logger.setLevel(before)
    assert "somebody else's line" in caplog.text
