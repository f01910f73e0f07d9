"""How the platform stands to an account and its numbers: measures and what they do, for how long."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from wa_notify.sandbox import CallbackPolicy, Measure
from wa_notify.sandbox.control import OPERATIONS

from .conftest import ANNA, NUMBER_STANDING, START, Bench, MovableClock, open_window, template_body, text_body
from .test_control import control
from .test_fates import AUSTRALIAN, add_template, fate, plain

HOUR = timedelta(hours=1)


async def code(bench: Bench, body: Any = None) -> int | None:
    """Send a message; the code with which it is refused at once, if it is."""
    answer = await bench.post(body or template_body())
    found: int | None = answer.json().get("error", {}).get("code")
    return found


async def node(bench: Bench, fields: str) -> dict[str, Any]:
    answer = await bench.graph.get(f"/v26.0/{bench.account.phone_number_id}", params={"fields": fields})
    found: dict[str, Any] = answer.json()
    return found


async def health(bench: Bench, entity: str = "WABA") -> dict[str, Any]:
    """What the health status says of an entity, with what it says of the whole."""
    told = (await node(bench, "health_status"))["health_status"]
    (found,) = [one for one in told["entities"] if one["entity_type"] == entity]
    return {**found, "whole": told["can_send_message"]}


def news(bench: Bench, field: str = "account_update") -> list[dict[str, Any]]:
    """The values of a management field that were told."""
    changes = [callback.whole["entry"][0]["changes"][0] for callback in bench.service.callbacks]
    return [change["value"] for change in changes if change["field"] == field]


@pytest.mark.parametrize(
    ("measure", "refused", "ill"),
    [(Measure.LOCKED, 131031, 131031), (Measure.POLICY_BLOCK, 368, 368), (Measure.DISABLED, 131031, 141014)],
)
async def test_some_measures_stop_everything_until_they_are_over(
    bench: Bench, measure: Measure, refused: int, ill: int
) -> None:
    await open_window(bench)
    await control(bench, "standing", {"measure": measure.value, "lasts": 3600})
    assert [await code(bench), await code(bench, text_body())] == [refused, refused]
    told = await health(bench)
    assert (told["can_send_message"], told["whole"]) == ("BLOCKED", "BLOCKED")
    assert [error["error_code"] for error in told["errors"]] == [ill]
    bench.clock.forward(hours=1)
    assert await code(bench) is None, "to the second, whether its event has happened or not"
    await bench.pass_time()
    assert (await health(bench))["can_send_message"] == "AVAILABLE"
    assert await control(bench, "standing") == {
        "measures": {},
        "closed_countries": [],
        "misclassified": 0,
        "warned": False,
    }


async def test_a_lock_and_a_policy_block_are_told_as_violations(bench: Bench) -> None:
    bench.sandbox.restrict(Measure.LOCKED)
    await control(bench, "standing", {"measure": "POLICY_BLOCK", "violation": "SPAM"})
    await control(bench, "standing", {"violation": "SCAM"})
    await bench.pass_time()
    types = [value["violation_info"]["violation_type"] for value in news(bench)]
    assert types == ["POLICY_VIOLATION", "SPAM", "SCAM"]
    assert {value["event"] for value in news(bench)} == {"ACCOUNT_VIOLATION"}


async def test_an_account_that_may_not_write_first_may_answer(bench: Bench) -> None:
    bench.sandbox.restrict(Measure.NO_WRITING_FIRST, lasts=HOUR)
    assert [await code(bench), await code(bench, text_body())] == [368, 368]
    await open_window(bench)
    assert [await code(bench), await code(bench, text_body())] == [368, None]
    told = await health(bench)
    assert (told["can_send_message"], told["additional_info"]) == (
        "LIMITED",
        ["RESTRICTED_BIZ_INITIATED_MESSAGING"],
    )
    await bench.pass_time(hours=1)
    assert await code(bench) is None


async def test_an_account_that_may_not_answer_may_write_first(bench: Bench) -> None:
    await open_window(bench)
    bench.sandbox.restrict(Measure.NO_ANSWERS)
    assert [await code(bench), await code(bench, text_body())] == [None, 368]
    bench.sandbox.lift(Measure.NO_ANSWERS)
    assert await code(bench, text_body()) is None


async def test_utility_templates_alone_may_be_restricted(bench: Bench) -> None:
    marketing = plain(add_template(bench))
    bench.sandbox.restrict(Measure.NO_UTILITY, lasts=HOUR)
    assert [await code(bench), await code(bench, marketing)] == [131064, None]
    await open_window(bench)
    assert await code(bench, text_body()) is None


async def test_restrictions_are_told_with_all_that_are_in_force_and_when_they_end(bench: Bench) -> None:
    bench.sandbox.restrict(Measure.NO_WRITING_FIRST, lasts=HOUR)
    bench.sandbox.restrict(Measure.NO_NEW_NUMBERS)
    await bench.pass_time()
    first = {
        "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING",
        "expiration": int((START + HOUR).timestamp()),
    }
    second = {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION"}
    told = [value["restriction_info"] for value in news(bench)]
    assert told == [[first], [first, second]]
    await bench.pass_time(hours=2)
    assert len(news(bench)) == 2, "the end was told before"


async def test_a_ban_is_announced_comes_and_is_taken_back(bench: Bench) -> None:
    with pytest.raises(ValueError, match="when"):
        bench.sandbox.restrict(Measure.SCHEDULE_FOR_DISABLE)
    bench.sandbox.restrict(Measure.SCHEDULE_FOR_DISABLE, lasts=timedelta(days=7))
    assert await code(bench) is None
    bench.clock.forward(days=7)
    assert await code(bench) == 131031, "to the second, whether its event has happened or not"
    await bench.pass_time()
    assert await code(bench) == 131031
    assert [error["error_code"] for error in (await health(bench))["errors"]] == [141014]
    bench.sandbox.lift(Measure.DISABLED)
    assert await code(bench) is None
    await bench.pass_time()
    assert news(bench) == [
        {
            "event": "DISABLED_UPDATE",
            "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE", "waba_ban_date": "November 28, 2026"},
        },
        {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}},
        {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}},
    ]


async def test_a_ban_that_is_taken_back_in_time_does_not_come(bench: Bench) -> None:
    bench.sandbox.restrict(Measure.SCHEDULE_FOR_DISABLE, lasts=timedelta(days=7))
    await control(bench, "standing", {"measure": "SCHEDULE_FOR_DISABLE", "lift": True})
    await bench.pass_time(days=8)
    assert await code(bench) is None
    assert [value["ban_info"]["waba_ban_state"] for value in news(bench)] == [
        "SCHEDULE_FOR_DISABLE",
        "REINSTATE",
    ]
    with pytest.raises(ValueError, match="not in force"):
        bench.sandbox.lift(Measure.SCHEDULE_FOR_DISABLE)


async def test_a_measure_that_is_prolonged_ends_later(bench: Bench) -> None:
    bench.sandbox.restrict(Measure.LOCKED, lasts=HOUR)
    await bench.pass_time(minutes=30)
    bench.sandbox.restrict(Measure.LOCKED, lasts=HOUR)
    await bench.pass_time(minutes=45)
    assert await code(bench) == 131031
    await bench.pass_time(minutes=15)
    assert await code(bench) is None


async def test_templates_in_the_wrong_category_cost_more_each_time(bench: Bench) -> None:
    bench.sandbox.misclassify()
    assert await code(bench) is None, "at first a warning"
    for days in (1, 7, 30):
        await control(bench, "standing", {"misclassify": True})
        assert await code(bench) == 131064
        await bench.pass_time(days=days, seconds=-1)
        assert await code(bench) == 131064
        await bench.pass_time(seconds=1)
        assert await code(bench) is None
    bench.sandbox.misclassify()
    await bench.pass_time(days=365)
    assert await code(bench) == 131064
    events = [value["event"] for value in news(bench)]
    assert events == ["ACCOUNT_VIOLATION"] * 2 + ["ACCOUNT_RESTRICTION"] * 3
    assert bench.account.standing.misclassified == 5


async def test_who_cannot_pay_gets_through_as_long_as_it_costs_nothing(bench: Bench) -> None:
    bench.sandbox.restrict(Measure.NO_PAYMENT_METHOD)
    assert await fate(bench, template_body()) == (["failed"], 131042)
    await open_window(bench)
    assert await fate(bench, text_body()) == (["sent", "delivered", "read"], None)
    told = await health(bench)
    assert [error["error_code"] for error in told["errors"]] == [141006]
    assert news(bench) == [], "nobody is told"
    bench.sandbox.lift(Measure.NO_PAYMENT_METHOD)
    assert (await fate(bench, template_body()))[1] is None


async def test_who_cannot_pay_may_answer_an_advertisement_which_makes_itself_free(bench: Bench) -> None:
    bench.sandbox.restrict(Measure.NO_PAYMENT_METHOD)
    bench.sandbox.phone(ANNA).from_ad = True
    await open_window(bench)
    assert await fate(bench, template_body()) == (["sent", "delivered", "read"], None)
    assert bench.service.statuses[0]["pricing"]["type"] == "free_entry_point"


async def test_who_cannot_pay_is_told_at_once_by_policy(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(answered=frozenset({131042}))
    bench.sandbox.restrict(Measure.NO_PAYMENT_METHOD)
    bench.sandbox.limits = replace(bench.sandbox.limits, pair_burst=1)
    assert [await code(bench) for _ in range(2)] == [131042] * 2, "which costs none of the pair's messages"
    assert bench.sandbox.phone(ANNA).messages == ()
    bench.sandbox.lift(Measure.NO_PAYMENT_METHOD)
    assert [await code(bench) for _ in range(2)] == [None, 131056]


async def test_who_cannot_pay_has_a_thousand_answers_a_month(bench: Bench) -> None:
    bench.sandbox.restrict(Measure.NO_PAYMENT_METHOD)
    await open_window(bench)
    await control(bench, "policy", {"limits": {"per_second": 2000, "pair_burst": 2000}})
    for _ in range(1001):
        await bench.text()
    await bench.pass_time(seconds=0.2)
    told = bench.service.statuses
    assert [status["status"] for status in told] == ["sent"] * 1000 + ["failed"]
    assert {status["pricing"]["type"] for status in told[:-1]} == {"free_customer_service"}
    assert "pricing" not in told[-1]
    bench.clock.now = START.replace(month=12, day=1)
    await open_window(bench)
    assert (await fate(bench, text_body()))[1] is None


@pytest.mark.parametrize("status", ["RESTRICTED", "RATE_LIMITED"])
async def test_a_restricted_number_fails_as_a_spammer(bench: Bench, status: str) -> None:
    bench.sandbox.set_number_status(status)
    assert await fate(bench, template_body()) == (["failed"], 131048)
    assert (await node(bench, "status"))["status"] == status
    told = await health(bench, "PHONE_NUMBER")
    assert (told["can_send_message"], told["errors"][0]["error_code"]) == ("BLOCKED", 131048)


async def test_a_banned_number_sends_nothing(bench: Bench) -> None:
    await control(bench, NUMBER_STANDING, {"status": "BANNED"})
    assert await code(bench) == 131031
    assert (await health(bench, "PHONE_NUMBER"))["can_send_message"] == "BLOCKED"
    await control(bench, NUMBER_STANDING, {"status": "CONNECTED"})
    assert await code(bench) is None


async def test_the_quality_of_a_number_falls_flags_it_and_recovers(bench: Bench) -> None:
    bench.sandbox.rate("YELLOW")
    await bench.pass_time()
    assert news(bench, "phone_number_quality_update") == []
    bench.sandbox.rate("RED")
    shown = await node(bench, "status,quality_rating")
    assert (shown["status"], shown["quality_rating"]) == ("FLAGGED", "RED")
    assert (await health(bench, "PHONE_NUMBER"))["whole"] == "LIMITED"
    assert await code(bench) is None, "a flag is a warning"
    await control(bench, NUMBER_STANDING, {"quality": "GREEN"})
    assert (await node(bench, "status"))["status"] == "CONNECTED"
    await bench.pass_time()
    told = news(bench, "phone_number_quality_update")
    assert [value["event"] for value in told] == ["FLAGGED", "UNFLAGGED"]
    assert {value["current_limit"] for value in told} == {"TIER_2K"}


async def test_people_who_complain_lower_the_quality_for_a_week(bench: Bench) -> None:
    await control(bench, "policy", {"limits": {"complaints_a_step": 2}})
    people = [bench.sandbox.phone(f"+4477009001{place:02}") for place in range(4)]
    for person in people:
        await fate(bench, template_body(to=person.number))
        person.block()
        person.block()
    await bench.pass_time()
    assert bench.account.first.quality_rating == "RED", "four complaints, for nobody blocks twice"
    assert [value["event"] for value in news(bench, "phone_number_quality_update")] == ["FLAGGED"]
    await bench.pass_time(days=6, hours=23)
    assert bench.account.first.quality_rating == "RED"
    await bench.pass_time(hours=2)
    assert (bench.account.first.quality_rating, bench.account.first.status) == ("GREEN", "CONNECTED")


async def test_a_message_is_reported_by_who_sees_it(bench: Bench) -> None:
    await fate(bench, template_body())
    phone = bench.sandbox.phone(ANNA)
    shown = await control(bench, f"phones/{ANNA}/report", {"wamid": phone.messages[0].wamid})
    assert shown["message"]["status"] == "read"
    await bench.pass_time()
    assert bench.account.first.quality_rating == "GREEN", "how much a report counts is not known"
    await control(bench, "policy", {"limits": {"complaints_a_step": 1}})
    phone.report(phone.messages[0].wamid)
    await bench.pass_time()
    assert bench.account.first.quality_rating == "RED", "the earlier report counts as well"
    own = phone.reply("hello")
    with pytest.raises(ValueError, match="none of the business"):
        phone.report(own)


async def test_a_display_name_is_declined_and_approved(bench: Bench) -> None:
    bench.sandbox.judge_name("DECLINED", "It names somebody else.")
    assert await code(bench) == 131037
    assert (await node(bench, "name_status"))["name_status"] == "DECLINED"
    assert (await health(bench, "PHONE_NUMBER"))["errors"][0]["error_code"] == 131037
    await control(bench, NUMBER_STANDING, {"name_status": "APPROVED"})
    assert await code(bench) is None
    await bench.pass_time()
    told = news(bench, "phone_number_name_update")
    assert [(value["decision"], value["rejection_reason"]) for value in told] == [
        ("REJECTED", "It names somebody else."),
        ("APPROVED", None),
    ]


@pytest.mark.parametrize(("number", "refused"), [("+44 1632 960111", None), ("+1 555 010 0123", 131037)])
async def test_a_name_under_review_matters_to_numbers_of_the_platform_only(
    bench: Bench, number: str, refused: int | None
) -> None:
    bench.account.first.display_phone_number = number
    await control(bench, NUMBER_STANDING, {"name_status": "PENDING_REVIEW"})
    assert await code(bench) == refused
    info = (await health(bench, "PHONE_NUMBER")).get("additional_info")
    assert info == (None if refused else ["Display name still under review."])


async def test_a_test_number_writes_to_its_five_people_only(bench: Bench) -> None:
    await control(bench, NUMBER_STANDING, {"allowed": [ANNA, "+54 11 2345 6789"]})
    assert await code(bench) is None
    assert await code(bench, template_body(to=AUSTRALIAN)) == 131030
    assert await code(bench, template_body(to="+54 11 2345 6789")) is None
    assert await code(bench, template_body(to="+5491123456789")) == 131030, "as the list is written"
    assert (await node(bench, "account_mode"))["account_mode"] == "SANDBOX"
    six = [f"+4477009001{place:02}" for place in range(6)]
    answer = await bench.graph.post(f"/_sandbox/{NUMBER_STANDING}", json={"allowed": six})
    assert (answer.status_code, "at most 5" in answer.json()["error"]) == (400, True)
    assert (
        await bench.graph.post(f"/_sandbox/{NUMBER_STANDING}", json={"allowed": ["anna"]})
    ).status_code == 400
    await control(bench, NUMBER_STANDING, {"allowed": None})
    assert await code(bench, template_body(to=AUSTRALIAN)) is None
    assert (await node(bench, "account_mode"))["account_mode"] == "LIVE"


async def test_maintenance_refuses_everything_for_a_while(bench: Bench) -> None:
    await control(bench, NUMBER_STANDING, {"maintenance_seconds": 90})
    assert await code(bench) == 131057
    await bench.pass_time(seconds=90)
    assert await code(bench) is None
    bench.sandbox.maintain(HOUR)
    assert await code(bench) == 131057


async def test_an_unverified_business_is_limited_until_it_is_verified(bench: Bench) -> None:
    bench.sandbox.set_tier("TIER_250")
    await control(bench, "limits", {"verified": False})
    told = await health(bench, "BUSINESS")
    assert (told["can_send_message"], told["errors"][0]["error_code"]) == ("LIMITED", 141010)
    bench.sandbox.verify_business()
    assert (await health(bench, "BUSINESS"))["can_send_message"] == "AVAILABLE"
    assert bench.sandbox.portfolio.messaging_limit == "TIER_2K"


async def test_what_was_set_by_hand_stays_beside_what_is_known(bench: Bench) -> None:
    bench.sandbox.unwell("WABA", "LIMITED", error_code=141999)
    bench.sandbox.restrict(Measure.NO_PAYMENT_METHOD)
    told = await health(bench)
    assert told["can_send_message"] == "BLOCKED"
    assert [error["error_code"] for error in told["errors"]] == [141999, 141006]


async def test_the_state_shows_how_account_and_number_stand(bench: Bench) -> None:
    bench.sandbox.restrict(Measure.LOCKED, lasts=HOUR)
    bench.account.first.blocked.add("447700900123")
    account = (await control(bench, "state"))["accounts"][0]
    assert account["standing"]["measures"] == {"LOCKED": (START + HOUR).isoformat()}
    assert account["numbers"][0]["blocked"] == ["447700900123"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("standing", {"measure": "GOODWILL"}),
        ("standing", {"measure": "LOCKED", "lift": True}),
        ("standing", {"close_country": "GBR"}),
        (NUMBER_STANDING, {"status": "HAPPY"}),
        (NUMBER_STANDING, {"quality": "BLUE"}),
    ],
    ids=str,
)
async def test_what_the_platform_does_not_do_is_refused(bench: Bench, path: str, body: Any) -> None:
    assert (await bench.graph.post(f"/_sandbox/{path}", json=body)).status_code == 400


def test_a_number_is_rated_and_named_in_words_that_exist(bench: Bench) -> None:
    for deed in (bench.sandbox.rate, bench.sandbox.set_number_status, bench.sandbox.judge_name):
        with pytest.raises(ValueError, match="there are"):
            deed("SPLENDID")
    assert isinstance(bench.clock, MovableClock)


async def test_verifying_a_business_by_the_controls_does_all_that_it_does_by_hand(bench: Bench) -> None:
    bench.sandbox.portfolio.verified = False
    bench.sandbox.set_tier("TIER_250")
    assert (await control(bench, "limits"))["templates_allowed"] == 250
    shown = await control(bench, "limits", {"verified": True})
    assert (shown["verified"], shown["tier"], shown["templates_allowed"]) == (True, "TIER_2K", 6000)
    places = [operation.path for operation in OPERATIONS if "verified" in (operation.takes or {})]
    assert places == ["/limits"], "said in one place"
