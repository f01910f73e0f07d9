r"""An Apprise plugin: whoever speaks Apprise sends through wa_notify.

    apprise --plugin-path .../wa_notify/apprise_plugin.py -n failure -t "Backup late" -b "Since 03:00" \
        wanotify://KEY@host:8711/oncall

``wanotify://`` goes over HTTP, ``wanotifys://`` (or ``?secure=yes``) over HTTPS. KEY is one of
``ingest.keys.apprise`` and travels as a bearer; it may be left out where wa_notify listens on loopback
without keys. What stands behind the host is the label ``receiver``; more labels: ``?:instance=db-7``.

Importing this module is enough to register it. It needs Apprise alone, so the file may also be copied to a
folder where Apprise looks for plugins, such as ~/.apprise/plugins.
"""

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote

import requests
from apprise import NotifyFormat
from apprise.decorators import notify

_LOGGER = logging.getLogger("apprise")

PATH = "/alerts/apprise"
PORTS = {"http": 8711, "https": 443}
PATIENCE = (5.0, 30.0)  # seconds to connect, and to wait for an answer
YES = ("yes", "true", "1", "on")


@notify(on="wanotify", name="wa_notify", body_format=NotifyFormat.TEXT)  # type: ignore[no-untyped-call, untyped-decorator]  # Apprise left it so
@notify(on="wanotifys", name="wa_notify over HTTPS", body_format=NotifyFormat.TEXT)  # type: ignore[no-untyped-call, untyped-decorator]
def send(body: str, title: str, notify_type: str, *_: Any, meta: Mapping[str, Any], **__: Any) -> bool:
    """Hand over one notification; whether it will be told. What went wrong is logged, without the key."""
    url, key, labels = _parts(meta)
    message = {**labels, "version": "1.0", "title": title or "", "message": body, "type": notify_type}
    try:
        answer = requests.post(
            url,
            json=message,
            auth=partial(_bear, key),  # said as `auth`, or a .netrc of the machine would win over it
            timeout=PATIENCE,
            verify=bool(meta.get("verify", True)),
            allow_redirects=False,  # the key is for this host only
        )
    except requests.RequestException as error:
        _LOGGER.warning("wa_notify at %s could not be reached: %s", url, type(error).__name__)
        return False
    if problem := _problem(answer):
        _LOGGER.warning("wa_notify at %s tells nobody: %s", url, problem)
    return not problem


def _parts(meta: Mapping[str, Any]) -> tuple[str, str, dict[str, str]]:
    """Address, key and labels, out of what Apprise understood of the URL; it leaves them percent-encoded."""
    asked: Mapping[str, str] = meta.get("qsd") or {}
    secure = meta["schema"].endswith("s") or str(asked.get("secure", "")).lower() in YES
    scheme = "https" if secure else "http"
    host, port = meta.get("host") or "localhost", meta.get("port") or PORTS[scheme]
    labels = {name[1:]: value for name, value in asked.items() if name[:1] == ":" and name[1:]}
    if receiver := unquote(meta.get("fullpath") or "").strip("/"):
        labels["receiver"] = receiver
    return f"{scheme}://{host}:{port}{PATH}", unquote(meta.get("user") or ""), labels


def _bear(key: str, request: requests.PreparedRequest) -> requests.PreparedRequest:
    if key:
        request.headers["Authorization"] = f"Bearer {key}"
    return request


def _problem(answer: requests.Response) -> str:
    """Why nobody will hear of it; empty when all is well."""
    try:
        said = answer.json()
        if answer.status_code != 202:
            return f"{answer.status_code} {said['title']}"
        outcomes = {alert["outcome"] for alert in said["alerts"]}
    except (ValueError, KeyError, TypeError):
        return f"{answer.status_code} Something else seems to answer there."
    return "no rule matches." if outcomes == {"no_rule"} else ""
