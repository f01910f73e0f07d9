"""Who was reached, how much a person got, what the platform allows."""

from datetime import timedelta

from tests.store.contract import NOW, SECOND, an_item, do, each, see, stored
from wa_notify.core.erasure import traces_of
from wa_notify.core.limits import Allowance, Allowed
from wa_notify.core.outbox import ItemState
from wa_notify.core.pace import Bucket, Pair, Throttled, slowed
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Priority
from wa_notify.ports import Store, Transaction

SCOPE = "portfolio"
LONG_AGO = NOW - timedelta(days=1)


def used(store: Store) -> int:
    counted = see(store, lambda views: views.people_reached(SCOPE, LONG_AGO))
    assert do(store, lambda tx: tx.people_reached(SCOPE, LONG_AGO)) == counted
    return counted


def reach(store: Store, *people: str) -> None:
    """Each a second after the one before."""

    def work(tx: Transaction) -> None:
        for number, person in enumerate(people):
            tx.count_reached(SCOPE, person, NOW + number * SECOND)

    do(store, work)


def test_a_person_is_counted_once_and_for_each_scope(store: Store) -> None:
    assert used(store) == 0
    reach(store, "alice", "bob", "alice")
    assert used(store) == 2
    assert do(store, lambda tx: tx.reached_at(SCOPE, "alice")) == NOW + 2 * SECOND
    assert do(store, lambda tx: tx.reached_at("another", "alice")) is None
    assert do(store, lambda tx: tx.people_reached("another", LONG_AGO)) == 0


def test_what_is_old_counts_no_more(store: Store) -> None:
    reach(store, "alice", "bob")
    assert do(store, lambda tx: tx.people_reached(SCOPE, NOW)) == 1
    assert do(store, lambda tx: tx.reached_at(SCOPE, "alice")) is None
    assert do(store, lambda tx: tx.people_reached(SCOPE, NOW + SECOND)) == 0


def test_only_the_last_message_can_be_taken_back(store: Store) -> None:
    reach(store, "alice", "alice")
    assert not do(store, lambda tx: tx.take_back_reached(SCOPE, "alice", NOW))
    assert do(store, lambda tx: tx.take_back_reached(SCOPE, "alice", NOW + SECOND))
    assert do(store, lambda tx: tx.reached_at(SCOPE, "alice")) == NOW
    assert used(store) == 1
    assert do(store, lambda tx: tx.take_back_reached(SCOPE, "alice", NOW))
    assert used(store) == 0
    assert not do(store, lambda tx: tx.take_back_reached(SCOPE, "alice", NOW))


def test_the_places_that_become_free_are_those_of_the_oldest(store: Store) -> None:
    reach(store, "alice", "bob", "carol")
    assert do(store, lambda tx: tx.place_left_at(SCOPE, 1)) == NOW
    assert do(store, lambda tx: tx.place_left_at(SCOPE, 3)) == NOW + 2 * SECOND
    assert do(store, lambda tx: tx.place_left_at(SCOPE, 4)) is None
    assert see(store, lambda views: views.oldest_reached(SCOPE, NOW, 5)) == [NOW + SECOND, NOW + 2 * SECOND]


def test_what_left_lately_is_known_to_the_microsecond(store: Store) -> None:
    assert see(store, lambda views: views.bucket("n1")) == Bucket()
    full = Bucket().took(3, NOW).took(77, NOW + timedelta(microseconds=1))
    do(store, lambda tx: tx.save_bucket("n1", full))
    do(store, lambda tx: tx.save_bucket("n2", Bucket().took(1, NOW)))
    assert do(store, lambda tx: tx.bucket("n1")) == see(store, lambda views: views.bucket("n1")) == full
    do(store, lambda tx: tx.save_bucket("n1", Bucket()))
    assert do(store, lambda tx: tx.bucket("n1")) == Bucket()


def test_who_waits_for_a_place_is_found_critical_first(store: Store) -> None:
    waits = {"state": ItemState.PENDING, "reason": Reason.REACH_USED_UP}
    stored(
        store,
        an_item("a", **waits, priority=Priority.LOW),
        an_item("b", **waits, priority=Priority.CRITICAL),
        an_item("c", **waits | {"reason": Reason.PACE}),
        an_item("d", **waits | {"state": ItemState.CANCELLED}),
    )
    assert [item.key for item in do(store, lambda tx: tx.items_without_place(9))] == ["b", "a"]
    assert [item.key for item in do(store, lambda tx: tx.items_without_place(1))] == ["b"]
    assert see(store, lambda views: views.waiting_for_place()) == 2


