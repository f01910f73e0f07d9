"""Knowing people, and what they agreed to."""

from datetime import timedelta

import pytest

from tests.core.builders import NOW, consent, recipient
from wa_notify.core.consent import ConsentAct
from wa_notify.core.errors import UnknownRecipient
from wa_notify.core.recipient import Recipient, Seed
from wa_notify.pipeline.people import Said, find, record, seed
from wa_notify.store.sqlite import SqliteStore

DAN = Seed(recipient=recipient(id="dan", phone="+447700900555"), opt_in="said so on paper")
LATER = NOW + timedelta(days=1)


def acts(store: SqliteStore, who: str) -> list[ConsentAct]:
    return [record.act for record in store.transact(lambda tx: tx.consents(who)).result()]


def test_the_configuration_introduces_people_once_and_never_overrules_the_ledger(store: SqliteStore) -> None:
    store.transact(lambda tx: seed(tx, [DAN], NOW)).result()
    assert acts(store, "dan") == [ConsentAct.GRANTED]
    letter = Said(source="paper", evidence="letter", actor="admin", at=LATER)
    store.transact(lambda tx: record(tx, "dan", ConsentAct.REVOKED, letter)).result()
    store.transact(lambda tx: seed(tx, [DAN], LATER)).result()
    assert acts(store, "dan") == [ConsentAct.GRANTED, ConsentAct.REVOKED]


def test_somebody_without_proof_is_known_and_has_not_agreed(store: SqliteStore) -> None:
    store.transact(lambda tx: seed(tx, [Seed(recipient=DAN.recipient)], NOW)).result()
    assert acts(store, "dan") == []
    assert store.transact(lambda tx: find(tx, "dan")).result() == DAN.recipient


@pytest.mark.parametrize("who", ["alice", "+447700900123", "447700900123"])
def test_people_are_found_by_name_or_number(store: SqliteStore, who: str) -> None:
    assert store.transact(lambda tx: find(tx, who)).result().id == "alice"


def test_nobody_by_that_name_is_said_clearly(store: SqliteStore) -> None:
    with pytest.raises(UnknownRecipient, match="'mallory'"):
        store.transact(lambda tx: find(tx, "mallory")).result()


def test_a_new_name_beside_a_number_that_was_given_up_is_no_new_opt_in(store: SqliteStore) -> None:
    """The old number is a stranger's; who had it has refused nothing and agreed to nothing since."""
    moved = Recipient(id="eve", phone="+447700900222", former=("+447700900111",))
    lapsed = consent(recipient_id="eve", act=ConsentAct.LAPSED, source="number_change")
    store.transact(lambda tx: tx.save_recipient(moved)).result()
    store.transact(lambda tx: tx.record_consent(lapsed)).result()
    evelyn = Seed(recipient=Recipient(id="evelyn", phone="+447700900111"), opt_in="Signed")
    store.transact(lambda tx: seed(tx, [evelyn], LATER)).result()
    assert store.transact(lambda tx: find(tx, "evelyn")).result().phone == "+447700900222"
    assert acts(store, "evelyn") == [ConsentAct.LAPSED]


def test_the_next_owner_of_a_number_may_be_introduced_beside_the_last_one(store: SqliteStore) -> None:
    moved = Recipient(id="eve", phone="+447700900222", former=("+447700900111",))
    store.transact(lambda tx: tx.save_recipient(moved)).result()
    next_owner = Seed(recipient=Recipient(id="fay", phone="+447700900111"), opt_in="Signed")
    eve = Seed(recipient=Recipient(id="eve", phone="+447700900222"))
    store.transact(lambda tx: seed(tx, [next_owner, eve], LATER)).result()
    assert acts(store, "fay") == [ConsentAct.GRANTED]
    assert store.transact(lambda tx: find(tx, "eve")).result().phone == "+447700900222"
