"""The life of one message: what each answer and each status does to it, in whatever order they come."""

from dataclasses import replace
from datetime import timedelta, timezone
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import MOMENT, NOW, failure, item
from wa_notify.core.condition import Consequence, Effect, Scope
from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.message import Accepted, Form, NoAnswer, Remedy
from wa_notify.core.outbox import (
    CLAIMABLE,
    FAILABLE,
    LEASE,
    MAY_HAVE_ARRIVED,
    SPOKEN,
    WAITING,
    WANTED,
    Item,
    ItemState,
    Occasion,
    idempotency_key,
)
from wa_notify.core.progress import (
    AFTER_FAILURE,
    GRACE,
    REFUSED_TEXTS,
    accepted,
    claimed,
    deferred,
    failed,
    lost,
    reached_by,
    reported,
    stopped,
    unanswered,
)
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.ticket import TicketState

SOON = NOW + timedelta(seconds=1)
LATER = NOW + timedelta(minutes=1)
TOOK = Accepted(wamid="wamid.1")
TIMED_OUT = NoAnswer(why="timed out")
NO_CONNECTION = NoAnswer(why="no route", left=False)
HERE = ItemState  # short, for the tables


def sending(**special: Any) -> Item:
    """On its way for the first time, as a template unless it is said otherwise."""
    first = replace(claimed(item(), NOW), form=Form.TEMPLATE, reason=Reason.WINDOW_CLOSED)
    return replace(first, **special)


def in_state(state: ItemState) -> Item:
    return sending(state=state, lease_until=NOW + LEASE if state is HERE.SENDING else None)


# Which states an item may be in for what. Written out, so that a changed group is a changed promise.


def test_every_state_is_in_the_groups_where_it_belongs() -> None:
    groups = {"waiting": WAITING, "claimable": CLAIMABLE, "failable": FAILABLE, "arrived": MAY_HAVE_ARRIVED}
    assert {state: {name for name, group in groups.items() if state in group} for state in ItemState} == {
        HERE.PENDING: {"waiting", "claimable"},
        HERE.HELD: {"waiting"},
        HERE.SENDING: {"failable", "arrived"},
        HERE.UNCERTAIN: {"waiting", "claimable", "failable", "arrived"},
        HERE.REFUSED: set(),
        HERE.CANCELLED: set(),
        HERE.ACCEPTED: {"failable", "arrived"},
        HERE.SENT: {"failable", "arrived"},
        HERE.DELIVERED: {"arrived"},
        HERE.READ: {"arrived"},
        HERE.FAILED: set(),
    }


@pytest.mark.parametrize(
    ("occasion", "states"),
    [
        (Occasion.OPENED, "open"),
        (Occasion.UPDATED, "open acknowledged"),
        (Occasion.REPEATED, "open"),
        (Occasion.REMINDER, "open"),
        (Occasion.ESCALATED, "open"),
        (Occasion.COMMENT, "open acknowledged"),
        (Occasion.ASSIGNED, "acknowledged"),
        (Occasion.LATE, "always"),
        (Occasion.DETAILS, "open acknowledged"),
        (Occasion.RESOLVED, "resolved"),
        (Occasion.CONFIRMATION, "always"),
        (Occasion.MESSAGE, "always"),
        (Occasion.NUDGE, "always"),
        (Occasion.DIGEST, "always"),
        (Occasion.BUNDLE, "always"),
        (Occasion.CHECK_IN, "always"),
        (Occasion.CANARY, "always"),
        (Occasion.INVITE, "always"),
        (Occasion.NOTICE, "always"),
        (Occasion.SILENCED, "always"),
        (Occasion.UNSILENCED, "always"),
    ],
)
def test_what_is_wanted_depends_on_the_ticket(occasion: Occasion, states: str) -> None:
    wanted = WANTED.get(occasion)
    assert wanted == (None if states == "always" else {TicketState(state) for state in states.split()})


def test_every_occasion_is_judged_above() -> None:
    assert len(Occasion) == 21


def test_the_timeline_calls_every_occasion_by_a_name_of_its_own() -> None:
    assert item(occasion=Occasion.REMINDER, recipient_id="bob").spoken == "The reminder to bob"
    assert set(SPOKEN) == set(Occasion)
    assert len(set(SPOKEN.values())) == len(Occasion)


# Names that make a second try harmless.


def test_a_key_tells_every_intent_from_every_other() -> None:
    people = ("alice", "alice/bob", "1")
    intents = list(product((1, 11), (1, 11), Occasion, people, (0, 1, 2)))
    assert len({idempotency_key(*intent) for intent in intents}) == len(intents)


