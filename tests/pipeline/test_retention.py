"""What is old is forgotten, little by little; the ledger never."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.core.builders import NOW, alert, consent, intent, item, recipient, ticket
from tests.databases import migrated
from wa_notify.core.consent import ConsentAct
from wa_notify.core.inbound import Arrival, Unknown
from wa_notify.core.matcher import parse_matcher
from wa_notify.core.outbox import Intent, Item, ItemState
from wa_notify.core.retention import Retention
from wa_notify.core.silence import Silence
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.core.window import Window
from wa_notify.pipeline.invites import invite
from wa_notify.pipeline.retention import sweep
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore, open_store

DAY = timedelta(days=1)
KEEP = Retention()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    path = str(tmp_path / "old.db")
    migrated(path)
    with closing(open_store(path)) as opened:
        opened.transact(lambda tx: tx.save_recipient(recipient())).result()
        opened.transact(lambda tx: tx.record_consent(consent())).result()
        yield opened


def swept(store: SqliteStore, at: datetime, keep: Retention = KEEP, limit: int = 500) -> int:
    """Sweep until nothing is left; how many batches it took."""
    batches = 1
    while store.transact(lambda tx: sweep(tx, keep, at, limit)).result():
        batches += 1
        assert batches < 100
    return batches


def count(store: SqliteStore, table: str) -> int:
    ((found,),) = store._driver.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
    return int(found)


def event(number: int) -> Arrival:
    return Arrival(key=f"e{number}", number_id="n", event=Unknown(kind="news", raw={"n": number}))


def an_item(tx: Transaction, key: str, at: datetime, state: ItemState, of: Ticket | None = None) -> Item:
    added = tx.enqueue(
        replace(
            item(id=0, key=key, ticket_id=of.id if of else None, episode=1 if of else 0, created_at=at),
            state=state,
        )
    )
    assert added is not None
    return added


def a_ticket(
    tx: Transaction, group: str, opened: datetime, state: TicketState, over: datetime | None
) -> Ticket:
    added = tx.save_ticket(
        replace(ticket(), id=0, group=group, opened_at=opened, state=state, resolved_at=over)
    )
    tx.save_alert(added, alert())
    tx.note(Entry(ticket_id=added.id, at=opened, kind=EntryKind.OPENED, text="x"))
    return added


def test_raw_events_go_after_their_time_and_not_before(store: SqliteStore) -> None:
    for number in range(4):
        store.transact(lambda tx, n=number: tx.first_time(event(n), NOW + n * DAY)).result()  # type: ignore[misc]
    swept(store, NOW + 29 * DAY)
    assert count(store, "inbox") == 4
    swept(store, NOW + 31 * DAY + timedelta(seconds=1))
    assert count(store, "inbox") == 2
    swept(store, NOW + 1000 * DAY, Retention(inbox=None))
    assert count(store, "inbox") == 2


def test_the_words_of_messages_that_ended_go_and_the_messages_stay(store: SqliteStore) -> None:
    def work(tx: Transaction) -> list[int]:
        of = a_ticket(tx, "g", NOW, TicketState.OPEN, None)
        states = (ItemState.DELIVERED, ItemState.HELD, ItemState.REFUSED, ItemState.SENDING)
        return [an_item(tx, f"k{state}", NOW, state, of).id for state in states]

    delivered, held, refused, sending = store.transact(work).result()
    later = store.transact(lambda tx: an_item(tx, "later", NOW + DAY, ItemState.READ)).result().id
    swept(store, NOW + 90 * DAY + timedelta(hours=1))
    items = {one.id: one for one in store.read(lambda views: views.items(limit=10)).result()}
    assert items[delivered].intent == items[refused].intent == Intent()
    assert items[delivered].state is ItemState.DELIVERED
    assert items[held].intent == items[sending].intent == items[later].intent == intent()
    swept(store, NOW + 91 * DAY + timedelta(hours=1))
    assert len(items) == len(store.read(lambda views: views.items(limit=10)).result())


def test_tickets_go_with_all_their_parts_once_they_are_over_for_long(store: SqliteStore) -> None:
    def work(tx: Transaction) -> None:
        old = a_ticket(tx, "old", NOW, TicketState.RESOLVED, NOW + DAY)
        an_item(tx, "old", NOW, ItemState.READ, old)
        matchers = (parse_matcher("alertname", "DiskFull"),)
        for until, ticket_id in ((NOW + DAY, old.id), (NOW + 900 * DAY, old.id), (NOW + 500 * DAY, None)):
            tx.add_silence(
                Silence(matchers=matchers, starts_at=NOW, ends_at=until, author="alice", ticket_id=ticket_id)
            )
        a_ticket(tx, "expired", NOW, TicketState.EXPIRED, NOW + DAY)
        lately = a_ticket(tx, "lately", NOW, TicketState.RESOLVED, NOW + 300 * DAY)
        an_item(tx, "lately", NOW, ItemState.READ, lately)
        a_ticket(tx, "open", NOW, TicketState.OPEN, None)

    store.transact(work).result()
    swept(store, NOW + 402 * DAY)
    assert [one.group for one in store.read(lambda v: v.tickets(list(TicketState), 10)).result()] == [
        "open",
        "lately",
    ]
    assert count(store, "silences") == 2
    assert (count(store, "ticket_alerts"), count(store, "timeline"), count(store, "outbox")) == (2, 2, 1)
    swept(store, NOW + 2000 * DAY, Retention(tickets=None))
    assert count(store, "tickets") == 2


def test_messages_without_a_ticket_go_when_tickets_would(store: SqliteStore) -> None:
    store.transact(lambda tx: an_item(tx, "a", NOW, ItemState.READ)).result()
    store.transact(lambda tx: an_item(tx, "b", NOW, ItemState.HELD)).result()
    swept(store, NOW + 399 * DAY)
    assert count(store, "outbox") == 2
    swept(store, NOW + 401 * DAY)
    assert [one.key for one in store.read(lambda views: views.items(limit=10)).result()] == ["b"]


def test_invitations_that_ran_out_go(store: SqliteStore) -> None:
    store.transact(lambda tx: invite(tx, "alice", code="A", now=NOW)).result()
    swept(store, NOW + 36 * DAY)
    assert count(store, "invites") == 1
    swept(store, NOW + 38 * DAY)
    assert count(store, "invites") == 0


def test_the_ledger_is_kept_for_ever(store: SqliteStore) -> None:
    swept(store, NOW + 100_000 * DAY)
    assert len(store.transact(lambda tx: tx.consents("alice")).result()) == 1


def test_a_long_history_is_forgotten_in_small_batches(store: SqliteStore) -> None:
    def work(tx: Transaction) -> None:
        for number in range(25):
            tx.first_time(event(number), NOW)
            an_item(tx, f"k{number}", NOW, ItemState.READ)

    store.transact(work).result()
    assert store.transact(lambda tx: sweep(tx, KEEP, NOW + 100 * DAY, 10)).result()
    assert count(store, "inbox") == 15
    assert swept(store, NOW + 100 * DAY, limit=10) == 2
    assert count(store, "inbox") == 0
    assert all(one.intent == Intent() for one in store.read(lambda views: views.items(limit=50)).result())
    assert swept(store, NOW + 100 * DAY, limit=10) == 1


def a_guest(tx: Transaction, number: int, wrote: datetime) -> str:
    guest = recipient(id=f"guest-{number}", name="", phone=f"+44770090060{number}", guest=True)
    tx.save_recipient(guest)
    tx.save_window("n", guest.id, Window(last_inbound_at=wrote))
    return guest.id


def test_guests_are_forgotten_unless_they_wrote_lately_or_said_stop(store: SqliteStore) -> None:
    def work(tx: Transaction) -> None:
        a_guest(tx, 1, NOW)
        a_guest(tx, 2, NOW + 10 * DAY)
        refused = a_guest(tx, 3, NOW)
        tx.record_consent(consent(recipient_id=refused, act=ConsentAct.REVOKED))
        tx.save_window("n", "alice", Window(last_inbound_at=NOW))

    store.transact(work).result()
    swept(store, NOW + 31 * DAY)
    people = store.read(lambda views: views.people("n")).result()
    assert [person.recipient.id for person in people] == ["alice", "guest-2", "guest-3"]
    assert count(store, "windows") == 3
    swept(store, NOW + 1000 * DAY, Retention(guests=None))
    assert len(store.read(lambda views: views.people("n")).result()) == 3
