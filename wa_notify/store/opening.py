"""Open a store by its address: a file of SQLite, or a database at a PostgreSQL server."""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

from wa_notify.core.errors import StoreError
from wa_notify.store import sqlite
from wa_notify.store.address import PostgresAddress, address_of
from wa_notify.store.location import SchemaOutdated

if TYPE_CHECKING:
    from wa_notify.store.postgres import PostgresStore

__all__ = ["AnyStore", "SchemaOutdated", "open_store", "postgres_part"]

AnyStore: TypeAlias = "sqlite.SqliteStore | PostgresStore"
POSTGRES = "wa_notify.store.postgres"


def open_store(
    path_or_url: str, *, exclusive: bool = True, shared: bool = False, gather: float = 0.0
) -> AnyStore:
    """Open a database of the present schema.

    ``exclusive`` is for the service; tools that only look or write a little beside it do without. A file has
    one service; at a server it may be ``shared`` by several. ``gather`` is how many seconds the writer waits
    for more when several works come at once.

    Raises `SchemaOutdated` when the database is new or older, `StoreError` when it cannot be used.
    """
    address = address_of(path_or_url)
    if not isinstance(address, PostgresAddress):
        return sqlite.open_store(path_or_url, exclusive=exclusive, gather=gather)
    store: PostgresStore = postgres_part(POSTGRES).open_postgres(
        address, exclusive=exclusive, shared=shared, gather=gather
    )
    return store


def postgres_part(module: str) -> ModuleType:
    """A module that needs psycopg, loaded only by those who have a server. Raises `StoreError` without it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "psycopg":
            raise
        raise StoreError(
            "A PostgreSQL store needs psycopg, which is not installed. "
            "Install it with `pip install 'wa-notify[postgres]'`."
        ) from error
