"""The fourth door where the stories do not go."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.builders import NOW, alert, remind, rule
from wa_notify.core.outbox import Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Receiver, Rulebook
from wa_notify.pipeline.deliver import claim
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.remind import remind as remind_due
from wa_notify.store.sqlite import SqliteStore

POLICY = rule(remind=remind())
BOOK = Rulebook(rules=(POLICY,), receivers={"oncall": Receiver(to=("alice",))})
DUE = NOW + timedelta(minutes=10)


@pytest.mark.parametrize("changed", [(), (replace(POLICY, remind=None),)], ids=["rule gone", "policy gone"])
def test_reminders_end_with_a_word_when_their_rule_was_removed(store: SqliteStore, changed: tuple) -> None:  # type: ignore[type-arg]
    store.transact(lambda tx: ingest(tx, BOOK, [alert()], NOW)).result()
    book = replace(BOOK, rules=changed)
    assert store.transact(lambda tx: remind_due(tx, book, DUE, 10)).result() == 1
    assert store.transact(lambda tx: remind_due(tx, book, DUE, 10)).result() == 0
    entries = store.read(lambda views: views.timeline(1)).result()
    assert entries[-1].reason is Reason.RULE_REMOVED


def test_who_still_waits_for_the_first_message_is_not_reminded_of_it(store: SqliteStore) -> None:
    store.transact(lambda tx: ingest(tx, BOOK, [alert()], NOW)).result()
    assert store.transact(lambda tx: remind_due(tx, BOOK, DUE, 10)).result() == 1
    assert [i.occasion for i in store.read(lambda views: views.items(limit=9)).result()] == [Occasion.OPENED]


def test_one_look_speaks_for_no_more_tickets_than_asked(store: SqliteStore) -> None:
    alerts = [alert(fingerprint=str(number)) for number in range(5)]
    store.transact(lambda tx: ingest(tx, BOOK, alerts, NOW)).result()
    store.transact(lambda tx: claim(tx, BOOK, "n", NOW, 10)).result()
    assert store.transact(lambda tx: remind_due(tx, BOOK, DUE, 3)).result() == 3
    assert store.transact(lambda tx: remind_due(tx, BOOK, DUE, 3)).result() == 2
    assert store.transact(lambda tx: remind_due(tx, BOOK, DUE, 3)).result() == 0
