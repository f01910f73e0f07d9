"""Reading foreign JSON: what is missing is empty, what has another type than documented is odd.

The platform adds fields and kinds without notice and has sent numbers as texts and texts as numbers, so
both are taken for text. Anything odder makes the item `OddItem`, and its reader keeps the raw piece.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from wa_notify.core.errors import WaNotifyError
from wa_notify.core.inbound import Raw, Sender

EARLIEST = datetime(2009, 1, 1, tzinfo=UTC).timestamp()  # WhatsApp is not older
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database keeps NUL, no encoder half a surrogate pair
AHEAD = timedelta(days=1)  # how far the platform's clock may be before ours


class OddItem(WaNotifyError):
    """An item of a notification is not shaped as documented; it never leaves this room."""


def text(raw: Raw, key: str) -> str:
    """A text, or empty when there is none. Raises `OddItem` for anything but text and whole numbers."""
    value = raw.get(key)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise OddItem(f"Read {key}: it is no text.")


def required(raw: Raw, key: str) -> str:
    """A text that must be there. Raises `OddItem`."""
    found = text(raw, key)
    if not found:
        raise OddItem(f"Read {key}: it is missing.")
    return found


def word(raw: Raw, key: str) -> str:
    """A text that only adorns: whatever is odd about it, it is then empty."""
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def piece(raw: Raw, key: str) -> Raw:
    """An inner object, or an empty one. Raises `OddItem`."""
    value = raw.get(key)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise OddItem(f"Read {key}: it is no object.")


def pieces(raw: Raw, key: str) -> Iterator[dict[str, Any]]:
    """The objects of a list that only adorns; whatever is odd about it is passed over."""
    value = raw.get(key)
    return (inner for inner in (value if isinstance(value, list) else ()) if isinstance(inner, dict))


def instant(value: object, received_at: datetime) -> datetime:
    """A time in Unix seconds, as number or text, in UTC; of messages and statuses it is a text.

    A time that is missing, unreadable, older than WhatsApp or more than a day ahead of us is replaced by the
    time of receipt: a wrong future time would keep a window open that is long closed.
    """
    seconds = _seconds(value)
    if seconds is None or not EARLIEST <= seconds <= (received_at + AHEAD).timestamp():
        return received_at
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def directory(value: Raw) -> Mapping[str, Raw]:
    """The ``contacts`` beside messages and statuses, found by wa_id and by BSUID."""
    return {
        name: contact
        for contact in pieces(value, "contacts")
        for name in (word(contact, "wa_id"), word(contact, "user_id"))
        if name
    }


def sender(contacts: Mapping[str, Raw], *, wa_id: str, bsuid: str, parent_bsuid: str = "") -> Sender:
    """A person by every name we are given; the contact beside the item adds what the item leaves out."""
    contact = contacts.get(wa_id) or contacts.get(bsuid) or {}
    profile = contact.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    return Sender(
        wa_id=wa_id or word(contact, "wa_id"),
        bsuid=bsuid or word(contact, "user_id"),
        parent_bsuid=parent_bsuid or word(contact, "parent_user_id"),
        username=word(profile, "username"),
        profile_name=word(profile, "name"),
    )


def storable(value: Any) -> Any:
    """The same JSON with U+FFFD for what no database keeps: NUL and halves of surrogate pairs."""
    match value:
        case str():
            return UNSTORABLE.sub("\ufffd", value)
        case dict():
            return {storable(key): storable(inner) for key, inner in value.items()}
        case list():
            return [storable(inner) for inner in value]
        case _:
            return value
