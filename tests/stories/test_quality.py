"""People mind a template: reminders slow down and an administrator hears it, before WhatsApp pauses it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.world import SANDBOX, Person, World
from wa_notify.core.outbox import Occasion
from wa_notify.core.quality import Subject, Verdict
from wa_notify.core.reason import Reason
from wa_notify.sandbox import CallbackPolicy
from wa_notify.web.alerts import parse

NOW = timedelta(0)
CONFIG = (
    SANDBOX
    + """
starter: {languages: [en], link: "https://ops.example.net/"}
recipients:
  alice: {phone: "+447700900123", name: Alice, opt_in: "Signed the on-call agreement"}
  bob: {phone: "+447700900456", name: Bob, opt_in: "Signed the on-call agreement"}
  carol: {phone: "+447700900789", name: Carol, opt_in: "Signed the on-call agreement"}
  dan: {phone: "+447700900555", name: Dan, opt_in: "Signed the on-call agreement"}
  eve: {phone: "+447700900666", name: Eve, opt_in: "Signed the on-call agreement"}
receivers:
  team: {to: [bob, carol, dan, eve]}
  leads: {to: [alice]}
admins: {receiver: leads, template: {name: ops_notice, parameters: ["{{ text }}"]}}
rules:
  - name: disk
    match: {severity: warning}
    group_by: [instance]
    receiver: team
    template: &alert
      name: ops_alert
      header: "{{ labels.instance }}"
      parameters: ["{{ labels.severity }}", "{{ title }}", "{{ starts_at | clock }}"]
      url: "alerts/{{ ticket.number }}"
    remind: &remind
      after: 1h
      every: 1h
      times: 20
      template: {name: ops_reminder, parameters: ["{{ reminder }}", "{{ title }}"]}
  - name: fire
    receiver: team
    priority: critical
    template: *alert
    remind: *remind
