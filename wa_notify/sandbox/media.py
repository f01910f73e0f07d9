"""The platform's place for files: upload, look up, load, delete.

What the business uploads lives 30 days, what people send 7. The address behind an id lives 5 minutes and
wants the token. Sizes and types are those of Meta's table of media; the bytes are not looked into.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from .account import Account
from .clock import Clock
from .refusals import Refusal, Refused

UPLOADED_LASTS = timedelta(days=30)
RECEIVED_LASTS = timedelta(days=7)
ADDRESS_LASTS = timedelta(minutes=5)
FIRST_ID = 7100000000000011
PATH = "/whatsapp_business/attachments/"
KB, MB = 1024, 1024 * 1024
UPLOAD_MOST = 101 * MB  # of a whole request
OFFICE = "application/vnd.openxmlformats-officedocument."

# Kind, its types, its largest size. Stickers: the larger size is for those that move.
KINDS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "audio": (("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * MB),
    "image": (("image/jpeg", "image/png"), 5 * MB),
    "video": (("video/mp4", "video/3gp", "video/3gpp"), 16 * MB),
    "document": (
        (
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            f"{OFFICE}wordprocessingml.document",
            f"{OFFICE}spreadsheetml.sheet",
            f"{OFFICE}presentationml.presentation",
        ),
        100 * MB,
    ),
    "sticker": (("image/webp",), 500 * KB),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A file at the platform, of one business number. `received`: a person sent it."""

    id: str
    phone_number_id: str
    mime_type: str
    content: bytes
    filename: str
    received: bool
    stored_at: datetime

    @property
    def sha256(self) -> str:
        """Its fingerprint in hex, as a lookup shows it."""
        return hashlib.sha256(self.content).hexdigest()

    def is_there(self, now: datetime) -> bool:
        """Whether its id still works."""
        return now < self.stored_at + (RECEIVED_LASTS if self.received else UPLOADED_LASTS)


