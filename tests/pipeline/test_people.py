"""Knowing people, and what they agreed to."""

from datetime import timedelta

import pytest

from tests.core.builders import NOW, recipient
from wa_notify.core.consent import ConsentAct
from wa_notify.core.errors import UnknownRecipient
from wa_notify.core.recipient import Seed
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
