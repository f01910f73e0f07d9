"""How much an app and an account may ask in an hour: Meta's limits of calls, beside those of messages.

Meta's reference: an app and an account have 5,000 management calls an hour once a number is registered, 200
before; an app as a whole has a number of calls that depends on its users. Usage is told in headers. Messages
and files count for the app alone (our deduction).
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from .refusals import Refusal, Refused

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """Calls an hour, changeable at run time; None: as many as one likes, which is how the sandbox begins.

    app: calls of any kind with the tokens of one app (code 4). management: calls that need the permission to
    manage, of one app to one account with a registered number (80007); unregistered: the same without one.
    """

    app: int | None = None
    management: int | None = None
    unregistered: int | None = None

    def __post_init__(self) -> None:
        if min(most for most in (self.app, self.management, self.unregistered, 1) if most is not None) < 1:
            raise ValueError("A quota is 1 or more calls an hour, or none at all.")


DOCUMENTED = Quotas(app=200, management=5000, unregistered=200)  # of an app with one user


class Calls:
    """The calls of the last hour, counted by the minute, so that a million of them need no more room."""

    __slots__ = ("_counts", "_total")

    def __init__(self) -> None:
        self._counts: deque[tuple[datetime, int]] = deque()
        self._total = 0

    def within_hour(self, now: datetime) -> int:
        """Return how many there were."""
        while self._counts and self._counts[0][0] <= now - HOUR:
            self._total -= self._counts.popleft()[1]
        return self._total

    def add(self, now: datetime) -> None:
        """Count one."""
        minute = now.replace(second=0, microsecond=0)
        if self._counts and self._counts[-1][0] == minute:
            self._counts[-1] = (minute, self._counts[-1][1] + 1)
        else:
            self._counts.append((minute, 1))
        self._total += 1

    def free_at(self) -> datetime:
        """Return when there is room again after the quota was used up. There must have been a call."""
        return self._counts[0][0] + HOUR


class Usage:
    """Who has asked how much. `quotas` may be replaced at any time."""

    def __init__(self) -> None:
        self.quotas = Quotas()
        self._calls: dict[str, Calls] = {}

    def take(self, app_id: str, waba_id: str, now: datetime, *, manages: bool, registered: bool) -> None:
        """Count a call. Raises Refused, counting nothing, when a quota is used up."""
        app, account = self._of(app_id), self._of(f"{app_id}/{waba_id}")
        self._require(app, self.quotas.app, Refusal.APP_CALLS, now)
        if manages:
            self._require(account, self.most(registered=registered), Refusal.ACCOUNT_RATE, now)
            account.add(now)
        app.add(now)

    def most(self, *, registered: bool) -> int | None:
        """Return how many management calls there are in an hour."""
        return self.quotas.management if registered else self.quotas.unregistered

    def of_app(self, app_id: str, now: datetime) -> int:
        """Return what the app has used, in percent."""
        return _percent(self._of(app_id).within_hour(now), self.quotas.app)

    def of_account(self, app_id: str, waba_id: str, now: datetime, *, registered: bool) -> int:
        """Return what was used of the management calls, in percent."""
        used = self._of(f"{app_id}/{waba_id}").within_hour(now)
        return _percent(used, self.most(registered=registered))

    def _of(self, key: str) -> Calls:
        return self._calls.setdefault(key, Calls())

    def _require(self, calls: Calls, most: int | None, refusal: Refusal, now: datetime) -> None:
        if most is not None and calls.within_hour(now) >= most:
            raise Refused(refusal, wait=max(calls.free_at() - now, MINUTE))


def _percent(used: int, most: int | None) -> int:
    return 0 if most is None else min(100 * used // most, 100)
