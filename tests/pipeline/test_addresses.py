"""The third door where addresses change, in the cases where the stories do not go."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from tests.core.builders import NOW, alert, recipient
from tests.pipeline.test_receive import ALICE, BOOK, NUMBER, arrive, items, sent, status, wrote
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.inbound import (
    AddressChange,
    AddressChanged,
    Content,
    Deleted,
    Edited,
    InboundMessage,
    Reaction,
    Sender,
    Text,
)
from wa_notify.core.message import Accepted
from wa_notify.core.outbox import Item
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Alias, AliasKind, Recipient
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.core.window import Window
from wa_notify.pipeline.addresses import MOST_FORMER, QUESTION
from wa_notify.pipeline.deliver import claim, record
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.receive import receive
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore
from wa_notify.whatsapp.webhook import parse

__all__ = ["sent"]

BOB = recipient(id="bob", name="Bob", phone="+447700900456")
STRANGER = Sender(wa_id="447700900999", bsuid="GB.9")
LATER = NOW + timedelta(hours=1)


def moves(store: SqliteStore, content: AddressChanged, *, sender: Sender = ALICE, key: str = "m") -> None:
    arrive(store, wrote(content, sender=sender), key=key)


def to_number(wa_id: str, **special: Any) -> AddressChanged:
    return AddressChanged(change=AddressChange.NUMBER, new_wa_id=wa_id, **special)


def person(store: SqliteStore, name: str = "alice") -> Recipient:
    found = store.transact(lambda tx: tx.recipient(name)).result()
    assert found is not None
    return found


def save(store: SqliteStore, someone: Recipient) -> None:
    store.transact(lambda tx: tx.save_recipient(someone)).result()


def acts(store: SqliteStore, name: str = "alice") -> list[ConsentAct]:
    return [entry.act for entry in store.transact(lambda tx: tx.consents(name)).result()]


def owner(store: SqliteStore, kind: AliasKind, value: str) -> str | None:
    found = store.transact(lambda tx: tx.recipient_by_alias([Alias(kind=kind, value=value)])).result()
    return None if found is None else found.id


def guests(store: SqliteStore) -> list[Recipient]:
    people = store.read(lambda views: views.people(NUMBER)).result()
    return [one.recipient for one in people if one.recipient.guest]


def told(store: SqliteStore) -> list[Entry]:
    entries = store.read(lambda views: views.timeline(1)).result()
    return [entry for entry in entries if entry.kind is EntryKind.MOVED]


def test_a_new_number_that_is_somebodys_already_is_left_to_them(
    store: SqliteStore, sent: Item, caplog: pytest.LogCaptureFixture
) -> None:
    save(store, BOB)
    before = person(store)
    with caplog.at_level(logging.WARNING):
        moves(store, to_number("447700900456", new_bsuid="GB.2"))
    assert person(store) == before
    assert person(store, "bob") == BOB
    assert owner(store, AliasKind.BSUID, "GB.2") is None
    assert acts(store) == [ConsentAct.GRANTED, ConsentAct.LAPSED]  # her old number is nobody's by now
    (entry,) = told(store)
    assert "which is Bob's already" in entry.text
    assert entry.reason is Reason.NUMBER_CHANGED
    assert "alice has a new number, which is bob's already" in caplog.text
    assert "4477" not in caplog.text


def test_a_number_that_the_configuration_knew_first_needs_no_new_consent(store: SqliteStore) -> None:
    arrive(store, wrote(Text(body="hi")))  # which shows her BSUID
    moves(store, to_number("447700900123", new_bsuid="GB.2"), sender=Sender(bsuid="GB.1"))
    assert acts(store) == [ConsentAct.GRANTED]
    assert owner(store, AliasKind.BSUID, "GB.2") == "alice"
    assert owner(store, AliasKind.BSUID, "GB.1") is None


def test_a_notice_is_understood_by_the_former_bsuid_alone(store: SqliteStore) -> None:
    arrive(store, wrote(Text(body="hi")))
    change = to_number("447700900321", new_bsuid="GB.2", previous_bsuid="GB.1")
    moves(store, change, sender=Sender(bsuid="GB.2"))
    assert person(store).phone == "+447700900321"
    assert owner(store, AliasKind.BSUID, "GB.2") == "alice"


def test_a_number_that_is_given_up_without_a_new_address_is_written_to_no_more(store: SqliteStore) -> None:
    moves(store, to_number(""))
    assert not person(store).reachable
    assert acts(store)[-1] is ConsentAct.LAPSED


def test_the_notice_of_somebody_unknown_makes_nobody_known(store: SqliteStore) -> None:
    moves(store, to_number("447700900321"), sender=STRANGER)
    assert guests(store) == []


def test_a_new_device_is_noted_and_changes_nothing(store: SqliteStore, sent: Item) -> None:
    before = person(store)
    moves(store, AddressChanged(change=AddressChange.IDENTITY, new_wa_id="447700900321"))
    assert person(store) == before
    assert acts(store) == [ConsentAct.GRANTED]
    (entry,) = told(store)
    assert "new device" in entry.text


@pytest.mark.parametrize(
    "change",
    [
        AddressChanged(change=AddressChange.OTHER, new_wa_id="447700900321", new_bsuid="GB.2"),
        AddressChanged(change=AddressChange.BSUID),
    ],
)
def test_a_notice_that_says_nothing_we_know_changes_nothing(
    store: SqliteStore, sent: Item, change: AddressChanged
) -> None:
    before = person(store)
    moves(store, change)
    assert person(store) == before
    assert acts(store) == [ConsentAct.GRANTED]
    assert told(store) == []


def test_a_new_bsuid_that_is_somebodys_already_is_left_to_them(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    save(store, BOB)
    store.transact(lambda tx: tx.learn_alias("bob", Alias(kind=AliasKind.BSUID, value="GB.2"))).result()
    with caplog.at_level(logging.WARNING):
        moves(store, AddressChanged(change=AddressChange.BSUID, new_bsuid="GB.2"))
    assert owner(store, AliasKind.BSUID, "GB.2") == "bob"
    assert "bob's already" in caplog.text


def test_a_bsuid_of_the_configuration_is_replaced_and_remembered_as_left(store: SqliteStore) -> None:
    save(store, recipient(bsuid="GB.1"))
    moves(store, AddressChanged(change=AddressChange.BSUID, new_bsuid="GB.2"))
    assert person(store) == recipient(bsuid="GB.2", former=("GB.1",))
    assert acts(store) == [ConsentAct.GRANTED]


def test_who_opted_out_is_not_asked_because_of_a_new_number(store: SqliteStore) -> None:
    arrive(store, wrote(Text(body="STOP")))
    moves(store, to_number("447700900321"))
    assert acts(store) == [ConsentAct.GRANTED, ConsentAct.REVOKED]
    arrive(store, wrote(Text(body="hi"), sender=Sender(wa_id="447700900321")), key="new")
    assert QUESTION not in {item.intent.free_form for item in items(store)}


def test_consent_to_marketing_lapses_too(store: SqliteStore) -> None:
    agreed = ConsentRecord(
        recipient_id="alice",
        purpose=Purpose.MARKETING,
        act=ConsentAct.GRANTED,
        source="x",
        actor="x",
        at=NOW,
    )
    store.transact(lambda tx: tx.record_consent(agreed)).result()
    moves(store, to_number("447700900321"))
    ledger = store.transact(lambda tx: tx.consents("alice")).result()
    lapsed = [entry.purpose for entry in ledger if entry.act is ConsentAct.LAPSED]
    assert sorted(lapsed) == [Purpose.MARKETING, Purpose.UTILITY]
    assert {entry.source for entry in ledger if entry.act is ConsentAct.LAPSED} == {"number_change"}


def test_the_question_waits_for_a_window_that_is_open(store: SqliteStore) -> None:
    moves(store, to_number("447700900321"))
    new = Sender(wa_id="447700900321")
    arrive(store, wrote(Text(body="late"), sender=new, at=NOW - timedelta(days=2)), key="late")
    assert items(store) == []
    arrive(store, wrote(Text(body="now"), sender=new), key="now")
    (question,) = items(store)
    assert question.intent.free_form == QUESTION == "You have a new number. Reply START to get alerts here."


def test_only_the_last_addresses_that_were_left_are_remembered(store: SqliteStore) -> None:
    for step in range(MOST_FORMER + 5):
        here = person(store).phone.removeprefix("+")
        moves(store, to_number(f"4477009100{step:02}"), sender=Sender(wa_id=here), key=f"step{step}")
    assert len(person(store).former) == MOST_FORMER
    assert person(store).phone not in person(store).former


def test_an_answer_that_comes_after_the_change_does_not_bring_the_old_number_back(store: SqliteStore) -> None:
    def leave(tx: Transaction) -> Any:
        ingest(tx, BOOK, [alert()], NOW)
        return claim(tx, BOOK, NUMBER, NOW, 1).leaving[0]

    claimed = store.transact(leave).result()
    moves(store, to_number("447700900321"))
    late = Accepted(wamid="wamid.OUT", wa_id="447700900123", bsuid="GB.1")
    store.transact(lambda tx: record(tx, NUMBER, claimed, late, NOW, 0.5)).result()
    assert owner(store, AliasKind.WA_ID, "447700900123") is None
    assert owner(store, AliasKind.BSUID, "GB.1") is None


def test_a_status_that_names_both_addresses_teaches_the_bsuid(store: SqliteStore, sent: Item) -> None:
    arrive(store, status("delivered", recipient=Sender(wa_id="447700900123", bsuid="GB.5")))
    assert owner(store, AliasKind.BSUID, "GB.5") == "alice"


@pytest.mark.parametrize("wa_id", ["447700900999", "447700900456", ""])
def test_a_status_about_another_number_teaches_nothing(store: SqliteStore, sent: Item, wa_id: str) -> None:
    save(store, BOB)
    seen = Sender(wa_id=wa_id, bsuid="GB.5")
    arrive(store, status("delivered", recipient=seen))
    assert owner(store, AliasKind.BSUID, "GB.5") is None


# guests


@pytest.mark.parametrize(
    "content",
    [
        Reaction(emoji="👍", to_wamid="w"),
        Edited(original_wamid="w", body="STOP"),
        Deleted(original_wamid="w"),
    ],
    ids=lambda content: type(content).__name__,
)
def test_who_wrote_nothing_is_no_guest(store: SqliteStore, content: Content) -> None:
    arrive(store, wrote(content, sender=STRANGER))
    assert guests(store) == []


def test_who_has_no_address_or_writes_in_a_group_is_no_guest(store: SqliteStore) -> None:
    arrive(store, wrote(Text(body="hi"), sender=Sender()))
    arrive(store, wrote(Text(body="ho"), sender=STRANGER, group_id="g"), key="group")
    assert guests(store) == []


def test_two_strangers_never_share_a_name(store: SqliteStore) -> None:
    names = []
    for step in range(13):  # as if many digests began alike: the name that was free is taken each time
        arrive(store, wrote(Text(body="hi"), sender=STRANGER), key=f"step{step}")
        (guest,) = (one for one in guests(store) if one.reachable)
        names.append(guest.id)
        save(store, Recipient(id=guest.id, guest=True))
    assert len(set(names)) == 13
    assert [len(name) for name in names[:3]] == [12, 13, 14]


def test_who_is_a_guest_by_number_and_known_by_bsuid_is_known(store: SqliteStore) -> None:
    save(store, Recipient(id="kim", bsuid="GB.9"))
    arrive(store, wrote(Text(body="hi"), sender=Sender(wa_id="447700900999")))
    assert len(guests(store)) == 1
    arrive(store, wrote(Text(body="me again"), sender=STRANGER), key="both")
    assert guests(store) == []
    assert owner(store, AliasKind.WA_ID, "447700900999") == "kim"
    window = store.transact(lambda tx: tx.window(NUMBER, "kim")).result()
    assert window == Window(last_inbound_at=NOW)


# odd events of the real webhook


def test_odd_messages_are_kept_and_nothing_breaks(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    error = {"code": 131051, "title": "Message type unknown"}
    about: dict[str, Any] = {"metadata": {"phone_number_id": NUMBER}}
    messages: list[dict[str, Any]] = [
        {"id": "w1", "type": "request_welcome"},
        {"id": "w2", "type": "unsupported", "unsupported": {"type": "poll"}, "errors": [error]},
        {"id": "w3", "type": "hologram", "hologram": {"x": 1}},
        {"id": "w4", "type": "system", "system": {"type": "user_teleported"}},
        {"id": "w5", "type": "edit", "edit": {"original_message_id": "nobody kept this"}},
    ]
    people = ("447700900123", "447700900999")
    values = [
        {**about, "messages": [{**one, "from": who, "id": f"{one['id']}-{who}"}]}
        for one in messages
        for who in people
    ]
    values.append({**about, "errors": [error]})
    changes = [{"field": "messages", "value": value} for value in values]
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}
    arrivals = parse(json.dumps(body).encode(), received_at=NOW)
    assert len(arrivals) == 11
    assert store.transact(lambda tx: receive(tx, BOOK, arrivals, NOW, 0.5)).result() == 11
    assert not caplog.records
    assert [guest.phone for guest in guests(store)] == ["+447700900999"]  # who sent a poll did write


def test_the_name_of_a_guest_does_not_show_the_number(store: SqliteStore) -> None:
    arrive(store, InboundMessage(wamid="w", sender=STRANGER, at=NOW, content=Text(body="hi")))
    (guest,) = guests(store)
    assert "900999" not in guest.id
