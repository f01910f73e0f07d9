"""What Grafana's unified alerting posts: the webhook of a contact point, payload version 1.

Grafana groups and repeats like Alertmanager, which it contains; each alert is taken by its own fingerprint
(see `alertmanager`). Shape: Grafana's documentation, "Configure webhook notifications", Grafana 9 to 12.

Not used: ``receiver``, ``status``, ``state``, ``title``, ``message``, ``groupKey`` and ``groupLabels`` speak
of Grafana's groups, not of ours; ``commonLabels`` and ``commonAnnotations`` are part of each alert already;
``valueString`` is ``values`` in an older dress and serves where these are missing.
"""

from datetime import datetime
from typing import Any

import voluptuous as vol

from wa_notify.core.alert import Alert, AlertStatus, fingerprint_of
from wa_notify.web.alerts import TEXTS, link, moment, read_each, text, whole, word

SOURCE = "grafana"
NEVER = "0001-01-01T00:00:00Z"  # how Go writes "no time"
FIX = (
    "This path takes the webhook of Grafana's unified alerting without a custom payload; "
    "other JSON goes to /alerts/custom/SOURCE."
)

ALERT = vol.Schema(
    {
        vol.Required("status"): vol.In([status.value for status in AlertStatus]),
        vol.Required("labels"): TEXTS,
        vol.Optional("annotations", default=dict): TEXTS,
        vol.Required("startsAt"): moment,
        vol.Optional("endsAt", default=NEVER): vol.Any(NEVER, moment),
        vol.Optional("fingerprint", default=""): vol.Any("", word(200)),
        vol.Optional("values", default=None): vol.Any(None, {word(1024): vol.Any(None, text)}),
        vol.Optional("valueString", default=""): vol.Any("", text),
        vol.Optional("dashboardURL", default=""): link,
        vol.Optional("panelURL", default=""): link,
        vol.Optional("generatorURL", default=""): link,
        vol.Optional("silenceURL", default=""): link,
        vol.Optional("imageURL", default=""): link,
    },
    extra=vol.REMOVE_EXTRA,
)
NOTIFICATION = vol.Schema(
    {
        vol.Required("version"): "1",
        vol.Required("alerts"): list,
        vol.Optional("orgId", default=0): int,
        vol.Optional("externalURL", default=""): link,
        vol.Optional("truncatedAlerts", default=0): int,
    },
    extra=vol.REMOVE_EXTRA,
)


def parse(body: Any) -> tuple[list[Alert], int]:
    """Read a notification: its alerts, and how many Grafana left out ("Max alerts" of the contact point).

    Raises `AlertRefused` with all faults; then nothing of the request is taken.
    """
    notification = whole(body, NOTIFICATION, FIX)
    alerts = read_each(notification["alerts"], ALERT, lambda item: _alert(item, notification))
    return alerts, int(notification["truncatedAlerts"])


def _alert(item: dict[str, Any], notification: dict[str, Any]) -> Alert:
    ends_at: datetime | None = item["endsAt"] if item["endsAt"] != NEVER else None
    labels = item["labels"]
    if notification["orgId"] > 1:  # fingerprints of two organisations may be the same; most have only one
        labels = {"org_id": str(notification["orgId"]), **labels}
    links = (item[key] for key in ("panelURL", "dashboardURL", "generatorURL"))  # the nearest to the trouble
    return Alert(
        source=SOURCE,
        status=AlertStatus(item["status"]),
        labels=labels,
        annotations={**_beside(item), **item["annotations"]},
        starts_at=item["startsAt"],
        ends_at=ends_at,
        fingerprint=_fingerprint(item, notification) or fingerprint_of(labels),
        url=next(filter(None, links), notification["externalURL"]),
    )


def _fingerprint(item: dict[str, Any], notification: dict[str, Any]) -> str:
    fingerprint, organisation = item["fingerprint"], notification["orgId"]
    return f"{organisation}/{fingerprint}" if fingerprint and organisation > 1 else fingerprint


def _beside(item: dict[str, Any]) -> dict[str, str]:
    """What Grafana tells beside the annotations, under names that no annotation of the user's is lost to."""
    values = ", ".join(f"{name}={value}" for name, value in (item["values"] or {}).items() if value)
    beside = {
        "values": values or item["valueString"],
        "silence_url": item["silenceURL"],
        "image_url": item["imageURL"],
    }
    return {name: value for name, value in beside.items() if value}
