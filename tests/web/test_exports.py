"""Handing out: the table of people, and the proof of what they agreed to."""

import csv
import hashlib
import io
import json
from typing import Any

import pytest

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role
from wa_notify.core.recipient import Recipient
from wa_notify.web.operations.exports import guarded

PATHS = (
    "/recipients/export",
    "/recipients/alice/consent/proof",
    "/recipients/alice/consent/proof-page",
    "/consent/export",
)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


async def test_everybody_is_handed_out_with_numbers_in_full_and_it_is_written_down(world: World) -> None:
    desk = await Desk.of(world)
    await world.alice.replies("hello")
    answer = await desk.api("POST", "/recipients/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="recipients.csv"'
    alice, bob, carol = table(answer.text)
    assert (alice["phone"], alice["consent"]) == ("+447700900123", "granted")
    assert alice["evidence"] == "Signed the on-call agreement"
    assert alice["last_received"].startswith("2026-11-21T03:00")
    assert (bob["last_received"], carol["consent"], carol["since"]) == ("", "none", "")
    (line,) = (await desk.get("/audit"))["items"]
    assert (line["action"], line["subject"]) == ("export_recipients", "recipients")


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0"]
)
async def test_no_cell_is_taken_for_a_formula(world: World, cell: str) -> None:
    person = Recipient(id="dana", name=cell, phone="+447700900321")
    await world.house.engine.desk.transact(lambda tx: tx.save_recipient(person))
    desk = await Desk.of(world)
    rows = table((await desk.api("POST", "/recipients/export")).text)
    (dana,) = [row for row in rows if row["name"] == "dana"]
    assert dana["display_name"] == f"'{cell}" == guarded(cell)
    assert dana["phone"] == "+447700900321"


async def test_a_long_table_is_handed_out_piece_by_piece(world: World) -> None:
    def work(tx: Any) -> None:
        for n in range(450):
            tx.save_recipient(Recipient(id=f"p{n}", phone=f"+4915{n:09}"))

    await world.house.engine.desk.transact(work)
    rows = table((await (await Desk.of(world)).api("POST", "/recipients/export")).text)
    assert len({row["name"] for row in rows}) == len(rows) == 453


async def test_the_proof_can_be_checked_by_hand(world: World) -> None:
    desk = await Desk.of(world)
    proof = (await desk.api("POST", "/recipients/alice/consent/proof")).json()
    (person,) = proof["people"]
    (entry,) = person["entries"]
    assert (person["phone"], proof["ledger"]["whole"]) == ("+447700900123", True)
    fields = (
        *("number", "subject", "purpose", "act", "source", "wording", "language", "evidence_digest"),
        *("actor_digest", "at", "previous"),
    )
    # what people read stands over what was sealed, where nothing was said
    sealed = {name: entry[name] if entry[name] is not None else "" for name in fields}
    canonical = json.dumps(sealed, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == entry["digest"]
    (line,) = (await desk.get("/audit?subject=recipient+alice"))["items"]
    assert line["action"] == "export_proof"


async def test_the_page_needs_nothing_else_and_shows_foreign_text_as_text(world: World) -> None:
    desk = await Desk.of(world)
    hostile = "<script>alert(1)</script>"
    await desk.api("POST", "/recipients/carol/consent/grant", {"evidence": hostile})
    answer = await desk.api("POST", "/recipients/carol/consent/proof-page")
    assert answer.headers["content-disposition"] == 'attachment; filename="consent-carol.html"'
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert hostile not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "+447700900789" in answer.text


async def test_the_whole_ledger_is_handed_out_with_everybody(world: World) -> None:
    desk = await Desk.of(world)
    told = (await desk.api("POST", "/consent/export")).json()
    assert [one["recipient"] for one in told["people"]] == ["alice", "bob", "carol"]
    assert [one["number"] for one in told["chain"]] == [1, 2]
    assert (await desk.submit("export_ledger")).headers["content-type"].startswith("application/json")


async def test_only_who_may_see_numbers_gets_any_of_it(world: World) -> None:
    for role in (Role.VIEWER, Role.OPERATOR):
        desk = await Desk.of(world, role)
        for path in PATHS:
            assert (await desk.api("POST", path)).status_code == 403
        assert "export_recipients" not in await desk.page("/recipients")
        assert "export_proof" not in await desk.page("/recipients/alice")
    desk = await Desk.of(world)
    assert (await desk.get("/audit"))["items"] == []
    assert (await desk.api("POST", "/recipients/nobody/consent/proof")).status_code == 404
    assert (await desk.get("/audit"))["items"] == []  # what did not happen is not written down
