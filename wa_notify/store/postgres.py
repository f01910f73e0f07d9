"""The store in a PostgreSQL database: one session that writes, one that reads, each in a thread of its own.

Works run in the same batches as on SQLite, each batch one transaction that holds the pen (see
`postgres_locks`). A session that was lost is made anew. A batch of which nothing was committed then runs once
more; when the answer to a COMMIT was lost, nobody knows whether it was stored, and the callers are told so.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from typing import TypeVar

import psycopg
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from wa_notify.core.errors import StoreError
from wa_notify.core.news import News
from wa_notify.ports import Transaction, Views
from wa_notify.store.address import PostgresAddress
from wa_notify.store.connection import Connection
from wa_notify.store.postgres_ears import NEWS, Ears
from wa_notify.store.postgres_faults import explained
from wa_notify.store.postgres_locks import COUNT, COUNTED, TAKE_PEN
from wa_notify.store.postgres_schema import check_schema
from wa_notify.store.postgres_session import PostgresSession
from wa_notify.store.transaction import SqlTransaction
from wa_notify.store.views import SqlViews
from wa_notify.store.writer import Writer

T = TypeVar("T")

WORDS = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy left it so
LOOK = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
LOST_ANSWER = (
    "The database {address} was lost while it committed, so it is not known whether this was stored. "
    "What is asked again is not doubled."
)


def open_postgres(
    address: PostgresAddress, *, exclusive: bool, shared: bool, gather: float
) -> "PostgresStore":
    """Open a database of the present schema; see `wa_notify.store.opening.open_store`."""
    try:
        return PostgresStore(address, serves=exclusive, shared=shared, gather=gather)
    except psycopg.Error as error:
        raise explained(error, address) from error


class PostgresStore:
    """See `wa_notify.ports.Store`; `open_postgres` makes one."""

    def __init__(self, address: PostgresAddress, *, serves: bool, shared: bool, gather: float) -> None:
        self._address = address
        with ExitStack() as undo:
            scribe = PostgresScribe(address)
            undo.callback(scribe.close)
            self._session = PostgresSession(address, "reader")
            undo.callback(self._session.close)
            self._ears = Ears(address, shared=shared, is_ours=scribe.is_ours) if serves else None
            undo.pop_all()
        self._views: Views = SqlViews(Connection(self._session, WORDS))
        self._writer = Writer(scribe, gather=gather)
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
        """Whether no other service worked on the database when this one began."""
        return self._ears is None or self._ears.alone

    @property
    def keeps_house(self) -> bool:
        """Whether this service does what one of all does for them."""
        return self._ears is None or self._ears.keeps_house

    def hear_others(self, listener: Callable[[], None]) -> None:
        """Call it, in a thread of the store, soon after another process wrote."""
        if self._ears:
            self._ears.hear(listener)

    def changed_elsewhere(self) -> Future[bool]:
        """Whether another process wrote something since this was last asked."""
        changed: Future[bool] = Future()
        changed.set_result(self._ears is not None and self._ears.take_heard())
        return changed

    def listen(self, listener: Callable[[Sequence[News]], None]) -> None:
        """Hand over the news of each commit, in the store's thread, once they are durable."""
        self._writer.listen(listener)

    def empty_journal(self) -> bool:
        """Nothing is to be done: a server keeps no journal beside the database that we could empty."""
        return True

    def close(self) -> None:
        """Finish what was handed in, then let go of the database."""
        self._reader.shutdown()
        self._session.close()
        self._writer.close()
        if self._ears:
            self._ears.close()

    def _look(self, query: Callable[[Views], T]) -> T:
        try:
            return self._at_one_moment(query)
        except psycopg.Error as error:
            if not self._session.lost:
                raise explained(error, self._address) from error
        try:
            self._session.renew()
            return self._at_one_moment(query)
        except psycopg.Error as error:
            raise explained(error, self._address) from error

    def _at_one_moment(self, query: Callable[[Views], T]) -> T:
        self._session.execute(LOOK)
        try:
            return query(self._views)
        finally:
            with suppress(psycopg.Error):  # a lost session is known by now, and has nothing to take back
                self._session.execute("ROLLBACK")


class PostgresScribe:
    """How PostgreSQL begins, commits and takes back (see `wa_notify.store.writer.Scribe`)."""

    def __init__(self, address: PostgresAddress) -> None:
        self._address = address
        # Nothing is taken for granted about the database behind a new session
        self._session = PostgresSession(address, "writer", partial(check_schema, address=address))
        self._connection = Connection(self._session, WORDS, (psycopg.Error,), writes=True)
        self._counted = 0  # the changes of everybody, up to what we remember

    def is_ours(self, session: int) -> bool:
        """Whether that is the number of our session."""
        return session == self._session.number

    def transaction(self) -> SqlTransaction:
        """The verbs, for one work."""
        return SqlTransaction(self._connection)

    def begin(self) -> None:
        """Take the pen; from here on nobody else writes."""
        self._session.renew()
        self._connection.begin("BEGIN ISOLATION LEVEL READ COMMITTED")
        self._session.execute(TAKE_PEN)
        ((counted,),) = self._session.execute(COUNTED, {}).fetchall()
        if counted != self._counted:  # another session changed something
            self._connection.forget()
            self._counted = counted

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
        """Make everything since `begin` durable, and let others know if there is something to know."""
        if self._connection.has_changes:
            self._session.execute(COUNT)
            self._session.execute(f"NOTIFY {NEWS}")
            self._counted += 1
        try:
            self._session.execute("COMMIT")
        except psycopg.Error as error:
            if self._session.lost:
                raise StoreError(LOST_ANSWER.format(address=self._address)) from None
            raise error from error.__cause__

    def roll_back(self) -> None:
        """Forget everything since `begin`; with the session the server has done so itself."""
        self._connection.rolled_back()
        with suppress(psycopg.Error):
            self._session.execute("ROLLBACK")

    def lost(self) -> bool:
        """Whether the session was lost, and with it all that was not committed."""
        return self._session.lost

    def explain(self, error: BaseException) -> BaseException:
        """What to tell the caller."""
        return explained(error, self._address)

    def close(self) -> None:
        """Let go of the database."""
        self._session.close()
