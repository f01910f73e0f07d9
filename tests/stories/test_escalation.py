"""Nobody answers: others are asked, answers run out, and what still fires says so."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.world import World
from wa_notify.core.outbox import Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import TicketState
from wa_notify.sandbox import CallbackPolicy

NOW = timedelta(0)
CONFIG = (Path(__file__).parent / "oncall.yaml").read_text()


@pytest.fixture
async def oncall(tmp_path: Path) -> AsyncIterator[World]:
    """Alice first, Bob after ten minutes, Carol after twenty."""
    world = World(tmp_path, CONFIG)
    world.sandbox.policy = CallbackPolicy(sent_after=NOW, delivered_after=NOW)
    await world.start()
    yield world
    await world.close()


async def test_the_next_people_are_asked_step_by_step_until_somebody_answers(oncall: World) -> None:
    await oncall.alert("Outage", site="paris")
    oncall.alice.expects("Disk almost full", form="template")
    await oncall.forward("9m50s")
    oncall.bob.stays_silent()
    await oncall.forward("20s")
    oncall.bob.expects("Unanswered: Disk almost full", form="template")
    oncall.carol.stays_silent()
    await oncall.bob.taps("Acknowledge")
    oncall.bob.expects("is yours")
    await oncall.forward("25m")
    oncall.carol.stays_silent()
    oncall.alice.stays_silent()
    assert (await oncall.ticket()).acknowledged_by == "bob"


async def test_who_is_asked_twice_hears_it_twice_and_reminders_go_to_everybody_asked(oncall: World) -> None:
    await oncall.alert("Outage", site="paris")
    await oncall.forward("16m")  # the reminder of the 15th minute
    oncall.alice.expects("Disk almost full")
    oncall.alice.expects("Reminder 1")
    oncall.bob.expects("Unanswered")
    oncall.bob.expects("Reminder 1")
    await oncall.forward("5m")
    oncall.bob.expects("Unanswered")
    oncall.carol.expects("Unanswered")
    assert (await oncall.ticket()).escalate_at is None


async def test_escalation_survives_a_restart_and_happens_once(oncall: World) -> None:
    await oncall.alert("Outage", site="paris")
    await oncall.stop()
    await oncall.forward("12m")
    await oncall.start()
    await oncall.restart()
    oncall.bob.expects("Unanswered")
    oncall.bob.stays_silent()
    assert (await oncall.ticket()).escalations == 1


async def test_an_answer_lasts_as_long_as_the_severity_allows_then_everybody_is_asked_anew(
    oncall: World,
) -> None:
    await oncall.alert("Outage", site="paris")
    await oncall.alice.taps("Acknowledge")
    oncall.alice.expects("Disk almost full")
    oncall.alice.expects("is yours")
    await oncall.forward("29m")
    oncall.alice.stays_silent()
    await oncall.forward("2m")
    oncall.alice.expects("Still firing: Disk almost full [still]", form="interactive")
    assert (await oncall.ticket()).state is TicketState.OPEN
    assert Reason.ANSWER_TIMED_OUT in await oncall.reasons()
    await oncall.forward("10m")
    oncall.bob.expects("Unanswered")
    await oncall.forward("6m")
    oncall.alice.expects("Reminder 1")  # reminding began anew


async def test_a_milder_alert_leaves_more_time(oncall: World) -> None:
    await oncall.alert("Outage", site="paris", severity="warning")
    await oncall.alice.taps("Acknowledge")
    await oncall.forward("3h")
    assert (await oncall.ticket()).state is TicketState.ACKNOWLEDGED
    await oncall.forward("1h1m")
    assert (await oncall.ticket()).state is TicketState.OPEN


async def test_whoever_took_it_is_asked_again_even_when_they_are_of_a_later_step(oncall: World) -> None:
    await oncall.alert("Outage", site="paris")
    await oncall.forward("11m")
    oncall.bob.expects("Unanswered")
    await oncall.bob.taps("Acknowledge")
    oncall.bob.expects("is yours")
    await oncall.forward("31m")
    oncall.bob.expects("Still firing")
    oncall.carol.stays_silent()


async def test_a_graver_alert_of_the_group_is_told_at_once_even_to_whoever_took_it(oncall: World) -> None:
    await oncall.alert("Outage", site="paris", severity="warning", summary="Half of Paris is down")
    await oncall.alice.taps("Acknowledge")
    oncall.alice.expects("Half of Paris")
    oncall.alice.expects("is yours")
    await oncall.alert("Outage", site="paris", severity="critical", summary="All of Paris is down")
    oncall.alice.expects("Worse: All of Paris is down [worse]")
    assert (await oncall.ticket()).severity == "critical"


async def test_the_same_gravity_waits_for_the_interval_of_the_group(oncall: World) -> None:
    await oncall.alert("Outage", site="paris")
    oncall.alice.expects("Disk almost full")
    await oncall.alert("Outage", site="paris", instance="db-8")
    await oncall.alert("Outage", site="paris", instance="db-9")
    oncall.alice.stays_silent()
    await oncall.forward("5m")
    oncall.alice.expects("Disk almost full and 2 more")


async def test_a_second_episode_says_that_it_is_one(oncall: World) -> None:
    await oncall.alert("Outage", site="paris")
    await oncall.resolve("Outage", site="paris")
    await oncall.forward("5m")
    oncall.alice.expects("Disk almost full")
    oncall.alice.expects("has been resolved")
    await oncall.alert("Outage", site="paris")
    oncall.alice.expects("Again: Disk almost full")


async def test_what_still_fires_is_repeated_in_the_words_for_updates_until_somebody_takes_it(
    oncall: World,
) -> None:
    await oncall.alert("Noise")
    oncall.alice.expects("Disk almost full")
    await oncall.forward("1h1m")
    oncall.alice.expects("Reminder still: the alert Disk almost full", form="template")
    await oncall.alice.taps("Acknowledge")
    oncall.alice.expects("is yours")
    await oncall.forward("3h")
    oncall.alice.stays_silent()


async def test_a_ticket_nobody_speaks_of_any_more_is_given_up_and_opens_anew(oncall: World) -> None:
    await oncall.alert("Noise")
    await oncall.forward("4h50m")
    await oncall.alert("Noise")  # a sign of life
    await oncall.forward("4h50m")
    assert (await oncall.ticket()).state is TicketState.OPEN
    await oncall.forward("11m")
    ticket = await oncall.ticket()
    assert (ticket.state, ticket.next_at) == (TicketState.EXPIRED, None)
    assert Reason.TICKET_EXPIRED in await oncall.reasons()
    await oncall.forward("1h")
    before = len(oncall.alice.received)
    await oncall.alert("Noise")
    assert "Again:" in oncall.alice.received[before].text
    assert (await oncall.ticket()).episode == 2


async def test_a_rule_without_steps_any_more_ends_the_escalation(oncall: World) -> None:
    await oncall.alert("Outage", site="paris")
    text = oncall.config_path.read_text()
    start, end = text.index("    escalate:"), text.index("rules:")
    oncall.config_path.write_text(text[:start] + text[end:])
    await oncall.restart()
    await oncall.forward("25m")
    oncall.bob.stays_silent()
    assert Occasion.ESCALATED not in {item.occasion for item in await oncall.items()}
    assert (await oncall.ticket()).escalate_at is None
