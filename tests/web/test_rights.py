"""Who may do what: every operation and every page, for every role, out of the tables themselves.

A new row is tested without anybody thinking of it.
"""

import re

import pytest

from tests.stories.world import World
from tests.web.desk import ORIGIN, Desk
from wa_notify.core.access import RIGHTS, Right, Role
from wa_notify.web.access.gate import COOKIE, FORM_HEADER
from wa_notify.web.access.proofs import form_token
from wa_notify.web.admin.pages import PAGES, RESULTS
from wa_notify.web.admin.visit import Page
from wa_notify.web.operations.operation import PLACED, Operation
from wa_notify.web.operations.table import OPERATIONS

CHANGING = tuple(one for one in OPERATIONS if one.changes)
FORBIDDEN = "takes the right"


def placed(path: str) -> str:
    """The path with something in each place; what it names does not exist."""
    return PLACED.sub(lambda found: "999999" if found[2] == "int" else "nobody", path)


def names(rows: tuple[Operation, ...]) -> list[str]:
    return [one.name for one in rows]


def test_names_and_routes_are_there_once() -> None:
    assert len({*names(OPERATIONS)}) == len(OPERATIONS)
    assert len({(one.verb, PLACED.sub("{}", one.path)) for one in OPERATIONS}) == len(OPERATIONS)
    assert len({page.path for page in PAGES}) == len(PAGES)


def test_every_result_has_its_operation() -> None:
    assert {*RESULTS} <= {one.name for one in OPERATIONS if one.takes_body}


def test_every_operation_is_told_in_a_sentence() -> None:
    for one in OPERATIONS:
        assert re.match(r"[A-Z].+\.", one.about), one.name


async def test_nobody_does_anything_without_proving_who_they_are(world: World) -> None:
    nobodies: tuple[dict[str, str], ...] = (
        {},
        {"Authorization": "Bearer wan_unknown"},
        {"Cookie": f"{COOKIE}=unknown"},
    )
    for one in OPERATIONS:
        path = f"/api/v1{placed(one.path)}"
        for headers in nobodies:
            answer = await world.into_service.request(one.verb, path, json={}, headers=headers)
            assert answer.status_code == 401, (one.name, answer.text)
            assert answer.headers["content-type"] == "application/problem+json", one.name
        sent = await world.into_service.post(f"/admin/do/{one.name}", data={}, headers={"Origin": ORIGIN})
        assert (sent.status_code, sent.headers["location"][:12]) == (303, "/admin/login"), one.name


@pytest.mark.parametrize("role", Role)
async def test_who_lacks_the_right_is_refused_at_both_doors_and_nobody_else(world: World, role: Role) -> None:
    desk = await Desk.of(world, role)
    for one in OPERATIONS:
        allowed = one.own or one.right in RIGHTS[role]
        if allowed and one.changes:
            continue  # what it does is tested where it belongs
        answer = await desk.api(one.verb, placed(one.path), {} if one.changes else None)
        refused = answer.status_code == 403 and FORBIDDEN in answer.text
        assert refused is not allowed, (one.name, answer.text)
        assert answer.status_code < 500, (one.name, answer.text)
        if one.changes:
            sent = await desk.submit(one.name)
            assert (sent.status_code, FORBIDDEN in sent.text) == (403, True), one.name


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("page", [one for one in PAGES if "{" not in one.path], ids=lambda page: page.path)
async def test_pages_are_shown_to_those_who_may_see_them(world: World, role: Role, page: Page) -> None:
    desk = await Desk.of(world, role)
    allowed = page.right in RIGHTS[role]
    shown = await desk.page(page.path, status=200 if allowed else 403)
    assert (FORBIDDEN in shown) is not allowed
    assert (f'href="/admin{page.path}"' in await desk.page("/me")) <= allowed


async def test_a_form_without_the_token_of_the_session_does_nothing(world: World) -> None:
    desk = await Desk.of(world)
    cookie = {"Host": "127.0.0.1", "Cookie": f"{COOKIE}={desk.cookie}", "Accept": "application/json"}
    token = {FORM_HEADER: form_token(desk.cookie)}
    at_home, elsewhere = {**cookie, "Origin": ORIGIN}, {**cookie, **token, "Origin": "https://evil.test"}
    for one in CHANGING:
        path = f"/admin/do/{one.name}"
        without = await world.into_service.post(path, data={}, headers=at_home)
        assert (without.status_code, "not from the page" in without.text) == (403, True), one.name
        foreign = await world.into_service.post(path, data={}, headers=elsewhere)
        assert (foreign.status_code, "Another site" in foreign.text) == (403, True), one.name
        api = await world.into_service.request(
            one.verb, f"/api/v1{placed(one.path)}", json={}, headers=at_home
        )
        assert (api.status_code, "not from the page" in api.text) == (403, True), one.name


async def test_a_key_may_do_what_it_was_made_for_and_not_what_its_maker_may(world: World) -> None:
    desk = await Desk.of(world)
    made = await desk.api("POST", "/keys", {"name": "reader", "rights": [Right.SEE]})
    reader = Desk(world=world, name="reader", key=made.json()["key"], cookie="")
    assert (await reader.get("/me"))["rights"] == ["see"]
    assert (await reader.api("GET", "/keys")).status_code == 403
