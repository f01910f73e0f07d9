"""Who is on call is asked, and proves to be there or loses the shift."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.world import SANDBOX, World
from wa_notify.core.duty import DutyState
from wa_notify.core.reason import Reason
from wa_notify.sandbox import CallbackPolicy

NOW = timedelta(0)
CONFIG = (
    SANDBOX
    + """
recipients:
  alice: {phone: "+447700900123", name: Alice, opt_in: "Signed the on-call agreement"}
  bob: {phone: "+447700900456", name: Bob, opt_in: "Signed the on-call agreement"}
  carol: {phone: "+447700900789", name: Carol, opt_in: "Signed the on-call agreement"}
schedules:
  primary:
    rotations:
      - {people: [alice, bob], every: 1w, starts: "2026-11-21 04:00"}
    check_in:
      template: {name: ops_check_in, parameters: ["{{ schedule }}", "{{ until | clock }}"]}
receivers:
  oncall: {to: primary}
  leads: {to: carol}
admins: {receiver: leads, template: {name: ops_notice, parameters: ["{{ text }}"]}}
rules:
  - name: disk
    receiver: oncall
    template:
      name: ops_alert
      header: "{{ labels.instance }}"
      parameters: ["{{ labels.severity }}", "{{ title }}", "{{ starts_at | clock }}"]
      url: "x"
"""
)


@pytest.fixture
async def shifts(tmp_path: Path) -> AsyncIterator[World]:
    """At 04:00 the first shift begins; it is 03:00."""
    world = World(tmp_path, CONFIG)
    world.sandbox.policy = CallbackPolicy(sent_after=NOW, delivered_after=NOW)
    await world.start()
    yield world
    await world.close()


async def state(world: World) -> tuple[str, str]:
    duty = await world.house.engine._transact(lambda tx: tx.duty("primary"))
    assert duty is not None
    return duty.state.value, duty.person


async def test_at_the_start_of_a_shift_its_person_is_asked_and_any_reply_proves_they_are_there(
    shifts: World,
) -> None:
    await shifts.forward("59m")
    shifts.alice.stays_silent()
    await shifts.forward("1m10s")
    shifts.alice.expects("primary", form="template")
    assert await state(shifts) == ("asked", "alice")
    await shifts.alice.replies("I am here")
    assert await state(shifts) == (DutyState.HERE, "alice")
    shifts.alice.expects("you are on call")
    await shifts.forward("2h")
    shifts.bob.stays_silent()
    shifts.carol.stays_silent()
    await shifts.alert("DiskFull")
    shifts.alice.expects("Disk almost full")


async def test_silence_moves_the_shift_to_the_next_person_and_tells_the_lead(
    shifts: World, caplog: pytest.LogCaptureFixture
) -> None:
    await shifts.forward("1h31m")
    shifts.alice.expects("primary")
    shifts.bob.expects("primary", form="template")
    shifts.carol.expects(
        "alice did not answer the check-in of primary. bob has the shift now", form="template"
    )
    await shifts.bob.taps("I am here")
    shifts.bob.expects("you are on call")
    await shifts.alert("DiskFull")
    shifts.bob.expects("Disk almost full")
    shifts.alice.stays_silent()
    assert [r.levelno for r in caplog.records if "did not answer" in r.message] == [logging.WARNING]


async def test_when_nobody_answers_the_shift_stays_where_the_schedule_has_it(shifts: World) -> None:
    await shifts.forward("2h1m")
    shifts.carol.expects("bob has the shift now")
    shifts.carol.expects("Nobody answered", "stays with alice")
    await shifts.alert("DiskFull")
    shifts.alice.expects("primary")
    shifts.alice.expects("Disk almost full")


async def test_when_nobody_is_on_call_the_next_people_are_asked_at_once_and_the_lead_hears_of_it(
    shifts: World,
) -> None:
    text = shifts.config_path.read_text()
    step = "{to: primary, escalate: [{after: 10m, to: bob}]}"
    shifts.config_path.write_text(text.replace("oncall: {to: primary}", f"oncall: {step}"))
    await shifts.restart()
    await shifts.alert("DiskFull")  # an hour before the first shift
    shifts.bob.expects("Unanswered: Disk almost full", form="template")
    shifts.carol.expects("found nobody of oncall on call. Asked instead: bob", form="template")
    assert Reason.NOBODY_ON_CALL in await shifts.reasons()
    await shifts.forward("30m")
    shifts.bob.stays_silent()
    shifts.alice.stays_silent()


async def test_without_anybody_to_ask_at_least_the_lead_hears_of_it(shifts: World) -> None:
    await shifts.alert("DiskFull")
    shifts.carol.expects("found nobody of oncall on call. Nobody was asked")
    assert [item.recipient_id for item in await shifts.items(ticket=1)] == []


async def test_a_late_answer_does_not_take_the_shift_back(shifts: World) -> None:
    await shifts.forward("1h31m")
    await shifts.alice.replies("sorry, here")
    await shifts.alert("DiskFull")
    shifts.bob.expects("primary")
    shifts.bob.expects("Disk almost full")


async def test_a_shift_that_moved_is_remembered_over_a_restart_and_the_next_one_asks_anew(
    shifts: World,
) -> None:
    await shifts.forward("1h31m")
    await shifts.bob.replies("ok")
    await shifts.restart()
    assert await state(shifts) == (DutyState.HERE, "bob")
    await shifts.forward("7d")
    assert (await state(shifts))[1] == "alice"  # bob's own shift; he is silent, alice is asked next


async def test_a_schedule_that_asks_no_more_is_forgotten_and_names_its_person(shifts: World) -> None:
    await shifts.forward("1h31m")
    assert await state(shifts) == ("asked", "bob")
    text = shifts.config_path.read_text()
    kept = [line for line in text.splitlines() if "check_in" not in line]
    shifts.config_path.write_text("\n".join(kept))
    await shifts.restart()
    await shifts.forward("1h")
    assert await shifts.house.engine._transact(lambda tx: tx.duty("primary")) is None
    await shifts.alert("DiskFull")
    shifts.alice.expects("primary")
    shifts.alice.expects("Disk almost full")


async def test_a_stop_settles_no_shift_and_the_next_one_is_asked(shifts: World) -> None:
    await shifts.forward("1h10s")
    shifts.alice.expects("primary", form="template")
    await shifts.alice.replies("STOP")
    assert await state(shifts) == (DutyState.ASKED, "alice")
    await shifts.alice.replies("I mean it")  # opted out, so the shift is not theirs to have
    await shifts.forward("31m")
    assert await state(shifts) == (DutyState.ASKED, "bob")


async def test_who_has_the_shift_by_a_changed_schedule_is_asked_at_the_next_start(shifts: World) -> None:
    await shifts.forward("1h1m")
    await shifts.alice.replies("here")
    text = shifts.config_path.read_text()
    shifts.config_path.write_text(text.replace("people: [alice, bob]", "people: [carol, bob]"))
    await shifts.restart()
    shifts.carol.expects("primary", form="template")
    assert await state(shifts) == ("asked", "carol")
    await shifts.restart()
    shifts.carol.stays_silent()
