"""Notices to administrators: by WhatsApp, and by another channel where that fails."""

from datetime import timedelta

import pytest

from tests.core.builders import NOW, recipient
from wa_notify.core.condition import Effect, Recovery, Scope, Sign
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.message import Elsewhere
from wa_notify.core.outbox import Channel, Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Notice, Receiver, Rulebook
from wa_notify.core.secret import Secret
from wa_notify.core.window import Window
from wa_notify.pipeline.admins import PATIENCE, tell_admins
from wa_notify.pipeline.conditions import heed
from wa_notify.pipeline.deliver import Claims, claim
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

N = "number-1"
BOOK = Rulebook(
    receivers={"desk": Receiver(to=("alice",))},
    channels={"recipient:alice": Secret("json://alice"), "admins:all": Secret("json://admins")},
    notice=Notice(receiver="desk"),
)
DEAD = Sign(scope=Scope.APP, cause="token", effect=Effect.BLOCKS, recovery=Recovery.PROBE, what="Dead")


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    def known(tx: Transaction) -> None:
        tx.save_recipient(recipient(id="alice"))
        tx.record_consent(
            ConsentRecord(
                recipient_id="alice",
                purpose=Purpose.UTILITY,
                act=ConsentAct.GRANTED,
                source="form",
                evidence="signed",
                actor="admin",
                at=NOW,
            )
        )
        tx.save_window(N, "alice", Window(last_inbound_at=NOW))

    store.transact(known).result()
    return store


def tell(store: SqliteStore, book: Rulebook = BOOK) -> None:
    store.transact(lambda tx: tell_admins(tx, book, "The budget is spent.", "budget", NOW)).result()


def items(store: SqliteStore) -> dict[Channel, Item]:
    return {one.channel: one for one in store.read(lambda views: views.items(limit=9)).result()}


def due(store: SqliteStore, after: timedelta) -> Claims:
    return store.transact(lambda tx: claim(tx, BOOK, N, NOW + after, 9)).result()


@pytest.mark.parametrize(
    ("targets", "target"), [((), "recipient:alice"), (("admins:all",), "admins:all")], ids=["own", "section"]
)
def test_a_notice_is_planned_once_for_each_way(
    store: SqliteStore, targets: tuple[str, ...], target: str
) -> None:
    book = Rulebook(
        receivers=BOOK.receivers, channels=BOOK.channels, notice=Notice(receiver="desk", targets=targets)
    )
    for _ in range(2):
        tell(store, book)
    planned = store.read(lambda views: views.items(limit=9)).result()
    assert [(one.channel, one.target) for one in planned] == [
        (Channel.OTHER, target),
        (Channel.WHATSAPP, ""),
    ]
    assert {one.occasion for one in planned} == {Occasion.NOTICE}
    assert planned[0].instead_of == planned[1].id


def test_what_whatsapp_can_bring_goes_no_other_way_at_first(store: SqliteStore) -> None:
    tell(store)
    (leaving,) = due(store, timedelta(0)).leaving
    assert not isinstance(leaving.outgoing, Elsewhere)
    assert items(store)[Channel.OTHER].due_at == NOW + PATIENCE


def test_while_whatsapp_as_a_whole_fails_a_notice_goes_another_way_at_once(store: SqliteStore) -> None:
    store.transact(lambda tx: heed(tx, DEAD, NOW)).result()
    tell(store)
    assert due(store, timedelta(0)).leaving == ()  # WhatsApp's own one waits, and hastens the other
    (leaving,) = due(store, timedelta(seconds=1)).leaving
    assert isinstance(leaving.outgoing, Elsewhere)
    assert leaving.outgoing.message.title == "The budget is spent"
    waiting = items(store)[Channel.WHATSAPP]
    assert (waiting.state, waiting.reason) == (ItemState.PENDING, Reason.ACCOUNT_BLOCKED)


def test_an_address_of_all_administrators_stands_in_for_the_first_of_them_only(store: SqliteStore) -> None:
    receivers = {"desk": Receiver(to=("alice", "bob"))}
    notice = Notice(receiver="desk", targets=("admins:all",))
    tell(store, Rulebook(receivers=receivers, channels=BOOK.channels, notice=notice))
    planned = store.read(lambda views: views.items(limit=9)).result()
    assert sorted((one.recipient_id, one.target) for one in planned) == [
        ("alice", ""),
        ("alice", "admins:all"),
        ("bob", ""),
    ]


def test_without_administrators_nothing_is_planned(store: SqliteStore) -> None:
    tell(store, Rulebook(receivers=BOOK.receivers))
    tell(store, Rulebook(receivers={}, notice=Notice(receiver="gone")))
    assert items(store) == {}
