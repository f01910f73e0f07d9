"""The database looked at from outside: a file's schema, who may read it, and the disk it stands on.

Nothing is changed by it, and a service may be at work on the file.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from wa_notify.clock import system_clock
from wa_notify.core.errors import StoreError
from wa_notify.core.examination import Check, Finding, fault, judge_disk, judge_mode, note, ok
from wa_notify.store.address import Address, PostgresAddress
from wa_notify.store.location import HEAD, SchemaOutdated, check_schema, connect, explained
from wa_notify.store.opening import postgres_part

BESIDE = ("", "-wal")  # the file and its journal, in which everything stands too
MIGRATE = "Run `wa-notify migrate`, or start the service, which does it first."


def free_on_disk(folder: Path) -> int:
    """How many bytes may still be written there. Raises `OSError`."""
    return shutil.disk_usage(folder).free


def examine(
    database: Address,
    *,
    free: Callable[[Path], int] = free_on_disk,
    clock: Callable[[], datetime] = system_clock,
) -> tuple[Finding, ...]:
    """Look at everything. Never raises."""
    if isinstance(database, PostgresAddress):
        return _at_a_server(database, clock)
    return (_schema(database), *_modes(database), *_disk(database, free))


def _at_a_server(database: PostgresAddress, clock: Callable[[], datetime]) -> tuple[Finding, ...]:
    try:
        asking = postgres_part("wa_notify.store.postgres_examination")
    except StoreError as error:
        what, _, to_do = str(error).partition(". ")
        return (fault(Check.DATABASE, f"{what}.", to_do),)
    found: tuple[Finding, ...] = asking.examine_postgres(database, clock)
    return found


def _schema(database: Path) -> Finding:
    if not database.exists():
        return note(Check.DATABASE, f"There is no database {database} yet.", MIGRATE)
    try:
        with closing(connect(database, read_only=True)) as driver:
            check_schema(driver, database)
    except SchemaOutdated as error:
        return fault(Check.DATABASE, _first(error), MIGRATE)
    except (StoreError, sqlite3.Error) as error:
        what, _, to_do = str(explained(error, database)).partition(". ")
        return fault(Check.DATABASE, f"{what.rstrip('.')}.", to_do)
    return ok(Check.DATABASE, f"The database {database} has the present schema, {HEAD}.")


def _first(error: StoreError) -> str:
    return f"{str(error).partition('. ')[0].rstrip('.')}."


def _modes(database: Path) -> Iterator[Finding]:
    """It holds numbers and texts of people."""
    files = [file for end in BESIDE if (file := database.with_name(f"{database.name}{end}")).exists()]
    found = [judge_mode(Check.DATABASE_FILE, str(file), file.stat().st_mode) for file in files]
    open_ones = [one for one in found if one is not None]
    if files and not open_ones:
        yield ok(Check.DATABASE_FILE, "Only its owner may read the database.")
    yield from open_ones


def _disk(database: Path, free: Callable[[Path], int]) -> Iterator[Finding]:
    try:
        files = [database.with_name(f"{database.name}{end}") for end in BESIDE]
        taken = sum(file.stat().st_size for file in files if file.exists())
        yield judge_disk(free(database.parent), taken)
    except OSError as error:
        found = f"The disk beside the database cannot be looked at: {error.strerror}."
        yield fault(Check.DISK, found, f"See that {database.parent} is there and may be read.")