def test_a_key_is_stored_and_therefore_never_changes() -> None:
    assert idempotency_key(12, 1, Occasion.OPENED, "alice") == "12.1/opened/alice"
    assert idempotency_key(12, 1, Occasion.REMINDER, "alice", 2) == "12.1/reminder-2/alice"


def test_the_callback_data_names_the_item_and_the_try_and_bears_the_mark_of_the_database() -> None:
    first, second = claimed(item(), NOW), claimed(claimed(item(), NOW), NOW)
    assert first.callback_data.split(".")[:2] == ["7", "1"]
    assert second.callback_data.split(".")[:2] == ["7", "2"]
    marks = {
        made.callback_data.split(".")[2]
        for made in (first, second, replace(first, state=HERE.FAILED, due_at=LATER))
    }
    assert len(marks) == 1
    elsewhere = replace(first, created_at=NOW + MOMENT)
    assert elsewhere.callback_data != first.callback_data


def test_the_callback_data_is_the_same_in_whatever_time_zone_the_instant_is_told() -> None:
    elsewhere = item(created_at=NOW.astimezone(timezone(timedelta(hours=2))))
    assert elsewhere == item()
    assert elsewhere.callback_data == item().callback_data


# One step at a time.


@pytest.mark.parametrize("state", CLAIMABLE)
def test_a_claim_counts_the_try_before_anything_leaves(state: ItemState) -> None:
    after = claimed(item(state=state, attempts=2), NOW)
    assert (after.state, after.attempts, after.claimed_at) == (HERE.SENDING, 3, NOW)
    assert after.lease_until == NOW + timedelta(seconds=60)


@pytest.mark.parametrize("state", [HERE.REFUSED, HERE.CANCELLED, HERE.HELD])
def test_what_is_stopped_says_why_and_is_nobodys_any_more(state: ItemState) -> None:
    after = stopped(sending(), state, Reason.OPTED_OUT)
    assert (after.state, after.reason, after.lease_until) == (state, Reason.OPTED_OUT, None)


def test_what_is_deferred_leaves_later_and_says_why() -> None:
    after = deferred(sending(), LATER, Reason.RETRY_LATER)
    assert (after.state, after.due_at, after.reason) == (HERE.PENDING, LATER, Reason.RETRY_LATER)
    assert after.lease_until is None


def test_an_accepted_message_has_its_id_and_no_lease() -> None:
    after = accepted(sending(), TOOK, SOON)
    assert (after.state, after.wamid, after.status_at) == (HERE.ACCEPTED, "wamid.1", SOON)
    assert (after.lease_until, after.reason) == (None, Reason.WINDOW_CLOSED)


def test_a_message_that_the_platform_holds_says_so() -> None:
    after = accepted(sending(), replace(TOOK, held=True), SOON)
    assert (after.state, after.reason) == (HERE.ACCEPTED, Reason.HELD_BY_PLATFORM)


def test_a_lost_answer_waits_for_a_status_before_the_next_try() -> None:
    after = unanswered(sending(), TIMED_OUT, NOW, 0.5)
    assert (after.state, after.due_at, after.reason) == (
        HERE.UNCERTAIN,
        NOW + timedelta(seconds=30),
        Reason.ANSWER_LOST,
    )
    assert after.lease_until is None
    assert after == lost(sending(), NOW)


def test_what_never_left_is_tried_again_without_a_grace_period() -> None:
    after = unanswered(sending(), NO_CONNECTION, NOW, 0.5)
    assert (after.state, after.due_at, after.reason) == (
        HERE.PENDING,
        NOW + timedelta(seconds=2.2),
        Reason.RETRY_LATER,
    )
    assert after.lease_until is None


@pytest.mark.parametrize("state", sorted(set(ItemState) - {HERE.SENDING}))
@pytest.mark.parametrize("outcome", [TIMED_OUT, NO_CONNECTION])
def test_a_missing_answer_changes_nothing_once_a_status_has_told_us(
    state: ItemState, outcome: NoAnswer
) -> None:
    assert unanswered(in_state(state), outcome, LATER, 0.5) == in_state(state)


def test_the_grace_period_is_shorter_than_the_lease() -> None:
    assert timedelta(0) < GRACE < LEASE


# Failures.


