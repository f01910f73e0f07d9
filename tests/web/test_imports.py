"""A file of people at the desk: looked at first, then imported, as a job that outlives its page."""

import asyncio
from collections.abc import Iterable
from time import perf_counter
from typing import Any

import pytest

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role
from wa_notify.core.consent import ConsentAct, ConsentRecord

HEAD = "name,phone,display_name,evidence,granted_at\n"
PEOPLE = (
    HEAD
    + "dana,+447700900321,Dana,Form 1,2026-03-01\n"
    + "erik,+447700900322,<script>alert(1)</script>,,\n"
    + "alice,,,Signed the on-call agreement,\n"
    + "zoe,12,,Form 2,\n"
    + "bob,+447700900999,,Form 3,\n"
    + "max,+447700900323,,,2026-03-01\n"
)
COUNTS = {"opted_in": 1, "added": 1, "known": 1, "refused": 3}


async def over(desk: Desk, number: int, within: float = 30) -> dict[str, Any]:
    """The import once it is over."""
    async with asyncio.timeout(within):
        while (found := await desk.get(f"/imports/{number}"))["state"] == "running":
            await asyncio.sleep(0.01)
    return dict(found)


async def given(desk: Desk, text: str, *, dry_run: bool) -> dict[str, Any]:
    answer = await desk.api("POST", "/recipients/import", {"text": text, "dry_run": dry_run})
    assert answer.status_code == 202, answer.text
    return await over(desk, answer.json()["number"])


async def ids(desk: Desk) -> list[str]:
    return [one["id"] for one in (await desk.get("/recipients?limit=200"))["items"]]


def many(count: int, wrong: Iterable[int] = ()) -> str:
    bad = frozenset(wrong)
    lines = (f"p{n},{'12' if n in bad else f'+4915{n:09}'},P {n},Form {n},\n" for n in range(count))
    return HEAD + "".join(lines)


async def test_a_look_tells_what_would_become_of_each_line_and_changes_nothing(world: World) -> None:
    desk = await Desk.of(world)
    found = await given(desk, PEOPLE, dry_run=True)
    assert (found["counts"], found["ready"], found["done"]) == (COUNTS, True, 6)
    refused = {one["line"]: one["why"] for one in found["lines"]["refused"]}
    for line, part in {
        5: "Write it with its plus",
        6: "bob has another number.",
        7: "nothing that proves it",
    }.items():
        assert part in refused[line]
    assert await ids(desk) == ["alice", "bob", "carol"]
    assert (await desk.get("/audit"))["items"] == []


async def test_what_was_looked_at_is_imported_and_a_second_time_adds_nothing(world: World) -> None:
    desk = await Desk.of(world)
    look = await given(desk, PEOPLE, dry_run=True)
    answer = await desk.api("POST", f"/imports/{look['number']}/run")
    done = await over(desk, answer.json()["number"])
    assert (done["number"], done["counts"], done["dry_run"], done["ready"]) == (2, COUNTS, False, False)
    (entry,) = (await desk.get("/recipients/dana/consent"))["entries"]
    assert (entry["evidence"], entry["at"], entry["actor"]) == (
        "Form 1",
        "2026-03-01T00:00:00Z",
        "the-admin (key)",
    )
    assert (await desk.get("/recipients/erik/standing"))["agreement"] == "none"
    lines = [(one["subject"], one["after"]) for one in (await desk.get("/audit"))["items"]]
    assert lines == [("import 2", {**COUNTS, "lines": 6}), ("import 2", {"lines": 6})]
    assert (await desk.api("POST", f"/imports/{look['number']}/run")).status_code == 409
    again = await given(desk, PEOPLE, dry_run=False)
    assert again["counts"] == {"opted_in": 0, "added": 0, "known": 3, "refused": 3}


