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
from 250 by verification of the business, or 2,000 people      Meta's messaging limits       firm
within 30 days with templates of high quality
that the verified grow from 250 by half of it, as from others  our deduction                 guess
exactly 6 hours                                                our deduction                 guess
throughput HIGH: 1,000 a second; up to a minute of 131057      Meta's throughput page        firm
for who may write to all, reached 100,000 people in 24 hours   Meta's throughput page        firm
with a quality that is not low; at once when that is so        our deduction                 guess
=============================================================  ============================  ==========
"""

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .account import BusinessNumber, Line, Portfolio
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


FAST_FROM = 100_000  # people within a day
SMALL = 250
UNVERIFIED = "TIER_250"  # the step from which who is not verified needs more than use
PROVEN_FROM, PROVING = 2_000, timedelta(days=30)
NUMBERS_AT_FIRST, NUMBERS = 2, 20  # Meta: numbers per portfolio
OLD_FORM_UNTIL = datetime(2026, 2, 1, tzinfo=UTC)  # Meta: `max_daily_conversation_per_phone` went in February


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRaise:
    """The portfolio is to get its next step, unless its tier changed meanwhile."""

    tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputRaise:
    """A number has earned its higher throughput."""

    line: Line


class Recent:
    """Different people within a stretch of time, up to now. Asked in order of time.

    Each person stands once in the heap, under an instant that may be older than their last one: then they
    move on when their turn comes. So a question costs what became old since the one before, and no more is
    kept than there are people.
    """

    __slots__ = ("_heap", "_last", "_within")

    def __init__(self, within: timedelta) -> None:
        self._within = within
        self._last: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []

    def add(self, wa_id: str, at: datetime) -> None:
        """Count somebody."""
        known = self._last.get(wa_id)
        self._last[wa_id] = at if known is None else max(at, known)
        if known is None:
            heapq.heappush(self._heap, (at, wa_id))

    def has(self, wa_id: str, now: datetime) -> bool:
        """Whether that person is among them."""
        return wa_id in self._last and self._last[wa_id] > now - self._within

    @property
    def last(self) -> Mapping[str, datetime]:
        """When each of them was counted last; some may be too old by now."""
        return self._last

    @property
    def remembered(self) -> int:
        """How many people are kept in memory."""
        return len(self._heap)

    def count(self, now: datetime) -> int:
        """How many they are."""
        while self._heap and self._heap[0][0] <= now - self._within:
            _, wa_id = self._heap[0]
            if (last := self._last[wa_id]) > now - self._within:
                heapq.heapreplace(self._heap, (last, wa_id))
            else:
                heapq.heappop(self._heap)
                del self._last[wa_id]
        return len(self._last)


class Reach:
    """Who got a message outside their window, of late.

    code: with which of two codes a message beyond the limit fails; the documents name none.
    fast_from: how many people within a day earn the higher throughput.
    raising: the tier from which the next step was earned, and will come.
    """

    def __init__(self, portfolio: Portfolio) -> None:
        self.code = 131048
        self.fast_from = FAST_FROM
        self._portfolio = portfolio
        self._day, self._week, self._proven = Recent(DAY), Recent(WEEK), Recent(PROVING)
        self.raising: str | None = None

    def used(self, now: datetime) -> int:
        """How many people were reached within the last 24 hours."""
        return self._day.count(now)

    @property
    def reached(self) -> Mapping[str, datetime]:
        """Who got a message of late, and when."""
        return self._week.last

    @reached.setter
    def reached(self, people: Mapping[str, datetime]) -> None:
        for wa_id, at in people.items():
            self._day.add(wa_id, at)
            self._week.add(wa_id, at)

    @property
    def proven(self) -> Mapping[str, datetime]:
        """Who got one of a template of high quality, and when."""
        return self._proven.last

    @proven.setter
    def proven(self, people: Mapping[str, datetime]) -> None:
        for wa_id, at in people.items():
            self._proven.add(wa_id, at)

    def count_strangers(self, number: int, now: datetime) -> None:
        """Count so many people whom nobody here knows, besides those of before; they earn no raise."""
        before = len(self._week.last)  # so that they are others than those of the same instant
        self.reached = {f"{now.isoformat()}/{before + place}": now for place in range(number)}

    def refuses(self, wa_id: str, now: datetime) -> Refusal | None:
        """Return how a message to that person fails, if it may not reach them now."""
        limit = STEPS.get(self._portfolio.messaging_limit)
        if limit is None or self._day.has(wa_id, now) or self.used(now) < limit:
            return None
        return CODES[self.code]

    def count(self, wa_id: str, now: datetime, *, quality: str, proves: bool) -> TierRaise | None:
        """Count a delivery of a number of that quality; return the raise that it earned just now.

        `proves`: its template is of high quality.
        """
        self._day.add(wa_id, now)
        self._week.add(wa_id, now)
        if proves:
            self._proven.add(wa_id, now)
        used, proven, tier = self._week.count(now), self._proven.count(now), self._portfolio.messaging_limit
        limit = STEPS.get(tier)
        if limit is None or self.raising == tier or quality not in GOOD_QUALITY:
            return None
        needs_proof = tier == UNVERIFIED and not self._portfolio.verified
        if proven < PROVEN_FROM if needs_proof else 2 * used < limit:
            return None
        self.raising = tier
        return TierRaise(tier=tier)

    def earns_throughput(self, number: BusinessNumber, now: datetime) -> bool:
        """Whether a number has earned the higher throughput and does not have it."""
        unlimited = STEPS.get(self._portfolio.messaging_limit, 0) is None
        worthy = number.throughput == "STANDARD" and number.quality_rating in GOOD_QUALITY
        return unlimited and worthy and self.used(now) >= self.fast_from

    def raised(self, raise_: TierRaise) -> str | None:
        """Take the next step; return it, or None when the tier is another one by now."""
        if self.raising == raise_.tier:
            self.raising = None
        if self._portfolio.messaging_limit != raise_.tier:
            return None
        self._portfolio.messaging_limit = NEXT[raise_.tier]
        return self._portfolio.messaging_limit


def capability_news(portfolio: Portfolio, at: datetime) -> dict[str, Any]:
    """Return the value of the `business_capability_update` that tells the messaging limit.

    `max_phone_numbers_per_business` comes at the limit 250, `max_phone_numbers_per_waba` above it.
    """
    tier, limit = portfolio.messaging_limit, STEPS[portfolio.messaging_limit]
    as_number = -1 if limit is None else limit
    value: dict[str, Any] = {
        "max_daily_conversations_per_business": as_number if portfolio.limit_as_number else tier
    }
    if at < OLD_FORM_UNTIL:
        value["max_daily_conversation_per_phone"] = as_number
    small = limit is not None and limit <= SMALL
    if small:
        return {**value, "max_phone_numbers_per_business": NUMBERS_AT_FIRST}
    return {**value, "max_phone_numbers_per_waba": NUMBERS}


def step_news(line: Line, old: str, new: str) -> dict[str, Any]:
    """Return the value of the `phone_number_quality_update` that once told a change of the limit."""
    event = "UPGRADE" if _size(old) < _size(new) else "DOWNGRADE"
    shown = {"display_phone_number": line.number.digits, "event": event}
    return {**shown, "current_limit": new, "old_limit": old}


def _size(tier: str) -> float:
    limit = STEPS[tier]
    return math.inf if limit is None else limit
