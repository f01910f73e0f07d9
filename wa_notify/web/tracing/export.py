"""The exporter that the environment names, as OpenTelemetry's SDK would find it."""

from collections.abc import Mapping
from importlib.metadata import entry_points

from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from wa_notify import __version__
from wa_notify.web.tracing.spans import DerivedIds

GROUP = "opentelemetry_traces_exporter"  # the entry points under which exporters are found
OTLP = "otlp"
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")


def exporter_name(environ: Mapping[str, str]) -> str:
    """The name of its entry point: OTLP has one for each protocol, of which HTTP is the usual one."""
    named = environ.get("OTEL_TRACES_EXPORTER", OTLP).strip().lower()
    if named != OTLP:
        return named
    protocol = next((environ[name] for name in PROTOCOLS if environ.get(name)), "")
    return "otlp_proto_grpc" if protocol.strip().lower() == "grpc" else "otlp_proto_http"


def provider(environ: Mapping[str, str]) -> TracerProvider:
    """What makes spans and exports them in the background. Raises `ImportError` without the exporter."""
    name = exporter_name(environ)
    found = next(iter(entry_points(group=GROUP, name=name)), None)
    if found is None:
        raise ImportError(f"no exporter called {name!r} is installed")
    made = TracerProvider(resource=_resource(), id_generator=DerivedIds())
    made.add_span_processor(BatchSpanProcessor(found.load()()))
    return made


def _resource() -> Resource:
    """Who speaks; what ``OTEL_SERVICE_NAME`` and ``OTEL_RESOURCE_ATTRIBUTES`` say counts more."""
    own = Resource.create({SERVICE_NAME: "wa-notify", SERVICE_VERSION: __version__})
    return own.merge(OTELResourceDetector().detect())
