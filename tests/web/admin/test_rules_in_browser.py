"""Rules, templates and explanations in a browser: broken and mended before one's eyes."""

import re

import pytest

from tests.cli.desk import alert
from tests.web.admin.conftest import Office
from wa_notify.core.access import Role

pytestmark = pytest.mark.browser
EVENT = '{"labels": {"alertname": "TeamNews", "severity": "critical", "instance": "db-7"}}'


def edits(office: Office, old: str, new: str) -> None:
    """Somebody saves the file of the service."""
    text = office.desk.config_path.read_text()
    assert old in text
    office.desk.config_path.write_text(text.replace(old, new, 1))


async def test_a_rule_that_is_broken_and_mended_is_followed_on_the_open_page(office: Office) -> None:
    office.starts()
    reader = await office.enters("vera", Role.VIEWER)
    await reader.opens("/rules")
    await reader.sees("All that is written is obeyed")
    edits(office, "receiver: oncall\n", "receiver: oncal\n")
    await reader.sees("These rules work as before: disk.")
    await reader.sees("There is no receiver 'oncal'.")
    await reader.keeps("rules-broken")
    await reader.presses(re.compile(r"wa-notify\.yaml:\d+"))
    await reader.sees("receiver: oncal")
    await reader.keeps("rules-as-written")
    await reader.opens("/rules")
    edits(office, "receiver: oncal\n", "receiver: oncall\n")
    await reader.sees("All that is written is obeyed")
    await reader.misses("These rules work as before: disk.")
    await reader.presses("disk", within="#rows")
    await reader.sees("Whom it can reach on WhatsApp right now")
    await reader.keeps("rule")


async def test_an_event_is_pasted_and_explained_step_by_step(office: Office) -> None:
    office.starts()
    office.desk.tells_the_service(**alert())
    reader = await office.enters("vera", Role.VIEWER)
    await reader.opens("/explain")
    await reader.fills("Event in JSON", "{")
    await reader.presses("Explain", within="main form")
    await reader.sees(re.compile("not JSON"))
    await reader.fills("Event in JSON", EVENT)
    await reader.presses("Explain", within="main form")
    await reader.sees("2 messages would leave, 0 would wait. Nothing was sent.")
    await reader.page.get_by_text("Every step of the decision").first.click()
    await reader.sees("The person opted in.")
    await reader.keeps("explained")
    await reader.opens("/explain")
    await reader.presses("Disk almost full")
    await reader.sees(re.compile("ticket #1 knows it already"))
    assert len(office.phone_shows()) == 1


async def test_rules_are_tried_without_being_obeyed(office: Office) -> None:
    office.starts()
    reader = await office.enters("vera", Role.VIEWER)
    await reader.opens("/rules/check")
    await reader.fills(
        re.compile("Rules in YAML"), "rules:\n  - name: new\n    receiver: oncal\n    template: ops_alert\n"
    )
    await reader.presses("Check", within="main")
    await reader.sees("There is no receiver 'oncal'.")
    await reader.keeps("rules-tried")


async def test_templates_are_read_compared_and_handed_in(office: Office) -> None:
    edits(
        office,
        "  ops_alert:\n",
        "  ops_extra:\n    category: utility\n    languages: {en: {body: "
        '"A check of {{1}} has failed and is looked at.", examples: [db-7]}}\n  ops_alert:\n',
    )
    office.starts()
    reader = await office.enters()
    await reader.opens("/templates")
    await reader.presses("Read the account")
    await reader.sees(re.compile(r"\d+ templates read"), within="body")
    await reader.keeps("templates")
    await reader.presses("ops_alert", within="#rows")
    await reader.sees("How people take it")
    await reader.keeps("template")
    await reader.opens("/templates/plan")
    await reader.sees("To add")
    await reader.keeps("templates-plan")
    await reader.presses("Hand in")
    boxes = reader.page.locator("#hand-in").get_by_role("checkbox")
    for number in range(await boxes.count()):
        await boxes.nth(number).check()
    await reader.presses("Hand in for review", within="#hand-in")
    await reader.sees("What WhatsApp made of it")
    await reader.keeps("templates-applied")
