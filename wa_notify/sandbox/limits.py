"""How fast a business number may send: to everybody, and to one person.

Meta documents 80 messages a second per number, and one message per 6 seconds to the same person with bursts
of up to 45 that are borrowed from the future. The token bucket below (45 tokens, one back every 6 seconds) is
our model of the latter; `pair_borrows` takes the words more literally: within 6 seconds up to 45, then
nothing until as long as these would have taken one by one. Whether refused attempts cost quota is
undocumented; here they do not. What people send counts for the throughput too, but is never refused.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from .refusals import Refusal, Refused

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The pace of each number, changeable at run time.

    `complaints_a_step`: how many blocks and reports within 7 days lower the quality of a number by a step;
    None, the default, for any number (Meta tells that they count, not how).
    `pair_borrows`: a burst to one person has to be waited off whole before the next message.
    `throttle_http` is the HTTP status of throttle refusals: newer descriptions say 429, older ones 400.
    """

    per_second: int = 80
    pair_burst: int = 45
    pair_every: timedelta = timedelta(seconds=6)
    pair_borrows: bool = False
    throttle_http: int = 429
    complaints_a_step: int | None = None


class Throughput:
    """Messages of one business number within any second."""

    __slots__ = ("_taken",)

    def __init__(self) -> None:
        self._taken: deque[datetime] = deque()

    def has_room(self, now: datetime, per_second: int) -> bool:
        """Whether one more message fits into the second that ends now."""
        self._forget(now)
        return len(self._taken) < per_second

    def take(self, now: datetime) -> None:
        """Count one message."""
        self._forget(now)
        self._taken.append(now)

    def _forget(self, now: datetime) -> None:
        while self._taken and self._taken[0] <= now - SECOND:
            self._taken.popleft()


class Pace:
    """What one business number has sent of late: to all, to each person, and whether it is being upgraded."""

    __slots__ = ("_pairs", "_throughput", "maintenance_until")

    def __init__(self) -> None:
        self.maintenance_until: datetime | None = None
        self._throughput = Throughput()
        self._pairs: dict[str, PairBucket] = {}

    def received(self, now: datetime) -> None:
        """Count one message from somebody."""
        self._throughput.take(now)

    def take(self, wa_id: str, now: datetime, limits: Limits, speed: int | None) -> None:
        """Count one message to that person. Raises Refused, counting nothing, when there is no room.

        speed: messages a second of the number itself, where they are others than everybody's (`speed_of`).
        """
        if self.maintenance_until is not None and now < self.maintenance_until:
            raise Refused(Refusal.MAINTENANCE)
        pair = self._pairs.setdefault(wa_id, PairBucket(now))
        if not self._throughput.has_room(now, speed or limits.per_second):
            raise Refused(Refusal.THROUGHPUT)
        if not pair.has_room(now, limits):
            raise Refused(Refusal.PAIR_RATE)
        self._throughput.take(now)
        pair.take(now, limits)

    def sweep(self, now: datetime, limits: Limits) -> None:
        """Forget the people whose bucket is full again."""
        self._pairs = {wa_id: pair for wa_id, pair in self._pairs.items() if not pair.is_full(now, limits)}


class PairBucket:
    """What one (business number, person) may still send: the instant when its bucket is full again.

    For `Limits.pair_borrows` also when the last burst began, and how many messages it had.
    """

    __slots__ = ("_began", "_full_at", "_sent")

    def __init__(self, now: datetime) -> None:
        self._full_at = self._began = now
        self._sent = 0

    def has_room(self, now: datetime, limits: Limits) -> bool:
        """Whether one more message may go now."""
        if not limits.pair_borrows:
            return self._after(now, limits) - now <= limits.pair_burst * limits.pair_every
        if self._in_burst(now, limits):
            return self._sent < limits.pair_burst
        return now >= self._began + self._sent * limits.pair_every

    def is_full(self, now: datetime, limits: Limits) -> bool:
        """Whether every token is there."""
        return self._after(now, limits) == now + limits.pair_every

    def take(self, now: datetime, limits: Limits) -> None:
        """Count one message."""
        self._full_at = self._after(now, limits)
        if not self._in_burst(now, limits):
            self._began, self._sent = now, 0
        self._sent += 1

    def _in_burst(self, now: datetime, limits: Limits) -> bool:
        return now < self._began + limits.pair_every

    def _after(self, now: datetime, limits: Limits) -> datetime:
        return max(self._full_at, now) + limits.pair_every
