"""Alerts that Home Assistant raises."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from wa_notify.core.alert import Alert, AlertStatus, digest, fingerprint_of
from wa_notify.core.enclosed import MediaLink

SOURCE: Final = "home_assistant"
LABEL_NAME: Final = "alertname"
LABEL_SEVERITY: Final = "severity"


def alert_of(
    data: Mapping[str, Any],
    now: datetime,
    *,
    status: AlertStatus = AlertStatus.FIRING,
    attachments: tuple[MediaLink, ...] = (),
) -> Alert:
    """Return the alert that an action describes.

    Two of them are about the same trouble if they have the same key, or without
    one the same title and labels.
    """
    title, key = data.get("title", ""), data.get("key", "")
    labels = {name: str(value) for name, value in data.get("labels", {}).items()}
    labels.setdefault(LABEL_NAME, key or title)
    severity = {LABEL_SEVERITY: data["severity"]} if data.get("severity") else {}
    return Alert(
        source=SOURCE,
        status=status,
        labels={**labels, **severity},
        annotations=_annotations(data),
        starts_at=now,
        start_known=False,
        fingerprint=digest(SOURCE, key) if key else fingerprint_of(labels),
        url=data.get("url", ""),
        attachments=attachments,
    )


def _annotations(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what describes the alert."""
    found = {"summary": data.get("title", ""), "description": data.get("message", "")}
    return {name: text for name, text in found.items() if text}
