"""Spans out of what has happened: each is made when it is over, with the times of its beginning and end."""

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from wa_notify import __version__
from wa_notify.core.news import News, Step
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.progress import TROUBLES
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import Ticket
from wa_notify.pipeline.ingest import Admission, Outcome

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ROOT = "root"
DECIDE, SEND, RELAY = "decide message", "send message", "relay message"
DELIVER, READ, LOSE, FAIL = "deliver message", "read message", "lose message", "fail message"
BEGINS = (Outcome.OPENED, Outcome.REOPENED)
NAMES = {
    ItemState.ACCEPTED: SEND,
    ItemState.SENT: RELAY,
    ItemState.READ: READ,
    ItemState.UNCERTAIN: LOSE,
    ItemState.FAILED: FAIL,
}
ERRORS = (LOSE, FAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request that brought alerts."""

    method: str
    route: str
    headers: Mapping[str, str]
    began: datetime
    ended: datetime


class DerivedIds(IdGenerator):
    """Gives the next span of a thread the ids that were laid out for it."""

    def __init__(self) -> None:
        self._laid_out = threading.local()
        self._random = RandomIdGenerator()

    @contextmanager
    def laid_out(self, trace_id: int, span_id: int) -> Iterator[None]:
        """Spans that are begun inside have these ids."""
        self._laid_out.ids = trace_id, span_id
        try:
            yield
        finally:
            self._laid_out.ids = None

    def generate_trace_id(self) -> int:
        """The id of the trace that begins."""
        ids = getattr(self._laid_out, "ids", None)
        return ids[0] if ids else self._random.generate_trace_id()

    def generate_span_id(self) -> int:
        """The id of the span that begins."""
        ids = getattr(self._laid_out, "ids", None)
        return ids[1] if ids else self._random.generate_span_id()


class Spans:
    """Makes the spans of one database, which ``mark`` tells from others. It may be told from any thread."""

    def __init__(self, provider: TracerProvider, mark: str) -> None:
        """``provider`` has `DerivedIds`."""
        self._provider = provider
        self._tracer = provider.get_tracer("wa_notify", __version__)
        self._ids: DerivedIds = provider.id_generator  # type: ignore[assignment]
        self._mark = mark

    def admitted(self, visit: Visit, admission: Admission, ticket: Ticket) -> None:
        """A request brought an alert of this ticket: the first span of its episode, or one behind it."""
        trace_id = self._derived(16, "ticket", ticket.id, ticket.episode)
        root = self._derived(8, trace_id, ROOT)
        begins = admission.outcome in BEGINS
        here = root if begins else self._derived(8, trace_id, admission.fingerprint, visit.began)
        self._span(
            f"{visit.method} {visit.route}",
            trace_id,
            here,
            parent=None if begins else root,
            times=(visit.began, visit.ended),
            kind=SpanKind.SERVER,
            links=_links(visit.headers),
            attributes={
                "http.route": visit.route,
                "wa_notify.ticket": ticket.id,
                "wa_notify.episode": ticket.episode,
                "wa_notify.rule": admission.rule,
                "wa_notify.outcome": admission.outcome.value,
            },
        )

    def overhear(self, news: Sequence[News]) -> None:
        """Take in what has become durable."""
        for step in news:
            if isinstance(step, Step):
                self._step(step)

    def _step(self, step: Step) -> None:
        item, name = step.item, _name_of(step)
        began = item.claimed_at or item.created_at
        if name is DECIDE:
            self._decision(step)
            return
        if step.took is not None:
            self._of_item(step, DELIVER, (began, began + step.took))
        if name is READ:
            self._of_item(step, READ, (item.delivered_at or began, item.status_at or step.at))
        elif name is RELAY:
            self._of_item(step, RELAY, (began, item.status_at or step.at))
        elif name is not DELIVER:
            self._of_item(step, name, (began, step.at))

    def _decision(self, step: Step) -> None:
        """From when it was due; without a ticket the first one stands behind a root of its own."""
        item = step.item
        trace_id = self._trace_of(item)
        if item.ticket_id is None and item.attempts == 1 and item.state is not ItemState.CANCELLED:
            root, times = self._derived(8, trace_id, ROOT), (item.created_at, step.at)
            self._span("message", trace_id, root, parent=None, times=times, attributes=_attributes(step))
        self._of_item(step, DECIDE, (min(item.due_at, step.at), step.at))

    def _of_item(self, step: Step, name: str, times: tuple[datetime, datetime]) -> None:
        item = step.item
        trace_id = self._trace_of(item)
        sending = self._derived(8, trace_id, item.id, item.attempts, ItemState.SENDING)
        parent = self._derived(8, trace_id, ROOT) if name is DECIDE else sending
        here = sending
        if item.state is not ItemState.SENDING:
            here = self._derived(8, trace_id, item.id, item.attempts, name, item.state, item.reason)
        self._span(name, trace_id, here, parent=parent, times=times, attributes=_attributes(step))

    def _trace_of(self, item: Item) -> int:
        if item.ticket_id is None:
            return self._derived(16, "message", item.key, item.created_at)
        return self._derived(16, "ticket", item.ticket_id, item.episode)

    def _derived(self, size: int, *parts: object) -> int:
        """An id of so many bytes; the same for the same things, in every process."""
        text = "\n".join((self._mark, *map(str, parts)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:size], "big") or 1

    def _span(
        self,
        name: str,
        trace_id: int,
        span_id: int,
        *,
        parent: int | None,
        times: tuple[datetime, datetime],
        attributes: Mapping[str, str | int],
        kind: SpanKind = SpanKind.INTERNAL,
        links: Sequence[Link] = (),
    ) -> None:
        before = None if parent is None else set_span_in_context(self._before(name, trace_id, parent))
        began, ended = times
        with self._ids.laid_out(trace_id, span_id):
            span = self._tracer.start_span(
                name, before, kind, dict(attributes), links, start_time=_nanoseconds(began)
            )
        if name in ERRORS:
            span.set_status(Status(StatusCode.ERROR))
        span.end(_nanoseconds(max(began, ended)))

    def _before(self, name: str, trace_id: int, parent: int) -> NonRecordingSpan:
        """The parent, which may have been made long ago: sampled, if such a trace is."""
        judged = self._provider.sampler.should_sample(None, trace_id, name)
        sampled = judged.decision is Decision.RECORD_AND_SAMPLE
        flags = TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT)
        return NonRecordingSpan(SpanContext(trace_id, parent, is_remote=True, trace_flags=flags))


def _name_of(step: Step) -> str:
    state, reason = step.item.state, step.item.reason
    if step.failure or (state is ItemState.PENDING and reason in (*TROUBLES, Reason.CHANNEL_FAILED)):
        return FAIL
    if state is ItemState.DELIVERED:
        return DELIVER
    return NAMES.get(state, DECIDE)


def _attributes(step: Step) -> dict[str, str | int]:
    """What may be told: ids and words, nothing of the person or of what is said."""
    item = step.item
    known: dict[str, str | int | None] = {
        "wa_notify.ticket": item.ticket_id,
        "wa_notify.item": item.id,
        "wa_notify.attempt": item.attempts,
        "wa_notify.occasion": item.occasion.value,
        "wa_notify.priority": item.priority.name.lower(),
        "wa_notify.channel": item.channel.value,
        "wa_notify.state": item.state.value,
        "wa_notify.form": item.form.value if item.form else None,
        "wa_notify.template": item.template or None,
        "wa_notify.reason": item.reason.value if item.reason else None,
        "wa_notify.code": step.failure.code if step.failure else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _links(headers: Mapping[str, str]) -> list[Link]:
    """To the trace of whoever sent the alert, if they told of one."""
    caller = get_current_span(TraceContextTextMapPropagator().extract(headers)).get_span_context()
    return [Link(caller)] if caller.is_valid else []


def _nanoseconds(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND * 1000
