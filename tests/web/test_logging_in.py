"""The door of the page: the first link, passwords, second factor, lock-out, sessions, a proxy."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest

from tests.stories.world import HOUSE, World
from tests.web.desk import Desk
from wa_notify.core.access import LINK_LASTS, SESSION_IDLE, SESSION_LASTS, Role
from wa_notify.core.guessing import FIRST_WAIT, FREE_TRIES
from wa_notify.web.access.codes import STEP
from wa_notify.web.access.entering import Entrance
from wa_notify.web.access.gate import COOKIE, GUARDED_COOKIE

PASSWORD = "four words in a row"
HERE = {"Host": "127.0.0.1", "Origin": "http://127.0.0.1"}


class Browser:
    """Cookies, forms and nothing else."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cookies: dict[str, str] = {}

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self._send("GET", path, None, headers)

    async def post(self, path: str, fields: Any = None, **headers: str) -> httpx.Response:
        return await self._send("POST", path, fields or {}, headers)

    async def _send(self, verb: str, path: str, fields: Any, headers: dict[str, str]) -> httpx.Response:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = {**HERE, **({"Cookie": kept} if kept else {}), **headers}
        answer = await self.world.into_service.request(verb, path, data=fields, headers=given)
        for name, value in re.findall(r'(\w[\w-]*)=("[^"]*"|[^;]*)', "; ".join(
            one.partition(";")[0] for one in answer.headers.get_list("set-cookie")
        )):  # fmt: skip
            if value.strip('"'):
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        self.world.into_service.cookies.clear()
        return answer

    async def csrf(self) -> str:
        page = (await self.get("/admin/me")).text
        found = re.search(r'name="csrf" content="([0-9a-f]+)"', page)
        assert found, page
        return found[1]

    async def log_in(self, name: str = "alice", password: str = PASSWORD, code: str = "") -> httpx.Response:
        return await self.post("/admin/login", {"name": name, "password": password, "code": code})


@pytest.fixture
async def browser(world: World) -> Browser:
    return Browser(world)


async def first_link(world: World) -> str:
    return await Entrance(world.house.engine, world.clock).first_link()


async def set_up(browser: Browser, name: str = "alice") -> None:
    proof = await first_link(browser.world)
    answer = await browser.post(
        f"/admin/setup/{proof}", {"name": name, "password": PASSWORD, "again": PASSWORD}
    )
    assert answer.status_code == 303, answer.text


async def is_in(browser: Browser) -> bool:
    answer = await browser.get("/admin/me")
    assert answer.status_code in (200, 303)
    return answer.status_code == 200


# the first link


async def test_the_first_link_makes_an_administrator_who_is_logged_in(browser: Browser) -> None:
    await set_up(browser)
    page = (await browser.get("/admin/me")).text
    assert "alice" in page
    assert "admin" in page
    assert await first_link(browser.world) == ""


async def test_a_link_works_once(browser: Browser, world: World) -> None:
    proof = await first_link(world)
    fields = {"name": "alice", "password": PASSWORD, "again": PASSWORD}
    assert (await browser.post(f"/admin/setup/{proof}", fields)).status_code == 303
    again = await Browser(world).post(f"/admin/setup/{proof}", {**fields, "name": "mallory"})
    assert again.status_code == 404
    assert "does not work any more" in again.text


async def test_a_link_works_for_a_day(browser: Browser, world: World) -> None:
    proof = await first_link(world)
    world.clock.now += LINK_LASTS - timedelta(seconds=1)
    assert (await browser.get(f"/admin/setup/{proof}")).status_code == 200
    world.clock.now += timedelta(seconds=1)
    assert (await browser.get(f"/admin/setup/{proof}")).status_code == 404


