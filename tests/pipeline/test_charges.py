"""What refusals, statuses and changes do to charges and to bundles."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.core.builders import NOW, failure, item, open_window, rule, situation, spent, ticket
from wa_notify.core.budget import Budget
from wa_notify.core.charge import Charge, ChargeState
from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.inbound import Sender, StatusUpdate
from wa_notify.core.message import Accepted, NoAnswer, Rejected, Remedy, SendResult, TextMessage
from wa_notify.core.outbox import Intent, Item, ItemState, Occasion
from wa_notify.core.pricing import Merging, Model, Prices, Terms
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Rulebook
from wa_notify.core.ticket import TicketState
from wa_notify.pipeline.charges import charge, note_price, take_back
from wa_notify.pipeline.deliver import Claim, claim, record
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

NUMBER = "1"
BOOK = Rulebook(rules=(rule(),), prices=Prices(merge=Merging.ALWAYS))


def said(text: str, key: str, **special: object) -> Item:
    spoken = Intent(free_form=text, answers=True)
    plain = item(id=0, key=key, ticket_id=None, episode=0, occasion=Occasion.CONFIRMATION, intent=spoken)
    return replace(plain, **special)  # type: ignore[arg-type]


def leaving(store: SqliteStore, *items: Item, at: timedelta = timedelta(0)) -> tuple[Claim, ...]:
    def work(tx: Transaction) -> tuple[Claim, ...]:
        tx.save_window(NUMBER, "alice", open_window())
        for one in items:
            tx.enqueue(one)
        return claim(tx, BOOK, NUMBER, NOW + at, 10).leaving

    return store.transact(work).result()


def charged(store: SqliteStore, item_id: int) -> Charge | None:
    return store.transact(lambda tx: tx.charge(item_id)).result()


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (Rejected(failure=failure(Remedy.RETRY)), ChargeState.TAKEN_BACK),
        (NoAnswer(why="no connection", left=False), ChargeState.TAKEN_BACK),
        (NoAnswer(why="no answer"), ChargeState.PREDICTED),
        (Accepted(wamid="w"), ChargeState.PREDICTED),
    ],
)
def test_what_certainly_did_not_leave_costs_nothing(
    store: SqliteStore, result: SendResult, state: ChargeState
) -> None:
    (leaves,) = leaving(store, said("Done.", "a"))
    store.transact(lambda tx: record(tx, NUMBER, leaves, result, NOW, 0.5)).result()
    found = charged(store, leaves.item_id)
    assert found
    assert found.state is state


def test_a_refusal_without_a_charge_and_a_status_without_one_change_nothing(store: SqliteStore) -> None:
    unpriced = item(id=99)
    status = StatusUpdate(
        wamid="w", status=DeliveryStatus.DELIVERED, word="delivered", at=NOW, recipient=Sender()
    )
    store.transact(lambda tx: note_price(tx, BOOK, unpriced, status, latest=True)).result()
    store.transact(lambda tx: take_back(tx, unpriced)).result()
    assert charged(store, 99) is None


def test_what_an_earlier_try_says_counts_only_if_it_arrived(store: SqliteStore) -> None:
    (leaves,) = leaving(store, said("Done.", "a"))
    known = store.transact(lambda tx: tx.item(leaves.item_id)).result()
    assert known
    failed = StatusUpdate(wamid="w", status=DeliveryStatus.FAILED, word="failed", at=NOW, recipient=Sender())
    store.transact(lambda tx: note_price(tx, BOOK, known, failed, latest=False)).result()
    before = charged(store, known.id)
    assert before
    assert before.state is ChargeState.PREDICTED
    arrived = replace(failed, status=DeliveryStatus.READ, word="read")
    for _ in range(2):
        store.transact(lambda tx: note_price(tx, BOOK, known, arrived, latest=False)).result()
    after = charged(store, known.id)
    assert after
    assert after.state is ChargeState.CONFIRMED


def test_several_answers_leave_as_one_message(store: SqliteStore) -> None:
    (leaves,) = leaving(store, said("One.", "a"), said("Two.", "b"), said("Three.", "c"))
    message = leaves.outgoing.message  # type: ignore[union-attr]
    assert message == TextMessage(body="One.\n\nTwo.\n\nThree.")


def test_what_would_not_leave_now_keeps_what_follows_it_from_overtaking(store: SqliteStore) -> None:
    long = said("x" * 4095, "b")
    (leaves,) = leaving(store, said("One.", "a"), long, said("Three.", "c"))
    assert leaves.outgoing.message == TextMessage(body="One.")  # type: ignore[union-attr]


def test_what_leaves_one_by_one_is_not_kept_back_by_being_merged(store: SqliteStore) -> None:
    dear = Prices(
        merge=Merging.ALWAYS, terms=(Terms(since=date.min, model=Model.PER_MESSAGE, free_service=0),)
    )
    book = replace(BOOK, prices=dear, budget=Budget(monthly=Decimal(1), currency="USD"))

    def work(tx: Transaction) -> tuple[Claim, ...]:
        tx.save_window(NUMBER, "alice", open_window())
        tx.save_charge(spent(number_id=NUMBER))
        tx.enqueue(said("One.", "a"))
        tx.enqueue(said("Two.", "b"))
        return claim(tx, book, NUMBER, NOW, 10).leaving

    (leaves,) = store.transact(work).result()
    assert leaves.outgoing.message == TextMessage(body="One.")  # type: ignore[union-attr]


def test_without_a_price_there_is_no_charge(store: SqliteStore) -> None:
    message = TextMessage(body="x")
    store.transact(lambda tx: charge(tx, BOOK, NUMBER, item(id=9), situation(), message)).result()
    assert charged(store, 9) is None


def test_a_bundle_tried_again_leaves_out_what_nobody_wants_any_more(store: SqliteStore) -> None:
    def plan(tx: Transaction) -> Item:
        kept = tx.save_ticket(replace(ticket(), id=0))
        about = {"ticket_id": kept.id, "episode": kept.episode, "occasion": Occasion.UPDATED}
        tx.enqueue(said("One.", "a"))
        added = tx.enqueue(said("Two.", "b", **about))
        assert added
        return added

    part = store.transact(plan).result()
    (leaves,) = leaving(store)
    refused = Rejected(failure=failure(Remedy.RETRY))

    def resolved(tx: Transaction) -> None:
        record(tx, NUMBER, leaves, refused, NOW, 0.5)
        kept = tx.ticket(part.ticket_id or 0)
        assert kept
        tx.save_ticket(replace(kept, state=TicketState.RESOLVED, resolved_at=NOW))

    store.transact(resolved).result()
    (again,) = leaving(store, at=timedelta(minutes=5))
    assert again.item_id == leaves.item_id
    assert again.outgoing.message == TextMessage(body="One.")  # type: ignore[union-attr]
    left_out = store.transact(lambda tx: tx.item(part.id)).result()
    assert left_out
    assert (left_out.state, left_out.reason) == (ItemState.CANCELLED, Reason.TICKET_RESOLVED)
