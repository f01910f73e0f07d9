"""What every store does around the works it is given: commits, failures, rehearsals, reading, listening."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from threading import Event

import pytest

from tests.store.contract import NOW, a_ticket, an_item, do, see, stored
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.errors import StoreError
from wa_notify.core.inbound import InboundMessage, Sender, Text
from wa_notify.core.news import Heard, News
from wa_notify.core.outbox import Item
from wa_notify.core.recipient import Recipient
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.ports import Counts, Store, Transaction, Views


class Trouble(Exception):
    """Something of the caller's own."""


def note(tx: Transaction, text: str) -> Entry:
    ticket = tx.ticket_of("disk", "alerts/db-7") or tx.save_ticket(a_ticket())
    entry = Entry(ticket_id=ticket.id, at=NOW, kind=EntryKind.OPENED, text=text)
    tx.note(entry)
    return entry


def counts(store: Store) -> Counts:
    return see(store, lambda views: views.counts())


def keys(store: Store) -> list[str]:
    return [item.key for item in see(store, lambda views: views.items(limit=100))]


def test_a_transaction_answers_with_what_the_work_returned(store: Store) -> None:
    assert do(store, lambda _tx: "done") == "done"


def test_what_a_failing_work_did_is_taken_back(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.enqueue(an_item("a"))
        raise Trouble

    with pytest.raises(Trouble):
        do(store, work)
    assert keys(store) == []


@pytest.mark.parametrize(
    "error", [Trouble("x"), KeyboardInterrupt(), SystemExit(3), GeneratorExit()], ids=repr
)
def test_whatever_a_work_raises_reaches_its_caller_and_the_store_works_on(
    store: Store, error: BaseException
) -> None:
    def work(_tx: Transaction) -> None:
        raise error

    assert store.transact(work).exception(timeout=30) is error
    assert stored(store, an_item("a"))


async def test_a_work_that_raises_stop_iteration_does_not_leave_its_caller_waiting(store: Store) -> None:
    nothing: list[Item] = []
    with pytest.raises(RuntimeError, match="StopIteration"):
        await asyncio.wait_for(asyncio.wrap_future(store.transact(lambda _tx: next(iter(nothing)))), 30)


def test_a_failing_work_does_not_touch_its_neighbours_in_the_same_commit(store: Store) -> None:
    def failing(tx: Transaction) -> None:
        tx.enqueue(an_item("failing"))
        raise Trouble

    def contradicting(tx: Transaction) -> None:
        tx.enqueue(an_item("contradicting"))
        tx.note(Entry(ticket_id=999, at=NOW, kind=EntryKind.OPENED, text="no such ticket"))

    gate, waiting = held_up(store)
    works = (
        store.transact(lambda tx: tx.enqueue(an_item("before"))),
        store.transact(failing),
        store.rehearse(lambda tx: tx.enqueue(an_item("rehearsed"))),
        store.transact(contradicting),
        store.transact(lambda tx: tx.enqueue(an_item("after"))),
    )
    gate.set()
    errors = [work.exception(timeout=30) for work in (waiting, *works)]
    assert [type(error) for error in errors if error] == [Trouble, StoreError]
    assert keys(store) == ["after", "before"]


def held_up(store: Store) -> tuple[Event, Future[bool]]:
    """Keep the writer busy until the gate is set, so that works gather behind it."""
    gate, begun = Event(), Event()

    def work(_tx: Transaction) -> bool:
        begun.set()
        return gate.wait(30)

    waiting = store.transact(work)
    assert begun.wait(30)
    return gate, waiting


def test_a_cancelled_work_is_never_begun(store: Store) -> None:
    gate, _ = held_up(store)
    cancelled = store.transact(lambda tx: tx.enqueue(an_item("cancelled")))
    assert cancelled.cancel()
    gate.set()
    stored(store, an_item("a"))
    assert keys(store) == ["a"]


def test_works_are_done_in_the_order_in_which_they_were_handed_in(store: Store) -> None:
    futures = [store.transact(lambda tx, n=n: tx.enqueue(an_item(str(n)))) for n in range(100)]  # type: ignore[misc]
    numbers = [item.id for future in futures if (item := future.result(timeout=30))]
    assert numbers == sorted(numbers)
    assert keys(store) == [str(n) for n in reversed(range(100))]


def test_a_rehearsal_tells_what_would_be_and_leaves_no_trace(store: Store) -> None:
    def work(tx: Transaction) -> tuple[Item | None, Sequence[Item]]:
        note(tx, "rehearsed")
        return tx.enqueue(an_item("a")), tx.due_items(NOW, 10)

    added, due = store.rehearse(work).result(timeout=30)
    assert added
    assert due == [added]
    assert keys(store) == []
    assert sum(counts(store).tickets.values()) == 0
    (again,) = stored(store, an_item("a"))
    assert again == replace(added, id=again.id)  # numbers may have gaps


def test_a_rehearsal_that_fails_tells_so(store: Store) -> None:
    def work(_tx: Transaction) -> None:
        raise Trouble

    with pytest.raises(Trouble):
        store.rehearse(work).result(timeout=30)


def test_reading_does_not_wait_for_a_long_transaction_and_sees_nothing_of_it(store: Store) -> None:
    stored(store, an_item("durable"))
    gate, written = Event(), Event()

    def work(tx: Transaction) -> None:
        tx.enqueue(an_item("not yet"))
        written.set()
        gate.wait(30)

    writing = store.transact(work)
    assert written.wait(30)
    assert keys(store) == ["durable"]
    assert not writing.done()
    gate.set()
    writing.result(timeout=30)
    assert keys(store) == ["not yet", "durable"]


def test_a_query_sees_one_moment(store: Store) -> None:
    stored(store, an_item("a"))

    def query(views: Views) -> tuple[int, int]:
        before = len(views.items(limit=10))
        stored(store, an_item("b"))
        return before, len(views.items(limit=10))

    assert see(store, query) == (1, 1)
    assert keys(store) == ["b", "a"]


def test_a_query_that_fails_tells_so_and_reading_goes_on(store: Store) -> None:
    def query(_views: Views) -> None:
        raise Trouble

    with pytest.raises(Trouble):
        see(store, query)
    assert keys(store) == []


def test_listeners_hear_what_was_noted_once_it_is_durable(store: Store) -> None:
    heard: list[tuple[list[str], int]] = []

    def listener(news: Sequence[News]) -> None:
        entries = [one for one in news if isinstance(one, Entry)]
        durable = see(store, lambda views: len(views.timeline(entries[0].ticket_id)))
        heard.append(([entry.text for entry in entries], durable))

    def failing(tx: Transaction) -> None:
        note(tx, "taken back")
        raise Trouble

    store.listen(listener)
    gate, _ = held_up(store)
    for text in ("first", "second"):
        store.transact(lambda tx, text=text: note(tx, text))  # type: ignore[misc]
    refused = store.transact(failing)
    store.rehearse(lambda tx: note(tx, "rehearsed"))
    gate.set()
    refused.exception(timeout=30)
    stored(store, an_item("nothing to say"))
    assert heard == [(["first", "second"], 2)]


def test_listeners_hear_of_consent_and_messages_in_the_order_in_which_they_came(store: Store) -> None:
    heard: list[News] = []
    store.listen(heard.extend)
    agreed = ConsentRecord(recipient_id="alice", act=ConsentAct.GRANTED, source="ha", actor="Anna", at=NOW)
    said = InboundMessage(wamid="w", sender=Sender(wa_id="4477"), at=NOW, content=Text(body="hello"))
    wrote = Heard(recipient_id="alice", message=said)

    def work(tx: Transaction) -> Entry:
        tx.save_recipient(Recipient(id="alice"))
        tx.record_consent(agreed)
        tx.announce(wrote)
        return note(tx, "said")

    entry = do(store, work)
    assert heard == [agreed, wrote, entry]


def test_of_what_fails_apart_nothing_is_heard_and_of_the_rest_all(store: Store) -> None:
    heard: list[News] = []
    store.listen(heard.extend)
    said = InboundMessage(wamid="w", sender=Sender(wa_id="4477"), at=NOW, content=Text(body="hello"))

    def work(tx: Transaction) -> list[Entry]:
        before = note(tx, "before")
        with suppress(Trouble), tx.apart():
            tx.announce(Heard(recipient_id="alice", message=said))
            note(tx, "taken back")
            raise Trouble
        with tx.apart():
            inside = note(tx, "inside")
        return [before, inside, note(tx, "after")]

    assert heard == do(store, work)


def test_a_listener_that_fails_is_logged_and_the_others_still_hear(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[News] = []

    def deaf(_news: Sequence[News]) -> None:
        raise Trouble

    store.listen(deaf)
    store.listen(heard.extend)
    with caplog.at_level(logging.ERROR):
        entry = do(store, lambda tx: note(tx, "said"))
    assert heard == [entry]
    assert "listener" in caplog.text


def test_closing_finishes_what_was_handed_in(store: Store) -> None:
    futures = [store.transact(lambda tx, n=n: tx.enqueue(an_item(str(n)))) for n in range(2000)]  # type: ignore[misc]
    store.close()
    assert all(future.result(timeout=0) for future in futures)


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    for future in (store.transact(lambda _: 1), store.rehearse(lambda _: 1), store.read(lambda _: 1)):
        assert isinstance(future.exception(timeout=30), StoreError)


def test_our_own_writing_is_no_change_from_elsewhere(store: Store) -> None:
    stored(store, an_item("a"))
    assert store.changed_elsewhere().result(timeout=30) is False
