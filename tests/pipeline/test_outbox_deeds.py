"""Retrying and dropping a message by hand: what may be touched, what is said, what is given back."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.core.builders import NOW, alert, intent, item, rule, shape
from wa_notify.core.alert import AlertStatus
from wa_notify.core.charge import ChargeState
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.message import Accepted, Failure, NoAnswer, Rejected, Remedy, SendResult
from wa_notify.core.outbox import Channel, Intent, Item, ItemState, Occasion
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import OtherWay, Receiver, Rulebook
from wa_notify.core.secret import Secret
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.pipeline.deliver import Claim, claim, record
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.outbox_deeds import PERHAPS_A_REPEAT, OutboxDeed, drop, retry
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

NUMBER = "400000000000101"
MINUTE = timedelta(minutes=1)
BOOK = Rulebook(rules=(rule(ttl=timedelta(hours=1)),), receivers={"oncall": Receiver(to=("alice",))})
WAY = OtherWay(targets=("recipient:alice",), after=5 * MINUTE)
WITH_MAIL = replace(
    BOOK,
    rules=(rule(other_ways={"alice": WAY}),),
    channels={"recipient:alice": Secret("mailto://example.net/?to=alice@example.net")},
)
PERMANENT = Rejected(failure=Failure(code=131026, title="Undeliverable", remedy=Remedy.CHANNEL))
LOST = NoAnswer(why="It timed out.", left=True)


def open_ticket(store: SqliteStore, book: Rulebook = BOOK) -> Item:
    store.transact(lambda tx: ingest(tx, book, [alert()], NOW)).result()
    return kept(store, 1)


def kept(store: SqliteStore, number: int) -> Item:
    found = store.transact(lambda tx: tx.item(number)).result()
    assert found is not None
    return found


def take(store: SqliteStore, at: timedelta = timedelta(0)) -> list[Claim]:
    return list(store.transact(lambda tx: claim(tx, BOOK, NUMBER, NOW + at, 10)).result().leaving)


def sent(store: SqliteStore, result: SendResult, at: timedelta = timedelta(0)) -> Item:
    """Take the one that is due, and let this come of it."""
    (claimed,) = take(store, at)
    store.transact(lambda tx: record(tx, NUMBER, claimed, result, NOW + at, 0.0)).result()
    return kept(store, claimed.item_id)


def again(store: SqliteStore, number: int = 1, at: timedelta = MINUTE) -> OutboxDeed:
    return store.transact(lambda tx: retry(tx, BOOK, NUMBER, number, "ops", NOW + at)).result()


def dropped(store: SqliteStore, number: int = 1, at: timedelta = MINUTE) -> OutboxDeed:
    return store.transact(lambda tx: drop(tx, number, "ops", NOW + at)).result()


def changed(store: SqliteStore, number: int = 1, **changes: Any) -> Item:
    after = replace(kept(store, number), **changes)
    store.transact(lambda tx: tx.save_item(after)).result()
    return after


def story(store: SqliteStore) -> list[Entry]:
    return list(store.read(lambda views: views.timeline(1)).result())


def test_what_failed_is_decided_anew_at_once_and_the_ticket_says_who_asked(store: SqliteStore) -> None:
    open_ticket(store)
    assert sent(store, PERMANENT).state is ItemState.FAILED
    deed = again(store)
    assert deed.done
    assert deed.text == "The first message to alice is tried again, as ops asked."
    assert deed.before is not None
    assert deed.before.state is ItemState.FAILED
    entry = story(store)[-1]
    assert (entry.actor, entry.kind, entry.text, entry.item_id) == ("ops", EntryKind.DEFERRED, deed.text, 1)
    item = kept(store, 1)
    assert (item.state, item.due_at, item.reason, item.failure_code) == (
        ItemState.PENDING,
        NOW + MINUTE,
        None,
        None,
    )
    after = sent(store, Accepted(wamid="wamid.2"), MINUTE)
    assert (after.state, after.attempts) == (ItemState.ACCEPTED, 2)
    charge = store.transact(lambda tx: tx.charge(1)).result()
    assert charge is None or charge.state is ChargeState.PREDICTED


def test_asking_twice_does_it_once(store: SqliteStore) -> None:
    open_ticket(store)
    sent(store, PERMANENT)
    again(store)
    before = story(store)
    twice = again(store, at=2 * MINUTE)
    assert (twice.done, twice.before, story(store)) == (True, None, before)
    assert twice.text == "The first message to alice is about to be tried again."
    sent(store, LOST, 2 * MINUTE)
    soon = 2 * MINUTE + timedelta(seconds=5)
    assert again(store, at=soon).before is not None
    assert again(store, at=soon).before is None


@pytest.mark.parametrize("given_up", [False, True])
def test_what_may_have_arrived_says_that_it_may_be_a_repeat(store: SqliteStore, given_up: bool) -> None:
    open_ticket(store)
    assert sent(store, LOST).state is ItemState.UNCERTAIN
    if given_up:
        changed(store, state=ItemState.FAILED, reason=Reason.UNCONFIRMED, unconfirmed=3)
    deed = again(store, at=timedelta(seconds=5))
    assert deed.done
    assert deed.text.endswith(PERHAPS_A_REPEAT)
    (claimed,) = take(store, timedelta(seconds=5))
    assert claimed.attempt == 2
    assert SENTENCES[Reason.RESENT_UNCONFIRMED] in story(store)[-1].text


def test_a_refused_one_leaves_once_the_cause_is_gone_and_not_before(store: SqliteStore) -> None:
    no = ConsentRecord(recipient_id="alice", act=ConsentAct.REVOKED, source="web", actor="ops", at=NOW)
    store.transact(lambda tx: tx.record_consent(no)).result()
    open_ticket(store)
    assert take(store) == []
    assert kept(store, 1).state is ItemState.REFUSED
    deed = again(store)
    assert (deed.done, deed.before) == (False, None)
    assert deed.text == f"The first message to alice is not tried again. {SENTENCES[Reason.OPTED_OUT]}"
    assert kept(store, 1).state is ItemState.REFUSED
    yes = replace(no, act=ConsentAct.GRANTED, at=NOW + MINUTE)
    store.transact(lambda tx: tx.record_consent(yes)).result()
    assert again(store).done
    assert take(store, MINUTE)


def expire(tx: Transaction) -> None:
    found = tx.item(1)
    assert found
    tx.save_item(replace(found, expires_at=NOW))


def resolve(tx: Transaction) -> None:
    ingest(tx, BOOK, [alert(status=AlertStatus.RESOLVED)], NOW)


@pytest.mark.parametrize(
    ("happens", "reason"), [(expire, Reason.EXPIRED), (resolve, Reason.TICKET_RESOLVED)], ids=["late", "over"]
)
def test_what_nobody_wants_any_more_is_not_tried_again(
    store: SqliteStore, happens: Any, reason: Reason
) -> None:
    open_ticket(store)
    before = sent(store, PERMANENT)
    store.transact(happens).result()
    deed = again(store)
    assert (deed.done, SENTENCES[reason] in deed.text) == (False, True)
    assert kept(store, 1).state is before.state


def test_what_would_wait_is_tried_again_and_says_that_it_waits(store: SqliteStore) -> None:
    open_ticket(store)
    sent(store, PERMANENT)
    store.transact(lambda tx: tx.replace_templates([shape(status="PAUSED")], NOW)).result()
    deed = again(store)
    assert deed.done
    assert deed.text.endswith(SENTENCES[Reason.TEMPLATE_NOT_APPROVED])
    assert take(store, MINUTE) == []


def test_what_has_lost_its_words_cannot_be_said_again(store: SqliteStore) -> None:
    open_ticket(store)
    sent(store, PERMANENT)
    changed(store, intent=Intent())
    deed = again(store)
    assert (deed.done, "no longer kept" in deed.text) == (False, True)


def test_an_item_that_a_digest_told_of_becomes_its_own_again(store: SqliteStore) -> None:
    open_ticket(store)
    sent(store, PERMANENT)
    changed(store, digest_id=99, reason=Reason.IN_DIGEST)
    assert again(store).done
    assert kept(store, 1).digest_id is None


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (ItemState.SENDING, "is being sent right now"),
        (ItemState.ACCEPTED, "has left: it is accepted"),
        (ItemState.SENT, "has left: it is sent"),
        (ItemState.DELIVERED, "has arrived: it is delivered"),
        (ItemState.READ, "has arrived: it is read"),
    ],
)
def test_what_has_left_is_neither_tried_again_nor_dropped(
    store: SqliteStore, state: ItemState, says: str
) -> None:
    open_ticket(store)
    before, told = changed(store, state=state), story(store)
    for deed in (again(store), dropped(store)):
        assert (deed.done, says in deed.text) == (False, True), deed.text
    assert (kept(store, 1), story(store)) == (before, told)


def test_what_waits_or_was_cancelled_has_nothing_to_try_again(store: SqliteStore) -> None:
    open_ticket(store)
    changed(store, due_at=NOW + 5 * MINUTE, reason=Reason.PACE)
    assert SENTENCES[Reason.PACE] in again(store).text
    changed(store, state=ItemState.HELD, reason=None)
    assert again(store).text == "The first message to alice has not been tried to the end: it waits."
    changed(store, state=ItemState.CANCELLED, reason=Reason.EXPIRED)
    deed = again(store)
    assert (deed.done, SENTENCES[Reason.EXPIRED] in deed.text) == (False, True)


@pytest.mark.parametrize("deed", [again, dropped])
def test_a_message_that_is_not_there_is_told(store: SqliteStore, deed: Any) -> None:
    assert deed(store, 7) == OutboxDeed(done=False, text="There is no message 7 in the outbox.")


@pytest.mark.parametrize("state", [ItemState.PENDING, ItemState.HELD, ItemState.UNCERTAIN])
def test_what_waits_is_dropped_once_and_never_leaves(store: SqliteStore, state: ItemState) -> None:
    open_ticket(store)
    changed(store, state=state)
    deed = dropped(store)
    assert deed.done
    assert deed.text == "The first message to alice is cancelled. ops dropped it."
    item = kept(store, 1)
    assert (item.state, item.reason) == (ItemState.CANCELLED, Reason.DROPPED)
    entry = story(store)[-1]
    assert (entry.actor, entry.kind, entry.reason) == ("ops", EntryKind.CANCELLED, Reason.DROPPED)
    told = story(store)
    twice = dropped(store)
    assert (twice.done, twice.before, story(store)) == (True, None, told)
    assert take(store, 10 * MINUTE) == []


def test_dropping_what_was_cancelled_without_a_reason_says_so(store: SqliteStore) -> None:
    open_ticket(store)
    changed(store, state=ItemState.CANCELLED, reason=None)
    assert dropped(store).text == "The first message to alice is cancelled already."


@pytest.mark.parametrize("state", [ItemState.FAILED, ItemState.REFUSED])
def test_what_has_ended_cannot_be_dropped(store: SqliteStore, state: ItemState) -> None:
    open_ticket(store)
    changed(store, state=state)
    deed = dropped(store)
    assert (deed.done, deed.text) == (False, f"The first message to alice is {state} already.")


def test_a_dropped_message_does_not_go_by_mail_instead(store: SqliteStore) -> None:
    open_ticket(store, WITH_MAIL)
    dropped(store)
    claims = store.transact(lambda tx: claim(tx, WITH_MAIL, NUMBER, NOW + MINUTE, 10)).result()
    assert claims.leaving == ()
    (twin,) = [one for one in (kept(store, number) for number in (1, 2)) if one.channel is Channel.OTHER]
    assert (twin.state, twin.reason) == (ItemState.CANCELLED, Reason.DROPPED)


def _enqueue(one: Item, tx: Transaction) -> None:
    tx.enqueue(one)


def test_a_dropped_message_leaves_its_place_to_the_next(store: SqliteStore) -> None:
    waits = {"due_at": NOW + 60 * MINUTE, "reason": Reason.REACH_USED_UP, "occasion": Occasion.MESSAGE}
    for key in ("a", "b"):
        one = item(key=key, id=0, ticket_id=None, recipient_id=key, intent=intent(), **waits)
        store.transact(partial(_enqueue, one)).result()
    assert dropped(store).done
    assert kept(store, 2).due_at == NOW + MINUTE
