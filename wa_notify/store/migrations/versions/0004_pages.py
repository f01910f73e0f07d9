"""The pages: when messages were delivered, lists of very many that are searched and summed up, overrides.

It says again what `wa_notify.store.page_tables` and `wa_notify.store.tables` say, and how their rows follow
from others, on purpose (see the first revision).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_ONCE = 10_000  # rows


def upgrade() -> None:
    """Create it, and fill it for what is there."""
    _outbox()
    _tickets()
    op.create_index("ix_windows_heard", "windows", ["number_id", "last_inbound_at"])
    _directory()
    _words("person_words", _text("recipient_id"), "recipients", on_change="CASCADE")
    _words("ticket_words", sa.Column("ticket_id", WHOLE, nullable=False), "tickets", on_change=None)
    _quarters()
    _overrides()
    _fill_directory()
    _fill_ticket_words()
    _fill_quarters()


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name: str) -> "sa.Column[int]":
    return sa.Column(name, WHOLE, nullable=False)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _outbox() -> None:
    op.add_column("outbox", sa.Column("delivered_at", WHOLE, nullable=True))
    op.execute("UPDATE outbox SET delivered_at = status_at WHERE state IN ('delivered', 'read')")
    op.drop_index("ix_outbox_state", "outbox")
    op.create_index("ix_outbox_state", "outbox", ["state", "created_at", "id"])
    op.create_index("ix_outbox_recipient", "outbox", ["recipient_id", "created_at", "id"])
    _partial(
        "ix_outbox_delivered",
        "outbox",
        ["delivered_at", "claimed_at"],
        "delivered_at IS NOT NULL AND digest_id IS NULL",
    )


def _tickets() -> None:
    for column in ("rule", "severity"):
        op.create_index(f"ix_tickets_{column}", "tickets", [column, "state", "opened_at", "id"])
    _partial("ix_tickets_taken", "tickets", ["acknowledged_at", "opened_at"], "acknowledged_at IS NOT NULL")


def _directory() -> None:
    op.create_table(
        "directory",
        _text("recipient_id"),
        _text("sort"),
        sa.Column("guest", sa.Integer(), nullable=False),
        _text("agreement"),
        sa.PrimaryKeyConstraint("recipient_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], onupdate="CASCADE", ondelete="CASCADE"),
        sqlite_strict=True,
    )
    op.create_index("ix_directory_sort", "directory", ["guest", "sort", "recipient_id"])
    op.create_index("ix_directory_agreement", "directory", ["guest", "agreement", "sort", "recipient_id"])


def _words(name: str, owner: "sa.Column[Any]", whose: str, *, on_change: str | None) -> None:
    key = owner.name
    op.create_table(
        name,
        owner,
        _text("word"),
        sa.PrimaryKeyConstraint(key, "word"),
        sa.ForeignKeyConstraint([key], [f"{whose}.id"], ondelete="CASCADE", onupdate=on_change),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{name}", name, ["word", key])


def _quarters() -> None:
    op.create_table(
        "charge_quarters",
        _text("month"),
        _whole("quarter"),
        _text("state"),
        _text("currency"),
        *map(_whole, ("messages", "amount", "unknown")),
        sa.PrimaryKeyConstraint("month", "quarter", "state", "currency"),
        sqlite_strict=True,
    )


def _overrides() -> None:
    op.create_table(
        "overrides",
        sa.Column("id", WHOLE, primary_key=True),
        *map(_text, ("schedule", "person")),
        *map(_whole, ("starts_at", "ends_at")),
        *map(_text, ("author", "reason")),
        _whole("made_at"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_overrides_end", "overrides", ["ends_at", "id"])


def _fill_directory() -> None:
    said: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for recipient_id, act, at in _rows(
        "SELECT subjects.recipient_id, act, at FROM consents JOIN subjects USING (subject) "
        "WHERE purpose = 'utility' AND act IN ('granted', 'revoked', 'lapsed') ORDER BY number"
    ):
        said[recipient_id].append((act, at))
    people = list(_rows("SELECT id, name, phone, guest FROM recipients"))
    _add(
        "INSERT INTO directory (recipient_id, sort, guest, agreement) "
        "VALUES (:id, :sort, :guest, :agreement)",
        (
            {
                "id": id_,
                "sort": _plain(name or id_)[:64],
                "guest": guest,
                "agreement": _agreement(said[id_]),
            }
            for id_, name, _, guest in people
        ),
    )
    _add(
        "INSERT INTO person_words (recipient_id, word) VALUES (:id, :word)",
        (
            {"id": id_, "word": word}
            for id_, name, phone, _ in people
            for word in (*_words_in(id_, name), *_number(phone.removeprefix("+")))
        ),
    )


def _fill_ticket_words() -> None:
    _add(
        "INSERT INTO ticket_words (ticket_id, word) VALUES (:id, :word)",
        (
            {"id": id_, "word": word}
            for id_, title, group in _rows('SELECT id, title, "group" FROM tickets')
            for word in _words_in(f"#{id_}", title, group)
        ),
    )


def _fill_quarters() -> None:
    op.execute(
        "INSERT INTO charge_quarters (month, quarter, state, currency, messages, amount, unknown) "
        "SELECT month, at / 900000000 AS quarter, state, currency, count(*), "  # microseconds
        "sum(CASE WHEN state = 'taken_back' THEN 0 WHEN told_by != '' THEN coalesce(actual, 0) "
        "ELSE coalesce(predicted, 0) END), "
        "sum(CASE WHEN state = 'taken_back' THEN 0 WHEN CASE WHEN told_by != '' THEN actual "
        "ELSE predicted END IS NULL THEN 1 ELSE 0 END) "
        "FROM charges GROUP BY month, at / 900000000, state, currency"
    )


def _rows(query: str) -> "Iterable[Any]":
    return op.get_bind().execute(sa.text(query))


def _add(statement: str, rows: Iterator[dict[str, Any]]) -> None:
    """Add the rows, some at a time."""
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            op.get_bind().execute(sa.text(statement), batch)
            batch = []
    if batch:
        op.get_bind().execute(sa.text(statement), batch)


def _agreement(said: list[tuple[str, int]]) -> str:
    refusals = [one for one in said if one[0] != "granted"]
    if not refusals:
        return "granted" if said else "none"
    latest = max(refusals, key=lambda one: one[1])
    if said[-1][0] == "granted" and latest[1] < said[-1][1]:
        return "granted"
    return {"revoked": "refused", "lapsed": "lapsed"}[latest[0]]


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _words_in(*texts: str) -> set[str]:
    said = (word for text in texts for word in _plain(text).split())
    parts = (part[:64] for one in said for part in (one, *re.findall(r"\w+", one)))
    return set([*dict.fromkeys(parts)][:24])


def _number(digits: str) -> tuple[str, ...]:
    return (digits, f" {digits[::-1]}") if digits else ()
