"""The tables, and how each kind of column is stored.

Columns carry the names of the fields they keep (see `rows`). Tables are STRICT, ids are never used twice, and
every question that is asked for each message is answered from an index whose size does not grow with history:
such indexes hold only rows that are still open.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    DDL,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    MetaData,
    Table,
    Text,
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
from wa_notify.store.columns import FLAG, INSTANT, MAPPING, RANK, WHOLE, WORDS, Stored, one_of, word_of

metadata = MetaData()


def _number() -> Column[int]:
    return Column("id", WHOLE, primary_key=True)


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _whole(name: str) -> Column[int]:
    return Column(name, WHOLE, nullable=False)


def _at(name: str) -> Column[datetime]:
    return Column(name, INSTANT, nullable=False)


def _perhaps_at(name: str) -> Column[datetime]:
    return Column(name, INSTANT)


def _numbered(name: str, *parts: Any) -> Table:
    return Table(name, metadata, _number(), *parts, sqlite_autoincrement=True, sqlite_strict=True)


def _keyed(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


def _partial(name: str, *columns: Column[Any], where: ColumnElement[bool]) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


# people ---------------------------------------------------------------------------------------------------

recipients = _keyed(
    "recipients",
    _text("id", primary_key=True),
    _text("name"),
    _text("phone"),
    _text("bsuid"),
    _text("language"),
    Column("guest", FLAG, nullable=False),
    Column("former", WORDS, nullable=False),
)

IS_GUEST = recipients.c.guest == literal_column("1")
_partial("ix_recipients_guest", recipients.c.id, where=IS_GUEST)

aliases = _keyed(
    "aliases",
    Column("kind", word_of(AliasKind), primary_key=True),
    _text("value", primary_key=True),
    Column("recipient_id", Text, ForeignKey("recipients.id", onupdate="CASCADE"), nullable=False, index=True),
)

former_names = _keyed(  # what people were called before; whoever is erased is looked for by these too
    "former_names",
    Column(
        "recipient_id",
        Text,
        ForeignKey("recipients.id", onupdate="CASCADE", ondelete="CASCADE"),
        primary_key=True,
    ),
    _text("name", primary_key=True),
)

subjects = _keyed(  # the pseudonyms under which the ledger knows a person; whoever is erased loses them
    "subjects",
    _text("subject", primary_key=True),
    Column("recipient_id", Text, ForeignKey("recipients.id", onupdate="CASCADE"), nullable=False, index=True),
)

consents = _keyed(
    "consents",
    Column("number", WHOLE, primary_key=True, autoincrement=False),
    _text("subject"),
    Column("purpose", word_of(Purpose), nullable=False),
    Column("act", word_of(ConsentAct), nullable=False),
    _text("source"),
    _text("wording"),
    _text("language"),
    _text("evidence_digest"),
    _text("actor_digest"),
    _at("at"),
    _text("previous"),
    _text("digest"),
)
Index("ix_consents_subject", consents.c.subject, consents.c.number)

proofs = _keyed(  # what of an entry may be erased
    "proofs",
    Column("number", WHOLE, ForeignKey("consents.number"), primary_key=True, autoincrement=False),
    _text("salt"),
    Column("evidence", Text),
    Column("actor", Text),
)

invites = _numbered(
    "invites",
    _text("code_digest", unique=True),
    Column("recipient_id", Text, ForeignKey("recipients.id", onupdate="CASCADE"), nullable=False, index=True),
    Column("purpose", word_of(Purpose), nullable=False),
    _text("wording"),
    _text("language"),
    _at("created_at"),
    _at("expires_at"),
    _perhaps_at("used_at"),
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

windows = _keyed(
    "windows",
    _text("number_id", primary_key=True),
    Column(
        "recipient_id", Text, ForeignKey("recipients.id", onupdate="CASCADE"), primary_key=True, index=True
    ),
    _perhaps_at("last_inbound_at"),
    _perhaps_at("refused_at"),
    _perhaps_at("asked_at"),
)

# the account ----------------------------------------------------------------------------------------------

templates = _keyed(
    "templates",
    _text("name", primary_key=True),
    _text("language", primary_key=True),
    _text("status"),
    _text("category"),
    _text("header"),
    _text("header_format"),
    _text("body"),
    _text("footer"),
    Column("buttons", Stored(Text(), rows.buttons_text, rows.buttons_of), nullable=False),
)

meta = _keyed("meta", _text("key", primary_key=True), _text("value"))

# tickets --------------------------------------------------------------------------------------------------

tickets = _numbered(
    "tickets",
    _text("rule"),
    _text("group"),
    _text("title"),
    _text("severity"),
    Column("state", word_of(TicketState), nullable=False),
    _whole("episode"),
    _at("opened_at"),
    _perhaps_at("acknowledged_at"),
    _text("acknowledged_by"),
    _perhaps_at("resolved_at"),
    _text("resolved_by"),
    _whole("reminders_sent"),
    _perhaps_at("asked_at"),
    _perhaps_at("told_at"),
    _whole("updates"),
    _whole("repeats"),
    _whole("escalations"),
    _whole("rounds"),
    _perhaps_at("remind_at"),
    _perhaps_at("escalate_at"),
    _perhaps_at("release_at"),
    _perhaps_at("repeat_at"),
    _perhaps_at("expires_at"),
    _perhaps_at("next_at"),  # the first of its timers, so that one index finds whatever is due
    UniqueConstraint("rule", "group"),
)
Index("ix_tickets_state", tickets.c.state, tickets.c.opened_at, tickets.c.id)
_partial("ix_tickets_due", tickets.c.next_at, tickets.c.id, where=tickets.c.next_at.is_not(None))

ticket_alerts = _numbered(
    "ticket_alerts",
    Column("ticket_id", WHOLE, ForeignKey("tickets.id"), nullable=False),
    _whole("episode"),
    _text("source"),
    _text("fingerprint"),
    Column("status", word_of(AlertStatus), nullable=False),
    Column("labels", MAPPING, nullable=False),
    Column("annotations", MAPPING, nullable=False),
    _at("starts_at"),
    Column("start_known", FLAG, nullable=False),
    _perhaps_at("ends_at"),
    _text("url"),
    UniqueConstraint("ticket_id", "episode", "source", "fingerprint"),
)
Index(
    "ix_ticket_alerts_alert",
    ticket_alerts.c.source,
    ticket_alerts.c.fingerprint,
    ticket_alerts.c.ticket_id,
    ticket_alerts.c.episode,
)

timeline = _numbered(
    "timeline",
    Column("ticket_id", WHOLE, ForeignKey("tickets.id"), nullable=False),
    _at("at"),
    Column("kind", word_of(EntryKind), nullable=False),
    _text("actor"),
    _text("text"),
    Column("reason", word_of(Reason)),
    Column("item_id", WHOLE),
    _text("wamid"),  # of the message whose words the text is; else empty
)
Index("ix_timeline_ticket", timeline.c.ticket_id, timeline.c.at, timeline.c.id)
HAS_WORDS = timeline.c.wamid != literal_column("''")
_partial("ix_timeline_wamid", timeline.c.wamid, where=HAS_WORDS)

duties = _keyed(
    "duties",
    _text("schedule", primary_key=True),
    _text("planned"),
    _text("person"),
    Column("state", word_of(DutyState), nullable=False),
    _at("starts_at"),
    _perhaps_at("ends_at"),
    Column("asked", Stored(Text(), rows.names_text, rows.names_of), nullable=False),
    _perhaps_at("asked_at"),
    _perhaps_at("next_at"),
)

# heartbeats -----------------------------------------------------------------------------------------------

heartbeats = _keyed(
    "heartbeats",
    _text("source", primary_key=True),
    _perhaps_at("last_beat_at"),
    _at("due_at"),
    Column("missing", FLAG, nullable=False),
)
IS_AWAITED = heartbeats.c.missing == literal_column("0")
_partial("ix_heartbeats_due", heartbeats.c.due_at, where=IS_AWAITED)

silences = _numbered(
    "silences",
    Column("matchers", Stored(Text(), rows.matchers_text, rows.matchers_of), nullable=False),
    _at("starts_at"),
    _at("ends_at"),
    _text("author"),
    _text("comment"),
    Column("ticket_id", WHOLE, ForeignKey("tickets.id")),
)
Index("ix_silences_end", silences.c.ends_at, silences.c.id)

# what leaves and what comes back --------------------------------------------------------------------------

outbox = _numbered(
    "outbox",
    _text("key", unique=True),
    Column("ticket_id", WHOLE, ForeignKey("tickets.id")),
    _whole("episode"),
    _text("recipient_id"),  # no foreign key: an item for somebody unknown is kept, and refused with a reason
    Column("channel", word_of(Channel), nullable=False),
    _text("target"),
    Column("instead_of", WHOLE),
    Column("digest_id", WHOLE),
    Column("occasion", word_of(Occasion), nullable=False),
    Column("intent", Stored(Text(), rows.intent_text, rows.intent_of), nullable=False),
    Column("priority", RANK, nullable=False),
    Column("state", word_of(ItemState), nullable=False),
    _at("due_at"),
    _perhaps_at("planned_at"),
    _perhaps_at("expires_at"),
    _at("created_at"),
    _whole("attempts"),
    _whole("unconfirmed"),
    _perhaps_at("lease_until"),
    _perhaps_at("claimed_at"),
    Column("form", word_of(Form)),
    Column("reason", word_of(Reason)),
    _text("wamid"),
    _perhaps_at("status_at"),
    Column("failure_code", WHOLE),
)
IS_CLAIMABLE = one_of(outbox.c.state, CLAIMABLE)
IS_SENDING = outbox.c.state == literal_column(f"'{ItemState.SENDING.value}'")
IS_HELD = outbox.c.state == literal_column(f"'{ItemState.HELD.value}'")
IS_KEPT_BACK = (outbox.c.state == literal_column(f"'{ItemState.PENDING.value}'")) & one_of(
    outbox.c.reason, (Reason.INHIBITED, *sorted(GATHERED))
)
IS_IN_DIGEST = outbox.c.digest_id.is_not(None)
IS_CHAT = one_of(outbox.c.occasion, CHAT)
HAS_WAMID = outbox.c.wamid != literal_column("''")
IS_SILENCE = and_(
    outbox.c.occasion == literal_column(f"'{Occasion.SILENCED.value}'"),
    outbox.c.state != literal_column(f"'{ItemState.CANCELLED.value}'"),
    HAS_WAMID,
)
_partial(
    "ix_outbox_claimable", outbox.c.priority, outbox.c.due_at, outbox.c.id, where=IS_CLAIMABLE
)  # the priority leads, so that the future of the critical ones does not stand before the present of others
# The state stands in these three once more, or SQLite would think the index of all states the better one.
_partial("ix_outbox_sending", outbox.c.state, outbox.c.lease_until, where=IS_SENDING)
_partial("ix_outbox_kept_back", outbox.c.state, outbox.c.recipient_id, outbox.c.id, where=IS_KEPT_BACK)
_partial("ix_outbox_held", outbox.c.state, outbox.c.recipient_id, outbox.c.id, where=IS_HELD)
_partial("ix_outbox_digest", outbox.c.digest_id, outbox.c.id, where=IS_IN_DIGEST)
_partial("ix_outbox_wamid", outbox.c.wamid, where=HAS_WAMID)
_partial("ix_outbox_silences", outbox.c.id, where=IS_SILENCE)
_partial(
    "ix_outbox_told",
    outbox.c.recipient_id,
    outbox.c.claimed_at,
    outbox.c.id,
    where=outbox.c.claimed_at.is_not(None),
)
_partial(
    "ix_outbox_chat", outbox.c.recipient_id, outbox.c.occasion, outbox.c.created_at, where=IS_CHAT
)  # what people are told because somebody wrote
Index("ix_outbox_ticket", outbox.c.ticket_id, outbox.c.episode)
Index("ix_outbox_state", outbox.c.state)

inbox = _numbered(
    "inbox",
    _text("key", unique=True),
    _text("number_id"),
    _text("kind"),
    Column("raw", MAPPING, nullable=False),
    _at("received_at"),
    _text("about"),  # the wamid that an edit or a deletion changes; else empty
    _perhaps_at("changed_at"),  # when the person did so
)
IS_CHANGE = inbox.c.about != literal_column("''")
_partial("ix_inbox_about", inbox.c.about, where=IS_CHANGE)
