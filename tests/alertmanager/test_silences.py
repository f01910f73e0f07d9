"""Acknowledging on WhatsApp silences the alert in a real Alertmanager, and all that ends such a silence."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.alertmanager.stage import ALERTMANAGER, AMTOOL, Stage, open_stage, replaced, shown
from tests.needed import missing
from wa_notify import service
from wa_notify.alertmanager import SETTLED_AFTER
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import TicketState
from wa_notify.ports import Transaction

pytestmark = pytest.mark.alertmanager

CANARY = "canary-7f1c9a-canary"
PASSWORD = "let-me-in"
BCRYPT = "$2b$04$abcdefghijklmnopqrstuudxA/1BY5FxPYA69jUrJOJFmTyoe9T1a"
SUMMARY = "db-7 does not answer"


@pytest.fixture(autouse=True)
def programs() -> None:
    if not (ALERTMANAGER and AMTOOL):
        missing("NOT TESTED AGAINST A REAL ALERTMANAGER: install Debian's package prometheus-alertmanager")


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A service that asks for silences and looks after them every second."""
    monkeypatch.setattr(service, "CHECK_SOURCE_EVERY", timedelta(seconds=1))
    async with open_stage(tmp_path) as opened:
        wants_silences(opened)
        opened.settled_after = timedelta(0)
        yield opened


def wants_silences(stage: Stage, **more: str) -> None:
    said = {"url": stage.alertmanager_url, "silence": "on_acknowledge", **more}
    section = "".join(f"  {key}: {value}\n" for key, value in said.items())
    kept = stage.config.read_text().partition("\nalertmanager:\n")[0]
    stage.config.write_text(f"{kept}\nalertmanager:\n{section}")


async def silences(stage: Stage) -> list[dict[str, Any]]:
    """What amtool shows of the silences that have not ended."""
    found: list[dict[str, Any]] = json.loads(await stage.amtool("silence", "query", "-o", "json"))
    return found


async def silenced(stage: Stage) -> dict[str, Any]:
    return (await stage.until("there is a silence", lambda: silences(stage)))[0]


async def nothing_is_silenced(stage: Stage) -> None:
    async def none() -> bool:
        return not await silences(stage)

    await stage.until("there is no silence any more", none)


async def acknowledged(stage: Stage) -> dict[str, Any]:
    """The target goes down, Alice takes it, and Alertmanager has its silence."""
    await stage.start_service()
    await stage.start_alertmanager(group_interval="1s", repeat_interval="1s")
    await stage.alert("TargetDown", instance="db-7:9100", summary=SUMMARY)
    await stage.expects(stage.alice, SUMMARY)
    stage.alice.tap("Acknowledge")
    await stage.expects(stage.alice, "is yours")
    return await silenced(stage)


async def state(stage: Stage) -> TicketState:
    (ticket,) = await stage.tickets()
    return ticket.state


async def test_whoever_takes_the_ticket_silences_exactly_its_alert_and_the_end_of_it_is_told_all_the_same(
    stage: Stage,
) -> None:
    silence = await acknowledged(stage)
    assert {(m["name"], m["value"], m["isRegex"], m["isEqual"]) for m in silence["matchers"]} == {
        ("alertname", "TargetDown", False, True),
        ("severity", "critical", False, True),
        ("instance", "db-7:9100", False, True),
    }
    assert silence["createdBy"] == "wa_notify (alice)"
    assert silence["comment"].startswith("Ticket #1, acknowledged by alice [wa_notify ")
    left = datetime.fromisoformat(silence["endsAt"]) - datetime.now(UTC)
    assert timedelta(hours=3, minutes=59) < left < timedelta(hours=4)
    await stage.told("Alertmanager is asked to silence db-7 does not answer until", "UTC, longer while")
    await stage.told("Alertmanager has silenced db-7 does not answer.")

    await stage.resolve("TargetDown", instance="db-7:9100", summary=SUMMARY)
    await stage.expects(stage.alice, SUMMARY, "has been resolved")
    await stage.expects(stage.bob, SUMMARY, "has been resolved")
    assert await state(stage) is TicketState.RESOLVED
    await nothing_is_silenced(stage)
    await stage.told("Alertmanager has ended its silence of db-7 does not answer.")

    async def nothing_is_watched() -> bool:
        return not await stage.house.engine._transact(lambda tx: tx.silences_at_source())

    await stage.until("nobody looks any more", nothing_is_watched)


async def test_an_answer_that_times_out_ends_the_silence(stage: Stage) -> None:
    text = replaced(
        stage.config.read_text(), "  - name: rest\n", "  - name: rest\n    acknowledge_timeout: 3s\n"
    )
    stage.config.write_text(text)
    await acknowledged(stage)
    await stage.told("Everybody is asked anew, alice included.")
    await nothing_is_silenced(stage)
    assert await state(stage) is TicketState.OPEN


