"""The adapter alone: a real Alertmanager, and answers that a real one does not give."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.alertmanager.stage import ALERTMANAGER, AMTOOL, open_stage
from tests.needed import missing
from wa_notify.alertmanager import Alertmanager
from wa_notify.core.alert import fingerprint_of
from wa_notify.core.message import Accepted, NoAnswer, Rejected, Remedy
from wa_notify.core.secret import Secret
from wa_notify.core.source import Sight, Silencing, Unsilencing
from wa_notify.whatsapp.transport import service_client

CANARY = "canary-7f1c9a-canary"
ODD = {"alertname": "Odd", "path": 'C:\\new "dir"', "text": "line\nbreak ✓", "nothing": "x=y,{z}"}
HOUR = timedelta(hours=1)
A_SECOND = timedelta(seconds=1)  # below which its header does not tell the time


def wished(**special: Any) -> Silencing:
    now = datetime.now(UTC)
    ordinary: dict[str, Any] = {
        "labels": {"alertname": "TargetDown"},
        "now": now,
        "ends_at": now + HOUR,
        "author": "wa_notify (alice)",
        "comment": "Ticket #1, acknowledged by alice [wa_notify 7.abc]",
        "mark": "wa_notify 7.abc",
        "title": "Target down",
    }
    return Silencing(**(ordinary | special))


def an_end(known: str = "", mark: str = "wa_notify 7.abc") -> Unsilencing:
    return Unsilencing(known=known, mark=mark, title="Target down")


class Real:
    """Our adapter and a plain client, both at a running Alertmanager."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.adapter = Alertmanager(http=http, url=url + "/", settled_after=-A_SECOND)
        self.url = url
        self.http = http

    async def silences(self) -> list[dict[str, Any]]:
        found = (await self.http.get(f"{self.url}/api/v2/silences")).json()
        return [one for one in found if one["status"]["state"] != "expired"]

    async def fires(self, **labels: str) -> None:
        posted = await self.http.post(f"{self.url}/api/v2/alerts", json=[{"labels": labels}])
        assert posted.is_success, posted.text

    async def active(self) -> list[dict[str, str]]:
        """The labels of the alerts that are neither silenced nor over."""
        found = await self.http.get(f"{self.url}/api/v2/alerts", params={"silenced": "false"})
        return [alert["labels"] for alert in found.json()]

    async def seen(self) -> Sight:
        sight = await self.adapter.look()
        assert isinstance(sight, Sight)
        return sight


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[Real]:
    if not (ALERTMANAGER and AMTOOL):
        missing("NOT TESTED AGAINST A REAL ALERTMANAGER: install Debian's package prometheus-alertmanager")
    async with open_stage(tmp_path) as stage, service_client() as http:
        await stage.start_alertmanager()
        yield Real(stage.alertmanager_url, http)


async def made(real: Real, **special: Any) -> str:
    answer = await real.adapter.silence(wished(**special))
    assert isinstance(answer, Accepted), answer
    return answer.wamid


@pytest.mark.alertmanager
async def test_a_silence_is_prolonged_as_it_is(real: Real) -> None:
    first = await made(real)
    later = wished().ends_at + HOUR
    assert await made(real, known=first, ends_at=later) == first
    (silence,) = await real.silences()
    assert (silence["id"], silence["status"]["state"]) == (first, "active")
    assert abs(datetime.fromisoformat(silence["endsAt"]) - later) < timedelta(seconds=1)


@pytest.mark.alertmanager
async def test_a_silence_whose_answer_was_lost_is_found_by_its_mark(real: Real) -> None:
    first = await made(real)
    assert await made(real, tried=True) == first
    other = await made(real, tried=True, mark="wa_notify 8.def", comment="[wa_notify 8.def]")
    assert len(await real.silences()) == 2
    assert await real.adapter.expire(an_end()) == Accepted(wamid=first)
    assert [silence["id"] for silence in await real.silences()] == [other]


@pytest.mark.alertmanager
async def test_a_silence_that_ran_out_is_made_anew(real: Real) -> None:
    first = await made(real)
    await real.adapter.expire(an_end(first))
    second = await made(real, known=first, tried=True)
    assert second != first
    assert [silence["id"] for silence in await real.silences()] == [second]


@pytest.mark.alertmanager
async def test_the_end_of_what_has_ended_or_never_was_is_fine(real: Real) -> None:
    first = await made(real)
    assert await real.adapter.expire(an_end(first)) == Accepted(wamid=first)
    assert await real.adapter.expire(an_end(first)) == Accepted(wamid=first)
    assert await real.adapter.expire(an_end()) == Accepted(wamid="")


@pytest.mark.alertmanager
async def test_a_look_shows_active_alerts_silenced_or_not_and_living_silences(real: Real) -> None:
    await real.fires(**ODD)
    await real.fires(alertname="TargetDown")
    silence_id = await made(real)
    sight = await real.seen()
    assert {fingerprint_of(ODD), fingerprint_of({"alertname": "TargetDown"})} <= sight.firing
    assert sight.silences == {silence_id}
    await real.adapter.expire(an_end(silence_id))
    assert (await real.seen()).silences == frozenset()


