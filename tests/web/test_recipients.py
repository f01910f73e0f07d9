"""People at the desk: the list, one of them, adding, changing, erasing, and a number in clear."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.outbox import Intent
from wa_notify.core.recipient import Alias, AliasKind, Recipient
from wa_notify.pipeline.ingest import say
from wa_notify.web.operations.paging import cursor

ALICE = "+447700900123"
HOSTILE = "<script>alert(1)</script> \"'\u202eevil\u202c 🧯"


async def known(world: World, *people: Recipient) -> None:
    def work(tx: Any) -> None:
        for one in people:
            tx.save_recipient(one)

    await world.house.engine.desk.transact(work)


async def audited(desk: Desk, subject: str) -> list[dict[str, Any]]:
    return list((await desk.get(f"/audit?subject={subject}"))["items"])


# the list


async def test_people_are_listed_with_consent_and_window_and_a_masked_number(world: World) -> None:
    await world.alice.replies("hello")
    found = await (await Desk.of(world, Role.VIEWER)).get("/recipients")
    assert [one["id"] for one in found["items"]] == ["alice", "bob", "carol"]
    alice, _, carol = found["items"]
    assert (alice["number"], alice["agreement"], alice["window"]["open"]) == (
        "+44 •••• 0123",
        "granted",
        True,
    )
    assert alice["consent"]["evidence"] == "Signed the on-call agreement"
    assert (carol["agreement"], carol["consent"], carol["window"]["last_inbound_at"]) == ("none", None, None)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("search=ali", ["alice"]),
        ("search=0456", ["bob"]),
        ("search=%2B44%207700%20900789", ["carol"]),
        ("search=nobody", []),
        ("agreement=none", ["carol"]),
        ("agreement=granted&window=closed", ["bob"]),
        ("window=open", ["alice"]),
        ("window=closing", []),
        ("guests=true", []),
    ],
)
async def test_people_are_found_by_name_digits_consent_and_window(
    world: World, query: str, ids: list[str]
) -> None:
    await world.alice.replies("hello")
    found = await (await Desk.of(world)).get(f"/recipients?{query}")
    assert [one["id"] for one in found["items"]] == ids


async def test_the_list_goes_on_where_it_ended(world: World) -> None:
    await known(world, *(Recipient(id=f"p{n:03}", name=f"P {n:03}") for n in range(120)))
    desk, seen, after = await Desk.of(world), [], ""
    while True:
        found = await desk.get(f"/recipients?limit=50&after={after}")
        seen += [one["id"] for one in found["items"]]
        if not (after := found["next"]):
            break
    assert len(seen) == len(set(seen)) == 123
    assert (await desk.api("GET", "/recipients?after=nonsense")).status_code == 400


async def test_people_are_counted(world: World) -> None:
    await world.alice.replies("hello")
    counts = await (await Desk.of(world)).get("/consent/counts")
    assert counts == {
        "agreements": {"granted": 2, "none": 1, "lapsed": 0, "refused": 0},
        "open": 1,
        "closing": 0,
    }


# one person


async def test_a_person_is_shown_with_what_the_configuration_fixes(world: World) -> None:
    desk = await Desk.of(world)
    await known(world, Recipient(id="dana", name="Dana"))
    alice = await desk.get("/recipients/alice")
    assert alice["fixed"] == {"file": "wa-notify.yaml", "fields": ["name", "language", "number"]}
    assert alice["number"] == "+44 •••• 0123"
    assert (await desk.get("/recipients/dana"))["fixed"] is None
    answer = await desk.api("GET", "/recipients/nobody")
    assert (answer.status_code, answer.json()["title"]) == (404, "Nobody is called nobody.")


async def test_how_somebody_stands_tells_what_names_them_and_no_address_in_clear(world: World) -> None:
    desk = await Desk.of(world)
    await world.alice.replies("hello")
    alice = await desk.get("/recipients/alice/standing")
    assert (alice["agreement"], alice["objection"], alice["window"]["open"]) == ("granted", "", True)
    assert alice["receivers"] == ["oncall", "everybody"]
    assert alice["rules"] == ["disk", "team", "slow", "daily"]
    assert {one["kind"] for one in alice["aliases"]} >= {"phone", "wa_id"}
    assert "7700900123" not in str(alice)
    carol = await desk.get("/recipients/carol/standing")
    assert (carol["objection"], carol["consent"]) == ("no_consent", None)


async def test_what_somebody_received_is_told_in_its_words_the_newest_first(world: World) -> None:
    await world.alert("DiskFull")
    await world.forward("12m")
    desk = await Desk.of(world)
    found = await desk.get("/recipients/alice/messages?limit=1")
    (reminder,) = found["items"]
    assert (reminder["occasion"], reminder["ticket"], reminder["state"]) == ("reminder", 1, "read")
    rest = (await desk.get(f"/recipients/alice/messages?after={found['next']}"))["items"]
    assert "Disk almost full" in rest[-1]["bubble"]["body"]
    assert (await desk.get("/recipients/carol/messages"))["items"] == []
    for wrong in (cursor("yesterday", 1), cursor("2026-11-21T03:00:00+00:00", 2**70), cursor(1, 1)):
        refused = await desk.api("GET", f"/recipients/alice/messages?after={wrong}")
        assert refused.status_code == 400
    assert (await desk.api("GET", "/recipients/nobody/messages")).status_code == 404


async def test_other_ways_are_told_without_their_secrets(world: World) -> None:
    text = world.config_path.read_text().replace(
        'alice: {phone: "+447700900123",',
        'alice: {fallback: ["mailto://user:pa55word@example.net?to=a@example.net"], phone: "+447700900123",',
    )
    world.config_path.write_text(text)
    await world.restart()
    desk = await Desk.of(world)
    (way, *_) = (await desk.get("/recipients/alice/standing"))["ways"]
    assert (way["channel"], way["after"], "disk" in way["rules"]) == ("mailto to example.net", 300.0, True)
    assert "pa55word" not in await desk.page("/recipients/alice")


async def test_a_number_in_clear_is_for_who_may_and_is_written_down(world: World) -> None:
    desk = await Desk.of(world)
    for role in (Role.VIEWER, Role.OPERATOR):
        other = await Desk.of(world, role)
        assert (await other.api("POST", "/recipients/alice/reveal")).status_code == 403
        assert "reveal_recipient" not in await other.page("/recipients/alice")
    assert await audited(desk, "recipient alice") == []
    assert (await desk.api("POST", "/recipients/alice/reveal")).json()["number"] == ALICE
    (line,) = await audited(desk, "recipient alice")
    assert (line["actor"], line["action"], line["after"]) == ("the-admin (key)", "reveal_recipient", {})
    shown = (await desk.submit("reveal_recipient", id="alice")).text
    assert ALICE in shown
    assert "7700900123" not in await desk.page("/recipients/alice")


# adding and changing


async def test_somebody_new_is_added_and_written_down_without_the_number(world: World) -> None:
    desk = await Desk.of(world)
    new = {"id": "dana", "name": "Dana", "number": "+44 7700 900321", "language": "de,en"}
    answer = await desk.api("POST", "/recipients", new)
    assert (answer.status_code, answer.json()["id"]) == (201, "dana")
    assert (await desk.get("/recipients/dana"))["languages"] == ["de", "en"]
    assert (await desk.get("/recipients/dana/standing"))["objection"] == "no_consent"
    (line,) = await audited(desk, "recipient dana")
    after = {"name": "Dana", "language": "de,en", "number": "known", "numbers_given_up": 0}
    assert line["after"] == after


@pytest.mark.parametrize(
    ("given", "status", "where"),
    [
        ({"id": "alice"}, 409, "recipient"),
        ({"id": "dana", "number": ALICE}, 409, "recipient"),
        ({"id": "da na"}, 422, "id"),
        ({"id": " "}, 422, "id"),
        ({"id": "dana", "number": "12"}, 422, "number"),
        ({"id": "dana", "language": "Klingon"}, 422, "language"),
        ({"id": "dana", "shoe": 43}, 400, "body"),
        ({}, 400, "body"),
    ],
)
async def test_what_cannot_be_a_person_is_refused_and_no_number_repeated(
    world: World, given: dict[str, Any], status: int, where: str
) -> None:
    answer = await (await Desk.of(world)).api("POST", "/recipients", given)
    assert answer.status_code == status
    assert answer.json()["complaints"][0]["where"].startswith(where)
    assert status != 409 or "7700900123" not in answer.text


async def test_only_who_may_changes_people(world: World) -> None:
    for role in (Role.VIEWER, Role.OPERATOR):
        desk = await Desk.of(world, role)
        tag = (await desk.api("GET", "/recipients/carol")).headers["etag"]
        for verb, path, body in (
            ("POST", "/recipients", {"id": "dana"}),
            ("PUT", "/recipients/carol", {"name": "C"}),
            ("POST", "/recipients/carol/rename", {"new_id": "caro"}),
            ("POST", "/recipients/carol/aliases/unlink", {"kind": "bsuid"}),
            ("POST", "/recipients/carol/erase", {"name": "carol"}),
        ):
            assert (await desk.api(verb, path, body, if_match=tag)).status_code == 403
        shown = await desk.page("/recipients/carol")
        assert "Carol" in shown
        assert "edit_recipient" not in shown
        await desk.page("/imports", 403)


async def test_the_second_of_two_edits_is_refused_and_sees_what_is_there(world: World) -> None:
    desk = await Desk.of(world)
    await known(world, Recipient(id="dana", name="Dana", phone="+447700900321"))
    tag = (await desk.api("GET", "/recipients/dana")).headers["etag"]
    path, name = "/recipients/dana", {"name": "Dana S."}
    assert (await desk.api("PUT", path, name)).status_code == 428
    assert (await desk.api("PUT", path, name, if_match=tag)).status_code == 200
    refused = await desk.api("PUT", path, {"name": "Dana T."}, if_match=tag)
    assert (refused.status_code, refused.json()["title"]) == (412, "Somebody changed it since you read it.")
    assert (await desk.get(path))["name"] == "Dana S."
    (line,) = await audited(desk, "recipient dana")
    assert (line["before"], line["after"]) == ({"name": "Dana"}, {"name": "Dana S."})


async def test_a_message_in_between_is_no_change_of_the_person(world: World) -> None:
    desk = await Desk.of(world)
    tag = (await desk.api("GET", "/recipients/alice")).headers["etag"]
    await world.alice.replies("hello")
    assert (await desk.api("GET", "/recipients/alice")).headers["etag"] == tag


async def test_what_the_configuration_fixes_is_changed_there(world: World) -> None:
    desk = await Desk.of(world)
    tag = (await desk.api("GET", "/recipients/alice")).headers["etag"]
    for given in ({"name": "Al"}, {"name": "Alice", "number": "+447700900999"}):
        answer = await desk.api("PUT", "/recipients/alice", given, if_match=tag)
        assert answer.status_code == 409
        assert "wa-notify.yaml" in answer.json()["detail"]
    assert (await desk.api("PUT", "/recipients/alice", {"name": "Alice"}, if_match=tag)).status_code == 200
    answer = await desk.api("POST", "/recipients/alice/rename", {"new_id": "alicia"})
    assert (answer.status_code, "configuration" in answer.json()["title"]) == (409, True)
    await world.restart()
    assert (await desk.get("/recipients/alice"))["name"] == "Alice"


async def test_another_number_needs_another_opt_in(world: World) -> None:
    desk = await Desk.of(world)
    await known(world, Recipient(id="dana", phone="+447700900321"))
    await desk.api("POST", "/recipients/dana/consent/grant", {"evidence": "Form 12"})
    tag = (await desk.api("GET", "/recipients/dana")).headers["etag"]
    answer = await desk.api("PUT", "/recipients/dana", {"number": "+447700900322"}, if_match=tag)
    assert "opt-in was for the old number" in answer.json()["text"]
    assert (await desk.get("/recipients/dana/standing"))["objection"] == "number_changed"
    line = (await audited(desk, "recipient dana"))[0]
    assert line["after"] == {"numbers_given_up": 1, "consent": "lapsed"}
    assert (await desk.get("/recipients/dana"))["former"] == ["+44 •••• 0321"]


async def test_a_new_name_brings_everything_along(world: World) -> None:
    desk = await Desk.of(world)
    await known(world, Recipient(id="dana", phone="+447700900321"))
    await desk.api("POST", "/recipients/dana/consent/grant", {"evidence": "Form 12"})
    for wrong, status in (("bob", 409), ("b b", 422), (" ", 422)):
        answer = await desk.api("POST", "/recipients/dana/rename", {"new_id": wrong})
        assert answer.status_code == status
    assert (await desk.api("POST", "/recipients/dana/rename", {"new_id": "scully"})).json()["id"] == "scully"
    assert (await desk.get("/recipients/scully/standing"))["agreement"] == "granted"
    (line, *_) = await audited(desk, "recipient scully")
    assert (line["before"], line["after"]) == ({"id": "dana"}, {"id": "scully"})


async def test_an_address_that_is_not_theirs_is_unlinked(world: World) -> None:
    desk = await Desk.of(world)
    wrong = Alias(kind=AliasKind.BSUID, value="GB.1234567890")
    await world.house.engine.desk.transact(lambda tx: tx.learn_alias("alice", wrong))
    shown = (await desk.get("/recipients/alice/standing"))["aliases"]
    assert {"kind": "bsuid", "value": "•••• 7890"} in shown
    assert (await desk.submit("unlink_alias", id="alice", kind="bsuid")).status_code == 200
    assert "bsuid" not in str((await desk.get("/recipients/alice/standing"))["aliases"])
    refused = await desk.api("POST", "/recipients/alice/aliases/unlink", {"kind": "phone"})
    assert refused.status_code == 409


# erasing


async def test_who_stands_in_the_configuration_is_taken_out_there_first(world: World) -> None:
    answer = await (await Desk.of(world)).api("POST", "/recipients/alice/erase", {"name": "alice"})
    assert answer.status_code == 409
    assert answer.json()["complaints"][0]["fix"].startswith("Take alice out of `recipients`")


async def test_somebody_is_erased_only_by_their_name_and_nothing_names_them_any_more(world: World) -> None:
    desk = await Desk.of(world)
    await desk.api("POST", "/recipients", {"id": "dana", "name": "Dana Scully", "number": "+447700900321"})
    await desk.api("POST", "/recipients/dana/consent/grant", {"evidence": "Form of Dana Scully"})
    now = world.clock()
    await world.house.engine.desk.transact(
        lambda tx: say(tx, "dana", Intent(free_form="hi Dana"), key="k", now=now, ttl=timedelta(hours=1))
    )
    assert (await desk.api("POST", "/recipients/dana/erase", {"name": "Dana"})).status_code == 422
    done = (await desk.api("POST", "/recipients/dana/erase", {"name": "dana"})).json()
    assert (done["cancelled"], done["journal_emptied"]) == (1, True)
    assert (await desk.api("GET", "/recipients/dana")).status_code == 404
    trail = (await desk.get("/audit?limit=200"))["items"]
    assert trail[0]["subject"] == f"recipient {done['stand_in']}"
    assert not re.search("dana|scully|0321", str(trail), re.IGNORECASE)
    await world.stop()
    for file in world.folder.glob("story.db*"):
        assert b"Dana Scully" not in file.read_bytes()
    await world.start()
    assert (await desk.get("/consent/verify"))["whole"]


# the page


async def test_the_list_shows_everybody_and_teaches_when_there_is_nobody_like_that(world: World) -> None:
    await known(world, Recipient(id="dana", name=HOSTILE), Recipient(id="long", name="x" * 4000))
    desk = await Desk.of(world, Role.VIEWER)
    shown = await desk.page("/recipients")
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "+44 •••• 0123" in shown
    assert "/admin/imports" not in shown
    assert "Nobody is like that." in await desk.page("/recipients?search=zzz")
    assert "Opted in" in await desk.page("/recipients?agreement=granted")


async def test_a_person_is_shown_with_ring_history_and_bubbles(world: World) -> None:
    await world.alert("DiskFull", summary=HOSTILE)
    shown = await (await Desk.of(world)).page("/recipients/alice")
    assert "Signed the on-call agreement" in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown
    for part in ('id="consent-now" data-live="people"', "Intact", "grant_consent", "export_proof_page"):
        assert part in shown
    assert "wa-notify.yaml" in shown
    assert "erase_recipient" not in shown  # the configuration has her


async def test_a_form_edits_with_and_without_script(world: World) -> None:
    await known(world, Recipient(id="dana", name="Dana"))
    desk = await Desk.of(world)
    (tag,) = re.findall(r'name="tag" value="([^"]+)"', await desk.page("/recipients/dana"))
    tag, back = tag.replace("&#34;", '"'), "/admin/recipients/dana"
    done = await desk.submit("edit_recipient", back=back, id="dana", tag=tag, name="Dana S.")
    assert done.json() == {"message": "Dana S. is changed.", "location": back}
    late = await desk.submit("edit_recipient", back=back, script=False, id="dana", tag=tag, name="X")
    assert late.status_code == 412
    assert "Somebody changed it since you read it." in late.text
    (tag,) = re.findall(r'name="tag" value="([^"]+)"', await desk.page("/recipients/dana"))
    tag = tag.replace("&#34;", '"')
    plain = await desk.submit("edit_recipient", back=back, script=False, id="dana", tag=tag, name="Y")
    assert (plain.status_code, plain.headers["location"]) == (303, back)


async def test_adding_leads_to_inviting(world: World) -> None:
    desk = await Desk.of(world)
    shown = (await desk.submit("add_recipient", id="dana", name=HOSTILE)).text
    assert "/admin/recipients/dana/invite" in shown
    assert "<script>alert" not in shown


async def test_a_guest_is_told_apart(world: World) -> None:
    await known(world, Recipient(id="guest-1", name="Zoe", phone="+447700900555", guest=True))
    desk = await Desk.of(world)
    assert "guest-1" not in await desk.page("/recipients")
    assert "Zoe" in await desk.page("/recipients?guests=true")
    assert "no alert ever goes to them" in await desk.page("/recipients/guest-1")


async def test_their_own_no_hides_the_form_that_would_undo_it(world: World) -> None:
    entry = ConsentRecord(
        recipient_id="alice", act=ConsentAct.REVOKED, source="reply", actor="alice", at=world.clock()
    )
    await world.house.engine.desk.transact(lambda tx: tx.record_consent(entry))
    shown = await (await Desk.of(world)).page("/recipients/alice")
    assert "They themselves said no." in shown
    assert "grant_consent" not in shown


async def test_an_account_of_the_same_name_stays_when_the_person_is_erased(world: World) -> None:
    admin = await Desk.of(world)
    await admin.api("POST", "/recipients", {"id": "zoe", "name": "Zoe"})
    zoe = await Desk.of(world, Role.VIEWER, "zoe")
    erased = await admin.api("POST", "/recipients/zoe/erase", {"name": "zoe"})
    assert erased.status_code == 200, erased.text
    assert "zoe" in await zoe.page("/me")
    assert (await admin.api("GET", "/recipients/zoe")).status_code == 404
