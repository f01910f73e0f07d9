"""How much an app and an account may ask in an hour, and the headers that tell of it."""

import json
from typing import Any

import httpx
import pytest

from wa_notify.sandbox import Limits, Quotas
from wa_notify.sandbox.quotas import Calls

from .conftest import START, Bench

NUMBER = "/v26.0/400000000000101"


def code_of(response: httpx.Response) -> int:
    return int(response.json()["error"]["code"])


def used(response: httpx.Response) -> tuple[Any, Any]:
    of_account = json.loads(response.headers["X-Business-Use-Case-Usage"])
    return json.loads(response.headers["X-App-Usage"]), of_account["300000000000202"][0]


async def test_an_app_has_so_many_calls_an_hour(bench: Bench) -> None:
    bench.sandbox.quotas = Quotas(app=4)
    for percent in (25, 50, 75, 100):
        answer = await bench.template()
        assert used(answer)[0] == {"call_count": percent, "total_cputime": 0, "total_time": 0}
    bench.clock.forward(minutes=45)
    refused = await bench.template()
    assert (refused.status_code, code_of(refused)) == (429, 4)
    assert used(refused)[0]["estimated_time_to_regain_access"] == 15
    assert "estimated_time_to_regain_access" not in used(refused)[1]
    bench.clock.forward(minutes=15)
    assert (await bench.template()).status_code == 200


async def test_managing_an_account_has_a_quota_of_its_own(bench: Bench) -> None:
    bench.sandbox.quotas = Quotas(management=2)
    assert (await bench.graph.get(NUMBER)).status_code == 200
    assert used(await bench.graph.get(NUMBER))[1]["call_count"] == 100
    refused = await bench.graph.get(NUMBER)
    assert (refused.status_code, code_of(refused)) == (429, 80007)
    assert used(refused)[1]["estimated_time_to_regain_access"] == 60
    assert (await bench.template()).status_code == 200, "messages do not count"
    bench.sandbox.limits = Limits(throttle_http=400)
    assert (await bench.graph.get(NUMBER)).status_code == 400
    bench.clock.forward(hours=1)
    assert (await bench.graph.get(NUMBER)).status_code == 200


async def test_an_account_without_a_registered_number_has_less(bench: Bench) -> None:
    bench.sandbox.quotas = Quotas(management=1000, unregistered=1)
    assert (await bench.graph.get(NUMBER)).status_code == 200
    assert (await bench.graph.get(NUMBER)).status_code == 200
    bench.account.first.registration.registered = False
    assert code_of(await bench.graph.get(NUMBER)) == 80007


async def test_without_a_quota_nothing_is_refused(bench: Bench) -> None:
    answers = [await bench.graph.get(NUMBER) for _ in range(300)]
    assert {answer.status_code for answer in answers} == {200}
    assert used(answers[-1])[0]["call_count"] == 0


async def test_quotas_are_set_by_control(bench: Bench) -> None:
    answer = await bench.graph.post("/_sandbox/quotas", json={"documented": True, "app": 0})
    assert answer.json() == {"app": None, "management": 5000, "unregistered": 200}
    await bench.graph.post("/_sandbox/quotas", json={"documented": False, "management": 1})
    assert (await bench.graph.get("/_sandbox/quotas")).json() == {
        "app": None, "management": 1, "unregistered": None,
    }  # fmt: skip
    await bench.graph.get(NUMBER)
    assert code_of(await bench.graph.get(NUMBER)) == 80007


def test_a_quota_below_one_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        Quotas(app=0)


def test_a_million_calls_need_no_more_room_than_an_hour_has_minutes() -> None:
    calls = Calls()
    for _ in range(100_000):
        calls.add(START)
    assert calls.within_hour(START) == 100_000
    assert len(calls._counts) == 1


@pytest.mark.parametrize(("version", "served"), [("v26.0", "v26.0"), ("v18.0", "v21.0")])
async def test_every_answer_tells_its_trace_and_the_version_that_served_it(
    bench: Bench, version: str, served: str
) -> None:
    answers = [
        await bench.graph.get(f"/{version}/400000000000101"),
        await bench.graph.get(f"/{version}/400000000000999"),
    ]
    assert [answer.status_code for answer in answers] == [200, 400]
    assert {answer.headers["facebook-api-version"] for answer in answers} == {served}
    traces = [answer.headers["x-fb-trace-id"] for answer in answers]
    assert traces[0] != traces[1] == answers[1].json()["error"]["fbtrace_id"]


async def test_who_is_not_known_is_told_of_no_usage(bench: Bench) -> None:
    bench.graph.headers["Authorization"] = "Bearer wrong"
    assert "X-App-Usage" not in (await bench.graph.get(NUMBER)).headers
