"""The price models of all eras, as statuses show them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.conftest import ANNA, Bench, open_window, template_body
from tests.sandbox.test_control import control
from tests.sandbox.test_fates import AUSTRALIAN, add_template, plain
from wa_notify.sandbox.pricing import Bill, Pricing, Sent

FEBRUARY_2022 = datetime(2022, 3, 1, 9, tzinfo=UTC)
JULY_2023 = datetime(2023, 7, 1, 9, tzinfo=UTC)
JULY_2025 = datetime(2025, 7, 1, tzinfo=UTC)
OCTOBER_2026 = datetime(2026, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def sent(category: str, at: datetime, **special: Any) -> Sent:
    ordinary: dict[str, Any] = {"wamid": "w", "wa_id": "447700900123", "window_open": category == "service"}
    return Sent(category=category, at=at, **(ordinary | special))


def of(pricing: Pricing, category: str, at: datetime, *, version: int = 26, **special: Any) -> Bill:
    return pricing.of(sent(category, at, **special), version=version)


def test_a_conversation_was_begun_by_business_or_person_and_one_was_open_at_a_time() -> None:
    pricing = Pricing()
    first = of(pricing, "utility", FEBRUARY_2022)
    assert first.pricing == {"billable": True, "pricing_model": "CBP", "category": "business_initiated"}
    assert first.conversation is not None
    assert first.conversation["origin"] == {"type": "business_initiated"}
    inside = of(pricing, "service", FEBRUARY_2022 + 23 * HOUR)
    assert (inside.conversation or {})["id"] == first.conversation["id"]
    later = of(pricing, "service", FEBRUARY_2022 + 24 * HOUR)
    assert later.pricing["category"] == "user_initiated"


def test_from_june_2023_each_category_had_its_own_and_utility_in_a_window_began_none() -> None:
    pricing = Pricing()
    marketing, utility = of(pricing, "marketing", JULY_2023), of(pricing, "utility", JULY_2023)
    assert (marketing.conversation or {})["id"] != (utility.conversation or {})["id"]
    service = of(pricing, "service", JULY_2023, wa_id="1")
    inside = of(pricing, "utility", JULY_2023 + HOUR, wa_id="1", window_open=True)
    assert (inside.conversation, inside.pricing["category"]) == (service.conversation, "service")


def test_a_thousand_service_conversations_a_month_were_free_then_all() -> None:
    pricing = Pricing()
    bills = [of(pricing, "service", JULY_2023, wa_id=str(number)) for number in range(1001)]
    assert [bill.pricing["billable"] for bill in bills] == [False] * 1000 + [True]
    november_2024 = datetime(2024, 11, 1, tzinfo=UTC)
    assert not of(pricing, "service", november_2024, wa_id="new").pricing["billable"]


def test_the_day_decides_the_model() -> None:
    pricing = Pricing()
    before, after = of(pricing, "utility", JULY_2025 - HOUR), of(pricing, "utility", JULY_2025)
    assert (before.pricing["pricing_model"], after.pricing["pricing_model"]) == ("CBP", "PMP")
    assert "type" not in before.pricing
    assert after.pricing["type"] == "regular"


@pytest.mark.parametrize(("version", "shown"), [(23, True), (24, False)])
def test_older_callbacks_show_a_conversation_for_each_message(version: int, shown: bool) -> None:
    pricing = Pricing()
    one = of(pricing, "utility", JULY_2025, version=version, wamid="a").conversation
    other = of(pricing, "utility", JULY_2025, version=version, wamid="b").conversation
    assert (one is not None, other is not None) == (shown, shown)
    assert not shown or (one or {})["id"] != (other or {})["id"]


async def test_statuses_of_old_days_carry_the_conversation_whose_end_is_told_with_sent(bench: Bench) -> None:
    bench.clock.now = JULY_2023
    await bench.template()
    await bench.pass_time(seconds=5)
    first, delivered, read = bench.service.statuses
    assert first["conversation"]["expiration_timestamp"] == str(int((JULY_2023 + 24 * HOUR).timestamp()))
    assert first["conversation"]["origin"] == {"type": "utility"}
    assert delivered["conversation"] == {
        "id": first["conversation"]["id"],
        "origin": {"type": "utility"},
    }
    assert "conversation" not in read


async def test_whoever_comes_from_an_advertisement_makes_three_days_free_once_answered(bench: Bench) -> None:
    await control(bench, f"phones/{ANNA}", {"from_ad": True})
    bench.sandbox.phone(ANNA).reply("hello")
    await bench.pass_time(seconds=1)
    (inbound,) = [callback.value["messages"][0] for callback in bench.service.callbacks]
    assert inbound["referral"]["source_type"] == "ad"
    bench.service.callbacks.clear()
    await bench.text()
    await bench.pass_time(seconds=6)
    answered = bench.service.statuses[0]
    assert answered["pricing"]["type"] == "free_entry_point"
    assert answered["conversation"]["origin"] == {"type": "referral_conversion"}
    bench.service.callbacks.clear()
    await bench.pass_time(hours=71)
    await bench.template()
    await bench.pass_time(seconds=6)
    assert bench.service.statuses[0]["pricing"]["type"] == "free_entry_point"
    bench.service.callbacks.clear()
    await bench.pass_time(hours=1)
    await bench.template()
    await bench.pass_time(seconds=6)
    assert bench.service.statuses[0]["pricing"]["type"] == "regular"


async def test_an_answer_that_comes_a_day_later_makes_nothing_free(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).from_ad = True
    await open_window(bench)
    await bench.pass_time(hours=25)
    bench.service.callbacks.clear()
    await bench.template()
    await bench.pass_time(seconds=6)
    assert bench.service.statuses[0]["pricing"]["type"] == "regular"


def test_an_entry_point_was_free_in_the_days_of_conversations_too() -> None:
    bill = of(Pricing(), "marketing", JULY_2023, entry_until=JULY_2023 + HOUR)
    assert bill.pricing == {
        "billable": False,
        "pricing_model": "CBP",
        "category": "referral_conversion",
    }


@pytest.mark.parametrize("category", ["AUTHENTICATION", "MARKETING", "UTILITY"])
async def test_templates_outside_a_window_are_billed_in_their_category(bench: Bench, category: str) -> None:
    components = [{"type": "BODY", "text": "There is news."}]
    shape = {"name": "news", "language": "en", "category": category, "components": components}
    bench.account.add_template(shape)
    message = {"name": "news", "language": {"code": "en"}}
    await bench.post({"messaging_product": "whatsapp", "to": ANNA, "type": "template", "template": message})
    await bench.pass_time(seconds=1)
    regular = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": category.lower()}
    assert bench.service.statuses[0]["pricing"] == regular


async def bill_of(bench: Bench, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Send a message; the `pricing` objects of its statuses."""
    bench.service.callbacks.clear()
    assert (await bench.post(body)).status_code == 200
    for _ in range(3):
        await bench.pass_time(seconds=1)
    return [status["pricing"] for status in bench.service.statuses if "pricing" in status]


