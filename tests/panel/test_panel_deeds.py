"""What people do in the panel."""

import pytest
from playwright.async_api import expect

from .conftest import ENTRY, PEOPLE, TICKET, Panel, data_of

pytestmark = pytest.mark.browser


async def test_what_is_done_is_an_action(panel: Panel) -> None:
    await panel.open(TICKET)
    for button in ("Acknowledge", "Resolve", "Escalate", "Silence 1 h"):
        await panel.page.get_by_role("button", name=button).click()
        await expect(panel.page.get_by_role("button", name=button)).not_to_have_attribute(
            "aria-disabled", "true"
        )
    await expect(panel.page.get_by_text("Done.")).to_be_attached()
    ticket = {"config_entry_id": ENTRY, "ticket": 41}
    assert await panel.calls == [
        ["wa_notify", "acknowledge", ticket, None, False],
        ["wa_notify", "resolve", ticket, None, False],
        ["wa_notify", "escalate", ticket, None, False],
        ["wa_notify", "silence", {**ticket, "duration": {"hours": 1}}, None, False],
    ]
    assert len(await panel.asked("ticket")) > 4, "what came of it is read"


async def test_only_what_is_possible_is_offered(panel: Panel) -> None:
    deeds = panel.page.locator(".deeds")
    panel.story["ticket"].update(
        state="acknowledged", owner="Ada", acknowledged_at=panel.snapshot["delivered_at"]
    )
    await panel.open(TICKET)
    await expect(deeds.get_by_role("button")).to_have_text(
        ["Resolve", "Give back", "Escalate", "Silence 1 h"]
    )
    await expect(panel.page.locator(".when")).to_contain_text("Ada has had it since2 min ago")
    await panel.page.evaluate(
        """Object.assign(house.story.ticket, {
            state: 'resolved', resolved_by: 'Ada', resolved_at: house.story.ticket.opened_at,
        })"""
    )
    await panel.tell(tickets=[])
    await expect(deeds).to_be_hidden()
    await expect(panel.page.locator(".when")).to_contain_text("Closed by Ada,18 min ago")


async def test_a_refused_action_says_why(panel: Panel) -> None:
    await panel.open(TICKET)
    await panel.page.evaluate("house.refuses = {code: 1, message: 'Ticket #41 is over already.'}")
    await panel.page.get_by_role("button", name="Resolve").click()
    alert = panel.page.get_by_role("alert")
    await expect(alert).to_contain_text("That did not work: Ticket #41 is over already.")
    await alert.get_by_role("button", name="Close").click()
    await expect(alert).to_be_hidden()
    await panel.page.evaluate("house.refuses = {}")
    await panel.page.get_by_role("button", name="Resolve").click()
    await expect(alert).to_contain_text("Home Assistant gave no reason.")


async def test_a_number_is_shown_only_when_asked_for(panel: Panel) -> None:
    await panel.page.clock.install()
    await panel.open(PEOPLE)
    ada = panel.person("Ada Okafor")
    await expect(ada).to_contain_text("+44 •••• 0123")
    assert await panel.asked("reveal") == []
    await ada.get_by_role("button", name="Show the number of Ada Okafor").click()
    await expect(ada).to_contain_text("+447700900123")
    await ada.get_by_role("button", name="Hide").click()
    await expect(ada).not_to_contain_text("+447700900123")
    await ada.get_by_role("button", name="Show the number").click()
    await expect(ada).to_contain_text("+447700900123")
    await panel.page.clock.run_for(61_000)
    await expect(ada).to_contain_text("+44 •••• 0123")
    assert [message["recipient_id"] for message in await panel.asked("reveal")] == ["ada", "ada"]


async def test_an_opt_in_needs_its_proof(panel: Panel) -> None:
    await panel.open(PEOPLE)
    button = panel.person("Bob").get_by_role("button", name="Record opt-in")
    await button.click()
    dialog = panel.page.get_by_role("dialog", name="Record the opt-in of Bob")
    confirm = dialog.get_by_role("button", name="Record opt-in")
    await confirm.click()
    await expect(dialog).to_be_visible()
    await dialog.get_by_label("Proof").fill("   ")
    await confirm.click()
    assert await panel.calls == []
    await panel.keep("opt-in", whole=False)
    await dialog.get_by_label("Proof").fill(" Said so at the door, 22 November ")
    await confirm.click()
    await expect(dialog).to_be_hidden()
    await expect(button).to_be_focused()
    assert await panel.calls == [
        [
            "wa_notify",
            "grant_opt_in",
            {"evidence": "Said so at the door, 22 November"},
            {"entity_id": "notify.bob"},
            False,
        ]
    ]


