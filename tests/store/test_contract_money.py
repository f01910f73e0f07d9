"""What every store keeps about what messages cost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.contract import NOW, SECOND, an_item, do, see, stored
from wa_notify.core.charge import Charge, ChargeState, CostLine, Grouping, Total, spent
from wa_notify.core.outbox import Channel, ItemState, Occasion
from wa_notify.core.pricing import EntryPoint, Free, Model
from wa_notify.core.recipient import Recipient
from wa_notify.ports import Store, Transaction, Views

PENNY = Decimal("0.0123")


def a_charge(**special: Any) -> Charge:
    ordinary: dict[str, Any] = {
        "item_id": 7,
        "at": NOW,
        "month": "2026-11",
        "number_id": "1",
        "recipient_id": "alice",
        "rule": "disk",
        "template": "ops_alert",
        "market": "GB",
        "category": "utility",
        "model": Model.PER_MESSAGE,
        "currency": "GBP",
        "volume": 3,
        "predicted": PENNY,
    }
    return Charge(**(ordinary | special))


def confirmed(charge: Charge, amount: Decimal | None = PENNY, **special: Any) -> Charge:
    ordinary: dict[str, Any] = {
        "state": ChargeState.CONFIRMED,
        "told_by": "delivered",
        "actual": amount,
        "actual_category": charge.category,
    }
    return replace(charge, **(ordinary | special))


def keep(store: Store, *charges: Charge) -> None:
    def work(tx: Transaction) -> None:
        for charge in charges:
            tx.save_charge(charge)

    do(store, work)


def test_a_charge_comes_back_as_it_was_kept(store: Store) -> None:
    plain = a_charge()
    full = confirmed(a_charge(item_id=8, free=Free.WINDOW), None, actual_free=Free.SERVICE, conversation="c")
    keep(store, plain, full)
    assert do(store, lambda tx: tx.charge(7)) == plain
    assert do(store, lambda tx: tx.charge(8)) == full
    assert do(store, lambda tx: tx.charge(9)) is None


def test_the_sums_of_a_month_follow_its_charges(store: Store) -> None:
    keep(store, a_charge(), a_charge(item_id=8, predicted=None), a_charge(item_id=9, month="2026-12"))
    keep(store, confirmed(a_charge(), Decimal("0.5")))
    found = see(store, lambda views: views.totals("2026-11"))
    assert {total.state: (total.messages, total.amount, total.unknown) for total in found} == {
        ChargeState.CONFIRMED: (1, Decimal("0.5"), 0),
        ChargeState.PREDICTED: (1, Decimal(0), 1),
    }
    assert do(store, lambda tx: tx.spent("2026-11", "GBP")) == Decimal("0.5")
    assert do(store, lambda tx: tx.spent("2026-11", "USD")) == 0
    assert do(store, lambda tx: tx.volume("2026-11", "GB", "utility")) == 2
    assert do(store, lambda tx: tx.volume("2026-10", "GB", "utility")) == 0


def test_what_failed_is_in_no_sum(store: Store) -> None:
    keep(store, a_charge(), a_charge(state=ChargeState.TAKEN_BACK))
    assert do(store, lambda tx: tx.spent("2026-11", "GBP")) == 0
    assert do(store, lambda tx: tx.volume("2026-11", "GB", "utility")) == 0
    assert see(store, lambda views: views.cost_lines(Grouping.RULE, None)) == []


def test_free_form_counts_for_its_number_unless_it_is_free_for_another_reason(store: Store) -> None:
    said = a_charge(category="service", predicted=Decimal(0), free=Free.FREE_TIER)
    keep(
        store,
        said,
        replace(said, item_id=8, free=None, predicted=PENNY),
        replace(said, item_id=9, free=Free.ENTRY_POINT),
        replace(said, item_id=10, state=ChargeState.TAKEN_BACK),
        replace(said, item_id=11, number_id="2"),
        replace(said, item_id=12, month="2026-10"),
        a_charge(item_id=13),
    )
    assert do(store, lambda tx: tx.service_used("2026-11", "1")) == 2
    assert do(store, lambda tx: tx.service_used("2026-11", "3")) == 0


def test_conversations_that_began_lately_are_found(store: Store) -> None:
    one = a_charge(model=Model.CONVERSATION)
    keep(
        store,
        one,
        replace(one, item_id=8, category="service", free=Free.FREE_TIER),
        replace(one, item_id=9, category="marketing", free=Free.CONVERSATION),
        replace(one, item_id=10, category="marketing", at=NOW - timedelta(hours=24)),
        replace(one, item_id=11, category="marketing", state=ChargeState.TAKEN_BACK),
        replace(one, item_id=12, category="marketing", recipient_id="bob"),
        a_charge(item_id=13, category="authentication"),
    )
    since = NOW - timedelta(hours=24)
    assert sorted(do(store, lambda tx: tx.conversations_since("1", "alice", since))) == ["service", "utility"]


def test_a_conversation_has_its_fee_once(store: Store) -> None:
    keep(store, confirmed(a_charge(), conversation="c1"))
    assert do(store, lambda tx: tx.conversation_billed("c1", 8))
    assert not do(store, lambda tx: tx.conversation_billed("c1", 7))
    assert not do(store, lambda tx: tx.conversation_billed("c2", 8))


def test_how_somebody_came_from_an_advertisement_is_kept_and_goes_with_them(store: Store) -> None:
    came = EntryPoint(referred_at=NOW)
    answered = EntryPoint(referred_at=NOW, answered_at=NOW + SECOND)

    def work(tx: Transaction) -> None:
        tx.save_recipient(Recipient(id="alice", phone="+447700900123"))
        tx.save_entry_point("1", "alice", came)
        tx.save_entry_point("1", "alice", answered)

    do(store, work)
    assert do(store, lambda tx: tx.entry_point("1", "alice")) == answered
    assert do(store, lambda tx: tx.entry_point("2", "alice")) is None
    do(store, lambda tx: tx.rename_recipient("alice", "ada"))
    assert do(store, lambda tx: tx.entry_point("1", "ada")) == answered


def lines_by(grouping: Grouping, views: Views) -> Sequence[CostLine]:
    return views.cost_lines(grouping, None)


def test_costs_are_told_apart_by_what_one_asks_for(store: Store) -> None:
    keep(
        store,
        a_charge(),
        confirmed(a_charge(item_id=8, recipient_id="bob"), Decimal("0.05")),
        confirmed(a_charge(item_id=9, rule="night"), Decimal(0), actual_free=Free.WINDOW),
        a_charge(item_id=10, rule="night", predicted=None, month="2026-10"),
        replace(a_charge(item_id=11), told_by="sent", actual=Decimal("0.02")),
    )
    by_rule = see(store, lambda views: views.cost_lines(Grouping.RULE, "2026-11"))
    assert by_rule == [
        CostLine(
            name="disk",
            currency="GBP",
            messages=3,
            predicted=PENNY + Decimal("0.02"),
            confirmed=Decimal("0.05"),
            unknown=0,
            free={},
        ),
        CostLine(
            name="night",
            currency="GBP",
            messages=1,
            predicted=Decimal(0),
            confirmed=Decimal(0),
            unknown=0,
            free={"window": 1},
        ),
    ]
    by_month = see(store, lambda views: views.cost_lines(Grouping.MONTH, None))
    assert [(line.name, line.messages, line.unknown) for line in by_month] == [
        ("2026-11", 4, 0),
        ("2026-10", 1, 1),
    ]
    for grouping in Grouping:
        lines = see(store, partial(lines_by, grouping))
        assert sum(line.messages for line in lines) == 5


def test_old_charges_go_and_their_sums_stay(store: Store) -> None:
    keep(store, a_charge(), a_charge(item_id=8, at=NOW + SECOND))
    assert do(store, lambda tx: tx.forget_charges(NOW + SECOND, 10)) == 1
    assert do(store, lambda tx: tx.forget_charges(NOW + SECOND, 10)) == 0
    assert do(store, lambda tx: tx.charge(7)) is None
    assert do(store, lambda tx: tx.spent("2026-11", "GBP")) == 2 * PENNY


def test_a_guest_who_turns_out_to_be_somebody_brings_what_they_cost(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.save_recipient(Recipient(id="guest-1", phone="+447700900124", guest=True))
        tx.save_charge(a_charge(recipient_id="guest-1"))
        tx.save_recipient(Recipient(id="alice", phone="+447700900123"))
        tx.absorb("guest-1", "alice")

    do(store, work)
    (line,) = see(store, lambda views: views.cost_lines(Grouping.RECIPIENT, None))
    assert line.name == "alice"


def test_what_else_may_leave_to_a_person_is_found_in_order(store: Store) -> None:
    (first,) = stored(store, an_item(key="a"))
    (soon,) = stored(store, an_item(key="b", due_at=NOW + SECOND, occasion=Occasion.DETAILS))
    stored(store, an_item(key="c", due_at=NOW + 3 * SECOND))
    stored(store, an_item(key="d", recipient_id="bob"))
    stored(store, an_item(key="e", channel=Channel.OTHER, target="mail"))
    stored(store, an_item(key="f", state=ItemState.HELD))
    beside = do(store, lambda tx: tx.due_beside(first, NOW + SECOND, 10))
    assert [item.key for item in beside] == [soon.key]


CHARGES = st.builds(
    a_charge,
    item_id=st.integers(1, 5),
    predicted=st.one_of(st.none(), st.decimals(0, 10, places=9)),
    state=st.sampled_from(ChargeState),
    category=st.sampled_from(["utility", "service"]),
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(CHARGES, max_size=12))
def test_sums_are_those_of_the_charges_however_often_these_change(
    store: Store, changes: list[Charge]
) -> None:
    def work(tx: Transaction) -> tuple[Decimal, list[Charge]]:
        before = tx.spent("2026-11", "GBP")
        known = [charge for number in range(1, 6) if (charge := tx.charge(number))]
        for charge in changes:
            tx.save_charge(charge)
        kept = [charge for number in range(1, 6) if (charge := tx.charge(number))]
        assert before == sum((charge.amount or Decimal(0) for charge in known), Decimal(0))
        return tx.spent("2026-11", "GBP"), kept

    total, kept = do(store, work)
    assert total == sum((charge.amount or Decimal(0) for charge in kept), Decimal(0))
    totals: list[Total] = list(see(store, lambda views: views.totals("2026-11")))
    assert (spent(totals, "GBP"), sum(one.messages for one in totals)) == (total, len(kept))
