"""What an event would do and why, in a browser; rules that break and are mended before one's eyes."""

import asyncio
import json
import re
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.cli.desk import BOB, Desk, alert, no_secret_in, wait_for
from tests.web.admin.conftest import Office, Reader
from wa_notify.core.access import Role

pytestmark = pytest.mark.browser
NEWS = json.dumps({"labels": {"alertname": "TeamNews", "severity": "warning", "instance": "db-7"}}, indent=1)
FAULTY = '{"labels": {\n  "alertname": DiskFull}}'
EVENT, YAML = re.compile("^Event in JSON"), re.compile("^Rules in YAML")
TO_ALL = "    receiver: everybody\n"
RULES = (
    "rules:\n  - name: mine\n    match: {alertname: Mine}\n    receiver: nobody\n    template: ops_nudge\n"
)
TEAM = """\
  team_note:
    category: utility
    languages:
      en:
        body: The service {{1}} has a new state since {{2}}. Somebody of the team looks at it now.
        examples: [mail, "21 Nov 09:30 UTC"]
"""


async def explained(reader: Reader, event: str) -> None:
    await reader.opens("/explain")
    await reader.fills(EVENT, event)
    await reader.presses("Explain", within="main form")


def tried(reader: Reader, name: str) -> Locator:
    link = reader.page.get_by_role("link", name=name, exact=True)
    return reader.page.locator("ol.tried > li").filter(has=link)


def told(reader: Reader, name: str) -> Locator:
    return (
        reader.page.locator("section.explained").filter(has=reader.page.get_by_role("link", name=name)).first
    )


def leaving(office: Office) -> list[Any]:
    """What any phone got from us."""
    phones = office.into_sandbox.get("/state").json()["phones"]
    return [one for phone in phones for one in phone["messages"] if one["direction"] == "out"]


async def test_every_step_of_the_decision_is_there(office: Office) -> None:
    office.desk.write_config((TO_ALL, f'{TO_ALL}    free_form: "News: {{{{ title }}}}"\n'))
    office.starts()
    office.desk.phone(BOB, text="hello")  # his window is open
    vera = await office.enters("vera", Role.VIEWER)
    await explained(vera, NEWS)
    await vera.sees("2 messages would leave, 0 would wait. Nothing was sent.")
    for rule, words in (
        ("disk", ("Does not match", "alertname=DiskFull", "the alert says TeamNews")),
        ("team", ("Answers it", "alertname=TeamNews", "holds")),
        ("slow", ("Not tried: a rule before it answered.",)),
    ):
        for word in words:
            await expect(tried(vera, rule)).to_contain_text(word)
    for name, form, reason, price, said in (
        ("Alice", "template ops_alert (en)", "window_closed", "Utility template", "Alert: db-7"),
        ("Bob", "free-form text", "window_open", "free", "News: TeamNews"),
    ):
        for word in ("Leaves", form, reason):
            await expect(told(vera, name)).to_contain_text(word)
        await expect(told(vera, name).locator(".plain-list")).to_contain_text(price, ignore_case=True)
        await expect(told(vera, name).locator(".bubble")).to_contain_text(said)
    for word in ("Gets nothing", "no_consent"):
        await expect(told(vera, "Carol")).to_contain_text(word)
    await expect(told(vera, "Carol").locator(".bubble")).to_have_count(0)
    for name, step in (("Alice", "The person opted in."), ("Carol", "never opted in")):
        await told(vera, name).get_by_text("Every step of the decision").click()
        await expect(told(vera, name).locator("dl.pairs")).to_contain_text(step)
    await vera.keeps("explain")
    no_secret_in([await vera.page.content()])
    assert leaving(office) == []


async def test_a_faulty_event_is_told_with_its_place_and_what_was_pasted_stays(office: Office) -> None:
    office.starts()
    vera = await office.enters("vera", Role.VIEWER)
    await explained(vera, FAULTY)
    await vera.sees(re.compile("The body is not JSON"))
    await vera.sees(re.compile("line 2, column 16", re.IGNORECASE))
    await expect(vera.page.get_by_label(EVENT)).to_have_value(FAULTY)
    await vera.keeps("explain-faulty")


async def test_an_alert_that_came_is_chosen_and_held_against_the_rules_of_now(office: Office) -> None:
    office.starts()
    office.desk.tells_the_service(**alert())
    wait_for(lambda: leaving(office))
    vera = await office.enters("vera", Role.VIEWER)
    await vera.opens("/explain")
    await vera.page.locator("main").get_by_role("link", name="Disk almost full").click()
    await expect(tried(vera, "disk")).to_contain_text("Answers it")
    await vera.sees(re.compile("ticket #1 knows it already"))
    given = await vera.page.get_by_label(EVENT).input_value()
    assert json.loads(given)["labels"] == alert()["labels"]
    await vera.fills(EVENT, given.replace("DiskFull", "Nobody"))  # changed, and tried again
    await vera.presses("Explain", within="main form")
    await vera.sees("Nobody would get anything. Nothing was sent.")
    await expect(tried(vera, "daily")).to_contain_text("the alert says Nobody")
    await vera.keeps("explain-nobody")


