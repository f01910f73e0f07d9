"""What Prometheus Alertmanager posts: its webhook, version 4.

Alertmanager groups alerts itself and repeats whole groups. We take each alert by its own fingerprint and
group by our own rules, so a repeated notification changes nothing. Annotations and labels that are common to
the group are part of each alert already. Unknown fields are left alone: Alertmanager adds some now and then.
"""

from datetime import datetime
from typing import Any

import voluptuous as vol

from wa_notify.core.alert import Alert, AlertStatus, fingerprint_of
from wa_notify.web.alerts import TEXTS, link, moment, read_each, whole, word

SOURCE = "alertmanager"
NEVER = "0001-01-01T00:00:00Z"  # how Go writes "no time"

ALERT = vol.Schema(
    {
        vol.Required("status"): vol.In([status.value for status in AlertStatus]),
        vol.Required("labels"): TEXTS,
        vol.Optional("annotations", default=dict): TEXTS,
        vol.Required("startsAt"): moment,
        vol.Optional("endsAt", default=NEVER): vol.Any(NEVER, moment),
        vol.Optional("generatorURL", default=""): link,
        vol.Optional("fingerprint", default=""): vol.Any("", word(200)),
    },
    extra=vol.REMOVE_EXTRA,
)
FIX = "This path takes Alertmanager's webhook version 4; other alerts go to /alerts."
NOTIFICATION = vol.Schema(
    {
        vol.Required("version"): "4",
        vol.Required("alerts"): list,
        vol.Optional("externalURL", default=""): link,
        vol.Optional("truncatedAlerts", default=0): int,
    },
    extra=vol.REMOVE_EXTRA,
)


def parse(body: Any) -> tuple[list[Alert], int]:
    """Read a notification: its alerts, and how many Alertmanager left out (``max_alerts``).

    Raises `AlertRefused` with all faults; then nothing of the request is taken.
    """
    notification = whole(body, NOTIFICATION, FIX)
    alerts = read_each(
        notification["alerts"], ALERT, lambda item: _alert(item, str(notification["externalURL"]))
    )
    return alerts, int(notification["truncatedAlerts"])


def _alert(item: dict[str, Any], external_url: str) -> Alert:
    ends_at: datetime | None = item["endsAt"] if item["endsAt"] != NEVER else None
    return Alert(
        source=SOURCE,
        status=AlertStatus(item["status"]),
        labels=item["labels"],
        annotations=item["annotations"],
        starts_at=item["startsAt"],
        ends_at=ends_at,
        fingerprint=item["fingerprint"] or fingerprint_of(item["labels"]),
        url=item["generatorURL"] or external_url,
    )
