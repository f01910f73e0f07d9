"""Files uploaded as examples for template headers: a session, its bytes, and the handle that comes of it."""

from collections.abc import Mapping

from .chance import Chance
from .refusals import Refusal, Refused

TYPES = frozenset({"image/jpeg", "image/jpg", "image/png", "video/mp4", "application/pdf"})
MOST = 100 * 1024 * 1024  # bytes


class Uploads:
    """Open sessions and handles. The bytes themselves are not kept: only their number is compared."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._lengths: dict[str, int] = {}
        self._handles: set[str] = set()

    def has(self, handle: str) -> bool:
        """Whether a file was uploaded under that handle."""
        return handle in self._handles

    def open(self, query: Mapping[str, str]) -> dict[str, str]:
        """Answer `POST /{app_id}/uploads`."""
        length = query.get("file_length", "")
        if not length.isdecimal() or not 0 < int(length) <= MOST or query.get("file_type") not in TYPES:
            raise Refused(Refusal.UPLOAD_WRONG, f"file_length and file_type ({', '.join(sorted(TYPES))}).")
        session = f"upload:{self._chance.trace_id()}"
        self._lengths[session] = int(length)
        return {"id": f"{session}?sig=AR{len(self._lengths)}"}

    def take(self, session: str, content: bytes, offset: str | None) -> dict[str, str]:
        """Answer `POST /{session}`."""
        length = self._lengths.pop(session, None)
        if length is None or offset != "0" or len(content) != length:
            raise Refused(Refusal.UPLOAD_WRONG)
        handle = f"4::{self._chance.trace_id()}"
        self._handles.add(handle)
        return {"h": handle}
