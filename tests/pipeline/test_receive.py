"""The third door where the stories do not go: odd events, early news, marketing preferences."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.core.builders import NOW, alert, failure, rule, shape
from wa_notify.core.condition import Scope
from wa_notify.core.consent import ConsentAct, Purpose
from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.enclosed import MediaKind
from wa_notify.core.inbound import (
    AccountNews,
    Arrival,
    Content,
    Event,
    InboundMessage,
    Location,
    Media,
    Preference,
    Reaction,
    Sender,
    StatusUpdate,
    Tap,
    TemplateNews,
    Text,
    Unknown,
)
from wa_notify.core.message import Accepted, Outgoing, Remedy, TextMessage
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.rule import Receiver, Rulebook
from wa_notify.core.ticket import TicketState
from wa_notify.pipeline.deliver import claim, record
from wa_notify.pipeline.files import go_without
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.receive import receive
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore
from wa_notify.whatsapp import codes

NUMBER = "400000000000101"
ALICE = Sender(wa_id="447700900123", bsuid="GB.1")
BOOK = Rulebook(rules=(rule(),), receivers={"oncall": Receiver(to=("alice",))})


def arrive(store: SqliteStore, *events: Event, key: str = "k") -> int:
    arrivals = [
        Arrival(key=f"{key}{index}", number_id=NUMBER, event=event) for index, event in enumerate(events)
    ]
    return store.transact(lambda tx: receive(tx, BOOK, arrivals, NOW, 0.5)).result()


def wrote(content: Content, *, sender: Sender = ALICE, at: datetime = NOW, **special: Any) -> InboundMessage:
    return InboundMessage(wamid=f"wamid.{content}", sender=sender, at=at, content=content, **special)


def status(word: str, **special: Any) -> StatusUpdate:
    known = DeliveryStatus(word) if word in set(DeliveryStatus) else None
    ordinary: dict[str, Any] = {"wamid": "wamid.OUT", "recipient": ALICE, "at": NOW}
    return StatusUpdate(**(ordinary | {"status": known, "word": word} | special))


@pytest.fixture
def sent(store: SqliteStore) -> Item:
    """A message about ticket 1 that WhatsApp accepted as ``wamid.OUT``."""

    def work(tx: Transaction) -> Item | None:
        ingest(tx, BOOK, [alert()], NOW)
        (claimed,) = claim(tx, BOOK, NUMBER, NOW, 1).leaving
        record(tx, NUMBER, claimed, Accepted(wamid="wamid.OUT"), NOW, 0.5)
        return tx.item(claimed.item_id)

    item = store.transact(work).result()
    assert item is not None
    return item


def items(store: SqliteStore) -> list[Item]:
    return list(store.read(lambda views: views.items(limit=100)).result())


def test_the_same_event_twice_is_new_once(store: SqliteStore) -> None:
    assert arrive(store, wrote(Text(body="hi"))) == 1
    assert arrive(store, wrote(Text(body="hi"))) == 0


def test_news_of_the_account_and_unknown_kinds_are_kept_and_change_nothing(store: SqliteStore) -> None:
    assert arrive(store, AccountNews(kind="security", event="PIN_CHANGED"), Unknown(kind="flows")) == 2


def test_template_news_counts_at_once(store: SqliteStore) -> None:
    arrive(store, TemplateNews(kind="status", name="ops_alert", language="en", status="PAUSED"))
    (known,) = store.read(lambda views: views.templates()).result()
    assert known == shape(status="PAUSED")


def test_a_failure_of_a_message_that_nobody_knows_still_tells_of_the_account(store: SqliteStore) -> None:
    arrive(store, status("failed", wamid="wamid.OF.ANOTHER", failure=codes.failure(131042)))
    (trouble,) = store.read(lambda views: views.conditions()).result()
    assert (trouble.scope, trouble.is_open) == (Scope.ACCOUNT, True)


@pytest.mark.parametrize("value", ["stop", "resume", "signup"])
def test_a_marketing_preference_is_recorded_for_marketing_only(store: SqliteStore, value: str) -> None:
    arrive(
        store,
        Preference(sender=ALICE, category="marketing_messages", value=value, at=NOW),
        Preference(sender=Sender(wa_id="1"), category="marketing_messages", value=value, at=NOW),
    )
    records = store.transact(lambda tx: tx.consents("alice")).result()
    acts = [record.act for record in records if record.purpose is Purpose.MARKETING]
    assert acts == {"stop": [ConsentAct.REVOKED], "resume": [ConsentAct.GRANTED], "signup": []}[value]
    assert records[0].act is ConsentAct.GRANTED


def test_a_status_finds_its_message_by_our_mark_before_we_know_whatsapps_id(
    store: SqliteStore, sent: Item
) -> None:
    arrive(store, status("read", wamid="wamid.OTHER", callback_data=sent.callback_data))
    assert [item.state for item in items(store)] == [ItemState.READ]


@pytest.mark.parametrize("mark", ["", "7", "999.1.abc", "1.1.00000000", "x.y.z", "9" * 30])
def test_a_mark_of_another_database_finds_nothing(store: SqliteStore, sent: Item, mark: str) -> None:
    arrive(store, status("read", wamid="wamid.OTHER", callback_data=mark))
    assert [item.state for item in items(store)] == [sent.state]


def test_a_status_without_a_mark_finds_its_message_by_whatsapps_id(store: SqliteStore, sent: Item) -> None:
    arrive(store, status("delivered"))
    assert [item.state for item in items(store)] == [ItemState.DELIVERED]


def test_words_newer_than_this_code_and_failures_without_a_cause_change_nothing(
    store: SqliteStore, sent: Item
) -> None:
    arrive(store, status("teleported"), status("failed"))
    assert items(store) == [sent]


def test_a_failure_of_an_earlier_try_does_not_end_a_later_one(store: SqliteStore, sent: Item) -> None:
    old = sent.callback_data.replace(".1.", ".0.")
    arrive(
        store,
        status("failed", wamid="wamid.OLD", callback_data=old, failure=failure(Remedy.CHANNEL)),
    )
    assert items(store) == [sent]


def test_a_failure_is_not_believed_once_the_message_has_arrived(store: SqliteStore, sent: Item) -> None:
    arrive(store, status("failed", failure=failure(Remedy.FIX)), status("delivered"))
    assert [item.state for item in items(store)] == [ItemState.DELIVERED]
    arrive(store, status("failed", failure=failure(Remedy.RETRY)), key="later")
    assert [item.state for item in items(store)] == [ItemState.DELIVERED]


def test_a_message_dated_in_the_future_opens_the_window_no_longer_than_from_now(store: SqliteStore) -> None:
    arrive(store, wrote(Text(body="hi"), at=NOW + timedelta(days=2)))
    window = store.transact(lambda tx: tx.window(NUMBER, "alice")).result()
    assert window.last_inbound_at == NOW


def test_somebody_who_shows_only_a_bsuid_is_recognised_once_it_was_learnt(store: SqliteStore) -> None:
    arrive(store, wrote(Text(body="hi")))
    arrive(store, wrote(Text(body="STOP"), sender=Sender(bsuid="GB.1")), key="later")
    records = store.transact(lambda tx: tx.consents("alice")).result()
    assert records[-1].act is ConsentAct.REVOKED


def test_a_reaction_opens_no_window_and_releases_nothing(store: SqliteStore, sent: Item) -> None:
    arrive(store, wrote(Reaction(emoji="🎉", to_wamid="wamid.OUT")))
    window = store.transact(lambda tx: tx.window(NUMBER, "alice")).result()
    assert window.last_inbound_at is None
    assert items(store) == [sent]


def test_quoting_the_message_is_enough_to_say_which_ticket_is_meant(store: SqliteStore, sent: Item) -> None:
    arrive(store, wrote(Text(body="ack"), context_wamid="wamid.OUT"))
    ticket = store.read(lambda views: views.ticket(1)).result()
    assert ticket is not None
    assert ticket.state is TicketState.ACKNOWLEDGED


def test_quoting_an_answer_that_has_no_ticket_takes_nothing(store: SqliteStore, sent: Item) -> None:
    arrive(store, wrote(Text(body="STOP")))

    def answered(tx: Transaction) -> None:
        (claimed,) = claim(tx, BOOK, NUMBER, NOW, 1).leaving
        record(tx, NUMBER, claimed, Accepted(wamid="wamid.ANSWER"), NOW, 0.5)

    store.transact(answered).result()
    arrive(store, wrote(Text(body="ack"), context_wamid="wamid.ANSWER"), key="later")
    ticket = store.read(lambda views: views.ticket(1)).result()
    assert ticket is not None
    assert ticket.state is TicketState.OPEN


def test_asking_for_details_that_do_not_exist_is_answered(store: SqliteStore, sent: Item) -> None:
    arrive(store, wrote(Tap(payload="", title="Details")))
    assert items(store)[0].intent.free_form == "There are no further details."


def test_a_second_start_changes_nothing_and_is_not_answered(store: SqliteStore) -> None:
    arrive(store, wrote(Text(body="START")))
    assert items(store) == []
    assert len(store.transact(lambda tx: tx.consents("alice")).result()) == 1


def test_a_picture_on_an_open_ticket_is_a_comment_with_its_caption(store: SqliteStore, sent: Item) -> None:
    arrive(store, wrote(Media(kind=MediaKind.IMAGE, media_id="1", caption="the rack")))
    entries = store.read(lambda views: views.timeline(1)).result()
    assert (entries[-1].kind, entries[-1].text) == ("commented", "sent a photo: the rack")


def test_a_place_on_an_open_ticket_shows_that_somebody_is_there(store: SqliteStore, sent: Item) -> None:
    arrive(store, wrote(Location(latitude=51.5, longitude=0)))
    entries = store.read(lambda views: views.timeline(1)).result()
    assert entries[-1].kind == "replied"


def test_an_attempt_that_was_overtaken_has_no_say_about_its_file(store: SqliteStore, sent: Item) -> None:
    outgoing = Outgoing(to="+447700900123", message=TextMessage(body="x"), callback_data="")
    later = sent.attempts + 1

    def give_up(tx: Transaction) -> Outgoing | None:
        return go_without(tx, sent.id, later, outgoing, "It is gone.", NOW)

    assert store.transact(give_up).result() is None
    (item,) = items(store)
    assert item.intent == sent.intent


def test_when_it_was_delivered_is_learned_even_behind_read_and_is_told_once(
    store: SqliteStore, sent: Item
) -> None:
    later = NOW + timedelta(minutes=5)
    arrive(store, status("read", at=later, callback_data=sent.callback_data), key="a")
    story = store.read(lambda views: views.timeline(1)).result()
    arrive(store, status("delivered", at=NOW, callback_data=sent.callback_data), key="b")
    (item,) = items(store)
    assert (item.state, item.delivered_at, item.status_at) == (ItemState.READ, NOW, later)
    assert store.read(lambda views: views.timeline(1)).result() == story
