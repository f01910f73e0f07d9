"""Every scenario of the sandbox's library, played from its beginning to its end against the service."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stories.world import START, World
from wa_notify.core.outbox import ItemState
from wa_notify.sandbox.control import VERBS
from wa_notify.sandbox.scenarios import catalogue
from wa_notify.sandbox.script import Scenario

ALERTS_AT = ("0m", "2m", "20m", "2h")  # one after the other
# What the log must show of each, beside what the stories tell of it.
SIGNS = {
    "account-restricted": '"measure": "RESTRICTED_BIZ_INITIATED_MESSAGING", "over": true',
    "answers-at-once": '"kind": "button"',
    "callbacks-in-disorder": '"kind": "button"',
    "first-steps": "Good morning. Is everything quiet?",
    "hidden-number": "Hello, it is me.",
    "lost-answer": '"kind": "accept_then_timeout"',
    "many-numbers": "What does it cost?",
    "marketing-stopped": '"choice": "resume"',
    "meta-is-down": '"code": 131016',
    "misclassified": '"code": 131064',
    "no-receipts": "callback_dropped",
    "nobody-answers": '"status": "read"',
    "number-changes": "This is my new number.",
    "payment-fails": '"measure": "NO_PAYMENT_METHOD", "lifted": true',
    "phone-off-overnight": "expired",
    "quiet-night": "Good morning. What happened in the night?",
    "reach-runs-out": "business_capability_update",  # the limit rose because the 50th was reached
    "seven-days-of-retries": '"answer": "ConnectError"',
    "stop-and-start": '"text": "STOP"',
    "template-becomes-marketing": '"category": "MARKETING"',
    "template-paused": '"status": "PAUSED"',
    "templates-rejected": "scenario",  # its own test hands templates in
    "throttled": '"code": 130429',
    "token-dies": '"code": 190',
    "window-closes": "I am back. Anything new?",
}
AFTERWARDS = timedelta(hours=3)  # of the last step


def length_of(scenario: Scenario) -> timedelta:
    """How long a scenario goes on, and then some."""
    begin = instant = scenario.start or START
    for step in scenario.script:
        if step.when is None:
            instant = step.at or instant + step.after
    return instant - begin + AFTERWARDS


async def play(folder: Path, name: str) -> Sequence[dict[str, Any]]:
    """The log of the sandbox, after everything was as it should be."""
    scenario = catalogue.named(name, VERBS)
    folder.mkdir()
    world = World(folder, start=scenario.start or START)
    world.plays(name)
    await world.start()
    try:
        for number, pause in enumerate(ALERTS_AT):
            await world.forward(pause)
            await world.alert("DiskFull", instance=f"db-{number}")
            await world.alert("TeamNews", summary=f"News {number}")
        end = (scenario.start or START) + length_of(scenario)
        await world.forward(f"{int((end - world.clock.now).total_seconds())}s")
        await is_sane(world)
        return [entry.as_json() for entry in world.sandbox.log]
    finally:
        await world.close()


async def is_sane(world: World) -> None:
    shown = (await world.into_sandbox.get("http://sandbox/_sandbox/state")).json()["scenario"]
    assert shown["failures"] == []
    items = await world.items()
    assert items, "the service planned nothing at all"
    assert [item for item in items if item.state is ItemState.SENDING] == []
    assert not world.carol.phone.messages, "Carol never agreed to anything"


@pytest.mark.parametrize("name", catalogue.names())
async def test_the_service_lives_through_every_scenario_and_twice_alike(tmp_path: Path, name: str) -> None:
    first, second = await play(tmp_path / "first", name), await play(tmp_path / "second", name)
    assert first == second
    assert SIGNS[name] in json.dumps(first)
