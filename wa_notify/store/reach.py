"""The verbs about limits (see `wa_notify.ports.limits`), and the views of them.

How many people were reached is never counted for a message: rows older than a day go whenever it is asked,
each once, and a running count tells how many are left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Text, and_, bindparam, cast, delete, func, literal_column, select, update

from wa_notify.core.limits import Allowance, Allowed
from wa_notify.core.outbox import Item
from wa_notify.core.pace import Bucket, Pair, Slowdown
from wa_notify.core.reason import Reason
from wa_notify.store.account_tables import allowances, buckets, pairs, reach, reach_counts, slowdowns
from wa_notify.store.clauses import LIMIT, adding, adding_or_changing, changing, matching, reading, removing
from wa_notify.store.columns import INSTANT, one_of
from wa_notify.store.connection import Connection, Row
from wa_notify.store.memory import Shelf
from wa_notify.store.numbered import ITEMS
from wa_notify.store.rows import ITEM, Record
from wa_notify.store.tables import IS_KEPT_BACK, outbox

ALLOWANCE = Record(Allowance)
BUCKET = Record(Bucket)
PAIR = Record(Pair)
SLOWDOWN = Record(Slowdown)
SINCE: Any = bindparam("since", type_=INSTANT)
PLACE: Any = bindparam("place", type_=Integer)
PERSON = ("scope", "recipient_id")

ALLOWANCE_OF = reading(ALLOWANCE, allowances).where(*matching(allowances, "what"))
SAVE_ALLOWANCE = adding_or_changing(allowances)

EXPIRE = delete(reach).where(*matching(reach, "scope"), reach.c.at <= SINCE).returning(reach.c.id)
EARLIEST = select(func.min(reach.c.at)).where(*matching(reach, "scope"))
USED = select(reach_counts.c.used).where(*matching(reach_counts, "scope"))
SAVE_USED = adding_or_changing(reach_counts)
SCOPES = select(reach_counts.c.scope)
REACHED = select(reach.c.at, reach.c.before).where(*matching(reach, *PERSON))
_REACHED_NOW = adding(reach)
COUNT_IN = _REACHED_NOW.on_conflict_do_update(
    index_elements=PERSON, set_={"at": _REACHED_NOW.excluded.at, "before": reach.c.at}
).returning(reach.c.before)
SAVE_REACHED = changing(reach, "at", "before", by=PERSON)
REMOVE_REACHED = removing(reach, *PERSON)
NTH_OLDEST = (
    select(reach.c.at).where(*matching(reach, "scope")).order_by(reach.c.at).limit(LIMIT).offset(PLACE)
)
# Everybody has a name; that it is asked for leads SQLite to the index of what is kept back, which is small.
LACKS_PLACE = and_(
    IS_KEPT_BACK,
    outbox.c.recipient_id > literal_column("''"),
    one_of(outbox.c.reason, (Reason.REACH_USED_UP,)),
)
WITHOUT_PLACE = reading(ITEM, outbox).where(LACKS_PLACE).order_by(outbox.c.priority, outbox.c.id).limit(LIMIT)
# Whoever has another number now, or must not be named any more, keeps a place that is nobody's.
SET_ASIDE = (
    update(reach)
    .where(*matching(reach, "recipient_id"))
    .values(recipient_id=literal_column("'former/'", Text) + cast(reach.c.id, Text))
)

PAIR_OF = reading(PAIR, pairs).where(*matching(pairs, "number_id", "recipient_id"))
SAVE_PAIR = adding_or_changing(pairs)
FORGET_PAIRS = removing(pairs, "recipient_id")
PAID_BACK = (
    select(pairs.c.number_id, pairs.c.recipient_id)
    .where(
        pairs.c.filled_until < bindparam("before", type_=INSTANT),
        func.coalesce(pairs.c.paused_until, literal_column("0")) < bindparam("before", type_=INSTANT),
    )
    .limit(LIMIT)
)
FORGET_PAIR = removing(pairs, "number_id", "recipient_id")
BUCKET_OF = reading(BUCKET, buckets).where(*matching(buckets, "number_id"))
SAVE_BUCKET = adding_or_changing(buckets)
SLOWDOWNS = reading(SLOWDOWN, slowdowns).order_by(slowdowns.c.scope)
SAVE_SLOWDOWN = adding_or_changing(slowdowns)

COUNT_REACHED = select(func.count()).select_from(reach).where(*matching(reach, "scope"), reach.c.at > SINCE)
OLDEST = (
    select(reach.c.at).where(*matching(reach, "scope"), reach.c.at > SINCE).order_by(reach.c.at).limit(LIMIT)
)
COUNT_WITHOUT_PLACE = select(func.count()).select_from(outbox).where(LACKS_PLACE)
PAUSED = (
    select(pairs.c.recipient_id, *(pairs.c[name] for name in PAIR.names))
    .where(*matching(pairs, "number_id"), pairs.c.paused_until > bindparam("now", type_=INSTANT))
    .order_by(pairs.c.paused_until)
)


class Restraint:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def allowance(self, what: Allowed) -> Allowance | None:
        """What the platform said last about it."""
        return _allowance(self._connection, what)

    def save_allowance(self, allowance: Allowance) -> None:
        """The platform said something else."""
        self._connection.run(SAVE_ALLOWANCE, **ALLOWANCE.values(allowance))

    def people_reached(self, scope: str, since: datetime) -> int:
        """How many people were reached after ``since``; what is older is forgotten."""
        used = self._used(scope)
        if not used or self._nobody_before(scope, since):
            return used
        gone = len(self._connection.rows(EXPIRE, scope=scope, since=since))
        if gone:
            self._connection.run(SAVE_USED, scope=scope, used=used - gone)
        return used - gone

    def reached_at(self, scope: str, recipient_id: str) -> datetime | None:
        """When this person was reached last, as far as it is not forgotten."""
        reached: datetime | None = self._connection.cell(REACHED, scope=scope, recipient_id=recipient_id)
        return reached

    def count_reached(self, scope: str, recipient_id: str, at: datetime) -> None:
        """A message leaves for this person outside their window."""
        values = {"scope": scope, "recipient_id": recipient_id, "at": at, "before": None}
        earliest = self._earliest()
        _, ((before,),) = self._connection.answer(COUNT_IN, values, but=earliest)
        if scope in earliest:
            earliest[scope] = min(earliest[scope], at)
        if before is None:
            self._change_used(scope, 1)

    def take_back_reached(self, scope: str, recipient_id: str, at: datetime) -> bool:
        """The message of that instant did not leave; whether it was the last one that was counted."""
        person = {"scope": scope, "recipient_id": recipient_id}
        found = self._connection.row(REACHED, **person)
        if found is None or found[0] != at:
            return False
        if found[1] is not None:
            self._connection.run(SAVE_REACHED, **person, at=found[1], before=None)
        else:
            self._connection.run(REMOVE_REACHED, **person)
            self._change_used(scope, -1)
        return True

    def _change_used(self, scope: str, by: int) -> None:
        self._connection.run(SAVE_USED, scope=scope, used=self._used(scope) + by)

    def _used(self, scope: str) -> int:
        return self._connection.known_one(_first, USED, scope=scope) or 0

    def _nobody_before(self, scope: str, since: datetime) -> bool:
        """Whether the answer is known without looking through the rows."""
        earliest = self._earliest()
        if scope not in earliest:
            earliest[scope] = self._connection.cell(EARLIEST, scope=scope) or since
        return bool(earliest[scope] > since)

    def _earliest(self) -> Shelf:
        """For each scope an instant before which nobody was reached."""
        return self._connection.shelf(frozenset([reach.name]), "earliest")

    def place_left_at(self, scope: str, places: int) -> datetime | None:
        """When the person was reached whose place has to become free, so that ``places`` are."""
        found: datetime | None = self._connection.cell(NTH_OLDEST, scope=scope, limit=1, place=places - 1)
        return found

    def items_without_place(self, limit: int) -> Sequence[Item]:
        """What waits until one more person may be reached, critical first."""
        return ITEMS.read(self._connection, WITHOUT_PLACE, limit=limit)

    def pair(self, number_id: str, recipient_id: str) -> Pair:
        """How much our number sent to the person."""
        of = {"number_id": number_id, "recipient_id": recipient_id}
        return self._connection.known_one(PAIR.value, PAIR_OF, **of) or Pair()

    def save_pair(self, number_id: str, recipient_id: str, pair: Pair) -> None:
        """Keep it."""
        values = {"number_id": number_id, "recipient_id": recipient_id, **PAIR.values(pair)}
        self._connection.run(SAVE_PAIR, **values)

    def bucket(self, number_id: str) -> Bucket:
        """What lately left from the number, whoever sent it."""
        return _bucket(self._connection, number_id)

    def save_bucket(self, number_id: str, bucket: Bucket) -> None:
        """Keep it."""
        self._connection.run(SAVE_BUCKET, number_id=number_id, taken=bucket.taken)

    def slowdowns(self) -> Sequence[Slowdown]:
        """What was told to slow down, ever; long ago or now."""
        return _slowdowns(self._connection)

    def save_slowdown(self, slowdown: Slowdown) -> None:
        """Keep it; each scope has one."""
        self._connection.run(SAVE_SLOWDOWN, **SLOWDOWN.values(slowdown))

    def forget_pace(self, before: datetime, limit: int) -> int:
        """What people were reached by before, and what was paid back; how much of the latter went."""
        for (scope,) in self._connection.rows(SCOPES):
            self.people_reached(scope, before)
        old = self._connection.rows(PAID_BACK, before=before, limit=limit)
        for number_id, recipient_id in old:
            self._connection.run(FORGET_PAIR, number_id=number_id, recipient_id=recipient_id)
        return len(old)


class RestraintViews:
    """A part of `wa_notify.store.views.SqlViews`."""

    _connection: Connection

    def allowance(self, what: Allowed) -> Allowance | None:
        """What the platform said last about it."""
        return _allowance(self._connection, what)

    def people_reached(self, scope: str, since: datetime) -> int:
        """How many people were reached after ``since``."""
        count: int = self._connection.cell(COUNT_REACHED, scope=scope, since=since)
        return count

    def oldest_reached(self, scope: str, since: datetime, limit: int) -> Sequence[datetime]:
        """When the people were reached whose places become free next."""
        return [row[0] for row in self._connection.rows(OLDEST, scope=scope, since=since, limit=limit)]

    def waiting_for_place(self) -> int:
        """How many messages wait until one more person may be reached."""
        count: int = self._connection.cell(COUNT_WITHOUT_PLACE)
        return count

    def pairs_paused(self, number_id: str, now: datetime) -> Sequence[tuple[str, Pair]]:
        """To whom nothing leaves for now, because the platform refused."""
        rows = self._connection.rows(PAUSED, number_id=number_id, now=now)
        return [(recipient_id, PAIR.value(row)) for recipient_id, *row in rows]

    def bucket(self, number_id: str) -> Bucket:
        """What lately left from the number, whoever sent it."""
        return _bucket(self._connection, number_id)

    def slowdowns(self) -> Sequence[Slowdown]:
        """What was told to slow down, ever; long ago or now."""
        return _slowdowns(self._connection)


def _first(row: Row) -> int:
    number: int = row[0]
    return number


def _allowance(connection: Connection, what: Allowed) -> Allowance | None:
    return connection.known_one(ALLOWANCE.value, ALLOWANCE_OF, what=what)


def _bucket(connection: Connection, number_id: str) -> Bucket:
    return connection.known_one(BUCKET.value, BUCKET_OF, number_id=number_id) or Bucket()


def _slowdowns(connection: Connection) -> Sequence[Slowdown]:
    return connection.known(SLOWDOWN.value, SLOWDOWNS)
