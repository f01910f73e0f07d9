"""Answering from a browser: inside and outside of a window, on tickets, in the outbox; and who may not."""

import re

import pytest
from playwright.async_api import expect

from tests.cli.desk import ALICE, BOB, CAROL, alert, wait_for
from tests.web.admin.conftest import Office, Reader
from wa_notify.core.access import Role

pytestmark = pytest.mark.browser
# What somebody would send who has no button for it.
FORGED = """async ([deed, fields]) => {
  const csrf = document.querySelector('meta[name="csrf"]').content;
  const headers = {Accept: "application/json", "X-CSRF-Token": csrf};
  const body = new URLSearchParams(fields);
  const answer = await fetch(`/admin/do/${deed}`, {method: "POST", headers, body});
  return [answer.status, await answer.text()];
}"""


def texts_on(office: Office, number: str) -> list[str]:
    """What the phone got from us; nothing while the sandbox has no such phone."""
    phones = office.into_sandbox.get("/state").json()["phones"]
    of_them = [one for phone in phones if phone["number"] == number for one in phone["messages"]]
    return [one["text"] for one in of_them if one["direction"] == "out"]


def arrives(office: Office, number: str, words: str) -> None:
    wait_for(lambda: any(words in text for text in texts_on(office, number)))


async def forges(reader: Reader, deed: str, **fields: str) -> None:
    """The server refuses it, and says why."""
    status, said = await reader.page.evaluate(FORGED, [deed, fields])
    assert (status, f"{deed}" in said, "may not do this" in said) == (403, True, True), said


async def test_words_go_out_inside_a_window_and_a_template_outside_of_it(office: Office) -> None:
    office.starts()
    olga = await office.enters("olga", Role.OPERATOR)

    # Alice writes first: free text, for as long as the ring says
    await olga.opens("/messages?to=alice")
    await olga.sees("Never wrote. Only templates get through.")
    await olga.opens("/recipients/alice")
    await olga.sees("Live", within="header")
    office.desk.phone(ALICE, text="What is going on?")
    await olga.sees(re.compile("Window open"), within="#window-now")
    await olga.opens("/messages?to=alice")
    await olga.sees(re.compile(r"Window open, 23 h 5\d min left"), within="#write")
    await olga.sees("Leaves at once")
    await olga.fills(re.compile("^Text"), "We are on it, *ten minutes*.")
    await olga.sees("We are on it, *ten minutes*.", within="#text-preview")
    await olga.keeps("write-inside")
    await olga.presses("Send", within="#write")
    await olga.sees("It leaves for Alice as free-form text.")
    arrives(office, ALICE, "We are on it, *ten minutes*.")

    # Bob never wrote: words would wait for him, a template leaves
    await olga.opens("/messages?to=bob&way=text")
    await olga.sees("Is held")
    await olga.sees("To reach them now, choose a template.")
    await olga.fills(re.compile("^Text"), "Are you there?")
    await olga.keeps("write-outside")
    await olga.presses("Send", within="#write")
    await olga.sees("It is held until Bob replies.")
    await olga.presses("Template", within="#write")
    await olga.presses("ops_reminder", within="#write")
    await olga.sees("Leaves at once")
    await olga.sees("Price (utility)")
    await olga.fills(re.compile("^Blank 1"), "7", within="#write")
    await olga.fills(re.compile("^Blank 2"), "Disk <b>full</b> on db-7", within="#write")
    preview = olga.page.locator("#template-preview")
    await expect(preview).to_contain_text("Reminder 7: the alert Disk <b>full</b> on db-7 is still waiting")
    await expect(preview).to_contain_text("Acknowledge")
    await olga.keeps("write-template")
    await olga.presses("Send", within="#write")
    await olga.sees("It leaves for Bob as template ops_reminder (en).")
    arrives(office, BOB, "Reminder 7: the alert Disk <b>full</b> on db-7 is still waiting")
    assert not any("Are you there?" in text for text in texts_on(office, BOB))

    # what was held leaves as soon as he answers
    office.desk.phone(BOB, text="Yes?")
    arrives(office, BOB, "Are you there?")
    await olga.opens("/recipients/bob")
    await olga.sees("Are you there?", within="#messages")
    await olga.sees(re.compile("Reminder 7"), within="#messages")


