"""Where a store is: a file of SQLite, or a database at a PostgreSQL server.

An address may hold a password, so the server's is shown without user, password and options.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from wa_notify.core.errors import StoreError
from wa_notify.store.location import database_path

SCHEMES = ("postgresql://", "postgres://")
HOW = "Write postgresql://user:password@host/database"
SAFE = "with @ : / ? # % of the password as %40 %3A %2F %3F %23 %25."


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresAddress:
    """A database at a server, in the form that libpq understands."""

    url: str = field(repr=False)
    shown: str

    def __str__(self) -> str:
        return self.shown


Address: TypeAlias = Path | PostgresAddress


def address_of(path_or_url: str) -> Address:
    """What is meant. Raises `StoreError` when it names no database."""
    if path_or_url.startswith(SCHEMES):
        return _postgres(path_or_url)
    return database_path(path_or_url)


def _postgres(url: str) -> PostgresAddress:
    try:
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        port = parts.port
    except ValueError:
        raise StoreError(f"The address of the PostgreSQL database cannot be read. {HOW}, {SAFE}") from None
    name = unquote(parts.path.removeprefix("/"))
    if parts.netloc.count("@") > 1 or "/" in name or parts.fragment:
        raise StoreError(f"The address of the PostgreSQL database cannot be read. {HOW}, {SAFE}")
    if not name:
        raise StoreError(f"The address of the PostgreSQL server names no database. {HOW}.")
    host = parts.hostname or next(iter(options.get("host", [])), "")
    shown = f"[{host}]" if ":" in host else host
    return PostgresAddress(url=url, shown=f"postgresql://{shown}{f':{port}' if port else ''}/{name}")
