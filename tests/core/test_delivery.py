"""Statuses only rise, in whatever order and however often they are told."""

from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.delivery import DeliveryStatus, merge

ACCEPTED, SENT, DELIVERED, READ, FAILED = DeliveryStatus
RISING = (ACCEPTED, SENT, FAILED, DELIVERED, READ)

status = st.sampled_from(DeliveryStatus)


def told(*statuses: DeliveryStatus) -> DeliveryStatus | None:
    known: DeliveryStatus | None = None
    return reduce(merge, statuses, known)


@pytest.mark.parametrize("reported", DeliveryStatus)
def test_the_first_word_is_believed(reported: DeliveryStatus) -> None:
    assert merge(None, reported) is reported


@pytest.mark.parametrize("known", DeliveryStatus)
@pytest.mark.parametrize("reported", DeliveryStatus)
def test_of_two_the_further_one_counts(known: DeliveryStatus, reported: DeliveryStatus) -> None:
    assert merge(known, reported) is RISING[max(RISING.index(known), RISING.index(reported))]


@pytest.mark.parametrize("proof", [DELIVERED, READ])
def test_a_failure_never_beats_proof_of_arrival(proof: DeliveryStatus) -> None:
    assert told(proof, FAILED) is told(FAILED, proof) is proof


@pytest.mark.parametrize("hope", [ACCEPTED, SENT])
def test_a_failure_beats_what_proves_nothing(hope: DeliveryStatus) -> None:
    assert told(hope, FAILED) is told(FAILED, hope) is FAILED


@given(status, status, status)
def test_merging_is_commutative_associative_and_idempotent(
    a: DeliveryStatus, b: DeliveryStatus, c: DeliveryStatus
) -> None:
    assert merge(a, b) is merge(b, a)
    assert merge(merge(a, b), c) is merge(a, merge(b, c))
    assert merge(a, a) is a


@given(st.lists(status, min_size=1, max_size=4), status)
def test_every_order_and_every_repetition_ends_alike(
    reports: list[DeliveryStatus], doubled: DeliveryStatus
) -> None:
    ends = {told(*order) for order in permutations(reports)}
    assert ends == {max(reports, key=RISING.index)}
    assert told(*reports, doubled, doubled) is told(*reports, doubled)


@given(st.lists(status, min_size=2))
def test_a_status_is_never_taken_back(reports: list[DeliveryStatus]) -> None:
    known = reports[0]
    for reported in reports[1:]:
        after = merge(known, reported)
        assert RISING.index(after) >= RISING.index(known)
        known = after
