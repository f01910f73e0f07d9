"""Make the tables in a PostgreSQL database, or bring them to the present schema.

The whole way up is one transaction that holds the pen: nothing is left halfway, and a second process that
migrates at the same time waits and then finds nothing to do. A new database is made at once as the tables are
today, and from there on takes the same migrations as SQLite's.
"""

from collections.abc import Callable

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect
from sqlalchemy.exc import DBAPIError

from wa_notify.core.errors import StoreError
from wa_notify.store.address import PostgresAddress
from wa_notify.store.location import SchemaOutdated, judge_schema
from wa_notify.store.postgres_faults import explained
from wa_notify.store.postgres_locks import BE_ALONE, TAKE_PEN
from wa_notify.store.postgres_schema import REVISION
from wa_notify.store.postgres_session import LOCK_WAIT
from wa_notify.store.tables import metadata


def migrate_postgres(address: PostgresAddress, config_for: Callable[[Connection], Config]) -> bool:
    """Bring it up; see `wa_notify.store.migrate.migrate`."""
    try:
        with engine_of(address).begin() as connection:
            return _bring_up(connection, address, config_for)
    except DBAPIError as error:
        cause = error.orig or error
        raise explained(cause, address) from cause
    except psycopg.Error as error:
        raise explained(error, address) from error


def engine_of(address: PostgresAddress) -> Engine:
    """SQLAlchemy's own way to the server, for what is not done often."""
    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(address.url, connect_timeout=10),
        poolclass=NullPool,
        isolation_level="READ COMMITTED",
    )


def _bring_up(
    connection: Connection, address: PostgresAddress, config_for: Callable[[Connection], Config]
) -> bool:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_WAIT}s'")
    connection.exec_driver_sql(TAKE_PEN)
    _judge_encoding(connection, address)
    tables = set(inspect(connection).get_table_names())
    revisions = connection.exec_driver_sql(REVISION).scalars().all() if "alembic_version" in tables else []
    try:
        judge_schema(tables, revisions, str(address))
    except SchemaOutdated:
        if not connection.exec_driver_sql(BE_ALONE).scalar_one():
            raise StoreError(
                f"The database {address} is not brought up while services of another version work on it. "
                "Stop all of them first; `wa-notify doctor` names them."
            ) from None
        if tables:
            command.upgrade(config_for(connection), "head")
        else:
            metadata.create_all(connection, checkfirst=False)
            command.stamp(config_for(connection), "head")
    return not tables


def _judge_encoding(connection: Connection, address: PostgresAddress) -> None:
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise StoreError(
            f"The database {address} keeps texts in {encoding}, which has no emoji. "
            "Create one with `createdb --encoding=UTF8 --template=template0 NAME`."
        )
