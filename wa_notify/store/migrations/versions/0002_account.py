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
    _media()
    _received_files()
    _meta()


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
