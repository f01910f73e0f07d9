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
    _judgements()
    _outbox()
    _meta()
    _template_news()
    _template_deeds()


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


def _judgements() -> None:
    op.create_table(
        "judgements",
        _text("subject"),
        _text("name"),
        _text("verdict"),
        sa.Column("measure", sa.Text(), nullable=True),
        sa.Column("cases", WHOLE, nullable=False),
        sa.Column("among", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("subject", "name"),
        sqlite_strict=True,
    )


def _outbox() -> None:
    op.create_index(
        "ix_outbox_template",
        "outbox",
        ["template", "claimed_at"],
        sqlite_where=sa.text("template != ''"),
        postgresql_where=sa.text("template != ''"),
    )


def _meta() -> None:
    op.create_table(
        "meta",
        _text("key"),
        _text("value"),
        sa.PrimaryKeyConstraint("key"),
        sqlite_strict=True,
    )


def _template_news() -> None:
    op.create_table(
        "template_news",
        _text("name"),
        _text("language"),
        _text("aspect"),
        sa.Column("told_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", "language", "aspect"),
        sqlite_strict=True,
    )


def _template_deeds() -> None:
    op.create_table(
        "template_deeds",
        sa.Column("id", WHOLE, nullable=False),
        _text("name"),
        _text("language"),
        _text("deed"),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
