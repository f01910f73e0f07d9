"""What stands in the way of more than one message: the corners that no story visits."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.core.builders import NOW, failure, item, shape
from tests.core.test_condition import TOKEN
from wa_notify.core.condition import (
    STOPPED_MARKETING,
    Condition,
    Consequence,
    Effect,
    Health,
    Recovery,
    Scope,
    Sign,
)
from wa_notify.core.errors import StoreError
from wa_notify.core.message import Remedy
from wa_notify.core.outbox import Channel, Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Notice, Receiver, Rulebook
from wa_notify.core.secret import Secret
from wa_notify.pipeline import notices
from wa_notify.pipeline.admins import targets_of
from wa_notify.pipeline.conditions import (
    country_of,
    heed,
    heed_failure,
    heed_health,
    held_by_platform,
    take_in,
)
from wa_notify.pipeline.notices import attend, spoken
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

N = "400000000000101"
MINUTE = timedelta(minutes=1)
BLOCKS = {"effect": Effect.BLOCKS, "recovery": Recovery.TIME, "lasts": MINUTE}


def conditions(store: SqliteStore) -> Sequence[Condition]:
    return store.read(lambda views: views.conditions()).result()


def refused(store: SqliteStore, scope: Scope, of: Item | None = None, **special: Any) -> list[Condition]:
    """What a refusal of that scope leaves behind."""
    consequence = Consequence(scope=scope, **{**BLOCKS, **special})
    told = failure(Remedy.CHANNEL, consequence=consequence)
    store.transact(lambda tx: heed_failure(tx, of, told, NOW)).result()
    return [condition for condition in conditions(store) if condition.is_open]


@pytest.mark.parametrize(
    ("phone", "country"),
    [("+447700900123", "GB"), ("+4915735981234", "DE"), ("+999123", ""), ("", ""), ("nonsense", "")],
)
def test_the_country_is_that_of_the_number_if_anybody_can_say(phone: str, country: str) -> None:
    found = country_of(Recipient(id="x", phone=phone))
    assert found == country


@pytest.mark.parametrize("scope", [Scope.PERSON, Scope.TEMPLATE, Scope.COUNTRY, Scope.MESSAGE])
def test_a_refusal_of_a_message_that_nobody_knows_tells_of_the_account_only(
    store: SqliteStore, scope: Scope
) -> None:
    assert refused(store, scope) == []
    (found,) = refused(store, Scope.ACCOUNT)
    assert (found.scope, found.subject, found.cause) == (Scope.ACCOUNT, "", "131000")


def test_what_cannot_be_named_is_not_remembered(store: SqliteStore) -> None:
    assert refused(store, Scope.TEMPLATE, item(template="")) == []
    assert refused(store, Scope.COUNTRY, item(recipient_id="nobody")) == []
    assert refused(store, Scope.MESSAGE, item()) == []
    assert refused(store, Scope.PERSON, item(), recovery=Recovery.ITSELF) == []
    (found,) = refused(store, Scope.TEMPLATE, item(template="ops_alert", language="en"))
    assert found.subject == "ops_alert/en"


def test_without_a_message_nobody_stops_marketing(store: SqliteStore) -> None:
    assert refused(store, Scope.PERSON, cause=STOPPED_MARKETING, recovery=Recovery.ITSELF) == []


def test_an_end_names_its_cause_or_all_that_have_its_effect(store: SqliteStore) -> None:
    about: dict[str, Any] = {"scope": Scope.TEMPLATE, "subject": "ops_alert/en"}

    def work(tx: Transaction) -> None:
        heed(tx, Sign(**about, cause="quality"), NOW)
        heed(tx, Sign(**about, cause="odd", effect=Effect.BLOCKS), NOW)
        heed(tx, Sign(**about, effect=Effect.BLOCKS, over=True), NOW)

    store.transact(work).result()
    assert [condition.cause for condition in conditions(store) if condition.is_open] == ["quality"]
    store.transact(lambda tx: heed(tx, Sign(**about, cause="quality", over=True), NOW)).result()
    assert not any(condition.is_open for condition in conditions(store))


def test_a_template_is_in_one_state_at_a_time(store: SqliteStore) -> None:
    state: dict[str, Any] = {
        "scope": Scope.TEMPLATE,
        "subject": "ops_alert/en",
        "effect": Effect.BLOCKS,
        "recovery": Recovery.STATE,
    }

    def work(tx: Transaction) -> None:
        for cause in ("pending", "rejected", "rejected"):
            heed(tx, Sign(**state, cause=cause), NOW)

    store.transact(work).result()
    assert [condition.cause for condition in conditions(store) if condition.is_open] == ["rejected"]


def test_a_platform_that_answers_knows_the_token_whatever_else_is_wrong(store: SqliteStore) -> None:
    ban = replace(TOKEN, scope=Scope.ACCOUNT, cause="ban")
    sick = Health(can_send=False, signs=(ban,))
    store.transact(lambda tx: heed(tx, TOKEN, NOW)).result()
    store.transact(lambda tx: heed_health(tx, sick, NOW)).result()
    assert [condition.cause for condition in conditions(store) if condition.is_open] == ["ban"]
    store.transact(lambda tx: heed_health(tx, Health(can_send=True), NOW)).result()
    assert not any(condition.is_open for condition in conditions(store))


def test_a_reading_ends_what_it_finds_usable_and_notices_what_it_does_not(store: SqliteStore) -> None:
    def read(*statuses: str) -> list[str]:
        shapes = [shape(name="another"), *(shape(status=status) for status in statuses)]
        store.transact(lambda tx: take_in(tx, shapes, NOW)).result()
        return [condition.cause for condition in conditions(store) if condition.is_open]

    assert read("PAUSED") == ["paused"]
    assert read("PAUSED") == ["paused"]
    assert read() == ["paused"]  # it is gone, and nobody says that it may be sent
    assert read("APPROVED") == []


def test_what_is_held_is_looked_after_once_for_each_template(store: SqliteStore) -> None:
    held = item(template="ops_alert", language="en")

    def work(tx: Transaction) -> None:
        held_by_platform(tx, held, NOW)
        held_by_platform(tx, held, NOW + MINUTE)

    store.transact(work).result()
    (found,) = conditions(store)
    assert (found.cause, found.until) == ("held", NOW)


# notices

BOOK = Rulebook(
    receivers={"desk": Receiver(to=("alice", "bob"))},
    channels={
        "recipient:alice": Secret("json://alice"),
        "recipient:bob#1": Secret("json://bob"),
        "recipient:bob#2": Secret("json://bob2"),
        "receiver:desk": Secret("json://desk"),
        "admins:all": Secret("json://admins"),
    },
    notice=Notice(receiver="desk"),
)


def told(store: SqliteStore, book: Rulebook, sign: Sign = TOKEN) -> list[tuple[str, str]]:
    """Who gets a notice of this trouble, and by which target."""
    store.transact(lambda tx: heed(tx, sign, NOW)).result()
    store.transact(lambda tx: attend(tx, book, N, NOW)).result()
    items = store.read(lambda views: views.items(limit=99)).result()
    found = [one for one in items if one.occasion is Occasion.NOTICE]
    return sorted((one.recipient_id, one.target) for one in found)


def test_without_addresses_of_their_own_administrators_are_told_by_everybodys(store: SqliteStore) -> None:
    assert told(store, BOOK) == [
        ("alice", "recipient:alice"),
        ("bob", "recipient:bob#1"),
        ("bob", "recipient:bob#2"),
    ]
    assert targets_of(BOOK, "desk", "carol") == ("receiver:desk",)
    assert targets_of(BOOK, "nobody", "carol") == ()


def test_an_address_of_all_administrators_is_told_once(store: SqliteStore) -> None:
    book = replace(BOOK, notice=Notice(receiver="desk", targets=("admins:all",)))
    assert told(store, book) == [("alice", "admins:all")]


def test_trouble_of_a_template_goes_elsewhere_only_where_whatsapp_cannot(store: SqliteStore) -> None:
    template = Sign(scope=Scope.TEMPLATE, subject="ops_alert/en", cause="paused", what="Paused")
    assert told(store, BOOK, template)[0] == ("alice", "recipient:alice")  # her window is closed
    store.transact(lambda tx: tx.save_window(N, "alice", tx.window(N, "alice").written(NOW))).result()
    again = replace(template, cause="disabled")
    assert ("alice", "") in told(store, BOOK, again)
    items = store.read(lambda views: views.items(limit=99)).result()
    (chat,) = (one for one in items if one.recipient_id == "alice" and one.channel is Channel.WHATSAPP)
    (beside,) = (one for one in items if one.instead_of == chat.id)  # in case that WhatsApp fails after all
    assert (beside.target, beside.reason) == ("recipient:alice", Reason.SENT_ELSEWHERE_FIRST)


@pytest.mark.parametrize("book", [Rulebook(), replace(BOOK, receivers={}), replace(BOOK, channels={})])
def test_who_cannot_be_told_is_missed_aloud(
    store: SqliteStore, book: Rulebook, caplog: pytest.LogCaptureFixture
) -> None:
    assert told(store, book) == []
    (found,) = conditions(store)
    assert found.unheard
    assert "No administrator could be told" in caplog.text


def test_one_that_we_cannot_handle_does_not_stop_the_messages(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(notices, "_tell", broken)
    with caplog.at_level(logging.ERROR):
        assert told(store, BOOK) == []
    assert "The trouble with the app could not be told or ended" in caplog.text
    assert store.transact(lambda tx: attend(tx, BOOK, N, NOW)).result() is False


def test_a_fault_of_the_database_is_not_ours_to_hide(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(notices, "_tell", full)
    with pytest.raises(StoreError, match="full"):
        told(store, BOOK)


def test_what_waits_behind_a_hold_of_little_weight_is_left_to_whatsapp(store: SqliteStore) -> None:
    """Only what is critical is worth a second message."""
    held = item(id=0, state=ItemState.ACCEPTED, template="ops_alert", language="en", claimed_at=NOW)

    def work(tx: Transaction) -> None:
        tx.enqueue(replace(held, ticket_id=None))
        held_by_platform(tx, held, NOW)
        attend(tx, BOOK, N, NOW + 60 * MINUTE)

    store.transact(work).result()
    (found,) = conditions(store)
    assert not found.is_open
    (waits,) = store.read(lambda views: views.items(limit=9)).result()
    assert (waits.state, waits.channel) == (ItemState.ACCEPTED, Channel.WHATSAPP)


@pytest.mark.parametrize(
    ("special", "ending"),
    [
        ({"recovery": Recovery.PROBE}, "It ends by itself, once WhatsApp says that the account can send."),
        ({"recovery": Recovery.STATE, "lasts": MINUTE}, "It is expected to end at 21 Nov 09:31 UTC."),
        ({"recovery": Recovery.TIME, "lasts": MINUTE}, "It ends at 21 Nov 09:31 UTC."),
        ({"effect": Effect.WARNS, "advice": "Look."}, "Look."),
    ],
)
def test_an_administrator_reads_when_it_ends(
    store: SqliteStore, special: dict[str, Any], ending: str
) -> None:
    store.transact(lambda tx: heed(tx, replace(TOKEN, **special), NOW)).result()
    (found,) = conditions(store)
    assert spoken(found, "UTC").endswith(ending)
