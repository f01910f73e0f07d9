"""What a message costs, for programs."""

from typing import Any

from wa_notify.core.budget import Money
from wa_notify.core.message import SERVICE, Form


def price_answers(money: Money | None) -> list[dict[str, Any]]:
    """The prices for programs, one for each form that is possible."""
    if money is None:
        return []
    return [
        {
            "form": (Form.FREE_FORM if category == SERVICE.lower() else Form.TEMPLATE).value,
            "category": price.category,
            "market": price.market or None,
            "amount": None if price.amount is None else str(price.amount),
            "currency": price.currency,
            "free": price.free.value if price.free else None,
            "free_left": price.free_left,
        }
        for category, price in sorted(money.prices.items())
    ]
