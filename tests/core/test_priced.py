"""What a message costs, in words."""

from decimal import Decimal
from typing import Any

import pytest

from tests.core.builders import NOW
from wa_notify.core.budget import Money
from wa_notify.core.message import TemplateMessage, TextMessage
from wa_notify.core.outbox import ItemState
from wa_notify.core.priced import price_lines, spoken_price
from wa_notify.core.pricing import Free, Model, Price
from wa_notify.core.reason import Reason
from wa_notify.core.situation import Decision, Drop, Send, Wait

TEMPLATE = Send(
    message=TemplateMessage(name="ops_alert", language="en", category="UTILITY"), reason=Reason.WINDOW_CLOSED
)
FREE_FORM = Send(message=TextMessage(body="Disk full"), reason=Reason.WINDOW_OPEN)
REFUSED = Drop(state=ItemState.REFUSED, reason=Reason.NO_CONSENT)


def price(amount: str | None = None, **special: Any) -> Price:
    ordinary: dict[str, Any] = {
        "model": Model.PER_MESSAGE,
        "category": "utility",
        "market": "GB",
        "amount": None if amount is None else Decimal(amount),
        "currency": "GBP",
    }
    return Price(**(ordinary | special))


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (price("0.0068"), "0.0068 GBP"),
        (price("0", free=Free.WINDOW), "free: utility templates are free in an open window"),
        (
            price("0", free=Free.FREE_TIER, free_left=999, free_in_all=1000),
            "free, 999 of 1,000 left this month",
        ),
        (price(), "not known, the price table has no utility rate for GB"),
        (price(market=""), "not known, the price table has no utility rate where this person is"),
    ],
)
def test_a_price_says_why_it_is_nothing_or_unknown(one: Price, said: str) -> None:
    assert spoken_price(one) == said


@pytest.mark.parametrize(
    ("decision", "template", "text", "lines"),
    [
        (
            TEMPLATE,
            "0.02",
            "0.01",
            ["Utility template: 0.02 GBP", "Free-form text in an open window: 0.01 GBP (cheaper)"],
        ),
        (FREE_FORM, "0.02", "0.01", ["Free-form text: 0.01 GBP", "Utility template: 0.02 GBP"]),
        (FREE_FORM, "0.01", "0.02", ["Free-form text: 0.02 GBP", "Utility template: 0.01 GBP (cheaper)"]),
    ],
)
def test_the_form_that_was_chosen_comes_first_and_the_other_says_if_it_is_cheaper(
    decision: Decision, template: str, text: str, lines: list[str]
) -> None:
    wallet = Money(prices={"utility": price(template), "service": price(text, category="service")})
    assert list(price_lines(decision, wallet)) == lines


def test_what_waits_may_take_either_form() -> None:
    wallet = Money(prices={"utility": price("0.02"), "service": price("0.01", category="service")})
    waiting = Wait(until=NOW, reason=Reason.PACE)
    assert list(price_lines(waiting, wallet)) == [
        "Free-form text in an open window: 0.01 GBP",
        "Utility template: 0.02 GBP",
    ]


def test_what_never_leaves_costs_nothing_and_without_prices_nothing_is_said() -> None:
    assert list(price_lines(REFUSED, Money(prices={"utility": price("0.02")}))) == []
    assert list(price_lines(TEMPLATE, None)) == []
