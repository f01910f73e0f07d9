"""The database at a server looked at from outside: whether it can be used, and who serves it.

Nothing is changed by it, and a service may be at work on it.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta

import psycopg

from wa_notify.core.errors import StoreError
from wa_notify.core.examination import Check, Finding, fault, judge_shared_clock, ok
from wa_notify.store.address import PostgresAddress
from wa_notify.store.location import HEAD
from wa_notify.store.postgres_faults import explained
from wa_notify.store.postgres_locks import who_serves
from wa_notify.store.postgres_schema import check_schema
from wa_notify.store.postgres_session import PostgresSession
from wa_notify.store.rows import instant

CLOCK = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


def examine_postgres(address: PostgresAddress, clock: Callable[[], datetime]) -> tuple[Finding, ...]:
    """Look at everything. Never raises."""
    try:
        with _asking(address) as session:
            check_schema(session, address)
            services = who_serves(session)
            apart = _apart(session, clock)
    except StoreError as error:
        what, _, to_do = str(error).partition(". ")
        return (fault(Check.DATABASE, f"{what.rstrip('.')}.", to_do),)
    at_work = f" At work on it: {', '.join(services)}." if services else ""
    schema = ok(Check.DATABASE, f"The database {address} has the present schema, {HEAD}.{at_work}")
    return (schema, *judge_shared_clock(apart))


def _apart(session: PostgresSession, clock: Callable[[], datetime]) -> timedelta:
    """How far the server's clock is ahead of ours."""
    before = clock()
    ((micros,),) = session.execute(CLOCK, {}).fetchall()
    asked_at = before + (clock() - before) / 2
    return instant(micros) - asked_at


def is_served(address: PostgresAddress) -> bool:
    """Whether a service works on the database; nobody does as long as it cannot be reached."""
    try:
        with _asking(address) as session:
            return bool(who_serves(session))
    except StoreError:
        return False


@contextmanager
def _asking(address: PostgresAddress) -> Iterator[PostgresSession]:
    try:
        with closing(PostgresSession(address, "doctor")) as session:
            yield session
    except psycopg.Error as error:
        raise explained(error, address) from error
