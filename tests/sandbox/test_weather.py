"""Storms of the platform, and callbacks as bad days bring them; all of it the same again under one seed."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wa_notify.sandbox import CallbackPolicy, Entry, Fault, Refusal

from .conftest import ANNA, Bench, make_bench, template_body, text_body

BASIL = "+447700900456"


async def codes(bench: Bench, many: int) -> list[int]:
    """The answers to so many sends to different people, in HTTP."""
    answers = [await bench.post(template_body(to=f"+4477009{place:05}")) for place in range(many)]
    return [answer.status_code for answer in answers]


async def test_a_storm_meets_everything_while_it_lasts_and_nothing_after(bench: Bench) -> None:
    bench.sandbox.fail_next(Fault(refusal=Refusal.API_SERVICE, lasts=timedelta(minutes=10)))
    assert set(await codes(bench, 20)) == {503}
    bench.clock.forward(minutes=9, seconds=59)
    assert set(await codes(bench, 5)) == {503}
    bench.clock.forward(seconds=1)
    assert set(await codes(bench, 5)) == {200}
    assert (await bench.graph.get("/_sandbox/state")).json()["faults"] == []


async def test_a_storm_may_meet_a_share_only(bench: Bench) -> None:
    bench.sandbox.fail_next(Fault(refusal=Refusal.UNAVAILABLE, lasts=timedelta(hours=1), share=0.3))
    answers = await codes(bench, 70)
    assert 10 <= answers.count(500) <= 32


async def test_a_fault_with_a_share_is_used_up_only_by_what_it_meets(bench: Bench) -> None:
    bench.sandbox.fail_next(Fault(refusal=Refusal.UNAVAILABLE, times=3, share=0.5))
    assert (await codes(bench, 60)).count(500) == 3


async def test_a_storm_of_timeouts_after_acceptance_lets_the_messages_arrive(bench: Bench) -> None:
    bench.sandbox.fail_next(Fault(kind="accept_then_timeout", lasts=timedelta(minutes=1)))
    for _ in range(3):
        with pytest.raises(httpx.ReadTimeout):
            await bench.post(template_body())
    await bench.pass_time(seconds=2)
    assert [message.status for message in bench.sandbox.phone(ANNA).messages] == ["read"] * 3


async def test_a_storm_by_control_is_shown_with_its_end(bench: Bench) -> None:
    body = {"code": 131016, "lasts": 60, "share": 0.5, "path": ""}
    answer = await bench.graph.post("/_sandbox/faults", json=body)
    assert answer.json()["until"] == "2026-11-21T09:31:00+00:00"
    assert (await bench.graph.get("/_sandbox/state")).json()["faults"][0]["share"] == 0.5


@pytest.mark.parametrize(
    "wrong", [{"share": 0}, {"share": 1.1}, {"lasts": 0}, {"lasts": 5, "times": 2}, {"share": True}]
)
async def test_storms_that_make_no_sense_are_refused(bench: Bench, wrong: dict[str, Any]) -> None:
    answer = await bench.graph.post("/_sandbox/faults", json=wrong)
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json()["error"]


@pytest.mark.parametrize("share", [0.0, 1.5])
def test_a_share_is_a_part_of_the_whole(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        Fault(share=share)


async def test_jitter_lets_callbacks_about_different_people_overtake_each_other(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(jitter=timedelta(minutes=5))
    people = [f"+4477009{place:05}" for place in range(20)]
    for number in people:
        bench.sandbox.phone(number).reply("hello")
        bench.clock.forward(seconds=1)
    await bench.pass_time(minutes=6)
    order = ["+" + message["from"] for message in bench.service.inbound]
    assert sorted(order) == people
    assert order != people


async def test_jitter_tears_the_copies_of_a_callback_apart(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(jitter=timedelta(hours=1), duplicates=1)
    bench.sandbox.phone(ANNA).reply("hello")
    dues = [due for due, _, _ in bench.sandbox._world.schedule._heap]
    assert len(set(dues)) == 2
    await bench.pass_time(hours=1)
    assert len(bench.service.callbacks) == 2
    assert len({callback.body for callback in bench.service.callbacks}) == 1


async def test_fields_that_nobody_knows_stand_in_every_object_and_are_signed(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(unknown_fields=True)
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.sandbox.run_due()
    whole = bench.service.callbacks[0].whole
    message = bench.service.inbound[0]
    for known in (whole, whole["entry"][0], bench.service.callbacks[0].value, message, message["text"]):
        assert known["added_lately"]["kind"] == "unheard_of"
    assert_signed(bench, right=True)


@pytest.mark.parametrize("size", [5_000, 3_000_000])
async def test_bodies_are_as_large_as_asked_for_to_the_byte(bench: Bench, size: int) -> None:
    bench.sandbox.policy = CallbackPolicy(pad_to=size)
    bench.sandbox.phone(ANNA).reply("gr\u00fc\u00dfe \u2764")
    await bench.sandbox.run_due()
    assert len(bench.service.callbacks[0].body) == size
    assert bench.service.inbound[0]["text"]["body"] == "gr\u00fc\u00dfe \u2764"
    assert_signed(bench, right=True)


async def test_a_body_that_is_longer_already_is_left_alone(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(pad_to=10)
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.sandbox.run_due()
    assert "padding" not in bench.service.callbacks[0].whole


async def test_a_stranger_signs_wrongly_or_not_at_all(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(signature="wrong")
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.sandbox.run_due()
    assert_signed(bench, right=False)
    bench.service.callbacks.clear()
    bench.sandbox.policy = CallbackPolicy(signature="missing")
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.sandbox.run_due()
    assert "x-hub-signature-256" not in bench.service.callbacks[0].headers


async def test_the_older_signature_comes_along_on_request(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(old_signature=True)
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.sandbox.run_due()
    callback = bench.service.callbacks[0]
    old = hmac.new(b"sandbox-app-secret", callback.body, hashlib.sha1).hexdigest()
    assert callback.headers["x-hub-signature"] == f"sha1={old}"
    assert_signed(bench, right=True)


@pytest.mark.parametrize("wrong", [{"order": "sideways"}, {"signature": "blue"}, {"pad_to": 3_000_001}])
def test_policies_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CallbackPolicy(**wrong)


ACTS = ("send", "write", "fault", "storm", "hour", "off", "on", "weather", "quality", "upload")


async def play(acts: list[str], seed: int) -> list[Entry]:
    """Do these things one after the other in a new sandbox; return its log."""
    bench = make_bench(seed)
    for place, act in enumerate(acts):
        await do(bench, act, ANNA if place % 2 else BASIL, place)
        await bench.pass_time(seconds=1)
    await bench.pass_time(hours=30)
    await bench.sandbox.aclose()
    return list(bench.sandbox.log)


async def do(bench: Bench, act: str, number: str, place: int) -> None:
    phone = bench.sandbox.phone(number)
    match act:
        case "send":
            await bench.post(template_body(to=number))
            await bench.post(text_body(to=number))
        case "write" if phone.online:
            phone.reply(f"number {place}")
        case "fault":
            bench.sandbox.fail_next(Fault(refusal=Refusal.UNAVAILABLE, share=0.5))
        case "storm":
            bench.sandbox.fail_next(Fault(lasts=timedelta(seconds=3), share=0.5))
        case "hour":
            bench.clock.forward(hours=1)
        case "off" | "on":
            phone.online = act == "on"
        case "weather":
            bench.service.answers += [500, 500]
            bench.sandbox.policy = CallbackPolicy(
                order="shuffled", duplicates=1, jitter=timedelta(seconds=20), batch=3
            )
        case "quality":
            bench.sandbox.review("ops_nudge", "en", quality="YELLOW" if place % 2 else "GREEN")
        case "upload":
            bench.sandbox.send_file(bench.sandbox.phone("+447700900789"), "image", b"png", "image/png")
        case _:
            assert not phone.online, "whose phone is off writes nothing"


@settings(max_examples=25, deadline=None)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=20), seed=st.integers(0, 1000))
async def test_two_runs_with_one_seed_give_the_same_log(acts: list[str], seed: int) -> None:
    first, second = await play(acts, seed), await play(acts, seed)
    assert [entry.as_json() for entry in first] == [entry.as_json() for entry in second]


async def test_another_seed_makes_other_ids() -> None:
    logs = [await play(["send", "write"], seed) for seed in (1, 2)]
    ids = [[entry.facts["wamid"] for entry in log if entry.what == "accepted"] for log in logs]
    assert len(ids[0]) == 2
    assert ids[0] != ids[1]


def assert_signed(bench: Bench, *, right: bool) -> None:
    for callback in bench.service.callbacks:
        expected = "sha256=" + hmac.new(b"sandbox-app-secret", callback.body, hashlib.sha256).hexdigest()
        assert (callback.headers["x-hub-signature-256"] == expected) is right
