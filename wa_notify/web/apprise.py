"""What Apprise posts: its plugins ``json://`` and ``form://``, and ours, ``wanotify://``.

Apprise knows notifications, not alerts, so the title is what tells one trouble from another: ``success`` ends
what ``failure``, ``warning`` or ``info`` of the same title began. A sender has spoken on purpose, so a second
notification of a title that still fires is news and told once more, at the pace of the rule.

Further keys (``json://host/alerts/apprise?:instance=db-7``) become labels. Whoever puts into the title what
changes, such as a number, gives ``:alertname=...`` as well.

``version`` says nothing about alerts; attachments are not kept, and the answer says so.
"""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import voluptuous as vol
from starlette.requests import Request

from wa_notify.core.alert import Alert, AlertStatus, fingerprint_of
from wa_notify.core.cleaner import clean
from wa_notify.core.ticket import LONGEST_TITLE
from wa_notify.web.alerts import text, word
from wa_notify.web.request import read_body, read_json, refused

SOURCE = "apprise"
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 200
SEVERITIES = {"failure": "critical", "warning": "warning", "info": "info", "success": "info"}
IDENTIFIES_NOTHING = ("severity",)  # it differs between what begins a trouble and what ends it
FIX = 'Send {"title": "...", "message": "...", "type": "failure"}, as Apprise\'s json:// does.'

NOTIFICATION = vol.Schema(
    {
        vol.Optional("title", default=""): vol.Any("", text),
        vol.Optional("message", default=""): vol.Any("", text),
        vol.Optional("type", default="info"): vol.In(list(SEVERITIES)),
        vol.Optional("version"): object,
        vol.Optional("attachments", default=list): object,
        word(1024): text,
    }
)


async def read(request: Request) -> Any:
    """The body as JSON, or as the form that ``form://`` sends.

    Raises `AlertRefused` or `TooLarge`.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        raise refused("body", "Attachments cannot be taken as a form.", "Leave them out, or use json://.")
    if kind != FORM:
        return await read_json(request)
    try:
        return dict(parse_qsl((await read_body(request)).decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        raise refused("body", "The form cannot be read.", "Send UTF-8 and fewer fields.") from None


def parse(body: Any, now: datetime) -> tuple[Alert, list[str]]:
    """Read a notification: its alert, and what of it was ignored.

    Raises `AlertRefused`.
    """
    try:
        said = NOTIFICATION(body)
    except vol.MultipleInvalid as error:
        where = ".".join(str(part) for part in error.path) or "body"
        raise refused(where, f"{error.msg}.", FIX) from None
    message = said.pop("message").strip()
    spoken = said.pop("title").strip() or message
    if not spoken:
        raise refused("title", "There is neither a title nor a message.", FIX)
    title = clean(spoken.splitlines()[0], LONGEST_TITLE)
    kind, attachments = said.pop("type"), said.pop("attachments")
    said.pop("version", None)
    return _alert(title, message, kind, said, now), ["attachments"] if attachments else []


def _alert(title: str, message: str, kind: str, further: dict[str, str], now: datetime) -> Alert:
    own = {name: value for name, value in further.items() if name and value}
    labels = {"alertname": title, "severity": SEVERITIES[kind], **own}
    identity = {name: value for name, value in labels.items() if name not in IDENTIFIES_NOTHING}
    return Alert(
        source=SOURCE,
        status=AlertStatus.RESOLVED if kind == "success" else AlertStatus.FIRING,
        labels=labels,
        annotations={"summary": title, **({"description": message} if message else {})},
        starts_at=now,
        fingerprint=fingerprint_of(identity),
    )
