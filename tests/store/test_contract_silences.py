"""What every store keeps about silences, and who was told what in the chat."""

from dataclasses import replace

from tests.store.contract import NOW, SECOND, a_ticket, an_alert, an_item, do, each, see, stored
from wa_notify.core.matcher import read_matcher
from wa_notify.core.outbox import ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Recipient
from wa_notify.core.silence import Silence
from wa_notify.ports import Store

CONDITIONS = ("severity=warning", "alertname=~Disk.*", "team!=web", "rack!~[ab]")
SILENCE = Silence(
    matchers=tuple(read_matcher(text) for text in CONDITIONS),
    starts_at=NOW,
    ends_at=NOW + 10 * SECOND,
    author="alice",
    comment="Planned work",
)


def added(store: Store, **changes: object) -> Silence:
    return do(store, lambda tx: tx.add_silence(replace(SILENCE, **changes)))  # type: ignore[arg-type]


def test_a_silence_comes_back_as_it_was_added(store: Store) -> None:
    ticket = do(store, lambda tx: tx.save_ticket(a_ticket()))
    plain, about = added(store), added(store, ticket_id=ticket.id)
    assert (plain, about) == (
        replace(SILENCE, id=plain.id),
        replace(SILENCE, id=about.id, ticket_id=ticket.id),
    )
    assert do(store, lambda tx: tx.silence(about.id)) == about
    assert do(store, lambda tx: tx.silence(99)) is None


def test_silences_that_are_not_over_are_found_the_soonest_end_first(store: Store) -> None:
    late = added(store, ends_at=NOW + 30 * SECOND)
    soon = added(store)
    future = added(store, starts_at=NOW + 15 * SECOND, ends_at=NOW + 20 * SECOND)
    assert do(store, lambda tx: tx.silences(NOW)) == [soon, future, late]
    assert see(store, lambda views: views.silences(NOW + 10 * SECOND)) == [future, late]
    do(store, lambda tx: tx.end_silence(late.id, NOW + SECOND))
    assert see(store, lambda views: views.silences(NOW + 10 * SECOND)) == [future]


def test_what_waits_for_the_end_of_a_silence_is_found(store: Store) -> None:
    waiting, other, sent = stored(store, an_item("a"), an_item("b"), an_item("c"))
    waiting = replace(waiting, reason=Reason.SILENCED)
    changed = [
        waiting,
        replace(other, reason=Reason.QUIET_HOURS),
        replace(sent, reason=Reason.SILENCED, state=ItemState.SENT),
    ]
    each(store, lambda tx, item: tx.save_item(item), changed)
    assert do(store, lambda tx: tx.silenced_items()) == [waiting]


def test_answers_and_comments_of_the_last_while_are_found(store: Store) -> None:
    answer = {"occasion": Occasion.CONFIRMATION}
    old, new, newer = stored(
        store,
        an_item("old", **answer, created_at=NOW),
        an_item("new", **answer, created_at=NOW + SECOND),
        an_item("newer", **answer, created_at=NOW + 2 * SECOND),
    )
    (comment, *_) = stored(
        store,
        an_item("comment", occasion=Occasion.COMMENT, created_at=NOW + SECOND),
        an_item("to bob", **answer, recipient_id="bob", created_at=NOW + SECOND),
        an_item("alert", created_at=NOW + SECOND),
    )
    assert do(store, lambda tx: tx.chat_since("alice", Occasion.CONFIRMATION, NOW)) == [new, newer]
    assert do(store, lambda tx: tx.chat_since("alice", Occasion.COMMENT, NOW)) == [comment]
    assert old.key == "old"


def test_everybody_who_was_introduced_is_known_and_guests_are_not(store: Store) -> None:
    alice, bob = Recipient(id="alice", name="Alice"), Recipient(id="bob")
    guest = Recipient(id="guest-1", guest=True)
    each(store, lambda tx, one: tx.save_recipient(one), [bob, guest, alice])
    assert do(store, lambda tx: tx.people()) == [alice, bob]
    assert do(store, lambda tx: tx.recipient("guest-1")) == guest


def test_the_alerts_of_a_ticket_can_be_looked_at(store: Store) -> None:
    ticket = do(store, lambda tx: tx.save_ticket(a_ticket()))
    do(store, lambda tx: tx.save_alert(ticket, an_alert()))
    assert see(store, lambda views: views.alerts(ticket)) == [an_alert()]
