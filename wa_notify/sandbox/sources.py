"""Where the files of a message come from, and whether they are what the message says they are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .media import KB, KINDS
from .refusals import Refusal, Refused

STILL_STICKER_MOST = 100 * KB
VOICE_TYPE = "audio/ogg"
FREE_DATA = frozenset({"flow_action_payload", "flow_action_data"})  # the business's own, whatever is in it
NOWHERE = re.compile(r"https?://[^/\s]*\.invalid(?:[:/?#]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file in a message, by its id or its link. `voice`: it is to be shown as a voice note."""

    kind: str
    id: str = ""
    link: str = ""
    filename: str = ""
    voice: bool = False

    @property
    def leads_nowhere(self) -> bool:
        """Whether its link's host ends in `.invalid`, which no host does."""
        return NOWHERE.match(self.link) is not None


def require_one_source(medium: Mapping[str, Any], where: str) -> None:
    """Raise Refused unless a medium names either an uploaded id or a link that could be fetched."""
    given = [name for name in ("id", "link") if medium.get(name)]
    if not given:
        raise Refused(Refusal.REQUIRED_MISSING, f"{where} needs `id` or `link`")
    if len(given) == 2:
        raise Refused(Refusal.VALUE_INVALID, f"{where} takes `id` or `link`, not both")
    if given == ["link"] and not re.match(r"https?://[^/\s]+", medium["link"]):
        raise Refused(Refusal.VALUE_INVALID, f"{where}: `link` must be an http or https address")
    if given == ["id"] and not re.fullmatch(r"[0-9]+", medium["id"]):
        raise Refused(Refusal.VALUE_INVALID, f"{where}: there is no medium with this `id`")


def files_in(value: Any) -> Iterator[File]:
    """Return the files below the name of a kind of file, wherever in a message, in its order."""
    if isinstance(value, list):
        for item in value:
            yield from files_in(item)
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in FREE_DATA:
                continue
            if isinstance(inner, dict) and (file := _file(name, inner)):
                yield file
            yield from files_in(inner)


def _file(name: str, value: Mapping[str, Any]) -> File | None:
    kind = "video" if name == "gif" else name
    source = {part: value[part] for part in ("id", "link") if isinstance(value.get(part), str)}
    if kind not in KINDS or not source:
        return None
    return File(kind=kind, **source, filename=value.get("filename") or "", voice=value.get("voice") is True)


def misfit(file: File, mime_type: str, content: bytes) -> str:
    """Say why a file cannot be shown as what the message says it is; nothing when it can.

    Documents may be of any type (observed by API clients). Only a sticker's bytes are looked into: whether it
    moves. That the wrong type of an uploaded file fails like a link's is our deduction.
    """
    bare = mime_type.partition(";")[0].strip().lower()
    types, most = KINDS[file.kind]
    if file.voice:
        types = (VOICE_TYPE,)
    if file.kind == "sticker" and not _moves(content):
        most = STILL_STICKER_MOST
    if file.kind != "document" and bare not in types:
        return f"It has the type {bare or 'unknown'}; for {file.kind} it must be {' or '.join(types)}."
    if len(content) > most:
        return f"It has {len(content)} bytes; for {file.kind} at most {most} are allowed."
    return ""


def _moves(webp: bytes) -> bool:
    """Whether a WebP image says in its extended header that it is animated."""
    return webp[12:16] == b"VP8X" and len(webp) > 20 and bool(webp[20] & 0x02)
