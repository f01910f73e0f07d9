"""Whatever somebody writes, it is a scenario or it is refused with complaints; and loading it is as safe."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.sandbox.conftest import START, make_bench
from wa_notify.sandbox.control import VERBS
from wa_notify.sandbox.scenarios.places import Page
from wa_notify.sandbox.scenarios.reading import KEYS, PERSON_KEYS, read_scenario
from wa_notify.sandbox.scenarios.steps import MESSAGE_FACTS, STEP_KEYS
from wa_notify.sandbox.script import ScenarioError

FIELDS = sorted({name for verb in VERBS.values() for name in (*(verb.takes or {}), *verb.placed, *verb.asks)})
WORDS = sorted({*KEYS, *PERSON_KEYS, *STEP_KEYS, *MESSAGE_FACTS, *VERBS, *FIELDS, "message", "log", "what"})
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=4),
    st.sampled_from([
        "+447700900123", "10m", "1h", START.isoformat(), "$message", "$$", "ops_alert", "en", "Alice",
        "400000000000101", "300000000000202", "Step", "Delivery", "ReviewDue", "read", "in", "text",
    ]),
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=25,
)
WHOLE = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5)


def refusal_of(act: Callable[[], object]) -> ValueError | None:
    """What somebody was told who tried that; anything but a sentence is an error of ours."""
    try:
        act()
    except ValueError as error:
        return error
    return None


@settings(max_examples=250, deadline=None)
@given(WHOLE)
@example({"script": [{"when": {"message": 5}, "do": "clear_faults"}]})
@example({"script": [{"when": {"log": None}, "do": {"reply": "x"}}]})
@example({"people": [{"number": ["x"], "name": {"a": 1}}], "script": [{"who": 5, "do": 5}]})
@example({"accounts": [{"templates": {"a": 1}, "numbers": 5, "pacing": {}}]})
@example({"planned": [{"what": ["Step"], "at": START.isoformat()}]})
@example({"people": [{"number": "+447700900123", "chats": ["x"], "messages": {"a": 1}, "waiting": 5}]})
@example({"start": "9999-12-31T23:59:59-23:59", "people": [{"number": "+447700900123", "opened_ago": "1d"}]})
@example({"script": [{"after": "3650d", "every": "1s", "times": 1, "do": "clear_faults"}] * 3})
def test_whatever_is_written_is_played_or_refused_with_complaints(whole: dict[str, Any]) -> None:
    async def prove() -> None:
        bench = make_bench()
        refused = refusal_of(
            lambda: bench.sandbox.load(read_scenario(json.dumps(whole), file="mine.yaml", verbs=VERBS))
        )
        if refused is not None:
            assert "mine.yaml:" in str(refused) or "set that clock first" in str(refused)
            return
        for _ in range(20):
            bench.clock.forward(minutes=7)
            await bench.sandbox.run_due()
        read_scenario(bench.sandbox.save(), file="saved.yaml", verbs=VERBS)

    asyncio.run(prove())


@given(st.text(max_size=40))
@example("a: !!binary x")
@example("? [a]\n: b")
@example("- &a [*a]")
@example("a: *b")
@example("a: 1e400")
@example("%YAML 3.0\n---\nname: x")
@example("name: x\n---\nname: y")
def test_any_text_is_yaml_that_knows_its_lines_or_is_refused(text: str) -> None:
    refused = refusal_of(lambda: Page(text, "mine.yaml"))
    assert refused is None or str(refused).startswith("mine.yaml:")


@pytest.mark.parametrize("text", ["&a [*a]", "a: &a {b: *a}"])
def test_what_contains_itself_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError):
        Page(text, "mine.yaml")


def test_a_step_of_every_second_of_ten_years_does_not_hold_up_the_reading() -> None:
    text = "script: [{every: 1s, do: clear_faults}]"
    (step,) = read_scenario(text, file="mine.yaml", verbs=VERBS).script
    assert (step.every, step.times) == (timedelta(seconds=1), None)
