"""Quality: how people take a template, seen before the platform pauses it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.outbox import ItemState
from wa_notify.core.quality import (
    THRESHOLDS,
    Judgement,
    Measure,
    Objection,
    Sent,
    Subject,
    Tally,
    Verdict,
    eased,
    judge,
    tally,
)
from wa_notify.core.rule import Remind, TemplateText

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GRAVITY = list(Verdict)


def sent(who: str, state: ItemState = ItemState.DELIVERED, ago: timedelta = HOUR, code: int = 0) -> Sent:
    return Sent(recipient_id=who, rule="disk", state=state, failure_code=code or None, claimed_at=NOW - ago)


def verdict(counted: Tally, *words: str) -> tuple[Verdict, Measure | None]:
    judgement = judge(Subject.TEMPLATE, "ops", counted, words)
    return judgement.verdict, judgement.measure


def test_what_became_of_messages_is_counted() -> None:
    counted = tally(
        [
            sent("alice", ItemState.READ),
            sent("alice", ItemState.DELIVERED, ago=2 * DAY),
            sent("bob", ItemState.DELIVERED, ago=2 * DAY),
            sent("carol", ItemState.FAILED, code=131026),
            sent("dan", ItemState.FAILED, code=131042),
            sent("dan", ItemState.SENT),
        ],
        [],
        NOW,
    )
    assert counted == Tally(
        left=6, delivered=3, read=1, failed=2, people=4, unwanted=1, readable=1, unread=1
    )  # bob never shows what he reads, so he counts for nothing there


def test_a_stop_counts_for_the_messages_of_the_day_before_it_and_once_for_each_person() -> None:
    sends = [sent("alice", ago=30 * HOUR), sent("bob"), sent("bob", ago=2 * HOUR), sent("carol", ago=HOUR)]
    stops = [
        Objection(recipient_id="alice", at=NOW - 5 * HOUR),  # a day and an hour later
        Objection(recipient_id="bob", at=NOW),
        Objection(recipient_id="bob", at=NOW - 3 * HOUR),
        Objection(recipient_id="carol", at=NOW - 2 * HOUR),  # before it
        Objection(recipient_id="eve", at=NOW),
    ]
    assert tally(sends, stops, NOW).stopped == 1


def test_whom_nothing_reaches_is_lost_after_several_messages_and_a_day() -> None:
    under_way = [sent("bob", ItemState.SENT, ago=2 * DAY) for _ in range(3)]
    assert tally(under_way, [], NOW).lost == 1
    assert tally(under_way[:2], [], NOW).lost == 0
    assert tally([*under_way, sent("bob")], [], NOW).lost == 0
    assert tally([replace(one, claimed_at=NOW - HOUR) for one in under_way], [], NOW).lost == 0


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (Tally(), (Verdict.GREEN, None)),
        (Tally(people=3, stopped=1), (Verdict.GREEN, None)),  # one person alone slows nobody
        (Tally(people=3, stopped=2), (Verdict.SLOW, Measure.STOPPED)),
        (Tally(people=100, stopped=3), (Verdict.GREEN, None)),
        (Tally(people=50, stopped=3), (Verdict.SLOW, Measure.STOPPED)),
        (Tally(people=30, stopped=3), (Verdict.WARN, Measure.STOPPED)),
        (Tally(people=20, lost=2), (Verdict.SLOW, Measure.LOST)),
        (Tally(people=15, lost=3), (Verdict.WARN, Measure.LOST)),
        (Tally(left=25, unwanted=5), (Verdict.SLOW, Measure.FAILED)),
        (Tally(left=25, unwanted=10), (Verdict.WARN, Measure.FAILED)),
        (Tally(left=4, unwanted=4), (Verdict.GREEN, None)),
        (Tally(readable=22, unread=20), (Verdict.SLOW, Measure.UNREAD)),
        (Tally(readable=30, unread=20), (Verdict.GREEN, None)),
        (Tally(people=20, stopped=2, lost=4), (Verdict.WARN, Measure.LOST)),  # the gravest counts
    ],
)
def test_counts_make_a_verdict(counted: Tally, expected: tuple[Verdict, Measure | None]) -> None:
    assert verdict(counted) == expected


def test_the_platforms_own_word_counts_and_says_more() -> None:
    assert verdict(Tally(), "GREEN", "UNKNOWN", "") == (Verdict.GREEN, None)
    assert verdict(Tally(), "GREEN", "YELLOW") == (Verdict.SLOW, Measure.PLATFORM)
    assert verdict(Tally(), "YELLOW", "RED") == (Verdict.WARN, Measure.PLATFORM)
    assert verdict(Tally(people=3, stopped=3), "YELLOW") == (Verdict.WARN, Measure.STOPPED)


def test_a_judgement_says_what_it_rests_on() -> None:
    minded = judge(Subject.TEMPLATE, "ops", Tally(people=9, stopped=3))
    assert str(minded) == "Template ops: 3 of 9 people said STOP within a day of it."
    assert (
        str(Judgement(subject=Subject.RULE, name="disk", verdict=Verdict.GREEN))
        == "Rule disk: nobody minds it."
    )


def test_half_the_pace_is_twice_the_interval_and_nothing_else() -> None:
    policy = Remind(after=HOUR, every=HOUR, times=3, template=TemplateText(name="ops"))
    assert eased(policy) == replace(policy, every=2 * HOUR)


@given(
    people=st.integers(0, 200),
    stopped=st.integers(0, 200),
    lost=st.integers(0, 200),
    unwanted=st.integers(0, 200),
    unread=st.integers(0, 200),
)
def test_one_more_who_minds_never_makes_it_better(
    people: int, stopped: int, lost: int, unwanted: int, unread: int
) -> None:
    counted = Tally(
        left=people,
        people=people,
        readable=people,
        stopped=stopped,
        lost=lost,
        unwanted=unwanted,
        unread=unread,
    )
    before = GRAVITY.index(verdict(counted)[0])
    for worse in (
        replace(counted, stopped=stopped + 1),
        replace(counted, lost=lost + 1),
        replace(counted, unwanted=unwanted + 1),
        replace(counted, unread=unread + 1),
    ):
        assert GRAVITY.index(verdict(worse)[0]) >= before


@given(st.integers(1, 10_000))
def test_no_single_person_makes_a_verdict_by_turning_away(people: int) -> None:
    assert verdict(Tally(people=people, stopped=1, lost=1))[0] is Verdict.GREEN


states = st.sampled_from([ItemState.SENT, ItemState.DELIVERED, ItemState.READ, ItemState.FAILED])
sends = st.lists(
    st.builds(
        sent,
        who=st.sampled_from("abcdef"),
        state=states,
        ago=st.timedeltas(timedelta(0), 7 * DAY),
        code=st.sampled_from([0, 131026]),
    ),
    max_size=40,
)


@given(sends, st.lists(st.builds(Objection, recipient_id=st.sampled_from("abcdef"), at=st.just(NOW))))
def test_no_part_is_ever_more_than_the_whole(some: list[Sent], stops: list[Objection]) -> None:
    counted = tally(some, stops, NOW)
    assert counted.read <= counted.delivered <= counted.left
    assert counted.delivered + counted.failed <= counted.left
    assert counted.unwanted <= counted.failed
    assert max(counted.stopped, counted.lost) <= counted.people <= counted.left
    assert counted.unread <= counted.readable <= counted.delivered


def test_every_measure_but_the_platforms_word_has_a_threshold() -> None:
    assert {one.measure for one in THRESHOLDS} == set(Measure) - {Measure.PLATFORM}
