"""The list of what is imitated tells the truth: what is claimed has a test, what is missing a reason."""

import ast
import json
from pathlib import Path

import pytest

from wa_notify.sandbox import Refusal
from wa_notify.sandbox.coverage import AREAS, Area, Fact, Standing, area_view
from wa_notify.sandbox.refusals import Timing

from .platform_rows import CODES, GAPS, LIMITS, SUBCODES

HERE = Path(__file__).parent
FACTS = {(area.name, fact.what): fact for area in AREAS for fact in area.facts}


def functions_of(path: Path) -> set[str]:
    module = ast.parse(path.read_text(encoding="utf-8"))
    named = (
        node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return {f"{path.name}::{name}" for name in named if name.startswith("test_")}


@pytest.fixture(scope="module")
def known_tests() -> set[str]:
    return set().union(*(functions_of(path) for path in sorted(HERE.glob("test_*.py"))))


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_whatever_is_imitated_has_a_test_that_is_there(area: Area, known_tests: set[str]) -> None:
    claimed = [fact for fact in area.facts if fact.standing in (Standing.IMITATED, Standing.ON_DEMAND)]
    assert claimed
    assert {fact.what: fact.proof for fact in claimed if fact.proof not in known_tests} == {}


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_whatever_is_not_imitated_of_itself_has_a_reason(area: Area) -> None:
    explained = (Standing.ON_DEMAND, Standing.NOT_IMITATED)
    others = [fact for fact in area.facts if fact.standing in explained]
    assert [fact.what for fact in others if not fact.why.endswith(".")] == []
    missing = [fact for fact in area.facts if fact.standing is Standing.NOT_IMITATED]
    assert [fact.what for fact in missing if fact.proof] == []


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_an_area_names_everything_once(area: Area) -> None:
    names = [fact.what for fact in area.facts]
    assert sorted(set(names)) == sorted(names)
    assert all(fact.value for fact in area.facts)


@pytest.mark.parametrize("row", sorted(LIMITS))
def test_every_limit_of_the_platform_is_on_the_list_with_its_number(row: str) -> None:
    area, what, said = LIMITS[row]
    assert said in FACTS[area, what].value


def test_every_code_of_the_platform_is_on_the_list() -> None:
    told = {what.split()[0] for area, what in FACTS if area == "errors"}
    alone = {what.partition("/")[0] for what in told}
    assert {code for code in CODES if str(code) not in alone} == set()
    assert {subcode for subcode in SUBCODES if subcode not in told} == set()


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_what_is_not_imitated_is_said_to_be_so(area: Area) -> None:
    gaps = [fact.what for fact in area.facts if fact.standing is Standing.NOT_IMITATED]
    assert sorted(gaps) == sorted(GAPS[area.name])


def test_every_row_of_the_table_of_refusals_is_on_the_list() -> None:
    errors = next(area for area in AREAS if area.name == "errors")
    told = {fact.what.split()[1]: fact.standing for fact in errors.facts}
    assert set(told) == set(Refusal.__members__)
    for refusal in Refusal:
        row = refusal.value
        of_itself = bool(row.arises) and row.timing is not Timing.HEALTH
        assert (told[refusal.name] is Standing.IMITATED) is of_itself


def test_an_area_as_json_says_all_of_it() -> None:
    fact = Fact(what="text", value="4096", standing=Standing.IMITATED, proof="a::b")
    shown = area_view(Area(name="messages", title="Messages", facts=(fact,)))
    assert json.loads(json.dumps(shown)) == {
        "name": "messages",
        "title": "Messages",
        "facts": [{"what": "text", "value": "4096", "standing": "imitated", "proof": "a::b", "why": ""}],
    }
