"""What WhatsApp charges, and when: its price models by date, a table of rates, and the price of one message.

Source: Meta's pricing documentation; what begins in October 2026 is known from its announcement as carried by
resellers. Rates are never part of the code: they come from a table of the user's own (see
`wa_notify.config.prices`), and what such a table does not say has no known price, which is not zero.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from wa_notify.core.wallclock import TIME_ZONE, instant

ZERO = Decimal(0)
SERVICE, UTILITY, AUTHENTICATION, MARKETING = "service", "utility", "authentication", "marketing"
BUSINESS_INITIATED, USER_INITIATED = "business_initiated", "user_initiated"  # conversations until June 2023
CATEGORIES = (UTILITY, MARKETING, AUTHENTICATION, SERVICE, BUSINESS_INITIATED, USER_INITIATED)
OTHER_MARKET = "Other"  # of regions that the map of markets does not name
CONVERSATION_LASTS = timedelta(hours=24)
ANSWER_WITHIN = timedelta(hours=24)  # so soon a business must answer whoever comes from an advertisement
ENTRY_POINT_LASTS = timedelta(hours=72)  # counted from that answer

# Finer words of the platform, and the category whose rate holds where the table has none for them.
COARSER = {"authentication_international": AUTHENTICATION, "marketing_lite": MARKETING}


class Model(StrEnum):
    """What is counted."""

    NOTIFICATION = "notification"  # each delivered template
    CONVERSATION = "conversation"  # 24 hours with one person, however many messages
    PER_MESSAGE = "per_message"  # each delivered message


class Free(StrEnum):
    """Why a message costs nothing. There is one reason at most."""

    ENTRY_POINT = "entry_point"
    CONVERSATION = "conversation"
    WINDOW = "window"
    SERVICE = "service"
    FREE_TIER = "free_tier"


WHY_FREE: dict[Free, str] = {
    Free.ENTRY_POINT: "the person came from an advertisement, and all is free for 72 hours",
    Free.CONVERSATION: "the conversation of these 24 hours is charged already",
    Free.WINDOW: "utility templates are free in an open window",
    Free.SERVICE: "free-form messages are free",
    Free.FREE_TIER: "it is one of the free messages of the month",
}


class Preference(StrEnum):
    """Which form leaves while the window is open and both are possible."""

    FREE_FORM = "free_form"
    TEMPLATE = "template"
    CHEAPER = "cheaper"


class Merging(StrEnum):
    """When what waits for one person becomes one message."""

    AUTO = "auto"  # once free-form messages cost something
    ALWAYS = "always"
    NEVER = "never"


def spoken_amount(amount: Decimal) -> str:
    """An amount with at least two digits behind the point, and no needless zeros behind those."""
    exact = amount.normalize()
    return f"{exact:,.{max(2, -int(exact.as_tuple().exponent))}f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """By what WhatsApp charges from a day on.

    ``free_service`` is how many free-form messages (or conversations that people begin) cost nothing in a
    month, for each business number; nothing means all of them. Without ``by_category`` a conversation has no
    category but is begun by the business or by the person, and only one is open at a time.
    """

    since: date
    model: Model
    free_service: int | None = None
    free_utility_in_window: bool = False
    by_category: bool = True
    source: str = ""


_CONVERSATIONS = "Meta's pricing documentation, conversation-based pricing"
_MESSAGES = "Meta's pricing documentation, per-message pricing"
# Oldest first. What holds today is the last one that has begun.
TERMS = (
    Terms(since=date.min, model=Model.NOTIFICATION, source="Meta's overview of the WhatsApp Business API"),
    Terms(
        since=date(2022, 2, 1),
        model=Model.CONVERSATION,
        free_service=0,
        by_category=False,
        source=_CONVERSATIONS,
    ),
    Terms(
        since=date(2023, 6, 1),
        model=Model.CONVERSATION,
        free_service=1000,
        free_utility_in_window=True,
        source=_CONVERSATIONS,
    ),
    Terms(
        since=date(2024, 11, 1),
        model=Model.CONVERSATION,
        free_utility_in_window=True,
        source=_CONVERSATIONS,
    ),
    Terms(since=date(2025, 7, 1), model=Model.PER_MESSAGE, free_utility_in_window=True, source=_MESSAGES),
    Terms(
        since=date(2026, 10, 1),
        model=Model.PER_MESSAGE,
        free_service=1000,
        source="Meta's announcement of 1 July 2026, as carried by resellers",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one message (or conversation) costs in a market, from the ``from_volume``-th of a month on."""

    market: str
    category: str
    price: Decimal
    from_volume: int = 1
    since: date = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTable:
    """Rates of one currency. ``note`` is what has to be said of them, such as that they are an example."""

    currency: str = "USD"
    rates: Mapping[tuple[str, str], tuple[Rate, ...]] = field(default_factory=dict)
    markets: frozenset[str] = frozenset()
    note: str = ""

    def rate(self, market: str, category: str, day: date, volume: int = 0) -> Decimal | None:
        """The price of the next message after ``volume`` of them in this month; nothing when unknown."""
        begun = [rate for rate in self.rates.get((market, category), ()) if rate.since <= day]
        newest = max((rate.since for rate in begun), default=None)
        steps = [rate for rate in begun if rate.since == newest and rate.from_volume <= volume + 1]
        return max(steps, key=lambda rate: rate.from_volume).price if steps else None


def price_table(rates: Iterable[Rate], currency: str, note: str = "") -> PriceTable:
    """Sort rates so that they are found quickly."""
    found: dict[tuple[str, str], list[Rate]] = {}
    for rate in rates:
        found.setdefault((rate.market, rate.category), []).append(rate)
    return PriceTable(
        currency=currency,
        rates={key: tuple(group) for key, group in found.items()},
        markets=frozenset(market for market, _ in found),
        note=note,
    )


