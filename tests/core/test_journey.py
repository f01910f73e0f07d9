"""How long a message was on its way: told once, when it arrives."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.builders import NOW, item
from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.outbox import ItemState
from wa_notify.core.progress import claimed, journey, reported

SECOND = timedelta(seconds=1)
LEFT = claimed(item(), NOW)


@pytest.mark.parametrize("word", [DeliveryStatus.DELIVERED, DeliveryStatus.READ])
def test_it_is_from_leaving_to_the_first_word_of_arrival(word: DeliveryStatus) -> None:
    assert journey(LEFT, reported(LEFT, word, "w", NOW + 7 * SECOND)) == 7 * SECOND


def test_sent_is_no_arrival_and_read_is_no_second_one() -> None:
    sent = reported(LEFT, DeliveryStatus.SENT, "w", NOW + SECOND)
    assert journey(LEFT, sent) is None
    delivered = reported(sent, DeliveryStatus.DELIVERED, "w", NOW + 2 * SECOND)
    assert journey(delivered, reported(delivered, DeliveryStatus.READ, "w", NOW + 9 * SECOND)) is None


def test_a_clock_behind_ours_makes_no_journey_into_the_past() -> None:
    assert journey(LEFT, reported(LEFT, DeliveryStatus.DELIVERED, "w", NOW - SECOND)) == timedelta(0)


def test_what_never_left_by_itself_made_no_journey() -> None:
    freed = replace(LEFT, claimed_at=None, state=ItemState.PENDING)
    assert journey(freed, reported(freed, DeliveryStatus.DELIVERED, "w", NOW)) is None
