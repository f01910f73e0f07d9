"""The `pricing` and `conversation` objects of a status: who pays by which rules, by date.

Conversations of 24 hours were charged once from February 2022 on, begun by business or person, and from June
2023 on by category. Charged per delivered message since 1 July 2025. Since 1 October 2026 utility templates
inside an open window and free-form ("service") messages are billed as well, the latter after 1,000 free ones
per business number and month (carried by many resellers; Meta's own pricing page lagged behind, so: fair, not
firm). We count a month in UTC, and when the message is sent, because the object already comes with that
status. Whoever comes from an advertisement and is answered within a day makes 72 hours free, from then on.
"""

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .messages import Message
from .numbers import country_of

LASTS = timedelta(hours=24)
NO_CONVERSATION_SINCE = 24  # the Graph version of the callbacks from which it stands at entry points only
CBP, PMP = "CBP", "PMP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The billing rules from an instant on.

    model: `CBP` per conversation, `PMP` per message. free_service: free-form messages (CBP: conversations)
    without charge per month, None for all of them. free_utility_in_window: whether utility templates are free
    in an open window (CBP: begin no conversation). by_category: whether conversations have a category.
    """

    since: datetime
    model: str
    free_service: int | None
    free_utility_in_window: bool
    by_category: bool = True


# Newest first.
RULES = (
    Rules(
        since=datetime(2026, 10, 1, tzinfo=UTC), model=PMP, free_service=1000, free_utility_in_window=False
    ),
    Rules(since=datetime(2025, 7, 1, tzinfo=UTC), model=PMP, free_service=None, free_utility_in_window=True),
    Rules(since=datetime(2024, 11, 1, tzinfo=UTC), model=CBP, free_service=None, free_utility_in_window=True),
    Rules(since=datetime(2023, 6, 1, tzinfo=UTC), model=CBP, free_service=1000, free_utility_in_window=True),
    Rules(
        since=datetime(2022, 2, 1, tzinfo=UTC),
        model=CBP,
        free_service=0,
        free_utility_in_window=False,
        by_category=False,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """24 hours with one person, charged once."""

    id: str
    kind: str
    begun_at: datetime
    billable: bool

    def is_open(self, at: datetime) -> bool:
        """Whether a message of that instant belongs to it."""
        return at < self.begun_at + LASTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message as its price depends on it; see `category_of`."""

    wamid: str
    wa_id: str
    category: str
    at: datetime
    window_open: bool
    entry_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The two objects; `conversation` is None where the callback shows none."""

    pricing: Mapping[str, Any]
    conversation: Mapping[str, Any] | None = None


class Pricing:
    """Prices messages one by one, counting the free ones of each month."""

    __slots__ = ("_open", "_service")

    def __init__(self) -> None:
        self._service: Counter[tuple[int, int]] = Counter()
        self._open: OrderedDict[tuple[str, str], Conversation] = OrderedDict()  # in order of their beginning

    def of(self, sent: Sent, *, version: int) -> Bill:
        """Return the objects for a message; `version` is that of the callbacks."""
        rules = _rules(sent.at)
        if sent.entry_until is not None and sent.at < sent.entry_until:
            return _entry_point(sent, rules)
        if rules.model == CBP:
            return self._in_conversation(sent, rules)
        free = self._is_free(sent, rules)
        pricing = {"billable": not free, "pricing_model": PMP}
        kind = "free_customer_service" if free else "regular"
        shown = {**pricing, "type": kind, "category": sent.category}
        if version >= NO_CONVERSATION_SINCE:
            return Bill(pricing=shown)
        # Older callbacks still show one, with an id of its own for each message.
        return Bill(pricing=shown, conversation=_shown(_hex(sent.wamid), sent.category, sent.at + LASTS))

    def charges(self, sent: Sent) -> bool:
        """Whether a message would cost anything; nothing is counted, and no conversation begins."""
        rules = _rules(sent.at)
        if sent.entry_until is not None and sent.at < sent.entry_until:
            return False
        if rules.model == CBP and any(self._known(sent, kind) for kind in _kinds(sent, rules)):
            return False
        if _kind(sent, rules) in ("service", "user_initiated"):
            month = _month(sent.at)
            return rules.free_service is not None and self._service[month] >= rules.free_service
        in_window = sent.category == "utility" and sent.window_open
        return not (in_window and rules.free_utility_in_window)

    def _known(self, sent: Sent, kind: str) -> Conversation | None:
        known = self._open.get((sent.wa_id, kind))
        return known if known is not None and known.is_open(sent.at) else None

    def _in_conversation(self, sent: Sent, rules: Rules) -> Bill:
        found = self._conversation(sent, rules)
        pricing = {"billable": found.billable, "pricing_model": CBP, "category": found.kind}
        return Bill(pricing=pricing, conversation=_shown(found.id, found.kind, found.begun_at + LASTS))

    def _conversation(self, sent: Sent, rules: Rules) -> Conversation:
        """The open conversation that the message belongs to, or the one that it begins."""
        kind = _kind(sent, rules)
        for one in _kinds(sent, rules):
            if (known := self._known(sent, one)) is not None:
                return known
        begun = Conversation(
            id=_hex(f"{sent.wa_id}/{kind}/{sent.at.isoformat()}"),
            kind=kind,
            begun_at=sent.at,
            billable=kind != "service" or not self._is_free_service(sent.at, rules),
        )
        self._open.pop((sent.wa_id, kind), None)
        self._open[sent.wa_id, kind] = begun
        while not next(iter(self._open.values())).is_open(sent.at):
            self._open.popitem(last=False)
        return begun

    def _is_free(self, sent: Sent, rules: Rules) -> bool:
        if sent.category == "service":
            return self._is_free_service(sent.at, rules)
        return sent.category == "utility" and sent.window_open and rules.free_utility_in_window

    def _is_free_service(self, at: datetime, rules: Rules) -> bool:
        month = _month(at)
        self._service[month] += 1
        return rules.free_service is None or self._service[month] <= rules.free_service


def category_of(message: Message) -> str:
    """Return under which category a message is charged: `service` for a free-form one.

    Marketing through its own API is `marketing_lite`; an authentication template to a country for which the
    account pays the international rate is `authentication_international`, unless it is the number's own.
    """
    category = message.content.category
    if category == "MARKETING" and message.by_marketing_api:
        return "marketing_lite"
    country = country_of(message.wa_id)
    abroad = country != country_of(message.line.number.digits)
    if category == "AUTHENTICATION" and abroad and country in message.line.account.auth_international:
        return "authentication_international"
    return category.lower()


def _rules(at: datetime) -> Rules:
    return next((rules for rules in RULES if at >= rules.since), RULES[-1])


def _month(at: datetime) -> tuple[int, int]:
    return at.astimezone(UTC).year, at.astimezone(UTC).month


def _kind(sent: Sent, rules: Rules) -> str:
    """Return the kind of conversation that a message begins."""
    if not rules.by_category:
        return "user_initiated" if sent.category == "service" else "business_initiated"
    if (
        rules.model == CBP
        and sent.category == "utility"
        and sent.window_open
        and rules.free_utility_in_window
    ):
        return "service"
    return sent.category


def _kinds(sent: Sent, rules: Rules) -> tuple[str, ...]:
    """Return the kinds of open conversations that a message may belong to."""
    return (_kind(sent, rules),) if rules.by_category else ("user_initiated", "business_initiated")


def _entry_point(sent: Sent, rules: Rules) -> Bill:
    """Everything is free, and every callback shows the conversation."""
    kind = {} if rules.model == CBP else {"type": "free_entry_point"}
    pricing = {"billable": False, "pricing_model": rules.model, **kind, "category": "referral_conversion"}
    until = sent.entry_until or sent.at
    number = _hex(f"{sent.wa_id}/referral_conversion/{until.isoformat()}")
    return Bill(pricing=pricing, conversation=_shown(number, "referral_conversion", until))


def _shown(number: str, origin: str, until: datetime) -> Mapping[str, Any]:
    return {
        "id": number,
        "expiration_timestamp": str(int(until.timestamp())),
        "origin": {"type": origin},
    }


def _hex(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()[:32]
