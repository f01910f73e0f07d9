"""The controls describe themselves, and what they say is what they do."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from wa_notify.sandbox.control import OPERATIONS
from wa_notify.sandbox.control.operation import Operation

from .conftest import ANNA, Bench

WITH_BODY = [operation for operation in OPERATIONS if operation.takes]


@pytest.fixture
async def description(bench: Bench) -> dict[str, Any]:
    answer: dict[str, Any] = (await bench.graph.get("/_sandbox/openapi.json")).json()
    return answer


async def test_the_description_is_valid_openapi(description: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(description).validate()


async def test_every_control_is_described_once_with_a_sentence(description: dict[str, Any]) -> None:
    described = [
        (verb.upper(), path, operation)
        for path, verbs in description["paths"].items()
        for verb, operation in verbs.items()
    ]
    assert {(verb, path) for verb, path, _ in described} == {
        (operation.verb, f"/_sandbox{operation.path}") for operation in OPERATIONS
    }
    assert len({operation["operationId"] for _, _, operation in described}) == len(OPERATIONS)
    for _, path, operation in described:
        assert operation["description"].startswith(operation["summary"]), operation["operationId"]
        assert operation["description"].endswith("."), operation["operationId"]
        assert len(operation["summary"]) <= 100, operation["summary"]
        named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))


async def test_answers_are_described_as_they_come(description: dict[str, Any]) -> None:
    paths = description["paths"]
    kinds = {
        (verb, path): next(iter(operation["responses"]["200"]["content"]))
        for path, verbs in paths.items()
        for verb, operation in verbs.items()
    }
    others = {place: kind for place, kind in kinds.items() if kind != "application/json"}
    assert others == {
        ("get", "/_sandbox/events"): "text/event-stream",
        ("get", "/_sandbox/messages/{wamid}/file"): "*/*",
        ("get", "/_sandbox/scenario"): "application/yaml",
    }
    assert "404" in paths["/_sandbox/messages/{wamid}/file"]["get"]["responses"]
    assert "403" in paths["/_sandbox/faults"]["delete"]["responses"], "a foreign page may not clear them"


def path_of(operation: Operation) -> str:
    names = {"number": ANNA, "name": "ops_nudge", "language": "en"}
    return re.sub(r"{(\w+)}", lambda found: names.get(found[1], "x"), f"/_sandbox{operation.path}")


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.act.__name__)
async def test_what_the_schema_refuses_the_control_refuses_too(
    bench: Bench, description: dict[str, Any], operation: Operation
) -> None:
    bench.sandbox.phone(ANNA)
    described = description["paths"][f"/_sandbox{operation.path}"]["post"]
    schema = Draft202012Validator(described["requestBody"]["content"]["application/json"]["schema"])
    bodies: list[dict[str, Any]] = [{"no_such_field": 1}]
    misfits: list[Any] = [[[]], {"no": 1}, -1]
    bodies += [{name: misfit} for name in operation.takes or {} for misfit in misfits]
    bodies += [{}] if operation.needs else []
    refused = [body for body in bodies if not schema.is_valid(body)]
    assert refused[0] == {"no_such_field": 1}
    for body in refused:
        answer = await bench.graph.post(path_of(operation), json=body)
        assert answer.status_code == 400, (body, answer.text)
        assert answer.json()["error"].strip()


async def test_the_answer_to_a_description_never_changes_the_sandbox(bench: Bench) -> None:
    before = len(bench.sandbox.log)
    await bench.graph.get("/_sandbox/openapi.json")
    assert len(bench.sandbox.log) == before
