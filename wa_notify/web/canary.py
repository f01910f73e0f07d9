"""What readiness and metrics say of the canary."""

from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric

from wa_notify.core.canary import Song
from wa_notify.core.rule import Canary
from wa_notify.core.wallclock import spoken_span


def canary_troubles(canary: Canary | None, song: Song | None) -> list[str]:
    """What is worth a word; that several were missed in a row is a trouble of its own, told beside this."""
    if canary is None or song is None or not song.falls_short:
        return []
    within, over = spoken_span(canary.within), spoken_span(canary.over)
    what = f"{song.in_time} of {song.counted} canaries arrived within {within} in the last {over};"
    return [f"{what} the objective is {canary.objective * 100:.5g} %."]


def canary_metrics(song: Song | None) -> list[Metric]:
    """How the canary does; nothing while there is none. What is not known yet is left out."""
    if song is None:
        return []
    values: dict[str, tuple[str, float | None]] = {
        "last_sent_timestamp_seconds": ("When a canary last left.", _stamp(song.sent_at)),
        "last_delivered_timestamp_seconds": (
            "When a canary last reached the phone.",
            _stamp(song.delivered_at),
        ),
        "latency_seconds": (
            "How long the last canary that arrived took from its slot to the phone.",
            None if song.latency is None else song.latency.total_seconds(),
        ),
        "missed_in_a_row": ("Canaries that did not arrive in time since the last that did.", song.missed),
        "counted": ("Canaries of the period of the objective that count.", song.counted),
        "in_time": ("Those of them that arrived in time.", song.in_time),
        "objective_ratio": ("The share of them that is to arrive in time.", song.objective),
    }
    return [
        GaugeMetricFamily(f"wa_notify_canary_{name}", meaning, value=value)
        for name, (meaning, value) in values.items()
        if value is not None
    ]


def _stamp(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()
