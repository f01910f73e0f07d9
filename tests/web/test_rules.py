"""The rules by API and page: as obeyed, as written, broken and mended, and tried without being obeyed."""

from pathlib import Path

import pytest

from tests.stories.world import HOUSE, World
from tests.web.desk import Desk
from wa_notify.core.access import Role
from wa_notify.reload import Reading, Reloader

PRIVATE = ("sandbox-token", "sandbox-app-secret", "sandbox-verify", "7700900123", "7700900456", "7700900789")
HOSTILE = "<script>alert('1')</script> \" \u202e 🧯 " + "x" * 3000


@pytest.fixture
async def viewer(world: World) -> Desk:
    return await Desk.of(world, Role.VIEWER)


async def saved(world: World, *changes: tuple[str, str]) -> None:
    """Somebody saves the file, and the service reads it once it has come to rest."""
    text = world.config_path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    reading = Reading(path=world.config_path, environ={})
    reloader = Reloader(world.house.engine, world.house.standing, reading, world.clock)
    world.config_path.write_text(text)
    reloader.ask()
    await reloader.check()


async def test_rules_stand_in_the_order_in_which_they_are_tried(world: World, viewer: Desk) -> None:
    await world.alert("DiskFull")
    told = await viewer.get("/rules")
    assert [(one["name"], one["position"], one["receiver"]) for one in told["items"]] == [
        ("disk", 1, "oncall"),
        ("team", 2, "everybody"),
        ("slow", 3, "oncall"),
        ("daily", 4, "oncall"),
    ]
    disk, team, *_ = told["items"]
    assert (disk["matchers"], disk["template"], disk["priority"]) == (
        ["alertname=DiskFull"],
        "ops_alert",
        "critical",
    )
    assert (disk["last_at"], team["last_at"]) == ("2026-11-21T03:00:00Z", None)
    assert (told["in_order"], told["refused"], told["kept"]) == (True, [], [])
    page = await viewer.page("/rules")
    assert "alertname=DiskFull" in page
    assert "All that is written is obeyed" in page


async def test_one_rule_tells_who_it_reaches_and_who_not_and_why(world: World, viewer: Desk) -> None:
    told = await viewer.get("/rules/team")
    people = {one["id"]: one for one in told["people"]}
    assert {name: one["reason"] for name, one in people.items()} == {
        "alice": None,
        "bob": None,
        "carol": "no_consent",
    }
    assert people["alice"]["form"] == "template ops_alert (en)"
    assert people["carol"]["form"] == ""
    assert told["rule"]["asks"] == [
        {"after": "P0D", "to": ["alice", "bob", "carol"], "now": ["alice", "bob", "carol"]}
    ]
    page = await viewer.page("/rules/team")
    assert "Record the opt-in" in page
    assert "7700900789" not in page


async def test_one_rule_tells_its_words_its_reminders_and_its_last_tickets(
    world: World, viewer: Desk
) -> None:
    for number in range(6):
        await world.alert("DiskFull", instance=f"db-{number}")
    told = await viewer.get("/rules/disk")
    rule = told["rule"]
    assert [(one["occasion"], one["template"]) for one in rule["says"]] == [
        ("opened", "ops_alert"),
        ("reminder", "ops_reminder"),
        ("resolved", "ops_resolved"),
    ]
    assert rule["says"][0]["languages"] == ["de", "en"]
    assert rule["says"][0]["free_form"] == "*{{ title }}* on {{ labels.instance }}"
    assert (rule["remind_after"], rule["remind_every"], rule["remind_times"]) == ("PT600S", "PT900S", 3)
    assert [one["number"] for one in told["newest"]] == [6, 5, 4, 3, 2]
    assert told["last_week"] == 6
    await world.forward("8d")
    assert (await viewer.get("/rules/disk"))["last_week"] == 0


async def test_a_rule_that_is_not_there_is_refused(viewer: Desk) -> None:
    answer = await viewer.api("GET", "/rules/nobody")
    assert (answer.status_code, "no rule nobody" in answer.text) == (404, True)
    assert "no rule nobody" in await viewer.page("/rules/nobody", status=404)


async def test_a_rule_that_is_broken_works_as_before_until_it_is_mended(world: World, viewer: Desk) -> None:
    heard: list[str] = []
    world.house.standing.on_change = lambda: heard.append("rules")
    await saved(world, ("receiver: oncall", "receiver: oncal"))
    told = await viewer.get("/rules")
    assert (told["kept"], told["in_order"], {*heard}) == (["disk"], False, {"rules"})
    (fault,) = told["complaints"]
    assert (fault["file"], fault["line"] > 0, "oncal" in fault["what"]) == ("wa-notify.yaml", True, True)
    assert [one["kept"] for one in told["items"]] == [True, False, False, False]
    page = await viewer.page("/rules")
    assert "These rules work as before: disk." in page
    assert f"wa-notify.yaml:{fault['line']}" in page
    (file,) = (await viewer.get("/rules/text"))["items"]
    (line,) = [one["text"] for one in file["lines"] if one["number"] == fault["line"]]
    assert "receiver: oncal" in line
    assert 'data-mark="bad"' in await viewer.page("/rules/text")
    await saved(world, ("receiver: oncal\n", "receiver: oncall\n"))
    told = await viewer.get("/rules")
    assert (told["kept"], told["complaints"], told["in_order"]) == ([], [], True)
    assert "work as before" not in await viewer.page("/rules")


