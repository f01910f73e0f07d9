"""Files uploaded as examples for template headers: a session, its bytes, and the handle that comes of it.

The platform takes a file in one piece or in several: who was interrupted asks the session how far it came,
and goes on from there. That a session ends after a day is our deduction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .chance import Chance
from .clock import Clock
from .refusals import Refusal, Refused

TYPES = frozenset({"image/jpeg", "image/jpg", "image/png", "video/mp4", "application/pdf", "image/gif"})
MOST = 100 * 1024 * 1024  # bytes
SESSION_LASTS = timedelta(hours=24)


@dataclass(slots=True, kw_only=True)
class Session:
    """A file that is being uploaded by an app. `offset`: the bytes that are there."""

    app_id: str
    length: int
    file_type: str
    until: datetime
    offset: int = 0


class Uploads:
    """Open sessions and handles. The bytes themselves are not kept: only their number is compared."""

    def __init__(self, clock: Clock, chance: Chance) -> None:
        self._clock = clock
        self._chance = chance
        self._opened = 0
        self._sessions: dict[str, Session] = {}
        self._types: dict[str, str] = {}  # by handle

    def type_of(self, handle: str) -> str | None:
        """Return the MIME type of the file under a handle; None when there is none."""
        return self._types.get(handle)

    def open(self, app_id: str, query: Mapping[str, str]) -> dict[str, str]:
        """Answer `POST /{app_id}/uploads`. Raises Refused."""
        length, file_type = query.get("file_length", ""), query.get("file_type", "")
        if not length.isdecimal() or not 0 < int(length[:12]) <= MOST or file_type not in TYPES:
            raise Refused(Refusal.UPLOAD_WRONG, f"file_length and file_type ({', '.join(sorted(TYPES))}).")
        self._forget_old()
        session = f"upload:{self._chance.trace_id()}"
        until = self._clock() + SESSION_LASTS
        self._sessions[session] = Session(app_id=app_id, length=int(length), file_type=file_type, until=until)
        self._opened += 1
        return {"id": f"{session}?sig=AR{self._opened}"}

    def show(self, app_id: str, session: str) -> dict[str, str | int]:
        """Answer `GET /{session}`: how far it came. Raises Refused."""
        return {"id": session, "file_offset": self._found(app_id, session).offset}

    def take(self, app_id: str, session: str, content: bytes, offset: str | None) -> dict[str, str]:
        """Answer `POST /{session}` with the bytes from that offset on. Raises Refused.

        A piece that is too short is kept, and the rest may follow.
        """
        found = self._found(app_id, session)
        if offset != str(found.offset):
            raise Refused(Refusal.UPLOAD_WRONG, f"The header file_offset must be {found.offset}.")
        if found.offset + len(content) > found.length:
            raise Refused(Refusal.UPLOAD_WRONG, f"The file is longer than {found.length} bytes.")
        found.offset += len(content)
        if found.offset < found.length:
            there = f"{found.offset} of {found.length} bytes are there"
            raise Refused(Refusal.UPLOAD_WRONG, f"{there}: go on with file_offset {found.offset}.")
        del self._sessions[session]
        handle = f"4::{self._chance.trace_id()}"
        self._types[handle] = found.file_type
        return {"h": handle}

    def _found(self, app_id: str, session: str) -> Session:
        self._forget_old()
        found = self._sessions.get(session)
        if found is None or found.app_id != app_id:
            raise Refused(Refusal.UPLOAD_WRONG, "The session does not exist, or is over.")
        return found

    def _forget_old(self) -> None:
        now = self._clock()
        self._sessions = {name: one for name, one in self._sessions.items() if now < one.until}
