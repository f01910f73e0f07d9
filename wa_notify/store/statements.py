"""The statements behind the verbs, each written once.

Conditions that a partial index is built on are taken from `tables` word for word, so that the database can
see that the index fits. Words in a list are written out (see `tables.one_of`): each list makes a statement.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnClause,
    ColumnElement,
    Delete,
    Integer,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import Insert, insert

from wa_notify.core.alert import AlertStatus
from wa_notify.core.outbox import MAY_HAVE_ARRIVED, ItemState, Occasion
from wa_notify.core.ticket import UNRESOLVED, TicketState
from wa_notify.store.rows import ALERT, ITEM, RECIPIENT, SHAPE, TICKET, WINDOW, Record
from wa_notify.store.tables import (
    HAS_WAMID,
    IS_CLAIMABLE,
    IS_HELD,
    IS_SENDING,
    aliases,
    consents,
    inbox,
    invites,
    meta,
    one_of,
    outbox,
    proofs,
    recipients,
    subjects,
    templates,
    ticket_alerts,
    tickets,
    timeline,
    windows,
)

LIMIT: BindParameter[int] = bindparam("limit", type_=Integer)
ONE: ColumnClause[int] = literal_column("1", Integer)


def reading(record: Record[Any], table: Table) -> Select[Any]:
    """Select what a value is made of."""
    return select(*(table.c[name] for name in record.names))


def matching(table: Table, *names: str) -> list[ColumnElement[bool]]:
    """Compare these columns with parameters of the same names."""
    return [table.c[name] == bindparam(name) for name in names]


def _all_but(record: Record[Any], *names: str) -> list[str]:
    return [name for name in record.names if name not in names]


def _adding(table: Table) -> Insert:
    given = [column for column in table.c if column is not table.autoincrement_column]
    return insert(table).values({column.name: bindparam(column.name, type_=column.type) for column in given})


def _adding_or_changing(table: Table) -> Insert:
    statement = _adding(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={column.name: statement.excluded[column.name] for column in table.c if not column.primary_key},
    )


def _changing(table: Table, *names: str, by: Sequence[str]) -> Update:
    changes = {name: bindparam(name, type_=table.c[name].type) for name in names}
    return update(table).where(*matching(table, *by)).values(changes)


def _removing(table: Table, *by: str) -> Delete:
    return delete(table).where(*matching(table, *by))


RECIPIENT_OF = reading(RECIPIENT, recipients).where(*matching(recipients, "id"))
SAVE_RECIPIENT = _adding_or_changing(recipients)
OWNER = select(aliases.c.recipient_id).where(*matching(aliases, "kind", "value"))
LEARN_ALIAS = _adding(aliases).on_conflict_do_nothing(index_elements=["kind", "value"])
FORGET_ALIASES = _removing(aliases, "recipient_id")
FORGET_WINDOWS = _removing(windows, "recipient_id")
ADD_SUBJECT = _adding(subjects)
ADD_ENTRY = _adding(consents)
ADD_PROOF = _adding(proofs)
ADD_INVITE = _adding(invites).returning(invites.c.id)
USE_INVITE = _changing(invites, "used_at", by=["id"])
WINDOW_OF = reading(WINDOW, windows).where(*matching(windows, "number_id", "recipient_id"))
SAVE_WINDOW = _adding_or_changing(windows)
SHAPES_OF = reading(SHAPE, templates).where(*matching(templates, "name")).order_by(templates.c.language)
REMOVE_SHAPES = delete(templates)
ADD_SHAPE = _adding_or_changing(templates)
CHANGE_STATUS = _changing(templates, "status", by=["name", "language"])
CHANGE_CATEGORY = _changing(templates, "category", by=["name", "language"])
META = select(meta.c.value).where(*matching(meta, "key"))
SAVE_META = _adding_or_changing(meta)

TICKET_BY_ID = reading(TICKET, tickets).where(*matching(tickets, "id"))
TICKET_OF = reading(TICKET, tickets).where(*matching(tickets, "rule", "group"))
ADD_TICKET = _adding(tickets).returning(tickets.c.id)
SAVE_TICKET = _changing(tickets, *_all_but(TICKET, "id"), "next_at", by=["id"]).returning(tickets.c.id)
OPEN_WITH = (
    reading(TICKET, tickets)
    .join(ticket_alerts, ticket_alerts.c.ticket_id == tickets.c.id)
    .where(
        ticket_alerts.c.episode == tickets.c.episode,
        *matching(ticket_alerts, "source", "fingerprint"),
        one_of(tickets.c.state, UNRESOLVED),
    )
    .order_by(tickets.c.id)
)
DUE_TICKETS = (
    reading(TICKET, tickets)
    .where(tickets.c.next_at <= bindparam("now"))
    .order_by(tickets.c.next_at, tickets.c.id)
    .limit(LIMIT)
)
THIS_ALERT = ("ticket_id", "episode", "source", "fingerprint")
KNOWN_OF_ALERT = select(ticket_alerts.c.status, ticket_alerts.c.starts_at).where(
    *matching(ticket_alerts, *THIS_ALERT)
)
FIRING = (
    select(func.count())
    .select_from(ticket_alerts)
    .where(
        *matching(ticket_alerts, "ticket_id", "episode"),
        one_of(ticket_alerts.c.status, (AlertStatus.FIRING,)),
    )
)
ADD_ALERT = _adding(ticket_alerts)
SAVE_ALERT = _changing(ticket_alerts, *_all_but(ALERT, *THIS_ALERT), by=THIS_ALERT)
ALERTS_OF = (
    reading(ALERT, ticket_alerts)
    .where(*matching(ticket_alerts, "ticket_id", "episode"))
    .order_by(ticket_alerts.c.id)
)

ENQUEUE = _adding(outbox).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id)
ITEM_BY_ID = reading(ITEM, outbox).where(*matching(outbox, "id"))
ITEM_BY_WAMID = (
    reading(ITEM, outbox).where(*matching(outbox, "wamid"), HAS_WAMID).order_by(outbox.c.id.desc()).limit(ONE)
)
# What an item is never changes; only what is to be said and what became of it.
_IDENTITY = (
    "id", "key", "ticket_id", "episode", "recipient_id", "channel", "target", "instead_of", "occasion",
    "created_at",
)  # fmt: skip
CHANGEABLE = _all_but(ITEM, *_IDENTITY)
SAVE_ITEM = _changing(outbox, *CHANGEABLE, by=["id"]).returning(outbox.c.id)
ABANDONED = (
    reading(ITEM, outbox)
    .where(IS_SENDING, outbox.c.lease_until <= bindparam("at"))
    .order_by(outbox.c.lease_until)
)
UNCERTAIN = (
    reading(ITEM, outbox)
    .where(IS_CLAIMABLE, one_of(outbox.c.state, (ItemState.UNCERTAIN,)))
    .order_by(outbox.c.id)
)
HELD = reading(ITEM, outbox).where(IS_HELD, *matching(outbox, "recipient_id")).order_by(outbox.c.id)

FIRST_TIME = _adding(inbox).on_conflict_do_nothing(index_elements=["key"]).returning(inbox.c.id)
NOTE = _adding(timeline)


@cache
def due(apart_from: int) -> Select[Any]:
    """What may leave, in one priority and apart from so many people."""
    others = [bindparam(f"apart_from_{index}", type_=Text) for index in range(apart_from)]
    return (
        reading(ITEM, outbox)
        .where(
            IS_CLAIMABLE,
            *matching(outbox, "priority"),
            outbox.c.due_at <= bindparam("now"),
            *([outbox.c.recipient_id.not_in(others)] if others else ()),
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(LIMIT)
    )


@cache
def items_of(states: tuple[ItemState, ...], occasions: tuple[Occasion, ...] | None) -> Select[Any]:
    """The items of one episode in these states."""
    found = (
        reading(ITEM, outbox)
        .where(*matching(outbox, "ticket_id", "episode"), one_of(outbox.c.state, states))
        .order_by(outbox.c.id)
    )
    return found if occasions is None else found.where(one_of(outbox.c.occasion, occasions))


@cache
def newest_told(states: tuple[TicketState, ...]) -> Select[Any]:
    """Walk back through what may have reached the person until the present episode of a ticket fits."""
    fitting = select(ONE).where(
        tickets.c.id == outbox.c.ticket_id,
        tickets.c.episode == outbox.c.episode,
        one_of(tickets.c.state, states),
    )
    return (
        select(outbox.c.ticket_id)
        .where(
            *matching(outbox, "recipient_id"),
            outbox.c.claimed_at <= bindparam("by"),
            one_of(outbox.c.state, MAY_HAVE_ARRIVED),
            fitting.exists(),
        )
        .order_by(outbox.c.claimed_at.desc(), outbox.c.id.desc())
        .limit(ONE)
    )
