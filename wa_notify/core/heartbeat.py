"""Heartbeats: a source that reports regularly, and whose silence is the alert.

A *heartbeat* is what the configuration expects of a source, a *pulse* is what we know of it. Silence counts
from the last beat: after ``every`` one is expected, after ``grace`` more its alert fires. A beat ends it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from wa_notify.core.alert import Alert, AlertStatus, digest
from wa_notify.core.wallclock import spoken_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A beat is expected ``every`` so often, and may be late by ``grace``."""

    source: str
    every: timedelta
    grace: timedelta
    labels: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What is known of a heartbeat. ``missing``: its alert fires, for silence or for a reported failure."""

    source: str
    last_beat_at: datetime | None = None
    due_at: datetime  # when silence becomes an alert; without meaning while it is missing
    missing: bool = False


def awaited(heartbeat: Heartbeat, now: datetime) -> Pulse:
    """Nothing was ever heard of it: from now on it has the time that it has after a beat."""
    return Pulse(source=heartbeat.source, due_at=_due(heartbeat, now))


def beaten(heartbeat: Heartbeat, now: datetime) -> Pulse:
    """It has just reported, and all is well."""
    return replace(awaited(heartbeat, now), last_beat_at=now)


def failed(heartbeat: Heartbeat, now: datetime) -> Pulse:
    """It has just reported a failure."""
    return replace(beaten(heartbeat, now), missing=True)


def resumed(pulse: Pulse, heartbeat: Heartbeat, now: datetime) -> Pulse:
    """We have just started, perhaps with other times in the configuration.

    A beat that was due while nobody listened may have come and gone: it is given one grace from now. Another
    start within that grace does not prolong it.
    """
    fair = _due(heartbeat, now)
    fair = min(pulse.due_at, fair) if pulse.last_beat_at is None else _due(heartbeat, pulse.last_beat_at)
    if fair > now:
        return replace(pulse, due_at=fair)
    postponed = now + heartbeat.grace
    return replace(pulse, due_at=min(pulse.due_at, postponed) if pulse.due_at > now else postponed)


def silence(heartbeat: Heartbeat, pulse: Pulse, time_zone: str) -> Alert:
    """Nothing came in time."""
    expected_at = pulse.due_at - heartbeat.grace
    words = "Nothing has ever come."
    if pulse.last_beat_at is not None:
        words = f"The last beat came at {spoken_time(pulse.last_beat_at, time_zone)}."
        if _was_postponed(pulse, heartbeat):
            expected_at = pulse.last_beat_at + heartbeat.every
            words += (
                " The alerting service was not at work when the next was due, so it may have been missed."
            )
    words += f" The next was expected at {spoken_time(expected_at, time_zone)}."
    said = {"summary": heartbeat.summary or f"No heartbeat from {heartbeat.source}", "description": words}
    return _alert(heartbeat.source, AlertStatus.FIRING, heartbeat.labels, said, expected_at)


def failure(heartbeat: Heartbeat, message: str, now: datetime) -> Alert:
    """It reported a failure. Every report is news, so its start is now."""
    first_line = next(iter(message.splitlines()), "")
    summary = f"{heartbeat.source} failed" + (f": {first_line}" if first_line else "")
    said = {"summary": summary, "description": message or "It reported a failure without a word."}
    return _alert(heartbeat.source, AlertStatus.FIRING, heartbeat.labels, said, now)


def recovery(source: str, labels: Mapping[str, str], now: datetime) -> Alert:
    """It beats again, or nobody expects it to any more."""
    return _alert(source, AlertStatus.RESOLVED, labels or {"alertname": source}, {}, now)


def _alert(
    source: str, status: AlertStatus, labels: Mapping[str, str], said: Mapping[str, str], at: datetime
) -> Alert:
    return Alert(
        source=source,
        status=status,
        labels=labels,
        annotations=said,
        starts_at=at,
        ends_at=at if status is AlertStatus.RESOLVED else None,
        fingerprint=digest("heartbeat", source),
    )


def _due(heartbeat: Heartbeat, since: datetime) -> datetime:
    return since + heartbeat.every + heartbeat.grace


def _was_postponed(pulse: Pulse, heartbeat: Heartbeat) -> bool:
    """Whether it was due while nobody listened (see `resumed`)."""
    return pulse.last_beat_at is not None and pulse.due_at > _due(heartbeat, pulse.last_beat_at)
