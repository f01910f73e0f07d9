"""Erasing and renaming people: nothing of the one stays behind, nothing of the other gets lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.builders import NOW, consent, intent, item, open_window, recipient, ticket
from tests.databases import migrated
from wa_notify.core.consent import ConsentAct
from wa_notify.core.duty import Duty, DutyState
from wa_notify.core.errors import UnknownRecipient
from wa_notify.core.inbound import Arrival, InboundMessage, Sender, Text
from wa_notify.core.ledger import verify
from wa_notify.core.outbox import Intent, Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Alias, AliasKind, Seed
from wa_notify.core.rule import Rulebook
from wa_notify.core.ticket import TicketState
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.pipeline.erasure import Erased, erase
from wa_notify.pipeline.invites import invite
from wa_notify.pipeline.people import seed
from wa_notify.pipeline.receive import receive
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore, open_store
from wa_notify.store.transaction import AddressTaken

N = "400000000000101"
DORA = recipient(id="dora", name="Dörthe Maier", phone="+447700900555", bsuid="GB.d0ra99")
EVIDENCE = "Signed sheet 4711 at the gate"
TRACES = (
    "dora",
    "Dörthe",
    "D\\u00f6rthe",
    "Maier",
    "7700900555",
    "GB.d0ra99",
    "sheet 4711",
    "Secret words",
    "wamid.DORA",
)
LATER = NOW + timedelta(hours=1)


def message(body: str, *, wa_id: str = "447700900555", wamid: str = "wamid.DORA1") -> Arrival:
    raw = {"from": wa_id, "id": wamid, "text": {"body": body}, "profile": {"name": DORA.name}}
    content = Text(body=body)
    event = InboundMessage(wamid=wamid, sender=Sender(wa_id=wa_id), at=NOW, content=content, raw=raw)
    return Arrival(key=wamid, number_id=N, event=event)


def furnish(tx: Transaction) -> None:
    """Dora has a history: consent, a window, messages that left and wait, a ticket, and talk about her."""
    tx.save_recipient(DORA)
    tx.learn_alias("dora", Alias(kind=AliasKind.WA_ID, value="447700900556"))
    tx.record_consent(consent(recipient_id="dora", evidence=EVIDENCE, actor="dora"))
    tx.record_consent(consent(recipient_id="alice", evidence="recorded for Alice", actor="dora"))
    tx.save_window(N, "dora", open_window())
    invite(tx, "dora", code="7KQ4M2XWPD", now=NOW)
    hers = tx.save_ticket(
        replace(ticket(), id=0, acknowledged_by="dora", resolved_by="dora", state=TicketState.ACKNOWLEDGED)
    )
    texts = intent(free_form="Secret words", template=None)
    told = item(id=0, key="1.1/opened/dora", ticket_id=hers.id, recipient_id="dora", intent=texts)
    left = tx.enqueue(told)
    assert left is not None
    tx.save_item(replace(left, state=ItemState.DELIVERED, wamid="wamid.DORA2"))
    tx.enqueue(replace(told, key="1.1/details/dora", occasion=Occasion.DETAILS, state=ItemState.HELD))
    tx.enqueue(replace(told, key="hand/7", ticket_id=None, occasion=Occasion.MESSAGE))
    to_alice = Intent(free_form="Ticket #1 is already with dora: Disk full. Ask Dörthe Maier.")
    tx.enqueue(replace(told, key="1.1/answer/alice", recipient_id="alice", intent=to_alice))
    tx.note(
        Entry(
            ticket_id=hers.id,
            at=NOW,
            kind=EntryKind.ACKNOWLEDGED,
            actor="dora",
            text="Dörthe Maier takes it.",
        )
    )
    tx.first_time(message("STOP it please"), NOW)
    tx.first_time(message("Is DÖRTHE MAIER there?", wa_id="447700900123", wamid="wamid.A"), NOW)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[SqliteStore, Path]]:
    path = tmp_path / "house.db"
    migrated(str(path))
    with closing(open_store(str(path))) as store:
        store.transact(lambda tx: tx.save_recipient(recipient())).result()
        store.transact(furnish).result()
        yield store, path


def erased(store: SqliteStore) -> Erased:
    return store.transact(lambda tx: erase(tx, "dora", source="cli", actor="admin", now=LATER)).result()


def dump(path: Path) -> str:
    with closing(sqlite3.connect(path)) as driver:
        return "\n".join(driver.iterdump())


def test_nothing_in_the_database_names_an_erased_person(house: tuple[SqliteStore, Path]) -> None:
    store, path = house
    assert all(trace in dump(path) for trace in TRACES if trace != "Dörthe")
    done = erased(store)
    assert (done.cancelled, done.entries) == (2, 2)
    told = dump(path)
    assert [trace for trace in TRACES if trace.lower() in told.lower()] == []
    assert done.stand_in in told


def test_not_even_the_bytes_of_the_file_hold_what_was_erased(house: tuple[SqliteStore, Path]) -> None:
    store, path = house
    assert store.empty_journal()
    assert b"7700900555" in path.read_bytes()
    erased(store)
    assert store.empty_journal()
    for file in path.parent.iterdir():
        content = file.read_bytes()
        assert [trace for trace in TRACES if trace.encode() in content] == [], file


def test_the_ledger_stays_whole_and_keeps_a_stub_without_a_name(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    (subject,) = store.transact(lambda tx: tx.subjects("dora")).result()
    erased(store)
    pages, head = store.read(lambda views: (views.ledger(), views.ledger_head())).result()
    assert verify(pages, head) is None
    stub = [page for page in pages if page.entry.subject == subject]
    assert [page.entry.act for page in stub] == [ConsentAct.GRANTED, ConsentAct.ERASED]
    assert [page.proof for page in stub] == [None, None]
    others = [page.proof for page in pages if page.entry.subject != subject]
    assert [(proof.evidence, proof.actor) for proof in others if proof] == [("recorded for Alice", None)]
    assert store.transact(lambda tx: tx.subjects("dora")).result() == []


def test_what_waited_for_the_person_never_leaves(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    done = erased(store)
    items = store.read(lambda views: views.items(limit=10)).result()
    hers = [one for one in items if one.recipient_id == done.stand_in]
    assert [(one.state, one.intent) for one in hers if one.reason is Reason.ERASED] == [
        (ItemState.CANCELLED, Intent())
    ] * 2
    assert {one.state for one in hers} == {ItemState.CANCELLED, ItemState.DELIVERED}
    told = [entry.text for entry in store.read(lambda views: views.timeline(1)).result()]
    assert f"{done.stand_in} takes it." in told
    assert f"The long text to {done.stand_in} is cancelled. The person was erased at their own wish." in told


def test_what_others_were_told_stays_readable(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    done = erased(store)
    (to_alice,) = [
        one for one in store.read(lambda views: views.items(limit=10)).result() if one.recipient_id == "alice"
    ]
    assert to_alice.intent.free_form == (
        f"Ticket #1 is already with {done.stand_in}: Disk full. Ask {done.stand_in}."
    )
    taken = store.read(lambda views: views.ticket(1)).result()
    assert taken is not None
    assert taken.acknowledged_by == done.stand_in


@pytest.mark.parametrize("word", ["START", "STOP", "hello"])
def test_the_same_number_is_a_stranger_afterwards(house: tuple[SqliteStore, Path], word: str) -> None:
    store, _ = house
    erased(store)
    later = [message(word, wamid="wamid.DORA9")]
    assert store.transact(lambda tx: receive(tx, Rulebook(), later, LATER, 0.5)).result() == 1
    alice, stranger = store.read(lambda views: views.people(N)).result()
    assert alice.recipient.id == "alice"
    assert (stranger.recipient.guest, stranger.recipient.name) == (True, "")
    assert all(record.recipient_id == stranger.recipient.id for record in stranger.consents)
    assert store.transact(lambda tx: tx.recipient("dora")).result() is None


def test_who_was_known_by_two_pseudonyms_is_erased_under_both(house: tuple[SqliteStore, Path]) -> None:
    store, path = house
    writes = [message("STOP", wa_id="447700900888", wamid="wamid.G")]
    store.transact(lambda tx: receive(tx, Rulebook(), writes, NOW, 0.5)).result()
    store.transact(
        lambda tx: tx.learn_alias("dora", Alias(kind=AliasKind.WA_ID, value="447700900888"))
    ).result()
    assert len(store.transact(lambda tx: tx.subjects("dora")).result()) == 2
    assert [record.act for record in store.transact(lambda tx: tx.consents("dora")).result()] == [
        ConsentAct.GRANTED,
        ConsentAct.REVOKED,
    ]
    assert erased(store).entries == 4
    pages, head = store.read(lambda views: (views.ledger(), views.ledger_head())).result()
    assert verify(pages, head) is None
    assert "7700900888" not in dump(path)


def test_what_the_person_wrote_is_gone_from_timelines(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    said = Entry(
        ticket_id=1, at=NOW, kind=EntryKind.COMMENTED, actor="dora", text="My cat did it", wamid="wamid.DORA4"
    )
    store.transact(lambda tx: tx.note(said)).result()
    done = erased(store)
    told = store.read(lambda views: views.timeline(1)).result()
    assert f"{done.stand_in} wrote this, and was erased." in [entry.text for entry in told]
    assert "cat" not in str(told)


def a_duty(person: str) -> Duty:
    return Duty(
        schedule="primary",
        planned="dora",
        person=person,
        state=DutyState.ASKED,
        starts_at=NOW,
        asked=("dora", "alice"),
    )


def test_a_shift_follows_a_new_name_and_forgets_an_erased_one(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    store.transact(lambda tx: tx.save_duty(a_duty("dora"))).result()
    store.transact(lambda tx: seed(tx, CONFIG, NOW)).result()
    duty = store.transact(lambda tx: tx.duty("primary")).result()
    assert duty is not None
    assert (duty.planned, duty.person, duty.asked) == ("dorothy", "dorothy", ("dorothy", "alice"))
    done = store.transact(lambda tx: erase(tx, "dorothy", source="cli", actor="a", now=NOW)).result()
    duty = store.transact(lambda tx: tx.duty("primary")).result()
    assert duty is not None
    assert (duty.planned, duty.asked) == (done.stand_in, (done.stand_in, "alice"))


def test_an_unknown_person_cannot_be_erased(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    with pytest.raises(UnknownRecipient):
        store.transact(lambda tx: erase(tx, "mallory", source="cli", actor="a", now=NOW)).result()


def test_who_never_said_anything_leaves_a_stub_too(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    done = store.transact(lambda tx: erase(tx, "alice", source="cli", actor="a", now=NOW)).result()
    assert done.entries == 2


# another name

CONFIG = [Seed(recipient=recipient()), Seed(recipient=replace(DORA, id="dorothy", bsuid=""))]


def everything_of(store: SqliteStore, who: str) -> tuple[object, ...]:
    def look(tx: Transaction) -> tuple[object, ...]:
        held = [one.key for one in tx.held_items(who)]
        consents = [(record.act, record.evidence) for record in tx.consents(who)]
        return consents, {alias.value for alias in tx.aliases(who)}, tx.window(N, who), held

    return store.transact(look).result()


def test_a_person_with_a_new_name_in_the_configuration_keeps_everything(
    house: tuple[SqliteStore, Path],
) -> None:
    store, _ = house
    consents, addresses, window, held = everything_of(store, "dora")
    assert held == ["1.1/details/dora"]
    store.transact(lambda tx: seed(tx, CONFIG, NOW)).result()
    assert everything_of(store, "dorothy") == (consents, addresses, window, ["1.1/details/dorothy"])
    assert store.transact(lambda tx: tx.recipient("dora")).result() is None
    ledger, head = store.read(lambda views: (views.ledger(), views.ledger_head())).result()
    assert verify(ledger, head) is None
    taken = store.read(lambda views: views.ticket(1)).result()
    assert taken is not None
    assert (taken.acknowledged_by, taken.resolved_by) == ("dorothy", "dorothy")


def test_the_key_of_a_message_on_its_way_stays_since_its_status_is_known_by_it(
    house: tuple[SqliteStore, Path],
) -> None:
    store, _ = house

    def sending(tx: Transaction) -> Item:
        sent = tx.enqueue(item(id=0, key="1.2/opened/dora", ticket_id=None, recipient_id="dora"))
        assert sent is not None
        tx.save_item(replace(sent, state=ItemState.SENDING, attempts=1))
        return replace(sent, attempts=1)

    before = store.transact(sending).result()
    store.transact(lambda tx: seed(tx, CONFIG, NOW)).result()
    after = store.transact(lambda tx: tx.item(before.id)).result()
    assert after is not None
    assert (after.recipient_id, after.callback_data) == ("dorothy", before.callback_data)


def test_a_key_that_somebody_else_has_stays(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    taken = item(id=0, key="1.1/details/dorothy", ticket_id=None, recipient_id="dorothy")
    store.transact(lambda tx: tx.enqueue(taken)).result()
    store.transact(lambda tx: seed(tx, CONFIG, NOW)).result()
    assert everything_of(store, "dorothy")[3] == ["1.1/details/dora"]


def test_a_guest_whose_number_the_configuration_names_becomes_that_person(
    house: tuple[SqliteStore, Path],
) -> None:
    store, _ = house
    writes = [message("STOP", wa_id="447700900888", wamid="wamid.G")]
    store.transact(lambda tx: receive(tx, Rulebook(), writes, NOW, 0.5)).result()
    gus = Seed(recipient=recipient(id="gus", phone="+447700900888"), opt_in="Signed")
    store.transact(lambda tx: seed(tx, [gus], NOW)).result()
    assert [record.act for record in store.transact(lambda tx: tx.consents("gus")).result()] == [
        ConsentAct.REVOKED
    ]


def test_a_number_that_two_names_claim_is_still_refused(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    both = [Seed(recipient=DORA), Seed(recipient=replace(DORA, id="dorothy"))]
    with pytest.raises(AddressTaken):
        store.transact(lambda tx: seed(tx, both, NOW)).result()


def test_a_known_person_cannot_take_over_another(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    alice_with_doras_number = [Seed(recipient=recipient(phone=DORA.phone))]
    with pytest.raises(AddressTaken):
        store.transact(lambda tx: seed(tx, alice_with_doras_number, NOW)).result()


# people whom only the database knows


def test_the_configuration_may_name_somebody_whose_number_the_database_knows(
    house: tuple[SqliteStore, Path],
) -> None:
    store, _ = house
    bare = [Seed(recipient=recipient(id="dora", name="", phone="", language="de"))]
    assert store.transact(lambda tx: seed(tx, bare, NOW)).result() == ()
    assert store.transact(lambda tx: tx.recipient("dora")).result() == replace(DORA, language="de")


def test_who_has_no_number_anywhere_is_told(house: tuple[SqliteStore, Path]) -> None:
    store, _ = house
    bare = [Seed(recipient=recipient(id="dave", name="", phone=""))]
    assert store.transact(lambda tx: seed(tx, bare, NOW)).result() == ("dave",)
    assert store.transact(lambda tx: tx.consents("dave")).result() == []
