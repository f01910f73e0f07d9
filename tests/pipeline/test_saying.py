"""Saying something by hand, because of a ticket or for no reason of ours."""

from datetime import timedelta

from tests.core.builders import NOW, alert, open_window, rule
from wa_notify.core.outbox import Intent, Item
from wa_notify.core.rule import Receiver, Rulebook
from wa_notify.core.timeline import EntryKind
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.saying import Saying, foresee, note_said, put
from wa_notify.pipeline.telling import Actor
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

NUMBER = "400000000000101"
BOOK = Rulebook(rules=(rule(),), receivers={"oncall": Receiver(to=("alice",))})
LUNCH = Saying(who="alice", intent=Intent(free_form="Lunch?"), key="ops/1", ttl=timedelta(hours=1))
OLGA = Actor(id="olga", name="Olga", mark="1")


def test_the_ticket_tells_who_wrote_to_whom_and_not_what(store: SqliteStore) -> None:
    def open_the_window(tx: Transaction) -> None:
        tx.save_window(NUMBER, "alice", open_window())
        ingest(tx, BOOK, [alert()], NOW)

    store.transact(open_the_window).result()
    foreseen = store.rehearse(lambda tx: foresee(tx, BOOK, NUMBER, LUNCH, NOW)).result()

    def write(tx: Transaction) -> Item:
        done = put(tx, foreseen, LUNCH, NOW)
        assert done.item is not None
        note_said(tx, 1, done.item, OLGA, NOW)
        note_said(tx, None, done.item, OLGA, NOW)
        return done.item

    before = store.read(lambda views: views.timeline(1)).result()
    item = store.transact(write).result()
    *story, newest = store.read(lambda views: views.timeline(1)).result()
    assert story == list(before)
    assert (newest.kind, newest.actor, newest.item_id) == (EntryKind.COMMENTED, "olga", item.id)
    assert newest.text == "Olga writes to Alice by hand."
