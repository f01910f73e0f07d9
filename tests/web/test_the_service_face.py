"""Keys, health and metrics, on a whole service."""

import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.world import HOUSE, World
from wa_notify.sandbox import Fault, Refusal
from wa_notify.service import TemplateSync

ALERT = {"labels": {"alertname": "DailyNote"}}
NOTIFICATION = {
    "version": "4",
    "alerts": [{"status": "firing", "labels": {"alertname": "A"}, "startsAt": "2026-11-21T09:00:00Z"}],
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    keys = "ingest: {keys: {alerts: only-key, alertmanager: [old-key, new-key]}}\n"
    stage = World(tmp_path, HOUSE.read_text() + keys)
    await stage.start()
    yield stage
    await stage.close()


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer wrong", "Basic only-key", "only-key", "Bearer old-key"]
)
async def test_alerts_without_the_right_key_are_refused(world: World, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = await world.post("/alerts", ALERT, headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert "only-key" not in response.text
    assert await world.tickets() == []


async def test_a_source_may_have_two_keys_while_one_is_replaced(world: World) -> None:
    for key in ("old-key", "new-key"):
        headers = {"Authorization": f"bearer {key}"}
        assert (await world.post("/alerts/alertmanager", NOTIFICATION, headers)).status_code == 202
    assert (await world.post("/alerts", ALERT, {"Authorization": "Bearer only-key"})).status_code == 202


async def test_it_is_alive(world: World) -> None:
    response = await world.into_service.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_it_is_ready_when_nothing_keeps_alerts_from_people(world: World) -> None:
    response = await world.into_service.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready", "reasons": []})


async def test_it_is_not_ready_while_the_outbox_is_far_behind(world: World) -> None:
    await world.post("/alerts", ALERT, {"Authorization": "Bearer only-key"})
    world.clock.now += timedelta(minutes=3)
    response = await world.into_service.get("/readyz")
    assert response.status_code == 503
    assert "behind" in response.json()["reasons"][0]


async def test_it_is_not_ready_before_the_templates_are_known(tmp_path: Path) -> None:
    stage = World(tmp_path)
    stage.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG, times=9, path="message_templates"))
    try:
        with pytest.raises(Exception, match="template"):
            await stage.start()
        response = await stage.into_service.get("/readyz")
        assert (response.status_code, "templates" in response.text) == (503, True)
    finally:
        await stage.close()


async def test_a_refused_rule_is_told_and_the_others_work(tmp_path: Path) -> None:
    broken = "  - {name: broken, match: {a: b}, receiver: nobody, template: ops_alert}\n"
    stage = World(tmp_path, HOUSE.read_text() + broken)
    await stage.start()
    response = await stage.into_service.get("/readyz")
    assert response.status_code == 200
    (reason,) = response.json()["reasons"]
    assert re.search(r"wa-notify\.yaml:\d+:\d+: .*nobody", reason)
    await stage.alert("DailyNote")
    await stage.forward("1m")
    stage.alice.expects("Disk almost full")
    await stage.close()


async def test_metrics_tell_stock_lateness_and_what_came_in(world: World) -> None:
    await world.post("/alerts", ALERT, {"Authorization": "Bearer only-key"})
    await world.post("/alerts", b"{", {"Authorization": "Bearer only-key"})
    await world.post("/nowhere", b"{")
    text = (await world.into_service.get("/metrics")).text
    assert 'wa_notify_tickets{state="open"} 1.0' in text
    assert 'wa_notify_outbox_items{state="pending"} 1.0' in text
    assert 'wa_notify_alerts_total{outcome="opened",path="alerts"} 1.0' in text
    assert 'wa_notify_requests_refused_total{path="/alerts",status="400"} 1.0' in text
    assert 'wa_notify_requests_refused_total{path="other",status="404"} 1.0' in text


async def test_a_database_that_does_not_answer_makes_503_and_nothing_is_taken(world: World) -> None:
    world.house.store.close()
    response = await world.post("/alerts", ALERT, {"Authorization": "Bearer only-key"})
    assert response.status_code == 503
    assert "Nothing was taken in" in response.text
    assert (await world.into_service.get("/readyz")).status_code == 503


async def test_a_rule_that_the_account_has_no_template_for_is_told_counted_and_logged_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    sync = TemplateSync(world.house.engine, world.clock, world.house.standing)
    problems = 'wa_notify_rule_problems{rule="disk"}'
    assert f"{problems} 0.0" in (await world.into_service.get("/metrics")).text
    for language in ("en", "de"):
        world.sandbox.review("ops_reminder", language, status="PAUSED")
    for _ in range(2):
        await sync.check()
        world.clock.now += timedelta(hours=1)
    what = "Rule disk needs the template ops_reminder, which the account has not approved (PAUSED)."
    response = await world.into_service.get("/readyz")
    assert response.status_code == 503
    *paused, reason = response.json()["reasons"]
    assert sorted(one.partition(".")[0] for one in paused) == [
        f"WhatsApp has trouble with template ops_reminder in {language}" for language in ("de", "en")
    ]
    assert re.search(rf"wa-notify\.yaml:\d+:\d+: {re.escape(what)}", reason)
    assert f"{problems} 1.0" in (await world.into_service.get("/metrics")).text
    assert len([one for one in caplog.messages if what in one]) == 1
    assert world.house.engine.book.rule("disk")  # it is decided anew when something leaves
    for language in ("en", "de"):
        world.sandbox.review("ops_reminder", language, status="APPROVED")
    await sync.check()
    assert (await world.into_service.get("/readyz")).status_code == 200
    assert f"{problems} 0.0" in (await world.into_service.get("/metrics")).text
