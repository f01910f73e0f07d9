"""What every store keeps about people and the account."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.contract import NOW, SECOND, a_shape, do, each, see
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.errors import StoreError
from wa_notify.core.recipient import Alias, AliasKind, Recipient
from wa_notify.core.template import ButtonShape
from wa_notify.core.window import Window
from wa_notify.ports import Person, Store
from wa_notify.store.transaction import AddressTaken

ALICE = Recipient(id="alice", name="Alice", phone="+447700900123", bsuid="GB.1", language="en_GB")
BOB = Recipient(id="bob", phone="+447700900456")


def alias(kind: AliasKind, value: str) -> Alias:
    return Alias(kind=kind, value=value)


def owner(store: Store, *aliases: Alias) -> str | None:
    found = do(store, lambda tx: tx.recipient_by_alias(aliases))
    return None if found is None else found.id


def consent(recipient_id: str = "alice", **changes: object) -> ConsentRecord:
    record = ConsentRecord(
        recipient_id=recipient_id,
        act=ConsentAct.GRANTED,
        source="cli",
        evidence="form 7",
        actor="ops",
        at=NOW,
    )
    return replace(record, **changes)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def people(store: Store) -> None:
    each(store, lambda tx, value: tx.save_recipient(value), [ALICE, BOB])


def test_a_recipient_comes_back_as_saved(store: Store) -> None:
    assert do(store, lambda tx: tx.recipient("alice")) == ALICE
    assert see(store, lambda views: views.recipient("alice")) == ALICE


def test_nobody_comes_back_for_an_unknown_name(store: Store) -> None:
    assert do(store, lambda tx: tx.recipient("carol")) is None
    assert see(store, lambda views: views.recipient("carol")) is None


def test_a_recipient_can_be_changed(store: Store) -> None:
    changed = replace(ALICE, name="Alice B.", language="de")
    do(store, lambda tx: tx.save_recipient(changed))
    assert do(store, lambda tx: tx.recipient("alice")) == changed


@pytest.mark.parametrize(
    "address",
    [
        alias(AliasKind.PHONE, "+447700900123"),
        alias(AliasKind.WA_ID, "447700900123"),
        alias(AliasKind.BSUID, "GB.1"),
    ],
    ids=lambda address: address.kind,
)
def test_a_recipient_is_found_by_every_address(store: Store, address: Alias) -> None:
    assert owner(store, address) == "alice"


def test_the_first_address_that_somebody_owns_decides(store: Store) -> None:
    unknown, bobs, alices = (alias(AliasKind.WA_ID, n) for n in ("1", "447700900456", "447700900123"))
    assert owner(store, unknown, bobs, alices) == "bob"
    assert owner(store, unknown) is None
    assert owner(store) is None


def test_a_learned_address_leads_to_its_owner(store: Store) -> None:
    do(store, lambda tx: tx.learn_alias("bob", alias(AliasKind.BSUID, "GB.2")))
    assert owner(store, alias(AliasKind.BSUID, "GB.2")) == "bob"


def test_a_learned_address_stays_with_its_owner(store: Store) -> None:
    do(store, lambda tx: tx.learn_alias("bob", alias(AliasKind.BSUID, "GB.1")))
    assert owner(store, alias(AliasKind.BSUID, "GB.1")) == "alice"


def test_an_address_of_nobody_cannot_be_learned(store: Store) -> None:
    with pytest.raises(StoreError):
        do(store, lambda tx: tx.learn_alias("carol", alias(AliasKind.BSUID, "GB.3")))


def test_a_bsuid_of_somebody_else_stays_with_its_owner(store: Store) -> None:
    do(store, lambda tx: tx.save_recipient(replace(BOB, bsuid="GB.1")))
    assert owner(store, alias(AliasKind.BSUID, "GB.1")) == "alice"


def test_a_number_of_somebody_else_is_refused_without_showing_it(store: Store) -> None:
    with pytest.raises(AddressTaken) as refused:
        do(store, lambda tx: tx.save_recipient(replace(BOB, phone=ALICE.phone)))
    assert "alice" in str(refused.value)
    assert ALICE.phone not in str(refused.value)
    assert do(store, lambda tx: tx.recipient("bob")) == BOB


def test_a_number_that_was_given_up_leads_to_nobody_and_may_go_to_another(store: Store) -> None:
    do(store, lambda tx: tx.learn_alias("alice", alias(AliasKind.BSUID, "GB.9")))
    do(store, lambda tx: tx.save_recipient(replace(ALICE, phone="+447700900789")))
    assert owner(store, alias(AliasKind.PHONE, ALICE.phone)) is None
    assert owner(store, alias(AliasKind.WA_ID, "447700900123")) is None
    assert owner(store, alias(AliasKind.WA_ID, "447700900789")) == "alice"
    assert owner(store, alias(AliasKind.BSUID, "GB.9")) is None  # it belongs to the phone that moved
    do(store, lambda tx: tx.save_recipient(replace(BOB, phone=ALICE.phone)))
    assert owner(store, alias(AliasKind.WA_ID, "447700900123")) == "bob"


def test_other_spellings_of_a_number_go_with_it(store: Store) -> None:
    carol = Recipient(id="carol", phone="+5511987654321")
    do(store, lambda tx: tx.save_recipient(carol))
    do(store, lambda tx: tx.learn_alias("carol", alias(AliasKind.WA_ID, "551187654321")))
    do(store, lambda tx: tx.save_recipient(replace(carol, phone="+447700900001")))
    assert owner(store, alias(AliasKind.WA_ID, "551187654321")) is None


def test_two_people_without_a_number_are_two_people(store: Store) -> None:
    each(store, lambda tx, value: tx.save_recipient(value), [Recipient(id="carol"), Recipient(id="dave")])
    assert [person.recipient.id for person in see(store, lambda views: views.people("n1"))] == [
        "alice",
        "bob",
        "carol",
        "dave",
    ]


def test_the_ledger_is_kept_in_the_order_of_recording(store: Store) -> None:
    records = [
        consent(at=NOW + SECOND, act=ConsentAct.REVOKED, source="reply"),
        consent(at=NOW),
        consent(at=NOW + SECOND, purpose=Purpose.MARKETING),
    ]
    each(store, lambda tx, value: tx.record_consent(value), records)
    do(store, lambda tx: tx.record_consent(consent("bob")))
    assert do(store, lambda tx: tx.consents("alice")) == records


def test_nobody_can_consent_who_is_not_known(store: Store) -> None:
    with pytest.raises(StoreError):
        do(store, lambda tx: tx.record_consent(consent("carol")))


def test_who_never_wrote_has_a_closed_window(store: Store) -> None:
    assert do(store, lambda tx: tx.window("n1", "alice")) == Window()


def test_a_window_belongs_to_one_number_and_one_person(store: Store) -> None:
    window = Window(last_inbound_at=NOW, refused_at=NOW - SECOND)
    do(store, lambda tx: tx.save_window("n1", "alice", Window(last_inbound_at=NOW - SECOND)))
    do(store, lambda tx: tx.save_window("n1", "alice", window))
    assert do(store, lambda tx: tx.window("n1", "alice")) == window
    assert do(store, lambda tx: tx.window("n2", "alice")) == Window()
    assert do(store, lambda tx: tx.window("n1", "bob")) == Window()


def test_people_are_seen_with_ledger_and_window(store: Store) -> None:
    window = Window(last_inbound_at=NOW)
    do(store, lambda tx: tx.record_consent(consent()))
    do(store, lambda tx: tx.save_window("n1", "bob", window))
    do(store, lambda tx: tx.save_window("n2", "alice", window))
    assert see(store, lambda views: views.people("n1")) == [
        Person(recipient=ALICE, consents=(consent(),), window=Window()),
        Person(recipient=BOB, consents=(), window=window),
    ]


def test_templates_are_unknown_until_they_were_read(store: Store) -> None:
    assert do(store, lambda tx: tx.templates_synced_at()) is None
    assert do(store, lambda tx: tx.shapes("ops")) == []
    do(store, lambda tx: tx.replace_templates([], NOW))
    assert do(store, lambda tx: tx.templates_synced_at()) == NOW


def test_the_accounts_templates_are_exactly_those_last_read(store: Store) -> None:
    full = a_shape(
        header="{{1}}",
        header_format="TEXT",
        footer="wa_notify",
        buttons=(
            ButtonShape(kind="QUICK_REPLY", text="On it"),
            ButtonShape(kind="URL", text="Open", target="https://ops.example.net/{{1}}"),
        ),
    )
    german, other = a_shape(language="de"), a_shape("aaa")
    do(store, lambda tx: tx.replace_templates([a_shape("old"), a_shape(status="PENDING")], NOW))
    do(store, lambda tx: tx.replace_templates([full, german, other], NOW + SECOND))
    assert do(store, lambda tx: tx.shapes("ops")) == [german, full]
    assert do(store, lambda tx: tx.shapes("old")) == []
    assert see(store, lambda views: views.templates()) == [other, german, full]
    assert do(store, lambda tx: tx.templates_synced_at()) == NOW + SECOND


def test_one_language_of_a_template_changes_alone(store: Store) -> None:
    do(store, lambda tx: tx.replace_templates([a_shape(), a_shape(language="de")], NOW))
    do(store, lambda tx: tx.save_shape(a_shape(status="PAUSED")))
    assert do(store, lambda tx: tx.shapes("ops")) == [a_shape(language="de"), a_shape(status="PAUSED")]
    assert do(store, lambda tx: tx.templates_synced_at()) == NOW


def test_instants_keep_their_microseconds(store: Store) -> None:
    at = NOW + timedelta(microseconds=1)
    do(store, lambda tx: tx.save_window("n1", "alice", Window(last_inbound_at=at)))
    assert do(store, lambda tx: tx.window("n1", "alice")).last_inbound_at == at
