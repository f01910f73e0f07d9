"""Templates by API and page: how they stand, and handing in what the configuration declares."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.world import HOUSE, World
from tests.web.desk import Desk
from wa_notify.core.access import Role
from wa_notify.core.errors import PlatformUnreachable
from wa_notify.core.plan import Deed
from wa_notify.sandbox import Fault
from wa_notify.sandbox.faults import FaultKind

DECLARED = """\
templates:
  team_alert:
    category: utility
    languages:
      en:
        header: "Alert: {{1}}"
        body: >-
          A {{1}} alert was raised for a system you are on call for: {{2}}.
          It started at {{3}} and is still open.
        buttons:
          - quick_reply: Acknowledge
        examples: {header: "<b>db-7", body: [critical, Disk 96 % full, "21 Nov 09:30 UTC"]}
"""
SALE = """\
  team_sale:
    category: utility
    languages: {en: {body: "There is a special offer for your system {{1}} now.", examples: [db-7]}}
"""


async def team_with(folder: Path, *more: str) -> World:
    stage = World(folder, "".join((DECLARED, *more)) + HOUSE.read_text())
    await stage.start()
    return stage


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[World]:
    """The house of the stories, with a template of its own that the account does not have yet."""
    stage = await team_with(tmp_path)
    yield stage
    await stage.close()


@pytest.fixture
async def admin(team: World) -> Desk:
    return await Desk.of(team, Role.ADMIN)


async def applied(desk: Desk, **given: Any) -> Any:
    answer = await desk.api("POST", "/templates/apply", given)
    assert answer.status_code == 200, answer.text
    return answer.json()


def reworded(team: World) -> None:
    """The service has been told that the template is to say something else."""
    text = team.config_path.read_text().replace("and is still open", "and goes on")
    team.config_path.write_text(text)


async def test_templates_are_listed_by_name_with_state_and_who_uses_them(team: World, admin: Desk) -> None:
    told = await admin.get("/templates")
    found = {one["name"]: one for one in told["items"]}
    assert [*found] == sorted(found)
    assert told["synced_at"] == "2026-11-21T03:00:00Z"
    assert found["ops_alert"]["used_by"] == ["disk", "team", "slow", "daily"]
    assert {one["language"] for one in found["ops_alert"]["languages"]} >= {"en", "de"}
    rejected = found["ops_rejected"]["languages"][0]
    assert (rejected["sendable"], rejected["why_rejected"]) == (False, "INVALID_FORMAT")
    page = await admin.page("/templates")
    for part in ("ops_alert", "INVALID_FORMAT", "marketing", "1 to hand in", "Read the account"):
        assert part in page


async def test_the_list_comes_page_by_page_and_may_be_searched(admin: Desk) -> None:
    everything = [one["name"] for one in (await admin.get("/templates"))["items"]]
    first = await admin.get("/templates?limit=2")
    rest = await admin.get(f"/templates?after={first['next']}")
    assert [one["name"] for one in (*first["items"], *rest["items"])] == everything
    assert [one["name"] for one in (await admin.get("/templates?search=remind"))["items"]] == ["ops_reminder"]
    refused = await admin.get("/templates?only=refused")
    assert "ops_rejected" in [one["name"] for one in refused["items"]]
    used = [one["name"] for one in (await admin.get("/templates?only=used"))["items"]]
    assert used == ["ops_alert", "ops_reminder", "ops_resolved"]
    assert (await admin.get("/templates?search=nothing+like+that"))["items"] == []
    assert "No template is like that." in await admin.page("/templates?search=nothing+like+that")


async def test_one_template_is_shown_as_a_phone_would(team: World, admin: Desk) -> None:
    await team.alert("DiskFull")
    told = await admin.get("/templates/ops_alert")
    english = next(one for one in told["languages"] if one["told"]["language"] == "en")
    assert english["bubble"]["header"] == "Alert: {{1}}"
    assert english["with_examples"] is False
    assert (told["reception"]["left"], told["reception"]["verdict"]) == (1, "green")
    page = await admin.page("/templates/ops_alert")
    assert 'class="bubble"' in page
    assert "Acknowledge" in page
    missing = await admin.api("GET", "/templates/nobody")
    assert (missing.status_code, "no template nobody" in missing.text) == (404, True)


async def test_how_people_take_them_is_counted(team: World, admin: Desk) -> None:
    await team.alert("DiskFull")
    told = await admin.get("/templates/quality")
    alert = next(one for one in told["items"] if (one["of"], one["name"]) == ("template", "ops_alert"))
    assert (told["days"], alert["left"], alert["people"], alert["platform"]) == (7, 1, 1, ["GREEN"])
    assert {"template", "rule"} == {one["of"] for one in told["items"]}
    assert "Nobody minds" in await admin.page("/templates/quality")


async def test_the_account_is_read_when_somebody_asks(team: World, admin: Desk) -> None:
    answer = await admin.api("POST", "/templates/sync")
    told = answer.json()
    assert (answer.status_code, told["templates"], told["missing"]) == (200, told["templates"], [])
    (line,) = (await admin.get("/audit"))["items"]
    assert (line["subject"], line["after"]) == (
        "templates",
        {"read": told["templates"], "sendable": told["sendable"]},
    )
    said = await admin.submit("sync_templates", back="/admin/templates")
    assert said.json()["message"] == told["text"]


async def test_an_account_that_does_not_answer_is_told_and_nothing_is_lost(team: World, admin: Desk) -> None:
    team.sandbox.fail_next(Fault(kind="disconnect", hold_seconds=0, times=10, path="message_templates"))
    answer = await admin.api("POST", "/templates/sync")
    assert (answer.status_code, answer.json()["type"]) == (502, "urn:wa-notify:problem:elsewhere")
    assert (await admin.get("/templates"))["items"]


async def test_the_plan_says_what_the_account_lacks(team: World, admin: Desk) -> None:
    told = await admin.get("/templates/plan")
    assert (told["in_order"], told["to_do"], told["edits"]) == (False, 1, 0)
    (step,) = told["steps"]
    assert (step["verdict"], step["name"], step["language"]) == ("add", "team_alert", "en")
    assert step["bubble"]["header"] == "Alert: <b>db-7"
    page = await admin.page("/templates/plan")
    assert "Hand in 1 for review?" in page
    assert "Alert: &lt;b&gt;db-7" in page


async def test_what_a_reviewer_will_say_is_told_with_its_line(tmp_path: Path) -> None:
    team = await team_with(tmp_path, SALE)
    viewer = await Desk.of(team, Role.VIEWER)
    told = await viewer.get("/templates/plan")
    remark = next(one for one in told["remarks"] if one["name"] == "team_sale")
    assert remark["severity"] == "marketing"
    assert remark["where"].startswith("wa-notify.yaml:")
    page = await viewer.page("/templates/plan")
    assert remark["what"] in page
    assert "Hand in" not in page
    await team.close()


async def test_handing_in_twice_does_it_once(team: World, admin: Desk) -> None:
    told = await applied(admin)
    (result,) = told["results"]
    assert (result["done"], result["said"], result["status"]) == (True, "handed in, and in review", "PENDING")
    again = await applied(admin)
    assert (again["results"], again["text"]) == ([], "Nothing is to be handed in. All is as declared.")
    lines = (await admin.get("/audit"))["items"]
    assert [(one["subject"], one["after"]) for one in lines] == [
        ("template team_alert", {"deed": "created", "language": "en"})
    ]
    deeds = await team.house.engine.look(lambda views: views.template_deeds())
    assert [one.deed for one in deeds] == [Deed.CREATED]


async def test_the_page_hands_in_with_and_without_script(team: World, admin: Desk) -> None:
    shown = await admin.submit("apply_templates", script=False, back="/admin/templates/plan")
    assert shown.status_code == 200
    assert "handed in, and in review" in shown.text
    again = await admin.submit("apply_templates", back="/admin/templates/plan")
    assert "Nothing is to be handed in." in again.text
    assert "Everything is as declared." in await admin.page("/templates/plan")


async def test_approved_templates_are_edited_only_with_a_yes(team: World, admin: Desk) -> None:
    await applied(admin)
    await team.forward("1m")
    await admin.api("POST", "/templates/sync")
    reworded(team)
    await team.restart()
    refused = await admin.api("POST", "/templates/apply", {})
    assert (refused.status_code, refused.json()["complaints"][0]["where"]) == (409, "edits")
    plan = await admin.get("/templates/plan")
    assert (plan["edits"], plan["steps"][0]["verdict"], plan["steps"][0]["reviews_again"]) == (
        1,
        "change",
        True,
    )
    assert [one["part"] for one in plan["steps"][0]["differences"]] == ["body"]
    assert "Edit 1 approved ones" in await admin.page("/templates/plan")
    told = await applied(admin, edits=True)
    assert (told["results"][0]["verdict"], told["results"][0]["done"]) == ("change", True)


async def test_what_is_not_declared_any_more_is_deleted_only_by_name_and_with_a_yes(
    team: World, admin: Desk
) -> None:
    await applied(admin)
    text = team.config_path.read_text()
    team.config_path.write_text(text.replace(DECLARED, ""))
    await team.restart()
    plan = await admin.get("/templates/plan")
    assert [one["name"] for one in plan["left_over"]] == ["team_alert"]
    assert "Not declared any more" in await admin.page("/templates/plan")
    refused = await admin.api("POST", "/templates/apply", {"prune": ["team_alert"]})
    assert (refused.status_code, refused.json()["complaints"][0]["where"]) == (409, "deletions")
    told = await applied(admin, prune=["team_alert"], deletions=True, hand_in=False)
    assert (told["results"][0]["verdict"], told["results"][0]["said"]) == ("remove", "deleted")
    assert "team_alert" not in [one["name"] for one in (await admin.get("/templates"))["items"]]


async def test_what_is_declared_is_not_deleted(team: World, admin: Desk) -> None:
    await applied(admin)
    answer = await admin.api("POST", "/templates/apply", {"prune": ["team_alert"], "deletions": True})
    assert (answer.status_code, "is declared" in answer.text) == (422, True)


@pytest.mark.parametrize(("kind", "done"), [("accept_then_timeout", True), ("timeout", False)])
async def test_an_answer_that_was_lost_is_cleared_up_by_the_account(
    team: World, admin: Desk, kind: FaultKind, done: bool
) -> None:
    await applied(admin)
    await team.forward("1m")
    await admin.api("POST", "/templates/sync")
    (text,) = (await admin.get("/templates/team_alert"))["languages"]
    reworded(team)
    await team.restart()
    team.sandbox.fail_next(Fault(kind=kind, hold_seconds=0, path=f"/{text['id']}"))
    (result,) = (await applied(admin, edits=True))["results"]
    assert (result["done"], result["said"].startswith("unknown: ")) == (done, not done)
    await applied(admin, edits=True)
    deeds = await team.house.engine.look(lambda views: views.template_deeds())
    assert [one.deed for one in deeds] == [Deed.CREATED, Deed.EDITED]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
async def test_who_only_looks_sees_no_buttons_and_is_refused(team: World, role: Role) -> None:
    desk = await Desk.of(team, role)
    assert "Read the account" not in await desk.page("/templates")
    for path in ("/templates/sync", "/templates/apply"):
        assert (await desk.api("POST", path, {})).status_code == 403


async def test_before_the_account_was_read_the_page_says_what_to_do(tmp_path: Path) -> None:
    stage = World(tmp_path)
    stage.sandbox.fail_next(Fault(kind="disconnect", hold_seconds=0, times=100, path="message_templates"))
    with pytest.raises(PlatformUnreachable):
        await stage.start()
    desk = await Desk.of(stage, Role.VIEWER)
    assert (await desk.get("/templates"))["synced_at"] is None
    assert "wa-notify templates sync" in await desk.page("/templates")
    assert (await desk.get("/templates/plan"))["steps"] == []
    assert "wa-notify templates starter" in await desk.page("/templates/plan")
    await stage.close()
