"""From the first start to a second administrator, in a browser: set up, log in, second factor, accounts."""

import json
import re

import pyotp
import pytest
from playwright.async_api import expect

from tests.web.admin.conftest import Office, Reader
from wa_notify.core.access import Role

pytestmark = pytest.mark.browser
PASSWORD = "four words in a row"


async def set_up(office: Office, name: str = "maria") -> Reader:
    service = office.starts()
    link = json.loads(service.output.read_text().splitlines()[0])["set_up"]
    maria = await office.stranger()
    await maria.page.goto(link)
    await maria.fills("Name", name)
    await maria.fills(re.compile("^Password"), PASSWORD)
    await maria.fills("The same again", PASSWORD)
    await maria.keeps("set-up")
    await maria.presses("Set the password")
    await maria.page.wait_for_url("**/admin/")
    return maria


async def log_in(reader: Reader, name: str = "maria", code: str = "") -> None:
    await reader.opens("/login")
    await reader.fills("Name", name)
    await reader.fills(re.compile("^Password"), PASSWORD)
    await reader.fills(re.compile("^Code"), code)
    await reader.presses("Log in")


async def test_the_first_start_makes_an_administrator_and_nobody_else_gets_in(office: Office) -> None:
    maria = await set_up(office)
    await maria.opens("/accounts")
    await maria.sees("maria")
    stranger = await office.stranger()
    await stranger.opens("/accounts")
    assert "/admin/login?back=" in stranger.page.url
    await stranger.keeps("log-in")
    await log_in(stranger, "mallory")
    await stranger.sees("Name, password or code is wrong.")
    await log_in(stranger)
    await stranger.page.wait_for_url("**/admin/")
    await stranger.opens("/me")
    await stranger.page.get_by_label("Account of maria").click()
    await stranger.presses("Log out")
    await stranger.page.wait_for_url("**/admin/login")
    await stranger.opens("/accounts")
    assert "/admin/login?back=" in stranger.page.url


async def test_a_second_factor_is_set_up_and_asked_for(office: Office) -> None:
    maria = await set_up(office)
    await maria.opens("/me")
    await maria.page.locator("#present-factor").fill(PASSWORD)
    await maria.presses("Set up an authenticator")
    await maria.sees("Scan this")
    secret = await maria.page.locator("main code").first.inner_text()
    await maria.keeps("second-factor")
    await maria.fills("Code", "000000")
    await maria.presses("Use it from now on")
    await maria.sees("This code is wrong.")
    await maria.fills("Code", pyotp.TOTP(secret).now())
    await maria.presses("Use it from now on")
    await maria.page.wait_for_url("**/admin/me")
    await maria.keeps("own-account")
    other = await office.stranger()
    await log_in(other)
    await other.sees("The code of your authenticator is needed too.")


async def test_an_account_is_added_and_a_key_is_made_and_ended(office: Office) -> None:
    maria = await set_up(office)
    await maria.opens("/accounts")
    await maria.presses("Add an account")
    await maria.fills("Name", "bob", within="[popover]:popover-open")
    await maria.presses("Make the link")
    link = await maria.page.locator("main pre code").first.inner_text()
    bob = await office.stranger()
    await bob.page.goto(link)
    await bob.sees("This is the account of bob.")
    await bob.fills(re.compile("^Password"), PASSWORD)
    await bob.fills("The same again", PASSWORD)
    await bob.presses("Set the password")
    await bob.page.wait_for_url("**/admin/")
    await expect(bob.page.locator("nav").get_by_text("Accounts")).to_have_count(0)
    await maria.opens("/accounts")
    await maria.presses("Make a key")
    await maria.fills("What it is for", "<img src=x onerror=alert(1)>", within="[popover]:popover-open")
    await maria.presses("Make the key")
    await maria.sees(re.compile("wan_"))
    await maria.presses("Back")
    await maria.keeps("accounts")
    await maria.presses("End it")
    await maria.presses("End it", within="[popover]:popover-open")
    await maria.sees("ended")
    await maria.opens("/audit")
    await maria.sees("revoke key")
    await maria.keeps("audit")


async def test_a_viewer_finds_no_way_to_what_is_not_theirs(office: Office) -> None:
    office.starts()
    viewer = await office.enters("vera", Role.VIEWER)
    await viewer.opens("/accounts")
    await viewer.sees("vera may not see this page.")
    await viewer.opens("/me")
    for hidden in ("Accounts", "Audit"):
        await expect(viewer.page.locator("nav").get_by_text(hidden, exact=True)).to_have_count(0)
    await viewer.keeps("viewer")
