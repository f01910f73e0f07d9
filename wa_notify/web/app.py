"""The routes of the service."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from importlib import metadata
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wa_notify.core.alert import Alert
from wa_notify.core.errors import AlertRefused, BadInput, Complaint, StoreError
from wa_notify.core.logged import Logged
from wa_notify.engine import Engine
from wa_notify.pipeline.ingest import Admission, Outcome
from wa_notify.ports import Clock
from wa_notify.web import alertmanager, alerts, apprise, custom, grafana, heartbeat
from wa_notify.web.admin.live import Live
from wa_notify.web.desk import desk_routes
from wa_notify.web.health import Health
from wa_notify.web.metrics import Events, Metrics
from wa_notify.web.operations.office import Office
from wa_notify.web.refusals import TooLarge
from wa_notify.web.request import (
    NotAuthorized,
    UnknownSource,
    problem,
    read_json,
    require_key,
    require_source,
)
from wa_notify.web.standing import Standing
from wa_notify.web.webhook import Webhook
from wa_notify.whatsapp.account import Account

_LOGGER = logging.getLogger(__name__)
STATUS_OF: dict[type[Exception], int] = {
    AlertRefused: 400,
    NotAuthorized: 401,
    UnknownSource: 404,
    TooLarge: 413,
    custom.Unmappable: 422,
}


class Ingest:
    """Alerts of all sources come in here."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        events: Events,
        standing: Standing,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._events = events
        self._standing = standing

    async def own(self, request: Request) -> Response:
        """Our own shape."""
        require_key(request, self._standing.keys, "alerts")
        return await self._take(request, "alerts", alerts.parse(await read_json(request), self._clock()))

    async def alertmanager(self, request: Request) -> Response:
        """Prometheus Alertmanager."""
        require_key(request, self._standing.keys, alertmanager.SOURCE)
        taken, left_out = alertmanager.parse(await read_json(request))
        if left_out:
            event = Logged.ALERTS_CUT_BY_SOURCE.of(source=alertmanager.SOURCE, count=left_out)
            _LOGGER.warning("Alertmanager left out %d alerts of a group (max_alerts)", left_out, extra=event)
        return await self._take(request, alertmanager.SOURCE, taken)

    async def grafana(self, request: Request) -> Response:
        """Grafana's unified alerting."""
        require_key(request, self._standing.keys, grafana.SOURCE)
        taken, left_out = grafana.parse(await read_json(request))
        if left_out:
            event = Logged.ALERTS_CUT_BY_SOURCE.of(source=grafana.SOURCE, count=left_out)
            _LOGGER.warning("Grafana left out %d alerts of a group (Max alerts)", left_out, extra=event)
        return await self._take(request, grafana.SOURCE, taken)

    async def apprise(self, request: Request) -> Response:
        """Apprise."""
        require_key(request, self._standing.keys, apprise.SOURCE)
        alert, ignored = apprise.parse(await apprise.read(request), self._clock())
        return await self._take(request, apprise.SOURCE, [alert], **({"ignored": ignored} if ignored else {}))

    async def custom(self, request: Request) -> Response:
        """JSON that the configuration maps; beside the event loop, since it may hold a lot."""
        source = self._standing.sources[require_source(request, self._standing.keys, self._standing.sources)]
        body = await read_json(request)
        return await self._take(
            request, source.name, await asyncio.to_thread(custom.parse, source, body, self._clock())
        )

    async def heartbeat(self, request: Request) -> Response:
        """A beat, or the report of a failure."""
        known = self._engine.book.heartbeats
        source = require_source(request, self._standing.keys, known)
        failure = await heartbeat.read(request)
        admissions = await self._engine.beat(known[source], failure)
        return self._told(request, source, admissions, 1, status="ok" if failure is None else "failed")

    async def _take(self, request: Request, door: str, taken: Sequence[Alert], **more: Any) -> Response:
        """Answer 202 only after the commit."""
        return self._told(request, door, await self._engine.ingest(taken), len(taken), **more)

    def _told(
        self,
        request: Request,
        door: str,
        admissions: Collection[Admission],
        accepted: int,
        **more: Any,
    ) -> Response:
        """What became of what was taken in; it stays with the request for whoever stands around it."""
        request.state.admissions = admissions
        unmatched = sum(admission.outcome is Outcome.NO_RULE for admission in admissions)
        if unmatched:
            _LOGGER.warning(
                "%d of %d alerts matched no rule, so nobody hears of them",
                unmatched,
                accepted,
                extra=Logged.ALERTS_UNMATCHED.of(source=door, count=unmatched),
            )
        for admission in admissions:
            self._events.alerts.labels(door, admission.outcome).inc()
        told = [
            {
                "fingerprint": admission.fingerprint,
                "outcome": admission.outcome,
                "rule": admission.rule,
                "ticket": admission.ticket_id,
            }
            for admission in admissions
        ]
        return JSONResponse({"accepted": accepted, "alerts": told, **more}, 202)


