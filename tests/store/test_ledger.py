"""The ledger in its file: two writers make one chain, and whoever touches it with SQL is found."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.contract import NOW, SECOND, do, see
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.invite import Invite
from wa_notify.core.ledger import BEFORE_THE_FIRST, Breach, Break, LedgerEntry, digest_of, verify
from wa_notify.core.recipient import Recipient
from wa_notify.ports import Store, Transaction, Views
from wa_notify.store.sqlite import SqliteStore, open_store


def said(who: str, index: int) -> ConsentRecord:
    return ConsentRecord(
        recipient_id=who,
        act=ConsentAct.REVOKED if index % 3 == 2 else ConsentAct.GRANTED,
        source="cli",
        evidence=f"form {index}",
        actor="ops",
        at=NOW + index * SECOND,
        wording="v2",
        language="en",
    )


def looked_at(views: Views) -> Break | None:
    return verify(views.ledger(), views.ledger_head())


@pytest.fixture
def tampered(database: Path) -> Iterator[sqlite3.Connection]:
    """A ledger of seven entries of three people, opened by somebody who knows SQL."""
    with closing(open_store(str(database))) as store:
        for who in ("alice", "bob", "carol"):
            do(store, lambda tx, who=who: tx.save_recipient(Recipient(id=who)))  # type: ignore[misc]
        for index in range(7):
            one = said(("alice", "bob", "carol")[index % 3], index)
            do(store, lambda tx, one=one: tx.record_consent(one))  # type: ignore[misc]
        assert see(store, looked_at) is None
    with closing(sqlite3.connect(database, isolation_level=None)) as driver:
        driver.execute("DROP TRIGGER consents_refuse_update")
        driver.execute("DROP TRIGGER consents_refuse_delete")
        yield driver


def found(database: Path) -> tuple[int, Breach]:
    with closing(open_store(str(database))) as store:
        there = see(store, looked_at)
    assert there is not None
    return there.number, there.breach


SWAPPED = (
    "UPDATE consents SET number = -2 WHERE number = 2; UPDATE consents SET number = 2 WHERE number = 5; "
    "UPDATE consents SET number = 5 WHERE number = -2"
)
APPENDED = (
    "INSERT INTO consents SELECT 8, subject, purpose, 'granted', source, wording, language, "
    "evidence_digest, actor_digest, at, digest, 'ff' FROM consents WHERE number = 7"
)
GIVEN_AWAY = "UPDATE consents SET subject = (SELECT subject FROM consents WHERE number = 1) WHERE number = 5"
CUT_OFF = "DELETE FROM subjects WHERE subject = (SELECT subject FROM consents WHERE number = 3)"
TAMPERING = [
    ("UPDATE consents SET act = 'granted' WHERE number = 3", 3, Breach.CHANGED),
    ("UPDATE consents SET at = at + 1 WHERE number = 1", 1, Breach.CHANGED),
    ("UPDATE consents SET wording = 'v3' WHERE number = 7", 7, Breach.CHANGED),
    (GIVEN_AWAY, 5, Breach.CHANGED),
    ("DELETE FROM proofs WHERE number = 4; DELETE FROM consents WHERE number = 4", 4, Breach.REMOVED),
    ("DELETE FROM proofs WHERE number = 7; DELETE FROM consents WHERE number = 7", 7, Breach.REMOVED),
    ("DELETE FROM proofs; DELETE FROM consents", 1, Breach.REMOVED),
    (SWAPPED, 2, Breach.REORDERED),
    (APPENDED, 8, Breach.CHANGED),
    ("UPDATE proofs SET evidence = 'form 99' WHERE number = 6", 6, Breach.EVIDENCE_CHANGED),
    ("UPDATE proofs SET actor = 'nobody' WHERE number = 2", 2, Breach.EVIDENCE_CHANGED),
    ("DELETE FROM proofs WHERE number = 2", 2, Breach.EVIDENCE_REMOVED),
    ("DELETE FROM meta WHERE key = 'consent_head'", 1, Breach.INSERTED),
    ("DELETE FROM subjects", 1, Breach.OWNER_REMOVED),
    (CUT_OFF, 3, Breach.OWNER_REMOVED),
]


@pytest.mark.parametrize(("change", "number", "breach"), TAMPERING, ids=[change for change, *_ in TAMPERING])
def test_whoever_touches_the_ledger_with_sql_is_found(
    database: Path, tampered: sqlite3.Connection, change: str, number: int, breach: Breach
) -> None:
    for statement in change.split("; "):
        tampered.execute(statement)
    assert found(database) == (number, breach)


def forge(driver: sqlite3.Connection, database: Path) -> None:
    """An opt-in of Carol's behind entry 3, well sealed, and the others moved up."""
    with closing(open_store(str(database))) as store:
        pages = see(store, lambda views: views.ledger())
    before, model = pages[2].entry, pages[5].entry
    forged = LedgerEntry(
        number=4,
        subject=model.subject,
        purpose=model.purpose,
        act=ConsentAct.GRANTED,
        source="paper",
        wording="v2",
        language="en",
        evidence_digest=model.evidence_digest,
        actor_digest=model.actor_digest,
        at=model.at + SECOND,
        previous=before.digest,
    )
    driver.execute("PRAGMA foreign_keys = OFF")
    for number in (7, 6, 5, 4):
        driver.execute("UPDATE proofs SET number = ? WHERE number = ?", (number + 1, number))
        driver.execute("UPDATE consents SET number = ? WHERE number = ?", (number + 1, number))
    row = (
        4,
        forged.subject,
        "utility",
        "granted",
        "paper",
        "v2",
        "en",
        forged.evidence_digest,
        forged.actor_digest,
    )
    micros = int(forged.at.timestamp() * 1_000_000)
    last = (micros, forged.previous, digest_of(forged))
    driver.execute("INSERT INTO consents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row + last)
    driver.execute("INSERT INTO proofs SELECT 4, salt, evidence, actor FROM proofs WHERE number = 7")


def test_a_forged_entry_between_the_others_is_found_although_it_is_well_sealed(
    database: Path, tampered: sqlite3.Connection
) -> None:
    forge(tampered, database)
    assert found(database) == (4, Breach.INSERTED)


def test_what_was_broken_stays_visible_whatever_is_recorded_afterwards(
    database: Path, tampered: sqlite3.Connection
) -> None:
    tampered.execute("DELETE FROM proofs WHERE number = 7")
    tampered.execute("DELETE FROM consents WHERE number = 7")
    with closing(open_store(str(database))) as store:
        do(store, lambda tx: tx.record_consent(said("alice", 9)))
        assert len(do(store, lambda tx: tx.consents("alice"))) == 3  # of four, one was deleted
    assert found(database) == (7, Breach.REMOVED)


def test_a_forged_end_does_not_keep_a_person_from_saying_no(
    database: Path, tampered: sqlite3.Connection
) -> None:
    tampered.execute(APPENDED)
    with closing(open_store(str(database))) as store:
        do(store, lambda tx: tx.record_consent(said("alice", 11)))
        assert do(store, lambda tx: tx.consents("alice"))[-1].act is ConsentAct.REVOKED
    assert found(database)[0] == 8


def test_a_lost_note_of_the_head_does_not_stop_the_chain(
    database: Path, tampered: sqlite3.Connection
) -> None:
    tampered.execute("DELETE FROM meta WHERE key = 'consent_head'")
    with closing(open_store(str(database))) as store:
        do(store, lambda tx: tx.record_consent(said("alice", 7)))
        assert see(store, looked_at) is None


def test_a_damaged_note_of_the_head_is_no_crash(database: Path, tampered: sqlite3.Connection) -> None:
    tampered.execute("UPDATE meta SET value = 'nonsense' WHERE key = 'consent_head'")
    assert found(database) == (1, Breach.INSERTED)


def record_many(store: Store, who: str, times: int, trouble: list[BaseException]) -> None:
    def work(tx: Transaction) -> None:
        tx.record_consent(said(who, 0))

    try:
        for future in [store.transact(work) for _ in range(times)]:
            future.result(timeout=60)
    except BaseException as error:  # noqa: BLE001 - told by the test
        trouble.append(error)


def test_two_processes_that_write_at_once_make_one_chain(sqlite: SqliteStore, database: Path) -> None:
    trouble: list[BaseException] = []
    with closing(open_store(str(database), exclusive=False)) as beside:
        for who in ("alice", "bob"):
            do(sqlite, lambda tx, who=who: tx.save_recipient(Recipient(id=who)))  # type: ignore[misc]
        threads = [
            threading.Thread(target=record_many, args=(store, who, 60, trouble))
            for store, who in ((sqlite, "alice"), (beside, "bob"), (sqlite, "bob"), (beside, "alice"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pages = see(beside, lambda views: views.ledger())
        assert see(sqlite, looked_at) is None
    assert trouble == []
    assert [page.entry.number for page in pages] == list(range(1, 241))
    assert len({page.entry.previous for page in pages}) == 240
    assert pages[0].entry.previous == BEFORE_THE_FIRST


def test_what_failed_leaves_no_link_in_the_chain(sqlite: SqliteStore) -> None:
    def work(tx: Transaction) -> None:
        tx.save_recipient(Recipient(id="alice"))
        tx.record_consent(said("alice", 0))
        with tx.apart():
            tx.record_consent(said("alice", 1))
            raise LookupError

    with pytest.raises(LookupError):
        do(sqlite, work)
    do(sqlite, lambda tx: tx.save_recipient(Recipient(id="alice")))
    do(sqlite, lambda tx: tx.record_consent(said("alice", 2)))
    assert see(sqlite, looked_at) is None
    assert len(see(sqlite, lambda views: views.ledger())) == 1


def test_each_person_has_one_pseudonym_that_says_nothing(sqlite: SqliteStore) -> None:
    for who in ("alice", "bob"):
        do(sqlite, lambda tx, who=who: tx.save_recipient(Recipient(id=who)))  # type: ignore[misc]
    assert do(sqlite, lambda tx: tx.subjects("alice")) == []
    for who in ("alice", "alice", "bob"):
        do(sqlite, lambda tx, who=who: tx.record_consent(said(who, 0)))  # type: ignore[misc]

    def subjects(views: Views) -> list[str]:
        return [page.entry.subject for page in views.ledger()]

    one, again, other = see(sqlite, subjects)
    assert one == again != other
    assert do(sqlite, lambda tx: tx.subjects("alice")) == [one]
    assert [page.entry.number for page in see(sqlite, lambda views: views.ledger("bob"))] == [3]
    salts: Sequence[str] = [page.proof.salt for page in see(sqlite, lambda v: v.ledger()) if page.proof]
    assert len({*salts}) == 3


def test_an_invitation_is_found_by_its_code_and_used_once(sqlite: SqliteStore) -> None:
    do(sqlite, lambda tx: tx.save_recipient(Recipient(id="alice")))
    invite = Invite(
        code_digest="d",
        recipient_id="alice",
        purpose=Purpose.UTILITY,
        wording="v2",
        language="en",
        created_at=NOW,
        expires_at=NOW + SECOND,
    )
    added = do(sqlite, lambda tx: tx.add_invite(invite))
    assert added.id
    assert do(sqlite, lambda tx: tx.invite_by_code("d")) == added
    assert do(sqlite, lambda tx: tx.invite_by_code("e")) is None
    do(sqlite, lambda tx: tx.use_invite(added, NOW))
    used = do(sqlite, lambda tx: tx.invite_by_code("d"))
    assert used is not None
    assert used.used_at == NOW
