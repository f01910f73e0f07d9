"""People in a real browser: found while somebody types, invited, imported and erased."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.cli.desk import CAROL
from tests.web.admin.conftest import Office
from wa_notify.core.access import Role
from wa_notify.core.recipient import Recipient

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)> \u202eevil\u202c 🧯"


async def test_people_are_found_while_somebody_types_and_by_keyboard(office: Office) -> None:
    office.starts()

    def work(tx: Any) -> None:
        tx.save_recipient(Recipient(id="dana", name=HOSTILE, phone="+447700900321"))
        for n in range(120):
            tx.save_recipient(Recipient(id=f"p{n:03}", name=f"P {n:03}", phone=f"+4915{n:09}"))

    office.desk.in_the_store(work)
    maria = await office.enters("maria", Role.VIEWER)
    await maria.opens("/recipients")
    rows = maria.page.locator("#people tr")
    await expect(rows).to_have_count(50)
    await maria.keeps("recipients")
    await maria.page.keyboard.press("/")
    await maria.page.keyboard.type("0321")
    await expect(rows).to_have_count(1)
    await maria.sees(HOSTILE.split(" \u202e", maxsplit=1)[0], "#people")
    await maria.page.locator("input[name=search]").fill("")
    await maria.page.get_by_label("Consent", exact=True).select_option("granted")
    await expect(rows).to_have_count(2)
    await maria.page.locator("h1").click()
    await maria.page.keyboard.press("j")
    await maria.page.keyboard.press("Enter")
    await maria.sees("All that was said")
    await maria.misses("Show the number")
    await maria.keeps("recipient")


async def test_an_opt_in_is_told_while_the_code_is_shown(office: Office) -> None:
    office.starts()
    maria = await office.enters("maria")
    await maria.opens("/recipients/carol/invite")
    await maria.presses("Make the link")
    await maria.sees("Waiting for the answer.")
    await maria.keeps("invitation")
    words = await maria.page.locator("main pre code").first.inner_text()
    office.desk.phone(CAROL, text=words)
    await maria.sees("Carol opted in.", "#answer")
    assert await maria.page.get_by_alt_text("QR code of the link below").is_visible()


async def test_a_file_is_looked_at_then_imported_and_a_reload_loses_nothing(office: Office) -> None:
    office.starts()
    maria = await office.enters("maria")
    await maria.opens("/imports")
    lines = "".join(f"p{n},{'12' if n % 7 == 0 else f'+4915{n:09}'},,Form {n}\n" for n in range(700))
    content = f"name,phone,display_name,evidence\n{lines}".encode()
    file: Any = {"name": "people.csv", "mimeType": "text/csv", "buffer": content}
    await maria.page.set_input_files("input[type=file]", file)
    await maria.presses("Look at it")
    await maria.sees("700 lines, if imported: 600 opted in, 100 refused.")
    await maria.keeps("imports")
    await maria.presses("Import the good lines")
    await maria.page.reload()
    await maria.sees("700 lines: 600 opted in, 100 refused.")
    await maria.opens("/consent")
    await maria.sees(re.compile("602 entries"))
    await maria.keeps("consent")


async def test_somebody_is_erased_after_their_name_was_typed(office: Office) -> None:
    office.starts()
    office.desk.in_the_store(lambda tx: tx.save_recipient(Recipient(id="dana", name="Dana")))
    maria = await office.enters("maria")
    await maria.opens("/recipients/dana")
    await maria.presses("Erase")
    await maria.fills(re.compile("^Type dana"), "dan")
    await maria.presses("Erase for good")
    await maria.sees("This is not the name of whom you erase.", "#erase")
    await maria.fills(re.compile("^Type dana"), "dana")
    await maria.presses("Erase for good")
    await maria.sees("Erased. Where they were named stands")
    await maria.opens("/recipients")
    await maria.misses("Dana")
