"""The first schema: people, consent, tickets, what leaves and what comes back.

It says again what `wa_notify.store.tables` says, on purpose: a migration must stay what it was when the
tables move on. A test compares the outcome of all migrations with the tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create it."""
    _people()
    _former_names()
    _consents()
    _proofs()
    _invites()
    _tickets()
    _duties()
    _alerts_and_timeline()
    _heartbeats()
    _silences()
    _outbox()
    _outbox_indexes()
    _inbox()


def _number() -> "sa.Column[int]":
    return sa.Column("id", WHOLE, primary_key=True)


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name: str) -> "sa.Column[int]":
    return sa.Column(name, WHOLE, nullable=False)


def _perhaps(name: str) -> "sa.Column[int]":
    return sa.Column(name, WHOLE, nullable=True)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _people() -> None:
    op.create_table(
        "recipients",
        _text("id"),
        _text("name"),
        _text("phone"),
        _text("bsuid"),
        _text("language"),
        _whole("guest"),
        _text("former"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    _partial("ix_recipients_guest", "recipients", ["id"], "guest = 1")
    op.create_table(
        "aliases",
        _text("kind"),
        _text("value"),
        _text("recipient_id"),
        sa.PrimaryKeyConstraint("kind", "value"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], onupdate="CASCADE"),
        sqlite_strict=True,
    )
    op.create_index("ix_aliases_recipient_id", "aliases", ["recipient_id"])
    op.create_table(
        "windows",
        _text("number_id"),
        _text("recipient_id"),
        _perhaps("last_inbound_at"),
        _perhaps("refused_at"),
        _perhaps("asked_at"),
        sa.PrimaryKeyConstraint("number_id", "recipient_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], onupdate="CASCADE"),
        sqlite_strict=True,
    )
    op.create_index("ix_windows_recipient_id", "windows", ["recipient_id"])


def _former_names() -> None:
    key = sa.PrimaryKeyConstraint("recipient_id", "name")
    whose = sa.ForeignKeyConstraint(
        ["recipient_id"], ["recipients.id"], onupdate="CASCADE", ondelete="CASCADE"
    )
    op.create_table("former_names", _text("recipient_id"), _text("name"), key, whose, sqlite_strict=True)


def _consents() -> None:
    op.create_table(
        "subjects",
        _text("subject"),
        _text("recipient_id"),
        sa.PrimaryKeyConstraint("subject"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], onupdate="CASCADE"),
        sqlite_strict=True,
    )
    op.create_index("ix_subjects_recipient_id", "subjects", ["recipient_id"])
    op.create_table(
        "consents",
        sa.Column("number", WHOLE, primary_key=True, autoincrement=False),
        _text("subject"),
        _text("purpose"),
        _text("act"),
        _text("source"),
        _text("wording"),
        _text("language"),
        _text("evidence_digest"),
        _text("actor_digest"),
        _whole("at"),
        _text("previous"),
        _text("digest"),
        sqlite_strict=True,
    )
    op.create_index("ix_consents_subject", "consents", ["subject", "number"])
    if op.get_context().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER consents_refuse_{change.lower()} BEFORE {change} ON consents "
                "BEGIN SELECT RAISE(ABORT, 'the consent ledger is only ever added to'); END"
            )


def _proofs() -> None:
    op.create_table(
        "proofs",
        sa.Column("number", WHOLE, primary_key=True, autoincrement=False),
        _text("salt"),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["consents.number"]),
        sqlite_strict=True,
    )