async def test_an_opt_out_needs_nothing(panel: Panel) -> None:
    await panel.open(PEOPLE)
    await panel.person("Erin").get_by_role("button", name="Record opt-out").click()
    dialog = panel.page.get_by_role("dialog", name="Record the opt-out of Erin")
    await dialog.get_by_role("button", name="Record opt-out").click()
    assert await panel.calls == [["wa_notify", "revoke_opt_in", {}, {"entity_id": "notify.erin"}, False]]
    await panel.person("Dee").get_by_role("button", name="Record opt-in").click()
    again = panel.page.get_by_role("dialog", name="Record the opt-in of Dee")
    await expect(again).to_contain_text("Dee said no in their own words. Better ask them to write START.")
    await panel.page.keyboard.press("Escape")
    await expect(again).to_be_hidden()


async def test_somebody_without_an_entity_cannot_be_changed(panel: Panel) -> None:
    panel.snapshot["recipients"][1]["entity_id"] = None
    await panel.open(PEOPLE)
    bob = panel.person("Bob")
    await expect(bob.get_by_role("button", name="Record opt-in")).to_be_disabled()
    await expect(bob).to_contain_text("not among the recipients of the integration any more")


async def test_everything_is_silenced_for_a_while(panel: Panel) -> None:
    await panel.open()
    page = panel.page
    await page.get_by_role("button", name="Silence everything").click()
    dialog = page.get_by_role("dialog", name="Silence everything")
    await panel.keep("silence", whole=False)
    await dialog.get_by_role("button", name="8 h").click()
    await page.get_by_role("button", name="Silence everything").click()
    await dialog.get_by_label("For how many hours").fill("200")
    await dialog.get_by_role("button", name="Silence", exact=True).click()
    await expect(dialog).to_be_visible()
    await dialog.get_by_label("For how many hours").fill("3")
    await dialog.get_by_role("button", name="Silence", exact=True).click()
    await expect(dialog).to_be_hidden()
    assert await data_of(panel) == [
        ("silence", {"config_entry_id": ENTRY, "duration": {"hours": 8}}),
        ("silence", {"config_entry_id": ENTRY, "duration": {"hours": 3}}),
    ]
    await panel.tell(silence={"ends_at": "2026-11-23T11:59:30+00:00", "author": "Sam", "comment": ""})
    banner = page.get_by_role("region", name="Silence everything")
    await expect(banner).to_contain_text(
        "Everything is silenced for another 2 h 59 min. By Sam, until 11:59."
    )
    await expect(page.get_by_role("button", name="Silence everything")).to_be_hidden()
    await panel.keep("silenced")
    await banner.get_by_role("button", name="End the silence").click()
    assert (await data_of(panel))[-1] == ("unsilence", {"config_entry_id": ENTRY})


async def test_the_keyboard_does_it_all(panel: Panel) -> None:
    await panel.open()
    page = panel.page
    await expect(panel.row(42)).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("j")
    await expect(panel.row(42).get_by_role("link")).to_be_focused()
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await expect(page.get_by_text("Done.")).to_be_attached()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="#41 db-7")).to_be_focused()
    await page.keyboard.press("a")
    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    await expect(dialog).to_contain_text("Acknowledge the ticket")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await page.keyboard.press("k")
    await expect(panel.row(42).get_by_role("link")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(".ticket")).to_be_hidden()
    await page.keyboard.press("/")
    await expect(page.get_by_label("Search, or a ticket number")).to_be_focused()
    await page.keyboard.type("ja?/")
    await expect(page.get_by_label("Search, or a ticket number")).to_have_value("ja?/")
    assert await data_of(panel) == [("acknowledge", {"config_entry_id": ENTRY, "ticket": 41})] * 2