async def test_the_link_of_a_later_start_ends_the_one_before(browser: Browser, world: World) -> None:
    first, second = await first_link(world), await first_link(world)
    assert (await browser.get(f"/admin/setup/{first}")).status_code == 404
    assert (await browser.get(f"/admin/setup/{second}")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"password": "short"}, "12 to 256 characters"),
        ({"password": "aaaaaaaaaaaaaa"}, "easy to guess"),
        ({"password": "alice-alice-alice"}, "easy to guess"),
        ({"name": "Alice Smith"}, "no name for an account"),
        ({"name": "<script>"}, "no name for an account"),
        ({"again": "something else here"}, "passwords differ"),
    ],
)
async def test_what_cannot_be_is_said_and_the_link_stays(
    browser: Browser, world: World, fields: dict[str, str], part: str
) -> None:
    proof = await first_link(world)
    password = fields.get("password", PASSWORD)
    sent = {"name": "alice", "password": password, "again": password, **fields}
    answer = await browser.post(f"/admin/setup/{proof}", sent)
    assert answer.status_code in (400, 422)
    assert part in answer.text
    assert password not in answer.text
    assert (await browser.get(f"/admin/setup/{proof}")).status_code == 200


# log in and out


async def test_name_and_password_let_somebody_in_and_back_to_where_they_wanted(
    browser: Browser, world: World
) -> None:
    await set_up(browser)
    other = Browser(world)
    sent_away = await other.get("/admin/audit?subject=ticket+1")
    assert sent_away.headers["location"] == "/admin/login?back=%2Fadmin%2Faudit%3Fsubject%3Dticket%2B1"
    answer = await other.post(
        "/admin/login", {"name": "ALICE", "password": PASSWORD, "back": "/admin/audit?subject=ticket+1"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/audit?subject=ticket+1")
    assert await is_in(other)


@pytest.mark.parametrize(
    "back",
    ["https://evil.test/", "//evil.test/", "/\\evil.test", "/admin//evil.test", "javascript:alert(1)", ""],
)
async def test_nobody_is_led_away_from_here(browser: Browser, world: World, back: str) -> None:
    await set_up(browser)
    answer = await Browser(world).post("/admin/login", {"name": "alice", "password": PASSWORD, "back": back})
    assert answer.headers["location"] == "/admin/"


async def test_a_wrong_name_and_a_wrong_password_sound_the_same(browser: Browser, world: World) -> None:
    await set_up(browser)
    other = Browser(world)
    wrong = await other.log_in("alice", "something else here")
    nobody = await other.log_in("mallory", "something else here")
    assert (wrong.status_code, nobody.status_code) == (401, 401)
    assert wrong.text.replace("alice", "X") == nobody.text.replace("mallory", "X")
    assert not await is_in(other)


async def test_too_many_failures_hold_the_account_off_even_with_the_right_password(
    browser: Browser, world: World
) -> None:
    await set_up(browser)
    other = Browser(world)
    for _ in range(FREE_TRIES):
        assert (await other.log_in("alice", "something else here")).status_code == 401
    held = await other.log_in()
    assert held.status_code == 429
    assert "Wait 30 seconds" in held.text
    world.clock.now += FIRST_WAIT
    assert (await other.log_in()).status_code == 303
    assert (await Browser(world).log_in("alice", "something else here")).status_code == 401  # counted anew


async def test_guessing_many_names_holds_the_address_off(browser: Browser, world: World) -> None:
    await set_up(browser)
    other = Browser(world)
    for number in range(FREE_TRIES):
        await other.log_in(f"name{number}", "something else here")
    assert (await other.log_in("another", "something else here")).status_code == 429


async def test_lock_out_survives_a_restart(browser: Browser, world: World) -> None:
    await set_up(browser)
    for _ in range(FREE_TRIES):
        await Browser(world).log_in("alice", "something else here")
    await world.restart()
    assert (await Browser(world).log_in()).status_code == 429


async def test_whoever_logs_out_is_out_and_the_cookie_is_worth_nothing(browser: Browser) -> None:
    await set_up(browser)
    cookie = browser.cookies[COOKIE]
    answer = await browser.post("/admin/logout", {"csrf": await browser.csrf()})
    assert answer.headers["location"] == "/admin/login"
    assert COOKIE not in browser.cookies
    browser.cookies[COOKIE] = cookie
    assert not await is_in(browser)


async def test_nobody_is_logged_out_by_another_site(browser: Browser) -> None:
    await set_up(browser)
    csrf = await browser.csrf()
    await browser.post("/admin/logout", {"csrf": "wrong"})
    await browser.post("/admin/logout", {"csrf": csrf}, Origin="https://evil.test")
    assert await is_in(browser)


async def test_nobody_is_logged_in_by_another_site(browser: Browser, world: World) -> None:
    await set_up(browser)
    for foreign in ({"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}):
        other = Browser(world)
        fields = {"name": "alice", "password": PASSWORD}
        answer = await other.post("/admin/login", fields, **foreign)
        assert answer.status_code == 403
        assert not await is_in(other)


# sessions


async def test_a_session_ends_when_it_is_left_alone(browser: Browser, world: World) -> None:
    await set_up(browser)
    world.clock.now += SESSION_IDLE - timedelta(seconds=1)
    assert await is_in(browser)  # which counts as a sign of life
    world.clock.now += SESSION_IDLE - timedelta(seconds=1)
    assert await is_in(browser)
    world.clock.now += SESSION_IDLE
    assert not await is_in(browser)


async def test_a_session_ends_after_a_week_however_busy(browser: Browser, world: World) -> None:
    await set_up(browser)
    for _ in range(int(SESSION_LASTS / timedelta(hours=6))):
        assert await is_in(browser)
        world.clock.now += timedelta(hours=6)
    assert not await is_in(browser)


async def test_a_session_survives_a_restart(browser: Browser, world: World) -> None:
    await set_up(browser)
    await world.restart()
    assert await is_in(browser)


async def test_each_log_in_has_a_cookie_of_its_own(browser: Browser, world: World) -> None:
    await set_up(browser)
    fixed = Browser(world)
    fixed.cookies[COOKIE] = "chosen by somebody else"
    await fixed.log_in()
    assert fixed.cookies[COOKIE] not in ("chosen by somebody else", browser.cookies[COOKIE])


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(world: World) -> None:
    proof = await first_link(world)
    fields = {"name": "alice", "password": PASSWORD, "again": PASSWORD}
    answer = await world.into_service.post(f"/admin/setup/{proof}", data=fields, headers=HERE)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie


async def test_beyond_loopback_the_cookie_travels_by_tls_only(browser: Browser, world: World) -> None:
    await set_up(browser)
    public = {"Host": "alerts.example.net", "Origin": "https://alerts.example.net"}
    answer = await world.into_service.post(
        "/admin/login", data={"name": "alice", "password": PASSWORD}, headers=public
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{GUARDED_COOKIE}=")
    assert "Secure" in cookie
    stolen = {"Host": "alerts.example.net", "Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
    page = await world.into_service.get("/admin/me", headers=stolen)
    assert page.status_code == 303  # the unguarded cookie does not count there


# own account


async def test_a_new_password_ends_the_other_sessions(browser: Browser, world: World) -> None:
    await set_up(browser)
    other = Browser(world)
    await other.log_in()
    answer = await browser.post(
        "/admin/do/change_password",
        {"csrf": await browser.csrf(), "present": PASSWORD, "password": "another five words in a row"},
        Accept="application/json",
    )
    assert answer.status_code == 200, answer.text
    assert await is_in(browser)
    assert not await is_in(other)
    assert (await Browser(world).log_in()).status_code == 401
    assert (await Browser(world).log_in("alice", "another five words in a row")).status_code == 303


async def test_without_the_present_password_nothing_changes(browser: Browser, world: World) -> None:
    await set_up(browser)
    answer = await browser.post(
        "/admin/do/change_password",
        {"csrf": await browser.csrf(), "present": "something else here", "password": "another five words"},
        Accept="application/json",
    )
    assert (answer.status_code, answer.json()["complaints"][0]["where"]) == (403, "present")
    assert (await Browser(world).log_in()).status_code == 303


async def with_factor(browser: Browser) -> pyotp.TOTP:
    await set_up(browser)
    csrf = await browser.csrf()
    shown = await browser.post("/admin/do/new_second_factor", {"csrf": csrf, "present": PASSWORD})
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", shown.text)
    assert secret, shown.text
    assert "data:image/svg+xml" in shown.text
    authenticator = pyotp.TOTP(secret[1])
    now = int(browser.world.clock().timestamp())
    wrong = await browser.post(
        "/admin/do/confirm_second_factor",
        {"csrf": csrf, "secret": secret[1], "code": "000000"},
        Accept="application/json",
    )
    assert wrong.status_code == 422
    right = await browser.post(
        "/admin/do/confirm_second_factor",
        {"csrf": csrf, "secret": secret[1], "code": authenticator.at(now)},
        Accept="application/json",
    )
    assert right.status_code == 200, right.text
    browser.world.clock.now += timedelta(seconds=2 * STEP)
    return authenticator


async def test_with_a_second_factor_the_password_alone_is_not_enough(browser: Browser, world: World) -> None:
    authenticator = await with_factor(browser)
    other = Browser(world)
    assert (await other.log_in()).status_code == 401
    assert (await other.log_in(code="123456")).status_code == 401
    code = authenticator.at(int(world.clock().timestamp()))
    assert (await other.log_in(code=f"{code[:3]} {code[3:]}")).status_code == 303


async def test_no_code_works_twice(browser: Browser, world: World) -> None:
    authenticator = await with_factor(browser)
    code = authenticator.at(int(world.clock().timestamp()))
    assert (await Browser(world).log_in(code=code)).status_code == 303
    assert (await Browser(world).log_in(code=code)).status_code == 401
    world.clock.now += timedelta(seconds=STEP)
    assert (await Browser(world).log_in(code=code)).status_code == 401
    later = authenticator.at(int(world.clock().timestamp()))
    assert (await Browser(world).log_in(code=later)).status_code == 303


async def test_a_clock_that_is_half_a_minute_off_is_forgiven(browser: Browser, world: World) -> None:
    authenticator = await with_factor(browser)
    ahead = authenticator.at(int(world.clock().timestamp()) + STEP)
    assert (await Browser(world).log_in(code=ahead)).status_code == 303


async def test_codes_are_not_guessed_without_end(browser: Browser, world: World) -> None:
    await with_factor(browser)
    other = Browser(world)
    for _ in range(FREE_TRIES):
        assert (await other.log_in(code="000000")).status_code == 401
    assert (await other.log_in(code="000000")).status_code == 429


# a proxy that vouches

PROXY = (
    "admin:\n  proxy: {from: [10.1.0.0/16], header: X-Remote-User, roles: {alice: admin}, others: viewer}\n"
)


@pytest.fixture
async def proxied(tmp_path: Path) -> AsyncIterator[World]:
    stage = World(tmp_path, HOUSE.read_text() + PROXY)
    await stage.start()
    yield stage
    await stage.close()


def from_address(world: World, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=world.house.app, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


async def test_whom_the_proxy_names_is_believed(proxied: World) -> None:
    async with from_address(proxied, "10.1.2.3") as proxy:
        me = await proxy.get("/api/v1/me", headers={"X-Remote-User": "alice"})
        assert (me.json()["role"], me.json()["via"]) == ("admin", "proxy")
        other = await proxy.get("/api/v1/me", headers={"X-Remote-User": "zoe"})
        assert other.json()["role"] == "viewer"
        assert (await proxy.get("/api/v1/me")).status_code == 401


async def test_nobody_else_can_say_so(proxied: World) -> None:
    async with from_address(proxied, "10.2.0.1") as stranger:
        forged = {"X-Remote-User": "alice", "X-Forwarded-For": "10.1.2.3"}
        assert (await stranger.get("/api/v1/me", headers=forged)).status_code == 401


async def test_without_a_proxy_in_the_configuration_the_header_means_nothing(world: World) -> None:
    answer = await world.into_service.get("/api/v1/me", headers={"X-Forwarded-User": "alice"})
    assert answer.status_code == 401


async def test_forms_behind_a_proxy_carry_a_token_too(proxied: World) -> None:
    await Desk.of(proxied, Role.VIEWER, "bob")
    async with from_address(proxied, "10.1.2.3") as proxy:
        headers = {"X-Remote-User": "alice", "Origin": "http://127.0.0.1", "Accept": "application/json"}
        page = await proxy.get("/admin/accounts", headers=headers)
        csrf = re.search(r'name="csrf" content="([0-9a-f]+)"', page.text)
        assert csrf
        fields = {"name": "bob", "role": "operator"}
        refused = await proxy.post("/admin/do/change_role", data={**fields, "csrf": "x"}, headers=headers)
        assert refused.status_code == 403
        done = await proxy.post("/admin/do/change_role", data={**fields, "csrf": csrf[1]}, headers=headers)
        assert done.status_code == 200  # no administrator could log in before, so none is lost
