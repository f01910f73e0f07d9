"""What WhatsApp charges: models by date, rates, markets, and properties that hold whatever is sent."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.pricing import (
    AUTHENTICATION,
    BUSINESS_INITIATED,
    ENTRY_POINT_LASTS,
    MARKETING,
    SERVICE,
    TERMS,
    USER_INITIATED,
    UTILITY,
    EntryPoint,
    Free,
    Model,
    Price,
    Prices,
    PriceTable,
    Rate,
    Sending,
    price_of,
    price_table,
    spoken_amount,
)

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
CENT = Decimal("0.01")
TODAY = date(2026, 11, 21)
TABLE = price_table(
    [
        Rate(market="GB", category=UTILITY, price=Decimal("0.02")),
        Rate(market="GB", category=UTILITY, price=Decimal("0.01"), from_volume=101),
        Rate(market="GB", category=MARKETING, price=Decimal("0.05")),
        Rate(market="GB", category=AUTHENTICATION, price=Decimal("0.03")),
        Rate(market="GB", category=BUSINESS_INITIATED, price=Decimal("0.07")),
        Rate(market="GB", category=USER_INITIATED, price=Decimal("0.04")),
        Rate(market="Brazil", category=UTILITY, price=Decimal("0.0068"), since=date(2026, 1, 1)),
        Rate(market="Brazil", category=UTILITY, price=Decimal("0.0070"), since=date(2026, 10, 1)),
    ],
    "GBP",
)
REGIONS = {"+44": "GB", "+55": "BR", "+33": "FR"}
PRICES = Prices(
    table=TABLE,
    markets={"BR": "Brazil", "FR": "France"},
    region_of=lambda phone: REGIONS.get(phone[:3], ""),
    time_zone="America/New_York",
)


def sending(**special: Any) -> Sending:
    ordinary: dict[str, Any] = {"category": UTILITY, "market": "GB", "day": TODAY, "window_open": False}
    return Sending(**(ordinary | special))


def price(**special: Any) -> Price:
    return price_of(PRICES, sending(**special))


@pytest.mark.parametrize(
    ("day", "model", "free_service"),
    [
        (date(2015, 1, 1), Model.NOTIFICATION, None),
        (date(2022, 1, 31), Model.NOTIFICATION, None),
        (date(2022, 2, 1), Model.CONVERSATION, 0),
        (date(2023, 5, 31), Model.CONVERSATION, 0),
        (date(2023, 6, 1), Model.CONVERSATION, 1000),
        (date(2024, 10, 31), Model.CONVERSATION, 1000),
        (date(2024, 11, 1), Model.CONVERSATION, None),
        (date(2025, 6, 30), Model.CONVERSATION, None),
        (date(2025, 7, 1), Model.PER_MESSAGE, None),
        (date(2026, 9, 30), Model.PER_MESSAGE, None),
        (date(2026, 10, 1), Model.PER_MESSAGE, 1000),
    ],
)
def test_each_model_holds_from_its_day_on(day: date, model: Model, free_service: int | None) -> None:
    terms = PRICES.terms_on(day)
    assert (terms.model, terms.free_service) == (model, free_service)
    assert terms.source


def test_before_all_terms_the_first_hold() -> None:
    late = Prices(terms=TERMS[2:])
    assert late.terms_on(date(2020, 1, 1)) == TERMS[2]


def test_notifications_cost_by_template_and_answers_nothing() -> None:
    day = date(2021, 5, 1)
    assert price(day=day, window_open=True).amount == Decimal("0.02")
    assert price(day=day, category=SERVICE, window_open=True).free is Free.SERVICE


def test_a_conversation_has_one_fee_whoever_began_it() -> None:
    day = date(2022, 5, 1)
    assert price(day=day).amount == Decimal("0.07")
    answered = price(day=day, category=SERVICE, window_open=True)
    assert (answered.category, answered.amount) == (USER_INITIATED, Decimal("0.04"))
    inside = price(day=day, category=SERVICE, conversations=frozenset({BUSINESS_INITIATED}))
    assert (inside.amount, inside.free) == (Decimal(0), Free.CONVERSATION)


def test_from_june_2023_each_category_has_a_conversation_of_its_own() -> None:
    day = date(2023, 7, 1)
    opened = frozenset({MARKETING})
    assert price(day=day, conversations=opened).amount == Decimal("0.02")
    assert price(day=day, category=MARKETING, conversations=opened).free is Free.CONVERSATION
    assert price(day=day, window_open=True).free is Free.WINDOW
    free = price(day=day, category=SERVICE, window_open=True, service_used=999)
    assert (free.free, free.free_left, free.free_in_all) == (Free.FREE_TIER, 1, 1000)
    beyond = price(day=day, category=SERVICE, window_open=True, service_used=1000)
    assert (beyond.free, beyond.amount) == (None, None), "the table has no rate for such a conversation"


def test_utility_in_a_window_was_free_until_october_2026() -> None:
    assert price(day=date(2026, 9, 30), window_open=True).free is Free.WINDOW
    assert price(day=date(2026, 9, 30), category=MARKETING, window_open=True).amount == Decimal("0.05")
    assert price(day=date(2026, 10, 1), window_open=True).amount == Decimal("0.02")


def test_free_form_costs_what_utility_costs_without_any_discount() -> None:
    last = price(category=SERVICE, window_open=True, service_used=999)
    assert (last.free, last.free_left) == (Free.FREE_TIER, 1)
    paid = price(category=SERVICE, window_open=True, service_used=1000, volume=5000)
    assert (paid.amount, paid.free_left, paid.costs) == (Decimal("0.02"), 0, True)


def test_a_table_may_name_free_form_itself() -> None:
    own = price_table([Rate(market="GB", category=SERVICE, price=CENT)], "GBP")
    asked = sending(category=SERVICE, service_used=1000)
    assert price_of(Prices(table=own), asked).amount == CENT


def test_an_entry_point_makes_everything_free() -> None:
    assert price(category=MARKETING, entry_point=True).free is Free.ENTRY_POINT


def test_what_the_table_does_not_know_has_no_price() -> None:
    unknown = price(market="France")
    assert (unknown.amount, unknown.free, unknown.costs) == (None, None, True)


def test_finer_categories_cost_what_the_coarser_does_unless_the_table_says_more() -> None:
    assert price(category="marketing_lite").amount == Decimal("0.05")
    assert price(category="authentication_international").amount == Decimal("0.03")
    assert price(category="group_marketing").amount is None


def test_rates_change_on_their_day() -> None:
    assert price(market="Brazil", day=date(2025, 12, 31)).amount is None
    assert price(market="Brazil", day=date(2026, 9, 30)).amount == Decimal("0.0068")
    assert price(market="Brazil", day=date(2026, 10, 1)).amount == Decimal("0.0070")


def test_a_person_belongs_to_the_market_of_their_number_else_of_their_bsuid() -> None:
    assert PRICES.market_of("+447700900123", "BR.1") == "GB", "the table has a rate for the region itself"
    assert PRICES.market_of("+5531999999999", "") == "Brazil"
    assert PRICES.market_of("", "FR.48209173655120481") == "France"
    assert PRICES.market_of("", "TO.48209173655120481") == "Other"
    assert PRICES.market_of("+9999", "") == ""
    assert Prices().market_of("+447700900123", "") == "", "nobody knows regions where nothing is configured"


def test_months_end_at_midnight_where_the_account_is() -> None:
    just_before = datetime(2026, 12, 1, 4, 59, 59, tzinfo=UTC)
    assert PRICES.month(just_before) == "2026-11"
    assert PRICES.month_ends(just_before) == datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert PRICES.month(just_before + timedelta(seconds=1)) == "2026-12"
    assert PRICES.month_ends(datetime(2026, 12, 31, 12, tzinfo=UTC)) == datetime(2027, 1, 1, 5, tzinfo=UTC)


def test_an_entry_point_begins_with_the_first_answer_if_that_comes_within_a_day() -> None:
    came = EntryPoint(referred_at=NOW)
    assert came.is_open(NOW + 24 * HOUR)
    assert not came.is_open(NOW + 25 * HOUR)
    assert came.answered(NOW + 25 * HOUR) == came
    answered = came.answered(NOW + HOUR)
    assert answered.answered(NOW + 2 * HOUR) == answered
    assert answered.is_open(NOW + HOUR + ENTRY_POINT_LASTS - timedelta(seconds=1))
    assert not answered.is_open(NOW + HOUR + ENTRY_POINT_LASTS)


DAYS = st.dates(min_value=date(2018, 1, 1), max_value=date(2030, 1, 1))
CATEGORIES = st.sampled_from([UTILITY, MARKETING, AUTHENTICATION, SERVICE])
SENDINGS = st.builds(
    Sending,
    category=CATEGORIES,
    market=st.sampled_from(["GB", "Brazil", "France", ""]),
    day=DAYS,
    window_open=st.booleans(),
    volume=st.integers(0, 10_000),
    service_used=st.integers(0, 3000),
    conversations=st.frozensets(CATEGORIES),
    entry_point=st.booleans(),
)


@pytest.mark.parametrize(("sent", "price"), [(0, "0.02"), (99, "0.02"), (100, "0.01"), (101, "0.01")])
def test_a_step_of_volume_begins_with_the_message_that_it_names(sent: int, price: str) -> None:
    assert TABLE.rate("GB", UTILITY, TODAY, sent) == Decimal(price)


@given(SENDINGS)
def test_a_price_is_never_negative_and_zero_only_for_a_reason(what: Sending) -> None:
    found = price_of(PRICES, what)
    assert found.amount is None or found.amount >= 0
    assert (found.amount == 0) == (found.free is not None), "no rate of this table is zero"
    assert found.costs == (found.free is None)


@given(SENDINGS)
def test_what_is_free_stays_free_when_less_was_used(what: Sending) -> None:
    found = price_of(PRICES, what)
    earlier = Sending(**{name: getattr(what, name) for name in Sending.__slots__} | {"service_used": 0})
    if found.free:
        assert price_of(PRICES, earlier).free is found.free


@given(
    st.lists(st.tuples(st.integers(2, 10_000), st.decimals(0, 1, places=4)), max_size=6),
    st.integers(0, 20_000),
    st.integers(0, 20_000),
)
def test_more_volume_never_costs_more(steps: list[tuple[int, Decimal]], one: int, other: int) -> None:
    prices = sorted((amount for _, amount in steps), reverse=True)
    volumes = sorted({volume for volume, _ in steps})
    rates = [Rate(market="GB", category=UTILITY, price=Decimal(2))]
    rates += [
        Rate(market="GB", category=UTILITY, price=amount, from_volume=volume)
        for volume, amount in zip(volumes, prices, strict=False)
    ]
    table: PriceTable = price_table(rates, "GBP")
    lower, higher = sorted((one, other))
    first, second = table.rate("GB", UTILITY, TODAY, lower), table.rate("GB", UTILITY, TODAY, higher)
    assert first is not None
    assert second is not None
    assert first >= second


@given(
    st.lists(st.tuples(st.integers(0, 100), CATEGORIES, st.booleans()), max_size=60),
    st.sampled_from([date(2022, 3, 1), date(2023, 7, 1), date(2025, 1, 1)]),
)
def test_a_conversation_is_charged_once_in_24_hours(sends: list[tuple[int, str, bool]], day: date) -> None:
    terms = PRICES.terms_on(day)
    begun: dict[str, int] = {}
    for hour, category, window_open in sorted(sends, key=lambda send: send[0]):
        opened = frozenset(kind for kind, at in begun.items() if hour - at < 24)
        found = price_of(
            PRICES,
            Sending(
                category=category,
                market="GB",
                day=day,
                window_open=window_open,
                conversations=opened,
                service_used=2000,
            ),
        )
        if found.costs:
            assert found.category not in opened
            assert terms.by_category or not opened
            begun[found.category] = hour


@pytest.mark.parametrize(
    ("amount", "words"),
    [("0", "0.00"), ("5", "5.00"), ("0.0068", "0.0068"), ("1234.5", "1,234.50"), ("0.900000000", "0.90")],
)
def test_amounts_have_as_many_digits_as_they_need(amount: str, words: str) -> None:
    assert spoken_amount(Decimal(amount)) == words
