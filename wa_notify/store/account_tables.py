"""The tables of the account: what the platform has approved, allows and charges.

What `tables` says of columns and indexes holds here too.
"""

from sqlalchemy import Column, Index, Text, UniqueConstraint

from wa_notify.core.limits import Allowed
from wa_notify.core.pace import Throttled
from wa_notify.store import rows
from wa_notify.store.columns import WHOLE, Stored, at, keyed, numbered, perhaps_at, text, whole, word_of

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
