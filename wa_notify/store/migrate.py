"""Bring a database, new or old, to the present schema.

Alembic is imported here and nowhere else: it costs a start 0.3 s, and most starts have nothing to migrate.
The whole way up is one transaction, so a file is never left halfway, and a second process that migrates at
the same time waits and then finds nothing to do.
"""

import os
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from wa_notify.core.errors import StoreError
from wa_notify.store.address import PostgresAddress, address_of
from wa_notify.store.location import SchemaOutdated, check_schema, connect, explained
from wa_notify.store.opening import postgres_part

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(path_or_url: str) -> bool:
    """Create the database, or bring it up; one of the present schema is left alone. Whether it is new.

    Raises `StoreError` when the file cannot be used, is another program's, or is newer than this code.
    """
    address = address_of(path_or_url)
    if isinstance(address, PostgresAddress):
        new: bool = postgres_part("wa_notify.store.postgres_migrate").migrate_postgres(address, config_for)
        return new
    return _migrate_file(address)


def _migrate_file(path: Path) -> bool:
    new = not path.exists()
    try:
        _create(path)
        if not _is_present(path):
            _bring_up(path)
    except DBAPIError as error:
        cause = error.orig or error
        raise explained(cause, path) from cause
    except sqlite3.Error as error:
        raise explained(error, path) from error
    return new


def config_for(connection: Connection | None = None) -> Config:
    """Where Alembic finds the migrations, and the connection on which it shall work."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _create(path: Path) -> None:
    """Make an empty file that only its owner may read; SQLite gives its helper files the same rights."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be created or written: {error.strerror}. "
            "Check that its folder may be written."
        ) from error


def _is_present(path: Path) -> bool:
    driver = connect(path)
    try:
        check_schema(driver, path)
    except SchemaOutdated:
        return False
    finally:
        driver.close()
    return True


def _bring_up(path: Path) -> None:
    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    with engine.begin() as connection:
        command.upgrade(config_for(connection), "head")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
