"""People who send files."""

from base64 import b64decode
from typing import Any

from wa_notify.sandbox.media import KINDS
from wa_notify.sandbox.view import message_view

from .operation import Asked, Operation
from .reading import BadInput, Reader, among, any_text, text

CONTENT_MOST = 3 * 1024 * 1024  # characters of base64


def _content(given: Any) -> bytes:
    if not isinstance(given, str) or len(given) > CONTENT_MOST:
        raise BadInput(f"must be base64 of at most {CONTENT_MOST} characters")
    try:
        return b64decode(given, validate=True)
    except ValueError as error:
        raise BadInput("must be base64") from error


FILE_FIELDS: dict[str, Reader] = {
    "kind": among(KINDS),
    "mime_type": text,
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


OPERATIONS = (
    Operation(
        verb="POST", path="/phones/{number}/file", act=send_file, takes=FILE_FIELDS,
        needs=("kind", "mime_type", "content"),
    ),
)  # fmt: skip
