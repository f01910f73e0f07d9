"""What may be read from the Graph: the number, the account, its subscriptions (see also `template_nodes`)."""

from typing import Any

from wa_notify.sandbox.account import HEALTH, Account, Line, Portfolio

from .fields import Query, picked
from .paging import page_of

NUMBER_DEFAULTS = (
    "id", "display_phone_number", "verified_name", "quality_rating", "code_verification_status",
    "platform_type", "throughput", "webhook_configuration",
)  # fmt: skip


def number_node(portfolio: Portfolio, line: Line, query: Query) -> dict[str, Any]:
    """Answer `GET /{phone_number_id}`."""
    account, number = line.account, line.number
    values = {
        "id": line.id,
        "display_phone_number": number.display_phone_number,
        "verified_name": number.verified_name,
        "quality_rating": number.quality_rating,
        "quality_score": {"score": number.quality_rating},
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": number.throughput},
        "webhook_configuration": webhooks_of(line),
        "status": "CONNECTED",
        "name_status": "APPROVED",
        "new_name_status": "NONE",
        "account_mode": "SANDBOX",
        "is_official_business_account": False,
        "is_pin_enabled": True,
        "country_dial_code": number.country_code,
        "messaging_limit_tier": portfolio.messaging_limit,
        "whatsapp_business_manager_messaging_limit": portfolio.messaging_limit,
        "health_status": health(portfolio, account, "PHONE_NUMBER", line.id),
    }
    return picked(values, query, NUMBER_DEFAULTS, "WhatsAppBusinessPhoneNumber")


def webhooks_of(line: Line) -> dict[str, str]:
    """Return the addresses of callbacks: the app's, and the number's own if it has one."""
    own = {"phone_number": line.number.callback_url} if line.number.callback_url else {}
    return {"application": line.account.callback_url or "", **own}


def account_node(portfolio: Portfolio, account: Account, query: Query) -> dict[str, Any]:
    """Answer `GET /{waba_id}`."""
    values = {
        "id": account.waba_id,
        "name": account.name,
        "currency": "USD",
        "timezone_id": "1",
        "message_template_namespace": "sandbox",
        "health_status": health(portfolio, account, "WABA", account.waba_id),
    }
    return picked(
        values, query, ("id", "name", "timezone_id", "message_template_namespace"), "WhatsAppBusinessAccount"
    )


def health(portfolio: Portfolio, account: Account, entity: str, id: str) -> dict[str, Any]:  # noqa: A002 - Graph's name
    """Return a `health_status`; the whole is as well as its worst entity."""
    entities = [(entity, id), ("BUSINESS", portfolio.business_id), ("APP", account.app_id)]
    if entity != "WABA":
        entities.insert(1, ("WABA", account.waba_id))
    shown = [
        {"entity_type": kind, "id": of, "can_send_message": "AVAILABLE", **account.unwell.get(kind, {})}
        for kind, of in entities
    ]
    worst = max((entity["can_send_message"] for entity in shown), key=HEALTH.index)
    return {"can_send_message": worst, "entities": shown}


def number_list(portfolio: Portfolio, account: Account, query: Query, url: str) -> dict[str, Any]:
    """Answer `GET /{waba_id}/phone_numbers`."""
    lines = [Line(account=account, number=number) for number in account.numbers]
    page = page_of({line.id: line for line in lines}, query, url)
    return {"data": [number_node(portfolio, line, query) for line in page.items], "paging": page.paging}


def subscriptions(account: Account) -> dict[str, Any]:
    """Answer `GET /{waba_id}/subscribed_apps`: the app of the sandbox, once there is an address."""
    app: dict[str, Any] = {
        "whatsapp_business_api_data": {
            "id": account.app_id,
            "name": "wa_notify sandbox",
            "link": "https://example.net/",
        }
    }
    if account.callback_url:
        app["override_callback_uri"] = account.callback_url
    return {"data": [app] if account.callback_url else []}
