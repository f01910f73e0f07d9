"""The sandbox's time: a clock given by the host, plus an offset that the control API may move.

The sandbox shares no code with the software it judges, so it has a clock of its own. All instants are
timezone-aware UTC.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def utc_now() -> datetime:
    """Return the machine's time in UTC."""
    return datetime.now(UTC)


class SandboxClock:
    """A source of time with a virtual offset on top.

    A host that hands in its own source moves that one: shifting only the sandbox would tear its time apart
    from the host's. `owned` says whether the offset may be moved.
    """

    __slots__ = ("_offset", "_source")

    def __init__(self, source: Clock) -> None:
        self._source = source
        self._offset = timedelta()

    @property
    def owned(self) -> bool:
        """Whether the sandbox runs on the machine's time, and may therefore be shifted against it."""
        return self._source is utc_now

    @property
    def offset(self) -> timedelta:
        """How far the sandbox is ahead of its source; negative when behind."""
        return self._offset

    def __call__(self) -> datetime:
        """Return the sandbox's present instant."""
        return self._source() + self._offset

    def begin(self, at: datetime) -> None:
        """Set the time, backwards too: for a world in which nothing has happened yet.

        Raises ValueError when the source belongs to the host, and stands elsewhere.
        """
        if not self.owned and at != self():
            raise ValueError(
                f"The scenario starts at {at.isoformat()}, and the clock of the host stands at "
                f"{self().isoformat()}: set that clock first."
            )
        self._offset += at - self()

    def advance(self, by: timedelta) -> None:
        """Move forward. Raises ValueError when `by` is negative or the source belongs to the host."""
        if not self.owned:
            raise ValueError("This sandbox runs on a clock of its host: move that clock instead.")
        if by < timedelta():
            raise ValueError(f"Time only moves forward; asked for {by.total_seconds():g} seconds.")
        if by > LATEST - self():
            raise ValueError(f"Time ends at {LATEST:%Y}.")
        self._offset += by
