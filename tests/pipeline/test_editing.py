"""What an administrator changes about a person by hand."""

from dataclasses import replace
from typing import Any

import pytest

from tests.core.builders import NOW, recipient
from wa_notify.core.consent import ConsentAct, Purpose, objection
from wa_notify.core.errors import UnknownRecipient
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Alias, AliasKind, Recipient
from wa_notify.core.window import Window
from wa_notify.pipeline.editing import EditRefused, amend, introduce, rename, unlink
from wa_notify.store.sqlite import SqliteStore

BOB = Recipient(id="bob", name="Bob", phone="+447700900456")
WA_ID, BSUID = AliasKind.WA_ID, AliasKind.BSUID


def do(store: SqliteStore, work: Any, *args: Any, **named: Any) -> Any:
    return store.transact(lambda tx: work(tx, *args, **named)).result()


def known(store: SqliteStore, who: str = "alice") -> Recipient:
    return store.transact(lambda tx: tx.recipient(who)).result()  # type: ignore[return-value]


def aliases(store: SqliteStore, who: str = "alice") -> set[tuple[AliasKind, str]]:
    return {(one.kind, one.value) for one in store.transact(lambda tx: tx.aliases(who)).result()}


def why_not(store: SqliteStore, who: str = "alice") -> Reason | None:
    return store.transact(lambda tx: objection(tx.consents(who), Purpose.UTILITY)).result()


def test_somebody_new_is_known_and_agreed_to_nothing(store: SqliteStore) -> None:
    do(store, introduce, BOB)
    do(store, introduce, Recipient(id="zoe"))
    assert known(store, "bob") == BOB
    assert why_not(store, "bob") is Reason.NO_CONSENT


@pytest.mark.parametrize("person", [replace(BOB, id="alice"), replace(BOB, phone=recipient().phone)])
def test_name_and_number_of_somebody_else_are_refused(store: SqliteStore, person: Recipient) -> None:
    before = known(store)
    with pytest.raises(EditRefused, match="already"):
        do(store, introduce, person)
    assert known(store) == before


def test_a_guest_was_the_person_who_is_introduced(store: SqliteStore) -> None:
    do(store, lambda tx: tx.save_recipient(Recipient(id="guest-1", phone=BOB.phone, guest=True)))
    do(store, introduce, BOB)
    assert store.transact(lambda tx: tx.recipient("guest-1")).result() is None
    assert (WA_ID, "447700900456") in aliases(store, "bob")


def test_another_name_or_language_changes_nothing_else(store: SqliteStore) -> None:
    do(store, amend, replace(known(store), name="Alicia", language="de"), actor="ops", now=NOW)
    assert (known(store).name, known(store).language) == ("Alicia", "de")
    assert why_not(store) is None


def test_what_was_agreed_for_one_number_is_not_for_another(store: SqliteStore) -> None:
    old = known(store)
    do(store, lambda tx: tx.save_window("1", "alice", Window(last_inbound_at=NOW)))
    do(store, amend, replace(old, phone="+447700900999"), actor="ops", now=NOW)
    assert why_not(store) is Reason.NUMBER_CHANGED
    assert known(store).former == (old.phone,)
    assert not store.transact(lambda tx: tx.window("1", "alice").is_open(NOW)).result()
    (_, lapsed) = store.transact(lambda tx: tx.consents("alice")).result()
    assert (lapsed.act, lapsed.actor, lapsed.purpose) == (ConsentAct.LAPSED, "ops", Purpose.UTILITY)
    do(store, amend, replace(known(store), phone=old.phone), actor="ops", now=NOW)
    assert known(store).former == ("+447700900999",)  # the one they have again is no former one


def test_the_first_number_of_somebody_lapses_nothing(store: SqliteStore) -> None:
    do(store, introduce, Recipient(id="zoe"))
    do(store, amend, Recipient(id="zoe", phone="+447700900111"), actor="ops", now=NOW)
    assert store.transact(lambda tx: tx.consents("zoe")).result() == []


def test_the_number_of_somebody_else_is_refused(store: SqliteStore) -> None:
    do(store, introduce, BOB)
    with pytest.raises(EditRefused, match="bob's already"):
        do(store, amend, replace(known(store), phone=BOB.phone), actor="ops", now=NOW)
    with pytest.raises(UnknownRecipient):
        do(store, amend, Recipient(id="nobody"), actor="ops", now=NOW)


def test_everything_comes_along_with_a_new_name(store: SqliteStore) -> None:
    do(store, introduce, BOB)
    do(store, rename, "alice", "alicia")
    assert store.transact(lambda tx: tx.recipient("alice")).result() is None
    assert why_not(store, "alicia") is None
    with pytest.raises(EditRefused, match="somebody else"):
        do(store, rename, "alicia", "bob")


def test_what_was_learnt_wrongly_is_forgotten_and_the_number_stays(store: SqliteStore) -> None:
    number = known(store).phone
    learnt = (Alias(kind=WA_ID, value="5511987654321"), Alias(kind=BSUID, value="GB.1"))
    do(store, lambda tx: [tx.learn_alias("alice", one) for one in learnt])
    do(store, unlink, "alice", WA_ID)
    assert (WA_ID, "5511987654321") not in aliases(store)
    assert {(WA_ID, number[1:]), (AliasKind.PHONE, number), (BSUID, "GB.1")} <= aliases(store)
    do(store, unlink, "alice", BSUID)
    assert (BSUID, "GB.1") not in aliases(store)


def test_an_id_that_was_written_down_is_forgotten_for_good(store: SqliteStore) -> None:
    do(store, introduce, replace(BOB, bsuid="GB.2"))
    do(store, unlink, "bob", BSUID)
    assert known(store, "bob").bsuid == ""
    assert (BSUID, "GB.2") not in aliases(store, "bob")


def test_the_only_address_stays(store: SqliteStore) -> None:
    do(store, introduce, Recipient(id="zoe", bsuid="GB.3"))
    for who, kind in (("alice", AliasKind.PHONE), ("zoe", BSUID), ("zoe", WA_ID)):
        with pytest.raises(EditRefused, match="another number"):
            do(store, unlink, who, kind)
