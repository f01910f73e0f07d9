"""The tables, and how each kind of column is stored.

Columns carry the names of the fields they keep (see `rows`). Tables are STRICT, ids are never used twice, and
every question that is asked for each message is answered from an index whose size does not grow with history:
such indexes hold only rows that are still open.
"""

from sqlalchemy import (
    DDL,
    Column,
    ColumnElement,
    ForeignKey,
    FromClause,
    Index,
    UniqueConstraint,
    and_,
    event,
    literal_column,
)

from wa_notify.core.alert import AlertStatus
from wa_notify.core.consent import ConsentAct, Purpose
from wa_notify.core.digest import GATHERED
from wa_notify.core.duty import DutyState
from wa_notify.core.message import Form
from wa_notify.core.outbox import CHAT, CLAIMABLE, Channel, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import AliasKind
from wa_notify.core.ticket import TicketState
from wa_notify.core.timeline import EntryKind
from wa_notify.store import rows
from wa_notify.store.access_tables import accounts
from wa_notify.store.account_tables import meta, templates
from wa_notify.store.columns import (
    FLAG,
    MAPPING,
    RANK,
    TEXT,
    WHOLE,
    WORDS,
    Stored,
    at,
    keyed,
    metadata,
    numbered,
    one_of,
    partial,
    perhaps_at,
    text,
    whole,
    word_of,
)
from wa_notify.store.dialects import POSTGRES_LEDGER
from wa_notify.store.page_tables import directory

__all__ = ["accounts", "directory", "meta", "metadata", "templates"]

# people ---------------------------------------------------------------------------------------------------

recipients = keyed(
    "recipients",
    text("id", primary_key=True),
    text("name"),
    text("phone"),
    text("bsuid"),
    text("language"),
    Column("guest", FLAG, nullable=False),
    Column("former", WORDS, nullable=False),
)

IS_GUEST = recipients.c.guest == literal_column("1")
partial("ix_recipients_guest", recipients.c.id, where=IS_GUEST)

aliases = keyed(
    "aliases",
    Column("kind", word_of(AliasKind), primary_key=True),
    text("value", primary_key=True),
    Column("recipient_id", TEXT, ForeignKey("recipients.id", onupdate="CASCADE"), nullable=False, index=True),
)

former_names = keyed(  # what people were called before; whoever is erased is looked for by these too
    "former_names",
    Column(
        "recipient_id",
        TEXT,
        ForeignKey("recipients.id", onupdate="CASCADE", ondelete="CASCADE"),
        primary_key=True,
    ),
    text("name", primary_key=True),
)

subjects = keyed(  # the pseudonyms under which the ledger knows a person; whoever is erased loses them
    "subjects",
    text("subject", primary_key=True),
    Column("recipient_id", TEXT, ForeignKey("recipients.id", onupdate="CASCADE"), nullable=False, index=True),
)

consents = keyed(
    "consents",
    Column("number", WHOLE, primary_key=True, autoincrement=False),
    text("subject"),
    Column("purpose", word_of(Purpose), nullable=False),
    Column("act", word_of(ConsentAct), nullable=False),
    text("source"),
    text("wording"),
    text("language"),
    text("evidence_digest"),
    text("actor_digest"),
    at("at"),
    text("previous"),
    text("digest"),
)
Index("ix_consents_subject", consents.c.subject, consents.c.number)

proofs = keyed(  # what of an entry may be erased
    "proofs",
    Column("number", WHOLE, ForeignKey("consents.number"), primary_key=True, autoincrement=False),
    text("salt"),
    Column("evidence", TEXT),
    Column("actor", TEXT),
)

invites = numbered(
    "invites",
    text("code_digest", unique=True),
    Column("recipient_id", TEXT, ForeignKey("recipients.id", onupdate="CASCADE"), nullable=False, index=True),
    Column("purpose", word_of(Purpose), nullable=False),
    text("wording"),
    text("language"),
    at("created_at"),
    at("expires_at"),
    perhaps_at("used_at"),
)
for _change in ("UPDATE", "DELETE"):
    event.listen(
        consents,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy left it so
            f"CREATE TRIGGER consents_refuse_{_change.lower()} BEFORE {_change} ON consents "
            "BEGIN SELECT RAISE(ABORT, 'the consent ledger is only ever added to'); END"
        ).execute_if(dialect="sqlite"),
    )
for _words in POSTGRES_LEDGER:
    event.listen(
        consents,
        "after_create",
        DDL(_words).execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]  # SQLAlchemy left it so
    )

windows = keyed(
    "windows",
    text("number_id", primary_key=True),
    Column(
        "recipient_id", TEXT, ForeignKey("recipients.id", onupdate="CASCADE"), primary_key=True, index=True
    ),
    perhaps_at("last_inbound_at"),
    perhaps_at("refused_at"),
    perhaps_at("asked_at"),
)
Index("ix_windows_heard", windows.c.number_id, windows.c.last_inbound_at)

