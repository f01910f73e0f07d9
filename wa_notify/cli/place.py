"""Where the configuration is, where the database is, and whether a service works there.

Commands work beside a running service: they share its database and wake it by what they write.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wa_notify.cli.problem import Problem, problem_of
from wa_notify.core.errors import StoreError

if TYPE_CHECKING:
    from wa_notify.config import Config, Secret
    from wa_notify.store.address import Address
    from wa_notify.store.opening import AnyStore

CONFIG = Path("wa-notify.yaml")
HOW_TO_BEGIN = (
    "See it at work with `wa-notify demo`. To begin, copy examples/wa-notify.yaml of the project here, "
    "or name another file with --config or WA_NOTIFY_CONFIG."
)
NOTHING_YET = "Nothing yet: there is no database {path}. `wa-notify serve` makes it and starts the service."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A configuration that was read, and the database it names."""

    path: Path
    config: "Config"
    database: "Address"

    @property
    def where(self) -> str:
        """How to name the database in a sentence about a problem."""
        return f"database {self.database}, named by `store` of {self.path}"


def config_path(chosen: Path | None) -> Path:
    """The configuration to read.

    Raises `Problem` when there is none.
    """
    path = chosen or CONFIG
    if path.is_file():
        return path
    what = f"There is no configuration {path}."
    if path.is_dir():
        what = f"The configuration {path} is a folder."
    raise Problem(what, where=str(path.absolute()), fix=HOW_TO_BEGIN)


def read(chosen: Path | None) -> Place:
    """Read the configuration.

    Raises `ConfigError` with every complaint, or `Problem`.
    """
    from wa_notify.config import load
    from wa_notify.store.address import address_of

    path = config_path(chosen)
    config = load(path, environ=os.environ, judge=flaw_of_address)
    try:
        database = address_of(config.store)
    except StoreError as error:
        raise problem_of(error, f"`store` of {path}") from error
    return Place(path=path, config=config, database=database)


def flaw_of_address(url: "Secret") -> tuple[str, str]:
    """What is wrong with an address of another channel. Only who has one waits for Apprise to load."""
    from wa_notify.fallback import flaw_of

    return flaw_of(url)


@contextmanager
def reading(place: Place) -> Iterator["AnyStore | None"]:
    """The database to look at, or nothing when there is none yet."""
    from wa_notify.store.opening import open_store

    if isinstance(place.database, Path) and not place.database.exists():
        yield None
        return
    with located(place):
        store = open_store(place.config.store, exclusive=False)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def writing(place: Place) -> Iterator["AnyStore"]:
    """The database to write to beside a service, knowing the configuration's people."""
    from wa_notify.clock import system_clock
    from wa_notify.pipeline.people import seed

    with up_to_date(place, exclusive=False) as store:
        store.transact(lambda tx: seed(tx, place.config.recipients, system_clock())).result()
        yield store


@contextmanager
def up_to_date(place: Place, *, exclusive: bool) -> Iterator["AnyStore"]:
    """The database, made or brought to the present schema when needed; ``exclusive`` for a service."""
    from wa_notify.store.opening import SchemaOutdated, open_store

    address = place.config.store
    with located(place):
        try:
            store = open_store(address, exclusive=exclusive, shared=True)
        except SchemaOutdated:
            from wa_notify.store.migrate import migrate

            migrate(address)
            store = open_store(address, exclusive=exclusive, shared=True)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def located(place: Place) -> Iterator[None]:
    """Trouble with the database says which one it is."""
    try:
        yield
    except StoreError as error:
        raise problem_of(error, place.where) from error


def service_runs(database: "Address") -> bool:
    """Whether a service works on the database: it holds the lock beside it, or at the server."""
    if not isinstance(database, Path):
        from wa_notify.store.opening import postgres_part

        served: bool = postgres_part("wa_notify.store.postgres_examination").is_served(database)
        return served
    try:
        lock = os.open(database.with_name(f"{database.name}.lock"), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
