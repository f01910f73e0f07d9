"""What happens, counted: how often since this process began, and how long it took.

Whatever became of a message is counted once it is durable (see `wa_notify.core.news.Step`), so that what was
taken back never shows.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from wa_notify.core.inbound import Arrival, InboundMessage, StatusUpdate
from wa_notify.core.message import Form
from wa_notify.core.news import News, Step
from wa_notify.core.outbox import Channel, ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Priority
from wa_notify.whatsapp.codes import CODES

# When each series began would double the page, and nobody asks for it.
disable_created_metrics()  # type: ignore[no-untyped-call]

FORMS = {  # why a message leaves in this form
    Form.FREE_FORM: (Reason.WINDOW_OPEN,),
    Form.TEMPLATE: (
        Reason.WINDOW_CLOSED,
        Reason.NO_FREE_FORM,
        Reason.TEMPLATE_PREFERRED,
        Reason.TEMPLATE_CHEAPER,
    ),
}
ON_THE_WAY = (ItemState.SENDING, ItemState.ACCEPTED, ItemState.SENT, ItemState.DELIVERED, ItemState.READ)
NONE, OTHER = "none", "other"
UP_TO_AN_HOUR = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600)  # seconds
UP_TO_A_MINUTE = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60)


class Call(StrEnum):
    """What became of a call of WhatsApp, or of somebody who plays it."""

    TAKEN = "taken"
    WRONG_SIGNATURE = "wrong_signature"
    WRONG_TOKEN = "wrong_token"  # noqa: S105 - a cause, not a secret
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"


class Kind(StrEnum):
    """What WhatsApp tells of."""

    STATUS = "status"
    MESSAGE = "message"


class Events:
    """The counters and histograms of one process. It may be told from any thread."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.alerts = Counter("wa_notify_alerts", "Alerts taken in.", ["path", "outcome"], registry=registry)
        self.refused_requests = Counter(
            "wa_notify_requests_refused", "Requests refused.", ["path", "status"], registry=registry
        )
        self._messages = Counter(
            "wa_notify_messages",
            "Decisions about messages, and what became of them.",
            ["channel", "form", "state", "reason"],
            registry=registry,
        )
        self._templates = Counter(
            "wa_notify_template_messages",
            "The same for what left as a template.",
            ["template", "state"],
            registry=registry,
        )
        failed = "Messages that WhatsApp refused or failed, by its error code."
        self._errors = Counter("wa_notify_platform_errors", failed, ["code"], registry=registry)
        self._delivery = Histogram(
            "wa_notify_delivery_seconds",
            "From leaving to the phone.",
            ["priority"],
            buckets=UP_TO_AN_HOUR,
            registry=registry,
        )
        self._calls = Counter("wa_notify_webhook_calls", "Calls of WhatsApp.", ["outcome"], registry=registry)
        self._lag = Histogram(
            "wa_notify_webhook_lag_seconds",
            "From WhatsApp's time of what it tells to our hearing of it.",
            ["kind"],
            buckets=UP_TO_AN_HOUR,
            registry=registry,
        )
        self._woken_late = Histogram(
            "wa_notify_wakeup_late_seconds",
            "How late the outbox was looked at when something was due.",
            buckets=UP_TO_A_MINUTE,
            registry=registry,
        )
        self._begin()

    def _begin(self) -> None:
        """A series begins at 0, or nobody would see its first step."""
        for form, reasons in FORMS.items():
            for state, reason in product(ON_THE_WAY, reasons):
                self._messages.labels(Channel.WHATSAPP, form, state, reason)
        for code in (*CODES, OTHER):
            self._errors.labels(code)
        for call in Call:
            self._calls.labels(call)
        for kind in Kind:
            self._lag.labels(kind)
        for priority in Priority:
            self._delivery.labels(priority.name.lower())

    def overhear(self, news: Sequence[News]) -> None:
        """Take in what has become durable."""
        for step in news:
            if isinstance(step, Step):
                self._step(step)

    def _step(self, step: Step) -> None:
        item = step.item
        self._messages.labels(item.channel, item.form or NONE, item.state, item.reason or NONE).inc()
        if item.template:
            self._templates.labels(item.template, item.state).inc()
        if step.failure:
            self._errors.labels(step.failure.code if step.failure.code in CODES else OTHER).inc()
        if step.took is not None:
            self._delivery.labels(item.priority.name.lower()).observe(step.took.total_seconds())

    def called(self, outcome: Call) -> None:
        """WhatsApp called, or somebody who plays it."""
        self._calls.labels(outcome).inc()

    def told(self, arrivals: Iterable[Arrival], now: datetime) -> None:
        """What WhatsApp told is durable. Its clock counts in whole seconds and may be ahead of ours."""
        for arrival in arrivals:
            match arrival.event:
                case StatusUpdate(at=at):
                    self._lag.labels(Kind.STATUS).observe(_seconds(now - at))
                case InboundMessage(at=at):
                    self._lag.labels(Kind.MESSAGE).observe(_seconds(now - at))
                case _:
                    pass  # of the rest nobody waits for

    def woken(self, late: timedelta) -> None:
        """The engine was woken so long after something was due."""
        self._woken_late.observe(_seconds(late))


def _seconds(span: timedelta) -> float:
    return max(span.total_seconds(), 0.0)
