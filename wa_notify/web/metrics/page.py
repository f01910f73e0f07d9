"""The page that Prometheus scrapes."""

import logging
from collections.abc import Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from wa_notify.core.errors import StoreError
from wa_notify.core.logged import Logged
from wa_notify.engine import Engine
from wa_notify.pipeline.canary import song
from wa_notify.ports import Clock
from wa_notify.web.canary import canary_metrics
from wa_notify.web.metrics.events import Events
from wa_notify.web.metrics.gauges import (
    answers,
    of_build,
    of_limits,
    of_standing,
    of_store,
    of_templates,
    of_watch,
)
from wa_notify.web.money import money_metrics
from wa_notify.web.standing import Standing

_LOGGER = logging.getLogger(__name__)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """All metrics of one service. Who has more of them registers a collector at ``registry``."""

    def __init__(self, engine: Engine, clock: Clock, standing: Standing, number_id: str) -> None:
        """Windows are counted towards the business number of that id."""
        self._engine = engine
        self._number_id = number_id
        self._clock = clock
        self._standing = standing
        self.registry = CollectorRegistry()
        self.events = Events(self.registry)
        self._shown = _Shown()
        self.registry.register(self._shown)
        ProcessCollector(registry=self.registry)

    async def get(self, request: Request) -> Response:  # noqa: ARG002 - the framework's signature
        """The page. While the database does not answer it shows what this process knows by itself."""
        now = self._clock()
        families = [of_build(), *of_watch(self._engine.watch, now)]
        try:
            families += [answers(database=True), *await self._of_database(now)]
        except StoreError as error:
            _LOGGER.warning(
                "Metrics are incomplete, the database does not answer: %s",
                error,
                extra=Logged.METRICS_INCOMPLETE.of(),
            )
            families.append(answers(database=False))
        self._shown.families = families
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE)

    async def _of_database(self, now: datetime) -> list[Metric]:
        """Raises `StoreError`."""
        standing, book = self._standing, self._engine.book
        gauges, totals, shapes, sung = await self._engine.look(
            lambda views: (
                views.gauges(self._number_id, now),
                views.totals(book.prices.month(now)),
                views.templates(),
                song(views, book, now),
            )
        )
        used = {use.template.name for use in standing.config.uses}
        return [
            *of_store(gauges, now),
            *of_limits(await self._engine.desk.limits()),
            *of_templates(shapes, used),
            *of_standing(standing, standing.held_against(shapes)),
            *money_metrics(totals, book.budget),
            *canary_metrics(sung),
        ]


class _Shown(Collector):
    """What was read for the page that is made now."""

    def __init__(self) -> None:
        self.families: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        return self.families
