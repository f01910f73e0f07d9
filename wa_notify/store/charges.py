"""The verbs about what messages cost (see `wa_notify.core.charge`).

The sums of a month are kept beside the charges and change with them in one transaction, so that no question
that is asked for each message has to count a month's messages.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import takewhile
from typing import Any

from sqlalchemy import (
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import Insert

from wa_notify.core.charge import Charge, ChargeState, CostLine, Grouping, Total
from wa_notify.core.outbox import ItemState
from wa_notify.core.pricing import SERVICE, ZERO, EntryPoint, Free, Model
from wa_notify.core.reason import Reason
from wa_notify.store.account_tables import HAS_CONVERSATION, charge_totals, charges, entry_points
from wa_notify.store.clauses import LIMIT, ONE, adding, adding_or_changing, matching, reading, removing
from wa_notify.store.columns import INSTANT, one_of
from wa_notify.store.connection import Connection, Row
from wa_notify.store.page_tables import charge_quarters
from wa_notify.store.rows import CHARGE, ENTRY_POINT, EPOCH, TOTAL
from wa_notify.store.tables import outbox

QUARTER = timedelta(minutes=15)


def _plus(one: Any, other: Any) -> Any:
    """Add what is stored; of columns with a type of ours SQLAlchemy would think that they are texts."""
    return type_coerce(one, Integer) + type_coerce(other, Integer)


CHARGE_OF = reading(CHARGE, charges).where(*matching(charges, "item_id"))
ADD_CHARGE = adding(charges).on_conflict_do_nothing(index_elements=["item_id"]).returning(charges.c.item_id)
SAVE_CHARGE = adding_or_changing(charges)
_SUMS = ("messages", "amount", "unknown")


def _adding_up(table: Table) -> Insert:
    """Add to the sums of the row with the same key."""
    added = adding(table)
    return added.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={name: _plus(table.c[name], added.excluded[name]) for name in _SUMS},
    )


ADD_UP = _adding_up(charge_totals)
ADD_TO_QUARTER = _adding_up(charge_quarters)
SPENT = select(func.sum(charge_totals.c.amount)).where(*matching(charge_totals, "month", "currency"))
USED = select(func.sum(charge_totals.c.messages)).where(
    *matching(charge_totals, "month", "category", "number_id"),
    one_of(charge_totals.c.state, (ChargeState.PREDICTED, ChargeState.CONFIRMED)),
)
COUNTED = [literal_column("''", Text), literal_column(f"'{Free.FREE_TIER.value}'", Text)]
SERVICE_USED = USED.where(charge_totals.c.free.in_(COUNTED))
VOLUME = select(func.sum(charge_totals.c.messages)).where(
    *matching(charge_totals, "month", "category", "market", "free"),
    one_of(charge_totals.c.state, (ChargeState.PREDICTED, ChargeState.CONFIRMED)),
)
SINCE: Any = bindparam("since", type_=INSTANT)
CONVERSATIONS = select(charges.c.category).where(
    *matching(charges, "recipient_id", "number_id"),
    charges.c.at > SINCE,
    one_of(charges.c.model, (Model.CONVERSATION,)),
    one_of(charges.c.state, (ChargeState.PREDICTED, ChargeState.CONFIRMED)),
    charges.c.free.is_(None) | one_of(charges.c.free, (Free.FREE_TIER, Free.SERVICE)),
)
BILLED = select(ONE).where(
    HAS_CONVERSATION,
    *matching(charges, "conversation"),
    charges.c.item_id != bindparam("apart_from", type_=Integer),
    one_of(charges.c.state, (ChargeState.PREDICTED, ChargeState.CONFIRMED)),
    charges.c.actual_free.is_(None),
)
LET_SPEND = (
    update(outbox)
    .where(
        one_of(outbox.c.state, (ItemState.PENDING,)),
        one_of(outbox.c.reason, (Reason.BUDGET_SPENT,)),
        outbox.c.due_at > bindparam("now", type_=INSTANT),
    )
    .values(due_at=bindparam("now", type_=INSTANT))
)
ENTRY_OF = reading(ENTRY_POINT, entry_points).where(*matching(entry_points, "number_id", "recipient_id"))
SAVE_ENTRY = adding_or_changing(entry_points)
FORGET_ENTRIES = removing(entry_points, "recipient_id")
NEXT_CHARGES = select(charges.c.item_id, charges.c.at).order_by(charges.c.item_id).limit(LIMIT)
FORGET_CHARGES = delete(charges).where(charges.c.item_id <= bindparam("up_to", type_=Integer))

TOTALS = reading(TOTAL, charge_totals).where(*matching(charge_totals, "month"))
COLUMN_OF = {
    Grouping.RULE: charges.c.rule,
    Grouping.RECIPIENT: charges.c.recipient_id,
    Grouping.MARKET: charges.c.market,
    Grouping.CATEGORY: charges.c.category,
    Grouping.TEMPLATE: charges.c.template,
    Grouping.MONTH: charges.c.month,
}
_TOLD = (charges.c.told_by != "").label("told")


def _costs(by: Grouping) -> Any:
    keys = (COLUMN_OF[by], charges.c.currency, charges.c.state, _TOLD, charges.c.free, charges.c.actual_free)
    known = (func.count(charges.c.predicted), func.count(charges.c.actual))
    sums = (func.sum(charges.c.predicted), func.sum(charges.c.actual))
    return (
        select(*keys, func.count(), *known, *sums)
        .where(one_of(charges.c.state, (ChargeState.PREDICTED, ChargeState.CONFIRMED)))
        .group_by(*keys)
    )


COSTS = {by: _costs(by) for by in Grouping}
COSTS_OF_MONTH = {by: statement.where(*matching(charges, "month")) for by, statement in COSTS.items()}


class Charges:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def charge(self, item_id: int) -> Charge | None:
        """What the item of that number costs; nothing when it never left."""
        return self._connection.known_one(CHARGE.value, CHARGE_OF, item_id=item_id)

    def save_charge(self, charge: Charge) -> None:
        """Add or change the charge of an item; the sums of its month follow."""
        values = CHARGE.values(charge)
        is_new = self._connection.row(ADD_CHARGE, **values) is not None
        if not is_new and (before := self.charge(charge.item_id)):
            self._add_up(before, -1)
            self._connection.run(SAVE_CHARGE, **values)
        self._add_up(charge, 1)

    def _add_up(self, charge: Charge, sign: int) -> None:
        amount = charge.amount
        total = Total(
            month=charge.month,
            category=charge.charged_as,
            market=charge.market,
            number_id=charge.number_id,
            state=charge.state,
            free=charge.why_free or "",
            currency=charge.currency,
            messages=sign,
            amount=ZERO if amount is None else amount * sign,
            unknown=sign if amount is None else 0,
        )
        self._connection.run(ADD_UP, **TOTAL.values(total))
        self._connection.run(
            ADD_TO_QUARTER,
            month=charge.month,
            quarter=(charge.at - EPOCH) // QUARTER,
            **{name: getattr(total, name) for name in ("state", "currency", *_SUMS)},
        )

    def let_spend(self, now: datetime) -> None:
        """What waits because the budget is spent is looked at again now."""
        self._connection.run(LET_SPEND, now=now)

    def spent(self, month: str, currency: str) -> Decimal:
        """What a month has cost so far, predicted or confirmed."""
        found = self._connection.known_one(_sum, SPENT, month=month, currency=currency)
        return found or ZERO

    def service_used(self, month: str, number_id: str) -> int:
        """How many free-form messages of this number count in the month."""
        values = {"month": month, "number_id": number_id, "category": SERVICE}
        return self._connection.known_one(_sum, SERVICE_USED, **values) or 0

    def volume(self, month: str, market: str, category: str) -> int:
        """How many messages are charged in the month, over all numbers."""
        values = {"month": month, "market": market, "category": category, "free": ""}
        return self._connection.known_one(_sum, VOLUME, **values) or 0

    def conversations_since(self, number_id: str, recipient_id: str, since: datetime) -> Sequence[str]:
        """The categories of the conversations that began with this person after that instant."""
        values = {"number_id": number_id, "recipient_id": recipient_id, "since": since}
        return [row[0] for row in self._connection.rows(CONVERSATIONS, **values)]

    def conversation_billed(self, conversation: str, apart_from: int) -> bool:
        """Whether another item than that bears the fee of this conversation."""
        return self._connection.row(BILLED, conversation=conversation, apart_from=apart_from) is not None

    def entry_point(self, number_id: str, recipient_id: str) -> EntryPoint | None:
        """How the person last came from an advertisement, if they ever did."""
        of = {"number_id": number_id, "recipient_id": recipient_id}
        return self._connection.known_one(ENTRY_POINT.value, ENTRY_OF, **of)

    def save_entry_point(self, number_id: str, recipient_id: str, entry: EntryPoint) -> None:
        """Keep that they came, or that they were answered."""
        values = {"number_id": number_id, "recipient_id": recipient_id, **ENTRY_POINT.values(entry)}
        self._connection.run(SAVE_ENTRY, **values)

    def forget_charges(self, before: datetime, limit: int) -> int:
        """The oldest charges; the sums stay. Tells how many went."""
        rows = self._connection.rows(NEXT_CHARGES, limit=limit)
        old = [number for number, _ in takewhile(lambda row: row[1] < before, rows)]
        if old:
            self._connection.run(FORGET_CHARGES, up_to=old[-1])
        return len(old)


def _sum(row: Row) -> Any:
    """Of no rows it is nothing."""
    return row[0]


class MoneyViews:
    """A part of `wa_notify.store.views.SqlViews`."""

    _connection: Connection

    def totals(self, month: str) -> Sequence[Total]:
        """The sums of a month."""
        found = map(TOTAL.value, self._connection.rows(TOTALS, month=month))
        return [total for total in found if total.messages]

    def cost_lines(self, by: Grouping, month: str | None) -> Sequence[CostLine]:
        """What was spent, told apart by this; of one month or of all that is kept."""
        if month is None:
            rows = self._connection.rows(COSTS[by])
        else:
            rows = self._connection.rows(COSTS_OF_MONTH[by], month=month)
        lines: dict[tuple[str, str], CostLine] = {}
        for name, currency, *rest in rows:
            line = lines.get((name, currency)) or _nothing(name, currency)
            lines[name, currency] = _with(line, *rest)
        return sorted(lines.values(), key=lambda line: (-(line.predicted + line.confirmed), line.name))


def _nothing(name: str, currency: str) -> CostLine:
    return CostLine(
        name=name, currency=currency, messages=0, predicted=ZERO, confirmed=ZERO, unknown=0, free={}
    )


def _with(
    line: CostLine,
    state: ChargeState,
    told: int,
    free: Free | None,
    actual_free: Free | None,
    messages: int,
    predicted_known: int,
    actual_known: int,
    predicted: Decimal | None,
    actual: Decimal | None,
) -> CostLine:
    """The line with some more messages, by the platform's word where there is one."""
    amount, known, why = (actual, actual_known, actual_free) if told else (predicted, predicted_known, free)
    confirmed = state is ChargeState.CONFIRMED
    frees = dict(line.free)
    if why:
        frees[why.value] = frees.get(why.value, 0) + messages
    return CostLine(
        name=line.name,
        currency=line.currency,
        messages=line.messages + messages,
        predicted=line.predicted if confirmed else line.predicted + (amount or ZERO),
        confirmed=line.confirmed + (amount or ZERO) if confirmed else line.confirmed,
        unknown=line.unknown + messages - known,
        free=frees,
    )
