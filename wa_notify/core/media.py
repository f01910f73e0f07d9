"""Files: which of them WhatsApp takes, how large, and how to tell them by their first bytes.

Source: Meta's reference of media (read 2026-11-21). The signatures are those of the dozen formats in that
table; a library would know hundreds that would all be refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from wa_notify.core.enclosed import MediaKind, name_in
from wa_notify.core.errors import MediaRefused

KB, MB = 1024, 1024 * 1024
UPLOADED_LASTS = timedelta(days=30)  # the platform keeps what we upload so long
REUSED_FOR = timedelta(days=29)  # a day less, for clocks and whatever waits
RECEIVED_LASTS = timedelta(days=7)  # and what people send
GONE_CODES = (100, 131009)  # how the platform refuses an id that it does not know any more
UNSENDABLE_CODE = 131053  # it could not fetch our file, or refuses its kind
HEAD = 512  # bytes that tell what a file is

OOXML = "application/vnd.openxmlformats-officedocument."
OFFICE_ZIP = (
    f"{OOXML}wordprocessingml.document",
    f"{OOXML}spreadsheetml.sheet",
    f"{OOXML}presentationml.presentation",
)
OFFICE_OLD = ("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint")
PLAIN, PDF, ZIP, OLE = "text/plain", "application/pdf", "application/zip", "application/x-ole-storage"

TAKEN: Mapping[MediaKind, tuple[str, ...]] = {
    MediaKind.IMAGE: ("image/jpeg", "image/png"),
    MediaKind.VIDEO: ("video/mp4", "video/3gpp"),
    MediaKind.AUDIO: ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"),
    MediaKind.DOCUMENT: (PLAIN, PDF, *OFFICE_OLD, *OFFICE_ZIP),
    MediaKind.STICKER: ("image/webp",),
}
LARGEST: Mapping[MediaKind, int] = {  # bytes
    MediaKind.IMAGE: 5 * MB,
    MediaKind.VIDEO: 16 * MB,
    MediaKind.AUDIO: 16 * MB,
    MediaKind.DOCUMENT: 100 * MB,
    MediaKind.STICKER: 500 * KB,  # moving; see LARGEST_STILL
}
LARGEST_STILL = 100 * KB  # of a sticker that does not move
SPOKEN_FILE: Mapping[MediaKind, str] = {
    MediaKind.IMAGE: "photo",
    MediaKind.VIDEO: "video",
    MediaKind.AUDIO: "recording",
    MediaKind.DOCUMENT: "document",
    MediaKind.STICKER: "sticker",
}
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (  # from which byte on, which bytes, what it is
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (0, b"GIF8", "image/gif"),
    (0, b"%PDF-", PDF),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
)
ENDINGS: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "3gp": "video/3gpp",
    "aac": "audio/aac",
    "amr": "audio/amr",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "txt": PLAIN,
    "log": PLAIN,
    "pdf": PDF,
    **dict(zip(("doc", "xls", "ppt"), OFFICE_OLD, strict=True)),
    **dict(zip(("docx", "xlsx", "pptx"), OFFICE_ZIP, strict=True)),
}


class Upload(StrEnum):
    """When a file is brought to WhatsApp by us, instead of by its link."""

    ALWAYS = "always"
    NEEDED = "links_we_cannot_give"  # what WhatsApp cannot fetch from the internet by itself
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """The bytes of a file that WhatsApp takes."""

    content: bytes
    mime_type: str
    filename: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A file that WhatsApp has from us: ``link`` is where it came from when it was last asked for."""

    number_id: str
    sha256: str
    kind: MediaKind
    mime_type: str
    size: int
    filename: str
    media_id: str
    link: str
    uploaded_at: datetime

    def lasts(self, now: datetime) -> bool:
        """Whether its id may still be used."""
        return now < self.uploaded_at + REUSED_FOR


def kind_of(link: str, filename: str = "") -> MediaKind:
    """What a file is likely to be, by its name; a link without an ending is most often a camera's picture."""
    mime = ENDINGS.get(ending_of(filename or link))
    if mime is None:
        return MediaKind.DOCUMENT if ending_of(filename) else MediaKind.IMAGE
    return next(kind for kind, taken in TAKEN.items() if mime in taken)


def ending_of(name: str) -> str:
    """The ending of a file's name or link in lower case, without its dot."""
    stem, dot, ending = name_in(name).rpartition(".") if "://" in name else name.rpartition(".")
    return ending.lower() if stem and dot and ending.isalnum() and len(ending) < 8 else ""


def sniffed(head: bytes) -> str:
    """What the first bytes of a file say that it is; empty when they say nothing."""
    for start, signature, mime in SIGNATURES:
        if head[start : start + len(signature)] == signature:
            return mime
    return PLAIN if head and b"\0" not in head and _is_text(head) else ""


def _is_text(head: bytes) -> bool:
    try:
        head[:HEAD].decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head[:HEAD]) - 4  # the last letter may be cut
    return True


def accepted(kind: MediaKind, content: bytes, declared: str = "", filename: str = "") -> File:
    """The file, if WhatsApp takes it as this kind. Raises `MediaRefused` with the reason.

    Its bytes count, not what its server says; only office documents look all the same and are believed.
    """
    what, mime = SPOKEN_FILE[kind], sniffed(content[:HEAD])
    told = (declared.partition(";")[0].strip().lower(), ENDINGS.get(ending_of(filename), ""))
    families = {ZIP: OFFICE_ZIP, OLE: OFFICE_OLD}
    if mime in families:
        mime = next((one for one in told if one in families[mime]), mime)
    if not content:
        raise MediaRefused(f"The {what} is empty.")
    if mime not in TAKEN[kind]:
        takes = ", ".join(TAKEN[kind])
        raise MediaRefused(f"The {what} is {mime or 'of an unknown kind'}; WhatsApp takes {takes}.")
    if mime == "audio/ogg" and b"OpusHead" not in content[:HEAD]:
        raise MediaRefused("The recording is OGG without Opus; WhatsApp takes no other OGG.")
    most = largest(kind, moving=b"ANIM" in content[:HEAD])
    if len(content) > most:
        raise MediaRefused(f"The {what} has {spoken_size(len(content))}; WhatsApp takes {spoken_size(most)}.")
    return File(content=content, mime_type=mime, filename=filename)


def largest(kind: MediaKind, *, moving: bool = True) -> int:
    """How many bytes a file of this kind may have; of a sticker, whether it moves matters."""
    return LARGEST_STILL if kind is MediaKind.STICKER and not moving else LARGEST[kind]


def spoken_size(size: int) -> str:
    """``48 kB``, ``2.5 MB``."""
    if size < MB:
        return f"{max(round(size / KB), 1)} kB"
    return f"{size / MB:.1f} MB".replace(".0 ", " ")