def _invites() -> None:
    op.create_table(
        "invites",
        _number(),
        _text("code_digest"),
        _text("recipient_id"),
        _text("purpose"),
        _text("wording"),
        _text("language"),
        _whole("created_at"),
        _whole("expires_at"),
        _perhaps("used_at"),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipients.id"], onupdate="CASCADE"),
        sa.UniqueConstraint("code_digest"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_invites_recipient_id", "invites", ["recipient_id"])


def _tickets() -> None:
    op.create_table(
        "tickets",
        _number(),
        _text("rule"),
        _text("group"),
        _text("title"),
        _text("severity"),
        _text("state"),
        _whole("episode"),
        _whole("opened_at"),
        _perhaps("acknowledged_at"),
        _text("acknowledged_by"),
        _perhaps("resolved_at"),
        _text("resolved_by"),
        _whole("reminders_sent"),
        _perhaps("asked_at"),
        _perhaps("told_at"),
        _whole("updates"),
        _whole("repeats"),
        _whole("escalations"),
        _whole("rounds"),
        _perhaps("remind_at"),
        _perhaps("escalate_at"),
        _perhaps("release_at"),
        _perhaps("repeat_at"),
        _perhaps("expires_at"),
        _perhaps("next_at"),
        sa.UniqueConstraint("rule", "group"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_tickets_state", "tickets", ["state", "opened_at", "id"])
    _partial("ix_tickets_due", "tickets", ["next_at", "id"], "next_at IS NOT NULL")


def _duties() -> None:
    op.create_table(
        "duties",
        _text("schedule"),
        _text("planned"),
        _text("person"),
        _text("state"),
        _whole("starts_at"),
        _perhaps("ends_at"),
        _text("asked"),
        _perhaps("asked_at"),
        _perhaps("next_at"),
        sa.PrimaryKeyConstraint("schedule"),
        sqlite_strict=True,
    )


def _alerts_and_timeline() -> None:
    op.create_table(
        "ticket_alerts",
        _number(),
        _whole("ticket_id"),
        _whole("episode"),
        _text("source"),
        _text("fingerprint"),
        _text("status"),
        _text("labels"),
        _text("annotations"),
        _whole("starts_at"),
        _whole("start_known"),
        _perhaps("ends_at"),
        _text("url"),
        _text("attachments"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"]),
        sa.UniqueConstraint("ticket_id", "episode", "source", "fingerprint"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "ix_ticket_alerts_alert", "ticket_alerts", ["source", "fingerprint", "ticket_id", "episode"]
    )
    op.create_table(
        "timeline",
        _number(),
        _whole("ticket_id"),
        _whole("at"),
        _text("kind"),
        _text("actor"),
        _text("text"),
        sa.Column("reason", sa.Text(), nullable=True),
        _perhaps("item_id"),
        _text("wamid"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"]),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_timeline_ticket", "timeline", ["ticket_id", "at", "id"])
    _partial("ix_timeline_wamid", "timeline", ["wamid"], "wamid != ''")


def _heartbeats() -> None:
    op.create_table(
        "heartbeats",
        _text("source"),
        _perhaps("last_beat_at"),
        _whole("due_at"),
        _whole("missing"),
        sa.PrimaryKeyConstraint("source"),
        sqlite_strict=True,
    )
    _partial("ix_heartbeats_due", "heartbeats", ["due_at"], "missing = 0")


def _silences() -> None:
    op.create_table(
        "silences",
        _number(),
        _text("matchers"),
        _whole("starts_at"),
        _whole("ends_at"),
        _text("author"),
        _text("comment"),
        _perhaps("ticket_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"]),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_silences_end", "silences", ["ends_at", "id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        _number(),
        _text("key"),
        _perhaps("ticket_id"),
        _whole("episode"),
        _text("recipient_id"),
        _text("channel"),
        _text("target"),
        _perhaps("instead_of"),
        _perhaps("digest_id"),
        _text("occasion"),
        _text("intent"),
        sa.Column("priority", sa.Integer(), nullable=False),
        _text("state"),
        _whole("due_at"),
        _perhaps("planned_at"),
        _perhaps("expires_at"),
        _whole("created_at"),
        _whole("attempts"),
        _whole("unconfirmed"),
        _perhaps("lease_until"),
        _perhaps("claimed_at"),
        sa.Column("form", sa.Text(), nullable=True),
        _text("template"),
        _text("language"),
        _text("category"),
        sa.Column("reason", sa.Text(), nullable=True),
        _text("wamid"),
        _perhaps("status_at"),
        _perhaps("failure_code"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"]),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )


def _outbox_indexes() -> None:
    _partial(
        "ix_outbox_claimable", "outbox", ["priority", "due_at", "id"], "state IN ('pending', 'uncertain')"
    )
    _partial("ix_outbox_sending", "outbox", ["state", "lease_until"], "state = 'sending'")
    _partial("ix_outbox_held", "outbox", ["state", "recipient_id", "id"], "state = 'held'")
    _partial(
        "ix_outbox_kept_back",
        "outbox",
        ["state", "recipient_id", "id"],
        "state = 'pending' AND reason IN "
        "('inhibited', 'pace', 'pair_pace', 'quiet_hours', 'reach_used_up', 'too_many')",
    )
    _partial(
        "ix_outbox_waiting",
        "outbox",
        ["recipient_id", "priority", "due_at", "id"],
        "state IN ('pending', 'uncertain')",
    )
    _partial("ix_outbox_digest", "outbox", ["digest_id", "id"], "digest_id IS NOT NULL")
    _partial("ix_outbox_wamid", "outbox", ["wamid"], "wamid != ''")
    _partial(
        "ix_outbox_silences",
        "outbox",
        ["id"],
        "occasion = 'silenced' AND state != 'cancelled' AND wamid != ''",
    )
    _partial("ix_outbox_told", "outbox", ["recipient_id", "claimed_at", "id"], "claimed_at IS NOT NULL")
    _partial(
        "ix_outbox_chat",
        "outbox",
        ["recipient_id", "occasion", "created_at"],
        "occasion IN ('confirmation', 'comment')",
    )
    _partial("ix_outbox_twins", "outbox", ["instead_of", "id"], "instead_of IS NOT NULL")
    op.create_index("ix_outbox_ticket", "outbox", ["ticket_id", "episode"])
    op.create_index("ix_outbox_state", "outbox", ["state"])


def _inbox() -> None:
    op.create_table(
        "inbox",
        _number(),
        _text("key"),
        _text("number_id"),
        _text("kind"),
        _text("raw"),
        _whole("received_at"),
        _text("about"),
        _perhaps("changed_at"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    _partial("ix_inbox_about", "inbox", ["about"], "about != ''")
