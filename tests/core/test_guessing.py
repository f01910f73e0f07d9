"""Guessing a password takes ever longer, and mistyping costs nothing."""

from datetime import UTC, datetime, timedelta

from wa_notify.core.guessing import (
    FIRST_WAIT,
    FORGOTTEN_AFTER,
    FREE_FROM_ANYWHERE,
    FREE_TRIES,
    LONGEST_WAIT,
    Guesses,
    failed,
    free_at,
    is_held_off,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def after(failures: int) -> Guesses:
    guesses = Guesses(subject="account alice")
    for _ in range(failures):
        guesses = failed(guesses, NOW)
    return guesses


def test_a_few_failures_cost_nothing() -> None:
    assert free_at(Guesses(subject="account alice")) is None
    assert not is_held_off(after(FREE_TRIES - 1), NOW)


def test_then_each_failure_doubles_the_wait_up_to_an_hour() -> None:
    waits = [free_at(after(FREE_TRIES + more)) for more in range(3)]
    assert waits == [NOW + FIRST_WAIT, NOW + 2 * FIRST_WAIT, NOW + 4 * FIRST_WAIT]
    assert free_at(after(FREE_TRIES + 40)) == NOW + LONGEST_WAIT


def test_the_wait_ends() -> None:
    guesses = after(FREE_TRIES)
    assert is_held_off(guesses, NOW + FIRST_WAIT - timedelta(seconds=1))
    assert not is_held_off(guesses, NOW + FIRST_WAIT)


def test_failures_of_long_ago_are_forgotten() -> None:
    assert failed(after(9), NOW + FORGOTTEN_AFTER).failures == 1
    assert failed(after(9), NOW + FORGOTTEN_AFTER - timedelta(seconds=1)).failures == 10


def test_more_tries_may_be_free() -> None:
    assert free_at(after(FREE_FROM_ANYWHERE - 1), FREE_FROM_ANYWHERE) is None
    assert free_at(after(FREE_FROM_ANYWHERE), FREE_FROM_ANYWHERE) == NOW + FIRST_WAIT
    assert not is_held_off(after(FREE_TRIES), NOW, FREE_FROM_ANYWHERE)


def test_a_clock_that_once_was_ahead_keeps_nobody_out() -> None:
    assert not is_held_off(after(FREE_TRIES), NOW - timedelta(days=400))
    assert is_held_off(after(FREE_TRIES), NOW - timedelta(minutes=5))
