"""Consent at the desk: granting, revoking, and the ledger that proves it."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role
from wa_notify.core.consent import ConsentAct, ConsentRecord

FORM = {"evidence": "Form 12", "source": "paper", "wording": "v2", "language": "en_GB"}


async def says_no(world: World, who: str) -> None:
    record = ConsentRecord(
        recipient_id=who, act=ConsentAct.REVOKED, source="reply", actor=who, at=world.clock()
    )
    await world.house.engine.desk.transact(lambda tx: tx.record_consent(record))


async def standing(desk: Desk, who: str) -> str:
    return str((await desk.get(f"/recipients/{who}/standing"))["agreement"])


async def test_an_opt_in_is_recorded_with_its_proof_and_who_recorded_it(world: World) -> None:
    desk = await Desk.of(world)
    answer = await desk.api("POST", "/recipients/carol/consent/grant", FORM)
    assert (answer.json()["holds"], answer.json()["consent"]) == (True, "granted")
    (entry,) = (await desk.get("/recipients/carol/consent"))["entries"]
    kept = {name: entry[name] for name in ("evidence", "source", "wording", "language", "actor", "intact")}
    assert kept == {**FORM, "actor": "the-admin (key)", "intact": True}
    (line,) = (await desk.get("/audit?subject=recipient+carol"))["items"]
    assert (line["before"], line["after"]) == ({"consent": "none"}, {"consent": "granted"})


async def test_what_was_granted_at_the_desk_lets_alerts_through_and_what_was_revoked_does_not(
    world: World,
) -> None:
    desk = await Desk.of(world)
    await desk.submit("grant_consent", id="carol", evidence="Form 12", source="paper")
    await world.alert("TeamNews")
    await world.forward("1m")
    world.carol.expects("Disk almost full")
    await desk.submit("revoke_consent", id="carol", source="phone")
    await world.alert("TeamNews", instance="db-8", summary="Again")
    await world.forward("1m")
    world.carol.stays_silent()
    assert await standing(desk, "carol") == "refused"


async def test_who_said_no_themselves_is_not_opted_in_by_anybody_else(world: World) -> None:
    desk = await Desk.of(world)
    await says_no(world, "alice")
    answer = await desk.api("POST", "/recipients/alice/consent/grant", FORM)
    assert answer.status_code == 409
    assert answer.json()["title"].startswith("Alice themselves said no on 21 Nov")
    assert "START" in answer.json()["detail"]
    assert await standing(desk, "alice") == "refused"
    await world.forward("1m")
    await world.alice.replies("START")
    assert await standing(desk, "alice") == "granted"


async def test_an_opt_out_by_an_administrator_can_be_undone_by_one(world: World) -> None:
    desk = await Desk.of(world)
    assert (await desk.api("POST", "/recipients/bob/consent/revoke")).json()["holds"]
    await world.forward("1m")
    assert (await desk.api("POST", "/recipients/bob/consent/grant", FORM)).status_code == 200
    assert await standing(desk, "bob") == "granted"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 400),
        ({"evidence": ""}, 400),
        ({"evidence": "  "}, 422),
        ({"evidence": "x" * 1001}, 400),
        ({"evidence": "x", "source": "On Paper!"}, 400),
        ({"evidence": "x", "purpose": "fun"}, 400),
        ({"evidence": "x", "language": "Klingon"}, 422),
    ],
)
async def test_what_is_no_proof_is_refused(world: World, given: dict[str, Any], status: int) -> None:
    desk = await Desk.of(world)
    assert (await desk.api("POST", "/recipients/carol/consent/grant", given)).status_code == status
    assert await standing(desk, "carol") == "none"


async def test_an_opt_in_for_marketing_is_none_for_alerts(world: World) -> None:
    desk = await Desk.of(world)
    await desk.api("POST", "/recipients/carol/consent/grant", {**FORM, "purpose": "marketing"})
    assert await standing(desk, "carol") == "none"
    assert (await desk.get("/recipients/carol/consent"))["standing"] == {
        "utility": "none",
        "marketing": "granted",
    }


async def test_only_who_may_records_consent(world: World) -> None:
    for role in (Role.VIEWER, Role.OPERATOR):
        desk = await Desk.of(world, role)
        for path in ("/recipients/carol/consent/grant", "/recipients/carol/consent/revoke"):
            assert (await desk.api("POST", path, {"evidence": "x"})).status_code == 403
        assert (await desk.api("POST", "/consent/revoke", {"receiver": "oncall"})).status_code == 403
        assert (await desk.get("/consent/verify"))["whole"]
    desk = await Desk.of(world)
    assert (await desk.api("POST", "/recipients/nobody/consent/grant", FORM)).status_code == 404
    assert (await desk.api("POST", "/recipients/nobody/consent/revoke")).status_code == 404
    assert (await desk.api("GET", "/recipients/nobody/consent")).status_code == 404


async def test_several_opt_out_together_or_none_of_them(world: World) -> None:
    desk = await Desk.of(world)
    many = {"recipients": ["alice", "+447700900456", "bob"], "evidence": "They left"}
    assert (await desk.api("POST", "/consent/revoke", many)).json()["recipients"] == ["alice", "bob"]
    for who in ("alice", "bob"):
        assert await standing(desk, who) == "refused"
        (line, *_) = (await desk.get(f"/audit?subject=recipient+{who}"))["items"]
        assert line["action"] == "revoke_many"
    for wrong, status in (
        ({"recipients": ["carol", "mallory"]}, 404),
        ({"receiver": "oncal"}, 404),
        ({}, 422),
    ):
        assert (await desk.api("POST", "/consent/revoke", wrong)).status_code == status
    assert await standing(desk, "carol") == "none"
    told = (await desk.api("POST", "/consent/revoke", {"receiver": "everybody"})).json()
    assert told["recipients"] == ["alice", "bob", "carol"]


async def test_the_ledger_is_whole_and_its_head_can_be_noted(world: World) -> None:
    desk = await Desk.of(world, Role.VIEWER)
    found = await desk.get("/consent/verify")
    assert (found["whole"], found["entries"], found["broken"]) == (True, 2, None)
    assert (await desk.get(f"/consent/verify?noted={found['head'].upper()}"))["whole"]
    other = await desk.get(f"/consent/verify?noted={'0' * 64}")
    assert other["broken"]["breach"] == "other_ledger"
    assert (await desk.api("GET", "/consent/verify?noted=xyz")).status_code == 400


async def test_an_entry_that_was_changed_is_told(world: World) -> None:
    desk = await Desk.of(world)
    with closing(sqlite3.connect(world.folder / "story.db")) as database, database:
        database.execute("UPDATE proofs SET evidence = 'A lie' WHERE number = 1")
    found = await desk.get("/consent/verify")
    assert (found["whole"], found["broken"]["number"]) == (False, 1)
    assert [one["intact"] for one in (await desk.get("/recipients/alice/consent"))["entries"]] == [False]
    shown = await desk.page("/consent")
    assert "The evidence of entry 1, or who recorded it, is not what was recorded." in shown.replace(
        "&#39;", "'"
    )
    assert "Changed" in await desk.page("/recipients/alice")


async def test_the_page_of_the_ledger_shows_what_to_note(world: World) -> None:
    head = (await (await Desk.of(world)).get("/consent/verify"))["head"]
    shown = await (await Desk.of(world, Role.VIEWER)).page("/consent")
    assert head in shown
    assert "export_ledger" not in shown
    desk = await Desk.of(world, name="another")
    assert "export_ledger" in await desk.page("/consent")
    assert "No entry has the digest" in await desk.page(f"/consent?noted={'a' * 64}")
    done = await desk.submit(
        "revoke_many", receiver="oncall", evidence="x", script=False, back="/admin/consent"
    )
    assert (done.status_code, done.headers["location"]) == (303, "/admin/consent")
