"""The tables of the pages: what is kept twice so that lists of very many are searched and summed up quickly.

What `tables` says of columns and indexes holds here too. All of it but the overrides follows from other
tables, in the transaction that changes those. Texts are compared by their code points (in PostgreSQL:
collation "C").
"""

from sqlalchemy import Column, ForeignKey, Index, Table

from wa_notify.core.charge import ChargeState
from wa_notify.core.directory import Agreement
from wa_notify.store.account_tables import MONEY
from wa_notify.store.columns import FLAG, TEXT, WHOLE, at, keyed, metadata, numbered, text, whole, word_of

directory = keyed(  # everybody, by name
    "directory",
    Column(
        "recipient_id",
        TEXT,
        ForeignKey("recipients.id", onupdate="CASCADE", ondelete="CASCADE"),
        primary_key=True,
    ),
    text("sort"),
    Column("guest", FLAG, nullable=False),
    Column("agreement", word_of(Agreement), nullable=False),
)
Index("ix_directory_sort", directory.c.guest, directory.c.sort, directory.c.recipient_id)
Index(
    "ix_directory_agreement",
    *(directory.c.guest, directory.c.agreement, directory.c.sort, directory.c.recipient_id),
)

person_words = Table(  # what people are found by
    "person_words",
    metadata,
    Column(
        "recipient_id",
        TEXT,
        ForeignKey("recipients.id", onupdate="CASCADE", ondelete="CASCADE"),
        primary_key=True,
    ),
    text("word", primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index("ix_person_words", person_words.c.word, person_words.c.recipient_id)

ticket_words = Table(  # what tickets are found by
    "ticket_words",
    metadata,
    Column("ticket_id", WHOLE, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    text("word", primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index("ix_ticket_words", ticket_words.c.word, ticket_words.c.ticket_id)

charge_quarters = keyed(  # sums of a quarter of an hour, of which days of every zone can be made
    "charge_quarters",
    text("month", primary_key=True),
    Column("quarter", WHOLE, primary_key=True, autoincrement=False),  # counted since 1970, in UTC
    Column("state", word_of(ChargeState), primary_key=True),
    text("currency", primary_key=True),
    whole("messages"),
    Column("amount", MONEY, nullable=False),
    whole("unknown"),
)

overrides = numbered(  # who is on call for a while, by hand; the newest wins
    "overrides",
    text("schedule"),
    text("person"),
    at("starts_at"),
    at("ends_at"),
    text("author"),
    text("reason"),
    at("made_at"),
)
Index("ix_overrides_end", overrides.c.ends_at, overrides.c.id)
