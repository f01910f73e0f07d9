"""How fast a business number may send: to everybody, and to one person.

Meta documents 80 messages a second per number, and one message per 6 seconds to the same person with bursts
of up to 45 that are borrowed from the future. The token bucket below (45 tokens, one back every 6 seconds) is
our model of the latter. Whether refused attempts cost quota is undocumented; here they do not.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The account's pace, changeable at run time.

    `throttle_http` is the HTTP status of throttle refusals: newer descriptions say 429, older ones 400.
    """

    per_second: int = 80
    pair_burst: int = 45
    pair_every: timedelta = timedelta(seconds=6)
    throttle_http: int = 429


class Throughput:
    """Messages of one business number within any second."""

    __slots__ = ("_taken",)

    def __init__(self) -> None:
        self._taken: deque[datetime] = deque()

    def has_room(self, now: datetime, limits: Limits) -> bool:
        """Whether one more message fits into the second that ends now."""
        while self._taken and self._taken[0] <= now - SECOND:
            self._taken.popleft()
        return len(self._taken) < limits.per_second

    def take(self, now: datetime) -> None:
        """Count one message."""
        self._taken.append(now)


class PairBucket:
    """The token bucket of one (business number, person), kept exactly as the instant when it is full."""

    __slots__ = ("_full_at",)

    def __init__(self, now: datetime) -> None:
        self._full_at = now

    def has_room(self, now: datetime, limits: Limits) -> bool:
        """Whether a whole token is there."""
        return self._after(now, limits) - now <= limits.pair_burst * limits.pair_every

    def take(self, now: datetime, limits: Limits) -> None:
        """Take a token out."""
        self._full_at = self._after(now, limits)

    def _after(self, now: datetime, limits: Limits) -> datetime:
        return max(self._full_at, now) + limits.pair_every
