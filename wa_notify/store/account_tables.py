"""The tables of the account: what the platform has approved, allows and charges.

What `tables` says of columns and indexes holds here too.
"""

from sqlalchemy import Column, ForeignKey, Text

from wa_notify.store import rows
from wa_notify.store.columns import WHOLE, Stored, at, keyed, text

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

receipts_off = keyed(  # people who were found to send no read receipts
    "receipts_off",
    Column(
        "recipient_id",
        Text,
        ForeignKey("recipients.id", onupdate="CASCADE", ondelete="CASCADE"),
        primary_key=True,
    ),
    at("since"),
)
