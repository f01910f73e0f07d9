"""What the store keeps of items that are kept back and of digests."""

from dataclasses import replace
from operator import methodcaller

import pytest

from tests.store.contract import NOW, SECOND, a_ticket, an_alert, an_item, do, stored
from wa_notify.core.alert import AlertStatus
from wa_notify.core.outbox import Item, ItemState, Occasion
from wa_notify.core.progress import folded, stopped
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority
from wa_notify.core.ticket import TicketState, acknowledge, resolve
from wa_notify.ports import Store, Transaction


def keys(items: object) -> list[str]:
    assert isinstance(items, list)
    return [item.key for item in items]


def item_of(store: Store, number: int) -> Item:
    found = do(store, lambda tx: tx.item(number))
    assert found is not None
    return found


def test_what_waits_for_a_person_is_found_by_why_it_waits(store: Store) -> None:
    stored(
        store,
        an_item("quiet", reason=Reason.QUIET_HOURS),
        an_item("many", reason=Reason.TOO_MANY),
        an_item("muted", reason=Reason.INHIBITED),
        an_item("tried", reason=Reason.RETRY_LATER),
        an_item("fresh"),
        an_item("held", reason=Reason.QUIET_HOURS, state=ItemState.HELD),
        an_item("bob", recipient_id="bob", reason=Reason.INHIBITED),
    )
    assert keys(do(store, lambda tx: tx.kept_back("alice"))) == ["quiet", "many", "muted"]
    assert keys(do(store, lambda tx: tx.inhibited_items())) == ["muted", "bob"]


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        (ItemState.SENDING, ItemState.SENDING),
        (ItemState.UNCERTAIN, ItemState.SENDING),
        (ItemState.PENDING, ItemState.CANCELLED),
        (ItemState.READ, ItemState.READ),
        (ItemState.FAILED, ItemState.FAILED),
    ],
)
def test_what_a_digest_carries_shares_its_fate(store: Store, state: ItemState, fate: ItemState) -> None:
    digest, carried, left_out = stored(
        store, an_item("digest", occasion=Occasion.DIGEST), an_item("a"), an_item("b")
    )

    def fold(tx: Transaction) -> None:
        for one in (carried, left_out):
            tx.save_item(folded(one, digest.id, NOW))
        gone = folded(left_out, digest.id, NOW)
        tx.save_item(stopped(gone, ItemState.CANCELLED, Reason.TICKET_RESOLVED))

    do(store, fold)
    do(store, lambda tx: tx.save_item(replace(digest, state=state, claimed_at=NOW + SECOND)))
    after = item_of(store, carried.id)
    assert (after.state, after.reason, after.claimed_at) == (fate, Reason.IN_DIGEST, NOW + SECOND)
    assert item_of(store, left_out.id).state is ItemState.CANCELLED
    assert keys(do(store, lambda tx: tx.carried_by(digest))) == ["a"]


def test_what_left_lately_is_counted_by_person_weight_and_occasion(store: Store) -> None:
    gone = {"state": ItemState.SENT, "claimed_at": NOW}
    asked, *_ = stored(
        store,
        an_item("asked", **gone),
        an_item("one", **gone),
        an_item("two", **gone | {"claimed_at": NOW + SECOND}),
        an_item("old", **gone | {"claimed_at": NOW - 60 * SECOND}),
        an_item("waits", claimed_at=NOW),
        an_item("grave", **gone, priority=Priority.CRITICAL),
        an_item("other", **gone, occasion=Occasion.COMMENT),
        an_item("folded", **gone, digest_id=1),
        an_item("bob", **gone, recipient_id="bob"),
    )
    occasions = (Occasion.OPENED,)
    since = NOW - 60 * SECOND
    assert do(store, lambda tx: tx.left_lately(asked, occasions, since, 9)) == [NOW + SECOND, NOW]
    assert do(store, lambda tx: tx.left_lately(asked, occasions, since, 1)) == [NOW + SECOND]
    grave = replace(asked, priority=Priority.CRITICAL)
    assert do(store, lambda tx: tx.left_lately(grave, occasions, since, 9)) == [NOW]


def test_the_labels_of_everything_that_fires_are_known(store: Store) -> None:
    ticket = do(store, lambda tx: tx.save_ticket(a_ticket()))
    other = do(store, lambda tx: tx.save_ticket(a_ticket(group="other")))
    over = an_alert("f2", status=AlertStatus.RESOLVED, labels={"n": "over"})
    for one in (an_alert("f1", labels={"n": "1"}), over):
        do(store, methodcaller("save_alert", ticket, one))
    do(store, lambda tx: tx.save_alert(other, an_alert("f3", labels={"n": "3"})))
    assert do(store, lambda tx: tx.labels_firing()) == [{"n": "1"}, {"n": "3"}]
    do(store, lambda tx: tx.save_ticket(acknowledge(ticket, "alice", NOW)))
    do(store, lambda tx: tx.save_ticket(resolve(other, NOW)))
    assert do(store, lambda tx: tx.labels_firing()) == [{"n": "1"}]
    do(store, lambda tx: tx.save_ticket(replace(ticket, episode=2, state=TicketState.OPEN)))
    assert do(store, lambda tx: tx.labels_firing()) == []