"""
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    stage = World(tmp_path, CONFIG)
    stage.sandbox.policy = CallbackPolicy(sent_after=NOW, delivered_after=NOW)
    await stage.start()
    yield stage
    await stage.close()


def team(world: World) -> tuple[Person, Person]:
    """Dan and Eve, who have phones of their own."""
    dan = Person(world, "Dan", world.sandbox.phone("+447700900555"))
    eve = Person(world, "Eve", world.sandbox.phone("+447700900666"))
    return dan, eve


async def judged(world: World, name: str) -> Verdict:
    """What is made of a template now."""
    found = await world.house.engine.look(lambda views: views.judgements())
    verdicts = {one.name: one.verdict for one in found if one.subject is Subject.TEMPLATE}
    return verdicts.get(name, Verdict.GREEN)


async def reminders(world: World, number: int) -> int:
    return (await world.ticket(number)).reminders_sent


async def notices(world: World) -> list[str]:
    """What the administrators were told, by its key."""
    return [item.key for item in await world.items() if item.occasion is Occasion.NOTICE]


async def test_people_say_stop_until_reminders_slow_down_and_the_administrator_hears_once(
    world: World,
) -> None:
    dan, _ = team(world)
    await world.alert("DiskFull", severity="warning")
    await world.bob.replies("STOP")
    await world.forward("1h")
    assert await judged(world, "ops_alert") is Verdict.GREEN  # one of four may have their own reasons
    assert await reminders(world, 1) == 1
    await dan.replies("STOP")
    await world.forward("11m")
    await world.alert("News", severity="warning", instance="web-1")  # anything that happens lets us look
    assert await judged(world, "ops_alert") is Verdict.SLOW
    assert await notices(world) == []
    await world.forward("2h")
    assert await reminders(world, 1) == 2  # at 2 h; the third comes at 4 h
    assert Reason.PEOPLE_MIND in await world.reasons(1)
    assert "The next reminder comes in 2 h. Template ops_alert: 2 of 4 people said STOP" in world.story()

    await world.carol.replies("STOP")
    await world.forward("11m")
    await world.alert("More", severity="warning", instance="web-2")
    assert await judged(world, "ops_alert") is Verdict.WARN
    world.alice.expects("People mind the template ops_alert: 3 of 4 people said STOP", form="template")
    await world.forward("3h")
    assert sum("ops_alert" in key for key in await notices(world)) == 1


async def test_what_is_critical_is_reminded_of_at_its_own_pace(world: World) -> None:
    dan, _ = team(world)
    await world.alert("DiskFull", severity="warning")
    await world.bob.replies("STOP")
    await dan.replies("STOP")
    await world.forward("11m")
    await world.alert("Fire", severity="critical", instance="db-9")
    assert await judged(world, "ops_alert") is Verdict.SLOW
    await world.forward("5h")
    assert await reminders(world, 1) == 3  # at 1, 3 and 5 h
    assert await reminders(world, 2) == 5
    assert Reason.PEOPLE_MIND not in await world.reasons(2)


async def test_people_who_come_back_bring_the_pace_back(world: World) -> None:
    dan, _ = team(world)
    await world.alert("DiskFull", severity="warning")
    await world.bob.replies("STOP")
    await dan.replies("STOP")
    await world.forward("1h10m")
    assert await judged(world, "ops_alert") is Verdict.SLOW
    await world.bob.replies("START")
    await world.forward("11m")
    await world.alert("Other", severity="warning", instance="web-1")
    assert await judged(world, "ops_alert") is Verdict.GREEN
    await world.forward("3h")
    assert await reminders(world, 1) == 3  # at 1 and, slow, at 3 h; then every hour again
    await world.forward("1h")
    assert await reminders(world, 1) == 4


async def test_whoever_blocks_us_is_noticed_by_the_silence_of_their_phone(world: World) -> None:
    dan, eve = team(world)
    for blocked in (dan, eve):
        blocked.phone.online = False
    for place in range(3):
        await world.alert("DiskFull", severity="warning", instance=f"db-{place}")
        await world.resolve("DiskFull", instance=f"db-{place}", severity="warning")
    await world.forward("25h")
    await world.alert("DiskFull", severity="warning", instance="db-9")
    await world.forward("1h")
    assert await judged(world, "ops_alert") is Verdict.SLOW
    assert "nothing reaches 2 of 4 people any more" in world.story()


async def test_the_platforms_own_word_slows_reminders_and_its_next_ends_that(world: World) -> None:
    await world.alert("DiskFull", severity="warning")
    await say_of(world, "RED")
    await world.forward("1h")
    assert await judged(world, "ops_reminder") is Verdict.WARN
    assert await notices(world) == []  # what WhatsApp itself says is told as a trouble of its own
    await world.forward("1h")
    assert await reminders(world, 1) == 1
    await say_of(world, "GREEN")
    await world.forward("1h")
    assert await reminders(world, 1) == 2
    assert await judged(world, "ops_reminder") is Verdict.GREEN
    await world.forward("1h")
    assert await reminders(world, 1) == 3


async def say_of(world: World, quality: str) -> None:
    """The platform says this of the template of the reminders."""
    shapes = await world.house.engine.look(lambda views: views.templates())
    changed = [replace(shape, quality=quality) if shape.name == "ops_reminder" else shape for shape in shapes]
    await world.house.engine._transact(lambda tx: tx.replace_templates(changed, world.clock()))


async def test_a_restart_forgets_no_verdict_and_says_nothing_twice(world: World) -> None:
    dan, _ = team(world)
    await world.alert("DiskFull", severity="warning")
    for person in (world.bob, world.carol, dan):
        await person.replies("STOP")
    await world.forward("11m")
    await world.alert("Other", severity="warning", instance="web-1")
    world.alice.expects("People mind the template ops_alert", form="template")
    await world.stop()
    await world.start()
    await world.forward("3h")
    assert sum("ops_alert" in key for key in await notices(world)) == 1
    await world.forward("24h")
    assert sum("ops_alert" in key for key in await notices(world)) == 2


async def test_explain_says_that_reminders_would_come_at_half_the_pace(world: World) -> None:
    await world.alert("DiskFull", severity="warning")
    await say_of(world, "YELLOW")
    await world.forward("20m")
    await world.alert("Other", severity="warning", instance="web-1")
    engine, book = world.house.engine, world.house.engine.book
    for severity, expected in (("warning", ["disk"]), ("critical", [])):
        alerts = parse({"labels": {"alertname": "X", "severity": severity, "instance": "x"}}, world.clock())
        told = await engine.desk.explain(alerts)
        assert [rule for rule, _ in told.spared] == expected
    assert book.rule("disk") is not None
