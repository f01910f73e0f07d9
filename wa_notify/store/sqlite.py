"""The store on one SQLite file: WAL, every commit synced to disk, one thread that writes, one that reads."""

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from wa_notify.core.errors import StoreError
from wa_notify.core.news import News
from wa_notify.ports import Transaction, Views
from wa_notify.store.connection import Connection
from wa_notify.store.location import (
    LOCK_WAIT,
    SchemaOutdated,
    check_schema,
    connect,
    database_path,
    explained,
)
from wa_notify.store.lock import ServiceLock
from wa_notify.store.transaction import SqlTransaction
from wa_notify.store.views import SqlViews
from wa_notify.store.writer import Writer

__all__ = ["SchemaOutdated", "SqliteStore", "open_store"]

T = TypeVar("T")

WORDS = sqlite_dialect(paramstyle="named")
PRAGMAS = (
    "synchronous = FULL",  # a commit has reached the disk
    "foreign_keys = ON",
    f"busy_timeout = {LOCK_WAIT * 1000:.0f}",
    "cache_size = -16000",  # KiB
    "temp_store = MEMORY",
    "secure_delete = ON",  # what a person deleted, or who was erased, is overwritten, not only let go of
)


def open_store(path_or_url: str, *, exclusive: bool = True, gather: float = 0.0) -> "SqliteStore":
    """Open a database of the present schema.

    ``exclusive`` is for the service, of which there may be one; tools that only look or write a little beside
    it do without. ``gather`` is how many seconds the writer waits for more when several works come at once.

    Raises `SchemaOutdated` when the file is new or older, `StoreError` when it cannot be used.
    """
    path = database_path(path_or_url)
    if not path.exists():
        raise SchemaOutdated(f"There is no database {path} yet. Run `wa-notify migrate` to create it.")
    with ExitStack() as undo:
        lock = ServiceLock(path) if exclusive else None
        if lock:
            undo.callback(lock.release)
        try:
            store = SqliteStore(path, lock, gather)
        except sqlite3.Error as error:
            raise explained(error, path) from error
        undo.pop_all()
        return store


class SqliteStore:
    """See `wa_notify.ports.Store`; `open_store` makes one."""

    def __init__(self, path: Path, lock: ServiceLock | None, gather: float) -> None:
        self._path = path
        self._lock = lock
        with ExitStack() as undo:
            self._driver = undo.enter_context(closing(connect(path)))
            check_schema(self._driver, path)
            _use_wal(self._driver)
            for pragma in PRAGMAS:
                self._driver.execute(f"PRAGMA {pragma}").fetchall()
            self._version = _data_version(self._driver)
            self._read_driver = undo.enter_context(closing(connect(path, read_only=True)))
            undo.pop_all()
        self._views: Views = SqlViews(Connection(self._read_driver, WORDS))
        self._writer = Writer(SqliteScribe(self._driver, path), gather=gather)
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-reader")

    def transact(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Run the work in the store's thread; the future is done once it is durable."""
        return self._writer.submit(work)

    def rehearse(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Run the work and take everything back: what would happen if."""
        return self._writer.submit(work, rehearsal=True)

    def read(self, query: Callable[[Views], T]) -> Future[T]:
        """Look at what is durable, all of it at one moment."""
        try:
            return self._reader.submit(self._look, query)
        except RuntimeError:
            refused: Future[T] = Future()
            refused.set_exception(StoreError("The database was closed before this could be read."))
            return refused

    @property
    def alone(self) -> bool:
        """Always: the lock keeps every other service away."""
        return True

    @property
    def keeps_house(self) -> bool:
        """Always."""
        return True

    def hear_others(self, listener: Callable[[], None]) -> None:
        """Nothing calls it: a file does not tell who wrote to it."""

    def changed_elsewhere(self) -> Future[bool]:
        """Whether another process wrote something since this was last asked."""
        return self._writer.submit(lambda _: self._has_changed(), rehearsal=True)

    def listen(self, listener: Callable[[Sequence[News]], None]) -> None:
        """Hand over the news of each commit, in the store's thread, once they are durable."""
        self._writer.listen(listener)

    def empty_journal(self) -> bool:
        """Move all of the journal into the database file, so that nothing deleted is left in it.

        Whether that was possible: another process that reads at the moment hinders it.
        """
        try:
            with closing(connect(self._path)) as driver:
                ((hindered, *_),) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            raise explained(error, self._path) from error
        return not hindered

    def close(self) -> None:
        """Finish what was handed in, then let go of the database."""
        self._reader.shutdown()
        self._read_driver.close()
        self._writer.close()
        if self._lock:
            self._lock.release()
            self._lock = None

    def _look(self, query: Callable[[Views], T]) -> T:
        try:
            self._read_driver.execute("BEGIN")
            try:
                return query(self._views)
            finally:
                self._read_driver.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise explained(error, self._path) from error

    def _has_changed(self) -> bool:
        before, self._version = self._version, _data_version(self._driver)
        return self._version != before


class SqliteScribe:
    """How SQLite begins, commits and takes back (see `wa_notify.store.writer.Scribe`)."""

    def __init__(self, driver: sqlite3.Connection, path: Path) -> None:
        self._driver = driver
        self._connection = Connection(driver, WORDS, (sqlite3.Error,), writes=True)
        self._version = _data_version(driver)
        self._path = path

    def transaction(self) -> SqlTransaction:
        """The verbs, for one work."""
        return SqlTransaction(self._connection)

    def begin(self) -> None:
        """Take the right to write at once: a transaction that asks for it midway can be refused."""
        self._connection.begin("BEGIN IMMEDIATE")
        version = _data_version(self._driver)
        if version != self._version:  # another process wrote
            self._version = version
            self._connection.forget()

    def begin_work(self) -> None:
        """From here on a work can be taken back by itself."""
        self._connection.savepoint("work")

    def take_back_work(self) -> None:
        """Forget everything since `begin_work`."""
        self._connection.back_to("work")

    def end_work(self) -> None:
        """The work is over, and stays or was taken back."""
        self._connection.release("work")

    def commit(self) -> None:
        """Make everything since `begin` durable."""
        self._driver.execute("COMMIT")

    def roll_back(self) -> None:
        """Forget everything since `begin`; after some faults SQLite has done so itself."""
        self._connection.rolled_back()
        with suppress(sqlite3.Error):
            if self._driver.in_transaction:
                self._driver.execute("ROLLBACK")

    def lost(self) -> bool:
        """Never: a file does not go away."""
        return False

    def explain(self, error: BaseException) -> BaseException:
        """What to tell the caller."""
        return explained(error, self._path)

    def close(self) -> None:
        """Let go of the file."""
        self._driver.close()


def _use_wal(driver: sqlite3.Connection) -> None:
    """Let readers and the writer not wait for each other.

    A new file is changed over once, and there SQLite refuses at once instead of waiting for another process.
    """
    give_up_at = monotonic() + LOCK_WAIT
    while True:
        try:
            driver.execute("PRAGMA journal_mode = WAL").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > give_up_at:
                raise
            sleep(0.01)
        else:
            return


def _data_version(driver: sqlite3.Connection) -> int:
    ((version,),) = driver.execute("PRAGMA data_version")
    return int(version)
