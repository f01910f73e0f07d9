"""The statements behind the verbs, each written once.

Conditions that a partial index is built on are taken from `tables` word for word, so that the database can
see that the index fits. Words in a list are written out (see `tables.one_of`): each list makes a statement.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    select,
)

from wa_notify.core.alert import AlertStatus
from wa_notify.core.outbox import MAY_HAVE_ARRIVED, SOURCE_LANE, Channel, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority
from wa_notify.core.ticket import UNRESOLVED, TicketState
from wa_notify.store.account_tables import charges
from wa_notify.store.clauses import (
    LIMIT,
    ONE,
    adding,
    adding_or_changing,
    all_but,
    changing,
    handing_over,
    matching,
    reading,
    removing,
)
from wa_notify.store.columns import one_of
from wa_notify.store.rows import (
    ALERT,
    DUTY,
    ITEM,
    PULSE,
    RECIPIENT,
    SHAPE,
    SILENCE,
    TICKET,
    WINDOW,
)
from wa_notify.store.tables import (
    HAS_WAMID,
    HAS_WORDS,
    IS_AWAITED,
    IS_CHANGE,
    IS_CHAT,
    IS_CLAIMABLE,
    IS_HELD,
    IS_IN_DIGEST,
    IS_KEPT_BACK,
    IS_SENDING,
    IS_SILENCE,
    aliases,
    consents,
    duties,
    former_names,
    heartbeats,
    inbox,
    invites,
    is_sending,
    meta,
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

RECIPIENT_OF = reading(RECIPIENT, recipients).where(*matching(recipients, "id"))
KNOWN_PEOPLE = (
    reading(RECIPIENT, recipients)
    .where(recipients.c.guest == literal_column("0", Integer))
    .order_by(recipients.c.id)
)
SAVE_RECIPIENT = adding_or_changing(recipients)
OWNER = select(aliases.c.recipient_id).where(*matching(aliases, "kind", "value"))
LEARN_ALIAS = adding(aliases).on_conflict_do_nothing(index_elements=["kind", "value"])
REMEMBER_NAME = adding(former_names).on_conflict_do_nothing(index_elements=["recipient_id", "name"])
FORGET_ALIASES = removing(aliases, "recipient_id")
FORGET_ALIASES_OF_KIND = removing(aliases, "recipient_id", "kind")
FORGET_WINDOWS = removing(windows, "recipient_id")
ADD_SUBJECT = adding(subjects)
ADD_ENTRY = adding(consents)
ADD_PROOF = adding(proofs)
ADD_INVITE = adding(invites).returning(invites.c.id)
USE_INVITE = changing(invites, "used_at", by=["id"])
WINDOW_OF = reading(WINDOW, windows).where(*matching(windows, "number_id", "recipient_id"))
SAVE_WINDOW = adding_or_changing(windows)
SHAPES_OF = reading(SHAPE, templates).where(*matching(templates, "name")).order_by(templates.c.language)
REMOVE_SHAPES = delete(templates)
ADD_SHAPE = adding_or_changing(templates)
META = select(meta.c.value).where(*matching(meta, "key"))
SAVE_META = adding_or_changing(meta)

TICKET_OF = reading(TICKET, tickets).where(*matching(tickets, "rule", "group"))
ADD_TICKET = adding(tickets).returning(tickets.c.id)
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
LABELS_FIRING = (
    select(ticket_alerts.c.labels)
    .join(tickets, ticket_alerts.c.ticket_id == tickets.c.id)
    .where(
        ticket_alerts.c.episode == tickets.c.episode,
        one_of(tickets.c.state, UNRESOLVED),
        one_of(ticket_alerts.c.status, (AlertStatus.FIRING,)),
    )
)
ADD_ALERT = adding(ticket_alerts)
SAVE_ALERT = changing(ticket_alerts, *all_but(ALERT, *THIS_ALERT), by=THIS_ALERT)
ALERTS_OF = (
    reading(ALERT, ticket_alerts)
    .where(*matching(ticket_alerts, "ticket_id", "episode"))
    .order_by(ticket_alerts.c.id)
)

DUTY_OF = reading(DUTY, duties).where(*matching(duties, "schedule"))
DUTIES_OF = reading(DUTY, duties).where(*matching(duties, "person")).order_by(duties.c.schedule)
DUE_DUTIES = reading(DUTY, duties).where(duties.c.next_at <= bindparam("now")).order_by(duties.c.schedule)
REMOVE_DUTY = removing(duties, "schedule")
SAVE_DUTY = adding_or_changing(duties)

PULSES = reading(PULSE, heartbeats).order_by(heartbeats.c.source)
PULSE_OF = reading(PULSE, heartbeats).where(*matching(heartbeats, "source"))
PULSES_DUE = (
    reading(PULSE, heartbeats)
    .where(IS_AWAITED, heartbeats.c.due_at <= bindparam("now"))
    .order_by(heartbeats.c.due_at)
)
SAVE_PULSE = adding_or_changing(heartbeats)
FORGET_PULSE = removing(heartbeats, "source")

ENQUEUE = adding(outbox).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id)
ITEM_BY_KEY = reading(ITEM, outbox).where(*matching(outbox, "key"))
ITEM_BY_WAMID = (
    reading(ITEM, outbox).where(*matching(outbox, "wamid"), HAS_WAMID).order_by(outbox.c.id.desc()).limit(ONE)
)
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
DUE_BESIDE = (
    reading(ITEM, outbox)
    .where(
        IS_CLAIMABLE,
        *matching(outbox, "recipient_id"),
        outbox.c.due_at <= bindparam("by"),
        outbox.c.id != bindparam("apart_from"),
        one_of(outbox.c.channel, (Channel.WHATSAPP,)),
    )
    .order_by(outbox.c.priority, outbox.c.due_at, outbox.c.id)
    .limit(LIMIT)
)
TWINS = reading(ITEM, outbox).where(*matching(outbox, "instead_of")).order_by(outbox.c.id)


def lane_of(items: FromClause) -> ColumnElement[str]:
    """The lane of each of these, in the words of `Item.lane`."""
    asks_source = one_of(items.c.channel, (Channel.SOURCE,))
    return case(
        (one_of(items.c.channel, (Channel.WHATSAPP,)), items.c.recipient_id),
        (asks_source, literal_column(f"'{SOURCE_LANE}'") + items.c.recipient_id),
        else_=items.c.target,
    )


_before = outbox.alias("before_it")
# What a digest carries shares its state, but not its lease
LANE_IS_FREE = lane_of(outbox).not_in(
    select(lane_of(_before)).where(is_sending(_before), _before.c.lease_until.is_not(None))
)
DUE = (
    reading(ITEM, outbox)
    .where(
        IS_CLAIMABLE,
        *matching(outbox, "priority"),
        outbox.c.due_at <= bindparam("now"),
        LANE_IS_FREE,
    )
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(LIMIT)
)
SILENCES_AT_SOURCE = reading(ITEM, outbox).where(IS_SILENCE).order_by(outbox.c.id)
HELD = reading(ITEM, outbox).where(IS_HELD, *matching(outbox, "recipient_id")).order_by(outbox.c.id)
KEPT_BACK = (
    reading(ITEM, outbox)
    .where(IS_KEPT_BACK, *matching(outbox, "recipient_id"))
    .order_by(outbox.c.recipient_id, outbox.c.id)
)
INHIBITED = (
    reading(ITEM, outbox)
    .where(IS_KEPT_BACK, one_of(outbox.c.reason, (Reason.INHIBITED,)))
    .order_by(outbox.c.recipient_id, outbox.c.id)
)
IN_DIGEST = reading(ITEM, outbox).where(IS_IN_DIGEST, *matching(outbox, "digest_id")).order_by(outbox.c.id)
SHARE_FATE = (
    changing(outbox, "state", "claimed_at", "status_at", "delivered_at", by=["digest_id"])
    .where(IS_IN_DIGEST, one_of(outbox.c.reason, (Reason.IN_DIGEST, Reason.MERGED)))
    .returning(outbox.c.id)
)

# Whoever was a guest is somebody now: addresses and messages change hands, windows are put together.
HAND_OVER_ALIASES = handing_over(aliases)
HAND_OVER_CLAIMED = handing_over(outbox).where(outbox.c.claimed_at.is_not(None))
HAND_OVER_WAITING = handing_over(outbox).where(IS_CLAIMABLE)
HAND_OVER_LEDGER = handing_over(subjects)
HAND_OVER_INVITES = handing_over(invites)
HAND_OVER_CHARGES = handing_over(charges)
HAND_OVER = (
    *(HAND_OVER_ALIASES, HAND_OVER_CLAIMED, HAND_OVER_WAITING, HAND_OVER_LEDGER, HAND_OVER_INVITES),
    HAND_OVER_CHARGES,
)
WINDOWS_OF = select(windows.c.number_id, *(windows.c[name] for name in WINDOW.names)).where(
    *matching(windows, "recipient_id")
)
REMOVE_RECIPIENT = removing(recipients, "id")

RAW_OF = select(inbox.c.raw).where(*matching(inbox, "key"))
SAVE_RAW = changing(inbox, "raw", by=["key"])
CHANGES_TO = select(inbox.c.key, inbox.c.kind, inbox.c.changed_at, inbox.c.raw).where(
    IS_CHANGE, *matching(inbox, "about")
)
WORDS_OF = select(timeline.c.id, timeline.c.ticket_id, timeline.c.actor, timeline.c.text).where(
    HAS_WORDS, *matching(timeline, "wamid")
)
ENDING: BindParameter[str] = bindparam("ending", type_=Text)
COMMENTS_OF = reading(ITEM, outbox).where(
    *matching(outbox, "ticket_id"),
    one_of(outbox.c.occasion, (Occasion.COMMENT,)),
    func.substr(outbox.c.key, func.length(outbox.c.key) - func.length(ENDING) + ONE) == ENDING,
)
SAVE_WORDS = changing(timeline, "text", by=["id"])

CHAT_SINCE = (
    reading(ITEM, outbox)
    .where(IS_CHAT, *matching(outbox, "recipient_id", "occasion"), outbox.c.created_at > bindparam("since"))
    .order_by(outbox.c.created_at)
)
SILENCED = (
    reading(ITEM, outbox)
    .where(
        one_of(outbox.c.state, (ItemState.PENDING,)),
        one_of(outbox.c.reason, (Reason.SILENCED,)),
    )
    .order_by(outbox.c.id)
)

ADD_SILENCE = adding(silences).returning(silences.c.id)
SILENCE_BY_ID = reading(SILENCE, silences).where(*matching(silences, "id"))
END_SILENCE = changing(silences, "ends_at", by=["id"])
# Few are not over yet, however many there ever were.
SILENCES_NOT_OVER = (
    reading(SILENCE, silences)
    .where(silences.c.ends_at > bindparam("at"))
    .order_by(silences.c.ends_at, silences.c.id)
)

FIRST_TIME = adding(inbox).on_conflict_do_nothing(index_elements=["key"]).returning(inbox.c.id)
NOTE = adding(timeline)


@cache
def items_of(
    states: tuple[ItemState, ...], occasions: tuple[Occasion, ...] | None, *, targeted: bool = False
) -> Select[Any]:
    """The items of one episode in these states."""
    found = (
        reading(ITEM, outbox)
        .where(*matching(outbox, "ticket_id", "episode"), one_of(outbox.c.state, states))
        .order_by(outbox.c.id)
    )
    if targeted:
        found = found.where(*matching(outbox, "target"))
    return found if occasions is None else found.where(one_of(outbox.c.occasion, occasions))


@cache
def left_lately(occasions: tuple[Occasion, ...], *, critical: bool) -> Select[Any]:
    """When messages of these occasions and this weight left for the person, the newest first."""
    weight = outbox.c.priority == literal_column(str(int(Priority.CRITICAL)))
    return (
        select(outbox.c.claimed_at)
        .where(
            *matching(outbox, "recipient_id"),
            outbox.c.claimed_at > bindparam("since"),
            outbox.c.id != bindparam("apart_from"),
            one_of(outbox.c.state, MAY_HAVE_ARRIVED),
            one_of(outbox.c.occasion, occasions),
            one_of(outbox.c.channel, (Channel.WHATSAPP,)),
            outbox.c.digest_id.is_(None),
            weight if critical else ~weight,
        )
        .order_by(outbox.c.claimed_at.desc(), outbox.c.id.desc())
        .limit(LIMIT)
    )


@cache
def told(states: tuple[TicketState, ...]) -> Select[Any]:
    """Tickets in these states of whose present episode something may have reached the person by then."""
    reached = select(ONE).where(
        outbox.c.ticket_id == tickets.c.id,
        outbox.c.episode == tickets.c.episode,
        *matching(outbox, "recipient_id"),
        outbox.c.claimed_at <= bindparam("by"),
        one_of(outbox.c.state, MAY_HAVE_ARRIVED),
    )
    return (
        reading(TICKET, tickets)
        .where(one_of(tickets.c.state, states), reached.exists())
        .order_by(tickets.c.opened_at.desc(), tickets.c.id.desc())
        .limit(LIMIT)
    )
