"""What a message costs, in words: in the form it leaves in, and in the other one."""

from collections.abc import Iterator

from wa_notify.core.budget import Money
from wa_notify.core.message import SERVICE
from wa_notify.core.pricing import WHY_FREE, Free, Price, spoken_amount
from wa_notify.core.situation import Decision, Drop, Send
from wa_notify.core.thrift import cheaper

FREE_FORM = "Free-form text"


def spoken_price(price: Price) -> str:
    """What a message costs, or why it costs nothing."""
    if price.free is Free.FREE_TIER:
        return f"free, {price.free_left:,} of {price.free_in_all:,} left this month"
    if price.free:
        return f"free: {WHY_FREE[price.free]}"
    if price.amount is None:
        where = f"for {price.market}" if price.market else "where this person is"
        return f"not known, the price table has no {price.category} rate {where}"
    return f"{spoken_amount(price.amount)} {price.currency}"


def price_lines(decision: Decision, money: Money | None) -> Iterator[str]:
    """The price of the form that was decided, then that of the other; what waits may take either."""
    if money is None or isinstance(decision, Drop):
        return
    chosen = decision.message.category.lower() if isinstance(decision, Send) else ""
    in_order = sorted(money.prices.items(), key=lambda pair: (pair[0] != chosen, pair[0]))
    paid = money.prices.get(chosen)
    for category, price in in_order:
        form = f"{category.capitalize()} template"
        if category == SERVICE.lower():
            form = FREE_FORM if category == chosen else f"{FREE_FORM} in an open window"
        saves = paid is not None and category != chosen and cheaper(price, paid)
        yield f"{form}: {spoken_price(price)}{' (cheaper)' if saves else ''}"
