"""Lists a piece at a time: complete, without repeats, filtered as they say, whatever else happens."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.store.contract import NOW, SECOND, a_ticket, an_alert, an_item, do, see, stored
from wa_notify.core.condition import Condition, Effect, Recovery, Scope
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.directory import Agreement, WindowStand
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.recipient import Recipient
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.core.window import Window
from wa_notify.ports import Store, Transaction, Views
from wa_notify.ports.pages import MOST, Mark, Slice
from wa_notify.store import searching

HOUR = timedelta(hours=1)


def _asked(ask: Callable[[Views, Any], Slice[Any, Any]], after: Any, views: Views) -> Slice[Any, Any]:
    return ask(views, after)


def all_of(store: Store, ask: Callable[[Views, Any], Slice[Any, Any]]) -> list[Any]:
    """Walk to the end, a piece at a time."""
    found: list[Any] = []
    after: Any = None
    more = True
    while more:
        piece = see(store, partial(_asked, ask, after))
        found += piece.found
        more, after = piece.more, piece.mark
        assert piece.found or not more
    return found


def introduce(tx: Transaction, person: Recipient, *acts: ConsentAct, heard: timedelta | None = None) -> None:
    tx.save_recipient(person)
    for act in acts:
        tx.record_consent(ConsentRecord(recipient_id=person.id, act=act, source="web", actor="admin", at=NOW))
    if heard is not None:
        tx.save_window("n1", person.id, Window(last_inbound_at=NOW - heard))


def five_people(tx: Transaction) -> None:
    introduce(tx, Recipient(id="anna", name="Änna Berg", phone="+4915100001"), ConsentAct.GRANTED, heard=HOUR)
    introduce(tx, Recipient(id="bob", phone="+447700900123"), ConsentAct.REVOKED, heard=23.5 * HOUR)
    introduce(tx, Recipient(id="zoe", name="carla", phone="+4915100002"), heard=25 * HOUR)
    introduce(tx, Recipient(id="dan", name="Dan Berger"), ConsentAct.GRANTED, ConsentAct.LAPSED)
    introduce(tx, Recipient(id="guest-1", name="Anton", phone="+4915100003", guest=True), heard=HOUR)
    refused = Window(last_inbound_at=NOW - HOUR, refused_at=NOW)
    introduce(tx, Recipient(id="eve", name="Eve", phone="+4915100004"))
    tx.save_window("n1", "eve", refused)


def names(store: Store, **filters: Any) -> list[str]:
    limit = filters.pop("limit", 2)

    def ask(views: Views, after: Any) -> Slice[Any, Any]:
        return views.people_page("n1", now=NOW, after=after, limit=limit, **filters)

    return [person.recipient.id for person in all_of(store, ask)]


@pytest.mark.parametrize("many", [0, 5000], ids=["by the list", "by the words"])
def test_people_come_by_name_found_by_words_and_digits(
    store: Store, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(searching, "MANY", many)
    do(store, five_people)
    assert names(store) == ["anna", "bob", "zoe", "dan", "eve"]
    assert names(store, search="BERG") == ["anna", "dan"]
    assert names(store, search="an b") == ["anna"]
    assert names(store, search="b") == ["anna", "bob", "dan"]
    assert names(store, search="zo") == ["zoe"]
    assert names(store, search="+49 151 0000") == ["anna", "zoe", "eve"]
    assert names(store, search="0002") == ["zoe"]
    assert names(store, search="berg 0001") == ["anna"]
    assert names(store, search="anton") == []
    assert names(store, search="anton", guests=True) == ["guest-1"]


def test_people_are_filtered_by_what_they_agreed_to_and_by_their_window(store: Store) -> None:
    do(store, five_people)
    assert names(store, agreement=Agreement.GRANTED) == ["anna"]
    assert names(store, agreement=Agreement.REFUSED) == ["bob"]
    assert names(store, agreement=Agreement.LAPSED) == ["dan"]
    assert names(store, agreement=Agreement.NONE) == ["zoe", "eve"]
    assert names(store, window=WindowStand.OPEN) == ["anna", "bob"]
    assert names(store, window=WindowStand.CLOSING) == ["bob"]
    assert names(store, window=WindowStand.CLOSED) == ["zoe", "dan", "eve"]
    assert names(store, window=WindowStand.OPEN, agreement=Agreement.GRANTED, search="a") == ["anna"]
    counts = see(store, lambda views: views.people_counts("n1", NOW))
    assert counts.agreements == {
        Agreement.GRANTED: 1,
        Agreement.REFUSED: 1,
        Agreement.LAPSED: 1,
        Agreement.NONE: 2,
    }
    assert (counts.open, counts.closing) == (2, 1)
    elsewhere = see(store, lambda views: views.people_counts("n2", NOW))
    assert (elsewhere.open, elsewhere.closing) == (0, 0)


def test_a_person_comes_with_ledger_window_and_what_is_known_of_their_receipts(store: Store) -> None:
    do(store, five_people)
    do(store, lambda tx: tx.save_receipts_off("anna", NOW))
    everybody = {one.recipient.id: one for one in see(store, lambda views: views.people("n1"))}
    page = see(store, lambda views: views.people_page("n1", now=NOW, limit=1000))
    assert len(page.found) == 5
    assert all(person == everybody[person.recipient.id] for person in page.found)
    assert page.found[0].receipts_off_since == NOW


def test_no_piece_is_longer_than_allowed(store: Store) -> None:
    def many(tx: Transaction) -> None:
        for number in range(MOST + 5):
            tx.save_recipient(Recipient(id=f"p{number:04d}"))
            tx.enqueue(an_item(f"k{number}"))

    do(store, many)
    page = see(store, lambda views: views.people_page("n1", now=NOW, limit=10_000))
    assert (len(page.found), page.more) == (MOST, True)
    assert len(names(store, limit=10_000)) == MOST + 5
    items = see(store, lambda views: views.items_page(limit=10_000))
    assert (len(items.found), items.more) == (MOST, True)


def some_tickets(tx: Transaction) -> list[Ticket]:
    return [
        tx.save_ticket(a_ticket(group=f"g/{'abcd'[number]}", opened_at=NOW + number // 2 * SECOND, **changes))
        for number, changes in enumerate(
            (
                {"rule": "disk", "severity": "critical", "title": "Disk full on db-7"},
                {"rule": "disk", "severity": "warning", "title": "Disk slow", "state": TicketState.RESOLVED},
                {"rule": "cpu", "severity": "critical", "title": "Load on DB-9"},
                {"rule": "net", "severity": "critical", "title": "Lost packets"},
            )
        )
    ]


def tickets(store: Store, states: Any = None, **filters: Any) -> list[int]:
    found = all_of(store, lambda views, after: views.tickets_page(states, after=after, limit=1, **filters))
    return [ticket.id for ticket in found]


@pytest.mark.parametrize("many", [0, 5000], ids=["by the list", "by the words"])
def test_tickets_come_newest_first_by_state_rule_severity_and_words(
    store: Store, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(searching, "MANY", many)
    first, second, third, fourth = (ticket.id for ticket in do(store, some_tickets))
    assert tickets(store) == [fourth, third, second, first]
    assert tickets(store, [TicketState.OPEN]) == [fourth, third, first]
    assert tickets(store, []) == []
    assert tickets(store, rules=["disk", "net"]) == [fourth, second, first]
    assert tickets(store, rules=[]) == []
    assert tickets(store, severity="critical", rules=["disk", "cpu"]) == [third, first]
    assert tickets(store, search="db") == [third, first]
    assert tickets(store, search="disk s") == [second]
    assert tickets(store, search="g/c") == [third]
    assert tickets(store, search=f"{first}") == tickets(store, search=f"#{first}") == [first]


def test_a_ticket_is_found_by_its_present_title(store: Store) -> None:
    ticket, *_ = do(store, some_tickets)
    do(store, lambda tx: tx.save_ticket(a_ticket(id=ticket.id, rule="disk", group="g/a", title="Tape full")))
    assert tickets(store, search="tape") == [ticket.id]
    assert tickets(store, search="db-7") == []


def items(store: Store, states: Any = None, **filters: Any) -> list[int]:
    found: list[Item] = all_of(
        store, lambda views, after: views.items_page(states, after=after, limit=2, **filters)
    )
    return [item.id for item in found]


def test_items_come_newest_first_by_state_person_and_ticket(store: Store) -> None:
    ticket = do(store, lambda tx: tx.save_ticket(a_ticket()))
    a, b, c, d, e = (
        item.id
        for item in stored(
            store,
            an_item("a", ticket_id=ticket.id, state=ItemState.FAILED),
            an_item("b", ticket_id=ticket.id, recipient_id="bob"),
            an_item("c", state=ItemState.UNCERTAIN),
            an_item("d", created_at=NOW + SECOND, ticket_id=ticket.id, state=ItemState.FAILED),
            an_item("e", created_at=NOW - SECOND, recipient_id="bob", state=ItemState.READ),
        )
    )
    assert items(store) == [d, c, b, a, e]
    assert items(store, since=NOW) == [d, c, b, a]
    assert items(store, [ItemState.FAILED, ItemState.UNCERTAIN]) == [d, c, a]
    assert items(store, recipient_id="bob") == [b, e]
    assert items(store, [ItemState.READ, ItemState.FAILED], recipient_id="bob") == [e]
    assert items(store, ticket_id=ticket.id) == [d, b, a]
    assert items(store, [ItemState.FAILED], ticket_id=ticket.id, since=NOW + SECOND) == [d]
    assert items(store, ticket_id=ticket.id, recipient_id="bob") == [b]
    assert items(store, []) == items(store, [], recipient_id="bob") == []


def test_the_mark_of_an_empty_piece_is_the_one_asked_for(store: Store) -> None:
    mark = Mark(at=NOW, id=1)
    empty: Slice[Any, Any] = Slice(found=(), mark=mark, more=False)
    assert see(store, lambda views: views.items_page(after=mark, limit=5)) == empty
    assert see(store, lambda views: views.tickets_page(after=mark, limit=5)) == empty
    assert see(store, lambda views: views.timeline_page(7, after=mark, limit=5)) == empty


def test_a_long_story_is_read_on_behind_what_was_read(store: Store) -> None:
    ticket = do(store, lambda tx: tx.save_ticket(a_ticket()))

    def note(tx: Transaction) -> None:
        for number in range(5):
            at = NOW + number // 2 * SECOND
            tx.note(Entry(ticket_id=ticket.id, at=at, kind=EntryKind.SENT, text=f"{number}"))

    do(store, note)
    found = all_of(store, lambda views, after: views.timeline_page(ticket.id, after=after, limit=2))
    assert found == see(store, lambda views: views.timeline(ticket.id))


def test_the_ledger_is_read_backwards(store: Store) -> None:
    do(store, five_people)
    everything = see(store, lambda views: views.ledger())
    assert all_of(store, lambda views, after: views.ledger_page(after=after, limit=1)) == everything[::-1]
    of_dan = see(store, lambda views: views.ledger("dan"))
    assert len(of_dan) == 2
    found = all_of(store, lambda views, after: views.ledger_page("dan", after=after, limit=1))
    assert found == of_dan[::-1]
    assert not see(store, lambda views: views.ledger_page("nobody", limit=1)).found


def a_condition(subject: str, **changes: Any) -> Condition:
    return Condition(
        scope=Scope.COUNTRY,
        subject=subject,
        cause="130497",
        effect=Effect.BLOCKS,
        tells=True,
        recovery=Recovery.PROBE,
        what="blocked",
        advice="wait",
        since=NOW,
        **changes,
    )


def test_troubles_come_newest_first(store: Store) -> None:
    def notice(tx: Transaction) -> None:
        for condition in (a_condition("FR"), a_condition("GB", cleared_at=NOW), a_condition("US")):
            tx.save_condition(condition)

    do(store, notice)
    found = all_of(store, lambda views, after: views.conditions_page(after=after, limit=1))
    assert [one.subject for one in found] == ["US", "GB", "FR"]
    found = all_of(store, lambda views, after: views.conditions_page(only_open=True, after=after, limit=1))
    assert [one.subject for one in found] == ["US", "FR"]


def test_the_newest_alerts_of_all_tickets_tell_their_ticket(store: Store) -> None:
    one, other, *_ = do(store, some_tickets)

    def join(tx: Transaction) -> None:
        tx.save_alert(one, an_alert("f1"))
        tx.save_alert(other, an_alert("f2"))
        tx.save_alert(one, an_alert("f3"))

    do(store, join)
    found = all_of(store, lambda views, after: views.recent_alerts(after=after, limit=2))
    assert [(found_one.ticket_id, found_one.alert) for found_one in found] == [
        (one.id, an_alert("f3")),
        (other.id, an_alert("f2")),
        (one.id, an_alert("f1")),
    ]
    assert {found_one.episode for found_one in found} == {1}
