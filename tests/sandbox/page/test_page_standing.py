"""What the platform does to the business, from the page: token, measures, quality, templates; scenarios."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.sandbox.conftest import ANNA
from wa_notify.sandbox import Account, BusinessNumber, Portfolio, Sandbox

from .conftest import HELLO, Desk, desk_with, look_at


@pytest.fixture
async def faults(page: Page) -> Page:
    """The page with its faults in front."""
    await page.get_by_role("button", name="Faults").click()
    return page


async def code_of(desk: Desk) -> int | None:
    error = (await desk.post(HELLO)).json().get("error", {})
    code: int | None = error.get("code")
    return code


async def test_a_token_ends_and_works_again(desk: Desk, faults: Page) -> None:
    token = faults.get_by_label("Its token")
    row = faults.locator("#log li", has=faults.get_by_text("token", exact=True))
    await token.select_option("has expired")
    await faults.get_by_role("button", name="Events").click()
    await expect(row).to_have_count(1)
    refused = (await desk.post(HELLO)).json()["error"]
    assert (refused["code"], refused["error_subcode"]) == (190, 463)
    await faults.get_by_role("button", name="Faults").click()
    await expect(token).to_have_value("expired")
    await token.select_option("works")
    await faults.get_by_role("button", name="Events").click()
    await expect(row).to_have_count(2)
    assert await code_of(desk) is None


async def test_a_measure_is_taken_for_hours_and_lifted(desk: Desk, faults: Page) -> None:
    measures = faults.get_by_role("list", name="Measures in force")
    await expect(measures).to_have_text("Nothing is held against it.")
    await faults.get_by_label("Measure against it").select_option("Ban to come, when the hours are over")
    await faults.get_by_role("button", name="Take the measure").click()
    await expect(faults.get_by_role("alert")).to_contain_text("needs to know when")
    await faults.get_by_label("Measure against it").select_option("Account locked")
    await faults.get_by_label("For, in hours").fill("2")
    await faults.get_by_role("button", name="Take the measure").click()
    await expect(measures).to_contain_text("Account locked until")
    assert await code_of(desk) == 131031
    desk.complaints.clear()  # what was refused above
    await measures.get_by_role("button", name="Lift: Account locked").click()
    await expect(measures).to_have_text("Nothing is held against it.")
    assert await code_of(desk) is None


async def test_a_template_is_judged_and_what_it_is_now_is_said(desk: Desk, faults: Page) -> None:
    await faults.get_by_label("Template", exact=True).select_option("ops_alert, en")
    state = faults.locator("#template-state")
    await expect(state).to_have_text("approved, utility, quality green")
    for verdict, said in (
        ("Make it marketing now", "approved, marketing, quality green"),
        ("Pause it", "paused, marketing, quality green"),
        ("Reject it", "rejected, marketing, quality green"),
        ("Approve it", "approved, marketing, quality green"),
        ("Quality red, with what follows", "paused, marketing, quality red"),
    ):
        await faults.get_by_label("What to do").select_option(verdict)
        await faults.get_by_role("button", name="Do it").click()
        await expect(state).to_have_text(said)
    assert desk.sandbox.account.templates["ops_alert", "en"].rejected_reason == "NONE"


async def test_a_storm_lasts_and_meets_a_share(desk: Desk, faults: Page) -> None:
    await faults.get_by_label("Or for, in min").fill("5")
    await expect(faults.get_by_label("How many")).to_be_disabled()
    await faults.get_by_label("Share of them").fill("30")
    await faults.get_by_role("button", name="Let it happen").click()
    waiting = faults.locator("#waiting")
    await expect(waiting).to_contain_text("30 % of requests until")
    await faults.get_by_role("button", name="+1 h", exact=True).click()
    await expect(waiting).to_have_text("No fault waits.")


async def test_each_account_is_treated_by_itself(browser: Browser) -> None:
    second = Account(waba_id="200000000000202", numbers=[BusinessNumber(phone_number_id="400000000000202")])
    async with desk_with(Sandbox(portfolio=Portfolio(accounts=[Account(), second]))) as desk:
        page = await look_at(desk, browser)
        await page.get_by_role("button", name="Faults").click()
        await page.locator("#account").select_option("200000000000202")
        await page.get_by_label("Quality of").select_option("yellow")
        await page.get_by_label("Measure against it").select_option("Payment method missing")
        await page.get_by_role("button", name="Take the measure").click()
        await expect(page.locator("#measures")).to_contain_text("Payment method missing")
        assert second.first.quality_rating == "YELLOW"
        assert desk.sandbox.account.first.quality_rating == "GREEN"
        await page.locator("#account").select_option(desk.sandbox.account.waba_id)
        await expect(page.locator("#measures")).to_have_text("Nothing is held against it.")
        await page.context.close()
        assert desk.complaints == []


async def test_a_scenario_puts_another_world_in_the_place_of_this_one(desk: Desk, faults: Page) -> None:
    desk.sandbox.phone(ANNA).reply("of the world before")
    await expect(faults.get_by_text("of the world before")).to_be_visible()
    await faults.get_by_label("Scenario").select_option("first steps")
    await expect(faults.locator("#scenario-about")).not_to_be_empty()
    await faults.get_by_role("button", name="Begin anew with it").click()
    await expect(faults.get_by_text("of the world before")).to_have_count(0)
    await expect(faults.locator(".phone").first).to_be_visible()
