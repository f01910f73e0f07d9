"""What messages cost, and how much may leave."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from wa_notify.core.access import Right
from wa_notify.core.charge import CostLine, Grouping, spent
from wa_notify.core.limits import Allowance
from wa_notify.core.pace import Throttled
from wa_notify.ports import Views
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation

ALL = "all"  # months
Month = Annotated[
    str,
    msgspec.Meta(
        max_length=7,
        pattern=r"^(\d{4}-(0[1-9]|1[0-2])|all)?$",
        description="2026-11, or all; this month without it.",
    ),
]


class CostsAsked(Given, frozen=True, kw_only=True):
    """What to tell apart, and in which month."""

    by: Grouping = Grouping.RULE
    month: Month = ""


class CostShape(Shape, frozen=True, kw_only=True):
    """What one rule, person, market, ... has cost; ``name`` is empty for messages without one.

    Predicted is what left and was not confirmed yet. ``unknown`` messages have a price that no table tells;
    ``free`` counts by reason those that cost nothing.
    """

    name: str
    currency: str
    messages: int
    predicted: Decimal
    confirmed: Decimal
    total: Decimal
    unknown: int
    free: Mapping[str, int]


class CostList(Shape, frozen=True, kw_only=True):
    """The dearest first. ``spent`` and ``budget`` are those of the month; there is none of all months."""

    month: str
    by: Grouping
    items: list[CostShape]
    currency: str
    spent: Decimal | None
    budget: Decimal | None
    note: str


class AllowanceShape(Shape, frozen=True, kw_only=True):
    """What WhatsApp said last, in its own word, where and when."""

    said: str
    source: str
    at: datetime


class SlowdownShape(Shape, frozen=True, kw_only=True):
    """WhatsApp asked to slow down: nothing leaves before ``paused_until``, then ``share`` of the pace."""

    scope: Throttled
    paused_until: datetime
    share: float


class PausedShape(Shape, frozen=True, kw_only=True):
    """Somebody to whom nothing leaves for now: too much at once."""

    recipient: str
    until: datetime


class LimitsShape(Shape, frozen=True, kw_only=True):
    """People reached outside their window in 24 hours, and messages a second. No ``limit``: there is none."""

    used: int
    limit: int | None
    reserve: int
    reserve_reached: bool
    reach_told: AllowanceShape | None
    next_free_at: list[datetime]
    waiting: int
    per_second: int
    pace_told: AllowanceShape | None
    slowdowns: list[SlowdownShape]
    paused: list[PausedShape]


@operation("GET", "/costs", right=Right.SEE)
async def list_costs(asked: Asked[Nothing, CostsAsked]) -> CostList:
    """Tell what WhatsApp has cost, by rule, recipient, market, category, template or month."""
    book, by = asked.book, asked.query.by
    month, currency = asked.query.month or book.prices.month(asked.now), book.prices.table.currency

    def told(views: Views) -> CostList:
        lines = views.cost_lines(by, None if month == ALL else month)
        paid = None if month == ALL else spent(views.totals(month), currency)
        return CostList(
            month=month,
            by=by,
            items=[_line(one) for one in lines],
            currency=currency,
            spent=paid,
            budget=book.budget.monthly if book.budget and paid is not None else None,
            note=book.prices.table.note,
        )

    return await asked.look(told)


@operation("GET", "/limits", right=Right.SEE)
async def show_limits(asked: Asked[Nothing, Nothing]) -> LimitsShape:
    """Tell how much may leave to how many people, and who waits."""
    found = await asked.office.engine.desk.limits()
    return LimitsShape(
        used=found.reach.used,
        limit=found.reach.limit,
        reserve=found.reach.reserve,
        reserve_reached=found.reach.into_reserve,
        reach_told=_allowance(found.reach_told),
        next_free_at=list(found.places),
        waiting=found.waiting,
        per_second=found.pace,
        pace_told=_allowance(found.pace_told),
        slowdowns=[
            SlowdownShape(scope=one.scope, paused_until=one.paused_until, share=one.share / 1000)
            for one in found.slowdowns
        ],
        paused=[PausedShape(recipient=who, until=until) for who, until in found.paused],
    )


def _line(line: CostLine) -> CostShape:
    return CostShape(
        name=line.name,
        currency=line.currency,
        messages=line.messages,
        predicted=line.predicted,
        confirmed=line.confirmed,
        total=line.predicted + line.confirmed,
        unknown=line.unknown,
        free=line.free,
    )


def _allowance(told: Allowance | None) -> AllowanceShape | None:
    return AllowanceShape(said=told.said, source=told.source, at=told.at) if told else None


OPERATIONS = (list_costs, show_limits)
