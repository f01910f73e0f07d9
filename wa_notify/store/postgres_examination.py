"""The database at a server looked at from outside: whether it can be used, and who serves it.

Nothing is changed by it, and a service may be at work on it.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from wa_notify.core.errors import StoreError
from wa_notify.core.examination import Check, Finding, fault, ok
from wa_notify.store.address import PostgresAddress
from wa_notify.store.location import HEAD
from wa_notify.store.postgres_faults import explained
from wa_notify.store.postgres_locks import who_serves
from wa_notify.store.postgres_schema import check_schema
from wa_notify.store.postgres_session import PostgresSession


def examine_postgres(address: PostgresAddress) -> tuple[Finding, ...]:
    """Look at everything. Never raises."""
    try:
        with _asking(address) as session:
            check_schema(session, address)
    except StoreError as error:
        what, _, to_do = str(error).partition(". ")
        return (fault(Check.DATABASE, f"{what.rstrip('.')}.", to_do),)
    return (ok(Check.DATABASE, f"The database {address} has the present schema, {HEAD}."),)


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
