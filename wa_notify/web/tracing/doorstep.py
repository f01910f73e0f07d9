"""Where alerts come in: the request that brings one is the first span of its trace, or a later one."""

import logging
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from wa_notify.core.errors import StoreError
from wa_notify.core.logged import Logged
from wa_notify.core.ticket import Ticket
from wa_notify.engine import Engine
from wa_notify.pipeline.ingest import Admission
from wa_notify.ports import Clock
from wa_notify.web.tracing.spans import Spans, Visit

_LOGGER = logging.getLogger(__name__)
PREFIX = "/alerts"
ADMISSIONS = "admissions"  # what became of the alerts of a request, in its state


class Doorstep:
    """A middleware around the doors of alerts."""

    def __init__(self, app: ASGIApp, *, engine: Engine, clock: Clock, spans: Spans) -> None:
        self._app = app
        self._engine = engine
        self._clock = clock
        self._spans = spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through; it is told of once it was answered."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        began = self._clock()
        await self._app(scope, receive, send)
        admissions: Sequence[Admission] = scope.get("state", {}).get(ADMISSIONS, ())
        if not admissions:
            return
        tickets = await self._tickets({one.ticket_id for one in admissions if one.ticket_id is not None})
        headers, route = Headers(scope=scope), getattr(scope.get("route"), "path", PREFIX)
        visit = Visit(
            method=scope["method"], route=route, headers=dict(headers), began=began, ended=self._clock()
        )
        for admission in admissions:
            if ticket := tickets.get(admission.ticket_id or 0):
                self._spans.admitted(visit, admission, ticket)

    async def _tickets(self, numbers: set[int]) -> dict[int, Ticket]:
        try:
            found = await self._engine.look(lambda views: [views.ticket(number) for number in numbers])
        except StoreError as error:
            _LOGGER.warning("An alert is missing in its trace: %s", error, extra=Logged.TRACE_INCOMPLETE.of())
            return {}
        return {ticket.id: ticket for ticket in found if ticket}
