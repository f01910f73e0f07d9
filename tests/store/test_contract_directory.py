"""Whatever happened to people and tickets, the directory says what can be worked out the slow way."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.contract import FACTORIES, NOW, a_ticket, do, see
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.directory import Agreement, WindowStand, agreement
from wa_notify.core.erasure import traces_of
from wa_notify.core.recipient import Recipient
from wa_notify.core.search import asked, sorting, words_of
from wa_notify.core.window import Window
from wa_notify.ports import Person, Store, Transaction
from wa_notify.store.people import AddressTaken

IDS = ("ann", "bob", "Zoë", "dan.b", "g1", "g2")
NAMES = ("", "Änna Berg", "bob", "Berg, Zoe", "Dan O'Brien")
PHONES = ("", "+4915100001", "+4915100002", "+447700900123")
HOURS = timedelta(hours=1)


def saved(known: str, name: str, phone: str, guest: bool) -> Callable[[Transaction], object]:
    def work(tx: Transaction) -> None:
        try:
            with tx.apart():
                tx.save_recipient(Recipient(id=known, name=name, phone=phone, guest=guest))
        except AddressTaken:
            pass

    return work


def said(known: str, act: ConsentAct, purpose: Purpose, hours: int) -> Callable[[Transaction], object]:
    record = ConsentRecord(
        recipient_id=known, act=act, purpose=purpose, source="web", actor="admin", at=NOW + hours * HOURS
    )
    return lambda tx: tx.record_consent(record) if tx.recipient(known) else None


def heard(known: str, hours: int, refused: bool) -> Callable[[Transaction], object]:
    at = NOW - hours * HOURS
    window = Window(last_inbound_at=at, refused_at=at if refused else None)
    return lambda tx: tx.save_window("n1", known, window) if tx.recipient(known) else None


def renamed(old: str, new: str) -> Callable[[Transaction], object]:
    return lambda tx: tx.rename_recipient(old, new) if tx.recipient(old) and not tx.recipient(new) else None


def absorbed(guest: str, known: str) -> Callable[[Transaction], object]:
    def work(tx: Transaction) -> None:
        found = tx.recipient(guest)
        if found and found.guest and guest != known and tx.recipient(known):
            tx.absorb(guest, known)

    return work


def erased(known: str) -> Callable[[Transaction], object]:
    def work(tx: Transaction) -> None:
        if person := tx.recipient(known):
            numbers = [alias.value for alias in tx.aliases(known)]
            names = {person.name, *tx.former_names(known)}
            tx.erase_recipient(
                known, traces_of(id=known, names=names, addresses=numbers, stand_in="erased-1")
            )

    return work


EVENTS = st.one_of(
    st.builds(saved, *map(st.sampled_from, (IDS, NAMES, PHONES)), st.booleans()),
    st.builds(said, *map(st.sampled_from, (IDS, tuple(ConsentAct), tuple(Purpose))), st.integers(0, 3)),
    st.builds(heard, st.sampled_from(IDS), st.integers(0, 30), st.booleans()),
    st.builds(renamed, st.sampled_from(IDS), st.sampled_from(IDS)),
    st.builds(absorbed, st.sampled_from(IDS), st.sampled_from(IDS)),
    st.builds(erased, st.sampled_from(IDS)),
)


def stand(person: Person) -> set[WindowStand]:
    if not person.window.is_open(NOW):
        return {WindowStand.CLOSED}
    return {WindowStand.OPEN} | (set() if person.window.is_open(NOW + HOURS) else {WindowStand.CLOSING})


def _agreed(word: Agreement, person: Person) -> bool:
    return agreement(person.consents) is word


def _stands(window: WindowStand, person: Person) -> bool:
    return window in stand(person)


def fits(person: Person, search: str) -> bool:
    words = words_of(person.recipient)
    return all(any(w.startswith(b) for w in words for b in beginnings) for beginnings in asked(search))


def slowly(store: Store, guests: bool, matches: Callable[[Person], bool]) -> list[Person]:
    everybody = see(store, lambda views: views.people("n1"))
    found = [one for one in everybody if one.recipient.guest is guests and matches(one)]
    return sorted(found, key=lambda one: (sorting(one.recipient), one.recipient.id))


def quickly(store: Store, **filters: Any) -> list[Person]:
    return list(see(store, lambda views: views.people_page("n1", now=NOW, limit=100, **filters)).found)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EVENTS, max_size=25), st.sampled_from(("b", "zo", "o'b", "49 151", "0123", "an be", "x")))
@pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_the_directory_says_the_truth_after_any_history(
    factory: Callable[[Path], Store], events: list[Callable[[Transaction], object]], search: str
) -> None:
    with TemporaryDirectory() as folder:
        store = factory(Path(folder))
        try:
            for event in events:
                do(store, event)
            for guests in (False, True):
                assert quickly(store, guests=guests) == slowly(store, guests, lambda _: True)
                assert quickly(store, guests=guests, search=search) == slowly(
                    store, guests, lambda one: fits(one, search)
                )
                for word in Agreement:
                    found = slowly(store, guests, partial(_agreed, word))
                    assert quickly(store, guests=guests, agreement=word) == found
                for window in WindowStand:
                    found = slowly(store, guests, partial(_stands, window))
                    assert quickly(store, guests=guests, window=window) == found
            counts = see(store, lambda views: views.people_counts("n1", NOW))
            everybody = slowly(store, False, lambda _: True)
            assert counts.open == sum(WindowStand.OPEN in stand(one) for one in everybody)
            assert counts.closing == sum(WindowStand.CLOSING in stand(one) for one in everybody)
            assert sum(counts.agreements.values()) == len(everybody)
        finally:
            store.close()


def test_an_erased_person_is_not_found_by_the_words_of_tickets_either(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.save_recipient(Recipient(id="bob", name="Robert Mc", phone="+447700900123"))
        tx.save_ticket(a_ticket(title="Disk of Robert Mc is full"))

    do(store, work)
    assert see(store, lambda views: views.tickets_page(search="robert", limit=5)).found
    traces = traces_of(id="bob", names=["Robert Mc"], addresses=["+447700900123"], stand_in="erased-1")
    do(store, lambda tx: tx.erase_recipient("bob", traces))
    assert not see(store, lambda views: views.tickets_page(search="robert", limit=5)).found
    assert see(store, lambda views: views.tickets_page(search="erased disk", limit=5)).found
    assert not see(store, lambda views: views.people_page("n1", now=NOW, search="4477", limit=5)).found
