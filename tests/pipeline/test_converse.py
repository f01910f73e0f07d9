"""What people say, where the stories do not go: guests, quotes of nothing, rules that are gone."""

from datetime import timedelta
from typing import Any

import pytest

from tests.core.builders import NOW, alert, consent, recipient, rule, saying
from wa_notify.core.consent import ConsentAct
from wa_notify.core.inbound import Content, InboundMessage, Reaction, Sender, Text
from wa_notify.core.message import Accepted
from wa_notify.core.outbox import Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Receiver, Rulebook, Step
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import EntryKind
from wa_notify.pipeline.converse import converse
from wa_notify.pipeline.deliver import claim, record
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.telling import acting, hand_over
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

NUMBER = "400000000000101"
OUTAGE = rule(details=saying("All of it"))
ONCALL = Receiver(to=("alice", "bob"), escalate=(Step(after=timedelta(hours=1), to=("carol",)),))
BOOK = Rulebook(rules=(OUTAGE,), receivers={"oncall": ONCALL})
NO_RULES = Rulebook()
GUEST = Recipient(id="guest-7f1c", phone="+447700900999", guest=True)


@pytest.fixture
def sent(store: SqliteStore) -> Item:
    """Alice and Bob were told of ticket 1; Alice's message is known as ``wamid.OUT``."""

    def work(tx: Transaction) -> Item | None:
        for name in ("bob", "carol"):
            tx.save_recipient(recipient(id=name, name="", phone=""))
            tx.record_consent(consent(recipient_id=name))
        tx.save_recipient(recipient(id="bob", name="Robert", phone="+447700900456"))
        ingest(tx, BOOK, [alert()], NOW)
        claims = claim(tx, BOOK, NUMBER, NOW, 10).leaving
        for claimed in claims:
            record(tx, NUMBER, claimed, Accepted(wamid=f"wamid.{claimed.lane}"), NOW, 0.5)
        return tx.item(1)

    item = store.transact(work).result()
    assert item is not None
    return item


def says(
    store: SqliteStore, who: Recipient, content: Content | str, book: Rulebook = BOOK, **special: Any
) -> list[str]:
    """Say something; the texts of all answers so far."""
    body = Text(body=content) if isinstance(content, str) else content
    ordinary: dict[str, Any] = {"wamid": f"in.{body}.{special}", "at": NOW, "content": body}
    message = InboundMessage(sender=Sender(), **(ordinary | special))

    def work(tx: Transaction) -> list[str]:
        tx.save_recipient(who)
        converse(tx, book, who, message, max(NOW, message.at))
        answers = tx.chat_since(who.id, Occasion.CONFIRMATION, NOW - timedelta(days=9))
        return [item.intent.free_form or "" for item in answers]

    return store.transact(work).result()


def ticket(store: SqliteStore) -> Ticket:
    found = store.read(lambda views: views.ticket(1)).result()
    assert found is not None
    return found


def test_a_guest_is_answered_once_a_day_and_can_do_nothing(store: SqliteStore, sent: Item) -> None:
    for words in ("ack 1", "resolve 1", "who are you?", "help"):
        answers = says(store, GUEST, words)
        assert len(answers) == 1
        assert "You are not on the list" in answers[0]
    assert len(says(store, GUEST, "hello", at=NOW + timedelta(hours=23))) == 1
    assert len(says(store, GUEST, "hello", at=NOW + timedelta(hours=25))) == 2
    assert ticket(store).state is TicketState.OPEN


def test_a_guest_who_quotes_an_alert_is_noted_on_its_ticket(store: SqliteStore, sent: Item) -> None:
    says(store, GUEST, "ack", context_wamid="wamid.alice")
    entries = store.read(lambda views: views.timeline(1)).result()
    noted = [(entry.actor, entry.reason) for entry in entries if entry.kind is EntryKind.REPLIED]
    assert noted == [("guest-7f1c", Reason.NOT_A_RECIPIENT)]


def test_a_guests_reaction_is_not_answered(store: SqliteStore, sent: Item) -> None:
    assert says(store, GUEST, Reaction(emoji="👍", to_wamid="wamid.alice")) == []


def test_a_guests_words_on_consent_are_kept_without_a_promise(store: SqliteStore) -> None:
    def acts() -> list[ConsentAct]:
        ledger = store.transact(lambda tx: tx.consents(GUEST.id)).result()
        return [one.act for one in ledger]

    assert "not on the list" in says(store, GUEST, "START")[0]
    assert acts() == [ConsentAct.GRANTED]
    later = NOW + timedelta(minutes=1)
    assert "no more alerts" in says(store, GUEST, "STOP", at=later)[1]
    assert len(says(store, GUEST, "START", at=later + timedelta(minutes=1))) == 2
    assert acts() == [ConsentAct.GRANTED, ConsentAct.REVOKED, ConsentAct.GRANTED]


