"""The few things that SQLite and PostgreSQL have no common words for."""

from typing import Any

from sqlalchemy import BigInteger, Sequence
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from wa_notify.store.columns import metadata

# SQLite's twin stands beside the table: it needs no function of its own.
POSTGRES_LEDGER = (
    (
        "CREATE OR REPLACE FUNCTION consents_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the consent ledger is only ever added to'; END $$"
    ),
    (
        "CREATE TRIGGER consents_refuse_change BEFORE UPDATE OR DELETE ON consents "
        "FOR EACH ROW EXECUTE FUNCTION consents_refuse()"
    ),
    (
        "CREATE TRIGGER consents_refuse_truncate BEFORE TRUNCATE ON consents "
        "FOR EACH STATEMENT EXECUTE FUNCTION consents_refuse()"
    ),
)


# Counts the transactions that took the pen (see `postgres_locks`); SQLite tells by itself who wrote.
BATCHES = Sequence("batches", metadata=metadata)


class DatabaseSize(FunctionElement[int]):
    """How many bytes the database takes."""

    type = BigInteger()
    inherit_cache = True


@compiles(DatabaseSize, "sqlite")
def _of_the_file(_size: DatabaseSize, _compiler: SQLCompiler, **_: Any) -> str:
    return "(SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size())"


@compiles(DatabaseSize, "postgresql")
def _at_the_server(_size: DatabaseSize, _compiler: SQLCompiler, **_: Any) -> str:
    return "pg_database_size(current_database())"