@pytest.mark.parametrize(
    ("remedy", "form", "state", "reason"),
    [
        (Remedy.RETRY, Form.TEMPLATE, HERE.PENDING, Reason.RETRY_LATER),
        (Remedy.SLOW, Form.TEMPLATE, HERE.PENDING, Reason.SLOWED_DOWN),
        (Remedy.ADMIN, Form.TEMPLATE, HERE.PENDING, Reason.ACCOUNT_BLOCKED),
        (Remedy.CHANNEL, Form.TEMPLATE, HERE.FAILED, Reason.UNREACHABLE_ON_WHATSAPP),
        (Remedy.SPARE, Form.TEMPLATE, HERE.FAILED, Reason.TEMPLATE_UNUSABLE),
        (Remedy.FIX, Form.TEMPLATE, HERE.FAILED, Reason.REQUEST_WRONG),
        (Remedy.TEMPLATE, Form.TEMPLATE, HERE.FAILED, Reason.WINDOW_CLOSED),
        (Remedy.RETRY, Form.FREE_FORM, HERE.PENDING, Reason.RETRY_LATER),
        (Remedy.CHANNEL, Form.FREE_FORM, HERE.FAILED, Reason.UNREACHABLE_ON_WHATSAPP),
        (Remedy.TEMPLATE, Form.FREE_FORM, HERE.PENDING, Reason.WINDOW_CLOSED_BY_PLATFORM),
    ],
)
def test_each_refusal_has_its_remedy(remedy: Remedy, form: Form, state: ItemState, reason: Reason) -> None:
    after = failed(sending(form=form), failure(remedy, code=131000), SOON, 0.5)
    assert (after.state, after.reason, after.lease_until) == (state, reason, None)
    assert (after.failure_code, after.status_at) == (131000, SOON)
    assert (after.due_at > SOON) is (state is HERE.PENDING and remedy is not Remedy.TEMPLATE)


OF_TEMPLATE = Consequence(scope=Scope.TEMPLATE, effect=Effect.BLOCKS)


def test_a_refused_template_is_decided_anew_at_once_so_that_a_spare_may_leave() -> None:
    paused = failure(Remedy.SPARE, code=132015, consequence=OF_TEMPLATE)
    after = failed(sending(form=Form.TEMPLATE), paused, SOON, 0.5)
    assert (after.state, after.reason, after.due_at) == (HERE.PENDING, Reason.TEMPLATE_UNUSABLE, SOON)
    assert failed(sending(form=Form.FREE_FORM), paused, SOON, 0.5).state is HERE.FAILED


@pytest.mark.parametrize("code", REFUSED_TEXTS)
def test_refused_words_leave_once_more_and_no_more_than_once(code: int) -> None:
    refused = failure(Remedy.FIX, code=code)
    again = failed(sending(form=Form.TEMPLATE), refused, SOON, 0.5)
    assert (again.state, again.reason, again.due_at) == (HERE.PENDING, Reason.SAID_SHORTER, SOON)
    shorter = replace(claimed(again, SOON), form=Form.TEMPLATE)
    ended = failed(shorter, refused, SOON, 0.5)
    assert (ended.state, ended.reason) == (HERE.FAILED, Reason.REQUEST_WRONG)


def test_every_remedy_has_a_reason() -> None:
    assert set(AFTER_FAILURE) == set(Remedy)


def test_free_form_text_that_came_too_late_becomes_a_template_at_once() -> None:
    after = failed(sending(form=Form.FREE_FORM, attempts=500), failure(Remedy.TEMPLATE), SOON, 0.5)
    assert (after.state, after.due_at) == (HERE.PENDING, SOON)


@pytest.mark.parametrize("remedy", [Remedy.RETRY, Remedy.SLOW, Remedy.ADMIN])
def test_it_is_tried_until_its_expiry_however_often_that_is(remedy: Remedy) -> None:
    after = failed(sending(attempts=10_000), failure(remedy), SOON, 0.5)
    assert (after.state, after.expires_at) == (HERE.PENDING, sending().expires_at)


@pytest.mark.parametrize("remedy", sorted(set(Remedy) - {Remedy.RETRY, Remedy.SLOW, Remedy.ADMIN}))
def test_what_has_failed_for_good_does_not_promise_another_try(remedy: Remedy) -> None:
    after = failed(sending(), failure(remedy), SOON, 0.5)
    assert after.reason is not None
    assert "tried again" not in SENTENCES[after.reason]


def test_a_template_that_failed_for_good_does_not_promise_a_template() -> None:
    after = failed(sending(form=Form.TEMPLATE), failure(Remedy.TEMPLATE), SOON, 0.5)
    assert after.reason is not None
    assert "goes out" not in SENTENCES[after.reason]


