"""Copies of what people wrote follow what they make of it: an edited text is replaced, a deleted one is gone.

Source: Meta's webhook reference. People edit (``edit``) and delete (``revoke``) messages of theirs, and a
business has to delete its copies; a ``deleted`` status is the older form of the same wish. Such notices come
doubled, late, and even before the message itself, so what counts is computed from all of them each time:
deleted for good, else the text of the newest edit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wa_notify.core.inbound import Arrival, Deleted, Edited, InboundMessage, Raw, StatusUpdate

GONE: Raw = {"deleted": True}  # what is left of a raw event whose message was deleted
DELETED_STATUS = "deleted"
TEXT_FIELDS = ("body", "caption")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a person did to their message ``wamid``: its new text, or none when they deleted it.

    ``key`` is that of the notice. ``at`` has whole seconds, so of two edits in one second the key decides:
    any order would do, but it has to be the same however they arrive.
    """

    wamid: str
    key: str
    at: datetime
    text: str | None


def change_in(arrival: Arrival) -> Change | None:
    """What the event says about another message of a person, or nothing."""
    match arrival.event:
        case InboundMessage(content=Edited(original_wamid=wamid, body=body), at=at):
            return Change(wamid=wamid, key=arrival.key, at=at, text=body)
        case InboundMessage(content=Deleted(original_wamid=wamid), at=at):
            return Change(wamid=wamid, key=arrival.key, at=at, text=None)
        case StatusUpdate(word=word, wamid=wamid, at=at) if word == DELETED_STATUS:
            return Change(wamid=wamid, key=arrival.key, at=at, text=None)
        case _:
            return None


def newest(changes: Sequence[Change]) -> Change | None:
    """The change that counts: a deletion for good, else the newest edit; nothing when there is none."""
    deleted = next((change for change in changes if change.text is None), None)
    return deleted or max(changes, key=lambda change: (change.at, change.key), default=None)


def text_in(raw: Raw) -> str:
    """The words of a raw message, or the new words of a raw edit; empty where there are none."""
    holder = _holder(raw)
    return next((holder[name] for name in TEXT_FIELDS if isinstance(holder.get(name), str)), "")


def rewritten(raw: Raw, text: str) -> Raw:
    """The same raw message or edit with another text; one that has no text stays as it is."""
    kind = raw.get("type")
    inner = raw.get(kind) if isinstance(kind, str) else None
    if not isinstance(kind, str) or not isinstance(inner, dict):
        return raw
    if isinstance(inner.get("message"), dict):
        return {**raw, kind: {**inner, "message": rewritten(inner["message"], text)}}
    return {**raw, kind: {name: text if name in TEXT_FIELDS else value for name, value in inner.items()}}


def _holder(raw: Raw) -> dict[str, Any]:
    kind = raw.get("type")
    inner = raw.get(kind) if isinstance(kind, str) else None
    if not isinstance(inner, dict):
        return {}
    message = inner.get("message")
    return _holder(message) if isinstance(message, dict) else inner
