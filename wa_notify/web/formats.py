"""An event in any format that the service takes, told apart by its looks or by what somebody says it is."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from wa_notify.config.expression import MappedSource
from wa_notify.config.faults import suggestion
from wa_notify.core.alert import Alert
from wa_notify.web import alertmanager, alerts, apprise, custom, grafana
from wa_notify.web.request import refused


class Format(StrEnum):
    """Which door an event would come through. ``custom`` takes the name of a source."""

    AUTO = "auto"
    OWN = "own"
    ALERTMANAGER = "alertmanager"
    GRAFANA = "grafana"
    APPRISE = "apprise"
    CUSTOM = "custom"


def detected(body: Any) -> Format:
    """The format by its looks. Raises `AlertRefused` for what looks like none of ours."""
    if isinstance(body, list):
        return Format.OWN
    if not isinstance(body, Mapping):
        raise refused("body", "This is no event: an object or a list is expected.", "Paste JSON.")
    if isinstance(body.get("alerts"), list):
        return Format.ALERTMANAGER if body.get("version") == "4" else Format.GRAFANA
    if "labels" in body:
        return Format.OWN
    if "title" in body or "message" in body:
        return Format.APPRISE
    fix = 'Choose the format, or paste an alert such as {"labels": {"alertname": "DiskFull"}}.'
    raise refused("body", "It does not look like any format that is known here.", fix)


def read_event(
    body: Any, kind: Format, source: str, sources: Mapping[str, MappedSource], now: datetime
) -> tuple[Format, list[Alert]]:
    """What the door of this format makes of it. Raises `AlertRefused`, `Unmappable` with all faults."""
    found = detected(body) if kind is Format.AUTO else kind
    match found:
        case Format.ALERTMANAGER:
            return found, alertmanager.parse(body)[0]
        case Format.GRAFANA:
            return found, grafana.parse(body)[0]
        case Format.APPRISE:
            return found, [apprise.parse(body, now)[0]]
        case Format.CUSTOM:
            return found, custom.parse(_source(source, sources), body, now)
        case _:
            return found, alerts.parse(body, now)


def _source(name: str, sources: Mapping[str, MappedSource]) -> MappedSource:
    if name not in sources:
        fix = suggestion(name, sources, "source") if sources else "Sources stand in the section `sources`."
        raise refused("source", "There is no source of that name.", fix)
    return sources[name]


def as_own(alert: Alert) -> dict[str, Any]:
    """The alert in our own shape, as it would be posted."""
    shown: dict[str, Any] = {
        "source": alert.source,
        "status": alert.status.value,
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "fingerprint": alert.fingerprint,
    }
    if alert.start_known:
        shown["starts_at"] = alert.starts_at.isoformat()
    if alert.url:
        shown["url"] = alert.url
    if alert.attachments:
        shown["attachments"] = [
            {"link": one.link, "kind": one.kind.value, "filename": one.filename} for one in alert.attachments
        ]
    return shown
