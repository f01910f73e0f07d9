"""Renaming and erasing people: every place of the database where somebody is named.

Foreign keys follow a new name by themselves. An erased person's own rows go; in the texts of all other rows,
whatever table they are in, the words that name the person are replaced. What is deleted is overwritten with
zeros (`secure_delete`), so that it cannot be read from the file any more.
"""

import json
from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    delete,
    literal_column,
    or_,
    select,
    type_coerce,
    update,
)

from wa_notify.core.erasure import Traces
from wa_notify.core.outbox import FAILABLE, WAITING, Item, ItemState
from wa_notify.core.received import FileState
from wa_notify.core.recipient import Alias
from wa_notify.store import statements as sql
from wa_notify.store.access_tables import accounts, api_keys, entry_links, guesses, sessions
from wa_notify.store.account_tables import (
    charge_totals,
    charges,
    conditions,
    entry_points,
    pairs,
    reach,
    receipts_off,
    received_files,
)
from wa_notify.store.clauses import matching, reading
from wa_notify.store.columns import Stored, one_of
from wa_notify.store.conditions import FORGET_TROUBLES, OF_PERSON
from wa_notify.store.directory import Directory
from wa_notify.store.numbered import ITEMS, TICKETS
from wa_notify.store.page_tables import charge_quarters, directory, overrides, person_words, ticket_words
from wa_notify.store.reach import SET_ASIDE
from wa_notify.store.rows import ITEM, RECIPIENT, WORDLESS, json_text
from wa_notify.store.tables import (
    HAS_WORDS,
    aliases,
    consents,
    duties,
    former_names,
    inbox,
    invites,
    metadata,
    outbox,
    proofs,
    recipients,
    silences,
    subjects,
    templates,
    ticket_alerts,
    tickets,
    timeline,
    windows,
)

AT_ONCE = 20  # words that are looked for; SQLite knows no condition of more than 1000 parts

OLD: BindParameter[str] = bindparam("old", type_=Text)
NEW: BindParameter[str] = bindparam("new", type_=Text)
EMPTY: ColumnElement[str] = literal_column("''", Text)

WAITING_FOR = (
    reading(ITEM, outbox)
    .where(*matching(outbox, "recipient_id"), one_of(outbox.c.state, WAITING))
    .order_by(outbox.c.id)
)
FORMER_NAMES_OF = select(former_names.c.name).where(*matching(former_names, "recipient_id"))
ALIASES_OF = select(aliases.c.kind, aliases.c.value).where(*matching(aliases, "recipient_id"))


def _renaming(column: Column[Any]) -> Update:
    return update(column.table).where(column == OLD).values({column.name: NEW})


PERSON = _renaming(recipients.c.id)
MENTIONS = tuple(
    _renaming(column)
    for column in (
        outbox.c.recipient_id,
        charges.c.recipient_id,
        timeline.c.actor,
        tickets.c.acknowledged_by,
        tickets.c.resolved_by,
        duties.c.planned,
        duties.c.person,
        silences.c.author,
        overrides.c.person,
        overrides.c.author,
        reach.c.recipient_id,
        pairs.c.recipient_id,
        received_files.c.recipient_id,
    )
)
TROUBLES = _renaming(conditions.c.subject).where(OF_PERSON)  # a country may have the name of a person
ASKED = select(duties.c.schedule, duties.c.asked)
SAVE_ASKED = (
    update(duties)
    .where(*matching(duties, "schedule"))
    .values(asked=bindparam("asked", type_=duties.c.asked.type))
)
# The key is part of the mark by which a status finds its item, so what is on its way keeps the one it has.
SETTLED = tuple(state for state in ItemState if state not in FAILABLE)
KEYS_OF = select(outbox.c.id, outbox.c.key).where(
    *matching(outbox, "recipient_id"), one_of(outbox.c.state, SETTLED)
)
KEY_TAKEN = select(outbox.c.id).where(*matching(outbox, "key"))
SAVE_KEY = update(outbox).where(*matching(outbox, "id")).values(key=NEW)

