"""Long text in parts: planned with the first, in order, and never twice."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.core.builders import NOW, alert, item, rule, saying
from tests.pipeline.test_deliver import BOOK, LATER, NUMBER, by_hand, enqueue, keep, take
from wa_notify.core.decision import PART_GRACE
from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.inbound import Arrival, Sender, StatusUpdate
from wa_notify.core.message import Accepted, Failure, NoAnswer, Outgoing, Rejected, Remedy, TextMessage
from wa_notify.core.outbox import Intent, Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Receiver, Rulebook
from wa_notify.pipeline.deliver import Claim
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.parts import bring_on, line_up
from wa_notify.pipeline.receive import receive
from wa_notify.store.sqlite import SqliteStore

LONG = "word " * 2000
CLOSED = Failure(code=131047, title="Re-engagement message", remedy=Remedy.TEMPLATE)


def opened(store: SqliteStore) -> None:
    """Alice has just written."""
    store.transact(
        lambda tx: tx.save_window(NUMBER, "alice", tx.window(NUMBER, "alice").written(NOW))
    ).result()


def items(store: SqliteStore) -> list[Item]:
    return sorted(store.read(lambda views: views.items(limit=99)).result(), key=lambda one: one.id)


def body(claim: Claim) -> str:
    assert isinstance(claim.outgoing, Outgoing)
    assert isinstance(claim.outgoing.message, TextMessage)
    return claim.outgoing.message.body


def next_claim(store: SqliteStore, now: datetime) -> Claim:
    """What leaves next, behind all that only looks at the clock and waits on."""
    for _ in range(9):
        claims = take(store, now=now)
        if claims.leaving:
            return claims.leaving[0]
    raise AssertionError("nothing leaves")


def first_claim(store: SqliteStore) -> Claim:
    opened(store)
    enqueue(store, by_hand("long", intent=Intent(free_form=LONG), expires_at=NOW + timedelta(hours=1)))
    (claimed,) = take(store).leaving
    return claimed


def test_the_parts_are_planned_with_the_first_and_know_their_neighbours(store: SqliteStore) -> None:
    assert body(first_claim(store)).startswith("(1/3)\n")
    first, second, third = items(store)
    assert (first.intent.ahead, second.intent.behind, second.intent.ahead) == (second.id, first.id, third.id)
    assert (third.intent.behind, third.intent.ahead, third.intent.part) == (second.id, None, 3)
    assert [one.key for one in (second, third)] == ["long/part-2", "long/part-3"]
    assert [one.due_at - NOW for one in (second, third)] == [PART_GRACE, 2 * PART_GRACE]
    assert third.expires_at == NOW + timedelta(hours=1) + 2 * PART_GRACE
    assert first.intent.free_form == LONG


def test_a_second_try_plans_nothing_anew(store: SqliteStore) -> None:
    claimed = first_claim(store)
    keep(store, claimed, NoAnswer(why="Time ran out."))
    again = next_claim(store, NOW + timedelta(minutes=1))
    assert body(again).startswith("(1/3)\n")
    assert len(items(store)) == 3


def test_words_for_which_parts_were_planned_before_plan_none(store: SqliteStore) -> None:
    first_claim(store)
    forgetful = replace(items(store)[0], intent=Intent(free_form=LONG))
    assert store.transact(lambda tx: line_up(tx, forgetful, ("a", "b"), NOW)).result() == forgetful
    assert len(items(store)) == 3


def test_a_part_follows_at_once_when_the_one_before_has_arrived(store: SqliteStore) -> None:
    keep(store, first_claim(store), Accepted(wamid="wamid.1"))
    assert take(store, now=LATER).leaving == ()
    update = StatusUpdate(
        wamid="wamid.1",
        status=DeliveryStatus.DELIVERED,
        word="delivered",
        at=LATER,
        recipient=Sender(),
    )
    told = Arrival(key="wamid.1/delivered", number_id=NUMBER, event=update)
    store.transact(lambda tx: receive(tx, BOOK, [told], LATER, 0.5)).result()
    (following,) = take(store, now=LATER).leaving
    assert body(following).startswith("(2/3)\n")


def save(store: SqliteStore, one: Item) -> None:
    store.transact(lambda tx: tx.save_item(one)).result()


def test_what_has_left_already_is_not_brought_on(store: SqliteStore) -> None:
    first_claim(store)
    first, second, _ = items(store)
    arrived = replace(first, state=ItemState.DELIVERED)
    for following in (replace(second, state=ItemState.SENT), replace(second, due_at=NOW)):
        save(store, following)
        store.transact(lambda tx: bring_on(tx, arrived, LATER)).result()
        assert items(store)[1] == following
    store.transact(lambda tx: bring_on(tx, replace(first, state=ItemState.SENT), LATER)).result()
    assert items(store)[1] == replace(second, due_at=NOW)


def test_when_the_window_turns_out_to_be_closed_the_other_parts_are_dropped(store: SqliteStore) -> None:
    opened(store)
    enqueue(store, by_hand("long", intent=replace(item().intent, free_form=LONG)))
    (claimed,) = take(store).leaving
    keep(store, claimed, Rejected(failure=CLOSED))
    again = next_claim(store, LATER)
    assert isinstance(again.outgoing, Outgoing)
    keep(store, again, Accepted(wamid="wamid.1"))
    for _ in range(3):
        assert take(store, now=NOW + timedelta(minutes=5)).leaving == ()
    _, *parts = items(store)
    assert {(one.state, one.reason) for one in parts} == {
        (ItemState.CANCELLED, Reason.WINDOW_CLOSED_BY_PLATFORM)
    }


def test_a_digest_in_parts_is_not_composed_anew_for_each(store: SqliteStore) -> None:
    opened(store)
    first = by_hand("digest", intent=Intent(free_form="x"), occasion=Occasion.MESSAGE)
    enqueue(store, first)
    part = by_hand(
        "digest/part-2", intent=Intent(free_form="(2/2)\nrest", part=2, behind=1), occasion=Occasion.DIGEST
    )
    enqueue(store, part)
    (claimed,) = take(store).leaving
    keep(store, claimed, Accepted(wamid="wamid.1"))
    (following,) = take(store, now=NOW + timedelta(minutes=1)).leaving
    assert body(following) == "(2/2)\nrest"


def test_alerts_that_join_do_not_rewrite_parts_on_their_way(store: SqliteStore) -> None:
    book = Rulebook(
        rules=(rule(details=saying(LONG), group_by=("alertname",)),),
        receivers={"oncall": Receiver(to=("alice",))},
    )
    opened(store)
    store.transact(lambda tx: ingest(tx, book, [alert()], NOW)).result()
    claims = take(store, book=book).leaving
    keep(store, claims[0], Accepted(wamid="wamid.1"))
    (first,) = take(store, book=book).leaving
    assert body(first).startswith("(1/3)")
    keep(store, first, NoAnswer(why="No line.", left=False))
    before = [one.intent for one in items(store) if one.occasion is Occasion.DETAILS]
    another = alert(fingerprint="beef", labels={"alertname": "DiskFull", "instance": "db-8"})
    store.transact(lambda tx: ingest(tx, book, [another], LATER)).result()
    assert [one.intent for one in items(store) if one.occasion is Occasion.DETAILS] == before
