"""Whoever guesses: many at once, from many addresses, with half of what it takes; and who is kept out."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pyotp
import pytest

from tests.stories.world import HOUSE, World
from tests.web.desk import ORIGIN, Desk
from tests.web.test_logging_in import (
    HERE,
    PASSWORD,
    Browser,
    from_address,
    is_in,
    set_up,
    with_factor,
)
from wa_notify.core.access import Role
from wa_notify.core.guessing import FREE_TRIES, LONGEST_WAIT, Guesses
from wa_notify.service import answering, listen
from wa_notify.web.access import passwords
from wa_notify.web.access.codes import is_ours, new_secret
from wa_notify.web.access.entering import link_of
from wa_notify.web.access.proofs import form_token

WRONG = "something else here"
JSON = {"Accept": "application/json"}
PROXY = "admin:\n  proxy: {from: [10.1.0.0/16], header: X-Remote-User, roles: {alice: admin}}\n"


@pytest.fixture
async def proxied(tmp_path: Path) -> AsyncIterator[World]:
    stage = World(tmp_path, HOUSE.read_text() + PROXY)
    await stage.start()
    yield stage
    await stage.close()


@pytest.fixture
async def browser(world: World) -> Browser:
    return Browser(world)


async def fails(world: World, address: str, tries: int = 1, *, heard: str = "") -> list[int]:
    headers = {**HERE, **({"X-Forwarded-For": heard} if heard else {})}
    async with from_address(world, address) as stranger:
        answers = [
            await stranger.post("/admin/login", data={"name": "alice", "password": WRONG}, headers=headers)
            for _ in range(tries)
        ]
    return [one.status_code for one in answers]


# many at once, and from everywhere


async def test_many_tries_at_the_same_time_are_no_way_around_the_lock_out(
    browser: Browser, world: World
) -> None:
    await set_up(browser)
    answers = await asyncio.gather(*(Browser(world).log_in("alice", WRONG) for _ in range(4 * FREE_TRIES)))
    assert sorted(one.status_code for one in answers) == [401] * FREE_TRIES + [429] * 3 * FREE_TRIES


async def test_nobody_locks_an_account_out_from_one_address(browser: Browser, world: World) -> None:
    await set_up(browser)
    assert (await fails(world, "203.0.113.7", FREE_TRIES + 1))[-1] == 429
    assert (await Browser(world).log_in()).status_code == 303


async def test_an_account_is_held_off_when_it_is_guessed_from_everywhere(
    browser: Browser, world: World
) -> None:
    await set_up(browser)
    for number in range(10):
        assert await fails(world, f"203.0.113.{number}", FREE_TRIES) == [401] * FREE_TRIES
    assert await fails(world, "203.0.113.99") == [429]


async def test_all_addresses_of_one_house_count_as_one(browser: Browser, world: World) -> None:
    await set_up(browser)
    for number in range(FREE_TRIES):
        assert await fails(world, f"2001:db8:1:2::{number + 1}") == [401]
    assert await fails(world, "2001:db8:1:2:ffff::1") == [429]
    assert await fails(world, "2001:db8:1:3::1") == [401]
    assert await fails(world, "::ffff:203.0.113.7") == [401]
    assert await fails(world, "::ffff:203.0.113.8") == [401]


async def test_a_stranger_who_says_to_be_somewhere_else_is_not_believed(
    browser: Browser, world: World
) -> None:
    await set_up(browser)
    for number in range(FREE_TRIES):
        await fails(world, "203.0.113.7", heard=f"198.51.100.{number}")
    assert await fails(world, "203.0.113.7", heard="198.51.100.99") == [429]


@pytest.mark.parametrize("heard", ["{}", "198.51.100.9, {}", "{}, 10.1.2.3", "{}, 127.0.0.1, 10.1.2.4"])
async def test_proxies_say_from_where_somebody_tries(proxied: World, heard: str) -> None:
    told = heard.format("203.0.113.7")
    assert await fails(proxied, "10.1.9.9", FREE_TRIES, heard=told) == [401] * FREE_TRIES
    assert await fails(proxied, "10.1.9.8", heard="203.0.113.7") == [429]
    assert await fails(proxied, "10.1.9.8", heard="203.0.113.8") == [401]


async def test_a_flood_of_passwords_takes_no_threads_from_alerts() -> None:
    gate = threading.Event()
    flood = [asyncio.create_task(passwords.beside(lambda: gate.wait(20))) for _ in range(100)]
    try:
        async with asyncio.timeout(10):
            assert await asyncio.to_thread(lambda: "an alert") == "an alert"
    finally:
        gate.set()
        await asyncio.gather(*flood)


async def test_a_clock_that_once_was_ahead_keeps_nobody_out(browser: Browser, world: World) -> None:
    await set_up(browser)
    ahead = world.clock() + timedelta(days=400)
    guesses = Guesses(subject="address 127.0.0.1", failures=FREE_TRIES, failed_at=ahead)
    await world.house.engine.desk.transact(lambda tx: tx.save_guesses(guesses))
    assert ahead - world.clock() > LONGEST_WAIT
    assert (await Browser(world).log_in()).status_code == 303


async def test_the_trail_tells_that_somebody_failed_to_log_in_and_keeps_no_name_that_nobody_has(
    browser: Browser, world: World
) -> None:
    await set_up(browser)
    await Browser(world).log_in("alice", WRONG)
    await Browser(world).log_in("my secret password", WRONG)
    lines = await world.house.engine.desk.look(lambda views: views.audit_page(limit=9))
    told = [(one.action, one.actor, one.subject) for one in lines]
    assert told[0] == ("fail_to_log_in", "somebody", "account alice")
    assert not any("my secret" in str(one) for one in told)


# the second factor and the password of now


async def test_a_link_is_no_way_around_the_second_factor(browser: Browser, world: World) -> None:
    authenticator = await with_factor(browser)
    link = link_of("a proof", "alice", world.clock())
    await world.house.engine.desk.transact(lambda tx: tx.add_entry_link(link))
    thief = Browser(world)
    fields = {"password": "another five words in a row", "again": "another five words in a row"}
    answer = await thief.post("/admin/setup/a proof", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/login")
    assert "a code of your authenticator" in (await thief.get("/admin/login")).text
    assert not await is_in(thief)
    assert not await is_in(browser)  # the password is another, so all had to leave
    code = authenticator.at(int(world.clock().timestamp()))
    owner = Browser(world)
    assert (await owner.log_in("alice", "another five words in a row", code)).status_code == 303


async def test_who_takes_over_a_browser_cannot_set_up_an_authenticator_of_their_own(
    browser: Browser, world: World
) -> None:
    await set_up(browser)
    mine = pyotp.random_base32()
    code = pyotp.TOTP(mine).at(int(world.clock().timestamp()))
    sent = {"csrf": await browser.csrf(), "secret": mine, "code": code}
    answer = await browser.post("/admin/do/confirm_second_factor", sent, **JSON)
    assert (answer.status_code, answer.json()["complaints"][0]["where"]) == (422, "secret")
    assert (await Browser(world).log_in()).status_code == 303  # without a code


def test_a_secret_is_for_one_account_and_one_password() -> None:
    secret = new_secret("one")
    assert is_ours(secret, "one")
    assert not is_ours(secret, "another")
    assert not is_ours("A" * 17, "one")
    assert new_secret("one") != secret
    assert re.fullmatch("[A-Z2-7]{32}", secret)


async def test_the_password_of_now_is_not_guessed_without_end(browser: Browser, world: World) -> None:
    await set_up(browser)
    sent = {"csrf": await browser.csrf(), "present": WRONG}
    for _ in range(FREE_TRIES):
        assert (await browser.post("/admin/do/remove_second_factor", sent, **JSON)).status_code == 403
    right = {**sent, "present": PASSWORD}
    held = await browser.post("/admin/do/remove_second_factor", right, **JSON)
    assert (held.status_code, held.headers["retry-after"]) == (429, "30")
    assert (await Browser(world).log_in()).status_code == 303  # which locks nobody out
    world.clock.now += timedelta(seconds=30)
    assert (await browser.post("/admin/do/remove_second_factor", right, **JSON)).status_code == 200


# who vouches


async def test_a_process_on_this_machine_cannot_call_itself_the_proxy(proxied: World) -> None:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    forged = {"X-Forwarded-For": "10.1.2.3", "X-Remote-User": "alice"}
    async with answering(proxied.house.app, listener), httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{port}/api/v1/me", headers=forged)
    assert answer.status_code == 401, answer.text


async def test_two_names_are_none(proxied: World) -> None:
    async with from_address(proxied, "10.1.2.3") as proxy:
        twice = [("X-Remote-User", "alice"), ("X-Remote-User", "mallory")]
        answer = await proxy.get("/api/v1/me", headers=twice)
    assert (answer.status_code, "Two names" in answer.text) == (401, True)


async def test_a_cookie_of_long_ago_does_not_stand_in_the_way_of_the_proxy(proxied: World) -> None:
    async with from_address(proxied, "10.1.2.3") as proxy:
        old = {"X-Remote-User": "alice", "Cookie": "wa_notify_session=of-long-ago"}
        assert (await proxy.get("/api/v1/me", headers=old)).json()["via"] == "proxy"


async def test_nobody_can_work_out_the_token_of_forms_behind_a_proxy(proxied: World) -> None:
    await Desk.of(proxied, Role.VIEWER, "bob")
    async with from_address(proxied, "10.1.2.3") as proxy:
        headers = {"X-Remote-User": "alice", "Origin": ORIGIN, **JSON}
        sent = {"name": "bob", "role": "operator", "csrf": form_token("proxy alice")}
        answer = await proxy.post("/admin/do/change_role", data=sent, headers=headers)
    assert (answer.status_code, answer.json()["complaints"][0]["where"]) == (403, "csrf")
