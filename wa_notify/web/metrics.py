"""Prometheus metrics: what is in the store at the moment of asking, and what came in."""

from collections import Counter as Tally
from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from wa_notify.config import Finding
from wa_notify.core.condition import Condition
from wa_notify.engine import Engine
from wa_notify.pipeline.limits import Headroom
from wa_notify.ports import Clock, Counts
from wa_notify.web.money import money_metrics
from wa_notify.web.standing import Standing, faults_by_rule

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The counters of one service."""

    def __init__(self, engine: Engine, clock: Clock, standing: Standing) -> None:
        self._engine = engine
        self._clock = clock
        self._standing = standing
        self._registry = CollectorRegistry()
        self._stock = _Stock()
        self._registry.register(self._stock)
        self.alerts = Counter(
            "wa_notify_alerts", "Alerts taken in.", ["path", "outcome"], registry=self._registry
        )
        self.refused_requests = Counter(
            "wa_notify_requests_refused", "Requests refused.", ["path", "status"], registry=self._registry
        )

    async def get(self, request: Request) -> Response:  # noqa: ARG002 - the framework's signature
        """The page Prometheus scrapes."""
        now, prices = self._clock(), self._engine.book.prices
        counts, totals, known = await self._engine.look(
            lambda views: (views.counts(), views.totals(prices.month(now)), views.conditions())
        )
        late = (now - counts.oldest_due_at).total_seconds() if counts.oldest_due_at else 0.0
        self._stock.show(counts, max(late, 0.0), [trouble for trouble in known if trouble.is_open])
        self._stock.add(*_limits(await self._engine.desk.limits()), *money_metrics(totals))
        self._stock.add(*_of_standing(self._standing, await self._standing.findings()))
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE)


def _of_standing(standing: Standing, findings: Sequence[Finding]) -> Iterable[Metric]:
    """Whether the rules work with the account's templates, and whether what is written is obeyed."""
    problems = GaugeMetricFamily(
        "wa_notify_rule_problems", "Faults that keep a rule from working with the account.", labels=["rule"]
    )
    rules = [rule.name for rule in standing.config.rulebook.rules]
    for rule, number in faults_by_rule(rules, findings).items():
        problems.add_metric([rule], number)
    yield problems
    yield GaugeMetricFamily(
        "wa_notify_config_last_reload_successful",
        "Whether everything that is written in the configuration is obeyed.",
        value=float(standing.in_order),
    )
    if standing.in_order_at:
        yield GaugeMetricFamily(
            "wa_notify_config_last_reload_success_timestamp_seconds",
            "When everything that was written was last read and obeyed.",
            value=standing.in_order_at.timestamp(),
        )


def _limits(limits: Headroom) -> Iterable[Metric]:
    reach = limits.reach
    limit = float("inf") if reach.limit is None else reach.limit
    for name, meaning, value in (
        ("reach_used", "People who got a message outside their window in the last 24 hours.", reach.used),
        ("reach_limit", "How many of them there may be.", limit),
        ("reach_reserve", "How many of those are kept for critical messages.", reach.reserve),
        ("pace_per_second", "How many messages a second may leave now.", limits.pace),
    ):
        yield GaugeMetricFamily(f"wa_notify_{name}", meaning, value=value)


class _Stock(Collector):
    """Gauges that are read from the store instead of being kept beside it."""

    def __init__(self) -> None:
        self._metrics: list[Metric] = []

    def show(self, counts: Counts, late: float, open_troubles: Sequence[Condition]) -> None:
        tickets = GaugeMetricFamily("wa_notify_tickets", "Tickets by state.", labels=["state"])
        for ticket_state, number in counts.tickets.items():
            tickets.add_metric([ticket_state.value], number)
        items = GaugeMetricFamily("wa_notify_outbox_items", "Outbox items by state.", labels=["state"])
        for item_state, number in counts.items.items():
            items.add_metric([item_state.value], number)
        lateness = GaugeMetricFamily(
            "wa_notify_outbox_late_seconds", "How long the longest overdue item has been due.", value=late
        )
        troubles = GaugeMetricFamily(
            "wa_notify_troubles", "What stands in the way of messages.", labels=["scope", "effect"]
        )
        tally = Tally((one.scope.value, one.effect.value) for one in open_troubles)
        for labels, number in tally.items():
            troubles.add_metric(labels, number)
        self._metrics = [tickets, items, lateness, troubles]

    def add(self, *metrics: Metric) -> None:
        """More of them, besides what is shown."""
        self._metrics += metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics
