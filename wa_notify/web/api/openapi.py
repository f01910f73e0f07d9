"""The API described in OpenAPI 3.1, out of the same rows that make its routes."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from wa_notify.web.operations.operation import LARGEST_NUMBER, PLACED, Nothing, Operation

VERSION = "1.0"  # a field or path that goes, or changes its meaning, makes it 2.0 under /api/v2
REF = "#/components/schemas/{name}"
ABOUT = """\
Everything that the admin page and the command line can see and do. Instants are ISO 8601 with offset. Lists
come page by page: hand `next` of one page in as `after` of the following. What sends takes an `Idempotency-
Key`: the same key again gets the same answer, and nothing is sent twice. What can be edited shows an
`ETag`, which the edit hands in as `If-Match`. Refusals are problem details (RFC 9457) with `complaints`:
where, what, and what to do."""
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "complaints"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "complaints": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "what", "fix"],
                "properties": {
                    "where": {"type": "string"},
                    "what": {"type": "string"},
                    "fix": {"type": "string"},
                },
            },
        },
    },
}
NUMBERS = {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER}
TEXTS = {"type": "string", "minLength": 1}


def described(operations: Iterable[Operation]) -> dict[str, Any]:
    """The description of these operations."""
    table = tuple(operations)
    schemas, components = _schemas(table)
    paths: dict[str, dict[str, Any]] = {}
    for operation, taken, answered in schemas:
        path = PLACED.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.verb.lower()] = _described(
            operation, taken, answered, components
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "wa_notify", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": PROBLEM},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "wa_notify_session"},
            },
        },
    }


def _schemas(table: Sequence[Operation]) -> tuple[list[tuple[Operation, Any, Any]], dict[str, Any]]:
    """What each takes and answers, by reference, and what the references mean."""
    kinds = [kind for one in table for kind in (one.body, one.query, _of_json(one))]
    found, components = msgspec.json.schema_components(kinds, ref_template=REF)
    triples = zip(found[0::3], found[1::3], found[2::3], strict=True)
    return [
        (one, (body, query), said) for one, (body, query, said) in zip(table, triples, strict=True)
    ], components


def _of_json(operation: Operation) -> Any:
    """A file is no JSON."""
    return str if operation.answers_file else operation.answer


def _described(operation: Operation, taken: Any, answered: Any, components: dict[str, Any]) -> dict[str, Any]:
    body, query = taken
    media = "*/*" if operation.answers_file else "application/json"
    said = {} if operation.answers_file else {"schema": answered}
    told: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.subject],
        "summary": operation.about.partition(". ")[0].removesuffix("."),
        "description": f"{operation.about} Takes the right `{operation.right}`.",
        "parameters": [*_in_path(operation), *_in_query(query, components), *_in_header(operation)],
        "responses": {
            str(operation.status): {"description": "Done.", "content": {media: said}},
            "default": {
                "description": "Refused.",
                "content": {"application/problem+json": {"schema": {"$ref": REF.format(name="Problem")}}},
            },
        },
    }
    if operation.body is not Nothing:
        needed = bool(components[body["$ref"].rpartition("/")[2]].get("required"))
        told["requestBody"] = {"required": needed, "content": {"application/json": {"schema": body}}}
    return told


def _in_path(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": NUMBERS if kind is int else TEXTS}
        for name, kind in operation.placed.items()
    ]


def _in_query(query: Any, components: dict[str, Any]) -> list[dict[str, Any]]:
    schema = components[query["$ref"].rpartition("/")[2]]
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": one.get("description", ""),
            "schema": one,
        }
        for name, one in schema.get("properties", {}).items()
    ]


def _in_header(operation: Operation) -> list[dict[str, Any]]:
    taken = []
    if operation.sends:
        taken.append(("Idempotency-Key", "Names this request; the same key again does nothing twice.", False))
    if operation.edits:
        taken.append(("If-Match", "The ETag of what is edited, as it was read.", True))
    return [
        {"name": name, "in": "header", "required": needed, "description": why, "schema": {"type": "string"}}
        for name, why, needed in taken
    ]
