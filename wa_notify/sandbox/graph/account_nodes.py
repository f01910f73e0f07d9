"""What may be read of an account: its node, and the apps that are subscribed to it."""

from collections.abc import Mapping
from typing import Any

from wa_notify.sandbox.account import Account, Portfolio
from wa_notify.sandbox.numbers import country_of

from .asked import Asked, fields_in, shown
from .nodes import health
from .number_nodes import number_list

NODE = "WhatsAppBusinessAccount"
DEFAULTS = ("name", "timezone_id", "message_template_namespace")
# Fields that there are, although no account here has a value in them.
EMPTY = frozenset({
    "on_behalf_of_business_info", "marketing_messages_lite_api_status", "primary_funding_id",
    "marketing_messages_onboarding_status", "purchase_order_number",
})  # fmt: skip


def account_node(
    portfolio: Portfolio, account: Account, query: Mapping[str, str], url: str
) -> dict[str, Any]:
    """Answer `GET /{waba_id}`; the numbers and the subscribed apps can be asked for as fields too."""
    asked = fields_in(query.get("fields", ""))
    edges = {one.name: one for one in asked if one.name in ("phone_numbers", "subscribed_apps")}
    values = {**_values(portfolio, account), **_behind(portfolio, account, edges, url)}
    plain = tuple(
        Asked(name=one.name, modifiers={}) if one.name in edges else one for one in asked
    )  # fmt: skip
    return shown(values, plain, DEFAULTS, EMPTY, NODE)


def subscribed_apps(account: Account) -> dict[str, Any]:
    """Answer `GET /{waba_id}/subscribed_apps`: the app of the account, if it is subscribed."""
    if not account.is_subscribed:
        return {"data": []}
    about = {"id": account.app_id, "name": "wa_notify sandbox", "link": "https://example.net/"}
    override = {"override_callback_uri": account.override_url} if account.override_url else {}
    return {"data": [{"whatsapp_business_api_data": about, **override}]}


def _values(portfolio: Portfolio, account: Account) -> dict[str, Any]:
    return {
        "id": account.waba_id,
        "name": account.name,
        "status": "ACTIVE",
        "currency": "USD",
        "disable_marketing_messages_on_cloud_api": account.disable_marketing_messages_on_cloud_api,
        "country": country_of(account.first.digits),
        "timezone_id": "1",
        "message_template_namespace": "sandbox",
        "business_verification_status": "verified" if portfolio.verified else "not_verified",
        "account_review_status": "APPROVED",
        "ownership_type": "SELF",
        "is_enabled_for_insights": False,
        "owner_business_info": {"id": portfolio.business_id, "name": account.name},
        "health_status": health(portfolio, account, "WABA", account.waba_id),
    }


def _behind(portfolio: Portfolio, account: Account, edges: Mapping[str, Asked], url: str) -> dict[str, Any]:
    """Return what stands behind the asked edges; further pages are asked of the edge itself."""
    found: dict[str, Any] = {}
    if (numbers := edges.get("phone_numbers")) is not None:
        edge = f"{url.partition('?')[0].rstrip('/')}/phone_numbers"
        found["phone_numbers"] = number_list(portfolio, account, numbers.query, edge)
    if "subscribed_apps" in edges:
        found["subscribed_apps"] = subscribed_apps(account)
    return found
