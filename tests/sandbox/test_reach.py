"""The sandbox's portfolio: whom it lets us reach, and how its limit grows."""

from datetime import timedelta

import pytest

from tests.sandbox.conftest import Bench
from wa_notify.sandbox import CallbackPolicy

AT_ONCE = CallbackPolicy(sent_after=timedelta(0), delivered_after=timedelta(0), read_after=timedelta(0))


def number_of(person: int) -> str:
    return f"+4477009{person:05d}"


async def reached(bench: Bench, *people: int) -> list[str]:
    """Write to these people; how far each message got."""
    for person in people:
        await bench.template(to=number_of(person))
    await bench.pass_time()
    return [bench.sandbox.phone(number_of(person)).messages[-1].status.value for person in people]


@pytest.fixture
def small(bench: Bench) -> Bench:
    """Fifty people, and a quality that lets it grow no further."""
    bench.sandbox.policy = AT_ONCE
    bench.sandbox.portfolio.messaging_limit, bench.account.first.quality_rating = "TIER_50", "RED"
    return bench


async def test_who_is_one_too_many_fails_later_and_counts_again_after_a_day(small: Bench) -> None:
    assert await reached(small, *range(50)) == ["read"] * 50
    assert await reached(small, 50) == ["failed"]
    (failed,) = [status for status in small.service.statuses if status["status"] == "failed"]
    assert failed["errors"][0]["code"] == 131048
    assert await reached(small, 7) == ["read"], "who was reached already is no other person"
    await small.pass_time(hours=24)
    assert await reached(small, 50) == ["read"]


async def test_an_open_window_counts_for_nothing(small: Bench) -> None:
    await reached(small, *range(50))
    small.sandbox.phone(number_of(60)).reply("hello")
    assert await reached(small, 60) == ["read"]
    assert small.sandbox.reach.used(small.sandbox.now()) == 50


async def test_what_is_not_delivered_is_not_counted(small: Bench) -> None:
    small.sandbox.phone(number_of(1)).online = False
    assert await reached(small, 1) == ["sent"]
    assert small.sandbox.reach.used(small.sandbox.now()) == 0


async def test_the_older_code_can_be_asked_for(small: Bench) -> None:
    answer = await small.graph.post("/_sandbox/limits", json={"code": 130429})
    assert answer.json()["code"] == 130429
    await reached(small, *range(51))
    (failed,) = [status for status in small.service.statuses if status["status"] == "failed"]
    assert failed["errors"][0]["code"] == 130429


async def test_half_of_the_limit_within_a_week_earns_the_next_step_six_hours_later(small: Bench) -> None:
    small.account.first.quality_rating = "YELLOW"
    await reached(small, *range(25))
    await small.pass_time(hours=5, minutes=59)
    assert small.sandbox.portfolio.messaging_limit == "TIER_50"
    await small.pass_time(minutes=1)
    assert small.sandbox.portfolio.messaging_limit == "TIER_250"
    told = [callback.value for callback in small.service.callbacks][-1]
    assert told["max_daily_conversations_per_business"] == "TIER_250"


async def test_a_raise_that_somebody_else_was_faster_with_is_none(small: Bench) -> None:
    small.account.first.quality_rating = "GREEN"
    await reached(small, *range(26))
    small.sandbox.set_tier("TIER_2K")
    await small.pass_time(hours=7)
    assert small.sandbox.portfolio.messaging_limit == "TIER_2K"


async def test_the_tier_is_set_shown_and_announced(small: Bench) -> None:
    answer = (await small.graph.post("/_sandbox/limits", json={"tier": "TIER_UNLIMITED"})).json()
    assert (answer["tier"], answer["limit"], answer["used"]) == ("TIER_UNLIMITED", None, 0)
    await small.pass_time()
    assert small.service.callbacks[-1].value["max_daily_conversations_per_business"] == "TIER_UNLIMITED"
    node = await small.graph.get(
        f"/v26.0/{small.account.phone_number_id}",
        params={"fields": "whatsapp_business_manager_messaging_limit,throughput"},
    )
    assert node.json()["whatsapp_business_manager_messaging_limit"] == "TIER_UNLIMITED"
    assert node.json()["throughput"] == {"level": "STANDARD"}


async def test_the_upgrade_of_the_throughput_takes_a_minute_without_messages(small: Bench) -> None:
    body = {"throughput": "HIGH", "upgrade_seconds": 30}
    assert (await small.graph.post("/_sandbox/limits", json=body)).json()["throughput"] == "HIGH"
    assert (await small.template()).json()["error"]["code"] == 131057
    await small.pass_time(seconds=30)
    assert (await small.template()).status_code == 200
    crowd = [f"+4477009{place:05}" for place in range(100)]
    answers = [await small.template(to=number) for number in crowd]
    assert {answer.status_code for answer in answers} == {200}, "80 a second is not the limit any more"
    told = [callback.value for callback in small.service.callbacks if "event" in callback.value]
    assert [value["event"] for value in told] == ["THROUGHPUT_UPGRADE"]
    await small.graph.post("/_sandbox/limits", json={"throughput": "STANDARD"})
    assert small.sandbox.limits.per_second == 80


@pytest.mark.parametrize("body", [{"tier": "TIER_3"}, {"throughput": "LOW"}, {"code": 5}, {"speed": 1}])
async def test_what_the_platform_does_not_know_is_refused(small: Bench, body: dict[str, object]) -> None:
    assert (await small.graph.post("/_sandbox/limits", json=body)).status_code == 400


def test_there_is_no_such_tier(bench: Bench) -> None:
    with pytest.raises(ValueError, match="TIER_3"):
        bench.sandbox.set_tier("TIER_3")
