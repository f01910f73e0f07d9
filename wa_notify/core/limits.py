"""How many people may be written to first in any 24 hours, and what of that is kept for what is critical.

Source: Meta's messaging limits. Counted are different people who get a template while their window is closed;
answers and everything inside a window are free. The limit belongs to the business portfolio, in older days
to each number. The platform counts what is delivered. We count what leaves, which is never less.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

DAY = timedelta(hours=24)
UNLIMITED = -1
SMALLEST = 250  # of every new account; it holds until the platform's word was read
TIER = re.compile(r"(?:TIER_)?(\d{1,9})(K?)")
FREE_OF_LIMIT = ("TIER_UNLIMITED", "UNLIMITED", str(UNLIMITED))


class ReachScope(StrEnum):
    """What shares one limit."""

    PORTFOLIO = "portfolio"
    NUMBER = "number"


class Allowed(StrEnum):
    """What the platform tells how much of it we may do."""

    REACH = "reach"  # people in 24 hours
    PACE = "pace"  # messages a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What the platform said last: ``amount`` (-1 without a limit), in its own word, where and when."""

    what: Allowed
    amount: int
    said: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """What is kept for critical messages: so many people, or a share of the limit."""

    people: int | None = None
    percent: int = 10

    def of(self, limit: int) -> int:
        """How many people that is; never more than there are."""
        share = -(-limit * self.percent // 100) if self.people is None else self.people
        return min(share, limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the configuration says: it may lower what the platform allows, never raise it.

    ``reach`` counts people in 24 hours; ``per_second`` replaces the pace that the platform reports.
    """

    scope: ReachScope = ReachScope.PORTFOLIO
    reach: int | None = None
    reserve: Reserve = field(default_factory=Reserve)
    per_second: int | None = None

    def limit(self, known: Allowance | None) -> int | None:
        """How many people may be reached in 24 hours; nothing when it is any number."""
        allowed = SMALLEST if known is None else known.amount
        limits = [limit for limit in (allowed, self.reach) if limit is not None and limit != UNLIMITED]
        return min(limits, default=None)

    def counted_in(self, number_id: str) -> str:
        """Under which name people are counted."""
        return number_id if self.scope is ReachScope.NUMBER else self.scope.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many people were reached in the last 24 hours, how many may be, and how many places are kept."""

    used: int
    limit: int | None
    reserve: int = 0

    def budget(self, *, critical: bool) -> int | None:
        """How many people messages of that weight may bring it to; nothing when any number."""
        if self.limit is None:
            return None
        return self.limit if critical else self.limit - self.reserve

    def lacking(self, *, critical: bool) -> int:
        """How many places have to become free before one more person can be reached; 0: one is free."""
        budget = self.budget(critical=critical)
        return 0 if budget is None else max(self.used + 1 - budget, 0)

    @property
    def into_reserve(self) -> bool:
        """Whether only critical messages find a place."""
        return self.lacking(critical=False) > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leeway:
    """Until when the limits keep a message back, each by itself; nothing where it may leave."""

    paused_until: datetime | None = None  # the number, account or app was told to slow down
    pair_free_at: datetime | None = None  # the person got too much
    place_free_at: datetime | None = None  # too many people were reached


def limit_of(said: str) -> int | None:
    """What a tier allows: ``TIER_2K`` is 2000, ``2000`` too, and -1 is any number; nothing for other words.

    The platform's documents and samples differ, so words and numbers are both read.
    """
    word = said.strip().upper()
    if word in FREE_OF_LIMIT:
        return UNLIMITED
    found = TIER.fullmatch(word)
    return int(found[1]) * (1000 if found[2] else 1) or None if found else None