class MediaStore:
    """All files of the account."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._media: dict[str, Medium] = {}
        self.stored = 0
        self.uploads = 0

    def __contains__(self, media_id: str) -> bool:
        medium = self._media.get(media_id)
        return medium is not None and medium.is_there(self._clock())

    def has(self, media_id: str, account: Account) -> bool:
        """Whether the account has a file with that id."""
        owners = {number.phone_number_id for number in account.numbers}
        return media_id in self and self._media[media_id].phone_number_id in owners

    def __len__(self) -> int:
        return len(self._media)

    def find(self, media_id: str) -> Medium:
        """Return the file with that id. Raises Refused when there is none, or none any more."""
        if media_id not in self:
            raise Refused(Refusal.MEDIUM_UNKNOWN, f"Object with ID '{media_id}'.")
        return self._media[media_id]

    def upload(self, number_id: str, content: bytes, mime_type: str, filename: str) -> Medium:
        """Take a file of a business number. Raises Refused for its type or size."""
        bare = mime_type.partition(";")[0].strip().lower()
        kind = next((one for one, (types, _) in KINDS.items() if bare in types), None)
        if kind is None:
            raise Refused(Refusal.MEDIUM_TYPE, f"Param file must be a file with a known type, not {bare}.")
        most = KINDS[kind][1]
        if len(content) > most:
            raise Refused(Refusal.MEDIUM_SIZE, f"{len(content)} bytes are more than {most} for {kind}.")
        self.uploads += 1
        return self._keep(number_id, content, bare, filename, received=False)

    def receive(self, number_id: str, content: bytes, mime_type: str, filename: str = "") -> Medium:
        """Take a file that a person sends to a business number."""
        return self._keep(number_id, content, mime_type, filename, received=True)

    def keep_link(self, number_id: str, content: bytes, mime_type: str, filename: str) -> Medium:
        """Keep what a link gave, so that phones can show it."""
        bare = mime_type.partition(";")[0].strip().lower()
        return self._keep(number_id, content, bare, filename, received=False)

    def delete(self, media_id: str) -> None:
        """Delete a file. Raises Refused when there is none."""
        del self._media[self.find(media_id).id]

    def node(self, medium: Medium, base: str, secret: str) -> dict[str, Any]:
        """Answer a lookup: what it is, and an address that lives five minutes."""
        return {
            "messaging_product": "whatsapp",
            "id": medium.id,
            "mime_type": medium.mime_type,
            "sha256": medium.sha256,
            "file_size": len(medium.content),
            "url": self.address(medium, base, secret),
        }

    def address(self, medium: Medium, base: str, secret: str) -> str:
        """Return where the file can be loaded for five minutes."""
        ends = str(int((self._clock() + ADDRESS_LASTS).timestamp()))
        query = urlencode({"mid": medium.id, "ext": ends, "hash": _mark(medium.id, ends, secret)})
        return f"{base.rstrip('/')}{PATH}?{query}"

    def load(self, query: Mapping[str, str], secret: str) -> Response:
        """Answer a load; the token was checked. A stale or foreign address is 404."""
        media_id, ends = query.get("mid", ""), query.get("ext", "")
        right = hmac.compare_digest(query.get("hash", "").encode(), _mark(media_id, ends, secret).encode())
        fresh = ends.isdecimal() and len(ends) < 12 and self._clock().timestamp() <= int(ends)
        if not (right and fresh and media_id in self):
            return PlainTextResponse("Not Found", status_code=404)
        medium = self._media[media_id]
        return Response(medium.content, media_type=medium.mime_type)

    def sweep(self) -> None:
        """Forget the files whose ids are over."""
        now = self._clock()
        self._media = {media_id: one for media_id, one in self._media.items() if one.is_there(now)}

    def _keep(
        self, number_id: str, content: bytes, mime_type: str, filename: str, *, received: bool
    ) -> Medium:
        medium = Medium(
            id=str(FIRST_ID + self.stored),
            phone_number_id=number_id,
            mime_type=mime_type,
            content=content,
            filename=filename,
            received=received,
            stored_at=self._clock(),
        )
        self.stored += 1
        self._media[medium.id] = medium
        return medium


def marks_of(kind: str, mime_type: str) -> dict[str, bool]:
    """Return what a callback says of a recording or sticker: whether it is a voice note, whether it moves.

    A recording in Ogg is taken for a voice note, which is how phones record them; stickers here never move.
    """
    match kind:
        case "audio":
            return {"voice": mime_type.startswith("audio/ogg")}
        case "sticker":
            return {"animated": False}
        case _:
            return {}


def value_of(medium: Medium, url: str, caption: str = "", **more: Any) -> dict[str, Any]:
    """Return what a callback shows of a file that a person sent."""
    named = {"filename": medium.filename} if medium.filename else {}
    said = {"caption": caption} if caption else {}
    digest = b64encode(hashlib.sha256(medium.content).digest()).decode()
    shown = {"mime_type": medium.mime_type, "sha256": digest, "id": medium.id, "url": url}
    return {**said, **named, **shown, **more}


async def uploaded_file(request: Request) -> tuple[bytes, str, str]:
    """Read an upload: the bytes, their type, their name. Raises Refused when parts are missing."""
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:12]) > UPLOAD_MOST:
        raise Refused(Refusal.MEDIUM_SIZE, f"The request has {announced} bytes.")
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refused(Refusal.REQUIRED_MISSING, "An upload is a form of the kind multipart/form-data.")
    async with request.form(max_part_size=UPLOAD_MOST) as form:
        if form.get("messaging_product") != "whatsapp":
            raise Refused(Refusal.PRODUCT_MISSING)
        file = form.get("file")
        if file is None or isinstance(file, str):
            raise Refused(Refusal.REQUIRED_MISSING, "The field file is required.")
        content = await file.read()
        written = form.get("type")
        mime = written if isinstance(written, str) and "/" in written else file.content_type or ""
        if not content:
            raise Refused(Refusal.REQUIRED_MISSING, "The file is empty.")
        return content, mime, file.filename or ""


def _mark(media_id: str, ends: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"{media_id}.{ends}".encode(), "sha256").hexdigest()[:32]