def create_app(
    *,
    engine: Engine,
    account: Account,
    clock: Clock,
    standing: Standing,
    http: httpx.AsyncClient,
    live: Live,
    metrics: Metrics | None = None,
) -> Starlette:
    """Build the ASGI application around an engine; ``standing`` knows the configuration that is obeyed.

    ``http`` is for what the desk asks WhatsApp by itself, ``live`` for pages that are open. ``metrics`` are
    those that listen to the store already; new ones hear nothing of messages.
    """
    metrics = metrics or Metrics(engine, clock, standing, account.number_id)
    health = Health(engine, clock, standing)
    ingest = Ingest(engine, clock, metrics.events, standing)
    webhook = Webhook(engine, account, clock, metrics.events)
    office = Office(
        engine=engine,
        standing=standing,
        health=health,
        account=account,
        clock=clock,
        http=http,
        version=metadata.version("wa-notify"),
        stir=live.stir,
    )

    async def refuse(request: Request, error: Exception) -> Response:
        bad = error if isinstance(error, BadInput) else _unknown(request, error)
        status = error.status_code if isinstance(error, HTTPException) else STATUS_OF.get(type(error), 400)
        metrics.events.refused_requests.labels(_route_of(request), status).inc()
        answer = problem(status, bad)
        answer.headers.update(getattr(error, "headers", None) or {})  # which verbs are possible
        return answer

    app = Starlette(
        routes=[
            *_routes(ingest, webhook, health, metrics),
            *desk_routes(office, live),
        ],
        exception_handlers={
            BadInput: refuse,
            HTTPException: refuse,
            StoreError: _store_trouble,
            Exception: _our_fault,
        },
    )
    app.router.redirect_slashes = False  # a redirect would lose the alert of whoever does not follow it
    return app


def _routes(ingest: Ingest, webhook: Webhook, health: Health, metrics: Metrics) -> list[Route]:
    """Everything but the desk: the sources of alerts, WhatsApp, and whoever watches over us."""
    return [
        Route("/alerts", ingest.own, methods=["POST"]),
        Route("/alerts/alertmanager", ingest.alertmanager, methods=["POST"]),
        Route("/alerts/grafana", ingest.grafana, methods=["POST"]),
        Route("/alerts/apprise", ingest.apprise, methods=["POST"]),
        Route("/alerts/custom/{source}", ingest.custom, methods=["POST"]),
        Route("/alerts/heartbeat/{source}", ingest.heartbeat, methods=["GET", "POST"]),
        Route("/webhook", webhook.get, methods=["GET"]),
        Route("/webhook", webhook.post, methods=["POST"]),
        Route("/healthz", health.live, methods=["GET"]),
        Route("/readyz", health.ready, methods=["GET"]),
        Route("/metrics", metrics.get, methods=["GET"]),
    ]


def _unknown(request: Request, error: Exception) -> BadInput:
    """A path or a verb we do not have, said in our own shape."""
    wrong_verb = getattr(error, "status_code", 0) == 405
    what = f"{request.method} is not possible here." if wrong_verb else "This path does not exist."
    fix = (
        "Alerts go to /alerts, /alerts/alertmanager, /alerts/grafana, /alerts/apprise or "
        "/alerts/custom/SOURCE with POST, heartbeats to /alerts/heartbeat/SOURCE."
    )
    return BadInput((Complaint(where=f"{request.method} {request.url.path[:200]}", what=what, fix=fix),))


def _route_of(request: Request) -> str:
    """The path as a metric label: only paths of ours, so that strangers cannot make labels."""
    route = request.scope.get("route")
    return route.path if isinstance(route, Route) else "other"


async def _store_trouble(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the framework's signature
    """Nothing was taken in; who sent it has to try again."""
    _LOGGER.error("A request could not be kept: %s", error, extra=Logged.REQUEST_NOT_KEPT.of())
    complaint = Complaint(where="database", what=str(error), fix="Nothing was taken in. Try again later.")
    return problem(503, BadInput((complaint,)))


async def _our_fault(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the framework's signature
    """A fault of ours. The framework hands it on to the server, whose log tells all of it."""
    complaint = Complaint(
        where="wa_notify", what="wa_notify itself failed.", fix="The log of the service says how."
    )
    return problem(500, BadInput((complaint,)), "our-fault")
