"""An app: where it wants its callbacks, and of which fields. Only the app's own token may say so.

Accounts that the same app serves share its subscription. The version of the path becomes the version of the
callbacks. A further subscription adds its fields to those before (our deduction).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from wa_notify.sandbox.account import Account
from wa_notify.sandbox.answers import parsed
from wa_notify.sandbox.refusals import Refusal, Refused

from .call import Call, Operations

OBJECT = "whatsapp_business_account"
FIELDS = frozenset({
    "messages", "message_template_status_update", "message_template_quality_update",
    "message_template_components_update", "template_category_update", "template_correct_category_detection",
    "phone_number_quality_update", "phone_number_name_update", "account_update", "account_alerts",
    "account_review_update", "business_capability_update", "security", "user_preferences", "calls", "flows",
    "group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update",
    "history", "smb_message_echoes", "smb_app_state_sync", "standby", "automatic_events",
    "payment_configuration_update", "partner_solutions", "business_username_update",
})  # fmt: skip


async def show(call: Call) -> dict[str, Any]:
    """Answer `GET /{app_id}/subscriptions`."""
    app = _accounts(call)[0]
    if app.callback_url is None:
        return {"data": []}
    names = sorted(FIELDS if app.webhook_fields is None else app.webhook_fields)
    fields = [{"name": name, "version": app.webhook_version} for name in names]
    about = {"object": OBJECT, "callback_url": app.callback_url, "active": True, "fields": fields}
    return {"data": [about]}


async def subscribe(call: Call) -> dict[str, Any]:
    """Answer `POST /{app_id}/subscriptions`: the address after its handshake, and more fields."""
    accounts, body = _accounts(call), await call.body_or_query()
    _require_object(body.get("object"))
    fields = _fields(body.get("fields"))
    url, token = body.get("callback_url"), body.get("verify_token")
    if url is None and accounts[0].callback_url is None:
        raise Refused(Refusal.PARAMETER_MISSING, "callback_url is needed the first time.")
    if url is not None:
        if not (isinstance(url, str) and isinstance(token, str) and token):
            raise Refused(Refusal.PARAMETER_MISSING, "A callback_url needs its verify_token.")
        if not await call.world.courier.verify(url, token):
            raise Refused(Refusal.CALLBACK_UNVERIFIED, f"{url} did not answer the challenge.")
    for account in accounts:
        if isinstance(url, str) and isinstance(token, str):
            account.callback_url, account.verify_token = url, token
        account.webhook_fields = (account.webhook_fields or frozenset()) | fields
        account.webhook_version = f"v{call.version}.0"
    call.world.note("app_subscribed", callback_url=accounts[0].callback_url, fields=sorted(fields))
    return {"success": True}


async def leave(call: Call) -> dict[str, Any]:
    """Answer `DELETE /{app_id}/subscriptions`: of the named fields, or altogether."""
    accounts, body = _accounts(call), await call.body_or_query()
    if "object" in body:
        _require_object(body["object"])
    fields = _fields(body.get("fields")) if "fields" in body else FIELDS
    for account in accounts:
        before = FIELDS if account.webhook_fields is None else account.webhook_fields
        account.webhook_fields = before - fields
        if not account.webhook_fields:
            account.callback_url, account.webhook_fields = None, None
    call.world.note("app_unsubscribed", fields=sorted(fields))
    return {"success": True}


def _accounts(call: Call) -> list[Account]:
    """The accounts that the app serves. Raises Refused for another token than the app's."""
    if not call.caller.is_app:
        raise Refused(Refusal.APP_TOKEN_NEEDED)
    return [account for account in call.world.portfolio.accounts if account.app_id == call.object_id]


def _require_object(given: Any) -> None:
    if given != OBJECT:
        raise Refused(Refusal.PARAMETER_INVALID, f"object must be {OBJECT}.")


def _fields(given: Any) -> frozenset[str]:
    """Read names with commas between them, a JSON list, or a list of names or of `{"name": ...}`."""
    if isinstance(given, str):
        given = _listed(given)
    if not isinstance(given, Iterable) or not given:
        raise Refused(Refusal.PARAMETER_MISSING, "fields names what to subscribe to.")
    names = [one.get("name") if isinstance(one, Mapping) else one for one in given]
    unknown = [name for name in names if not isinstance(name, str) or name not in FIELDS]
    if unknown:
        raise Refused(Refusal.PARAMETER_INVALID, f"fields: there is no {unknown[0]}.")
    return frozenset(map(str, names))


def _listed(text: str) -> list[Any]:
    if text.startswith("["):
        try:
            read = parsed(text)
        except ValueError as error:
            raise Refused(Refusal.PARAMETER_INVALID, "fields is no JSON list.") from error
        return list(read)
    return [name.strip() for name in text.split(",") if name.strip()]


OPERATIONS: Operations = {
    ("app", "subscriptions"): {"GET": show, "POST": subscribe, "DELETE": leave},
}
