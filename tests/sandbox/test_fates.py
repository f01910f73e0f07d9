"""What may befall a message between the business and a person, by what both are and did."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wa_notify.sandbox import CallbackPolicy, Measure, Phone, Sandbox
from wa_notify.sandbox.fates import AT_ONCE, LATER, ON_ARRIVAL
from wa_notify.sandbox.refusals import Timing

from .conftest import (
    ANNA,
    NUMBER_STANDING,
    Bench,
    make_bench,
    open_window,
    template_body,
    text_body,
    wamid_of,
)
from .test_control import control

AUSTRALIAN = "+61491570006"  # a number for films, in a country that has a marketing cap
AMERICAN = "+12025550123"


def add_template(bench: Bench, category: str = "MARKETING", **more: Any) -> str:
    """Add a template without variables; return its name."""
    name = f"our_{category.lower()}"
    body = {"type": "BODY", "text": "Something new."}
    template = {"name": name, "language": "en", "category": category, "components": [body], **more}
    bench.account.add_template(template)
    return name


def plain(name: str, to: str = ANNA, **more: Any) -> dict[str, Any]:
    """A message from a template without variables."""
    whole = template_body(name=name, to=to, **more)
    del whole["template"]["components"]
    return whole


async def fate(bench: Bench, body: dict[str, Any]) -> tuple[list[str], int | None]:
    """Send a message that is accepted; return its statuses and the code with which it failed."""
    bench.service.callbacks.clear()
    wamid = wamid_of(await bench.post(body))
    for _ in range(3):
        await bench.pass_time(seconds=1)
    mine = [status for status in bench.service.statuses if status["id"] == wamid]
    codes = [error["code"] for status in mine for error in status.get("errors", ())]
    return [status["status"] for status in mine], (codes or [None])[0]


def anna(bench: Bench) -> Phone:
    return bench.sandbox.phone(ANNA)


@pytest.mark.parametrize(
    "state", [{"on_whatsapp": False}, {"app_outdated": True}, {"terms_accepted": False}], ids=str
)
async def test_why_somebody_cannot_be_reached_is_not_told(bench: Bench, state: dict[str, bool]) -> None:
    await control(bench, f"phones/{ANNA}", state)
    assert await fate(bench, template_body()) == (["sent", "failed"], 131026)


async def test_who_blocked_the_business_gets_nothing_until_they_unblock_it(bench: Bench) -> None:
    await open_window(bench)
    shown = await control(bench, f"phones/{ANNA}/chat", {"blocked": True})
    assert shown["chat"]["blocked"]
    assert await fate(bench, text_body()) == (["sent", "failed"], 131026)
    with pytest.raises(ValueError, match="unblock"):
        anna(bench).reply("hello")
    anna(bench).unblock()
    assert await fate(bench, text_body()) == (["sent", "delivered", "read"], None)


async def test_who_blocks_the_business_before_a_message_arrives_does_not_get_it(bench: Bench) -> None:
    phone = anna(bench)
    phone.online = False
    await bench.template()
    await bench.pass_time(hours=1)
    phone.block()
    phone.online = True
    await bench.pass_time()
    assert bench.service.ladder == ["sent", "failed"]
    assert bench.service.statuses[-1]["errors"][0]["code"] == 131026


async def test_whom_the_business_blocked_gets_nothing(bench: Bench) -> None:
    bench.account.first.blocked.add("447700900123")
    assert await fate(bench, template_body()) == (["failed"], 130403)
    bench.account.first.blocked.clear()
    assert (await fate(bench, template_body()))[1] is None


async def test_an_account_may_be_kept_from_a_country(bench: Bench) -> None:
    await control(bench, "standing", {"close_country": "gb"})
    assert await fate(bench, template_body()) == (["failed"], 130497)
    assert (await fate(bench, template_body(to=AUSTRALIAN)))[1] is None
    await control(bench, "standing", {"open_country": "GB"})
    assert (await fate(bench, template_body()))[1] is None


async def test_in_an_open_chat_messages_are_read_and_delivered_is_skipped(bench: Bench) -> None:
    await control(bench, f"phones/{ANNA}/chat", {"open": True})
    assert await fate(bench, template_body()) == (["sent", "read"], None)
    assert ["pricing" in status for status in bench.service.statuses] == [True, True]
    assert bench.sandbox.reach.used(bench.clock()) == 1, "read means that it was delivered"
    anna(bench).reads = False
    assert await fate(bench, template_body()) == (["sent", "delivered"], None)
    anna(bench).reads = True
    anna(bench).close_chat()
    assert await fate(bench, template_body()) == (["sent", "delivered", "read"], None)
    assert ["pricing" in status for status in bench.service.statuses] == [True, True, False]


@pytest.mark.parametrize("number", [ANNA, AUSTRALIAN])
async def test_who_stopped_marketing_gets_everything_else(bench: Bench, number: str) -> None:
    marketing, utility = add_template(bench), add_template(bench, "UTILITY")
    bench.sandbox.phone(number).prefer("stop")
    assert await fate(bench, plain(marketing, number)) == (["sent", "failed"], 131050)
    assert (await fate(bench, plain(utility, number)))[1] is None
    bench.sandbox.phone(number).prefer("resume")
    assert (await fate(bench, plain(marketing, number)))[1] is None


async def test_who_stops_marketing_while_the_phone_is_off_does_not_get_what_waits(bench: Bench) -> None:
    name, phone = add_template(bench), anna(bench)
    phone.online = False
    await bench.post(plain(name))
    await bench.pass_time(seconds=5)
    phone.prefer("stop")
    phone.online = True
    await bench.pass_time()
    assert bench.service.statuses[-1]["errors"][0]["code"] == 131050


@pytest.mark.parametrize(
    ("obstacle", "code"), [("not there", 131026), ("blocked", 131026), ("stopped", 131050)]
)
async def test_what_the_platform_knows_does_not_wait_for_a_phone_that_is_off(
    bench: Bench, obstacle: str, code: int
) -> None:
    name, phone = add_template(bench), anna(bench)
    phone.on_whatsapp = obstacle != "not there"
    if obstacle == "blocked":
        phone.block()
    if obstacle == "stopped":
        phone.prefer("stop")
    phone.online = False
    assert await fate(bench, plain(name)) == (["sent", "failed"], code)


async def test_who_leaves_whatsapp_before_a_message_arrives_does_not_get_it(bench: Bench) -> None:
    phone = anna(bench)
    await bench.template()
    await bench.pass_time(seconds=0.5)
    phone.on_whatsapp = False
    await bench.pass_time(seconds=1)
    assert bench.service.ladder == ["sent", "failed"]


async def test_two_runs_with_all_of_this_give_the_same_log() -> None:
    logs = []
    for _ in range(2):
        bench = make_bench(seed=7)
        name, phone = add_template(bench), bench.sandbox.phone(AUSTRALIAN)
        phone.marketing.cap, phone.username = 1, "sheila"
        bench.sandbox.restrict(Measure.NO_UTILITY, lasts=timedelta(hours=1))
        for _ in range(3):
            await bench.post(plain(name, AUSTRALIAN))
            await bench.template(to=AUSTRALIAN)
            await bench.pass_time(hours=1)
        phone.open_chat()
        phone.change_identity()
        phone.block()
        bench.sandbox.rate("RED")
        await bench.pass_time(days=8)
        logs.append([entry.as_json() for entry in bench.sandbox.log])
        await bench.sandbox.aclose()
    assert logs[0] == logs[1]
    assert len(logs[0]) > 30


async def test_an_experiment_takes_part_of_marketing_only(bench: Bench) -> None:
    marketing, utility = add_template(bench), add_template(bench, "UTILITY")
    await control(bench, f"phones/{ANNA}", {"in_experiment": True})
    assert await fate(bench, plain(marketing)) == (["failed"], 130472)
    assert (await fate(bench, plain(utility)))[1] is None


async def test_nobody_in_the_united_states_gets_marketing_since_april_2025(bench: Bench) -> None:
    marketing, utility = add_template(bench), add_template(bench, "UTILITY")
    bench.clock.now = datetime(2025, 3, 31, 23, 59, tzinfo=UTC)
    assert (await fate(bench, plain(marketing, AMERICAN)))[1] is None
    await bench.pass_time(minutes=1)
    assert await fate(bench, plain(marketing, AMERICAN)) == (["sent", "failed"], 131049)
    assert (await fate(bench, plain(utility, AMERICAN)))[1] is None


async def test_a_person_gets_so_much_marketing_a_day_and_less_if_one_insists(bench: Bench) -> None:
    name = add_template(bench)
    await control(bench, f"phones/{AUSTRALIAN}", {"marketing_cap": 2})
    marketing = plain(name, AUSTRALIAN)
    assert [(await fate(bench, marketing))[1] for _ in range(3)] == [None, None, 131049]
    assert (await fate(bench, template_body(to=AUSTRALIAN)))[1] is None, "it is about marketing only"
    await bench.pass_time(hours=23)
    assert (await fate(bench, marketing))[1] == 131049, "too soon, and that costs another day"
    await bench.pass_time(hours=23)
    assert (await fate(bench, marketing))[1] == 131049, "although the first two are forgotten by now"
    await bench.pass_time(hours=24)
    assert await fate(bench, marketing) == (["sent", "delivered", "read"], None)
    await control(bench, f"phones/{AUSTRALIAN}", {"marketing_cap": -1})
    assert [(await fate(bench, marketing))[1] for _ in range(3)] == [None, None, None]


async def test_who_waits_for_a_day_is_not_held_to_have_insisted(bench: Bench) -> None:
    marketing = plain(add_template(bench), AUSTRALIAN)
    bench.sandbox.phone(AUSTRALIAN).marketing.cap = 1
    assert [(await fate(bench, marketing))[1] for _ in range(2)] == [None, 131049]
    await bench.pass_time(hours=24)
    assert (await fate(bench, marketing))[1] is None


async def test_where_there_is_no_marketing_cap_none_is_applied(bench: Bench) -> None:
    marketing = plain(add_template(bench))
    anna(bench).marketing.cap = 0
    assert (await fate(bench, marketing))[1] is None, "the United Kingdom has none"


async def test_an_expected_identity_is_compared_and_told(bench: Bench) -> None:
    key = anna(bench).identity_key
    expecting = template_body(recipient_identity_key_hash=key)
    assert (await fate(bench, expecting))[1] is None
    assert {status["recipient_identity_key_hash"] for status in bench.service.statuses} == {key}
    bench.service.callbacks.clear()
    await control(bench, f"phones/{ANNA}/identity", {})
    await bench.pass_time()
    (notice,) = bench.service.inbound
    assert notice["system"]["type"] == "customer_identity_changed"
    assert notice["system"]["identity"] == anna(bench).identity_key != key
    assert await fate(bench, expecting) == (["failed"], 137000)
    assert (await fate(bench, template_body()))[1] is None, "who expects nothing is not disappointed"


async def test_an_open_window_may_be_taken_for_closed(bench: Bench) -> None:
    await open_window(bench)
    await control(bench, f"phones/{ANNA}/chat", {"hiccups": 1})
    assert (await fate(bench, template_body()))[1] is None, "templates do not care"
    assert await fate(bench, text_body()) == (["failed"], 131047)
    assert (await fate(bench, text_body()))[1] is None


async def test_what_comes_late_may_come_at_once_by_policy(bench: Bench) -> None:
    await control(bench, "policy", {"answered": [131047, 131026]})
    refused = await bench.text()
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 131047)
    anna(bench).on_whatsapp = False
    assert (await bench.template()).json()["error"]["code"] == 131026
    assert anna(bench).messages == ()


async def test_what_comes_at_once_may_come_late_by_policy(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(called_back=frozenset({131031, 131056}))
    bench.account.first.status = "BANNED"
    assert await fate(bench, template_body()) == (["failed"], 131031)
    bench.account.first.status = "CONNECTED"
    codes = [wamid_of(await bench.template()) for _ in range(46)]
    await bench.pass_time(seconds=5)
    failed = [status["id"] for status in bench.service.statuses if status["status"] == "failed"]
    assert codes[-1:] == failed[-1:]


@pytest.mark.parametrize(("name", "code"), [("answered", 131049), ("called_back", 131047)])
async def test_a_code_that_is_known_to_come_one_way_only_cannot_be_turned_round(
    bench: Bench, name: str, code: int
) -> None:
    with pytest.raises(ValueError, match="either way"):
        replace(CallbackPolicy(), **{name: frozenset({code})})  # type: ignore[arg-type]
    assert (await bench.graph.post("/_sandbox/policy", json={name: [code]})).status_code == 400


async def test_who_has_a_username_shows_the_number_for_30_days_after_a_message(bench: Bench) -> None:
    shown = await control(bench, f"phones/{ANNA}", {"username": "anna.ops"})
    assert shown["username"] == "anna.ops"
    phone = anna(bench)
    phone.reply("hello")
    await bench.pass_time()
    value = bench.service.callbacks[-1].value
    assert value["contacts"][0]["profile"]["username"] == "anna.ops"
    assert "from" not in value["messages"][0]
    await bench.text(to=ANNA)
    await bench.pass_time(seconds=1)
    phone.reply("again")
    await bench.pass_time()
    assert bench.service.inbound[-1]["from"] == "447700900123", "the business has written to the number"
    await bench.pass_time(days=29)
    phone.reply("a month later")
    await bench.pass_time(days=29)
    phone.reply("two months later")
    await bench.pass_time()
    assert bench.service.inbound[-1]["from"] == "447700900123", "each message counts"
    await bench.pass_time(days=30)
    phone.reply("at last")
    await bench.pass_time()
    assert "from" not in bench.service.inbound[-1]


async def test_a_failure_names_the_person_one_way_or_the_other(bench: Bench) -> None:
    anna(bench).username = "anna.ops"
    assert await fate(bench, text_body()) == (["failed"], 131047)
    (status,) = bench.service.statuses
    assert "recipient_id" not in status, "nothing went to the number yet"
    assert status["recipient_user_id"] == anna(bench).user_id
    anna(bench).username = ""
    await fate(bench, text_body())
    assert "recipient_user_id" not in bench.service.statuses[0]


async def test_a_new_number_behind_a_username_is_not_known_yet(bench: Bench) -> None:
    phone = anna(bench)
    await bench.template()
    await bench.pass_time(seconds=1)
    phone.username = "anna.ops"
    phone.change_number("+447700900999")
    phone.reply("guess who")
    await bench.pass_time()
    assert "from" not in bench.service.inbound[-1]


async def test_a_username_comes_with_delivered_and_read_only(bench: Bench) -> None:
    anna(bench).username = "anna.ops"
    await fate(bench, template_body())
    shown = [callback.value["contacts"][0]["profile"].get("username") for callback in bench.service.callbacks]
    assert shown == [None, "anna.ops", "anna.ops"]


async def test_a_chat_that_is_opened_for_the_first_time_is_told_where_it_is_wanted(bench: Bench) -> None:
    phone = anna(bench)
    assert phone.open_chat() is None
    await control(bench, NUMBER_STANDING, {"welcomes": True})
    other = bench.sandbox.phone(AUSTRALIAN)
    wamid = other.open_chat()
    assert other.open_chat() is None, "the second time is no first time"
    await bench.pass_time()
    (message,) = bench.service.inbound
    assert (message["type"], message["id"], message["from"]) == ("request_welcome", wamid, "61491570006")
    assert not other.window_open


async def test_a_phone_that_is_off_opens_no_chat(bench: Bench) -> None:
    anna(bench).online = False
    with pytest.raises(ValueError, match="is off"):
        anna(bench).open_chat()


async def test_a_code_that_nobody_asked_for_in_ten_minutes_vanishes(bench: Bench) -> None:
    code = plain(add_template(bench, "AUTHENTICATION"))
    anna(bench).online = False
    await bench.post(code)
    await bench.pass_time(minutes=10, seconds=1)
    anna(bench).online = True
    await bench.pass_time()
    assert bench.service.ladder == ["sent"]
    assert anna(bench).messages[-1].expired


def test_each_question_has_its_refusal_at_the_moment_of_its_table() -> None:
    assert {refusal.value.timing for _, refusal in AT_ONCE} == {Timing.ANSWER}
    assert Timing.ANSWER not in {refusal.value.timing for _, refusal in LATER}
    assert {refusal.value.timing for _, refusal in ON_ARRIVAL} == {Timing.AFTER_SENT}


async def test_a_message_meets_the_first_of_several_obstacles(bench: Bench) -> None:
    phone = anna(bench)
    phone.on_whatsapp = False
    bench.account.first.blocked.add(phone.wa_id)
    assert await fate(bench, text_body()) == (["failed"], 131047)
    assert await fate(bench, template_body()) == (["failed"], 130403)


def test_two_runs_give_the_same_keys() -> None:
    first, second = Sandbox(), Sandbox()
    assert first.phone(ANNA).identity_key == second.phone(ANNA).identity_key
    assert first.phone(ANNA).identity_key != first.phone(AUSTRALIAN).identity_key


async def test_an_answer_that_fails_begins_no_free_entry_point(bench: Bench) -> None:
    phone = anna(bench)
    phone.from_ad = True
    phone.reply("hello")
    phone.on_whatsapp = True
    bench.account.first.blocked.add(phone.wa_id)
    await fate(bench, text_body())
    assert phone.chat().entry_until is None
    bench.account.first.blocked.clear()
    answered_at = bench.clock()
    await fate(bench, text_body())
    assert phone.chat().entry_until == answered_at + timedelta(hours=72)
