"""The table of refusals: it is complete, says where it comes from, and tells the truth about the sandbox."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from wa_notify.sandbox import Fault, Refusal
from wa_notify.sandbox.control import OPERATIONS
from wa_notify.sandbox.refusals import KNOWN_AS_OF, Retry, Row, Source, Sure, Timing
from wa_notify.sandbox.refusals.table import TOPICS

from .conftest import Bench

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SANDBOX = ROOT / "wa_notify" / "sandbox"
INJECTING = re.compile(r"(faults\.py|control.*)")  # what names rows on demand, which is no rule
PLACE = re.compile(r"\{\w+\}|NUMBER")  # in a path

# What is known of the platform's codes: those that answer a request, by the HTTP status that was printed
# or guessed; those that come as a callback; those that stand elsewhere; and the ranges.
ANSWERS = {
    400: (
        1, 33, 100, 613, 131008, 131009, 131021, 131026, 131030, 131037, 131042, 131044, 131047, 131048,
        131051, 131055, 131062, 131063, 131064, 132000, 132005, 132007, 132008, 132012, 132015, 132016,
        132018, 132068, 132069, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 135000, 136024,
        136025, 138000, 139100, 139101, 139102, 147001, 131020, 131041, 131059, 131201, 2388000,
    ),
    401: (0, 104, 190),
    403: (10, 200, 368, 131005, 131031, 139200),
    404: (803, 132001),
    429: (4, 80007, 130429, 131056),
    500: (3, 131000, 131016, 131045, 131057, 133000, 139103, 2494100),
    503: (2, 133004),
}  # fmt: skip
CALLBACKS = (
    130403, 130429, 130472, 130497, 131000, 131016, 131026, 131031, 131037, 131042, 131047, 131048, 131049,
    131050, 131053, 131056, 131064, 132015, 132021, 135000, 137000,
)  # fmt: skip
INBOUND = (131051, 131052)
HEALTH = (138024, 141006, 141010, 141014)
RANGES = ((200, 299), (131201, 131215), (138000, 138999), (147001, 147005), (2388000, 2388999))
SUBCODES = {
    190: (460, 463, 467),
    100: (33, 2388019, 2388024, 2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299, 2388318,
          2388330),
}  # fmt: skip
OLD = {
    470: 131047, 471: 131048, 472: 130472, 480: 137000, 1006: 131026, 1013: 131026, 1015: 130429,
    1026: 131026, 2000: 132000, 2001: 132001, 2002: 132001, 2003: 132001,
}  # fmt: skip
AGAIN = {
    Retry.SOON: (
        1, 2, 4, 613, 130429, 131000, 131016, 131056, 131057, 133000, 133004, 133015, 139102, 139103, 2494100,
    ),
    Retry.LATER: (80007, 131048, 131049, 132015, 132069, 133008, 133009, 133016),
    Retry.ONCE: (131053, 135000),
}  # fmt: skip
OF_THE_GRAPH = {15, 101, 2200, 2500}
OURS = {132999, 133999}  # of ranges in which new codes may come

ROWS = [refusal.value for refusal in Refusal]


def rows(code: int) -> list[Row]:
    return [row for row in ROWS if row.code == code]


def moments(code: int) -> set[Timing]:
    return {moment for row in rows(code) for moment in (row.timing, *row.also)}


@pytest.mark.parametrize(("code", "http"), [(code, http) for http in ANSWERS for code in ANSWERS[http]])
def test_a_code_that_answers_requests_is_in_the_table(code: int, http: int) -> None:
    assert Timing.ANSWER in moments(code)
    told = {row.http for row in rows(code) if row.timing is Timing.ANSWER}
    assert http in told or not told


@pytest.mark.parametrize("code", CALLBACKS)
def test_a_code_that_comes_later_is_in_the_table(code: int) -> None:
    assert {Timing.AFTER_SENT, Timing.INSTEAD_OF_SENT} & moments(code)


def test_codes_that_stand_elsewhere_are_in_the_table() -> None:
    assert {row.code for row in ROWS if row.timing is Timing.INBOUND} == set(INBOUND)
    assert {row.code for row in ROWS if row.timing is Timing.HEALTH} == set(HEALTH)
    assert {row.code: row.today for row in ROWS if row.today} == OLD
    assert {(row.code, row.upto) for row in ROWS if row.upto} == set(RANGES)
    for code, subcodes in SUBCODES.items():
        assert {row.subcode for row in rows(code)} - {None} == set(subcodes)


def test_the_table_has_no_code_that_nobody_knows() -> None:
    ends = {last for _, last in RANGES}
    answered = {code for codes in ANSWERS.values() for code in codes}
    known = {*answered, *CALLBACKS, *INBOUND, *HEALTH, *OLD, *ends, *OF_THE_GRAPH, *OURS}
    assert {row.code for row in ROWS} == known


def test_the_table_says_what_may_be_tried_again() -> None:
    wanted = {code: retry for retry in AGAIN for code in AGAIN[retry]}
    for refusal in Refusal:
        row = refusal.value
        apart = refusal in (Refusal.REACH_AS_RATE, Refusal.MARKETING_TO_US)
        if not apart and not row.today and not row.managed:
            assert row.retry is wanted.get(row.code, Retry.NO), refusal.name
    assert Refusal.REACH_AS_RATE.value.retry is Retry.LATER, "the messaging limit lasts a day"


@pytest.mark.parametrize("refusal", Refusal, ids=lambda refusal: refusal.name)
def test_a_row_says_what_it_is_and_where_that_is_from(refusal: Refusal) -> None:
    row = refusal.value
    assert row.title
    assert re.fullmatch(r"[A-Z`6].*[.]", row.when), "a sentence"
    assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", row.as_of), "a month or a day"
    assert (row.http is None) is (row.timing not in (Timing.ANSWER, Timing.INBOUND))
    assert (row.source is Source.OURS) <= (row.sure is Sure.GUESS), "what we deduced is a guess"


def test_a_statement_has_the_date_of_its_source_unless_it_has_its_own() -> None:
    assert Refusal.WINDOW_CLOSED.value.as_of == KNOWN_AS_OF[Source.META]
    assert Refusal.OLD_WINDOW.value.as_of == "2025-10"
    assert set(KNOWN_AS_OF) == {row.source for row in ROWS} == set(Source)


def test_every_row_of_a_topic_is_in_the_table_under_its_own_name() -> None:
    for topic in TOPICS:
        for name, value in vars(topic).items():
            assert not isinstance(value, Row) or Refusal[name].value is value


@pytest.mark.parametrize(
    "refusal",
    [refusal for refusal in Refusal if refusal.value.timing is not Timing.HEALTH],
    ids=lambda refusal: refusal.name,
)
async def test_every_row_can_be_injected(bench: Bench, refusal: Refusal) -> None:
    row = refusal.value
    bench.sandbox.fail_next(Fault(kind="failed" if row.http is None else "error", refusal=refusal))
    answer = await bench.template()
    if row.http is None:
        assert answer.status_code == 200
        await bench.pass_time(seconds=5)
        assert bench.service.ladder == (["sent"] if row.timing is Timing.AFTER_SENT else []) + ["failed"]
        assert bench.service.statuses[-1]["errors"][0]["code"] == row.code
    else:
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["type"]) == (row.http, row.code, row.kind)
        assert error.get("error_subcode") == row.subcode
    assert (await bench.template()).status_code == 200, "it is met once"


def named_by_rules() -> set[str]:
    """The rows that the sandbox names where it does not only inject them."""
    return {
        node.attr
        for path in sorted(SANDBOX.rglob("*.py"))
        if "refusals" not in path.parts and not any(map(INJECTING.fullmatch, path.parts))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Refusal"
    }


def test_a_row_tells_how_it_arises_exactly_if_a_rule_brings_it_about() -> None:
    told = {refusal.name for refusal in Refusal if refusal.value.arises}
    of_health = {refusal.name for refusal in Refusal if refusal.value.timing is Timing.HEALTH}
    assert told - of_health == named_by_rules()
    assert {refusal.name for refusal in Refusal if refusal.value.proof} == told


def test_what_a_row_says_to_call_is_there() -> None:
    named = {path for row in ROWS for path in re.findall(r"/_sandbox(/[\w/{}]+)", row.arises)}
    assert named
    there = [PLACE.sub("*", operation.path) for operation in OPERATIONS]
    assert [path for path in named if not any(one.startswith(PLACE.sub("*", path)) for one in there)] == []


def test_the_proof_of_a_row_meets_it(tmp_path: Path) -> None:
    """Runs every test that a row names, and looks which rows it met."""
    found = tmp_path / "met.json"
    proofs = sorted({str(HERE / row.proof) for row in ROWS if row.proof})
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.sandbox.recorder", *proofs]
    environment = {**os.environ, "REFUSALS_MET": str(found), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    met = json.loads(found.read_text())
    for refusal in Refusal:
        row = refusal.value
        if row.proof and row.timing is not Timing.HEALTH:
            assert refusal.name in met.get(row.proof, []), f"{row.proof} does not meet {refusal.name}"
