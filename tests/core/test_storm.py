"""Storms: how many messages are too many, and when there is room again."""

from datetime import timedelta

import pytest

from tests.core.builders import MOMENT, NOW
from wa_notify.core.storm import Storm, room_at

STORM = Storm(most=2, within=timedelta(minutes=10), most_critical=3)
MINUTE = timedelta(minutes=1)


def test_there_is_room_below_the_limit() -> None:
    assert room_at(STORM, [], NOW, critical=False) is None
    assert room_at(STORM, [NOW], NOW, critical=False) is None


def test_there_is_room_again_when_the_one_that_counts_leaves_the_span() -> None:
    left_at = [NOW - MINUTE, NOW - 3 * MINUTE, NOW - 4 * MINUTE]
    assert room_at(STORM, left_at, NOW, critical=False) == NOW + 7 * MINUTE


@pytest.mark.parametrize(("ago", "room"), [(10 * MINUTE, True), (10 * MINUTE - MOMENT, False)])
def test_the_span_is_over_to_the_microsecond(ago: timedelta, *, room: bool) -> None:
    assert (room_at(STORM, [NOW, NOW - ago], NOW, critical=False) is None) is room


def test_critical_messages_have_a_limit_of_their_own() -> None:
    assert room_at(STORM, [NOW, NOW], NOW, critical=True) is None
    assert room_at(STORM, [NOW, NOW, NOW], NOW, critical=True) == NOW + 10 * MINUTE
