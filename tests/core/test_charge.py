"""Charges: what statuses make of a prediction, in whatever order they come."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_pricing import PRICES
from wa_notify.core.charge import Charge, ChargeState, Total, Word, heard, spent, word_of
from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.inbound import Sender, StatusUpdate
from wa_notify.core.pricing import UTILITY, Free, Model

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SENT, DELIVERED, READ, FAILED = (
    DeliveryStatus.SENT,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.READ,
    DeliveryStatus.FAILED,
)
REGULAR = Word(charged=True, category=UTILITY, kind="regular")


def charge(**special: Any) -> Charge:
    ordinary: dict[str, Any] = {
        "item_id": 7,
        "at": NOW,
        "month": "2026-11",
        "number_id": "1",
        "recipient_id": "alice",
        "market": "GB",
        "category": UTILITY,
        "model": Model.PER_MESSAGE,
        "currency": "GBP",
        "predicted": Decimal("0.01"),
        "volume": 200,
    }
    return Charge(**(ordinary | special))


def update(pricing: dict[str, Any], conversation: Any = None) -> StatusUpdate:
    raw = {} if conversation is None else {"conversation": conversation}
    return StatusUpdate(
        wamid="w", status=SENT, word="sent", at=NOW, recipient=Sender(), pricing=pricing, raw=raw
    )


@pytest.mark.parametrize(
    ("pricing", "conversation", "word"),
    [
        ({}, None, None),
        ({"billable": True, "type": "regular"}, None, None),
        ({"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"}, None, REGULAR),
        (
            {"billable": False, "type": "free_entry_point", "category": "authentication-international"},
            {"id": "c0"},
            Word(
                charged=False,
                category="authentication_international",
                kind="free_entry_point",
                conversation="c0",
            ),
        ),
        (
            {"billable": True, "pricing_model": "CBP", "category": "UTILITY"},
            {"id": 5},
            replace(REGULAR, kind=""),
        ),
        ({"billable": False, "category": "utility"}, "odd", Word(charged=False, category=UTILITY)),
        ({"category": "utility", "type": None}, None, Word(charged=True, category=UTILITY)),
    ],
)
def test_the_pricing_object_is_read_whatever_its_age(
    pricing: dict[str, Any], conversation: Any, word: Word | None
) -> None:
    assert word_of(update(pricing, conversation)) == word


def test_only_what_arrives_is_confirmed() -> None:
    announced = heard(charge(), SENT, REGULAR, PRICES)
    assert (announced.state, announced.told_by, announced.amount) == (
        ChargeState.PREDICTED,
        "sent",
        Decimal("0.01"),
    )
    confirmed = heard(announced, DELIVERED, REGULAR, PRICES)
    assert (confirmed.state, confirmed.told_by) == (ChargeState.CONFIRMED, "delivered")
    assert heard(charge(), READ, None, PRICES).state is ChargeState.CONFIRMED


def test_what_fails_is_taken_back_unless_it_arrived() -> None:
    failed = heard(charge(), FAILED, None, PRICES)
    assert (failed.state, failed.amount) == (ChargeState.TAKEN_BACK, Decimal(0))
    assert heard(failed, DELIVERED, REGULAR, PRICES).amount == Decimal("0.01")
    assert heard(heard(charge(), DELIVERED, REGULAR, PRICES), FAILED, None, PRICES).amount == Decimal("0.01")


@pytest.mark.parametrize(
    ("predicted", "word", "amount", "free"),
    [
        (charge(), replace(REGULAR, category="marketing"), Decimal("0.05"), None),
        (charge(), replace(REGULAR, category="group_marketing"), None, None),
        (charge(), Word(charged=False, category="utility", kind="free_customer_service"), 0, Free.WINDOW),
        (charge(), Word(charged=False, category="referral_conversion"), 0, Free.ENTRY_POINT),
        (charge(category="service"), Word(charged=False, category="service"), 0, Free.FREE_TIER),
        (charge(predicted=Decimal(0), free=Free.WINDOW), REGULAR, Decimal("0.01"), None),
        (charge(predicted=None), REGULAR, None, None),
    ],
)
def test_the_platforms_word_counts_where_it_differs(
    predicted: Charge, word: Word, amount: Decimal | None, free: Free | None
) -> None:
    after = heard(predicted, DELIVERED, word, PRICES)
    assert (after.amount, after.why_free, after.charged_as) == (amount, free, word.category)


def test_free_form_was_free_before_anybody_counted_it() -> None:
    before = charge(category="service", at=NOW.replace(month=9), free=Free.SERVICE, predicted=Decimal(0))
    word = Word(charged=False, category="service", kind="free_customer_service")
    assert heard(before, DELIVERED, word, PRICES).why_free is Free.SERVICE


def test_the_second_message_of_a_conversation_bears_no_fee() -> None:
    era = charge(model=Model.CONVERSATION, at=NOW.replace(year=2024), volume=0, predicted=Decimal("0.02"))
    word = Word(charged=True, category=UTILITY, conversation="c0")
    second = heard(era, DELIVERED, word, PRICES, billed_before=True)
    assert (second.amount, second.why_free) == (Decimal(0), Free.CONVERSATION)
    assert heard(era, DELIVERED, word, PRICES).amount == Decimal("0.02")


# One item gets either pricing with sent and delivered, or fails; a failure tells nothing of prices.
Step: TypeAlias = tuple[DeliveryStatus, Word | None]
TALES: list[list[Step]] = [
    [(SENT, REGULAR), (DELIVERED, REGULAR), (READ, None)],
    [(SENT, REGULAR), (DELIVERED, replace(REGULAR, category="marketing")), (READ, None)],
    [(SENT, REGULAR), (READ, Word(charged=False, category=UTILITY, kind="free_entry_point"))],
    [(SENT, REGULAR), (FAILED, None)],
    [(SENT, None), (DELIVERED, None)],
    [(FAILED, None), (DELIVERED, REGULAR)],
]


def mixed_up(tale: list[Step]) -> st.SearchStrategy[tuple[list[Step], list[Step]]]:
    return st.tuples(st.just(tale), st.permutations(tale * 2))


@given(st.sampled_from(TALES).flatmap(mixed_up))
def test_the_order_and_number_of_statuses_change_no_sum(
    both: tuple[list[Step], list[Step]],
) -> None:
    story, mixed = both
    in_order = out_of_order = charge()
    for status, word in story:
        in_order = heard(in_order, status, word, PRICES)
    for status, word in mixed:
        out_of_order = heard(out_of_order, status, word, PRICES)
    assert out_of_order == in_order


def test_a_month_is_summed_up_in_one_currency() -> None:
    total = Total(
        month="2026-11",
        category=UTILITY,
        market="GB",
        number_id="1",
        state=ChargeState.PREDICTED,
        free="",
        currency="GBP",
        messages=2,
        amount=Decimal("0.04"),
        unknown=0,
    )
    assert spent([total, total, replace(total, currency="USD")], "GBP") == Decimal("0.08")
