"""Inviting: only the person's own message, from their own phone, is the opt-in."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from tests.stories.world import HOUSE, World
from tests.web.desk import Desk
from wa_notify.core.access import Role
from wa_notify.core.recipient import Recipient

ASKED = {"evidence": "Asked at the desk on Monday", "source": "paper"}
DEFAULTS = "defaults: {invite: {template: ops_reminder, parameters: ['1', 'alerts']}}\n"


@pytest.fixture
async def inviting(tmp_path: Path) -> AsyncIterator[World]:
    stage = World(tmp_path, HOUSE.read_text() + DEFAULTS)
    await stage.start()
    yield stage
    await stage.close()


async def standing(desk: Desk, who: str) -> str:
    return str((await desk.get(f"/recipients/{who}/standing"))["agreement"])


async def test_a_link_asks_the_platform_for_our_number_and_its_words_are_the_opt_in(world: World) -> None:
    desk = await Desk.of(world)
    answer = await desk.api("POST", "/recipients/carol/invites", {"wording": "v2", "days": 2})
    assert answer.status_code == 201
    told = answer.json()
    number = "".join(filter(str.isdigit, told["our_number"]))
    assert number
    assert unquote(told["link"]) == f"https://wa.me/{number}?text=JOIN {told['code']}"
    assert told["words"] == f"JOIN {told['code']}"
    assert told["expires_at"].startswith("2026-11-23T03:00")
    assert await standing(desk, "carol") == "none"
    await world.carol.replies(told["words"])
    assert await standing(desk, "carol") == "granted"
    (entry,) = (await desk.get("/recipients/carol/consent"))["entries"]
    assert (entry["source"], entry["wording"], entry["actor"]) == ("reply", "v2", "carol")
    (line,) = (await desk.get("/audit?subject=recipient+carol"))["items"]
    assert told["code"] not in str(line)


async def test_somebody_new_tells_their_number_by_their_own_message(world: World) -> None:
    desk = await Desk.of(world)
    await desk.api("POST", "/recipients", {"id": "dana", "name": "Dana"})
    told = (await desk.api("POST", "/recipients/dana/invites")).json()
    dana = world.sandbox.phone("+447700900321")
    dana.reply(told["words"])
    await world.settle()
    found = await desk.get("/recipients/dana")
    assert (found["number"], await standing(desk, "dana")) == ("+44 •••• 0321", "granted")


async def test_a_link_of_another_phone_is_nobodys_opt_in(world: World) -> None:
    desk = await Desk.of(world)
    told = (await desk.api("POST", "/recipients/carol/invites")).json()
    await world.bob.replies(told["words"])
    assert await standing(desk, "carol") == "none"


async def test_the_page_shows_a_large_code_and_waits_for_the_answer(world: World) -> None:
    await world.house.engine.desk.transact(
        lambda tx: tx.save_recipient(Recipient(id="dana", name="<script>alert(1)</script>"))
    )
    desk = await Desk.of(world)
    shown = (await desk.submit("invite_recipient", id="dana", days="7")).text
    assert "<script>alert" not in shown
    assert 'src="data:image/svg+xml' in shown
    assert 'id="answer" data-live="people"' in shown
    before = await desk.page("/recipients/dana/invite")
    assert 'id="answer" data-live="people"' in before  # what the script fetches anew
    assert "has not opted in yet." in before
    await desk.submit("grant_consent", id="dana", evidence="x", source="paper")
    assert "opted in." in await desk.page("/recipients/dana/invite")


@pytest.mark.parametrize("given", [{"days": 0}, {"days": 366}, {"language": "Klingon"}, {"purpose": "fun"}])
async def test_what_makes_no_invitation_is_refused(world: World, given: dict[str, Any]) -> None:
    desk = await Desk.of(world)
    assert (await desk.api("POST", "/recipients/carol/invites", given)).status_code in (400, 422)


async def test_only_who_may_invites(inviting: World) -> None:
    for role in (Role.VIEWER, Role.OPERATOR):
        desk = await Desk.of(inviting, role)
        assert (await desk.api("POST", "/recipients/carol/invites")).status_code == 403
        assert (await desk.api("POST", "/recipients/carol/invites/template", ASKED)).status_code == 403
        await desk.page("/recipients/carol/invite", 403)
    desk = await Desk.of(inviting)
    assert (await desk.api("POST", "/recipients/nobody/invites")).status_code == 404
    assert (await desk.api("POST", "/recipients/nobody/invites/template", ASKED)).status_code == 404


async def test_a_platform_that_does_not_answer_is_said(world: World) -> None:
    desk = await Desk.of(world)
    world.into_sandbox._transport = _Broken()  # the way to the platform
    answer = await desk.api("POST", "/recipients/carol/invites")
    assert answer.status_code == 502
    assert "display_number" in answer.json()["detail"]


async def test_a_number_of_the_configuration_needs_nobody_to_be_asked(world: World) -> None:
    text = world.config_path.read_text()
    number = '  display_number: "+44 20 7946 0000"\n  phone_number_id'
    world.config_path.write_text(text.replace("  phone_number_id", number, 1))
    await world.restart()
    desk = await Desk.of(world)
    world.into_sandbox._transport = _Broken()
    told = (await desk.api("POST", "/recipients/carol/invites")).json()
    assert told["link"].startswith("https://wa.me/442079460000?")


async def test_a_template_goes_once_to_somebody_who_asked_for_it(inviting: World) -> None:
    desk = await Desk.of(inviting)
    path, key = "/recipients/carol/invites/template", {"idempotency_key": "one"}
    first = await desk.api("POST", path, ASKED, **key)
    again = await desk.api("POST", path, ASKED, **key)
    assert (first.status_code, first.json()) == (202, again.json())
    assert again.headers["idempotency-replayed"] == "true"
    twice = await desk.api("POST", path, ASKED)
    assert (twice.status_code, "invited for that already" in twice.json()["title"]) == (409, True)
    await inviting.forward("1m")
    assert len(inviting.carol.received) == 1
    await inviting.carol.replies("yes")
    assert await standing(desk, "carol") == "granted"
    refused = await desk.api("POST", path, ASKED)
    assert "opted in already" in refused.json()["title"]


async def test_without_a_template_the_page_says_what_to_write(world: World) -> None:
    desk = await Desk.of(world)
    answer = await desk.api("POST", "/recipients/carol/invites/template", ASKED)
    assert (answer.status_code, "defaults" in answer.json()["detail"]) == (409, True)
    assert "invite: {template" in await desk.page("/recipients/carol/invite")


class _Broken(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody is there", request=request)
