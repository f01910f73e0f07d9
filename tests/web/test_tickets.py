"""Tickets at the desk: the list, the story of one, and what people do with it, by API and on the page."""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role
from wa_notify.core.matcher import parse_matcher, read_matcher
from wa_notify.core.outbox import Occasion
from wa_notify.core.ticket import TicketState
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.ports import Transaction
from wa_notify.web.operations.alerts import fitting
from wa_notify.web.operations.tickets_shapes import NOT_TAKEN

TEAM = (Path(__file__).parents[1] / "stories" / "team.yaml").read_text()
HOSTILE = '<script>alert(1)</script> "q" \u202eevil\u202c دیتابیس 🔥 {{7*7}}'


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    stage = World(tmp_path, TEAM)
    await stage.start()
    yield stage
    await stage.close()


@pytest.fixture
async def desk(world: World) -> Desk:
    return await Desk.of(world, Role.OPERATOR, "olga")


async def told(world: World, **labels: Any) -> None:
    await world.alert("DiskFull", **labels)
    await world.forward("5s")


async def audited(world: World, action: str) -> list[tuple[str, str]]:
    admin = await Desk.of(world, Role.ADMIN, "the-auditor")
    lines = (await admin.get("/audit"))["items"]
    return [(line["actor"], line["subject"]) for line in lines if line["action"] == action]


# the list


async def test_the_list_shows_what_is_not_over_a_page_at_a_time(world: World, desk: Desk) -> None:
    for number in range(5):
        await told(world, instance=f"db-{number}")
    await desk.api("POST", "/tickets/2/resolve")
    first = await desk.get("/tickets?limit=3")
    second = await desk.get(f"/tickets?limit=3&after={first['next']}")
    assert [one["number"] for one in first["items"]] == [5, 4, 3]
    assert ([one["number"] for one in second["items"]], second["next"]) == ([1], "")
    assert [one["number"] for one in (await desk.get("/tickets?state=resolved"))["items"]] == [2]
    assert len((await desk.get("/tickets?state=all"))["items"]) == 5


async def test_tickets_are_found_by_word_severity_and_rule(world: World, desk: Desk) -> None:
    await told(world)
    await world.alert("News", summary="Cake in the kitchen", severity="info")
    for query in ("search=cake", "severity=info", "rule=news", "search=2"):
        found = (await desk.get(f"/tickets?{query}"))["items"]
        assert [one["number"] for one in found] == [2], query
    assert (await desk.get("/tickets?search=nothing"))["items"] == []


@pytest.mark.parametrize("after", ["x", "WyJhIiwxXQ", "WyIyMDI2LTExLTIxIiwxXQ", "WzEsMl0"])
async def test_what_is_no_end_of_a_page_is_refused(desk: Desk, after: str) -> None:
    answer = await desk.api("GET", f"/tickets?after={after}")
    assert (answer.status_code, answer.json()["complaints"][0]["where"]) == (400, "after")


# one ticket


async def test_a_ticket_tells_what_comes_next_by_itself(world: World, desk: Desk) -> None:
    await told(world)
    shown = await desk.get("/tickets/1")
    assert (shown["state"], shown["owner"], shown["severity"]) == ("open", "", "critical")
    assert [(step["kind"], step["text"]) for step in shown["next"]] == [
        ("remind", "Reminder 1"),
        ("escalate", "Asked next: carol"),
    ]


async def test_what_is_not_there_is_said(desk: Desk) -> None:
    for path in ("", "/timeline", "/alerts", "/messages", "/people", "/candidates"):
        for number in (7, 10**30):
            answer = await desk.api("GET", f"/tickets/{number}{path}")
            assert (answer.status_code, answer.json()["type"]) == (404, "urn:wa-notify:problem:not-there")


async def test_the_story_says_why_and_which_path_was_not_taken(world: World, desk: Desk) -> None:
    await told(world)
    first = await desk.get("/tickets/1/timeline?limit=2")
    rest = await desk.get(f"/tickets/1/timeline?after={first['next']}")
    story = [*first["items"], *rest["items"]]
    assert [entry.text for entry in await world.timeline()] == [line["text"] for line in story]
    sent = next(line for line in story if line["kind"] == "sent")
    assert sent["sentence"] == "The 24-hour window is closed, so only a template may go out."
    assert sent["not_taken"] in NOT_TAKEN.values()
    assert sent["not_taken"].startswith("free-form text")
    assert sent["message"]["bubble"]["header"] == "Alert: db-7"
    assert "Disk almost full" in sent["message"]["bubble"]["body"]


