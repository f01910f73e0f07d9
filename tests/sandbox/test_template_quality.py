"""What people think of a template: warnings, pauses, the end; and templates on trial."""

from typing import Any

import pytest

from wa_notify.sandbox import Measure, ReviewPolicy

from .conftest import ANNA, Bench, make_bench, template_body, wamid_of
from .test_management import BODY, TEMPLATES, create, created, edit, new
from .test_review import control, told

NUDGE = ("ops_nudge", "en")
PAUSED, DISABLED = 132015, 132016


def events(bench: Bench) -> list[dict[str, Any]]:
    """The news of statuses so far."""
    return [value for field, value in told(bench) if field == "message_template_status_update"]


async def falls_to_red(bench: Bench) -> None:
    for _ in range(2):
        bench.sandbox.reviews = ReviewPolicy(complaints=1)
        bench.sandbox.complain(*NUDGE)
    await bench.sandbox.run_due()


async def code_of_a_send(bench: Bench) -> int | None:
    answer = (await bench.template()).json()
    code: int | None = answer.get("error", {}).get("code")
    return code


async def test_complaints_lower_the_quality_step_by_step(bench: Bench) -> None:
    for _ in range(2):
        assert bench.sandbox.complain(*NUDGE).quality == "GREEN"
    assert bench.sandbox.complain(*NUDGE).quality == "YELLOW"
    await bench.sandbox.run_due()
    quality, flagged = told(bench)
    assert quality[1]["new_quality_score"] == "YELLOW"
    assert flagged[1]["event"] == "FLAGGED"
    assert bench.account.templates[NUDGE].status == "APPROVED"
    for _ in range(2):
        assert bench.sandbox.complain(*NUDGE).quality == "YELLOW", "they are counted anew"
    shown = (await control(bench, "templates/ops_nudge/en/complaints", {"times": 1}))["quality_score"]
    assert (shown["score"], shown["date"]) == ("RED", int(bench.clock.now.timestamp()))


async def test_a_quality_that_recovers_is_told_as_reinstated(bench: Bench) -> None:
    bench.sandbox.review(*NUDGE, quality="YELLOW")
    bench.sandbox.review(*NUDGE, quality="GREEN")
    await bench.sandbox.run_due()
    assert [value["event"] for value in events(bench)] == ["FLAGGED", "REINSTATED"]


async def test_red_pauses_for_three_hours_then_for_six_and_the_third_time_is_the_end(bench: Bench) -> None:
    for title, hours in (("FIRST_PAUSE", 3), ("SECOND_PAUSE", 6)):
        await falls_to_red(bench)
        news = events(bench)[-1]
        assert (news["event"], news["other_info"]["title"]) == ("PAUSED", title)
        await bench.pass_time(hours=hours, seconds=-1)
        assert await code_of_a_send(bench) == PAUSED
        await bench.pass_time(seconds=1)
        news = events(bench)[-1]
        assert (news["event"], news["other_info"]["title"]) == ("APPROVED", "UNPAUSE")
        assert bench.account.templates[NUDGE].quality == "UNKNOWN"
        assert await code_of_a_send(bench) is None
    await falls_to_red(bench)
    news = events(bench)[-1]
    assert (news["event"], news["other_info"]["title"]) == ("DISABLED", "DISABLED")
    assert news["disable_info"] == {"disable_date": int(bench.clock.now.timestamp())}
    await bench.pass_time(days=3)
    assert await code_of_a_send(bench) == DISABLED


async def test_a_status_that_a_reviewer_gives_ends_the_pause_and_what_was_planned(bench: Bench) -> None:
    bench.sandbox.review(*NUDGE, quality="RED")
    bench.sandbox.review(*NUDGE, status="APPROVED", quality="GREEN")
    assert await code_of_a_send(bench) is None
    await bench.pass_time(hours=4)
    assert [value["event"] for value in events(bench)] == ["PAUSED", "APPROVED"]
    bench.sandbox.review(*NUDGE, status="APPROVED", quality="RED")
    assert bench.account.templates[NUDGE].status == "APPROVED"


async def test_an_edit_of_a_paused_template_ends_its_pause_by_review(bench: Bench) -> None:
    bench.sandbox.review(*NUDGE, quality="RED")
    template = bench.account.templates[NUDGE]
    assert (await edit(bench, template.id, components=[BODY])).status_code == 200
    await bench.pass_time(hours=4)
    assert [value["event"] for value in events(bench)] == ["PAUSED", "APPROVED"]


async def unpause(bench: Bench, template_id: str) -> Any:
    return (await bench.graph.post(f"/v26.0/{template_id}/unpause")).json()


