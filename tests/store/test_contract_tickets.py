"""What every store keeps about tickets, their alerts and their story."""

from dataclasses import replace

import pytest

from tests.store.contract import NOW, SECOND, a_ticket, an_alert, an_item, do, each, see, stored
from wa_notify.core.alert import AlertStatus
from wa_notify.core.errors import StoreError
from wa_notify.core.outbox import MAY_HAVE_ARRIVED, ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import Ticket, TicketState, acknowledge, reopen, resolve
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.ports import Store

EVERY_STATE = tuple(TicketState)


def opened(store: Store, group: str = "alerts/db-7", **changes: object) -> Ticket:
    return do(store, lambda tx: tx.save_ticket(a_ticket(group=group, **changes)))


def test_a_new_ticket_gets_a_number_and_comes_back_as_saved(store: Store) -> None:
    first, second = opened(store), opened(store, "alerts/db-8")
    assert 0 < first.id < second.id
    assert do(store, lambda tx: tx.ticket(first.id)) == first
    assert do(store, lambda tx: tx.ticket_of("disk", "alerts/db-8")) == second
    assert do(store, lambda tx: tx.ticket_of("disk", "alerts/db-9")) is None
    assert do(store, lambda tx: tx.ticket(999)) is None


def test_every_field_of_a_ticket_can_change(store: Store) -> None:
    ticket = replace(
        opened(store),
        title="Disk fuller",
        state=TicketState.RESOLVED,
        episode=3,
        opened_at=NOW + SECOND,
        acknowledged_at=NOW + 2 * SECOND,
        acknowledged_by="alice",
        resolved_at=NOW + 3 * SECOND,
        reminders_sent=2,
        remind_at=NOW + 4 * SECOND,
        told_at=NOW + 5 * SECOND,
        updates=4,
    )
    assert do(store, lambda tx: tx.save_ticket(ticket)) == ticket
    assert do(store, lambda tx: tx.ticket(ticket.id)) == ticket
    assert see(store, lambda views: views.ticket(ticket.id)) == ticket


def test_a_group_has_one_ticket(store: Store) -> None:
    opened(store)
    with pytest.raises(StoreError):
        opened(store)


def test_a_ticket_that_does_not_exist_cannot_be_changed(store: Store) -> None:
    with pytest.raises(StoreError, match="999"):
        do(store, lambda tx: tx.save_ticket(a_ticket(id=999)))


def test_an_alert_is_news_when_it_joins_and_when_its_status_changes(store: Store) -> None:
    ticket = opened(store)
    resolved = an_alert(status=AlertStatus.RESOLVED, ends_at=NOW, annotations={"summary": "Over"})
    told = [an_alert(), an_alert(url="https://example.org"), resolved, resolved, an_alert()]
    assert [do(store, lambda tx, a=alert: tx.save_alert(ticket, a)) for alert in told] == [  # type: ignore[misc]
        True,
        False,
        True,
        False,
        True,
    ]


def test_the_newest_word_on_an_alert_is_kept_in_the_order_of_joining(store: Store) -> None:
    ticket = opened(store)
    newer = an_alert("f1", status=AlertStatus.RESOLVED, ends_at=NOW + SECOND, labels={"a": "ß", "b": ""})
    told = [an_alert("f1"), an_alert("f0"), newer, an_alert("f1", source="grafana")]
    each(store, lambda tx, alert: tx.save_alert(ticket, alert), told)
    assert do(store, lambda tx: tx.alerts(ticket)) == [
        newer,
        an_alert("f0"),
        an_alert("f1", source="grafana"),
    ]


def test_a_new_episode_begins_without_alerts(store: Store) -> None:
    ticket = opened(store)
    do(store, lambda tx: tx.save_alert(ticket, an_alert()))
    again = reopen(resolve(ticket, NOW), "Again", NOW + SECOND)
    assert do(store, lambda tx: tx.alerts(again)) == []
    assert do(store, lambda tx: tx.save_alert(again, an_alert()))


def test_open_tickets_are_found_by_an_alert_of_their_present_episode(store: Store) -> None:
    here, taken, over, past, other = (opened(store, group) for group in "abcde")
    each(store, lambda tx, ticket: tx.save_alert(ticket, an_alert()), [here, taken, over, past])
    do(store, lambda tx: tx.save_alert(other, an_alert("f2")))
    taken = do(store, lambda tx: tx.save_ticket(acknowledge(taken, "alice", NOW)))
    do(store, lambda tx: tx.save_ticket(resolve(over, NOW)))
    do(store, lambda tx: tx.save_ticket(reopen(resolve(past, NOW), "Again", NOW)))
    assert do(store, lambda tx: tx.open_tickets_with(an_alert())) == [here, taken]
    assert do(store, lambda tx: tx.open_tickets_with(an_alert(source="grafana"))) == []