async def test_while_alertmanager_is_down_it_is_asked_again_and_its_lost_memory_ends_no_alert(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.settled_after = SETTLED_AFTER
    await stage.start_service()
    await stage.start_alertmanager(group_interval="1s")
    await stage.alert("TargetDown", instance="db-7:9100", summary=SUMMARY)
    await stage.expects(stage.alice, SUMMARY)
    await stage.stop_alertmanager()
    stage.alice.tap("Acknowledge")
    await stage.told("The silence at Alertmanager did not get through. Alertmanager gave no answer")
    ready = await stage.ready()
    assert (ready.status_code, "The source of the alerts cannot be asked" in ready.text) == (200, True)

    await stage.start_alertmanager(group_interval="1s")  # which has forgotten all alerts, as it does
    await silenced(stage)
    await stage.told("Alertmanager has silenced db-7 does not answer.")
    await stage.house.engine.check_source()
    assert await state(stage) is TicketState.ACKNOWLEDGED
    assert "cannot be asked" not in (await stage.ready()).text
    assert caplog.text.count("The source of the alerts cannot be asked") == 1
    said = [entry.text for entry in await stage.timeline() if "asked to silence" in entry.text]
    assert len(said) == 1


async def test_what_resolves_while_we_are_down_is_found_after_the_restart(stage: Stage) -> None:
    await acknowledged(stage)
    await stage.stop_service()
    await stage.resolve("TargetDown", instance="db-7:9100", summary=SUMMARY)
    await stage.start_service()
    await stage.expects(stage.alice, SUMMARY, "has been resolved")
    await nothing_is_silenced(stage)


async def test_who_ends_the_silence_there_is_obeyed_and_the_ticket_says_so(stage: Stage) -> None:
    silence = await acknowledged(stage)
    heard, known = len(shown(stage.alice)), await stage.taken_in("known")
    await stage.amtool("silence", "expire", silence["id"])
    told = await stage.told("The silence at Alertmanager is over: db-7 does not answer.")
    assert told.reason is Reason.SILENCE_GONE

    async def notified_again() -> bool:
        return await stage.taken_in("known") > known

    await stage.until("Alertmanager notifies again", notified_again)
    await stage.house.engine.check_source()
    assert await state(stage) is TicketState.ACKNOWLEDGED
    assert await silences(stage) == []
    assert len(shown(stage.alice)) == heard


async def test_an_alert_that_has_all_its_labels_and_more_is_not_silenced_with_it(stage: Stage) -> None:
    await stage.start_service()
    await stage.start_alertmanager(group_interval="1s")
    await stage.alert("TargetDown", instance="db-7:9100", summary=SUMMARY)
    await stage.expects(stage.alice, SUMMARY)
    await stage.alert("TargetDown", instance="db-7:9100", job="blackbox", summary="Another one")
    stage.alice.tap("Acknowledge")
    await silenced(stage)
    shown_as = json.loads(await stage.amtool("alert", "query", "--active", "-o", "json"))
    assert [one["annotations"]["summary"] for one in shown_as] == ["Another one"]


async def test_a_refused_password_is_told_and_stays_secret_and_the_right_one_is_used_after_a_restart(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    stage.settled_after = SETTLED_AFTER  # so that the service makes its own way there
    wants_silences(stage, user="wa", password=CANARY)
    await stage.start_service()
    guard = stage.folder / "web.yml"
    guard.write_text(f"basic_auth_users:\n  wa: {BCRYPT}\n")
    await stage.start_alertmanager(guard=guard, group_interval="1s")
    now = datetime.now(UTC).isoformat()
    alert = {"labels": {"alertname": "TargetDown", "severity": "critical"}, "startsAt": now}
    alert["annotations"] = {"summary": SUMMARY}
    async with httpx.AsyncClient(auth=("wa", PASSWORD)) as http:
        posted = await http.post(f"{stage.alertmanager_url}/api/v2/alerts", json=[alert])
        assert posted.is_success, posted.text
    await stage.expects(stage.alice, SUMMARY)
    stage.alice.tap("Acknowledge")
    refused = await stage.told("Alertmanager refused access: check alertmanager.token or password (401)")
    assert refused.reason is Reason.SOURCE_FAILED
    ready = (await stage.ready()).text
    assert "The source of the alerts cannot be asked: Alertmanager refused access" in ready
    story = "".join(entry.text for entry in await stage.timeline())
    stored = b"".join(path.read_bytes() for path in stage.folder.glob("wa-notify.db*")).decode("latin-1")
    for place in (caplog.text, ready, story, stored, repr(stage.house.engine._source)):
        assert CANARY not in place
    assert "refused access" in caplog.text

    await stage.stop_service()
    wants_silences(stage, user="wa", password=PASSWORD)
    await stage.start_service()
    await stage.house.engine._transact(at_once)
    stage.house.engine.wake()
    await stage.told("Alertmanager has silenced db-7 does not answer.")
    assert "cannot be asked" not in (await stage.ready()).text


def at_once(tx: Transaction) -> None:
    """Refused access is tried again after a minute, which this story does not wait for."""
    now = datetime.now(UTC)
    for item in tx.due_items(now + timedelta(hours=1), 100):
        tx.save_item(replace(item, due_at=now))
