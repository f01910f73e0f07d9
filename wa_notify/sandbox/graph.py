"""The Graph's paths: who may ask, which object is meant, what it answers. Refusals leave in one place.

A request is judged in the order path, token, object, operation, body; faults on demand come before all of it.
An expired version is served as the oldest live one (our deduction); a version that does not exist is refused.
"""

import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from . import media, nodes
from .answers import CutOff, NoAnswer, PlatformJSON, json_object
from .faults import READ_RECEIPTS, Fault
from .media import uploaded_file
from .refusals import Refusal, Refused, error_body
from .sending import accept, answer_to, mark_read
from .templates import Template
from .world import World

OLDEST_VERSION, NEWEST_VERSION = 21, 26
UNAUTHORIZED = 401
LONGEST_RECEIPT = 1000  # bytes of a request that marks a message as read
PATH = re.compile(r"/v(\d{1,3})\.0/([^/]+)(?:/([^/]+))?/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, taken apart. `fate`: what an accepted message shall meet later, on demand."""

    version: int
    object_id: str
    edge: str
    request: Request
    query: Mapping[str, str]
    fate: Refusal | None = None

    @property
    def url(self) -> str:
        """The request's address without token and cursors, for links to further pages."""
        kept = {
            key: value for key, value in self.query.items() if key not in ("access_token", "after", "before")
        }
        bare = str(self.request.url.replace(query=""))
        return f"{bare}?{urlencode(kept)}" if kept else bare


Handler = Callable[[Call], Awaitable[dict[str, Any]]]


class Graph:
    """The ASGI application behind every path that is not the sandbox's own."""

    def __init__(self, world: World) -> None:
        self._world = world
        # (object, edge) to the handlers of its verbs
        self._handlers: Mapping[tuple[str, str], Mapping[str, Handler]] = {
            ("number", ""): {"GET": self._number},
            ("number", "messages"): {"POST": self._messages},
            ("waba", ""): {"GET": self._account},
            ("waba", "message_templates"): {
                "GET": self._templates,
                "POST": self._create_template,
                "DELETE": self._delete_template,
            },
            ("waba", "phone_numbers"): {"GET": self._numbers},
            ("waba", "subscribed_apps"): {
                "GET": self._subscriptions,
                "POST": self._subscribe,
                "DELETE": self._leave,
            },
            ("template", ""): {"GET": self._template, "POST": self._edit_template},
            ("app", "uploads"): {"POST": self._open_upload},
            ("upload", ""): {"POST": self._take_upload},
            ("number", "media"): {"POST": self._upload},
            ("medium", ""): {"GET": self._medium, "DELETE": self._delete_medium},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except ClientDisconnect:
            return
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> ASGIApp:
        method, path = request.method, request.url.path
        self._world.note("request", method=method, path=path, query=dict(request.query_params))
        fault = self._world.faults.take(READ_RECEIPTS if await _is_read_receipt(request) else path)
        try:
            if fault is not None:
                self._world.note("fault", kind=fault.kind, code=fault.refusal.value.code, path=path)
            self._world.base_url = str(request.base_url)
            if path == media.PATH and fault is None:
                self._require_token(request)
                return self._world.media.load(request.query_params, self._world.account.app_secret)
            if fault is None or fault.kind in ("failed", "accept_then_timeout"):
                answer = await self._handle(request, fault.fate if fault else None)
                return (
                    NoAnswer(fault.hold_seconds) if fault and fault.kind != "failed" else PlatformJSON(answer)
                )
            return _faulty(fault)
        except Refused as refused:
            return self._refusal(refused, path)

    def _refusal(self, refused: Refused, path: str) -> ASGIApp:
        row, trace = refused.refusal.value, self._world.chance.trace_id()
        self._world.note(
            "refused", row=refused.refusal.name, code=row.code, details=refused.details, path=path
        )
        http = refused.http or (self._world.limits.throttle_http if row.throttle else row.http) or 400
        headers = {"x-fb-trace-id": trace}
        if http == UNAUTHORIZED:
            headers["WWW-Authenticate"] = 'OAuth "Facebook Platform" "invalid_token"'
        if refused.wait is not None:
            headers["X-Business-Use-Case-Usage"] = _usage(self._world.account.waba_id, refused.wait)
        return PlatformJSON(error_body(refused, trace), status_code=http, headers=headers)

    async def _handle(self, request: Request, fate: Refusal | None) -> dict[str, Any]:
        call = _taken_apart(request, fate)
        self._require_token(request)
        verbs = self._handlers.get((self._kind_of(call.object_id), call.edge))
        if verbs is None:
            raise Refused(Refusal.PATH_UNKNOWN, f"/{call.edge}")
        if request.method not in verbs:
            raise Refused(Refusal.VERB_UNSUPPORTED, f"{request.method} is not supported here.")
        return await verbs[request.method](call)

    def _require_token(self, request: Request) -> None:
        """Raise Refused unless the token is the account's; the Graph also accepts it in the query."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = (
            token.strip()
            if scheme.lower() in ("bearer", "oauth")
            else request.query_params.get("access_token", "")
        )
        if not given:
            raise Refused(Refusal.TOKEN_MISSING)
        if not hmac.compare_digest(given.encode(), self._world.account.access_token.encode()):
            raise Refused(Refusal.TOKEN_INVALID)

    def _kind_of(self, object_id: str) -> str:
        account = self._world.account
        if object_id == account.phone_number_id:
            return "number"
        if object_id == account.waba_id:
            return "waba"
        if object_id == account.app_id:
            return "app"
        if object_id.startswith("upload:"):
            return "upload"
        if any(template.id == object_id for template in account.templates.values()):
            return "template"
        if object_id in self._world.media:
            return "medium"
        raise Refused(Refusal.OBJECT_UNKNOWN, f"Object with ID '{object_id}'.")

    async def _messages(self, call: Call) -> dict[str, Any]:
        body = await _body(call.request)
        if "status" in body:
            return mark_read(self._world, body)
        message = accept(self._world, body, version=call.version, fate=call.fate)
        if self._world.courier.policy.before_answer and not message.held:
            await self._world.network.step_at_once(message)
        return answer_to(message, body, self._world.network.phones[message.wa_id])

    async def _number(self, call: Call) -> dict[str, Any]:
        return nodes.number_node(self._world.account, call.query)

    async def _numbers(self, call: Call) -> dict[str, Any]:
        return nodes.number_list(self._world.account, call.query)

    async def _account(self, call: Call) -> dict[str, Any]:
        return nodes.account_node(self._world.account, call.query)

    async def _templates(self, call: Call) -> dict[str, Any]:
        most = self._world.reviewers.policy.most
        return nodes.template_list(self._world.account, call.query, call.url, most=most)

    async def _template(self, call: Call) -> dict[str, Any]:
        return nodes.template_node(self._world.account, self._meant(call), call.query)

    def _meant(self, call: Call) -> Template:
        templates = self._world.account.templates.values()
        return next(item for item in templates if item.id == call.object_id)

    async def _create_template(self, call: Call) -> dict[str, Any]:
        return self._world.desk.create(await _body(call.request))

    async def _edit_template(self, call: Call) -> dict[str, Any]:
        return self._world.desk.edit(self._meant(call), await _body(call.request))

    async def _delete_template(self, call: Call) -> dict[str, Any]:
        return self._world.desk.delete(call.query)

    async def _open_upload(self, call: Call) -> dict[str, Any]:
        return self._world.desk.uploads.open(call.query)

    async def _take_upload(self, call: Call) -> dict[str, Any]:
        content, offset = await call.request.body(), call.request.headers.get("file_offset")
        return self._world.desk.uploads.take(call.object_id, content, offset)

    async def _upload(self, call: Call) -> dict[str, Any]:
        content, mime_type, filename = await uploaded_file(call.request)
        medium = self._world.media.upload(content, mime_type, filename)
        self._world.note("uploaded", media_id=medium.id, mime_type=medium.mime_type, size=len(content))
        return {"id": medium.id}

    async def _medium(self, call: Call) -> dict[str, Any]:
        store = self._world.media
        medium = store.find(call.object_id)
        self._require_ours(call)
        return store.node(medium, self._world.base_url, self._world.account.app_secret)

    async def _delete_medium(self, call: Call) -> dict[str, Any]:
        self._require_ours(call)
        self._world.media.delete(call.object_id)
        return {"success": True}

    def _require_ours(self, call: Call) -> None:
        """A lookup may ask that the file belong to a number; every file here belongs to the only one."""
        if call.query.get("phone_number_id") not in (None, self._world.account.phone_number_id):
            raise Refused(Refusal.MEDIUM_UNKNOWN, f"Object with ID '{call.object_id}'.")

    async def _subscriptions(self, _call: Call) -> dict[str, Any]:
        return nodes.subscriptions(self._world.account)

    async def _subscribe(self, call: Call) -> dict[str, Any]:
        """Subscribe the app; with an override address only after its handshake succeeded."""
        raw = await call.request.body()
        body = await _body(call.request) if raw else call.query
        url, token = body.get("override_callback_uri"), body.get("verify_token")
        if url is not None:
            if not (isinstance(url, str) and isinstance(token, str)):
                raise Refused(
                    Refusal.REQUIRED_MISSING, "An override needs override_callback_uri and verify_token."
                )
            if not await self._world.courier.verify(url, token):
                raise Refused(Refusal.CALLBACK_UNVERIFIED, f"{url} did not answer the challenge.")
            self._world.account.callback_url = url
        self._world.note("subscribed", callback_url=self._world.account.callback_url)
        return {"success": True}

    async def _leave(self, _call: Call) -> dict[str, Any]:
        self._world.account.callback_url = None
        self._world.note("unsubscribed")
        return {"success": True}


async def _is_read_receipt(request: Request) -> bool:
    """Whether it marks a message as read, which shares its path with sending one."""
    length = request.headers.get("content-length", "")
    if request.method != "POST" or not length.isdecimal() or int(length) > LONGEST_RECEIPT:
        return False
    try:
        body = json.loads(await request.body())
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("status") == "read"


def _taken_apart(request: Request, fate: Refusal | None) -> Call:
    match = PATH.fullmatch(request.url.path)
    if match is None or int(match[1]) > NEWEST_VERSION:
        raise Refused(Refusal.PATH_UNKNOWN, request.url.path)
    return Call(
        version=max(int(match[1]), OLDEST_VERSION),
        object_id=match[2],
        edge=match[3] or "",
        request=request,
        query=dict(request.query_params),
        fate=fate,
    )


async def _body(request: Request) -> Mapping[str, Any]:
    try:
        return await json_object(request)
    except ValueError as error:
        raise Refused(Refusal.JSON_MALFORMED, f"The body could not be read: {error}") from error


def _usage(account_id: str, wait: timedelta) -> str:
    """Return the header that tells how long a used-up quota stays so, in whole minutes."""
    minutes = -(-int(wait.total_seconds()) // 60)
    spent = {"call_count": 100, "total_cputime": 25, "total_time": 25}
    use = {"type": "whatsapp_business_management", **spent, "estimated_time_to_regain_access": minutes}
    return json.dumps({account_id: [use]})


def _faulty(fault: Fault) -> ASGIApp:
    match fault.kind:
        case "timeout" | "accept_then_timeout":
            return NoAnswer(fault.hold_seconds)
        case "disconnect":
            return CutOff()
        case _:
            raise Refused(fault.refusal, f"{fault.refusal.value.when} (injected)", http=fault.status)