def test_tickets_are_reminded_of_longest_overdue_first(store: Store) -> None:
    late = opened(store, "late", remind_at=NOW - SECOND)
    now = opened(store, "now", remind_at=NOW)
    opened(store, "future", remind_at=NOW + SECOND)
    opened(store, "never")
    later = opened(store, "later", remind_at=NOW - 2 * SECOND)
    assert do(store, lambda tx: tx.due_tickets(NOW, 10)) == [later, late, now]
    assert do(store, lambda tx: tx.due_tickets(NOW, 2)) == [later, late]


def told(store: Store, ticket: Ticket, key: str, **changes: object) -> None:
    values = {"state": ItemState.SENT, "claimed_at": NOW, "ticket_id": ticket.id, "episode": ticket.episode}
    stored(store, an_item(key, **(values | changes)))


def known(store: Store, *states: TicketState, limit: int = 10) -> list[Ticket]:
    by = NOW + 100 * SECOND
    return list(do(store, lambda tx: tx.tickets_told("alice", states, by=by, limit=limit)))


def test_the_tickets_somebody_was_told_of_are_found(store: Store) -> None:
    old = opened(store, "old", opened_at=NOW - SECOND)
    first, second, third = (opened(store, group) for group in "abc")
    told(store, old, "1")
    told(store, second, "2")
    told(store, second, "3", claimed_at=NOW + SECOND)
    told(store, first, "4", claimed_at=NOW + 101 * SECOND)
    told(store, third, "5", recipient_id="bob")
    stored(store, an_item("6", state=ItemState.SENT, claimed_at=NOW))
    assert known(store, TicketState.OPEN) == [second, old]
    assert known(store, TicketState.OPEN, limit=1) == [second]
    assert known(store, TicketState.RESOLVED) == []
    taken = do(store, lambda tx: tx.save_ticket(acknowledge(second, "bob", NOW)))
    assert known(store, TicketState.OPEN) == [old]
    assert known(store, TicketState.OPEN, TicketState.ACKNOWLEDGED) == [taken, old]


@pytest.mark.parametrize("state", ItemState)
def test_somebody_was_told_when_a_message_may_have_arrived(store: Store, state: ItemState) -> None:
    ticket = opened(store)
    told(store, ticket, "1", state=state)
    assert known(store, TicketState.OPEN) == ([ticket] if state in MAY_HAVE_ARRIVED else [])


def test_who_was_told_of_an_earlier_episode_does_not_know_of_this_one(store: Store) -> None:
    ticket = opened(store)
    told(store, ticket, "1")
    do(store, lambda tx: tx.save_ticket(reopen(resolve(ticket, NOW), "Again", NOW)))
    assert known(store, *EVERY_STATE) == []


def test_the_timeline_is_told_oldest_first(store: Store) -> None:
    ticket, other = opened(store), opened(store, "other")
    late = Entry(ticket_id=ticket.id, at=NOW + SECOND, kind=EntryKind.SENT, text="left")
    full = Entry(
        ticket_id=ticket.id,
        at=NOW,
        kind=EntryKind.REFUSED,
        actor="whatsapp",
        text="refused",
        reason=Reason.NO_CONSENT,
        item_id=7,
    )
    after = replace(full, text="in the same instant")
    each(store, lambda tx, value: tx.note(value), [late, full, after])
    do(store, lambda tx: tx.note(replace(full, ticket_id=other.id)))
    assert see(store, lambda views: views.timeline(ticket.id)) == [full, after, late]


def test_there_is_no_timeline_without_a_ticket(store: Store) -> None:
    with pytest.raises(StoreError):
        do(store, lambda tx: tx.note(Entry(ticket_id=9, at=NOW, kind=EntryKind.SENT, text="left")))


def test_tickets_are_seen_newest_first(store: Store) -> None:
    old = opened(store, "old", opened_at=NOW - SECOND)
    twin, other_twin = opened(store, "twin"), opened(store, "other twin")
    ended = opened(store, "over", opened_at=NOW + SECOND)
    over = do(store, lambda tx: tx.save_ticket(resolve(ended, NOW)))
    assert see(store, lambda views: views.tickets(EVERY_STATE, 10)) == [over, other_twin, twin, old]
    assert see(store, lambda views: views.tickets([TicketState.OPEN], 2)) == [other_twin, twin]
    assert see(store, lambda views: views.tickets([], 10)) == []
    assert see(store, lambda views: views.ticket(999)) is None
