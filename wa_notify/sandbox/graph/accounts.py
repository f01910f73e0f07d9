"""An account: what it is, its numbers, and who is subscribed to it."""

from collections.abc import Mapping
from typing import Any

from wa_notify.sandbox.fields import check_object, flag
from wa_notify.sandbox.onboarding import added_number
from wa_notify.sandbox.refusals import Refusal, Refused

from . import account_nodes, number_nodes
from .call import Call, Operations

SETTINGS = {"disable_marketing_messages_on_cloud_api": flag()}


async def show(call: Call) -> dict[str, Any]:
    """Answer `GET /{waba_id}`."""
    return account_nodes.account_node(call.world.portfolio, call.account, call.query, call.url)


async def change(call: Call) -> dict[str, Any]:
    """Answer `POST /{waba_id}`: whether marketing goes through the Marketing Messages API only."""
    body = await call.body()
    check_object(body, SETTINGS)
    for name, value in body.items():
        setattr(call.account, name, value)
    return {"success": True}


async def numbers(call: Call) -> dict[str, Any]:
    """Answer `GET /{waba_id}/phone_numbers`."""
    return number_nodes.number_list(call.world.portfolio, call.account, call.query, call.url)


async def add_number(call: Call) -> dict[str, Any]:
    """Answer `POST /{waba_id}/phone_numbers`: a further number, which is neither verified nor registered."""
    body = await call.body_or_query()
    number = added_number(
        call.world.portfolio,
        call.account,
        country_code=_text(body, "country_code") if "country_code" in body else _text(body, "cc"),
        phone_number=_text(body, "phone_number"),
        verified_name=_text(body, "verified_name"),
        now=call.world.clock(),
    )
    call.world.note("number_added", business=number.phone_number_id, display=number.display_phone_number)
    return {"id": number.phone_number_id}


async def subscriptions(call: Call) -> dict[str, Any]:
    """Answer `GET /{waba_id}/subscribed_apps`."""
    return account_nodes.subscribed_apps(call.account)


async def subscribe(call: Call) -> dict[str, Any]:
    """Subscribe the app; with an override address only after its handshake succeeded.

    Without one, callbacks go to the app's address again.
    """
    body = await call.body_or_query()
    url, token = body.get("override_callback_uri"), body.get("verify_token")
    if url is not None:
        if not (isinstance(url, str) and isinstance(token, str)):
            raise Refused(
                Refusal.REQUIRED_MISSING, "An override needs override_callback_uri and verify_token."
            )
        if not await call.world.courier.verify(url, token):
            raise Refused(Refusal.CALLBACK_UNVERIFIED, f"{url} did not answer the challenge.")
    call.account.override_url, call.account.subscribed = url, True
    call.world.note("subscribed", callback_url=call.account.address)
    return {"success": True}


async def leave(call: Call) -> dict[str, Any]:
    """End the subscription."""
    call.account.override_url, call.account.subscribed = None, False
    call.world.note("unsubscribed")
    return {"success": True}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(Refusal.PARAMETER_MISSING, f"The parameter {name} is required.")
    return value


OPERATIONS: Operations = {
    ("waba", ""): {"GET": show, "POST": change},
    ("waba", "phone_numbers"): {"GET": numbers, "POST": add_number},
    ("waba", "subscribed_apps"): {"GET": subscriptions, "POST": subscribe, "DELETE": leave},
}
