"""People who send files, and the files on their phones."""

import re
from base64 import b64decode
from typing import Any

from starlette.responses import Response

from wa_notify.sandbox.media import KINDS
from wa_notify.sandbox.view import message_view

from .operation import Asked, NotThere, Operation
from .reading import BadInput, Reader, among, any_text, text

MIME_TYPE = re.compile("[!-.0-~]+/[ -~]{1,200}")
CONTENT_MOST = 3 * 1024 * 1024  # characters of base64


def _content(given: Any) -> bytes:
    if not isinstance(given, str) or len(given) > CONTENT_MOST:
        raise BadInput(f"must be base64 of at most {CONTENT_MOST} characters")
    try:
        return b64decode(given, validate=True)
    except ValueError as error:
        raise BadInput("must be base64") from error


def _mime_type(given: Any) -> str:
    if not isinstance(given, str) or MIME_TYPE.fullmatch(given) is None:
        raise BadInput("must be a type such as image/jpeg")
    return given


# What a browser shows or plays without running anything in it.
SHOWN = frozenset({
    "image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/3gpp", "audio/aac", "audio/amr",
    "audio/mpeg", "audio/mp4", "audio/ogg",
})  # fmt: skip
FILE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
}


FILE_FIELDS: dict[str, Reader] = {
    "kind": among(KINDS),
    "mime_type": Reader(_mime_type, {"type": "string", "pattern": f"^(?:{MIME_TYPE.pattern})$"}),
    "content": Reader(_content, {"type": "string", "contentEncoding": "base64", "maxLength": CONTENT_MOST}),
    "caption": any_text,
    "filename": any_text,
    "to": text,
    "business": text,
}


async def send_file(asked: Asked) -> dict[str, Any]:
    """Let a person send a file: `kind`, `mime_type`, `content` in base64; also caption and filename."""
    wamid = asked.world.send_file(asked.person, **asked.values)
    return {"wamid": wamid, "message": message_view(asked.world.people.messages[wamid])}


async def show_file(asked: Asked) -> Response:
    """Load the file in a message, as the person's phone has it. What a browser might run is only saved.

    Needs no token: it is for pages of the sandbox's own address.
    """
    message = asked.world.people.messages.get(asked.path["wamid"])
    if message is None or message.content.file is None:
        raise NotThere("There is no message with that id that has a file.")
    file = message.content.file
    bare = file.mime_type.partition(";")[0].strip().lower()
    if bare in SHOWN:
        return Response(file.content, media_type=bare, headers=FILE_HEADERS)
    headers = {**FILE_HEADERS, "Content-Disposition": "attachment"}
    return Response(file.content, media_type="application/octet-stream", headers=headers)


OPERATIONS = (
    Operation(verb="GET", path="/messages/{wamid}/file", act=show_file, answers="*/*"),
    Operation(
        verb="POST", path="/phones/{number}/file", act=send_file, takes=FILE_FIELDS,
        needs=("kind", "mime_type", "content"),
    ),
)  # fmt: skip
