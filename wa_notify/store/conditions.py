"""The verbs about what stands in the way of messages (see `wa_notify.core.condition`)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, bindparam, delete, func, select, update

from wa_notify.core.condition import Condition, Scope
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.reason import Reason
from wa_notify.store.account_tables import IS_OPEN, conditions
from wa_notify.store.clauses import adding, all_but, changing, matching, reading
from wa_notify.store.columns import INSTANT, one_of
from wa_notify.store.connection import Connection
from wa_notify.store.numbered import ITEMS
from wa_notify.store.rows import CONDITION, ITEM
from wa_notify.store.tables import outbox

# Why an item waits that may leave as soon as something is over.
WAITS_FOR_THE_PLATFORM = (
    Reason.ACCOUNT_BLOCKED,
    Reason.NUMBER_LIMITED,
    Reason.COUNTRY_BLOCKED,
    Reason.IDENTITY_CHANGED,
    Reason.TEMPLATE_NOT_APPROVED,
    Reason.TEMPLATE_MISSING,
    Reason.TEMPLATE_UNUSABLE,
)

READING = reading(CONDITION, conditions)
OPEN = READING.where(IS_OPEN).order_by(conditions.c.id)
ALL = READING.order_by(conditions.c.id)
OF_NAME = READING.where(*matching(conditions, "scope", "subject", "cause"))
NEEDING = READING.where(conditions.c.next_at <= bindparam("now", type_=INSTANT)).order_by(
    conditions.c.next_at, conditions.c.id
)
ADD = adding(conditions).returning(conditions.c.id)
SAVE = changing(conditions, *all_but(CONDITION, "id"), "next_at", by=["id"])
NEXT = select(func.min(conditions.c.next_at)).where(conditions.c.next_at.is_not(None))
OF_PERSON = one_of(conditions.c.scope, (Scope.PERSON,))
# Whoever has another number, or is gone, has none of the troubles of the old one.
FORGET_TROUBLES = delete(conditions).where(
    OF_PERSON, conditions.c.subject == bindparam("recipient_id", type_=Text)
)
LET_GO = (
    update(outbox)
    .where(
        one_of(outbox.c.state, (ItemState.PENDING,)),
        one_of(outbox.c.reason, WAITS_FOR_THE_PLATFORM),
        outbox.c.due_at > bindparam("now", type_=INSTANT),
    )
    .values(due_at=bindparam("now", type_=INSTANT))
)
HELD_BY_PLATFORM = (
    reading(ITEM, outbox)
    .where(
        one_of(outbox.c.state, (ItemState.ACCEPTED,)),
        one_of(outbox.c.reason, (Reason.HELD_BY_PLATFORM,)),
        *matching(outbox, "template", "language"),
    )
    .order_by(outbox.c.id)
)


class Conditions:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def open_conditions(self) -> Sequence[Condition]:
        """What stands in the way now, in the order in which it first did."""
        return self._connection.known(CONDITION.value, OPEN)

    def condition(self, scope: Scope, subject: str, cause: str) -> Condition | None:
        """The condition of that name, open or not."""
        row = self._connection.row(OF_NAME, scope=scope, subject=subject, cause=cause)
        return None if row is None else CONDITION.value(row)

    def conditions_needing(self, now: datetime) -> Sequence[Condition]:
        """Those with which something is to be done by now: tell, probe, end."""
        return [CONDITION.value(row) for row in self._connection.rows(NEEDING, now=now)]

    def save_condition(self, condition: Condition) -> None:
        """Add (id 0) or change a condition."""
        values = {**CONDITION.values(condition), "next_at": condition.next_at}
        if condition.id:
            self._connection.run(SAVE, **values)
            return
        del values["id"]
        self._connection.cell(ADD, **values)

    def let_go(self, now: datetime) -> None:
        """What waits for the platform is looked at again now."""
        self._connection.run(LET_GO, now=now)

    def held_by_platform(self, template: str, language: str) -> Sequence[Item]:
        """What the platform took and holds back while it judges this template."""
        return ITEMS.read(self._connection, HELD_BY_PLATFORM, template=template, language=language)
