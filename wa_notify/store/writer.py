"""One thread writes, and everything that waits for it shares one commit.

A commit has to wait for the disk, and that wait costs the same for one work as for hundreds. So the thread
takes whatever has gathered while it was busy, runs each work inside a savepoint of its own, commits once, and
only then tells the callers. With nobody else waiting, a work is committed at once.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import sleep
from typing import Any, Protocol, TypeAlias, TypeVar

from wa_notify.core.errors import StoreError
from wa_notify.core.logged import Logged
from wa_notify.core.news import News
from wa_notify.ports import Transaction
from wa_notify.store.transaction import SqlTransaction

T = TypeVar("T")
Listener: TypeAlias = Callable[[Sequence[News]], None]
_LOGGER = logging.getLogger(__name__)

MOST_AT_ONCE = 500  # so that the first of a long line does not wait for the last


class Scribe(Protocol):
    """The connection that writes, as far as commits go; used in the writer's thread alone."""

    def transaction(self) -> SqlTransaction:
        """The verbs, for one work."""

    def begin(self) -> None:
        """Begin to write; from here on nobody else does."""

    def begin_work(self) -> None:
        """From here on a work can be taken back by itself."""

    def take_back_work(self) -> None:
        """Forget everything since `begin_work`."""

    def end_work(self) -> None:
        """The work is over, and stays or was taken back."""

    def commit(self) -> None:
        """Make everything since `begin` durable."""

    def roll_back(self) -> None:
        """Forget everything since `begin`, if the database has not done so itself; never raises."""

    def lost(self) -> bool:
        """Whether the database is not there any more; it has then taken back what was not committed."""

    def explain(self, error: BaseException) -> BaseException:
        """What to tell the caller: a fault of the database becomes a `StoreError`."""

    def close(self) -> None:
        """Let go of the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One work and the future of its caller; a rehearsal is taken back whatever becomes of it."""

    work: Callable[[Transaction], Any]
    future: Future[Any]
    rehearsal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a work: a result, or the error it raised; and whether the database shall keep it."""

    result: Any = None
    error: BaseException | None = None
    kept: bool = False
    news: Sequence[News] = ()


class Writer:
    """The thread that writes. ``gather`` is how long it waits for more when several works came at once."""

    def __init__(self, scribe: Scribe, *, gather: float = 0.0, name: str = "store-writer") -> None:
        self._scribe = scribe
        self._gather = gather
        self._waiting: SimpleQueue[Job | None] = SimpleQueue()
        self._door = threading.Lock()
        self._closed = False
        self._listeners: list[Listener] = []
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Transaction], T], *, rehearsal: bool = False) -> Future[T]:
        """Hand in a work; the future is done once it is durable."""
        future: Future[T] = Future()
        with self._door:
            if self._closed:
                future.set_exception(StoreError("The database was closed before this could be stored."))
            else:
                self._waiting.put(Job(work=work, future=future, rehearsal=rehearsal))
        return future

    def listen(self, listener: Listener) -> None:
        """Hand over the news of each commit, in this thread, once they are durable."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Finish what was handed in, then let go of the database."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def _serve(self) -> None:
        while jobs := self._gathered():
            self._commit([job for job in jobs if job.future.set_running_or_notify_cancel()])
        self._scribe.close()

    def _gathered(self) -> list[Job]:
        """Everything that waits, or nothing when the store is closed; waits for the first."""
        first = self._waiting.get()
        if first is None:
            return []
        jobs = [first, *self._more(MOST_AT_ONCE - 1)]
        if self._gather and 1 < len(jobs) < MOST_AT_ONCE:
            sleep(self._gather)
            jobs += self._more(MOST_AT_ONCE - len(jobs))
        return jobs

    def _more(self, most: int) -> list[Job]:
        jobs: list[Job] = []
        while len(jobs) < most:
            try:
                job = self._waiting.get_nowait()
            except Empty:
                break
            if job is None:  # nothing comes after it; it is left for the next look
                self._waiting.put(None)
                break
            jobs.append(job)
        return jobs

    def _commit(self, jobs: list[Job]) -> None:
        if not jobs:
            return
        outcomes = self._outcomes(jobs)
        self._tell([one for outcome in outcomes for one in outcome.news])
        for job, outcome in zip(jobs, outcomes, strict=True):
            if outcome.error is None:
                job.future.set_result(outcome.result)
            else:
                job.future.set_exception(outcome.error)

    def _outcomes(self, jobs: list[Job], *, again: bool = True) -> list[Outcome]:
        """Run the works and commit; ``again`` if the database was lost before anything could be committed."""
        try:
            self._scribe.begin()
            outcomes = [self._attempt(job) for job in jobs]
            again = False
            if any(outcome.kept for outcome in outcomes):
                self._scribe.commit()
            else:  # what was taken back would still be written, and waited for
                self._scribe.roll_back()
        except BaseException as error:  # noqa: BLE001  # whatever it was, the callers hear it and the thread lives
            self._scribe.roll_back()
            if again and self._scribe.lost():
                return self._outcomes(jobs, again=False)
            return [Outcome(error=self._scribe.explain(error)) for _ in jobs]
        return outcomes

    def _attempt(self, job: Job) -> Outcome:
        """Run one work so that its failure touches no other; raises only when the whole batch is lost."""
        self._scribe.begin_work()
        transaction = self._scribe.transaction()
        try:
            result = job.work(transaction)
            if not job.rehearsal:
                self._scribe.end_work()
                return Outcome(result=result, kept=True, news=transaction.news)
            outcome = Outcome(result=result)
        except StopIteration:  # an asyncio future cannot carry it, and its caller would wait for ever
            outcome = Outcome(error=RuntimeError("The work for the store raised StopIteration."))
        except BaseException as error:  # noqa: BLE001  # a work may raise anything; its own caller is to know
            outcome = Outcome(error=self._scribe.explain(error))
        self._take_back(outcome)
        self._scribe.end_work()
        return outcome

    def _tell(self, news: Sequence[News]) -> None:
        for listener in self._listeners if news else ():
            try:
                listener(news)
            except Exception:
                _LOGGER.exception(
                    "A listener could not take in what was stored. It stays stored.",
                    extra=Logged.LISTENER_FAILED.of(),
                )

    def _take_back(self, outcome: Outcome) -> None:
        try:
            self._scribe.take_back_work()
        except Exception:
            # With a full or broken disk the database drops all of the transaction by itself, savepoints too.
            if isinstance(outcome.error, StoreError):
                raise outcome.error from outcome.error.__cause__
            raise
