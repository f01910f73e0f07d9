"""Explaining an event by API and page: every step is told, and nothing comes of it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role
from wa_notify.core.decision import OTHER_STAGES, PART_STAGES, STAGES
from wa_notify.core.window import Window
from wa_notify.ports import Transaction
from wa_notify.web.operations.explain_steps import WORDS

DISK = {"labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db-7"}}
HOSTILE = "<script>alert('1')</script> \" \u202e 🧯 " + "x" * 4000


@pytest.fixture
async def viewer(world: World) -> Desk:
    return await Desk.of(world, Role.VIEWER)


async def explained(desk: Desk, **given: Any) -> Any:
    answer = await desk.api("POST", "/explain", given)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_stage_of_the_decision_has_words() -> None:
    named = {stage.__name__ for stage in (*STAGES, *PART_STAGES)}
    assert named <= {*WORDS}
    assert {stage.__name__ for stage in OTHER_STAGES} - named == {"not_taken_in_time"}  # of other channels


async def test_rules_are_told_in_their_order_with_the_condition_that_fails(
    world: World, viewer: Desk
) -> None:
    told = await explained(viewer, event={"labels": {"alertname": "SlowBurn", "service": "web"}})
    (alert,) = told["alerts"]
    tried = {one["rule"]: one for one in alert["tried"]}
    assert list(tried) == ["disk", "team", "slow", "daily"]
    assert tried["disk"]["conditions"] == [
        {"condition": "alertname=DiskFull", "label": "alertname", "actual": "SlowBurn", "holds": False}
    ]
    assert [(one["answers"], one["reached"]) for one in tried.values()] == [
        (False, True),
        (False, True),
        (True, True),
        (False, False),
    ]
    assert alert["becomes"][0]["text"] == "Rule slow answers it and opens a ticket."
    (ticket,) = told["tickets"]
    assert (ticket["number"], ticket["group"]) == (None, ["alerts", "service=web"])


async def test_a_label_that_is_not_there_is_told_as_such(viewer: Desk) -> None:
    told = await explained(viewer, event={"labels": {"severity": "critical"}})
    assert told["alerts"][0]["tried"][0]["conditions"][0]["actual"] is None
    assert told["text"] == "Nobody would get anything. Nothing was sent."


async def test_each_person_sees_their_way_their_form_and_the_price(world: World, viewer: Desk) -> None:
    told = await explained(viewer, event=DISK)
    first, details = told["messages"]
    assert (first["name"], first["phone"], first["outcome"]) == ("Alice", "+44 •••• 0123", "leaves")
    assert (first["reason"], first["form"]) == ("window_closed", "template ops_alert (en)")
    assert first["bubble"]["header"] == "Alert: db-7"
    titles = {one["stage"]: one["text"] for one in first["steps"]}
    assert titles["not_allowed"] == "The person opted in."
    assert titles["as_free_form"] == "The 24-hour window is closed, so no free-form text."
    assert [one["passed"] for one in first["steps"]] == [True] * (len(first["steps"]) - 1) + [False]
    taken = [one for one in first["ways"] if one["taken"]]
    assert [one["language"] for one in taken] == ["en"]
    assert any("Utility template" in one for one in first["prices"])
    assert (details["outcome"], details["reason"]) == ("held", "waiting_for_reply")
    followed = [(one["occasion"], one["people"]) for one in told["tickets"][0]["upcoming"]]
    assert followed == [("reminder", ["alice"])] * 3
    assert await world.tickets() == []


async def test_the_path_not_taken_is_told_when_the_window_is_open(world: World, viewer: Desk) -> None:
    number, now = world.house.account.number_id, world.clock()

    def open_it(tx: Transaction) -> None:
        tx.save_window(number, "alice", Window(last_inbound_at=now - timedelta(hours=1)))

    await world.house.engine.desk.transact(open_it)
    first = (await explained(viewer, event=DISK))["messages"][0]
    assert (first["reason"], first["form"]) == ("window_open", "free-form text")
    assert {one["text"] for one in first["ways"]} == {"Not needed: free-form text leaves."}
    assert first["window"]["is_open"] is True


async def test_who_never_opted_in_is_told_with_the_step_that_says_no(viewer: Desk) -> None:
    told = await explained(viewer, event={"labels": {"alertname": "TeamNews"}})
    carol = next(one for one in told["messages"] if one["recipient"] == "carol")
    assert (carol["outcome"], carol["reason"], carol["bubble"]) == ("refused", "no_consent", None)
    assert carol["steps"][-1]["stage"] == "not_allowed"


ALERTMANAGER = {
    "version": "4",
    "alerts": [{"status": "firing", "labels": DISK["labels"], "startsAt": "2026-11-21T02:00:00Z"}],
}
GRAFANA = {**ALERTMANAGER, "version": "1"}
APPRISE = {"title": "DiskFull", "message": "It is full", "type": "failure"}


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (DISK, "own"),
        ([DISK], "own"),
        (ALERTMANAGER, "alertmanager"),
        (GRAFANA, "grafana"),
        (APPRISE, "apprise"),
    ],
)
async def test_the_format_is_found_out_by_its_looks(viewer: Desk, event: Any, kind: str) -> None:
    told = await explained(viewer, event=event)
    assert told["format"] == kind
    assert told["alerts"][0]["labels"]["alertname"] == "DiskFull"
    assert told["messages"][0]["recipient"] == "alice"


@pytest.mark.parametrize(
    ("body", "where", "says"),
    [
        ({"text": '{"labels":\n {"a": }}'}, "line 2, column 8", "not JSON"),
        ({"text": '{"labels": {}}'}, "alert 0.labels", "at least one label"),
        ({"text": "3"}, "body", "no event"),
        ({"text": "{}"}, "body", "does not look like any format"),
        ({"text": '{"alerts": []}', "format": "grafana"}, "version", "required key"),
        ({"text": "{}", "format": "custom", "source": "nobody"}, "source", "no source of that name"),
        ({}, "text", "nothing to explain"),
        ({"alert": 77}, "alert", "no alert 77"),
    ],
)
async def test_faults_are_told_with_their_place(
    viewer: Desk, body: dict[str, Any], where: str, says: str
) -> None:
    answer = await viewer.api("POST", "/explain", body)
    assert answer.status_code in (400, 404, 422)
    complaint = answer.json()["complaints"][0]
    assert complaint["where"] == where
    assert says.lower() in complaint["what"].lower()


async def test_more_alerts_than_can_be_walked_through_are_refused(viewer: Desk) -> None:
    many = [{"labels": {"alertname": f"A{number}"}} for number in range(51)]
    answer = await viewer.api("POST", "/explain", {"event": many})
    assert (answer.status_code, "51 alerts" in answer.text) == (422, True)


async def test_a_past_alert_is_explained_anew(world: World, viewer: Desk) -> None:
    await world.alert("DiskFull")
    (one,) = (await viewer.get("/alerts/recent"))["items"]
    assert (one["title"], one["ticket"]) == ("Disk almost full", 1)
    told = await explained(viewer, alert=one["number"])
    assert told["alerts"][0]["becomes"][0]["text"].startswith("Rule disk answers it; ticket #1 knows it")
    page = await viewer.page(f"/explain?alert={one['number']}")
    assert "ticket #1 knows it already" in page
    assert "Disk almost full" in await viewer.page("/explain")


async def test_recent_alerts_come_page_by_page(world: World, viewer: Desk) -> None:
    for number in range(3):
        await world.alert("DiskFull", instance=f"db-{number}")
    first = await viewer.get("/alerts/recent?limit=2")
    rest = await viewer.get(f"/alerts/recent?limit=2&after={first['next']}")
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, "")


async def test_explaining_writes_nothing_and_no_audit_line(world: World, viewer: Desk) -> None:
    admin = await Desk.of(world, Role.ADMIN)
    for _ in range(2):
        await explained(viewer, event=DISK)
    assert (await admin.get("/audit"))["items"] == []
    assert await world.items() == []


async def test_the_page_shows_it_with_and_without_script(viewer: Desk) -> None:
    for script in (True, False):
        shown = await viewer.submit(
            "explain_alert", script=script, text='{"labels": {"alertname": "DiskFull"}}'
        )
        assert shown.status_code == 200, shown.text
        for part in ("Rules that were tried", "Every step of the decision", "While nobody answers", "Alice"):
            assert part in shown.text
        assert "7700900123" not in shown.text


async def test_a_faulty_paste_is_told_on_the_page(viewer: Desk) -> None:
    refused = await viewer.submit("explain_alert", script=False, text="{")
    assert refused.status_code == 400
    assert "line 1, column 2" in refused.text


async def test_hostile_words_stay_words(viewer: Desk) -> None:
    event = {"labels": {"alertname": "DiskFull", HOSTILE[:60]: HOSTILE}, "annotations": {"summary": HOSTILE}}
    told = await explained(viewer, event=event)
    assert told["alerts"][0]["labels"][HOSTILE[:60]] == HOSTILE
    shown = await viewer.submit("explain_alert", script=False, text=json.dumps(event))
    assert shown.status_code == 200
    assert "<script>alert" not in shown.text
