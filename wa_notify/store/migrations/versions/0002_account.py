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
    _receipts_off()


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _perhaps(name: str) -> "sa.Column[int]":
    return sa.Column(name, WHOLE, nullable=True)


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


def _receipts_off() -> None:
    op.create_table(
        "receipts_off",
        _text("recipient_id"),
        sa.Column("since", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], onupdate="CASCADE", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("recipient_id"),
        sqlite_strict=True,
    )
