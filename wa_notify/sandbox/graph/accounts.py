"""An account: what it is, its numbers, and who is subscribed to it."""

from typing import Any

from wa_notify.sandbox.refusals import Refusal, Refused

from . import nodes
from .call import Call, Operations


async def show(call: Call) -> dict[str, Any]:
    """Answer `GET /{waba_id}`."""
    return nodes.account_node(call.world.portfolio, call.account, call.query)


async def numbers(call: Call) -> dict[str, Any]:
    """Answer `GET /{waba_id}/phone_numbers`."""
    return nodes.number_list(call.world.portfolio, call.account, call.query)


async def subscriptions(call: Call) -> dict[str, Any]:
    """Answer `GET /{waba_id}/subscribed_apps`."""
    return nodes.subscriptions(call.account)


async def subscribe(call: Call) -> dict[str, Any]:
    """Subscribe the app; with an override address only after its handshake succeeded."""
    body = await call.body_or_query()
    url, token = body.get("override_callback_uri"), body.get("verify_token")
    if url is not None:
        if not (isinstance(url, str) and isinstance(token, str)):
            raise Refused(
                Refusal.REQUIRED_MISSING, "An override needs override_callback_uri and verify_token."
            )
        if not await call.world.courier.verify(url, token):
            raise Refused(Refusal.CALLBACK_UNVERIFIED, f"{url} did not answer the challenge.")
        call.account.callback_url = url
    call.world.note("subscribed", callback_url=call.account.callback_url)
    return {"success": True}


async def leave(call: Call) -> dict[str, Any]:
    """End the subscription."""
    call.account.callback_url = None
    call.world.note("unsubscribed")
    return {"success": True}


OPERATIONS: Operations = {
    ("waba", ""): {"GET": show},
    ("waba", "phone_numbers"): {"GET": numbers},
    ("waba", "subscribed_apps"): {"GET": subscriptions, "POST": subscribe, "DELETE": leave},
}
