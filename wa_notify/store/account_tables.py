"""The tables of the account: what the platform has approved, allows and charges.

What `tables` says of columns and indexes holds here too.
"""

from sqlalchemy import Column, Text

from wa_notify.core.plan import Deed
from wa_notify.core.quality import Measure, Subject, Verdict
from wa_notify.store import rows
from wa_notify.store.columns import WHOLE, Stored, at, keyed, numbered, text, whole, word_of

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

judgements = keyed(  # of templates and rules that people mind; few or none
    "judgements",
    Column("subject", word_of(Subject), primary_key=True),
    text("name", primary_key=True),
    Column("verdict", word_of(Verdict), nullable=False),
    Column("measure", word_of(Measure)),
    whole("cases"),
    whole("among"),
)

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
