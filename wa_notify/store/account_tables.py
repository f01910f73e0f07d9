"""The tables of the account: what the platform has approved, allows and charges.

What `tables` says of columns and indexes holds here too.
"""

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint, literal_column

from wa_notify.core.charge import ChargeState
from wa_notify.core.condition import Effect, Recovery, Scope
from wa_notify.core.enclosed import MediaKind
from wa_notify.core.limits import Allowed
from wa_notify.core.pace import Throttled
from wa_notify.core.plan import Deed
from wa_notify.core.pricing import Free, Model
from wa_notify.core.quality import Measure, Subject, Verdict
from wa_notify.core.received import FileState
from wa_notify.store import rows
from wa_notify.store.columns import (
    FLAG,
    TEXT,
    WHOLE,
    Stored,
    at,
    keyed,
    numbered,
    partial,
    perhaps_at,
    text,
    whole,
    word_of,
)

templates = keyed(
    "templates",
    text("name", primary_key=True),
    text("language", primary_key=True),
    text("status"),
    text("category"),
    text("header"),
    text("header_format"),
    text("body"),
    text("footer"),
    Column("buttons", Stored(TEXT, rows.buttons_text, rows.buttons_of), nullable=False),
    text("id"),
    Column("ttl", WHOLE),
    text("quality"),
    text("why_rejected"),
    text("upcoming_category"),
)

judgements = keyed(  # of templates and rules that people mind; few or none
    "judgements",
    Column("subject", word_of(Subject), primary_key=True),
    text("name", primary_key=True),
    Column("verdict", word_of(Verdict), nullable=False),
    Column("measure", word_of(Measure)),
    whole("cases"),
    whole("among"),
)

# Files that we uploaded, and the id by which WhatsApp knows them for 30 days.
media = keyed(
    "media",
    text("number_id", primary_key=True),
    text("sha256", primary_key=True),
    Column("kind", word_of(MediaKind), primary_key=True),
    text("mime_type"),
    whole("size"),
    text("filename"),
    text("media_id"),
    text("link"),
    at("uploaded_at"),
)
Index("ix_media_link", media.c.number_id, media.c.link)
Index("ix_media_age", media.c.uploaded_at)

# Files that people sent.
received_files = keyed(
    "received_files",
    text("wamid", primary_key=True),
    text("recipient_id"),
    Column("kind", word_of(MediaKind), nullable=False),
    text("media_id"),
    text("mime_type"),
    text("filename"),
    Column("state", word_of(FileState), nullable=False),
    text("sha256"),
    whole("size"),
    whole("attempts"),
    at("due_at"),
    at("received_at"),
)
Index("ix_received_files_state", received_files.c.state, received_files.c.due_at)
Index("ix_received_files_sender", received_files.c.recipient_id, received_files.c.received_at)
Index("ix_received_files_sha256", received_files.c.sha256)

meta = keyed("meta", text("key", primary_key=True), text("value"))

# What news told last of each aspect, so that older news which come later change nothing.
template_news = keyed(
    "template_news",
    text("name", primary_key=True),
    text("language", primary_key=True),
    text("aspect", primary_key=True),
    at("told_at"),
)

template_deeds = numbered(
    "template_deeds",
    text("name"),
    text("language"),
    Column("deed", word_of(Deed), nullable=False),
    at("at"),
)

receipts_off = keyed(  # people who were found to send no read receipts
    "receipts_off",
    Column(
        "recipient_id",
        TEXT,
        ForeignKey("recipients.id", onupdate="CASCADE", ondelete="CASCADE"),
        primary_key=True,
    ),
    at("since"),
)

