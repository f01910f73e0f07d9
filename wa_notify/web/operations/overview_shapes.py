"""The parts of the overview, and how each is worked out of what is durable."""

import math
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from wa_notify.core.charge import spent
from wa_notify.core.condition import Scope
from wa_notify.core.directory import WindowStand
from wa_notify.core.outbox import ItemState
from wa_notify.core.pricing import ZERO
from wa_notify.core.quality import Subject
from wa_notify.core.rule import Rulebook
from wa_notify.pipeline.limits import headroom
from wa_notify.ports import Views
from wa_notify.ports.pages import HourOfItems
from wa_notify.web.operations.operation import Shape

DAY = timedelta(days=1)
BOUNDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, math.inf)  # seconds
MOST_LATENCIES = 10_000
MOST_RINGS = 6
ENOUGH_DAYS = 3  # of a month, before anybody can say how it will end
CENT = Decimal("0.01")
UNWELL = ("YELLOW", "RED")

# What became of messages, in the few words of a chart.
FATES: Mapping[str, tuple[ItemState, ...]] = {
    "delivered": (ItemState.DELIVERED, ItemState.READ),
    "under_way": (ItemState.SENDING, ItemState.UNCERTAIN, ItemState.ACCEPTED, ItemState.SENT),
    "waiting": (ItemState.PENDING, ItemState.HELD),
    "failed": (ItemState.FAILED, ItemState.REFUSED),
    "cancelled": (ItemState.CANCELLED,),
}


class WindowOf(Shape, frozen=True, kw_only=True):
    """Somebody whose window is open."""

    recipient: str
    spoken: str
    closes_at: datetime | None
    last_inbound_at: datetime | None


class PeopleShape(Shape, frozen=True, kw_only=True):
    """How many people stand how. ``closing`` are those of ``open`` whose window closes within the hour."""

    granted: int
    none: int
    lapsed: int
    refused: int
    open: int
    closing: int
    some: list[WindowOf]


class ReachShape(Shape, frozen=True, kw_only=True):
    """How many people were written to first in 24 hours; no ``limit``: any number may be."""

    used: int
    reserve: int
    limit: int | None
    waiting: int
    next_place_at: datetime | None


class CostDay(Shape, frozen=True, kw_only=True):
    """What one day cost, as far as prices are known."""

    day: str
    messages: int
    amount: Decimal
    unknown: int


class CostShape(Shape, frozen=True, kw_only=True):
    """What the month has cost. ``predicted`` is its end at this pace, once enough of it is over to say so."""

    month: str
    currency: str
    spent: Decimal
    predicted: Decimal | None
    budget: Decimal | None
    unknown: int
    days: list[CostDay]


class LatencyBucket(Shape, frozen=True, kw_only=True):
    """How many arrived within so many seconds, and not within those of the bucket before."""

    seconds: float | None
    messages: int


class DeliveryShape(Shape, frozen=True, kw_only=True):
    """From leaving to the phone, over the last 24 hours, in seconds."""

    messages: int
    p50: float | None
    p95: float | None
    buckets: list[LatencyBucket]


class HourShape(Shape, frozen=True, kw_only=True):
    """What became of the messages that were planned within one hour."""

    starts_at: datetime
    delivered: int
    under_way: int
    waiting: int
    failed: int
    cancelled: int


class TemplateTrouble(Shape, frozen=True, kw_only=True):
    """A template that rules use, and why it is worth a look; ``usable`` while it can be sent."""

    name: str
    language: str
    status: str
    quality: str
    why: str
    usable: bool


class QualityShape(Shape, frozen=True, kw_only=True):
    """What WhatsApp said of our number, if it warned of it, and templates in trouble."""

    number_warning: str
    templates: list[TemplateTrouble]