def test_tries_that_never_left_do_not_use_up_the_tries_that_count() -> None:
    waiting = item()
    for _ in range(100):
        waiting = unanswered(claimed(waiting, NOW), NO_CONNECTION, NOW, 0.5)
    first_refusal = failed(claimed(waiting, NOW), failure(Remedy.RETRY), NOW, 0.5)
    assert first_refusal.state is HERE.PENDING


def test_a_refused_second_try_does_not_take_back_that_the_first_one_arrived() -> None:
    second = claimed(lost(sending(), NOW), LATER)
    for proof, remedy in product((DeliveryStatus.DELIVERED, DeliveryStatus.READ), Remedy):
        arrived = reported(second, proof, "wamid.1", LATER)
        assert failed(arrived, failure(remedy), LATER + MOMENT, 0.5).state is ItemState(proof), remedy


# Statuses.


@pytest.mark.parametrize(
    ("before", "told", "after"),
    [
        (HERE.SENDING, DeliveryStatus.SENT, HERE.SENT),
        (HERE.SENDING, DeliveryStatus.READ, HERE.READ),
        (HERE.UNCERTAIN, DeliveryStatus.SENT, HERE.SENT),
        (HERE.UNCERTAIN, DeliveryStatus.DELIVERED, HERE.DELIVERED),
        (HERE.ACCEPTED, DeliveryStatus.SENT, HERE.SENT),
        (HERE.SENT, DeliveryStatus.SENT, HERE.SENT),
        (HERE.SENT, DeliveryStatus.DELIVERED, HERE.DELIVERED),
        (HERE.DELIVERED, DeliveryStatus.SENT, HERE.DELIVERED),
        (HERE.READ, DeliveryStatus.DELIVERED, HERE.READ),
        (HERE.FAILED, DeliveryStatus.SENT, HERE.FAILED),
        (HERE.FAILED, DeliveryStatus.DELIVERED, HERE.DELIVERED),
        (HERE.PENDING, DeliveryStatus.DELIVERED, HERE.DELIVERED),
        (HERE.HELD, DeliveryStatus.READ, HERE.READ),
        (HERE.CANCELLED, DeliveryStatus.DELIVERED, HERE.DELIVERED),
        (HERE.REFUSED, DeliveryStatus.DELIVERED, HERE.DELIVERED),
    ],
)
def test_a_status_only_lifts(before: ItemState, told: DeliveryStatus, after: ItemState) -> None:
    known = in_state(before)
    result = reported(known, told, "wamid.2", SOON)
    assert result.state is after
    if after is before:
        assert result == replace(known, delivered_at=result.delivered_at)
    else:
        assert (result.wamid, result.status_at, result.lease_until) == ("wamid.2", SOON, None)


def test_it_was_delivered_when_the_earliest_word_of_it_says() -> None:
    sent = in_state(HERE.SENT)
    assert reported(sent, DeliveryStatus.SENT, "wamid.1", NOW).delivered_at is None
    delivered = reported(sent, DeliveryStatus.DELIVERED, "wamid.1", SOON)
    assert delivered.delivered_at == SOON
    assert reported(delivered, DeliveryStatus.DELIVERED, "wamid.1", LATER) is delivered
    read = reported(delivered, DeliveryStatus.READ, "wamid.1", LATER)
    assert (read.state, read.delivered_at, read.status_at) == (HERE.READ, SOON, LATER)
    at_once = reported(sent, DeliveryStatus.READ, "wamid.1", LATER)
    assert at_once.delivered_at == LATER
    late_word = reported(at_once, DeliveryStatus.DELIVERED, "wamid.1", SOON)
    assert (late_word.state, late_word.delivered_at, late_word.status_at) == (HERE.READ, SOON, LATER)


@pytest.mark.parametrize("state", ItemState)
def test_only_the_platforms_own_words_say_how_far_it_got(state: ItemState) -> None:
    words = {status.value for status in DeliveryStatus}
    assert reached_by(item(state=state)) == (DeliveryStatus(state.value) if state.value in words else None)


def test_a_status_may_come_before_the_answer() -> None:
    ahead = reported(sending(), DeliveryStatus.DELIVERED, "wamid.1", SOON)
    after = accepted(ahead, TOOK, LATER)
    assert (after.state, after.wamid, after.status_at) == (HERE.DELIVERED, "wamid.1", SOON)


def test_a_failure_may_come_before_the_answer() -> None:
    ahead = failed(sending(), failure(Remedy.CHANNEL), SOON, 0.5)
    after = accepted(ahead, TOOK, LATER)
    assert (after.state, after.wamid) == (HERE.FAILED, "wamid.1")
    assert (after.reason, after.status_at) == (Reason.UNREACHABLE_ON_WHATSAPP, SOON)


