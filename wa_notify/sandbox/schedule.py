"""What is still to happen, in order of time: a heap of (due, sequence number, event)."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from typing import Generic, TypeVar

E = TypeVar("E")


class Schedule(Generic[E]):
    """Events in order of their due instant; equal instants keep the order in which they were added."""

    __slots__ = ("_heap", "_numbers", "on_added")

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, E]] = []
        self._numbers = count()
        self.on_added: Callable[[], None] = lambda: None

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, due: datetime, event: E) -> None:
        """Let `event` happen at `due`, which may already have passed."""
        heapq.heappush(self._heap, (due, next(self._numbers), event))
        self.on_added()

    def events(self) -> Iterator[E]:
        """Everything that is still to happen, in no order."""
        return (event for _, _, event in self._heap)

    def next_due(self) -> datetime | None:
        """Return when the next event is due, None when nothing is waiting."""
        return self._heap[0][0] if self._heap else None

    @property
    def planned(self) -> tuple[tuple[datetime, E], ...]:
        """Everything that waits, in order, each with its due instant."""
        return tuple((due, event) for due, _, event in sorted(self._heap, key=lambda one: one[:2]))

    def pop(self, now: datetime) -> tuple[datetime, E] | None:
        """Take out the first event that is due at `now`, with its due instant; None when there is none."""
        if not self._heap or self._heap[0][0] > now:
            return None
        due, _, event = heapq.heappop(self._heap)
        return due, event
