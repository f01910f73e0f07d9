"""The tokens of our number. They live in memory: a restart forgets a second, and no other process sends."""

from datetime import datetime

from wa_notify.core.pace import PER_SECOND, Bucket
from wa_notify.ports import Clock


class Throttle:
    """How many messages may leave now. ``pace``, in messages a second, is what the last turn found."""

    def __init__(self, *, clock: Clock) -> None:
        self.pace = PER_SECOND
        self._bucket = Bucket()
        self._clock = clock

    def room(self, now: datetime) -> int:
        """How many may leave."""
        return self._bucket.room(self.pace, now)

    def took(self, count: int, now: datetime) -> None:
        """So many left for WhatsApp."""
        if count:
            self._bucket = self._bucket.took(count, now)

    def not_before(self, due: datetime | None) -> datetime | None:
        """What is due, but not before a token is back: looking sooner would find nothing that may leave."""
        free_at = self._bucket.free_at(self.pace, self._clock())
        return due if due is None or free_at is None else max(due, free_at)