async def test_what_was_said_is_shown_as_people_see_it_and_without_their_numbers(
    world: World, desk: Desk
) -> None:
    await told(world)
    answer = await desk.api("GET", "/tickets/1/messages")
    items = answer.json()["items"]
    told_alice = world.alice.received[0].text
    bubble = next(one for one in items if one["recipient"] == "alice" and one["form"] == "template")["bubble"]
    assert bubble["body"] in told_alice
    held = [one for one in items if one["state"] == "held"]
    assert {one["bubble"]["body"] for one in held} == {"Everything we know about db-7"}
    assert "7700900" not in answer.text
    assert "wamid" not in answer.text


async def test_people_are_shown_with_their_windows(world: World, desk: Desk) -> None:
    await told(world)
    await world.alice.replies("hello")
    people = {one["name"]: one for one in (await desk.get("/tickets/1/people"))["items"]}
    assert {name: one["window"]["is_open"] for name, one in people.items()} == {"alice": True, "bob": False}
    assert people["alice"]["number"] == "+44 •••• 0123"


async def test_alerts_come_with_labels_and_only_links_of_the_web(world: World, desk: Desk) -> None:
    for name, url in (("a", "https://grafana.example/d/1"), ("b", "javascript:alert(1)")):
        body = {"labels": {"alertname": "DiskFull", "instance": "db-7", "disk": name}, "url": url}
        await world.post("/alerts", body)
    items = (await desk.get("/tickets/1/alerts"))["items"]
    assert [(one["labels"]["disk"], one["url"]) for one in items] == [
        ("b", ""),
        ("a", "https://grafana.example/d/1"),
    ]


# deeds


async def test_a_ticket_is_taken_given_on_given_back_and_closed(world: World, desk: Desk) -> None:
    await told(world)
    taken = (await desk.api("POST", "/tickets/1/acknowledge")).json()
    assert (taken["ticket"]["state"], taken["text"][:2]) == ("acknowledged", "#1")
    again = await desk.api("POST", "/tickets/1/acknowledge")
    assert (again.status_code, "yours already" in again.json()["title"]) == (409, True)
    given = (await desk.api("POST", "/tickets/1/assign", {"to": "bob"})).json()
    assert given["ticket"]["owner"] == "bob"
    assert (await desk.api("POST", "/tickets/1/release")).json()["ticket"]["state"] == "open"
    assert (await desk.api("POST", "/tickets/1/escalate")).json()["ticket"]["escalations"] == 1
    await world.forward("5s")
    world.carol.expects("Disk almost full")
    assert (await desk.api("POST", "/tickets/1/resolve")).json()["ticket"]["state"] == "resolved"
    assert (await desk.api("POST", "/tickets/1/resolve")).status_code == 409
    assert (await world.ticket()).state is TicketState.RESOLVED


async def test_who_did_not_opt_in_gets_no_ticket_and_nothing_is_audited(world: World, desk: Desk) -> None:
    await told(world)
    refused = await desk.api("POST", "/tickets/1/assign", {"to": "dan"})
    assert (refused.status_code, refused.json()["complaints"][0]["where"]) == (409, "to")
    assert "has not agreed" in refused.json()["title"]
    assert await audited(world, "assign_ticket") == []
    search = (await desk.get("/tickets/1/candidates?search=da"))["items"]
    assert [(one["name"], one["allowed"]) for one in search] == [("dan", False)]


async def test_without_a_name_a_ticket_is_taken_over(world: World, desk: Desk) -> None:
    await told(world)
    await desk.api("POST", "/tickets/1/assign", {"to": "bob"})
    assert (await desk.submit("assign_ticket", number=1)).status_code == 200
    assert (await world.ticket()).acknowledged_by == "olga"


