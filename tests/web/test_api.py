"""The API as a whole: its description, its refusals, and everything that schemathesis thinks of."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.stories.world import World
from tests.web.desk import Desk
from wa_notify.web.api.openapi import described
from wa_notify.web.operations.operation import PLACED
from wa_notify.web.operations.table import OPERATIONS


async def test_the_description_is_valid_and_open_to_everybody(world: World) -> None:
    answer = await world.into_service.get("/api/v1/openapi.json")
    description = answer.json()
    OpenAPIV31SpecValidator(description).validate()
    described_rows = {(verb.upper(), path) for path, verbs in description["paths"].items() for verb in verbs}
    assert described_rows == {(one.verb, PLACED.sub(r"{\1}", one.path)) for one in OPERATIONS}


def test_every_field_that_takes_a_text_says_how_long_it_may_be() -> None:
    """What nobody bounded is found here, before somebody sends a novel."""
    schemas = described(OPERATIONS)["components"]["schemas"]
    taken = {one.body.__name__ for one in OPERATIONS} | {one.query.__name__ for one in OPERATIONS}
    open_ended = [
        f"{name}.{field}"
        for name in sorted(taken & {*schemas})
        for field, schema in schemas[name].get("properties", {}).items()
        if _is_open_ended(schema)
    ]
    assert open_ended == []


def _is_open_ended(schema: dict[str, Any]) -> bool:
    if any(_is_open_ended(one) for one in schema.get("anyOf", ())):
        return True
    bounded = {"maxLength", "enum", "format", "pattern"} & {*schema}
    return schema.get("type") == "string" and not bounded


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"name": "x"}, "body"),
        ({"name": "x", "rights": "see"}, "body: rights"),
        ({"name": "x", "rights": ["fly"]}, "body: rights"),
        ({"name": "x", "rights": ["see"], "day": 3}, "body"),
        ({"name": 3, "rights": ["see"]}, "body: name"),
        ([], "body"),
        ("x", "body"),
        (None, "body"),
    ],
)
async def test_input_that_does_not_fit_is_refused_with_its_place(world: World, body: Any, where: str) -> None:
    desk = await Desk.of(world)
    answer = await desk.api("POST", "/keys", body)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert problem["type"] == "urn:wa-notify:problem:bad-request"
    assert problem["complaints"][0]["where"].startswith(where), problem
    assert problem["complaints"][0]["fix"]


async def test_json_that_is_none_is_refused_with_line_and_column(world: World) -> None:
    desk = await Desk.of(world)
    headers = {"Authorization": f"Bearer {desk.key}"}
    answer = await world.into_service.post("/api/v1/keys", content=b'{"name": ,}', headers=headers)
    assert (answer.status_code, answer.json()["complaints"][0]["where"]) == (400, "line 1, column 10")


async def test_what_is_not_there_is_told_as_a_problem(world: World) -> None:
    desk = await Desk.of(world)
    answer = await desk.api("POST", "/keys/77/revoke")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:wa-notify:problem:not-there"


async def test_a_database_that_does_not_answer_is_a_problem_too(world: World) -> None:
    desk = await Desk.of(world)
    world.house.store.close()
    answer = await desk.api("GET", "/audit")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["type"] == "urn:wa-notify:problem:database"


@pytest.mark.parametrize(
    ("path", "verbs"),
    [
        ("/recipients/import", {"POST"}),
        ("/recipients/alice", {"GET", "HEAD", "PUT"}),
        ("/keys", {"GET", "HEAD", "POST"}),
    ],
)
async def test_a_wrong_verb_is_told_which_there_are(world: World, path: str, verbs: set[str]) -> None:
    answer = await world.into_service.request("OPTIONS", f"/api/v1{path}")
    assert (answer.status_code, {*answer.headers["allow"].split(", ")}) == (405, verbs)