async def test_only_a_pause_by_pacing_is_ended_by_hand_and_not_before_five_minutes(bench: Bench) -> None:
    template = bench.account.templates[NUDGE]
    assert (await unpause(bench, template.id))["success"] is False
    bench.sandbox.review(*NUDGE, quality="RED")
    await bench.pass_time(hours=1)
    assert (await unpause(bench, template.id))["success"] is False
    await bench.pass_time(hours=2)
    bench.sandbox.pace(*NUDGE)
    bench.sandbox.judge(*NUDGE, good=False)
    await bench.pass_time(minutes=4)
    answer = await unpause(bench, template.id)
    assert (answer["success"], "5 minutes" in answer["reason"]) == (False, True)
    await bench.pass_time(days=2)
    assert await code_of_a_send(bench) == PAUSED, "it does not end by itself"
    assert await unpause(bench, template.id) == {"success": True}
    await bench.sandbox.run_due()
    titles = [value["other_info"]["title"] for value in events(bench)]
    assert titles == ["FIRST_PAUSE", "UNPAUSE", "RATE_LIMITING_PAUSE", "UNPAUSE"]
    assert await code_of_a_send(bench) is None


# pacing


async def on_trial(bench: Bench, **more: Any) -> None:
    bench.sandbox.reviews = ReviewPolicy(pacing="auto", sample=2, complaints=1, **more)
    await created(bench, new())
    await bench.pass_time(minutes=1)
    told(bench)


async def statuses_of(bench: Bench, count: int) -> list[str]:
    """Send so many messages of the new template, each to another person."""
    answers = []
    for number in range(count):
        to = f"+44770090{number:04}"
        answer = await bench.post(template_body(name="ops_new", to=to))
        answers.append(answer.json()["messages"][0]["message_status"])
    return answers


async def test_a_refused_message_is_none_of_the_sample(bench: Bench) -> None:
    await on_trial(bench)
    bench.sandbox.restrict(Measure.LOCKED)
    for _ in range(2):
        assert (await bench.post(template_body(name="ops_new"))).json()["error"]["code"] == 131031
    bench.sandbox.lift(Measure.LOCKED)
    held = "held_for_quality_assessment"
    assert await statuses_of(bench, 3) == ["accepted", "accepted", held]


async def test_a_new_template_goes_to_a_sample_first_and_the_rest_an_hour_later(bench: Bench) -> None:
    await on_trial(bench)
    held = "held_for_quality_assessment"
    assert await statuses_of(bench, 4) == ["accepted", "accepted", held, held]
    await bench.pass_time(minutes=59)
    assert bench.service.ladder.count("delivered") == 2
    await bench.pass_time(minutes=1)
    await bench.pass_time(seconds=5)
    assert bench.service.ladder.count("delivered") == 4
    assert bench.account.templates["ops_new", "en"].quality == "GREEN"
    assert await statuses_of(bench, 4) == ["accepted"] * 4


async def test_a_template_that_people_dislike_drops_what_is_held_and_is_paused(bench: Bench) -> None:
    await on_trial(bench)
    await statuses_of(bench, 4)
    await bench.pass_time(minutes=1)
    bench.sandbox.complain("ops_new", "en")
    await bench.pass_time(hours=1)
    assert bench.service.ladder.count("failed") == 2
    failed = [status for status in bench.service.statuses if status["status"] == "failed"]
    assert {status["errors"][0]["code"] for status in failed} == {PAUSED}
    news = [callback.value for callback in bench.service.callbacks if "event" in callback.value]
    assert news[-1]["other_info"]["title"] == "RATE_LIMITING_PAUSE"
    template = bench.account.templates["ops_new", "en"]
    await bench.pass_time(minutes=5)
    assert await unpause(bench, template.id) == {"success": True}
    assert (await statuses_of(bench, 3))[-1] == "held_for_quality_assessment", "it is on trial again"


async def test_a_trial_may_be_judged_before_its_time_is_over(bench: Bench) -> None:
    await on_trial(bench)
    await statuses_of(bench, 3)
    assert bench.sandbox.judge("ops_new", "en", good=True) == 1
    bench.sandbox.review("ops_new", "en", quality="YELLOW")
    await bench.pass_time(hours=1)
    assert bench.service.ladder.count("delivered") == 3
    assert bench.account.templates["ops_new", "en"].status == "APPROVED"


async def test_what_stood_the_test_is_not_tried_again_before_it_is_edited(bench: Bench) -> None:
    bench.sandbox.reviews = ReviewPolicy(pacing="auto", sample=0)
    bench.sandbox.review(*NUDGE, quality="YELLOW")

    async def is_held() -> bool:
        shown = (await bench.template()).json()["messages"][0]["message_status"]
        await bench.pass_time(hours=1)
        return bool(shown == "held_for_quality_assessment")

    assert [await is_held(), await is_held()] == [True, False]
    await edit(bench, bench.account.templates[NUDGE].id, components=[BODY])
    await bench.pass_time(minutes=1)
    assert await is_held()


