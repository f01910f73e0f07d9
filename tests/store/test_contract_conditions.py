"""What every store keeps of what stands in the way of messages."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from tests.store.contract import NOW, SECOND, an_item, do, see
from wa_notify.core.condition import Condition, Effect, Recovery, Scope, cleared, told
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.reason import Reason
from wa_notify.ports import Store, Transaction

BLOCKED = Condition(
    scope=Scope.ACCOUNT,
    cause="payment",
    effect=Effect.BLOCKS,
    tells=True,
    recovery=Recovery.PROBE,
    what="Payment problem (131042)",
    advice="Add a payment method.",
    since=NOW,
    probe_at=NOW + 60 * SECOND,
)


def enqueued(item: Item, tx: Transaction) -> None:
    tx.enqueue(item)


def kept(store: Store, **changes: Any) -> Condition:
    """Keep one, and read it back."""
    condition = replace(BLOCKED, **changes)
    do(store, lambda tx: tx.save_condition(condition))
    found = do(store, lambda tx: tx.condition(condition.scope, condition.subject, condition.cause))
    assert found is not None
    return found


def test_a_condition_comes_back_as_it_was_kept_and_changes_under_its_name(store: Store) -> None:
    found = kept(store)
    assert found == replace(BLOCKED, id=found.id)
    changed = replace(told(found, NOW + SECOND, heard=False), probes=3, until=NOW + 9 * SECOND)
    do(store, lambda tx: tx.save_condition(changed))
    assert see(store, lambda views: views.conditions()) == [changed]
    assert do(store, lambda tx: tx.condition(Scope.NUMBER, "", "payment")) is None


def test_only_open_ones_stand_in_the_way(store: Store) -> None:
    first = kept(store)
    second = kept(store, scope=Scope.PERSON, subject="alice", cause="identity")
    do(store, lambda tx: tx.save_condition(cleared(first, NOW)))
    assert do(store, lambda tx: tx.open_conditions()) == [second]
    assert len(see(store, lambda views: views.conditions())) == 2


def test_what_needs_something_is_found_when_it_is_due_and_wakes_the_engine_then(store: Store) -> None:
    waiting = kept(store, tells=False)
    assert see(store, lambda views: views.next_due()) == waiting.probe_at
    assert do(store, lambda tx: tx.conditions_needing(NOW)) == []
    assert do(store, lambda tx: tx.conditions_needing(NOW + timedelta(minutes=1))) == [waiting]


def test_what_waits_for_the_platform_is_let_go_and_nothing_else(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    for key, reason in (("a", Reason.ACCOUNT_BLOCKED), ("b", Reason.QUIET_HOURS), ("c", None)):
        waiting = an_item(key, reason=reason, state=ItemState.PENDING, due_at=later)
        do(store, partial(enqueued, waiting))
    do(store, lambda tx: tx.let_go(NOW))
    due = {item.key: item.due_at for item in see(store, lambda views: views.items(limit=9))}
    assert due == {"a": NOW, "b": later, "c": later}


def test_what_the_platform_holds_back_is_found_by_its_template(store: Store) -> None:
    held: dict[str, Any] = {"state": ItemState.ACCEPTED, "reason": Reason.HELD_BY_PLATFORM}
    do(store, lambda tx: tx.enqueue(an_item("a", template="ops_alert", language="en", **held)))
    do(store, lambda tx: tx.enqueue(an_item("b", template="ops_alert", language="de", **held)))
    found = do(store, lambda tx: tx.held_by_platform("ops_alert", "en"))
    assert [item.key for item in found] == ["a"]