def test_a_reaction_to_a_message_we_do_not_know_is_not_answered(store: SqliteStore, sent: Item) -> None:
    assert says(store, recipient(), Reaction(emoji="👍", to_wamid="wamid.other")) == []
    assert ticket(store).state is TicketState.OPEN


def test_quoting_the_message_of_a_ticket_one_was_never_told_of_takes_nothing(
    store: SqliteStore, sent: Item
) -> None:
    carol = recipient(id="carol", name="Carol", phone="+447700900789")
    assert says(store, carol, "ack", context_wamid="wamid.alice") == [
        "There is no open ticket of yours. Nothing was changed."
    ]
    assert says(store, carol, Reaction(emoji="👍", to_wamid="wamid.alice")) == [
        "There is no open ticket of yours. Nothing was changed."
    ]
    assert ticket(store).state is TicketState.OPEN


def test_a_ticket_whose_rule_is_gone_can_still_be_handled(store: SqliteStore, sent: Item) -> None:
    alice = recipient()
    told = says(store, alice, "escalate", NO_RULES)
    assert told[-1].startswith("Nobody is left to ask")
    assert says(store, alice, "details", NO_RULES)[-1] == "There are no further details."
    assert says(store, alice, "assign bob", NO_RULES)[-1].startswith("Ticket #1 is with Robert now")
    assert says(store, alice, "release", NO_RULES)[-1].startswith("Ticket #1 is given back")
    assert says(store, alice, "comment hi", NO_RULES)[-1].startswith("Noted on ticket #1. Robert will")
    assert says(store, alice, "silence", NO_RULES)[-1].startswith("Ticket #1 is silenced")
    assert says(store, alice, "resolve", NO_RULES)[-1].startswith("Ticket #1 is closed")


def test_names_that_two_people_have_are_not_guessed(store: SqliteStore, sent: Item) -> None:
    def twin(tx: Transaction) -> None:
        tx.save_recipient(recipient(id="robert2", name="robert", phone=""))

    store.transact(twin).result()
    (answer,) = says(store, recipient(), "assign Robert")
    assert answer.startswith("Several people are called robert. Say one of these names: bob, robert2")
    assert ticket(store).state is TicketState.OPEN


def test_who_has_the_ticket_hears_what_is_said_although_they_were_told_nothing_yet(
    store: SqliteStore, sent: Item
) -> None:
    says(store, recipient(), "assign carol")
    assert says(store, recipient(), "it is the backup")[-1] == (
        "Noted on ticket #1. Robert and carol will see it."
    )


def test_who_is_given_a_ticket_without_a_long_text_gets_one_message(store: SqliteStore, sent: Item) -> None:
    plain = Rulebook(rules=(rule(),), receivers={"oncall": ONCALL})
    says(store, recipient(), "assign carol", plain)
    items = store.read(lambda views: views.items(ticket_id=1, limit=100)).result()
    assert [item.occasion for item in items if item.recipient_id == "carol"] == [Occasion.ASSIGNED]


def test_a_handover_that_is_told_twice_is_one_message(store: SqliteStore, sent: Item) -> None:
    def twice(tx: Transaction) -> int:
        ticket = tx.ticket(1)
        assert ticket is not None
        for _ in range(2):
            hand_over(tx, BOOK, ticket, acting(recipient(), "wamid.1"), "carol", NOW)
        return len(tx.items_of(ticket, states=list(ItemState), occasions=(Occasion.ASSIGNED,)))

    assert store.transact(twice).result() == 1


def test_an_answer_does_not_go_to_somebody_who_is_no_person(store: SqliteStore, sent: Item) -> None:
    def taken_by_root(tx: Transaction) -> None:
        from_the_store = tx.ticket(1)
        assert from_the_store is not None
        tx.save_ticket(
            Ticket(
                **{name: getattr(from_the_store, name) for name in from_the_store.__slots__}
                | {"state": TicketState.ACKNOWLEDGED, "acknowledged_by": "root"}
            )
        )

    store.transact(taken_by_root).result()
    assert says(store, recipient(), "ack")[-1].startswith("Ticket #1 is already with root")
    assert says(store, recipient(), "hello")[-1] == "Noted on ticket #1. Robert will see it."
