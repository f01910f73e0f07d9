"""The database of a story, looked at and changed beneath the service, whichever database it is."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from tests import postgres
from wa_notify.store.tables import metadata


def store_in(folder: Path) -> str:
    """The database of the story that is told there: a file, or one at a server (see `tests.postgres`)."""
    return postgres.of(folder) if postgres.wanted() else f"sqlite:///{folder / 'story.db'}"


def ask(folder: Path, words: str) -> list[tuple[Any, ...]]:
    """Run a statement."""
    if postgres.wanted():
        with closing(psycopg.connect(store_in(folder), autocommit=True)) as server:
            answer = server.execute(words.encode())
            return answer.fetchall() if answer.description else []
    with closing(sqlite3.connect(folder / "story.db", isolation_level=None)) as file:
        return file.execute(words).fetchall()


def unguard_ledger(folder: Path) -> None:
    """Let entries of the consent ledger be changed."""
    on_postgresql = postgres.wanted()
    ask(
        folder,
        "ALTER TABLE consents DISABLE TRIGGER USER"
        if on_postgresql
        else "DROP TRIGGER consents_refuse_update",
    )


def everything_kept(folder: Path) -> bytes:
    """Every byte of the file, after SQLite has put its journal in order; of a server every row it shows."""
    if postgres.wanted():
        tables = (f'SELECT * FROM "{table}"' for table in metadata.tables)  # noqa: S608
        return b"\n".join(repr(row).encode() for words in tables for row in ask(folder, words))
    ask(folder, "PRAGMA wal_checkpoint(TRUNCATE)")
    return b"".join(path.read_bytes() for path in folder.glob("story.db*"))