async def test_templates_of_good_quality_and_codes_are_not_on_trial_nor_anything_unless_asked(
    bench: Bench,
) -> None:
    bench.sandbox.reviews = ReviewPolicy(pacing="auto", sample=0)
    assert (await bench.template()).json()["messages"][0]["message_status"] == "accepted"
    bench.account.add_template({
        "name": "code", "language": "en", "category": "AUTHENTICATION", "quality_score": {"score": "UNKNOWN"},
        "components": [{"type": "BODY", "text": "*{{1}}* is your verification code."}],
    })  # fmt: skip
    assert (await bench.template(name="code")).json()["messages"][0]["message_status"] == "accepted"
    bench.sandbox.reviews = ReviewPolicy(sample=0)
    await created(bench, new())
    await bench.pass_time(minutes=1)
    assert await statuses_of(bench, 2) == ["accepted"] * 2


@pytest.mark.parametrize("good", [False, True])
async def test_what_expires_while_it_is_held_is_never_heard_of_again(bench: Bench, good: bool) -> None:
    template = bench.account.templates[NUDGE]
    await edit(bench, template.id, message_send_ttl_seconds=60)
    await bench.pass_time(minutes=1)
    bench.sandbox.pace(*NUDGE)
    wamid = wamid_of(await bench.template())
    await bench.pass_time(seconds=61)
    bench.service.callbacks.clear()
    bench.sandbox.judge(*NUDGE, good=good)
    await bench.pass_time(days=40)
    assert bench.service.statuses == []
    (message,) = bench.sandbox.phone(ANNA).messages
    assert (message.wamid, message.expired) == (wamid, True)


async def test_the_time_to_live_is_that_of_the_moment_when_it_was_sent(bench: Bench) -> None:
    phone, template = bench.sandbox.phone(ANNA), bench.account.templates[NUDGE]
    phone.online = False
    long = wamid_of(await bench.template())
    await edit(bench, template.id, message_send_ttl_seconds=60)
    await bench.pass_time(minutes=1)
    short = wamid_of(await bench.template())
    await bench.pass_time(hours=2)
    phone.online = True
    await bench.pass_time(seconds=5)
    told_of = {status["id"] for status in bench.service.statuses if status["status"] == "delivered"}
    assert (long in told_of, short in told_of) == (True, False)


async def test_a_code_lives_for_ten_minutes_unless_its_template_says_otherwise(bench: Bench) -> None:
    bench.account.add_template({
        "name": "code", "language": "en", "category": "AUTHENTICATION",
        "components": [{"type": "BODY", "text": "*{{1}}* is your verification code."}],
    })  # fmt: skip
    phone = bench.sandbox.phone(ANNA)
    for minutes, arrives in ((10, True), (11, False)):
        phone.online = False
        wamid = wamid_of(await bench.template(name="code"))
        await bench.pass_time(minutes=minutes)
        phone.online = True
        await bench.sandbox.run_due()
        (message,) = (one for one in phone.messages if one.wamid == wamid)
        assert message.on_screen is arrives


async def test_the_quality_of_a_template_is_one_of_four(bench: Bench) -> None:
    with pytest.raises(ValueError, match="no quality"):
        bench.sandbox.review(*NUDGE, quality="BLUE")
    response = await create(bench, new(name="ops_nudge"))
    assert response.status_code == 400


async def life(bench: Bench) -> list[dict[str, Any]]:
    """A template is tried, warned, paused, announced as marketing and deleted; what the log says of it."""
    await on_trial(bench)
    await statuses_of(bench, 4)
    await bench.pass_time(hours=1)
    for _ in range(2):
        bench.sandbox.complain("ops_new", "en")
    await bench.pass_time(hours=3)
    bench.sandbox.review("ops_new", "en", correct_category="MARKETING")
    await bench.pass_time(days=1)
    await bench.graph.delete(TEMPLATES, params={"name": "ops_new"})
    await bench.pass_time(minutes=1)
    await bench.sandbox.aclose()
    return [entry.as_json() for entry in bench.sandbox.log]


async def test_the_same_life_leaves_the_same_log(bench: Bench) -> None:
    log = await life(bench)
    assert await life(make_bench()) == log
    statuses = [entry["status"] for entry in log if entry["what"] == "template"]
    assert list(dict.fromkeys(statuses)) == ["PENDING", "APPROVED", "PAUSED", "PENDING_DELETION", "DELETED"]