def _nowhere(_phone: str) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Everything the price of a message is reckoned with.

    ``markets`` tells the market of a region (two letters), ``region_of`` the region of a phone number in
    E.164. ``time_zone`` is the account's: its months end there at midnight.
    """

    table: PriceTable = field(default_factory=PriceTable)
    terms: tuple[Terms, ...] = TERMS
    markets: Mapping[str, str] = field(default_factory=dict)
    region_of: Callable[[str], str] = _nowhere
    time_zone: str = TIME_ZONE
    merge: Merging = Merging.AUTO

    def day(self, now: datetime) -> date:
        """The day of the account."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def month(self, now: datetime) -> str:
        """The month of the account, as ``2026-11``."""
        return f"{self.day(now):%Y-%m}"

    def month_ends(self, now: datetime) -> datetime:
        """When the next month of the account begins."""
        first = self.day(now).replace(day=1)
        following = (first + timedelta(days=32)).replace(day=1)
        return instant(datetime.combine(following, datetime.min.time()), ZoneInfo(self.time_zone))

    def terms_on(self, day: date) -> Terms:
        """The terms that hold on a day; before all of them, the first."""
        begun = [terms for terms in self.terms if terms.since <= day]
        return max(begun or self.terms[:1], key=lambda terms: terms.since)

    def market_of(self, phone: str, bsuid: str) -> str:
        """The market of a person: of their number's region, else of the country before their BSUID.

        A table may have a rate for the region itself. Empty when nobody can say where they are.
        """
        region = self.region_of(phone) if phone else bsuid.partition(".")[0]
        if not region or region in self.table.markets:
            return region
        return self.markets.get(region, OTHER_MARKET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message as its price depends on it, at the moment it would leave.

    ``volume`` is how many of its market and category were charged in this month before, over all business
    numbers; ``service_used`` how many free-form messages its number has sent in it. ``conversations`` are the
    categories of those that are open with the person.
    """

    category: str
    market: str
    day: date
    window_open: bool
    volume: int = 0
    service_used: int = 0
    conversations: frozenset[str] = frozenset()
    entry_point: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a message costs. ``amount`` is nothing when the table does not know it, and zero when ``free``.

    ``category`` is what it is charged as; ``free_left`` how many free-form messages are free before this one.
    """

    model: Model
    category: str
    market: str
    amount: Decimal | None
    currency: str
    free: Free | None = None
    free_left: int | None = None
    free_in_all: int | None = None

    @property
    def costs(self) -> bool:
        """Whether it costs something, be it known how much or not."""
        return self.free is None


def price_of(prices: Prices, sending: Sending) -> Price:
    """The price of one message by the terms of its day."""
    terms = prices.terms_on(sending.day)
    free, category = why_free(terms, sending), charged_as(terms, sending.category)
    amount = rate_for(prices.table, terms, sending.market, category, sending.day, sending.volume)
    counted = sending.category == SERVICE and terms.free_service is not None
    return Price(
        model=terms.model,
        category=category,
        market=sending.market,
        amount=ZERO if free else amount,
        currency=prices.table.currency,
        free=free,
        free_left=max((terms.free_service or 0) - sending.service_used, 0) if counted else None,
        free_in_all=terms.free_service if counted else None,
    )


def charged_as(terms: Terms, category: str) -> str:
    """The category under which it is charged."""
    if terms.by_category:
        return category
    return USER_INITIATED if category == SERVICE else BUSINESS_INITIATED


def why_free(terms: Terms, sending: Sending) -> Free | None:
    """The one reason for which it costs nothing; nothing when it is charged."""
    if sending.entry_point:
        return Free.ENTRY_POINT
    if terms.model is Model.CONVERSATION and _in_conversation(terms, sending):
        return Free.CONVERSATION
    if sending.category == SERVICE:
        if terms.free_service is None:
            return Free.SERVICE
        return Free.FREE_TIER if sending.service_used < terms.free_service else None
    in_window = sending.category == UTILITY and sending.window_open and terms.free_utility_in_window
    return Free.WINDOW if in_window else None


def _in_conversation(terms: Terms, sending: Sending) -> bool:
    if terms.by_category:
        return sending.category in sending.conversations
    return bool(sending.conversations)


def rate_for(
    table: PriceTable, terms: Terms, market: str, category: str, day: date, volume: int = 0
) -> Decimal | None:
    """The rate of the table; where it names none, that of the coarser category.

    Free-form messages cost what a utility template costs before any discount, unless the table says more.
    """
    if category == SERVICE:
        own = table.rate(market, SERVICE, day)
        as_utility = terms.model is Model.PER_MESSAGE and own is None
        return table.rate(market, UTILITY, day) if as_utility else own
    found = table.rate(market, category, day, volume)
    coarser = COARSER.get(category)
    return table.rate(market, coarser, day, volume) if found is None and coarser else found


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoint:
    """A person came from an advertisement or a page; if they are answered soon, 72 hours are free."""

    referred_at: datetime
    answered_at: datetime | None = None

    def answered(self, now: datetime) -> "EntryPoint":
        """The business says something to them: the first answer counts, if it is soon enough."""
        if self.answered_at is not None or now - self.referred_at > ANSWER_WITHIN:
            return self
        return EntryPoint(referred_at=self.referred_at, answered_at=now)

    def is_open(self, now: datetime) -> bool:
        """Whether a message that leaves now is free; the one that answers is."""
        answered_at = self.answered(now).answered_at
        return answered_at is not None and now < answered_at + ENTRY_POINT_LASTS
