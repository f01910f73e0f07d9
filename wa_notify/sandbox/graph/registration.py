"""How a number is set up: ask for a code, give it back, register with a PIN, deregister."""

from typing import Any

from wa_notify.sandbox.fields import require_product
from wa_notify.sandbox.refusals import Refusal, Refused
from wa_notify.sandbox.registration import checked_pin

from .call import Call, Operations

METHODS = ("SMS", "VOICE")


async def register(call: Call) -> dict[str, Any]:
    """Answer `POST /{phone_number_id}/register`."""
    body = await call.body_or_query()
    require_product(body)
    pin = checked_pin(body.get("pin"))
    call.line.number.registration.register(pin, call.world.clock())
    call.world.note("registered", business=call.line.id)
    return {"success": True}


async def deregister(call: Call) -> dict[str, Any]:
    """Answer `POST /{phone_number_id}/deregister`."""
    call.line.number.registration.deregister(call.world.clock())
    call.world.note("deregistered", business=call.line.id)
    return {"success": True}


async def request_code(call: Call) -> dict[str, Any]:
    """Answer `POST /{phone_number_id}/request_code`. The code stands in the log and in the state."""
    body = await call.body_or_query()
    if body.get("code_method") not in METHODS:
        raise Refused(Refusal.PARAMETER_INVALID, f"code_method must be one of {', '.join(METHODS)}.")
    if not isinstance(body.get("language"), str) or not body["language"]:
        raise Refused(Refusal.PARAMETER_MISSING, "language says in which language the code is told.")
    registration = call.line.number.registration
    registration.request_code(call.world.chance.code(), call.world.clock())
    call.world.note("code_sent", business=call.line.id, method=body["code_method"], code=registration.code)
    return {"success": True}


async def verify_code(call: Call) -> dict[str, Any]:
    """Answer `POST /{phone_number_id}/verify_code`."""
    code = (await call.body_or_query()).get("code")
    if not isinstance(code, str) or not code:
        raise Refused(Refusal.PARAMETER_MISSING, "code is what came to the number.")
    call.line.number.registration.verify(code, call.world.clock())
    call.world.note("verified", business=call.line.id)
    return {"success": True}


OPERATIONS: Operations = {
    ("number", "register"): {"POST": register},
    ("number", "deregister"): {"POST": deregister},
    ("number", "request_code"): {"POST": request_code},
    ("number", "verify_code"): {"POST": verify_code},
}
