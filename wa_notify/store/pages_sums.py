"""Sums for charts (see `wa_notify.ports.pages`): latencies, messages by the hour, money by the day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, bindparam, func, literal_column, select, type_coerce

from wa_notify.core.charge import ChargeState
from wa_notify.core.outbox import ItemState
from wa_notify.core.pricing import ZERO
from wa_notify.ports.pages import DayCost, HourOfItems
from wa_notify.store.charges import QUARTER
from wa_notify.store.clauses import LIMIT, matching
from wa_notify.store.columns import INSTANT, WHOLE
from wa_notify.store.connection import Connection
from wa_notify.store.page_tables import charge_quarters
from wa_notify.store.rows import EPOCH, MICROSECOND, micros
from wa_notify.store.tables import WAS_DELIVERED, WAS_TAKEN, outbox, tickets

HOUR = timedelta(hours=1)
DAY = 24
SINCE: Any = bindparam("since", type_=INSTANT)

LATENCIES = (
    select(outbox.c.claimed_at, outbox.c.delivered_at)
    .where(WAS_DELIVERED, outbox.c.delivered_at > SINCE)
    .order_by(outbox.c.delivered_at.desc())
    .limit(LIMIT)
)
REPLY_LATENCIES = (
    select(tickets.c.opened_at, tickets.c.acknowledged_at)
    .where(WAS_TAKEN, tickets.c.acknowledged_at > SINCE)
    .order_by(tickets.c.acknowledged_at.desc())
    .limit(LIMIT)
)
_HOURS_AGO: Any = (
    bindparam("until", type_=WHOLE) - type_coerce(outbox.c.created_at, Integer)
) // literal_column(str(HOUR // MICROSECOND), Integer)
ITEMS_BY_HOUR: Any = (
    select(_HOURS_AGO, func.count())
    .where(*matching(outbox, "state"), outbox.c.created_at >= SINCE)
    .group_by(_HOURS_AGO)
)
QUARTERS = (
    select(*(column for column in charge_quarters.c if column.name != "month"))
    .where(*matching(charge_quarters, "month"))
    .order_by(charge_quarters.c.quarter)
)


class Sums:
    """A part of `wa_notify.store.views.SqlViews`."""

    _connection: Connection

    def latencies(self, since: datetime, limit: int) -> Sequence[float]:
        """Seconds from leaving to the phone, of what was delivered after ``since``, the newest first."""
        rows = self._connection.rows(LATENCIES, since=since, limit=limit)
        return [max(0.0, (there - left).total_seconds()) for left, there in rows if left]

    def reply_latencies(self, since: datetime, limit: int) -> Sequence[float]:
        """Seconds from opening to the answer, of tickets acknowledged after ``since``, the newest first."""
        rows = self._connection.rows(REPLY_LATENCIES, since=since, limit=limit)
        return [(taken - opened).total_seconds() for opened, taken in rows]

    def hours(self, now: datetime) -> Sequence[HourOfItems]:
        """The messages that were planned within the last 24 hours, hour by hour, the present one last."""
        until = now.replace(minute=0, second=0, microsecond=0) + HOUR
        found: list[dict[ItemState, int]] = [dict.fromkeys(ItemState, 0) for _ in range(DAY)]
        for state in ItemState:
            values = {"since": until - DAY * HOUR, "until": micros(until) - 1, "state": state}
            for hours_ago, count in self._connection.rows(ITEMS_BY_HOUR, **values):
                found[-1 - max(0, hours_ago)][state] += count
        return [
            HourOfItems(starts_at=until - (DAY - place) * HOUR, items=items)
            for place, items in enumerate(found)
        ]

    def costs_by_day(self, month: str, time_zone: str) -> Sequence[DayCost]:
        """What a month has cost so far, a day of this zone at a time, in their order."""
        zone = ZoneInfo(time_zone)
        days: dict[tuple[date, str], list[tuple[ChargeState, int, Any, int]]] = defaultdict(list)
        for quarter, state, currency, messages, amount, unknown in self._connection.rows(
            QUARTERS, month=month
        ):
            day = (EPOCH + quarter * QUARTER).astimezone(zone).date()
            days[day, currency].append((state, messages, amount, unknown))
        return [_cost(day, currency, sums) for (day, currency), sums in sorted(days.items())]


def _cost(day: date, currency: str, sums: Sequence[tuple[ChargeState, int, Any, int]]) -> DayCost:
    counted = [one for one in sums if one[0] is not ChargeState.TAKEN_BACK]
    return DayCost(
        day=day,
        currency=currency,
        messages=sum(messages for _, messages, _, _ in counted),
        predicted=sum((amount for state, _, amount, _ in counted if state is ChargeState.PREDICTED), ZERO),
        confirmed=sum((amount for state, _, amount, _ in counted if state is ChargeState.CONFIRMED), ZERO),
        unknown=sum(unknown for _, _, _, unknown in counted),
    )
