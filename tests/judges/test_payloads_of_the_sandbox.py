"""What the sandbox says has the shape of the recorded payload of the same situation."""

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.conftest import Bench, make_bench

from .asked import ANSWERS, ERRORS
from .recorded import Recorded, differences, group
from .situations import INBOUND, MANAGEMENT, PREFERENCES, STATUSES, Situation

GROUPS = {
    "inbound": INBOUND,
    "statuses": STATUSES,
    "preferences": PREFERENCES,
    "management": MANAGEMENT,
    "answers": ANSWERS,
    "errors": ERRORS,
}
# What the sandbox does not say in the platform's shape yet.
NOT_YET = {
    ("inbound", "text_of_a_hidden_person"): "people have no username yet",
    ("inbound", "chat_opened"): "nobody opens a chat yet",
    ("management", "template_paused"): "a pause does not tell yet which one it is",
    ("management", "template_disabled"): "a template that is disabled does not tell the day yet",
}


def cases() -> list[object]:
    made: list[object] = []
    for name, situations in GROUPS.items():
        recorded = group(name)
        for key in situations:
            reason = NOT_YET.get((name, key))
            marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
            made.append(pytest.param(situations[key], recorded[key], marks=marks, id=f"{name}-{key}"))
    return made


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = make_bench()
    yield made
    await made.sandbox.aclose()


@pytest.mark.parametrize(("situation", "recorded"), cases())
async def test_the_sandbox_says_it_in_the_recorded_shape(
    bench: Bench, situation: Situation, recorded: Recorded
) -> None:
    assert differences(recorded, await situation(bench)) == []


@pytest.mark.parametrize("name", GROUPS)
def test_each_recorded_payload_has_its_situation(name: str) -> None:
    assert list(GROUPS[name]) == list(group(name))
