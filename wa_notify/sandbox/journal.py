"""Everything that happened in the sandbox, in order, for people, tests and live pages.

An entry is written once and never changed. Secrets are blanked on the way in.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KEPT_ENTRIES = 5000
SECRET_KEYS = frozenset({"access_token", "app_secret", "appsecret_proof", "authorization", "verify_token"})
SECRET_KEYS |= {"client_secret", "input_token", "hub.verify_token", "pin"}
OWN = frozenset({"number", "at", "what"})  # what every entry tells of itself
BLANK = "[redacted]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened: `what` is a short word, `facts` are its JSON-able particulars.

    Raises ValueError for a fact under a name that the entry needs for itself.
    """

    number: int
    at: datetime
    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if taken := OWN & self.facts.keys():
            raise ValueError(f"A fact of {self.what!r} needs another name than {', '.join(sorted(taken))}.")

    def as_json(self) -> dict[str, Any]:
        """Return the entry as the control API shows it."""
        return {"number": self.number, "at": self.at.isoformat(), "what": self.what, **self.facts}


class Journal:
    """The newest entries, numbered from 1 without gaps; older ones are forgotten."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT_ENTRIES)
        self._written = 0
        self._followers: set[asyncio.Event] = set()
        self._closed = False
        self.on_written: Callable[[Entry], None] = lambda _: None

    @property
    def written(self) -> int:
        """How many entries were ever written, which is the number of the newest."""
        return self._written

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The kept entries, oldest first."""
        return tuple(self._entries)

    def write(self, at: datetime, what: str, **facts: Any) -> None:
        """Add an entry; values under a secret's name are blanked."""
        self._written += 1
        entry = Entry(number=self._written, at=at, what=what, facts=redacted(facts))
        self._entries.append(entry)
        self._wake()
        self.on_written(entry)

    def since(self, number: int) -> Iterable[Entry]:
        """Return the kept entries that are newer than `number`, oldest first."""
        missed = min(max(self._written - number, 0), len(self._entries))
        return () if missed == 0 else list(self._entries)[-missed:]

    async def follow(self, number: int, *, idle_seconds: float) -> AsyncIterator[tuple[Entry, ...]]:
        """Yield what is newer than `number` as it comes; an empty tuple after each idle stretch.

        Ends when the journal is closed.
        """
        signal = asyncio.Event()
        self._followers.add(signal)
        try:
            while not self._closed:
                news = tuple(self.since(number))
                number = news[-1].number if news else number
                yield news
                await _wait(signal, idle_seconds)
        finally:
            self._followers.discard(signal)

    def close(self) -> None:
        """Let every follower end."""
        self._closed = True
        self._wake()

    def stir(self) -> None:
        """Let every follower look round though nothing was written: they get an empty tuple."""
        self._wake()

    def _wake(self) -> None:
        for signal in self._followers:
            signal.set()


async def _wait(signal: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await signal.wait()
    except TimeoutError:
        return
    signal.clear()


def redacted(value: Any) -> Any:
    """Return a copy of a JSON-able value in which everything under a secret's name is blanked."""
    if isinstance(value, Mapping):
        return {
            key: BLANK if str(key).lower() in SECRET_KEYS else redacted(item) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted(item) for item in value]
    return value
