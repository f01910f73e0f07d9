"""Faults on demand: requests that match are refused, left unanswered, or cut off; once or in storms."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from .chance import Chance
from .refusals import Refusal

READ_RECEIPTS = "read receipts"
FaultKind = Literal["error", "failed", "timeout", "accept_then_timeout", "disconnect"]
FAULT_KINDS: tuple[FaultKind, ...] = get_args(FaultKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to the next `times` requests whose path contains `path`, or to a share for a while.

    kind: `error` refuses with `refusal` (and HTTP `status` instead of the row's, if given); `failed` accepts
        the message and lets it fail later with `refusal`, as a callback; `timeout` never answers;
        `accept_then_timeout` accepts the message and never answers; `disconnect` cuts the connection.
    share: which part of the matching requests it meets, by the sandbox's chance; the others do not use it up.
    lasts: a storm: it meets requests for so long instead of so often.
    hold_seconds: real seconds without an answer before the sandbox gives up with an HTTP 504. In process
        there is no connection to hold: the caller gets `httpx.ReadTimeout` at once, for a cut
        `httpx.RemoteProtocolError`, which is what it would see in the end.
    path: part of the path; nothing matches every Graph request. Read receipts go to the path of messages, but
        only a fault of the path `READ_RECEIPTS` meets them, so that it is known which request a fault meets.
    """

    kind: FaultKind = "error"
    refusal: Refusal = Refusal.SOMETHING_WRONG
    status: int | None = None
    times: int = 1
    share: float = 1.0
    lasts: timedelta | None = None
    path: str = "/messages"
    hold_seconds: float = 60.0

    def __post_init__(self) -> None:
        if self.kind not in FAULT_KINDS:
            raise ValueError(f"A fault is one of {', '.join(FAULT_KINDS)}, not {self.kind!r}.")
        if self.kind == "error" and self.refusal.value.http is None and self.status is None:
            raise ValueError(
                f"{self.refusal.value.code} never answers a request: use the kind `failed`, or a status."
            )
        if self.times < 1 or self.hold_seconds < 0:
            raise ValueError("`times` must be 1 or more, and `hold_seconds` not negative.")
        if not 0 < self.share <= 1:
            raise ValueError("`share` must be more than 0 and at most 1.")
        if self.lasts is not None and (self.lasts <= timedelta() or self.times != 1):
            raise ValueError("A storm `lasts` more than no time, and is not counted in `times`.")

    @property
    def fate(self) -> Refusal | None:
        """The refusal that an accepted message meets later."""
        return self.refusal if self.kind == "failed" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A fault that has not met all its requests yet: how many are `left`, or `until` when it storms."""

    fault: Fault
    left: int
    until: datetime | None = None


class Faults:
    """The faults that are waiting, oldest first."""

    __slots__ = ("_chance", "_waiting")

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._waiting: list[Waiting] = []

    def waiting(self, now: datetime) -> tuple[Waiting, ...]:
        """The faults that have not all happened yet; storms that are over are forgotten."""
        self._waiting = [one for one in self._waiting if one.until is None or now < one.until]
        return tuple(self._waiting)

    def add(self, fault: Fault, now: datetime) -> Waiting:
        """Let a fault happen to the next matching requests, after those added before."""
        until = None if fault.lasts is None else now + fault.lasts
        added = Waiting(fault=fault, left=fault.times, until=until)
        self._waiting.append(added)
        return added

    def clear(self) -> None:
        """Forget all waiting faults."""
        self._waiting.clear()

    def take(self, path: str, now: datetime) -> Fault | None:
        """Return the fault that meets a request to that path, using it up once."""
        for place, one in enumerate(self.waiting(now)):
            if one.fault.path in path and self._chance.happens(one.fault.share):
                self._use_up(place, one)
                return one.fault
        return None

    def _use_up(self, place: int, one: Waiting) -> None:
        if one.until is not None:
            return
        if one.left == 1:
            del self._waiting[place]
        else:
            self._waiting[place] = Waiting(fault=one.fault, left=one.left - 1)
