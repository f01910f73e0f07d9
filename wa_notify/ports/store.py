"""Durable memory: where work becomes durable and people may look."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol, TypeVar

from wa_notify.core.news import News
from wa_notify.ports.transaction import Transaction
from wa_notify.ports.views import Views

T = TypeVar("T")


class Store(Protocol):
    """Durable memory. Works of many callers share one commit; each stands or falls alone."""

    def transact(self, work: Callable[[Transaction], T]) -> "Future[T]":
        """Run the work in the store's thread; the future is done once it is durable.

        The future raises what the work raised (then nothing of it was stored), or `StoreError`.
        """

    def rehearse(self, work: Callable[[Transaction], T]) -> "Future[T]":
        """Run the work and take everything back: what would happen if."""

    def read(self, query: Callable[[Views], T]) -> "Future[T]":
        """Look at what is durable."""

    @property
    def alone(self) -> bool:
        """Whether no other service worked on the database when this one began."""

    @property
    def keeps_house(self) -> bool:
        """Whether this service does what one of all does for them; another takes it over when it is gone."""

    def hear_others(self, listener: Callable[[], None]) -> None:
        """Call it, from any thread, soon after another service wrote; where it can only be asked, never."""

    def changed_elsewhere(self) -> "Future[bool]":
        """Whether another process has written to the database since this was last asked."""

    def empty_journal(self) -> bool:
        """See to it that nothing deleted is left in the journal beside the database; whether it was possible.

        It waits for the disk. Raises `StoreError`.
        """

    def listen(self, listener: Callable[[Sequence[News]], None]) -> None:
        """Hand over the news of each commit, in the store's thread, once they are durable."""

    def close(self) -> None:
        """Finish what was handed in, then let go of the database."""