@pytest.mark.parametrize("remedy", [Remedy.RETRY, Remedy.TEMPLATE])
def test_a_failure_before_the_answer_that_is_planned_anew_stays_planned(remedy: Remedy) -> None:
    ahead = failed(sending(form=Form.FREE_FORM), failure(remedy), SOON, 0.5)
    after = accepted(ahead, TOOK, LATER)
    assert after == replace(ahead, wamid="wamid.1")
    assert after.state is HERE.PENDING


def test_a_failure_before_the_answer_that_is_held_stays_held() -> None:
    ahead = stopped(sending(), HERE.HELD, Reason.WAITING_FOR_REPLY)
    assert accepted(ahead, TOOK, LATER) == replace(ahead, wamid="wamid.1")


def test_a_late_answer_does_not_say_held_of_what_has_arrived() -> None:
    ahead = reported(sending(), DeliveryStatus.DELIVERED, "wamid.1", SOON)
    assert accepted(ahead, replace(TOOK, held=True), LATER).reason is not Reason.HELD_BY_PLATFORM


def test_a_late_answer_does_not_hide_why_it_failed() -> None:
    ahead = failed(sending(), failure(Remedy.CHANNEL), SOON, 0.5)
    assert accepted(ahead, replace(TOOK, held=True), LATER).reason is Reason.UNREACHABLE_ON_WHATSAPP


def test_a_late_answer_ends_the_uncertainty() -> None:
    after = accepted(lost(sending(), NOW), TOOK, LATER)
    assert (after.state, after.wamid) == (HERE.ACCEPTED, "wamid.1")


def test_nothing_says_that_the_answer_was_lost_once_it_is_found() -> None:
    in_doubt = lost(sending(), NOW)
    assert accepted(in_doubt, TOOK, LATER).reason is not Reason.ANSWER_LOST
    assert reported(in_doubt, DeliveryStatus.SENT, "wamid.1", LATER).reason is not Reason.ANSWER_LOST


def test_a_status_explains_a_lost_answer_so_that_nothing_is_sent_again() -> None:
    found = reported(lost(sending(), NOW), DeliveryStatus.SENT, "wamid.1", SOON)
    assert found.state is HERE.SENT
    assert found.state not in CLAIMABLE


def test_a_sent_that_is_told_after_the_failure_does_not_cancel_the_second_try() -> None:
    first = accepted(sending(), TOOK, NOW)
    planned = failed(first, failure(Remedy.RETRY), SOON, 0.5)
    assert reported(planned, DeliveryStatus.SENT, "wamid.1", LATER).state is HERE.PENDING


def test_a_sent_that_is_told_after_the_failure_does_not_let_go_of_text_that_is_held() -> None:
    first = accepted(sending(form=Form.FREE_FORM), TOOK, NOW)
    planned = failed(first, failure(Remedy.TEMPLATE), SOON, 0.5)
    held = stopped(claimed(planned, SOON), HERE.HELD, Reason.WAITING_FOR_REPLY)
    assert reported(held, DeliveryStatus.SENT, "wamid.1", LATER).state is HERE.HELD


def test_a_second_try_is_dated_by_itself_and_not_by_the_failure_of_the_first() -> None:
    again = claimed(failed(sending(), failure(Remedy.RETRY), SOON, 0.5), LATER)
    assert accepted(again, TOOK, LATER).status_at == LATER


def test_what_arrived_after_all_does_not_say_that_it_cannot() -> None:
    arrived = reported(
        failed(sending(), failure(Remedy.CHANNEL), SOON, 0.5), DeliveryStatus.DELIVERED, "wamid.1", LATER
    )
    assert arrived.state is HERE.DELIVERED
    assert arrived.reason is not Reason.UNREACHABLE_ON_WHATSAPP


arriving = st.sampled_from([DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ])


@given(st.lists(arriving, min_size=1, max_size=5), st.integers(0, 5))
def test_answer_and_statuses_end_alike_in_every_order(
    reports: list[DeliveryStatus], answer_comes: int
) -> None:
    known = sending()
    for number, status in enumerate(reports):
        if number == answer_comes:
            known = accepted(known, TOOK, NOW)
        known = reported(known, status, "wamid.1", NOW)
    if answer_comes >= len(reports):
        known = accepted(known, TOOK, NOW)
    furthest = max(reports, key=[DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ].index)
    assert known.state.value == furthest.value
    assert (known.wamid, known.lease_until) == ("wamid.1", None)
