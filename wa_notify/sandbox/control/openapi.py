"""The controls described in OpenAPI 3.1, out of the same rows that make their routes."""

from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any

from .answered import ANSWERS, SCHEMAS
from .operation import JSON, Operation
from .reading import schema_of

VERSION = "1.0"  # of the controls; a field or path that goes, or changes its meaning, raises the first figure
TITLE = "Controls of the wa_notify sandbox"
ABOUT = """\
Look at a simulated WhatsApp, act as the people in it, bend its rules, move its time. Instants are ISO 8601
with offset, lengths of time are seconds. The simulated Cloud API itself is described by Meta."""
NAMED = {
    "number": "The telephone number of a person, such as +447700900123.",
    "name": "The name of a template.",
    "language": "The language of a template, such as en_GB.",
    "phone_number_id": "The id of a business number.",
    "wamid": "The id of a message.",
}
PROBLEM = {
    "description": "Refused: `error` is a sentence that says what is wrong and what fits.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["error"],
                "properties": {"error": {"type": "string"}},
            }
        }
    },
}


def described(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the description of these operations."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        whole = f"/_sandbox{operation.path}"
        paths.setdefault(whole, {})[operation.verb.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": ABOUT},
        "paths": paths,
        "components": {"schemas": dict(SCHEMAS)},
    }


def _described(operation: Operation) -> dict[str, Any]:
    topic = operation.act.__module__.rpartition(".")[2]
    said = " ".join(cleandoc(operation.act.__doc__ or "").split())
    description: dict[str, Any] = {
        "operationId": operation.act.__name__,
        "tags": [topic],
        "summary": said.partition(". ")[0].removesuffix("."),
        "description": said,
        "parameters": [*_in_path(operation.placed), *_in_query(operation.asks)],
        "responses": {"200": _answer(operation), "400": PROBLEM},
    }
    if operation.has_body:
        description["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _body(operation)}},
        }
    if operation.placed:
        description["responses"]["404"] = PROBLEM
    if operation.verb != "GET":
        description["responses"]["403"] = PROBLEM
    return description


def _body(operation: Operation) -> dict[str, Any]:
    if operation.takes is None:
        return {"type": "object"}
    return schema_of(operation.takes, operation.needs)


def _answer(operation: Operation) -> dict[str, Any]:
    schema: Mapping[str, Any] = ANSWERS[operation.name] if operation.answers == JSON else {"type": "string"}
    return {"description": "Done.", "content": {operation.answers: {"schema": schema}}}


def _in_path(names: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": NAMED[name],
            "schema": {"type": "string"},
        }
        for name in names
    ]


def _in_query(asks: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "description": meaning, "schema": {"type": "string"}}
        for name, meaning in asks.items()
    ]
