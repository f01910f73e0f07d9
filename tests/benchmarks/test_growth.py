"""Growth is measured in houses that really are that large, and none of them loses a message."""

import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.copies import multiply
from tests.benchmarks.running import goals_of, run
from wa_notify.store.migrate import migrate


def test_houses_of_all_sizes_send_the_same_in_turns(tmp_path: Path) -> None:
    sizes = ("--recipients", "500", "600", "--outbox", "0", "1200")
    _, figures = run(
        "benchmarks.growth", "--messages", "20", "--rounds", "1", *sizes, report=tmp_path / "growth.json"
    )
    assert [(one["size"], one["count"]) for one in figures["recipients"]] == [(500, 20), (600, 20)]
    assert [(one["size"], one["count"]) for one in figures["outbox"]] == [(0, 20), (1200, 20)]
    assert set(goals_of(figures)) == {"growth.recipients", "growth.outbox"}


def test_an_empty_database_has_nothing_to_copy(tmp_path: Path) -> None:
    database = tmp_path / "wa-notify.db"
    migrate(f"sqlite:///{database}")
    assert multiply(database, 1000) == 0
    with closing(sqlite3.connect(database)) as driver:
        assert driver.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
