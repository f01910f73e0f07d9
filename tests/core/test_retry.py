"""Waits grow, stay bounded, are stretched by a fifth at most, and end where trying again makes no sense."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW, failure
from wa_notify.core.message import Failure, Remedy
from wa_notify.core.retry import LONGEST_WAIT, after_no_connection, next_try

PAIR_RATE = failure(Remedy.SLOW, code=131056)
RETRIED = [Remedy.RETRY, Remedy.SLOW, Remedy.ADMIN]

tries = st.integers(min_value=0, max_value=10_000)
chances = st.floats(min_value=0, max_value=1)


def wait(refusal: Failure, count: int, chance: float = 0) -> timedelta:
    again_at = next_try(refusal, count, NOW, chance)
    assert again_at is not None
    return again_at - NOW


@pytest.mark.parametrize("remedy", sorted(set(Remedy) - set(RETRIED)))
def test_what_cannot_succeed_later_is_not_tried_again(remedy: Remedy) -> None:
    assert next_try(failure(remedy), 0, NOW, 0.5) is None
    assert next_try(failure(remedy), 1, NOW, 0.5) is None


@pytest.mark.parametrize("remedy", RETRIED)
def test_no_number_of_tries_is_the_last(remedy: Remedy) -> None:
    assert wait(failure(remedy), 10_000) == LONGEST_WAIT


def test_the_pair_limit_waits_for_four_to_the_power_of_the_failures_before() -> None:
    waits = [wait(PAIR_RATE, count).total_seconds() for count in range(1, 9)]
    assert waits == [1, 4, 16, 64, 256, 600, 600, 600]


@pytest.mark.parametrize(("remedy", "seconds"), [(Remedy.RETRY, 2), (Remedy.SLOW, 5), (Remedy.ADMIN, 60)])
def test_other_waits_double_from_a_few_seconds_to_ten_minutes(remedy: Remedy, seconds: int) -> None:
    waits = [wait(failure(remedy), count).total_seconds() for count in range(1, 30)]
    assert waits == [min(seconds * 2**failures, 600) for failures in range(len(waits))]


@given(st.sampled_from([*map(failure, RETRIED), PAIR_RATE]), tries, chances)
def test_waits_are_stretched_by_a_fifth_at_most_and_never_shortened(
    refusal: Failure, count: int, chance: float
) -> None:
    shortest, stretched = wait(refusal, count), wait(refusal, count, chance)
    assert timedelta(0) < shortest <= stretched <= 1.2 * shortest
    assert stretched <= 1.2 * LONGEST_WAIT


def test_chance_spreads_the_waits() -> None:
    assert wait(failure(), 5, 0) < wait(failure(), 5, 0.5) < wait(failure(), 5, 1)


@given(tries, chances)
def test_without_a_connection_it_is_tried_for_ever_and_every_minute(count: int, chance: float) -> None:
    pause = after_no_connection(count, NOW, chance) - NOW
    assert timedelta(seconds=2) <= pause <= timedelta(seconds=72)


def test_without_a_connection_the_waits_double_too() -> None:
    waits = [(after_no_connection(count, NOW, 0) - NOW).total_seconds() for count in (0, 1, 2, 3, 20)]
    assert waits == [2, 2, 4, 8, 60]
