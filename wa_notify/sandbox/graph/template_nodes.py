"""What may be read of templates: the list page by page, one by its id."""

from collections.abc import Mapping
from typing import Any

from wa_notify.sandbox.account import HEALTH, Account, Portfolio
from wa_notify.sandbox.refusals import Refusal, Refused
from wa_notify.sandbox.templates import (
    CATEGORIES,
    DEFAULT_FIELDS,
    MORE_FIELDS,
    QUALITIES,
    STATUSES,
    Template,
)

from .asked import Asked, fields_in, shown, unreadable
from .nodes import health
from .paging import Query, page_of

NODE = "WhatsAppMessageTemplate"
KNOWN = frozenset({*DEFAULT_FIELDS, *MORE_FIELDS})
# The filters by value, and which values those have that are not free; and those that find parts of a text.
FILTERS: Mapping[str, frozenset[str] | None] = {
    "language": None, "status": STATUSES, "category": CATEGORIES, "quality_score": QUALITIES,
}  # fmt: skip
TEXT_FILTERS = ("name", "content", "name_or_content")
PARAMETERS = frozenset({"limit", "after", "before", "fields", "summary", "access_token", "appsecret_proof"})
SUMMARIES = ("total_count", "message_template_count", "message_template_limit", "are_translations_complete")


def template_list(
    portfolio: Portfolio, account: Account, query: Query, url: str, *, most: int
) -> dict[str, Any]:
    """Answer `GET /{waba_id}/message_templates`, page by page; `url` is the request's, for further pages.

    Filters by value take several, with commas; those by name and content find parts (both as API clients
    describe them). `most` templates are allowed. Raises Refused.
    """
    _require_known(query)
    wanted = {name: _wanted(name, query[name]) for name in FILTERS if query.get(name)}
    parts = {name: query[name].lower() for name in TEXT_FILTERS if query.get(name)}
    asked = _asked(query)
    found = {one.id: one for one in account.templates.values() if _matches(one, wanted, parts)}
    page = page_of(found, query, url)
    answer = page.listed([_shown(portfolio, account, one, asked) for one in page.items])
    if query.get("summary"):
        counts = dict(zip(SUMMARIES, (len(found), len(account.templates), most, True), strict=True))
        answer["summary"] = {name: counts[name] for name in _summaries(query["summary"])}
    return answer


def template_node(portfolio: Portfolio, account: Account, template: Template, query: Query) -> dict[str, Any]:
    """Answer `GET /{template_id}`. Raises Refused."""
    return _shown(portfolio, account, template, _asked(query))


def _asked(query: Query) -> tuple[Asked, ...]:
    """Return the asked fields. Raises Refused for one that templates do not have, though there be none."""
    asked = fields_in(query.get("fields", ""))
    for one in asked:
        if one.name not in KNOWN:
            raise unreadable(one.name, NODE)
    return asked


def _require_known(query: Query) -> None:
    """Raise Refused for a parameter that the list does not have."""
    unknown = sorted(query.keys() - {*FILTERS, *TEXT_FILTERS, *PARAMETERS})
    if unknown:
        raise Refused(Refusal.FIELD_NOT_READABLE, f"({unknown[0]}) is not a parameter of a template list.")


def _shown(
    portfolio: Portfolio, account: Account, template: Template, asked: tuple[Asked, ...]
) -> dict[str, Any]:
    values = template.as_json((*DEFAULT_FIELDS, *MORE_FIELDS))
    if any(one.name == "health_status" for one in asked):
        values["health_status"] = _health(portfolio, account, template)
    return shown(values, asked, DEFAULT_FIELDS, KNOWN, NODE)


def _health(portfolio: Portfolio, account: Account, template: Template) -> dict[str, Any]:
    """The health of a template is that of its account, and whether it may be sent."""
    state = {"can_send_message": HEALTH[-1], "additional_info": [f"The template is {template.status}."]}
    return health(
        portfolio, account, "MESSAGE_TEMPLATE", template.id, **({} if template.is_sendable else state)
    )


def _wanted(name: str, given: str) -> frozenset[str]:
    """Return the values that a filter lets through, in lower case."""
    values = [one.strip() for one in given.split(",") if one.strip()]
    known = FILTERS[name]
    for value in values:
        if known is not None and value.upper() not in known:
            raise Refused(Refusal.VALUE_INVALID, f"{name} must be one of {', '.join(sorted(known))}.")
    return frozenset(value.lower() for value in values)


def _matches(template: Template, wanted: Mapping[str, frozenset[str]], parts: Mapping[str, str]) -> bool:
    values = {
        "language": template.language, "status": template.status, "category": template.category,
        "quality_score": template.quality,
    }  # fmt: skip
    content = " ".join(str(part.get("text", "")) for part in template.components)
    texts = {"name": template.name, "content": content, "name_or_content": f"{template.name} {content}"}
    return all(values[name].lower() in allowed for name, allowed in wanted.items()) and all(
        part in texts[name].lower() for name, part in parts.items()
    )


def _summaries(asked: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in asked.split(",") if name.strip())
    for name in names:
        if name not in SUMMARIES:
            raise Refused(Refusal.VALUE_INVALID, f"summary must be some of {', '.join(SUMMARIES)}.")
    return names
