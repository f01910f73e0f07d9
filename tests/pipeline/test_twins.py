"""Items of other channels beside those for WhatsApp: planned once, pulled forward, never in the way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.builders import NOW, alert, item, rule, saying, template_text
from wa_notify.core.alert import AlertStatus
from wa_notify.core.message import Accepted, Elsewhere, Failure, NoAnswer, Rejected, Remedy, SendResult
from wa_notify.core.outbox import Channel, Item, ItemState, Occasion
from wa_notify.core.progress import folded
from wa_notify.core.reason import Reason
from wa_notify.core.rule import OtherWay, Receiver, Rulebook
from wa_notify.core.secret import Secret
from wa_notify.core.situation import Divert
from wa_notify.pipeline.deliver import Claim, Claims, begin, claim, record
from wa_notify.pipeline.explain import explain
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.planning import Plan, plan
from wa_notify.pipeline.twins import delivered_late, detour_of
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

NUMBER = "400000000000101"
AFTER = timedelta(minutes=5)
WAY = OtherWay(targets=("recipient:alice",), after=AFTER)
BOOK = Rulebook(
    rules=(rule(other_ways={"alice": WAY}, resolved=template_text(), details=saying("All of it")),),
    receivers={"oncall": Receiver(to=("alice",))},
    channels={"recipient:alice": Secret("mailto://example.net/?to=alice@example.net")},
)
PERMANENT = Failure(code=131026, title="Undeliverable", remedy=Remedy.CHANNEL)
BUSY = Failure(code=0, title="It did not take the message", remedy=Remedy.RETRY)


def do_ingest(store: SqliteStore, status: AlertStatus = AlertStatus.FIRING) -> None:
    store.transact(lambda tx: ingest(tx, BOOK, [alert(status=status)], NOW)).result()


def take(store: SqliteStore, at: timedelta = timedelta(0)) -> Claims:
    return store.transact(lambda tx: claim(tx, BOOK, NUMBER, NOW + at, 10)).result()


def mails(claims: Claims) -> list[Claim]:
    return [one for one in claims.leaving if isinstance(one.outgoing, Elsewhere)]


def keep(store: SqliteStore, claimed: Claim, result: SendResult, at: timedelta = timedelta(0)) -> Item:
    def work(tx: Transaction) -> Item | None:
        record(tx, NUMBER, claimed, result, NOW + at, 0.0)
        return tx.item(claimed.item_id)

    kept = store.transact(work).result()
    assert kept is not None
    return kept


def twins(store: SqliteStore) -> list[Item]:
    found = store.read(lambda views: views.items(limit=100)).result()
    return [one for one in reversed(found) if one.channel is Channel.OTHER]


def reasons(store: SqliteStore) -> list[Reason | None]:
    return [entry.reason for entry in store.read(lambda views: views.timeline(1)).result()]


@pytest.fixture
def mail(store: SqliteStore) -> Claim:
    """The mail that leaves because WhatsApp refused the message for good."""
    do_ingest(store)
    (chat,) = take(store).leaving
    keep(store, chat, Rejected(failure=PERMANENT))
    (elsewhere,) = mails(take(store))
    return elsewhere


def test_beside_the_first_message_stands_one_twin_and_the_long_text_has_none(store: SqliteStore) -> None:
    do_ingest(store)
    (twin,) = twins(store)
    assert (twin.key, twin.target) == ("1.1/opened/alice/recipient:alice", "recipient:alice")
    assert (twin.due_at, twin.reason) == (NOW + AFTER, Reason.SENT_ELSEWHERE_FIRST)

    def again(tx: Transaction) -> None:
        ticket = tx.ticket(1)
        assert ticket is not None
        plan(tx, BOOK.rules[0], ticket, ("alice",), Plan(occasion=Occasion.OPENED, due_at=NOW), NOW)

    store.transact(again).result()
    assert len(twins(store)) == 1


def test_a_refusal_pulls_the_mail_forward(mail: Claim, store: SqliteStore) -> None:
    assert isinstance(mail.outgoing, Elsewhere)
    assert mail.lane == "recipient:alice"
    assert "WhatsApp cannot reach this person." in mail.outgoing.message.body
    (twin,) = twins(store)
    assert (twin.state, twin.due_at, twin.reason) == (ItemState.SENDING, NOW, Reason.WHATSAPP_FAILED)


def test_a_refusal_that_passes_leaves_the_mail_where_it_was(store: SqliteStore) -> None:
    do_ingest(store)
    (chat,) = take(store).leaving
    keep(store, chat, Rejected(failure=replace(PERMANENT, remedy=Remedy.RETRY)))
    assert twins(store)[0].due_at == NOW + AFTER


def test_what_a_channel_took_is_sent(mail: Claim, store: SqliteStore) -> None:
    kept = keep(store, mail, Accepted(wamid=""))
    assert (kept.state, kept.reason, kept.wamid) == (ItemState.SENT, Reason.WHATSAPP_FAILED, "")


def test_what_a_channel_refused_is_tried_again_and_not_pulled_forward_once_more(
    mail: Claim, store: SqliteStore
) -> None:
    kept = keep(store, mail, Rejected(failure=BUSY))
    assert (kept.state, kept.reason, kept.due_at) == (
        ItemState.PENDING,
        Reason.CHANNEL_FAILED,
        NOW + timedelta(seconds=2),
    )
    story = store.read(lambda views: views.timeline(1)).result()
    assert story[-1].text == (
        "The first message to alice by another channel did not get through. It did not take the message. "
        "It is tried again."
    )


def test_what_a_channel_never_answered_is_sent_once_more_and_says_so(mail: Claim, store: SqliteStore) -> None:
    kept = keep(store, mail, NoAnswer(why="It did not answer within 30 s."))
    assert (kept.state, kept.reason) == (ItemState.UNCERTAIN, Reason.ANSWER_LOST)
    (again,) = mails(take(store, timedelta(seconds=30)))
    assert isinstance(again.outgoing, Elsewhere)
    assert "this may be a repeat" in again.outgoing.message.body
    story = store.read(lambda views: views.timeline(1)).result()
    assert "It may be a repeat." in story[-1].text


def test_a_new_process_gives_whatsapp_a_moment_before_mail_leaves(store: SqliteStore) -> None:
    do_ingest(store)
    store.transact(lambda tx: begin(tx, NOW + AFTER)).result()
    (twin,) = twins(store)
    assert twin.due_at == NOW + AFTER + timedelta(seconds=30)
    (first, *_) = store.read(lambda views: views.items(limit=100)).result()[::-1]
    assert first.due_at == NOW


def test_the_all_clear_is_mailed_only_where_the_trouble_was(mail: Claim, store: SqliteStore) -> None:
    keep(store, mail, Accepted(wamid=""))
    do_ingest(store, AlertStatus.RESOLVED)
    assert [twin.occasion for twin in twins(store)] == [Occasion.OPENED, Occasion.RESOLVED]


def test_without_a_mail_there_is_no_mail_about_the_end(store: SqliteStore) -> None:
    do_ingest(store)
    (chat,) = take(store).leaving
    keep(store, chat, Accepted(wamid="wamid.1"))
    do_ingest(store, AlertStatus.RESOLVED)
    assert [twin.occasion for twin in twins(store)] == [Occasion.OPENED]


@pytest.mark.parametrize("tell_late", [False, True])
def test_a_late_delivery_is_noted_and_told_if_wanted(
    mail: Claim, store: SqliteStore, *, tell_late: bool
) -> None:
    keep(store, mail, Accepted(wamid=""))
    late = replace(BOOK.rules[0], other_ways={"": replace(WAY, tell_late=tell_late)})
    book = replace(BOOK, rules=(late,))

    def work(tx: Transaction) -> None:
        first = tx.item(1)
        assert first is not None
        for _ in range(2):
            delivered_late(tx, book, first, NOW, NOW)

    store.transact(work).result()
    assert reasons(store)[-1] is Reason.DELIVERED_LATE
    words = [twin.intent.free_form for twin in twins(store) if twin.occasion is Occasion.LATE]
    assert words == (["WhatsApp delivered it after all, at 21 Nov 09:30 UTC."] if tell_late else [])


def test_what_went_no_other_way_is_never_late(store: SqliteStore) -> None:
    do_ingest(store)

    def work(tx: Transaction) -> None:
        first = tx.item(1)
        assert first is not None
        delivered_late(tx, BOOK, first, NOW, NOW)
        delivered_late(tx, BOOK, item(id=99, ticket_id=None), NOW, NOW)

    store.transact(work).result()
    assert Reason.DELIVERED_LATE not in reasons(store)


def test_a_rule_that_is_gone_leaves_the_mail_its_address_and_the_usual_patience(
    mail: Claim, store: SqliteStore
) -> None:
    keep(store, mail, Rejected(failure=BUSY))
    book = replace(BOOK, rules=())
    work = store.transact(lambda tx: claim(tx, book, NUMBER, NOW + AFTER, 10))
    assert len(mails(work.result())) == 1


def test_a_fault_of_ours_with_the_first_message_sends_the_mail(store: SqliteStore) -> None:
    do_ingest(store)

    class Faulty:
        """A transaction that fails as soon as somebody's window is asked for."""

        def __init__(self, tx: Transaction) -> None:
            self._tx = tx

        def __getattr__(self, name: str) -> object:
            if name == "window":
                raise ValueError(name)
            return getattr(self._tx, name)

    store.transact(lambda tx: claim(Faulty(tx), BOOK, NUMBER, NOW, 1)).result()  # type: ignore[arg-type]
    (twin,) = twins(store)
    assert twin.due_at == NOW


