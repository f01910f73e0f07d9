"""A business number as such: what it is, its PIN, and a callback address of its own."""

from collections.abc import Mapping
from typing import Any

from wa_notify.sandbox.refusals import Refusal, Refused
from wa_notify.sandbox.registration import checked_pin

from . import number_nodes
from .call import Call, Operations

SETTINGS = ("pin", "webhook_configuration")


async def show(call: Call) -> dict[str, Any]:
    """Answer `GET /{phone_number_id}`."""
    return number_nodes.number_node(call.world.portfolio, call.line, call.query)


async def change(call: Call) -> dict[str, Any]:
    """Answer `POST /{phone_number_id}`: set the PIN of two-step verification, or the callback address."""
    body = {
        name: value for name, value in (await call.body_or_query()).items() if name != "messaging_product"
    }
    unknown = sorted(set(body) - set(SETTINGS))
    if unknown:
        raise Refused(Refusal.FIELD_UNKNOWN, f"A number has no {unknown[0]} to set; it has {SETTINGS}.")
    if not body:
        raise Refused(Refusal.PARAMETER_MISSING, f"Give {' or '.join(SETTINGS)}.")
    if "webhook_configuration" in body:
        await _redirect(call, body["webhook_configuration"])
    if "pin" in body:
        _set_pin(call, checked_pin(body["pin"]))
    return {"success": True}


async def _redirect(call: Call, wanted: Any) -> None:
    """Send callbacks of this number elsewhere, once the handshake succeeded; an empty address ends that."""
    url = wanted.get("override_callback_uri") if isinstance(wanted, Mapping) else None
    if not isinstance(url, str):
        raise Refused(Refusal.PARAMETER_MISSING, "webhook_configuration needs override_callback_uri.")
    if url:
        token = wanted.get("verify_token")
        if not isinstance(token, str) or not token:
            raise Refused(Refusal.PARAMETER_MISSING, "An address needs the verify_token of its handshake.")
        if not await call.world.courier.verify(url, token):
            raise Refused(Refusal.CALLBACK_UNVERIFIED, f"{url} did not answer the challenge.")
    number = call.line.number
    number.callback_url, number.callback_headers = url or None, None
    call.world.note("redirected", business=call.line.id, callback_url=url)


def _set_pin(call: Call, pin: str) -> None:
    world, line = call.world, call.line
    line.number.registration.pin = pin
    world.note("pin_changed", business=line.id)
    value = {
        "display_phone_number": line.number.digits,
        "event": "PIN_CHANGED",
        "requester": line.account.system_user_id,
    }
    world.announce("security", value, world.clock(), account=line.account)


OPERATIONS: Operations = {("number", ""): {"GET": show, "POST": change}}
