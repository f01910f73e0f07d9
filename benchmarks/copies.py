"""Fills a database with very many rows: what the house really did a few hundred times, copied under new keys.

The store's own verbs would take a quarter of an hour for a million messages. So some tickets go their whole
way first, and the rows that this left are then copied in SQL, each copy a little older than the one before,
as if they had come one after the other.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

APART = 1_000_000  # microseconds between a row and its next copy
NUMBERED = ("tickets", "ticket_alerts", "timeline", "outbox")
# What a copy must not share with its original; `n` is which copy it is, `:span` how far ids lie apart.
ID = "{name} + n * :span"
MARK = "{name} || '~' || n"
PERHAPS = "CASE {name} WHEN '' THEN '' ELSE {name} || '~' || n END"
OLDER = f"{{name}} - n * {APART}"
CHANGED: Mapping[str, Mapping[str, str]] = {
    "tickets": {"id": ID, "group": MARK, "opened_at": OLDER},
    "ticket_alerts": {"id": ID, "ticket_id": ID, "fingerprint": MARK, "starts_at": OLDER},
    "ticket_words": {"ticket_id": ID},
    "timeline": {"id": ID, "ticket_id": ID, "item_id": ID, "wamid": PERHAPS, "at": OLDER},
    "outbox": {
        "id": ID,
        "ticket_id": ID,
        "key": MARK,
        "wamid": PERHAPS,
        "due_at": OLDER,
        "created_at": OLDER,
        "claimed_at": OLDER,
        "status_at": OLDER,
        "delivered_at": OLDER,
    },
}


def multiply(database: Path, messages: int) -> int:
    """Copy tickets with all that belongs to them until there are so many messages; how many there are.

    Nobody may be at work on the database meanwhile.
    """
    with closing(sqlite3.connect(database, isolation_level=None)) as driver:
        driver.execute("PRAGMA synchronous = OFF")
        driver.execute("PRAGMA cache_size = -200000")
        (present,) = driver.execute("SELECT count(*) FROM outbox").fetchone()
        copies = max(-(-messages // present) - 1, 0) if present else 0
        spans = [
            driver.execute(f"SELECT ifnull(max(id), 0) FROM {table}").fetchone()[0] for table in NUMBERED
        ]
        driver.execute("BEGIN")
        for table, changed in CHANGED.items():
            _copy(driver, table, changed, copies, max(spans) + 1)
        driver.execute("COMMIT")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (now,) = driver.execute("SELECT count(*) FROM outbox").fetchone()
    return int(now)


def _copy(driver: sqlite3.Connection, table: str, changed: Mapping[str, str], copies: int, span: int) -> None:
    names = [row[1] for row in driver.execute(f"PRAGMA table_info({table})")]
    said = [changed.get(name, "{name}").format(name=f'original."{name}"') for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    key = "id" if "id" in names else "ticket_id"
    driver.execute(
        f"WITH RECURSIVE nth(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM nth WHERE n < :copies) "
        f"INSERT INTO {table} ({columns}) SELECT {', '.join(said)} "
        f"FROM nth CROSS JOIN {table} AS original WHERE original.{key} < :span AND :copies > 0",
        {"copies": copies, "span": span},
    )
