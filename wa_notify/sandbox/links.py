"""What the platform fetches for messages that name a link instead of an uploaded file.

Meta's message reference: it downloads the file itself and keeps it for ten minutes under its exact address,
so that only a changed address is fetched anew. By default nothing is fetched here, and every link counts as
good unless its host ends in `.invalid`. With `fetches` the sandbox really asks, and keeps failures as long.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .clock import Clock
from .media import UPLOAD_MOST

KEPT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address gave: type and bytes."""

    mime_type: str
    content: bytes


# Asks an address for at most so many bytes; None when it cannot be had.
Fetch = Callable[[str, int], Awaitable[Fetched | None]]


class Links:
    """The addresses that were asked of late. `fetches`: whether they are asked at all."""

    def __init__(self, clock: Clock, fetch: Fetch) -> None:
        self.fetches = False
        self._clock = clock
        self._fetch = fetch
        self._kept: dict[str, tuple[datetime, Fetched | None]] = {}

    async def get(self, url: str) -> Fetched | None:
        """Return what the address gives, or gave within the last ten minutes; None when nothing."""
        now = self._clock()
        self._kept = {known: kept for known, kept in self._kept.items() if kept[0] > now}
        if url not in self._kept:
            self._kept[url] = (now + KEPT, await self._fetch(url, UPLOAD_MOST))
        return self._kept[url][1]
