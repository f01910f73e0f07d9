"""Who may ask the Graph, and how it answers. Refusals leave in one place.

A request is judged in the order path, token, object, operation, body; faults on demand come before all of it.
An expired version is served as the oldest live one (our deduction); a version that does not exist is refused.
"""

import hmac
import json
from datetime import timedelta
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from wa_notify.sandbox.account import Account
from wa_notify.sandbox.answers import CutOff, NoAnswer, PlatformJSON
from wa_notify.sandbox.faults import READ_RECEIPTS, Fault
from wa_notify.sandbox.media import PATH as FILES
from wa_notify.sandbox.refusals import Refusal, Refused, error_body
from wa_notify.sandbox.world import World

from .call import Call, taken_apart
from .objects import kind_of
from .operations import OPERATIONS

UNAUTHORIZED = 401
LONGEST_RECEIPT = 1000  # bytes of a request that marks a message as read


class Graph:
    """The ASGI application behind every path that is not the sandbox's own."""

    def __init__(self, world: World) -> None:
        self._world = world

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
        target = READ_RECEIPTS if await _is_read_receipt(request) else path
        fault = self._world.faults.take(target, self._world.clock())
        try:
            if fault is not None:
                self._world.note("fault", kind=fault.kind, code=fault.refusal.value.code, path=path)
            self._world.base_url = str(request.base_url)
            if path == FILES and fault is None:
                account = self._account_of_token(request)
                return self._world.media.load(request.query_params, account.app_secret)
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
        path = taken_apart(request.url.path)
        account = self._account_of_token(request)
        verbs = OPERATIONS.get((kind_of(self._world, account, path.object_id), path.edge))
        if verbs is None:
            raise Refused(Refusal.PATH_UNKNOWN, f"/{path.edge}")
        if request.method not in verbs:
            raise Refused(Refusal.VERB_UNSUPPORTED, f"{request.method} is not supported here.")
        call = Call(
            world=self._world,
            account=account,
            version=path.version,
            object_id=path.object_id,
            edge=path.edge,
            request=request,
            fate=fate,
        )
        return await verbs[request.method](call)

    def _account_of_token(self, request: Request) -> Account:
        """Return whose token it carries; the Graph also accepts it in the query. Raises Refused."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = (
            token.strip()
            if scheme.lower() in ("bearer", "oauth")
            else request.query_params.get("access_token", "")
        )
        if not given:
            raise Refused(Refusal.TOKEN_MISSING)
        for account in self._world.portfolio.accounts:
            if hmac.compare_digest(given.encode(), account.access_token.encode()):
                return account
        raise Refused(Refusal.TOKEN_INVALID)


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
