"""Who may ask the Graph, and how it answers. Refusals leave in one place.

A request is judged in the order path, token, object, operation, permission, quotas, body; faults on demand
come before all of it. HEAD is answered as GET, without the body.
"""

from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wa_notify.sandbox.answers import CutOff, NoAnswer, PlatformJSON, parsed
from wa_notify.sandbox.faults import READ_RECEIPTS, Fault
from wa_notify.sandbox.media import PATH as FILES
from wa_notify.sandbox.refusals import Refusal, Refused, error_body
from wa_notify.sandbox.tokens import MESSAGING, Token
from wa_notify.sandbox.world import World

from .call import Call
from .callers import Caller, caller_of, scope_of
from .objects import kind_of
from .operations import OPERATIONS
from .usage import base_headers, is_registered, usage_headers
from .versions import taken_apart

UNAUTHORIZED = 401
LONGEST_RECEIPT = 1000  # bytes of a request that marks a message as read


@dataclass(slots=True, kw_only=True)
class Visit:
    """A request on its way through the Graph, with what is known of it so far.

    path: the Graph's path that is meant. base_url: under which the Graph is reached.
    caller: by default told by the token that the request carries.
    fault: what meets it, by default the next fault that waits for its path.
    """

    request: Request
    path: str
    base_url: str
    caller: Caller | None = None
    fault: Fault | None = None
    version: int | None = None

    @property
    def verb(self) -> str:
        """What is asked for."""
        return "GET" if self.request.method == "HEAD" else self.request.method


class Graph:
    """The ASGI application behind every path that is not the sandbox's own."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            visit = Visit(request=request, path=request.url.path, base_url=str(request.base_url))
            answer = await self.answer(visit)
        except ClientDisconnect:
            return
        await answer(scope, receive, _without_body(send) if request.method == "HEAD" else send)

    async def answer(self, visit: Visit) -> ASGIApp:
        """Return what answers a request; refusals are answers too."""
        request, path = visit.request, visit.path
        self._world.note("request", method=request.method, path=path, query=dict(request.query_params))
        meant = READ_RECEIPTS if await _is_read_receipt(request) else path
        fault = visit.fault or self._world.faults.take(meant, self._world.clock())
        try:
            if fault is not None:
                self._world.note("fault", kind=fault.kind, code=fault.refusal.value.code, path=path)
            self._world.base_url = visit.base_url
            if path == FILES and fault is None:
                return await self._load(visit)
            if fault is None or fault.kind in ("failed", "accept_then_timeout"):
                answer = await self._handle(visit, fault.fate if fault else None)
                return NoAnswer(fault.hold_seconds) if fault and fault.kind != "failed" else answer
            return _faulty(fault)
        except Refused as refused:
            return self._refusal(refused, visit)

    async def _handle(self, visit: Visit, fate: Refusal | None) -> ASGIApp:
        world = self._world
        path = taken_apart(visit.path, world.clock())
        visit.version = path.version
        caller = await self._caller(visit, path.object_id)
        kind = kind_of(world, caller.account, path.object_id)
        verbs = OPERATIONS.get((kind, path.edge))
        if verbs is None:
            raise Refused(Refusal.PATH_UNKNOWN, f"/{path.edge}")
        if visit.verb not in verbs:
            raise Refused(Refusal.VERB_UNSUPPORTED, f"{visit.request.method} is not supported here.")
        caller.require(kind, path.edge)
        self._count(caller, manages=scope_of(kind, path.edge) not in (None, MESSAGING))
        call = Call(
            world=world,
            caller=caller,
            version=path.version,
            object_id=path.object_id,
            edge=path.edge,
            request=visit.request,
            fate=fate,
        )
        answer = await verbs[visit.verb](call)
        return PlatformJSON(answer, headers=self._headers(visit, world.chance.trace_id()))

    async def _load(self, visit: Visit) -> ASGIApp:
        """Answer the load of a file."""
        caller = await self._caller(visit)
        caller.require("medium", "")
        return self._world.media.load(visit.request.query_params, caller.account.app_secret)

    async def _caller(self, visit: Visit, object_id: str = "") -> Caller:
        """Return who asks. Whoever asks for a token has none yet."""
        if object_id == "oauth":
            return Caller(account=self._world.account, token=Token(scopes=frozenset()))
        if visit.caller is None:
            world = self._world
            visit.caller = await caller_of(world.portfolio, visit.request, world.clock())
        return visit.caller

    def _count(self, caller: Caller, *, manages: bool) -> None:
        account, now = caller.account, self._world.clock()
        registered = is_registered(caller)
        self._world.usage.take(
            account.app_id, account.waba_id, now, manages=manages, registered=registered
        )  # fmt: skip

    def _refusal(self, refused: Refused, visit: Visit) -> ASGIApp:
        row, trace = refused.refusal.value, self._world.chance.trace_id()
        self._world.note(
            "refused", row=refused.refusal.name, code=row.code, details=refused.details, path=visit.path
        )
        http = refused.http or (self._world.limits.throttle_http if row.throttle else row.http) or 400
        headers = self._headers(visit, trace, refused)
        if http == UNAUTHORIZED:
            headers["WWW-Authenticate"] = 'OAuth "Facebook Platform" "invalid_token"'
        return PlatformJSON(error_body(refused, trace), status_code=http, headers=headers)

    def _headers(self, visit: Visit, trace: str, refused: Refused | None = None) -> dict[str, str]:
        headers = base_headers(trace, visit.version)
        if visit.caller is None:
            return headers
        return {**headers, **usage_headers(self._world.usage, visit.caller, self._world.clock(), refused)}


def _without_body(send: Send) -> Send:
    """Return a way of sending that keeps the length of the body and drops its bytes."""

    async def send_bare(message: Message) -> None:
        is_body = message["type"] == "http.response.body"
        await send({**message, "body": b""} if is_body else message)

    return send_bare


async def _is_read_receipt(request: Request) -> bool:
    """Whether it marks a message as read, which shares its path with sending one."""
    length = request.headers.get("content-length", "")
    if request.method != "POST" or not length.isdecimal() or int(length[:12]) > LONGEST_RECEIPT:
        return False
    try:
        body = parsed(await request.body())
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("status") == "read"


def _faulty(fault: Fault) -> ASGIApp:
    match fault.kind:
        case "timeout" | "accept_then_timeout":
            return NoAnswer(fault.hold_seconds)
        case "disconnect":
            return CutOff()
        case _:
            raise Refused(fault.refusal, f"{fault.refusal.value.when} (injected)", http=fault.status)