def test_what_the_platform_allows_is_known_in_its_last_word(store: Store) -> None:
    assert do(store, lambda tx: tx.allowance(Allowed.REACH)) is None
    old, told = (
        Allowance(what=Allowed.REACH, amount=amount, said=str(amount), source="webhook", at=NOW)
        for amount in (250, 2000)
    )
    do(store, lambda tx: tx.save_allowance(old))
    do(store, lambda tx: tx.save_allowance(told))
    assert do(store, lambda tx: tx.allowance(Allowed.REACH)) == told
    assert see(store, lambda views: views.allowance(Allowed.REACH)) == told
    assert see(store, lambda views: views.allowance(Allowed.PACE)) is None


def test_each_scope_has_one_slowdown(store: Store) -> None:
    first, app = slowed(None, Throttled.NUMBER, NOW), slowed(None, Throttled.APP, NOW)
    second = slowed(first, Throttled.NUMBER, NOW + SECOND)
    each(store, lambda tx, one: tx.save_slowdown(one), (first, app, second))
    assert do(store, lambda tx: tx.slowdowns()) == [app, second]
    assert see(store, lambda views: views.slowdowns()) == [app, second]


def test_how_much_a_person_got_is_known_for_each_number_until_it_is_paid_back(store: Store) -> None:
    pair = Pair().taken(NOW).refused(NOW)
    assert do(store, lambda tx: tx.pair("n1", "alice")) == Pair()
    do(store, lambda tx: tx.save_pair("n1", "alice", pair))
    assert do(store, lambda tx: tx.pair("n1", "alice")) == pair
    assert do(store, lambda tx: tx.pair("n2", "alice")) == Pair()
    assert see(store, lambda views: views.pairs_paused("n1", NOW)) == [("alice", pair)]
    assert see(store, lambda views: views.pairs_paused("n1", NOW + SECOND)) == []
    assert do(store, lambda tx: tx.forget_pace(NOW, 10)) == 0
    assert do(store, lambda tx: tx.forget_pace(NOW + timedelta(minutes=1), 10)) == 1
    assert do(store, lambda tx: tx.pair("n1", "alice")) == Pair()


def furnished(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.save_recipient(Recipient(id="alice", phone="+447700900123"))
        tx.save_pair("n1", "alice", Pair().taken(NOW))
        tx.count_reached(SCOPE, "alice", NOW)

    do(store, work)


def test_who_is_renamed_stays_counted_under_the_new_name(store: Store) -> None:
    furnished(store)
    do(store, lambda tx: tx.rename_recipient("alice", "alina"))
    assert do(store, lambda tx: tx.reached_at(SCOPE, "alina")) == NOW
    assert do(store, lambda tx: tx.pair("n1", "alina")) != Pair()


def test_whoever_has_another_number_is_another_person_to_whatsapp(store: Store) -> None:
    furnished(store)
    do(store, lambda tx: tx.save_recipient(Recipient(id="alice", phone="+447700900999")))
    assert do(store, lambda tx: tx.reached_at(SCOPE, "alice")) is None
    assert do(store, lambda tx: tx.pair("n1", "alice")) == Pair()
    reach(store, "alice")
    assert used(store) == 2


def test_who_is_erased_stays_counted_without_a_name(store: Store) -> None:
    furnished(store)
    traces = traces_of(id="alice", names=(), addresses=(), stand_in="erased-1")
    do(store, lambda tx: tx.erase_recipient("alice", traces))
    assert used(store) == 1
    assert do(store, lambda tx: tx.reached_at(SCOPE, "alice")) is None
    assert do(store, lambda tx: tx.reached_at(SCOPE, "erased-1")) is None
    assert do(store, lambda tx: tx.pair("n1", "alice")) == Pair()


def test_a_guest_who_turns_out_to_be_somebody_stays_counted(store: Store) -> None:
    furnished(store)

    def work(tx: Transaction) -> None:
        tx.save_recipient(Recipient(id="guest", phone="+447700900456", guest=True))
        tx.count_reached(SCOPE, "guest", NOW)
        tx.absorb("guest", "alice")

    do(store, work)
    assert used(store) == 2
    assert do(store, lambda tx: tx.reached_at(SCOPE, "alice")) == NOW
