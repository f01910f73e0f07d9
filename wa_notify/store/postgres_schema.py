"""Whether the tables in a PostgreSQL database are ours and of the present schema, and how they are made."""

from wa_notify.store.address import PostgresAddress
from wa_notify.store.location import judge_schema
from wa_notify.store.postgres_session import PostgresSession

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
REVISION = "SELECT version_num FROM alembic_version"


def check_schema(session: PostgresSession, address: PostgresAddress) -> None:
    """Refuse every schema but the present one.

    Raises `SchemaOutdated` when it can be brought up.
    """
    tables = {name for (name,) in session.execute(TABLES, {}).fetchall()}
    found = session.execute(REVISION, {}).fetchall() if "alembic_version" in tables else []
    judge_schema(tables, [revision for (revision,) in found], str(address))
