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
    _conditions()


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


def _conditions() -> None:
    op.create_table(
        "conditions",
        sa.Column("id", WHOLE, primary_key=True),
        *(_text(name) for name in ("scope", "subject", "cause", "effect")),
        sa.Column("tells", sa.Integer(), nullable=False),
        *(_text(name) for name in ("recovery", "what", "advice")),
        sa.Column("since", WHOLE, nullable=False),
        *(_perhaps(name) for name in ("until", "probe_at")),
        sa.Column("probes", WHOLE, nullable=False),
        _perhaps("told_at"),
        sa.Column("unheard", sa.Integer(), nullable=False),
        *(_perhaps(name) for name in ("cleared_at", "next_at")),
        sa.UniqueConstraint("scope", "subject", "cause"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    is_open, has_next = sa.text("cleared_at IS NULL"), sa.text("next_at IS NOT NULL")
    op.create_index(
        "ix_conditions_open",
        "conditions",
        ["scope", "subject"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index(
        "ix_conditions_next", "conditions", ["next_at"], sqlite_where=has_next, postgresql_where=has_next
    )
