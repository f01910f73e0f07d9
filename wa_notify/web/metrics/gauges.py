"""What there is: families that are made anew whenever somebody asks, and kept nowhere."""

import platform
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from wa_notify import __version__
from wa_notify.config import Finding
from wa_notify.core.rule import Priority
from wa_notify.core.template import TemplateShape
from wa_notify.engine.watch import Watch
from wa_notify.pipeline.limits import Headroom
from wa_notify.ports.gauges import Gauges
from wa_notify.web.standing import Standing, faults_by_rule

W = TypeVar("W", bound=str)
QUALITY = {"GREEN": 3, "YELLOW": 2, "RED": 1}  # 0 while WhatsApp has not judged


def of_store(gauges: Gauges, now: datetime) -> Iterable[Metric]:
    """How much is open, and how late it is."""
    late = {priority: _since(gauges.due.get(priority), now) for priority in Priority}
    yield _labelled("wa_notify_tickets", "Tickets that are not over.", "state", gauges.tickets)
    yield _labelled("wa_notify_outbox_items", "Messages that have not left for good.", "state", gauges.items)
    yield _labelled(
        "wa_notify_outbox_oldest_seconds",
        "The age of the oldest of them; a message may wait because it is meant to.",
        "state",
        {state: _since(gauges.oldest.get(state), now) for state in gauges.items},
    )
    yield _labelled(
        "wa_notify_outbox_late_seconds",
        "How long the longest overdue message has been due.",
        "priority",
        {priority.name.lower(): span for priority, span in late.items()},
    )
    yield _labelled("wa_notify_people", "People by whether they agreed.", "agreement", gauges.people)
    yield _gauge("wa_notify_windows_open", "People to whom free-form text may go now.", gauges.windows_open)
    troubles = GaugeMetricFamily(
        "wa_notify_troubles", "What stands in the way of messages.", labels=["scope", "effect"]
    )
    for labels, number in gauges.troubles.items():
        troubles.add_metric(labels, number)
    yield troubles
    yield _gauge(
        "wa_notify_token_refused", "Whether WhatsApp refuses the access token.", gauges.token_refused
    )
    yield _gauge("wa_notify_database_bytes", "The size of the database.", gauges.size)


def of_limits(limits: Headroom) -> Iterable[Metric]:
    """How much may leave."""
    reach = limits.reach
    limit = float("inf") if reach.limit is None else reach.limit
    used = "People who got a message outside their window in the last 24 hours."
    yield _gauge("wa_notify_reach_used", used, reach.used)
    yield _gauge("wa_notify_reach_limit", "How many of them there may be.", limit)
    yield _gauge(
        "wa_notify_reach_reserve", "How many of those are kept for critical messages.", reach.reserve
    )
    yield _gauge("wa_notify_pace_per_second", "How many messages a second may leave now.", limits.pace)


def of_watch(watch: Watch, now: datetime) -> Iterable[Metric]:
    """The troubles of the moment."""
    yield _gauge(
        "wa_notify_whatsapp_unreachable_seconds",
        "For how long WhatsApp has not answered; 0 while it does.",
        _since(watch.unreachable_since, now),
    )
    yield _gauge(
        "wa_notify_channels_failing", "Other channels that take nothing.", len(watch.channel_troubles)
    )
    yield _gauge(
        "wa_notify_source_unreachable",
        "Whether the source of the alerts cannot be asked.",
        bool(watch.source_trouble),
    )
    yield _gauge(
        "wa_notify_ledger_broken", "Whether the consent ledger was changed.", watch.ledger_break is not None
    )
    if watch.called_at:
        yield _gauge(
            "wa_notify_webhook_last_call_timestamp_seconds",
            "When WhatsApp last called since the start.",
            watch.called_at.timestamp(),
        )


def of_standing(standing: Standing, findings: Sequence[Finding]) -> Iterable[Metric]:
    """Whether the rules work with the account's templates, and whether what is written is obeyed."""
    yield _labelled(
        "wa_notify_rule_problems",
        "Faults that keep a rule from working with the account.",
        "rule",
        faults_by_rule([rule.name for rule in standing.config.rulebook.rules], findings),
    )
    yield _gauge(
        "wa_notify_config_last_reload_successful",
        "Whether everything that is written in the configuration is obeyed.",
        standing.in_order,
    )
    if standing.in_order_at:
        yield _gauge(
            "wa_notify_config_last_reload_success_timestamp_seconds",
            "When everything that was written was last read and obeyed.",
            standing.in_order_at.timestamp(),
        )


def of_templates(shapes: Iterable[TemplateShape], used: Collection[str]) -> Iterable[Metric]:
    """How the templates stand that the configuration sends."""
    labels = ["template", "language"]
    sendable = GaugeMetricFamily(
        "wa_notify_template_sendable", "Whether WhatsApp would take it now.", labels=labels
    )
    quality = GaugeMetricFamily(
        "wa_notify_template_quality",
        "How WhatsApp judges it: 3 green, 2 yellow, 1 red, 0 not judged.",
        labels=labels,
    )
    for shape in shapes:
        if shape.name in used:
            sendable.add_metric([shape.name, shape.language], shape.sendable)
            quality.add_metric([shape.name, shape.language], QUALITY.get(shape.quality, 0))
    yield sendable
    yield quality


def of_build() -> Metric:
    """What runs here."""
    return InfoMetricFamily(
        "wa_notify_build",
        "What runs here.",
        value={"version": __version__, "python": platform.python_version()},
    )


def answers(*, database: bool) -> Metric:
    """Whether the database could be asked for all the rest."""
    return _gauge("wa_notify_database_answers", "Whether the database answers.", database)


def _since(at: datetime | None, now: datetime) -> float:
    return 0.0 if at is None else max((now - at).total_seconds(), 0.0)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=float(value))


def _labelled(name: str, meaning: str, label: str, values: Mapping[W, float]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for word, value in values.items():
        family.add_metric([word], value)
    return family
