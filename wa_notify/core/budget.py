"""The budget of a month: when it warns, and when it keeps back what is not urgent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from wa_notify.core.pricing import Preference, Price, spoken_amount

WARN = Decimal("0.8")
CAP = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much WhatsApp may cost in a month.

    ``warn`` and ``cap`` are parts of it. Beyond the cap what is not critical waits for the next month; what
    is critical waits too if ``critical_counts``.
    """

    monthly: Decimal
    currency: str
    warn: Decimal = WARN
    cap: Decimal = CAP
    critical_counts: bool = False

    def level(self, spent: Decimal) -> "Level":
        """How far the month has come."""
        if spent >= self.monthly * self.cap:
            return Level.SPENT
        return Level.WARNING if spent >= self.monthly * self.warn else Level.FINE

    def told(self, spent: Decimal, month: str, until: str) -> str:
        """How far the month has come, in words; ``until`` is when the next one begins, as people say it."""
        of_all = f"{spoken_amount(spent)} of {spoken_amount(self.monthly)} {self.currency}"
        text = f"WhatsApp has cost {of_all} in {month}."
        if self.level(spent) is not Level.SPENT:
            return text
        what = "Everything" if self.critical_counts else "What is not critical"
        return f"{text} The budget is spent: {what} waits until {until}."


class Level(StrEnum):
    """What the budget says."""

    FINE = "fine"
    WARNING = "warning"
    SPENT = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What a decision has to know of money.

    ``prices`` tells by category what a message to this person would cost now. ``spent_until`` is when the
    next month begins, while the budget of this one is spent. ``merges``: one message is better than several.
    """

    prices: Mapping[str, Price] = field(default_factory=dict)
    prefer: Preference = Preference.FREE_FORM
    spent_until: datetime | None = None
    critical_counts: bool = False
    merges: bool = False

    def price(self, category: str) -> Price | None:
        """The price of a message of the platform's category, in whatever letters."""
        return self.prices.get(category.lower())