OWN_PROOFS = delete(proofs).where(
    proofs.c.number.in_(
        select(consents.c.number)
        .join(subjects, subjects.c.subject == consents.c.subject)
        .where(*matching(subjects, "recipient_id"))
    )
)
OWN_ROWS = tuple(
    delete(table).where(*matching(table, "recipient_id"))
    for table in (invites, windows, aliases, former_names, subjects, receipts_off, pairs)
)
# Whoever keeps the files deletes them; until then nothing of the row tells whose they were.
GIVE_UP_FILES = (
    update(received_files)
    .where(*matching(received_files, "recipient_id"))
    .values(recipient_id=EMPTY, filename=EMPTY, state=literal_column(f"'{FileState.UNWANTED}'"))
)
FORGET_OVERRIDES = delete(overrides).where(overrides.c.person == OLD)  # nobody is on call instead of others
FORGET_PERSON = delete(recipients).where(*matching(recipients, "id"))
BLANK_ITEMS = (
    update(outbox)
    .where(*matching(outbox, "recipient_id"))
    .values(intent=literal_column(f"'{WORDLESS}'"), wamid=EMPTY, target=EMPTY)
)
OWN_WORDS = update(timeline).where(HAS_WORDS, timeline.c.actor == OLD).values(text=NEW, wamid=EMPTY)
RECORDED = select(proofs.c.number, proofs.c.actor).where(proofs.c.actor.is_not(None))
FORGET_ACTOR = update(proofs).where(*matching(proofs, "number")).values(actor=literal_column("NULL"))
FORGET_EVENT = delete(inbox).where(*matching(inbox, "id"))

# What tells rules, tickets and alerts apart stays, or the next alert would not find its ticket.
KEPT = {
    tickets.c.rule,
    tickets.c.group,
    ticket_alerts.c.source,
    ticket_alerts.c.fingerprint,
    ticket_alerts.c.labels,
    silences.c.matchers,
}
NOTHING_FOREIGN = {
    *(recipients, aliases, former_names, windows, subjects, consents, proofs, invites, templates),
    *(charges, charge_totals, entry_points),  # rules, templates and markets, no words
    *(receipts_off, reach),
    *(directory, person_words, ticket_words, charge_quarters),  # which follow from the others
    *(
        accounts,
        sessions,
        api_keys,
        entry_links,
        guesses,
    ),  # who looks after all this
}


