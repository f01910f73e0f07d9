"""Every change leaves a line in the audit trail: whatever the table of operations says that it does."""

from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

import pytest

from tests.stories.world import World
from tests.web.desk import ORIGIN, Desk
from wa_notify.core.access import Role
from wa_notify.ports import Transaction
from wa_notify.web.access.gate import COOKIE
from wa_notify.web.access.proofs import form_token
from wa_notify.web.operations.operation import Asked, Operation
from wa_notify.web.operations.table import OPERATIONS

ONLY_LOOKS = {"preview_message"}  # takes a body, and shows what would become of it
CHANGES, BY_HAND = {Asked.change.__name__}, {Asked.line.__name__, Transaction.audit.__name__}
ROOM = "wa_notify.web.operations"


def names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from names_in(one)


def writes_a_line(function: Callable[..., Any], seen: frozenset[str] = frozenset()) -> bool:
    """Whether it, or a function of this room that it calls, writes into the audit trail."""
    assert isinstance(function, FunctionType)
    names = {*names_in(function.__code__)}
    if names >= CHANGES or names >= BY_HAND:
        return True
    called = (function.__globals__.get(name) for name in names - seen)
    return any(
        writes_a_line(one, seen | names)
        for one in called
        if isinstance(one, FunctionType) and one.__module__.startswith(ROOM)
    )


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.verb != "GET"], ids=lambda one: one.name
)
def test_whatever_is_done_is_written_down(operation: Operation) -> None:
    only_looks = operation.rehearses or operation.name in ONLY_LOOKS
    assert writes_a_line(operation.act) is not only_looks


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.verb == "GET"], ids=lambda one: one.name
)
def test_whoever_only_looks_changes_nothing(operation: Operation) -> None:
    assert not writes_a_line(operation.act)
    assert "transact" not in {*names_in(operation.act.__code__)}


async def line(admin: Desk, subject: str) -> Any:
    found = (await admin.get(f"/audit?subject={subject}"))["items"][0]
    return found["action"], found["before"], found["after"]


async def test_the_trail_tells_what_a_key_may_do_and_when_it_ends(world: World) -> None:
    admin = await Desk.of(world)
    made = await admin.api("POST", "/keys", {"name": "backup", "rights": ["see", "reveal"], "days": 2})
    number, ends = made.json()["number"], made.json()["expires_at"]
    facts = {
        "number": number,
        "rights": ["reveal", "see"],
        "expires_at": ends.replace("Z", "+00:00"),
        "works": True,
    }
    assert await line(admin, "key%20backup") == ("add_key", {}, facts)
    await admin.api("POST", f"/keys/{number}/revoke")
    assert await line(admin, f"key%20{number}") == ("revoke_key", {"works": True}, {"works": False})


async def test_the_trail_tells_who_logged_out_and_only_once(world: World) -> None:
    admin = await Desk.of(world)
    headers = {"Host": "127.0.0.1", "Origin": ORIGIN, "Cookie": f"{COOKIE}={admin.cookie}"}
    for _ in range(2):
        await world.into_service.post(
            "/admin/logout", data={"csrf": form_token(admin.cookie)}, headers=headers
        )
    await admin.page("/me", status=303)
    lines = (await admin.get("/audit?subject=account%20the-admin"))["items"]
    assert [(one["action"], one["actor"]) for one in lines] == [("log_out", "the-admin")]


async def test_the_trail_tells_which_keys_ended_with_a_role(world: World) -> None:
    admin = await Desk.of(world)
    await Desk.of(world, Role.ADMIN, "other")
    await admin.api("POST", "/accounts/other/role", {"role": "viewer"})
    assert await line(admin, "account%20other") == (
        "change_role",
        {"role": "admin", "keys": [2]},
        {"role": "viewer"},
    )
