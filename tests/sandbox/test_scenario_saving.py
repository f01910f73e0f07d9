"""A world that was saved and loaded again is the same world, whatever happened in it before."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.conftest import ANNA, START, Bench, alert_parts, make_bench
from wa_notify.sandbox import (
    CallbackPolicy,
    Ending,
    Fault,
    Limits,
    Measure,
    Phone,
    Quotas,
    Refusal,
    ReviewPolicy,
)
from wa_notify.sandbox.control import VERBS
from wa_notify.sandbox.scenarios.reading import read_scenario
from wa_notify.sandbox.view import state_view

BOB, NEW = "+447700900456", "+447700900999"
SCRIPT = f"""
people:
  - {{number: "{ANNA}", name: Anna}}
  - {{number: "{BOB}", name: Bob}}
script:
  - {{after: 40m, every: 50m, times: 9, who: Bob, keep: words, do: {{reply: {{text: Tick}}}}}}
  - when: {{message: {{to: Anna, template: ops_alert}}}}
    after: 20m
    times: 3
    do: {{reply: {{tap: Acknowledge, on: $message}}}}
  - when: {{log: {{what: preference}}}}
    do: {{change_phone: {{online: false}}}}
    who: $sender
"""
Deed = Callable[[Bench, Phone], Any]
DAY = timedelta(days=1)
STRANGERS = {f"44770090{number:04}": START for number in range(49)}


def reply(_bench: Bench, phone: Phone, text: str) -> None:
    phone.reply(text)


def rename(_bench: Bench, phone: Phone, name: str) -> None:
    phone.name = name


TEXTS = st.text(min_size=1, max_size=20)
DEEDS: st.SearchStrategy[Deed] = st.one_of(
    TEXTS.map(lambda text: lambda bench, phone: reply(bench, phone, text)),
    TEXTS.map(lambda name: lambda bench, phone: rename(bench, phone, name)),
    st.sampled_from(["reads", "online", "on_whatsapp", "hides_number", "from_ad"]).flatmap(
        lambda name: st.booleans().map(lambda value: lambda _, phone: setattr(phone, name, value))
    ),
    st.sampled_from([
        lambda _, phone: phone.change_number(NEW),
        lambda _, phone: phone.change_user_id(),
        lambda _, phone: phone.prefer("stop"),
        lambda _, phone: phone.react("👍", to=phone.history[-1].wamid if phone.history else "none"),
        lambda bench, phone: bench.text("Hello", to=phone.number),
        lambda bench, phone: bench.template(to=phone.number),
        lambda bench, phone: bench.template(*alert_parts(), name="ops_alert", to=phone.number),
        lambda bench, _: bench.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.UNDELIVERABLE)),
        lambda bench, _: bench.sandbox.fail_next(Fault(kind="timeout", path="/media", times=3)),
        lambda bench, _: bench.sandbox.fail_next(Fault(refusal=Refusal.TOKEN_EXPIRED, path="/media")),
        lambda bench, _: bench.sandbox.fail_next(Fault(share=0.5, lasts=timedelta(hours=1), path="/media")),
        lambda bench, _: setattr(bench.sandbox, "policy", CallbackPolicy(unknown_fields=True)),
        lambda bench, _: bench.sandbox.review("ops_alert", "en", status="PAUSED", quality="RED"),
        lambda bench, _: bench.sandbox.review("ops_nudge", "en", correct_category="MARKETING"),
        lambda bench, _: bench.sandbox.review("ops_nudge", "en", category="MARKETING"),
        lambda bench, _: bench.sandbox.unwell("WABA", "LIMITED", error_code=141006),
        lambda bench, _: bench.sandbox.set_tier("TIER_250"),
        lambda bench, _: bench.sandbox.pace("ops_resolved", "en"),
        lambda bench, _: setattr(bench.sandbox, "policy", CallbackPolicy(held=True)),
        lambda bench, _: setattr(bench.sandbox, "policy", CallbackPolicy(duplicates=2)),
        lambda bench, _: setattr(bench.sandbox, "limits", Limits(per_second=3, pair_burst=9)),
        lambda bench, _: setattr(bench.sandbox, "reviews", ReviewPolicy(after=timedelta(hours=1))),
        lambda _, phone: phone.block(),
        lambda _, phone: phone.unblock(),
        lambda _, phone: phone.report(phone.history[-1].wamid if phone.history else "none"),
        lambda _, phone: phone.open_chat(),
        lambda _, phone: phone.change_identity(),
        lambda _, phone: setattr(phone, "username", "someone"),
        lambda _, phone: setattr(phone, "marketing_cap", 1),
        lambda _, phone: setattr(phone.chat(), "hiccups", 1),
        lambda bench, phone: bench.template(name="ops_newsletter", to=phone.number),
        lambda bench, phone: bench.text("Disk is full", to=phone.number, category="utility"),
        lambda bench, _: setattr(bench.account, "direct_send", "utility"),
        lambda bench, _: bench.sandbox.restrict(Measure.NO_WRITING_FIRST, lasts=DAY),
        lambda bench, _: bench.sandbox.restrict(Measure.SCHEDULE_FOR_DISABLE, lasts=DAY),
        lambda bench, _: bench.sandbox.restrict(Measure.NO_PAYMENT_METHOD),
        lambda bench, _: bench.sandbox.lift(Measure.NO_PAYMENT_METHOD),
        lambda bench, _: bench.sandbox.misclassify(),
        lambda bench, _: bench.sandbox.end_token(Ending.INVALIDATED, after=DAY),
        lambda bench, _: bench.sandbox.end_token(token="another"),
        lambda bench, _: bench.sandbox.set_number_status("RESTRICTED"),
        lambda bench, _: bench.sandbox.judge_name("DECLINED", "Too long"),
        lambda bench, _: setattr(bench.sandbox, "quotas", Quotas(management=40)),
        lambda bench, _: setattr(bench.account, "auth_international", {"FR"}),
        lambda bench, _: bench.account.standing.closed_countries.add("FR"),
        lambda bench, _: bench.account.first.blocked.add("447700900456"),
        lambda bench, _: bench.account.first.registration.delete(bench.sandbox.now()),
        lambda bench, _: setattr(bench.account.first, "profile", {"about": "We watch"}),
        lambda bench, _: setattr(bench.sandbox.portfolio, "limit_as_number", True),
        lambda bench, _: bench.sandbox.set_tier("TIER_50"),
        lambda bench, _: setattr(bench.sandbox.reach, "reached", STRANGERS),
        lambda bench, _: setattr(bench.sandbox, "limits", Limits(complaints_a_step=1)),
        lambda bench, _: setattr(bench.sandbox, "reviews", ReviewPolicy(pacing="auto", sample=0)),
        lambda bench, _: bench.sandbox.review("ops_alert", "en", quality="YELLOW"),
        lambda bench, _: bench.sandbox.review("ops_alert", "en", quality="RED"),
        lambda bench, _: bench.sandbox.complain("ops_alert", "en"),
        lambda bench, _: bench.sandbox.review("ops_nudge", "en", status="REJECTED", reason="INVALID_FORMAT"),
        lambda bench, _: bench.sandbox.appeal("ops_nudge", "en"),
        lambda bench, _: bench.graph.delete(
            f"/v26.0/{bench.account.waba_id}/message_templates", params={"name": "ops_alert"}
        ),
        lambda bench, _: bench.graph.post(
            f"/v26.0/{bench.account.waba_id}/message_templates",
            json={
                "name": f"new_{len(bench.account.templates)}", "language": "en", "category": "UTILITY",
                "components": [{"type": "BODY", "text": "All is well."}],
            },
        ),
    ]),
)  # fmt: skip
MOMENTS = st.sampled_from([0.0, 0.5, 1.0, 30.0, 1_800.0, 40_000.0])


async def live(bench: Bench, story: list[tuple[Deed, int, float]]) -> None:
    """Let things be done by people, and time pass. What cannot be done is left."""
    for deed, who, seconds in story:
        phones = list(bench.sandbox.phones)
        try:
            done = deed(bench, phones[who % len(phones)])
            if done is not None and asyncio.iscoroutine(done):
                await done
        except (ValueError, KeyError):
            pass
        await through(bench, seconds)


async def through(bench: Bench, seconds: float) -> None:
    end = bench.clock.now + timedelta(seconds=seconds)
    while (due := bench.sandbox.next_due()) is not None and due <= end:
        bench.clock.now = max(due, bench.clock.now)
        await bench.sandbox.run_due()
    bench.clock.now = end
    await bench.sandbox.run_due()


def seen(bench: Bench) -> dict[str, Any]:
    """The state view, but for how long the log is, and how long a storm was when it began: its end counts."""
    state = {name: value for name, value in state_view(bench.sandbox._world).items() if name != "log_number"}
    for fault in state["faults"]:
        del fault["lasts"]
    return state


def again(bench: Bench) -> Bench:
    """Another sandbox, in which the world of this one was loaded."""
    other = make_bench(seed=99)
    other.clock.now = bench.clock.now
    other.sandbox.load(read_scenario(bench.sandbox.save(), file="saved.yaml", verbs=VERBS))
    return other


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(DEEDS, st.integers(0, 1), MOMENTS), max_size=14))
def test_a_saved_world_is_the_same_when_loaded_and_goes_on_alike(
    story: list[tuple[Deed, int, float]],
) -> None:
    async def prove() -> None:
        bench = make_bench()
        bench.sandbox.load(read_scenario(SCRIPT, file="mine.yaml", verbs=VERBS))
        await live(bench, story)
        other = again(bench)
        expected, found = seen(bench), seen(other)
        if expected["scenario"] is not None:
            expected["scenario"]["failures"] = []  # what went wrong before belongs to the log
        assert found == expected
        assert (
            again(other).sandbox.save().partition("start:")[2] == bench.sandbox.save().partition("start:")[2]
        )
        for one in (bench, other):
            await through(one, 9 * 86_400)  # complaints and measures are over by then
        assert fates(other) == fates(bench)

    asyncio.run(prove())


def fates(bench: Bench) -> list[Any]:
    """What became of every message, however it is called, and of every template."""
    templates = [
        (one.name, one.language, one.status, one.category) for one in bench.account.templates.values()
    ]
    stands = [(one.quality_rating, one.status) for one in bench.account.numbers]
    held_against = bench.account.standing.as_json(), bench.sandbox.portfolio.messaging_limit
    return [*templates, *stands, held_against] + [
        (phone.number, [(one.text, one.sent_at, one.status, one.on_screen) for one in phone.messages])
        for phone in bench.sandbox.phones
    ]


@pytest.mark.parametrize("online", [True, False])
async def test_messages_under_way_arrive_in_the_loaded_world(bench: Bench, *, online: bool) -> None:
    phone = bench.sandbox.phone(ANNA)
    phone.online = online
    await bench.template()
    await through(bench, 1)
    other = again(bench)
    other.sandbox.phone(ANNA).online = True
    await through(other, 60)
    assert other.sandbox.phone(ANNA).messages[-1].status == "read"
    assert other.service.ladder[-1] == "read"


async def test_a_review_under_way_ends_in_the_loaded_world(bench: Bench) -> None:
    body = {
        "name": "mine", "language": "en", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "All is well."}],
    }  # fmt: skip
    await bench.graph.post(f"/v26.0/{bench.account.waba_id}/message_templates", json=body)
    other = again(bench)
    assert other.account.templates["mine", "en"].status == "PENDING"
    await through(other, 10)
    assert other.account.templates["mine", "en"].status == "APPROVED"


async def test_callbacks_that_are_held_leave_once_they_may_in_the_loaded_world(bench: Bench) -> None:
    bench.sandbox.policy = CallbackPolicy(held=True)
    bench.sandbox.phone(ANNA).reply("hello")
    other = again(bench)
    await through(other, 10)
    assert other.service.inbound == []
    other.sandbox.policy = CallbackPolicy()
    await through(other, 10)
    assert [message["text"]["body"] for message in other.service.inbound] == ["hello"]


async def test_a_measure_ends_at_its_time_in_the_loaded_world(bench: Bench) -> None:
    bench.sandbox.restrict(Measure.NO_WRITING_FIRST, lasts=timedelta(hours=5))
    await through(bench, 3_600)
    other = again(bench)
    assert (await other.template()).status_code != 200
    await through(other, 4 * 3_600)
    assert (await other.template()).status_code == 200
    assert other.account.standing.measures == {}


async def test_a_pause_and_a_notice_come_to_their_end_in_the_loaded_world(bench: Bench) -> None:
    bench.sandbox.review("ops_alert", "en", quality="RED")
    bench.sandbox.review("ops_nudge", "en", correct_category="MARKETING")
    other = again(bench)
    assert other.account.templates["ops_alert", "en"].status == "PAUSED"
    await through(other, 3 * 3_600)
    assert other.account.templates["ops_alert", "en"].status == "APPROVED"
    assert other.account.templates["ops_nudge", "en"].category == "UTILITY"
    await through(other, 21 * 3_600)
    assert other.account.templates["ops_nudge", "en"].category == "MARKETING"


async def test_a_plan_that_was_given_up_stays_so_in_the_loaded_world(bench: Bench) -> None:
    bench.sandbox.review("ops_alert", "en", quality="RED")
    bench.sandbox.review("ops_alert", "en", status="PAUSED")  # by hand: it does not end by itself
    other = again(bench)
    await through(other, 90_000)
    assert other.account.templates["ops_alert", "en"].status == "PAUSED"


async def test_tokens_expire_at_their_time_in_the_loaded_world(bench: Bench) -> None:
    bench.sandbox.end_token(Ending.PASSWORD_CHANGED, after=timedelta(hours=1))
    other = again(bench)
    assert (await other.template()).status_code == 200
    await through(other, 3_600)
    refused = (await other.template()).json()["error"]
    assert (refused["code"], refused["error_subcode"]) == (190, 460)


async def test_whom_the_business_reached_is_remembered_in_the_loaded_world(bench: Bench) -> None:
    await bench.template()
    await through(bench, 60)
    bench.sandbox.set_tier("TIER_50")
    bench.sandbox.reach.count_strangers(49, bench.sandbox.now())
    other = again(bench)
    await other.template()
    await other.template(to=BOB)
    await through(other, 60)
    assert other.sandbox.phone(ANNA).messages[-1].status == "read"
    assert other.sandbox.phone(BOB).messages[-1].failure == failure_told(131048, other)


def failure_told(code: int, bench: Bench) -> Any:
    failed = [status["errors"][0] for status in bench.service.statuses if status["status"] == "failed"]
    assert [one["code"] for one in failed] == [code]
    return failed[0]


async def test_a_new_template_of_the_loaded_world_has_an_id_of_its_own(bench: Bench) -> None:
    def body(name: str) -> dict[str, Any]:
        parts = [{"type": "BODY", "text": "All is well."}]
        return {"name": name, "language": "en", "category": "UTILITY", "components": parts}

    path = f"/v26.0/{bench.account.waba_id}/message_templates"
    before = (await bench.graph.post(path, json=body("mine"))).json()["id"]
    other = again(bench)
    assert (await other.graph.post(path, json=body("another"))).json()["id"] != before


async def test_files_stay_behind_which_is_told(bench: Bench) -> None:
    bench.sandbox.send_file(bench.sandbox.phone(ANNA), "image", b"jpeg", "image/jpeg")
    assert bench.sandbox.save().startswith("# Left out: 1 files.\n")
    first = again(bench).sandbox.media
    assert len(first) == 0
    assert first.receive("1", b"x", "image/png").id not in bench.sandbox.media


async def test_a_complaint_becomes_old_at_its_time_in_the_loaded_world(bench: Bench) -> None:
    bench.sandbox.limits = Limits(complaints_a_step=1)
    bench.sandbox.phone(ANNA).block()
    await through(bench, 60)
    other = again(bench)
    other.sandbox.phone(BOB).block()
    await through(other, 60)
    assert other.account.first.quality_rating == "RED", "the first complaint counts too"
    await through(other, 7 * 86_400)
    assert other.account.first.quality_rating == "GREEN"


async def test_a_template_that_leaves_waits_for_its_messages_in_the_loaded_world(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).online = False
    await bench.template()
    await through(bench, 60)
    other = again(bench)
    path = f"/v26.0/{bench.account.waba_id}/message_templates"
    await other.graph.delete(path, params={"name": "ops_nudge"})
    assert other.account.templates["ops_nudge", "en"].status == "PENDING_DELETION"
    other.sandbox.phone(ANNA).online = True
    await through(other, 60)
    assert ("ops_nudge", "en") not in other.account.templates
