"""The account: what the platform has approved, allows and charges.

It says again what `wa_notify.store.account_tables` says, on purpose (see the first revision).
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create it."""
    _templates()
    _meta()
    _reach()
    _pace()


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _perhaps(name: str) -> "sa.Column[int]":
    return sa.Column(name, WHOLE, nullable=True)


def _whole(name: str) -> "sa.Column[int]":
    return sa.Column(name, WHOLE, nullable=False)


def _templates() -> None:
    op.create_table(
        "templates",
        _text("name"),
        _text("language"),
        _text("status"),
        _text("category"),
        _text("header"),
        _text("header_format"),
        _text("body"),
        _text("footer"),
        _text("buttons"),
        _text("id"),
        _perhaps("ttl"),
        _text("quality"),
        _text("why_rejected"),
        _text("upcoming_category"),
        sa.PrimaryKeyConstraint("name", "language"),
        sqlite_strict=True,
    )


def _meta() -> None:
    op.create_table(
        "meta",
        _text("key"),
        _text("value"),
        sa.PrimaryKeyConstraint("key"),
        sqlite_strict=True,
    )


def _reach() -> None:
    op.create_table(
        "allowances",
        _text("what"),
        _whole("amount"),
        _text("said"),
        _text("source"),
        _whole("at"),
        sa.PrimaryKeyConstraint("what"),
        sqlite_strict=True,
    )
    op.create_table(
        "reach",
        sa.Column("id", WHOLE, nullable=False),
        _text("scope"),
        _text("recipient_id"),
        _whole("at"),
        _perhaps("before"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("scope", "recipient_id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_reach_at", "reach", ["scope", "at"])
    op.create_table(
        "reach_counts",
        _text("scope"),
        _whole("used"),
        sa.PrimaryKeyConstraint("scope"),
        sqlite_strict=True,
    )


def _pace() -> None:
    op.create_table(
        "pairs",
        _text("number_id"),
        _text("recipient_id"),
        _perhaps("filled_until"),
        _perhaps("paused_until"),
        _whole("refusals"),
        sa.PrimaryKeyConstraint("number_id", "recipient_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_pairs_recipient", "pairs", ["recipient_id"])
    op.create_table(
        "slowdowns",
        _text("scope"),
        _whole("at"),
        _whole("paused_until"),
        _whole("share"),
        _whole("refusals"),
        sa.PrimaryKeyConstraint("scope"),
        sqlite_strict=True,
    )