def test_explain_shows_the_mail_with_what_would_become_of_the_message(store: SqliteStore) -> None:
    seen = store.rehearse(lambda tx: explain(tx, BOOK, NUMBER, [alert()], NOW)).result()
    decisions = {prospect.item.channel: prospect.decision for prospect in seen.prospects}
    assert isinstance(decisions[Channel.OTHER], Divert)
    assert decisions[Channel.OTHER].reason is Reason.NOT_DELIVERED


def test_what_a_newer_message_about_the_ticket_replaced_is_judged_by_itself(store: SqliteStore) -> None:
    do_ingest(store)

    def work(tx: Transaction) -> Item | None:
        twin = next(one for one in (tx.item(number) for number in range(1, 9)) if one and one.instead_of)
        first = tx.item(twin.instead_of or 0)
        newer = tx.enqueue(item(id=0, key="newer", occasion=Occasion.UPDATED, ticket_id=twin.ticket_id))
        assert first is not None
        assert newer is not None
        tx.save_item(folded(first, newer.id, NOW))
        kept = tx.item(first.id)
        assert kept is not None
        assert kept.digest_id == newer.id
        detour = detour_of(tx, BOOK, twin, tx.ticket(twin.ticket_id or 0))
        return detour.first if detour else None

    judged = store.transact(work).result()
    assert judged is not None
    assert (judged.state, judged.reason) == (ItemState.CANCELLED, Reason.IN_DIGEST)
