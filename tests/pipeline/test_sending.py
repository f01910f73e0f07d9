"""What meets at the moment of sending: money, limits, parts, bundles and digests."""

from dataclasses import replace
from decimal import Decimal

from tests.core.builders import NOW, alert, consent, item, open_window, recipient, rule
from tests.pipeline.test_charges import BOOK, NUMBER, charged, leaving
from wa_notify.core.budget import Budget
from wa_notify.core.charge import Charge
from wa_notify.core.enclosed import Place
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.pricing import Model, Prices, Rate, price_table
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority, Receiver, Rulebook
from wa_notify.core.situation import Send, Wait
from wa_notify.pipeline.deliver import Claim, claim
from wa_notify.pipeline.explain import explain
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


def test_explaining_tells_what_the_budget_would_keep_back_once_the_first_has_left(store: SqliteStore) -> None:
    def people(tx: Transaction) -> None:
        tx.save_recipient(recipient(id="bob", phone="+447700900456"))
        tx.record_consent(consent(recipient_id="bob"))

    store.transact(people).result()
    rates = [Rate(market="Other", category="utility", price=Decimal(1))]
    book = Rulebook(
        rules=(rule(priority=Priority.NORMAL),),
        receivers={"oncall": Receiver(to=("alice", "bob"))},
        prices=Prices(table=price_table(rates, "USD"), region_of=lambda _: "GB"),
        budget=Budget(monthly=Decimal(1), currency="USD"),
    )
    told = store.rehearse(lambda tx: explain(tx, book, NUMBER, [alert()], NOW)).result()
    first, second = [one.decision for one in told.prospects]
    assert isinstance(first, Send)
    assert (type(second), second.reason) == (Wait, Reason.BUDGET_SPENT)