def people_of(views: Views, number_id: str, now: datetime) -> PeopleShape:
    """Counts by the database, and a handful of people: those whose windows close soon first."""
    counts = views.people_counts(number_id, now)
    stands = (WindowStand.CLOSING, WindowStand.OPEN)
    pages = (views.people_page(number_id, now=now, window=one, limit=MOST_RINGS) for one in stands)
    some = {one.recipient.id: one for page in pages for one in page.found}
    return PeopleShape(
        **{agreement.value: count for agreement, count in counts.agreements.items()},
        open=counts.open,
        closing=counts.closing,
        some=[
            WindowOf(
                recipient=one.recipient.id,
                spoken=one.recipient.spoken,
                closes_at=one.window.closes_at,
                last_inbound_at=one.window.last_inbound_at,
            )
            for one in list(some.values())[:MOST_RINGS]
        ],
    )


def reach_of(views: Views, book: Rulebook, number_id: str, now: datetime) -> ReachShape:
    """The meter."""
    room = headroom(views, book, number_id, now)
    return ReachShape(
        used=room.reach.used,
        reserve=room.reach.reserve,
        limit=room.reach.limit,
        waiting=room.waiting,
        next_place_at=room.places[0] if room.places else None,
    )


def cost_of(views: Views, book: Rulebook, now: datetime) -> CostShape:
    """This month's costs in the currency of the table, day by day."""
    prices = book.prices
    month, currency = prices.month(now), prices.table.currency
    totals = views.totals(month)
    paid = spent(totals, currency)
    days = [
        CostDay(
            day=one.day.isoformat(),
            messages=one.messages,
            amount=one.predicted + one.confirmed,
            unknown=one.unknown,
        )
        for one in views.costs_by_day(month, prices.time_zone)
        if one.currency == currency
    ]
    return CostShape(
        month=month,
        currency=currency,
        spent=paid,
        predicted=_at_this_pace(book, paid, now),
        budget=book.budget.monthly if book.budget else None,
        unknown=sum(total.unknown for total in totals),
        days=days,
    )


def _at_this_pace(book: Rulebook, paid: Decimal, now: datetime) -> Decimal | None:
    """What the month will have cost if it goes on like this; nothing while too little of it is over."""
    day = book.prices.day(now)
    whole = monthrange(day.year, day.month)[1]
    over = whole - (book.prices.month_ends(now) - now) / DAY
    if over < ENOUGH_DAYS or paid == ZERO:
        return None
    return (paid * whole / Decimal(str(round(over, 4)))).quantize(CENT)


def delivery_of(views: Views, now: datetime) -> DeliveryShape:
    """How long messages took."""
    found = sorted(views.latencies(now - DAY, MOST_LATENCIES))
    lower, buckets = -1.0, []
    for bound in BOUNDS:
        within = sum(lower < one <= bound for one in found)
        buckets.append(LatencyBucket(seconds=bound if math.isfinite(bound) else None, messages=within))
        lower = bound
    return DeliveryShape(messages=len(found), p50=part(found, 0.5), p95=part(found, 0.95), buckets=buckets)


def part(ordered: Sequence[float], share: float) -> float | None:
    """The value that this share of them does not exceed; nothing without any."""
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] if ordered else None


def hour_shape(hour: HourOfItems) -> HourShape:
    """One hour of messages."""
    counts = {name: sum(hour.items.get(one, 0) for one in states) for name, states in FATES.items()}
    return HourShape(starts_at=hour.starts_at, **counts)


def quality_of(views: Views, book: Rulebook) -> QualityShape:
    """What people and WhatsApp think of what we send."""
    used = {way.name for rule in book.rules for text in rule.templates for way in text.ways}
    minded = {one.name: one.why for one in views.judgements() if one.subject is Subject.TEMPLATE}
    warned = (
        one.what
        for one in views.conditions()
        if one.is_open and one.scope is Scope.NUMBER and one.cause == "quality"
    )
    found = [
        TemplateTrouble(
            name=one.name,
            language=one.language,
            status=one.status,
            quality=one.quality,
            why=one.why_rejected or minded.get(one.name, ""),
            usable=one.sendable,
        )
        for one in views.templates()
        if one.name in used and (not one.sendable or one.quality in UNWELL or one.name in minded)
    ]
    return QualityShape(number_warning=next(warned, ""), templates=found)
