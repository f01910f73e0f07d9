"""The advisory locks by which processes agree at one database; the server frees those of whoever vanishes.

Each has two numbers: one for the schema that the tables are in, and one for what it is about.

- The *pen* is held by whoever writes, from the first statement of a transaction to its end. So transactions
  of all processes come one after the other, as in SQLite, and every rule that looks before it writes keeps
  its meaning. It is a lock of the transaction: under READ COMMITTED each statement looks afresh, so
  everything after the lock sees all that was committed by whoever had the pen before; COMMIT and ROLLBACK put
  it down without a round trip of their own; and whoever hangs with the pen hangs in a transaction, which the
  server ends.
- The *service* is held by who works off the outbox, for as long as its session lasts.
"""

from time import monotonic, sleep

from wa_notify.core.errors import StoreError
from wa_notify.store.address import PostgresAddress
from wa_notify.store.dialects import BATCHES
from wa_notify.store.postgres_session import PostgresSession

PEN, SERVICE = 1, 2
SCHEMA = "hashtext('wa_notify ' || current_schema())"
TAKE_PEN = f"SELECT pg_advisory_xact_lock({SCHEMA}, {PEN})"
# Whoever takes it to change what others remember takes a number with it: the next one, if nobody else did.
TAKE_PEN_AND_NUMBER = f"SELECT nextval('{BATCHES.name}') FROM ({TAKE_PEN} OFFSET 0) AS pen"  # noqa: S608
TRY_SERVICE = f"SELECT pg_try_advisory_lock({SCHEMA}, {SERVICE})"
LEAVE_SERVICE = f"SELECT pg_advisory_unlock({SCHEMA}, {SERVICE})"
WHO_SERVES = (
    "SELECT coalesce(activity.application_name, ''), coalesce(host(activity.client_addr), '') "  # noqa: S608
    "FROM pg_locks AS held JOIN pg_stat_activity AS activity ON activity.pid = held.pid "
    "WHERE held.locktype = 'advisory' AND held.granted "
    "AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    f"AND held.classid::bigint = ({SCHEMA}::bigint & 4294967295) AND held.objid = {SERVICE}"
)
TAKE_OVER = 2.0  # seconds in which the server notices that the last one is gone


def serve(session: PostgresSession, address: PostgresAddress) -> None:
    """Take the right to serve the database. Raises `StoreError` while another has it.

    Several workers will share it (`pg_try_advisory_lock_shared`), and what must be alone will take it whole.
    """
    give_up_at = monotonic() + TAKE_OVER
    while not session.execute(TRY_SERVICE, {}).fetchall()[0][0]:
        if monotonic() > give_up_at:
            raise StoreError(
                f"Another service works on {address} already: {_named(who_serves(session))}. "
                "Stop it first, or give this one a database of its own."
            )
        sleep(0.05)


def who_serves(session: PostgresSession) -> tuple[str, str] | None:
    """By which name and from where a service works on the database, if one does."""
    found = session.execute(WHO_SERVES, {}).fetchall()
    return (found[0][0], found[0][1]) if found else None


def _named(holder: tuple[str, str] | None) -> str:
    name, host = holder or ("", "")
    return f"{name or 'a process'}{f' from {host}' if host else ''}"