async def test_a_comment_is_said_once_however_often_it_is_sent(world: World, desk: Desk) -> None:
    await told(world)
    for _ in range(3):
        answer = await desk.api("POST", "/tickets/1/comment", {"text": "On it"}, idempotency_key="one")
        assert answer.status_code == 200
    comments = [item for item in await world.items(1) if item.occasion is Occasion.COMMENT]
    assert sorted(item.recipient_id for item in comments) == ["alice", "bob"]
    assert len([entry for entry in await world.timeline() if entry.text == "On it"]) == 1
    for text in ("", "   ", "x" * 1001):
        assert (await desk.api("POST", "/tickets/1/comment", {"text": text})).status_code in (400, 422)


async def test_a_ticket_is_silenced_for_a_span(world: World, desk: Desk) -> None:
    await told(world)
    done = (await desk.api("POST", "/tickets/1/silence", {"span": "2h"})).json()
    assert done["ticket"]["silenced_until"] == "2026-11-21T05:00:05Z"
    assert (await desk.get("/tickets"))["items"][0]["silenced_until"] == "2026-11-21T05:00:05Z"
    for span in ("", "soon", "8d", "0m"):
        refused = await desk.api("POST", "/tickets/1/silence", {"span": span})
        assert (refused.status_code, refused.json()["complaints"][0]["where"]) == (422, "span")


async def test_every_deed_is_audited_with_its_actor_before_and_after(world: World, desk: Desk) -> None:
    await told(world)
    await desk.submit("acknowledge_ticket", number=1)
    admin = await Desk.of(world, Role.ADMIN)
    line = (await admin.get("/audit?subject=ticket 1"))["items"][0]
    assert (line["actor"], line["via"], line["action"]) == ("olga", "session", "acknowledge_ticket")
    assert (line["before"]["state"], line["after"]["state"]) == ("open", "acknowledged")
    assert line["after"]["owner"] == "olga"


async def test_a_viewer_sees_and_does_nothing(world: World) -> None:
    await told(world)
    viewer = await Desk.of(world, Role.VIEWER)
    assert (await viewer.get("/tickets/1"))["number"] == 1
    for deed in ("acknowledge", "resolve", "escalate", "release", "assign", "comment", "silence"):
        body = {"text": "x"} if deed == "comment" else {}
        assert (await viewer.api("POST", f"/tickets/1/{deed}", body)).status_code == 403, deed
    page = await viewer.page("/tickets/1")
    assert "/admin/do/" not in page
    assert "Timeline" in page
    assert "Fire a test alert" not in await viewer.page("/tickets")
    assert (await world.ticket()).state is TicketState.OPEN


# the page


async def test_the_page_of_a_ticket_tells_its_story(world: World, desk: Desk) -> None:
    await told(world)
    await world.alice.replies("hello")
    await world.forward("5s")
    page = html.unescape(await desk.page("/tickets/1"))
    for words in (
        "The first message to alice leaves as template ops_alert (en).",
        "Not taken: free-form text",
        "Everything we know about db-7",
        "Reminder 1",
        "Asked next: carol",
        'data-key-press="a"',
        "+44 •••• 0456",
    ):
        assert words in page, words
    assert "7700900" not in page


async def test_foreign_text_stays_text(world: World, desk: Desk) -> None:
    labels: dict[str, Any] = {"instance": HOSTILE, "severity": HOSTILE, "<b>": HOSTILE * 60}
    await world.alert("DiskFull", summary=HOSTILE, **labels)
    await world.alice.replies(HOSTILE * 20)
    await world.forward("5s")
    for path in ("/", "/tickets", "/tickets/1", "/tickets?state=all&search=<script>", "/tickets/1?to=alice"):
        page = await desk.page(path)
        assert "<script>alert" not in page, path
        assert "49" not in page.partition("دیتابیس")[2][:20]
    assert html.escape(HOSTILE[:25]) in await desk.page("/tickets/1")


async def test_a_long_story_is_told_a_page_at_a_time(world: World, desk: Desk) -> None:
    await told(world)

    def work(tx: Transaction) -> None:
        for number in range(250):
            line = Entry(ticket_id=1, at=world.clock(), kind=EntryKind.COMMENTED, text=f"Line {number}.")
            tx.note(line)

    await world.house.engine.desk.transact(work)
    first = await desk.page("/tickets/1")
    (after,) = re.findall(r'data-more="story"', first) and re.findall(r"tickets/1\?after=(\w+)", first)
    second = await desk.page(f"/tickets/1?after={after}")
    assert ("Line 1." in first, "Line 249." in first) == (True, False)
    assert ("Line 1." in second, "Line 249." in second) == (False, True)


