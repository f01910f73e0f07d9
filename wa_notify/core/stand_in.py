"""A message whose file cannot go with it: its words say so, or one of ours stands in."""

import zlib
from collections.abc import Mapping
from dataclasses import replace

from wa_notify.core.enclosed import MediaKind, MediaLink
from wa_notify.core.media import PDF, SPOKEN_FILE, File
from wa_notify.core.outbox import Intent

STAND_IN = "stand-in:"  # and the kind: what we draw ourselves where a template must have a file
NO_FILE = "({what} could not be sent with this.)"


def without_file(intent: Intent) -> Intent:
    """The same without its file, and saying so; where a template must have one, ours stands in."""
    media, wish = intent.media, intent.template
    if wish and wish.file:
        instead = stand_in_for(wish.file)
        intent = replace(intent, template=replace(wish, file=instead))
    if media:
        note = NO_FILE.format(what=f"The {SPOKEN_FILE[media.kind]}")
        said = f"{intent.free_form}\n\n{note}" if intent.free_form else note
        intent = replace(intent, media=None, free_form=said)
    return intent


def stand_in_for(file: MediaLink) -> MediaLink | None:
    """A file of ours of the same kind; nothing for what we cannot draw, and for our drawing itself."""
    if file.link.startswith(STAND_IN) or file.kind not in DRAWN:
        return None
    return MediaLink(kind=file.kind, link=f"{STAND_IN}{file.kind}", filename=DRAWN[file.kind].filename)


def drawn(link: str) -> File | None:
    """The file behind the link of a stand-in."""
    return next((file for kind, file in DRAWN.items() if link == f"{STAND_IN}{kind}"), None)


def _grey(width: int = 64, height: int = 32) -> bytes:
    """A plain grey picture as PNG, eight bits RGB."""

    def chunk(name: bytes, data: bytes) -> bytes:
        size, check = len(data).to_bytes(4, "big"), zlib.crc32(name + data).to_bytes(4, "big")
        return size + name + data + check

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    lines = (b"\0" + b"\xc8" * (3 * width)) * height
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _note() -> bytes:
    """One page of PDF that says that the document could not be had."""
    words = b"BT /F1 14 Tf 40 60 Td (The document could not be had.) Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 120]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(words), words),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    page, places = b"%PDF-1.4\n", [b"0000000000 65535 f \n"]
    for number, one in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(page))
        page += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    size = len(places)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(page))
    return page + b"xref\n0 %d\n%s" % (size, b"".join(places)) + trailer


DRAWN: Mapping[MediaKind, File] = {
    MediaKind.IMAGE: File(content=_grey(), mime_type="image/png"),
    MediaKind.DOCUMENT: File(content=_note(), mime_type=PDF, filename="not-available.pdf"),
}
