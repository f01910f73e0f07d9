"""What a configuration says about prices and budgets."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.config.writing import PEOPLE, WHATSAPP, refusal, written
from wa_notify.config import compile_mapping
from wa_notify.config.prices import region_of
from wa_notify.core.budget import Budget
from wa_notify.core.pricing import MARKETING, TERMS, UTILITY, Merging, Model, Preference

OCTOBER = date(2026, 10, 1)
HEAD = "market,category,price,from_volume,since\n"
CARD = f"""{HEAD}GB,utility,0.02,,
GB,utility,0.018,1001,
GB,utility,0.03,,2027-01-01
North America,marketing,0.0251,1,2026-10-01
"""


def with_card(folder: Path, card: str | bytes, more: str = "") -> str:
    content = card.encode() if isinstance(card, str) else card
    (folder / "prices.csv").write_bytes(content)
    return f"{WHATSAPP}prices:\n  table: prices.csv\n  currency: GBP\n{more}"


def test_without_a_table_the_shipped_example_stands_in_and_says_what_it_is(tmp_path: Path) -> None:
    prices = written(tmp_path, WHATSAPP).rulebook.prices
    assert "Example" in prices.table.note
    assert prices.table.rate("Brazil", UTILITY, OCTOBER) == Decimal("0.0068")
    assert prices.table.rate("Rest of Africa", MARKETING, OCTOBER) == Decimal("0.0225")
    assert prices.table.rate("North America", UTILITY, date(2026, 9, 30)) is None
    assert (prices.terms, prices.merge, prices.time_zone) == (TERMS, Merging.AUTO, "UTC")


def test_rules_for_another_host_know_the_example_too() -> None:
    compiled = compile_mapping({}, defaults={"time_zone": "Asia/Kolkata"})
    assert compiled.rulebook.prices.table.note
    assert compiled.rulebook.prices.time_zone == "Asia/Kolkata"


@pytest.mark.parametrize(
    ("phone", "bsuid", "market"),
    [
        ("+12025550123", "", "North America"),
        ("+14165550123", "", "North America"),
        ("+18765550123", "", "Rest of Latin America"),
        ("+5531987654321", "", "Brazil"),
        ("+254700900123", "", "Rest of Africa"),
        ("+447700900123", "", "United Kingdom"),
        ("", "NG.48209173655120481", "Nigeria"),
        ("+6765550123", "", "Other"),
        ("+88812345678", "", ""),
        ("+0", "", ""),
    ],
)
def test_a_number_belongs_to_the_market_of_its_region(
    tmp_path: Path, phone: str, bsuid: str, market: str
) -> None:
    assert written(tmp_path, WHATSAPP).rulebook.prices.market_of(phone, bsuid) == market


def test_a_number_of_no_country_has_no_region() -> None:
    assert region_of("nonsense") == ""


def test_a_table_of_ones_own_is_read_from_csv(tmp_path: Path) -> None:
    prices = written(tmp_path, with_card(tmp_path, "\ufeff" + CARD + "\n,,,,\n")).rulebook.prices
    table = prices.table
    assert (table.currency, table.note) == ("GBP", "")
    assert table.rate("GB", UTILITY, OCTOBER) == Decimal("0.02")
    assert table.rate("GB", UTILITY, OCTOBER, 1000) == Decimal("0.018")
    assert table.rate("GB", UTILITY, date(2027, 1, 1), 1000) == Decimal("0.03")
    assert prices.market_of("+447700900123", "") == "GB"


def test_prices_may_stand_in_the_configuration_itself(tmp_path: Path) -> None:
    text = """
prices:
  time_zone: America/New_York
  merge: true
  rates:
    - {market: France, category: utility, price: 0.0248}
    - {market: France, category: marketing, price: "0.1", since: 2026-10-01}
  markets: {GB: France}
  models:
    - {since: 2026-10-01, model: per_message, free_service: all}
    - {since: 2027-04-01, model: per_message, free_service: 500, free_utility_in_window: true}
"""
    prices = written(tmp_path, WHATSAPP + text).rulebook.prices
    assert (prices.table.currency, prices.time_zone, prices.merge) == (
        "USD",
        "America/New_York",
        Merging.ALWAYS,
    )
    assert prices.table.rate(prices.market_of("+447700900123", ""), UTILITY, OCTOBER) == Decimal("0.0248")
    assert prices.terms_on(OCTOBER).free_service is None
    later = prices.terms_on(date(2027, 5, 1))
    assert (later.model, later.free_service, later.free_utility_in_window) == (Model.PER_MESSAGE, 500, True)
    assert [terms.since for terms in prices.terms] == sorted({terms.since for terms in prices.terms})


def test_merging_can_be_turned_off(tmp_path: Path) -> None:
    assert written(tmp_path, WHATSAPP + "prices: {merge: false}").rulebook.prices.merge is Merging.NEVER


def test_a_budget_has_parts_with_sensible_defaults(tmp_path: Path) -> None:
    assert written(tmp_path, WHATSAPP).rulebook.budget is None
    usual = written(tmp_path, WHATSAPP + "budget: {monthly: 50 USD}").rulebook.budget
    assert usual == Budget(monthly=Decimal(50), currency="USD", warn=Decimal("0.8"), cap=Decimal(1))
    own = "budget: {monthly: 12.50 USD, warn: 50%, cap: 120%, critical: count}"
    assert written(tmp_path, WHATSAPP + own).rulebook.budget == Budget(
        monthly=Decimal("12.50"),
        currency="USD",
        warn=Decimal("0.5"),
        cap=Decimal("1.2"),
        critical_counts=True,
    )


def test_the_preferred_form_is_that_of_the_rule_else_of_all(tmp_path: Path) -> None:
    rules = """
