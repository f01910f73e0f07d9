"""What every store does when people take back what they wrote, and when a guest turns out to be somebody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.store.contract import NOW, SECOND, a_ticket, an_item, do, each, see
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.copies import Change
from wa_notify.core.inbound import Arrival, Content, Deleted, Edited, InboundMessage, Sender, Text
from wa_notify.core.outbox import Intent, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Alias, AliasKind, Recipient
from wa_notify.core.timeline import LONGEST_COMMENT, Entry, EntryKind
from wa_notify.core.window import Window
from wa_notify.ports import Store, Transaction
from wa_notify.store.statements import RAW_OF
from wa_notify.store.transaction import AddressTaken

ALICE = Recipient(id="alice", name="Alice", phone="+447700900123")
GUEST = Recipient(id="guest-1", phone="+447700900321", guest=True)
NUMBER, BSUID = AliasKind.WA_ID, AliasKind.BSUID


@pytest.fixture(autouse=True)
def people(store: Store) -> None:
    each(store, lambda tx, value: tx.save_recipient(value), [ALICE, GUEST])


def keep(store: Store, wamid: str, content: Content, raw: dict[str, Any], *, at: int = 0) -> None:
    message = InboundMessage(
        wamid=wamid, sender=Sender(), at=NOW + timedelta(seconds=at), content=content, raw=raw
    )
    assert do(store, lambda tx: tx.first_time(Arrival(key=wamid, number_id="n1", event=message), NOW))


def text(body: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body}}


def keep_edit(store: Store, wamid: str, body: str, *, of: str = "w1", at: int = 0) -> None:
    raw = {"type": "edit", "edit": {"original_message_id": of, "message": text(body)}}
    keep(store, wamid, Edited(original_wamid=of, body=body), raw, at=at)


def raw(store: Store, wamid: str) -> Any:
    return do(store, lambda tx: tx._connection.cell(RAW_OF, key=wamid))  # type: ignore[attr-defined]


def comment(store: Store, wamid: str, said: str, actor: str = "alice") -> None:
    def work(tx: Transaction) -> None:
        ticket = tx.ticket_of("disk", "alerts/db-7") or tx.save_ticket(a_ticket())
        tx.note(
            Entry(ticket_id=ticket.id, at=NOW, kind=EntryKind.COMMENTED, actor=actor, text=said, wamid=wamid)
        )

    do(store, work)


def said(store: Store) -> list[tuple[EntryKind, str]]:
    return [(entry.kind, entry.text) for entry in see(store, lambda views: views.timeline(1))]


def changes(store: Store, wamid: str) -> Sequence[Change]:
    return do(store, lambda tx: sorted(tx.changes_to(wamid), key=lambda change: change.key))


def test_edits_and_deletions_are_known_by_the_message_they_change(store: Store) -> None:
    keep(store, "w1", Text(body="one"), text("one"))
    keep_edit(store, "w2", "two", at=5)
    keep(store, "w3", Deleted(original_wamid="w1"), {"type": "revoke"}, at=9)
    assert changes(store, "w1") == [
        Change(wamid="w1", key="w2", at=NOW + 5 * SECOND, text="two"),
        Change(wamid="w1", key="w3", at=NOW + 9 * SECOND, text=None),
    ]
    assert changes(store, "w2") == []
    assert changes(store, "") == []


def test_every_copy_of_a_message_is_rewritten_and_no_other(store: Store) -> None:
    keep(store, "w1", Text(body="one"), text("one"))
    keep(store, "w9", Text(body="one"), text("one"))
    keep_edit(store, "w2", "two")
    for wamid in ("w1", "w9", ""):
        comment(store, wamid, "one")
    do(store, lambda tx: tx.rewrite("w1", "three", "three"))
    assert raw(store, "w1") == text("three")
    assert raw(store, "w2")["edit"] == {"original_message_id": "w1", "message": text("three")}
    assert raw(store, "w9") == text("one")
    assert [words for _, words in said(store)] == ["three", "one", "one"]


def test_a_long_text_is_cut_where_an_entry_carries_it(store: Store) -> None:
    comment(store, "w1", "one")
    do(store, lambda tx: tx.rewrite("w1", "y", "x" * 5000))
    ((_, words),) = said(store)
    assert len(words) == LONGEST_COMMENT


def test_of_a_deleted_message_remains_that_there_was_one(store: Store) -> None:
    keep(store, "w1", Text(body="one"), text("one"))
    keep_edit(store, "w2", "two")
    keep(store, "w3", Deleted(original_wamid="w1"), {"type": "revoke"})
    comment(store, "w1", "one")
    comment(store, "w1", "one", actor="guest-1")
    comment(store, "w1", "one", actor="nobody")
    do(store, lambda tx: tx.forget("w1"))
    assert raw(store, "w1") == raw(store, "w2") == {"deleted": True}
    assert raw(store, "w3") == {"type": "revoke"}
    assert said(store) == [
        (EntryKind.COMMENTED, "Alice deleted a message."),
        (EntryKind.COMMENTED, "guest-1 deleted a message."),
        (EntryKind.COMMENTED, "nobody deleted a message."),
    ]


def tell_bob(store: Store, wamid: str, state: ItemState) -> None:
    def work(tx: Transaction) -> None:
        key = f"1.1/comment/bob/{wamid}"
        added = tx.enqueue(
            an_item(
                key,
                ticket_id=1,
                episode=1,
                recipient_id="bob",
                occasion=Occasion.COMMENT,
                intent=Intent(free_form="Alice on #1: one"),
            )
        )
        assert added
        tx.save_item(replace(added, state=state))

    do(store, work)


def test_comments_for_others_follow_what_became_of_the_words(store: Store) -> None:
    for wamid, state in (("w1", ItemState.HELD), ("w2", ItemState.SENT), ("xw1", ItemState.HELD)):
        comment(store, wamid, "one")
        tell_bob(store, wamid, state)
    do(store, lambda tx: tx.rewrite("w1", "comment 1 two", "two"))
    do(store, lambda tx: tx.rewrite("w2", "comment 1 two", "two"))
    texts = [item.intent.free_form for item in see(store, lambda views: views.items(limit=9))]
    assert texts == ["Alice on #1: one", "Alice on #1: two", "Alice on #1: two"]
    do(store, lambda tx: tx.forget("w1"))
    do(store, lambda tx: tx.forget("w2"))
    left = see(store, lambda views: views.items(limit=9))
    assert [item.intent.free_form for item in left] == ["Alice on #1: one", None, None]
    assert [item.state for item in left] == [ItemState.HELD, ItemState.SENT, ItemState.CANCELLED]
    assert left[-1].reason is Reason.WITHDRAWN


def test_an_entry_without_words_changes_no_comment(store: Store) -> None:
    comment(store, "w1", "")
    tell_bob(store, "w1", ItemState.HELD)
    do(store, lambda tx: tx.rewrite("w1", "comment 1 two", "two"))
    (item,) = see(store, lambda views: views.items(limit=9))
    assert item.intent.free_form == "Alice on #1: one"


def test_nothing_happens_to_a_message_that_nobody_kept(store: Store) -> None:
    do(store, lambda tx: tx.rewrite("w1", "comment 1 two", "two"))
    do(store, lambda tx: tx.forget("w1"))
    assert raw(store, "w1") is None


# guests


def owner(store: Store, kind: AliasKind, value: str) -> str | None:
    found = do(store, lambda tx: tx.recipient_by_alias([Alias(kind=kind, value=value)]))
    return None if found is None else found.id


def names(store: Store) -> list[str]:
    return [person.recipient.id for person in see(store, lambda views: views.people("n1"))]


def test_a_guest_gives_their_number_and_all_that_is_theirs_to_whom_the_configuration_names(
    store: Store,
) -> None:
    do(store, lambda tx: tx.learn_alias("guest-1", Alias(kind=BSUID, value="GB.7")))
    do(store, lambda tx: tx.save_window("n1", "guest-1", Window(last_inbound_at=NOW)))
    waiting = do(store, lambda tx: tx.enqueue(an_item("a", recipient_id="guest-1")))
    gone = do(store, lambda tx: tx.enqueue(an_item("b", recipient_id="guest-1")))
    assert waiting
    assert gone

    def leave(tx: Transaction) -> None:
        tx.save_item(an_item("b", id=gone.id, state=ItemState.SENT, claimed_at=NOW))

    do(store, leave)
    do(store, lambda tx: tx.save_recipient(Recipient(id="dan", phone=GUEST.phone)))
    assert names(store) == ["alice", "dan"]
    assert owner(store, NUMBER, "447700900321") == owner(store, BSUID, "GB.7") == "dan"
    assert do(store, lambda tx: tx.window("n1", "dan")) == Window(last_inbound_at=NOW)
    assert {item.recipient_id for item in see(store, lambda views: views.items(limit=9))} == {"dan"}


def test_a_guest_gives_way_in_every_spelling_of_the_number(store: Store) -> None:
    do(store, lambda tx: tx.save_recipient(Recipient(id="guest-2", phone="+553187654321", guest=True)))
    do(store, lambda tx: tx.save_recipient(Recipient(id="dan", phone="+5531987654321")))
    assert owner(store, NUMBER, "553187654321") == "dan"


def test_what_a_guest_said_about_consent_is_said_by_the_person(store: Store) -> None:
    record = ConsentRecord(
        recipient_id="guest-1", act=ConsentAct.REVOKED, source="reply", actor="guest-1", at=NOW
    )
    do(store, lambda tx: tx.record_consent(record))
    do(store, lambda tx: tx.absorb("guest-1", "alice"))
    (said,) = do(store, lambda tx: tx.consents("alice"))
    assert (said.act, said.at, said.source) == (ConsentAct.REVOKED, NOW, "reply")
    assert do(store, lambda tx: tx.recipient("guest-1")) is None  # the ledger knows pseudonyms only
    assert owner(store, NUMBER, "447700900321") == "alice"


def test_windows_of_both_are_put_together(store: Store) -> None:
    mine = Window(last_inbound_at=NOW, refused_at=NOW + 2 * SECOND)
    theirs = Window(last_inbound_at=NOW + SECOND)
    do(store, lambda tx: tx.save_window("n1", "alice", mine))
    do(store, lambda tx: tx.save_window("n1", "guest-1", theirs))
    do(store, lambda tx: tx.save_window("n2", "guest-1", theirs))
    do(store, lambda tx: tx.absorb("guest-1", "alice"))
    both = Window(last_inbound_at=NOW + SECOND, refused_at=NOW + 2 * SECOND)
    assert do(store, lambda tx: tx.window("n1", "alice")) == both
    assert do(store, lambda tx: tx.window("n2", "alice")) == theirs


def test_learning_a_guests_address_makes_the_guest_that_person(store: Store) -> None:
    do(store, lambda tx: tx.learn_alias("alice", Alias(kind=NUMBER, value="447700900321")))
    assert names(store) == ["alice"]
    assert owner(store, AliasKind.PHONE, "+447700900321") == "alice"


def test_a_guest_never_takes_the_address_of_somebody(store: Store) -> None:
    do(store, lambda tx: tx.learn_alias("guest-1", Alias(kind=NUMBER, value="447700900123")))
    assert owner(store, NUMBER, "447700900123") == "alice"
    with pytest.raises(AddressTaken):
        do(store, lambda tx: tx.save_recipient(Recipient(id="guest-2", phone=ALICE.phone, guest=True)))


def test_addresses_of_one_kind_can_be_forgotten(store: Store) -> None:
    do(store, lambda tx: tx.learn_alias("alice", Alias(kind=BSUID, value="GB.1")))
    do(store, lambda tx: tx.forget_aliases("alice", BSUID))
    assert owner(store, BSUID, "GB.1") is None
    assert owner(store, NUMBER, "447700900123") == "alice"


def test_who_is_known_by_bsuid_alone_leaves_everything_behind_with_it(store: Store) -> None:
    kim = Recipient(id="kim", bsuid="GB.1")
    do(store, lambda tx: tx.save_recipient(kim))
    do(store, lambda tx: tx.save_window("n1", "kim", Window(last_inbound_at=NOW)))
    do(store, lambda tx: tx.save_recipient(Recipient(id="kim", bsuid="GB.2", former=("GB.1",))))
    assert owner(store, BSUID, "GB.1") is None
    assert owner(store, BSUID, "GB.2") == "kim"
    assert do(store, lambda tx: tx.window("n1", "kim")) == Window()
    assert do(store, lambda tx: tx.recipient("kim")) == Recipient(id="kim", bsuid="GB.2", former=("GB.1",))