async def test_a_form_works_without_script_and_comes_back(world: World, desk: Desk) -> None:
    await told(world)
    answer = await desk.submit("acknowledge_ticket", number=1, back="/admin/tickets/1", script=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/tickets/1")
    assert "olga takes the ticket" in answer.headers["set-cookie"].replace("%20", " ")
    page = await desk.page("/tickets/1")
    assert "Give back" in page
    assert "Take over" not in page


async def test_an_empty_list_teaches_the_first_step(desk: Desk) -> None:
    page = await desk.page("/tickets")
    assert "Nothing is open" in page
    assert "curl -d" in page
    assert "No ticket is like that." in await desk.page("/tickets?search=x")


# tests of the alerting


async def test_a_test_alert_goes_the_way_of_a_real_one_and_says_what_it_is(world: World, desk: Desk) -> None:
    first = (await desk.get("/alerts/test"))["items"][0]
    assert (first["rule"], first["labels"]["alertname"], first["missing"]) == ("disk", "DiskFull", [])
    fired = await desk.submit("fire_test", rule="disk", text="Friday drill", key="k1")
    assert "ticket #1" in fired.json()["message"]
    assert (await desk.submit("fire_test", rule="disk", text="Friday drill", key="k1")).status_code == 200
    await world.forward("5s")
    assert len(await world.tickets()) == 1
    world.alice.expects("TEST, nothing is wrong: Friday drill (by olga)", form="template")
    assert "This is a test." in await desk.page("/tickets/1")
    (before,) = (await desk.get("/tickets/1/alerts"))["items"]
    ended = await desk.api("POST", "/alerts/test/1/resolve")
    (after,) = (await desk.get("/tickets/1/alerts"))["items"]
    assert (before["status"], after["status"]) == ("firing", "resolved")
    assert after["starts_at"] == before["starts_at"] < after["ends_at"]
    assert ended.json() == {"text": "The test is over.", "tickets": [1]}
    assert (await world.ticket()).state is TicketState.RESOLVED
    assert (await desk.api("POST", "/alerts/test/1/resolve")).status_code == 409
    assert (await desk.api("POST", "/alerts/test/9/resolve")).status_code == 404


async def test_a_test_that_fires_already_is_said_to(world: World, desk: Desk) -> None:
    await desk.api("POST", "/alerts/test", {"rule": "disk"})
    again = (await desk.api("POST", "/alerts/test", {"rule": "disk"})).json()
    assert (again["tickets"], "fires already" in again["text"]) == ([1], True)


async def test_a_real_alert_is_no_test_to_be_ended(world: World, desk: Desk) -> None:
    await told(world)
    assert (await desk.api("POST", "/alerts/test/1/resolve")).status_code == 409
    assert "End the test" not in await desk.page("/tickets/1")


@pytest.mark.parametrize(
    "condition",
    [
        "severity=critical",
        "team=~ops.*",
        "team=~web|db",
        "team=~(?:disk|cpu)-[0-9]+x?",
        "alertname=~^Disk(Full|Slow)$",
        r"host=~db-7\.example\.org",
        "team!=web",
        "team!~web.*",
    ],
)
def test_a_test_finds_labels_for_simple_conditions(condition: str) -> None:
    wanted = read_matcher(condition)
    value = fitting(wanted)
    can_tell = "[0-9]" not in condition
    assert wanted.matches({wanted.label: value} if value else {}) == can_tell


def test_whatever_is_there_is_enough_where_that_is_asked() -> None:
    assert fitting(parse_matcher("team", "*")) == "test"
    assert fitting(parse_matcher("team", "!*")) == ""


async def test_labels_that_reach_another_rule_are_refused(world: World, desk: Desk) -> None:
    refused = await desk.api("POST", "/alerts/test", {"rule": "disk", "labels": {"alertname": "News"}})
    assert refused.status_code == 422
    assert "Rule news would answer them" in refused.json()["title"]
    assert (await desk.api("POST", "/alerts/test", {"rule": "nobody"})).status_code == 404
    assert await world.tickets() == []
