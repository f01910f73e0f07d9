"""What notifications mean for messages, word by word."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wa_notify.core.condition import Effect, Recovery, Scope, Sign
from wa_notify.whatsapp.news import read_news
from wa_notify.whatsapp.signs import STATES

NAMES = {"message_template_name": "ops_alert", "message_template_language": "en"}
STATUS, QUALITY = "message_template_status_update", "message_template_quality_update"
CATEGORY = "template_category_update"


def signs(field: str, **value: Any) -> tuple[Sign, ...]:
    names = NAMES if "template" in field else {}
    news = read_news(field, {**names, **value})
    found: tuple[Sign, ...] = getattr(news, "signs", ())
    return found


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_in_which_a_template_cannot_be_sent_blocks_it_until_its_state_changes(state: str) -> None:
    (sign,) = signs(STATUS, event=state, reason=None)
    assert (sign.scope, sign.subject, sign.effect) == (Scope.TEMPLATE, "ops_alert/en", Effect.BLOCKS)
    assert (sign.recovery, sign.over) == (Recovery.STATE, False)
    assert sign.tells is (state not in ("PENDING", "IN_APPEAL"))


@pytest.mark.parametrize("state", ["APPROVED", "REINSTATED", "UNARCHIVED"])
def test_a_template_that_is_back_ends_all_that_blocked_it(state: str) -> None:
    (sign,) = signs(STATUS, event=state)
    assert (sign.over, sign.cause, sign.effect) == (True, "", Effect.BLOCKS)


@pytest.mark.parametrize("state", ["FLAGGED", "SOMETHING_NEW"])
def test_other_states_mean_nothing_here(state: str) -> None:
    assert signs(STATUS, event=state) == ()


@pytest.mark.parametrize(
    ("title", "hours"), [("FIRST_PAUSE", 3), ("SECOND_PAUSE", 6), ("RATE_LIMITING_PAUSE", None)]
)
def test_a_pause_names_its_expected_end(title: str, hours: int | None) -> None:
    info = {"title": title, "description": "Low quality."}
    (sign,) = signs(STATUS, event="PAUSED", reason="NONE", other_info=info)
    assert sign.lasts == (timedelta(hours=hours) if hours else None)
    assert sign.what == "The template is paused: Low quality"


def test_a_rejection_says_why_and_what_to_do() -> None:
    info = {"reason": "Variables are not in order.", "recommendation": "Number them from 1."}
    (sign,) = signs(STATUS, event="REJECTED", reason="INVALID_FORMAT", rejection_info=info)
    assert sign.what == "The template is rejected: Variables are not in order"
    assert sign.advice == "Number them from 1."
    (bare,) = signs(STATUS, event="REJECTED", reason="SCAM")
    assert bare.what == "The template is rejected: SCAM"


@pytest.mark.parametrize(
    ("value", "announced", "done"),
    [
        ({"new_category": "UTILITY", "correct_category": "MARKETING"}, True, False),
        ({"previous_category": "UTILITY", "new_category": "MARKETING"}, False, True),
        ({"previous_category": "MARKETING", "new_category": "UTILITY"}, False, False),
    ],
)
def test_marketing_is_announced_comes_and_goes(value: dict[str, str], announced: bool, done: bool) -> None:
    coming, there = signs(CATEGORY, **value)
    assert (not coming.over, not there.over) == (announced, done)


@pytest.mark.parametrize(("score", "over"), [("RED", False), ("YELLOW", True), ("GREEN", True)])
def test_only_red_is_a_warning(score: str, over: bool) -> None:
    (sign,) = signs(QUALITY, new_quality_score=score)
    assert (sign.effect, sign.over) == (Effect.WARNS, over)


def test_a_restriction_says_what_is_forbidden_and_until_when() -> None:
    info = [
        {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1795600000},
        {"restriction_type": "RESTRICTED_UTILITY_TEMPLATES", "expiration": "soon"},
        {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION"},
    ]
    begin, utility, numbers = signs("account_update", event="ACCOUNT_RESTRICTION", restriction_info=info)
    assert (begin.effect, begin.recovery) == (Effect.NO_TEMPLATES, Recovery.TIME)
    assert begin.until == datetime.fromtimestamp(1795600000, UTC)
    assert (utility.effect, utility.until, utility.recovery) == (Effect.NO_TEMPLATES, None, Recovery.NEWS)
    assert numbers.effect is Effect.WARNS


@pytest.mark.parametrize(
    ("event", "effect", "over"),
    [
        ("ACCOUNT_DELETED", Effect.BLOCKS, False),
        ("ACCOUNT_OFFBOARDED", Effect.BLOCKS, False),
        ("ACCOUNT_RECONNECTED", Effect.WARNS, True),
    ],
)
def test_an_account_that_leaves_the_app_blocks_until_it_is_back(
    event: str, effect: Effect, over: bool
) -> None:
    (sign,) = signs("account_update", event=event)
    assert (sign.cause, sign.effect, sign.over) == ("offboarded", effect, over)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account_update", {"event": "VOLUME_BASED_PRICING_TIER_UPDATE"}),
        ("account_update", {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "NEW"}}),
        ("account_alerts", {"alert_info": {"alert_severity": "INFORMATIONAL", "alert_type": "X"}}),
        ("phone_number_quality_update", {"event": "THROUGHPUT_UPGRADE"}),
        ("security", {"event": "NEW"}),
        ("business_capability_update", {"max_daily_conversations_per_business": 2000}),
        ("message_template_components_update", {"message_template_element": "A body."}),
    ],
)
def test_news_without_a_meaning_for_messages_are_no_sign(field: str, value: dict[str, Any]) -> None:
    assert signs(field, **value) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (STATUS, {"event": "PAUSED", "other_info": "odd"}),
        ("account_update", {"event": "DISABLED_UPDATE", "ban_info": 7}),
    ],
)
def test_odd_particulars_lose_no_news(field: str, value: dict[str, Any]) -> None:
    names = NAMES if "template" in field else {}
    news = read_news(field, {**names, **value})
    assert (getattr(news, "signs", None), getattr(news, "kind", "")) == ((), field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account_review_update", {"decision": "APPROVED"}),
        ("phone_number_name_update", {"decision": "APPROVED"}),
        ("phone_number_quality_update", {"event": "UNFLAGGED"}),
    ],
)
def test_good_news_end_what_the_bad_ones_began(field: str, value: dict[str, Any]) -> None:
    (sign,) = signs(field, **value)
    assert sign.over
