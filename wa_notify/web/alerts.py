"""Our own shape of an alert: one object or a list.

    {"source": "backup", "status": "firing", "labels": {"alertname": "BackupLate"},
     "annotations": {"summary": "..."}, "starts_at": "2026-11-21T09:30:00Z", "url": "...",
     "attachments": [{"link": "https://...", "kind": "image", "filename": "..."}]}

Only ``labels`` is required. Without a fingerprint the labels identify the alert.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import voluptuous as vol

from wa_notify.core.alert import Alert, AlertStatus, fingerprint_of
from wa_notify.core.bounds import FILENAME_LIMIT, URL_LIMIT
from wa_notify.core.enclosed import MediaKind, MediaLink, name_in
from wa_notify.core.errors import AlertRefused, Complaint
from wa_notify.core.media import kind_of
from wa_notify.web.request import refused, storable

MOST_ALERTS = 10_000  # in one request
MOST_ATTACHMENTS = 10  # of one alert
LONGEST_TEXT = 16_384  # characters of one label or annotation


def text(value: Any) -> str:
    """A text, or a number or truth value written as one; nothing nested."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return storable(str(value)[:LONGEST_TEXT])
    raise vol.Invalid("a text is expected here")


def link(value: Any) -> str:
    """A link that a person may tap, else nothing: only the web, and nothing that breaks out of it."""
    word = text(value).strip()
    is_web = word.lower().startswith(("http://", "https://")) and word.isprintable() and " " not in word
    return word if is_web else ""


def web_link(value: Any) -> str:
    """A link to a file; anything else is a fault."""
    found = link(value)
    if not found or len(found) > URL_LIMIT:
        raise vol.Invalid("a link that begins with http:// or https:// is expected here")
    return found


def moment(value: Any) -> datetime:
    """A time in RFC 3339, in UTC when it names no zone."""
    if not isinstance(value, str):
        raise vol.Invalid("a time such as 2026-11-21T09:30:00Z is expected here")
    try:
        parsed = datetime.fromisoformat(_with_microseconds(value))
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise vol.Invalid("a time such as 2026-11-21T09:30:00Z is expected here") from None


def _with_microseconds(value: str) -> str:
    """Go writes nanoseconds; Python reads at most microseconds."""
    head, dot, tail = value.partition(".")
    if not dot:
        return value
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}.{tail[: min(digits, 6)]}{tail[digits:]}"


def word(longest: int) -> vol.All:
    """A short text that is not empty."""
    return vol.All(str, storable, vol.Length(min=1, max=longest))


TEXTS = vol.Schema({word(1024): text})
ATTACHMENT = vol.Schema(
    {
        vol.Required("link"): web_link,
        vol.Optional("kind"): vol.In([kind.value for kind in MediaKind]),
        vol.Optional("filename", default=""): vol.All(text, vol.Length(max=FILENAME_LIMIT)),
    }
)
ALERT = vol.Schema(
    {
        vol.Required("labels"): vol.All(TEXTS, vol.Length(min=1, msg="at least one label is needed")),
        vol.Optional("source", default="alerts"): word(100),
        vol.Optional("status", default="firing"): vol.In([status.value for status in AlertStatus]),
        vol.Optional("annotations", default=dict): TEXTS,
        vol.Optional("starts_at"): moment,
        vol.Optional("ends_at"): moment,
        vol.Optional("fingerprint"): word(200),
        vol.Optional("url", default=""): link,
        vol.Optional("attachments", default=list): vol.All([ATTACHMENT], vol.Length(max=MOST_ATTACHMENTS)),
    }
)


def parse(body: Any, now: datetime) -> list[Alert]:
    """Read alerts of our own shape.

    Raises `AlertRefused` with all faults; then nothing of the request is taken.
    """
    items = body if isinstance(body, list) else [body]
    return read_each(items, ALERT, lambda item: _alert(item, now))


def whole(body: Any, schema: vol.Schema, fix: str) -> dict[str, Any]:
    """The body of a notification around its alerts. Raises `AlertRefused`."""
    try:
        notification: dict[str, Any] = schema(body)
    except vol.MultipleInvalid as error:
        where = ".".join(str(part) for part in error.path) or "body"
        raise refused(where, f"{error.msg}.", fix) from None
    return notification


def read_each(items: list[Any], schema: vol.Schema, build: Callable[[Any], Alert]) -> list[Alert]:
    """Check and build every item, collecting the faults of all of them."""
    if not 0 < len(items) <= MOST_ALERTS:
        what = "There are no alerts." if not items else f"There are {len(items)} alerts."
        raise AlertRefused((Complaint(where="body", what=what, fix=f"Send 1 to {MOST_ALERTS} of them."),))
    alerts, complaints = [], []
    for index, item in enumerate(items):
        try:
            alerts.append(build(schema(item)))
        except vol.MultipleInvalid as error:
            complaints += [_complaint(index, fault) for fault in error.errors]
    if complaints:
        raise AlertRefused(tuple(complaints[:100]))
    return alerts


def _complaint(index: int, fault: vol.Invalid) -> Complaint:
    path = "".join(f".{part}" for part in fault.path)
    what = WORDS.get(fault.msg, fault.msg)
    fix = 'Nothing of the request was taken in. An alert is {"labels": {"alertname": "..."}, ...}.'
    return Complaint(where=f"alert {index}{path}", what=f"{what[:1].upper()}{what[1:]}.", fix=fix)


WORDS = {  # for what voluptuous says
    "required key not provided": "this is missing",
    "extra keys not allowed": "an alert has no such key",
    "expected a dictionary": "an object of names and texts is expected here",
    "expected str": "a text is expected here",
}


def _alert(item: dict[str, Any], now: datetime) -> Alert:
    return Alert(
        source=item["source"],
        status=AlertStatus(item["status"]),
        labels=item["labels"],
        annotations=item["annotations"],
        starts_at=item.get("starts_at", now),
        start_known="starts_at" in item,
        ends_at=item.get("ends_at"),
        fingerprint=item.get("fingerprint") or fingerprint_of(item["labels"]),
        url=item["url"],
        attachments=tuple(_file(one) for one in item.get("attachments", ())),
    )


def _file(one: dict[str, Any]) -> MediaLink:
    """Without a kind its name tells what it is."""
    where, name = one["link"], one["filename"]
    kind = MediaKind(one["kind"]) if "kind" in one else kind_of(where, name)
    named = name or (name_in(where) if kind is MediaKind.DOCUMENT else "")
    return MediaLink(kind=kind, link=where, filename=named)
