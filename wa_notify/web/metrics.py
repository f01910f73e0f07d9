"""Prometheus metrics: what is in the store at the moment of asking, and what came in."""

from collections import Counter as Tally
from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from wa_notify.core.condition import Condition
from wa_notify.engine import Engine
from wa_notify.ports import Clock, Counts

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The counters of one service."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
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
        counts, known = await self._engine.look(lambda views: (views.counts(), views.conditions()))
        late = (self._clock() - counts.oldest_due_at).total_seconds() if counts.oldest_due_at else 0.0
        self._stock.show(counts, max(late, 0.0), [trouble for trouble in known if trouble.is_open])
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE)


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

    def collect(self) -> Iterable[Metric]:
        return self._metrics
