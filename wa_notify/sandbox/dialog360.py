"""The face of a provider in the manner of 360dialog: a key for a token, no version and number in paths.

Bodies and answers are the Graph's, which does the work; only what goes wrong before it has a shape of its
own. Callbacks that were asked for here carry no signature, but the headers one wishes. What is known of all
this is what API clients say; the shape of the provider's own errors is our deduction.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from .account import Line
from .answers import CutOff, NoAnswer, PlatformJSON, json_object
from .faults import Fault
from .graph import NEWEST, Caller, Graph, Visit
from .media import PATH as FILES
from .tokens import Token
from .world import World

KEY_HEADER = "D360-API-KEY"
NAME = "360dialog"  # a fault whose path has this word in it is the provider's own
WEBHOOK = "/v1/configs/webhook"
EDGES = frozenset({"/messages", "/marketing_messages", "/media"})
MEDIUM = re.compile(r"/\d+")
PASSED_ON = ("failed", "accept_then_timeout")  # kinds of faults that the Graph itself must play


class Outside(Exception):
    """The provider refuses by itself, with an HTTP status and a sentence."""

    def __init__(self, http: int, message: str) -> None:
        super().__init__(message)
        self.http = http
        self.message = message


class Dialog360:
    """The ASGI application below the provider's base path."""

    def __init__(self, world: World, graph: Graph) -> None:
        self._world = world
        self._graph = graph

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        path = request.url.path.removeprefix(scope.get("root_path", ""))
        try:
            answer = await self._answer(request, path)
        except Outside as refused:
            answer = self._refusal(refused, path)
        except ClientDisconnect:
            return
        await answer(scope, receive, send)

    async def _answer(self, request: Request, path: str) -> ASGIApp:
        target, now = f"/{NAME}{path}", self._world.clock()
        fault = self._world.faults.take(target, now, naming=NAME)
        if fault is not None and fault.kind not in PASSED_ON:
            return _faulty(fault)
        line = self._line(request.headers.get(KEY_HEADER, ""))
        if path == WEBHOOK:
            return PlatformJSON(await self._webhook(request, line))
        meant, query = _graph_path(request.method, path, line)
        scope = {**request.scope, "query_string": urlencode({**request.query_params, **query}).encode()}
        caller = Caller(account=line.account, token=Token())
        inner = Request(scope, request.receive)
        base_url = f"{str(request.base_url).rstrip('/')}{request.scope.get('root_path', '')}"
        return await self._graph.answer(
            Visit(request=inner, path=meant, base_url=base_url, caller=caller, fault=fault)
        )

    def _line(self, key: str) -> Line:
        """Return the number that a key opens. Raises Outside."""
        for line in self._world.portfolio.lines:
            if key == line.number.key:
                return line
        raise Outside(401, "Invalid api key" if key else f"The header {KEY_HEADER} is missing")

    async def _webhook(self, request: Request, line: Line) -> dict[str, Any]:
        """Show, or set, where the callbacks of the number go; there is no handshake."""
        number = line.number
        if request.method == "POST":
            number.callback_url, number.callback_headers = _wanted(await _body(request))
            self._world.note("redirected", business=line.id, callback_url=number.callback_url)
        elif request.method != "GET":
            raise Outside(405, f"{request.method} is not supported here")
        return {"url": number.callback_url or "", "headers": dict(number.callback_headers or {})}

    def _refusal(self, refused: Outside, path: str) -> ASGIApp:
        self._world.note("refused_outside", http=refused.http, details=refused.message, path=path)
        told = {"success": False, "http_code": refused.http, "developer_message": refused.message}
        trace = {"360dialog_trace_id": self._world.chance.trace_id()}
        return PlatformJSON({"meta": {**told, **trace}}, status_code=refused.http)


def _graph_path(method: str, path: str, line: Line) -> tuple[str, dict[str, str]]:
    """Return the Graph's path and further parameters for one of the provider's. Raises Outside."""
    root = f"/v{NEWEST}.0"
    if path in EDGES:
        return f"{root}/{line.id}{path}", {}
    if path == "/health_status" and method == "GET":
        return f"{root}/{line.id}", {"fields": "health_status"}
    if path == FILES:
        return path, {}
    if MEDIUM.fullmatch(path):
        return f"{root}{path}", {"phone_number_id": line.id}
    raise Outside(404, f"{method} {path} does not exist")


def _faulty(fault: Fault) -> ASGIApp:
    """Return what the provider's own fault looks like. Raises Outside."""
    match fault.kind:
        case "timeout":
            return NoAnswer(fault.hold_seconds)
        case "disconnect":
            return CutOff()
        case _:
            raise Outside(fault.status or fault.refusal.value.http or 500, fault.refusal.value.title)


async def _body(request: Request) -> Mapping[str, Any]:
    try:
        return await json_object(request)
    except ValueError as error:
        raise Outside(400, f"The body could not be read: {error}") from error


def _is_header(given: Any) -> bool:
    return isinstance(given, str) and given.isascii() and given.isprintable()


def _wanted(body: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return address and headers of callbacks. Raises Outside."""
    url, headers = body.get("url"), body.get("headers") or {}
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise Outside(400, "url must begin with http:// or https://")
    if not isinstance(headers, Mapping) or not all(
        _is_header(text) for pair in headers.items() for text in pair
    ):
        raise Outside(400, "headers must be an object of texts that can stand in a header")
    return url, dict(headers)
