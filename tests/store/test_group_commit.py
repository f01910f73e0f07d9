"""Many callers share one commit: what that saves, and what it must not cost."""

from concurrent.futures import Future
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest

from tests.store.contract import an_item, do, stored
from wa_notify.core.outbox import Item
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore, open_store
from wa_notify.store.writer import MOST_AT_ONCE


@pytest.fixture
def commits(sqlite: SqliteStore) -> list[str]:
    """Collect the commits that the database executes from here on."""
    seen: list[str] = []
    sqlite._driver.set_trace_callback(lambda text: seen.append(text) if text == "COMMIT" else None)
    return seen


def enqueue(tx: Transaction, number: int) -> Item | None:
    return tx.enqueue(an_item(str(number)))


def test_a_work_alone_is_a_commit_alone(sqlite: SqliteStore, commits: list[str]) -> None:
    for number in range(5):
        do(sqlite, partial(enqueue, number=number))
    assert len(commits) == 5


def test_works_that_gathered_share_one_commit(sqlite: SqliteStore, commits: list[str]) -> None:
    gate = Event()
    first = sqlite.transact(lambda _tx: gate.wait(30))
    futures = [sqlite.transact(partial(enqueue, number=n)) for n in range(MOST_AT_ONCE)]
    gate.set()
    assert first.result(timeout=30)
    assert all(future.result(timeout=30) for future in futures)
    assert len(commits) <= 2 + 1  # the first may have taken some along


def test_many_callers_at_once_need_far_fewer_commits_than_works(
    sqlite: SqliteStore, commits: list[str]
) -> None:
    callers, each = 32, 20

    def call(caller: int) -> None:
        for number in range(each):
            do(sqlite, partial(enqueue, number=caller * each + number))

    threads = [Thread(target=call, args=(caller,)) for caller in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert do(sqlite, lambda tx: tx.item(callers * each)) is not None
    assert len(commits) < callers * each / 4


def test_a_very_long_line_is_not_one_commit(sqlite: SqliteStore, commits: list[str]) -> None:
    gate = Event()
    sqlite.transact(lambda _tx: gate.wait(30))
    futures = [sqlite.transact(partial(enqueue, number=n)) for n in range(3 * MOST_AT_ONCE)]
    gate.set()
    futures[0].result(timeout=30)
    assert futures[-1].result(timeout=30)
    assert 3 <= len(commits) <= 5


def test_a_rehearsal_costs_no_wait_for_the_disk(sqlite: SqliteStore, database: Path) -> None:
    log = database.with_name(f"{database.name}-wal")
    before = log.stat()
    sqlite.rehearse(lambda tx: enqueue(tx, 1)).result(timeout=30)
    after = log.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_a_gathering_writer_does_not_keep_a_lone_caller_waiting(database: Path) -> None:
    store = open_store(str(database), gather=2.0)
    try:
        begun = monotonic()
        stored(store, an_item("a"))
        assert monotonic() - begun < 1.0
    finally:
        store.close()


def test_a_gathering_writer_waits_for_more_under_load(database: Path) -> None:
    store = open_store(str(database), gather=0.5)
    commits: list[str] = []
    store._driver.set_trace_callback(lambda text: commits.append(text) if text == "COMMIT" else None)
    try:
        gate = Event()
        store.transact(lambda _tx: gate.wait(30))
        early = [store.transact(partial(enqueue, number=n)) for n in range(2)]
        gate.set()
        late: list[Future[Item | None]] = []
        while not early[0].done() and len(late) < 20:
            late.append(store.transact(partial(enqueue, number=len(late) + 2)))
            Event().wait(0.005)
        assert all(future.result(timeout=30) for future in (*early, *late))
        assert len(late) == 20
        assert len(commits) <= 3
    finally:
        store.close()
