"""What may be read of a business number: its node, and the list of those of an account."""

from collections.abc import Mapping
from typing import Any

from wa_notify.sandbox.account import Account, BusinessNumber, Line, Portfolio
from wa_notify.sandbox.answers import parsed
from wa_notify.sandbox.numbers import country_of
from wa_notify.sandbox.refusals import Refusal, Refused

from .asked import fields_in, shown
from .nodes import health
from .paging import page_of

NODE = "WhatsAppBusinessPhoneNumber"
DEFAULTS = (
    "display_phone_number", "verified_name", "quality_rating", "code_verification_status", "platform_type",
    "throughput", "webhook_configuration",
)  # fmt: skip
# Fields that there are, although no number here has a value in them.
EMPTY = frozenset({
    "conversational_automation", "certificate", "new_certificate", "last_onboarded_time", "search_visibility",
    "eligibility_for_api_business_global_search", "username",
})  # fmt: skip
FILTERABLE = ("account_mode",)
ONBOARDED = "%Y-%m-%dT%H:%M:%S+0000"  # the Graph's way of writing an instant


def number_node(portfolio: Portfolio, line: Line, query: Mapping[str, str]) -> dict[str, Any]:
    """Answer `GET /{phone_number_id}`."""
    return shown(_values(portfolio, line), fields_in(query.get("fields", "")), DEFAULTS, EMPTY, NODE)


def number_list(portfolio: Portfolio, account: Account, query: Mapping[str, str], url: str) -> dict[str, Any]:
    """Answer `GET /{waba_id}/phone_numbers`."""
    wanted = _filters(query.get("filtering", "[]"))
    lines = [Line(account=account, number=number) for number in account.numbers]
    found = {
        line.id: line
        for line in lines
        if all(_values(portfolio, line)[field] == value for field, value in wanted.items())
    }
    page = page_of(found, query, url)
    return page.listed([number_node(portfolio, line, query) for line in page.items])


def webhooks_of(line: Line) -> dict[str, str]:
    """Return the addresses of callbacks: the app's, and those of account and number, if there are such."""
    account, number = line.account, line.number
    own = {"whatsapp_business_account": account.override_url, "phone_number": number.callback_url}
    return {"application": account.callback_url or "", **{name: url for name, url in own.items() if url}}


def _values(portfolio: Portfolio, line: Line) -> dict[str, Any]:
    number, registration = line.number, line.number.registration
    onboarded = registration.onboarded_at
    return {
        "id": line.id,
        "display_phone_number": number.display_phone_number,
        "verified_name": number.verified_name,
        "quality_rating": number.quality_rating,
        "quality_score": {"score": number.quality_rating},
        "code_verification_status": registration.verification,
        "platform_type": "CLOUD_API" if registration.registered else "NOT_APPLICABLE",
        "throughput": {"level": number.throughput},
        "webhook_configuration": webhooks_of(line),
        "status": number.status if registration.status == "CONNECTED" else registration.status,
        "name_status": number.name_status,
        "new_name_status": "NONE",
        "account_mode": "LIVE" if number.allowed is None else "SANDBOX",
        "is_official_business_account": False,
        "is_on_biz_app": number.shared_with_app,
        "is_preverified_number": False,
        "is_pin_enabled": registration.pin is not None,
        **({"last_onboarded_time": onboarded.strftime(ONBOARDED)} if onboarded else {}),
        "country_code": country_of(number.digits),
        "country_dial_code": number.country_code,
        "messaging_limit_tier": portfolio.messaging_limit,
        "whatsapp_business_manager_messaging_limit": portfolio.messaging_limit,
        "health_status": health(portfolio, line.account, "PHONE_NUMBER", line.id, **_state(number)),
    }


def _state(number: BusinessNumber) -> dict[str, Any]:
    """What the health status says of a number that cannot send because it is not registered."""
    if number.registration.registered:
        return {}
    return {"can_send_message": "BLOCKED", "additional_info": ["The number is not registered."]}


def _filters(written: str) -> dict[str, str]:
    """Read `[{"field":"account_mode","operator":"EQUAL","value":"LIVE"}]`. Raises Refused."""
    try:
        given = parsed(written)
        filters = {one["field"]: str(one["value"]) for one in given if one["operator"] == "EQUAL"}
    except (ValueError, TypeError, KeyError) as error:
        raise Refused(Refusal.PARAMETER_INVALID, "filtering must be a list of EQUAL filters.") from error
    if len(filters) != len(given) or not filters.keys() <= {*FILTERABLE}:
        raise Refused(Refusal.PARAMETER_INVALID, f"One may filter by {', '.join(FILTERABLE)}, with EQUAL.")
    return filters
