"""Files of messages: upload, look up, delete. (Loading one has a path of its own, see `face`.)"""

from typing import Any

from wa_notify.sandbox.media import uploaded_file
from wa_notify.sandbox.refusals import Refusal, Refused

from .call import Call, Operations


async def upload(call: Call) -> dict[str, Any]:
    """Answer `POST /{phone_number_id}/media`."""
    content, mime_type, filename = await uploaded_file(call.request)
    medium = call.world.media.upload(call.line.id, content, mime_type, filename)
    call.world.note("uploaded", media_id=medium.id, mime_type=medium.mime_type, size=len(content))
    return {"id": medium.id}


async def show(call: Call) -> dict[str, Any]:
    """Answer `GET /{media_id}`."""
    store = call.world.media
    medium = store.find(call.object_id)
    _require_ours(call)
    return store.node(medium, call.world.base_url, call.account.app_secret)


async def delete(call: Call) -> dict[str, Any]:
    """Answer `DELETE /{media_id}`."""
    _require_ours(call)
    call.world.media.delete(call.object_id)
    return {"success": True}


def _require_ours(call: Call) -> None:
    """A lookup may ask that the file belong to a certain number."""
    owner = call.world.media.find(call.object_id).phone_number_id
    if call.query.get("phone_number_id") not in (None, owner):
        raise Refused(Refusal.MEDIUM_UNKNOWN, f"Object with ID '{call.object_id}'.")


OPERATIONS: Operations = {
    ("number", "media"): {"POST": upload},
    ("medium", ""): {"GET": show, "DELETE": delete},
}
