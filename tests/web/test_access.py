"""Accounts and keys by API and page, and what the audit trail says of it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.core.access import Role

SEES: dict[str, Any] = {"rights[]": ["see"]}


@pytest.fixture
async def admin(world: World) -> Desk:
    return await Desk.of(world, Role.ADMIN)


async def test_an_account_is_made_with_a_link_for_its_password(world: World, admin: Desk) -> None:
    answer = await admin.api("POST", "/accounts", {"name": "Bob", "role": "operator"})
    assert answer.status_code == 201
    made = answer.json()
    assert made["account"] == "bob"
    assert made["path"].startswith("/admin/setup/")
    assert (await world.into_service.get(made["path"])).status_code == 200
    (bob,) = [one for one in (await admin.get("/accounts"))["items"] if one["name"] == "bob"]
    assert (bob["role"], bob["ready"], bob["second_factor"]) == ("operator", False, False)
    again = await admin.api("POST", "/accounts", {"name": "bob", "role": "admin"})
    assert (again.status_code, again.json()["title"]) == (409, "There is an account bob already.")


@pytest.mark.parametrize("name", ["", "a" * 41, "a b", "<b>", "-a", "a/b", "ä"])
async def test_a_name_that_cannot_be_is_refused(admin: Desk, name: str) -> None:
    answer = await admin.api("POST", "/accounts", {"name": name, "role": "viewer"})
    assert answer.status_code in (400, 422)
    assert answer.json()["complaints"][0]["where"].endswith("name")


async def test_the_last_administrator_cannot_be_lost(admin: Desk) -> None:
    role = await admin.api("POST", f"/accounts/{admin.name}/role", {"role": "viewer"})
    gone = await admin.api("DELETE", f"/accounts/{admin.name}")
    assert (role.status_code, gone.status_code) == (409, 409)
    assert (await admin.get("/me"))["name"] == "the-admin (key)"
    await admin.api("POST", "/accounts", {"name": "bob", "role": "admin"})  # who has no password yet
    assert (await admin.api("DELETE", f"/accounts/{admin.name}")).status_code == 409


async def test_who_loses_a_right_loses_the_keys_that_have_it(world: World, admin: Desk) -> None:
    other = await Desk.of(world, Role.ADMIN, "other")
    made = (await other.submit("add_key", name="k", **SEES)).text
    assert "wan_" in made
    assert (await admin.api("POST", "/accounts/other/role", {"role": "viewer"})).status_code == 200
    keys = {one["name"]: one["works"] for one in (await admin.get("/keys"))["items"]}
    assert keys == {"k": True, "other": False, "the-admin": True}
    assert (await other.api("GET", "/me")).status_code == 401
    assert "viewer" in await other.page("/me")


async def test_a_removed_account_is_out_at_once(world: World, admin: Desk) -> None:
    other = await Desk.of(world, Role.OPERATOR, "other")
    assert (await admin.api("DELETE", "/accounts/other")).status_code == 200
    assert (await other.api("GET", "/me")).status_code == 401
    await other.page("/me", status=303)
    assert (await admin.api("DELETE", "/accounts/other")).status_code == 404


async def test_logging_somebody_out_ends_their_sessions_and_not_their_account(
    world: World, admin: Desk
) -> None:
    other = await Desk.of(world, Role.OPERATOR, "other")
    done = await admin.submit("log_account_out", name="other", back="/admin/accounts")
    assert done.json() == {"message": "other is logged out everywhere.", "location": "/admin/accounts"}
    await other.page("/me", status=303)
    assert (await other.api("GET", "/me")).status_code == 200


async def test_a_key_is_shown_once_and_kept_as_a_digest(world: World, admin: Desk) -> None:
    answer = await admin.api("POST", "/keys", {"name": "backup", "rights": ["see", "see"], "days": 2})
    key = answer.json()["key"]
    listed = (await admin.api("GET", "/keys")).text
    assert key not in listed
    assert key.encode() not in (world.folder / "story.db").read_bytes()
    assert key.encode() not in (world.folder / "story.db-wal").read_bytes()
    program = Desk(world=world, name="backup", key=key, cookie="")
    assert (await program.get("/me"))["rights"] == ["see"]
    world.clock.now += timedelta(days=2)
    assert (await program.api("GET", "/me")).status_code == 401


async def test_nobody_makes_a_key_that_may_do_more_than_they(world: World, admin: Desk) -> None:
    made = await admin.api("POST", "/keys", {"name": "limited", "rights": ["access"]})
    limited = Desk(world=world, name="limited", key=made.json()["key"], cookie="")
    assert (
        await limited.api("POST", "/keys", {"name": "x", "rights": ["access", "people"]})
    ).status_code == 403
    assert (await limited.api("POST", "/keys", {"name": "x", "rights": ["access"]})).status_code == 201


async def test_a_program_has_no_password(admin: Desk) -> None:
    answer = await admin.api("POST", "/me/password", {"present": "x", "password": "four words in a row"})
    assert (answer.status_code, "Only an account" in answer.text) == (403, True)


async def test_every_change_is_written_down_with_before_and_after(world: World, admin: Desk) -> None:
    await admin.api("POST", "/accounts", {"name": "bob", "role": "operator"})
    await admin.submit("change_role", name="bob", role="viewer")
    await admin.api("DELETE", "/accounts/bob")
    lines = (await admin.get("/audit?subject=account%20bob"))["items"]
    told = [(one["action"], one["actor"], one["via"], one["before"], one["after"]) for one in lines]
    operator = {"role": "operator", "second_factor": False}
    assert told == [
        ("remove_account", "the-admin (key)", "key", {**operator, "role": "viewer"}, {}),
        ("change_role", "the-admin", "session", {"role": "operator"}, {"role": "viewer"}),
        ("add_account", "the-admin (key)", "key", {}, operator),
    ]
    page = await admin.page("/audit")
    assert "change role" in page
    assert "account bob" in page


async def test_what_was_refused_is_not_written_down(admin: Desk) -> None:
    before = await admin.get("/audit")
    await admin.api("DELETE", "/accounts/nobody")
    assert await admin.get("/audit") == before


async def test_the_trail_is_read_page_by_page(admin: Desk) -> None:
    for number in range(5):
        await admin.api("POST", "/accounts", {"name": f"a{number}", "role": "viewer"})
    first = await admin.get("/audit?limit=2&actor=the-admin%20(key)")
    second = await admin.get(f"/audit?limit=2&actor=the-admin%20(key)&after={first['next']}")
    third = await admin.get(f"/audit?limit=2&actor=the-admin%20(key)&after={second['next']}")
    told = [one["subject"] for page in (first, second, third) for one in page["items"]]
    assert told == [f"account a{number}" for number in (4, 3, 2, 1, 0)]
    assert third["next"] == ""
    huge = "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMF0"  # a number that no database holds
    for wrong in ("x", "W10", "WyJhIl0", "%F0%9F%92%A9", huge):
        assert (await admin.api("GET", f"/audit?after={wrong}")).status_code == 400


async def test_without_script_a_form_leads_back_and_the_next_page_tells_what_happened(admin: Desk) -> None:
    done = await admin.submit("log_account_out", name=admin.name, back="/admin/accounts", script=False)
    assert (done.status_code, done.headers["location"]) == (303, "/admin/accounts")
    assert "wa_notify_flash" in done.headers["set-cookie"]
    refused = await admin.submit("log_account_out", name="nobody", back="/admin/accounts", script=False)
    assert refused.status_code in (303, 404)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7*7 }}", "\u202eabc"])
async def test_names_of_keys_are_shown_as_text(admin: Desk, name: str) -> None:
    made = await admin.submit("add_key", name=name, **SEES)
    for page in (made.text, await admin.page("/accounts"), await admin.page("/audit")):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in name or "{{ 7*7 }}" in page
