"""How everything stands: what is burning first."""

from datetime import datetime

from wa_notify.core.access import Right
from wa_notify.core.rule import Rulebook
from wa_notify.core.ticket import UNRESOLVED, Ticket, TicketState
from wa_notify.ports import Views
from wa_notify.web.operations.operation import Asked, Nothing, Shape, operation
from wa_notify.web.operations.overview_shapes import (
    CostShape,
    DeliveryShape,
    HourShape,
    PeopleShape,
    QualityShape,
    ReachShape,
    cost_of,
    delivery_of,
    hour_shape,
    people_of,
    quality_of,
    reach_of,
)
from wa_notify.web.operations.silences import SilenceShape
from wa_notify.web.operations.silences import shape_of as silence_shape
from wa_notify.web.operations.tickets_shapes import TicketShape, muted_until, ticket_shape
from wa_notify.web.operations.troubles import TroubleShape, trouble_shape

MOST_TICKETS = 20  # that are shown
LOOKED_AT = 200  # of each severity, and of all: the worst are among them
MOST_TROUBLES = 20


class FindingShape(Shape, frozen=True, kw_only=True):
    """Something that is not as it should be, with what to do; ``blocks``: it keeps alerts from people."""

    what: str
    blocks: bool


class HealthShape(Shape, frozen=True, kw_only=True):
    """Whether alerts reach people, and everything that is not as it should be."""

    ready: bool
    findings: list[FindingShape]


class OutboxShape(Shape, frozen=True, kw_only=True):
    """What has not left: how many messages, and since when the first of them should have."""

    waiting: int
    held: int
    uncertain: int
    due_since: datetime | None


class TicketsShape(Shape, frozen=True, kw_only=True):
    """How many tickets are not over, and the worst of them: the gravest first, of those the oldest."""

    open: int
    acknowledged: int
    worst: list[TicketShape]


class OverviewShape(Shape, frozen=True, kw_only=True):
    """Everything that is looked at again and again. ``silence`` mutes all alerts, the longest of such."""

    at: datetime
    tickets: TicketsShape
    health: HealthShape
    troubles: list[TroubleShape]
    silence: SilenceShape | None
    outbox: OutboxShape
    people: PeopleShape
    reach: ReachShape
    cost: CostShape
    delivery: DeliveryShape
    hours: list[HourShape]
    quality: QualityShape


@operation("GET", "/overview", right=Right.SEE)
async def show_overview(asked: Asked[Nothing, Nothing]) -> OverviewShape:
    """Show how everything stands: tickets, health, people, limits, cost, delivery and quality."""
    findings = await asked.office.health.findings()
    health = HealthShape(
        ready=not any(one.blocks for one in findings),
        findings=[FindingShape(what=one.what, blocks=one.blocks) for one in findings],
    )
    book, number_id, now = asked.book, asked.office.account.number_id, asked.now
    return await asked.look(lambda views: _overview(views, book, number_id, health, now))


def _overview(
    views: Views, book: Rulebook, number_id: str, health: HealthShape, now: datetime
) -> OverviewShape:
    gauges = views.gauges(number_id, now)
    items = {state.value: count for state, count in gauges.items.items()}
    due = min(gauges.due.values(), default=None)
    troubles = views.conditions_page(only_open=True, limit=MOST_TROUBLES).found
    of_all = [one for one in views.silences(now) if not one.matchers and one.mutes({}, now)]
    longest = max(of_all, key=lambda one: one.ends_at, default=None)
    return OverviewShape(
        at=now,
        tickets=TicketsShape(
            open=gauges.tickets.get(TicketState.OPEN, 0),
            acknowledged=gauges.tickets.get(TicketState.ACKNOWLEDGED, 0),
            worst=[ticket_shape(one, book, muted_until(views, one, now)) for one in worst(views, book)],
        ),
        health=health,
        troubles=[trouble_shape(one) for one in sorted(troubles, key=lambda one: one.effect == "warns")],
        silence=silence_shape(longest) if longest else None,
        outbox=OutboxShape(
            waiting=items.get("pending", 0),
            held=items.get("held", 0),
            uncertain=items.get("uncertain", 0),
            due_since=due if due and due < now else None,
        ),
        people=people_of(views, number_id, now),
        reach=reach_of(views, book, number_id, now),
        cost=cost_of(views, book, now),
        delivery=delivery_of(views, now),
        hours=[hour_shape(one) for one in views.hours(now)],
        quality=quality_of(views, book),
    )


def worst(views: Views, book: Rulebook) -> list[Ticket]:
    """The open tickets that need somebody most: nobody has them, they are grave, they are old."""
    found: dict[int, Ticket] = {}
    for severity in (*reversed(book.severities), None):
        page = views.tickets_page(UNRESOLVED, severity=severity, limit=LOOKED_AT)
        found |= {one.id: one for one in page.found}
        if severity is not None and len(found) >= LOOKED_AT:
            break
    taken = TicketState.ACKNOWLEDGED
    ordered = sorted(
        found.values(), key=lambda one: (one.state is taken, -book.gravity(one.severity), one.opened_at)
    )
    return ordered[:MOST_TICKETS]


OPERATIONS = (show_overview,)