async def test_a_broken_rule_is_told_on_open_pages_and_goes_from_them_when_it_is_mended(
    office: Office,
) -> None:
    office.starts()
    vera, otto = await office.enters("vera", Role.VIEWER), await office.enters("otto", Role.OPERATOR)
    await vera.opens("/rules")
    await vera.sees("All that is written is obeyed, since")
    await otto.opens("/rules/text")
    marked = otto.page.locator("[data-mark=bad]")
    await expect(marked).to_have_count(0)
    for reader in (vera, otto):
        await reader.page.evaluate("window.same = true")
    place = broken(office.desk)
    await vera.sees("These rules work as before: disk.")
    await vera.sees(place)
    await vera.sees("There is no receiver 'oncal'.")
    await expect(vera.page.locator("#rows tr").filter(has_text="DiskFull")).to_contain_text("Works as before")
    await expect(marked.filter(has_text="receiver: oncal")).to_have_count(1, timeout=15_000)
    for reader in (vera, otto):
        assert await reader.page.evaluate("window.same"), "the page was loaded anew"
        no_secret_in([await reader.page.content()])
    await vera.keeps("rules-broken")
    await otto.keeps("rules-text-broken")
    await vera.presses(place, within="main")
    await expect(vera.page.locator(":target")).to_contain_text("receiver: oncal")
    await explained(vera, json.dumps(alert()))  # the rule works as it did
    await expect(tried(vera, "disk")).to_contain_text("Answers it")
    await vera.opens("/rules")
    office.desk.write_config()
    await vera.sees("All that is written is obeyed, since")
    await vera.misses(re.compile("work as before"))
    await expect(marked).to_have_count(0, timeout=15_000)
    await vera.keeps("rules")


def broken(desk: Desk) -> str:
    """A receiver is mistyped; file and line of it."""
    desk.write_config(("receiver: oncall\n    priority", "receiver: oncal\n    priority"))
    lines = desk.config_path.read_text().splitlines()
    return f"{desk.config_path.name}:{lines.index('    receiver: oncal') + 1}"


async def test_no_secret_of_the_configuration_is_on_a_page_whatever_is_wrong_with_it(office: Office) -> None:
    office.starts()
    vera = await office.enters("vera", Role.VIEWER)
    for path in ("/rules", "/rules/text", "/rules/disk", "/rules/team", "/rules/check", "/explain"):
        await vera.opens(path)
        no_secret_in([await vera.page.content()])
    # a secret at the wrong place, and a file that cannot be read
    for change in (
        ('phone: "+447700900789"', 'phone: "+447700900789 sandbox-token"'),
        ("phone_number_id:", "phone_number_ids:"),
        ("rules:\n", "rules: [\n"),
    ):
        office.desk.write_config(change)
        await vera.opens("/rules")
        await vera.sees("What is written now is not obeyed.")
        await expect(vera.page.locator("#rows tr")).to_have_count(4)
        for path in ("/rules", "/rules/text"):
            await vera.opens(path)
            no_secret_in([await vera.page.content()])
        office.desk.write_config()
        await vera.opens("/rules")
        await vera.misses("What is written now is not obeyed.")
    office.desk.write_config(("rules:\n", "rules: [\n"))
    await vera.sees("What is written now is not obeyed.")
    await vera.keeps("rules-refused")


async def test_rules_are_tried_without_being_obeyed(office: Office) -> None:
    office.starts()
    vera = await office.enters("vera", Role.VIEWER)
    await vera.opens("/rules/check")
    await vera.fills(YAML, RULES)
    await vera.presses("Check", within="main form")
    await vera.sees(re.compile("Line 4, column 15"))
    await expect(vera.page.locator("[data-mark=bad]").first).to_contain_text("receiver: nobody")
    await vera.keeps("rules-check")
    await vera.fills(YAML, RULES.replace("nobody", "oncall"))
    await vera.presses("Check", within="main form")
    await vera.sees("Nothing is wrong with it: 1 rule.")
    await vera.opens("/rules")
    await expect(vera.page.locator("#rows tr")).to_have_count(4)


async def test_templates_are_read_and_handed_in_and_a_pause_is_told(
    office: Office,
) -> None:
    office.desk.write_config(("templates:\n", f"templates:\n{TEAM}"))
    office.starts()
    maria = await office.enters("maria")
    await maria.opens("/templates")
    await maria.presses("Read the account")
    await maria.sees(re.compile(r"\d+ templates read"), within="body")
    await maria.sees("Not everything is as the configuration declares it.")
    await maria.presses("Show what differs")
    note = maria.page.locator("#plan > section").filter(has_text="team_note")
    await expect(note).to_contain_text("To add")
    await expect(note.locator(".bubble")).to_contain_text("The service mail has a new state")
    await maria.presses("Hand in")
    await maria.presses("Hand in for review", within="#hand-in")
    await maria.sees("What WhatsApp made of it")
    await maria.sees("team_note")
    account, *_ = office.into_sandbox.get("/state").json()["accounts"]
    assert "team_note" in {one["name"] for one in account["templates"]}
    for status in ("Approved", "Paused"):
        answer = office.into_sandbox.post("/templates/team_note/en", json={"status": status.upper()})
        assert answer.status_code == 200, answer.text
        await comes(maria, "/templates/team_note", maria.page.locator("#template .state", has_text=status))
    await maria.keeps("template-paused")
    await maria.opens("/templates?only=refused")
    await expect(maria.page.locator("#rows tr").filter(has_text="team_note")).to_contain_text("Paused")
    await maria.opens("/audit")
    await maria.sees("template team_note")
    no_secret_in([await maria.page.content()])


async def comes(reader: Reader, path: str, wanted: Locator) -> None:
    """It is on the page sooner or later, when somebody opens it again and again."""
    for _ in range(40):
        await reader.opens(path)
        if await wanted.count():
            return
        await asyncio.sleep(0.25)
    await expect(wanted).to_have_count(1)