async def test_a_ticket_is_taken_and_silenced_and_what_was_refused_goes_out_later(office: Office) -> None:
    office.starts()
    olga, maria = await office.enters("olga", Role.OPERATOR), await office.enters("maria")
    vera = await office.enters("vera", Role.VIEWER)
    office.desk.tells_the_service(**alert())
    office.desk.tells_the_service(**alert("TeamNews"))
    await vera.opens("/tickets/1")
    await vera.sees("Nobody has it")
    await vera.sees("Live", within="header")

    # a key takes the ticket, and whoever looks sees it
    await olga.opens("/tickets")
    await olga.sees("Disk almost full")
    await olga.page.get_by_role("link", name="#1 ").click()
    await olga.sees("Nobody has it")
    await olga.page.keyboard.press("a")
    await olga.sees(re.compile("olga takes the ticket"))
    await expect(olga.page.locator("#head")).to_contain_text("Acknowledged")
    await expect(vera.page.locator("#head")).to_contain_text(re.compile("With olga"))

    # silence for a while, and its end
    await olga.page.keyboard.press("s")
    await olga.page.locator("#silence-span").select_option("2h")
    await olga.presses("Silence", within="#silence")
    await expect(olga.page.locator("#head")).to_contain_text("Silenced")
    await olga.keeps("ticket-silenced")
    await olga.presses("Silences", within="nav.views")
    await olga.sees("#1", within="#silences")
    await olga.fills("Conditions", "alertname=TeamNews")
    await olga.sees("Of what is open now this would mute:")
    await olga.page.locator("#new-span").select_option("30m")
    await olga.fills("Why", "It is only the news", within="#muted")
    await olga.presses("Silence", within="#muted")
    await olga.sees("It is only the news", within="#silences")
    await olga.keeps("silences")
    for _ in range(2):
        await olga.presses("End it", within="#silences")
        await olga.misses("It is only the news")
    await olga.sees("Nothing is silenced")
    await olga.opens("/tickets/1")
    await expect(olga.page.locator("#head")).not_to_contain_text("Silenced")

    # whoever may only look has no buttons, and sends no forms either
    for path, buttons in (
        ("/tickets/1", ("Acknowledge", "Silence", "Resolve", "Assign", "Write", "Comment")),
        ("/outbox", ("Try again", "Drop")),
        ("/silences", ("Silence", "End it")),
    ):
        await vera.opens(path)
        for name in buttons:
            await expect(vera.page.locator("main").get_by_role("button", name=name)).to_have_count(0)
    await vera.opens("/messages?to=alice")
    await vera.sees("vera may not see this page.")
    await vera.opens("/outbox")
    await vera.sees("carol")
    await vera.keeps("outbox-viewer")
    refused = await carol_in_the_outbox(vera)
    await forges(vera, "retry_outbox_item", number=refused)
    await forges(vera, "resolve_ticket", number="1")
    await forges(vera, "send_message", to="alice", text="I am an operator")
    await forges(olga, "grant_consent", id="carol", evidence="I say so")

    # what was refused is tried again: in vain first, and then once she agreed
    await olga.opens("/outbox?sort=trouble")
    await carol_in_the_outbox(olga)
    await olga.presses("Try again", within="#rows")
    await olga.sees(re.compile("is not tried again. .*opted in"))
    await olga.keeps("outbox-refused")
    await maria.opens("/recipients/carol")
    await maria.presses("Record an opt-in")
    await maria.fills(re.compile("^What proves it"), "Form 12, signed", within="#opt-in")
    await maria.presses("They agreed")
    await maria.sees("Messages may go out.")
    assert texts_on(office, CAROL) == []
    await olga.presses("Try again", within="#rows")
    await olga.sees(re.compile("is tried again, as olga asked"))
    arrives(office, CAROL, "Disk almost full")
    await olga.opens(f"/outbox/{refused}")
    await olga.sees(re.compile("^(Delivered|Read)$"), within="#message")
    await olga.keeps("outbox-arrived")
    assert not any("I am an operator" in text for text in texts_on(office, ALICE))
    await olga.opens("/tickets/1")
    await expect(olga.page.locator("#head")).to_contain_text("Acknowledged")


async def carol_in_the_outbox(reader: Reader) -> str:
    """The number of the message that she did not get."""
    row = reader.page.locator("#rows > tr", has_text="carol")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("Refused")
    return str(await row.get_attribute("data-key"))
