"""Sums for charts: how long messages and answers take, what happens by the hour, what a day costs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.builders import spent
from tests.store.contract import FACTORIES, NOW, SECOND, a_ticket, an_item, do, see, stored
from wa_notify.core.charge import Charge, ChargeState
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import Ticket
from wa_notify.ports import Store, Transaction

HOUR = timedelta(hours=1)


def left(key: str, after: float | None, **changes: Any) -> Any:
    """A message that left now, and was delivered so many seconds later."""
    delivered_at = None if after is None else NOW + after * SECOND
    return an_item(key, **({"claimed_at": NOW, "delivered_at": delivered_at} | changes))


def saved(ticket: Ticket, tx: Transaction) -> object:
    return tx.save_ticket(ticket)


def kept(charge: Charge, tx: Transaction) -> None:
    tx.save_charge(charge)


def test_latencies_are_those_of_what_was_delivered_the_newest_first(store: Store) -> None:
    stored(
        store,
        left("a", 2),
        left("b", None),
        left("c", 7.5),
        left("the platform tells seconds only", -0.4),
        left("carried", 9, digest_id=1, reason=Reason.IN_DIGEST),
        left("came before we knew that it had left", 3, claimed_at=None),
    )
    everything = see(store, lambda views: views.latencies(NOW - HOUR, 10))
    assert everything == [7.5, 2.0, 0.0]
    assert see(store, lambda views: views.latencies(NOW - HOUR, 1)) == [7.5]
    assert see(store, lambda views: views.latencies(NOW + 3 * SECOND, 10)) == [7.5]


def test_what_a_digest_carries_was_delivered_with_it(store: Store) -> None:
    (digest,) = stored(store, an_item("digest", occasion=Occasion.DIGEST))
    (carried,) = stored(store, an_item("a", digest_id=digest.id, reason=Reason.IN_DIGEST))
    arrived = replace(digest, state=ItemState.DELIVERED, claimed_at=NOW, delivered_at=NOW + SECOND)
    do(store, lambda tx: tx.save_item(arrived))
    after = do(store, lambda tx: tx.item(carried.id))
    assert after is not None
    assert after.delivered_at == NOW + SECOND
    assert see(store, lambda views: views.latencies(NOW, 10)) == [1.0]


def test_reply_latencies_are_those_of_tickets_that_somebody_took(store: Store) -> None:
    for number, taken in enumerate((60, None, 30)):
        at = None if taken is None else NOW + taken * SECOND
        ticket = a_ticket(group=f"{number}", acknowledged_at=at)
        do(store, partial(saved, ticket))
    assert see(store, lambda views: views.reply_latencies(NOW, 10)) == [60.0, 30.0]
    assert see(store, lambda views: views.reply_latencies(NOW + 30 * SECOND, 10)) == [60.0]


def test_messages_are_counted_by_the_hour_in_which_they_were_planned(store: Store) -> None:
    noon = NOW.replace(minute=0, second=0, microsecond=0)
    stored(
        store,
        an_item("now", created_at=noon + HOUR - timedelta(microseconds=1)),
        an_item("on the hour", created_at=noon),
        an_item("before", created_at=noon - timedelta(microseconds=1), state=ItemState.READ),
        an_item("first", created_at=noon - 23 * HOUR, state=ItemState.FAILED),
        an_item("too old", created_at=noon - 23 * HOUR - timedelta(microseconds=1)),
    )
    hours = see(store, lambda views: views.hours(NOW))
    assert [hour.starts_at for hour in hours] == [noon - n * HOUR for n in range(23, -1, -1)]
    assert all(set(hour.items) == set(ItemState) for hour in hours)
    assert hours[-1].items[ItemState.PENDING] == 2
    assert hours[-2].items[ItemState.READ] == 1
    assert hours[0].items[ItemState.FAILED] == 1
    assert sum(sum(hour.items.values()) for hour in hours) == 4


def test_the_days_of_a_month_are_those_of_the_readers_zone(store: Store) -> None:
    midnight = datetime(2026, 11, 21, tzinfo=UTC)

    def charged(tx: Transaction) -> None:
        for number, (at, amount) in enumerate(
            ((midnight - HOUR / 4, "1.5"), (midnight, "2"), (midnight + 5.5 * HOUR, None)), start=1
        ):
            predicted = None if amount is None else Decimal(amount)
            tx.save_charge(spent(item_id=number, at=at, predicted=predicted))
        confirmed = spent(item_id=2, at=midnight, predicted=Decimal(2), state=ChargeState.CONFIRMED)
        tx.save_charge(confirmed)

    do(store, charged)
    in_utc = see(store, lambda views: views.costs_by_day("2026-11", "UTC"))
    assert [(one.day, one.messages, one.predicted, one.confirmed, one.unknown) for one in in_utc] == [
        (date(2026, 11, 20), 1, Decimal("1.5"), 0, 0),
        (date(2026, 11, 21), 2, 0, Decimal(2), 1),
    ]
    assert {one.currency for one in in_utc} == {"USD"}
    in_delhi = see(store, lambda views: views.costs_by_day("2026-11", "Asia/Kolkata"))
    assert [(one.day.day, one.messages) for one in in_delhi] == [(21, 3)]
    assert see(store, lambda views: views.costs_by_day("2026-10", "UTC")) == []


CHARGES = st.builds(
    lambda number, hours, state, told, amount: spent(
        item_id=number,
        at=NOW + hours * HOUR,
        state=state,
        predicted=None if amount is None else Decimal(amount),
        told_by="sent" if told else "",
        actual=Decimal(amount or 0) if told else None,
    ),
    *(st.integers(1, 5), st.integers(-40, 0), st.sampled_from(ChargeState), st.booleans()),
    st.sampled_from((None, 1, 3)),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(CHARGES, max_size=15))
def test_the_days_add_up_to_the_month_whatever_is_learned_later(found: list[Charge]) -> None:
    with TemporaryDirectory() as folder:
        store = FACTORIES["sqlite"](Path(folder))
        try:
            for charge in found:
                do(store, partial(kept, charge))
            totals = see(store, lambda views: views.totals("2026-11"))
            days = see(store, lambda views: views.costs_by_day("2026-11", "UTC"))
        finally:
            store.close()
    counted = [one for one in totals if one.state is not ChargeState.TAKEN_BACK]
    assert sum(day.messages for day in days) == sum(one.messages for one in counted)
    assert sum(day.predicted + day.confirmed for day in days) == sum(one.amount for one in counted)
    assert sum(day.unknown for day in days) == sum(one.unknown for one in counted)
