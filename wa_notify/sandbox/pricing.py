"""The `pricing` object of a status: who pays by which rules, by date.

Charged per delivered message since 1 July 2025. Since 1 October 2026 utility templates inside an open window
and free-form ("service") messages are billed as well, the latter after 1,000 free ones per business number
and month (carried by many resellers; Meta's own pricing page lagged behind, so: fair, not firm). We count a
month in UTC, and when the message is sent, because the object already comes with that status. The 72-hour
free entry point is not simulated.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The billing rules from an instant on.

    model: `CBP` per conversation, `PMP` per message. free_service: free-form messages without charge per
    month, None for all of them. free_utility_in_window: whether utility templates are free in an open window.
    """

    since: datetime
    model: str
    free_service: int | None
    free_utility_in_window: bool


# Newest first.
RULES = (
    Rules(
        since=datetime(2026, 10, 1, tzinfo=UTC), model="PMP", free_service=1000, free_utility_in_window=False
    ),
    Rules(
        since=datetime(2025, 7, 1, tzinfo=UTC), model="PMP", free_service=None, free_utility_in_window=True
    ),
    Rules(
        since=datetime(2022, 2, 1, tzinfo=UTC), model="CBP", free_service=None, free_utility_in_window=False
    ),
)


class Pricing:
    """Prices messages one by one, counting the free ones of each month."""

    __slots__ = ("_service",)

    def __init__(self) -> None:
        self._service: Counter[tuple[int, int]] = Counter()

    def of(self, category: str, at: datetime, *, window_open: bool) -> dict[str, Any]:
        """Return the pricing object of a message of that category (lower case; `service` for free-form)."""
        rules = next((rules for rules in RULES if at >= rules.since), RULES[-1])
        free = self._is_free(category, at, rules, window_open=window_open)
        shown: dict[str, Any] = {"billable": not free, "pricing_model": rules.model}
        if rules.model == "PMP":
            shown["type"] = "free_customer_service" if free else "regular"
        return {**shown, "category": category}

    def _is_free(self, category: str, at: datetime, rules: Rules, *, window_open: bool) -> bool:
        if category == "service":
            month = (at.astimezone(UTC).year, at.astimezone(UTC).month)
            self._service[month] += 1
            return rules.free_service is None or self._service[month] <= rules.free_service
        return category == "utility" and window_open and rules.free_utility_in_window
