"""What metrics show of the present, and that the past costs nothing."""

from datetime import timedelta

import pytest

from tests.core.builders import consent, recipient
from tests.store.contract import NOW, SECOND, a_ticket, an_item, do, see, stored
from tests.store.test_index_usage import steps
from wa_notify.core.condition import TOKEN, Condition, Effect, Recovery, Scope
from wa_notify.core.consent import ConsentAct
from wa_notify.core.directory import Agreement
from wa_notify.core.outbox import ItemState
from wa_notify.core.rule import Priority
from wa_notify.core.ticket import TicketState
from wa_notify.core.window import LENGTH, MARGIN, Window
from wa_notify.ports import Store, Transaction
from wa_notify.ports.gauges import Gauges
from wa_notify.store.sqlite import SqliteStore

NUMBER = "n1"


def gauges(store: Store) -> Gauges:
    return see(store, lambda views: views.gauges(NUMBER, NOW))


def test_an_empty_store_has_a_size_and_nothing_else(store: Store) -> None:
    found = gauges(store)
    assert not any(found.items.values())
    assert not any(found.tickets.values())
    assert not any(found.people.values())
    assert (found.oldest, found.due, found.troubles) == ({}, {}, {})
    assert (found.token_refused, found.windows_open) == (False, 0)
    assert found.size > 4096
    assert found.size >= 4096


def test_what_is_open_is_counted_with_the_age_of_the_oldest(store: Store) -> None:
    stored(
        store,
        an_item("young", priority=Priority.LOW, due_at=NOW + SECOND),
        an_item("old", created_at=NOW - SECOND, due_at=NOW - SECOND),
        an_item("held", state=ItemState.HELD),
        an_item("sending", state=ItemState.SENDING),
        an_item("lost", state=ItemState.UNCERTAIN, priority=Priority.CRITICAL),
        *(an_item(state, state=state) for state in (ItemState.READ, ItemState.FAILED, ItemState.REFUSED)),
    )
    found = gauges(store)
    assert found.items == {
        ItemState.PENDING: 2,
        ItemState.HELD: 1,
        ItemState.UNCERTAIN: 1,
        ItemState.SENDING: 1,
    }
    assert found.oldest[ItemState.PENDING] == NOW - SECOND
    assert found.due == {
        Priority.CRITICAL: NOW,
        Priority.NORMAL: NOW - SECOND,
        Priority.LOW: NOW + SECOND,
    }


def test_tickets_are_counted_while_they_are_not_over(store: Store) -> None:
    def work(tx: Transaction) -> None:
        for number, state in enumerate((*TicketState, TicketState.OPEN)):
            tx.save_ticket(a_ticket(group=str(number), state=state))

    do(store, work)
    assert gauges(store).tickets == {TicketState.OPEN: 2, TicketState.ACKNOWLEDGED: 1}


def test_people_are_counted_by_what_they_said_last(store: Store) -> None:
    def work(tx: Transaction) -> None:
        for number, name in enumerate(("alice", "bob", "carol")):
            tx.save_recipient(recipient(id=name, phone=f"+44770090010{number}"))
        tx.save_recipient(recipient(id="guest-1", phone="+447700900999", guest=True))
        for name in ("alice", "bob", "guest-1"):
            tx.record_consent(consent(recipient_id=name, at=NOW))
        tx.record_consent(consent(recipient_id="bob", act=ConsentAct.REVOKED, at=NOW + SECOND))

    do(store, work)
    assert {agreement: count for agreement, count in gauges(store).people.items() if count} == {
        Agreement.GRANTED: 1,
        Agreement.REFUSED: 1,
        Agreement.NONE: 1,
    }


@pytest.mark.parametrize(
    ("window", "is_open"),
    [
        (Window(last_inbound_at=NOW), True),
        (Window(last_inbound_at=NOW - LENGTH + MARGIN + SECOND), True),
        (Window(last_inbound_at=NOW - LENGTH + MARGIN), False),
        (Window(last_inbound_at=NOW - SECOND, refused_at=NOW), False),
        (Window(last_inbound_at=NOW, refused_at=NOW - SECOND), True),
        (Window(asked_at=NOW), False),
    ],
)
def test_a_window_counts_while_it_is_open(store: Store, window: Window, is_open: bool) -> None:
    def work(tx: Transaction) -> None:
        tx.save_recipient(recipient())
        tx.save_window(NUMBER, "alice", window)
        tx.save_window("another number", "alice", Window(last_inbound_at=NOW))

    do(store, work)
    assert window.is_open(NOW) is is_open
    assert gauges(store).windows_open == is_open


def test_troubles_count_while_they_stand_and_a_refused_token_is_known_by_its_cause(store: Store) -> None:
    token = Condition(
        scope=Scope.APP,
        cause=TOKEN,
        effect=Effect.BLOCKS,
        tells=True,
        recovery=Recovery.PROBE,
        what="No",
        since=NOW,
    )
    do(store, lambda tx: tx.save_condition(token))
    assert gauges(store).token_refused
    assert gauges(store).troubles == {(Scope.APP, Effect.BLOCKS): 1}


def test_a_long_history_costs_a_scrape_nothing(sqlite: SqliteStore) -> None:
    stored(sqlite, *(an_item(f"now {number}") for number in range(20)))
    before = steps(sqlite._read_driver, lambda: gauges(sqlite))
    over = (ItemState.READ, ItemState.DELIVERED, ItemState.SENT, ItemState.REFUSED, ItemState.CANCELLED)
    stored(sqlite, *(an_item(f"past {n}", state=over[n % len(over)]) for n in range(5000)))

    def many(tx: Transaction) -> None:
        for number in range(2000):
            tx.save_ticket(a_ticket(group=str(number), state=TicketState.RESOLVED))
            person = recipient(id=f"p{number}", phone="", bsuid=f"GB.{number}", guest=True)
            tx.save_recipient(person)
            tx.save_window(NUMBER, person.id, Window(last_inbound_at=NOW - timedelta(days=2)))

    do(sqlite, many)
    after = steps(sqlite._read_driver, lambda: gauges(sqlite))
    assert after <= before * 1.2
