"""The timers of a ticket."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.builders import NOW, remind, rule, ticket
from wa_notify.core.rule import Receiver, Step
from wa_notify.core.timers import answered, asked, escalated, heard_of, repeated

MINUTE = timedelta(minutes=1)
STEPS = Receiver(
    to=("alice",), escalate=(Step(after=10 * MINUTE, to=("bob",)), Step(after=20 * MINUTE, to=()))
)
NOBODY_ELSE = Receiver(to=("alice",))


def test_asking_starts_reminders_escalation_and_repeats_together() -> None:
    after = asked(ticket(), rule(remind=remind(), repeat_interval=MINUTE), STEPS, NOW)
    assert (after.asked_at, after.remind_at) == (NOW, NOW + remind().after)
    assert (after.escalate_at, after.repeat_at) == (NOW + 10 * MINUTE, NOW + MINUTE)


def test_asking_anew_forgets_the_timers_of_the_first_time() -> None:
    after = asked(ticket(escalate_at=NOW, repeat_at=NOW, remind_at=NOW), rule(remind=None), NOBODY_ELSE, NOW)
    assert after.next_at is None


def test_each_step_is_counted_from_the_asking_and_the_last_has_none_after_it() -> None:
    first = escalated(asked(ticket(), rule(), STEPS, NOW), STEPS)
    assert (first.escalations, first.escalate_at) == (1, NOW + 20 * MINUTE)
    second = escalated(first, STEPS)
    assert (second.escalations, second.escalate_at) == (2, None)


def test_a_repeat_counts_and_plans_the_next_from_now() -> None:
    after = repeated(ticket(), rule(repeat_interval=MINUTE), NOW)
    assert (after.repeats, after.repeat_at) == (1, NOW + MINUTE)
    assert repeated(after, rule(), NOW).repeat_at is None


def test_a_word_of_the_source_keeps_a_ticket_alive() -> None:
    assert heard_of(ticket(), rule(expire=MINUTE), NOW).expires_at == NOW + MINUTE
    assert heard_of(ticket(expires_at=NOW), rule(), NOW).expires_at is None


@pytest.mark.parametrize(
    ("severity", "minutes"), [("critical", 5), ("warning", 60), ("", 60)], ids=["named", "other", "none"]
)
def test_an_answer_lasts_as_long_as_its_severity_says(severity: str, minutes: int) -> None:
    lasting = rule(answer_lasts={"critical": 5 * MINUTE, "": 60 * MINUTE})
    after = answered(ticket(severity=severity), lasting, NOW)
    assert after.release_at == NOW + minutes * MINUTE


def test_without_a_word_about_it_an_answer_lasts_for_good() -> None:
    for silent in (rule(), rule(answer_lasts={"critical": MINUTE}), None):
        assert answered(replace(ticket(), release_at=NOW), silent, NOW).release_at is None
