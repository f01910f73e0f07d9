"""What was acknowledged survives the death of the process; a broken disk is told, not suffered in silence."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.store.contract import an_item, do, see, stored
from wa_notify.core.errors import StoreError
from wa_notify.core.recipient import Recipient
from wa_notify.store.location import connect, explained
from wa_notify.store.sqlite import SqliteStore, open_store

ROOT = Path(__file__).parents[2]


@contextmanager
def process(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run a program that uses the house; kill it in the end."""
    command = [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        try:
            yield child
        finally:
            child.kill()


def line(child: subprocess.Popen[str]) -> str:
    assert child.stdout
    return child.stdout.readline().strip()


def test_what_was_acknowledged_survives_a_kill(database: Path) -> None:
    program = """
        import sys
        from tests.store.contract import an_item, do
        from wa_notify.store.sqlite import open_store

        store = open_store(sys.argv[1])
        for number in range(10**6):
            do(store, lambda tx: tx.enqueue(an_item(str(number))))
            print(number, flush=True)
    """
    with process(program, database) as child:
        acknowledged = [line(child) for _ in range(200)]
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        assert child.stdout
        acknowledged += child.stdout.read().split()
    with closing(open_store(str(database))) as store:
        found = {item.key for item in see(store, lambda views: views.items(limit=10**6))}
    assert set(acknowledged) <= found
    assert len(found) <= len(acknowledged) + 1


HOLD = """
    import sys, time
    from wa_notify.store.sqlite import open_store

    store = open_store(sys.argv[1])
    print("open", flush=True)
    time.sleep(600)
"""


def test_a_second_service_is_refused_until_the_first_is_gone_however_it_went(database: Path) -> None:
    with process(HOLD, database) as child:
        assert line(child) == "open"
        with pytest.raises(StoreError, match="Stop it first") as refused:
            open_store(str(database))
        assert f"process {child.pid}" in str(refused.value)
        assert str(database) in str(refused.value)
        child.send_signal(signal.SIGKILL)
        child.wait()
        open_store(str(database)).close()


def test_a_second_service_in_the_same_process_is_refused_too(sqlite: SqliteStore, database: Path) -> None:
    with pytest.raises(StoreError, match=f"process {os.getpid()}"):
        open_store(f"sqlite:///{database}")
    sqlite.close()
    open_store(str(database)).close()


def test_a_store_that_could_not_be_opened_holds_no_lock(database: Path) -> None:
    content = database.read_bytes()
    database.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="no SQLite database"):
        open_store(str(database))
    database.write_bytes(content)
    open_store(str(database)).close()


def test_a_tool_writes_beside_the_service_and_the_service_notices(
    sqlite: SqliteStore, database: Path
) -> None:
    assert sqlite.changed_elsewhere().result(timeout=30) is False
    with closing(open_store(str(database), exclusive=False)) as tool:
        stored(tool, an_item("by the tool"))
        assert tool.changed_elsewhere().result(timeout=30) is False
    stored(sqlite, an_item("by the service"))
    assert sqlite.changed_elsewhere().result(timeout=30) is True
    assert sqlite.changed_elsewhere().result(timeout=30) is False
    assert [item.key for item in see(sqlite, lambda views: views.items(limit=9))] == [
        "by the service",
        "by the tool",
    ]


def test_a_tool_that_only_looks_is_no_change(sqlite: SqliteStore, database: Path) -> None:
    with closing(open_store(str(database), exclusive=False)) as tool:
        see(tool, lambda views: views.counts())
        tool.rehearse(lambda tx: tx.enqueue(an_item("a"))).result(timeout=30)
    assert sqlite.changed_elsewhere().result(timeout=30) is False


def test_a_database_that_another_process_holds_is_told(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_store(str(database))) as store, closing(sqlite3.connect(database)) as other:
        store._driver.execute("PRAGMA busy_timeout = 50")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process"):
            do(store, lambda tx: tx.enqueue(an_item("a")))
        other.rollback()
        assert stored(store, an_item("a"))


def test_a_commit_that_fails_is_told_to_everybody_in_it_and_the_store_works_on(database: Path) -> None:
    """The child may not write files beyond a size: the kernel fails the write in the middle of the commit."""
    program = """
        import resource, sys
        from threading import Event
        from tests.store.contract import an_item, do, see
        from wa_notify.core.errors import StoreError
        from wa_notify.store.sqlite import open_store

        store = open_store(sys.argv[1])
        do(store, lambda tx: tx.enqueue(an_item("before")))
        gate = Event()
        first = store.transact(lambda tx: gate.wait(30))
        futures = [store.transact(lambda tx, n=n: tx.enqueue(an_item(f"lost {n}"))) for n in range(3)]
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))
        gate.set()
        for future in futures:
            print(type(future.exception(timeout=30)).__name__, flush=True)
        print(futures[0].exception(), flush=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        do(store, lambda tx: tx.enqueue(an_item("after")))
        print(*[item.key for item in see(store, lambda views: views.items(limit=9))], flush=True)
        store.close()
    """
    with process(program, database) as child:
        assert [line(child) for _ in range(3)] == ["StoreError"] * 3
        assert "Nothing of this was stored" in line(child)
        assert line(child) == "after before"
        assert child.wait(30) == 0