class Erasure(Directory):
    """The verbs of `wa_notify.ports.Transaction` that touch all traces of a person."""

    def aliases(self, recipient_id: str) -> Sequence[Alias]:
        """All addresses of a person."""
        rows = self._connection.rows(ALIASES_OF, recipient_id=recipient_id)
        return [Alias(kind=kind, value=value) for kind, value in rows]

    def former_names(self, recipient_id: str) -> Sequence[str]:
        """What the person was called before: by the configuration, and by its name for them."""
        return [name for (name,) in self._connection.rows(FORMER_NAMES_OF, recipient_id=recipient_id)]

    def waiting_for(self, recipient_id: str) -> Sequence[Item]:
        """What has not left to this person and may still be cancelled."""
        return ITEMS.read(self._connection, WAITING_FOR, recipient_id=recipient_id)

    def rename_recipient(self, old: str, new: str) -> None:
        """The person has another name from now on, and everything of theirs with them."""
        self._connection.run(PERSON, old=old, new=new)
        self._connection.run(sql.REMEMBER_NAME, recipient_id=new, name=old)
        if row := self._connection.row(sql.RECIPIENT_OF, id=new):
            self._file_person(RECIPIENT.value(row))
        self._rename_mentions(old, new)

    def _rename_mentions(self, old: str, new: str) -> None:
        ending = f"/{old}"
        for item_id, key in self._connection.rows(KEYS_OF, recipient_id=old):
            renamed = f"{key.removesuffix(ending)}/{new}"
            if key.endswith(ending) and self._connection.cell(KEY_TAKEN, key=renamed) is None:
                self._connection.run(SAVE_KEY, id=item_id, new=renamed)
        for statement in (*MENTIONS, TROUBLES):
            self._connection.run(statement, old=old, new=new)
        for schedule, asked in self._connection.rows(ASKED):
            if old in asked:
                names = tuple(new if name == old else name for name in asked)
                self._connection.run(SAVE_ASKED, schedule=schedule, asked=names)

    def erase_recipient(self, recipient_id: str, traces: Traces) -> None:
        """Nothing in the database names the person any more; the ledger keeps a stub without a name."""
        self._connection.run(OWN_PROOFS, recipient_id=recipient_id)
        self._connection.run(SET_ASIDE, recipient_id=recipient_id)
        self._connection.run(BLANK_ITEMS, recipient_id=recipient_id)
        self._connection.run(
            OWN_WORDS, old=recipient_id, new=f"{traces.stand_in} wrote this, and was erased."
        )
        self._connection.run(FORGET_TROUBLES, recipient_id=recipient_id)
        self._connection.run(GIVE_UP_FILES, recipient_id=recipient_id)
        self._connection.run(FORGET_OVERRIDES, old=recipient_id)
        self._rename_mentions(recipient_id, traces.stand_in)
        for statement in OWN_ROWS:
            self._connection.run(statement, recipient_id=recipient_id)
        self._connection.run(FORGET_PERSON, id=recipient_id)
        for number, actor in self._connection.rows(RECORDED):
            if traces.cleaned(actor) != actor:
                self._connection.run(FORGET_ACTOR, number=number)
        for table in metadata.sorted_tables:
            if table not in NOTHING_FOREIGN:
                for first in range(0, len(traces.words), AT_ONCE):
                    self._clean(table, traces, sorted(traces.words)[first : first + AT_ONCE])

    def _clean(self, table: Table, traces: Traces, words: Sequence[str]) -> None:
        """Replace the person where a text has one of the words; an event that bears an address goes."""
        keys, texts = list(table.primary_key), _texts_of(table)
        values = {f"word_{index}": _like(word) for index, word in enumerate(words)}
        values |= {f"json_{index}": _like(json.dumps(word)[1:-1]) for index, word in enumerate(words)}
        for row in self._connection.rows(naming(table, len(words)), **values) if texts else ():
            this = {f"this_{key.name}": value for key, value in zip(keys, row, strict=False)}
            before = row[len(keys) :]
            if table is inbox and any(address in text for address in traces.addresses for text in before):
                self._connection.run(FORGET_EVENT, id=row[0])
                continue
            after = [_cleaned(column, text, traces) for column, text in zip(texts, before, strict=True)]
            if after != list(before):
                new = {f"new_{column.name}": text for column, text in zip(texts, after, strict=True)}
                self._connection.run(rewriting(table), **this, **new)
                if table is tickets and (ticket := TICKETS.get(self._connection, row[0])):
                    self._file_ticket(ticket)


def _texts_of(table: Table) -> tuple[Column[Any], ...]:
    """The columns that may hold foreign text: plain text, and JSON; no words of a vocabulary of ours."""
    return tuple(
        column
        for column in table.c
        if not column.primary_key
        and column not in KEPT
        and (isinstance(column.type, Text) or _is_json(column))
    )


def _is_json(column: Column[Any]) -> bool:
    kind = column.type
    if not isinstance(kind, Stored) or not isinstance(kind.kept_as, Text):
        return False
    return not isinstance(kind.into, attrgetter)  # which is how a word is stored


@cache
def naming(table: Table, words: int) -> Select[Any]:
    """The texts of rows in which any of so many words stands, with the rows' keys."""
    texts = _texts_of(table)
    found = [
        type_coerce(column, Text).like(
            bindparam(f"{'json' if _is_json(column) else 'word'}_{index}", type_=Text), escape="\\"
        )
        for column in texts
        for index in range(words)
    ]
    return select(*table.primary_key, *(type_coerce(column, Text) for column in texts)).where(or_(*found))


@cache
def rewriting(table: Table) -> Update:
    """Give the texts of one row anew, each as it is stored."""
    return (
        update(table)
        .where(*(key == bindparam(f"this_{key.name}", type_=key.type) for key in table.primary_key))
        .values({column.name: bindparam(f"new_{column.name}", type_=Text) for column in _texts_of(table)})
    )


def _like(word: str) -> str:
    marked = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{marked}%"


def _cleaned(column: Column[Any], text: str | None, traces: Traces) -> str | None:
    if text is None or not _is_json(column):
        return text and traces.cleaned(text)
    return json_text(traces.cleaned_deep(json.loads(text)))
