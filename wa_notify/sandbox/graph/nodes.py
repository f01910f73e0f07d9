"""What may be read from the Graph of templates, page by page, and how well everything is."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from wa_notify.sandbox.account import HEALTH, Account, Portfolio
from wa_notify.sandbox.health import state_of
from wa_notify.sandbox.refusals import Refusal, Refused
from wa_notify.sandbox.templates import DEFAULT_FIELDS, MORE_FIELDS, Template

PAGE = 25  # our deduction: the usual page of the Graph
PAGE_MOST = 1000
FILTERS = ("name", "status", "category", "language", "quality_score")
TEXT_FILTERS = ("content", "name_or_content")
SUMMARIES = ("total_count", "message_template_count", "message_template_limit", "are_translations_complete")
PAGING = frozenset({"limit", "after", "before", "fields", "summary", "access_token", "appsecret_proof"})

Query = Mapping[str, str]


def health(
    portfolio: Portfolio,
    account: Account,
    entity: str,
    id: str,  # noqa: A002 - Graph's name
    **state: Any,
) -> dict[str, Any]:
    """Return a `health_status`; the whole is as well as its worst entity.

    state: what else is to be said of the entity itself.
    """
    entities = [(entity, id), ("BUSINESS", portfolio.business_id), ("APP", account.app_id)]
    if entity == "PHONE_NUMBER":
        entities.insert(1, ("WABA", account.waba_id))
    shown = [
        {
            "entity_type": kind, "id": of,
            **state_of(portfolio, account, kind, of), **(state if of == id else {}),
        }
        for kind, of in entities
    ]  # fmt: skip
    worst = max((entity["can_send_message"] for entity in shown), key=HEALTH.index)
    return {"can_send_message": worst, "entities": shown}


def template_list(account: Account, query: Query, url: str, *, most: int) -> dict[str, Any]:
    """Answer `GET /{waba_id}/message_templates`, page by page; `url` is the request's, for links to others.

    Filters by status, category, language and quality take several values with commas between; those by name
    and text find parts (both as API clients describe them). `most`: templates that the account may have.
    """
    _require_known(query, {*FILTERS, *TEXT_FILTERS, *PAGING}, "a template list")
    fields = _fields(query, DEFAULT_FIELDS, {*DEFAULT_FIELDS, *MORE_FIELDS}, "WhatsAppMessageTemplate")
    found = [template for template in account.templates.values() if _matches(template, query)]
    start, end = _page(query, len(found))
    page: dict[str, Any] = {"data": [template.as_json(fields) for template in found[start:end]]}
    if page["data"]:
        page["paging"] = {"cursors": {"before": _cursor(start), "after": _cursor(end)}}
        joint = "&" if "?" in url else "?"
        if end < len(found):
            page["paging"]["next"] = f"{url}{joint}after={_cursor(end)}"
        if start > 0:
            page["paging"]["previous"] = f"{url}{joint}before={_cursor(start)}"
    counts = (len(found), len(account.templates), most, True)
    asked = query.get("summary", "").split(",")
    if summary := {name: count for name, count in zip(SUMMARIES, counts, strict=True) if name in asked}:
        page["summary"] = summary
    return page


def template_node(portfolio: Portfolio, account: Account, template: Template, query: Query) -> dict[str, Any]:
    """Answer `GET /{template_id}`."""
    fields = _fields(query, DEFAULT_FIELDS, {*DEFAULT_FIELDS, *MORE_FIELDS}, "WhatsAppMessageTemplate")
    shown = template.as_json(fields)
    if "health_status" in fields:
        shown["health_status"] = health(portfolio, account, "MESSAGE_TEMPLATE", template.id)
    return shown


def _matches(template: Template, query: Query) -> bool:
    values = template.as_json(("status", "category", "language"))
    values["quality_score"] = template.quality
    named = {name: query[name].lower().split(",") for name in values if query.get(name)}
    texts = {
        "name": template.name,
        "content": " ".join(str(part.get("text", "")) for part in template.components),
    }
    texts["name_or_content"] = f"{texts['name']} {texts['content']}"
    return all(values[name].lower() in wanted for name, wanted in named.items()) and all(
        query.get(name, "").lower() in text.lower() for name, text in texts.items()
    )


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