conditions = numbered(
    "conditions",
    Column("scope", word_of(Scope), nullable=False),
    text("subject"),
    text("cause"),
    Column("effect", word_of(Effect), nullable=False),
    Column("tells", FLAG, nullable=False),
    Column("recovery", word_of(Recovery), nullable=False),
    text("what"),
    text("advice"),
    at("since"),
    perhaps_at("until"),
    perhaps_at("probe_at"),
    whole("probes"),
    perhaps_at("told_at"),
    Column("unheard", FLAG, nullable=False),
    perhaps_at("cleared_at"),
    perhaps_at("next_at"),
    UniqueConstraint("scope", "subject", "cause"),
)
IS_OPEN = conditions.c.cleared_at.is_(None)
partial("ix_conditions_open", conditions.c.scope, conditions.c.subject, where=IS_OPEN)
partial("ix_conditions_next", conditions.c.next_at, where=conditions.c.next_at.is_not(None))

# limits ---------------------------------------------------------------------------------------------------

allowances = keyed(  # what the platform says that we may do
    "allowances",
    Column("what", word_of(Allowed), primary_key=True),
    whole("amount"),
    text("said"),
    text("source"),
    at("at"),
)

reach = numbered(  # who got a message outside their window, and when the last one left; a day later it goes
    "reach",
    text("scope"),
    text("recipient_id"),  # whoever was erased or has another number since is still counted, without a name
    at("at"),
    perhaps_at("before"),  # when the one before it left, in case that the last one did not
    UniqueConstraint("scope", "recipient_id"),
)
Index("ix_reach_at", reach.c.scope, reach.c.at)

reach_counts = keyed(  # how many rows `reach` has, so that nobody has to count them for each message
    "reach_counts",
    text("scope", primary_key=True),
    whole("used"),
)

pairs = keyed(
    "pairs",
    text("number_id", primary_key=True),
    text("recipient_id", primary_key=True),
    perhaps_at("filled_until"),
    perhaps_at("paused_until"),
    whole("refusals"),
)
Index("ix_pairs_recipient", pairs.c.recipient_id)

slowdowns = keyed(
    "slowdowns",
    Column("scope", word_of(Throttled), primary_key=True),
    at("at"),
    at("paused_until"),
    whole("share"),
    whole("refusals"),
)

buckets = keyed(
    "buckets",
    text("number_id", primary_key=True),
    Column("taken", Stored(TEXT, rows.departures_text, rows.departures_of), nullable=False),
)

# what it costs --------------------------------------------------------------------------------------------

MONEY = Stored(WHOLE, rows.nanos, rows.money)  # an amount, in billionths of the currency

charges = keyed(
    "charges",
    Column("item_id", WHOLE, primary_key=True, autoincrement=False),  # outlives the item
    at("at"),
    text("month"),
    text("number_id"),
    text("recipient_id"),
    text("rule"),
    text("template"),
    text("market"),
    text("category"),
    Column("model", word_of(Model), nullable=False),
    text("currency"),
    whole("volume"),
    Column("predicted", MONEY),
    Column("free", word_of(Free)),
    Column("state", word_of(ChargeState), nullable=False),
    text("told_by"),
    Column("actual", MONEY),
    Column("actual_free", word_of(Free)),
    text("actual_category"),
    text("conversation"),
)
HAS_CONVERSATION = charges.c.conversation != literal_column("''")
Index("ix_charges_recipient", charges.c.recipient_id, charges.c.at)
Index("ix_charges_month", charges.c.month)
partial("ix_charges_conversation", charges.c.conversation, where=HAS_CONVERSATION)

charge_totals = keyed(
    "charge_totals",
    text("month", primary_key=True),
    text("category", primary_key=True),
    text("market", primary_key=True),
    text("number_id", primary_key=True),
    Column("state", word_of(ChargeState), primary_key=True),
    text("free", primary_key=True),
    text("currency", primary_key=True),
    whole("messages"),
    Column("amount", MONEY, nullable=False),
    whole("unknown"),
)

entry_points = keyed(
    "entry_points",
    text("number_id", primary_key=True),
    Column(
        "recipient_id",
        TEXT,
        ForeignKey("recipients.id", onupdate="CASCADE", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    at("referred_at"),
    perhaps_at("answered_at"),
)
