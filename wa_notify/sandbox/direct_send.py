"""Direct Send: utility messages without a template made beforehand (Meta's documentation, July 2026).

An account must have been let in (`Account.direct_send`). Behind the scenes a template is found or made:

=====================================================  ==================================  ==========
what                                                   who says so                         how sure
=====================================================  ==================================  ==========
it is called `auto_generated_...`, or as one asks,     Meta's reference of Direct Send     firm
has the source AUTO_GENERATED, is neither edited nor
deleted, and nobody sends it as a template
unused for 24 hours it vanishes                        Meta's reference of Direct Send     fair
two messages are of one template when they differ in   our deduction                       guess
numbers only
a name conflicts with that of a template of one's own  our deduction                       guess
(132021, later)
a text that looks like a variable cannot be made a     our deduction                       guess
template (131000, later)
=====================================================  ==================================  ==========

Not imitated: up to ten mixed buttons in one message, and the ladder from a warning to removal.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .account import Account
from .clock import Clock
from .messages import ButtonKind, Content
from .refusals import Refusal, Refused
from .schedule import Schedule
from .standing import Measure
from .templates import Template

GENERATED, LANGUAGE = "AUTO_GENERATED", "en"
UNUSED_LASTS = timedelta(hours=24)
TEXT_MOST = 1024
CATEGORIES = {"off": (), "utility": ("UTILITY",), "all": ("UTILITY", "AUTHENTICATION")}
TTL = {"UTILITY": (30, 43_200), "AUTHENTICATION": (30, 900)}  # seconds
DEFAULT_TTL = {"UTILITY": None, "AUTHENTICATION": timedelta(seconds=600)}
INTERACTIVE = ("button", "cta_url")

JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectSend:
    """What a message asks of Direct Send. ttl: None is the default of 30 days. name: empty if it has none."""

    category: str
    ttl: timedelta | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedUnused:
    """Since that instant nobody may have used a generated template."""

    account: Account
    template_id: str
    since: datetime


def direct_send_of(account: Account, kind: str, body: JsonObject, now: datetime) -> DirectSend | None:
    """Return what a message whose shape was checked asks of Direct Send, if anything. Raises Refused."""
    category = str(body.get("category") or "SERVICE").upper()
    if category == "SERVICE":
        for name in ("ttl_seconds", "direct_send_config"):
            if body.get(name) is not None:
                raise Refused(Refusal.DIRECT_SEND_CONTENT, f"{name} belongs to the category UTILITY.")
        return None
    if category not in TTL:
        raise Refused(Refusal.VALUE_INVALID, f"category must be one of SERVICE, {', '.join(TTL)}.")
    _require_allowed(account, category, now)
    _check_content(kind, body[kind])
    return DirectSend(
        category=category,
        ttl=_ttl(category, body.get("ttl_seconds")),
        name=(body.get("direct_send_config") or {}).get("template_name") or "",
    )


def require_own(template: Template, refusal: Refusal) -> None:
    """Raise Refused for a template that Direct Send made."""
    if template.source == GENERATED:
        raise Refused(refusal, f"Direct Send made the template {template.name}.")


def _require_allowed(account: Account, category: str, now: datetime) -> None:
    match account.direct_send:
        case "blocked":
            raise Refused(Refusal.DIRECT_SEND_BLOCKED)
        case "limited":
            raise Refused(Refusal.MISCLASSIFICATION, "The account is throttled for misusing Direct Send.")
        case state if category not in CATEGORIES[state]:
            raise Refused(
                Refusal.DIRECT_SEND_OFF,
                f"The category {category} needs Direct Send, which the account does not have for it: use an "
                "approved template.",
            )
    if category == "UTILITY" and account.standing.has(Measure.NO_DIRECT_SEND, now):
        raise Refused(Refusal.DIRECT_SEND_BLOCKED)


def _check_content(kind: str, value: JsonObject) -> None:
    if kind == "text" and value.get("preview_url"):
        raise Refused(Refusal.DIRECT_SEND_CONTENT, "Direct Send takes no text.preview_url.")
    if kind == "text" and len(value["body"]) > TEXT_MOST:
        raise Refused(
            Refusal.DIRECT_SEND_CONTENT, f"With Direct Send text.body has at most {TEXT_MOST} characters."
        )
    if kind != "text" and not (kind == "interactive" and value.get("type") in INTERACTIVE):
        raise Refused(
            Refusal.DIRECT_SEND_CONTENT,
            f"Direct Send takes text, and interactive {' and '.join(INTERACTIVE)}.",
        )


def _ttl(category: str, given: int | None) -> timedelta | None:
    least, most = TTL[category]
    if given is None:
        return DEFAULT_TTL[category]
    if not least <= given <= most:
        raise Refused(Refusal.VALUE_INVALID, f"ttl_seconds of {category} is from {least} to {most}.")
    return timedelta(seconds=given)


class Generated:
    """Finds or makes the template behind a message, and lets those go that nobody uses."""

    def __init__(self, *, clock: Clock, schedule: Schedule[Any], next_id: Callable[[], str]) -> None:
        self._clock = clock
        self._schedule = schedule
        self._next_id = next_id
        self.used: dict[str, datetime] = {}  # by template id

    def template_for(self, account: Account, asked: DirectSend, content: Content) -> Template | Refusal:
        """Return the template, or why there is none."""
        found = _named(account, asked.name) if asked.name else _alike(account, asked, content)
        if found is not None and found.source != GENERATED:
            return Refusal.DIRECT_SEND_NAME
        if found is None:
            number = self._next_id()
            try:
                found = _made(number, asked.name or f"auto_generated_{number}", asked.category, content)
            except ValueError:
                return Refusal.SOMETHING_WRONG
            account.templates[found.name, found.language] = found
        self._use(account, found)
        return found

    def _use(self, account: Account, template: Template) -> None:
        """Every template has one event that looks after it: it follows the last use, a day behind."""
        now = self._clock()
        if template.id not in self.used:
            self._watch(account, template.id, now)
        self.used[template.id] = now

    def look_after(self, event: GeneratedUnused) -> None:
        """Let a template go, unless it was used in the meantime."""
        used = self.used.get(event.template_id, event.since)
        if used > event.since:
            self._watch(event.account, event.template_id, used)
            return
        self.used.pop(event.template_id, None)
        gone = [key for key, one in event.account.templates.items() if one.id == event.template_id]
        for key in gone:
            del event.account.templates[key]

    def _watch(self, account: Account, template_id: str, since: datetime) -> None:
        event = GeneratedUnused(account=account, template_id=template_id, since=since)
        self._schedule.add(since + UNUSED_LASTS, event)


def _named(account: Account, name: str) -> Template | None:
    return next((template for template in account.templates.values() if template.name == name), None)


def _alike(account: Account, asked: DirectSend, content: Content) -> Template | None:
    wanted = (asked.category, _skeleton(_components(content)))
    for template in account.templates.values():
        if template.source == GENERATED and (template.category, _skeleton(template.components)) == wanted:
            return template
    return None


def _skeleton(components: tuple[JsonObject, ...]) -> str:
    return re.sub(r"\d+", "#", str(components))


def _made(number: str, name: str, category: str, content: Content) -> Template:
    return Template(
        id=number,
        name=name,
        language=LANGUAGE,
        category=category,
        components=_components(content),
        quality="UNKNOWN",
        source=GENERATED,
    )


def _components(content: Content) -> tuple[JsonObject, ...]:
    header = {"type": "HEADER", "format": "TEXT", "text": content.header}
    footer = {"type": "FOOTER", "text": content.footer}
    row = [
        {"type": "URL", "text": button.title, "url": button.url}
        if button.kind is ButtonKind.URL
        else {"type": "QUICK_REPLY", "text": button.title}
        for button in content.buttons
    ]
    return (
        *([header] if content.header else []),
        {"type": "BODY", "text": content.body},
        *([footer] if content.footer else []),
        *([{"type": "BUTTONS", "buttons": row}] if row else []),
    )
