"""The category of a template: announced a day ahead, changed, disputed; and appeals against reviewers."""

from typing import Any

import pytest

from wa_notify.sandbox import ReviewPolicy

from .conftest import ANNA, Bench, open_window
from .test_management import BODY, body, created, edit, new
from .test_review import control, told

NUDGE = ("ops_nudge", "en")


def changes(bench: Bench) -> list[tuple[str, str]]:
    """The categories told so far: `soon` or `now`, and which."""
    news = [value for field, value in told(bench) if field == "template_category_update"]
    return [
        ("soon", value["correct_category"]) if "correct_category" in value else ("now", value["new_category"])
        for value in news
    ]


async def test_an_announced_category_is_true_a_day_later_and_costs_from_then_on(bench: Bench) -> None:
    await open_window(bench)
    bench.sandbox.review(*NUDGE, correct_category="MARKETING")
    await bench.template()
    await bench.pass_time(hours=23, minutes=59)
    assert changes_of(bench) == ["utility"]
    assert changes(bench) == [("soon", "MARKETING")]
    await bench.pass_time(minutes=1)
    assert changes(bench) == [("now", "MARKETING")]
    template = bench.account.templates[NUDGE]
    assert (template.category, template.previous_category) == ("MARKETING", "UTILITY")
    await bench.template()
    await bench.pass_time(seconds=1)
    assert changes_of(bench) == ["marketing"]


def changes_of(bench: Bench) -> list[str]:
    """The categories that messages were billed by."""
    return [status["pricing"]["category"] for status in bench.service.statuses if status["status"] == "sent"]


async def test_an_edit_during_the_notice_ends_it(bench: Bench) -> None:
    bench.sandbox.review(*NUDGE, correct_category="MARKETING")
    await edit(bench, bench.account.templates[NUDGE].id, components=[BODY])
    await bench.pass_time(days=3)
    assert changes(bench) == [("soon", "MARKETING")]
    template = bench.account.templates[NUDGE]
    assert (template.category, template.correct_category) == ("UTILITY", None)


async def test_an_appeal_against_a_notice_brings_no_earlier_category_back(bench: Bench) -> None:
    bench.sandbox.review(*NUDGE, category="MARKETING")
    bench.sandbox.review(*NUDGE, correct_category="UTILITY")
    bench.sandbox.appeal(*NUDGE)
    await bench.pass_time(hours=30)
    template = bench.account.templates[NUDGE]
    assert (template.category, template.correct_category) == ("MARKETING", None)


@pytest.mark.parametrize(("granted", "category"), [(False, "MARKETING"), (True, "UTILITY")])
async def test_an_appeal_during_the_notice_suspends_it_until_the_answer(
    bench: Bench, granted: bool, category: str
) -> None:
    bench.sandbox.review(*NUDGE, correct_category="MARKETING")
    await bench.pass_time(hours=12)
    assert bench.sandbox.appeal(*NUDGE, granted=granted).status == "APPROVED"
    await bench.pass_time(hours=13)
    assert bench.account.templates[NUDGE].category == "UTILITY"
    await bench.pass_time(hours=11)
    assert bench.account.templates[NUDGE].category == category


async def test_a_warned_account_gets_no_notice(bench: Bench) -> None:
    assert (await control(bench, "standing", {"warned": True}))["warned"] is True
    bench.sandbox.review(*NUDGE, correct_category="MARKETING")
    await bench.sandbox.run_due()
    assert changes(bench) == [("now", "MARKETING")]


async def test_a_category_is_disputed_within_sixty_days(bench: Bench) -> None:
    for days, is_late in ((59, False), (61, True)):
        bench.sandbox.review(*NUDGE, category="MARKETING")
        await bench.pass_time(days=days)
        if is_late:
            with pytest.raises(ValueError, match="nothing to object to"):
                bench.sandbox.appeal(*NUDGE)
            continue
        bench.sandbox.appeal(*NUDGE)
        assert (await bench.template()).status_code == 200
        await bench.pass_time(hours=24)
        assert bench.account.templates[NUDGE].category == "UTILITY"


@pytest.mark.parametrize("granted", [False, True])
@pytest.mark.parametrize(("former", "back"), [("DISABLED", "REINSTATED"), ("REJECTED", "APPROVED")])
async def test_an_appeal_is_answered_within_a_day(
    bench: Bench, former: str, back: str, granted: bool
) -> None:
    bench.sandbox.review(*NUDGE, status=former, reason="SCAM")
    await control(bench, "templates/ops_nudge/en/appeal", {"granted": granted})
    assert (await bench.template()).json()["error"]["code"] == 132001
    await bench.pass_time(hours=24)
    events = [value["event"] for _, value in told(bench)]
    assert events == [former, "IN_APPEAL", back if granted else former]
    template = bench.account.templates[NUDGE]
    assert (template.status, template.rejected_reason) == (
        ("APPROVED", "NONE") if granted else (former, "SCAM")
    )


async def test_nobody_objects_to_an_approval(bench: Bench) -> None:
    with pytest.raises(ValueError, match="nothing to object to"):
        bench.sandbox.appeal(*NUDGE)
    path = "/_sandbox/templates/ops_nudge/en/appeal"
    assert (await bench.graph.post(path, json={})).status_code == 400
    with pytest.raises(ValueError, match="no category"):
        bench.sandbox.review(*NUDGE, correct_category="ALERT")


REVIEWED: dict[str, tuple[dict[str, Any], tuple[str, str, str]]] = {
    "plain words": (new(), ("APPROVED", "UTILITY", "NONE")),
    "a promise of money": (
        new(body("You have won a prize, {{1}}, in our lottery today.", "Ann")),
        ("REJECTED", "UTILITY", "SCAM"),
    ),
    "an insult": (
        new(body("Only idiots ignore the alert {{1}} of today.", "x")),
        ("REJECTED", "UTILITY", "ABUSIVE_CONTENT"),
    ),
    "another language": (
        new(body("Система {{1}} не отвечает уже час.", "db-7")),
        ("REJECTED", "UTILITY", "TAG_CONTENT_MISMATCH"),
    ),
    "the right language": (
        new(body("Система {{1}} не отвечает уже час.", "db-7"), language="ru"),
        ("APPROVED", "UTILITY", "NONE"),
    ),
    "little but variables": (
        new(body("Notification: {{1}}.", "x")), ("REJECTED", "UTILITY", "INVALID_FORMAT"),
    ),
    "few words": (new(body("News for you: {{1}}.", "x")), ("APPROVED", "MARKETING", "NONE")),
    "an offer": (
        new(body("There is a discount on {{1}} until tomorrow.", "x")), ("APPROVED", "MARKETING", "NONE"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REVIEWED)
async def test_reviewers_judge_by_the_words(bench: Bench, case: str) -> None:
    wanted, verdict = REVIEWED[case]
    await created(bench, wanted)
    await bench.pass_time(minutes=1)
    template = bench.account.templates["ops_new", wanted["language"]]
    assert (template.status, template.category, template.rejected_reason) == verdict
    news = told(bench)[0][1]
    assert news["event"] == verdict[0]
    assert ("rejection_info" in news) is (verdict[0] == "REJECTED")


async def test_what_is_approved_beyond_the_limit_of_an_account_says_so(bench: Bench) -> None:
    await created(bench, new())
    bench.sandbox.reviews = ReviewPolicy(most=3)
    await bench.pass_time(minutes=1)
    assert told(bench)[0][1]["event"] == "LIMIT_EXCEEDED"
    assert (await bench.template(name="ops_new", to=ANNA)).json()["error"]["code"] == 132001
