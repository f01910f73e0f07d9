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
    _media()
    _received_files()
    _meta()
    _template_news()
    _template_deeds()
    _receipts_off()
    _conditions()
    _reach()
    _pace()
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


def _media() -> None:
    op.create_table(
        "media",
        _text("number_id"),
        _text("sha256"),
        _text("kind"),
        _text("mime_type"),
        _whole("size"),
        _text("filename"),
        _text("media_id"),
        _text("link"),
        _whole("uploaded_at"),
        sa.PrimaryKeyConstraint("number_id", "sha256", "kind"),
        sqlite_strict=True,
    )
    op.create_index("ix_media_link", "media", ["number_id", "link"])
    op.create_index("ix_media_age", "media", ["uploaded_at"])


def _received_files() -> None:
    op.create_table(
        "received_files",
        _text("wamid"),
        _text("recipient_id"),
        _text("kind"),
        _text("media_id"),
        _text("mime_type"),
        _text("filename"),
        _text("state"),
        _text("sha256"),
        _whole("size"),
        _whole("attempts"),
        _whole("due_at"),
        _whole("received_at"),
        sa.PrimaryKeyConstraint("wamid"),
        sqlite_strict=True,
    )
    op.create_index("ix_received_files_state", "received_files", ["state", "due_at"])
    op.create_index("ix_received_files_sender", "received_files", ["recipient_id", "received_at"])
    op.create_index("ix_received_files_sha256", "received_files", ["sha256"])


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


def _receipts_off() -> None:
    op.create_table(
        "receipts_off",
        _text("recipient_id"),
        sa.Column("since", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], onupdate="CASCADE", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("recipient_id"),
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
