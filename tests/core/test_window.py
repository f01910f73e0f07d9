"""The window is open for 24 hours less a minute after the person wrote, to the microsecond."""

from datetime import datetime, timedelta

import pytest

from tests.core.builders import MOMENT, NOW
from wa_notify.core.window import Window

LAST_SAFE = timedelta(hours=23, minutes=59) - MOMENT


def test_a_window_that_never_opened_is_closed() -> None:
    assert Window().closes_at is None
    assert not Window().is_open(NOW)


def test_it_closes_a_day_after_the_last_message() -> None:
    assert Window(last_inbound_at=NOW).closes_at == NOW + timedelta(hours=24)


@pytest.mark.parametrize(
    ("after", "is_open"),
    [
        (timedelta(0), True),
        (timedelta(hours=12), True),
        (LAST_SAFE, True),
        (LAST_SAFE + MOMENT, False),
        (timedelta(hours=24) - MOMENT, False),
        (timedelta(hours=24), False),
        (timedelta(days=2), False),
    ],
)
def test_the_last_minute_is_left_unused(after: timedelta, *, is_open: bool) -> None:
    assert Window(last_inbound_at=NOW).is_open(NOW + after) is is_open


def test_every_message_starts_it_anew() -> None:
    window = Window().written(NOW).written(NOW + timedelta(hours=20))
    assert window.is_open(NOW + timedelta(hours=43))


@pytest.mark.parametrize("late", [NOW, NOW - MOMENT, NOW - timedelta(days=1)])
def test_an_older_message_that_arrives_late_changes_nothing(late: datetime) -> None:
    window = Window(last_inbound_at=NOW)
    assert window.written(late) == window


@pytest.mark.parametrize(
    ("refused_after", "is_open"), [(-MOMENT, True), (0 * MOMENT, False), (MOMENT, False)]
)
def test_a_refusal_closes_what_was_opened_no_later(refused_after: timedelta, *, is_open: bool) -> None:
    window = Window(last_inbound_at=NOW).refused(NOW + refused_after)
    assert window.is_open(NOW + timedelta(minutes=1)) is is_open
    assert (window.closes_at is not None) is is_open


def test_the_next_message_opens_a_refused_window_again() -> None:
    window = Window(last_inbound_at=NOW).refused(NOW + timedelta(hours=1)).written(NOW + timedelta(hours=2))
    assert window.is_open(NOW + timedelta(hours=3))


def test_the_newest_refusal_counts() -> None:
    late = Window(last_inbound_at=NOW).refused(NOW + 2 * MOMENT).refused(NOW + MOMENT)
    assert late.refused_at == NOW + 2 * MOMENT


def test_a_refusal_before_any_message_is_remembered_and_harmless() -> None:
    window = Window().refused(NOW)
    assert not window.is_open(NOW)
    assert window.written(NOW + MOMENT).is_open(NOW + MOMENT)


def test_somebody_is_asked_once_a_template_with_a_button_left_after_they_last_wrote() -> None:
    assert not Window().asked
    assert Window().asking(NOW).asked
    wrote = Window(last_inbound_at=NOW)
    assert not wrote.asking(NOW - MOMENT).asked
    assert wrote.asking(NOW + MOMENT).asked
    assert not wrote.asking(NOW + MOMENT).written(NOW + 2 * MOMENT).asked
    assert not wrote.asking(None).asked
