"""The price models of all eras, as statuses show them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.conftest import ANNA, Bench, open_window
from tests.sandbox.test_control import control
from wa_notify.sandbox.pricing import Bill, Pricing, Sent

FEBRUARY_2022 = datetime(2022, 3, 1, 9, tzinfo=UTC)
JULY_2023 = datetime(2023, 7, 1, 9, tzinfo=UTC)
JULY_2025 = datetime(2025, 7, 1, tzinfo=UTC)
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