async def test_a_file_that_cannot_be_read_leaves_the_rules_at_work_and_says_where(
    world: World, viewer: Desk
) -> None:
    await saved(world, ("rules:\n", "rules: [\n"))
    told = await viewer.get("/rules")
    assert told["refused"][0]["line"] > 0
    assert [one["obeyed"] for one in told["items"]] == [True] * 4
    assert "What is written now is not obeyed." in await viewer.page("/rules")
    assert "not obeyed" in await viewer.page("/rules/text")
    await saved(world, ("rules: [\n", "rules:\n"))
    assert (await viewer.get("/rules"))["refused"] == []


async def test_a_section_that_waits_for_a_restart_is_told(world: World, viewer: Desk) -> None:
    await saved(world, ("sandbox-token", "another-token"))
    assert (await viewer.get("/rules"))["to_restart"] == ["whatsapp"]
    assert "waiting for a restart: whatsapp" in await viewer.page("/rules")


async def test_what_the_account_lacks_is_told_at_its_rule(world: World, viewer: Desk) -> None:
    await saved(world, ("name: ops_alert\n", "name: ops_alrt\n"))
    told = await viewer.get("/rules")
    assert {one["rule"] for one in told["findings"]} >= {"disk", "team"}
    assert told["items"][0]["faults"] == 1
    detail = await viewer.get("/rules/disk")
    assert "ops_alrt" in detail["findings"][0]["what"]
    assert {one["reason"] for one in detail["people"]} == {"template_missing"}
    assert "Template does not fit" in await viewer.page("/rules")


async def test_neither_secret_nor_number_is_shown_anywhere(world: World, viewer: Desk) -> None:
    await saved(world, ('phone: "+447700900123"', 'phone: "447700900123 sandbox-token"'))
    for path in ("/rules", "/rules/text"):
        shown = await viewer.page(path)
        told = (await viewer.api("GET", path)).text
        for private in PRIVATE:
            assert private not in shown, (path, private)
            assert private not in told, (path, private)
    assert "sandbox" not in (await viewer.api("GET", "/rules/text")).text


async def test_hostile_words_of_a_file_stay_words(tmp_path: Path) -> None:
    hostile = HOSTILE.replace("'", "''")
    text = HOUSE.read_text().replace("match: {alertname: DailyNote}", f"match: {{alertname: '{hostile}'}}")
    world = World(tmp_path, text)
    await world.start()
    viewer = await Desk.of(world, Role.VIEWER)
    for path in ("/rules", "/rules/text", "/rules/daily"):
        assert "<script>alert" not in await viewer.page(path)
    await world.close()


GOOD = "rules:\n  - name: mine\n    match: {alertname: Mine}\n    receiver: oncall\n    template: ops_nudge\n"


async def test_rules_are_tried_beside_what_is_written(world: World, viewer: Desk) -> None:
    told = (await viewer.api("POST", "/rules/check", {"text": GOOD})).json()
    assert (told["text"], told["usable"], told["rules"]) == (
        "Nothing is wrong with it: 1 rule.",
        True,
        ["mine"],
    )
    assert world.house.engine.book.rule("mine") is None
    admin = await Desk.of(world, Role.ADMIN)
    assert (await admin.get("/audit"))["items"] == []


async def test_every_fault_is_told_with_line_and_column(viewer: Desk) -> None:
    text = GOOD.replace("receiver: oncall", "reciever: oncal").replace(
        "{alertname: Mine}", '{alertname: "=~("}'
    )
    told = (await viewer.api("POST", "/rules/check", {"text": text})).json()
    assert told["usable"] is True
    places = {(one["line"], one["column"]) for one in told["faults"]}
    assert {line for line, _ in places} == {2, 3, 4} or {line for line, _ in places} == {3, 4}
    assert any("regular expression" in one["what"] for one in told["faults"])
    shown = await viewer.submit("check_rules", script=False, text=text)
    assert shown.status_code == 200
    assert "Line 3, column" in shown.text
    assert "Nothing was changed." in shown.text


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("rules: [", 1, ""),
        ("- a", 0, "no mapping"),
        ("rools: []", 1, "no section that is looked at"),
        ("rules: !include secrets.yaml", 1, "no file"),
        ("recipients: {a: {phone: !secret a}}", 1, "no secrets.yaml"),
        ("receivers: {oncall: {to: [nobody]}}", 1, "nobody"),
    ],
)
async def test_what_cannot_be_obeyed_is_told(viewer: Desk, text: str, line: int, says: str) -> None:
    told = (await viewer.api("POST", "/rules/check", {"text": text})).json()
    assert told["usable"] is False
    first = told["faults"][0]
    assert first["line"] >= line
    assert says in first["what"]


async def test_a_whole_configuration_may_be_pasted(world: World, viewer: Desk) -> None:
    told = (await viewer.api("POST", "/rules/check", {"text": world.config_path.read_text()})).json()
    assert (told["usable"], told["rules"]) == (True, ["disk", "team", "slow", "daily"])
    assert [one["severity"] for one in told["faults"]] == ["note"] * len(told["faults"])
    assert any("`whatsapp` is not looked at here" in one["what"] for one in told["faults"])


async def test_nothing_of_this_machine_is_read_for_what_somebody_pastes(viewer: Desk) -> None:
    text = f"{GOOD}prices: {{table: /etc/passwd}}\nstore: sqlite:////nowhere/x.db\n"
    told = (await viewer.api("POST", "/rules/check", {"text": text})).text
    assert "passwd" not in told.replace("/etc/passwd}", "")
    assert "no folder" not in told
