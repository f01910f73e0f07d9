"""Grafana, Apprise, JSON of any shape, and silence: each becomes a conversation on a phone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.world import HOUSE, World
from tests.web.test_grafana import notification
from wa_notify.core.ticket import TicketState

SOURCES = """
sources:
  uptime:
    alerts: "{{ body.monitors }}"
    status: "{{ 'resolved' if alert.up else 'firing' }}"
    labels: {alertname: DiskFull, instance: "{{ alert.host }}", severity: critical}
    annotations: {summary: "{{ alert.host }} is {{ 'up' if alert.up else 'down' }}"}
    fingerprint: "{{ alert.host }}"
  backup:
    heartbeat: {every: 1h, grace: 10m, labels: {alertname: DiskFull, instance: nas}, summary: Backup is late}
"""
BEAT = "/alerts/heartbeat/backup"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    stage = World(tmp_path, HOUSE.read_text() + SOURCES)
    await stage.start()
    yield stage
    await stage.close()


async def told(world: World, path: str, body: Any) -> None:
    response = await world.post(path, body)
    assert response.status_code == 202, response.text
    await world.forward("1m")


async def test_an_alert_of_grafana_becomes_a_template_and_its_end_an_all_clear(world: World) -> None:
    labels = {"alertname": "DiskFull", "instance": "db-7", "severity": "critical"}
    alert = {"labels": labels, "annotations": {"summary": "Disk almost full"}}
    for _ in range(2):  # Grafana repeats itself
        await told(world, "/alerts/grafana", notification(**alert))
    world.alice.expects("Alert: db-7", "Disk almost full", form="template")
    world.alice.stays_silent()
    await told(world, "/alerts/grafana", notification(**alert, status="resolved"))
    world.alice.expects("Disk almost full", "resolved", form="template")
    assert (await world.ticket()).state is TicketState.RESOLVED


async def test_json_of_any_shape_is_told_as_the_configuration_maps_it(world: World) -> None:
    await told(world, "/alerts/custom/uptime", {"monitors": [{"host": "web-1", "up": False}]})
    world.alice.expects("Alert: web-1", "web-1 is down", form="template")
    await told(world, "/alerts/custom/uptime", {"monitors": [{"host": "web-1", "up": True}]})
    world.alice.expects("web-1 is down", "resolved", form="template")
    world.alice.stays_silent()


async def test_apprise_begins_with_a_failure_and_ends_with_success(world: World) -> None:
    said = {"title": "Backup", "message": "no space", "alertname": "DiskFull", "instance": "nas"}
    await told(world, "/alerts/apprise", said | {"type": "failure"})
    world.alice.expects("Alert: nas", "A critical alert", "Backup", form="template")
    await told(world, "/alerts/apprise", said | {"type": "success"})
    world.alice.expects("Backup", "resolved", form="template")


async def test_a_second_notification_of_the_same_title_is_told_too(world: World) -> None:
    said = {"title": "Backup", "alertname": "DiskFull", "type": "failure"}
    await told(world, "/alerts/apprise", said | {"message": "no space"})
    world.alice.expects("Backup")
    await told(world, "/alerts/apprise", said | {"message": "no network"})
    await world.forward("5m")
    world.alice.expects("Backup")


async def test_a_missing_heartbeat_rings_and_the_next_beat_is_the_all_clear(world: World) -> None:
    await told(world, BEAT, b"")
    await world.forward("1h8m")
    world.alice.stays_silent()
    await world.restart()  # in time: it changes nothing
    await world.forward("2m")
    world.alice.expects("Alert: nas", "Backup is late", form="template")
    await world.restart()
    await world.forward("5m")
    world.alice.stays_silent()
    await told(world, BEAT, b"")
    world.alice.expects("Backup is late", "resolved", form="template")
    assert (await world.ticket()).state is TicketState.RESOLVED
    await world.forward("1h")
    world.alice.stays_silent()
    await world.forward("11m")
    world.alice.expects("Backup is late")


async def test_a_heartbeat_that_never_came_rings_too(world: World) -> None:
    await world.forward("1h9m")
    world.alice.stays_silent()
    await world.forward("2m")
    world.alice.expects("Backup is late")
    await world.alice.taps("Acknowledge")
    await world.forward("10s")
    world.alice.expects("is yours")
    world.alice.expects("Nothing has ever come.")


async def test_what_may_have_beaten_while_we_were_down_has_one_grace_from_the_start(world: World) -> None:
    await told(world, BEAT, b"")
    await world.stop()
    await world.forward("5h")
    await world.start()
    await world.forward("9m")
    world.alice.stays_silent()
    await world.forward("2m")
    world.alice.expects("Backup is late")
    await world.alice.taps("Acknowledge")
    await world.forward("10s")
    world.alice.expects("is yours")
    world.alice.expects("was not at work when the next was due")


async def test_a_beat_within_that_grace_keeps_everybody_asleep(world: World) -> None:
    await told(world, BEAT, b"")
    await world.stop()
    await world.forward("5h")
    await world.start()
    await world.forward("9m")
    await told(world, BEAT, b"")
    await world.forward("1h")
    world.alice.stays_silent()


async def test_a_reported_failure_rings_at_once(world: World) -> None:
    await told(world, BEAT, {"status": "failed", "message": "disk full"})
    world.alice.expects("backup failed: disk full", form="template")
    await told(world, BEAT, {"status": "ok"})
    world.alice.expects("resolved")


@pytest.mark.parametrize("path", ["/alerts", "/alerts/alertmanager", "/alerts/grafana"])
async def test_a_link_that_is_no_link_of_the_web_reaches_nobody(world: World, path: str) -> None:
    evil = "javascript:alert(1)"
    labels = {"alertname": "DiskFull", "instance": "x"}
    body = {
        "/alerts": {"labels": labels, "url": evil},
        "/alerts/alertmanager": {
            "version": "4",
            "externalURL": evil,
            "alerts": [
                {
                    "status": "firing",
                    "labels": labels,
                    "startsAt": "2026-11-21T02:00:00Z",
                    "generatorURL": evil,
                }
            ],
        },
        "/alerts/grafana": notification(labels=labels, panelURL=evil, generatorURL=evil),
    }
    await told(world, path, body[path])
    ticket = await world.ticket()
    (alert,) = world.house.store.transact(lambda tx: tx.alerts(ticket)).result()
    assert evil not in alert.url
