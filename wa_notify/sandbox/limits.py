"""How fast a business number may send: to everybody, and to one person.

Meta documents 80 messages a second per number, and one message per 6 seconds to the same person with bursts
of up to 45 that are borrowed from the future. The token bucket below (45 tokens, one back every 6 seconds) is
our model of the latter. Whether refused attempts cost quota is undocumented; here they do not.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from .refusals import Refusal, Refused

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

    def has_room(self, now: datetime, per_second: int) -> bool:
        """Whether one more message fits into the second that ends now."""
        while self._taken and self._taken[0] <= now - SECOND:
            self._taken.popleft()
        return len(self._taken) < per_second

    def take(self, now: datetime) -> None:
        """Count one message."""
        self._taken.append(now)


class Pace:
    """What one business number has sent of late: to all, to each person, and whether it is being upgraded.

    per_second: its own limit, where its throughput is another than everybody's.
    """

    __slots__ = ("_pairs", "_throughput", "maintenance_until", "per_second")

    def __init__(self) -> None:
        self.maintenance_until: datetime | None = None
        self.per_second: int | None = None
        self._throughput = Throughput()
        self._pairs: dict[str, PairBucket] = {}

    def take(self, wa_id: str, now: datetime, limits: Limits) -> None:
        """Count one message to that person. Raises Refused, counting nothing, when there is no room."""
        if self.maintenance_until is not None and now < self.maintenance_until:
            raise Refused(Refusal.MAINTENANCE)
        pair = self._pairs.setdefault(wa_id, PairBucket(now))
        if not self._throughput.has_room(now, self.per_second or limits.per_second):
            raise Refused(Refusal.THROUGHPUT)
        if not pair.has_room(now, limits):
            raise Refused(Refusal.PAIR_RATE)
        self._throughput.take(now)
        pair.take(now, limits)

    def sweep(self, now: datetime, limits: Limits) -> None:
        """Forget the people whose bucket is full again."""
        self._pairs = {wa_id: pair for wa_id, pair in self._pairs.items() if not pair.is_full(now, limits)}


class PairBucket:
    """The token bucket of one (business number, person), kept exactly as the instant when it is full."""

    __slots__ = ("_full_at",)

    def __init__(self, now: datetime) -> None:
        self._full_at = now

    def has_room(self, now: datetime, limits: Limits) -> bool:
        """Whether a whole token is there."""
        return self._after(now, limits) - now <= limits.pair_burst * limits.pair_every

    def is_full(self, now: datetime, limits: Limits) -> bool:
        """Whether every token is there."""
        return self._after(now, limits) == now + limits.pair_every

    def take(self, now: datetime, limits: Limits) -> None:
        """Take a token out."""
        self._full_at = self._after(now, limits)

    def _after(self, now: datetime, limits: Limits) -> datetime:
        return max(self._full_at, now) + limits.pair_every
