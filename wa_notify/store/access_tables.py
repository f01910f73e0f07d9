"""The tables of the desk: who may come in, what they changed, and what was answered to their programs.

What `tables` says of columns and indexes holds here too.
"""

from sqlalchemy import Column, ForeignKey, Index

from wa_notify.core.access import Role, Via
from wa_notify.store import rows
from wa_notify.store.columns import (
    MAPPING,
    TEXT,
    WHOLE,
    Stored,
    at,
    keyed,
    numbered,
    perhaps_at,
    text,
    whole,
    word_of,
)

accounts = keyed(
    "accounts",
    text("name", primary_key=True),
    Column("role", word_of(Role), nullable=False),
    text("password"),
    text("totp_secret"),
    whole("totp_step"),
    at("created_at"),
    text("created_by"),
    perhaps_at("password_at"),
    perhaps_at("logged_in_at"),
)

sessions = keyed(
    "sessions",
    text("digest", primary_key=True),
    Column("account", TEXT, ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False, index=True),
    at("created_at"),
    at("seen_at"),
    text("agent"),
)

api_keys = numbered(
    "api_keys",
    text("digest", unique=True),
    text("name"),
    Column("rights", Stored(TEXT, rows.json_text, rows.rights_of), nullable=False),
    text("created_by"),
    at("created_at"),
    perhaps_at("expires_at"),
    perhaps_at("used_at"),
    perhaps_at("revoked_at"),
)

entry_links = keyed(
    "entry_links",
    text("digest", primary_key=True),
    text("account"),  # empty in the link that makes the first account
    at("created_at"),
    at("expires_at"),
)

guesses = keyed(
    "guesses",
    text("subject", primary_key=True),
    Column("failures", WHOLE, nullable=False),
    perhaps_at("failed_at"),
)

audit = numbered(
    "audit",
    at("at"),
    text("actor"),
    Column("via", word_of(Via), nullable=False),
    text("action"),
    text("subject"),
    Column("before", MAPPING, nullable=False),
    Column("after", MAPPING, nullable=False),
)
Index("ix_audit_subject", audit.c.subject, audit.c.id)
Index("ix_audit_actor", audit.c.actor, audit.c.id)
Index("ix_audit_at", audit.c.at)

remembered = keyed(
    "remembered",
    text("key", primary_key=True),
    text("asked"),
    whole("status"),
    text("answer"),
    at("at"),
)
Index("ix_remembered_at", remembered.c.at)
