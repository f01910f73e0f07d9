"""The JSON door: routes for all operations."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from secrets import token_hex
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wa_notify.core.errors import WaNotifyError
from wa_notify.web.access.gate import FORM_HEADER, Gate
from wa_notify.web.api.openapi import described
from wa_notify.web.api.problems import problem
from wa_notify.web.operations.office import Office
from wa_notify.web.operations.operation import Operation
from wa_notify.web.operations.performing import Done, Request, allow, perform
from wa_notify.web.request import json_of, read_body, refused, routed

ROOT = "/api/v1"


def routes(operations: Iterable[Operation], office: Office, gate: Gate) -> list[Route]:
    """The routes of the API, and that of its description, which everybody may read."""
    table = tuple(operations)
    description = cache(described)  # who asks first makes it: it takes longer than all else of the routes

    async def describe(request: HttpRequest) -> Response:  # noqa: ARG001 - the framework's signature
        return JSONResponse(description(table))

    paths: dict[str, dict[str, Operation]] = {}
    for one in sorted(table, key=lambda one: one.path.count("{")):  # a word of ours is no name of somebody
        paths.setdefault(one.path, {})[one.verb] = one
    opened = [_route(path, verbs, office, gate) for path, verbs in paths.items()]
    return [Route(f"{ROOT}/openapi.json", describe, methods=["GET"]), *opened]


def _route(path: str, verbs: Mapping[str, Operation], office: Office, gate: Gate) -> Route:
    """One route for all verbs of a path, so that a wrong one is told which there are."""

    async def endpoint(http: HttpRequest) -> Response:
        operation = verbs["GET" if http.method == "HEAD" else http.method]
        try:
            visitor = await (
                gate.doer(http, http.headers.get(FORM_HEADER, ""))
                if operation.takes_body
                else gate.visitor(http)
            )
            allow(operation, visitor.caller)
            return answer(await perform(operation, office, visitor.caller, await _request(operation, http)))
        except WaNotifyError as error:
            return problem(error)

    # HEAD would be added by itself, and is answered like GET
    return Route(f"{ROOT}{routed(path)}", endpoint, methods=[*verbs])


def answer(done: Done) -> Response:
    """What came of it, as a response."""
    if done.response is not None:
        return done.response
    headers = {"Cache-Control": "no-store"}
    if done.tag:
        headers["ETag"] = done.tag
    if done.repeated:
        headers["Idempotency-Replayed"] = "true"
    return Response(done.encoded, done.status, headers, media_type="application/json")


async def _request(operation: Operation, http: HttpRequest) -> Request:
    key = http.headers.get("idempotency-key", "").strip()
    return Request(
        path=http.path_params,
        query=_query(http),
        body=await _body(http) if operation.takes_body else {},
        key=key or token_hex(16),
        key_given=bool(key),
        tag=http.headers.get("if-match", "").strip(),
    )


def _query(http: HttpRequest) -> Mapping[str, Any]:
    return dict(http.query_params)


async def _body(http: HttpRequest) -> Any:
    """An empty body is an empty object."""
    body = await read_body(http)
    given = json_of(body) if body else {}
    if b"\\u" in body:
        try:
            json.dumps(given, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise refused("body", "The JSON holds half of a surrogate pair.", "Send whole signs.") from None
    return given
