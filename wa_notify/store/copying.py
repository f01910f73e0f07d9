"""Copy a whole store into an empty database, from a file to a server or back.

Table by table, as it is stored, in one transaction at each side: the source cannot be written meanwhile, and
the target has everything or nothing. Each table is read back from the target and compared with what was read
from the source. Nobody may serve either.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    NullPool,
    Select,
    Table,
    column,
    create_engine,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy import table as named
from sqlalchemy.exc import DBAPIError

from wa_notify.core.errors import StoreError
from wa_notify.core.ledger import Break, verify
from wa_notify.store.address import Address, PostgresAddress, address_of
from wa_notify.store.location import connect, explained
from wa_notify.store.migrate import migrate
from wa_notify.store.opening import open_store, postgres_part
from wa_notify.store.tables import metadata

AT_ONCE = 2000  # rows
UNSTORABLE = "\0"  # which a server does not keep; see `postgres_session`


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """How much there was, and whether the consent ledger is whole in the target."""

    rows: int
    tables: int
    ledger: Break | None


def copy_store(source: str, target: str, progress: Callable[[int, int], None]) -> Copied:
    """Copy everything; ``progress`` hears how many rows of how many are there.

    Raises `StoreError`; the target is then as empty as it was.
    """
    there, here = address_of(source), address_of(target)
    if str(there) == str(here):
        raise StoreError(f"The database {there} cannot be copied into itself. Name another one with --to.")
    with closing(open_store(source)):  # keeps a service away, and has judged the schema
        migrate(target)
        with closing(open_store(target)) as opened:
            with _writing(there) as old, _writing(here) as new:
                _require_empty(new, here)
                rows = _copy(old, new, here, progress)
            broken = opened.read(lambda views: verify(views.ledger(), views.ledger_head())).result()
    return Copied(rows=rows, tables=len(metadata.tables), ledger=broken)


def _copy(old: Connection, new: Connection, here: Address, progress: Callable[[int, int], None]) -> int:
    tables = metadata.sorted_tables
    total = sum(map(_counter(old), tables))
    done = 0
    for table in tables:
        seen = sha256()
        for rows in _batches(old, table):
            new.execute(insert(_raw(table)), rows)
            _add(seen, rows)
            done += len(rows)
            progress(done, total)
        kept = sha256()
        for rows in _batches(new, table):
            _add(kept, rows)
        if seen.digest() != kept.digest():
            raise StoreError(
                f"The table {table.name} did not arrive in {here} as it was sent. Nothing was kept there. "
                "Look at both disks, then try again."
            )
    _go_on_counting(old, new)
    return done


def _raw(table: Table) -> Any:
    """The table without our kinds of columns: what is stored is copied as it is."""
    return named(table.name, *(column(one.name) for one in table.columns))


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    raw = _raw(table)
    ordered: Select[Any] = select(raw).order_by(*(raw.c[one.name] for one in table.primary_key))
    found = connection.execute(ordered.execution_options(yield_per=AT_ONCE)).mappings()
    rows = ({name: _storable(value) for name, value in row.items()} for row in found)
    while batch := list(islice(rows, AT_ONCE)):
        yield batch


def _storable(value: Any) -> Any:
    return value.replace(UNSTORABLE, "\ufffd") if isinstance(value, str) and UNSTORABLE in value else value


def _add(seen: Any, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        seen.update(repr(tuple(row.values())).encode("utf-8", "surrogatepass"))


def _counter(connection: Connection) -> Callable[[Table], int]:
    return lambda table: int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _require_empty(new: Connection, here: Address) -> None:
    full = [table.name for table in metadata.sorted_tables if _counter(new)(table)]
    if full:
        raise StoreError(
            f"The database {here} is not empty: there is something in {' and '.join(full[:3])}. "
            "Copy into a new one, so that nothing is mixed or lost."
        )


# the numbers that rows get ---------------------------------------------------------------------------------


def _go_on_counting(old: Connection, new: Connection) -> None:
    """A number is never used twice, not even after its row is gone."""
    for table in metadata.sorted_tables:
        counted = table.autoincrement_column
        if counted is not None and table.dialect_options["sqlite"]["autoincrement"]:
            _count_from(new, table.name, _counted_to(old, table.name))


def _counted_to(connection: Connection, name: str) -> int:
    if connection.dialect.name == "sqlite":
        seq: Select[Any] = select(literal_column("seq")).select_from(named("sqlite_sequence"))
        return connection.execute(seq.where(literal_column("name") == name)).scalar() or 0
    words: Select[Any] = select(literal_column("CASE WHEN is_called THEN last_value ELSE 0 END"))
    return int(connection.execute(words.select_from(named(f"{name}_id_seq"))).scalar_one())


def _count_from(connection: Connection, name: str, number: int) -> None:
    if not number:
        return
    if connection.dialect.name == "sqlite":
        counters = named("sqlite_sequence", column("name"), column("seq"))
        connection.execute(counters.delete().where(counters.c.name == name))
        connection.execute(counters.insert().values(name=name, seq=number))
    else:
        connection.execute(select(func.setval(f"{name}_id_seq", number)))


# either side -----------------------------------------------------------------------------------------------


@contextmanager
def _writing(address: Address) -> Iterator[Connection]:
    """A transaction in which nobody else writes; an error in it takes everything back."""
    postgres = isinstance(address, PostgresAddress)
    with ExitStack() as leaving:
        try:
            connection = leaving.enter_context(_engine(address).connect())
            if postgres:
                connection.exec_driver_sql(postgres_part("wa_notify.store.postgres_locks").TAKE_PEN)
            else:
                connection.exec_driver_sql("PRAGMA foreign_keys = ON")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
        except DBAPIError as error:
            raise _explained(error.orig or error, address) from error


def _engine(address: Address) -> Engine:
    if isinstance(address, PostgresAddress):
        engine: Engine = postgres_part("wa_notify.store.postgres_migrate").engine_of(address)
        return engine
    return create_engine("sqlite://", creator=lambda: connect(address), poolclass=NullPool)


def _explained(error: BaseException, address: Address) -> BaseException:
    if isinstance(address, PostgresAddress):
        fault: BaseException = postgres_part("wa_notify.store.postgres_faults").explained(error, address)
        return fault
    return explained(error, address)
