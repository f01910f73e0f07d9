"""The tables of the account: what the platform has approved, allows and charges.

What `tables` says of columns and indexes holds here too.
"""

from sqlalchemy import Column, ForeignKey, Index, Text, literal_column

from wa_notify.core.charge import ChargeState
from wa_notify.core.pricing import Free, Model
from wa_notify.store import rows
from wa_notify.store.columns import WHOLE, Stored, at, keyed, partial, perhaps_at, text, whole, word_of

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
    Column("buttons", Stored(Text(), rows.buttons_text, rows.buttons_of), nullable=False),
    text("id"),
    Column("ttl", WHOLE),
    text("quality"),
    text("why_rejected"),
    text("upcoming_category"),
)

meta = keyed("meta", text("key", primary_key=True), text("value"))

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
        Text,
        ForeignKey("recipients.id", onupdate="CASCADE", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    at("referred_at"),
    perhaps_at("answered_at"),
)
