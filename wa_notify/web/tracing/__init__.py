"""OpenTelemetry traces, when an exporter is configured: one trace follows an alert to the phone.

It begins with the request that opens a ticket's episode, and goes on through each decision, send, delivery
and reading, in whichever request or process these happen. So its ids are not kept but derived from what is
durable anyway: the ticket and its episode name the trace, item and attempt name the span. That needs no
column and no context that travels through the core, and holds over restarts; many alerts that join one ticket
share its trace. A caller's own trace (``traceparent``) is linked to, since a ticket may have several callers.

Spans carry ids, rules, templates and words of our vocabularies; no person, number or text.

This module imports nothing of OpenTelemetry: `spans`, `doorstep` and `export` do, and are loaded only when
they are needed. The configuration is OpenTelemetry's own: ``OTEL_EXPORTER_OTLP_ENDPOINT`` and whatever else
its SDK reads from the environment.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from starlette.applications import Starlette

from wa_notify.core.logged import Logged
from wa_notify.core.news import News
from wa_notify.engine import Engine
from wa_notify.ports import Clock

_LOGGER = logging.getLogger(__name__)
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
EXPORTER, DISABLED = "OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED"
NOBODY = ("", "none")


def is_configured(environ: Mapping[str, str]) -> bool:
    """Whether somebody wants traces: an exporter or an endpoint is named, and nothing switches it off."""
    if environ.get(DISABLED, "").strip().lower() == "true":
        return False
    named = environ.get(EXPORTER)
    if named is not None:
        return named.strip().lower() not in NOBODY
    return any(environ.get(endpoint) for endpoint in ENDPOINTS)


@asynccontextmanager
async def traced(
    app: Starlette,
    engine: Engine,
    listen: Callable[[Callable[[Sequence[News]], None]], None],
    *,
    clock: Clock,
    mark: str,
    environ: Mapping[str, str],
) -> AsyncIterator[None]:
    """Follow alerts while the app answers inside, if somebody wants that; begin before its first request.

    ``mark`` tells this database from others, so that their tickets do not share traces.
    """
    provider = _provider(environ)
    if provider is None:
        yield
        return
    spans = import_module("wa_notify.web.tracing.spans").Spans(provider, mark)
    listen(spans.overhear)
    doorstep = import_module("wa_notify.web.tracing.doorstep").Doorstep
    app.add_middleware(doorstep, engine=engine, clock=clock, spans=spans)
    try:
        yield
    finally:
        await asyncio.to_thread(provider.shutdown)  # what is collected still leaves


def _provider(environ: Mapping[str, str]) -> Any:
    """What makes spans and exports them, or nothing."""
    if not is_configured(environ):
        return None
    try:
        provider = import_module("wa_notify.web.tracing.export").provider(environ)
    except ImportError as error:
        event = Logged.TRACES_NOT_INSTALLED.of()
        _LOGGER.warning("Traces are configured, but %s. Install wa-notify[tracing].", error, extra=event)
        return None
    _LOGGER.info("Traces of alerts are exported", extra=Logged.TRACES_EXPORTED.of())
    return provider
