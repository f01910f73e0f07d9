"""One trace follows an alert from the request to `read`, over restarts, and tells nobody's name."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import StatusCode

from tests.stories.world import World
from wa_notify.core.outbox import Intent
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal
from wa_notify.web.tracing import is_configured, traced
from wa_notify.web.tracing.doorstep import Doorstep
from wa_notify.web.tracing.export import exporter_name
from wa_notify.web.tracing.spans import DerivedIds, Spans

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SLOW = CallbackPolicy(
    sent_after=timedelta(seconds=1), delivered_after=timedelta(minutes=1), read_after=timedelta(minutes=5)
)


class Watcher:
    """Follows the alerts of a world, in each process that serves it."""

    def __init__(self, world: World, sampler: Sampler | None = None) -> None:
        self._world = world
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(sampler=sampler, id_generator=DerivedIds())
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.follow()

    def follow(self) -> None:
        """A process begins."""
        house = self._world.house
        spans = Spans(self.provider, "mark")
        house.store.listen(spans.overhear)
        house.app.add_middleware(Doorstep, engine=house.engine, clock=self._world.clock, spans=spans)

    async def restart(self) -> None:
        await self._world.stop()
        await self._world.start()
        self.follow()
        await self._world.settle()

    @property
    def spans(self) -> Sequence[ReadableSpan]:
        return self._exporter.get_finished_spans()

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]

    def only(self, name: str) -> ReadableSpan:
        (span,) = self.named(name)
        return span


@pytest.fixture
def watcher(world: World) -> Watcher:
    world.sandbox.policy = SLOW
    return Watcher(world)


def trace_of(span: ReadableSpan) -> int:
    assert span.context
    return int(span.context.trace_id)


def id_of(span: ReadableSpan) -> int:
    assert span.context
    return int(span.context.span_id)


def seconds(span: ReadableSpan) -> float:
    assert span.start_time is not None
    assert span.end_time is not None
    return (span.end_time - span.start_time) / 1e9


# one trace


async def test_one_trace_follows_an_alert_over_a_restart(world: World, watcher: Watcher) -> None:
    await world.alert("DailyNote")
    await world.forward("10s")
    await watcher.restart()
    await world.forward("2m")
    await watcher.restart()
    await world.forward("10m")
    names = [span.name for span in watcher.spans]
    assert sorted(names) == sorted(
        ["POST /alerts", "decide message", "send message", "relay message", "deliver message", "read message"]
    )
    assert len({trace_of(span) for span in watcher.spans}) == 1
    root, decided = watcher.only("POST /alerts"), watcher.only("decide message")
    assert root.parent is None
    assert decided.parent
    assert decided.parent.span_id == id_of(root)
    for name in ("send message", "relay message", "deliver message", "read message"):
        parent = watcher.only(name).parent
        assert parent
        assert parent.span_id == id_of(decided), name
    assert seconds(watcher.only("deliver message")) == 60
    assert seconds(watcher.only("read message")) == 240


async def test_no_two_spans_of_a_long_story_have_one_id_and_none_hangs_in_the_air(
    world: World, watcher: Watcher
) -> None:
    await world.alert("DiskFull")
    await world.forward("30m")
    await watcher.restart()
    world.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG))
    await world.alice.replies("ack")
    await world.forward("10m")
    await world.resolve("DiskFull")
    await world.forward("10m")
    ids = [(trace_of(span), id_of(span)) for span in watcher.spans]
    assert len(ids) == len(set(ids)) > 15
    for span in watcher.spans:
        assert span.parent is None or (trace_of(span), span.parent.span_id) in ids, span.name
    of_the_ticket = [span for span in watcher.spans if (span.attributes or {}).get("wa_notify.ticket") == 1]
    assert len({trace_of(span) for span in of_the_ticket}) == 1


async def test_alerts_that_join_a_ticket_stand_in_its_trace(world: World, watcher: Watcher) -> None:
    await world.alert("DiskFull", mount="/var")
    await world.alert("DiskFull", mount="/home")
    first, second = watcher.named("POST /alerts")
    assert trace_of(first) == trace_of(second)
    assert second.parent
    assert second.parent.span_id == id_of(first)
    assert (second.attributes or {})["wa_notify.outcome"] != "opened"


async def test_the_next_episode_has_a_trace_of_its_own(world: World, watcher: Watcher) -> None:
    await world.alert("DailyNote")
    await world.resolve("DailyNote")
    await world.forward("1h")
    await world.alert("DailyNote")
    opened, _, again = watcher.named("POST /alerts")
    assert again.parent is None
    assert trace_of(again) != trace_of(opened)


async def test_the_trace_of_a_caller_is_linked_to(world: World, watcher: Watcher) -> None:
    body = {"labels": {"alertname": "DailyNote"}}
    await world.post("/alerts", body, {"traceparent": CALLER})
    await world.post("/alerts", body, {"traceparent": "rubbish"})
    first, second = watcher.named("POST /alerts")
    (link,) = first.links
    assert f"{link.context.trace_id:032x}" == CALLER.split("-")[1]
    assert not second.links


async def test_what_belongs_to_no_ticket_has_a_trace_of_its_own(world: World, watcher: Watcher) -> None:
    await world.alice.replies("hello")
    await world.house.engine.desk.say("alice", Intent(free_form="Lunch?"), key="k", ttl=timedelta(hours=1))
    await world.forward("10m")
    root = next(span for span in watcher.named("message"))
    names = {span.name for span in watcher.spans if trace_of(span) == trace_of(root)}
    assert {"message", "decide message", "send message", "deliver message", "read message"} <= names
    assert root.parent is None


async def test_a_failure_is_an_error_with_its_code(world: World, watcher: Watcher) -> None:
    world.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG))
    await world.alert("DailyNote")
    failed = watcher.only("fail message")
    assert failed.status.status_code is StatusCode.ERROR
    assert (failed.attributes or {})["wa_notify.code"] == 131000
    await world.forward("10m")
    assert [(span.attributes or {})["wa_notify.attempt"] for span in watcher.named("decide message")] == [
        1,
        2,
    ]


async def test_a_message_that_is_read_at_once_was_delivered_as_well(world: World, watcher: Watcher) -> None:
    world.sandbox.policy = CallbackPolicy(drop=frozenset({"delivered"}))
    await world.alert("DailyNote")
    await world.forward("1m")
    assert len(watcher.named("deliver message")) == len(watcher.named("read message")) == 1


async def test_requests_that_bring_no_alert_make_no_span(world: World, watcher: Watcher) -> None:
    await world.post("/alerts", b"{")
    await world.into_service.get("/metrics")
    await world.post("/alerts", {"labels": {"alertname": "NobodyListens"}})
    assert watcher.spans == ()


async def test_an_alert_is_taken_in_although_its_trace_cannot_be_told(world: World, watcher: Watcher) -> None:
    ingest, house = world.house.engine.ingest, world.house

    async def then_closed(alerts: object) -> object:
        admissions = await ingest(alerts)  # type: ignore[arg-type]
        house.store.close()
        return admissions

    house.engine.ingest = then_closed  # type: ignore[method-assign, assignment]
    response = await world.post("/alerts", {"labels": {"alertname": "DailyNote"}})
    assert response.status_code == 202
    assert watcher.named("POST /alerts") == []


# what it tells


async def test_spans_tell_no_names_numbers_or_texts(world: World, watcher: Watcher) -> None:
    await world.alert("DiskFull", summary="Secret summary")
    await world.alert("TeamNews", summary="Secret summary")
    await world.forward("10m")
    await world.alice.replies("ack, secret words")
    await world.forward("30m")
    told = " ".join(span.to_json() for span in watcher.spans)
    assert "wa_notify.reason" in told
    for word in ("alice", "Alice", "bob", "carol", "7700900", "ecret", "wamid", "db-7", "ack,"):
        assert word not in told, word


async def test_attributes_are_those_of_the_message(world: World, watcher: Watcher) -> None:
    await world.alert("DiskFull")
    attributes = dict(watcher.only("send message").attributes or {})
    assert attributes == {
        "wa_notify.ticket": 1,
        "wa_notify.item": 1,
        "wa_notify.attempt": 1,
        "wa_notify.occasion": "opened",
        "wa_notify.priority": "critical",
        "wa_notify.channel": "whatsapp",
        "wa_notify.state": "accepted",
        "wa_notify.form": "template",
        "wa_notify.template": "ops_alert",
        "wa_notify.reason": "window_closed",
    }
    root = dict(watcher.only("POST /alerts").attributes or {})
    assert (root["wa_notify.rule"], root["http.route"]) == ("disk", "/alerts")


# sampling


@pytest.mark.parametrize("sampler", [ParentBased(TraceIdRatioBased(0.0)), ALWAYS_OFF])
async def test_a_trace_that_is_not_sampled_has_no_spans_at_all(world: World, sampler: Sampler) -> None:
    watcher = Watcher(world, sampler)
    await world.alert("DiskFull")
    await world.forward("1m")
    assert watcher.spans == ()


async def test_a_sampled_trace_is_sampled_as_a_whole(world: World) -> None:
    watcher = Watcher(world, ParentBased(TraceIdRatioBased(0.5)))
    for number in range(20):
        await world.alert("DiskFull", instance=f"db-{number}")
    await world.forward("5m")
    begun = {trace_of(span) for span in watcher.named("POST /alerts")}
    sent = {trace_of(span) for span in watcher.named("send message") if span.parent}
    assert 0 < len(begun) < 20
    assert {
        trace_of(span) for span in watcher.spans if (span.attributes or {}).get("wa_notify.ticket")
    } == begun
    assert sent


# when it is wanted


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "x"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1"}, False),
        ({"OTEL_SDK_DISABLED": "TRUE", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1"}, False),
    ],
)
def test_the_environment_says_whether_traces_are_wanted(environ: dict[str, str], wanted: bool) -> None:
    assert is_configured(environ) is wanted


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, "otlp_proto_http"),
        ({"OTEL_TRACES_EXPORTER": "OTLP"}, "otlp_proto_http"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "otlp_proto_grpc"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, "otlp_proto_http"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console"),
    ],
)
def test_the_environment_names_the_exporter(environ: dict[str, str], name: str) -> None:
    assert exporter_name(environ) == name


def test_the_service_does_not_load_what_nobody_asked_for() -> None:
    code = "import sys, wa_notify.service; print([name for name in sys.modules if 'opentelemetry' in name])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_without_configuration_nothing_is_added(world: World) -> None:
    house = world.house
    before = len(house.app.user_middleware)
    async with following(world, {}):
        assert len(house.app.user_middleware) == before


async def test_a_missing_exporter_is_told_and_the_service_goes_on(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with following(world, {"OTEL_TRACES_EXPORTER": "carrier-pigeon"}):
        await world.alert("DailyNote")
    assert "no exporter called 'carrier-pigeon' is installed" in caplog.text
    assert "wa-notify[tracing]" in caplog.text


async def test_spans_reach_a_collector(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with collector() as (address, received):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test")
        async with following(world, {"OTEL_EXPORTER_OTLP_ENDPOINT": address}):
            await world.alert("DailyNote")
            await world.forward("1m")
    names = {
        span.name
        for request in received
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }
    assert {"POST /alerts", "decide message", "send message", "read message"} <= names
    told = {
        attribute.key: attribute.value.string_value
        for attribute in received[0].resource_spans[0].resource.attributes
    }
    assert (told["service.name"], told["deployment.environment"]) == ("wa-notify", "test")


def following(world: World, environ: dict[str, str]) -> AbstractAsyncContextManager[None]:
    """As the service does it."""
    house = world.house
    return traced(
        house.app, house.engine, house.store.listen, clock=world.clock, mark="mark", environ=environ
    )


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """Something that takes OTLP over HTTP, and what it took."""
    received: list[ExportTraceServiceRequest] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") is None:
                received.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
