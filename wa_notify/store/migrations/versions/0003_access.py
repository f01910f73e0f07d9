"""The desk: accounts, sessions, keys, links, the audit trail, and answers that may be asked for again.

It says again what `wa_notify.store.access_tables` says, on purpose (see the first revision).
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create it."""
    _accounts()
    _sessions()
    _api_keys()
    _entry_links()
    _guesses()
    _audit()
    _remembered()


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name: str) -> "sa.Column[int]":
    return sa.Column(name, WHOLE, nullable=False)


def _perhaps(name: str) -> "sa.Column[int]":
    return sa.Column(name, WHOLE, nullable=True)


def _accounts() -> None:
    op.create_table(
        "accounts",
        _text("name"),
        _text("role"),
        _text("password"),
        _text("totp_secret"),
        _whole("totp_step"),
        _whole("created_at"),
        _text("created_by"),
        _perhaps("password_at"),
        _perhaps("logged_in_at"),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        _text("digest"),
        _text("account"),
        _whole("created_at"),
        _whole("seen_at"),
        _text("agent"),
        sa.PrimaryKeyConstraint("digest"),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], ondelete="CASCADE"),
        sqlite_strict=True,
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        _whole("id"),
        _text("digest"),
        _text("name"),
        _text("rights"),
        _text("created_by"),
        _whole("created_at"),
        _perhaps("expires_at"),
        _perhaps("used_at"),
        _perhaps("revoked_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )


def _entry_links() -> None:
    op.create_table(
        "entry_links",
        _text("digest"),
        _text("account"),
        _whole("created_at"),
        _whole("expires_at"),
        sa.PrimaryKeyConstraint("digest"),
        sqlite_strict=True,
    )


def _guesses() -> None:
    op.create_table(
        "guesses",
        _text("subject"),
        _whole("failures"),
        _perhaps("failed_at"),
        sa.PrimaryKeyConstraint("subject"),
        sqlite_strict=True,
    )


def _audit() -> None:
    op.create_table(
        "audit",
        _whole("id"),
        _whole("at"),
        _text("actor"),
        _text("via"),
        _text("action"),
        _text("subject"),
        _text("before"),
        _text("after"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_audit_subject", "audit", ["subject", "id"])
    op.create_index("ix_audit_actor", "audit", ["actor", "id"])
    op.create_index("ix_audit_at", "audit", ["at"])


def _remembered() -> None:
    op.create_table(
        "remembered",
        _text("key"),
        _text("asked"),
        _whole("status"),
        _text("answer"),
        _whole("at"),
        sa.PrimaryKeyConstraint("key"),
        sqlite_strict=True,
    )
    op.create_index("ix_remembered_at", "remembered", ["at"])
