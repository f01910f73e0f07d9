"""Storms: how many messages about alerts one person gets in a while. The rest waits and comes as a digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """At most ``most`` messages in any span of ``within``; critical ones are counted by themselves."""

    most: int = 5
    within: timedelta = timedelta(minutes=10)
    most_critical: int = 15

    def limit(self, *, critical: bool) -> int:
        """How many messages of that weight a person gets in the span."""
        return self.most_critical if critical else self.most


def room_at(storm: Storm, left_at: Sequence[datetime], now: datetime, *, critical: bool) -> datetime | None:
    """When there is room for one more message; nothing when there is room now.

    ``left_at`` tells when the messages of the same weight left, the newest first.
    """
    most = storm.limit(critical=critical)
    recent = [at for at in left_at if at > now - storm.within]
    return recent[most - 1] + storm.within if len(recent) >= most else None
