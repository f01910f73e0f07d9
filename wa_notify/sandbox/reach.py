"""How many people a portfolio may write to first in any 24 hours, and how that grows.

=============================================================  ============================  ==========
what                                                           who says so                   how sure
=============================================================  ============================  ==========
counted: different people who *got* a template while their     Meta's messaging limits       firm
window was closed, in any 24 hours, over all numbers
steps: 250, 2K, 10K, 100K, unlimited                           Meta's messaging limits       firm
`TIER_50` and `TIER_1K` of older days                          Meta's older pages            firm
beyond the limit: accepted, then `failed`                      observed by API clients       fair
with code 131048; earlier also 130429 (see `code`)             observed by API clients       guess
half of the limit used within 7 days with good quality: the    Meta's messaging limits       firm
next step within 6 hours, told by `business_capability_update`
exactly 6 hours                                                our deduction                 guess
throughput HIGH: 1,000 a second; up to a minute of 131057      Meta's throughput page        firm
=============================================================  ============================  ==========
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .account import Portfolio
from .refusals import Refusal

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
RAISED_AFTER = timedelta(hours=6)
STEPS: dict[str, int | None] = {
    "TIER_50": 50,
    "TIER_250": 250,
    "TIER_1K": 1_000,
    "TIER_2K": 2_000,
    "TIER_10K": 10_000,
    "TIER_100K": 100_000,
    "TIER_UNLIMITED": None,
}
# From each step to the next; those of older days lead into those of today.
NEXT = {
    "TIER_50": "TIER_250",
    "TIER_250": "TIER_2K",
    "TIER_1K": "TIER_10K",
    "TIER_2K": "TIER_10K",
    "TIER_10K": "TIER_100K",
    "TIER_100K": "TIER_UNLIMITED",
}
GOOD_QUALITY = ("GREEN", "YELLOW")
CODES = {131048: Refusal.REACH_AS_SPAM, 130429: Refusal.REACH_AS_RATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRaise:
    """The portfolio is to get its next step, unless its tier changed meanwhile."""

    tier: str


class Reach:
    """Who got a message outside their window, and when the last one came.

    code: with which of two codes a message beyond the limit fails; the documents name none.
    """

    def __init__(self, portfolio: Portfolio) -> None:
        self.code = 131048
        self._portfolio = portfolio
        self._reached: dict[str, datetime] = {}
        self._raising: str | None = None

    def used(self, now: datetime, within: timedelta = DAY) -> int:
        """How many people were reached."""
        return sum(at > now - within for at in self._reached.values())

    def refuses(self, wa_id: str, now: datetime) -> Refusal | None:
        """Return how a message to that person fails, if it may not reach them now."""
        limit = STEPS.get(self._portfolio.messaging_limit)
        counted = wa_id in self._reached and self._reached[wa_id] > now - DAY
        if limit is None or counted or self.used(now) < limit:
            return None
        return CODES[self.code]

    def count(self, wa_id: str, quality: str, now: datetime) -> TierRaise | None:
        """Count a delivery of a number of that quality; return the raise that it earned just now."""
        self._reached[wa_id] = now
        tier = self._portfolio.messaging_limit
        limit = STEPS.get(tier)
        if limit is None or self._raising == tier or quality not in GOOD_QUALITY:
            return None
        if 2 * self.used(now, WEEK) < limit:
            return None
        self._raising = tier
        return TierRaise(tier=tier)

    def raised(self, raise_: TierRaise) -> str | None:
        """Take the next step; return it, or None when the tier is another one by now."""
        if self._portfolio.messaging_limit != raise_.tier:
            return None
        self._portfolio.messaging_limit = NEXT[raise_.tier]
        return self._portfolio.messaging_limit
