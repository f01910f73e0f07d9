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


def cases() -> list[object]:
    return [
        pytest.param(situations[key], group(name)[key], id=f"{name}-{key}")
        for name, situations in GROUPS.items()
        for key in situations
    ]


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
