"""What happens in the sandbox while a request waits for somebody outside."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from wa_notify.sandbox import Sandbox, Scenario

from .conftest import ANNA, Bench

STRANGER = "+447700900555"


async def sent_while(bench: Bench, to: str, meanwhile: Callable[[], None]) -> httpx.Response:
    """Send a picture behind a link, and do something while the link is fetched."""

    async def fetching(_url: str, _most: int) -> None:
        meanwhile()

    bench.sandbox.fetch_links = True
    bench.sandbox._world.links._fetch = fetching
    picture = {"link": "http://files.test/a.png"}
    return await bench.post({"messaging_product": "whatsapp", "to": to, "type": "image", "image": picture})


async def test_a_person_who_is_forgotten_meanwhile_gets_the_message(bench: Bench) -> None:
    people = bench.sandbox._world.people

    def forget() -> None:
        people.forget(people.phone(STRANGER))

    answer = await sent_while(bench, STRANGER, forget)
    assert answer.status_code == 200
    assert len(bench.sandbox.phone(STRANGER).messages) == 1


async def test_a_message_of_before_is_taken_by_the_scenario_that_is_loaded_meanwhile(bench: Bench) -> None:
    answer = await sent_while(bench, ANNA, lambda: bench.sandbox.load(Scenario()))
    assert answer.status_code == 200
    sandbox = bench.sandbox
    assert sandbox.phone(ANNA).history[0].line == next(sandbox.portfolio.lines)


@pytest.mark.parametrize(
    "change", [lambda one: one.load(Scenario()), lambda one: one.phone(ANNA).change_number(STRANGER)]
)
async def test_a_world_that_changes_before_the_answer_does_not_spoil_it(
    bench: Bench, change: Callable[[Sandbox], None]
) -> None:
    bench.sandbox.policy = replace(bench.sandbox.policy, before_answer=True)
    bench.service.on_callback = lambda: change(bench.sandbox)
    answer = await asyncio.wait_for(bench.template(), 5)
    assert answer.status_code == 200
    assert answer.json()["contacts"][0]["wa_id"] == ANNA[1:]