# tickets --------------------------------------------------------------------------------------------------

tickets = numbered(
    "tickets",
    text("rule"),
    text("group"),
    text("title"),
    text("severity"),
    Column("state", word_of(TicketState), nullable=False),
    whole("episode"),
    at("opened_at"),
    perhaps_at("acknowledged_at"),
    text("acknowledged_by"),
    perhaps_at("resolved_at"),
    text("resolved_by"),
    whole("reminders_sent"),
    perhaps_at("asked_at"),
    perhaps_at("told_at"),
    whole("updates"),
    whole("repeats"),
    whole("escalations"),
    whole("rounds"),
    perhaps_at("remind_at"),
    perhaps_at("escalate_at"),
    perhaps_at("release_at"),
    perhaps_at("repeat_at"),
    perhaps_at("expires_at"),
    perhaps_at("next_at"),  # the first of its timers, so that one index finds whatever is due
    UniqueConstraint("rule", "group"),
)
Index("ix_tickets_state", tickets.c.state, tickets.c.opened_at, tickets.c.id)
Index("ix_tickets_rule", tickets.c.rule, tickets.c.state, tickets.c.opened_at, tickets.c.id)
Index("ix_tickets_severity", tickets.c.severity, tickets.c.state, tickets.c.opened_at, tickets.c.id)
WAS_TAKEN = tickets.c.acknowledged_at.is_not(None)
partial("ix_tickets_taken", tickets.c.acknowledged_at, tickets.c.opened_at, where=WAS_TAKEN)
partial("ix_tickets_due", tickets.c.next_at, tickets.c.id, where=tickets.c.next_at.is_not(None))

ticket_alerts = numbered(
    "ticket_alerts",
    Column("ticket_id", WHOLE, ForeignKey("tickets.id"), nullable=False),
    whole("episode"),
    text("source"),
    text("fingerprint"),
    Column("status", word_of(AlertStatus), nullable=False),
    Column("labels", MAPPING, nullable=False),
    Column("annotations", MAPPING, nullable=False),
    at("starts_at"),
    Column("start_known", FLAG, nullable=False),
    perhaps_at("ends_at"),
    text("url"),
    Column("attachments", Stored(TEXT, rows.files_text, rows.files_of), nullable=False),
    UniqueConstraint("ticket_id", "episode", "source", "fingerprint"),
)
Index(
    "ix_ticket_alerts_alert",
    ticket_alerts.c.source,
    ticket_alerts.c.fingerprint,
    ticket_alerts.c.ticket_id,
    ticket_alerts.c.episode,
)

timeline = numbered(
    "timeline",
    Column("ticket_id", WHOLE, ForeignKey("tickets.id"), nullable=False),
    at("at"),
    Column("kind", word_of(EntryKind), nullable=False),
    text("actor"),
    text("text"),
    Column("reason", word_of(Reason)),
    Column("item_id", WHOLE),
    text("wamid"),  # of the message whose words the text is; else empty
)
Index("ix_timeline_ticket", timeline.c.ticket_id, timeline.c.at, timeline.c.id)
HAS_WORDS = timeline.c.wamid != literal_column("''")
partial("ix_timeline_wamid", timeline.c.wamid, where=HAS_WORDS)

duties = keyed(
    "duties",
    text("schedule", primary_key=True),
    text("planned"),
    text("person"),
    Column("state", word_of(DutyState), nullable=False),
    at("starts_at"),
    perhaps_at("ends_at"),
    Column("asked", WORDS, nullable=False),
    perhaps_at("asked_at"),
    perhaps_at("next_at"),
)

# heartbeats -----------------------------------------------------------------------------------------------

heartbeats = keyed(
    "heartbeats",
    text("source", primary_key=True),
    perhaps_at("last_beat_at"),
    at("due_at"),
    Column("missing", FLAG, nullable=False),
)
IS_AWAITED = heartbeats.c.missing == literal_column("0")
partial("ix_heartbeats_due", heartbeats.c.due_at, where=IS_AWAITED)

silences = numbered(
    "silences",
    Column("matchers", Stored(TEXT, rows.matchers_text, rows.matchers_of), nullable=False),
    at("starts_at"),
    at("ends_at"),
    text("author"),
    text("comment"),
    Column("ticket_id", WHOLE, ForeignKey("tickets.id")),
)
Index("ix_silences_end", silences.c.ends_at, silences.c.id)

# what leaves and what comes back --------------------------------------------------------------------------

