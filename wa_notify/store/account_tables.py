"""The tables of the account: what the platform has approved, allows and charges.

What `tables` says of columns and indexes holds here too.
"""

from sqlalchemy import Column, Text, UniqueConstraint

from wa_notify.core.condition import Effect, Recovery, Scope
from wa_notify.store import rows
from wa_notify.store.columns import (
    FLAG,
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
    Column("buttons", Stored(Text(), rows.buttons_text, rows.buttons_of), nullable=False),
    text("id"),
    Column("ttl", WHOLE),
    text("quality"),
    text("why_rejected"),
    text("upcoming_category"),
)

meta = keyed("meta", text("key", primary_key=True), text("value"))

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
