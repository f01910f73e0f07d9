"""The webhook: who calls (signature, handshake) and what they tell (the envelope, opened item by item).

Source: Meta's webhook reference. Everything in the envelope is a list and may be a batch; one odd item never
loses the others. Notifications come late, doubled and unordered, so each arrival has a key that stays the
same when it is told again:

- a message: its wamid (an edit or a deletion has one of its own)
- a status: wamid and the platform's word
- anything else: a digest of the item and the time of its entry. Where neither the item nor its entry has a
  time, the time of receipt stands in: the same news may then count twice, but new news is never lost.

The platform tries again for seven days while we answer anything but 200.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wa_notify.core.alert import digest
from wa_notify.core.errors import NotificationRefused
from wa_notify.core.inbound import Arrival, Event, InboundMessage, Raw, StatusUpdate, Unknown
from wa_notify.core.secret import Secret
from wa_notify.whatsapp.messages import read_message
from wa_notify.whatsapp.news import read_error, read_news
from wa_notify.whatsapp.reading import OddItem, directory, instant, storable, word
from wa_notify.whatsapp.statuses import read_preference, read_status, status_key

OBJECT = "whatsapp_business_account"
DEEPEST = 64  # levels of nesting; a real notification has about ten


def verify_signature(app_secret: Secret, body: bytes, header: str | None) -> bool:
    """Whether ``X-Hub-Signature-256`` is the HMAC-SHA256 of exactly these bytes, in constant time.

    The platform escapes non-ASCII characters and slashes in its JSON, so only the raw body will do. Without
    an app secret nothing is genuine.
    """
    if not app_secret or not header:
        return False
    wanted = "sha256=" + hmac.new(app_secret.reveal().encode(), body, hashlib.sha256).hexdigest()
    return _is_same(wanted, header)


def _is_same(secret: str, claimed: str) -> bool:
    return hmac.compare_digest(*(text.encode("utf-8", "surrogatepass") for text in (secret, claimed)))


def handshake(params: Mapping[str, str], verify_token: Secret) -> str | None:
    """The challenge to answer with (200, text/plain, nothing else), or nothing: answer 403.

    ``params`` are the query parameters of the GET request with which the platform checks our address.
    """
    if params.get("hub.mode") != "subscribe":
        return None
    if not verify_token or not _is_same(verify_token.reveal(), params.get("hub.verify_token", "")):
        return None
    return params.get("hub.challenge") or None


def parse(body: bytes, *, received_at: datetime) -> tuple[Arrival, ...]:
    """Open a notification. ``received_at`` (aware) stands in for times that are missing or absurd.

    ``raw`` of an event is its piece of the JSON as it came, but for characters that cannot be stored, which
    become U+FFFD. Raises `NotificationRefused` when the body is no notification at all.
    """
    return tuple(_arrivals(_envelope(body), received_at))


def _envelope(body: bytes) -> list[Any]:
    try:
        envelope = _DECODER.decode(body.decode())
    except (ValueError, RecursionError):
        raise NotificationRefused("Read a notification: the body is no JSON, or nested too deeply.") from None
    if not isinstance(envelope, dict):
        raise NotificationRefused("Read a notification: the JSON is no object.")
    if envelope.get("object") != OBJECT:
        raise NotificationRefused(
            f"Read a notification: its object is not {OBJECT}. Subscribe the webhook to that object only."
        )
    entries = envelope.get("entry")
    if not isinstance(entries, list):
        raise NotificationRefused("Read a notification: it has no list of entries.")
    could_be_deep = body.count(b"[") + body.count(b"{") > DEEPEST  # which spares the usual one the walk
    if could_be_deep and _is_too_deep(entries):
        raise NotificationRefused(f"Read a notification: it is nested deeper than {DEEPEST} levels.")
    return [storable(entry) for entry in entries] if b"\\u" in body else entries


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(digits: str) -> float | str:
    number = float(digits)
    return number if abs(number) != float("inf") else digits


_DECODER = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite)


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What the items of one change share."""

    field: str
    value: Raw
    entry_time: object
    number_id: str
    contacts: Mapping[str, Raw]
    received_at: datetime


def _arrivals(entries: list[Any], received_at: datetime) -> Iterator[Arrival]:
    for entry in entries:
        changes = entry.get("changes") if isinstance(entry, dict) else None
        if not isinstance(changes, list):
            yield _oddity("entry", entry, received_at)
            continue
        for change in changes:
            yield from _change(change, entry.get("time"), received_at)


def _change(change: object, entry_time: object, received_at: datetime) -> Iterator[Arrival]:
    value = change.get("value") if isinstance(change, dict) else None
    field = word(change, "field") if isinstance(change, dict) else ""
    if not field or not isinstance(value, dict):
        yield _oddity("change", change, received_at)
        return
    metadata = value.get("metadata")
    shared = _Change(
        field=field,
        value=value,
        entry_time=entry_time,
        number_id=word(metadata, "phone_number_id") if isinstance(metadata, dict) else "",
        contacts=directory(value),
        received_at=received_at,
    )
    lists = LISTS.get(field)
    if lists is None:
        yield _arrival(shared, field, value)
        return
    present = [name for name in lists if name in value]
    if not present:
        yield _oddity(field, value, received_at)
    for name in present:
        items = value[name] if isinstance(value[name], list) else [value[name]]
        for item in items:
            yield _arrival(shared, name, item)


# The fields whose value holds lists of items; the value of any other field is one piece of news.
LISTS: Mapping[str, tuple[str, ...]] = {
    "messages": ("messages", "statuses", "errors"),
    "user_preferences": ("user_preferences",),
}


def _arrival(shared: _Change, name: str, item: object) -> Arrival:
    event = _event(shared, name, item)
    return Arrival(key=_key(shared, event), number_id=shared.number_id, event=event)


def _event(shared: _Change, name: str, item: object) -> Event:
    if not isinstance(item, dict):
        return Unknown(kind=name, raw={"item": item})
    try:
        match name:
            case "messages":
                return read_message(item, shared.contacts, shared.received_at)
            case "statuses":
                return read_status(item, shared.contacts, shared.received_at)
            case "user_preferences":
                return read_preference(item, shared.contacts, shared.received_at)
            case "errors":
                return read_error(item)
            case _:
                return read_news(name, item, instant(shared.entry_time, shared.received_at))
    except OddItem:
        return Unknown(kind=name, raw=item)


def _key(shared: _Change, event: Event) -> str:
    if isinstance(event, InboundMessage):
        return event.wamid
    if isinstance(event, StatusUpdate):
        return status_key(event)
    when = shared.entry_time or event.raw.get("timestamp") or shared.received_at.isoformat()
    return digest(shared.field, shared.number_id, _canonical(event.raw), _canonical(when))


def _oddity(kind: str, piece: object, received_at: datetime) -> Arrival:
    raw = piece if isinstance(piece, dict) else {"item": piece}
    key = digest(kind, _canonical(raw), received_at.isoformat())
    return Arrival(key=key, number_id="", event=Unknown(kind=kind, raw=raw))


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)