async def test_their_own_no_is_not_overruled_by_a_file(world: World) -> None:
    desk = await Desk.of(world)
    record = ConsentRecord(
        recipient_id="alice", act=ConsentAct.REVOKED, source="reply", actor="alice", at=world.clock()
    )
    await world.house.engine.desk.transact(lambda tx: tx.record_consent(record))
    found = await given(desk, HEAD + "alice,,,Form 9,\n", dry_run=False)
    assert "They themselves said no" in found["lines"]["refused"][0]["why"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("name,shoe size\nx,43\n", "'shoe size' is not known"),
        ("evidence\nx\n", "no column `name` or `phone`"),
        (HEAD, "no line below"),
        ('name,phone\n"dana,1\n', "no CSV"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(world: World, text: str, part: str) -> None:
    desk = await Desk.of(world)
    answer = await desk.api("POST", "/recipients/import", {"text": text})
    assert (answer.status_code, part in answer.json()["title"]) == (422, True)
    assert (await desk.get("/imports"))["items"] == []


async def test_only_who_may_imports(world: World) -> None:
    for role in (Role.VIEWER, Role.OPERATOR):
        desk = await Desk.of(world, role)
        assert (await desk.api("POST", "/recipients/import", {"text": PEOPLE})).status_code == 403
        for path in ("/imports", "/imports/1"):
            assert (await desk.api("GET", path)).status_code == 403
    desk = await Desk.of(world)
    assert (await desk.api("GET", "/imports/7")).status_code == 404
    assert (await desk.api("POST", "/imports/7/run")).status_code == 409


async def test_a_thousand_people_with_errors_are_read_and_imported_in_a_few_seconds(world: World) -> None:
    desk = await Desk.of(world)
    began = perf_counter()
    found = await given(desk, many(1000, wrong=range(0, 1000, 3)), dry_run=False)
    assert perf_counter() - began < 10
    assert (found["counts"]["opted_in"], found["counts"]["refused"]) == (666, 334)
    assert len(found["lines"]["refused"]) == 200
    assert (await desk.get("/consent/verify"))["entries"] == 668


async def test_alerts_go_on_while_people_are_imported(world: World) -> None:
    desk = await Desk.of(world)
    answer = await desk.api("POST", "/recipients/import", {"text": many(1000), "dry_run": False})
    number = answer.json()["number"]
    busy = await desk.api("POST", "/recipients/import", {"text": PEOPLE})
    assert (busy.status_code, busy.json()["title"]) == (409, f"Import {number} is still at work.")
    await world.alert("DiskFull", settle=False)
    assert (await desk.get(f"/imports/{number}"))["state"] == "running"
    assert len(await world.tickets()) == 1
    assert (await over(desk, number))["counts"]["opted_in"] == 1000


async def test_a_restart_in_the_middle_leaves_a_clear_state_and_the_same_file_goes_on(world: World) -> None:
    desk = await Desk.of(world)
    number = (await desk.api("POST", "/recipients/import", {"text": many(1000), "dry_run": False})).json()[
        "number"
    ]
    while not (await desk.get(f"/imports/{number}"))["done"]:
        await asyncio.sleep(0)
    await world.restart()
    found = await desk.get(f"/imports/{number}")
    assert found["state"] == "cut_off"
    assert 0 < found["done"] < 1000
    assert found["counts"]["opted_in"] == found["done"] == (await desk.get("/consent/verify"))["entries"] - 2
    assert "Import the same file again" in await desk.page("/imports")
    rest = await given(desk, many(1000), dry_run=False)
    assert rest["counts"]["known"] == found["done"]
    assert rest["counts"]["opted_in"] == 1000 - found["done"]


async def test_a_look_is_forgotten_by_a_restart_and_says_so(world: World) -> None:
    desk = await Desk.of(world)
    number = (await given(desk, PEOPLE, dry_run=True))["number"]
    await world.restart()
    assert not (await desk.get(f"/imports/{number}"))["ready"]
    answer = await desk.api("POST", f"/imports/{number}/run")
    assert (answer.status_code, "not kept any more" in answer.json()["title"]) == (409, True)


async def test_the_form_takes_a_file_and_the_page_shows_what_became_of_it(world: World) -> None:
    desk = await Desk.of(world)
    assert "Choose a file" in await desk.page("/imports")
    files = {"text": ("people.csv", b"\xef\xbb\xbf" + PEOPLE.encode())}
    done = await desk.submit("import_recipients", back="/admin/imports", dry_run="true", files=files)
    assert done.json()["location"] == "/admin/imports"
    await over(desk, 1)
    shown = await desk.page("/imports")
    assert "6 lines, if imported: 1 opted in, 1 added without opt-in, 1 known already, 3 refused." in shown
    assert 'id="import-job" data-live="imports people"' in shown
    plain = await desk.submit("run_import", back="/admin/imports", script=False, number="1")
    assert (plain.status_code, plain.headers["location"]) == (303, "/admin/imports")
    await over(desk, 2)
    assert "6 lines: 1 opted in" in await desk.page("/imports/2")
    assert "<script>alert" not in await desk.page("/recipients")
    latin = {"text": ("people.csv", "name\nJosé\n".encode("latin-1"))}
    assert (await desk.submit("import_recipients", files=latin)).status_code == 400


async def test_the_sample_can_be_imported(world: World) -> None:
    desk = await Desk.of(world)
    sample = await desk.api("GET", "/imports/sample")
    assert sample.headers["content-type"].startswith("text/csv")
    counts = (await given(desk, sample.text, dry_run=False))["counts"]
    assert counts == {"opted_in": 2, "added": 1, "known": 0, "refused": 0}
