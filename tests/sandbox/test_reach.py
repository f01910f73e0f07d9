"""The sandbox's portfolio: whom it lets us reach, and how its limit grows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.conftest import START, Bench
from wa_notify.sandbox import CallbackPolicy, Limits
from wa_notify.sandbox.reach import Recent

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


async def test_whether_somebody_is_one_too_many_is_asked_when_their_phone_is_on(small: Bench) -> None:
    small.sandbox.phone(number_of(50)).online = False
    await reached(small, *range(50))
    assert await reached(small, 50) == ["sent"]
    small.sandbox.phone(number_of(50)).online = True
    await small.pass_time()
    assert small.sandbox.phone(number_of(50)).messages[-1].status == "failed"


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


async def test_the_limit_of_a_day_is_exact_to_the_instant(small: Bench) -> None:
    await reached(small, *range(49))
    await small.pass_time(hours=1)
    await reached(small, 49, 0)
    await small.pass_time(hours=23, microseconds=-1)
    assert small.sandbox.reach.used(small.clock()) == 50
    assert await reached(small, 50) == ["failed"]
    await small.pass_time(microseconds=1)
    assert small.sandbox.reach.used(small.clock()) == 2, "person 0 was written to again later"
    assert await reached(small, 50) == ["read"]


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from("abcdef")), max_size=60))
def test_counting_recent_people_agrees_with_looking_at_everything(steps: list[tuple[int, str]]) -> None:
    recent, seen, now = Recent(timedelta(minutes=60)), dict[str, Any](), START
    for minutes, person in steps:
        now += timedelta(minutes=minutes)
        recent.add(person, now)
        seen[person] = now
        inside = {one for one, at in seen.items() if at > now - timedelta(minutes=60)}
        assert recent.count(now) == len(inside)
        assert {one for one in "abcdef" if recent.has(one, now)} == inside
    assert recent.count(now + timedelta(minutes=60)) == 0
    assert recent.remembered == 0


def test_counting_recent_people_keeps_as_much_as_there_are_people() -> None:
    recent = Recent(timedelta(hours=24))
    for second in range(20_000):
        recent.add(str(second % 100), START + timedelta(seconds=second))
    assert recent.count(START + timedelta(seconds=20_000)) == recent.remembered == 100


async def test_an_unverified_business_grows_by_2000_people_in_30_days_of_good_templates(bench: Bench) -> None:
    reach, portfolio = bench.sandbox.reach, bench.sandbox.portfolio
    portfolio.messaging_limit, portfolio.verified = "TIER_250", False
    for person in range(1999):
        assert reach.count(number_of(person), START, quality="GREEN", proves=True) is None
    assert reach.count(number_of(5000), START, quality="GREEN", proves=False) is None
    assert reach.count(number_of(1), START, quality="GREEN", proves=True) is None
    later = START + timedelta(days=30)
    assert reach.count(number_of(1999), later, quality="GREEN", proves=True) is None, "the others are old"
    for person in range(1998):
        assert reach.count(number_of(person), later, quality="GREEN", proves=True) is None
    raised = reach.count(number_of(1998), later, quality="GREEN", proves=True)
    assert raised is not None
    assert reach.raised(raised) == "TIER_2K"


async def test_one_business_may_grow_from_the_same_step_twice(small: Bench) -> None:
    small.account.first.quality_rating = "GREEN"
    for _ in range(2):
        small.sandbox.set_tier("TIER_50")
        await reached(small, *range(25))
        await small.pass_time(hours=6)
        assert small.sandbox.portfolio.messaging_limit == "TIER_250"


async def test_who_may_write_to_all_and_reaches_many_in_a_day_becomes_faster_by_itself(small: Bench) -> None:
    await small.graph.post("/_sandbox/limits", json={"fast_from": 30, "tier": "TIER_UNLIMITED"})
    await reached(small, *range(30))
    assert small.account.first.throughput == "STANDARD", "its quality is low"
    small.account.first.quality_rating = "YELLOW"
    await reached(small, 31)
    assert small.account.first.throughput == "HIGH"
    assert (await small.template()).json()["error"]["code"] == 131057
    await small.pass_time(minutes=1)
    assert (await small.template()).status_code == 200
    events = [callback.value.get("event") for callback in small.service.callbacks]
    assert events.count("THROUGHPUT_UPGRADE") == 1


async def test_a_number_of_the_business_app_sends_20_a_second(small: Bench) -> None:
    small.account.first.shared_with_app = True
    codes = [(await small.template(to=number_of(place))).status_code for place in range(21)]
    assert codes == [200] * 20 + [429]


async def test_what_people_send_counts_for_the_throughput_and_is_never_refused(small: Bench) -> None:
    small.sandbox.limits = Limits(per_second=3)
    for place in range(5):
        small.sandbox.phone(number_of(place)).reply("hello")
    await small.pass_time()
    assert len(small.service.inbound) == 5
    assert (await small.template()).json()["error"]["code"] == 130429
    await small.pass_time(seconds=1)
    assert (await small.template()).status_code == 200


async def test_a_burst_may_have_to_be_waited_off_whole(small: Bench) -> None:
    await small.graph.post("/_sandbox/policy", json={"limits": {"pair_borrows": True}})
    assert {(await small.template()).status_code for _ in range(20)} == {200}
    small.clock.forward(seconds=119.9)
    assert (await small.template()).json()["error"]["code"] == 131056
    assert (await small.template(to=number_of(1))).status_code == 200, "others are not affected"
    small.clock.forward(seconds=0.1)
    assert [(await small.template()).status_code for _ in range(46)] == [200] * 45 + [429]
    small.clock.forward(seconds=270)
    for _ in range(3):
        assert (await small.template()).status_code == 200
        small.clock.forward(seconds=6)


@pytest.mark.parametrize(
    ("tier", "told"),
    [
        ("TIER_250", {"max_daily_conversations_per_business": 250, "max_phone_numbers_per_business": 2}),
        ("TIER_2K", {"max_daily_conversations_per_business": 2000, "max_phone_numbers_per_waba": 20}),
        ("TIER_UNLIMITED", {"max_daily_conversations_per_business": -1, "max_phone_numbers_per_waba": 20}),
    ],
)
async def test_the_limit_may_be_told_as_a_number(small: Bench, tier: str, told: dict[str, int]) -> None:
    await small.graph.post("/_sandbox/limits", json={"limit_as_number": True, "tier": tier})
    await small.pass_time()
    assert small.service.callbacks[-1].value == told


async def test_until_february_2026_a_step_was_told_for_each_number_too(small: Bench) -> None:
    small.clock.now = datetime(2026, 1, 31, 23, tzinfo=UTC)
    small.sandbox.set_tier("TIER_10K")
    small.sandbox.set_tier("TIER_1K")
    await small.pass_time()
    told = [callback.value for callback in small.service.callbacks]
    steps = [
        (value["event"], value["old_limit"], value["current_limit"]) for value in told if "event" in value
    ]
    assert steps == [("UPGRADE", "TIER_50", "TIER_10K"), ("DOWNGRADE", "TIER_10K", "TIER_1K")]
    assert told[0]["max_daily_conversation_per_phone"] == 10_000
    small.service.callbacks.clear()
    small.clock.forward(hours=1)
    small.sandbox.set_tier("TIER_2K")
    await small.pass_time()
    assert [set(callback.value) for callback in small.service.callbacks] == [
        {"max_daily_conversations_per_business", "max_phone_numbers_per_waba"}
    ]


@pytest.mark.parametrize("body", [{"tier": "TIER_3"}, {"throughput": "LOW"}, {"code": 5}, {"speed": 1}])
async def test_what_the_platform_does_not_know_is_refused(small: Bench, body: dict[str, object]) -> None:
    assert (await small.graph.post("/_sandbox/limits", json=body)).status_code == 400


def test_there_is_no_such_tier(bench: Bench) -> None:
    with pytest.raises(ValueError, match="TIER_3"):
        bench.sandbox.set_tier("TIER_3")