def test_a_disk_that_breaks_inside_a_work_takes_its_neighbours_along_but_not_the_store(
    database: Path,
) -> None:
    """SQLite then drops the transaction by itself, and every savepoint with it."""
    program = """
        import resource, sys
        from threading import Event
        from tests.store.contract import an_item, do, see
        from wa_notify.store.sqlite import open_store

        store = open_store(sys.argv[1])
        store._driver.execute("PRAGMA cache_size = 10")  # pages are written before the commit
        gate = Event()
        first = store.transact(lambda tx: gate.wait(30))
        works = [
            store.transact(lambda tx: tx.enqueue(an_item("neighbour"))),
            store.transact(lambda tx: [tx.enqueue(an_item(f"{n} {'x' * 3000}")) for n in range(300)]),
        ]
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
        gate.set()
        for work in works:
            print(work.exception(timeout=30), flush=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        do(store, lambda tx: tx.enqueue(an_item("after")))
        print(*[item.key for item in see(store, lambda views: views.items(limit=9))], flush=True)
        store.close()
    """
    with process(program, database) as child:
        for _ in range(2):
            assert "could not be read or written" in line(child)
        assert line(child) == "after"
        assert child.wait(30) == 0


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "small.db", isolation_level=None)) as driver:
        driver.execute("CREATE TABLE t (x)")
        driver.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as full:
            driver.execute("INSERT INTO t VALUES (zeroblob(100000))")
    told = explained(full.value, tmp_path / "small.db")
    assert isinstance(told, StoreError)
    assert "disk is full" in str(told)


def test_a_disk_that_fills_up_inside_a_work_fails_all_of_the_commit_and_nothing_is_kept(
    sqlite: SqliteStore,
) -> None:
    stored(sqlite, an_item("before"))
    ((pages,),) = sqlite._driver.execute("PRAGMA page_count").fetchall()
    sqlite._driver.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    with pytest.raises(StoreError, match="disk is full"):
        do(sqlite, lambda tx: [tx.enqueue(an_item(f"{n} {'x' * 3000}")) for n in range(100)])
    sqlite._driver.execute("PRAGMA max_page_count = 1000000").fetchall()
    stored(sqlite, an_item("after"))
    assert [item.key for item in see(sqlite, lambda views: views.items(limit=9))] == ["after", "before"]


def test_a_commit_that_is_refused_leaves_nothing_behind(sqlite: SqliteStore) -> None:
    def authorize(action: int, what: str | None, *_: object) -> int:
        refused = action == sqlite3.SQLITE_TRANSACTION and what == "COMMIT"
        return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK

    sqlite._driver.set_authorizer(authorize)
    with pytest.raises(StoreError, match="not authorized"):
        do(sqlite, lambda tx: tx.enqueue(an_item("lost")))
    sqlite._driver.set_authorizer(None)
    stored(sqlite, an_item("after"))
    assert [item.key for item in see(sqlite, lambda views: views.items(limit=9))] == ["after"]


def test_every_commit_reaches_the_disk(sqlite: SqliteStore) -> None:
    settings = {
        name: sqlite._driver.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_reader_cannot_write(sqlite: SqliteStore) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        sqlite._read_driver.execute("DELETE FROM outbox")


@pytest.mark.parametrize("change", ["UPDATE consents SET act = 'granted'", "DELETE FROM consents"])
def test_the_consent_ledger_cannot_be_rewritten_by_anybody(database: Path, change: str) -> None:
    with closing(sqlite3.connect(database)) as driver:
        driver.execute("INSERT INTO recipients VALUES ('alice', '', '', '', '', 0, '[]')")
        driver.execute(
            "INSERT INTO consents VALUES (1, 'p', 'utility', 'revoked', 'cli', '', '', '', '', 0, '', '')"
        )
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            driver.execute(change)


def test_what_is_replaced_is_overwritten_even_where_sqlite_was_not_built_so(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
        driver = connect(path, read_only=read_only)
        driver.execute("PRAGMA secure_delete = OFF")
        return driver

    monkeypatch.setattr("wa_notify.store.sqlite.connect", careless)
    with closing(open_store(str(database))) as store:
        for words in ("swordfish " * 200, "trout"):  # the long text fills a page of its own
            do(store, lambda tx, words=words: tx.save_recipient(Recipient(id="alice", language=words)))  # type: ignore[misc]
        store._driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        left = database.read_bytes()
    assert b"trout" in left
    assert b"swordfish" not in left
