"""What is to be done at the account: nothing that nobody asked for, and nothing twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW, remind, rule, template_text
from tests.core.drafts import at_account, draft, drafts
from wa_notify.core.draft import TemplateDraft
from wa_notify.core.likeness import Difference, settled
from wa_notify.core.plan import (
    CREATIONS,
    Deed,
    History,
    Plan,
    Step,
    TemplateDeed,
    Verdict,
    deed_of,
    judged,
    missing_examples,
    needed_by,
    plan,
)
from wa_notify.core.rule import CheckIn, Notice, Rulebook
from wa_notify.core.template import ButtonShape, TemplateShape

HISTORY = History(now=NOW)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def deed(kind: Deed, ago: timedelta, **special: Any) -> TemplateDeed:
    ordinary: dict[str, Any] = {"name": "ops_alert", "language": "en", "deed": kind, "at": NOW - ago}
    return TemplateDeed(**(ordinary | special))


def only(made: TemplateDraft, *account: TemplateShape, **history: Any) -> Step:
    (step,) = plan([made], account, History(**{"now": NOW, **history})).steps
    return step


def test_what_the_account_lacks_is_added() -> None:
    step = only(draft())
    assert (step.verdict, step.name, step.language, step.why) == (Verdict.ADD, "ops_alert", "en", "")
    assert not step.reviews_again
    assert deed_of(step) is Deed.CREATED


def test_what_is_as_declared_stays_as_it_is() -> None:
    found = plan([draft()], [at_account(draft())], HISTORY)
    assert (found.in_order, found.to_do) == (True, ())
    assert only(draft(), at_account(draft(), status="PENDING")).verdict is Verdict.UNCHANGED


@given(drafts(), st.sampled_from(["APPROVED", "PENDING", "PAUSED"]))
def test_after_it_was_carried_out_there_is_nothing_to_do(made: TemplateDraft, status: str) -> None:
    account = replace(settled(made.shape), status=status, id="9001")
    assert plan([made], [account], HISTORY).in_order
    assert settled(account) == account, "what is settled stays so"


@given(drafts(), st.sampled_from(["body", "footer", "buttons", "ttl"]))
def test_whatever_differs_is_told_with_both_sides(made: TemplateDraft, part: str) -> None:
    other: dict[str, Any] = {
        "body": "Something else altogether.",
        "footer": "Another desk",
        "buttons": (ButtonShape(kind="QUICK_REPLY", text="Zzz"),),
        "ttl": 77,
    }
    if part == "ttl" and made.shape.ttl is None:
        made = replace(made, shape=replace(made.shape, ttl=60))
    step = only(made, at_account(made, **{part: other[part]}))
    assert step.verdict is Verdict.CHANGE
    assert [one.part for one in step.differences] == [part]
    (difference,) = step.differences
    assert difference.account != difference.declared


@pytest.mark.parametrize(
    ("declared", "account", "told"),
    [
        ({"header": "", "header_format": ""}, {}, ("header", "Alert: {{1}}", "")),
        ({"header": "", "header_format": "IMAGE"}, {}, ("header", "Alert: {{1}}", "[image]")),
        (
            {"header": "", "header_format": "IMAGE"},
            {"header": "", "header_format": "VIDEO"},
            ("header", "[video]", "[image]"),
        ),
        ({"ttl": 60}, {"ttl": None}, ("ttl", "30 d (2592000 s)", "1 min (60 s)")),
        (
            {"buttons": (ButtonShape(kind="PHONE_NUMBER", text="Call", target="+44 1"),)},
            {"buttons": ()},
            ("buttons", "", "[phone number Call → +441]"),
        ),
    ],
)
def test_a_difference_reads_as_people_would_say_it(
    declared: dict[str, Any], account: dict[str, Any], told: tuple[str, str, str]
) -> None:
    made = draft(**declared)
    base = draft() if not account else made
    step = only(made, replace(at_account(base), **account))
    wanted = Difference(part=told[0], account=told[1], declared=told[2])
    assert wanted in step.differences


@pytest.mark.parametrize(
    ("declared", "account"),
    [
        ({}, {"ttl": 1800}),  # nothing is declared of it
        ({"ttl": 2_592_000, "category": "MARKETING"}, {"ttl": None}),  # the platform's own
        ({"header": "", "header_format": "IMAGE"}, {}),
        ({"buttons": (ButtonShape(kind="COPY_CODE", text="", target="A"),)},
         {"buttons": (ButtonShape(kind="COPY_CODE", text="Copy offer code"),)}),
        ({"body": "A {{ 1 }} alert is open.\r\n"}, {"body": "A {{1}} alert is open."}),
    ],
)  # fmt: skip
def test_what_the_platform_writes_in_its_own_way_is_no_difference(
    declared: dict[str, Any], account: dict[str, Any]
) -> None:
    made = draft(**declared)
    assert only(made, replace(at_account(made), **account)).verdict is Verdict.UNCHANGED


def test_an_approved_template_that_changes_is_reviewed_again() -> None:
    made = draft(footer="Another desk")
    assert only(made, at_account(draft())).reviews_again
    assert not only(made, at_account(draft(), status="PAUSED")).reviews_again
    assert deed_of(only(made, at_account(draft()))) is Deed.EDITED


@pytest.mark.parametrize("status", ["PENDING", "IN_APPEAL", "DISABLED", "PENDING_DELETION"])
def test_what_cannot_be_edited_now_is_blocked(status: str) -> None:
    step = only(draft(footer="Another desk"), at_account(draft(), status=status))
    assert (step.verdict, step.until) == (Verdict.BLOCKED, None)
    assert status in step.why


def test_a_template_that_is_being_deleted_is_told_of() -> None:
    step = only(draft(), at_account(draft(), status="PENDING_DELETION"))
    assert (step.verdict, step.why) == (Verdict.BLOCKED, "The account is deleting it.")


def test_without_its_id_nothing_can_be_edited() -> None:
    assert only(draft(footer="X y"), at_account(draft(), id="")).verdict is Verdict.BLOCKED


def test_an_approved_template_is_edited_once_a_day() -> None:
    made, account = draft(footer="Another desk"), at_account(draft())
    lately = [deed(Deed.EDITED, HOUR), deed(Deed.EDITED, HOUR, language="de"), deed(Deed.CREATED, HOUR)]
    step = only(made, account, deeds=lately)
    assert (step.verdict, step.until) == (Verdict.BLOCKED, NOW + 23 * HOUR)
    assert only(made, at_account(draft(), status="REJECTED"), deeds=lately).verdict is Verdict.CHANGE
    assert only(made, account, deeds=[deed(Deed.EDITED, DAY)]).verdict is Verdict.CHANGE


def test_an_approved_template_is_edited_ten_times_in_thirty_days() -> None:
    made, account = draft(footer="Another desk"), at_account(draft())
    ten = [deed(Deed.EDITED, (2 * number + 2) * DAY) for number in range(10)]
    step = only(made, account, deeds=ten)
    assert (step.verdict, step.until) == (Verdict.BLOCKED, NOW + 10 * DAY)
    assert only(made, account, deeds=ten[:9]).verdict is Verdict.CHANGE
    assert only(made, account, deeds=[*ten[:9], deed(Deed.EDITED, 30 * DAY)]).verdict is Verdict.CHANGE


@pytest.mark.parametrize(("language", "verdict"), [("", "blocked"), ("en", "blocked"), ("de", "add")])
def test_the_name_of_what_was_deleted_is_blocked_for_thirty_days(language: str, verdict: str) -> None:
    step = only(draft(), deeds=[deed(Deed.DELETED, 29 * DAY, language=language)])
    assert step.verdict.value == verdict
    assert step.until == (NOW + DAY if verdict == "blocked" else None)
    assert only(draft(), deeds=[deed(Deed.DELETED, 30 * DAY, language=language)]).verdict is Verdict.ADD


def test_an_hour_takes_a_hundred_creations_and_the_others_wait() -> None:
    many = [draft(name=f"ops_{number}") for number in range(CREATIONS)]
    before = [deed(Deed.CREATED, HOUR, name="old"), deed(Deed.CREATED, HOUR / 2, name="newer")]
    found = plan([draft(), *many], [at_account(draft())], replace(HISTORY, deeds=before))
    assert len(found.having(Verdict.ADD)) == CREATIONS - 1
    (blocked,) = found.having(Verdict.BLOCKED)
    assert (blocked.name, blocked.until) == ("ops_99", NOW + HOUR / 2)
    fresh = plan([*many, draft()], [], HISTORY).having(Verdict.BLOCKED)
    assert [step.until for step in fresh] == [NOW + HOUR]


def test_nothing_is_handed_in_without_its_examples() -> None:
    bare = TemplateDraft(shape=draft().shape)
    step = only(bare)
    assert step.verdict is Verdict.BLOCKED
    for lacking in ("the header", "{{1}} of the body", "the link of 'Open alert'"):
        assert lacking in step.why
    assert only(bare, at_account(draft())).verdict is Verdict.UNCHANGED, "it is there already"
    assert only(bare, at_account(draft(footer="Another"))).verdict is Verdict.BLOCKED
    assert list(missing_examples(draft())) == []


def test_a_picture_needs_a_place_to_be_uploaded_to() -> None:
    picture = draft(header="", header_format="IMAGE")
    assert only(picture, can_upload=True).verdict is Verdict.ADD
    step = only(picture, can_upload=False)
    assert (step.verdict, "whatsapp.app_id" in step.why) == (Verdict.BLOCKED, True)
    assert only(draft(header="", header_format="LOCATION"), can_upload=False).verdict is Verdict.ADD


def test_what_was_rejected_says_why_and_is_handed_in_again_only_with_other_words() -> None:
    account = at_account(draft(), status="REJECTED", why_rejected="INVALID_FORMAT")
    step = only(draft(), account)
    assert (step.verdict, step.why) == (Verdict.REJECTED, "INVALID_FORMAT")
    assert only(draft(), replace(account, why_rejected="")).why == "No reason was given."
    assert only(draft(footer="Another desk"), account).verdict is Verdict.CHANGE
    other = only(draft(), replace(account, category="MARKETING"))
    assert other.differences == (Difference(part="category", account="marketing", declared="utility"),)


def test_another_category_than_declared_is_told_now_and_a_day_ahead() -> None:
    step = only(draft(), at_account(draft(), category="MARKETING"))
    assert (step.verdict, "MARKETING" in step.why) == (Verdict.DRIFTED, True)
    soon = only(draft(), at_account(draft(), upcoming_category="MARKETING"))
    assert (soon.verdict, "announces" in soon.why) == (Verdict.DRIFTED, True)
    back = only(draft(), at_account(draft(), upcoming_category="UTILITY"))
    assert back.verdict is Verdict.UNCHANGED
    changed = only(draft(footer="Another"), at_account(draft(), category=""))
    assert (changed.verdict, "unknown" in changed.why) == (Verdict.CHANGE, True)


def test_what_is_not_declared_stays_unless_it_is_named() -> None:
    old, new = at_account(draft(name="old")), at_account(draft(name="old", language="de"))
    found = plan([], [old, new], HISTORY)
    assert (found.in_order, found.others, found.left_over) == (True, 2, ())
    pruned = plan([], [old, new], HISTORY, prune=["old"])
    assert [(step.verdict, step.whole) for step in pruned.to_do] == [(Verdict.REMOVE, True)] * 2
    assert deed_of(pruned.to_do[0]) is Deed.DELETED
    assert pruned.others == 0


def test_one_language_is_deleted_beside_others_that_are_declared() -> None:
    german = at_account(draft(language="de"))
    found = plan([draft()], [at_account(draft()), german], HISTORY, prune=["ops_alert"], needed=["ops_alert"])
    (step,) = found.to_do
    assert (step.verdict, step.language, step.whole) == (Verdict.REMOVE, "de", False)


def test_what_a_rule_uses_and_what_is_disabled_is_not_deleted() -> None:
    (step,) = plan([], [at_account(draft())], HISTORY, prune=["ops_alert"], needed=["ops_alert"]).steps
    assert (step.verdict, step.why) == (Verdict.BLOCKED, "The configuration still uses it.")
    (step,) = plan([], [at_account(draft(), status="DISABLED")], HISTORY, prune=["ops_alert"]).steps
    assert step.verdict is Verdict.BLOCKED
    gone = plan([], [at_account(draft(), status="PENDING_DELETION")], HISTORY, prune=["ops_alert"])
    assert gone == Plan(steps=())


def test_what_we_created_and_declare_no_more_is_told_of() -> None:
    old = at_account(draft(name="old"))
    found = plan(
        [], [old, at_account(draft())], replace(HISTORY, deeds=[deed(Deed.CREATED, DAY, name="old")])
    )
    assert (found.left_over, found.others) == ((old,), 1)


def test_whoever_uses_a_template_is_named_once() -> None:
    alert, other = template_text(), template_text(name="ops_other")
    book = Rulebook(
        rules=(rule(updated=template_text()), rule(name="slow", remind=remind(), resolved=other)),
        digest=other,
        nudge=template_text(name="ops_nudge", spares=(template_text(name="ops_spare"),)),
        check_ins={"primary": CheckIn(template=alert, wait=HOUR)},
        notice=Notice(receiver="oncall", template=template_text(name="ops_notice")),
    )
    assert needed_by(book) == {
        "ops_alert": ("disk", "slow", "primary"),
        "ops_reminder": ("slow",),
        "ops_other": ("slow", "digest"),
        "ops_nudge": ("nudge",),
        "ops_spare": ("nudge",),
        "ops_notice": ("admins",),
    }
    assert needed_by(Rulebook(notice=Notice(receiver="oncall"))) == {}


@pytest.mark.parametrize(
    ("special", "well", "said"),
    [
        ({}, True, "approved"),
        ({"status": "PENDING"}, True, "handed in, and in review"),
        ({"status": "PAUSED"}, True, "paused"),
        ({"status": "REJECTED", "why_rejected": "SCAM"}, False, "rejected: SCAM"),
        ({"status": "REJECTED"}, False, "rejected: no reason was given"),
        ({"category": "MARKETING"}, False, "approved as MARKETING, not as UTILITY"),
    ],
)
def test_what_the_account_made_of_it_is_said_in_words(special: dict[str, Any], well: bool, said: str) -> None:
    assert judged(at_account(draft(), **special), "UTILITY") == (well, said)
