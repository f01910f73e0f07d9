"""An alert: one event of a source, firing or resolved, with the labels that identify it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from wa_notify.core.enclosed import MediaLink


class AlertStatus(StrEnum):
    """Whether the trouble is there or over."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One event. Two events with the same source and fingerprint speak of the same trouble.

    Labels identify, annotations describe; both are foreign text and never a template.
    """

    source: str
    status: AlertStatus
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict)
    starts_at: datetime
    start_known: bool = True  # else the source did not say, and ``starts_at`` is when we heard of it
    ends_at: datetime | None = None
    fingerprint: str
    url: str = ""
    attachments: tuple[MediaLink, ...] = ()  # files that the source sent along, by their links

    @property
    def name(self) -> str:
        """What people call it: Prometheus' ``alertname``, else what tells it from others."""
        told_apart = ", ".join(f"{name}={value}" for name, value in list(self.labels.items())[:3])
        return self.labels.get("alertname") or told_apart or self.source

    def ended(self, at: datetime) -> Self:
        """The word that it is over since then."""
        return replace(self, status=AlertStatus.RESOLVED, ends_at=at)


def fingerprint_of(labels: Mapping[str, str]) -> str:
    """Identify an alert by its labels, for sources that bring no fingerprint of their own."""
    return digest(*(part for pair in sorted(labels.items()) for part in pair))


def digest(*parts: str) -> str:
    """Sixteen hex digits that stand for these texts; other texts give other digits."""
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()


def group_key(alert: Alert, group_by: Iterable[str]) -> str:
    """Name the group an alert belongs to, such as ``["prometheus", "instance=db-7"]``.

    Without ``group_by`` every alert is its own group, named by its fingerprint. Two sources never share
    a group, and no label value can pretend to be another group.
    """
    labels = [f"{name}={alert.labels.get(name, '')}" for name in group_by]
    return json.dumps([alert.source, *(labels or [alert.fingerprint])])


def instant(at: datetime) -> str:
    """An instant as text, the same in whatever zone it is told."""
    return at.astimezone(UTC).isoformat()


def common(maps: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What all of these label sets agree on; of a single one, all of it."""
    first, *rest = list(maps) or [{}]
    return {name: value for name, value in first.items() if all(other.get(name) == value for other in rest)}
