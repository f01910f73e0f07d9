"""A real Alertmanager tells us: its own words, its own repeating, its own patience."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.alertmanager.stage import ALERTMANAGER, AMTOOL, EXAMPLES, Stage, open_stage, shown
from tests.needed import missing
from wa_notify.core.ticket import TicketState

pytestmark = pytest.mark.alertmanager


@pytest.fixture(autouse=True)
def programs() -> None:
    absent = [
        name for name, path in (("prometheus-alertmanager", ALERTMANAGER), ("amtool", AMTOOL)) if not path
    ]
    if absent:
        missing(
            f"NOT TESTED AGAINST A REAL ALERTMANAGER: {' and '.join(absent)} is not on PATH. "
            "Install Debian's package prometheus-alertmanager, or run scripts/test as root."
        )


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path) as opened:
        yield opened


def test_the_example_is_a_valid_configuration() -> None:
    checked = subprocess.run(
        [str(AMTOOL), "check-config", str(EXAMPLES / "alertmanager.yml")],
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


async def test_an_alert_reaches_the_phone_is_acknowledged_there_and_told_to_be_over(stage: Stage) -> None:
    await stage.start_service()
    await stage.start_alertmanager(group_interval="1s")

    await stage.alert("TargetDown", instance="db-7:9100", summary="db-7 does not answer")
    message = await stage.expects(stage.alice, "TargetDown", "critical", "db-7 does not answer")
    assert message.template == ("ops_alert", "en")

    stage.alice.tap("Acknowledge")
    await stage.expects(stage.alice, "is yours", "db-7 does not answer")
    (ticket,) = await stage.tickets()
    assert (ticket.state, ticket.acknowledged_by) == (TicketState.ACKNOWLEDGED, "alice")

    await stage.resolve("TargetDown", instance="db-7:9100", summary="db-7 does not answer")
    await stage.expects(stage.alice, "db-7 does not answer", "has been resolved")
    await stage.expects(stage.bob, "db-7 does not answer", "has been resolved")
    (ticket,) = await stage.tickets()
    assert ticket.state is TicketState.RESOLVED


async def test_alertmanager_repeats_itself_and_the_phone_does_not(stage: Stage) -> None:
    await stage.start_service()
    await stage.start_alertmanager(group_interval="1s", repeat_interval="1s")

    await stage.alert("TargetDown", instance="db-7:9100", summary="db-7 does not answer")
    await stage.expects(stage.alice, "db-7 does not answer")

    async def told_again() -> bool:
        return await stage.taken_in("known") >= 2

    await stage.until("Alertmanager repeated its notification twice", told_again)
    assert await stage.taken_in("opened") == 1
    assert len(await stage.tickets()) == 1
    assert len(shown(stage.alice)) == 1


async def test_an_alert_that_comes_while_the_service_is_down_arrives_later(stage: Stage) -> None:
    await stage.start_service()
    await stage.start_alertmanager()
    await stage.stop_service()

    await stage.alert("TargetDown", instance="db-7:9100", summary="db-7 does not answer")

    async def knocked_in_vain() -> bool:
        return await stage.failed_posts() >= 1

    await stage.until("Alertmanager found nobody at home", knocked_in_vain)
    assert shown(stage.alice) == []

    await stage.start_service()
    await stage.expects(stage.alice, "db-7 does not answer")
    assert len(await stage.tickets()) == 1


async def test_alerts_of_one_machine_are_one_message_and_details_name_them_all(stage: Stage) -> None:
    await stage.start_service()
    await stage.start_alertmanager()

    await stage.alert("DiskFull", instance="db-7", mountpoint="/var", summary="Disk almost full")
    await stage.alert("DiskFull", instance="db-7", mountpoint="/home", summary="Disk almost full")
    await stage.expects(stage.alice, "Disk almost full")
    assert len(shown(stage.alice)) == 1

    stage.alice.tap("Details")
    await stage.expects(stage.alice, "/var", "/home")
    assert len(await stage.tickets()) == 1


async def test_without_the_right_key_alertmanager_is_refused(stage: Stage) -> None:
    await stage.start_service()
    await stage.start_alertmanager(key="guessed")

    await stage.alert("TargetDown", instance="db-7:9100", summary="db-7 does not answer")

    async def was_refused() -> bool:
        return await stage.failed_posts() >= 1

    await stage.until("Alertmanager was refused", was_refused)
    assert "401" in stage.story(), "the refusal is named in Alertmanager's log"
    assert await stage.tickets() == []
    assert shown(stage.alice) == []
