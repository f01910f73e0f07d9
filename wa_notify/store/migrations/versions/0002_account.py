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
    _money()


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name: str) -> "sa.Column[int]":
    return sa.Column(name, WHOLE, nullable=False)


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


def _money() -> None:
    _charges()
    op.create_table(
        "charge_totals",
        *map(_text, ("month", "category", "market", "number_id", "state", "free", "currency")),
        _whole("messages"),
        _whole("amount"),
        _whole("unknown"),
        sa.PrimaryKeyConstraint("month", "category", "market", "number_id", "state", "free", "currency"),
        sqlite_strict=True,
    )
    op.create_table(
        "entry_points",
        _text("number_id"),
        _text("recipient_id"),
        _whole("referred_at"),
        _perhaps("answered_at"),
        sa.PrimaryKeyConstraint("number_id", "recipient_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], onupdate="CASCADE", ondelete="CASCADE"),
        sqlite_strict=True,
    )
    op.create_index("ix_entry_points_recipient_id", "entry_points", ["recipient_id"])


def _charges() -> None:
    op.create_table(
        "charges",
        _whole("item_id"),
        _whole("at"),
        *map(_text, ("month", "number_id", "recipient_id", "rule", "template", "market", "category")),
        _text("model"),
        _text("currency"),
        _whole("volume"),
        _perhaps("predicted"),
        sa.Column("free", sa.Text()),
        _text("state"),
        _text("told_by"),
        _perhaps("actual"),
        sa.Column("actual_free", sa.Text()),
        _text("actual_category"),
        _text("conversation"),
        sa.PrimaryKeyConstraint("item_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_charges_recipient", "charges", ["recipient_id", "at"])
    op.create_index("ix_charges_month", "charges", ["month"])
    op.create_index(
        "ix_charges_conversation",
        "charges",
        ["conversation"],
        sqlite_where=sa.text("conversation != ''"),
        postgresql_where=sa.text("conversation != ''"),
    )
