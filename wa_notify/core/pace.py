"""How fast messages may leave: from our number to everybody, and to one person.

Source: Meta's rate limits. A number sends 80 messages a second, 1,000 once the platform raised it, and 20
while it is shared with the WhatsApp Business app. One person gets one message every 6 seconds; up to 45 may
be borrowed from the future, and are paid back by waiting. After a refusal for one person Meta advises to wait
4^X seconds. How far a number slows down after other refusals is our choice: to half, and back in a minute.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

PER_SECOND = 80
PER_SECOND_FAST = 1000  # once the platform reports the level HIGH
SPAN = timedelta(seconds=1.1)  # more than a second: what leaves apart may arrive closer together
PAIR_BURST = 45
PAIR_EVERY = timedelta(seconds=6)
PAIR_RESERVE = 5  # of the burst: what is not critical leaves these to what is
PAIR_RATE_CODE = 131056
PAIR_FORGIVEN = PAIR_BURST * PAIR_EVERY  # after so long without a refusal the next one counts as the first
LONGEST_PAIR_PAUSE = timedelta(minutes=15)

WHOLE = 1000  # shares of the pace are counted in thousandths
SMALLEST_SHARE = 50
RECOVERY = timedelta(minutes=1)  # from nothing to the whole pace, step by step
FORGIVEN = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=1)


class Throttled(StrEnum):
    """Whose limit was met: everything that shares it slows down."""

    NUMBER = "number"
    ACCOUNT = "account"
    APP = "app"


THROTTLED: dict[int, Throttled] = {
    130429: Throttled.NUMBER,
    80007: Throttled.ACCOUNT,
    4: Throttled.APP,
    613: Throttled.APP,
}
FIRST_PAUSE: dict[Throttled, timedelta] = {  # a second is over soon, limits of an hour are not
    Throttled.NUMBER: timedelta(seconds=1),
    Throttled.ACCOUNT: timedelta(minutes=1),
    Throttled.APP: timedelta(minutes=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slowdown:
    """What a refusal did to the pace: nothing leaves before ``paused_until``, and then less than usual.

    ``share`` is what was left of the pace at ``at``, in thousandths; it grows evenly from there.
    ``refusals`` counts those that followed one another.
    """

    scope: Throttled
    at: datetime
    paused_until: datetime
    share: int
    refusals: int = 1

    def share_at(self, now: datetime) -> int:
        """What there is of the pace by now."""
        grown = WHOLE * max(now - self.paused_until, timedelta(0)) // RECOVERY
        return min(WHOLE, self.share + grown)


def slowed(
    before: Slowdown | None, scope: Throttled, now: datetime, regain: timedelta | None = None
) -> Slowdown:
    """The scope met its limit: half the pace after a pause, which doubles while refusals follow one another.

    ``regain`` is when the platform says that it will take more. What was on its way when the first refusal
    came is refused as well and changes nothing.
    """
    if before is not None and now < before.paused_until:
        until = before.paused_until if regain is None else max(before.paused_until, now + regain)
        return replace(before, paused_until=until)
    lately = before is not None and now - before.paused_until < FORGIVEN
    refusals = before.refusals + 1 if before is not None and lately else 1
    share = before.share_at(now) if before is not None else WHOLE
    pause = min(FIRST_PAUSE[scope] * (1 << min(refusals - 1, 20)), LONGEST_PAUSE)
    return Slowdown(
        scope=scope,
        at=now,
        paused_until=now + (pause if regain is None else max(regain, FIRST_PAUSE[scope])),
        share=max(share // 2, SMALLEST_SHARE),
        refusals=refusals,
    )


def slowed_pace(per_second: int, slowdowns: Iterable[Slowdown], now: datetime) -> int:
    """How many messages a second there may be by now; at least one."""
    share = min((one.share_at(now) for one in slowdowns), default=WHOLE)
    return max(per_second * share // WHOLE, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The tokens of one number: as many as may leave in a second, each back a little more than that later.

    ``taken`` tells when, and how many at once, oldest first. All who send from the number share it.
    """

    taken: tuple[tuple[datetime, int], ...] = ()

    def room(self, per_second: int, now: datetime) -> int:
        """How many messages may leave now."""
        return max(per_second - sum(count for _, count in self._recent(now)), 0)

    def took(self, count: int, now: datetime) -> "Bucket":
        """So many messages left."""
        return Bucket(taken=(*self._recent(now), (now, count)))

    def free_at(self, per_second: int, now: datetime) -> datetime | None:
        """When the next message may leave; nothing when it may now."""
        recent = self._recent(now)
        taken, free_at = sum(count for _, count in recent), None
        for at, count in recent:
            if taken < per_second:
                break
            taken, free_at = taken - count, at + SPAN
        return free_at

    def _recent(self, now: datetime) -> tuple[tuple[datetime, int], ...]:
        return tuple((at, count) for at, count in self.taken if at > now - SPAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """How much our number has sent to one person: everything is paid back at ``filled_until``.

    After a refusal nothing leaves before ``paused_until``.
    """

    filled_until: datetime | None = None
    paused_until: datetime | None = None
    refusals: int = 0

    def free_at(self, now: datetime, *, critical: bool) -> datetime | None:
        """When one more message may leave for the person; nothing when it may now."""
        burst = PAIR_BURST if critical else PAIR_BURST - PAIR_RESERVE
        free_at = self._filled_by_one_more(now) - burst * PAIR_EVERY
        free_at = max(free_at, self.paused_until or free_at)
        return free_at if free_at > now else None

    def taken(self, now: datetime) -> "Pair":
        """One message leaves."""
        return replace(self, filled_until=self._filled_by_one_more(now))

    def given_back(self) -> "Pair":
        """One message that was counted never left."""
        return replace(self, filled_until=self.filled_until and self.filled_until - PAIR_EVERY)

    def refused(self, now: datetime) -> "Pair":
        """The platform says that it was too much: nothing for 4^X seconds, X counting from 0."""
        lately = self.paused_until is not None and now - self.paused_until < PAIR_FORGIVEN
        steps = self.refusals if lately else 0
        pause = min(timedelta(seconds=4 ** min(steps, 10)), LONGEST_PAIR_PAUSE)
        return replace(self, paused_until=now + pause, refusals=steps + 1)

    def _filled_by_one_more(self, now: datetime) -> datetime:
        return max(self.filled_until or now, now) + PAIR_EVERY
