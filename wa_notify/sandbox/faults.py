"""Faults on demand: the next requests that match are refused, left without an answer, or cut off."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from .refusals import Refusal

READ_RECEIPTS = "read receipts"
FaultKind = Literal["error", "failed", "timeout", "accept_then_timeout", "disconnect"]
FAULT_KINDS: tuple[FaultKind, ...] = get_args(FaultKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to the next `times` requests whose path contains `path`.

    kind: `error` refuses with `refusal` (and HTTP `status` instead of the row's, if given); `failed` accepts
        the message and lets it fail later with `refusal`, as a callback; `timeout` never answers;
        `accept_then_timeout` accepts the message and never answers; `disconnect` cuts the connection.
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

    @property
    def fate(self) -> Refusal | None:
        """The refusal that an accepted message meets later."""
        return self.refusal if self.kind == "failed" else None


class Faults:
    """The faults that are waiting, oldest first."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """The faults that have not all happened yet, with their remaining times."""
        return tuple(self._waiting)

    def add(self, fault: Fault) -> None:
        """Let a fault happen to the next matching requests, after those added before."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all waiting faults."""
        self._waiting.clear()

    def take(self, path: str, *, naming: str = "") -> Fault | None:
        """Return the fault that meets a request to that path, using it up once.

        naming: only one whose own path has these words in it.
        """
        for place, fault in enumerate(self._waiting):
            if fault.path in path and naming in fault.path:
                if fault.times == 1:
                    del self._waiting[place]
                else:
                    self._waiting[place] = replace(fault, times=fault.times - 1)
                return fault
        return None
