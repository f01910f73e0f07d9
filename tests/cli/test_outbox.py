"""outbox retry and drop: what is typed obeys the same rules as what is clicked."""

from dataclasses import replace

import pytest

from tests.cli.desk import Desk, alert
from wa_notify.cli.optin import whoami
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.reason import Reason
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import open_store


@pytest.fixture
def busy(desk: Desk) -> Desk:
    desk.has_had(alert())
    return desk


def becomes(desk: Desk, state: ItemState, reason: Reason | None = None) -> Item:
    """The first message stands so."""
    store = open_store(desk.config.store)

    def work(tx: Transaction) -> Item:
        item = tx.item(1)
        assert item
        after = replace(item, state=state, reason=reason)
        tx.save_item(after)
        return after

    try:
        return store.transact(work).result()
    finally:
        store.close()


def test_what_waits_is_dropped_under_the_systems_name(busy: Desk) -> None:
    item = becomes(busy, ItemState.HELD)
    answer = busy.types("outbox", "drop", "1")
    assert (answer.code, answer.out) == (0, f"✓ {item.spoken} is cancelled. {whoami()} dropped it.\n")
    again = busy.types("outbox", "drop", "1", "--json")
    assert (again.code, again.json["done"], again.json["state"]) == (0, True, "cancelled")
    story = busy.types("tickets", "show", "1", "--json").json["timeline"]
    assert [entry["actor"] for entry in story if "dropped" in entry["text"]] == [whoami()]


def test_what_was_refused_is_tried_again_once_that_makes_sense(busy: Desk) -> None:
    item = becomes(busy, ItemState.REFUSED, Reason.OPTED_OUT)
    said = ("--source", "web", "--evidence", "told us")
    assert busy.types("optin", "revoke", item.recipient_id, *said).code == 0
    answer = busy.types("outbox", "retry", "1", "--json")
    assert (answer.code, answer.json["state"]) == (1, "refused")
    assert (
        busy.types("optin", "grant", item.recipient_id, "--source", "web", "--evidence", "told us").code == 0
    )
    answer = busy.types("outbox", "retry", "1")
    assert (answer.code, f"is tried again, as {whoami()} asked." in answer.out) == (0, True), answer
    assert busy.items()[0].state is ItemState.PENDING


def test_what_has_left_stays_as_it_is_and_ends_with_1(busy: Desk) -> None:
    item = becomes(busy, ItemState.READ)
    for deed in ("retry", "drop"):
        answer = busy.types("outbox", deed, "1")
        assert (answer.code, answer.out) == (1, f"✗ {item.spoken} has arrived: it is read.\n")


def test_a_message_that_does_not_exist_ends_with_1(busy: Desk) -> None:
    answer = busy.types("outbox", "retry", "99", "--json")
    assert answer.code == 1
    assert answer.json == {
        "done": False,
        "text": "There is no message 99 in the outbox.",
        "item": 99,
        "state": None,
    }
