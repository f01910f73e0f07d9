"""New databases for tests: copies of one that went through all migrations, which takes longer than a test."""

import shutil
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from wa_notify.store.address import PostgresAddress, address_of
from wa_notify.store.migrate import migrate


def migrated(path_or_url: str | Path) -> None:
    """Bring the database to the present schema, as `migrate` does; a new file is a copy."""
    address = address_of(str(path_or_url))
    if isinstance(address, PostgresAddress) or address.exists():
        migrate(str(path_or_url))
    else:
        shutil.copy(Path(_pattern().name) / "pattern.db", address)


@cache
def _pattern() -> "TemporaryDirectory[str]":
    """Kept as long as the process runs."""
    folder = TemporaryDirectory(prefix="wa-notify-pattern-")
    path = Path(folder.name) / "pattern.db"
    migrate(str(path))
    with closing(sqlite3.connect(path)) as driver:
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return folder
