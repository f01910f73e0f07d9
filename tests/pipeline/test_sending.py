"""What meets at the moment of sending: money, limits, parts, bundles and digests."""

from dataclasses import replace
from decimal import Decimal

from tests.core.builders import NOW, item, open_window
from tests.pipeline.test_charges import BOOK, NUMBER, charged, leaving
from wa_notify.core.budget import Budget
from wa_notify.core.charge import Charge
from wa_notify.core.enclosed import Place
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.pricing import Model
from wa_notify.pipeline.deliver import Claim, claim
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

SPENT = Charge(
    item_id=77,
    at=NOW,
    month="2026-11",
    number_id=NUMBER,
    recipient_id="bob",
    market="GB",
    category="utility",
    model=Model.PER_MESSAGE,
    currency="USD",
    predicted=Decimal(2),
)


def a_place(key: str = "place") -> Item:
    """Something that is said without any words."""
    there = Intent(enclosed=Place(latitude=51.5, longitude=-0.1))
    return item(id=0, key=key, ticket_id=None, episode=0, occasion=Occasion.DETAILS, intent=there)


def test_what_is_said_without_words_is_charged_too(store: SqliteStore) -> None:
    (leaves,) = leaving(store, a_place())
    found = charged(store, leaves.item_id)
    assert found
    assert found.category == "service"


def test_what_is_said_without_words_and_costs_nothing_leaves_although_the_budget_is_spent(
    store: SqliteStore,
) -> None:
    book = replace(BOOK, budget=Budget(monthly=Decimal(1), currency="USD"))

    def work(tx: Transaction) -> tuple[Claim, ...]:
        tx.save_window(NUMBER, "alice", open_window())
        tx.save_charge(SPENT)
        tx.enqueue(a_place())
        return claim(tx, book, NUMBER, NOW, 10, ()).leaving

    assert len(store.transact(work).result()) == 1