@pytest.mark.alertmanager
async def test_odd_labels_are_silenced_and_their_neighbours_are_not(real: Real) -> None:
    await real.fires(**ODD)
    await real.fires(**ODD, more="of it")
    await made(real, labels=ODD)
    assert await real.active() == [{**ODD, "more": "of it"}]


@pytest.mark.alertmanager
async def test_just_after_its_start_it_is_not_believed_that_alerts_are_over(real: Real) -> None:
    fresh = Alertmanager(http=real.http, url=real.url)
    sight = await fresh.look()
    assert isinstance(sight, Sight)
    assert not sight.settled
    assert (await real.seen()).settled


@pytest.mark.alertmanager
async def test_a_wrong_request_is_refused_for_good(real: Real) -> None:
    answer = await real.adapter.silence(wished(ends_at=datetime(2020, 1, 1, tzinfo=UTC)))
    assert isinstance(answer, Rejected)
    assert (answer.failure.code, answer.failure.remedy) == (400, Remedy.FIX)


# what a real one does not say


def answering(handler: Callable[[httpx.Request], httpx.Response], **proofs: Any) -> Alertmanager:
    http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return Alertmanager(http=http, url="http://am.test/prefix", **proofs)


@pytest.mark.parametrize(
    ("response", "remedy"),
    [
        (httpx.Response(401), Remedy.ADMIN),
        (httpx.Response(403, json={"error": "no"}), Remedy.ADMIN),
        (httpx.Response(302, headers={"Location": "http://evil.test/"}), Remedy.ADMIN),
        (httpx.Response(404), Remedy.ADMIN),
        (httpx.Response(429), Remedy.SLOW),
        (httpx.Response(422), Remedy.FIX),
        (httpx.Response(200, content=b"<html>"), Remedy.ADMIN),
        (httpx.Response(200, content=b"[" * 100_000), Remedy.ADMIN),
        (httpx.Response(200, json=["text"]), Remedy.ADMIN),
        (httpx.Response(200, json={"error": "x"}), Remedy.ADMIN),
    ],
)
async def test_a_refusal_says_what_to_look_at(response: httpx.Response, remedy: Remedy) -> None:
    source = answering(lambda _: response)
    for answer in (
        await source.silence(wished()),
        await source.expire(an_end("1")),
        await source.look(),
    ):
        assert isinstance(answer, Rejected)
        assert (answer.failure.remedy, "lertmanager" in answer.failure.title) == (remedy, True)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_fault_there_is_no_answer(status: int) -> None:
    source = answering(lambda _: httpx.Response(status, text=CANARY))
    assert await source.silence(wished()) == NoAnswer(why=f"Alertmanager has a fault (HTTP {status}).")


async def test_whatever_the_line_does_is_no_answer_and_names_no_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    def fail(request: httpx.Request) -> httpx.Response:
        raise RuntimeError(str(request.headers))

    source = answering(fail, token=Secret(CANARY))
    for answer in (await source.silence(wished()), await source.expire(an_end()), await source.look()):
        assert isinstance(answer, NoAnswer)
        assert CANARY not in f"{answer}{source!r}{caplog.text}"


async def test_an_answer_that_takes_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wa_notify.alertmanager.DEADLINE", 0.01)

    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        return httpx.Response(200, json=[])

    http = httpx.AsyncClient(transport=httpx.MockTransport(hang))
    source = Alertmanager(http=http, url="http://am.test")
    for answer in (await source.silence(wished()), await source.expire(an_end()), await source.look()):
        assert answer == NoAnswer(why="Alertmanager did not answer in time.")


@pytest.mark.parametrize(
    ("proofs", "header"),
    [
        ({}, None),
        ({"token": Secret("t")}, "Bearer t"),
        ({"user": "wa", "password": Secret("p:ß")}, "Basic d2E6cDrDnw=="),
    ],
)
async def test_the_proofs_go_into_the_header(proofs: dict[str, Any], header: str | None) -> None:
    asked: list[httpx.Request] = []

    def keep(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=[] if request.method == "GET" else {"silenceID": "1"})

    assert await answering(keep, **proofs).silence(wished()) == Accepted(wamid="1")
    assert {request.headers.get("Authorization") for request in asked} == {header}
    assert {request.url.path for request in asked} == {"/prefix/api/v2/alerts", "/prefix/api/v2/silences"}


async def test_a_grant_without_an_id_is_no_grant() -> None:
    source = answering(lambda request: httpx.Response(200, json=[] if request.method == "GET" else {}))
    assert isinstance(await source.silence(wished()), NoAnswer)


@pytest.mark.parametrize("status", [{}, {"uptime": 7}, {"uptime": "2026-11-21T03:00:00Z"}, {"uptime": "x"}])
async def test_a_start_that_nobody_knows_is_no_sight(status: dict[str, Any]) -> None:
    assert isinstance(await answering(lambda _: httpx.Response(200, json=status)).look(), Rejected)
