"""Silences: alerts muted by a person, until a time that is always named.

A silence holds from its start until just before its end. An alert is muted while all matchers of one silence
hold for its labels, among which its source counts as the label ``source``. A ticket is silenced while all
that fires of it is muted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from wa_notify.core.alert import Alert, AlertStatus, common
from wa_notify.core.matcher import Comparison, Matcher, matcher

SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One silence. ``ticket_id`` is the ticket for which it was asked; ``id`` is 0 until it is stored."""

    id: int = 0
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    author: str
    comment: str = ""
    ticket_id: int | None = None

    def mutes(self, labels: Mapping[str, str], now: datetime) -> bool:
        """Whether it holds now for an alert with these labels."""
        return self.starts_at <= now < self.ends_at and all(one.matches(labels) for one in self.matchers)


def labels_of(alert: Alert) -> dict[str, str]:
    """What a silence looks at: the alert's labels and its source, unless it has a label of that name."""
    return {SOURCE: alert.source, **alert.labels}


def mutes(silences: Iterable[Silence], labels: Mapping[str, str], now: datetime) -> Silence | None:
    """The silence that mutes an alert with these labels the longest, or nothing."""
    muting = (silence for silence in silences if silence.mutes(labels, now))
    return max(muting, key=lambda silence: silence.ends_at, default=None)


def silenced_until(silences: Sequence[Silence], alerts: Iterable[Alert], now: datetime) -> datetime | None:
    """When the first of what fires is heard again; nothing while something is heard, or nothing fires."""
    muting = [
        mutes(silences, labels_of(alert), now) for alert in alerts if alert.status is AlertStatus.FIRING
    ]
    ends = [silence.ends_at for silence in muting if silence]
    return min(ends) if ends and len(ends) == len(muting) else None


def matchers_for(alerts: Sequence[Alert], group_by: Sequence[str]) -> tuple[Matcher, ...]:
    """What mutes a group of alerts: the labels that make it a group, else all that its alerts share."""
    shared = common(labels_of(alert) for alert in alerts)
    names = dict.fromkeys([SOURCE, *group_by]) if group_by else shared
    return tuple(matcher(name, Comparison.EQUAL, shared.get(name, "")) for name in names)