async def test_pricing_comes_with_sent_and_once_with_the_arrival(bench: Bench) -> None:
    regular = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"}
    assert await bill_of(bench, template_body()) == [regular, regular]
    bench.sandbox.phone(ANNA).on_whatsapp = False
    assert await bill_of(bench, template_body()) == [regular], "nothing comes with failed"
    bench.account.first.blocked.add("447700900123")
    assert await bill_of(bench, template_body()) == []


async def test_authentication_abroad_costs_the_international_rate_where_that_is_so(bench: Bench) -> None:
    name = add_template(bench, "AUTHENTICATION")
    assert (await bill_of(bench, plain(name, AUSTRALIAN)))[0]["category"] == "authentication"
    for country in ("AU", "GB"):
        await control(bench, "standing", {"charge_abroad": country})
    await bench.pass_time()
    told = [callback.value["event"] for callback in bench.service.callbacks if "event" in callback.value]
    assert told == ["AUTH_INTL_PRICE_ELIGIBILITY_UPDATE"] * 2
    assert (await bill_of(bench, plain(name, AUSTRALIAN)))[0]["category"] == "authentication_international"
    assert (await bill_of(bench, plain(name)))[0]["category"] == "authentication", "this is no abroad"
    utility = await bill_of(bench, template_body(to=AUSTRALIAN))
    assert utility[0]["category"] == "utility"


async def test_marketing_through_its_own_api_is_another_category(bench: Bench) -> None:
    name = add_template(bench)
    assert (await bill_of(bench, plain(name)))[0]["category"] == "marketing"
    await bench.post(plain(name))
    message = list(bench.sandbox._world.people.messages.values())[-1]
    message.by_marketing_api = True
    bench.service.callbacks.clear()
    await bench.pass_time(seconds=1)
    assert bench.service.statuses[0]["pricing"]["category"] == "marketing_lite"


@pytest.mark.parametrize(
    ("category", "window_open", "at", "charged"),
    [
        ("utility", False, JULY_2023, True),
        ("utility", True, JULY_2023, False),
        ("marketing", True, JULY_2023, True),
        ("service", True, JULY_2023, False),
        ("service", True, FEBRUARY_2022, True),
        ("utility", True, JULY_2025, False),
        ("utility", False, JULY_2025, True),
        ("service", True, JULY_2025, False),
        ("utility", True, OCTOBER_2026, True),
        ("service", True, OCTOBER_2026, False),
    ],
)
def test_what_would_be_charged_is_known_before_and_is_what_is_charged(
    category: str, window_open: bool, at: datetime, charged: bool
) -> None:
    pricing = Pricing()
    message = sent(category, at, window_open=window_open)
    assert [pricing.charges(message) for _ in range(2)] == [charged, charged]
    assert pricing.of(message, version=26).pricing["billable"] is charged


def test_a_conversation_that_is_open_is_not_charged_again_and_an_entry_point_never() -> None:
    pricing = Pricing()
    message = sent("marketing", JULY_2023)
    pricing.of(message, version=26)
    assert not pricing.charges(sent("marketing", JULY_2023 + HOUR))
    assert pricing.charges(sent("marketing", JULY_2023 + 24 * HOUR))
    assert not pricing.charges(sent("marketing", OCTOBER_2026, entry_until=OCTOBER_2026 + HOUR))
