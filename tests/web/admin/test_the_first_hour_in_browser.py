"""The first hour of somebody who never saw it: set up, invite, opt in, fire a test, follow it, answer.

With WA_NOTIFY_PICTURES set to a folder, the pictures of the README are made anew there.
"""

import json
import os
import re

import pytest
from playwright.async_api import expect

from tests.cli.desk import wait_for
from tests.web.admin.conftest import ROOT, Office, Reader

pytestmark = pytest.mark.browser
PASSWORD = "four words in a row"
ZOE = "+447700900321"
CAROL = '  carol: {phone: "+447700900789", name: Carol}\n'
HOUSE = ((CAROL, f"{CAROL}  zoe: {{name: Zoe}}\n"), ("oncall: {to: [alice]}", "oncall: {to: [zoe]}"))


async def pictured(reader: Reader, name: str) -> None:
    """A picture for the README, if it is wanted."""
    wanted = os.environ.get("WA_NOTIFY_PICTURES")
    if wanted:
        folder = ROOT / wanted
        folder.mkdir(parents=True, exist_ok=True)
        await reader.page.wait_for_timeout(400)
        await reader.page.screenshot(path=folder / f"{name}.png")


def set_up_link(output: str) -> str:
    link: str = json.loads(output.splitlines()[0])["set_up"]
    return link


async def test_from_the_first_start_to_an_answer(office: Office) -> None:
    office.desk.write_config(*HOUSE)
    service = office.starts()
    maria = await office.stranger(viewport={"width": 1280, "height": 800})

    # a login
    await maria.page.goto(set_up_link(service.output.read_text()))
    await maria.fills("Name", "maria")
    await maria.fills(re.compile("^Password"), PASSWORD)
    await maria.fills("The same again", PASSWORD)
    await maria.presses("Set the password")
    await maria.page.wait_for_url("**/admin/")

    # somebody is invited by QR code, and opts in on their telephone
    await maria.opens("/recipients/zoe")
    await maria.sees(re.compile("Never opted in"))
    await maria.presses(re.compile("^Invite"))
    await maria.presses("Make the link")
    await maria.sees("Invitation for Zoe")
    words = await maria.page.locator("main pre code").first.inner_text()
    await expect(maria.page.get_by_alt_text("QR code of the link below")).to_be_visible()
    await pictured(maria, "invite")
    office.desk.phone(ZOE, text=words)
    await maria.sees(re.compile("Zoe (has )?opted in"))
    await maria.opens("/recipients/zoe")
    await maria.sees(re.compile("Opted in"))
    await maria.keeps("person")
    await pictured(maria, "person")

    # a test alert, followed to read
    await maria.opens("/tickets")
    await maria.presses("Fire a test alert")
    await maria.fills("A word for the title", "Friday drill")
    await maria.presses("Fire the test")
    await maria.sees(re.compile("nothing is wrong: Friday drill"))  # the field's hint says Friday drill too
    await maria.opens("/tickets/1")
    await maria.sees(re.compile("Friday drill"), within="h1")
    await maria.sees(re.compile("is read"))
    await maria.keeps("ticket")
    await pictured(maria, "ticket")

    # Zoe answers from her telephone, Maria from the page
    office.desk.phone(ZOE, tap="Acknowledge")
    await maria.sees(re.compile("Zoe takes the ticket"))
    await maria.page.goto(f"{maria.base}/admin/tickets/1?to=zoe#write")
    await maria.fills(re.compile("^Text"), "Thank you, it was only a drill.")
    await pictured(maria, "answer")
    await maria.presses("Send", within="#write")
    await maria.sees("It leaves for Zoe as free-form text.")
    wait_for(lambda: "Thank you, it was only a drill." in shown(office))
    await maria.presses("End the test")
    await maria.sees(re.compile("Resolved"))

    # all of it is written down
    await maria.opens("/audit")
    for deed in ("invite recipient", "fire test", "send message", "resolve test"):
        await maria.sees(deed)
    await maria.opens("/")
    await maria.keeps("overview")
    await pictured(maria, "overview")


def shown(office: Office) -> list[str]:
    """What we sent to Zoe, as her telephone shows it."""
    return [one["text"] for one in office.phone_shows(ZOE) if one["direction"] == "out"]
