"""A night at the desk, in a browser: an alert comes in live, is taken by a key, talked about, silenced."""

import re

import pytest
from playwright.async_api import expect

from tests.cli.desk import ALICE, alert, wait_for
from tests.web.admin.conftest import Office
from wa_notify.core.access import Role

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)> \u202eevil\u202c 🔥"


async def test_an_alert_appears_by_itself_and_is_taken_with_one_key(office: Office) -> None:
    office.starts()
    olga = await office.enters("olga", Role.OPERATOR)
    await olga.opens("/tickets")
    await olga.sees("Nothing is open")
    await olga.keeps("tickets-empty")
    office.desk.tells_the_service(**alert(annotations={"summary": HOSTILE}))
    await olga.sees("<img src=x onerror=alert(1)>")
    await olga.keeps("tickets")
    await olga.opens("/tickets/1")
    await olga.keeps("ticket")
    await olga.page.keyboard.press("a")
    await olga.sees("olga takes the ticket. Reminders stop.")
    for words in ("First word", "Second word"):
        await olga.fills(re.compile("A word for the others"), words)
        await olga.presses("Comment")
        await olga.sees(words, within="#story")
    await olga.opens("/")
    await olga.sees("Who is reachable")
    await olga.keeps("overview")


async def test_the_composer_writes_free_form_text_only_while_the_window_is_open(office: Office) -> None:
    office.starts()
    office.desk.tells_the_service(**alert())
    olga = await office.enters("olga", Role.OPERATOR)
    await olga.opens("/messages?to=alice")
    await olga.presses("ops_reminder", within="#write")
    await olga.fills(re.compile("Blank 1"), "1")
    await olga.fills(re.compile("Blank 2"), "the <b>disk</b>")
    await olga.sees("the <b>disk</b>", within="#template-preview")
    await olga.keeps("composer-template")
    await olga.presses("Send", within="#write")
    await olga.sees("It leaves for Alice as template ops_reminder (en).")
    office.desk.phone(ALICE, text="hello")
    await olga.opens("/tickets/1?to=alice")
    await olga.sees("Window open", within="#write")
    await olga.fills(re.compile("^Text"), "*Looking* at it", within="#write")
    await olga.keeps("composer-text")
    await olga.presses("Send", within="#write")
    await olga.sees("It leaves for Alice as free-form text.")
    await olga.sees("olga writes to Alice by hand.", within="#story")
    wait_for(lambda: "*Looking* at it" in str(office.phone_shows()))


async def test_a_silence_is_foreseen_while_it_is_typed(office: Office) -> None:
    office.starts()
    office.desk.tells_the_service(**alert())
    olga = await office.enters("olga", Role.OPERATOR)
    await olga.opens("/silences")
    await olga.fills("Conditions", "alertname=~Disk.*")
    await olga.sees("Of what is open now this would mute:")
    await olga.fills("Why", "Deploy")
    await olga.keeps("silences")
    await olga.presses("Silence", within="#muted")
    await olga.sees("alertname=~Disk.*", within="#silences")
    await olga.presses("End it", within="#silences")
    await olga.sees("Nothing is silenced")


async def test_a_test_alert_is_fired_and_ended_and_a_viewer_finds_no_button(office: Office) -> None:
    office.starts()
    olga = await office.enters("olga", Role.OPERATOR)
    await olga.opens("/")
    await olga.sees("All is well.")
    await olga.presses("Fire a test alert")
    await olga.fills("A word for the title", "Friday drill")
    await olga.presses("Fire the test")
    await olga.sees("TEST, nothing is wrong: Friday drill (by olga)")
    vera = await office.enters("vera", Role.VIEWER)
    await vera.opens("/tickets/1")
    await vera.sees("This is a test.")
    await expect(vera.page.locator("main form[action*='/admin/do/']")).to_have_count(0)
    await olga.opens("/tickets/1")
    await olga.presses("End the test")
    await vera.sees("Resolved")
    await vera.misses("This is a test.")
