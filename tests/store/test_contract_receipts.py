"""What every store keeps about read receipts."""

from dataclasses import replace

from tests.store.contract import NOW, SECOND, an_item, do, see, stored
from wa_notify.core.outbox import Channel, Item, ItemState
from wa_notify.core.recipient import Recipient
from wa_notify.ports import Store

ALICE = Recipient(id="alice", name="Alice", phone="+447700900123")


def save(store: Store, item: Item) -> None:
    do(store, lambda tx: tx.save_item(item))


def test_who_sends_no_receipts_is_kept_until_one_comes(store: Store) -> None:
    do(store, lambda tx: tx.save_recipient(ALICE))
    assert do(store, lambda tx: tx.receipts_off_since("alice")) is None
    do(store, lambda tx: tx.save_receipts_off("alice", NOW))
    do(store, lambda tx: tx.save_receipts_off("alice", NOW + SECOND))
    assert do(store, lambda tx: tx.receipts_off_since("alice")) == NOW + SECOND
    (person,) = see(store, lambda views: views.people("1"))
    assert person.receipts_off_since == NOW + SECOND
    do(store, lambda tx: tx.save_receipts_off("alice", None))
    assert do(store, lambda tx: tx.receipts_off_since("alice")) is None


def test_it_goes_with_the_person(store: Store) -> None:
    do(store, lambda tx: tx.save_recipient(ALICE))
    do(store, lambda tx: tx.save_receipts_off("alice", NOW))
    do(store, lambda tx: tx.rename_recipient("alice", "ally"))
    assert do(store, lambda tx: tx.receipts_off_since("ally")) == NOW


def test_what_had_arrived_by_then_is_found_the_newest_first(store: Store) -> None:
    items = stored(store, *(an_item(key) for key in "abcdef"))
    arrived = [
        replace(
            item, state=ItemState.DELIVERED, claimed_at=NOW + place * SECOND, status_at=NOW + place * SECOND
        )
        for place, item in enumerate(items)
    ]
    arrived[1] = replace(arrived[1], state=ItemState.READ)
    arrived[2] = replace(arrived[2], state=ItemState.SENT)
    for item in arrived:
        save(store, item)
    found = do(store, lambda tx: tx.arrived_by(items[0].recipient_id, NOW + 4 * SECOND, 3))
    assert [item.key for item in found] == ["e", "d", "b"]
    assert do(store, lambda tx: tx.arrived_by("nobody", NOW + 4 * SECOND, 3)) == []


def test_what_other_channels_delivered_says_nothing_of_receipts(store: Store) -> None:
    (mail,) = stored(store, replace(an_item("mail"), channel=Channel.OTHER))
    told = replace(mail, state=ItemState.DELIVERED, claimed_at=NOW, status_at=NOW)
    do(store, lambda tx: tx.save_item(told))
    assert do(store, lambda tx: tx.arrived_by(mail.recipient_id, NOW, 3)) == []
