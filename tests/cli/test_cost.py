"""cost: what WhatsApp has cost; and what explain says of prices."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.cli.desk import Desk
from wa_notify.clock import system_clock
from wa_notify.core.charge import Charge, ChargeState
from wa_notify.core.priced import spoken_price
from wa_notify.core.pricing import Free, Model, Price
from wa_notify.core.window import Window
from wa_notify.pipeline.people import seed
from wa_notify.ports import Transaction

DISK = ("--label", "alertname=DiskFull", "--label", "severity=critical", "--label", "instance=db-7")
OWN_PRICES = """prices:
  currency: EUR
  rates: [{market: GB, category: utility, price: 0.0248}]
budget: {monthly: 1 EUR}
"""


def charged(desk: Desk, *more: dict[str, Any]) -> str:
    """Some charges of this month; which month that is."""
    month = desk.config.rulebook.prices.month(system_clock())
    ordinary: dict[str, Any] = {
        "at": system_clock(),
        "month": month,
        "number_id": "400000000000101",
        "recipient_id": "alice",
        "rule": "disk",
        "template": "ops_alert",
        "market": "GB",
        "category": "utility",
        "model": Model.PER_MESSAGE,
        "currency": desk.config.rulebook.prices.table.currency,
        "predicted": Decimal("0.0248"),
    }

    def work(tx: Transaction) -> None:
        for number, special in enumerate(more, start=1):
            tx.save_charge(Charge(**(ordinary | {"item_id": number} | special)))

    desk.in_the_store(work)
    return month


FREE = {"category": "service", "template": "", "predicted": Decimal(0), "free": Free.FREE_TIER}
CONFIRMED = {
    "state": ChargeState.CONFIRMED,
    "told_by": "delivered",
    "actual": Decimal("0.9"),
    "actual_category": "utility",
}


def with_own_prices(desk: Desk) -> None:
    desk.write_config(("rules:\n", f"{OWN_PRICES}rules:\n"))


def test_before_anything_left_nothing_was_charged(desk: Desk) -> None:
    answer = desk.types("cost")
    assert (answer.code, "nothing was charged" in answer.out) == (0, True)
    assert desk.types("cost", "--json").json["lines"] == []


def test_costs_are_shown_by_rule_with_what_is_free_and_what_the_budget_says(desk: Desk) -> None:
    with_own_prices(desk)
    month = charged(desk, {}, CONFIRMED, FREE, {"rule": "", "predicted": None})
    out = desk.types("cost").out
    assert "disk" in out
    assert "0.0248" in out
    assert "0.90" in out
    assert "1 free_tier" in out
    assert "(none)" in out
    assert f"{month} has cost 0.9248 EUR of a budget of 1.00 (92%)." in out
    assert "does not know what 1 of these messages cost" in out


def test_without_a_budget_the_sum_stands_alone_and_an_example_is_called_one(desk: Desk) -> None:
    month = charged(desk, {"currency": "USD"})
    out = desk.types("cost", "--by", "category").out
    assert f"{month} has cost 0.0248 USD." in out
    assert "Example rates" in out


def test_every_month_is_told_apart_from_this_one(desk: Desk) -> None:
    charged(desk, {}, {"month": "2024-02", "at": system_clock() - timedelta(days=700)})
    assert desk.types("cost", "--month", "2024-02", "--json").json["lines"][0]["messages"] == 1
    every = desk.types("cost", "--month", "all", "--by", "month", "--json").json
    assert {line["name"] for line in every["lines"]} > {"2024-02"}
    assert "has cost" not in desk.types("cost", "--month", "all").out


@pytest.mark.parametrize("month", ["2024-13", "november", "24-01"])
def test_what_is_no_month_is_refused(desk: Desk, month: str) -> None:
    answer = desk.types("cost", "--month", month)
    assert (answer.code, "is no month" in answer.err) == (2, True)


def test_programs_get_the_same_as_json(desk: Desk) -> None:
    with_own_prices(desk)
    month = charged(desk, {}, CONFIRMED, FREE)
    answer = desk.types("cost", "--json").json
    assert answer["lines"] == [
        {
            "name": "disk",
            "messages": 3,
            "free": 1,
            "predicted": "0.024800000",
            "confirmed": "0.900000000",
            "total": "0.924800000",
            "currency": "EUR",
            "unknown": 0,
            "why_free": {"free_tier": 1},
        }
    ]
    assert (answer["month"], answer["by"], answer["note"]) == (month, "rule", None)
    assert answer["budget"] == {"monthly": "1", "part": "0.9248", "level": "warning"}
    assert Decimal(answer["spent"]) == Decimal("0.9248")


def test_spreadsheets_get_csv_that_is_no_formula(desk: Desk) -> None:
    with_own_prices(desk)
    charged(desk, {"rule": "=1+1"}, FREE)
    rows = list(csv.reader(io.StringIO(desk.types("cost", "--csv").out)))
    assert rows[0][:4] == ["rule", "messages", "free", "predicted"]
    assert [row[0] for row in rows[1:]] == ["'=1+1", "disk"]


def test_explain_says_what_a_template_costs_and_that_a_reply_makes_it_free(desk: Desk) -> None:
    with_own_prices(desk)
    out = desk.types("explain", *DISK).out
    assert "Utility template: 0.0248 EUR" in out
    assert "Free-form text in an open window: free, 1,000 of 1,000 left this month (cheaper)" in out
    assert "Example" not in out


def test_explain_says_that_free_form_is_free_and_what_the_template_would_cost(desk: Desk) -> None:
    with_own_prices(desk)
    config, now = desk.config, system_clock()

    def work(tx: Transaction) -> None:
        seed(tx, config.recipients, now)
        tx.save_window(config.whatsapp.number_id, "alice", Window(last_inbound_at=now - timedelta(hours=1)))

    desk.in_the_store(work)
    charged(desk, *[FREE] * 688)
    answer = desk.types("explain", *DISK)
    assert "Free-form text: free, 312 of 1,000 left this month" in answer.out
    assert "Utility template: 0.0248 EUR" in answer.out
    (first, *_) = desk.types("explain", *DISK, "--json").json["prospects"]
    assert first["prices"] == [
        {
            "form": "free_form",
            "category": "service",
            "market": "GB",
            "amount": "0",
            "currency": "EUR",
            "free": "free_tier",
            "free_left": 312,
        },
        {
            "form": "template",
            "category": "utility",
            "market": "GB",
            "amount": "0.0248",
            "currency": "EUR",
            "free": None,
            "free_left": None,
        },
    ]


def test_explain_says_that_a_price_is_not_known(desk: Desk) -> None:
    out = desk.types("explain", *DISK).out
    assert "Utility template: not known, the price table has no utility rate for United Kingdom" in out


def test_explain_says_whose_prices_it_tells(desk: Desk) -> None:
    desk.write_config(("+447700900123", "+12025550123"))
    out = desk.types("explain", *DISK).out
    assert "Utility template: 0.0034 USD" in out
    assert "Example rates" in out


@pytest.mark.parametrize(
    ("free", "words"),
    [
        (Free.WINDOW, "free: utility templates are free in an open window"),
        (Free.SERVICE, "free: free-form messages are free"),
        (Free.ENTRY_POINT, "free: the person came from an advertisement, and all is free for 72 hours"),
        (Free.CONVERSATION, "free: the conversation of these 24 hours is charged already"),
    ],
)
def test_each_reason_to_be_free_has_its_words(free: Free, words: str) -> None:
    price = Price(
        model=Model.PER_MESSAGE, category="utility", market="GB", amount=Decimal(0), currency="EUR", free=free
    )
    assert spoken_price(price) == words
