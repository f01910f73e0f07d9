"""What every store keeps of the desk: accounts, sessions, keys, links, guesses, the audit trail, answers."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from tests.store.contract import NOW, SECOND, do, see
from wa_notify.core.access import Account, ApiKey, EntryLink, Right, Role, Session, Via
from wa_notify.core.audit import AuditEntry
from wa_notify.core.guessing import Guesses
from wa_notify.ports import Store, Transaction
from wa_notify.ports.access import Remembered

ALICE = Account(
    name="alice",
    role=Role.ADMIN,
    password="$argon2id$...",
    totp_secret="JBSWY3DPEHPK3PXP",
    totp_step=59_000_001,
    created_at=NOW,
    created_by="alice",
    password_at=NOW + SECOND,
)
KEY = ApiKey(
    digest="k1",
    name="backup",
    rights=(Right.SEE, Right.TICKETS),
    created_by="alice",
    created_at=NOW,
    expires_at=NOW + 9 * SECOND,
)


def session(digest: str, account: str = "alice", at: datetime = NOW) -> Session:
    return Session(digest=digest, account=account, created_at=at, seen_at=at, agent="Firefox")


def line(number: int, **changes: str) -> AuditEntry:
    entry = AuditEntry(
        at=NOW + number * SECOND,
        actor="alice",
        via=Via.SESSION,
        action="change_role",
        subject="account bob",
        before={"role": "viewer"},
        after={"role": "admin", "second_factor": False},
    )
    return replace(entry, **changes)  # type: ignore[arg-type]


def keep_session(kept: Session, tx: Transaction) -> None:
    tx.save_session(kept)


@pytest.fixture
def alice(store: Store) -> Account:
    do(store, lambda tx: tx.save_account(ALICE))
    return ALICE


def test_an_account_comes_back_as_it_was_saved(store: Store, alice: Account) -> None:
    assert see(store, lambda views: views.account("alice")) == alice
    changed = replace(alice, role=Role.VIEWER, totp_secret="", logged_in_at=NOW)
    do(store, lambda tx: tx.save_account(changed))
    do(store, lambda tx: tx.save_account(replace(ALICE, name="aaron")))
    assert [one.name for one in see(store, lambda views: views.accounts())] == ["aaron", "alice"]
    assert see(store, lambda views: views.account("alice")) == changed
    assert see(store, lambda views: views.account("bob")) is None


def test_with_an_account_go_its_sessions_and_links(store: Store, alice: Account) -> None:
    link = EntryLink(digest="l1", account="alice", created_at=NOW, expires_at=NOW + SECOND)
    do(store, lambda tx: tx.save_session(session("s1")))
    do(store, lambda tx: tx.add_entry_link(link))
    do(store, lambda tx: tx.remove_account("alice"))
    assert see(store, lambda views: views.session("s1")) is None
    assert see(store, lambda views: views.entry_link("l1")) is None


def test_sessions_end_one_by_one_or_all_but_one(store: Store, alice: Account) -> None:
    for index, digest in enumerate(("s1", "s2", "s3")):
        begun = session(digest, at=NOW + index * SECOND)
        do(store, partial(keep_session, begun))
    assert [one.digest for one in see(store, lambda views: views.sessions_of("alice"))] == ["s3", "s2", "s1"]
    do(store, lambda tx: tx.end_session("s1"))
    do(store, lambda tx: tx.end_sessions("alice", apart_from="s3"))
    assert see(store, lambda views: views.sessions_of("alice")) == [session("s3", at=NOW + 2 * SECOND)]
    do(store, lambda tx: tx.end_sessions("alice"))
    assert see(store, lambda views: views.sessions_of("alice")) == []


def test_sessions_that_are_over_are_forgotten(store: Store, alice: Account) -> None:
    old, idle, busy = session("old"), session("idle", at=NOW + SECOND), session("busy", at=NOW + SECOND)
    busy = replace(busy, seen_at=NOW + 5 * SECOND)
    old = replace(old, seen_at=NOW + 5 * SECOND)
    for one in (old, idle, busy):
        do(store, lambda tx, one=one: tx.save_session(one))  # type: ignore[misc]
    do(store, lambda tx: tx.forget_sessions(NOW + 2 * SECOND, NOW))
    assert [one.digest for one in see(store, lambda views: views.sessions_of("alice"))] == ["busy"]


def test_a_key_is_found_by_its_digest_and_its_number(store: Store) -> None:
    made = do(store, lambda tx: tx.add_api_key(KEY))
    assert made == replace(KEY, id=made.id)
    assert see(store, lambda views: views.api_key("k1")) == made
    ended = replace(made, revoked_at=NOW, used_at=NOW)
    do(store, lambda tx: tx.save_api_key(ended))
    assert see(store, lambda views: views.api_key_by_id(made.id)) == ended
    second = do(store, lambda tx: tx.add_api_key(replace(KEY, digest="k2", expires_at=None)))
    assert see(store, lambda views: views.api_keys()) == [second, ended]
    assert see(store, lambda views: views.api_key("k3")) is None
    assert see(store, lambda views: views.api_key_by_id(99)) is None


def test_a_new_link_for_an_account_ends_the_one_before(store: Store) -> None:
    first = EntryLink(digest="l1", account="bob", created_at=NOW, expires_at=NOW + SECOND)
    other = replace(first, digest="l2", account="carol")
    do(store, lambda tx: tx.add_entry_link(first))
    do(store, lambda tx: tx.add_entry_link(other))
    second = replace(first, digest="l3")
    do(store, lambda tx: tx.add_entry_link(second))
    found = see(store, lambda views: [views.entry_link(digest) for digest in ("l1", "l2", "l3")])
    assert found == [None, other, second]
    do(store, lambda tx: tx.remove_entry_link("l3"))
    assert see(store, lambda views: views.entry_link("l3")) is None


def test_guesses_are_counted_until_they_are_forgotten(store: Store) -> None:
    assert see(store, lambda views: views.guesses("account bob")) == Guesses(subject="account bob")
    counted = Guesses(subject="account bob", failures=3, failed_at=NOW)
    other = Guesses(subject="address ::1", failures=1, failed_at=NOW + SECOND)
    do(store, lambda tx: tx.save_guesses(counted))
    do(store, lambda tx: tx.save_guesses(other))
    assert see(store, lambda views: views.guesses("account bob")) == counted
    do(store, lambda tx: tx.forget_old_guesses(NOW + SECOND))
    assert see(store, lambda views: views.guesses("account bob")).failures == 0
    do(store, lambda tx: tx.forget_guesses("address ::1"))
    assert see(store, lambda views: views.guesses("address ::1")).failures == 0


def test_the_audit_trail_is_read_page_by_page_the_newest_first(store: Store) -> None:
    for number in range(5):
        subject = "account bob" if number % 2 else "ticket 1"
        do(store, lambda tx, n=number, s=subject: tx.audit(line(n, subject=s, actor=f"a{n // 4}")))  # type: ignore[misc]
    first = see(store, lambda views: views.audit_page(limit=2))
    assert [one.at for one in first] == [NOW + 4 * SECOND, NOW + 3 * SECOND]
    rest = see(store, lambda views: views.audit_page(before=first[-1].id, limit=9))
    assert [one.at for one in rest] == [NOW + number * SECOND for number in (2, 1, 0)]
    about = see(store, lambda views: views.audit_page(subject="account bob", limit=9))
    assert [one.at for one in about] == [NOW + number * SECOND for number in (3, 1)]
    both = see(store, lambda views: views.audit_page(subject="ticket 1", actor="a1", limit=9))
    assert [one.at for one in both] == [NOW + 4 * SECOND]
    assert see(store, lambda views: views.audit_page(actor="a0", limit=9))[0] == replace(
        line(3, actor="a0"), id=first[-1].id
    )


def test_old_lines_of_the_audit_trail_are_forgotten_in_batches(store: Store) -> None:
    for number in range(4):
        do(store, lambda tx, n=number: tx.audit(line(n)))  # type: ignore[misc]
    assert do(store, lambda tx: tx.forget_audit(NOW + 3 * SECOND, 2)) == 2
    assert do(store, lambda tx: tx.forget_audit(NOW + 3 * SECOND, 9)) == 1
    assert [one.at for one in see(store, lambda views: views.audit_page(limit=9))] == [NOW + 3 * SECOND]


def test_an_answer_is_remembered_for_a_while(store: Store) -> None:
    at_work = Remembered(key="a/1", asked="digest", at=NOW)
    do(store, lambda tx: tx.remember(at_work))
    assert see(store, lambda views: views.remembered("a/1")) == at_work
    answered = replace(at_work, status=201, answer='{"a":1}')
    do(store, lambda tx: tx.remember(answered))
    assert see(store, lambda views: views.remembered("a/1")) == answered
    do(store, lambda tx: tx.forget_remembered(NOW))
    assert see(store, lambda views: views.remembered("a/1")) == answered
    do(store, lambda tx: tx.forget_remembered(NOW + timedelta(microseconds=1)))
    assert see(store, lambda views: views.remembered("a/1")) is None
