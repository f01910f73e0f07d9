"""People out of a file: each line has its own verdict, and the person's own word is not overruled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.builders import NOW, consent, recipient
from wa_notify.core.consent import ConsentAct, Purpose, objection
from wa_notify.core.recipient import Recipient
from wa_notify.pipeline.importing import Newcomer, Outcome, Verdict, admit
from wa_notify.pipeline.people import Said
from wa_notify.store.sqlite import SqliteStore

DAVE = Recipient(id="dave", name="Dave", phone="+447700900777", language="en")
SAID = Said(source="web", evidence="Form 12", actor="admin", at=NOW, wording="v2", language="en")
DAY = timedelta(days=1)


def admitted(store: SqliteStore, person: Recipient = DAVE, said: Said | None = SAID) -> Verdict:
    return store.transact(lambda tx: admit(tx, Newcomer(person=person, said=said), NOW)).result()


def outcome(store: SqliteStore, person: Recipient = DAVE, said: Said | None = SAID) -> tuple[Outcome, str]:
    verdict = admitted(store, person, said)
    return verdict.outcome, verdict.recipient_id


def test_somebody_new_is_known_and_opted_in_afterwards(store: SqliteStore) -> None:
    assert outcome(store) == (Outcome.OPTED_IN, "dave")
    assert store.transact(lambda tx: tx.recipient("dave")).result() == DAVE
    (entry,) = store.transact(lambda tx: tx.consents("dave")).result()
    assert (entry.source, entry.evidence, entry.wording, entry.at) == ("web", "Form 12", "v2", NOW)


def test_the_same_line_again_adds_nothing(store: SqliteStore) -> None:
    admitted(store)
    assert outcome(store) == (Outcome.KNOWN, "dave")
    assert outcome(store, said=replace(SAID, at=NOW - DAY)) == (Outcome.KNOWN, "dave")
    assert outcome(store, said=replace(SAID, evidence="Form 13")) == (Outcome.OPTED_IN, "dave")
    assert outcome(store, said=replace(SAID, purpose=Purpose.MARKETING)) == (Outcome.OPTED_IN, "dave")


def test_without_evidence_the_person_is_known_and_nothing_more(store: SqliteStore) -> None:
    assert outcome(store, said=None) == (Outcome.ADDED, "dave")
    assert outcome(store, said=None) == (Outcome.KNOWN, "dave")
    assert store.transact(lambda tx: tx.consents("dave")).result() == []


def test_a_known_opt_in_with_a_new_name_changes_the_name(store: SqliteStore) -> None:
    admitted(store)
    assert admitted(store, replace(DAVE, name="David")) == Verdict(
        outcome=Outcome.ADDED, recipient_id="dave", why="Changed."
    )
    dave = store.transact(lambda tx: tx.recipient("dave")).result()
    assert dave == replace(DAVE, name="David")


def test_a_number_alone_names_somebody_who_is_known(store: SqliteStore) -> None:
    alice = recipient()
    assert outcome(store, Recipient(id="", phone=alice.phone)) == (Outcome.OPTED_IN, "alice")
    assert store.transact(lambda tx: tx.recipient("alice")).result() == alice


def test_a_name_alone_names_somebody_who_is_known(store: SqliteStore) -> None:
    assert outcome(store, Recipient(id="alice")) == (Outcome.OPTED_IN, "alice")


def test_somebody_known_without_a_number_gets_it(store: SqliteStore) -> None:
    store.transact(lambda tx: tx.save_recipient(Recipient(id="dave"))).result()
    assert outcome(store) == (Outcome.OPTED_IN, "dave")
    assert store.transact(lambda tx: tx.recipient("dave")).result() == DAVE


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (Recipient(id="", phone="+447700900777"), "Give the person a name."),
        (Recipient(id="dave"), "Give the person's phone number."),
        (Recipient(id="dave", phone="+447700900123"), "This number is alice's already."),
        (Recipient(id="alice", phone="+447700900777"), "alice has another number."),
    ],
)
def test_a_line_that_contradicts_what_is_known_is_refused(
    store: SqliteStore, person: Recipient, why: str
) -> None:
    verdict = admitted(store, person)
    assert verdict.outcome is Outcome.REFUSED
    assert why in verdict.why


def test_an_opt_in_of_tomorrow_is_refused(store: SqliteStore) -> None:
    verdict = admitted(store, said=replace(SAID, at=NOW + DAY))
    assert (verdict.outcome, verdict.why) == (Outcome.REFUSED, "The date of the opt-in lies in the future.")


@pytest.mark.parametrize("at", [NOW - DAY, NOW])
def test_no_file_overrules_the_persons_own_no(store: SqliteStore, at: object) -> None:
    stop = consent(act=ConsentAct.REVOKED, source="reply", at=NOW - DAY / 2)
    store.transact(lambda tx: tx.record_consent(stop)).result()
    verdict = admitted(store, recipient(), replace(SAID, at=at))  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.REFUSED
    assert "They themselves said no" in verdict.why
    assert objection(store.transact(lambda tx: tx.consents("alice")).result(), Purpose.UTILITY)


def test_an_opt_in_from_before_an_opt_out_does_not_count_and_one_from_after_does(store: SqliteStore) -> None:
    out = consent(act=ConsentAct.REVOKED, source="paper", at=NOW + DAY / 2)
    store.transact(lambda tx: tx.record_consent(out)).result()

    def line(at: object) -> Verdict:
        newcomer = Newcomer(person=recipient(), said=replace(SAID, at=at))  # type: ignore[arg-type]
        return store.transact(lambda tx: admit(tx, newcomer, NOW + 2 * DAY)).result()

    assert "from before does not count" in line(NOW).why
    assert line(NOW + DAY).outcome is Outcome.OPTED_IN
    assert objection(store.transact(lambda tx: tx.consents("alice")).result(), Purpose.UTILITY) is None


def test_a_stranger_who_said_no_has_said_no_under_every_name(store: SqliteStore) -> None:
    guest = Recipient(id="guest-1", phone=DAVE.phone, guest=True)
    store.transact(lambda tx: tx.save_recipient(guest)).result()
    assert "Give the person a name" in admitted(store, Recipient(id="", phone=DAVE.phone)).why
    stop = consent(recipient_id="guest-1", act=ConsentAct.REVOKED, source="reply", at=NOW - DAY)
    store.transact(lambda tx: tx.record_consent(stop)).result()
    assert "They themselves said no" in admitted(store).why
    assert store.transact(lambda tx: tx.recipient("dave")).result() is None
    assert outcome(store, said=None) == (Outcome.ADDED, "dave")
    assert objection(store.transact(lambda tx: tx.consents("dave")).result(), Purpose.UTILITY)


def test_an_opt_in_from_before_a_change_of_number_does_not_count(store: SqliteStore) -> None:
    lapsed = consent(act=ConsentAct.LAPSED, source="number_change", at=NOW)
    store.transact(lambda tx: tx.record_consent(lapsed)).result()
    assert "changed their number" in admitted(store, recipient()).why


def test_a_no_of_an_administrator_does_not_open_the_way_around_the_persons_own(store: SqliteStore) -> None:
    store.transact(lambda tx: tx.save_recipient(DAVE)).result()
    for act, source, at in (("granted", "web", 3), ("revoked", "reply", 2), ("revoked", "cli", 1)):
        record = consent(recipient_id="dave", act=ConsentAct(act), source=source, at=NOW - at * DAY)
        store.transact(lambda tx, record=record: tx.record_consent(record)).result()  # type: ignore[misc]
    assert outcome(store) == (Outcome.REFUSED, "dave")


def test_who_agreed_before_is_not_said_to_get_nothing(store: SqliteStore) -> None:
    admitted(store)
    verdict = admitted(store, replace(DAVE, name="David"), None)
    assert (verdict.outcome, verdict.why) == (Outcome.ADDED, "Changed.")
