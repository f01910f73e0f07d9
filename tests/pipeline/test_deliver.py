"""The second door: claims, records and what happens between them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.builders import NOW, alert, item, recipient, rule
from wa_notify.core.alert import AlertStatus
from wa_notify.core.message import Accepted, Failure, NoAnswer, Outgoing, Rejected, Remedy, SendResult
from wa_notify.core.outbox import Intent, Item, ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Alias, AliasKind, Recipient
from wa_notify.core.rule import Receiver, Rulebook
from wa_notify.core.situation import Drop, Send
from wa_notify.pipeline.deliver import Claim, Claims, claim, reconcile, record
from wa_notify.pipeline.explain import Explanation, explain
from wa_notify.pipeline.ingest import ingest
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

NUMBER = "400000000000101"
BOOK = Rulebook(rules=(rule(),), receivers={"oncall": Receiver(to=("alice",))})
LATER = NOW + timedelta(seconds=5)
NOT_NOW = Failure(code=131016, title="Service unavailable", remedy=Remedy.RETRY)


def take(store: SqliteStore, *, now=NOW, limit: int = 10, book: Rulebook = BOOK) -> Claims:  # type: ignore[no-untyped-def]
    return store.transact(lambda tx: claim(tx, book, NUMBER, now, limit)).result()


def keep(store: SqliteStore, claimed: Claim, result: SendResult) -> Item:
    def work(tx: Transaction) -> Item | None:
        record(tx, NUMBER, claimed, result, LATER, 0.5)
        return tx.item(claimed.item_id)

    kept = store.transact(work).result()
    assert kept is not None
    return kept


def enqueue(store: SqliteStore, *items: Item) -> None:
    def work(tx: Transaction) -> None:
        for one in items:
            tx.enqueue(one)

    store.transact(work).result()


def by_hand(key: str, who: str = "alice", **special: object) -> Item:
    return item(id=0, key=key, ticket_id=None, recipient_id=who, **special)


@pytest.fixture
def claimed(store: SqliteStore) -> Claim:
    store.transact(lambda tx: ingest(tx, BOOK, [alert()], NOW)).result()
    (only,) = take(store).leaving
    return only


def test_a_person_has_at_most_one_message_on_its_way(store: SqliteStore) -> None:
    enqueue(store, by_hand("a"), by_hand("b"))
    claims = take(store)
    assert (len(claims.leaving), claims.more) == (1, True)
    assert take(store) == Claims()
    keep(store, claims.leaving[0], Accepted(wamid="wamid.1"))
    assert len(take(store).leaving) == 1


def test_a_message_to_nobody_is_refused_with_its_reason(store: SqliteStore) -> None:
    enqueue(store, by_hand("a", who="mallory"))
    assert take(store) == Claims()
    (refused,) = store.read(lambda views: views.items(limit=1)).result()
    assert (refused.state, refused.reason) == (ItemState.REFUSED, Reason.UNKNOWN_RECIPIENT)


def test_somebody_known_by_bsuid_only_is_written_to_by_bsuid(store: SqliteStore) -> None:
    kim = recipient(id="kim", phone="", bsuid="GB.90817263544536271")
    store.transact(lambda tx: tx.save_recipient(kim)).result()
    enqueue(store, by_hand("a", who="kim", intent=Intent(free_form="hello", answers=True)))
    store.transact(lambda tx: tx.save_window(NUMBER, "kim", tx.window(NUMBER, "kim").written(NOW))).result()
    (leaving,) = take(store).leaving
    assert isinstance(leaving.outgoing, Outgoing)
    assert (leaving.outgoing.to, leaving.outgoing.bsuid) == ("", "GB.90817263544536271")


def test_an_answer_teaches_us_the_names_whatsapp_has_for_a_person(store: SqliteStore, claimed: Claim) -> None:
    kept = keep(store, claimed, Accepted(wamid="wamid.1", wa_id="447700900123", bsuid="GB.1"))
    assert (kept.state, kept.wamid) == (ItemState.ACCEPTED, "wamid.1")

    def found(tx: Transaction) -> Recipient | None:
        return tx.recipient_by_alias([Alias(kind=AliasKind.BSUID, value="GB.1")])

    assert store.transact(found).result() is not None


def test_an_answer_that_repeats_our_own_number_is_accepted_all_the_same(
    store: SqliteStore, claimed: Claim
) -> None:
    kept = keep(store, claimed, Accepted(wamid="wamid.1", wa_id="447700900123"))
    assert (kept.state, kept.wamid) == (ItemState.ACCEPTED, "wamid.1")


def test_a_message_the_platform_holds_says_so(store: SqliteStore, claimed: Claim) -> None:
    assert keep(store, claimed, Accepted(wamid="w", held=True)).reason is Reason.HELD_BY_PLATFORM


def test_a_refusal_that_passes_is_tried_again(store: SqliteStore, claimed: Claim) -> None:
    kept = keep(store, claimed, Rejected(failure=NOT_NOW))
    assert (kept.state, kept.failure_code) == (ItemState.PENDING, 131016)
    assert kept.due_at > LATER


def test_a_message_that_never_left_is_tried_again_without_a_grace(store: SqliteStore, claimed: Claim) -> None:
    kept = keep(store, claimed, NoAnswer(why="no connection", left=False))
    assert (kept.state, kept.reason) == (ItemState.PENDING, Reason.RETRY_LATER)
    assert kept.due_at < LATER + timedelta(seconds=5)


def test_a_lost_or_late_answer_changes_nothing_when_a_status_was_faster(
    store: SqliteStore, claimed: Claim
) -> None:
    def work(tx: Transaction) -> None:
        known = tx.item(claimed.item_id)
        assert known is not None
        tx.save_item(replace(known, state=ItemState.DELIVERED))

    store.transact(work).result()
    assert keep(store, claimed, NoAnswer(why="timeout")).state is ItemState.DELIVERED
    assert keep(store, claimed, Rejected(failure=NOT_NOW)).state is ItemState.DELIVERED


def test_an_attempt_that_was_overtaken_has_no_say(store: SqliteStore, claimed: Claim) -> None:
    stale = replace(claimed, attempt=claimed.attempt + 1)
    assert keep(store, stale, Rejected(failure=NOT_NOW)).state is ItemState.SENDING
    store.transact(
        lambda tx: record(tx, NUMBER, replace(claimed, item_id=999), Accepted(wamid="w"), LATER, 0.5)
    ).result()


def test_a_message_whose_sender_died_is_uncertain_once_its_lease_is_over(
    store: SqliteStore, claimed: Claim
) -> None:
    def look(tx: Transaction) -> tuple[int, int]:
        return reconcile(tx, NOW + timedelta(seconds=59), NOW), reconcile(
            tx, NOW + timedelta(seconds=60), NOW
        )

    assert store.transact(look).result() == (0, 1)
    (kept,) = store.read(lambda views: views.items(limit=1)).result()
    assert (kept.state, kept.reason) == (ItemState.UNCERTAIN, Reason.ANSWER_LOST)


def test_explaining_decides_everything_and_leaves_no_trace(store: SqliteStore) -> None:
    book = replace(BOOK, receivers={"oncall": Receiver(to=("alice", "mallory"))})

    def rehearse(tx: Transaction) -> Explanation:
        return explain(tx, book, NUMBER, [alert()], NOW)

    explanation = store.rehearse(rehearse).result()
    decisions = [prospect.decision for prospect in explanation.prospects]
    assert isinstance(decisions[0], Send)
    assert isinstance(decisions[1], Drop)
    assert decisions[1].reason is Reason.UNKNOWN_RECIPIENT
    assert store.read(lambda views: views.items(limit=1)).result() == []


def test_explaining_an_alert_without_a_rule_says_just_that(store: SqliteStore) -> None:
    over = alert(status=AlertStatus.RESOLVED)
    explanation = store.rehearse(lambda tx: explain(tx, Rulebook(), NUMBER, [alert(), over], NOW)).result()
    assert [admission.outcome for admission in explanation.admissions] == ["no_rule", "no_ticket"]
    assert explanation.prospects == ()
