"""How fast messages may leave, to everybody and to one person."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW
from wa_notify.core.pace import (
    FORGIVEN,
    LONGEST_PAUSE,
    PAIR_BURST,
    PAIR_EVERY,
    PAIR_FORGIVEN,
    PAIR_RESERVE,
    SMALLEST_SHARE,
    WHOLE,
    Bucket,
    Pair,
    Slowdown,
    Throttled,
    slowed,
    slowed_pace,
)

SECOND = timedelta(seconds=1)
GAPS = st.lists(st.integers(min_value=0, max_value=3_000), max_size=200)  # milliseconds


@given(gaps=GAPS, per_second=st.integers(min_value=1, max_value=20))
def test_no_second_ever_sees_more_messages_than_the_pace(gaps: list[int], per_second: int) -> None:
    bucket, now, left = Bucket(), NOW, list[datetime]()
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        room = bucket.room(per_second, now)
        bucket = bucket.took(room, now)
        left += [now] * room
        free_at = bucket.free_at(per_second, now)
        assert free_at is not None
        assert bucket.room(per_second, free_at) > 0
        assert bucket.room(per_second, free_at - timedelta.resolution) == 0
    assert all(sum(at <= other <= at + SECOND for other in left) <= per_second for at in left)


def test_a_bucket_with_room_need_not_wait() -> None:
    assert Bucket().free_at(1, NOW) is None
    assert Bucket().took(2, NOW).free_at(3, NOW) is None


@given(gaps=st.lists(st.integers(min_value=0, max_value=60), max_size=150), critical=st.booleans())
def test_a_person_never_gets_more_than_the_platform_takes_and_never_waits_in_vain(
    gaps: list[int],
    critical: bool,
) -> None:
    pair, now, tokens, at = Pair(), NOW, float(PAIR_BURST), NOW
    for gap in gaps:
        now += gap * SECOND
        free_at = pair.free_at(now, critical=critical)
        if free_at is not None:
            assert pair.free_at(free_at, critical=critical) is None
            now = free_at
        tokens, at = min(PAIR_BURST, tokens + (now - at) / PAIR_EVERY), now
        assert tokens >= (1 if critical else 1 + PAIR_RESERVE) - 1e-6
        tokens, pair = tokens - 1, pair.taken(now)


def test_what_is_not_critical_leaves_the_last_tokens_of_a_person() -> None:
    pair = Pair()
    for _ in range(PAIR_BURST - PAIR_RESERVE):
        assert pair.free_at(NOW, critical=False) is None
        pair = pair.taken(NOW)
    assert pair.free_at(NOW, critical=False) == NOW + PAIR_EVERY
    for _ in range(PAIR_RESERVE):
        assert pair.free_at(NOW, critical=True) is None
        pair = pair.taken(NOW)
    assert pair.free_at(NOW, critical=True) == NOW + PAIR_EVERY


def test_refusals_for_a_person_pause_four_times_as_long_each_time_until_they_are_forgiven() -> None:
    pair, now = Pair(), NOW
    for seconds in (1, 4, 16, 64, 256, 900, 900):
        pair = pair.refused(now)
        assert pair.free_at(now, critical=True) == now + seconds * SECOND
        now += seconds * SECOND
    assert pair.free_at(now, critical=True) is None
    assert pair.refused(now + PAIR_FORGIVEN).paused_until == now + PAIR_FORGIVEN + SECOND


def test_a_refusal_halves_the_pace_which_comes_back_evenly_within_a_minute() -> None:
    slow = slowed(None, Throttled.NUMBER, NOW)
    assert slow.paused_until == NOW + SECOND
    paces = [slowed_pace(80, [slow], slow.paused_until + n * 6 * SECOND) for n in range(6)]
    assert paces == [40, 48, 56, 64, 72, 80]
    assert slowed_pace(80, [], NOW) == 80
    assert slowed_pace(1, [slow], NOW) == 1


def test_the_slowest_scope_sets_the_pace() -> None:
    number, app = slowed(None, Throttled.NUMBER, NOW), slowed(None, Throttled.APP, NOW)
    assert slowed_pace(80, [number, app], NOW + timedelta(minutes=1)) == 40
    assert app.paused_until == NOW + timedelta(minutes=1)


def test_what_was_on_its_way_during_the_pause_changes_nothing() -> None:
    slow = slowed(None, Throttled.NUMBER, NOW)
    assert slowed(slow, Throttled.NUMBER, NOW + SECOND / 2) == slow
    told = slowed(slow, Throttled.NUMBER, NOW + SECOND / 2, timedelta(minutes=3))
    assert (told.paused_until, told.share) == (NOW + SECOND / 2 + timedelta(minutes=3), slow.share)


def test_refusals_that_follow_one_another_pause_ever_longer() -> None:
    slow = slowed(None, Throttled.NUMBER, NOW)
    pauses = []
    for _ in range(20):
        again = slowed(slow, Throttled.NUMBER, slow.paused_until)
        pauses.append(again.paused_until - slow.paused_until)
        slow = again
    assert pauses[:4] == [2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND]
    assert pauses[-1] == LONGEST_PAUSE
    assert slow.share == SMALLEST_SHARE
    later = slow.paused_until + FORGIVEN
    assert slowed(slow, Throttled.NUMBER, later).paused_until == later + SECOND


def test_when_the_platform_says_how_long_it_is_so_long() -> None:
    assert slowed(None, Throttled.APP, NOW, timedelta(minutes=7)).paused_until == NOW + timedelta(minutes=7)
    assert slowed(None, Throttled.APP, NOW, SECOND).paused_until == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(("after", "share"), [(0, 500), (30, 1000), (3600, 1000)])
def test_a_share_grows_up_to_the_whole(after: int, share: int) -> None:
    slow = Slowdown(scope=Throttled.NUMBER, at=NOW, paused_until=NOW, share=WHOLE // 2)
    assert slow.share_at(NOW + after * SECOND) == share
