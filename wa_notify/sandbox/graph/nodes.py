"""What may be read from the Graph: the number, the account, its templates page by page, its subscriptions."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from wa_notify.sandbox.account import HEALTH, Account, Line, Portfolio
from wa_notify.sandbox.refusals import Refusal, Refused
from wa_notify.sandbox.templates import DEFAULT_FIELDS, MORE_FIELDS, Template

PAGE = 25  # our deduction: the usual page of the Graph
PAGE_MOST = 1000
NUMBER_DEFAULTS = (
    "id", "display_phone_number", "verified_name", "quality_rating", "code_verification_status",
    "platform_type", "throughput", "webhook_configuration",
)  # fmt: skip
FILTERS = ("name", "status", "category", "language", "quality_score")
PAGING = frozenset({"limit", "after", "before", "fields", "summary", "access_token", "appsecret_proof"})

Query = Mapping[str, str]


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
    return _picked(values, query, NUMBER_DEFAULTS, "WhatsAppBusinessPhoneNumber")


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
    return _picked(
        values, query, ("id", "name", "timezone_id", "message_template_namespace"), "WhatsAppBusinessAccount"
    )


def health(portfolio: Portfolio, account: Account, entity: str, id: str) -> dict[str, Any]:  # noqa: A002 - Graph's name
    """Return a `health_status`; the whole is as well as its worst entity."""
    entities = [(entity, id), ("BUSINESS", portfolio.business_id), ("APP", account.app_id)]
    if entity == "PHONE_NUMBER":
        entities.insert(1, ("WABA", account.waba_id))
    shown = [
        {"entity_type": kind, "id": of, "can_send_message": "AVAILABLE", **account.unwell.get(kind, {})}
        for kind, of in entities
    ]
    worst = max((entity["can_send_message"] for entity in shown), key=HEALTH.index)
    return {"can_send_message": worst, "entities": shown}


def number_list(portfolio: Portfolio, account: Account, query: Query) -> dict[str, Any]:
    """Answer `GET /{waba_id}/phone_numbers`."""
    lines = [Line(account=account, number=number) for number in account.numbers]
    cursors = {"before": _cursor(0), "after": _cursor(len(lines) - 1)}
    return {
        "data": [number_node(portfolio, line, query) for line in lines],
        "paging": {"cursors": cursors},
    }


def template_list(account: Account, query: Query, url: str) -> dict[str, Any]:
    """Answer `GET /{waba_id}/message_templates`, page by page; `url` is the request's, for the next link.

    Filters compare whole values (whether the platform's `name` also finds parts is not documented).
    """
    _require_known(query, {*FILTERS, *PAGING}, "a template list")
    fields = _fields(query, DEFAULT_FIELDS, {*DEFAULT_FIELDS, *MORE_FIELDS}, "WhatsAppMessageTemplate")
    found = [template for template in account.templates.values() if _matches(template, query)]
    start, end = _page(query, len(found))
    page: dict[str, Any] = {"data": [template.as_json(fields) for template in found[start:end]]}
    if page["data"]:
        page["paging"] = {"cursors": {"before": _cursor(start), "after": _cursor(end)}}
        if end < len(found):
            page["paging"]["next"] = f"{url}{'&' if '?' in url else '?'}after={_cursor(end)}"
    if "total_count" in query.get("summary", ""):
        page["summary"] = {"total_count": len(found)}
    return page


def template_node(portfolio: Portfolio, account: Account, template: Template, query: Query) -> dict[str, Any]:
    """Answer `GET /{template_id}`."""
    fields = _fields(query, DEFAULT_FIELDS, {*DEFAULT_FIELDS, *MORE_FIELDS}, "WhatsAppMessageTemplate")
    shown = template.as_json(fields)
    if "health_status" in fields:
        shown["health_status"] = health(portfolio, account, "MESSAGE_TEMPLATE", template.id)
    return shown


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


def _matches(template: Template, query: Query) -> bool:
    values = template.as_json(("name", "status", "category", "language"))
    values["quality_score"] = template.quality
    return all(values[name].lower() == query[name].lower() for name in FILTERS if query.get(name))


def _page(query: Query, total: int) -> tuple[int, int]:
    limit = _limit(query)
    if query.get("before"):
        end = min(_place(query["before"]), total)
        return max(end - limit, 0), end
    start = min(_place(query["after"]), total) if query.get("after") else 0
    return start, min(start + limit, total)


def _limit(query: Query) -> int:
    written = query.get("limit", str(PAGE))
    if not (written.isascii() and written.isdecimal()) or len(written) > 6 or int(written) < 1:
        raise Refused(Refusal.VALUE_INVALID, "limit must be a positive whole number.")
    return min(int(written), PAGE_MOST)


def _cursor(place: int) -> str:
    return urlsafe_b64encode(f"place:{place}".encode()).decode().rstrip("=")


def _place(cursor: str) -> int:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return int(text.removeprefix("place:")[:9])
    except ValueError as error:
        raise Refused(Refusal.VALUE_INVALID, "The cursor is not one of this list.") from error


def _picked(values: Mapping[str, Any], query: Query, defaults: tuple[str, ...], node: str) -> dict[str, Any]:
    return {name: values[name] for name in ("id", *_fields(query, defaults, set(values), node))}


def _fields(query: Query, defaults: tuple[str, ...], known: Iterable[str], node: str) -> tuple[str, ...]:
    """Return the asked fields, each once. Raises Refused for one that the node does not have."""
    asked = tuple(filter(None, (name.strip() for name in query.get("fields", "").split(","))))
    for name in asked:
        if name not in known:
            raise Refused(Refusal.FIELD_NOT_READABLE, f"({name}) is not a field of node type ({node}).")
    return asked or defaults


def _require_known(query: Query, known: Iterable[str], what: str) -> None:
    unknown = sorted(set(query) - set(known))
    if unknown:
        raise Refused(Refusal.FIELD_NOT_READABLE, f"({unknown[0]}) is not a parameter of {what}.")