rules:
  - {name: a, receiver: oncall, template: t, prefer: template}
  - {name: b, receiver: oncall, template: t}
"""
    book = written(tmp_path, WHATSAPP + PEOPLE + "defaults: {prefer: cheaper}" + rules).rulebook
    assert [rule.prefer for rule in book.rules] == [Preference.TEMPLATE, None]
    assert book.prefer is Preference.CHEAPER
    assert written(tmp_path, WHATSAPP).rulebook.prefer is Preference.FREE_FORM


@pytest.mark.parametrize(
    ("card", "complaint"),
    [
        ("market,category\nGB,utility\n", "prices.csv:1: The table lacks the column price."),
        ("market;category;price\n", "prices.csv:1: The table lacks the column market."),
        ("market,category,price,cost\n", "prices.csv:1: `cost` is no column of a price table."),
        ("market,category,price,price\n", "prices.csv:1: A column comes twice."),
        (HEAD, "prices.csv:1: This table has no rates."),
        ("", "prices.csv:1: This table has no rates."),
        (HEAD + "GB,utility,0,02,\nGB,utility,1\n", "prices.csv:3: This line has 3 cells"),
        (HEAD + "GB,utility,two,,\n", "prices.csv:2: price: 'two' is no price."),
        (HEAD + "GB,utility,-1,,\n", "prices.csv:2: price: '-1' is no price."),
        (HEAD + "GB,utility,NaN,,\n", "prices.csv:2: price: 'NaN' is no price."),
        (HEAD + "GB,utility,0.0000000001,,\n", "prices.csv:2: price: '0.0000000001' is finer"),
        (HEAD + "GB,utlity,1,,\n", "prices.csv:2: category: 'utlity' is not possible here."),
        (HEAD + ",utility,1,,\n", "prices.csv:2: market: This text is empty."),
        (HEAD + "GB,utility,1,many,\n", "prices.csv:2: from_volume: This takes a whole number"),
        (HEAD + "GB,utility,1,,tomorrow\n", "prices.csv:2: since: 'tomorrow' is no day."),
        (
            HEAD + "GB,utility,1,,\nGB,utility,2,,\n",
            "prices.csv:3: There is a rate for utility in GB from this volume and day already.",
        ),
        (HEAD + "GB,utility,1,100,\n", "prices.csv:2: Nothing says what the first utility message costs."),
        (
            HEAD + "GB,utility,1,,\nGB,utility,2,100,\n",
            "prices.csv:3: More volume costs more: 2 instead of 1.",
        ),
        (HEAD + 'GB,"utility"x,1,,\n', "prices.csv:2: This is no CSV"),
        (HEAD.encode() + b"\xff\xfe,utility,1,,\n", "The table prices.csv is not in UTF-8."),
        (b"x" * (4 * 1024 * 1024 + 1), "The table prices.csv is larger than 4 MiB."),
    ],
)
def test_a_table_that_is_odd_is_refused_with_file_and_line(
    tmp_path: Path, card: str | bytes, complaint: str
) -> None:
    assert complaint in refusal(tmp_path, with_card(tmp_path, card))


def test_a_line_of_a_table_is_named_from_where_the_configuration_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "house").mkdir()
    text = with_card(tmp_path / "house", HEAD + "GB,utility,two,,\n")
    monkeypatch.chdir(tmp_path)
    assert "house/prices.csv:2: price: 'two' is no price." in refusal(Path("house"), text).splitlines()[0]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("prices: {table: gone.csv}", ":8:17: The table gone.csv cannot be read"),
        ("prices: {currency: EUR}", ":8:20: Without a table the example counts, which is in USD."),
        ("prices: {rates: []}", ":8:17: There are 0 items here."),
        ("prices: {rates: [{market: GB, category: utility, price: yes}]}", "This takes a price."),
        ("prices: {markets: {Gb: x}}", "'Gb' is no region."),
        ("prices: {merge: sometimes}", "'sometimes' is not possible here."),
        ("prices: {models: [{since: 2026-10-01, model: free}]}", "'free' is not possible here."),
        ("prices: {models: [{since: 2026-13-01, model: per_message}]}", "is no day."),
        ("prices: {currency: euro}", "'euro' is no currency."),
        ("budget: {warn: 80%}", "lacks the key `monthly`"),
        ("budget: {monthly: 50}", "This takes a text, not a number."),
        ("budget: {monthly: 50}", "Write it in quotes"),
        ("budget: {monthly: 0 USD}", "'0 USD' is no amount of money."),
        ("budget: {monthly: 50 EUR}", ":8:19: The budget is in EUR, and the prices are in USD."),
        ("budget: {monthly: 50 USD, warn: 0%}", "'0%' is no part of the budget."),
        ("budget: {monthly: 50 USD, warn: half}", "'half' is no part of the budget."),
        ("budget: {monthly: 50 USD, warn: 90%, cap: 80%}", "The warning would come after the cap."),
        ("budget: {monthly: 50 USD, critical: perhaps}", "'perhaps' is not possible here."),
        ("defaults: {prefer: cheapest}", "'cheapest' is not possible here."),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    assert complaint in refusal(tmp_path, WHATSAPP + text)


def test_rates_are_given_once(tmp_path: Path) -> None:
    more = "  rates: [{market: GB, category: utility, price: 1}]\n"
    assert "Rates are given twice" in refusal(tmp_path, with_card(tmp_path, CARD, more))


def test_inline_rates_that_contradict_each_other_are_refused_where_they_stand(tmp_path: Path) -> None:
    rate = "{market: GB, category: utility, price: 1}"
    said = refusal(tmp_path, f"{WHATSAPP}prices: {{rates: [{rate}, {rate}]}}")
    assert "wa-notify.yaml:8:61: There is a rate for utility in GB" in said
