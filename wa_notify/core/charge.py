"""Charges: what each message is thought to cost when it leaves, and what the platform says of it later.

Statuses come doubled, late and in any order, and none of that changes the sum: what a later step of the
message said outweighs what an earlier one did, proof of arrival outweighs a failure. WhatsApp charges what is
delivered; the `pricing` object comes with ``sent`` and with one of ``delivered`` and ``read``, never with
``failed``. Source: Meta's webhook reference.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from wa_notify.core.delivery import ON_THE_PHONE, DeliveryStatus
from wa_notify.core.inbound import StatusUpdate
from wa_notify.core.pricing import SERVICE, ZERO, Free, Model, Prices, Terms, rate_for

REGULAR, ENTRY_POINT = "regular", "free_entry_point"


class ChargeState(StrEnum):
    """How sure a charge is."""

    PREDICTED = "predicted"
    TAKEN_BACK = "taken_back"  # it failed, and costs nothing
    CONFIRMED = "confirmed"  # it was delivered


_RANK = {ChargeState.PREDICTED: 0, ChargeState.TAKEN_BACK: 1, ChargeState.CONFIRMED: 2}
_WEIGHT = {"": 0, DeliveryStatus.SENT: 1, DeliveryStatus.DELIVERED: 2, DeliveryStatus.READ: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What one item costs. ``month`` is that of the account in which it left.

    ``predicted`` and ``free`` are what was reckoned then, and ``actual``, ``actual_free`` and
    ``actual_category`` what the platform's word makes of it; ``told_by`` is the status that brought that
    word, empty before. An amount is nothing when the table does not know it. ``volume`` is how many of the
    same market and category were charged before in the month. ``conversation`` is the platform's id of one.
    """

    item_id: int
    at: datetime
    month: str
    number_id: str
    recipient_id: str
    rule: str = ""
    template: str = ""
    market: str
    category: str
    model: Model
    currency: str
    volume: int = 0
    predicted: Decimal | None
    free: Free | None = None
    state: ChargeState = ChargeState.PREDICTED
    told_by: str = ""
    actual: Decimal | None = None
    actual_free: Free | None = None
    actual_category: str = ""
    conversation: str = ""

    @property
    def amount(self) -> Decimal | None:
        """The best that is known of what it costs."""
        if self.state is ChargeState.TAKEN_BACK:
            return ZERO
        return self.actual if self.told_by else self.predicted

    @property
    def charged_as(self) -> str:
        """The category it counts as."""
        return self.actual_category or self.category

    @property
    def why_free(self) -> Free | None:
        """Why it costs nothing, as far as is known."""
        return self.actual_free if self.told_by else self.free


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a status says of the price: whether it is charged, as what, and in which conversation."""

    charged: bool
    category: str
    kind: str = ""
    conversation: str = ""


def word_of(update: StatusUpdate) -> Word | None:
    """Read the `pricing` and `conversation` objects of a status; nothing when it says nothing of money."""
    pricing, conversation = update.pricing, update.raw.get("conversation")
    kind, category = pricing.get("type"), pricing.get("category")
    if not isinstance(category, str) or not category:
        return None
    known = isinstance(kind, str) and kind != ""
    number = conversation.get("id") if isinstance(conversation, dict) else ""
    return Word(
        charged=kind == REGULAR if known else pricing.get("billable") is not False,
        category=category.lower().replace("-", "_"),
        kind=str(kind) if known else "",
        conversation=number if isinstance(number, str) else "",
    )


def heard(
    charge: Charge, status: DeliveryStatus, word: Word | None, prices: Prices, *, billed_before: bool = False
) -> Charge:
    """The charge after a status. ``billed_before``: its conversation is charged with another message."""
    state = ChargeState.PREDICTED
    if status in ON_THE_PHONE:
        state = ChargeState.CONFIRMED
    elif status is DeliveryStatus.FAILED:
        state = ChargeState.TAKEN_BACK
    after = replace(charge, state=max(charge.state, state, key=_RANK.__getitem__))
    if word is None or _WEIGHT.get(status, 0) <= _WEIGHT.get(charge.told_by, 0):
        return after
    terms = prices.terms_on(prices.day(charge.at))
    free = _why_free(charge, word, terms, billed_before=billed_before)
    return replace(
        after,
        told_by=status.value,
        actual=ZERO if free else _amount(charge, word, prices, terms),
        actual_free=free,
        actual_category=word.category,
        conversation=word.conversation,
    )


def _why_free(charge: Charge, word: Word, terms: Terms, *, billed_before: bool) -> Free | None:
    if word.charged:
        one_fee = charge.model is Model.CONVERSATION and billed_before
        return Free.CONVERSATION if one_fee else None
    if word.kind == ENTRY_POINT or word.category == "referral_conversion":
        return Free.ENTRY_POINT
    if word.category != SERVICE:
        return charge.free or Free.WINDOW
    return Free.SERVICE if terms.free_service is None else Free.FREE_TIER


def _amount(charge: Charge, word: Word, prices: Prices, terms: Terms) -> Decimal | None:
    """What it costs by the platform's word: as predicted where the two agree."""
    same = word.category == charge.category
    if same and charge.free is None:
        return charge.predicted
    volume, day = charge.volume if same else 0, prices.day(charge.at)
    return rate_for(prices.table, terms, charge.market, word.category, day, volume)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The sum of the charges of a month that have all this in common; ``free`` is empty for what costs.

    ``unknown`` is how many of the messages have a price that the table does not tell.
    """

    month: str
    category: str
    market: str
    number_id: str
    state: ChargeState
    free: str
    currency: str
    messages: int
    amount: Decimal
    unknown: int


def spent(totals: Iterable[Total], currency: str) -> Decimal:
    """What a month has cost so far."""
    return sum((total.amount for total in totals if total.currency == currency), ZERO)


class Grouping(StrEnum):
    """By what costs are told apart."""

    RULE = "rule"
    RECIPIENT = "recipient"
    MARKET = "market"
    CATEGORY = "category"
    TEMPLATE = "template"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """What a rule, a person, a market, ... has cost in one currency.

    ``unknown`` messages have a price that the table does not tell. ``free`` counts by reason those that cost
    nothing; failed ones are in none of the counts.
    """

    name: str
    currency: str
    messages: int
    predicted: Decimal
    confirmed: Decimal
    unknown: int
    free: dict[str, int]
