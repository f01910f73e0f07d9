"""The advisory locks by which processes agree at one database; the server frees those of whoever vanishes.

Each has two numbers: one for the schema that the tables are in, and one for what it is about.

- The *pen* is held by whoever writes, from the first statement of a transaction to its end. So transactions
  of all processes come one after the other, as in SQLite, and every rule that looks before it writes keeps
  its meaning. It is a lock of the transaction: under READ COMMITTED each statement looks afresh, so
  everything after the lock sees all that was committed by whoever had the pen before; COMMIT and ROLLBACK put
  it down without a round trip of their own; and whoever hangs with the pen hangs in a transaction, which the
  server ends.
- The *service* is held by who works off the outbox, for as long as its session lasts: together by several,
  or whole by who has to be alone.
- The *house* is kept by one of several services: it does what one does for all. When its session ends,
  because it died or because it was paused and the server has not heard of it, another takes over.
"""

from collections.abc import Callable
from time import monotonic, sleep

from wa_notify.core.errors import StoreError
from wa_notify.store.address import PostgresAddress
from wa_notify.store.dialects import BATCHES
from wa_notify.store.postgres_session import PostgresSession

PEN, SERVICE, HOUSE = 1, 2, 3
SCHEMA = "hashtext('wa_notify ' || current_schema())"
TAKE_PEN = f"SELECT pg_advisory_xact_lock({SCHEMA}, {PEN})"
# Whoever has changed something counts it before they put the pen down, so that others know what they knew.
COUNT = f"SELECT nextval('{BATCHES.name}')"
COUNTED = f"SELECT last_value + is_called::int FROM {BATCHES.name}"  # noqa: S608
TRY_SERVICE = f"SELECT pg_try_advisory_lock({SCHEMA}, {SERVICE})"
JOIN_SERVICE = f"SELECT pg_try_advisory_lock_shared({SCHEMA}, {SERVICE})"
LEAVE_SERVICE = f"SELECT pg_advisory_unlock({SCHEMA}, {SERVICE})"
TRY_HOUSE = f"SELECT pg_try_advisory_lock({SCHEMA}, {HOUSE})"
BE_ALONE = f"SELECT pg_try_advisory_xact_lock({SCHEMA}, {SERVICE})"
LEAVE_ALL = "SELECT pg_advisory_unlock_all()"
WHO_SERVES = (
    "SELECT coalesce(activity.application_name, ''), coalesce(host(activity.client_addr), '') "  # noqa: S608
    "FROM pg_locks AS held JOIN pg_stat_activity AS activity ON activity.pid = held.pid "
    "WHERE held.locktype = 'advisory' AND held.granted "
    "AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    f"AND held.classid::bigint = ({SCHEMA}::bigint & 4294967295) AND held.objid = {SERVICE} "
    "ORDER BY activity.backend_start"
)
TAKE_OVER = 2.0  # seconds in which the server notices that the last one is gone


def serve(session: PostgresSession, address: PostgresAddress) -> None:
    """Take the right to serve the database, alone. Raises `StoreError` while another has it."""
    _patiently(lambda: _has(session, TRY_SERVICE), session, address)


def join(session: PostgresSession, address: PostgresAddress) -> bool:
    """Take the right to serve the database beside others; whether there are none.

    Raises `StoreError` while somebody has it alone.
    """
    alone = False

    def try_it() -> bool:
        nonlocal alone
        alone = _has(session, TRY_SERVICE)
        return _has(session, JOIN_SERVICE)

    _patiently(try_it, session, address)
    if alone:
        _has(session, LEAVE_SERVICE)
    return alone


def keep_house(session: PostgresSession) -> bool:
    """Try to become the one who does what one of all services does; only for who is not it yet."""
    return _has(session, TRY_HOUSE)


def leave(session: PostgresSession) -> None:
    """Let others know at once that nobody serves here any more."""
    session.execute(LEAVE_ALL, {})


def who_serves(session: PostgresSession) -> tuple[str, ...]:
    """The names of the services that work on the database, and from where they do."""
    found = session.execute(WHO_SERVES, {}).fetchall()
    return tuple(f"{name or 'a process'}{f' from {host}' if host else ''}" for name, host in found)


def _patiently(try_it: Callable[[], bool], session: PostgresSession, address: PostgresAddress) -> None:
    give_up_at = monotonic() + TAKE_OVER
    while not try_it():
        if monotonic() > give_up_at:
            named = " and ".join(who_serves(session)) or "a process"
            raise StoreError(
                f"Another service works on {address} already: {named}. "
                "Stop it first, or give this one a database of its own."
            )
        sleep(0.05)


def _has(session: PostgresSession, words: str) -> bool:
    got: bool = session.execute(words, {}).fetchall()[0][0]
    return got
