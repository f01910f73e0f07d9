"""Where the database is, and whether what is there is ours and of the present schema.

The check costs two lookups and needs no Alembic, so that every start can afford it.
"""

import sqlite3
from collections.abc import Collection
from pathlib import Path

from wa_notify.core.errors import StoreError

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
)  # all that ever were, oldest first; `migrations/versions` has a file for each
HEAD = REVISIONS[-1]
PREFIX = "sqlite:///"
LOCK_WAIT = 10.0  # seconds; longer than any transaction of ours
NEEDED = (3, 37)  # STRICT tables


class SchemaOutdated(StoreError):
    """There is no database yet, or one of an older version; `wa_notify.store.migrate` brings it up."""


def database_path(path_or_url: str) -> Path:
    """The file meant by ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or a plain path."""
    plain = path_or_url.removeprefix(PREFIX)
    if "://" in plain or plain in ("", ":memory:") or (plain != path_or_url and "?" in plain):
        raise StoreError(
            f"{path_or_url!r} names no database file. Write sqlite:///relative.db, sqlite:////absolute.db "
            "or a plain path."
        )
    path = Path(plain).expanduser().resolve()
    if not path.parent.is_dir():
        raise StoreError(
            f"The database {path} cannot be there: there is no folder {path.parent}. Create it first."
        )
    if path.is_dir():
        raise StoreError(f"The database {path} cannot be there: that is a folder. Name a file in it.")
    return path


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the file without Python's own ideas about when a transaction begins."""
    if sqlite3.sqlite_version_info < NEEDED:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old; wa_notify needs 3.37 or newer.")
    return sqlite3.connect(
        f"{path.as_uri()}?mode={'ro' if read_only else 'rw'}",
        uri=True,
        timeout=LOCK_WAIT,
        isolation_level=None,
        check_same_thread=False,  # opened by the caller, so that a fault is raised there; used by one thread
        cached_statements=1024,
    )


def check_schema(driver: sqlite3.Connection, path: Path) -> None:
    """Refuse every schema but the present one.

    Raises `SchemaOutdated` when it can be brought up.
    """
    tables = {name for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    known = "alembic_version" in tables
    found = driver.execute("SELECT version_num FROM alembic_version").fetchall() if known else []
    judge_schema(tables, [revision for (revision,) in found], str(path))


def judge_schema(tables: Collection[str], revisions: Collection[str], database: str) -> None:
    """Refuse a database with these tables, of these revisions, if it is not as it should be.

    Raises `SchemaOutdated` when it can be brought up.
    """
    if not tables:
        raise SchemaOutdated(f"The database {database} is empty. Run `wa-notify migrate` to set it up.")
    if not {"alembic_version", "outbox"} <= set(tables):
        raise StoreError(f"{database} is the database of another program. Name another one for wa_notify.")
    found = next(iter(revisions), "")
    if found and found not in REVISIONS:
        raise StoreError(
            f"The database {database} has schema {found}, which is newer than this wa_notify knows ({HEAD}). "
            "Update wa_notify, or go back to the backup made before the update."
        )
    if found != HEAD:
        raise SchemaOutdated(
            f"The database {database} has the older schema {found or 'none'}. "
            f"Run `wa-notify migrate` to bring it to {HEAD}."
        )


def explained(error: BaseException, path: Path) -> BaseException:
    """A fault of the database as a `StoreError` that says what to do; anything else as it is."""
    if isinstance(error, StoreError) and isinstance(error.__cause__, sqlite3.Error):
        error = error.__cause__
    if not isinstance(error, sqlite3.Error):
        return error
    name = getattr(error, "sqlite_errorname", "") or "no code"
    sentences = (sentence for prefix, sentence in FAULTS.items() if name.startswith(prefix))
    sentence = next(sentences, "refused what was asked of it. Nothing of this was stored.")
    fault = StoreError(f"The database {path} {sentence} (SQLite: {error}, {name})")
    fault.__cause__ = error
    return fault


FAULTS = {
    "SQLITE_FULL": "could not be written: the disk is full. Nothing of this was stored. Make room.",
    "SQLITE_BUSY": f"was held by another process for {LOCK_WAIT:.0f} seconds. Nothing of this was stored. "
    "Find out who else has it open.",
    "SQLITE_LOCKED": "is locked. Nothing of this was stored.",
    "SQLITE_READONLY": "may not be written. Give this process write access to the file and its folder.",
    "SQLITE_CANTOPEN": "cannot be opened. Check that the file and its folder may be read and written.",
    "SQLITE_PERM": "may not be opened. Give this process access to the file and its folder.",
    "SQLITE_IOERR": "could not be read or written. Nothing of this was stored. Check the disk.",
    "SQLITE_NOTADB": "is no SQLite database. Name another file, or restore a backup.",
    "SQLITE_CORRUPT": "is damaged. Stop the service and restore a backup.",
    "SQLITE_CONSTRAINT": "contradicts what was to be stored. Nothing of this was stored.",
}
