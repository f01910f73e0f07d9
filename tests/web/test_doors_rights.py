"""Who tries to become more than they are, or somebody else: with keys, links, and keys of requests."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.requests import Request

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import SESSION_IDLE, Right, Role
from wa_notify.ports import Views
from wa_notify.web.access.gate import COOKIE, Gate
from wa_notify.web.admin import live as live_module
from wa_notify.web.admin.live import MOST_EACH, Live
from wa_notify.web.api.openapi import described
from wa_notify.web.operations.table import OPERATIONS

BEGINS = "retry: 2000\nevent: told\ndata: 0\n\n"  # of a stream


async def with_key(maker: Desk, name: str, *rights: Right, **more: Any) -> Desk:
    """A program with a key of these rights, that another program made."""
    made = await maker.api("POST", "/keys", {"name": name, "rights": [*rights], **more})
    assert made.status_code == 201, made.text
    return Desk(world=maker.world, name=name, key=made.json()["key"], cookie="")


async def lines(admin: Desk, subject: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await admin.get(f"/audit?subject={subject}"))["items"]
    return found


# rights


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/accounts", {"name": "mallory", "role": "admin"}),
        ("/accounts", {"name": "mallory", "role": "operator"}),
        ("/accounts/the-viewer/role", {"role": "admin"}),
        ("/accounts/the-admin/link", {}),
    ],
)
async def test_who_looks_after_accounts_cannot_become_more_than_they_are(
    world: World, path: str, body: dict[str, str]
) -> None:
    admin = await Desk.of(world)
    await Desk.of(world, Role.VIEWER)
    limited = await with_key(admin, "limited", Right.ACCESS, Right.SEE)
    answer = await limited.api("POST", path, body)
    assert (answer.status_code, "may not do this" in answer.text) == (403, True), answer.text
    assert (await limited.api("POST", "/accounts", {"name": "zoe", "role": "viewer"})).status_code == 201
    assert (await limited.api("POST", "/accounts/zoe/link")).status_code == 200


async def test_a_key_that_a_program_made_ends_with_whoever_stands_behind_it(world: World) -> None:
    admin = await Desk.of(world)
    other = await Desk.of(world, Role.ADMIN, "other")
    child = await with_key(await with_key(other, "first", Right.ACCESS, Right.SEE), "second", Right.SEE)
    assert (await child.api("GET", "/me")).status_code == 200
    assert (await admin.api("DELETE", "/accounts/other")).status_code == 200
    assert (await child.api("GET", "/me")).status_code == 401
    gone = (await lines(admin, "account%20other"))[0]
    assert len(gone["before"]["keys"]) == 3


async def test_a_key_that_a_program_made_lasts_no_longer_than_the_program_s_own(world: World) -> None:
    admin = await Desk.of(world)
    first = await with_key(admin, "first", Right.ACCESS, Right.SEE, days=2)
    children = [await with_key(first, "second", Right.SEE, **days) for days in ({}, {"days": 9})]
    for child in children:
        assert (await child.api("GET", "/me")).status_code == 200
    world.clock.now += timedelta(days=2)
    for child in children:
        assert (await child.api("GET", "/me")).status_code == 401


async def test_a_key_that_is_revoked_while_it_is_used_stays_revoked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await Desk.of(world)
    program = await with_key(admin, "program", Right.SEE)
    (number,) = [one["number"] for one in (await admin.get("/keys"))["items"] if one["name"] == "program"]
    desk = world.house.engine.desk
    look, meanwhile = desk.look, [number]

    async def slow(query: Callable[[Views], Any]) -> Any:
        found = await look(query)
        if meanwhile:  # the key is known to work; before that is written down, somebody ends it
            assert (await admin.api("POST", f"/keys/{meanwhile.pop()}/revoke")).status_code == 200
        return found

    await admin.get("/me")  # its own use is written down already
    monkeypatch.setattr(desk, "look", slow)
    await program.api("GET", "/me")
    monkeypatch.undo()
    assert (await program.api("GET", "/me")).status_code == 401


async def test_where_nobody_could_administer_before_nobody_is_kept_for_it(world: World) -> None:
    admin = await Desk.of(world)
    await admin.api("POST", "/accounts", {"name": "bob", "role": "admin"})  # who chose no password yet
    assert (await admin.api("POST", "/accounts/bob/role", {"role": "viewer"})).status_code == 200
    assert (await admin.api("POST", f"/accounts/{admin.name}/role", {"role": "viewer"})).status_code == 409


# keys of requests


async def test_two_programs_of_one_name_do_not_share_the_keys_of_their_requests(world: World) -> None:
    ticket = await world.alert("DiskFull", instance="db-7")
    admin = await Desk.of(world)
    number = (await admin.get("/tickets"))["items"][0]["number"]
    for text in ("one", "two"):
        program = await with_key(admin, "backup", Right.TICKETS)
        done = await program.api(
            "POST", f"/tickets/{number}/comment", {"text": text}, idempotency_key="the same"
        )
        assert (done.status_code, "idempotency-replayed" in done.headers) == (200, False), (ticket, done.text)


async def test_what_two_people_say_under_the_same_key_is_heard_twice(world: World) -> None:
    await world.house.engine.desk.grant("carol", source="paper", evidence="Signed", by="a test")
    await world.alert("DiskFull", instance="db-7")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    await world.alice.replies("what?")
    await world.forward("1m")
    admin = await Desk.of(world)
    operator = await Desk.of(world, Role.OPERATOR)
    number = (await admin.get("/tickets"))["items"][0]["number"]
    for desk, text in ((admin, "I look at it"), (operator, "The disk is new")):
        done = await desk.api("POST", f"/tickets/{number}/comment", {"text": text}, idempotency_key="1")
        assert done.status_code == 200, done.text
    await world.forward("1m")
    said = [one["message"]["bubble"] for one in (await admin.get("/outbox"))["items"]]
    assert all(any(text in str(bubble) for bubble in said) for text in ("I look at it", "The disk is new"))


async def test_the_key_of_a_form_is_no_longer_than_that_of_a_program(world: World) -> None:
    admin = await Desk.of(world)
    sent = await admin.submit("acknowledge_ticket", number=1, key="k" * 201)
    assert (sent.status_code, sent.json()["complaints"][0]["where"]) == (400, "header Idempotency-Key")


def test_nothing_that_is_shown_once_is_kept_to_be_answered_again() -> None:
    schemas = described(OPERATIONS)["components"]["schemas"]
    sending = {one.answer.__name__ for one in OPERATIONS if one.sends}
    assert sending <= {*schemas}
    secret = {"key", "link", "code", "secret", "qr", "path", "uri", "phone", "password"}
    assert [name for name in sending if secret & {*schemas[name]["properties"]}] == []


# open pages


class Open:
    """A browser that listens."""

    async def is_disconnected(self) -> bool:
        return False


async def told(live: Live, name: str, may: list[bool]) -> list[str]:
    async def still() -> bool:
        return may.pop(0)

    answer = await live.answer(Open(), name, still)  # type: ignore[arg-type]
    if answer.status_code != 200:
        return [str(answer.status_code)]
    return [str(part) async for part in answer.body_iterator]  # type: ignore[attr-defined]


async def test_who_is_logged_out_hears_nothing_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "BEAT", 0.05)
    begin, *beats = await told(Live(), "alice", [True, True, False])
    assert begin.startswith("retry:")
    assert beats == [": still here\n\n"] * 2


async def test_nobody_takes_all_places_of_those_who_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "BEAT", 0.3)
    live = Live()
    many = [asyncio.create_task(told(live, "mallory", [True, False])) for _ in range(MOST_EACH)]
    await asyncio.sleep(0.1)
    assert await told(live, "mallory", [False]) == ["503"]
    assert await told(live, "alice", [False]) != ["503"]
    await asyncio.gather(*many)
    assert await told(live, "mallory", [False]) != ["503"]


async def test_a_session_that_ends_is_not_welcome_any_more_and_listening_is_no_sign_of_life(
    world: World,
) -> None:
    desk = await Desk.of(world)
    gate = Gate(world.house.engine, world.clock, lambda: world.house.standing.config.admin)

    def asked(name: bytes, value: str) -> Request:
        headers = [(b"host", b"127.0.0.1"), (name, value.encode())]
        return Request({"type": "http", "method": "GET", "path": "/admin/live", "query_string": b"",
                        "headers": headers, "server": ("127.0.0.1", 80), "scheme": "http"})  # fmt: skip

    browser = await gate.visitor(asked(b"cookie", f"{COOKIE}={desk.cookie}"))
    program = await gate.visitor(asked(b"authorization", f"Bearer {desk.key}"))
    assert await gate.still_knows(browser)
    assert await gate.still_knows(program)
    world.clock.now += SESSION_IDLE - timedelta(seconds=1)
    assert await gate.still_knows(browser)
    world.clock.now += timedelta(seconds=1)
    assert not await gate.still_knows(browser)
    other = await Desk.of(world, Role.ADMIN, "other")
    await other.api("POST", "/keys/1/revoke")
    assert not await gate.still_knows(program)