outbox = numbered(
    "outbox",
    text("key", unique=True),
    Column("ticket_id", WHOLE, ForeignKey("tickets.id")),
    whole("episode"),
    text("recipient_id"),  # no foreign key: an item for somebody unknown is kept, and refused with a reason
    Column("channel", word_of(Channel), nullable=False),
    text("target"),
    Column("instead_of", WHOLE),
    Column("digest_id", WHOLE),
    Column("occasion", word_of(Occasion), nullable=False),
    Column("intent", Stored(TEXT, rows.intent_text, rows.intent_of), nullable=False),
    Column("priority", RANK, nullable=False),
    Column("state", word_of(ItemState), nullable=False),
    at("due_at"),
    perhaps_at("planned_at"),
    perhaps_at("expires_at"),
    at("created_at"),
    whole("attempts"),
    whole("unconfirmed"),
    perhaps_at("lease_until"),
    perhaps_at("claimed_at"),
    Column("form", word_of(Form)),
    text("template"),
    text("language"),
    text("category"),
    Column("reason", word_of(Reason)),
    text("wamid"),
    perhaps_at("status_at"),
    perhaps_at("delivered_at"),
    Column("failure_code", WHOLE),
)
IS_CLAIMABLE = one_of(outbox.c.state, CLAIMABLE)


def is_sending(items: FromClause) -> ColumnElement[bool]:
    """Whether one of these is on its way."""
    sending: ColumnElement[bool] = items.c.state == literal_column(f"'{ItemState.SENDING.value}'")
    return sending


IS_SENDING = is_sending(outbox)
IS_HELD = outbox.c.state == literal_column(f"'{ItemState.HELD.value}'")
IS_KEPT_BACK = (outbox.c.state == literal_column(f"'{ItemState.PENDING.value}'")) & one_of(
    outbox.c.reason, (Reason.INHIBITED, *sorted(GATHERED))
)
IS_IN_DIGEST = outbox.c.digest_id.is_not(None)
IS_CHAT = one_of(outbox.c.occasion, CHAT)
HAS_TEMPLATE = outbox.c.template != literal_column("''")
HAS_WAMID = outbox.c.wamid != literal_column("''")
IS_SILENCE = and_(
    outbox.c.occasion == literal_column(f"'{Occasion.SILENCED.value}'"),
    outbox.c.state != literal_column(f"'{ItemState.CANCELLED.value}'"),
    HAS_WAMID,
)
partial(
    "ix_outbox_claimable", outbox.c.priority, outbox.c.due_at, outbox.c.id, where=IS_CLAIMABLE
)  # the priority leads, so that the future of the critical ones does not stand before the present of others
# The state stands in these three once more, or SQLite would think the index of all states the better one.
partial("ix_outbox_sending", outbox.c.state, outbox.c.lease_until, where=IS_SENDING)
partial("ix_outbox_kept_back", outbox.c.state, outbox.c.recipient_id, outbox.c.id, where=IS_KEPT_BACK)
partial("ix_outbox_held", outbox.c.state, outbox.c.recipient_id, outbox.c.id, where=IS_HELD)
partial(
    "ix_outbox_waiting",
    *(outbox.c.recipient_id, outbox.c.priority, outbox.c.due_at, outbox.c.id),
    where=IS_CLAIMABLE,
)
partial("ix_outbox_digest", outbox.c.digest_id, outbox.c.id, where=IS_IN_DIGEST)
partial("ix_outbox_wamid", outbox.c.wamid, where=HAS_WAMID)
partial("ix_outbox_silences", outbox.c.id, where=IS_SILENCE)
partial(
    "ix_outbox_told",
    outbox.c.recipient_id,
    outbox.c.claimed_at,
    outbox.c.id,
    where=outbox.c.claimed_at.is_not(None),
)
partial(
    "ix_outbox_chat", outbox.c.recipient_id, outbox.c.occasion, outbox.c.created_at, where=IS_CHAT
)  # what people are told because somebody wrote
partial("ix_outbox_template", outbox.c.template, outbox.c.claimed_at, where=HAS_TEMPLATE)
IS_TWIN = outbox.c.instead_of.is_not(None)
partial("ix_outbox_twins", outbox.c.instead_of, outbox.c.id, where=IS_TWIN)
Index("ix_outbox_ticket", outbox.c.ticket_id, outbox.c.episode)
Index("ix_outbox_state", outbox.c.state, outbox.c.created_at, outbox.c.id)
Index("ix_outbox_recipient", outbox.c.recipient_id, outbox.c.created_at, outbox.c.id)
WAS_DELIVERED = and_(outbox.c.delivered_at.is_not(None), outbox.c.digest_id.is_(None))  # by itself
partial("ix_outbox_delivered", outbox.c.delivered_at, outbox.c.claimed_at, where=WAS_DELIVERED)

inbox = numbered(
    "inbox",
    text("key", unique=True),
    text("number_id"),
    text("kind"),
    Column("raw", MAPPING, nullable=False),
    at("received_at"),
    text("about"),  # the wamid that an edit or a deletion changes; else empty
    perhaps_at("changed_at"),  # when the person did so
)
IS_CHANGE = inbox.c.about != literal_column("''")
partial("ix_inbox_about", inbox.c.about, where=IS_CHANGE)
